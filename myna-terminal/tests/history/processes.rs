//! Several processes at one file, and processes that are killed.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use myna_terminal::history::{
    CheckMethod, Circumstances, HistoryQuery, NewEntry, Page, ResultStore as _, SqliteStore,
};

use super::{Scratch, VALID, at, key};

const FILE: &str = "MYNA_TEST_HISTORY_FILE";
const NAME: &str = "MYNA_TEST_HISTORY_WRITER";
const COUNT: &str = "MYNA_TEST_HISTORY_COUNT";

/// Not a test by itself: what the other tests run as a process of its own. It acknowledges each result once it is
/// recorded.
#[test]
fn writer() {
    let (Ok(file), Ok(name), Ok(count)) = (std::env::var(FILE), std::env::var(NAME), std::env::var(COUNT))
    else {
        return;
    };
    let mut store = SqliteStore::open_or_create(Path::new(&file), &key()).unwrap();
    for number in 0..count.parse::<u32>().unwrap() {
        let terminal = format!("{name}-{number}");
        let circumstances =
            Circumstances::new(at("20250602101500"), CheckMethod::CardPin).at_terminal(terminal.as_str());
        store.record_all(&NewEntry::of_bytes(VALID, &circumstances).unwrap()).unwrap();
        let mut output = std::io::stdout().lock();
        // The parent may have stopped to listen.
        let _ = writeln!(output, "recorded {terminal}").and_then(|()| output.flush());
    }
}

struct Writer {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Writer {
    fn start(file: &Path, name: &str, count: u32) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["processes::writer", "--exact", "--nocapture", "--test-threads=1"])
            .env(FILE, file)
            .env(NAME, name)
            .env(COUNT, count.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output }
    }

    /// Kills it after a while, without giving up the processor meanwhile.
    fn kill_after(&mut self, microseconds: u64) {
        let moment = Instant::now() + Duration::from_micros(microseconds);
        while Instant::now() < moment {
            std::hint::spin_loop();
        }
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The next result it acknowledges, until its output ends.
    fn acknowledged(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            // The test harness writes its own words, the first of them on our line.
            if let Some((_, terminal)) = line.split_once("recorded ").filter(|_| line.ends_with('\n')) {
                return Some(terminal.trim().to_owned());
            }
        }
    }
}

/// The terminals of all results, each of which must be there once.
fn terminals(store: &SqliteStore) -> BTreeSet<String> {
    let found = store.search(&HistoryQuery::default(), Page::first(usize::MAX)).unwrap();
    let all = found.entries.into_iter().filter_map(|summary| summary.circumstances.terminal);
    let mut terminals = BTreeSet::new();
    for terminal in all {
        assert!(terminals.insert(terminal), "recorded twice");
    }
    terminals
}

#[test]
fn processes_that_write_at_once_lose_and_double_nothing() {
    let scratch = Scratch::new("at-once");
    // Nobody has made the file: they race for that as well.
    let mut writers = ["a", "b", "c"].map(|name| Writer::start(&scratch.file(), name, 40));
    let mut acknowledged = BTreeSet::new();
    for writer in &mut writers {
        while let Some(terminal) = writer.acknowledged() {
            acknowledged.insert(terminal);
        }
        assert!(writer.child.wait().unwrap().success());
    }
    assert_eq!(acknowledged.len(), 120);
    let store = SqliteStore::open(&scratch.file(), &key()).unwrap();
    assert_eq!(terminals(&store), acknowledged);
    store.verify().unwrap();
}

#[test]
fn a_writer_killed_at_any_point_has_kept_its_word() {
    const ROUNDS: u32 = 100;
    let scratch = Scratch::new("killed");
    let mut acknowledged = BTreeSet::new();
    let mut seed = 88_172_645_463_325_252_u64;
    for round in 0..ROUNDS {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let mut writer = Writer::start(&scratch.file(), &round.to_string(), 10_000);
        // After some results, at some moment of the next one.
        for _ in 0..seed % 4 {
            acknowledged.extend(writer.acknowledged());
        }
        writer.kill_after(seed / 4 % 4000);
        while let Some(terminal) = writer.acknowledged() {
            acknowledged.insert(terminal);
        }
        let store = scratch.store();
        let there = terminals(&store);
        let lost: Vec<_> = acknowledged.difference(&there).collect();
        assert!(lost.is_empty(), "round {round}: {lost:?}");
    }
    scratch.store().verify().unwrap();
    assert!(acknowledged.len() > 100, "{}", acknowledged.len());
}

#[test]
fn a_store_whose_making_was_cut_is_made_again() {
    for round in 0..25 {
        let scratch = Scratch::new(&format!("making-{round}"));
        let mut writer = Writer::start(&scratch.file(), "first", 10_000);
        // From before the file is there to after its first results, on a machine that is not busy.
        writer.kill_after(round * 800);
        let mut acknowledged = BTreeSet::new();
        while let Some(terminal) = writer.acknowledged() {
            acknowledged.insert(terminal);
        }
        let store = scratch.store();
        assert!(acknowledged.is_subset(&terminals(&store)), "round {round}");
        store.verify().unwrap();
    }
}
