use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

/// Why a text or a set of numbers is not a date. The fault lies with whoever wrote the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DateError {
    /// Not eight half-width digits.
    NotEightDigits,
    /// Not six half-width digits.
    NotSixDigits,
    /// Not fourteen half-width digits.
    NotFourteenDigits,
    /// The calendar has no such day.
    NoSuchDay,
    /// The clock has no such time; the last second of a day is 23:59:59.
    NoSuchTime,
    /// Not of the form 昭和63年7月14日.
    NotAnEraDate,
    /// The day lies outside the era named, or before 1873, when Japan's calendar was another one.
    OutsideEra,
}

impl fmt::Display for DateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotEightDigits => "not a date: eight half-width digits YYYYMMDD are expected",
            Self::NotSixDigits => "not a month: six half-width digits YYYYMM are expected",
            Self::NotFourteenDigits => {
                "not a date-time: fourteen half-width digits YYYYMMDDhhmmss are expected"
            }
            Self::NoSuchDay => "the calendar has no such day",
            Self::NoSuchTime => "the clock has no such time: 00:00:00 to 23:59:59 are expected",
            Self::NotAnEraDate => {
                "not a Japanese era date: a form such as 昭和63年7月14日 or 令和元年5月1日 is expected"
            }
            Self::OutsideEra => "the day does not lie within the era named",
        })
    }
}

impl core::error::Error for DateError {}

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
