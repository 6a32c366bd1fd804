//! The drivers: what they report, and that they all run the same operations.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use myna_apdu::flow::{Flow, OperationError};
use myna_apdu::{Command, ExpectedLength};
use myna_transport::{
    Capabilities, Card, FaultInjector, FaultPlan, HostTransport, Transport, TransportErrorKind,
};

/// A reader that carries everything to a card that knows GET CHALLENGE.
fn reader() -> impl Transport {
    HostTransport::new(Capabilities::default(), |command: &[u8], response: &mut [u8]| {
        let status = if command.starts_with(&[0x00, 0x84]) { [0x90, 0x00] } else { [0x6D, 0x00] };
        response[..2].copy_from_slice(&status);
        Ok(2)
    })
}

fn challenge() -> Flow<'static, (), OperationError> {
    Flow::new(|link| async move {
        link.transmit(&Command::get_challenge(ExpectedLength::MAX_EXTENDED)).await?;
        Ok(())
    })
}

/// Falls back to short lengths where it must, then asks for what the card does not know.
fn challenge_and_refusal() -> Flow<'static, (), OperationError> {
    Flow::new(|link| async move {
        link.transmit(&Command::get_challenge(ExpectedLength::MAX_EXTENDED)).await?;
        link.transmit(&Command::select_file(&[0x00, 0x01])).await?;
        Ok(())
    })
}

#[test]
fn a_failure_of_the_transport_is_reported_for_what_it_ended_alone() {
    let card = |plan: &str| Card::new(FaultInjector::new(reader(), plan.parse::<FaultPlan>().unwrap()));

    let mut refused = card("1 fail command_too_long");
    let error = refused.run(challenge_and_refusal()).unwrap_err();
    assert!(error.transport().is_none(), "the card refused, after the transport had recovered: {error}");
    assert_eq!(refused.profile().extended_length, myna_apdu::flow::Support::No);

    let mut gone = card("2 fail busy");
    let error = gone.run(challenge_and_refusal()).unwrap_err();
    assert_eq!(error.transport().map(myna_transport::TransportError::kind), Some(TransportErrorKind::Busy));
    assert!(gone.run(challenge()).is_ok(), "the next operation has nothing to do with it");
    let error = gone.run(challenge_and_refusal()).unwrap_err();
    assert!(error.transport().is_none(), "{error}");
}
