//! The days on which an age changes what an insurance pays (D11).
//!
//! A person reaches an age at the end of the day before the birthday, so somebody born on the 1st of a month
//! reaches it in the month before [law D11].

use crate::Date;

/// The last day of 未就学: the first 31 March on or after the day the person reaches six.
#[must_use]
pub fn preschool_until(birth: Date) -> Option<Date> {
    let reached = day_of_reaching(birth, 6)?;
    let this_year = Date::from_ymd(reached.year(), 3, 31).ok()?;
    if reached <= this_year { Some(this_year) } else { Date::from_ymd(reached.year() + 1, 3, 31).ok() }
}

/// The first day of 高齢受給者証: the 1st of the month after the one in which the person reaches seventy.
#[must_use]
pub fn elderly_certificate_from(birth: Date) -> Option<Date> {
    let reached = day_of_reaching(birth, 70)?;
    match reached.month() {
        12 => Date::from_ymd(reached.year() + 1, 1, 1).ok(),
        month => Date::from_ymd(reached.year(), month + 1, 1).ok(),
    }
}

/// The first day of 後期高齢者医療: the 75th birthday itself. Somebody born on 29 February begins on 1 March.
#[must_use]
pub fn later_stage_from(birth: Date) -> Option<Date> {
    birthday(birth, 75)
}

/// The last day of a certificate of the card (電子証明書): the fifth birthday counted from the day of issue
/// [seed F3 S56]. For explanation only: a card says its own.
///
/// `None` for an issue on the birthday and for a birthday on 29 February; how these count is unknown [code D13].
#[must_use]
pub fn certificate_until(issued: Date, birth: Date) -> Option<Date> {
    let is_on_birthday = (issued.month(), issued.day()) == (birth.month(), birth.day());
    let is_unknown = is_on_birthday || (birth.month(), birth.day()) == (2, 29);
    if is_unknown { None } else { fifth_birthday_after(issued, birth) }
}

/// The fifth birthday after a day; one on the day itself does not count, and one on 29 February is on the 28th in a
/// common year (a guess). `None` past the year 9999.
#[must_use]
pub fn fifth_birthday_after(day: Date, birth: Date) -> Option<Date> {
    let in_year = |year| {
        let eve = || Date::from_ymd(year, birth.month(), birth.day() - 1);
        Date::from_ymd(year, birth.month(), birth.day()).or_else(|_| eve()).ok()
    };
    let first = if in_year(day.year())? > day { day.year() } else { day.year() + 1 };
    in_year(first + 4)
}

/// The day at whose end a person reaches an age.
fn day_of_reaching(birth: Date, age: u16) -> Option<Date> {
    // The day before the birthday; for 29 February that is the 28th whether the year has a 29th or not.
    let year = birth.year() + age;
    if birth.day() > 1 {
        return Date::from_ymd(year, birth.month(), birth.day() - 1).ok();
    }
    let (year, month) = if birth.month() == 1 { (year - 1, 12) } else { (year, birth.month() - 1) };
    (28..=31).rev().find_map(|day| Date::from_ymd(year, month, day).ok())
}

fn birthday(birth: Date, age: u16) -> Option<Date> {
    let year = birth.year() + age;
    Date::from_ymd(year, birth.month(), birth.day()).or_else(|_| Date::from_ymd(year, 3, 1)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn vectors_of_the_ages() {
        for (birth, until) in [
            ("20180401", "20240331"),
            ("20180402", "20250331"),
            ("20181215", "20250331"),
            ("20200229", "20260331"),
            ("20180101", "20240331"),
        ] {
            assert_eq!(preschool_until(day(birth)), Some(day(until)), "{birth}");
        }
        for (birth, from) in [
            ("19550301", "20250301"),
            ("19550302", "20250401"),
            ("19550331", "20250401"),
            ("19550101", "20250101"),
            ("19551231", "20260101"),
            ("19560229", "20260301"),
        ] {
            assert_eq!(elderly_certificate_from(day(birth)), Some(day(from)), "{birth}");
        }
        assert_eq!(later_stage_from(day("19500615")), Some(day("20250615")));
        assert_eq!(later_stage_from(day("19480229")), Some(day("20230301")));
        assert_eq!(later_stage_from(day("99501231")), None);
    }

    #[test]
    fn vectors_of_the_certificate() {
        for (issued, birth, until) in [
            ("20240510", "19880520", Some("20280520")),
            ("20240521", "19880520", Some("20290520")),
            ("20250101", "19881231", Some("20291231")),
            ("20240520", "19880520", None),
            ("20240510", "19880229", None),
        ] {
            assert_eq!(certificate_until(day(issued), day(birth)), until.map(day), "{issued} {birth}");
        }
    }

    #[test]
    fn valid_until_the_fifth_birthday() {
        for (born, issued, last) in [
            ("19800520", "20240510", "20280520"),
            ("19800520", "20240519", "20280520"),
            ("19800520", "20240520", "20290520"),
            ("19800520", "20240521", "20290520"),
            ("19801231", "20250101", "20291231"),
            ("19800101", "20241231", "20290101"),
            ("20000229", "20250227", "20290228"),
            ("20000229", "20250228", "20300228"),
            ("20000229", "20240228", "20280229"),
        ] {
            assert_eq!(fifth_birthday_after(day(issued), day(born)), Some(day(last)), "{born} {issued}");
        }
        assert_eq!(fifth_birthday_after(day("99960101"), day("19800101")), None);
    }
}
