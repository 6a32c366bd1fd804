//! A result as it is recorded and found again.

use myna_eligibility::{
    Message, Verdict,
    forms::{Encoding, ReadError, Reading},
    read,
    records::{BulkAnswer, BulkBody, Repeated},
};
use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use super::error::HistoryError;
use super::subject::Subject;
use myna_calendar::DateTime;

/// Names a result within its store; counts up and is never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct EntryId(u64);

impl EntryId {
    /// An id from its number, as the store or [`get`](Self::get) gave it.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromStr for EntryId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// How the eligibility was checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CheckMethod {
    /// A card, and its holder's PIN [seed F3 S51].
    CardPin,
    /// A card, and staff who compared the face with the photo [seed F3 S50].
    CardVisual,
    /// A card at a face reader (顔認証付きカードリーダー).
    CardFace,
    /// 保険者番号, 記号・番号 and 生年月日, without a card.
    CertificateData,
    /// One of a bulk request (一括照会).
    Bulk,
    /// A home visit, on the consent of an earlier one (再照会) [seed F1 S60].
    HomeVisit,
    /// Taken from a file, in whatever way it had been checked.
    File,
    /// A way of the caller's own, or of a later version, by its name.
    Other(String),
}

impl CheckMethod {
    /// Those that have a name here, and their labels in Japanese.
    const NAMED: [(Self, &'static str, &'static str); 7] = [
        (Self::CardPin, "card_pin", "カード・暗証番号"),
        (Self::CardVisual, "card_visual", "カード・目視"),
        (Self::CardFace, "card_face", "カード・顔認証"),
        (Self::CertificateData, "certificate_data", "記号・番号等の入力"),
        (Self::Bulk, "bulk", "一括照会"),
        (Self::HomeVisit, "home_visit", "訪問（再照会）"),
        (Self::File, "file", "ファイル"),
    ];

    /// A stable name for programs.
    #[must_use]
    pub fn code(&self) -> &str {
        self.names().0
    }

    /// The method of a name; never fails, since others have names of their own.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        let named = Self::NAMED.into_iter().find(|(_, name, _)| *name == code);
        named.map_or_else(|| Self::Other(code.to_owned()), |(method, ..)| method)
    }

    /// For people, in Japanese.
    #[must_use]
    pub fn label_ja(&self) -> &str {
        self.names().1
    }

    fn names(&self) -> (&str, &str) {
        match self {
            Self::Other(name) => (name, name),
            named => {
                let row = Self::NAMED.into_iter().find(|(method, ..)| method == named);
                row.map_or(("", ""), |(_, code, label)| (code, label))
            }
        }
    }
}

/// When, how and where a result came about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Circumstances {
    /// The instant of the check.
    pub checked_at: DateTime,
    /// How it was checked.
    pub method: CheckMethod,
    /// Which terminal checked, by whatever name the facility has for it.
    pub terminal: Option<String>,
}

impl Circumstances {
    /// At no named terminal.
    #[must_use]
    pub const fn new(checked_at: DateTime, method: CheckMethod) -> Self {
        Self { checked_at, method, terminal: None }
    }

    /// The same at a terminal.
    #[must_use]
    pub fn at_terminal(mut self, terminal: impl Into<String>) -> Self {
        self.terminal = Some(terminal.into());
        self
    }
}

/// Which of the verdicts it was, without the texts some of them carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerdictKind {
    code: &'static str,
    label_ja: &'static str,
    label_en: &'static str,
}

impl VerdictKind {
    /// The kind of a verdict.
    #[must_use]
    pub const fn of(verdict: &Verdict) -> Self {
        Self { code: verdict.code(), label_ja: verdict.label_ja(), label_en: verdict.label_en() }
    }

    /// Every kind.
    #[must_use]
    pub fn all() -> [Self; 11] {
        let text = String::new;
        let processing_error = Verdict::ProcessingError { code: text(), message: text() };
        let failed = Verdict::Failed { code: text(), message: text() };
        [
            Self::of(&Verdict::Valid),
            Self::of(&Verdict::ValidWithMedicalAid),
            Self::of(&Verdict::ValidUnregistered),
            Self::of(&Verdict::Invalid),
            Self::of(&Verdict::InvalidNewerExists),
            Self::of(&Verdict::NoMatch),
            Self::of(&Verdict::Multiple),
            Self::of(&processing_error),
            Self::of(&Verdict::Pending),
            Self::of(&failed),
            Self::of(&Verdict::Unknown),
        ]
    }

    /// The kind of a stable name, as [`code`](Self::code) gives it; `None` if there is none.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().into_iter().find(|kind| kind.code == code)
    }

    /// The stable name: [`Verdict::code`].
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// For people, in Japanese.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        self.label_ja
    }

    /// For people, in English.
    #[must_use]
    pub const fn label_en(self) -> &'static str {
        self.label_en
    }
}

impl Serialize for VerdictKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code)
    }
}

/// A result to be recorded.
#[derive(Clone, PartialEq, Eq)]
pub struct NewEntry {
    circumstances: Circumstances,
    verdict: VerdictKind,
    subjects: Vec<Subject>,
    message: Zeroizing<Vec<u8>>,
}

impl NewEntry {
    /// Of the bytes of an answer, in any form that [`read`] knows.
    ///
    /// A single answer is kept byte by byte. A bulk answer becomes an entry for each of its checks, and an archive one
    /// for each of its messages; these are kept as XML, with every element they had.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Unreadable`], and those of [`of_message`](Self::of_message).
    pub fn of_bytes(bytes: &[u8], circumstances: &Circumstances) -> Result<Vec<Self>, HistoryError> {
        let readings = read(bytes)?;
        if let [Reading { message: message @ Message::Answer(_), file: None, .. }] = &readings[..] {
            return Ok(vec![Self::new(message, bytes.to_vec(), circumstances)]);
        }
        let entries = readings.iter().map(|reading| Self::of_message(&reading.message, circumstances));
        Ok(entries.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// Of a message that was read already. It is kept as XML, with every element it had. A bulk answer becomes an entry
    /// for each of its checks.
    ///
    /// # Errors
    ///
    /// [`HistoryError::NotAResult`] of requests and of messages without results, [`HistoryError::Unwritable`] of a
    /// message made in code that cannot be written.
    pub fn of_message(message: &Message, circumstances: &Circumstances) -> Result<Vec<Self>, HistoryError> {
        let written =
            |message: Message| Ok(Self::new(&message, message.write(Encoding::Utf8)?, circumstances));
        match message {
            Message::Answer(_) => Ok(vec![written(message.clone())?]),
            Message::BulkAnswer(answer) => single_checks(answer).map(written).collect(),
            other => Err(HistoryError::NotAResult { kind: other.kind() }),
        }
    }

    /// When, how and where.
    #[must_use]
    pub const fn circumstances(&self) -> &Circumstances {
        &self.circumstances
    }

    /// What it comes to.
    #[must_use]
    pub const fn verdict(&self) -> VerdictKind {
        self.verdict
    }

    /// Whom it is about.
    #[must_use]
    pub fn subjects(&self) -> &[Subject] {
        &self.subjects
    }

    /// The bytes to keep. [`read`] reads them.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    fn new(message: &Message, bytes: Vec<u8>, circumstances: &Circumstances) -> Self {
        let verdict = match message {
            Message::Answer(answer) => answer.verdict(),
            Message::BulkAnswer(answer) => match answer.units() {
                [unit] => answer.verdict_of(unit),
                _ => Verdict::Unknown,
            },
            _ => Verdict::Unknown,
        };
        Self {
            circumstances: circumstances.clone(),
            verdict: VerdictKind::of(&verdict),
            subjects: Subject::all_of(message),
            message: Zeroizing::new(bytes),
        }
    }
}

/// A bulk answer as one answer for each check.
fn single_checks(answer: &BulkAnswer) -> impl Iterator<Item = Message> {
    answer.units().iter().map(|unit| {
        let mut single = BulkAnswer::default();
        single.header.clone_from(&answer.header);
        single.body = answer.body.as_ref().map(|body| {
            let mut single = BulkBody::default();
            single.units = Repeated(vec![unit.clone()]);
            single.processing_result_status.clone_from(&body.processing_result_status);
            single.processing_result_code.clone_from(&body.processing_result_code);
            single.processing_result_message.clone_from(&body.processing_result_message);
            single.unmodelled.clone_from(&body.unmodelled);
            single
        });
        single.unmodelled.clone_from(&answer.unmodelled);
        Message::BulkAnswer(Box::new(single))
    })
}

/// The circumstances and the verdict, and no person.
impl fmt::Debug for NewEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NewEntry")
            .field("circumstances", &self.circumstances)
            .field("verdict", &self.verdict.code)
            .field("subjects", &self.subjects.len())
            .finish_non_exhaustive()
    }
}

/// A result as a list shows it: all but the message.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HistorySummary {
    /// Names it within its store.
    pub id: EntryId,
    /// When, how and where.
    pub circumstances: Circumstances,
    /// What it comes to.
    pub verdict: VerdictKind,
    /// Whom it is about; several if several matched, none if the answer tells nobody.
    pub subjects: Vec<Subject>,
}

impl HistorySummary {
    /// Of an entry under its id. For stores; others get summaries from one.
    #[must_use]
    pub fn new(id: EntryId, entry: &NewEntry) -> Self {
        Self {
            id,
            circumstances: entry.circumstances.clone(),
            verdict: entry.verdict,
            subjects: entry.subjects.clone(),
        }
    }
}

/// The circumstances and the verdict, and no person.
impl fmt::Debug for HistorySummary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HistorySummary")
            .field("id", &self.id)
            .field("circumstances", &self.circumstances)
            .field("verdict", &self.verdict.code)
            .field("subjects", &self.subjects.len())
            .finish()
    }
}

/// A result with its message.
#[derive(Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// All but the message.
    pub summary: HistorySummary,
    message: Zeroizing<Vec<u8>>,
}

impl HistoryEntry {
    /// Of its parts. For stores; others get entries from one.
    #[must_use]
    pub const fn new(summary: HistorySummary, message: Zeroizing<Vec<u8>>) -> Self {
        Self { summary, message }
    }

    /// The bytes as they were recorded.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// Reads the message again, warnings and all.
    ///
    /// # Errors
    ///
    /// None for what this version recorded; a later one may have recorded what this one cannot read.
    pub fn read(&self) -> Result<Vec<Reading>, ReadError> {
        read(&self.message)
    }
}

/// As of the [`HistorySummary`].
impl fmt::Debug for HistoryEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("HistoryEntry").field("summary", &self.summary).finish_non_exhaustive()
    }
}
