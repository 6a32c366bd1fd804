//! A second opinion on PINs and rights: a model that keeps no counter and no status, only the history, and reads both off it.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::*;
use crate::Reference;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Select(usize),
    /// Short identifier of the reference, and which of the [`VALUES`].
    Verify(u8, usize),
    Ask(u8),
    Read(u8),
    Sign(u8),
    PowerCycle,
    WarmReset,
}

const APPLICATIONS: [&str; 6] =
    [SELECT_ISD, SELECT_JPKI, SELECT_TEXT, SELECT_VISUAL, SELECT_RESIDENT_REGISTER, SELECT_COMMON];

/// The PINs of the default persona, what is printed on its card, and one that is wrong everywhere.
const VALUES: [&str; 6] = ["1234", "ABC123", "900000000010", "B", "630714", "999999"];

/// Application, short identifier, position of the right value, tries.
const REFERENCES: [(usize, u8, usize, usize, Reference); 10] = [
    (1, 0x18, 0, 3, Reference::UserAuthentication),
    (1, 0x1B, 1, 5, Reference::DigitalSignature),
    (2, 0x11, 0, 3, Reference::CardFace),
    (2, 0x14, 2, 10, Reference::TextNumberA),
    (2, 0x15, 3, 10, Reference::TextNumberB),
    (3, 0x11, 4, 10, Reference::VisualBirthDate),
    (3, 0x12, 3, 10, Reference::VisualNumberB),
    (3, 0x13, 2, 10, Reference::VisualNumberA),
    (4, 0x1C, 0, 3, Reference::ResidentRegister),
    (5, 0x1C, 0, 3, Reference::Common),
];

/// Application, EF, and the references of which one opens it.
const PROTECTED: [(usize, u8, &[u8]); 9] = [
    (1, 0x01, &[0x1B]),
    (2, 0x01, &[0x11, 0x14]),
    (2, 0x02, &[0x11, 0x15]),
    (2, 0x03, &[0x11, 0x14, 0x15]),
    (2, 0x06, &[0x11, 0x14, 0x15]),
    (2, 0x07, &[0x11, 0x14, 0x15]),
    (3, 0x01, &[0x11]),
    (3, 0x02, &[0x12, 0x13]),
    (3, 0x05, &[0x13]),
];

struct Model<'h>(&'h [Step]);

impl Model<'_> {
    /// The application current after the history.
    fn current(&self) -> usize {
        let chosen = self.0.iter().rev().find_map(|step| match step {
            Step::Select(application) => Some(*application),
            Step::PowerCycle => Some(0),
            _ => None,
        });
        chosen.unwrap_or(0)
    }

    /// Whether each VERIFY of a reference was right, in order, with its place; those after the last try are left out.
    fn attempts(&self, application: usize, reference: u8) -> Vec<(usize, bool)> {
        let Some((_, _, right, tries, _)) = find(application, reference) else { return Vec::new() };
        let mut attempts: Vec<(usize, bool)> = Vec::new();
        for (place, step) in self.0.iter().enumerate() {
            let blocked =
                attempts.len() >= tries && attempts[attempts.len() - tries..].iter().all(|(_, right)| !right);
            if let Step::Verify(named, value) = step
                && *named == reference
                && Model(&self.0[..place]).current() == application
                && !blocked
            {
                attempts.push((place, *value == right));
            }
        }
        attempts
    }

    fn tries_left(&self, application: usize, reference: u8) -> Option<usize> {
        let (_, _, _, tries, _) = find(application, reference)?;
        let attempts = self.attempts(application, reference);
        Some(tries - attempts.iter().rev().take_while(|(_, right)| !right).count())
    }

    fn is_verified(&self, application: usize, reference: u8) -> bool {
        let Some((place, true)) = self.attempts(application, reference).last().copied() else { return false };
        // And the application was not left since.
        (place..=self.0.len()).all(|end| {
            let model = Model(&self.0[..end]);
            model.current() == application
                && self.0.get(place..end).is_none_or(|since| !since.contains(&Step::PowerCycle))
        })
    }

    /// The status word the next step must get; nothing where the model has no opinion.
    fn expects(&self, next: Step) -> Option<u16> {
        let application = self.current();
        match next {
            Step::Select(_) => Some(0x9000),
            Step::Ask(reference) => {
                Some(0x63C0 + u16::try_from(self.tries_left(application, reference)?).unwrap())
            }
            Step::Verify(reference, value) => {
                let (_, _, right, ..) = find(application, reference)?;
                match self.tries_left(application, reference)? {
                    0 => Some(0x6984),
                    _ if value == right => Some(0x9000),
                    left => Some(0x63C0 + u16::try_from(left - 1).unwrap()),
                }
            }
            Step::Read(file) => {
                let (.., opened_by) = PROTECTED.iter().find(|row| (row.0, row.1) == (application, file))?;
                let opened = opened_by.iter().any(|reference| self.is_verified(application, *reference));
                Some(if opened { 0x9000 } else { 0x6982 })
            }
            Step::Sign(key) => match (application, key) {
                (1, 0x17) => Some(if self.is_verified(1, 0x18) { 0x9000 } else { 0x6982 }),
                (1, 0x1A) => Some(if self.is_verified(1, 0x1B) { 0x9000 } else { 0x6982 }),
                (2, 0x13) | (3, 0x1A) => Some(0x9000),
                _ => None,
            },
            Step::PowerCycle | Step::WarmReset => None,
        }
    }
}

fn find(application: usize, reference: u8) -> Option<(usize, u8, usize, usize, Reference)> {
    REFERENCES.into_iter().find(|row| (row.0, row.1) == (application, reference))
}

fn step() -> impl Strategy<Value = Step> {
    let reference = prop::sample::select(vec![0x11, 0x12, 0x13, 0x14, 0x15, 0x18, 0x1B, 0x1C]);
    prop_oneof![
        4 => (0..APPLICATIONS.len()).prop_map(Step::Select),
        // Where there is such a reference, half of them right, so that rights are reached.
        6 => prop::sample::select(REFERENCES.to_vec()).prop_map(|row| Step::Verify(row.1, row.2)),
        6 => (reference.clone(), 0..VALUES.len()).prop_map(|(reference, value)| Step::Verify(reference, value)),
        3 => reference.prop_map(Step::Ask),
        6 => (1..8_u8).prop_map(Step::Read),
        1 => prop::sample::select(vec![0x17, 0x1A, 0x13]).prop_map(Step::Sign),
        1 => Just(Step::PowerCycle),
        1 => Just(Step::WarmReset),
    ]
}

/// One application after the other, and in each mostly one of its references: otherwise none would ever be blocked.
fn story() -> impl Strategy<Value = Vec<Step>> {
    let scene =
        prop::sample::select(REFERENCES.to_vec()).prop_flat_map(|(application, reference, right, ..)| {
            let within = prop_oneof![
                4 => Just(Step::Verify(reference, VALUES.len() - 1)),
                2 => Just(Step::Verify(reference, right)),
                3 => step(),
            ];
            vec(within, 1..10).prop_map(move |steps| [vec![Step::Select(application)], steps].concat())
        });
    vec(scene, 1..12).prop_map(|scenes| scenes.concat())
}

fn carry_out(card: &mut SimulatedCard, step: Step) -> Option<u16> {
    let command = match step {
        Step::Select(application) => APPLICATIONS[application].to_owned(),
        Step::Verify(reference, value) => {
            let value = match VALUES[value] {
                "B" => persona().number_b(today()).unwrap(),
                value => value.to_owned(),
            };
            format!("002000{:02X}{:02X}{}", 0x80 | reference, value.len(), hex::encode(value))
        }
        Step::Ask(reference) => format!("002000{:02X}", 0x80 | reference),
        Step::Read(file) => format!("00B0{:02X}00 00", 0x80 | file),
        Step::Sign(key) => format!("802A00{:02X} 01 AA 00", 0x80 | key),
        Step::PowerCycle => {
            card.power_off();
            card.power_on();
            return None;
        }
        Step::WarmReset => {
            card.reset();
            return None;
        }
    };
    let (data, status) = card.ask(&command);
    assert!(status == 0x9000 || data.is_empty(), "data with {status:04X}");
    Some(status)
}

/// Where card and model part.
fn disagreement(card: &mut SimulatedCard, steps: &[Step]) -> Option<String> {
    for (place, step) in steps.iter().enumerate() {
        let expected = Model(&steps[..place]).expects(*step);
        let status = carry_out(card, *step);
        if expected.is_some() && status != expected {
            return Some(format!("{step:?} gets {status:04X?} where {expected:04X?} is right"));
        }
        let model = Model(&steps[..=place]);
        for (application, identifier, _, _, reference) in REFERENCES {
            let left = model.tries_left(application, identifier).unwrap();
            if usize::from(card.counters().get(reference)) != left {
                return Some(format!("{reference:?} has not {left} tries left after {step:?}"));
            }
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_card_agrees_with_its_history(steps in story()) {
        let disagreement = disagreement(&mut card(), &steps);
        prop_assert!(disagreement.is_none(), "{}", disagreement.unwrap());
    }
}

#[test]
fn the_model_notices_every_card_that_breaks_a_rule_about_pins() {
    use crate::Mutant;
    use proptest::test_runner::TestRunner;

    for mutant in [
        Mutant::AcceptsAnyPin,
        Mutant::AcceptsBlockedPin,
        Mutant::ForgetsToDecrement,
        Mutant::ForgetsToRestore,
        Mutant::CountsEmptyVerify,
        Mutant::KeepsStatusAcrossApplications,
        Mutant::ForgetsStatusOnReselection,
        Mutant::SignsWithoutPin,
        Mutant::ReadsWithoutPin,
    ] {
        let mut runner = TestRunner::deterministic();
        let notices = (0..200).any(|_| {
            let steps = story().new_tree(&mut runner).unwrap().current();
            let mut card = card_with(CardSettings { mutant: Some(mutant), ..CardSettings::default() });
            disagreement(&mut card, &steps).is_some()
        });
        assert!(notices, "{mutant}");
    }
}
