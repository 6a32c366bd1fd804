use myna_error::{Diagnostic, Entry};

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

myna_error::table! {
    /// Every code of `myna-calendar`.
    pub CALENDAR_CODES;

    NOT_EIGHT_DIGITS = "calendar.date_not_eight_digits", Input, AfterStep,
        en: "not a date: eight half-width digits YYYYMMDD are expected" => "correct the date";
        ja: "日付は半角数字8桁（YYYYMMDD）で入力してください。" => "日付を直して、もう一度お試しください。";
    NOT_SIX_DIGITS = "calendar.month_not_six_digits", Input, AfterStep,
        en: "not a month: six half-width digits YYYYMM are expected" => "correct the month";
        ja: "年月は半角数字6桁（YYYYMM）で入力してください。" => "年月を直して、もう一度お試しください。";
    NOT_FOURTEEN_DIGITS = "calendar.date_time_not_fourteen_digits", Input, AfterStep,
        en: "not a date-time: fourteen half-width digits YYYYMMDDhhmmss are expected" => "correct the date and time";
        ja: "日時は半角数字14桁（YYYYMMDDhhmmss）で入力してください。" => "日時を直して、もう一度お試しください。";
    NO_SUCH_DAY = "calendar.no_such_day", Input, AfterStep,
        en: "the calendar has no such day" => "correct the day";
        ja: "暦に存在しない日付です。" => "日付を直して、もう一度お試しください。";
    NO_SUCH_TIME = "calendar.no_such_time", Input, AfterStep,
        en: "the clock has no such time: 00:00:00 to 23:59:59 are expected" => "correct the time";
        ja: "存在しない時刻です（00:00:00〜23:59:59）。" => "時刻を直して、もう一度お試しください。";
    NOT_AN_ERA_DATE = "calendar.not_an_era_date", Input, AfterStep,
        en: "not a Japanese era date: a form such as 昭和63年7月14日 or 令和元年5月1日 is expected" => "correct the date";
        ja: "和暦の日付は「昭和63年7月14日」の形で入力してください。" => "日付を直して、もう一度お試しください。";
    OUTSIDE_ERA = "calendar.outside_era", Input, AfterStep,
        en: "the day does not lie within the era named" => "correct the era or the day";
        ja: "その元号の期間に含まれない日付です。" => "元号か日付を直して、もう一度お試しください。";
}

impl Diagnostic for DateError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::NotEightDigits => &NOT_EIGHT_DIGITS,
            Self::NotSixDigits => &NOT_SIX_DIGITS,
            Self::NotFourteenDigits => &NOT_FOURTEEN_DIGITS,
            Self::NoSuchDay => &NO_SUCH_DAY,
            Self::NoSuchTime => &NO_SUCH_TIME,
            Self::NotAnEraDate => &NOT_AN_ERA_DATE,
            Self::OutsideEra => &OUTSIDE_ERA,
        }
    }
}

myna_error::errors!(DateError);
