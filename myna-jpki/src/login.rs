use crate::JpkiError;

/// What the card signs to prove possession of the 利用者証明用 key.
///
/// ```text
/// "myna login statement 3" 00 | audience | terminal | challenge id (16) | nonce (32) | purpose
///     audience, terminal and purpose: length in bytes (2, big-endian), UTF-8
/// ```
///
/// Our own form: the protocol of マイナ資格確認アプリ is not public. The fixed prefix keeps a service from having the
/// card sign something else that it might want signed, the audience keeps a proof for one service from being used at
/// another, the terminal keeps one made here from being used elsewhere, and the purpose keeps a proof for one question
/// from being used for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "made by its users: a further field has to be theirs to fill")]
pub struct LoginStatement<'a> {
    /// Who is to believe the proof: the service's name, at most 65 535 bytes.
    pub audience: &'a str,
    /// Where the card lies: the terminal's name, as the service knows it; at most 65 535 bytes.
    pub terminal: &'a str,
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
        let mut bytes = b"myna login statement 3\0".to_vec();
        text(&mut bytes, self.audience)?;
        text(&mut bytes, self.terminal)?;
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
        let of = |audience, terminal, purpose| {
            LoginStatement { audience, terminal, challenge_id: [1; 16], nonce: [2; 32], purpose }.to_bytes()
        };
        let bytes_of = |audience, terminal, purpose| of(audience, terminal, purpose).unwrap_or_default();
        let bytes = bytes_of("here", "desk", "20250602");
        assert_eq!(bytes.len(), 23 + 2 + 4 + 2 + 4 + 16 + 32 + 2 + 8);
        assert!(bytes.starts_with(b"myna login statement 3\0\0\x04here\0\x04desk\x01"));
        assert!(bytes.ends_with(b"\x02\0\x0820250602"));
        assert_ne!(bytes, bytes_of("here", "desk", "20250603"));
        assert_ne!(bytes, bytes_of("there", "desk", "20250602"));
        assert_ne!(bytes, bytes_of("here", "door", "20250602"));
        assert_ne!(bytes_of("a", "bc", ""), bytes_of("ab", "c", ""));
        let longest = "x".repeat(65_535);
        assert_eq!(bytes_of(&longest, "", "").len(), 23 + 2 + 65_535 + 2 + 16 + 32 + 2);
        let long = "x".repeat(65_536);
        for [audience, terminal, purpose] in [[&long, "", ""], ["", &long, ""], ["", "", &long]] {
            assert_eq!(of(audience, terminal, purpose), Err(JpkiError::StatementTooLong(65_536)));
        }
    }
}
