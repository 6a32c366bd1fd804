//! Certificates and signatures by OpenSSL on the algorithms that no card has yet, under every provider.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use myna_trust::path::{Environment, PathError, Purpose, TrustAnchor, validate};
use myna_trust::{
    Certificate, CryptoProvider, EllipticCurve, HashAlgorithm, PublicKey, SignatureAlgorithm, SignatureError,
    UnixTime,
};

const PROVIDERS: &[CryptoProvider] = &[
    CryptoProvider::RUST_CRYPTO,
    #[cfg(feature = "ring")]
    CryptoProvider::RING,
];
const NOW: UnixTime = UnixTime(1_800_000_000); // 2027
const MESSAGE: &[u8] = b"what the card was asked to sign";

struct Sample {
    authority: &'static [u8],
    leaf: &'static [u8],
    signature: &'static [u8],
    algorithm: SignatureAlgorithm,
}

macro_rules! sample {
    ($name:literal, $algorithm:expr) => {
        Sample {
            authority: include_bytes!(concat!("curves/", $name, "-authority.der")),
            leaf: include_bytes!(concat!("curves/", $name, "-leaf.der")),
            signature: include_bytes!(concat!("curves/", $name, "-signature.bin")),
            algorithm: $algorithm,
        }
    };
}

const SAMPLES: [Sample; 3] = [
    sample!("p256", SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha256)),
    sample!("p384", SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha384)),
    sample!("pss", SignatureAlgorithm::RsaPss(HashAlgorithm::Sha384)),
];

fn each(mut test: impl FnMut(CryptoProvider, &Sample, &Certificate)) {
    for provider in PROVIDERS {
        for sample in &SAMPLES {
            test(*provider, sample, &Certificate::from_der(sample.leaf).unwrap());
        }
    }
}

#[test]
fn a_path_is_good_on_every_algorithm() {
    each(|provider, sample, leaf| {
        let authority = || Certificate::from_der(sample.authority).unwrap();
        let anchor = TrustAnchor::with_provider(authority(), Environment::Test, provider).unwrap();
        let anchors = [anchor];
        validate(leaf, &anchors, Purpose::UserAuthentication, NOW).unwrap();
        // The serial number, which stands behind the version.
        let mut bent = sample.leaf.to_vec();
        let at = bent.windows(6).position(|bytes| bytes == [2, 1, 2, 2, 1, 7]).unwrap() + 5;
        bent[at] ^= 2;
        let bent = Certificate::from_der(&bent).unwrap();
        let refused = validate(&bent, &anchors, Purpose::UserAuthentication, NOW);
        assert_eq!(refused.unwrap_err(), PathError::Signature, "{provider:?}");
    });
}

#[test]
fn a_signature_belongs_to_its_key_message_and_algorithm() {
    each(|provider, sample, leaf| {
        let key = leaf.public_key().unwrap();
        let check =
            |message: &[u8], signature: &[u8]| key.verify(&provider, sample.algorithm, message, signature);
        assert_eq!(check(MESSAGE, sample.signature), Ok(()), "{provider:?} {key:?}");
        assert_eq!(check(b"another", sample.signature), Err(SignatureError::Mismatch));
        for at in 0..sample.signature.len() {
            let mut bent = sample.signature.to_vec();
            bent[at] ^= 1;
            assert_eq!(check(MESSAGE, &bent), Err(SignatureError::Mismatch), "{provider:?} {key:?} {at}");
            assert_eq!(
                check(MESSAGE, &bent[..at]),
                Err(SignatureError::Mismatch),
                "{provider:?} {key:?} {at}"
            );
        }
        for other in &SAMPLES {
            let other_key = Certificate::from_der(other.leaf).unwrap().public_key().unwrap();
            let found = other_key.verify(&provider, sample.algorithm, MESSAGE, sample.signature);
            assert_eq!(found.is_ok(), other_key == key, "{provider:?}");
        }
        let rsa = SignatureAlgorithm::RsaPkcs1(HashAlgorithm::Sha256);
        let expected = match key {
            PublicKey::Rsa(_) => SignatureError::Mismatch,
            _ => SignatureError::Algorithm(rsa),
        };
        assert_eq!(key.verify(&provider, rsa, MESSAGE, sample.signature), Err(expected));
    });
}

/// A point that is not on its curve is no key, and a signature by it is none.
#[test]
fn a_point_beside_the_curve_checks_nothing() {
    each(|provider, sample, leaf| {
        let PublicKey::EllipticCurve(key) = leaf.public_key().unwrap() else { return };
        let mut point = key.point().to_vec();
        *point.last_mut().unwrap() ^= 1;
        let check =
            |key: PublicKey| key.verify(&provider, sample.algorithm, MESSAGE, sample.signature).is_ok();
        let beside = PublicKey::on_curve(key.curve(), &point);
        assert!(!beside.clone().is_ok_and(check));
        #[cfg(feature = "ecdsa")]
        assert_eq!(beside, Err(myna_trust::KeyFault::Malformed));
        let other = match key.curve() {
            EllipticCurve::P256 => EllipticCurve::P384,
            _ => EllipticCurve::P256,
        };
        assert!(PublicKey::on_curve(other, key.point()).is_err());
        assert!(PublicKey::on_curve(key.curve(), &key.point()[1..]).is_err());
    });
}
