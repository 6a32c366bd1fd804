use std::fmt::{self, Display};

use myna_calendar::DateError;
use myna_error::{Diagnostic, Entry, ErrorMessage, Language, english, unknown_detail};

use crate::codes;
use crate::pki::PkiError;

/// Why a simulated card could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SimError {
    /// The test PKI could not make a certificate or a signature for this persona on this day.
    Pki(PkiError),
}

impl Display for SimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        english(self).fmt(f)
    }
}

impl Diagnostic for SimError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Pki(_) => &codes::PKI,
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("reason", Self::Pki(error)) => ErrorMessage::new(error, language).what().fmt(f),
            _ => unknown_detail(name, f),
        }
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
