//! Search of past results (資格確認結果検索): results are kept, found again, and deleted when their time is over.
//!
//! The limited app shows a result once and finds it again through 資格確認結果検索 [seed F0 S60]. How long it keeps
//! results and by what it searches is not public (U8); the conditions here are what a clinic's staff knows of a
//! patient, and how long to keep is the caller's policy.
//!
//! [`ResultStore`] is what a vendor with a database of its own implements. [`SqliteStore`] is the store to use
//! otherwise: one encrypted SQLite file. [`MemoryStore`] forgets, and serves tests.
//!
//! ```
//! use myna_eligibility::calendar::DateTime;
//! use myna_terminal::history::{
//!     CheckMethod, Circumstances, HistoryKey, HistoryQuery, NewEntry, Page, ResultStore as _, SqliteStore,
//! };
//!
//! let folder = std::env::temp_dir().join(format!("myna-history-doc-{}", std::process::id()));
//! std::fs::create_dir_all(&folder)?;
//! let key = HistoryKey::generate()?; // keep it apart from the file
//! let mut store = SqliteStore::open_or_create(&folder.join("results.db"), &key)?;
//!
//! let bytes = include_bytes!("../../myna-eligibility/tests/samples/e01_valid.xml");
//! let circumstances = Circumstances::new(DateTime::parse("20250602101500")?, CheckMethod::CardPin);
//! let entries = NewEntry::of_bytes(bytes, &circumstances)?;
//! store.record_all(&entries)?;
//!
//! let query = HistoryQuery { name: Some("試験".to_owned()), ..HistoryQuery::default() };
//! let found = store.search(&query, Page::first(20))?;
//! let entry = store.get(found.entries[0].id)?.unwrap();
//! assert_eq!(entry.message(), bytes);
//!
//! store.purge_before(DateTime::parse("20300602000000")?)?;
//! assert_eq!(store.count()?, 0);
//! # drop(store);
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What protects the file, and from whom
//!
//! 1. The reader of a stolen disk, backup or `-wal` file sees no name, number, address, day of birth, verdict or
//!    message: all of it is sealed with XChaCha20-Poly1305 under a key that is not in the file.
//! 2. They do see how many results there are, **when** each check was made, about how long its message is, and by the
//!    blind indexes which results are about the same number or the same day of birth. See below.
//! 3. What is sealed is bound to its store, row, instant and column: rows cannot be altered, swapped, re-dated or carried
//!    over to another store without a [`HistoryError::Damaged`].
//! 4. Not detected: rows deleted by whoever can write the file, or the whole file put back to an older state.
//! 5. A wrong key is told at opening, [`HistoryError::WrongKey`], before anything is read or written.
//! 6. Deleted bytes are overwritten (`secure_delete`) and the log is cut; what the disk or its snapshots keep of them
//!    is out of reach. It is ciphertext.
//! 7. The key opens everything. Keep it off the disk of the store, readable by one user; losing it loses the results.
//! 8. A changed key ([`SqliteStore::rekey`]) keeps the old one from opening this file from then on; it does not change
//!    what backups made before open with.
//! 9. Who runs as the same user, or reads the process's memory, is not kept out.
//! 10. `Debug` of every type here shows kinds and counts, no person. Errors name files and row numbers, no person.
//!
//! # Why these indexes
//!
//! A sealed field can be compared only after unsealing, which takes time with every result. Name, kana, insurer and
//! symbol are found so all the same, by unsealing what the range of days holds: parts of names cannot be indexed without
//! giving the names away, and insurers are so few that an index of equal ones could be read by counting. Number and
//! day of birth are asked for exactly, and spread widely; of them the store keeps a keyed digest (HMAC-SHA-256, cut to
//! 16 bytes) of the folded value, so that a patient's results of years are found without unsealing those of others.
//! Without the key the digests cannot be guessed back. They tell which results share a value, and no more.

mod blind_index;
mod entry;
mod error;
mod key;
mod memory;
mod query;
mod sealing;
mod sqlite;
mod subject;

pub use entry::{CheckMethod, Circumstances, EntryId, HistoryEntry, HistorySummary, NewEntry, VerdictKind};
pub use error::HistoryError;
pub use key::HistoryKey;
pub use memory::MemoryStore;
pub use query::{Cursor, CursorError, Found, HistoryQuery, Matcher, Page};
pub use sqlite::SqliteStore;
pub use subject::Subject;

use myna_calendar::DateTime;

/// Where results are kept (資格確認結果の保管先).
///
/// Blocking and object-safe. The clock is the caller's. What is recorded is there once the call has returned, whatever
/// happens to the process or its power afterwards; an error means that nothing was recorded, but for
/// [`HistoryError::Busy`] and the database's own, after which it is looked up or recorded again: to record the very same
/// result again does nothing.
pub trait ResultStore {
    /// Records results, all of them or none, and answers with their ids in the same order.
    ///
    /// The very same result (bytes, instant, method and terminal) is recorded once: a second time gives the same id.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Busy`] if another process holds the store for long, or why the store cannot be written.
    fn record_all(&mut self, entries: &[NewEntry]) -> Result<Vec<EntryId>, HistoryError>;

    /// What fulfils all conditions of the query: the latest check first, of one second the latest recorded first.
    ///
    /// # Errors
    ///
    /// Why the store cannot be read. A row that was tampered with is an error, never left out in silence.
    fn search(&self, query: &HistoryQuery, page: Page) -> Result<Found, HistoryError>;

    /// One result, or `None` if there is none of this id (any more).
    ///
    /// # Errors
    ///
    /// As [`search`](Self::search).
    fn get(&self, id: EntryId) -> Result<Option<HistoryEntry>, HistoryError>;

    /// Deletes one result; tells whether it was there. Its id is never given to another.
    ///
    /// # Errors
    ///
    /// As [`record_all`](Self::record_all), and [`HistoryError::NotWiped`] when it is deleted, but its bytes are not
    /// overwritten yet.
    fn delete(&mut self, id: EntryId) -> Result<bool, HistoryError>;

    /// Deletes what was checked before an instant, as the facility's policy has it; tells how many.
    ///
    /// # Errors
    ///
    /// As [`delete`](Self::delete).
    fn purge_before(&mut self, instant: DateTime) -> Result<u64, HistoryError>;

    /// How many results there are.
    ///
    /// # Errors
    ///
    /// As [`search`](Self::search).
    fn count(&self) -> Result<u64, HistoryError>;
}
