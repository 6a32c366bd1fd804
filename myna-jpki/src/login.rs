use crate::JpkiError;

/// What the card signs to prove possession of the 利用者証明用 key.
///
/// ```text
/// "myna login statement 2" 00 | audience length (2, big-endian) | audience (UTF-8) | challenge id (16) | nonce (32)
///     | purpose length (2, big-endian) | purpose (UTF-8)
/// ```
///
/// Our own form: the protocol of マイナ資格確認アプリ is not public. The fixed prefix keeps a service from having the
/// card sign something else that it might want signed, the audience keeps a proof for one service from being used at
/// another, and the purpose keeps a proof for one question from being used for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoginStatement<'a> {
    /// Who is to believe the proof: the service's name, at most 65 535 bytes.
    pub audience: &'a str,
    /// The challenge's identifier.
    pub challenge_id: [u8; 16],
    /// The challenge's random bytes.
    pub nonce: [u8; 32],
    /// What is asked with the proof, in the service's own words, the day among them; at most 65 535 bytes.
    pub purpose: &'a str,
}

impl LoginStatement<'_> {
    /// The bytes to sign.
    ///
    /// # Errors
    ///
    /// [`JpkiError::StatementTooLong`]: cut, it would be the statement of another.
    pub fn to_bytes(&self) -> Result<Vec<u8>, JpkiError> {
        let mut bytes = b"myna login statement 2\0".to_vec();
        text(&mut bytes, self.audience)?;
        bytes.extend(self.challenge_id);
        bytes.extend(self.nonce);
        text(&mut bytes, self.purpose)?;
        Ok(bytes)
    }
}

fn text(bytes: &mut Vec<u8>, text: &str) -> Result<(), JpkiError> {
    let length = u16::try_from(text.len()).map_err(|_| JpkiError::StatementTooLong(text.len()))?;
    bytes.extend(length.to_be_bytes());
    bytes.extend(text.bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_statements_that_differ_are_two_texts() {
        let of = |audience, purpose| {
            LoginStatement { audience, challenge_id: [1; 16], nonce: [2; 32], purpose }.to_bytes()
        };
        let bytes_of = |audience, purpose| of(audience, purpose).unwrap_or_default();
        let bytes = bytes_of("here", "20250602");
        assert_eq!(bytes.len(), 23 + 2 + 4 + 16 + 32 + 2 + 8);
        assert!(bytes.starts_with(b"myna login statement 2\0\0\x04here\x01"));
        assert!(bytes.ends_with(b"\x02\0\x0820250602"));
        assert_ne!(bytes, bytes_of("here", "20250603"));
        assert_ne!(bytes, bytes_of("there", "20250602"));
        let longest = "x".repeat(65_535);
        assert_eq!(bytes_of(&longest, "").len(), 23 + 2 + 65_535 + 16 + 32 + 2);
        let long = "x".repeat(65_536);
        assert_eq!(of(&long, ""), Err(JpkiError::StatementTooLong(65_536)));
        assert_eq!(of("", &long), Err(JpkiError::StatementTooLong(65_536)));
    }
}
