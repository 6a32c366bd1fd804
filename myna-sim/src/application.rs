//! What is on the card: applications and their files, made from a persona.

mod common_card;
mod definition;
mod jpki;
pub(crate) mod objects;
mod resident_register;
mod text;
mod visual;

use std::sync::Arc;

use myna_calendar::Date;

pub(crate) use definition::{Application, SessionKeyDelivery};
use definition::{FILLER, UNREADABLE, sex_digit};

use crate::{CardProfile, Persona, SimError};

impl Application {
    /// All of them. The ISD, current after power-on, comes first; in which order the real card tries the start of a name
    /// is not known.
    pub(crate) fn all(persona: &Persona, today: Date) -> Result<Vec<Self>, SimError> {
        let persona = &Arc::new(persona.clone());
        let issued = persona.issued(today)?;
        let expiry = persona.card_expiry(today)?;
        let mut applications = vec![Self::issuer_security_domain(), jpki::application(persona, issued)?];
        if matches!(persona.settings().profile, CardProfile::Card | CardProfile::FaceAuthentication) {
            applications.extend([
                text::application(persona),
                visual::application(persona, expiry),
                resident_register::application(persona),
                common_card::application(persona, expiry),
            ]);
        }
        Ok(applications)
    }
}
