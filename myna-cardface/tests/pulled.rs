//! The card pulled at every exchange, before it has seen the command and after: of all that both applications can do, with
//! a card that answers at length and with one that does not.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use myna_apdu::Instruction;
use myna_apdu::flow::PinPolicy;
use myna_cardface::{CardFacePin, EraBirthDate, Error, NumberA, NumberB, TextApplication, VisualApplication};
use myna_error::{Attempt, Diagnostic, Spent};
use myna_sim::{CardSettings, Counters, Date, Persona, SimTransport, SimulatedCard};
use myna_transport::{
    Capabilities, Card, FaultInjector, FaultKind, FaultPlan, Transport, TransportError, TransportErrorKind,
};

const CHALLENGE: [u8; 32] = [0xC4; 32];

/// Whether the command that went out last held a secret.
struct Watched<T> {
    reader: T,
    held_secret: bool,
}

impl<T: Transport> Transport for Watched<T> {
    fn capabilities(&self) -> Capabilities {
        self.reader.capabilities()
    }

    fn exchange(&mut self, command: &[u8], response: &mut [u8]) -> Result<usize, TransportError> {
        self.held_secret = command[1] == Instruction::VERIFY.0 && command.len() > 4;
        self.reader.exchange(command, response)
    }
}

type Reader = Watched<FaultInjector<SimTransport>>;
type Job = fn(&mut Card<Reader>, &Persona) -> Result<(), Error>;

const JOBS: [(&str, Job); 5] = [
    ("texts by PIN", |card, _| {
        let mut application = TextApplication::open(card)?;
        let pin = CardFacePin::new("1234").unwrap();
        let mut opened = application.verify(&pin, PinPolicy::default())?;
        opened.read_basic_items()?;
        opened.read_my_number()?;
        opened.read_integrity_record()?;
        opened.read_evidence(CHALLENGE).map(drop)
    }),
    ("texts by 照合番号A, then B", |card, persona| {
        let mut application = TextApplication::open(card)?;
        application.verify(&number_a(persona), PinPolicy::default())?.read_my_number()?;
        application.verify(&number_b(persona), PinPolicy::default())?.read_basic_items().map(drop)
    }),
    ("face by 照合番号B", |card, persona| {
        let mut application = VisualApplication::open(card)?;
        let mut opened = application.verify(&number_b(persona), PinPolicy::default())?;
        opened.read_card_face()?;
        opened.read_evidence(CHALLENGE).map(drop)
    }),
    ("number by 照合番号A", |card, persona| {
        let mut application = VisualApplication::open(card)?;
        let mut opened = application.verify(&number_a(persona), PinPolicy::default())?;
        opened.read_my_number_image().map(drop)
    }),
    ("age by birth date", |card, persona| {
        let mut application = VisualApplication::open(card)?;
        let birth_date = EraBirthDate::new(&persona.number_b(today()).unwrap()[..6]).unwrap();
        application.verify(&birth_date, PinPolicy::default())?.read_age_record().map(drop)
    }),
];

fn today() -> Date {
    Date::from_ymd(2026, 11, 22).unwrap()
}

fn number_a(persona: &Persona) -> NumberA {
    NumberA::new(persona.my_number()).unwrap()
}

fn number_b(persona: &Persona) -> NumberB {
    NumberB::new(&persona.number_b(today()).unwrap()).unwrap()
}

#[test]
fn a_pull_is_named_and_leaves_a_try_in_doubt_where_a_secret_was_on_its_way_and_nowhere_else() {
    let persona = Persona::built_in("default").unwrap();
    let mut pulls = 0;
    for (name, job) in JOBS {
        for extended_length in [true, false] {
            for kind in [FaultKind::Remove, FaultKind::RemoveAfter] {
                for at in 1.. {
                    let settings = CardSettings { extended_length, ..CardSettings::default() };
                    let card = SimulatedCard::with_settings(&persona, today(), settings).unwrap();
                    let plan = FaultPlan::default().with(at, kind);
                    let reader = FaultInjector::new(SimTransport::new(card), plan);
                    let mut card = Card::new(Watched { reader, held_secret: false });
                    let result = job(&mut card, &persona);
                    let Watched { reader, held_secret } = card.into_transport();
                    let counters = reader.inner().card().counters();
                    assert_eq!(counters, Counters::default(), "{name}, {kind:?} at {at}");
                    let Err(error) = result else {
                        assert!(at > 4, "{name} takes 4 exchanges at least");
                        break;
                    };
                    pulls += 1;
                    let cause = error.transport().map(TransportError::kind);
                    assert_eq!(cause, Some(TransportErrorKind::CardRemoved), "{name}, {kind:?} at {at}");
                    let expected =
                        if held_secret { Attempt::new(Spent::Unknown, None) } else { Attempt::NONE };
                    assert_eq!(error.attempt(), expected, "{name}, {kind:?} at {at}: {error}");
                }
            }
        }
    }
    println!("{pulls} pulls");
}
