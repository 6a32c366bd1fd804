//! Search of past results: what is kept, found, deleted, and never shown.
#![cfg(feature = "history")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod files;
mod power;
mod processes;
mod search;
mod secrecy;

use myna_error::Diagnostic;
use std::fs;
use std::path::PathBuf;

use myna_eligibility::{EligibilityResponse, Message, calendar::DateTime};
use myna_terminal::history::{
    CheckMethod, Circumstances, HistoryKey, NewEntry, ResultStore as _, SqliteStore,
};

const VALID: &[u8] = include_bytes!("../../../myna-eligibility/tests/samples/e01_valid.xml");
const NO_MATCH: &[u8] = include_bytes!("../../../myna-eligibility/tests/samples/e07_no_match.xml");
const BULK: &[u8] = include_bytes!("../../../myna-eligibility/tests/samples/e14_bulk_answer.xml");

/// A folder of its own for each test, removed at its end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("myna-history-{test}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.join("results.db")
    }

    fn store(&self) -> SqliteStore {
        SqliteStore::open_or_create(&self.file(), &key()).unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn key() -> HistoryKey {
    HistoryKey::new(&[7; 32])
}

fn at(text: &str) -> DateTime {
    DateTime::parse(text).unwrap()
}

fn circumstances(checked_at: &str) -> Circumstances {
    Circumstances::new(at(checked_at), CheckMethod::CardPin).at_terminal("窓口1 TEST")
}

fn entry(bytes: &[u8], checked_at: &str) -> NewEntry {
    NewEntry::of_bytes(bytes, &circumstances(checked_at)).unwrap().remove(0)
}

/// The valid answer with some of its fields changed.
fn changed(checked_at: &str, change: impl FnOnce(&mut EligibilityResponse)) -> NewEntry {
    let mut response = EligibilityResponse::parse(VALID).unwrap();
    change(&mut response);
    let message = Message::Answer(Box::new(response));
    NewEntry::of_message(&message, &circumstances(checked_at)).unwrap().remove(0)
}

#[test]
fn a_single_answer_is_kept_byte_by_byte_and_in_any_encoding() {
    let scratch = Scratch::new("bytes");
    let mut store = scratch.store();
    let shift_jis = include_bytes!("../../../myna-eligibility/tests/samples/e17_shift_jis.xml");
    let copied = include_bytes!("../../../myna-eligibility/tests/samples/e11_copied_text.txt");
    for (number, bytes) in [VALID, NO_MATCH, shift_jis, copied].into_iter().enumerate() {
        let entries = NewEntry::of_bytes(bytes, &circumstances("20250602101500")).unwrap();
        let id = store.record_all(&entries).unwrap()[0];
        assert_eq!(id.get(), u64::try_from(number).unwrap() + 1);
        let kept = store.get(id).unwrap().unwrap();
        assert_eq!(kept.message(), bytes);
        assert_eq!(kept.summary.circumstances, circumstances("20250602101500"));
        assert_eq!(kept.read().unwrap().len(), 1);
    }
    store.verify().unwrap();
}

#[test]
fn a_bulk_answer_becomes_an_entry_for_each_check_with_its_own_verdict() {
    let Message::BulkAnswer(answer) = Message::parse(BULK).unwrap() else { panic!("a bulk answer") };
    let entries = NewEntry::of_bytes(BULK, &circumstances("20250602101500")).unwrap();
    assert_eq!(entries.len(), answer.units().len());
    for (entry, unit) in entries.iter().zip(answer.units()) {
        assert_eq!(entry.verdict().code(), answer.verdict_of(unit).code());
        let Message::BulkAnswer(single) = Message::parse(entry.message()).unwrap() else { panic!("bulk") };
        assert_eq!(single.units(), std::slice::from_ref(unit));
        assert_eq!(single.header, answer.header);
    }
    let request = include_bytes!("../../../myna-eligibility/tests/samples/f01_check_request.xml");
    let refused = NewEntry::of_bytes(request, &circumstances("20250602101500")).unwrap_err();
    assert_eq!(refused.code(), "history.not_a_result");
    let refused = NewEntry::of_bytes(b"<XmlMsg>", &circumstances("20250602101500")).unwrap_err();
    assert_eq!(refused.code(), "xml.truncated");
}

#[test]
fn the_very_same_result_is_recorded_once_and_no_id_comes_again() {
    let scratch = Scratch::new("once");
    let mut store = scratch.store();
    let one = entry(VALID, "20250602101500");
    let later = entry(VALID, "20250602101501");
    let ids = store.record_all(&[one.clone(), later.clone(), one.clone()]).unwrap();
    assert_eq!(ids.iter().map(|id| id.get()).collect::<Vec<_>>(), [1, 2, 1]);
    assert_eq!(store.record_all(std::slice::from_ref(&one)).unwrap(), [ids[0]]);
    assert_eq!(store.count().unwrap(), 2);

    assert!(store.delete(ids[1]).unwrap());
    assert!(!store.delete(ids[1]).unwrap());
    assert_eq!(store.get(ids[1]).unwrap(), None);
    assert_eq!(store.record_all(&[later]).unwrap()[0].get(), 3);
    drop(store);
    assert_eq!(scratch.store().count().unwrap(), 2);
}

#[test]
fn all_of_a_batch_is_recorded_or_none() {
    let scratch = Scratch::new("batch");
    let mut store = scratch.store();
    let other = rusqlite::Connection::open(scratch.file()).unwrap();
    let full =
        "CREATE TRIGGER full BEFORE INSERT ON entry WHEN NEW.id = 3 BEGIN SELECT RAISE(ABORT, 'full'); END";
    other.execute_batch(full).unwrap();
    let batch = ["20250602101500", "20250602101501", "20250602101502"].map(|at| entry(VALID, at));
    assert_eq!(store.record_all(&batch).unwrap_err().code(), "history.store");
    assert_eq!(store.count().unwrap(), 0);
    other.execute_batch("DROP TRIGGER full").unwrap();
    assert_eq!(store.record_all(&batch).unwrap().len(), 3);
    store.verify().unwrap();
}
