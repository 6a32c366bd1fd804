use crate::file::FileBytes;
use crate::pki::{self, CardKeyName};
use crate::{Atr, Persona};
use myna_calendar::Date;

/// What GET DATA gives, by tag, while the ISD is current `[card: myna-card]`.
///
/// Which bytes the real card gives for `0042`, `0045` and `0066` is known by their kind only; these are ours.
pub(crate) fn all(persona: &Persona, expiry: Date) -> Vec<(u16, FileBytes)> {
    let ready = |bytes: &[u8]| FileBytes::Ready(bytes.to_vec());
    // The chain is two certificates: one to the intermediate key, one to a lower one.
    let certificate = |choose: fn([Vec<u8>; 2]) -> Vec<u8>| {
        let municipality_code = persona.municipality_code().to_owned();
        FileBytes::later(move || pki::card_chain(&municipality_code).map(choose))
    };
    vec![
        (0x0042, ready(CardKeyName::CARD_ROOT.as_bytes())),
        (0x0045, ready(persona.card_serial().as_bytes())),
        (0x0066, ready(RECOGNITION_DATA)),
        (0x00F0, ready(persona.municipality_code().as_bytes())),
        (0x00F2, ready(expiry.to_wire().as_bytes())),
        (0x00F7, ready(CardKeyName::CARD_INTERMEDIATE.as_bytes())),
        (0x00F8, certificate(|[to_intermediate, _]| to_intermediate)),
        (0x7F21, certificate(|[_, to_lower]| to_lower)),
        (CONTACT_ATR, ready(Atr::Contact.as_bytes().get(1..).unwrap_or_default())),
    ]
}

/// The ATR of the contacts, without its first byte; given in every application too: on some cards only there.
pub(crate) const CONTACT_ATR: u16 = 0x5F51;

/// `66 {73 {06 GlobalPlatform, 60 version 2.1.1, 63 identification, 64 SCP02 option 15}}`, GlobalPlatform Card Specification,
/// appendix H `[guess]`.
const RECOGNITION_DATA: &[u8] = &[
    0x66, 0x31, 0x73, 0x2F, 0x06, 0x07, 0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x01, 0x60, 0x0C, 0x06, 0x0A,
    0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x02, 0x02, 0x01, 0x01, 0x63, 0x09, 0x06, 0x07, 0x2A, 0x86, 0x48,
    0x86, 0xFC, 0x6B, 0x03, 0x64, 0x0B, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x04, 0x02, 0x15,
];
