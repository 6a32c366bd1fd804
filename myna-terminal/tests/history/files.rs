//! Files that are none of ours, and backups.

use myna_error::Diagnostic;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use myna_terminal::history::{HistoryKey, HistoryQuery, Page, ResultStore as _, SqliteStore};
use rusqlite::Connection;

use super::{Scratch, VALID, entry, key};

#[test]
fn what_is_no_store_is_refused_by_name_and_left_as_it_was() {
    let scratch = Scratch::new("foreign");
    let mut store = scratch.store();
    for second in 0..40 {
        store.record_all(&[entry(VALID, &format!("202506021015{second:02}"))]).unwrap();
    }
    drop(store);
    let whole = fs::read(scratch.file()).unwrap();
    let foreign = scratch.0.join("foreign.db");
    Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    let half = whole.len() / 2 / 4096 * 4096;
    for (content, code) in [
        (fs::read(&foreign).unwrap(), "history.foreign_database"),
        (whole[..half].to_vec(), "history.not_a_database"),
        (whole[..half + 1000].to_vec(), "history.not_a_database"),
        (whole[..1000].to_vec(), "history.not_a_database"),
        (whole[..50].to_vec(), "history.not_a_database"),
        (b"XML, not SQLite".repeat(1000), "history.not_a_database"),
        (vec![0; 8192], "history.not_a_database"),
    ] {
        let file = scratch.0.join("given.db");
        fs::write(&file, &content).unwrap();
        for error in [
            SqliteStore::open(&file, &key()).unwrap_err(),
            SqliteStore::open_or_create(&file, &key()).unwrap_err(),
        ] {
            assert_eq!(error.code(), code, "{error}, {} bytes", content.len());
            assert!(error.to_string().contains("given.db"), "{error}");
        }
        assert_eq!(fs::read(&file).unwrap(), content);
    }
    let missing = SqliteStore::open(&scratch.0.join("no.db"), &key()).unwrap_err();
    assert_eq!(missing.code(), "history.missing");
    assert!(!scratch.0.join("no.db").exists());
    let folder = SqliteStore::open_or_create(&scratch.0, &key()).unwrap_err();
    assert_eq!(folder.code(), "history.io");
    assert!(folder.to_string().contains("myna-history-foreign"), "{folder}");
}

/// Whoever can write to the file can put code into its schema; none of it runs.
#[test]
fn views_triggers_and_tables_that_are_not_ours_are_refused() {
    let scratch = Scratch::new("schema");
    scratch.store().record_all(&[entry(VALID, "20250602101500")]).unwrap();
    let whole = fs::read(scratch.file()).unwrap();
    let forever = "WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more) SELECT max(n) AS id";
    for sql in [
        "CREATE TRIGGER keep BEFORE DELETE ON entry BEGIN SELECT RAISE(IGNORE); END".to_owned(),
        "CREATE TRIGGER copy AFTER INSERT ON entry BEGIN DELETE FROM lookup; END".to_owned(),
        format!("DROP TABLE store; CREATE VIEW store AS {forever}, x'00' AS data_key FROM more"),
        "DROP TABLE lookup; CREATE TABLE lookup (tag, entry)".to_owned(),
        "DROP INDEX lookup_by_entry".to_owned(),
        "CREATE INDEX slow ON entry (hex(zeroblob(1000000000)))".to_owned(),
        "CREATE TABLE theirs (x)".to_owned(),
        "PRAGMA user_version = 1".to_owned(),
        "PRAGMA user_version = 0".to_owned(),
        "PRAGMA user_version = -2".to_owned(),
    ] {
        fs::write(scratch.file(), &whole).unwrap();
        let other = Connection::open(scratch.file()).unwrap();
        if other.execute_batch(&sql).is_err() {
            // SQLite itself did not make it.
            continue;
        }
        drop(other);
        let error = SqliteStore::open_or_create(&scratch.file(), &key()).unwrap_err();
        assert_eq!(error.code(), "history.not_a_database", "{sql}: {error}");
        assert!(error.to_string().contains("its tables are not those of a store"), "{error}");
    }
    fs::write(scratch.file(), &whole).unwrap();
    Connection::open(scratch.file()).unwrap().execute_batch("ANALYZE").unwrap();
    scratch.store().verify().unwrap();
}

/// What may be told of a store with values of its own kinds, but not ours: an error, or nothing.
#[test]
fn values_out_of_range_are_damage_and_no_panic() {
    let scratch = Scratch::new("values");
    scratch.store().record_all(&[entry(VALID, "20250602101500")]).unwrap();
    let whole = fs::read(scratch.file()).unwrap();
    for sql in [
        "UPDATE entry SET checked_at = -1",
        "UPDATE entry SET checked_at = 9223372036854775807",
        "UPDATE entry SET checked_at = 20251399256199",
        "UPDATE entry SET summary = x''",
        "UPDATE entry SET summary = zeroblob(50000000)",
        "UPDATE entry SET message = zeroblob(50000000)",
        "UPDATE entry SET message = summary",
        "DELETE FROM lookup",
        "UPDATE lookup SET tag = zeroblob(16) WHERE tag = (SELECT max(tag) FROM lookup)",
    ] {
        fs::write(scratch.file(), &whole).unwrap();
        Connection::open(scratch.file()).unwrap().execute_batch(sql).unwrap();
        let store = scratch.store();
        assert_eq!(store.verify().unwrap_err().code(), "history.damaged", "{sql}");
        let _ = store.search(&HistoryQuery::default(), Page::first(9));
    }
    for sql in [
        "DELETE FROM store",
        "UPDATE store SET data_key = zeroblob(72)",
        "UPDATE store SET id = zeroblob(16)",
    ] {
        fs::write(scratch.file(), &whole).unwrap();
        Connection::open(scratch.file()).unwrap().execute_batch(sql).unwrap();
        SqliteStore::open(&scratch.file(), &key()).unwrap_err();
    }
    fs::write(scratch.file(), &whole).unwrap();
    Connection::open(scratch.file())
        .unwrap()
        .execute_batch("UPDATE sqlite_sequence SET seq = 9223372036854775807")
        .unwrap();
    let mut store = scratch.store();
    store.record_all(&[entry(VALID, "20250602101501")]).unwrap();
    store.record_all(&[entry(VALID, "20250602101502")]).unwrap_err();
    store.verify().unwrap();
}

/// SQLite takes a log for the file's own if it is whole. What comes out is sealed for another store.
#[test]
fn the_log_of_another_store_brings_none_of_its_results() {
    let scratch = Scratch::new("other-log");
    let mut ours = scratch.store();
    ours.record_all(&[entry(VALID, "20250602101500")]).unwrap();
    drop(ours);
    let other = scratch.0.join("other.db");
    let mut theirs = SqliteStore::open_or_create(&other, &HistoryKey::new(&[9; 32])).unwrap();
    theirs.record_all(&[entry(VALID, "20250602101501")]).unwrap();
    fs::copy(scratch.0.join("other.db-wal"), scratch.0.join("results.db-wal")).unwrap();
    match SqliteStore::open(&scratch.file(), &key()) {
        Err(error) => assert!(error.to_string().contains("results.db"), "{error}"),
        Ok(store) => {
            let told = store.search(&HistoryQuery::default(), Page::first(9));
            for summary in told.map(|found| found.entries).unwrap_or_default() {
                assert_eq!(summary.circumstances.checked_at.to_wire(), "20250602101500");
            }
        }
    }
}

/// Root may write anywhere, so that there it cannot be seen.
#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_to_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new("read-only");
    scratch.store().record_all(&[entry(VALID, "20250602101500")]).unwrap();
    let allow = |mode| fs::set_permissions(&scratch.0, fs::Permissions::from_mode(mode)).unwrap();
    allow(0o500);
    let is_root = fs::write(scratch.0.join("probe"), "").is_ok();
    let opened = SqliteStore::open(&scratch.file(), &key());
    allow(0o700);
    if !is_root {
        let error = opened.unwrap_err();
        assert_eq!(error.code(), "history.io");
        assert!(error.to_string().contains("results.db") && error.to_string().contains("folder"), "{error}");
    }
}

#[test]
fn an_empty_file_is_no_store_to_open_and_none_that_lost_its_log() {
    let scratch = Scratch::new("empty");
    fs::write(scratch.file(), b"").unwrap();
    assert_eq!(SqliteStore::open(&scratch.file(), &key()).unwrap_err().code(), "history.not_a_database");
    fs::write(scratch.0.join("results.db-wal"), b"a log").unwrap();
    let cut = SqliteStore::open_or_create(&scratch.file(), &key()).unwrap_err();
    assert_eq!(cut.code(), "history.not_a_database");
    fs::remove_file(scratch.0.join("results.db-wal")).unwrap();
    assert_eq!(scratch.store().count().unwrap(), 0, "left by a process that died while making it");
}

#[test]
fn the_key_is_checked_before_anything_is_written() {
    let scratch = Scratch::new("wrong-key");
    scratch.store().record_all(&[entry(VALID, "20250602101500")]).unwrap();
    let before = fs::read(scratch.file()).unwrap();
    for wrong in [[8; 32], [0; 32]] {
        let error = SqliteStore::open_or_create(&scratch.file(), &HistoryKey::new(&wrong)).unwrap_err();
        assert_eq!(error.code(), "history.wrong_key");
    }
    assert_eq!(fs::read(scratch.file()).unwrap(), before);
}

#[cfg(unix)]
#[test]
fn files_are_for_one_user() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new("mode");
    let mut store = scratch.store();
    store.record_all(&[entry(VALID, "20250602101500")]).unwrap();
    store.backup_to(&scratch.0.join("backup.db")).unwrap();
    let mut files = 0;
    for file in fs::read_dir(&scratch.0).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.path());
        files += 1;
    }
    assert!(files >= 3, "store, log, backup");
}

#[test]
fn a_backup_made_while_others_write_is_the_store_at_one_instant() {
    let scratch = Scratch::new("backup");
    let mut store = scratch.store();
    store.record_all(&[entry(VALID, "20250602101500")]).unwrap();
    let backup = scratch.0.join("backup.db");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut writer = scratch.store();
            let mut written = 0_u32;
            while !stop.load(Ordering::Relaxed) && written < 3600 {
                // Two in one transaction: a backup has both or neither.
                let pair = [0, 1].map(|half| {
                    entry(VALID, &format!("2025060{}10{:02}{:02}", 3 + half, written / 60, written % 60))
                });
                writer.record_all(&pair).unwrap();
                written += 1;
            }
            written
        });
        let mut last = 0;
        for _ in 0..12 {
            store.backup_to(&backup).unwrap();
            let copy = SqliteStore::open(&backup, &key()).unwrap();
            copy.verify().unwrap();
            let count = copy.count().unwrap();
            assert_eq!(count % 2, 1, "half a transaction");
            assert!(count >= last, "a backup lost what an earlier one had");
            last = count;
        }
        stop.store(true, Ordering::Relaxed);
        assert!(writer.join().unwrap() > 0);
    });
    store.backup_to(&backup).unwrap();
    assert_eq!(SqliteStore::open(&backup, &key()).unwrap().count().unwrap(), store.count().unwrap());
    let parts = fs::read_dir(&scratch.0)
        .unwrap()
        .filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().contains(".part"));
    assert_eq!(parts.count(), 0);
}

#[test]
fn a_backup_overwrites_backups_only() {
    let scratch = Scratch::new("overwrite");
    let store = scratch.store();
    let letter = scratch.0.join("letter.txt");
    fs::write(&letter, "very important".repeat(20)).unwrap();
    let open = scratch.0.join("open.db");
    let _other = SqliteStore::open_or_create(&open, &key()).unwrap();
    for target in [&letter, &scratch.file(), &open, &scratch.0] {
        let error = store.backup_to(target).unwrap_err();
        assert_eq!(error.code(), "history.will_not_overwrite", "{error}");
    }
    assert!(fs::read_to_string(&letter).unwrap().starts_with("very important"));
    let nowhere = store.backup_to(&scratch.0.join("no/such/folder.db")).unwrap_err();
    assert_eq!(nowhere.code(), "history.io");
    store.backup_to(&scratch.0.join("backup.db")).unwrap();
    store.backup_to(&scratch.0.join("backup.db")).unwrap();
}
