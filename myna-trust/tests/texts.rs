//! Every error says what happened and what to do, in both languages, and leaves no detail out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use myna_error::{Diagnostic, ErrorMessage, Language, flaws};
use myna_trust::path::PathError;
use myna_trust::revocation::RevocationFault;
use myna_trust::{
    CardVerifiableCertificate, CardVerifiableFault, Certificate, HashAlgorithm, KeyFault, PublicKey,
    SignatureAlgorithm, SignatureError, TRUST_CODES,
};

#[test]
fn every_code_has_its_sentences_and_an_error_that_fills_them() {
    let flaws: Vec<_> = flaws(TRUST_CODES).collect();
    assert!(flaws.is_empty(), "{flaws:?}");
    let mut errors: Vec<Box<dyn Diagnostic>> = vec![
        Box::new(Certificate::from_der(b"none").unwrap_err()),
        Box::new(SignatureError::Algorithm(SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha384))),
        Box::new(SignatureError::Mismatch),
        Box::new(CardVerifiableFault::Object(0x5F37)),
        Box::new(CardVerifiableFault::Length { tag: 0x5F4E, length: 3 }),
    ];
    let keys = [KeyFault::Algorithm, KeyFault::Malformed, KeyFault::Size(1024), KeyFault::EvenModulus];
    errors.extend(
        keys.into_iter().map(|fault| -> Box<dyn Diagnostic> { Box::new(SignatureError::Key(fault)) }),
    );
    errors.push(Box::new(CardVerifiableFault::Key(KeyFault::Exponent)));
    let paths = [
        PathError::Version,
        PathError::Algorithm,
        PathError::Form,
        PathError::Serial,
        PathError::Times,
        PathError::NameConstraints,
        PathError::Extension,
        PathError::Key(KeyFault::Exponent),
        PathError::UnknownCriticalExtension,
        PathError::UnknownIssuer,
        PathError::Signature,
        PathError::NotAnAuthority,
        PathError::AnchorValidity,
        PathError::NotYetValid,
        PathError::Expired,
        PathError::IsAuthority,
        PathError::KeyUsage,
        PathError::Policy,
    ];
    errors.extend(paths.into_iter().map(|error| -> Box<dyn Diagnostic> { Box::new(error) }));
    let revocation = [
        RevocationFault::NothingSupplied,
        RevocationFault::Form,
        RevocationFault::Algorithm,
        RevocationFault::OtherIssuer,
        RevocationFault::NotAuthorised,
        RevocationFault::Signature,
        RevocationFault::NotYet,
        RevocationFault::Stale,
        RevocationFault::Delta,
        RevocationFault::Scope,
        RevocationFault::UnknownCriticalExtension,
        RevocationFault::Refused(6),
        RevocationFault::Nonce,
        RevocationFault::OtherCertificate,
        RevocationFault::Unknown,
    ];
    errors.extend(revocation.into_iter().map(|fault| -> Box<dyn Diagnostic> { Box::new(fault) }));
    for error in &errors {
        for language in [Language::Japanese, Language::English] {
            let text = ErrorMessage::new(&**error, language).to_string();
            assert!(!text.contains(['{', '}']), "{text}");
        }
    }
    let seen: BTreeSet<_> = errors.iter().map(|error| error.code()).collect();
    let all: BTreeSet<_> = TRUST_CODES.iter().map(|entry| entry.code).collect();
    assert_eq!(seen, all);
}

#[test]
fn a_key_that_cannot_be_used_says_why() {
    let modulus = |bytes: usize, last: u8| [&vec![0xC5; bytes - 1][..], &[last]].concat();
    let of = |modulus: &[u8], exponent: &[u8]| PublicKey::rsa(modulus, exponent).map(|_| ());
    assert_eq!(of(&modulus(256, 1), &[1, 0, 1]), Ok(()));
    assert_eq!(of(&[&[0, 0][..], &modulus(512, 1)].concat(), &[0, 3]), Ok(()));
    assert_eq!(of(&[&[0x7F][..], &modulus(255, 1)].concat(), &[1, 0, 1]), Err(KeyFault::Size(2047)));
    assert_eq!(of(&modulus(513, 1), &[1, 0, 1]), Err(KeyFault::Size(4104)));
    assert_eq!(of(&[], &[1, 0, 1]), Err(KeyFault::Size(0)));
    assert_eq!(of(&modulus(256, 2), &[1, 0, 1]), Err(KeyFault::EvenModulus));
    for exponent in [&[][..], &[0], &[1], &[2], &[1, 0, 0], &[2, 0, 0, 0, 1], &[1, 0, 0, 0, 0, 0, 0, 0, 1]] {
        assert_eq!(of(&modulus(256, 1), exponent), Err(KeyFault::Exponent), "{exponent:?}");
    }
    assert_eq!(PublicKey::from_der(b"none"), Err(KeyFault::Malformed));
}

/// The structure is exact: no object beside those that the layout has, none cut, none longer than what holds it.
#[test]
fn a_card_verifiable_certificate_is_what_its_layout_says() {
    let today = myna_sim::Date::from_ymd(2026, 11, 22).unwrap();
    let persona = myna_sim::Persona::built_in("default").unwrap();
    let card = myna_sim::SimulatedCard::new(&persona, today).unwrap();
    let application = [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02];
    let image = myna_sim::CardImage::of(&card);
    let file = image.file(&application, 0x0004).unwrap();
    let whole = 5 + usize::from(u16::from_be_bytes([file[3], file[4]]));
    let certificate = CardVerifiableCertificate::parse(file).unwrap();
    assert_eq!(CardVerifiableCertificate::parse(&file[..whole]), Ok(certificate));
    for length in 0..whole {
        assert!(CardVerifiableCertificate::parse(&file[..length]).is_err(), "{length}");
    }
    // An object too many, inside.
    let mut longer = [&file[..whole], &[0x90, 0x00][..]].concat();
    longer[4] += 2;
    let error = CardVerifiableCertificate::parse(&longer).unwrap_err();
    assert!(matches!(error, CardVerifiableFault::Length { tag: 0x5F37, .. }), "{error}");
    let key = &file[5 + 5 + 32..5 + 5 + 297];
    assert!(PublicKey::from_card_objects(key).is_ok());
    assert_eq!(PublicKey::from_card_objects(&key[5..]), Err(CardVerifiableFault::Object(0x90)));
    assert!(PublicKey::from_card_objects(&[key, &[0x90, 0x00]].concat()).is_err());
}
