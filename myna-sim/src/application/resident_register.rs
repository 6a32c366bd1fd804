use super::{Application, SessionKeyDelivery, UNREADABLE};
use crate::file::{Access, File};
use crate::pki::CardKeyName;
use crate::{Persona, Reference};

/// 住基AP: what is behind its PIN (住民票コード) is not public, and not here.
pub(super) fn application(persona: &Persona) -> Application {
    let key = CardKeyName::municipal(persona.municipality_code(), *b"01");
    Application {
        name: NAME.into(),
        files: vec![
            // The same kind of name as in 共通カードAP [card: myna-card]; the digits behind the municipality are ours.
            File::transparent(0x0002, Access::Free, *key.as_bytes()),
            File::reference(Reference::ResidentRegister),
            File::unknown(UNREADABLE),
        ],
        own_key: None,
        session_key_delivery: SessionKeyDelivery::Protected,
    }
}

const NAME: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x01];
