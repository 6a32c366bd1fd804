use std::time::Duration;

use super::{Fault, FaultPlan, When};
use crate::SimulatedCard;
use crate::stream::Stream;

/// A [`FaultPlan`] at work, between whatever serves a card and the card.
///
/// It does not wait: it says how long, and adds up ([`modelled_time`](Self::modelled_time)).
#[derive(Debug)]
pub struct FaultInjector {
    plan: FaultPlan,
    /// Of each rule of the plan, how many commands it has counted.
    counts: Vec<u32>,
    dice: Stream,
    modelled_time: Duration,
}

/// What comes of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How long it takes to come.
    pub delay: Duration,
    /// What comes.
    pub kind: AnswerKind,
}

/// What comes of a command: see [`Answer`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerKind {
    /// These bytes. Where something went wrong they may be fewer than two.
    Bytes(Vec<u8>),
    /// These, but the card keeps them to itself.
    Withheld(Vec<u8>),
    /// Nothing: the card was pulled, and has lost its power.
    Removed,
}

impl FaultInjector {
    /// The plan begins with the next command.
    #[must_use]
    pub fn new(plan: FaultPlan) -> Self {
        Self {
            counts: vec![0; plan.rules.len()],
            dice: Stream::new(plan.seed),
            modelled_time: Duration::ZERO,
            plan,
        }
    }

    /// Takes a command to the card, with what the plan has for it.
    pub fn transmit(&mut self, card: &mut SimulatedCard, command: &[u8]) -> Answer {
        let fault = self.next(command);
        let latency = self.plan.latency.unwrap_or(card.settings().latency);
        let kind = Self::carry_out(fault, card, command);
        let bytes = match &kind {
            AnswerKind::Bytes(bytes) | AnswerKind::Withheld(bytes) => bytes.as_slice(),
            AnswerKind::Removed => &[],
        };
        let stall = if let Some(Fault::Stall(duration)) = fault { duration } else { Duration::ZERO };
        let delay = latency.of(command, bytes).saturating_add(stall);
        self.modelled_time = self.modelled_time.saturating_add(delay);
        Answer { delay, kind }
    }

    /// How long all commands so far would have taken.
    #[must_use]
    pub const fn modelled_time(&self) -> Duration {
        self.modelled_time
    }

    /// The fault for this command. Every rule counts, also behind the one that applies, and every chance is drawn: what
    /// one rule does moves no other.
    fn next(&mut self, command: &[u8]) -> Option<Fault> {
        let mut first = None;
        for (rule, count) in self.plan.rules.iter().zip(&mut self.counts) {
            if rule.instruction.is_some() && rule.instruction.as_ref() != command.get(1) {
                continue;
            }
            *count = count.saturating_add(1);
            let applies = match rule.when {
                When::At(at) => *count == at,
                When::Every(step) => count.is_multiple_of(step),
                When::Chance(chance) => self.dice.below(1_000_000) < chance,
            };
            if applies && first.is_none() {
                first = Some(rule.fault);
            }
        }
        first
    }

    fn carry_out(fault: Option<Fault>, card: &mut SimulatedCard, command: &[u8]) -> AnswerKind {
        match fault {
            Some(Fault::Lost) => return AnswerKind::Bytes(Vec::new()),
            Some(Fault::Refuse(status)) => return AnswerKind::Bytes(status.to_be_bytes().to_vec()),
            Some(Fault::Remove) => {
                card.power_off();
                return AnswerKind::Removed;
            }
            Some(Fault::Reset) => card.reset(),
            Some(Fault::Power) => {
                card.power_off();
                card.power_on();
            }
            _ => {}
        }
        let mut answer = card.transmit(command);
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
            Some(Fault::Hang) => return AnswerKind::Withheld(answer),
            Some(Fault::RemoveAfter) => {
                card.power_off();
                return AnswerKind::Removed;
            }
            _ => {}
        }
        AnswerKind::Bytes(answer)
    }
}

/// A card with a [`FaultPlan`].
#[derive(Debug)]
pub struct FaultyCard<'c> {
    card: &'c mut SimulatedCard,
    injector: FaultInjector,
}

impl<'c> FaultyCard<'c> {
    /// The plan begins with the next command.
    #[must_use]
    pub fn new(card: &'c mut SimulatedCard, plan: FaultPlan) -> Self {
        Self { card, injector: FaultInjector::new(plan) }
    }

    /// The card itself.
    #[must_use]
    pub const fn card_mut(&mut self) -> &mut SimulatedCard {
        self.card
    }

    /// As [`SimulatedCard::transmit`], with what the plan has for this exchange. An answer may be shorter than two bytes, or
    /// empty, as it is from a card that was pulled or hangs.
    pub fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        match self.exchange(command).kind {
            AnswerKind::Bytes(bytes) => bytes,
            AnswerKind::Withheld(_) | AnswerKind::Removed => Vec::new(),
        }
    }

    /// The same, told apart.
    pub fn exchange(&mut self, command: &[u8]) -> Answer {
        self.injector.transmit(self.card, command)
    }

    /// How long all commands so far would have taken.
    #[must_use]
    pub const fn modelled_time(&self) -> Duration {
        self.injector.modelled_time()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Latency;
    use crate::tests::{PIN_1234, PIN_ABC123, SELECT_JPKI, WRONG_PIN, bytes, card};

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
            ("refuse 6CFF", &[0x6C, 0xFF], 3),
            ("lost", &[], 3),
            ("mute", &[], 2),
            ("hang", &[], 2),
            ("stall 60000", &[0x63, 0xC2], 2),
            ("reset", &[0x63, 0xC2], 2),
            ("remove", &[], 3),
            ("remove-after", &[], 2),
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

    /// Which of twenty commands, two of them by turns, are answered with nothing.
    fn hits(plan: &str) -> Vec<usize> {
        let mut card = card();
        let mut faulty = FaultyCard::new(&mut card, FaultPlan::from_toml(plan).unwrap());
        let mut hits = Vec::new();
        for number in 1..=20 {
            let command = if number % 2 == 0 { "00200098" } else { SELECT_JPKI };
            if faulty.transmit(&bytes(command)).is_empty() {
                hits.push(number);
            }
        }
        hits
    }

    #[test]
    fn rules_count_what_they_are_about_and_chance_is_repeatable() {
        let plan = |rule: &str| format!("version = 1\nseed = 1\n[[fault]]\nfault = \"mute\"\n{rule}");
        assert_eq!(hits(&plan("at = 7")), [7]);
        assert_eq!(hits(&plan("at = 7\ninstruction = \"20\"")), [14]);
        assert_eq!(hits(&plan("every = 5\ninstruction = \"A4\"")), [9, 19]);
        assert!(hits(&plan("chance = 0")).is_empty());
        assert_eq!(hits(&plan("chance = 1")).len(), 20);
        let half = hits(&plan("chance = 0.5"));
        assert!((4..=16).contains(&half.len()), "{half:?}");
        assert_eq!(hits(&plan("chance = 0.5")), half);
        assert_ne!(hits(&plan("chance = 0.5").replace("seed = 1", "seed = 2")), half);
    }

    #[test]
    fn time_is_added_up_and_not_waited_for() {
        let milliseconds = Duration::from_millis;
        let latency =
            Latency { command: milliseconds(1_000), byte: milliseconds(1), signature: milliseconds(50_000) };
        let mut card = card();
        card.set_settings(crate::CardSettings { latency, ..card.settings() });
        let start = std::time::Instant::now();
        let mut faulty = FaultyCard::new(&mut card, "2 stall 600000".parse().unwrap());
        // 15 bytes there, two back; 9 and 2, and late; 9 and 258.
        assert_eq!(faulty.exchange(&bytes(SELECT_JPKI)).delay, milliseconds(1_017));
        assert_eq!(faulty.exchange(&bytes(&format!("00200098{PIN_1234}"))).delay, milliseconds(601_011));
        assert_eq!(faulty.exchange(&bytes("802A0097 03 AABBCC 00")).delay, milliseconds(51_267));
        assert_eq!(faulty.modelled_time(), milliseconds(1_017 + 601_011 + 51_267));
        // The plan's own goes before the card's.
        let plan = FaultPlan::default().with_latency(Latency { byte: milliseconds(3), ..Latency::NONE });
        assert_eq!(FaultyCard::new(&mut card, plan).exchange(&[0; 4]).delay, milliseconds(18));
        assert!(start.elapsed() < milliseconds(100_000));
    }
}
