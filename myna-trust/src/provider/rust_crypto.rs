use rsa::{BoxedUint, Pkcs1v15Sign};
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::{DigestInfo, HashAlgorithm, KeyFault, PublicKey, RsaKey, SignatureAlgorithm, SignatureError};

pub(super) fn hash(algorithm: HashAlgorithm, message: &[u8]) -> Vec<u8> {
    match algorithm {
        HashAlgorithm::Sha256 => Sha256::digest(message).to_vec(),
        HashAlgorithm::Sha384 => Sha384::digest(message).to_vec(),
        HashAlgorithm::Sha512 => Sha512::digest(message).to_vec(),
    }
}

pub(super) fn verify(
    key: &PublicKey,
    algorithm: SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    match (key, algorithm) {
        (PublicKey::Rsa(key), SignatureAlgorithm::RsaPkcs1(hash)) => {
            let input = DigestInfo::encode(hash, &self::hash(hash, message));
            verify_padded(key, input.as_bytes(), signature)
        }
        (PublicKey::Rsa(key), SignatureAlgorithm::RsaPkcs1Unhashed) => verify_padded(key, message, signature),
        (PublicKey::Rsa(key), SignatureAlgorithm::RsaPss(hash)) => {
            let key = number_key(key)?;
            let good = match hash {
                HashAlgorithm::Sha256 => key.pss_verify::<Sha256>(message, signature),
                HashAlgorithm::Sha384 => key.pss_verify::<Sha384>(message, signature),
                HashAlgorithm::Sha512 => key.pss_verify::<Sha512>(message, signature),
            };
            good.map_err(|_| SignatureError::Mismatch)
        }
        #[cfg(feature = "ecdsa")]
        (PublicKey::EllipticCurve(key), SignatureAlgorithm::Ecdsa(algorithm)) => {
            ecdsa::verify(key, &hash(algorithm, message), signature)
        }
        _ => Err(SignatureError::Algorithm(algorithm)),
    }
}

/// RSASSA-PKCS1-v1_5 over what is to be padded: `00 01 FF … FF 00` and that.
pub(super) fn verify_padded(key: &RsaKey, input: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
    number_key(key)?
        .verify(Pkcs1v15Sign::new_unprefixed(), input, signature)
        .map_err(|_| SignatureError::Mismatch)
}

fn number_key(key: &RsaKey) -> Result<rsa::PublicKey, KeyFault> {
    let [modulus, exponent] = [key.modulus(), key.exponent()].map(BoxedUint::from_be_slice_vartime);
    rsa::PublicKey::new(modulus, exponent).map_err(|_| KeyFault::Malformed)
}

#[cfg(feature = "ecdsa")]
mod ecdsa {
    use p256::ecdsa::signature::hazmat::PrehashVerifier;

    use crate::{EllipticCurve, EllipticCurveKey, KeyFault, SignatureError};

    pub(super) fn verify(
        key: &EllipticCurveKey,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        // Point and signature are of two types for each curve, with the same names.
        macro_rules! on {
            ($curve:ident) => {{
                let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(key.point())
                    .map_err(|_| KeyFault::Malformed)?;
                $curve::ecdsa::DerSignature::from_bytes(signature)
                    .and_then(|signature| key.verify_prehash(hash, &signature))
            }};
        }
        match key.curve() {
            EllipticCurve::P256 => on!(p256),
            EllipticCurve::P384 => on!(p384),
        }
        .map_err(|_| SignatureError::Mismatch)
    }
}
