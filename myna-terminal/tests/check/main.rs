//! The check of one patient as a value: the same by every driver, and never of two cards.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod drivers;
mod one_card;
mod tokens;

use myna_cardface::NumberB;
use myna_eligibility::calendar::{Date, DateTime};
use myna_jpki::{PinPolicy, UserAuthenticationPin};
use myna_sim::{Persona, SimulatedCard};
use myna_sim_service::SimulatedService;
use myna_terminal::{CheckPlan, CheckQuestion, CheckReply, CheckStep, FacePlan, Terminal};

fn now() -> DateTime {
    DateTime::parse("20260602091500").unwrap()
}

fn on() -> Date {
    now().date()
}

/// The built-in persona with its number of the card, and what a test changes in it.
fn persona(change: impl Fn(String) -> String) -> Persona {
    let text = change(Persona::built_in("default").unwrap().to_toml());
    Persona::from_toml(&text).unwrap()
}

fn card(persona: &Persona) -> SimulatedCard {
    let mut card = SimulatedCard::new(persona, on()).unwrap();
    card.power_on();
    card
}

fn terminal(personas: &[&Persona]) -> Terminal<SimulatedService> {
    let mut service = SimulatedService::new().unwrap();
    for persona in personas {
        service.enrol(persona).unwrap();
    }
    Terminal::log_in(service, &SimulatedService::credentials().unwrap(), now()).unwrap()
}

/// One of the four ways to check, and what it takes with extended length fields and without.
#[derive(Clone, Copy, Debug)]
struct Way {
    by_pin: bool,
    with_face: bool,
    exchanges: usize,
    short_exchanges: usize,
}

/// The face takes 4 exchanges, 2 more show that it is of the same card; without extended length 17, one of which both
/// learn from: that it is refused.
const WAYS: [Way; 4] = [
    Way { by_pin: true, with_face: false, exchanges: 5, short_exchanges: 12 },
    Way { by_pin: false, with_face: false, exchanges: 3, short_exchanges: 10 },
    Way { by_pin: true, with_face: true, exchanges: 5 + 4 + 2, short_exchanges: 12 + 16 + 2 },
    Way { by_pin: false, with_face: true, exchanges: 3 + 4 + 2, short_exchanges: 10 + 16 + 2 },
];

/// What the patient typed, and what stands on the card.
struct Typed {
    pin: UserAuthenticationPin,
    number: NumberB,
}

impl Typed {
    fn of(persona: &Persona) -> Self {
        let number = NumberB::new(&persona.number_b(on()).unwrap()).unwrap();
        Self { pin: UserAuthenticationPin::new("1234").unwrap(), number }
    }

    fn plan(&self, way: Way) -> CheckPlan<'_> {
        let plan = match way.by_pin {
            true => CheckPlan::by_pin(on(), &self.pin, PinPolicy::default()),
            false => CheckPlan::by_eye(on()),
        };
        let face = FacePlan::new(&self.number, PinPolicy::default());
        if way.with_face { plan.with_face(face) } else { plan }
    }
}
