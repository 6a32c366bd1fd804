//! PINs changed: what it takes, what is refused, and what is said where nobody knows which value holds.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use myna_apdu::StatusWord;
use myna_error::Diagnostic;
use myna_jpki::{
    ChangeFault, Error, Jpki, KeyKind, PinPolicy, SignaturePassword, TokenKind, TriesLeft, Unblocker,
    UserAuthenticationPin, VerifyFault,
};
use myna_sim::{Date, Persona, SimTransport, SimulatedCard};
use myna_transport::{Card, FaultInjector, FaultKind, FaultPlan, Meter, Transport, TransportErrorKind};

fn card() -> SimulatedCard {
    let persona = Persona::built_in("default").unwrap();
    SimulatedCard::new(&persona, Date::from_ymd(2026, 11, 22).unwrap()).unwrap()
}

fn change<T: Transport>(card: &mut Card<T>, current: &str, new: &str) -> Result<(), Error> {
    let [current, new] = [current, new].map(|pin| UserAuthenticationPin::new(pin).unwrap());
    Jpki::open(card)?.change_user_authentication_pin(&current, &new, PinPolicy::default())
}

fn is_taken<T: Transport>(card: &mut Card<T>, pin: &str) -> bool {
    let pin = UserAuthenticationPin::new(pin).unwrap();
    let mut jpki = Jpki::open(card).unwrap();
    jpki.verify_user_authentication(&pin, PinPolicy::default()).is_ok()
}

#[test]
fn both_secrets_take_4_exchanges_with_the_opening_and_their_states_3() {
    let mut card = Card::new(Meter::new(SimTransport::new(card())));
    change(&mut card, "1234", "4321").unwrap();
    assert_eq!(card.transport().budget().exchanges, 4);
    assert!(is_taken(&mut card, "4321") && !is_taken(&mut card, "1234"));

    let [current, new] = ["ABC123", "XYZ789ABCDEFGHI0"].map(|new| SignaturePassword::new(new).unwrap());
    card.transport_mut().restart();
    let mut jpki = Jpki::open(&mut card).unwrap();
    jpki.change_signature_password(&current, &new, PinPolicy::default()).unwrap();
    assert_eq!(card.transport().budget().exchanges, 4);
    let mut jpki = Jpki::open(&mut card).unwrap();
    jpki.verify_digital_signature(&new, PinPolicy::default()).unwrap();

    card.transport_mut().restart();
    let mut jpki = Jpki::open(&mut card).unwrap();
    assert_eq!(jpki.tries_left(KeyKind::UserAuthentication).unwrap(), TriesLeft::Limited(2), "a wrong one");
    assert_eq!(jpki.tries_left(KeyKind::DigitalSignature).unwrap(), TriesLeft::Limited(5));
    assert_eq!(card.transport().budget().exchanges, 3);
}

#[test]
fn a_wrong_current_pin_changes_nothing_and_costs_the_one_try() {
    let mut card = Card::new(Meter::new(SimTransport::new(card())));
    let error = change(&mut card, "9999", "4321").unwrap_err();
    assert_eq!(error.operation().pin_fault(), Some(VerifyFault::Wrong { left: Some(2) }));
    assert_eq!(error.operation().change_fault(), None);
    assert_eq!(card.transport().budget().exchanges, 3);
    assert!(is_taken(&mut card, "1234"));
}

/// Exchange 4 is the change.
#[test]
fn what_became_of_the_new_value_is_told_or_said_to_be_unknown() {
    let refused = |status| Some(ChangeFault::Refused { status: StatusWord(status) });
    let unclear = |status: Option<u16>| Some(ChangeFault::Unclear { status: status.map(StatusWord) });
    for (kind, fault, code, holds) in [
        (FaultKind::Refuse(0x6A80), refused(0x6A80), "pin.change_refused", "1234"),
        (FaultKind::Refuse(0x6400), refused(0x6400), "pin.change_refused", "1234"),
        (FaultKind::Refuse(0x6581), unclear(Some(0x6581)), "pin.change_unclear", "1234"),
        (FaultKind::Status(0x6F00), unclear(Some(0x6F00)), "pin.change_unclear", "4321"),
        (FaultKind::Cut(0), unclear(None), "pin.change_unclear", "4321"),
        (FaultKind::Mute, unclear(None), "pin.change_unclear", "4321"),
        (FaultKind::Fail(TransportErrorKind::Other), unclear(None), "pin.change_unclear", "1234"),
    ] {
        let plan = FaultPlan::default().with(4, kind);
        let mut card = Card::new(FaultInjector::new(SimTransport::new(card()), plan));
        let error = change(&mut card, "1234", "4321").unwrap_err();
        assert_eq!(error.operation().change_fault(), fault, "{kind:?}");
        assert_eq!(error.operation().code(), code, "{kind:?}");
        assert!(!error.attempt().is_in_doubt(), "the current one was right: {kind:?}");
        let mut card = Card::new(SimTransport::new(card.into_transport().into_inner().into_card()));
        assert!(is_taken(&mut card, holds), "{kind:?}");
    }
}

#[test]
fn a_token_tells_its_kind_and_certificates_in_3_exchanges_and_who_unblocks_it_follows() {
    let mut card = Card::new(Meter::new(SimTransport::new(card())));
    let mut jpki = Jpki::open(&mut card).unwrap();
    let token = jpki.read_token_information().unwrap();
    let there = jpki.read_availability().unwrap();
    assert_eq!(card.transport().budget().exchanges, 3);
    assert_eq!((token.label.as_str(), token.kind()), ("JPKIAPICCTOKEN2", TokenKind::MyNumberCard));
    assert_eq!((token.manufacturer.as_str(), token.model.as_str()), ("1", "E16R01NJ"));
    assert_eq!(token.serial_number.len(), 16);
    assert_eq!((there.digital_signature, there.user_authentication), (Some(true), Some(true)));
    assert_eq!(token.kind().unblockers(KeyKind::UserAuthentication), [Unblocker::MunicipalOffice]);
    assert!(token.kind().unblockers(KeyKind::DigitalSignature).contains(&Unblocker::ConvenienceStore));
}
