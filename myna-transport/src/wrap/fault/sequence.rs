use super::FaultKind;
use super::plan::{FaultPlan, When};
use crate::Latency;

/// A [`FaultPlan`] under way: which of its faults comes next. Keep it to go on counting with another hold on the card.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FaultSequence {
    plan: FaultPlan,
    /// Of each rule of the plan, how many commands it has counted.
    counts: Vec<u32>,
    dice: u64,
}

impl FaultSequence {
    /// The fault for this command. Every rule counts, also behind the one that applies, and every chance is drawn: what
    /// one rule does moves no other.
    pub(super) fn next(&mut self, command: &[u8]) -> Option<FaultKind> {
        let mut first = None;
        for (rule, count) in self.plan.rules.iter().zip(&mut self.counts) {
            if rule.instruction.is_some() && rule.instruction.as_ref() != command.get(1) {
                continue;
            }
            *count = count.saturating_add(1);
            let applies = match rule.when {
                When::At(at) => *count == at,
                When::Every(step) => count.is_multiple_of(step),
                When::Chance(chance) => throw(&mut self.dice) < u64::from(chance),
            };
            if applies && first.is_none() {
                first = Some(rule.fault);
            }
        }
        first
    }

    pub(super) const fn latency(&self) -> Option<Latency> {
        self.plan.latency
    }
}

/// The plan begins with the next command.
impl From<FaultPlan> for FaultSequence {
    fn from(plan: FaultPlan) -> Self {
        Self { counts: vec![0; plan.rules.len()], dice: plan.seed, plan }
    }
}

/// A number below a million, by `SplitMix64`: repeatable, and even enough for a die.
const fn throw(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (mixed ^ (mixed >> 31)) % 1_000_000
}
