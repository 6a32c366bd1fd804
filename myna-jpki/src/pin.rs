use std::fmt;

use myna_apdu::Pin;
use myna_error::{Diagnostic, Entry, english};
use thiserror::Error;

use crate::error;

/// 利用者証明用電子証明書の暗証番号: four digits, three tries.
pub struct UserAuthenticationPin(Pin);

/// 署名用電子証明書の暗証番号: 6 to 16 of `A`–`Z` and `0`–`9`, at least one of each, five tries.
pub struct SignaturePassword(Pin);

/// A PIN that cannot be right; it never left the host. The text never tells what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum PinFormatError {
    /// Not four half-width digits.
    FourDigits,
    /// Not 6 to 16 half-width capitals and digits, both kinds.
    LettersAndDigits,
}

impl UserAuthenticationPin {
    /// Checks the format and copies the PIN; the caller's copy is the caller's to wipe.
    ///
    /// # Errors
    ///
    /// [`PinFormatError::FourDigits`].
    pub fn new(value: &str) -> Result<Self, PinFormatError> {
        if value.len() != 4 || !value.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PinFormatError::FourDigits);
        }
        Pin::new(value.as_bytes()).map(Self).map_err(|_| PinFormatError::FourDigits)
    }

    pub(crate) const fn pin(&self) -> &Pin {
        &self.0
    }
}

impl SignaturePassword {
    /// Checks the format and copies the password. The card does not fold case: `a` is refused here.
    ///
    /// # Errors
    ///
    /// [`PinFormatError::LettersAndDigits`].
    pub fn new(value: &str) -> Result<Self, PinFormatError> {
        let letters = value.bytes().filter(u8::is_ascii_uppercase).count();
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        if !(6..=16).contains(&value.len()) || letters + digits != value.len() || letters == 0 || digits == 0
        {
            return Err(PinFormatError::LettersAndDigits);
        }
        Pin::new(value.as_bytes()).map(Self).map_err(|_| PinFormatError::LettersAndDigits)
    }

    pub(crate) const fn pin(&self) -> &Pin {
        &self.0
    }
}

impl Diagnostic for PinFormatError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::FourDigits => &error::FOUR_DIGITS,
            Self::LettersAndDigits => &error::LETTERS_AND_DIGITS,
        }
    }
}

impl fmt::Debug for UserAuthenticationPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserAuthenticationPin(redacted)")
    }
}

impl fmt::Debug for SignaturePassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignaturePassword(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_half_width_digits_only() {
        for (value, good) in [
            ("0000", true),
            ("1234", true),
            ("123", false),
            ("12345", false),
            ("12a4", false),
            ("１２３４", false),
            ("", false),
        ] {
            assert_eq!(UserAuthenticationPin::new(value).is_ok(), good, "{value}");
        }
    }

    #[test]
    fn signature_password_mixes_capitals_and_digits() {
        for (value, good) in [
            ("ABC123", true),
            ("A234567890123456", true),
            ("ABC12", false),
            ("A2345678901234567", false),
            ("ABCDEF", false),
            ("123456", false),
            ("abc123", false),
            ("ABC 123", false),
            ("ＡＢＣ１２３", false),
        ] {
            assert_eq!(SignaturePassword::new(value).is_ok(), good, "{value}");
        }
    }

    #[test]
    fn debug_shows_neither_digits_nor_length() {
        let pin = format!("{:?}", UserAuthenticationPin::new("9876").unwrap());
        let password = format!("{:?}", SignaturePassword::new("QWERTY987").unwrap());
        for text in [pin, password] {
            assert!(!text.contains("98") && !text.contains("QW") && !text.contains(['4', '9']), "{text}");
        }
    }
}
