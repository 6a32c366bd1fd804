use alloc::format;
use alloc::string::String;
use core::fmt;

use crate::date::{in_full, pairs};
use crate::{Date, DateError};

/// A second on the clock of Japan (JST, UTC+9, no summer time).
///
/// In messages fourteen digits without a zone, `YYYYMMDDhhmmss` [code B7]. Hours run 00–23; 24:00:00 and leap
/// seconds are refused (the first as D8 has it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime {
    date: Date,
    hour: u8,
    minute: u8,
    second: u8,
}

impl DateTime {
    /// A second from its day and its clock time in Japan.
    ///
    /// # Errors
    ///
    /// [`DateError::NoSuchTime`] outside 00:00:00–23:59:59.
    pub const fn new(date: Date, hour: u8, minute: u8, second: u8) -> Result<Self, DateError> {
        if hour < 24 && minute < 60 && second < 60 {
            Ok(Self { date, hour, minute, second })
        } else {
            Err(DateError::NoSuchTime)
        }
    }

    /// Reads the wire form: exactly fourteen half-width digits, `YYYYMMDDhhmmss`.
    ///
    /// # Errors
    ///
    /// [`DateError::NotFourteenDigits`] for any other form, [`DateError::NoSuchDay`] or
    /// [`DateError::NoSuchTime`].
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let [century, year, month, day, hour, minute, second] =
            pairs(text.as_bytes()).ok_or(DateError::NotFourteenDigits)?;
        Self::new(Date::from_ymd(in_full(century, year), month, day)?, hour, minute, second)
    }

    /// The wire form, `YYYYMMDDhhmmss`.
    #[must_use]
    pub fn to_wire(self) -> String {
        format!("{}{:02}{:02}{:02}", self.date.to_wire(), self.hour, self.minute, self.second)
    }

    /// The day.
    #[must_use]
    pub const fn date(self) -> Date {
        self.date
    }

    /// The hour, 0–23.
    #[must_use]
    pub const fn hour(self) -> u8 {
        self.hour
    }

    /// The minute, 0–59.
    #[must_use]
    pub const fn minute(self) -> u8 {
        self.minute
    }

    /// The second, 0–59.
    #[must_use]
    pub const fn second(self) -> u8 {
        self.second
    }

    /// Seconds since 1970-01-01T00:00:00Z; negative before. The clock is Japan's, nine hours ahead of UTC.
    #[must_use]
    pub fn to_unix_seconds(self) -> i64 {
        // Days are counted in years that begin in March, so that the leap day is the last of its year.
        let (year, month, day) =
            (i64::from(self.date.year()), i64::from(self.date.month()), i64::from(self.date.day()));
        let (year, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let leap_days = year / 4 - year / 100 + year / 400;
        let days = year * 365 + leap_days + (months * 153 + 2) / 5 + day - 1;
        const DAYS_BEFORE_1970: i64 = 719_468;
        let clock = i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        (days - DAYS_BEFORE_1970) * 86_400 + clock - 9 * 3600
    }

    /// So many seconds later, or `None` past the year 9999.
    ///
    /// Enough for lock times (30 minutes, [seed F0 S36]) and consent times (24 hours, [code B.2]).
    #[must_use]
    pub fn plus_seconds(self, seconds: u32) -> Option<Self> {
        let of_day = u64::from(self.hour) * 3600 + u64::from(self.minute) * 60 + u64::from(self.second);
        let total = of_day + u64::from(seconds);
        let mut date = self.date;
        for _ in 0..total / 86_400 {
            date = date.next_day()?;
        }
        let part = |value: u64| u8::try_from(value).ok();
        Self::new(date, part(total % 86_400 / 3600)?, part(total % 3600 / 60)?, part(total % 60)?).ok()
    }
}

/// `YYYY-MM-DDThh:mm:ss+09:00`.
impl fmt::Display for DateTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}T{:02}:{:02}:{:02}+09:00", self.date, self.hour, self.minute, self.second)
    }
}

/// Seconds since 1970-01-01T00:00:00Z: an instant, as certificates and signatures count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "the bytes that a standard has there")]
pub struct UnixTime(pub u64);

/// Before 1970 the count stays at zero.
impl From<DateTime> for UnixTime {
    fn from(clock: DateTime) -> Self {
        Self(u64::try_from(clock.to_unix_seconds()).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn seconds_since_1970_count_from_utc() {
        for (text, seconds) in [
            ("19700101090000", 0),
            ("19691231235959", -32_401),
            ("20000229000000", 951_750_000),
            ("20251231235959", 1_767_193_199),
            ("20261122153045", 1_795_329_045),
        ] {
            assert_eq!(DateTime::parse(text).unwrap().to_unix_seconds(), seconds, "{text}");
        }
        assert_eq!(UnixTime::from(DateTime::parse("20261122153045").unwrap()), UnixTime(1_795_329_045));
        assert_eq!(UnixTime::from(DateTime::parse("19691231235959").unwrap()), UnixTime(0));
    }

    #[test]
    fn vectors_of_the_wire_form() {
        assert_eq!(DateTime::parse("20230221174835").unwrap().to_wire(), "20230221174835");
        assert_eq!(DateTime::parse("20230221240000"), Err(DateError::NoSuchTime));
        assert_eq!(DateTime::parse("20230229000000"), Err(DateError::NoSuchDay));
        for text in ["", "20230221", "2023022117483", "202302211748355", "2023-02-211748", "２０２３二二"]
        {
            assert_eq!(DateTime::parse(text), Err(DateError::NotFourteenDigits), "{text}");
        }
    }

    #[test]
    fn display() {
        assert_eq!(DateTime::parse("20250602091512").unwrap().to_string(), "2025-06-02T09:15:12+09:00");
    }

    #[test]
    fn seconds_later() {
        let start = DateTime::parse("20240228234500").unwrap();
        assert_eq!(start.plus_seconds(1800).unwrap().to_wire(), "20240229001500");
        assert_eq!(start.plus_seconds(86_400).unwrap().to_wire(), "20240229234500");
        assert_eq!(start.plus_seconds(0), Some(start));
        assert_eq!(DateTime::parse("99991231235959").unwrap().plus_seconds(1), None);
    }
}
