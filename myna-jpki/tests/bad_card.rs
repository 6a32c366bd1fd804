//! Garbage from the card: each a clear error that names place and blame.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use myna_apdu::flow::{Blame, FileFault, OperationError};
use myna_error::Diagnostic;
use myna_jpki::{CertificateKind, Jpki, JpkiError};
use myna_sim::{Date, Persona, SimulatedCard};
use myna_transport::{Capabilities, Card, HostTransport, TransportError};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

/// A card that answers READ BINARY with this, once, and everything else as it should.
fn reading(answer: Vec<u8>) -> Result<Vec<u8>, JpkiError> {
    let persona = Persona::built_in("default").unwrap();
    let mut card = SimulatedCard::new(&persona, Date::from_ymd(2026, 11, 22).unwrap()).unwrap();
    let mut answer = Some(answer);
    let transport = HostTransport::new(Capabilities::default(), |command: &[u8], response: &mut [u8]| {
        let bytes = match command {
            [0x00, 0xB0, ..] => answer.take().unwrap_or_else(|| vec![0x6B, 0x00]),
            _ => card.transmit(command),
        };
        response[..bytes.len()].copy_from_slice(&bytes);
        Ok::<_, TransportError>(bytes.len())
    });
    let mut card = Card::new(transport);
    let mut jpki = Jpki::open(&mut card).unwrap();
    match jpki.read_certificate(CertificateKind::UserAuthentication) {
        Ok(certificate) => Ok(certificate.as_der().to_vec()),
        Err(error) => Err(error.operation().clone()),
    }
}

fn success(data: &[u8]) -> Vec<u8> {
    [data, &[0x90, 0x00]].concat()
}

#[test]
fn each_kind_of_garbage_has_its_own_error() {
    let file = |error: JpkiError| match error {
        JpkiError::Operation(OperationError::File { file, fault }) => (file.0, fault),
        other => panic!("{other}"),
    };
    let (place, fault) = file(reading(success(&[0xFF; 300])).unwrap_err());
    assert!(place == 0x000A && matches!(fault, FileFault::NotAnObject(error) if error.offset == 0));
    let (_, fault) = file(reading(success(&[0x30, 0x82, 0x06, 0x00, 1, 2, 3])).unwrap_err());
    assert_eq!(fault, FileFault::Truncated { needed: 0x604, present: 7 });
    let (_, fault) = file(reading(success(&[])).unwrap_err());
    assert_eq!(fault, FileFault::Truncated { needed: 1, present: 0 });
    assert_eq!(file(reading(vec![0x69, 0x82]).unwrap_err()).1, FileFault::NotAllowed);

    let error = reading(success(&[0x30, 0x03, 0x02, 0x01, 0x00])).unwrap_err();
    assert!(matches!(error, JpkiError::Certificate { kind: CertificateKind::UserAuthentication, .. }));
    assert_eq!((error.blame(), error.code()), (Blame::CardData, "jpki.certificate"));
    assert!(error.to_string().starts_with("EF 000A: not a certificate in DER"), "{error}");
}

#[test]
fn an_answer_without_status_word_names_exchange_and_length() {
    for answer in [vec![], vec![0x90]] {
        let length = answer.len();
        let error = reading(answer).unwrap_err();
        assert_eq!(error.code(), "apdu.truncated_response");
        assert!(error.to_string().contains(&format!("exchange 1: an answer of {length} bytes")), "{error}");
    }
}

#[test]
fn another_card_is_told_from_a_broken_one() {
    let transport = HostTransport::new(Capabilities::default(), |_: &[u8], response: &mut [u8]| {
        response[..2].copy_from_slice(&[0x6A, 0x82]);
        Ok::<_, TransportError>(2)
    });
    let mut card = Card::new(transport);
    let error = Jpki::open(&mut card).unwrap_err();
    assert_eq!(error.operation().code(), "jpki.no_application");
    assert!(error.to_string().contains("is it a My Number Card?"));
}

proptest! {
    // What was found once is tried first, for ever: the file of that name is committed.
    #![proptest_config(ProptestConfig::with_failure_persistence(FileFailurePersistence::WithSource("regressions")))]

    #[test]
    fn no_answer_makes_a_reader_panic_or_run_on(answer in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = reading(answer);
    }

    #[test]
    fn no_bytes_make_the_certificate_parser_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = myna_jpki::Certificate::from_der(&bytes);
        bytes.splice(..0, [0x30, 0x82]);
        let _ = myna_jpki::Certificate::from_der(&bytes);
    }
}
