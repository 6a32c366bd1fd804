#[cfg(feature = "ring")]
mod ring;
mod rust_crypto;

use std::fmt;

use crate::{DigestInfo, HashAlgorithm, PublicKey, SignatureAlgorithm, SignatureError};

/// Who does the arithmetic: hashes, and checks of signatures.
///
/// The default is [`RUST_CRYPTO`](Self::RUST_CRYPTO). It is handed along, and never kept in a place that all share: what
/// is checked under a trusted key is checked by the provider that the key was trusted with.
///
/// A provider of one's own is two functions, given to [`new`](Self::new).
#[derive(Clone, Copy)]
pub struct CryptoProvider {
    name: &'static str,
    hash: fn(HashAlgorithm, &[u8]) -> Vec<u8>,
    verify: Verify,
}

type Verify = fn(&PublicKey, SignatureAlgorithm, &[u8], &[u8]) -> Result<(), SignatureError>;

impl CryptoProvider {
    /// The crates `rsa`, `p256`, `p384` and `sha2`: pure Rust. Without feature `ecdsa` it refuses keys on curves.
    pub const RUST_CRYPTO: Self = Self::new("RustCrypto", rust_crypto::hash, rust_crypto::verify);

    /// The crate `ring`. It has no SHA-512 on curves, and leaves [`SignatureAlgorithm::RsaPkcs1Unhashed`] to `rsa`.
    #[cfg(feature = "ring")]
    pub const RING: Self = Self::new("ring", ring::hash, ring::verify);

    /// A provider: its name, how it hashes, and how it checks a signature over a message.
    ///
    /// `verify` answers [`SignatureError::Algorithm`] to what it does not have or what does not fit the key, and need not
    /// look at the size of an RSA key again: see [`PublicKey`].
    #[must_use]
    pub const fn new(name: &'static str, hash: fn(HashAlgorithm, &[u8]) -> Vec<u8>, verify: Verify) -> Self {
        Self { name, hash, verify }
    }

    /// Its name, for reports.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn hash(&self, algorithm: HashAlgorithm, message: &[u8]) -> Vec<u8> {
        (self.hash)(algorithm, message)
    }

    pub(crate) fn verify(
        &self,
        key: &PublicKey,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        (self.verify)(key, algorithm, message, signature)
    }
}

impl DigestInfo {
    /// Hashes a message.
    #[must_use]
    pub fn of(provider: &CryptoProvider, algorithm: HashAlgorithm, message: &[u8]) -> Self {
        Self::encode(algorithm, &provider.hash(algorithm, message))
    }

    /// Hashes a message with SHA-256 of the default provider: what every card in use is given.
    #[must_use]
    pub fn sha256(message: &[u8]) -> Self {
        Self::of(&CryptoProvider::default(), HashAlgorithm::Sha256, message)
    }
}

impl PublicKey {
    /// Checks a signature over a message.
    ///
    /// # Errors
    ///
    /// [`SignatureError`].
    pub fn verify(
        &self,
        provider: &CryptoProvider,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        provider.verify(self, algorithm, message, signature)
    }

    /// Checks a signature by PKCS#1 v1.5 over a hash made elsewhere.
    ///
    /// # Errors
    ///
    /// [`SignatureError`].
    pub fn verify_digest_info(
        &self,
        provider: &CryptoProvider,
        hash: &DigestInfo,
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        provider.verify(self, SignatureAlgorithm::RsaPkcs1Unhashed, hash.as_bytes(), signature)
    }
}

impl Default for CryptoProvider {
    fn default() -> Self {
        Self::RUST_CRYPTO
    }
}

impl fmt::Debug for CryptoProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CryptoProvider({})", self.name)
    }
}
