//! Keys of cards that are described in a folder.

use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use rsa::traits::PublicKeyParts;
use zeroize::Zeroizing;

use super::error::PkiError;
use super::key::SimulatedKey;

impl SimulatedKey {
    /// Reads a private key: PKCS#8, DER or PEM without a password.
    ///
    /// # Errors
    ///
    /// [`PkiError::Key`] unless it is one of RSA-2048.
    pub fn from_pkcs8(bytes: &[u8]) -> Result<Self, PkiError> {
        let key = match std::str::from_utf8(bytes) {
            Ok(text) if text.trim_start().starts_with("-----BEGIN") => {
                rsa::PrivateKey::from_pkcs8_pem(text.trim())
            }
            _ => rsa::PrivateKey::from_pkcs8_der(bytes),
        };
        key.ok().filter(|key| key.size() == Self::SIZE).map(Self).ok_or(PkiError::Key)
    }

    /// The private key as PKCS#8 in PEM, for a folder that a simulated card is written to.
    pub(crate) fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, PkiError> {
        self.0.to_pkcs8_pem(LineEnding::LF).map_err(|_| PkiError::Key)
    }
}
