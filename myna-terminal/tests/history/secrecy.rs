//! Nothing personal in the file, in `Debug` or in an error; and nothing of what was deleted.

use myna_error::Diagnostic;
use std::collections::HashSet;
use std::fs;
use std::path::Path;

use myna_eligibility::{calendar::Date, records::Written};
use myna_terminal::history::{
    EntryId, HistoryKey, HistoryQuery, MemoryStore, Page, ResultStore as _, SqliteStore, VerdictKind,
};
use rusqlite::Connection;

use super::{NO_MATCH, Scratch, VALID, at, changed, entry, key};

const NAME: &str = "試験　葵";
const KANA: &str = "ｼｹﾝ ｱｵｲ";

/// The bytes of the file and of its log.
fn bytes_on_disk(file: &Path) -> Vec<u8> {
    let mut bytes = fs::read(file).unwrap();
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    bytes.extend(fs::read(log).unwrap_or_default());
    bytes
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn the_file_holds_no_person() {
    let scratch = Scratch::new("clear");
    let mut store = scratch.store();
    let entry = changed("20250602101500", |response| {
        let result = &mut response.body.as_mut().unwrap().results[0];
        (result.name, result.name_kana) = (Some(NAME.to_owned()), Some(KANA.to_owned()));
        (result.symbol, result.number) = (Some("見本０１".to_owned()), Some("98765432".to_owned()));
        result.birthdate = Some(Written::new("19880714"));
        result.address = Some("見本県見本市１－２".to_owned());
    });
    store.record_all(std::slice::from_ref(&entry)).unwrap();
    let personal = [
        NAME,
        "試験",
        KANA,
        "ｱｵｲ",
        "見本０１",
        "98765432",
        "19880714",
        "1988-07-14",
        "見本県",
        "窓口1",
        "card_pin",
        "valid",
        "01139989",
    ];
    for text in &personal[..12] {
        let kept = [entry.message(), "窓口1 card_pin valid 1988-07-14".as_bytes()].concat();
        assert!(holds(&kept, text.as_bytes()), "{text} would not be missed");
    }
    // Once in the log, and once in the file itself.
    for closed in [false, true] {
        if closed {
            store = scratch.store();
            store.rekey(&key()).unwrap();
            assert_eq!(store.count().unwrap(), 1);
        }
        let bytes = bytes_on_disk(&scratch.file());
        assert!(holds(&bytes, b"SQLite format 3"));
        for text in personal {
            assert!(!holds(&bytes, text.as_bytes()), "{text} in clear");
            let (shift_jis, _, _) = encoding_rs::SHIFT_JIS.encode(text);
            assert!(!holds(&bytes, &shift_jis), "{text} in clear, in Shift_JIS");
        }
        assert!(!holds(&bytes, &[7; 32]), "the key");
    }
}

#[test]
fn debug_and_errors_name_no_person() {
    let entry = entry(VALID, "20250602101500");
    let subject = entry.subjects()[0].clone();
    let query = HistoryQuery {
        name: subject.names.first().cloned(),
        number: subject.number.clone(),
        birthdate: Date::from_ymd(1988, 7, 14).ok(),
        verdict: VerdictKind::from_code("valid"),
        ..HistoryQuery::default()
    };
    let mut memory = MemoryStore::new();
    memory.record_all(std::slice::from_ref(&entry)).unwrap();
    let found = memory.search(&query, Page::first(1)).unwrap();
    let got = memory.get(EntryId::new(1)).unwrap();
    let scratch = Scratch::new("debug");
    let store = scratch.store();
    let text = format!(
        "{entry:?} {subject:?} {query:?} {:?} {memory:?} {found:?} {got:?} {store:?} {:?}",
        query.matcher(),
        key()
    );
    for personal in ["試験", "葵", "1988", "年", subject.number.as_deref().unwrap(), "7, 7", "0707"] {
        assert!(!text.contains(personal), "{personal} in {text}");
    }
    assert!(text.contains("HistoryKey(32 secret bytes)"));
    let refused = HistoryKey::from_hex("試験").unwrap_err();
    assert_eq!(refused.code(), "history.malformed_key");
    assert!(!format!("{refused} {refused:?}").contains("試験"));
}

#[test]
fn what_was_purged_is_no_longer_in_the_file() {
    let scratch = Scratch::new("purged");
    let mut store = scratch.store();
    // Every other one is old, so that deleted rows stand between kept ones on the same pages.
    let entries: Vec<_> = (0..120_u32)
        .map(|number| {
            let day = if number % 2 == 0 { "20200602" } else { "20250602" };
            changed(&format!("{day}10{:02}{:02}", number / 60, number % 60), |_| ())
        })
        .collect();
    store.record_all(&entries).unwrap();
    // What is sealed never repeats; so its bytes tell whether the row is still there.
    let sealed: Vec<(u64, Vec<u8>, Vec<u8>)> = {
        let connection = Connection::open(scratch.file()).unwrap();
        let mut statement = connection.prepare("SELECT id, summary, message FROM entry").unwrap();
        let rows = statement
            .query_map([], |row| Ok((row.get::<_, i64>(0)?.try_into().unwrap(), row.get(1)?, row.get(2)?)));
        rows.unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(sealed.len(), 120);
    let traces = |windows: &HashSet<&[u8]>, id: u64| {
        let (_, summary, message) = sealed.iter().find(|(row, ..)| *row == id).unwrap();
        let parts = [&summary[..16], &summary[summary.len() - 16..], &message[..16], &message[400..416]];
        parts.iter().filter(|part| windows.contains(**part)).count()
    };
    let before = bytes_on_disk(&scratch.file());
    let before = before.windows(16).collect();
    assert!((1..=120).all(|id| traces(&before, id) == 4));

    assert_eq!(store.purge_before(at("20210101000000")).unwrap(), 60);
    assert!(store.delete(EntryId::new(2)).unwrap());
    let after = bytes_on_disk(&scratch.file());
    let after = after.windows(16).collect();
    for id in 1..=120 {
        let is_gone = id % 2 == 1 || id == 2;
        assert_eq!(traces(&after, id), if is_gone { 0 } else { 4 }, "result {id}");
    }
    let connection = Connection::open(scratch.file()).unwrap();
    let orphans: i64 = connection
        .query_row("SELECT count(*) FROM lookup WHERE entry NOT IN (SELECT id FROM entry)", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(orphans, 0, "the index forgets too");
    store.verify().unwrap();
}

#[test]
fn while_another_reads_what_was_deleted_it_is_said_that_it_is_not_wiped() {
    let scratch = Scratch::new("not-wiped");
    let mut store = scratch.store();
    store.record_all(&[entry(VALID, "20200602101500"), entry(VALID, "20250602101500")]).unwrap();
    let reader = Connection::open(scratch.file()).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM entry;").unwrap();
    let error = store.purge_before(at("20210101000000")).unwrap_err();
    assert_eq!(error.code(), "history.not_wiped");
    assert_eq!(store.count().unwrap(), 1, "deleted all the same");
    reader.execute_batch("COMMIT").unwrap();
    assert_eq!(store.purge_before(at("20210101000000")).unwrap(), 0);
    let log = fs::metadata(scratch.0.join("results.db-wal")).unwrap();
    assert_eq!(log.len(), 0, "wiped by the next one");
}

#[test]
fn rows_that_are_altered_swapped_or_redated_are_told() {
    for tampering in [
        "UPDATE entry SET summary = (SELECT summary FROM entry WHERE id = 2) WHERE id = 1",
        "UPDATE entry SET message = (SELECT message FROM entry WHERE id = 2) WHERE id = 1",
        "UPDATE entry SET message = summary WHERE id = 1",
        "UPDATE entry SET checked_at = checked_at + 1 WHERE id = 1",
        "UPDATE entry SET message = substr(message, 1, 40) WHERE id = 1",
        "UPDATE entry SET summary = x'00' WHERE id = 1",
    ] {
        let scratch = Scratch::new("altered");
        let mut store = scratch.store();
        let ids =
            store.record_all(&[entry(VALID, "20250602101500"), entry(NO_MATCH, "20250602101500")]).unwrap();
        store.verify().unwrap();
        assert_eq!(Connection::open(scratch.file()).unwrap().execute(tampering, []).unwrap(), 1);
        let error = store.get(ids[0]).unwrap_err();
        assert_eq!(error.code(), "history.damaged", "{tampering}");
        assert!(error.to_string().contains("result 1"), "{error}");
        assert_eq!(store.verify().unwrap_err().code(), "history.damaged");
        assert!(store.get(ids[1]).unwrap().is_some());
    }
}

#[test]
fn a_changed_key_opens_and_the_old_one_no_longer() {
    let scratch = Scratch::new("rekey");
    let mut store = scratch.store();
    store.record_all(&[entry(VALID, "20250602101500")]).unwrap();
    let new = HistoryKey::generate().unwrap();
    store.rekey(&new).unwrap();
    store.record_all(&[entry(VALID, "20250602101501")]).unwrap();
    drop(store);
    let error = SqliteStore::open(&scratch.file(), &key()).unwrap_err();
    assert_eq!(error.code(), "history.wrong_key");
    let again = HistoryKey::from_hex(&format!("{}\n", new.to_hex().as_str())).unwrap();
    SqliteStore::open(&scratch.file(), &again).unwrap().verify().unwrap();
}
