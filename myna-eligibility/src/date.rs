//! Civil dates and times as the eligibility messages write them: `YYYYMMDD` and `YYYYMMDDhhmmss`, in Japan's
//! time.

use std::fmt;

use serde::{Serialize, Serializer};

/// A calendar day that exists, year 1 to 9999 of the Gregorian calendar.
///
/// On the wire eight digits, `YYYYMMDD` [code B7].
///
/// ```
/// use myna_eligibility::Date;
/// let birth = Date::parse("19880714")?;
/// assert_eq!(birth.to_string(), "1988-07-14");
/// assert_eq!(birth.in_both_calendars(), "1988-07-14（昭和63年7月14日）");
/// # Ok::<(), myna_eligibility::DateError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
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
        if text.len() != 8 {
            return Err(DateError::NotEightDigits);
        }
        let mut digits = Digits::new(text).ok_or(DateError::NotEightDigits)?;
        let (century, year) = (digits.pair(), digits.pair());
        Self::from_ymd(u16::from(century) * 100 + u16::from(year), digits.pair(), digits.pair())
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
}

/// `YYYY-MM-DD`.
impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A month of a year, 1 to 9999.
///
/// On the wire six digits, `YYYYMM` [code B7].
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
        match Date::parse(&format!("{text}01")) {
            Ok(first) if text.len() == 6 => Ok(Self { first }),
            Err(DateError::NoSuchDay) => Err(DateError::NoSuchDay),
            _ => Err(DateError::NotSixDigits),
        }
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

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A second on the clock of Japan (JST, UTC+9, no summer time).
///
/// On the wire fourteen digits without a zone, `YYYYMMDDhhmmss` [code B7]. Hours run 00–23; 24:00:00 and leap
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
        let (date, time) = text
            .split_at_checked(8)
            .filter(|(_, time)| time.len() == 6)
            .ok_or(DateError::NotFourteenDigits)?;
        let mut digits = Digits::new(time).ok_or(DateError::NotFourteenDigits)?;
        let date = match Date::parse(date) {
            Err(DateError::NotEightDigits) => return Err(DateError::NotFourteenDigits),
            other => other?,
        };
        Self::new(date, digits.pair(), digits.pair(), digits.pair())
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
            (i64::from(self.date.year), i64::from(self.date.month), i64::from(self.date.day));
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

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a text or a set of numbers is not a date. The fault lies with whoever wrote the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DateError {
    /// Not eight half-width digits.
    #[error("not a date: eight half-width digits YYYYMMDD are expected")]
    NotEightDigits,
    /// Not six half-width digits.
    #[error("not a month: six half-width digits YYYYMM are expected")]
    NotSixDigits,
    /// Not fourteen half-width digits.
    #[error("not a date-time: fourteen half-width digits YYYYMMDDhhmmss are expected")]
    NotFourteenDigits,
    /// The calendar has no such day.
    #[error("the calendar has no such day")]
    NoSuchDay,
    /// The clock has no such time; the last second of a day is 23:59:59.
    #[error("the clock has no such time: 00:00:00 to 23:59:59 are expected")]
    NoSuchTime,
    /// Not of the form 昭和63年7月14日.
    #[error("not a Japanese era date: a form such as 昭和63年7月14日 or 令和元年5月1日 is expected")]
    NotAnEraDate,
    /// The day lies outside the era named, or before 1873, when Japan's calendar was another one.
    #[error("the day does not lie within the era named")]
    OutsideEra,
}

impl DateError {
    /// A stable name for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotEightDigits => "date_not_eight_digits",
            Self::NotSixDigits => "month_not_six_digits",
            Self::NotFourteenDigits => "date_time_not_fourteen_digits",
            Self::NoSuchDay => "no_such_day",
            Self::NoSuchTime => "no_such_time",
            Self::NotAnEraDate => "not_an_era_date",
            Self::OutsideEra => "outside_era",
        }
    }

    /// The same for people, in Japanese.
    #[must_use]
    pub fn message_ja(&self) -> String {
        match self {
            Self::NotEightDigits => "日付は半角数字8桁（YYYYMMDD）で入力してください。",
            Self::NotSixDigits => "年月は半角数字6桁（YYYYMM）で入力してください。",
            Self::NotFourteenDigits => "日時は半角数字14桁（YYYYMMDDhhmmss）で入力してください。",
            Self::NoSuchDay => "暦に存在しない日付です。",
            Self::NoSuchTime => "存在しない時刻です（00:00:00〜23:59:59）。",
            Self::NotAnEraDate => "和暦の日付は「昭和63年7月14日」の形で入力してください。",
            Self::OutsideEra => "その元号の期間に含まれない日付です。",
        }
        .to_owned()
    }
}

const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

/// The digits of a text known to hold nothing else, two at a time.
struct Digits<'a>(&'a [u8]);

impl<'a> Digits<'a> {
    fn new(text: &'a str) -> Option<Self> {
        text.bytes().all(|byte| byte.is_ascii_digit()).then_some(Self(text.as_bytes()))
    }

    /// The next two digits as a number; 0 past the end, which no caller reaches.
    fn pair(&mut self) -> u8 {
        match self.0 {
            [tens, ones, rest @ ..] => {
                self.0 = rest;
                (tens - b'0') * 10 + (ones - b'0')
            }
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
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
    }

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
        assert_eq!(DateTime::parse("20230221174835").unwrap().to_wire(), "20230221174835");
        assert_eq!(DateTime::parse("20230221240000"), Err(DateError::NoSuchTime));
        assert_eq!(DateTime::parse("20230229000000"), Err(DateError::NoSuchDay));
        for text in ["", "20230221", "2023022117483", "202302211748355", "2023-02-211748", "２０２３二二"]
        {
            assert_eq!(DateTime::parse(text), Err(DateError::NotFourteenDigits), "{text}");
        }
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
