use ring::{digest, signature as scheme};

use super::rust_crypto::verify_padded;
use crate::{EllipticCurve, HashAlgorithm, PublicKey, SignatureAlgorithm, SignatureError};

pub(super) fn hash(algorithm: HashAlgorithm, message: &[u8]) -> Vec<u8> {
    let algorithm = match algorithm {
        HashAlgorithm::Sha256 => &digest::SHA256,
        HashAlgorithm::Sha384 => &digest::SHA384,
        HashAlgorithm::Sha512 => &digest::SHA512,
    };
    digest::digest(algorithm, message).as_ref().to_vec()
}

pub(super) fn verify(
    key: &PublicKey,
    algorithm: SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    use EllipticCurve::{P256, P384};
    use HashAlgorithm::{Sha256, Sha384, Sha512};
    use SignatureAlgorithm::{Ecdsa, RsaPkcs1, RsaPkcs1Unhashed, RsaPss};
    let good = match key {
        PublicKey::Rsa(key) => {
            let scheme = match algorithm {
                RsaPkcs1(Sha256) => &scheme::RSA_PKCS1_2048_8192_SHA256,
                RsaPkcs1(Sha384) => &scheme::RSA_PKCS1_2048_8192_SHA384,
                RsaPkcs1(Sha512) => &scheme::RSA_PKCS1_2048_8192_SHA512,
                RsaPss(Sha256) => &scheme::RSA_PSS_2048_8192_SHA256,
                RsaPss(Sha384) => &scheme::RSA_PSS_2048_8192_SHA384,
                RsaPss(Sha512) => &scheme::RSA_PSS_2048_8192_SHA512,
                // `ring` pads nothing but hashes that it made itself.
                RsaPkcs1Unhashed => return verify_padded(key, message, signature),
                Ecdsa(_) => return Err(SignatureError::Algorithm(algorithm)),
            };
            scheme::RsaPublicKeyComponents { n: key.modulus(), e: key.exponent() }
                .verify(scheme, message, signature)
        }
        PublicKey::EllipticCurve(key) => {
            let scheme = match (key.curve(), algorithm) {
                (P256, Ecdsa(Sha256)) => &scheme::ECDSA_P256_SHA256_ASN1,
                (P256, Ecdsa(Sha384)) => &scheme::ECDSA_P256_SHA384_ASN1,
                (P384, Ecdsa(Sha256)) => &scheme::ECDSA_P384_SHA256_ASN1,
                (P384, Ecdsa(Sha384)) => &scheme::ECDSA_P384_SHA384_ASN1,
                _ => return Err(SignatureError::Algorithm(algorithm)),
            };
            scheme::UnparsedPublicKey::new(scheme, key.point()).verify(message, signature)
        }
    };
    good.map_err(|_| SignatureError::Mismatch)
}
