use std::fmt;

use crate::Certificate;

/// Which card it is: the first 256 bytes of its 利用者証明用電子証明書, with issuer and serial number; of a phone, which shows
/// that to nobody before its PIN, what EF `0006` tells of the token.
///
/// What is learned of a card in one hold on it belongs to what the next hold brings only if this is the same. Two cards
/// with one certificate are not told apart, nor two phones with one EF `0006` (whether its serial number is each phone's own
/// is not known); one that signs proves that it has the certificate's key.
#[derive(Clone, PartialEq, Eq)]
pub struct CardIdentity(Mark);

#[derive(Clone, PartialEq, Eq)]
enum Mark {
    CertificateStart(Vec<u8>),
    Token(Vec<u8>),
}

impl CardIdentity {
    /// Bytes of it. No certificate of a card is shorter.
    pub(crate) const LENGTH: usize = 256;

    pub(crate) fn of_card(start: &[u8]) -> Self {
        Self(Mark::CertificateStart(start.to_vec()))
    }

    pub(crate) fn of_phone(token: &[u8]) -> Self {
        Self(Mark::Token(token.to_vec()))
    }

    /// Whether this certificate is the card's. Of a phone's no certificate tells: [`is_of_phone`](Self::is_of_phone).
    #[must_use]
    pub fn is_of(&self, certificate: &Certificate) -> bool {
        match &self.0 {
            Mark::CertificateStart(start) => certificate.as_der().starts_with(start),
            Mark::Token(_) => false,
        }
    }

    /// Whether its 利用者証明用電子証明書 can be read only after the PIN, as on a phone.
    #[must_use]
    pub const fn is_of_phone(&self) -> bool {
        matches!(self.0, Mark::Token(_))
    }
}

/// A certificate's serial number names its holder.
impl fmt::Debug for CardIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardIdentity(redacted)")
    }
}
