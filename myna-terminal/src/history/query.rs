//! What is looked for, and what is found.

use myna_eligibility::records::InsurerNumber;
use myna_error::{Diagnostic, Entry, english};
use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::entry::{CheckMethod, EntryId, HistorySummary, VerdictKind};
use super::subject::Subject;
use myna_calendar::{Date, DateTime};
use myna_eligibility::person_name::{PLACEHOLDER, fold_kana, fold_number, fold_symbol, plain};

/// The conditions of a search; all that are given must hold, and those about a person of one and the same person. A
/// blank text is no condition.
#[derive(Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "made with `..Default::default()`, so that a further field is nobody's to fill"
)]
pub struct HistoryQuery {
    /// Part of 氏名 or of 氏名（その他）. Widths, blanks and case do not matter; ● in the result is any character
    /// [seed F3 S72].
    pub name: Option<String>,
    /// Part of 氏名カナ: of any width, hiragana as well, small kana or large [seed F3 S73].
    pub kana: Option<String>,
    /// 生年月日.
    pub birthdate: Option<Date>,
    /// 保険者番号, with or without padding.
    pub insurer_number: Option<String>,
    /// 記号, of any width.
    pub symbol: Option<String>,
    /// 番号, of any width, with or without leading zeros.
    pub number: Option<String>,
    /// Checked on this day or later.
    pub checked_from: Option<Date>,
    /// Checked on this day or earlier.
    pub checked_until: Option<Date>,
    /// What the check came to.
    pub verdict: Option<VerdictKind>,
    /// How it was checked.
    pub method: Option<CheckMethod>,
}

impl HistoryQuery {
    /// The query made ready to compare many results with.
    #[must_use]
    pub fn matcher(&self) -> Matcher {
        let said = |text: &Option<String>, fold: fn(&str) -> String| {
            text.as_deref().filter(|text| !text.trim().is_empty()).map(fold)
        };
        Matcher {
            name: said(&self.name, fold_name).map(|name| name.chars().collect()),
            folded: Self {
                name: None,
                kana: said(&self.kana, fold_kana),
                insurer_number: said(&self.insurer_number, fold_insurer),
                symbol: said(&self.symbol, fold_symbol),
                number: said(&self.number, fold_number),
                ..self.clone()
            },
        }
    }
}

/// Which conditions there are, and not what they say: they are personal.
impl fmt::Debug for HistoryQuery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HistoryQuery")
            .field("name", &self.name.is_some())
            .field("kana", &self.kana.is_some())
            .field("birthdate", &self.birthdate.is_some())
            .field("insurer_number", &self.insurer_number.is_some())
            .field("symbol", &self.symbol.is_some())
            .field("number", &self.number.is_some())
            .field("checked_from", &self.checked_from)
            .field("checked_until", &self.checked_until)
            .field("verdict", &self.verdict.map(VerdictKind::code))
            .field("method", &self.method)
            .finish()
    }
}

/// A query whose texts are folded: what a store compares with.
#[derive(Clone)]
pub struct Matcher {
    name: Option<Vec<char>>,
    /// The other conditions.
    folded: HistoryQuery,
}

impl Matcher {
    /// Whether a result fulfils all conditions.
    #[must_use]
    pub fn matches(&self, summary: &HistorySummary) -> bool {
        let day = summary.circumstances.checked_at.date();
        self.folded.checked_from.is_none_or(|from| from <= day)
            && self.folded.checked_until.is_none_or(|until| day <= until)
            && self.folded.verdict.is_none_or(|verdict| verdict == summary.verdict)
            && self.folded.method.as_ref().is_none_or(|method| *method == summary.circumstances.method)
            && (!self.asks_of_a_person() || summary.subjects.iter().any(|subject| self.is(subject)))
    }

    /// 番号, folded.
    pub(super) fn number(&self) -> Option<&str> {
        self.folded.number.as_deref()
    }

    /// 生年月日.
    pub(super) const fn birthdate(&self) -> Option<Date> {
        self.folded.birthdate
    }

    /// The days of the check, both included.
    pub(super) const fn days(&self) -> (Option<Date>, Option<Date>) {
        (self.folded.checked_from, self.folded.checked_until)
    }

    const fn asks_of_a_person(&self) -> bool {
        self.name.is_some()
            || self.folded.kana.is_some()
            || self.folded.birthdate.is_some()
            || self.folded.insurer_number.is_some()
            || self.folded.symbol.is_some()
            || self.folded.number.is_some()
    }

    fn is(&self, subject: &Subject) -> bool {
        let equal = |wanted: &Option<String>, there: &Option<String>, fold: fn(&str) -> String| {
            wanted.as_ref().is_none_or(|wanted| there.as_deref().map(fold).as_ref() == Some(wanted))
        };
        self.name.as_ref().is_none_or(|name| subject.names.iter().any(|there| holds_name(there, name)))
            && self
                .folded
                .kana
                .as_ref()
                .is_none_or(|kana| subject.kana.iter().any(|there| fold_kana(there).contains(kana.as_str())))
            && self.folded.birthdate.is_none_or(|day| subject.birth_day() == Some(day))
            && equal(&self.folded.insurer_number, &subject.insurer_number, fold_insurer)
            && equal(&self.folded.symbol, &subject.symbol, fold_symbol)
            && equal(&self.folded.number, &subject.number, fold_number)
    }
}

/// Nothing: the conditions are personal.
impl fmt::Debug for Matcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Matcher").finish_non_exhaustive()
    }
}

/// ● in the name that is there stands for any one character, as in [`names_agree`](myna_eligibility::checks::names_agree).
fn holds_name(there: &str, wanted: &[char]) -> bool {
    let there: Vec<char> = fold_name(there).chars().collect();
    wanted.is_empty()
        || there.windows(wanted.len()).any(|part| {
            part.iter().zip(wanted).all(|(theirs, ours)| *theirs == PLACEHOLDER || theirs == ours)
        })
}

fn fold_name(name: &str) -> String {
    plain(name).to_lowercase()
}

fn fold_insurer(number: &str) -> String {
    let folded = fold_symbol(number);
    InsurerNumber::new(folded.as_str()).normal().map_or(folded.clone(), str::to_owned)
}

/// Which part of what is found to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "made with `..Default::default()`, so that a further field is nobody's to fill"
)]
pub struct Page {
    /// At most so many results; none if 0.
    pub limit: usize,
    /// Only what comes after this place.
    pub after: Option<Cursor>,
}

impl Page {
    /// From the beginning.
    #[must_use]
    pub const fn first(limit: usize) -> Self {
        Self { limit, after: None }
    }

    /// From a place on, as [`Found::next`] gave it.
    #[must_use]
    pub const fn after(cursor: Cursor, limit: usize) -> Self {
        Self { limit, after: Some(cursor) }
    }
}

/// A place between two results. Results recorded or deleted meanwhile move nothing to another page.
///
/// As a text `YYYYMMDDhhmmss-ID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    checked_at: DateTime,
    id: EntryId,
}

impl Cursor {
    /// The place right after a result.
    #[must_use]
    pub const fn after(summary: &HistorySummary) -> Self {
        Self { checked_at: summary.circumstances.checked_at, id: summary.id }
    }

    /// The instant and the id of the result before the place.
    #[must_use]
    pub const fn parts(self) -> (DateTime, EntryId) {
        (self.checked_at, self.id)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.checked_at.to_wire(), self.id)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (checked_at, id) = text.split_once('-').ok_or(CursorError)?;
        Ok(Self {
            checked_at: DateTime::parse(checked_at).map_err(|_| CursorError)?,
            id: id.parse().map_err(|_| CursorError)?,
        })
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A text that is no [`Cursor`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub struct CursorError;

impl Diagnostic for CursorError {
    fn entry(&self) -> &'static Entry {
        &crate::codes::CURSOR
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// The results, the latest check first.
    pub entries: Vec<HistorySummary>,
    /// Where to go on, if there is more.
    pub next: Option<Cursor>,
}

impl Found {
    /// The page of what an iterator gives in the order of a search. For stores. Takes one result more than the page
    /// holds, to know whether there is more.
    ///
    /// # Errors
    ///
    /// The first of the iterator's.
    pub fn page_of<E>(
        matching: impl Iterator<Item = Result<HistorySummary, E>>,
        limit: usize,
    ) -> Result<Self, E> {
        let mut entries = Vec::new();
        let mut more = false;
        for summary in matching {
            let summary = summary?;
            if entries.len() == limit {
                more = true;
                break;
            }
            entries.push(summary);
        }
        let next = entries.last().filter(|_| more).map(Cursor::after);
        Ok(Self { entries, next })
    }
}
