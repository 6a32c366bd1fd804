//! The card's process is killed in the middle of PIN traffic, two hundred times: what the client was told is never forgotten.
//!
//! A killed process leaves the kernel what it wrote, so this shows the order of writes and that a file is replaced whole; that a
//! power cut loses nothing (`fsync`) is on `myna_sim::state` and the disk.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{Read, Write};
use std::ops::RangeInclusive;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use myna_sim::state::StateFile;

/// Two hundred kills.
const CARDS: u64 = 4;
const ROUNDS: u64 = 50;
const MOST: u8 = 3;

const SELECT_JPKI: &[u8] = b"\x00\xA4\x04\x0C\x0A\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01";
const SELECT_PIN: &[u8] = b"\x00\xA4\x02\x0C\x02\x00\x18";
const ASK: &[u8] = b"\x00\x20\x00\x80";
const WRONG: &str = "0000";

/// `myna sim pipe` on its standard input and output.
struct Card {
    process: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Card {
    fn start(state: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_myna"))
            .args(["sim", "pipe", "--state", state.to_str().unwrap()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let (input, output) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        Self { process, input, output }
    }

    fn send(&mut self, command: &[u8]) {
        let length = u16::try_from(command.len()).unwrap().to_be_bytes();
        self.input.write_all(&[&length, command].concat()).unwrap();
    }

    /// `None` when the process is gone and has not answered.
    fn receive(&mut self) -> Option<u16> {
        let mut message = [0; 4];
        self.output.read_exact(&mut message).ok()?;
        assert_eq!(message[..2], [0, 2]);
        Some(u16::from_be_bytes([message[2], message[3]]))
    }

    fn ask(&mut self, command: &[u8]) -> u16 {
        self.send(command);
        self.receive().unwrap()
    }

    /// SIGKILL.
    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What a client may do next.
#[derive(Debug, Clone, Copy)]
enum Step {
    Ask,
    Wrong,
    Right,
    Change,
}

/// What the client knows, from what it sent and what it was answered.
#[derive(Debug)]
struct History {
    left: RangeInclusive<u8>,
    /// The PINs that may be the right one: two, when a change was not answered.
    pins: Vec<String>,
    changes: u32,
}

impl History {
    fn new() -> Self {
        Self { left: MOST..=MOST, pins: vec!["1234".to_owned()], changes: 0 }
    }

    /// The next of these that spends no last try on nothing.
    fn next(&self, choice: u64, verified: bool) -> Step {
        let safe = *self.left.start() > 1;
        match choice % 5 {
            _ if *self.left.start() == 0 => Step::Ask,
            0 => Step::Ask,
            1 | 2 if safe => Step::Wrong,
            3 if verified && self.pins.len() == 1 => Step::Change,
            _ => Step::Right,
        }
    }

    fn command(&mut self, step: Step) -> Vec<u8> {
        match step {
            Step::Ask => ASK.to_vec(),
            Step::Wrong => [b"\x00\x20\x00\x80\x04", WRONG.as_bytes()].concat(),
            Step::Right => [b"\x00\x20\x00\x80\x04", self.pins[0].as_bytes()].concat(),
            Step::Change => {
                self.changes += 1;
                let new = format!("{:04}", 2_000 + self.changes);
                let command = [b"\x00\x24\x01\x80\x04", new.as_bytes()].concat();
                self.pins.push(new);
                command
            }
        }
    }

    /// Nobody knows what became of it.
    fn unanswered(&mut self, step: Step) {
        let (low, high) = (*self.left.start(), *self.left.end());
        self.left = match step {
            Step::Ask | Step::Change => low..=high,
            Step::Wrong => low - 1..=high,
            Step::Right => low - 1..=MOST,
        };
    }

    fn answered(&mut self, step: Step, status: u16) {
        match (step, status) {
            (Step::Ask, 0x63C0..=0x63CF) => self.told(status, self.left.clone()),
            (Step::Wrong, 0x63C0..=0x63CF) => self.told(status, self.left.start() - 1..=self.left.end() - 1),
            (Step::Right, 0x9000) => {
                self.left = MOST..=MOST;
                self.pins.truncate(1);
            }
            (Step::Right, 0x63C0..=0x63CF) => {
                // So the change did happen.
                self.pins.remove(0);
                assert!(!self.pins.is_empty(), "the card has forgotten its PIN");
                self.told(status, self.left.start() - 1..=self.left.end() - 1);
            }
            (Step::Change, 0x9000) => {
                self.pins.remove(0);
            }
            _ => panic!("{status:04X} to {step:?}"),
        }
    }

    /// The card says how many are left; it may say no other number than these.
    fn told(&mut self, status: u16, allowed: RangeInclusive<u8>) {
        let left = u8::try_from(status & 0xF).unwrap();
        assert!(allowed.contains(&left), "{left} tries left, where the client's history allows {allowed:?}");
        self.left = left..=left;
    }
}

/// `SplitMix64`: the same points every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

/// Finer than a sleep.
fn spin(duration: Duration) {
    let start = Instant::now();
    while start.elapsed() < duration {
        std::hint::spin_loop();
    }
}

#[test]
fn a_card_killed_at_any_moment_forgets_nothing_the_client_was_told() {
    let folder = std::env::temp_dir().join(format!("myna-kill-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    // Each card its own file and its own points; side by side, because most of the time goes by waiting for the disk.
    let lost: u64 = thread::scope(|scope| {
        let play = |card| {
            let state = folder.join(format!("{card}.json"));
            scope.spawn(move || kill_again_and_again(card, &state))
        };
        let cards: Vec<_> = (0..CARDS).map(play).collect();
        cards.into_iter().map(|card| card.join().unwrap()).sum()
    });
    assert!(
        (1..CARDS * ROUNDS).contains(&lost),
        "{lost} answers were lost: the points are all before, or all after"
    );
    println!("{lost} of {} answers lost", CARDS * ROUNDS);
    std::fs::remove_dir_all(&folder).unwrap();
}

/// How many answers were lost.
fn kill_again_and_again(seed: u64, state: &Path) -> u64 {
    let mut dice = Dice(seed);
    let mut history = History::new();
    let mut lost = 0;
    for round in 0..ROUNDS {
        let mut card = Card::start(state);
        assert_eq!(card.ask(SELECT_JPKI), 0x9000);
        assert_eq!(card.ask(SELECT_PIN), 0x9000);
        let status = card.ask(ASK);
        history.told(status, history.left.clone());
        if status == 0x63C0 {
            // The last try was lost on the way: a new card.
            drop(card);
            std::fs::remove_file(state).unwrap();
            history = History::new();
            card = Card::start(state);
            assert_eq!(card.ask(SELECT_JPKI), 0x9000);
            assert_eq!(card.ask(SELECT_PIN), 0x9000);
        }
        let mut verified = false;
        for _ in 0..dice.roll() % 4 {
            let step = history.next(dice.roll(), verified);
            let command = history.command(step);
            let status = card.ask(&command);
            history.answered(step, status);
            verified = match step {
                Step::Ask | Step::Change => verified,
                Step::Wrong => false,
                Step::Right => status == 0x9000,
            };
        }
        // The last one is cut off at some moment: before the card has it, while it writes, or after it has answered.
        let step = history.next(dice.roll(), verified);
        let command = history.command(step);
        card.send(&command);
        spin(Duration::from_micros(dice.roll() % 6_000));
        card.kill();
        match card.receive() {
            Some(status) => history.answered(step, status),
            None => {
                lost += 1;
                history.unanswered(step);
            }
        }
        // The file is whole, and says nothing the card would not.
        let file = StateFile::open(state).unwrap_or_else(|error| panic!("round {round}: {error}"));
        let left = file.state().map_or(MOST, |state| state.counters.user_authentication);
        assert!(history.left.contains(&left), "round {round}: {left} left in the file, {history:?}");
    }
    lost
}
