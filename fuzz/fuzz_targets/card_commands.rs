//! The attacker is the host: the input is what is done to the simulated card, in steps of four bytes.
//!
//! Steps are commands that make sense, right and wrong PINs first among them, so that rights are reached and PINs are blocked;
//! `Step::decode` tells how. The card agrees with a model of PINs and rights; no counter rises but by its PIN; nothing
//! protected leaves without its right; no vector of secure messaging is used twice.
#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use myna_sim::{Counters, Date, Persona, SimulatedCard};

use crate::on_card::Contents;
use crate::step::Step;
use crate::trial::Trial;

#[path = "../../myna-sim/src/tests/host.rs"]
mod host;
#[path = "../../myna-sim/src/tests/model.rs"]
mod model;
#[path = "../../myna-sim/src/tests/on_card.rs"]
mod on_card;
#[path = "../../myna-sim/src/tests/step.rs"]
mod step;
#[path = "../../myna-sim/src/tests/trial.rs"]
mod trial;

/// Steps of one input; a story longer than this tells nothing new.
const MOST_STEPS: usize = 400;

thread_local! {
    /// Its certificates take longer to make than a thousand commands: each input gives the card back as it found it.
    static CARD: RefCell<(SimulatedCard, Contents)> = RefCell::new(card());
}

fuzz_target!(|bytes: &[u8]| {
    let steps = Step::decode(bytes, 1);
    CARD.with_borrow_mut(|(card, contents)| {
        let mut trial = Trial::new(card, contents);
        for (place, step) in steps.iter().take(MOST_STEPS).enumerate() {
            if let Err(disagreement) = trial.carry_out(step) {
                panic!("{disagreement}, after {:#02X?}", steps.get(..place));
            }
        }
        trial.restore();
    });
});

fn card() -> (SimulatedCard, Contents) {
    let persona = Persona::built_in("default").expect("it is built in");
    let today = Date::from_ymd(2025, 6, 2).expect("a day");
    let mut card = SimulatedCard::new(&persona, today).expect("a card");
    let contents = Contents::of(&mut card, &persona.number_b(today).expect("a number"));
    (card, contents)
}
