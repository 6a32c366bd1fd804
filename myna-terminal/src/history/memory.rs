//! A store that forgets.

use std::collections::BTreeMap;

use super::ResultStore;
use super::entry::{EntryId, HistoryEntry, HistorySummary, NewEntry};
use super::error::HistoryError;
use super::query::{Cursor, Found, HistoryQuery, Page};
use myna_calendar::DateTime;

/// Results in memory, gone with the value: for tests, and for a terminal that may keep nothing.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    entries: BTreeMap<EntryId, (NewEntry, HistorySummary)>,
    last: u64,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl ResultStore for MemoryStore {
    fn record_all(&mut self, entries: &[NewEntry]) -> Result<Vec<EntryId>, HistoryError> {
        let mut ids = Vec::with_capacity(entries.len());
        for entry in entries {
            let there = self.entries.iter().find(|(_, (recorded, _))| recorded == entry);
            let id = there.map_or_else(|| EntryId::new(self.last + 1), |(id, _)| *id);
            self.last = self.last.max(id.get());
            self.entries.entry(id).or_insert_with(|| (entry.clone(), HistorySummary::new(id, entry)));
            ids.push(id);
        }
        Ok(ids)
    }

    fn search(&self, query: &HistoryQuery, page: Page) -> Result<Found, HistoryError> {
        let matcher = query.matcher();
        let mut matching: Vec<&HistorySummary> = self
            .entries
            .values()
            .map(|(_, summary)| summary)
            .filter(|summary| matcher.matches(summary))
            .filter(|summary| page.after.is_none_or(|after| Cursor::after(summary) < after))
            .collect();
        matching.sort_by_key(|summary| std::cmp::Reverse(Cursor::after(summary)));
        Found::page_of(matching.into_iter().cloned().map(Ok), page.limit)
    }

    fn get(&self, id: EntryId) -> Result<Option<HistoryEntry>, HistoryError> {
        let entry = self.entries.get(&id);
        Ok(entry.map(|(entry, summary)| HistoryEntry::new(summary.clone(), entry.message().to_vec().into())))
    }

    fn delete(&mut self, id: EntryId) -> Result<bool, HistoryError> {
        Ok(self.entries.remove(&id).is_some())
    }

    fn purge_before(&mut self, instant: DateTime) -> Result<u64, HistoryError> {
        let before = self.entries.len();
        self.entries.retain(|_, (entry, _)| entry.circumstances().checked_at >= instant);
        Ok((before - self.entries.len()).try_into().unwrap_or(u64::MAX))
    }

    fn count(&self) -> Result<u64, HistoryError> {
        Ok(self.entries.len().try_into().unwrap_or(u64::MAX))
    }
}
