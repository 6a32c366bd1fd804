use std::fmt;

use crate::Certificate;

/// Which card it is: the first 256 bytes of its 利用者証明用電子証明書, with issuer and serial number.
///
/// What is learned of a card in one hold on it belongs to what the next hold brings only if this is the same. Two cards
/// with one certificate are not told apart; one that signs proves that it has the certificate's key.
#[derive(Clone, PartialEq, Eq)]
pub struct CardIdentity {
    start: Vec<u8>,
}

impl CardIdentity {
    /// Bytes of it. No certificate of a card is shorter.
    pub(crate) const LENGTH: usize = 256;

    pub(crate) fn new(start: &[u8]) -> Self {
        Self { start: start.to_vec() }
    }

    /// Whether this certificate is the card's.
    #[must_use]
    pub fn is_of(&self, certificate: &Certificate) -> bool {
        certificate.as_der().starts_with(&self.start)
    }
}

/// A certificate's serial number names its holder.
impl fmt::Debug for CardIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardIdentity(redacted)")
    }
}
