//! 和暦: the Japanese eras, in which people in Japan know their birthday.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};

use crate::{Date, DateError};

/// A Japanese era (元号) of the Gregorian age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Era {
    /// 明治, 1868–1912. Here from 1873-01-01 (明治6年), when Japan took up the Gregorian calendar: earlier days of
    /// the era count in another calendar and are not converted.
    Meiji,
    /// 大正, from 1912-07-30.
    Taisho,
    /// 昭和, from 1926-12-25.
    Showa,
    /// 平成, from 1989-01-08.
    Heisei,
    /// 令和, from 2019-05-01.
    Reiwa,
}

impl Era {
    /// All eras, newest first.
    const ALL: [Self; 5] = [Self::Reiwa, Self::Heisei, Self::Showa, Self::Taisho, Self::Meiji];

    /// The era's name, such as 昭和.
    #[must_use]
    pub const fn name_ja(self) -> &'static str {
        self.row().1
    }

    /// The era's number (年号コード), 1 for 明治 to 5 for 令和 `[fix]`.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.row().0
    }

    /// The year before the first year (元年) of the era.
    const fn year_zero(self) -> u16 {
        self.row().2
    }

    /// First day [law D8]; a change of era falls on one day, which belongs to the new era here.
    const fn first_day(self) -> (u16, u8, u8) {
        self.row().3
    }

    /// Number, name, the year before the first, the first day.
    const fn row(self) -> (u8, &'static str, u16, (u16, u8, u8)) {
        match self {
            Self::Meiji => (1, "明治", 1867, (1873, 1, 1)),
            Self::Taisho => (2, "大正", 1911, (1912, 7, 30)),
            Self::Showa => (3, "昭和", 1925, (1926, 12, 25)),
            Self::Heisei => (4, "平成", 1988, (1989, 1, 8)),
            Self::Reiwa => (5, "令和", 2018, (2019, 5, 1)),
        }
    }
}

impl Date {
    /// The era of this day and the year within it (元年 is 1), or `None` before 1873.
    #[must_use]
    pub fn era(self) -> Option<(Era, u16)> {
        let day = (self.year(), self.month(), self.day());
        let era = Era::ALL.into_iter().find(|era| day >= era.first_day())?;
        Some((era, self.year() - era.year_zero()))
    }

    /// `昭和63年7月14日`, `令和元年5月1日`; `None` before 1873.
    #[must_use]
    pub fn in_japanese(self) -> Option<String> {
        let (era, year) = self.era()?;
        let year = if year == 1 { "元".to_owned() } else { year.to_string() };
        Some(format!("{}{year}年{}月{}日", era.name_ja(), self.month(), self.day()))
    }

    /// `1988-07-14（昭和63年7月14日）`; the Gregorian form alone before 1873.
    #[must_use]
    pub fn in_both_calendars(self) -> String {
        self.in_japanese().map_or_else(|| self.to_string(), |japanese| format!("{self}（{japanese}）"))
    }

    /// Six digits, `YYMMDD`, where YY is the year of the era: how the references of the card have a birth date
    /// `[card: myna-card]`. A day before 1873 counts in the Gregorian years of 明治.
    #[must_use]
    pub fn era_digits(self) -> String {
        let in_meiji = || self.year().saturating_sub(Era::Meiji.year_zero()).max(1) % 100;
        let year = self.era().map_or_else(in_meiji, |(_, year)| year % 100);
        format!("{year:02}{:02}{:02}", self.month(), self.day())
    }

    /// Reads `昭和63年7月14日`; the year may be 元, the digits half-width or full-width.
    ///
    /// # Errors
    ///
    /// [`DateError::NotAnEraDate`] for another form, [`DateError::NoSuchDay`], and [`DateError::OutsideEra`]
    /// for a day of another era, such as 昭和64年1月8日.
    pub fn parse_japanese(text: &str) -> Result<Self, DateError> {
        let form = || DateError::NotAnEraDate;
        let (era, rest) = Era::ALL
            .into_iter()
            .find_map(|era| text.strip_prefix(era.name_ja()).map(|rest| (era, rest)))
            .ok_or_else(form)?;
        let (year, rest) = rest.split_once('年').ok_or_else(form)?;
        let (month, rest) = rest.split_once('月').ok_or_else(form)?;
        let day = rest.strip_suffix('日').ok_or_else(form)?;
        let year = if year == "元" { 1 } else { number(year).ok_or_else(form)? };
        let (month, day) = (number(month).ok_or_else(form)?, number(day).ok_or_else(form)?);
        let date = Self::from_ymd(era.year_zero() + u16::from(year), month, day)?;
        if date.era() == Some((era, u16::from(year))) { Ok(date) } else { Err(DateError::OutsideEra) }
    }
}

/// One or two digits, half-width or full-width.
fn number(text: &str) -> Option<u8> {
    if !(1..=2).contains(&text.chars().count()) {
        return None;
    }
    text.chars().try_fold(0_u8, |number, character| {
        let digit = match character {
            '0'..='9' => character.to_digit(10),
            '０'..='９' => Some(u32::from(character) - u32::from('０')),
            _ => None,
        };
        Some(number * 10 + u8::try_from(digit?).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn era_vectors_both_ways() {
        for (japanese, wire) in [
            ("令和7年1月31日", "20250131"),
            ("平成31年4月30日", "20190430"),
            ("令和元年5月1日", "20190501"),
            ("昭和64年1月7日", "19890107"),
            ("平成元年1月8日", "19890108"),
            ("昭和63年7月14日", "19880714"),
            ("昭和元年12月25日", "19261225"),
            ("大正15年12月24日", "19261224"),
            ("大正元年7月30日", "19120730"),
            ("明治45年7月29日", "19120729"),
            ("明治6年1月1日", "18730101"),
        ] {
            let date = Date::parse(wire).unwrap();
            assert_eq!(Date::parse_japanese(japanese), Ok(date), "{japanese}");
            assert_eq!(date.in_japanese().as_deref(), Some(japanese));
        }
        assert_eq!(Date::parse_japanese("令和７年１月３１日"), Date::parse("20250131"));
    }

    #[test]
    fn refusals() {
        for text in ["昭和64年1月8日", "令和元年4月30日", "明治5年1月1日", "平成0年1月1日"]
        {
            assert_eq!(Date::parse_japanese(text), Err(DateError::OutsideEra), "{text}");
        }
        for text in [
            "",
            "令和",
            "令和7年",
            "令和7年1月",
            "令和7年1月31",
            "令和100年1月1日",
            "西暦7年1月1日",
            "令和七年1月1日",
        ] {
            assert_eq!(Date::parse_japanese(text), Err(DateError::NotAnEraDate), "{text}");
        }
        assert_eq!(Date::parse_japanese("令和7年2月29日"), Err(DateError::NoSuchDay));
    }

    #[test]
    fn both_calendars() {
        assert_eq!(Date::parse("20190501").unwrap().in_both_calendars(), "2019-05-01（令和元年5月1日）");
        assert_eq!(Date::parse("18721231").unwrap().in_both_calendars(), "1872-12-31");
    }

    #[test]
    fn years_of_eras() {
        for (date, digits) in [
            ("19800217", "550217"),
            ("19120729", "450729"),
            ("19120730", "010730"),
            ("19261224", "151224"),
            ("19261225", "011225"),
            ("19890107", "640107"),
            ("19890108", "010108"),
            ("20190430", "310430"),
            ("20190501", "010501"),
            ("18721231", "051231"),
            ("00010101", "010101"),
        ] {
            assert_eq!(Date::parse(date).unwrap().era_digits(), digits);
        }
    }
}
