use core::fmt::{self, Display};

use crate::codes;
use myna_error::{Diagnostic, Entry, Language, unknown_detail};

use crate::StatusWord;

/// A response APDU (ISO/IEC 7816-4, 5.1), borrowed.
///
/// ```text
/// | data  | SW1 | SW2 |
///   0..Ne    1     1
/// ```
///
/// `Debug` prints the length and the status, never the data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Response<'a> {
    data: &'a [u8],
    status: StatusWord,
}

/// A response without a status word. PC/SC gives one when the card is pulled in the middle of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseError {
    /// How many bytes there were: 0 or 1.
    pub length: usize,
}

impl<'a> Response<'a> {
    /// Splits a response into data and status word.
    ///
    /// # Errors
    ///
    /// [`ResponseError`] when there are fewer than two bytes.
    pub const fn parse(bytes: &'a [u8]) -> Result<Self, ResponseError> {
        match bytes.split_last_chunk::<2>() {
            Some((data, status)) => Ok(Self { data, status: StatusWord(u16::from_be_bytes(*status)) }),
            None => Err(ResponseError { length: bytes.len() }),
        }
    }

    /// The data field.
    #[must_use]
    pub const fn data(&self) -> &'a [u8] {
        self.data
    }

    /// The status word SW1-SW2.
    #[must_use]
    pub const fn status(&self) -> StatusWord {
        self.status
    }
}

impl fmt::Debug for Response<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes, {}", self.data.len(), self.status)
    }
}

impl Diagnostic for ResponseError {
    fn entry(&self) -> &'static Entry {
        &codes::RESPONSE
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match name {
            "length" => self.length.fmt(f),
            _ => unknown_detail(name, f),
        }
    }
}

myna_error::errors!(ResponseError);
