use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::SimulatedCard;

/// What goes wrong at which exchange, written as data: `3 truncate 1, 5 status 6F00, 9 reset`.
///
/// ```text
/// <exchange, counted from 1> <fault>, …
/// truncate N    the last N bytes of the answer are missing
/// extend N      N bytes of 00 follow it
/// flip N        the lowest bit of byte N of the answer, counted from 0, is the other one
/// status XXXX   the answer is this status word alone, after the card has done its work
/// lost          the command never reaches the card; the answer is empty
/// mute          the card does its work and the answer is empty
/// reset         a warm reset comes before the command
/// power         the power goes and comes back before the command
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FaultPlan {
    faults: BTreeMap<u32, Fault>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Truncate(usize),
    Extend(usize),
    Flip(usize),
    Status(u16),
    Lost,
    Mute,
    Reset,
    Power,
}

/// A fault plan that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no fault: {text:?}; write for example `3 truncate 1, 5 status 6F00, 9 reset`")]
pub struct FaultPlanError {
    /// The entry at fault.
    pub text: String,
}

/// A card with a [`FaultPlan`].
#[derive(Debug)]
pub struct FaultyCard<'c> {
    card: &'c mut SimulatedCard,
    plan: FaultPlan,
    exchanges: u32,
}

impl<'c> FaultyCard<'c> {
    /// The plan begins with the next command.
    #[must_use]
    pub const fn new(card: &'c mut SimulatedCard, plan: FaultPlan) -> Self {
        Self { card, plan, exchanges: 0 }
    }

    /// The card itself.
    #[must_use]
    pub const fn card_mut(&mut self) -> &mut SimulatedCard {
        self.card
    }

    /// As [`SimulatedCard::transmit`], with what the plan has for this exchange. An answer may be shorter than two bytes, or
    /// empty.
    pub fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        self.exchanges = self.exchanges.saturating_add(1);
        let fault = self.plan.faults.get(&self.exchanges).copied();
        match fault {
            Some(Fault::Lost) => return Vec::new(),
            Some(Fault::Reset) => self.card.reset(),
            Some(Fault::Power) => {
                self.card.power_off();
                self.card.power_on();
            }
            _ => {}
        }
        let mut answer = self.card.transmit(command);
        match fault {
            Some(Fault::Truncate(bytes)) => answer.truncate(answer.len().saturating_sub(bytes)),
            Some(Fault::Extend(bytes)) => answer.resize(answer.len().saturating_add(bytes), 0),
            Some(Fault::Flip(position)) => {
                if let Some(byte) = answer.get_mut(position) {
                    *byte ^= 1;
                }
            }
            Some(Fault::Status(status)) => answer = status.to_be_bytes().to_vec(),
            Some(Fault::Mute) => answer.clear(),
            Some(Fault::Lost | Fault::Reset | Fault::Power) | None => {}
        }
        answer
    }
}

impl FromStr for FaultPlan {
    type Err = FaultPlanError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut faults = BTreeMap::new();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let wrong = || FaultPlanError { text: entry.to_owned() };
            let (at, fault) = read(entry).ok_or_else(wrong)?;
            if faults.insert(at, fault).is_some() {
                return Err(wrong());
            }
        }
        Ok(Self { faults })
    }
}

/// More than an answer can have means nothing.
const MOST: usize = 0xFFFF;

fn read(entry: &str) -> Option<(u32, Fault)> {
    let words: Vec<&str> = entry.split_whitespace().collect();
    let bytes = |number: &str| number.parse::<usize>().ok().filter(|number| *number <= MOST);
    let (at, fault) = match words.as_slice() {
        [at, "truncate", number] => (at, Fault::Truncate(bytes(number)?)),
        [at, "extend", number] => (at, Fault::Extend(bytes(number)?)),
        [at, "flip", number] => (at, Fault::Flip(bytes(number)?)),
        [at, "status", word] if word.len() == 4 => (at, Fault::Status(u16::from_str_radix(word, 16).ok()?)),
        [at, "lost"] => (at, Fault::Lost),
        [at, "mute"] => (at, Fault::Mute),
        [at, "reset"] => (at, Fault::Reset),
        [at, "power"] => (at, Fault::Power),
        _ => return None,
    };
    at.parse::<u32>().ok().filter(|at| *at > 0).map(|at| (at, fault))
}

impl fmt::Display for FaultPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (at, fault)) in self.faults.iter().enumerate() {
            f.write_str(if position == 0 { "" } else { ", " })?;
            match fault {
                Fault::Truncate(bytes) => write!(f, "{at} truncate {bytes}")?,
                Fault::Extend(bytes) => write!(f, "{at} extend {bytes}")?,
                Fault::Flip(byte) => write!(f, "{at} flip {byte}")?,
                Fault::Status(status) => write!(f, "{at} status {status:04X}")?,
                Fault::Lost => write!(f, "{at} lost")?,
                Fault::Mute => write!(f, "{at} mute")?,
                Fault::Reset => write!(f, "{at} reset")?,
                Fault::Power => write!(f, "{at} power")?,
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
    use crate::tests::{PIN_ABC123, SELECT_JPKI, WRONG_PIN, bytes, card};

    /// What comes back from a wrong PIN with one fault, and the tries left after it.
    fn wrong_pin(fault: &str) -> (Vec<u8>, u8) {
        let mut card = card();
        let mut faulty = FaultyCard::new(&mut card, format!("2 {fault}").parse().unwrap());
        assert_eq!(faulty.transmit(&bytes(SELECT_JPKI)), [0x90, 0x00]);
        let answer = faulty.transmit(&bytes(&format!("00200098{WRONG_PIN}")));
        (answer, card.counters().user_authentication)
    }

    #[test]
    fn each_fault_does_what_it_says() {
        for (fault, answer, left) in [
            ("truncate 1", &[0x63][..], 2),
            ("truncate 9", &[], 2),
            ("extend 2", &[0x63, 0xC2, 0, 0], 2),
            ("flip 1", &[0x63, 0xC3], 2),
            ("flip 7", &[0x63, 0xC2], 2),
            ("status 6CFF", &[0x6C, 0xFF], 2),
            ("lost", &[], 3),
            ("mute", &[], 2),
            ("reset", &[0x63, 0xC2], 2),
            // The ISD is current again, and has no such reference.
            ("power", &[0x6A, 0x88], 3),
        ] {
            assert_eq!(wrong_pin(fault), (answer.to_vec(), left), "{fault}");
        }
    }

    #[test]
    fn power_takes_the_pin_and_a_reset_does_not() {
        for (fault, status) in [("reset", [0x90, 0x00]), ("power", [0x6A, 0x82])] {
            let mut card = card();
            let mut faulty = FaultyCard::new(&mut card, format!("3 {fault}").parse().unwrap());
            faulty.transmit(&bytes(SELECT_JPKI));
            faulty.transmit(&bytes(&format!("0020009B{PIN_ABC123}")));
            assert!(faulty.transmit(&bytes("00B08100 04")).ends_with(&status), "{fault}");
        }
    }

    #[test]
    fn plans_are_read_and_written() {
        let text = "1 lost, 2 mute, 3 truncate 1, 4 extend 9, 5 status 6F00, 6 flip 0, 7 reset, 8 power";
        assert_eq!(text.parse::<FaultPlan>().unwrap().to_string(), text);
        assert_eq!("".parse(), Ok(FaultPlan::default()));
        for wrong in [
            "0 lost",
            "lost",
            "1 los",
            "1 status 90",
            "1 flip",
            "1 flip -1",
            "1 extend 65536",
            "1 mute, 1 lost",
        ] {
            assert!(wrong.parse::<FaultPlan>().is_err(), "{wrong}");
        }
    }
}
