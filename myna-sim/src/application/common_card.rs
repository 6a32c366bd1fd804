use super::{Application, SessionKeyDelivery, UNREADABLE};
use crate::file::{Access, CardKey, Content, File};
use crate::pki::{self, CardKeyName};
use crate::{Persona, Reference};
use myna_calendar::Date;

/// 共通カードAP: the number of the card itself.
pub(super) fn application(persona: &Persona, expiry: Date) -> Application {
    // The digits behind the municipality are ours.
    let key = CardKeyName::municipal(persona.municipality_code(), *b"00");
    let card_key = Content::AuthenticationKey(CardKey::Simulated(pki::common_card_key));
    Application {
        name: NAME.into(),
        files: vec![
            File::new(0x0001, Access::Free, Content::Records(vec![card_number(persona, expiry)])),
            File::transparent(0x0002, Access::Free, *key.as_bytes()),
            File::new(0x0019, Access::Free, card_key),
            File::reference(Reference::Common),
            File::unknown(UNREADABLE),
        ],
        own_key: None,
        session_key_delivery: SessionKeyDelivery::NotOffered,
    }
}

const NAME: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00];

/// Record 1 of EF `0001`: `01 1C`, then 28 digits: serial (15), municipality (5), expiry `YYYYMMDD` (8)
/// `[card: myna-card] [code: myna]`.
fn card_number(persona: &Persona, expiry: Date) -> Vec<u8> {
    let digits = format!("{}{}{}", persona.card_serial(), persona.municipality_code(), expiry.to_wire());
    [&[0x01, 0x1C], digits.as_bytes()].concat()
}
