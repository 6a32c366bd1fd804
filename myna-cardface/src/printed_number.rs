use std::fmt::{self, Display};

use myna_apdu::Pin;
use myna_error::{Diagnostic, Entry, Language, english, unknown_detail};
use thiserror::Error;

use crate::codes;
use crate::my_number::is_my_number;

/// 照合番号A: the twelve digits of My Number. Ten tries.
///
/// Only who may collect My Number by law may ask for it.
pub struct NumberA(Pin);

/// 照合番号B: fourteen digits that stand on the face of the card. Ten tries.
///
/// ```text
/// | birth date, YYMMDD, YY the year of the Japanese era | year of the card's expiry, YYYY | security code, 4 digits |
/// ```
pub struct NumberB(Pin);

/// The birth date as it stands on the face of the card, `YYMMDD` with the year of the Japanese era. Ten tries.
pub struct EraBirthDate(Pin);

/// Digits that are no such number; they never left the host. The text does not tell them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum PrintedNumberError {
    /// So many half-width digits are wanted.
    Digits(usize),
    /// The last digit does not fit the others.
    CheckDigit,
    /// No day of any year.
    Day,
}

impl Diagnostic for PrintedNumberError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Digits(12) => &codes::NUMBER_A,
            Self::Digits(14) => &codes::NUMBER_B,
            Self::Digits(_) => &codes::PRINTED_DIGITS,
            Self::CheckDigit => &codes::PRINTED_CHECK_DIGIT,
            Self::Day => &codes::PRINTED_DAY,
        }
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("length", Self::Digits(length)) => length.fmt(f),
            _ => unknown_detail(name, f),
        }
    }
}

impl NumberA {
    /// Checks the format and the check digit, so that a slip of the finger costs no try.
    ///
    /// # Errors
    ///
    /// [`PrintedNumberError`].
    pub fn new(digits: &str) -> Result<Self, PrintedNumberError> {
        let pin = digits_only(digits, 12)?;
        if is_my_number(digits.as_bytes()) { Ok(Self(pin)) } else { Err(PrintedNumberError::CheckDigit) }
    }

    pub(crate) const fn pin(&self) -> &Pin {
        &self.0
    }
}

impl NumberB {
    /// From the fourteen digits.
    ///
    /// # Errors
    ///
    /// [`PrintedNumberError`].
    pub fn new(digits: &str) -> Result<Self, PrintedNumberError> {
        let pin = digits_only(digits, 14)?;
        check_day(digits)?;
        Ok(Self(pin))
    }

    /// From what stands on the card: `630714` for 昭和63年7月14日, the year of expiry, the four digits of the security
    /// code.
    ///
    /// # Errors
    ///
    /// [`PrintedNumberError`].
    pub fn from_face(
        era_birth_date: &str,
        expiry_year: &str,
        security_code: &str,
    ) -> Result<Self, PrintedNumberError> {
        for (part, length) in [(era_birth_date, 6), (expiry_year, 4), (security_code, 4)] {
            digits_only(part, length)?;
        }
        let digits = zeroize::Zeroizing::new([era_birth_date, expiry_year, security_code].concat());
        Self::new(&digits)
    }

    pub(crate) const fn pin(&self) -> &Pin {
        &self.0
    }
}

impl EraBirthDate {
    /// From six digits: `630714` for 昭和63年7月14日.
    ///
    /// # Errors
    ///
    /// [`PrintedNumberError`].
    pub fn new(digits: &str) -> Result<Self, PrintedNumberError> {
        let pin = digits_only(digits, 6)?;
        check_day(digits)?;
        Ok(Self(pin))
    }

    pub(crate) const fn pin(&self) -> &Pin {
        &self.0
    }
}

fn digits_only(digits: &str, length: usize) -> Result<Pin, PrintedNumberError> {
    if digits.len() != length || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PrintedNumberError::Digits(length));
    }
    Pin::new(digits.as_bytes()).map_err(|_| PrintedNumberError::Digits(length))
}

/// Month and day must be ones, or zero: how the card writes an unknown part of a birth date is not documented.
fn check_day(digits: &str) -> Result<(), PrintedNumberError> {
    let number = |range| digits.get::<std::ops::Range<usize>>(range).and_then(|part| part.parse::<u8>().ok());
    match (number(2..4), number(4..6)) {
        (Some(0..=12), Some(0..=31)) => Ok(()),
        _ => Err(PrintedNumberError::Day),
    }
}

redacted!(NumberA, NumberB, EraBirthDate);
