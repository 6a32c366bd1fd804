//! No try is spent by accident: whatever the card, the reader or a pulled card does.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use myna_apdu::flow::VerifyFault;
use myna_error::Diagnostic;
use myna_jpki::{CertificateKind, Error, Jpki, PinPolicy, UserAuthenticationPin};
use myna_sim::{Date, Persona, SimTransport, SimulatedCard};
use myna_transport::{Card, FaultInjector, FaultKind, FaultPlan, Meter, Transport};

fn card_with(tries: u8) -> SimulatedCard {
    let persona = Persona::built_in("default").unwrap();
    let mut card = SimulatedCard::new(&persona, Date::from_ymd(2026, 11, 22).unwrap()).unwrap();
    let mut counters = card.counters();
    counters.user_authentication = tries;
    card.set_counters(counters);
    card
}

fn check<T: Transport>(card: &mut Card<T>, pin: &str, policy: PinPolicy) -> Result<Vec<u8>, Error> {
    let pin = UserAuthenticationPin::new(pin).unwrap();
    let mut jpki = Jpki::open(card)?;
    jpki.read_certificate(CertificateKind::UserAuthentication)?;
    jpki.verify_user_authentication(&pin, policy)?.sign(b"message")
}

fn tries(card: &SimulatedCard) -> u8 {
    card.counters().user_authentication
}

#[test]
fn a_wrong_pin_costs_one_try_and_says_how_many_are_left() {
    let mut card = Card::new(SimTransport::new(card_with(3)));
    let error = check(&mut card, "9999", PinPolicy::default()).unwrap_err();
    assert_eq!(error.operation().pin_fault(), Some(VerifyFault::Wrong { left: Some(2) }));
    assert!(!error.operation().attempt().is_in_doubt(), "it surely has");
    assert_eq!(tries(card.transport().card()), 2);

    check(&mut card, "1234", PinPolicy::default()).unwrap();
    assert_eq!(tries(card.transport().card()), 3);
}

#[test]
fn the_last_try_is_kept_unless_asked_for_and_a_locked_pin_is_never_presented() {
    for (tries_left, policy, fault, exchanges) in [
        (1, PinPolicy::default(), VerifyFault::TooFewTries { left: 1, minimum: 2 }, 3),
        (0, PinPolicy::default(), VerifyFault::Locked, 3),
        (0, PinPolicy::LAST_TRY_ALLOWED, VerifyFault::Locked, 3),
        (1, PinPolicy::LAST_TRY_ALLOWED, VerifyFault::Wrong { left: Some(0) }, 4),
    ] {
        let mut card = Card::new(Meter::new(SimTransport::new(card_with(tries_left))));
        let error = check(&mut card, "9999", policy).unwrap_err();
        assert_eq!(error.operation().pin_fault(), Some(fault));
        assert_eq!(card.transport().budget().exchanges, exchanges, "{fault:?}");
    }
}

#[test]
fn a_card_pulled_at_any_exchange_costs_no_try_that_was_not_asked_for() {
    for kind in [FaultKind::Remove, FaultKind::RemoveAfter] {
        for at in 1..=5 {
            let mut card = Card::new(FaultInjector::new(
                SimTransport::new(card_with(3)),
                FaultPlan::default().with(at, kind),
            ));
            let error = check(&mut card, "1234", PinPolicy::default()).unwrap_err();
            assert!(error.transport().is_some(), "{kind:?} at {at}: {error}");
            // Exchange 4 is the VERIFY: only there may a try be in doubt.
            assert_eq!(error.operation().attempt().is_in_doubt(), at == 4, "{kind:?} at {at}: {error}");
            assert_eq!(tries(card.into_transport().into_inner().card()), 3, "{kind:?} at {at}");
        }
    }
}

#[test]
fn a_truncated_or_foreign_answer_at_any_exchange_is_an_error_and_never_a_second_verify() {
    let statuses = [0x6100, 0x6C04, 0x6700, 0x6F00, 0x6B00, 0x6A86, 0x6982, 0x6300, 0x6984, 0x0000];
    let kinds = (0..3).map(FaultKind::Cut).chain(statuses.map(FaultKind::Status));
    for kind in kinds {
        for at in 1..=5 {
            let mut verifies = 0;
            let mut inner =
                FaultInjector::new(SimTransport::new(card_with(3)), FaultPlan::default().with(at, kind));
            let capabilities = inner.capabilities();
            let counting =
                myna_transport::HostTransport::new(capabilities, |command: &[u8], response: &mut [u8]| {
                    verifies += u32::from(matches!(command, [0x00, 0x20, _, _, _, ..]));
                    inner.exchange(command, response)
                });
            let _ = check(&mut Card::new(counting), "9999", PinPolicy::default()).unwrap_err();
            assert!(verifies <= 1, "{kind:?} at {at}: {verifies}");
            assert!(tries(inner.into_inner().card()) >= 2, "{kind:?} at {at}");
        }
    }
}

#[test]
fn a_card_that_hides_its_counter_gets_no_pin() {
    // Exchange 3 is the empty VERIFY; 9000 is what some models answer once verified.
    let mut card = Card::new(FaultInjector::new(
        SimTransport::new(card_with(3)),
        FaultPlan::default().with(3, FaultKind::Status(0x9000)),
    ));
    let error = check(&mut card, "9999", PinPolicy::default()).unwrap_err();
    assert_eq!(error.operation().pin_fault(), Some(VerifyFault::CounterNotReported));
    assert_eq!(tries(card.into_transport().into_inner().card()), 3);
}
