//! By a card: how many exchanges it takes.

use myna_jpki::{PinPolicy, SignaturePassword, UserAuthenticationPin, operation};
use myna_sign::cms::card::{ContentToSign, KeyOpener, sign};
use myna_sign::cms::{CmsRequest, SignedCms, SignedContent};
use myna_sim::{CardSettings, Date, Persona, SimTransport, SimulatedCard};
use myna_transport::{Card, Meter};

use crate::{CONTENT, PROVIDER};

fn card(settings: CardSettings) -> Card<Meter<SimTransport>> {
    let persona = Persona::built_in("default").unwrap();
    let today = Date::from_ymd(2026, 11, 22).unwrap();
    let card = SimulatedCard::with_settings(&persona, today, settings).unwrap();
    Card::new(Meter::new(SimTransport::new(card)))
}

#[test]
fn a_signature_by_either_key_takes_5_exchanges_or_12_without_extended_length() {
    let (pin, password) =
        (UserAuthenticationPin::new("1234").unwrap(), SignaturePassword::new("ABC123").unwrap());
    let request = CmsRequest::new();
    let digest = request.digest(&PROVIDER, CONTENT);
    for (extended_length, exchanges) in [(true, 5), (false, 12)] {
        for key in [KeyOpener::DigitalSignature(&password), KeyOpener::UserAuthentication(&pin)] {
            for content in [
                ContentToSign::Detached(CONTENT),
                ContentToSign::Attached(CONTENT),
                ContentToSign::Digest(&digest),
            ] {
                let mut card = card(CardSettings { extended_length, ..CardSettings::default() });
                card.run(operation::open()).unwrap();
                let cms = card.run(sign(key, PinPolicy::default(), &request, content)).unwrap();
                assert_eq!(card.transport().budget().exchanges, exchanges);
                let cms = SignedCms::from_der(&cms).unwrap();
                assert_eq!(cms.content().is_some(), matches!(content, ContentToSign::Attached(_)));
                assert_eq!(cms.verify(&PROVIDER, SignedContent::Given(CONTENT)).unwrap().len(), 1);
            }
        }
    }
}
