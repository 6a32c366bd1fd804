use std::fmt;

use myna_apdu::flow::Blame;
use myna_calendar::DateError;

use crate::pki::PkiError;

/// Why a simulated card could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SimError {
    /// The test PKI could not make a certificate or a signature for this persona on this day.
    Pki(PkiError),
}

impl fmt::Display for SimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Pki(error) = self;
        write!(f, "the card cannot be personalised: {error}")
    }
}

impl std::error::Error for SimError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let Self::Pki(error) = self;
        Some(error)
    }
}

impl From<PkiError> for SimError {
    fn from(error: PkiError) -> Self {
        Self::Pki(error)
    }
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
