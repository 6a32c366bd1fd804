//! The second driver: an operation is a value, and whoever likes may step it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use myna_apdu::flow::{Answer, LinkProfile, Operation, Step};
use myna_error::Diagnostic;
use myna_jpki::{
    CertificateKind, DigestInfo, JpkiError, KeyKind, PinPolicy, UserAuthenticationPin, operation,
};
use myna_sim::{Date, Persona, SimulatedCard};

/// Steps an operation as a phone would: each answer arrives in a call of its own.
fn step<O: Operation>(
    mut operation: O,
    card: &mut SimulatedCard,
    commands: &mut Vec<Vec<u8>>,
) -> Result<O::Output, O::Error> {
    let mut next = operation.start(LinkProfile::default());
    loop {
        match next {
            Step::Complete(result) => return result,
            Step::Transmit(outgoing) => {
                commands.push(outgoing.bytes().to_vec());
                next = operation.resume(Answer::Response(&card.transmit(outgoing.bytes())));
            }
        }
    }
}

#[test]
fn the_whole_check_stepped_by_hand_sends_these_bytes_and_no_others() {
    let persona = Persona::built_in("default").unwrap();
    let mut card = SimulatedCard::new(&persona, Date::from_ymd(2026, 11, 22).unwrap()).unwrap();
    let pin = UserAuthenticationPin::new("1234").unwrap();
    let input = DigestInfo::sha256(b"message");
    let mut sent = Vec::new();

    step(operation::open(), &mut card, &mut sent).unwrap();
    let certificate =
        step(operation::read_certificate(CertificateKind::UserAuthentication), &mut card, &mut sent).unwrap();
    step(operation::verify_user_authentication(&pin, PinPolicy::default()), &mut card, &mut sent).unwrap();
    let signature =
        step(operation::sign(KeyKind::UserAuthentication, input.clone()), &mut card, &mut sent).unwrap();
    certificate.verify_sha256(b"message", &signature).unwrap();

    let expected: [&[u8]; 5] = [
        &[0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01],
        &[0x00, 0xB0, 0x8A, 0x00, 0x00, 0x00, 0x00],
        &[0x00, 0x20, 0x00, 0x98],
        &[0x00, 0x20, 0x00, 0x98, 0x04, b'1', b'2', b'3', b'4'],
        &[&[0x80, 0x2A, 0x00, 0x97, 51], input.as_bytes(), &[0x00]].concat(),
    ];
    assert_eq!(sent, expected);
}

#[test]
fn a_command_with_a_pin_says_so_and_shows_nothing() {
    let pin = UserAuthenticationPin::new("9876").unwrap();
    let mut operation = operation::verify_user_authentication(&pin, PinPolicy::default());
    let Step::Transmit(counter) = operation.start(LinkProfile::default()) else { panic!() };
    assert!(!counter.carries_secret());
    let Step::Transmit(verify) = operation.resume(Answer::Response(&[0x63, 0xC3])) else { panic!() };
    assert!(verify.carries_secret());
    assert_eq!(format!("{verify:?}"), "00 20 00 98 Nc=4");
}

#[test]
fn a_lost_answer_to_the_pin_is_reported_as_unknown_and_nothing_is_sent_again() {
    let pin = UserAuthenticationPin::new("1234").unwrap();
    let mut operation = operation::verify_user_authentication(&pin, PinPolicy::default());
    let Step::Transmit(_) = operation.start(LinkProfile::default()) else { panic!() };
    let Step::Transmit(_) = operation.resume(Answer::Response(&[0x63, 0xC3])) else { panic!() };
    let Step::Complete(Err(error)) = operation.resume(Answer::Lost) else { panic!() };
    assert!(error.attempt().is_in_doubt());
    // The driver's mistake of going on is answered, not obeyed.
    let Step::Complete(Err(error)) = operation.resume(Answer::Response(&[0x90, 0x00])) else { panic!() };
    assert!(matches!(error, JpkiError::Operation(_)) && !error.attempt().is_in_doubt());
}
