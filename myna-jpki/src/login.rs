/// What the card signs to prove possession of the 利用者証明用 key.
///
/// ```text
/// "myna login statement 1" 00 | audience length (2, big-endian) | audience (UTF-8) | challenge id (16) | nonce (32)
/// ```
///
/// Our own form: the protocol of マイナ資格確認アプリ is not public. The fixed prefix keeps a service from having the
/// card sign something else that it might want signed, and the audience keeps a proof for one service from being
/// used at another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoginStatement<'a> {
    /// Who is to believe the proof: the service's name, at most 65 535 bytes; what is longer is cut.
    pub audience: &'a str,
    /// The challenge's identifier.
    pub challenge_id: [u8; 16],
    /// The challenge's random bytes.
    pub nonce: [u8; 32],
}

impl LoginStatement<'_> {
    /// The bytes to sign.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let audience = self.audience.as_bytes();
        let length = u16::try_from(audience.len()).unwrap_or(u16::MAX);
        let mut bytes = b"myna login statement 1\0".to_vec();
        bytes.extend(length.to_be_bytes());
        bytes.extend(audience.iter().take(length.into()));
        bytes.extend(self.challenge_id);
        bytes.extend(self.nonce);
        bytes
    }
}
