use rsa::{BoxedUint, Pkcs1v15Sign};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// What the card pads and signs: the hash algorithm and the hash (RFC 8017, 9.2).
///
/// ```text
/// 30 31 30 0D 06 09 60 86 48 01 65 03 04 02 01 05 00 04 20 <32 bytes>
/// ```
///
/// The card pads whatever it is given, so only this type makes what it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DigestInfo([u8; Self::LENGTH]);

/// Why a signature is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The public key is no RSA key this crate takes: 2048 to 4096 bits.
    #[error("the public key is not an RSA key of 2048 to 4096 bits")]
    UnsupportedKey,
    /// The signature does not belong to this key and these data.
    #[error("the signature does not belong to this key and these data")]
    Mismatch,
}

impl DigestInfo {
    const LENGTH: usize = 51;
    const SHA256_PREFIX: [u8; 19] = [
        0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
        0x04, 0x20,
    ];

    /// Hashes a message with SHA-256.
    #[must_use]
    pub fn sha256(message: &[u8]) -> Self {
        Self::from_sha256(Sha256::digest(message).into())
    }

    /// Wraps a SHA-256 hash made elsewhere.
    #[must_use]
    pub fn from_sha256(hash: [u8; 32]) -> Self {
        let mut bytes = [0; Self::LENGTH];
        let (prefix, end) = bytes.split_at_mut(Self::SHA256_PREFIX.len());
        prefix.copy_from_slice(&Self::SHA256_PREFIX);
        end.copy_from_slice(&hash);
        Self(bytes)
    }

    /// The DER bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Checks an RSASSA-PKCS1-v1_5 signature under a key given by its two numbers, big-endian.
pub(crate) fn verify(
    modulus: &[u8],
    public_exponent: &[u8],
    digest_info: &DigestInfo,
    signature: &[u8],
) -> Result<(), SignatureError> {
    let [modulus, exponent] = [modulus, public_exponent].map(BoxedUint::from_be_slice_vartime);
    let key = rsa::PublicKey::new_with_size_limits(modulus, exponent, 2048..=4096)
        .map_err(|_| SignatureError::UnsupportedKey)?;
    key.verify(Pkcs1v15Sign::new_unprefixed(), digest_info.as_bytes(), signature)
        .map_err(|_| SignatureError::Mismatch)
}
