//! What is one text on the wire.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

use crate::meaning::told::Told;
use crate::meaning::warning::Warning;
use myna_calendar::Date;

/// A type that is one text on the wire. It keeps that text whatever it is.
pub(crate) trait Text {
    fn of_text(text: Cow<'_, str>) -> Self
    where
        Self: Sized;

    fn as_text(&self) -> &str;

    /// What is odd about the text, if anything.
    fn finding(&self, path: &str) -> Option<Warning>;

    /// The text, with its meaning beside it if it has one.
    fn told(&self) -> Told {
        Told::Text(self.as_text().to_owned())
    }

    /// The text as the value of an extension in FHIR: the name of the value, which says its type, and the value.
    fn extended(&self) -> (&'static str, Told) {
        ("valueString", Told::Text(self.as_text().to_owned()))
    }

    /// The text on the wire of what the app writes for people, where that is another: words for codes, dates of an era.
    fn of_words(_words: &str) -> Option<String>
    where
        Self: Sized,
    {
        None
    }

    /// The text for people: words for codes, dates in both calendars. Some words changed over time.
    fn shown(&self, _on: Date) -> String {
        self.as_text().to_owned()
    }
}

/// One form for half-width and full-width letters and brackets, without blanks.
pub(crate) fn folded(text: &str) -> String {
    text.nfkc().filter(|character| !is_blank(*character)).collect()
}

pub(crate) fn is_blank(character: char) -> bool {
    character.is_whitespace() || character == '\u{FEFF}'
}

impl Text for String {
    fn of_text(text: Cow<'_, str>) -> Self {
        text.into_owned()
    }

    fn as_text(&self) -> &str {
        self
    }

    fn finding(&self, _: &str) -> Option<Warning> {
        None
    }
}
