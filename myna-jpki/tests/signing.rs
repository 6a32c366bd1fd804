//! Every scheme the card offers, with both keys: signatures that hold, and what is refused before anything is sent.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use myna_error::Diagnostic;
use myna_jpki::{
    CertificateKind, CryptoProvider, HashAlgorithm, Jpki, JpkiError, PinPolicy, SignaturePassword,
    SignatureScheme, UserAuthenticationPin,
};
use myna_sim::{Date, Persona, SimTransport, SimulatedCard};
use myna_transport::{Card, Meter};
use signature::{SignatureEncoding, SignerMut};

const MESSAGE: &[u8] = b"what is to be signed";

fn card() -> Card<Meter<SimTransport>> {
    let persona = Persona::built_in("default").unwrap();
    let card = SimulatedCard::new(&persona, Date::from_ymd(2026, 11, 22).unwrap()).unwrap();
    Card::new(Meter::new(SimTransport::new(card)))
}

#[test]
fn every_scheme_with_both_keys_is_a_signature_of_its_certificate_in_4_exchanges() {
    let (pin, password) =
        (UserAuthenticationPin::new("1234").unwrap(), SignaturePassword::new("ABC123").unwrap());
    let provider = CryptoProvider::default();
    let mut card = card();
    let mut jpki = Jpki::open(&mut card).unwrap();
    let certificate = jpki.read_certificate(CertificateKind::UserAuthentication).unwrap();
    let mut key = jpki.verify_user_authentication(&pin, PinPolicy::default()).unwrap();
    for scheme in SignatureScheme::ALL {
        let signature = key.sign_by(scheme, MESSAGE).unwrap();
        scheme.verify(&certificate, &provider, MESSAGE, &signature).unwrap();
        assert!(scheme.verify(&certificate, &provider, b"another", &signature).is_err(), "{scheme:?}");
    }
    let mut key = jpki.verify_digital_signature(&password, PinPolicy::default()).unwrap();
    let certificate = key.read_certificate().unwrap();
    for scheme in SignatureScheme::ALL {
        let signature = key.sign_by(scheme, MESSAGE).unwrap();
        scheme.verify(&certificate, &provider, MESSAGE, &signature).unwrap();
    }

    for scheme in SignatureScheme::ALL {
        let mut card = self::card();
        let mut jpki = Jpki::open(&mut card).unwrap();
        let mut key = jpki.verify_digital_signature(&password, PinPolicy::default()).unwrap();
        key.sign_by(scheme, MESSAGE).unwrap();
        assert_eq!(card.transport().budget().exchanges, 4, "{scheme:?}");
    }
}

/// The three that are one signature, and those that are not.
#[test]
fn who_hashes_and_who_wraps_makes_no_difference() {
    let pin = UserAuthenticationPin::new("1234").unwrap();
    let mut card = card();
    let mut jpki = Jpki::open(&mut card).unwrap();
    let mut key = jpki.verify_user_authentication(&pin, PinPolicy::default()).unwrap();
    let usual = key.sign(MESSAGE).unwrap();
    for (scheme, is_the_same) in [
        (SignatureScheme::HashedHere(HashAlgorithm::Sha256), true),
        (SignatureScheme::WrappedOnCard, true),
        (SignatureScheme::HashedOnCard, true),
        (SignatureScheme::HashedHere(HashAlgorithm::Sha512), false),
        (SignatureScheme::BareHashOnCard, false),
        (SignatureScheme::Raw, false),
        (SignatureScheme::Pss, false),
    ] {
        assert_eq!(key.sign_by(scheme, MESSAGE).unwrap() == usual, is_the_same, "{scheme:?}");
    }
}

#[test]
fn a_message_that_does_not_fit_the_scheme_is_refused_before_anything_is_sent() {
    let pin = UserAuthenticationPin::new("1234").unwrap();
    for scheme in SignatureScheme::ALL {
        let mut card = card();
        let mut jpki = Jpki::open(&mut card).unwrap();
        let mut key = jpki.verify_user_authentication(&pin, PinPolicy::default()).unwrap();
        let Some(most) = scheme.longest_message() else {
            for length in [0, 100_000] {
                assert_eq!(key.sign_by(scheme, &vec![7; length]).unwrap().len(), 256, "{scheme:?}");
            }
            continue;
        };
        assert_eq!(key.sign_by(scheme, &vec![7; most]).unwrap().len(), 256, "{scheme:?}");
        for length in [0, most + 1] {
            let error = key.sign_by(scheme, &vec![7; length]).unwrap_err();
            assert_eq!(*error.operation(), JpkiError::MessageLength { length, most });
            assert_eq!(error.code(), "jpki.message_length");
        }
        assert_eq!(card.transport().budget().exchanges, 3 + 1, "{scheme:?}");
    }
}

#[test]
fn the_traits_of_rust_crypto_sign_alike_and_hand_the_error_on() {
    let pin = UserAuthenticationPin::new("1234").unwrap();
    let mut card = card();
    let mut jpki = Jpki::open(&mut card).unwrap();
    let mut key = jpki.verify_user_authentication(&pin, PinPolicy::default()).unwrap();
    let usual = key.sign(MESSAGE).unwrap();
    let signature = key.try_sign(MESSAGE).unwrap();
    assert_eq!(signature.to_vec(), usual);
    assert!(myna_jpki::CardSignature::try_from(&usual[..255]).is_err());
}
