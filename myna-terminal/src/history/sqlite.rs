//! The store to use when there is no other: one encrypted SQLite file.
//!
//! In WAL mode with `synchronous=FULL`: a result is on the disk when its transaction is over, readers and a writer do
//! not wait for each other, and two writers take turns.

mod backup;
mod failure;
mod row;
mod schema;

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::ResultStore;
use super::blind_index::{tags_of, tags_wanted};
use super::entry::{EntryId, HistoryEntry, HistorySummary, NewEntry};
use super::error::HistoryError;
use super::key::HistoryKey;
use super::query::{Found, HistoryQuery, Page};
use super::sealing::{Place, Sealer};
use failure::{beside, damaged, failure, new_private};
use myna_calendar::{Date, DateTime};
use row::{SealedSummary, id_of, index, instant, open_summary};

/// How long to wait for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Results in one encrypted SQLite file, safe under several processes and power cuts.
///
/// The file must lie on a disk of this machine: SQLite's log does not work over network shares. Beside it stand
/// `-wal` and `-shm` while it is open; copy it with [`backup_to`](Self::backup_to), never file by file.
pub struct SqliteStore {
    connection: Connection,
    path: PathBuf,
    sealer: Sealer,
}

impl SqliteStore {
    /// Opens a store that is there.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Missing`], [`HistoryError::WrongKey`]; [`HistoryError::NotADatabase`],
    /// [`HistoryError::ForeignDatabase`] and [`HistoryError::NewerVersion`] of a file that is not this library's to
    /// write; [`HistoryError::Busy`].
    pub fn open(path: &Path, key: &HistoryKey) -> Result<Self, HistoryError> {
        match fs::metadata(path) {
            Ok(there) if there.len() == 0 => Err(empty(path)),
            Ok(_) => Self::open_file(path, key, false),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(HistoryError::Missing { path: path.to_owned() })
            }
            Err(source) => Err(HistoryError::Io { path: path.to_owned(), source }),
        }
    }

    /// Opens a store, or makes one if there is no such file, for this user only.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open), and [`HistoryError::Io`] if the file cannot be made.
    pub fn open_or_create(path: &Path, key: &HistoryKey) -> Result<Self, HistoryError> {
        // Only if it is not there: to close a file drops SQLite's locks on it in the whole process.
        match new_private(path) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                // A store gets its log only once it has a first page: an empty one was cut.
                let length = |path: &Path| fs::metadata(path).map_or(0, |file| file.len());
                if length(path) == 0 && length(&beside(path, "-wal")) > 0 {
                    return Err(empty(path));
                }
            }
            Err(source) => return Err(HistoryError::Io { path: path.to_owned(), source }),
        }
        Self::open_file(path, key, true)
    }

    fn open_file(path: &Path, key: &HistoryKey, may_create: bool) -> Result<Self, HistoryError> {
        let failed = |error| failure(path, error);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
        connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
        schema::recognise(&connection, path, may_create)?;
        schema::configure(&connection).map_err(failed)?;
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let sealer = schema::unlock_and_migrate(&transaction, path, key)?;
        transaction.commit().map_err(failed)?;
        schema::keep_a_log(&connection, BUSY_TIMEOUT).map_err(failed)?;
        Ok(Self { connection, path: path.to_owned(), sealer })
    }

    /// Changes the key by which the store is opened. Nothing else changes; backups open with the key they were made
    /// under.
    ///
    /// # Errors
    ///
    /// As [`record_all`](ResultStore::record_all), and [`HistoryError::NotWiped`].
    pub fn rekey(&mut self, key: &HistoryKey) -> Result<(), HistoryError> {
        let locked = self.sealer.locked_with(key)?;
        let path = self.path.clone();
        self.write(|transaction, _| {
            let sql = "UPDATE store SET data_key = ?1";
            transaction.execute(sql, [&locked]).map_err(|error| failure(&path, error))
        })?;
        self.wipe()
    }

    /// Copies the store into one file, while others may write: as it was at one instant. The copy is opened like the
    /// store and with the same key; it appears under its name when it is complete and on the disk.
    ///
    /// An earlier backup of that name is replaced.
    ///
    /// # Errors
    ///
    /// [`HistoryError::WillNotOverwrite`] if anything but a backup stands there, [`HistoryError::Io`].
    pub fn backup_to(&self, target: &Path) -> Result<(), HistoryError> {
        backup::write(&self.connection, &self.path, target)
    }

    /// Reads the whole file and unseals every row.
    ///
    /// # Errors
    ///
    /// [`HistoryError::NotADatabase`] with what SQLite finds, [`HistoryError::Damaged`] with the first row that was altered
    /// or that a search for its number would not find. Rows that are gone leave no trace.
    pub fn verify(&self) -> Result<(), HistoryError> {
        let failed = |error| failure(&self.path, error);
        let verdict: String =
            self.connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(failed)?;
        if verdict != "ok" {
            return Err(HistoryError::NotADatabase { path: self.path.clone(), reason: verdict });
        }
        let mut statement = self.connection.prepare("SELECT id FROM entry").map_err(failed)?;
        let rows: Vec<i64> =
            statement.query_map([], |row| row.get(0)).and_then(Iterator::collect).map_err(failed)?;
        for row in rows {
            let entry = self.entry_of(row)?;
            let subjects = entry.as_ref().map_or(&[][..], |entry| &entry.summary.subjects);
            if self.tags_of_row(row)? != tags_of(subjects, &self.sealer).into_iter().collect() {
                return Err(damaged(&self.path, row));
            }
        }
        Ok(())
    }

    /// The blind indexes a row is found by.
    fn tags_of_row(&self, row: i64) -> Result<BTreeSet<[u8; 16]>, HistoryError> {
        let failed = |error| failure(&self.path, error);
        let mut statement =
            self.connection.prepare("SELECT tag FROM lookup WHERE entry = ?1").map_err(failed)?;
        let tags = statement.query_map([row], |columns| columns.get(0)).map_err(failed)?;
        tags.collect::<Result<_, _>>().map_err(failed)
    }

    /// Does something in a transaction of its own, unless a newer version has taken over the file meanwhile.
    fn write<R>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>, &Sealer) -> Result<R, HistoryError>,
    ) -> Result<R, HistoryError> {
        let Self { connection, path, sealer } = self;
        let failed = |error| failure(path, error);
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        schema::still_ours(&transaction, path)?;
        let result = work(&transaction, sealer)?;
        transaction.commit().map_err(failed)?;
        Ok(result)
    }

    /// Brings what was overwritten into the file, and cuts the log, which still has what was there before.
    fn wipe(&self) -> Result<(), HistoryError> {
        let busy: bool = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(|error| failure(&self.path, error))?;
        if busy { Err(HistoryError::NotWiped { path: self.path.clone() }) } else { Ok(()) }
    }

    fn delete_where(&mut self, sql: &str, parameter: i64) -> Result<u64, HistoryError> {
        let path = self.path.clone();
        let deleted = self.write(|transaction, _| {
            transaction.execute(sql, [parameter]).map_err(|error| failure(&path, error))
        })?;
        self.wipe()?;
        Ok(u64::try_from(deleted).unwrap_or(u64::MAX))
    }

    fn summary_of(&self, row: i64, checked_at: i64, sealed: &[u8]) -> Result<HistorySummary, HistoryError> {
        open_summary(&self.sealer, row, checked_at, sealed).ok_or_else(|| damaged(&self.path, row))
    }

    fn entry_of(&self, row: i64) -> Result<Option<HistoryEntry>, HistoryError> {
        let failed = |error| failure(&self.path, error);
        let mut statement = self
            .connection
            .prepare("SELECT checked_at, summary, message FROM entry WHERE id = ?1")
            .map_err(failed)?;
        let columns = statement
            .query_row([row], |columns| {
                Ok((columns.get(0)?, columns.get::<_, Vec<u8>>(1)?, columns.get::<_, Vec<u8>>(2)?))
            })
            .optional()
            .map_err(failed)?;
        let Some((checked_at, summary, message)) = columns else { return Ok(None) };
        let summary = self.summary_of(row, checked_at, &summary)?;
        let message = self.sealer.unseal(Place::Message { row, checked_at }, &message);
        Ok(Some(HistoryEntry::new(summary, message.ok_or_else(|| damaged(&self.path, row))?)))
    }
}

impl ResultStore for SqliteStore {
    fn record_all(&mut self, entries: &[NewEntry]) -> Result<Vec<EntryId>, HistoryError> {
        let path = self.path.clone();
        self.write(|transaction, sealer| {
            entries.iter().map(|entry| insert(transaction, sealer, entry, &path)).collect()
        })
    }

    fn search(&self, query: &HistoryQuery, page: Page) -> Result<Found, HistoryError> {
        let failed = |error| failure(&self.path, error);
        let matcher = query.matcher();
        let (number, birthdate) = tags_wanted(&matcher, &self.sealer);
        let (from, until) = matcher.days();
        let (last_instant, last_row) = page.after.map_or((i64::MAX, i64::MAX), |after| {
            let (checked_at, id) = after.parts();
            (instant(checked_at), row_of(id))
        });
        let mut statement = self
            .connection
            .prepare(
                "SELECT id, checked_at, summary FROM entry
                 WHERE checked_at BETWEEN ?1 AND ?2 AND (checked_at, id) < (?3, ?4)
                   AND (?5 IS NULL OR id IN (SELECT entry FROM lookup WHERE tag = ?5))
                   AND (?6 IS NULL OR id IN (SELECT entry FROM lookup WHERE tag = ?6))
                 ORDER BY checked_at DESC, id DESC",
            )
            .map_err(failed)?;
        let bounds = (from.map_or(0, first_instant), until.map_or(i64::MAX, last_instant_of));
        let rows = statement
            .query_map(params![bounds.0, bounds.1, last_instant, last_row, number, birthdate], |columns| {
                Ok((columns.get(0)?, columns.get(1)?, columns.get::<_, Vec<u8>>(2)?))
            })
            .map_err(failed)?;
        let summaries = rows.map(|columns| {
            let (row, checked_at, sealed) = columns.map_err(failed)?;
            self.summary_of(row, checked_at, &sealed)
        });
        let matching =
            summaries.filter(|summary| summary.as_ref().map_or(true, |summary| matcher.matches(summary)));
        Found::page_of(matching, page.limit)
    }

    fn get(&self, id: EntryId) -> Result<Option<HistoryEntry>, HistoryError> {
        self.entry_of(row_of(id))
    }

    fn delete(&mut self, id: EntryId) -> Result<bool, HistoryError> {
        Ok(self.delete_where("DELETE FROM entry WHERE id = ?1", row_of(id))? > 0)
    }

    fn purge_before(&mut self, before: DateTime) -> Result<u64, HistoryError> {
        self.delete_where("DELETE FROM entry WHERE checked_at < ?1", instant(before))
    }

    fn count(&self) -> Result<u64, HistoryError> {
        let count: i64 = self
            .connection
            .query_row("SELECT count(*) FROM entry", [], |row| row.get(0))
            .map_err(|error| failure(&self.path, error))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }
}

/// Nothing of the results, nor of the key.
impl fmt::Debug for SqliteStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}

fn insert(
    transaction: &Transaction<'_>,
    sealer: &Sealer,
    entry: &NewEntry,
    path: &Path,
) -> Result<EntryId, HistoryError> {
    let failed = |error| failure(path, error);
    let circumstances = entry.circumstances();
    let checked_at = instant(circumstances.checked_at);
    let digest = sealer.digest(&[
        b"entry",
        &checked_at.to_be_bytes(),
        circumstances.method.code().as_bytes(),
        &[u8::from(circumstances.terminal.is_some())],
        circumstances.terminal.as_deref().unwrap_or_default().as_bytes(),
        entry.message(),
    ]);
    let there = transaction
        .prepare("SELECT id FROM entry WHERE digest = ?1")
        .and_then(|mut statement| statement.query_row([digest], |row| row.get(0)).optional())
        .map_err(failed)?;
    if let Some(row) = there {
        return Ok(id_of(row));
    }
    // What is sealed is bound to its row, so the row's number must be known before. Nobody else writes meanwhile.
    let last: i64 = transaction
        .query_row("SELECT seq FROM sqlite_sequence WHERE name = 'entry'", [], |row| row.get(0))
        .optional()
        .map_err(failed)?
        .unwrap_or_default();
    let row = last.saturating_add(1);
    let text = SealedSummary::text_of(entry)?;
    let summary = sealer.seal(Place::Summary { row, checked_at }, &text)?;
    let message = sealer.seal(Place::Message { row, checked_at }, entry.message())?;
    transaction
        .prepare("INSERT INTO entry (id, checked_at, digest, summary, message) VALUES (?1, ?2, ?3, ?4, ?5)")
        .and_then(|mut statement| statement.execute(params![row, checked_at, digest, summary, message]))
        .map_err(failed)?;
    index(transaction, row, entry.subjects(), sealer).map_err(failed)?;
    Ok(id_of(row))
}

fn first_instant(day: Date) -> i64 {
    day.to_wire().parse::<i64>().map_or(i64::MAX, |day| day * 1_000_000)
}

fn last_instant_of(day: Date) -> i64 {
    first_instant(day).saturating_add(235_959)
}

/// No row has a number beyond `i64`.
fn row_of(id: EntryId) -> i64 {
    id.get().try_into().unwrap_or(i64::MAX)
}

fn empty(path: &Path) -> HistoryError {
    HistoryError::NotADatabase { path: path.to_owned(), reason: "the file is empty".to_owned() }
}
