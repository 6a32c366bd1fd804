use myna_apdu::flow::Blame;
use myna_calendar::DateError;
use thiserror::Error;

use crate::pki::PkiError;

/// Why a simulated card could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SimError {
    /// The test PKI could not make a certificate or a signature for this persona on this day.
    #[error("the card cannot be personalised: {0}")]
    Pki(#[from] PkiError),
}

impl From<DateError> for SimError {
    fn from(error: DateError) -> Self {
        Self::Pki(error.into())
    }
}

impl SimError {
    /// Stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Pki(_) => "sim.pki",
        }
    }

    /// Whose fault it is: a [`Persona`](crate::Persona) is checked when it is read, so what is left is the day it is
    /// asked to live on.
    #[must_use]
    pub const fn blame(&self) -> Blame {
        Blame::Caller
    }
}
