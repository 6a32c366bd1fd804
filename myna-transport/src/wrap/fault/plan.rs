use std::fmt;
use std::str::FromStr;

use myna_error::{Diagnostic, Entry, Language, unknown_detail};

use super::FaultKind;
use crate::Latency;
use crate::error::{FAULT_ENTRY, FAULT_FILE};

/// What goes wrong at which exchange, and how long everything takes. The same plan and the same commands give the same
/// faults.
///
/// In a line, `3 truncate 1, 5 status 6F00, 9 reset`: the number of an exchange, counted from 1, and a [`FaultKind`].
///
/// As a file, which can do more (`from_toml`, with feature `toml`):
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
    pub(super) seed: u64,
    pub(super) latency: Option<Latency>,
    pub(super) rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) when: When,
    /// INS.
    pub(super) instruction: Option<u8>,
    pub(super) fault: FaultKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "toml"), expect(dead_code, reason = "only a file says the others than `At`"))]
pub(super) enum When {
    At(u32),
    Every(u32),
    /// In a million.
    Chance(u32),
}

/// A fault plan that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultPlanError {
    /// An entry of the line is no fault, or is for an exchange that has one.
    Entry {
        /// The entry at fault.
        text: String,
    },
    /// The file is no fault plan.
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
    #[cfg(feature = "toml")]
    pub fn from_toml(text: &str) -> Result<Self, FaultPlanError> {
        super::plan_file::read(text)
    }

    /// One more fault, at this exchange, counted from 1.
    #[must_use]
    pub fn with(mut self, exchange: u32, fault: FaultKind) -> Self {
        self.rules.push(Rule { when: When::At(exchange), instruction: None, fault });
        self
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
            if plan.rules.iter().any(|other| other.when == When::At(at)) {
                return Err(wrong());
            }
            plan = plan.with(at, FaultKind::read(fault).ok_or_else(wrong)?);
        }
        Ok(plan)
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

myna_error::errors!(FaultPlanError);

impl Diagnostic for FaultPlanError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Entry { .. } => &FAULT_ENTRY,
            Self::File { .. } => &FAULT_FILE,
        }
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, name) {
            (Self::Entry { text }, "text") => write!(f, "{text:?}"),
            (Self::File { line, .. }, "line") => write!(f, "{line}"),
            (Self::File { reason, .. }, "reason") => f.write_str(reason),
            _ => unknown_detail(name, f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_read_and_written() {
        let text = "1 lost, 2 mute, 3 truncate 1, 4 extend 9, 5 status 6F00, 6 flip 0, 7 reset, 8 power, \
                    9 refuse 6C10, 10 stall 2000, 11 hang, 12 remove, 13 remove-after, 14 cut 1, 15 swap, \
                    16 late, 17 twice, 18 fail busy, 19 fail-after response_too_long";
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
            "1 fail",
            "1 fail transport.busy",
        ] {
            let error = wrong.parse::<FaultPlan>().unwrap_err();
            for told in [myna_error::english(&error).to_string(), myna_error::japanese(&error).to_string()] {
                assert!(!told.contains('{') && told.contains("3 truncate 1"), "{told}");
            }
        }
    }
}
