//! The card and its [model](super::model) over stories nobody thought of.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{FileFailurePersistence, TestRunner};

use super::on_card::Contents;
use super::step::Step;
use super::trial::Trial;
use super::*;
use crate::Mutant;

fn story() -> impl Strategy<Value = Vec<Step>> {
    vec(any::<[u8; 4]>(), 1..80).prop_map(|words| Step::decode(&words.concat(), 3))
}

fn contents(card: &mut SimulatedCard) -> Contents {
    Contents::of(card, &persona().number_b(today()).unwrap())
}

/// Where card and model part.
fn disagreement(card: &mut SimulatedCard, contents: &Contents, steps: &[Step]) -> Option<String> {
    let mut trial = Trial::new(card, contents);
    let found = steps.iter().find_map(|step| trial.carry_out(step).err());
    if found.is_none() {
        trial.restore();
    }
    found
}

proptest! {
    // Not the default place: a unit test deep in `src` is to leave what it found beside the model.
    #![proptest_config(ProptestConfig {
        cases: 128,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/tests/agreement.regressions"
        )))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_card_agrees_with_its_history(steps in story()) {
        let mut card = card();
        let contents = contents(&mut card);
        let disagreement = disagreement(&mut card, &contents, &steps);
        prop_assert!(disagreement.is_none(), "{}", disagreement.unwrap());
    }
}

#[test]
fn the_model_notices_every_card_that_breaks_a_rule_about_pins() {
    let contents = contents(&mut card());
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
        Mutant::ReturnsOtherFile,
        Mutant::EndOfFileSucceeds,
        Mutant::SelectsForeignApplications,
        Mutant::ShortLeZeroMeansZero,
    ] {
        let mut runner = TestRunner::deterministic();
        let mut card = card_with(CardSettings { mutant: Some(mutant), ..CardSettings::default() });
        let notices = (0..300).any(|_| {
            let steps = story().new_tree(&mut runner).unwrap().current();
            disagreement(&mut card, &contents, &steps).is_some()
        });
        assert!(notices, "{mutant}");
    }
}
