use std::fmt::{self, Display};

use myna_calendar::DateError;
use myna_error::{Diagnostic, Entry, Language, unknown_detail};

use crate::codes;

/// Why the test PKI could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PkiError {
    /// There is no such day in the Gregorian calendar.
    Date,
    /// A value of the holder does not fit a certificate.
    Holder {
        /// The field of [`Holder`](super::Holder) at fault.
        field: &'static str,
    },
    /// A serial number is positive.
    Serial,
    /// The private key cannot take an input of this length.
    InputLength(usize),
    /// An embedded key could not be read or used.
    Key,
    /// A certificate could not be put into DER.
    Encoding(String),
}

impl Diagnostic for PkiError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Date => &codes::PKI_DATE,
            Self::Holder { .. } => &codes::PKI_HOLDER,
            Self::Serial => &codes::PKI_SERIAL,
            Self::InputLength(_) => &codes::PKI_INPUT_LENGTH,
            Self::Key => &codes::PKI_KEY,
            Self::Encoding(_) => &codes::PKI_ENCODING,
        }
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("field", Self::Holder { field }) => f.write_str(field),
            ("length", Self::InputLength(length)) => length.fmt(f),
            ("reason", Self::Encoding(reason)) => f.write_str(reason),
            _ => unknown_detail(name, f),
        }
    }
}

myna_error::errors!(PkiError);

impl From<DateError> for PkiError {
    fn from(_: DateError) -> Self {
        Self::Date
    }
}
