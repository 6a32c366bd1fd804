use crate::pki::{self, CivilDate, KeyIdentifier, PkiError};
use crate::{Atr, Persona};

/// What GET DATA gives, by tag, while the ISD is current `[card: myna-card]`.
///
/// Which bytes the real card gives for `0042`, `0045` and `0066` is known by their kind only; these are ours.
pub(crate) fn all(persona: &Persona, expiry: CivilDate) -> Result<Vec<(u16, Vec<u8>)>, PkiError> {
    let [to_intermediate, to_lower] = pki::card_chain(persona.municipality_code())?;
    Ok(vec![
        (0x0042, KeyIdentifier::CARD_ROOT.as_bytes().to_vec()),
        (0x0045, persona.card_serial().into_bytes()),
        (0x0066, RECOGNITION_DATA.to_vec()),
        (0x00F0, persona.municipality_code().as_bytes().to_vec()),
        (0x00F2, expiry.digits().into_bytes()),
        (0x00F7, KeyIdentifier::CARD_INTERMEDIATE.as_bytes().to_vec()),
        (0x00F8, to_intermediate),
        (0x7F21, to_lower),
        (CONTACT_ATR, Atr::Contact.as_bytes().iter().copied().skip(1).collect()),
    ])
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
