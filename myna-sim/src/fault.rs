//! What goes wrong, as data: see [`FaultPlan`].

mod injector;
mod plan_file;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

pub use self::injector::{Answer, AnswerKind, FaultInjector, FaultyCard};
use crate::Latency;
use crate::latency::LONGEST;

/// What goes wrong at which exchange, and how long everything takes. The same plan and the same commands give the same
/// faults.
///
/// In a line, `3 truncate 1, 5 status 6F00, 9 reset`:
///
/// ```text
/// <exchange, counted from 1> <fault>, …
/// truncate N    the last N bytes of the answer are missing
/// extend N      N bytes of 00 follow it
/// flip N        the lowest bit of byte N of the answer, counted from 0, is the other one
/// status XXXX   the answer is this status word alone, after the card has done its work
/// refuse XXXX   the answer is this status word alone; the command never reaches the card
/// lost          the command never reaches the card; the answer is empty
/// mute          the card does its work and the answer is empty
/// stall MS      the card does its work and its answer comes MS milliseconds late
/// hang          the card does its work and no answer ever comes (on a virtual reader: until it is resumed)
/// reset         a warm reset comes before the command
/// power         the power goes and comes back before the command
/// remove        the card is pulled before the command reaches it
/// remove-after  the card is pulled when it has done its work, before its answer
/// ```
///
/// `status 6110` or `refuse 6C10` is a `61xx` or `6Cxx` with nothing behind it. Where a card is pulled it comes back when
/// its reader lets it: a virtual reader after a while, a pipe with the next connection.
///
/// As a file, which can do more ([`from_toml`](Self::from_toml)):
///
/// ```toml
/// version = 1
/// seed = 7                 # of `chance`
///
/// [latency]                # milliseconds; see Latency. Left out: what the card says
/// command = 4.5
/// byte = 0.09
/// signature = 250
///
/// [[fault]]
/// at = 3                   # one of: at = N, every = N, chance = 0.05
/// instruction = "B0"       # of these commands only, and counted among them; left out: all
/// fault = "truncate 1"     # as above
/// ```
///
/// Where several would happen at once, the first does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FaultPlan {
    seed: u64,
    latency: Option<Latency>,
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    when: When,
    /// INS.
    instruction: Option<u8>,
    fault: Fault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    At(u32),
    Every(u32),
    /// In a million.
    Chance(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Truncate(usize),
    Extend(usize),
    Flip(usize),
    Status(u16),
    Refuse(u16),
    Lost,
    Mute,
    Stall(Duration),
    Hang,
    Reset,
    Power,
    Remove,
    RemoveAfter,
}

/// A fault plan that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FaultPlanError {
    /// An entry of the line is no fault, or is for an exchange that has one.
    #[error("no fault: {text:?}; write for example `3 truncate 1, 5 status 6F00, 9 reset`")]
    Entry {
        /// The entry at fault.
        text: String,
    },
    /// The file is no fault plan.
    #[error("line {line}: {reason}")]
    File {
        /// Counted from 1.
        line: usize,
        /// Why.
        reason: String,
    },
}

impl FaultPlan {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`FaultPlanError::File`].
    pub fn from_toml(text: &str) -> Result<Self, FaultPlanError> {
        plan_file::read(text)
    }

    /// With another latency than the card says.
    #[must_use]
    pub const fn with_latency(mut self, latency: Latency) -> Self {
        self.latency = Some(latency);
        self
    }
}

impl FromStr for FaultPlan {
    type Err = FaultPlanError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut plan = Self::default();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let wrong = || FaultPlanError::Entry { text: entry.to_owned() };
            let (at, fault) = entry.split_once(char::is_whitespace).ok_or_else(wrong)?;
            let at = at.parse().ok().filter(|at| *at > 0).ok_or_else(wrong)?;
            let rule =
                Rule { when: When::At(at), instruction: None, fault: Fault::read(fault).ok_or_else(wrong)? };
            if plan.rules.iter().any(|other| other.when == rule.when) {
                return Err(wrong());
            }
            plan.rules.push(rule);
        }
        Ok(plan)
    }
}

/// More than an answer can have means nothing.
const MOST_BYTES: usize = 0xFFFF;

impl Fault {
    fn read(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let bytes = |number: &str| number.parse::<usize>().ok().filter(|number| *number <= MOST_BYTES);
        let status = |word: &str| {
            let digits = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
            u16::from_str_radix(word, 16).ok().filter(|_| digits)
        };
        let time = |number: &str| {
            number.parse().ok().map(Duration::from_millis).filter(|duration| *duration <= LONGEST)
        };
        Some(match words.as_slice() {
            ["truncate", number] => Self::Truncate(bytes(number)?),
            ["extend", number] => Self::Extend(bytes(number)?),
            ["flip", number] => Self::Flip(bytes(number)?),
            ["status", word] => Self::Status(status(word)?),
            ["refuse", word] => Self::Refuse(status(word)?),
            ["stall", milliseconds] => Self::Stall(time(milliseconds)?),
            ["lost"] => Self::Lost,
            ["mute"] => Self::Mute,
            ["hang"] => Self::Hang,
            ["reset"] => Self::Reset,
            ["power"] => Self::Power,
            ["remove"] => Self::Remove,
            ["remove-after"] => Self::RemoveAfter,
            _ => return None,
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncate(bytes) => write!(f, "truncate {bytes}"),
            Self::Extend(bytes) => write!(f, "extend {bytes}"),
            Self::Flip(byte) => write!(f, "flip {byte}"),
            Self::Status(status) => write!(f, "status {status:04X}"),
            Self::Refuse(status) => write!(f, "refuse {status:04X}"),
            Self::Stall(duration) => write!(f, "stall {}", duration.as_millis()),
            Self::Lost => f.write_str("lost"),
            Self::Mute => f.write_str("mute"),
            Self::Hang => f.write_str("hang"),
            Self::Reset => f.write_str("reset"),
            Self::Power => f.write_str("power"),
            Self::Remove => f.write_str("remove"),
            Self::RemoveAfter => f.write_str("remove-after"),
        }
    }
}

/// In a line; what only a file can say is told by its kind.
impl fmt::Display for FaultPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, Rule { when, instruction, fault }) in self.rules.iter().enumerate() {
            f.write_str(if position == 0 { "" } else { ", " })?;
            match when {
                When::At(at) => write!(f, "{at} {fault}")?,
                When::Every(step) => write!(f, "every {step} {fault}")?,
                When::Chance(chance) => write!(f, "{chance} in a million {fault}")?,
            }
            if let Some(instruction) = instruction {
                write!(f, " of {instruction:02X}")?;
            }
        }
        Ok(())
    }
}

impl FaultPlanError {
    /// Stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "sim.fault_plan"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_read_and_written() {
        let text = "1 lost, 2 mute, 3 truncate 1, 4 extend 9, 5 status 6F00, 6 flip 0, 7 reset, 8 power, \
                    9 refuse 6C10, 10 stall 2000, 11 hang, 12 remove, 13 remove-after";
        assert_eq!(text.parse::<FaultPlan>().unwrap().to_string(), text);
        assert_eq!("".parse(), Ok(FaultPlan::default()));
        for wrong in [
            "0 lost",
            "lost",
            "1 los",
            "1 status 90",
            "1 status +900",
            "1 flip",
            "1 flip -1",
            "1 extend 65536",
            "1 stall 600001",
            "1 mute, 1 lost",
        ] {
            assert!(wrong.parse::<FaultPlan>().is_err(), "{wrong}");
        }
    }
}
