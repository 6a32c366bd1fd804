use myna_calendar::{Date, fifth_birthday_after};

use super::asn1::sequence;
use super::error::PkiError;
use crate::object::object;

/// The first and the last day on which a certificate is valid.
///
/// In the certificate the first day begins at 00:00:00Z (09:00 in Japan, the office opens; our choice) and
/// the last ends at 14:59:59Z (23:59:59 in Japan, `[fix]`). Nothing demands that the first day comes first:
/// that too is a case to test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "made by its users: a further field has to be theirs to fill")]
pub struct ValidityPeriod {
    /// The day of notBefore.
    pub first_day: Date,
    /// The day of notAfter.
    pub last_day: Date,
}

impl ValidityPeriod {
    /// The rule of 電子証明書の有効期間: from the day of issue until the 5th birthday after it `[doc] [fix]`.
    ///
    /// A birthday on the day of issue itself does not count. The other half of the rule, that a certificate
    /// does not outlive its card, is the caller's to apply: what a certificate knows of the card is nothing.
    #[must_use]
    pub fn of_certificate(birth_date: Date, issued: Date) -> Self {
        let last_day = fifth_birthday_after(issued, birth_date).unwrap_or(Date::MAX);
        Self { first_day: issued, last_day }
    }

    pub(super) fn to_der(self) -> Result<Vec<u8>, PkiError> {
        Ok(sequence(&[time(self.first_day, "000000Z")?, time(self.last_day, "145959Z")?]))
    }
}

/// UTCTime through 2049, GeneralizedTime from 2050, as RFC 5280 has it; nothing before 1970.
fn time(day: Date, time: &str) -> Result<Vec<u8>, PkiError> {
    let written = format!("{}{time}", day.to_wire());
    match (day.year(), written.get(2..)) {
        (1970..=2049, Some(short)) => Ok(object([0x17], short.as_bytes())),
        (2050.., _) => Ok(object([0x18], written.as_bytes())),
        _ => Err(PkiError::Encoding("date/time error".to_owned())),
    }
}
