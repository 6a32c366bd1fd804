//! Extended length fields refused by card, reader or anything between, in every way that is known.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use myna_apdu::flow::{ExchangeError, OperationError, Support};
use myna_apdu::{Command, Instruction, LengthForm, StatusWord};
use myna_jpki::{CertificateKind, JpkiError, operation};
use myna_sim::{Date, Persona, SimulatedCard};
use myna_transport::{
    Capabilities, Card, HostTransport, Meter, Transport, TransportError, TransportErrorKind as Kind,
};

/// What comes of a command with extended length fields.
#[derive(Clone, Copy, Debug)]
enum Refusal {
    Failure(Kind),
    Status(u16),
    Nothing,
}

const FAILURES: [Kind; 6] = [
    Kind::NoService,
    Kind::CardRemoved,
    Kind::Busy,
    Kind::CommandTooLong,
    Kind::ResponseTooLong,
    Kind::Other,
];

const WORDS: [u16; 12] =
    [0x6F00, 0x6D00, 0x6E00, 0x6985, 0x6300, 0x6401, 0x6881, 0x6A86, 0x6700, 0x6B00, 0x6C00, 0x9100];

fn refusals() -> impl Iterator<Item = Refusal> {
    let failures = FAILURES.into_iter().map(Refusal::Failure);
    failures.chain(WORDS.into_iter().map(Refusal::Status)).chain([Refusal::Nothing])
}

impl Refusal {
    fn give(self, response: &mut [u8]) -> Result<usize, TransportError> {
        match self {
            Self::Failure(kind) => Err(TransportError::new(kind).while_held()),
            Self::Nothing => Ok(0),
            Self::Status(word) => {
                response[..2].copy_from_slice(&word.to_be_bytes());
                Ok(2)
            }
        }
    }
}

/// A reader that refuses so, and short READ BINARY in its own way or not at all.
fn reader(extended: Refusal, short: Option<Refusal>) -> Card<Meter<impl Transport>> {
    let persona = Persona::built_in("default").unwrap();
    let mut card = SimulatedCard::new(&persona, Date::from_ymd(2026, 11, 22).unwrap()).unwrap();
    Card::new(Meter::new(HostTransport::new(
        Capabilities::default(),
        move |bytes: &[u8], response: &mut [u8]| {
            let command = Command::parse(bytes).unwrap();
            match short {
                _ if command.form() == LengthForm::Extended => extended.give(response),
                Some(short) if command.instruction() == Instruction::READ_BINARY => short.give(response),
                _ => {
                    let answer = card.transmit(bytes);
                    response[..answer.len()].copy_from_slice(&answer);
                    Ok(answer.len())
                }
            }
        },
    )))
}

const READ: CertificateKind = CertificateKind::UserAuthentication;

#[test]
fn whatever_refuses_it_the_short_form_is_tried_and_remembered_once_it_works() {
    for refusal in refusals() {
        let mut card = reader(refusal, None);
        card.run(operation::open()).unwrap();
        let first = card.run(operation::read_certificate(READ)).unwrap();
        assert_eq!(card.profile().extended_length, Support::No, "{refusal:?}");
        // 6A86 is first taken for a refusal of the short identifier.
        let by_name = !matches!(refusal, Refusal::Status(0x6A86));
        let exchanges = card.transport().budget().exchanges;
        // The meter does not count what was not sent.
        let refused = u32::from(!matches!(refusal, Refusal::Failure(Kind::CommandTooLong)));
        assert!(!by_name || exchanges == 1 + refused + 7, "{refusal:?}: {exchanges}");
        assert!(card.run(operation::read_certificate(READ)).unwrap() == first);
        let again = card.transport().budget().exchanges - exchanges;
        assert_eq!(again, if by_name { 7 } else { 8 }, "{refusal:?}");
    }
}

#[test]
fn when_the_short_form_fails_as_well_the_first_failure_is_reported_and_nothing_is_learned() {
    for kind in FAILURES {
        for short in [Refusal::Failure(Kind::Other), Refusal::Status(0x6F00), Refusal::Nothing] {
            let mut card = reader(Refusal::Failure(kind), Some(short));
            card.run(operation::open()).unwrap();
            let error = card.run(operation::read_certificate(READ)).unwrap_err();
            let exchange = match error.operation() {
                JpkiError::Operation(OperationError::Exchange(
                    ExchangeError::Lost { exchange, .. } | ExchangeError::NotSent { exchange },
                )) => *exchange,
                _ => 0,
            };
            assert_eq!(exchange, 1, "{kind:?}, {short:?}: {error}");
            assert_eq!(error.transport().map(TransportError::kind), Some(kind), "{short:?}: {error}");
            assert_eq!(card.profile().extended_length, Support::Unknown);
        }
    }
    let mut card = reader(Refusal::Status(0x6985), Some(Refusal::Failure(Kind::Other)));
    card.run(operation::open()).unwrap();
    let error = card.run(operation::read_certificate(READ)).unwrap_err();
    let JpkiError::Operation(OperationError::Exchange(ExchangeError::Status { exchange: 1, status, .. })) =
        error.operation()
    else {
        panic!("{error}")
    };
    assert_eq!(*status, StatusWord(0x6985));
}

#[test]
fn nothing_follows_when_the_card_is_gone() {
    for kind in [Kind::NoService, Kind::NoReader, Kind::NoCard, Kind::CardRemoved, Kind::CardReset] {
        let mut exchanges = 0;
        let reader = HostTransport::new(Capabilities::default(), |_: &[u8], _: &mut [u8]| {
            exchanges += 1;
            Err(TransportError::new(kind))
        });
        let error = Card::new(reader).run(operation::read_certificate(READ)).unwrap_err();
        assert_eq!(error.transport().map(TransportError::kind), Some(kind));
        assert_eq!(exchanges, 1, "{kind:?}");
    }
}
