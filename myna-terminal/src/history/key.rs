//! The key a store is opened with.

use std::fmt;

use zeroize::Zeroizing;

use super::error::HistoryError;

/// The key of a store: 32 bytes of a good source, kept apart from the file it opens. Wiped when dropped.
///
/// It opens the store's own key, which seals the results; so it can be changed without sealing them anew.
pub struct HistoryKey(Box<Zeroizing<[u8; 32]>>);

impl HistoryKey {
    /// A key from its bytes, such as a key store of the system gives. Never made of a password as it is.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        let mut key = Self(Box::new(Zeroizing::new([0; 32])));
        key.0.copy_from_slice(bytes);
        key
    }

    /// A new key of the system's source of randomness.
    ///
    /// # Errors
    ///
    /// [`HistoryError::NoRandomness`].
    pub fn generate() -> Result<Self, HistoryError> {
        let mut key = Self(Box::new(Zeroizing::new([0; 32])));
        fill_randomly(&mut key.0[..])?;
        Ok(key)
    }

    /// A key from 64 hexadecimal digits, blanks around them aside: the text of a key file.
    ///
    /// # Errors
    ///
    /// [`HistoryError::MalformedKey`], which does not repeat the text.
    pub fn from_hex(text: &str) -> Result<Self, HistoryError> {
        let mut key = Self(Box::new(Zeroizing::new([0; 32])));
        hex::decode_to_slice(text.trim(), &mut key.0[..]).map_err(|_| HistoryError::MalformedKey)?;
        Ok(key)
    }

    /// The 64 hexadecimal digits of a key file.
    #[must_use]
    pub fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(&self.0[..]))
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for HistoryKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("HistoryKey(32 secret bytes)")
    }
}

pub(super) fn fill_randomly(bytes: &mut [u8]) -> Result<(), HistoryError> {
    getrandom::fill(bytes).map_err(|error| HistoryError::NoRandomness { reason: error.to_string() })
}
