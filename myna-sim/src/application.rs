//! What is on the card: applications and their files, made from a persona.

mod common_card;
mod jpki;
mod text;

use myna_apdu::FileIdentifier;

use crate::file::File;
use crate::pki::CivilDate;
use crate::{Persona, SimError};

/// An application (DF), selected by its name.
#[derive(Debug)]
pub(crate) struct Application {
    /// The AID.
    pub(crate) name: &'static [u8],
    pub(crate) files: Vec<File>,
    /// The key that P2 `00` of the signature command means.
    pub(crate) own_key: Option<FileIdentifier>,
}

impl Application {
    /// All of them. The ISD, current after power-on, comes first; in which order the real card tries the start of a name
    /// is not known.
    pub(crate) fn all(persona: &Persona, today: CivilDate) -> Result<Vec<Self>, SimError> {
        let issued = persona.issued(today)?;
        Ok(vec![
            Self { name: ISSUER_SECURITY_DOMAIN, files: Vec::new(), own_key: None },
            jpki::application(persona, issued)?,
            text::application(persona)?,
            common_card::application(persona, issued)?,
        ])
    }
}

/// GlobalPlatform Issuer Security Domain `[card: myna-card]`.
const ISSUER_SECURITY_DOMAIN: &[u8] = &[0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00];

/// EF `001E` can be selected in every application, and read in none `[card: myna-card]`.
const UNREADABLE: u16 = 0x001E;
