//! What the file looks like, and how older files become newer ones.
//!
//! ```text
//! store   one row: the store's id, and its own key, sealed under the caller's
//! entry   a result: row number, instant, keyed digest (the same result is not recorded twice), sealed summary and
//!         message
//! lookup  since 2: blind indexes, a tag of 16 bytes to each number and day of birth of a result
//! ```
//!
//! `application_id` says that the file is ours, `user_version` which schema it has.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Transaction, params};

use super::failure::{damaged, failure};
use super::row::{index, open_summary};
use crate::history::error::HistoryError;
use crate::history::key::HistoryKey;
use crate::history::sealing::Sealer;

/// `myna`.
pub(super) const APPLICATION_ID: i64 = 0x6D79_6E61;

/// The schema this version writes.
pub(super) const VERSION: i64 = 2;

const VERSION_1: &str = "
CREATE TABLE store (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    id       BLOB NOT NULL CHECK (length(id) = 16),
    data_key BLOB NOT NULL
) STRICT;
CREATE TABLE entry (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    checked_at INTEGER NOT NULL,
    digest     BLOB NOT NULL UNIQUE,
    summary    BLOB NOT NULL,
    message    BLOB NOT NULL
) STRICT;
CREATE INDEX entry_by_instant ON entry (checked_at, id);
";

const VERSION_2: &str = "
CREATE TABLE lookup (
    tag   BLOB NOT NULL CHECK (length(tag) = 16),
    entry INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    PRIMARY KEY (tag, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX lookup_by_entry ON lookup (entry);
";

/// Refuses a file that is not ours, before anything is written to it.
pub(super) fn recognise(connection: &Connection, path: &Path, may_create: bool) -> Result<(), HistoryError> {
    let failed = |error| failure(path, error);
    // One statement, one state of the file.
    let (application_id, version, tables): (i64, i64, i64) = connection
        .query_row(
            "SELECT (SELECT application_id FROM pragma_application_id),
                    (SELECT user_version FROM pragma_user_version),
                    (SELECT count(*) FROM sqlite_schema)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .map_err(failed)?;
    let is_blank = (application_id, version, tables) == (0, 0, 0);
    if is_blank && may_create {
        return Ok(());
    }
    if application_id != APPLICATION_ID {
        return Err(HistoryError::ForeignDatabase { path: path.to_owned(), application_id });
    }
    known(version, path)
}

/// What is true of a connection, not of the file.
pub(super) fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // The file may come from elsewhere: its schema may call nothing that has side effects.
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    Ok(())
}

/// Makes a new file's tables, or brings an older file's up to date.
pub(super) fn unlock_and_migrate(
    transaction: &Transaction<'_>,
    path: &Path,
    key: &HistoryKey,
) -> Result<Sealer, HistoryError> {
    let failed = |error| failure(path, error);
    // Another process may have been first since the file was recognised.
    let version = version_of(transaction).map_err(failed)?;
    known(version, path)?;
    only_ours(transaction, version, path)?;
    let sealer = if version == 0 { create(transaction, path, key)? } else { unlock(transaction, path, key)? };
    if version < 2 {
        transaction.execute_batch(VERSION_2).map_err(failed)?;
        index_all(transaction, path, &sealer)?;
    }
    if version != VERSION {
        transaction.pragma_update(None, "user_version", VERSION).map_err(failed)?;
    }
    Ok(sealer)
}

/// Refuses a file with anything but our tables, as we make them: a view or a trigger under one of our names would run
/// when we read or write.
fn only_ours(transaction: &Transaction<'_>, version: i64, path: &Path) -> Result<(), HistoryError> {
    let failed = |error| failure(path, error);
    let ours = Connection::open_in_memory().map_err(failed)?;
    for (since, sql) in [(1, VERSION_1), (2, VERSION_2)] {
        if since <= version {
            ours.execute_batch(sql).map_err(failed)?;
        }
    }
    if schema_of(transaction).map_err(failed)? == schema_of(&ours).map_err(failed)? {
        return Ok(());
    }
    let reason = "its tables are not those of a store".to_owned();
    Err(HistoryError::NotADatabase { path: path.to_owned(), reason })
}

type SchemaRow = (Option<String>, Option<String>, Option<String>, Option<String>);

fn schema_of(connection: &Connection) -> rusqlite::Result<Vec<SchemaRow>> {
    let mut statement = connection
        .prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT GLOB 'sqlite_stat*' ORDER BY type, name")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    rows.collect()
}

/// Switches to the log, which is a property of the file.
pub(super) fn keep_a_log(connection: &Connection, patience: Duration) -> rusqlite::Result<()> {
    let deadline = Instant::now() + patience;
    loop {
        let switched =
            connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0));
        match switched {
            // SQLite does not wait by itself here, when another process makes the same switch.
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && Instant::now() < deadline =>
            {
                thread::sleep(Duration::from_millis(5));
            }
            other => break other.map(|_| ())?,
        }
    }
    // The log is there from the first read on, and tells others that the file is in use.
    connection.query_row("SELECT count(*) FROM store", [], |_| Ok(()))
}

/// Refuses to write what a newer version has migrated since this one opened it.
pub(super) fn still_ours(transaction: &Transaction<'_>, path: &Path) -> Result<(), HistoryError> {
    known(version_of(transaction).map_err(|error| failure(path, error))?, path)
}

fn known(found: i64, path: &Path) -> Result<(), HistoryError> {
    if found <= VERSION {
        return Ok(());
    }
    Err(HistoryError::NewerVersion { path: path.to_owned(), found, supported: VERSION })
}

fn version_of(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn create(transaction: &Transaction<'_>, path: &Path, key: &HistoryKey) -> Result<Sealer, HistoryError> {
    let failed = |error| failure(path, error);
    let sealer = Sealer::generate()?;
    let locked = sealer.locked_with(key)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
    transaction.execute_batch(VERSION_1).map_err(failed)?;
    transaction
        .execute("INSERT INTO store (one, id, data_key) VALUES (1, ?1, ?2)", params![sealer.store(), locked])
        .map_err(failed)?;
    Ok(sealer)
}

fn unlock(transaction: &Transaction<'_>, path: &Path, key: &HistoryKey) -> Result<Sealer, HistoryError> {
    let row: Option<([u8; 16], Vec<u8>)> = transaction
        .query_row("SELECT id, data_key FROM store", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .map_err(|error| failure(path, error))?;
    let Some((id, locked)) = row else {
        let reason = "the store's own key is missing".to_owned();
        return Err(HistoryError::NotADatabase { path: path.to_owned(), reason });
    };
    Sealer::unlock(id, &locked, key).ok_or_else(|| HistoryError::WrongKey { path: path.to_owned() })
}

/// The blind indexes of what was recorded before there were any.
fn index_all(transaction: &Transaction<'_>, path: &Path, sealer: &Sealer) -> Result<(), HistoryError> {
    let failed = |error| failure(path, error);
    let mut statement = transaction.prepare("SELECT id, checked_at, summary FROM entry").map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    while let Some(columns) = rows.next().map_err(failed)? {
        let row = columns.get(0).map_err(failed)?;
        let sealed: Vec<u8> = columns.get(2).map_err(failed)?;
        let summary = open_summary(sealer, row, columns.get(1).map_err(failed)?, &sealed)
            .ok_or_else(|| damaged(path, row))?;
        index(transaction, row, &summary.subjects, sealer).map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use myna_error::Diagnostic;
    use std::fs;
    use std::path::PathBuf;

    use super::super::SqliteStore;
    use super::super::row::{SealedSummary, instant};
    use super::*;
    use crate::history::sealing::Place;
    use crate::history::{CheckMethod, Circumstances, HistoryQuery, NewEntry, Page, ResultStore as _};
    use myna_calendar::DateTime;

    const KEY: [u8; 32] = [7; 32];

    /// A file of its own for each test, removed at its end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(test: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("myna-schema-{test}-{}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn file(&self) -> PathBuf {
            self.0.join("results.db")
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn entry() -> NewEntry {
        let bytes = include_bytes!("../../../../myna-eligibility/tests/samples/e01_valid.xml");
        let at = DateTime::parse("20250602101500").unwrap();
        NewEntry::of_bytes(bytes, &Circumstances::new(at, CheckMethod::CardPin)).unwrap().remove(0)
    }

    /// A file as version 1 of the schema was written.
    fn write_version_1(path: &Path, entry: &NewEntry) {
        let mut connection = Connection::open(path).unwrap();
        let transaction = connection.transaction().unwrap();
        let sealer = create(&transaction, path, &HistoryKey::new(&KEY)).unwrap();
        let checked_at = instant(entry.circumstances().checked_at);
        let text = SealedSummary::text_of(entry).unwrap();
        let summary = sealer.seal(Place::Summary { row: 1, checked_at }, &text).unwrap();
        let message = sealer.seal(Place::Message { row: 1, checked_at }, entry.message()).unwrap();
        transaction
            .execute(
                "INSERT INTO entry (id, checked_at, digest, summary, message) VALUES (1, ?1, ?2, ?3, ?4)",
                params![checked_at, [0_u8; 32], summary, message],
            )
            .unwrap();
        transaction.pragma_update(None, "user_version", 1).unwrap();
        transaction.commit().unwrap();
    }

    #[test]
    fn version_1_becomes_version_2_and_its_results_are_found_by_number() {
        let scratch = Scratch::new("migrate");
        let entry = entry();
        write_version_1(&scratch.file(), &entry);
        let wrong = SqliteStore::open(&scratch.file(), &HistoryKey::new(&[8; 32])).unwrap_err();
        assert_eq!(wrong.code(), "history.wrong_key");

        let store = SqliteStore::open(&scratch.file(), &HistoryKey::new(&KEY)).unwrap();
        assert_eq!(version_of(&store.connection).unwrap(), VERSION);
        let number = entry.subjects()[0].number.clone();
        assert!(number.is_some());
        let found =
            store.search(&HistoryQuery { number, ..HistoryQuery::default() }, Page::first(9)).unwrap();
        assert_eq!(found.entries.len(), 1);
        let again = store.get(found.entries[0].id).unwrap().unwrap();
        assert_eq!(again.message(), entry.message());
        store.verify().unwrap();
    }

    #[test]
    fn a_newer_version_is_refused_at_opening_and_while_open() {
        let scratch = Scratch::new("newer");
        let key = HistoryKey::new(&KEY);
        let mut store = SqliteStore::open_or_create(&scratch.file(), &key).unwrap();
        store.record_all(&[entry()]).unwrap();
        let other = Connection::open(scratch.file()).unwrap();
        other.pragma_update(None, "user_version", VERSION + 1).unwrap();
        let error = SqliteStore::open(&scratch.file(), &key).unwrap_err();
        assert_eq!(error.code(), "history.newer_version");
        assert!(error.to_string().contains("results.db"), "{error}");
        assert_eq!(store.delete(crate::history::EntryId::new(1)).unwrap_err().code(), error.code());
        assert_eq!(store.count().unwrap(), 1);
    }

    #[test]
    fn the_connection_keeps_what_it_promises() {
        let scratch = Scratch::new("pragmas");
        let store = SqliteStore::open_or_create(&scratch.file(), &HistoryKey::new(&KEY)).unwrap();
        let pragma = |name: &str| -> String {
            let value = |row: &rusqlite::Row<'_>| row.get::<_, rusqlite::types::Value>(0);
            let value = store.connection.query_row(&format!("PRAGMA {name}"), [], value).unwrap();
            match value {
                rusqlite::types::Value::Integer(number) => number.to_string(),
                rusqlite::types::Value::Text(text) => text,
                other => panic!("{name}: {other:?}"),
            }
        };
        for (name, value) in [
            ("journal_mode", "wal"),
            ("synchronous", "2"),
            ("secure_delete", "1"),
            ("foreign_keys", "1"),
            ("trusted_schema", "0"),
            ("busy_timeout", "5000"),
            ("application_id", "1836674657"),
        ] {
            assert_eq!(pragma(name), value, "{name}");
        }
    }
}
