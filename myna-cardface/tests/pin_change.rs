//! The PINs of the card-face applications, 共通カードAP and 住基AP: their states, new values, and every fault on the way.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use myna_apdu::flow::{Answer, ChangeFault, LinkProfile, Operation, PinPolicy, Step, TriesLeft, VerifyFault};
use myna_apdu::{Command, Instruction};
use myna_cardface::layout::{ChangeablePin, CommonCard, ResidentRegister, Text};
use myna_cardface::{
    CardFacePin, CommonCardPin, EraBirthDate, Error, NumberA, NumberB, ResidentRegisterPin,
    SelectedApplication, TextApplication, VisualApplication, layout, operation,
};
use myna_error::{Attempt, Diagnostic, Spent};
use myna_sim::{CardSettings, Date, Persona, SimTransport, SimulatedCard};
use myna_transport::{Card, FaultInjector, FaultKind, FaultPlan, Meter, Transport, TransportErrorKind};

fn simulated(settings: CardSettings) -> SimulatedCard {
    let persona = Persona::built_in("default").unwrap();
    SimulatedCard::with_settings(&persona, Date::from_ymd(2026, 11, 22).unwrap(), settings).unwrap()
}

fn card() -> SimTransport {
    SimTransport::new(simulated(CardSettings::default()))
}

/// A PIN that can be changed, with its application.
trait Changed: ChangeablePin<Self::Of> + Sized {
    type Of: layout::Application;
    fn of(digits: &str) -> Self;

    fn change<T: Transport>(card: &mut Card<T>, current: &str, new: &str) -> Result<(), Error> {
        let mut application = SelectedApplication::<_, Self::Of>::open(card)?;
        application.change_pin(&Self::of(current), &Self::of(new), PinPolicy::default())
    }

    fn is_taken<T: Transport>(card: &mut Card<T>, digits: &str) -> bool {
        let mut application = SelectedApplication::<_, Self::Of>::open(card).unwrap();
        application.verify(&Self::of(digits), PinPolicy::default()).is_ok()
    }

    fn tries<T: Transport>(card: &mut Card<T>) -> TriesLeft {
        SelectedApplication::<_, Self::Of>::open(card).unwrap().tries_left::<Self>().unwrap()
    }
}

macro_rules! changed {
    ($($pin:ident of $application:ident),+) => {$(
        impl Changed for $pin {
            type Of = $application;
            fn of(digits: &str) -> Self {
                Self::new(digits).unwrap()
            }
        }
    )+};
}

changed!(CardFacePin of Text, CommonCardPin of CommonCard, ResidentRegisterPin of ResidentRegister);

#[test]
fn each_is_changed_in_4_exchanges_with_the_opening_and_no_other_with_it() {
    type IsTaken = fn(&mut Card<Meter<SimTransport>>, &str) -> bool;
    fn changes<P: Changed>(others: [IsTaken; 2]) {
        let mut card = Card::new(Meter::new(card()));
        P::change(&mut card, "1234", "4321").unwrap();
        assert_eq!(card.transport().budget().exchanges, 4);
        assert!(P::is_taken(&mut card, "4321"));
        for other in others {
            assert!(other(&mut card, "1234"));
        }
        assert!(!P::is_taken(&mut card, "1234"));
        assert_eq!(P::tries(&mut card), TriesLeft::Limited(2));
    }
    changes::<CardFacePin>([CommonCardPin::is_taken, ResidentRegisterPin::is_taken]);
    changes::<CommonCardPin>([CardFacePin::is_taken, ResidentRegisterPin::is_taken]);
    changes::<ResidentRegisterPin>([CardFacePin::is_taken, CommonCardPin::is_taken]);
}

#[test]
fn a_card_without_short_identifiers_changes_them_too() {
    fn changes<P: Changed>() {
        let settings =
            CardSettings { short_identifiers: false, extended_length: false, ..CardSettings::default() };
        let mut card = Card::new(SimTransport::new(simulated(settings)));
        P::change(&mut card, "1234", "4321").unwrap();
        assert!(P::is_taken(&mut card, "4321"));
    }
    changes::<CardFacePin>();
    changes::<CommonCardPin>();
    changes::<ResidentRegisterPin>();
}

#[test]
fn a_wrong_current_pin_changes_nothing_and_costs_the_one_try() {
    fn refuses<P: Changed>() {
        let mut card = Card::new(Meter::new(card()));
        let error = P::change(&mut card, "9999", "4321").unwrap_err();
        assert_eq!(error.operation().pin_fault(), Some(VerifyFault::Wrong { left: Some(2) }));
        assert_eq!(error.operation().change_fault(), None);
        assert_eq!(card.transport().budget().exchanges, 3, "the new value never left");
        assert!(P::is_taken(&mut card, "1234"));
    }
    refuses::<CardFacePin>();
    refuses::<CommonCardPin>();
    refuses::<ResidentRegisterPin>();
}

#[test]
fn four_digits_or_nothing_is_sent() {
    for digits in ["", "123", "12345", "12a4", "１２３４", " 234"] {
        CardFacePin::new(digits).unwrap_err();
        CommonCardPin::new(digits).unwrap_err();
        let error = ResidentRegisterPin::new(digits).unwrap_err();
        assert!(digits.is_empty() || !error.to_string().contains(digits));
    }
}

/// What the card holds in the end is what the error says, or it says that nobody knows.
#[test]
fn every_fault_at_every_exchange_is_told_as_it_was() {
    const KINDS: [FaultKind; 8] = [
        FaultKind::Remove,
        FaultKind::RemoveAfter,
        FaultKind::Mute,
        FaultKind::Cut(0),
        FaultKind::Cut(1),
        FaultKind::Refuse(0x6A80),
        FaultKind::Status(0x6F00),
        FaultKind::Fail(TransportErrorKind::Other),
    ];
    fn survives<P: Changed>() -> usize {
        let mut faults = 0;
        for kind in KINDS {
            for at in 1.. {
                let plan = FaultPlan::default().with(at, kind);
                let mut faulty = Card::new(FaultInjector::new(card(), plan));
                let result = P::change(&mut faulty, "1234", "4321");
                let mut card = Card::new(SimTransport::new(faulty.into_transport().into_inner().into_card()));
                let left = P::tries(&mut card);
                let holds_new = P::is_taken(&mut card, "4321");
                let Err(error) = result else {
                    // A fault that the flow itself overcomes, or past its end.
                    assert!(holds_new, "{kind:?} at {at}");
                    if at > 6 {
                        break;
                    }
                    continue;
                };
                faults += 1;
                let error = error.operation();
                match error.change_fault() {
                    None => assert!(!holds_new, "{kind:?} at {at}: {error}"),
                    Some(ChangeFault::Refused { .. }) => assert!(!holds_new, "{kind:?} at {at}: {error}"),
                    Some(_) => {}
                }
                assert_eq!(left, TriesLeft::Limited(3), "{kind:?} at {at}: the PIN was right");
                let attempt = error.attempt();
                assert!(
                    attempt == Attempt::NONE || attempt.spent == Spent::Unknown,
                    "{kind:?} at {at}: {error}"
                );
            }
        }
        faults
    }
    let faults = survives::<CardFacePin>() + survives::<CommonCardPin>() + survives::<ResidentRegisterPin>();
    assert!(faults >= 60, "{faults} faults");
}

#[test]
fn driven_by_hand_the_new_value_goes_out_once_by_the_command_of_its_application() {
    fn instruction<P: Changed>() -> (u8, Instruction) {
        let (current, new) = (P::of("1234"), P::of("4321"));
        let mut change = operation::change_pin::<P::Of, P>(&current, &new, PinPolicy::default());
        let mut step = change.start(LinkProfile::default());
        let mut sent = Vec::new();
        for answer in [[0x63, 0xC3], [0x90, 0x00], [0x90, 0x00]] {
            let Step::Transmit(command) = step else { panic!("{step:?}") };
            let parsed = Command::parse(command.bytes()).unwrap();
            sent.push((parsed.class().0, parsed.instruction(), command.carries_secret()));
            step = change.resume(Answer::Response(&answer));
        }
        let Step::Complete(Ok(TriesLeft::Limited(3))) = step else { panic!("{step:?}") };
        assert_eq!(sent.iter().map(|(_, _, secret)| *secret).collect::<Vec<_>>(), [false, true, true]);
        (sent[2].0, sent[2].1)
    }
    assert_eq!(instruction::<CardFacePin>(), (0x00, Instruction::CHANGE_REFERENCE_DATA));
    assert_eq!(instruction::<CommonCardPin>(), (0x80, Instruction::CHANGE_KEY));
    assert_eq!(instruction::<ResidentRegisterPin>(), (0x80, Instruction::CHANGE_KEY));
}

#[test]
fn the_states_of_all_eight_take_one_exchange_each_beside_the_opening() {
    let mut card = Card::new(Meter::new(card()));
    let mut text = TextApplication::open(&mut card).unwrap();
    assert_eq!(text.tries_left::<CardFacePin>().unwrap(), TriesLeft::Limited(3));
    assert_eq!(text.tries_left::<NumberA>().unwrap(), TriesLeft::Limited(10));
    assert_eq!(text.tries_left::<NumberB>().unwrap(), TriesLeft::Limited(10));
    let mut visual = VisualApplication::open(&mut card).unwrap();
    assert_eq!(visual.tries_left::<NumberA>().unwrap(), TriesLeft::Limited(10));
    assert_eq!(visual.tries_left::<NumberB>().unwrap(), TriesLeft::Limited(10));
    assert_eq!(visual.tries_left::<EraBirthDate>().unwrap(), TriesLeft::Limited(10));
    assert_eq!(CommonCardPin::tries(&mut card), TriesLeft::Limited(3));
    assert_eq!(ResidentRegisterPin::tries(&mut card), TriesLeft::Limited(3));
    assert_eq!(card.transport().budget().exchanges, 4 + 8);
}
