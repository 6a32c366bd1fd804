//! Power cuts: the disk has what was flushed, and of the rest any part.

use std::fs;

use myna_terminal::history::{ResultStore as _, SqliteStore};

use super::{Scratch, VALID, entry, key};

/// A sequence that looks random and is the same each time (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound).unwrap()).unwrap()
    }
}

fn recorded(copy: &Scratch) -> u64 {
    let store = SqliteStore::open(&copy.file(), &key()).unwrap();
    store.verify().unwrap();
    store.count().unwrap()
}

#[test]
fn a_log_cut_anywhere_keeps_what_had_been_flushed() {
    let scratch = Scratch::new("cut");
    let log = scratch.0.join("results.db-wal");
    let mut store = scratch.store();
    let file = fs::read(scratch.file()).unwrap();
    // The length of the log when each call returned: all of it is on the disk by then.
    let flushed: Vec<usize> = (0..40)
        .map(|second| {
            store.record_all(&[entry(VALID, &format!("202506021015{second:02}"))]).unwrap();
            usize::try_from(fs::metadata(&log).unwrap().len()).unwrap()
        })
        .collect();
    assert_eq!(fs::read(scratch.file()).unwrap(), file, "everything is in the log");
    let log = fs::read(log).unwrap();

    let mut random = Random(20_250_602);
    let copy = Scratch::new("cut-copy");
    for round in 0..120 {
        let length = random.below(log.len() + 1);
        let mut cut = log[..length].to_vec();
        // A disk may have kept room for what never arrived, or bytes of an older file there.
        match round % 3 {
            0 => cut.resize(log.len(), 0),
            1 => cut.extend((0..random.below(9000)).map(|_| 0xA5)),
            _ => {}
        }
        fs::write(copy.file(), &file).unwrap();
        fs::write(copy.0.join("results.db-wal"), &cut).unwrap();
        let _ = fs::remove_file(copy.0.join("results.db-shm"));
        let acknowledged = flushed.iter().filter(|flushed| **flushed <= length).count();
        let count = usize::try_from(recorded(&copy)).unwrap();
        assert!(
            count == acknowledged || count == acknowledged + 1,
            "cut at {length}: {count} of {acknowledged}"
        );
    }
}

#[test]
fn a_checkpoint_cut_anywhere_loses_nothing() {
    let scratch = Scratch::new("checkpoint");
    let mut store = scratch.store();
    let before = fs::read(scratch.file()).unwrap();
    for second in 0..40 {
        store.record_all(&[entry(VALID, &format!("202506021015{second:02}"))]).unwrap();
    }
    let log = fs::read(scratch.0.join("results.db-wal")).unwrap();
    drop(store);
    let after = fs::read(scratch.file()).unwrap();
    assert!(after.len() > before.len());

    let mut random = Random(20_250_603);
    let copy = Scratch::new("checkpoint-copy");
    for _ in 0..40 {
        // Pages arrive in any order, the last ones perhaps not at all.
        let mut torn = after.clone();
        for (start, page) in before.chunks(4096).enumerate() {
            if random.below(2) == 0 {
                torn[start * 4096..][..page.len()].copy_from_slice(page);
            }
        }
        let kept = before.len() + random.below(after.len() - before.len());
        for page in torn[before.len()..].chunks_mut(4096) {
            if random.below(2) == 0 {
                page.fill(0);
            }
        }
        fs::write(copy.file(), &torn[..kept]).unwrap();
        fs::write(copy.0.join("results.db-wal"), &log).unwrap();
        let _ = fs::remove_file(copy.0.join("results.db-shm"));
        assert_eq!(recorded(&copy), 40);
    }
}
