//! By a card: how many exchanges it takes, and what becomes of it when one of them fails.

use myna_error::{Diagnostic, Spent};
use myna_jpki::{JpkiError, PinPolicy, SignaturePassword, UserAuthenticationPin, operation};
use myna_sign::cms::card::{CardSigningError, ContentToSign, KeyOpener, sign};
use myna_sign::cms::{CmsRequest, SignedCms, SignedContent};
use myna_sim::{CardSettings, Date, Persona, SimTransport, SimulatedCard};
use myna_transport::{Card, FaultKind, FaultPlan, Meter, TransportErrorKind};
use myna_trust::SignatureError;

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

/// Physical faults, status words that are refusals and some that are lies, and answers that are damaged. (A reader that says
/// "verified" of a wrong password is not to be told from one that lost what was verified.)
const FAULTS: [FaultKind; 23] = [
    FaultKind::Remove,
    FaultKind::RemoveAfter,
    FaultKind::Reset,
    FaultKind::Power,
    FaultKind::Mute,
    FaultKind::Lost,
    FaultKind::Hang,
    FaultKind::Cut(0),
    FaultKind::Cut(1),
    FaultKind::Truncate(1),
    FaultKind::Truncate(3),
    FaultKind::Extend(1),
    FaultKind::Flip(0),
    FaultKind::Flip(100),
    FaultKind::Late,
    FaultKind::Twice,
    FaultKind::Fail(TransportErrorKind::Busy),
    FaultKind::FailAfter(TransportErrorKind::Other),
    FaultKind::Refuse(0x6982),
    FaultKind::Refuse(0x6F00),
    FaultKind::Refuse(0x9000),
    FaultKind::Status(0x6700),
    FaultKind::Status(0x6A82),
];

#[test]
fn a_fault_at_any_exchange_leaves_a_good_signature_or_an_error_that_tells_the_tries_truly() {
    let (right, wrong) =
        (SignaturePassword::new("ABC123").unwrap(), SignaturePassword::new("XYZ999").unwrap());
    let request = CmsRequest::new();
    let (mut made, mut failed) = (0, 0);
    for extended_length in [true, false] {
        for password in [&right, &wrong] {
            for at in 1..=12 {
                for fault in FAULTS {
                    let persona = Persona::built_in("default").unwrap();
                    let settings = CardSettings { extended_length, ..CardSettings::default() };
                    let today = Date::from_ymd(2026, 11, 22).unwrap();
                    let simulated = SimulatedCard::with_settings(&persona, today, settings).unwrap();
                    let before = simulated.counters().digital_signature;
                    let plan = FaultPlan::default().with(at, fault);
                    let mut card = Card::new(SimTransport::new(simulated).with_faults(plan));
                    if card.run(operation::open()).is_err() {
                        continue;
                    }
                    let key = KeyOpener::DigitalSignature(password);
                    let content = ContentToSign::Detached(CONTENT);
                    let result = card.run(sign(key, PinPolicy::default(), &request, content));
                    let lost = before - card.transport().card().counters().digital_signature;
                    let said = format!("{fault:?} at {at}, extended length {extended_length}");
                    match result {
                        Ok(cms) => {
                            made += 1;
                            let cms = SignedCms::from_der(&cms).expect(&said);
                            cms.verify(&PROVIDER, SignedContent::Given(CONTENT)).expect(&said);
                            assert_eq!(lost, 0, "{said}");
                        }
                        Err(error) => {
                            failed += 1;
                            match error.attempt().spent {
                                Spent::No => assert_eq!(lost, 0, "{said}: {error}"),
                                Spent::Yes => assert_eq!(lost, 1, "{said}: {error}"),
                                _ => assert!(lost <= 1, "{said}: {error}"),
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(made > 0 && failed > made, "{made} made, {failed} failed");
}

#[test]
fn a_signature_that_is_not_of_the_certificates_key_is_not_given_out() {
    let password = SignaturePassword::new("ABC123").unwrap();
    let persona = Persona::built_in("default").unwrap();
    let simulated = SimulatedCard::new(&persona, Date::from_ymd(2026, 11, 22).unwrap()).unwrap();
    let plan = FaultPlan::default().with(5, FaultKind::Flip(100));
    let mut card = Card::new(SimTransport::new(simulated).with_faults(plan));
    card.run(operation::open()).unwrap();
    let (key, request) = (KeyOpener::DigitalSignature(&password), CmsRequest::new());
    let error =
        card.run(sign(key, PinPolicy::default(), &request, ContentToSign::Attached(CONTENT))).unwrap_err();
    let expected = CardSigningError::Card(JpkiError::Signature(SignatureError::Mismatch));
    assert_eq!(error.operation(), &expected);
}
