#[cfg(feature = "x509")]
mod identifier;

use crate::{HashAlgorithm, KeyFault};

/// How a signature is made. The key says the rest: its size, its curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017, 8.2).
    RsaPkcs1(HashAlgorithm),
    /// The padding of RSASSA-PKCS1-v1_5 around the message as it is, which is no hash, or brings its own
    /// [`DigestInfo`](crate::DigestInfo).
    RsaPkcs1Unhashed,
    /// RSASSA-PSS with MGF1 of the same hash and a salt as long as the hash (RFC 8017, 8.1).
    RsaPss(HashAlgorithm),
    /// ECDSA, the signature in DER (RFC 5480; RFC 3279, 2.2.3).
    Ecdsa(HashAlgorithm),
}

/// Why a signature is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureError {
    /// The public key is none that can be used.
    Key(KeyFault),
    /// The algorithm is not one of the key, or the provider does not have it.
    Algorithm(SignatureAlgorithm),
    /// The signature does not belong to this key and these data.
    Mismatch,
}
