use alloc::format;
use alloc::string::String;
use core::fmt;

use crate::DateError;

/// A calendar day that exists, year 1 to 9999 of the Gregorian calendar.
///
/// In messages and on cards eight digits, `YYYYMMDD` [code B7] `[fix]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The last day of the year 9999.
    pub const MAX: Self = Self { year: 9999, month: 12, day: 31 };

    /// A day from its numbers.
    ///
    /// # Errors
    ///
    /// [`DateError::NoSuchDay`] if the calendar has no such day or the year is not within 1–9999.
    pub const fn from_ymd(year: u16, month: u8, day: u8) -> Result<Self, DateError> {
        if year >= 1 && year <= 9999 && day >= 1 && day <= days_in_month(year, month) {
            Ok(Self { year, month, day })
        } else {
            Err(DateError::NoSuchDay)
        }
    }

    /// Reads the wire form: exactly eight half-width digits, `YYYYMMDD`.
    ///
    /// # Errors
    ///
    /// [`DateError::NotEightDigits`] for any other form, [`DateError::NoSuchDay`] for a day the calendar
    /// lacks.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        DateDigits::parse(text.as_bytes())?.date()
    }

    /// The wire form, `YYYYMMDD`.
    #[must_use]
    pub fn to_wire(self) -> String {
        format!("{:04}{:02}{:02}", self.year, self.month, self.day)
    }

    /// The year, 1–9999.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1–12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1–31.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// The day after, or `None` after the last day of the year 9999.
    #[must_use]
    pub const fn next_day(self) -> Option<Self> {
        let next = if self.day < days_in_month(self.year, self.month) {
            Self::from_ymd(self.year, self.month, self.day + 1)
        } else if self.month < 12 {
            Self::from_ymd(self.year, self.month + 1, 1)
        } else {
            Self::from_ymd(self.year + 1, 1, 1)
        };
        match next {
            Ok(day) => Some(day),
            Err(_) => None,
        }
    }

    /// The day before, or `None` before the first day of the year 1.
    #[must_use]
    pub const fn previous_day(self) -> Option<Self> {
        let (year, month) = match (self.day, self.month) {
            (1, 1) => (self.year - 1, 12),
            (1, month) => (self.year, month - 1),
            _ => (self.year, self.month),
        };
        let day = if self.day > 1 { self.day - 1 } else { days_in_month(year, month) };
        match Self::from_ymd(year, month, day) {
            Ok(day) => Some(day),
            Err(_) => None,
        }
    }
}

/// `YYYY-MM-DD`.
impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Eight digits where a day belongs, `YYYYMMDD`; perhaps no day of the calendar, such as `19450000` where only the year
/// of a birth is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateDigits {
    year: u16,
    month: u8,
    day: u8,
}

impl DateDigits {
    /// Reads exactly eight ASCII digits.
    ///
    /// # Errors
    ///
    /// [`DateError::NotEightDigits`] for anything else.
    pub fn parse(digits: &[u8]) -> Result<Self, DateError> {
        let [century, year, month, day] = pairs(digits).ok_or(DateError::NotEightDigits)?;
        Ok(Self { year: in_full(century, year), month, day })
    }

    /// The year as written, 0–9999.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month as written, 0–99.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day as written, 0–99.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// The day they name.
    ///
    /// # Errors
    ///
    /// [`DateError::NoSuchDay`] if the calendar has no such day.
    pub const fn date(self) -> Result<Date, DateError> {
        Date::from_ymd(self.year, self.month, self.day)
    }
}

/// `YYYY-MM-DD`, whether or not the calendar has it.
impl fmt::Display for DateDigits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A month of a year, 1 to 9999.
///
/// In messages six digits, `YYYYMM` [code B7].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    first: Date,
}

impl Month {
    /// Reads the wire form: exactly six half-width digits, `YYYYMM`.
    ///
    /// # Errors
    ///
    /// [`DateError::NotSixDigits`] for any other form, [`DateError::NoSuchDay`] for a month the calendar lacks.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let [century, year, month] = pairs(text.as_bytes()).ok_or(DateError::NotSixDigits)?;
        Date::from_ymd(in_full(century, year), month, 1).map(|first| Self { first })
    }

    /// The wire form, `YYYYMM`.
    #[must_use]
    pub fn to_wire(self) -> String {
        format!("{:04}{:02}", self.first.year, self.first.month)
    }

    /// The first day of the month.
    #[must_use]
    pub const fn first_day(self) -> Date {
        self.first
    }
}

impl From<Date> for Month {
    /// The month a day lies in.
    fn from(day: Date) -> Self {
        Self { first: Date { day: 1, ..day } }
    }
}

/// `YYYY-MM`.
impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}", self.first.year, self.first.month)
    }
}

/// Zero if there is no such month.
const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

/// `N` pairs of digits, and nothing else.
pub(crate) fn pairs<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    let pairs: &[[u8; 2]; N] = pairs.try_into().ok()?;
    let are_digits = pairs.iter().flatten().all(u8::is_ascii_digit);
    are_digits.then(|| pairs.map(|[tens, ones]| (tens - b'0') * 10 + (ones - b'0')))
}

pub(crate) fn in_full(century: u8, year: u8) -> u16 {
    u16::from(century) * 100 + u16::from(year)
}

#[cfg(test)]
mod tests {
    use alloc::borrow::ToOwned;
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn vectors_of_the_wire_form() {
        assert_eq!(Date::parse("20240229"), Date::from_ymd(2024, 2, 29));
        for text in ["20230229", "20241301", "19000229", "00000000", "99999999", "00010100", "20240431"] {
            assert_eq!(Date::parse(text), Err(DateError::NoSuchDay), "{text}");
        }
        for text in ["", "2024022", "202402290", "2024-2-9", "２０２４", " 2024229", "2024 229", "+2024229"]
        {
            assert_eq!(Date::parse(text), Err(DateError::NotEightDigits), "{text}");
        }
    }

    #[test]
    fn only_days_that_exist() {
        for (year, month, day) in [(2024, 2, 29), (2000, 2, 29), (1, 1, 1), (9999, 12, 31)] {
            assert!(Date::from_ymd(year, month, day).is_ok(), "{year}-{month}-{day}");
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
            let refused = Err(DateError::NoSuchDay);
            assert_eq!(Date::from_ymd(year, month, day), refused, "{year}-{month}-{day}");
        }
    }

    #[test]
    fn digits_that_are_no_day() {
        for (digits, shown) in [("19450000", "1945-00-00"), ("00009999", "0000-99-99")] {
            let written = DateDigits::parse(digits.as_bytes()).unwrap();
            assert_eq!((written.date(), written.to_string()), (Err(DateError::NoSuchDay), shown.to_owned()));
        }
        let written = DateDigits::parse(b"19880714").unwrap();
        assert_eq!(written.date(), Date::from_ymd(1988, 7, 14));
        assert_eq!((written.year(), written.month(), written.day()), (1988, 7, 14));
        assert_eq!(DateDigits::parse(b"1988071\xEF"), Err(DateError::NotEightDigits));
    }

    #[test]
    fn months() {
        assert_eq!(Month::parse("202506").unwrap().to_wire(), "202506");
        assert_eq!(Month::from(Date::parse("20250630").unwrap()), Month::parse("202506").unwrap());
        assert_eq!(Month::parse("202513"), Err(DateError::NoSuchDay));
        for text in ["", "20256", "2025066", "2025-6", "２０２５０６"] {
            assert_eq!(Month::parse(text), Err(DateError::NotSixDigits), "{text}");
        }
    }

    #[test]
    fn order_and_display() {
        let (earlier, later) = (Date::parse("20241231").unwrap(), Date::parse("20250101").unwrap());
        assert!(earlier < later);
        assert_eq!(earlier.next_day(), Some(later));
        assert_eq!(later.to_string(), "2025-01-01");
        assert_eq!(Date::from_ymd(9999, 12, 31).unwrap().next_day(), None);
        assert_eq!(Date::MAX.next_day(), None);
        assert_eq!(later.previous_day(), Some(earlier));
        assert_eq!(Date::parse("20240301").unwrap().previous_day(), Date::parse("20240229").ok());
        assert_eq!(Date::from_ymd(1, 1, 1).unwrap().previous_day(), None);
    }
}
