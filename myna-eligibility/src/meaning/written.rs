//! A text as the message wrote it, with its meaning beside it.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::meaning::text::{Text, folded};
use crate::meaning::told::{Told, raw_text};
use crate::meaning::warning::Warning;
use myna_calendar::{Date, DateTime, Month};

/// A text of a message and what it means.
///
/// The text is kept whatever it is, so that nothing is lost when the message is written again; the meaning is
/// there only if the text has one. A text without meaning is a warning of [`warnings`](crate::warnings()),
/// never an error.
///
/// In JSON `{"raw": …, "value": …}`: the text, and beside it the meaning in plain words (`2025-06-02`), `null` where
/// the text has none. The bare text is read as well.
///
/// ```
/// use myna_eligibility::{calendar::Date, records::Written};
/// let good = Written::<Date>::new("20250602");
/// assert_eq!(good.value(), Date::from_ymd(2025, 6, 2).ok());
/// let bad = Written::<Date>::new("20250631");
/// assert_eq!((bad.text(), bad.value()), ("20250631", None));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<T> {
    text: String,
    value: Option<T>,
}

impl<T: Meaning> Written<T> {
    /// Takes the text as the message has it.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let value = T::of_text(&text);
        Self { text, value }
    }

    /// The text, unchanged.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the text means, or `None` if it has no such meaning.
    #[must_use]
    pub fn value(&self) -> Option<T> {
        self.value
    }
}

impl<T: Meaning> Text for Written<T> {
    fn of_text(text: Cow<'_, str>) -> Self {
        Self::new(text)
    }

    fn as_text(&self) -> &str {
        self.text()
    }

    fn finding(&self, path: &str) -> Option<Warning> {
        T::finding(self, path)
    }

    /// `{"raw": …, "value": …}`, the value `null` if the text has no such meaning.
    fn told(&self) -> Told {
        let value = self.value.map_or(Told::Null, |value| Told::Text(value.to_string()));
        Told::Object(vec![("raw".to_owned(), Told::Text(self.text.clone())), ("value".to_owned(), value)])
    }

    /// What the text means, where that says all of the text.
    fn extended(&self) -> (&'static str, Told) {
        let value = self.value.map(|value| value.to_string()).filter(|value| {
            let digits: String = value.chars().filter(char::is_ascii_digit).collect();
            digits.starts_with(&self.text)
        });
        match (T::FHIR_VALUE, value) {
            (Some(name), Some(value)) => (name, Told::Text(value)),
            _ => ("valueString", Told::Text(self.text.clone())),
        }
    }

    fn of_words(words: &str) -> Option<String> {
        T::of_words(words)
    }

    fn shown(&self, _: Date) -> String {
        self.value.map_or_else(|| self.text.clone(), T::shown)
    }
}

impl From<Date> for Written<Date> {
    fn from(date: Date) -> Self {
        Self::new(date.to_wire())
    }
}

impl From<DateTime> for Written<DateTime> {
    fn from(time: DateTime) -> Self {
        Self::new(time.to_wire())
    }
}

impl<T: Meaning> Serialize for Written<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.told().serialize(serializer)
    }
}

impl<'de, T: Meaning> Deserialize<'de> for Written<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::new(raw_text(deserializer)?))
    }
}

/// What a text can mean: a [`Date`], a [`DateTime`], a [`Month`], a [`Ratio`](crate::records::Ratio).
pub trait Meaning: Copy + Eq + fmt::Debug + fmt::Display {
    /// The name of the value in an extension of FHIR that is written as the meaning is shown; `None`: a text.
    const FHIR_VALUE: Option<&'static str> = None;

    /// The meaning of a text of the wire, or `None` if it has none.
    fn of_text(text: &str) -> Option<Self>;

    /// What is odd about a written value, if anything; `path` is where it stands.
    fn finding(written: &Written<Self>, path: &str) -> Option<Warning>;

    /// The text on the wire of what the limited app writes for people, if it can be understood.
    #[must_use]
    fn of_words(_words: &str) -> Option<String> {
        None
    }

    /// The meaning as people read it.
    fn shown(self) -> String {
        self.to_string()
    }
}

impl Meaning for Date {
    const FHIR_VALUE: Option<&'static str> = Some("valueDate");

    fn shown(self) -> String {
        self.in_both_calendars()
    }

    /// A date in any of the forms seen [code B.6].
    fn of_words(words: &str) -> Option<String> {
        let plain = folded(words);
        let numbers = || {
            let mut parts = plain.split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty());
            let date = Self::from_ymd(
                parts.next()?.parse().ok()?,
                parts.next()?.parse().ok()?,
                parts.next()?.parse().ok()?,
            );
            date.ok().filter(|date| date.year() >= 1000 && parts.next().is_none())
        };
        let date = Self::parse(&plain).ok().or_else(|| Self::parse_japanese(&plain).ok()).or_else(numbers);
        date.map(Self::to_wire)
    }

    fn of_text(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }

    fn finding(written: &Written<Self>, path: &str) -> Option<Warning> {
        if written.value().is_some() {
            return None;
        }
        // Never seen on this wire, but common elsewhere for "no end" and "not known".
        Some(if matches!(written.text(), "99999999" | "00000000") {
            Warning::new(
                "open_date",
                path,
                "日付がないことを表すとみられる値です。日付なしとして扱います。",
                "the value probably stands for no written and is taken as none",
            )
        } else {
            Warning::new(
                "malformed_date",
                path,
                "日付（YYYYMMDD）として読めません。",
                "this is not a written YYYYMMDD",
            )
        })
    }
}

impl Meaning for DateTime {
    const FHIR_VALUE: Option<&'static str> = Some("valueDateTime");

    fn shown(self) -> String {
        format!("{} {:02}:{:02}:{:02}", self.date(), self.hour(), self.minute(), self.second())
    }

    fn of_text(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }

    fn finding(written: &Written<Self>, path: &str) -> Option<Warning> {
        written.value().is_none().then(|| {
            Warning::new(
                "malformed_date_time",
                path,
                "日時（YYYYMMDDhhmmss）として読めません。",
                "this is not a date-written YYYYMMDDhhmmss",
            )
        })
    }
}

impl Meaning for Month {
    const FHIR_VALUE: Option<&'static str> = Some("valueDate");

    fn of_text(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }

    fn finding(written: &Written<Self>, path: &str) -> Option<Warning> {
        written.value().is_none().then(|| {
            Warning::new(
                "malformed_month",
                path,
                "年月（YYYYMM）として読めません。",
                "this is not a written YYYYMM",
            )
        })
    }
}
