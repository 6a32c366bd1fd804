use myna_apdu::tlv::Tag;
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use crate::{MyNumberError, RecordFault};

/// 個人番号 (My Number): twelve digits, the last a check digit.
///
/// The law (番号法) says who may collect it and for what; a clinic's eligibility check may not. So it is a type of its
/// own, read by a call of its own, wiped when dropped, and no `Debug` or `Display` shows it.
pub struct MyNumber {
    digits: [u8; 12],
    digest: [u8; 32],
}

impl MyNumber {
    /// Reads EF `0001` of 券面事項入力補助AP (`fix`): `FF10 0C <12 digits> FF FF`, 17 bytes.
    ///
    /// # Errors
    ///
    /// [`RecordFault`]. The card does not check the number it stores; this does.
    pub fn parse(file: &[u8]) -> Result<Self, RecordFault> {
        // The digest is over the file as it stands, so the file has one form only.
        let [0xFF, 0x10, 0x0C, digits @ .., 0xFF, 0xFF] = file else {
            return Err(RecordFault::Missing(Tag(0xFF10)));
        };
        let digits = <[u8; 12]>::try_from(digits).map_err(|_| MyNumberError::NotTwelveDigits)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(MyNumberError::NotTwelveDigits.into());
        }
        if !is_my_number(&digits) {
            return Err(MyNumberError::CheckDigit.into());
        }
        Ok(Self { digits, digest: Sha256::digest(file).into() })
    }

    /// The twelve ASCII digits. The caller answers for what becomes of them.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 12] {
        &self.digits
    }

    pub(crate) const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }
}

/// Whether twelve ASCII digits end in their check digit.
pub(crate) fn is_my_number(digits: &[u8]) -> bool {
    match digits.split_last() {
        Some((check, body)) if body.len() == 11 && digits.iter().all(u8::is_ascii_digit) => {
            check_digit(body) == check - b'0'
        }
        _ => false,
    }
}

/// Over eleven ASCII digits, counted n = 1.. from the right: weight n + 1 up to 6, then n - 5;
/// 11 - (sum mod 11), or 0 when the remainder is 0 or 1.
fn check_digit(body: &[u8]) -> u8 {
    let sum: u32 = body
        .iter()
        .rev()
        .zip([2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6])
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    match sum % 11 {
        0 | 1 => 0,
        remainder => u8::try_from(11 - remainder).unwrap_or(0),
    }
}

impl Drop for MyNumber {
    fn drop(&mut self) {
        self.digits.zeroize();
        self.digest.zeroize();
    }
}

redacted!(MyNumber);
