//! A result as its row has it.

use myna_calendar::DateTime;
use myna_eligibility::Verdict;
use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::history::blind_index::tags_of;
use crate::history::entry::{CheckMethod, Circumstances, EntryId, HistorySummary, NewEntry, VerdictKind};
use crate::history::error::HistoryError;
use crate::history::sealing::{Place, Sealer};
use crate::history::subject::Subject;

/// The text of a sealed summary: JSON.
#[derive(Serialize, Deserialize)]
pub(super) struct SealedSummary {
    method: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    terminal: Option<String>,
    verdict: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    subjects: Vec<Subject>,
}

impl SealedSummary {
    pub(super) fn text_of(entry: &NewEntry) -> Result<Zeroizing<Vec<u8>>, HistoryError> {
        let circumstances = entry.circumstances();
        let summary = Self {
            method: circumstances.method.code().to_owned(),
            terminal: circumstances.terminal.clone(),
            verdict: entry.verdict().code().to_owned(),
            subjects: entry.subjects().to_vec(),
        };
        let text = serde_json::to_vec(&summary).map_err(|error| HistoryError::Store(error.into()))?;
        Ok(Zeroizing::new(text))
    }
}

/// `None` if it was not sealed for this row.
pub(super) fn open_summary(
    sealer: &Sealer,
    row: i64,
    checked_at: i64,
    sealed: &[u8],
) -> Option<HistorySummary> {
    let text = sealer.unseal(Place::Summary { row, checked_at }, sealed)?;
    let summary: SealedSummary = serde_json::from_slice(&text).ok()?;
    Some(HistorySummary {
        id: id_of(row),
        circumstances: Circumstances {
            checked_at: DateTime::parse(&format!("{checked_at:014}")).ok()?,
            method: CheckMethod::from_code(&summary.method),
            terminal: summary.terminal,
        },
        // A verdict of a later version; the message tells it.
        verdict: VerdictKind::from_code(&summary.verdict).unwrap_or(VerdictKind::of(&Verdict::Unknown)),
        subjects: summary.subjects,
    })
}

/// Makes a row be found by its numbers and days of birth.
pub(super) fn index(
    transaction: &Transaction<'_>,
    row: i64,
    subjects: &[Subject],
    sealer: &Sealer,
) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare("INSERT OR IGNORE INTO lookup (tag, entry) VALUES (?1, ?2)")?;
    for tag in tags_of(subjects, sealer) {
        statement.execute(params![tag, row])?;
    }
    Ok(())
}

pub(super) fn id_of(row: i64) -> EntryId {
    EntryId::new(row.try_into().unwrap_or_default())
}

/// An instant as the file has it: the digits `YYYYMMDDhhmmss` as one number, which sorts as time does.
pub(super) fn instant(time: DateTime) -> i64 {
    time.to_wire().parse().unwrap_or(i64::MAX)
}
