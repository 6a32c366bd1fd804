use std::fmt;

use myna_calendar::DateError;

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

impl fmt::Display for PkiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date => f.write_str("no such day in the calendar"),
            Self::Holder { field } => write!(f, "the holder's {field} does not fit a certificate"),
            Self::Serial => f.write_str("a certificate's serial number must not be zero"),
            Self::InputLength(length) => {
                write!(f, "the simulated key cannot take an input of {length} bytes")
            }
            Self::Key => f.write_str("a simulated key could not be read or used"),
            Self::Encoding(reason) => write!(f, "the certificate could not be encoded: {reason}"),
        }
    }
}

impl std::error::Error for PkiError {}

impl From<DateError> for PkiError {
    fn from(_: DateError) -> Self {
        Self::Date
    }
}
