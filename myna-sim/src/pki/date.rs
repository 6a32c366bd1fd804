//! Civil dates, and how long a certificate is valid.

use der::DateTime;
use x509_cert::time::{Time, Validity};

use super::PkiError;

/// A day of the Gregorian calendar, as people in Japan (UTC+9) count days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CivilDate {
    // In this order, because the derived comparison goes by it.
    year: u16,
    month: u8,
    day: u8,
}

impl CivilDate {
    /// A day that exists, from the year 1 to 9999.
    ///
    /// # Errors
    ///
    /// [`PkiError::Date`] if there is no such day.
    pub const fn new(year: u16, month: u8, day: u8) -> Result<Self, PkiError> {
        if year == 0 || year > 9999 || day == 0 || day > days_in_month(year, month) {
            return Err(PkiError::Date);
        }
        Ok(Self { year, month, day })
    }

    /// The year, 1 to 9999.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Eight digits, `YYYYMMDD`.
    #[must_use]
    pub fn digits(self) -> String {
        format!("{:04}{:02}{:02}", self.year, self.month, self.day)
    }

    /// Six digits, `YYMMDD`, where YY is the year of the Japanese era (明治, 大正, 昭和, 平成, 令和): how the references
    /// of the card have a birth date `[card: myna-card]`. A day before the calendar of 1873 counts as 明治.
    #[must_use]
    pub fn era_digits(self) -> String {
        let day = (self.year, self.month, self.day);
        let first = ERAS.into_iter().find(|first| *first <= day).map_or(1868, |(year, ..)| year);
        let year = self.year.saturating_sub(first).saturating_add(1) % 100;
        format!("{year:02}{:02}{:02}", self.month, self.day)
    }

    /// The birthday in `year` of somebody born on this day.
    ///
    /// Somebody born on 29 February has it on the 28th in a common year. That is our choice: no source we
    /// could read says how the real CA counts.
    fn birthday_in(self, year: u16) -> Self {
        Self { year, month: self.month, day: self.day.min(days_in_month(year, self.month)) }
    }
}

/// The first and the last day on which a certificate is valid.
///
/// In the certificate the first day begins at 00:00:00Z (09:00 in Japan, the office opens; our choice) and
/// the last ends at 14:59:59Z (23:59:59 in Japan, `[fix]`). Nothing demands that the first day comes first:
/// that too is a case to test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ValidityPeriod {
    /// The day of notBefore.
    pub first_day: CivilDate,
    /// The day of notAfter.
    pub last_day: CivilDate,
}

impl ValidityPeriod {
    /// The rule of 電子証明書の有効期間: from the day of issue until the 5th birthday after it `[doc] [fix]`.
    ///
    /// A birthday on the day of issue itself does not count. The other half of the rule, that a certificate
    /// does not outlive its card, is the caller's to apply: what a certificate knows of the card is nothing.
    #[must_use]
    pub fn of_certificate(birth_date: CivilDate, issued: CivilDate) -> Self {
        let has_passed = birth_date.birthday_in(issued.year) <= issued;
        let first_birthday_year = if has_passed { issued.year + 1 } else { issued.year };
        Self { first_day: issued, last_day: birth_date.birthday_in(first_birthday_year + 4) }
    }

    pub(super) fn to_x509(self) -> der::Result<Validity> {
        let CivilDate { year, month, day } = self.first_day;
        let not_before = DateTime::new(year, month, day, 0, 0, 0)?;
        let CivilDate { year, month, day } = self.last_day;
        let not_after = DateTime::new(year, month, day, 14, 59, 59)?;
        // UTCTime through 2049, GeneralizedTime from 2050, as RFC 5280 has it.
        Ok(Validity::new(Time::from(not_before), Time::from(not_after)))
    }
}

/// The first days of 令和, 平成, 昭和, 大正.
const ERAS: [(u16, u8, u8); 4] = [(2019, 5, 1), (1989, 1, 8), (1926, 12, 25), (1912, 7, 30)];

/// Zero if there is no such month.
const fn days_in_month(year: u16, month: u8) -> u8 {
    let is_leap_year = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap_year => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: u16, month: u8, day: u8) -> CivilDate {
        CivilDate::new(year, month, day).unwrap()
    }

    #[test]
    fn only_days_that_exist() {
        for (year, month, day) in [(2024, 2, 29), (2000, 2, 29), (1, 1, 1), (9999, 12, 31)] {
            assert!(CivilDate::new(year, month, day).is_ok(), "{year}-{month}-{day}");
        }
        for (year, month, day) in [
            (0, 1, 1),
            (10_000, 1, 1),
            (2023, 2, 29),
            (1900, 2, 29),
            (2024, 0, 1),
            (2024, 13, 1),
            (2024, 1, 0),
            (2024, 4, 31),
        ] {
            assert_eq!(CivilDate::new(year, month, day), Err(PkiError::Date), "{year}-{month}-{day}");
        }
    }

    #[test]
    fn years_of_eras() {
        for ((year, month, day), digits) in [
            ((1980, 2, 17), "550217"),
            ((1912, 7, 29), "450729"),
            ((1912, 7, 30), "010730"),
            ((1926, 12, 24), "151224"),
            ((1926, 12, 25), "011225"),
            ((1989, 1, 7), "640107"),
            ((1989, 1, 8), "010108"),
            ((2019, 4, 30), "310430"),
            ((2019, 5, 1), "010501"),
        ] {
            assert_eq!(date(year, month, day).era_digits(), digits);
        }
    }

    #[test]
    fn valid_until_the_fifth_birthday() {
        let table = [
            // Born, issued, last day.
            ((1980, 5, 20), (2024, 5, 10), (2028, 5, 20)),
            ((1980, 5, 20), (2024, 5, 19), (2028, 5, 20)),
            ((1980, 5, 20), (2024, 5, 20), (2029, 5, 20)),
            ((1980, 5, 20), (2024, 5, 21), (2029, 5, 20)),
            ((1980, 12, 31), (2025, 1, 1), (2029, 12, 31)),
            ((1980, 1, 1), (2024, 12, 31), (2029, 1, 1)),
            ((2000, 2, 29), (2025, 2, 27), (2029, 2, 28)),
            ((2000, 2, 29), (2025, 2, 28), (2030, 2, 28)),
            ((2000, 2, 29), (2024, 2, 28), (2028, 2, 29)),
        ];
        for (born, issued, last) in table {
            let [born, issued, last] = [born, issued, last].map(|(year, month, day)| date(year, month, day));
            let period = ValidityPeriod::of_certificate(born, issued);
            assert_eq!(period, ValidityPeriod { first_day: issued, last_day: last }, "{born:?} {issued:?}");
        }
    }
}
