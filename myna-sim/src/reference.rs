use myna_apdu::FileIdentifier;

/// A PIN the simulated card holds. The card calls the EF of a PIN a *reference*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reference {
    /// 利用者証明用パスワード: EF `0018` of the JPKI application, 4 digits, 3 tries `[code: all]`.
    UserAuthentication,
    /// 署名用パスワード: EF `001B` of the JPKI application, 6 to 16 of `A`–`Z` and `0`–`9` with at least one of each,
    /// 5 tries `[code: all] [doc]`.
    DigitalSignature,
    /// 券面事項入力補助用パスワード: EF `0011` of the text application, 4 digits, 3 tries `[card: myna-card]`.
    CardFace,
}

impl Reference {
    /// Every PIN, in the order of the [`Counters`](crate::Counters).
    pub const ALL: [Self; 3] = [Self::UserAuthentication, Self::DigitalSignature, Self::CardFace];

    /// The tries a fresh counter has.
    #[must_use]
    pub const fn most_tries(self) -> u8 {
        match self {
            Self::UserAuthentication | Self::CardFace => 3,
            Self::DigitalSignature => 5,
        }
    }

    /// The EF that is this reference, in its application.
    #[must_use]
    pub const fn file(self) -> FileIdentifier {
        match self {
            Self::UserAuthentication => FileIdentifier(0x0018),
            Self::DigitalSignature => FileIdentifier(0x001B),
            Self::CardFace => FileIdentifier(0x0011),
        }
    }

    /// Whether a value has the form of this PIN.
    #[must_use]
    pub fn accepts(self, value: &[u8]) -> bool {
        match self {
            Self::UserAuthentication | Self::CardFace => {
                value.len() == 4 && value.iter().all(u8::is_ascii_digit)
            }
            Self::DigitalSignature => {
                (6..=16).contains(&value.len())
                    && value.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
                    && value.iter().any(u8::is_ascii_uppercase)
                    && value.iter().any(u8::is_ascii_digit)
            }
        }
    }

    /// The form of this PIN, in words.
    pub(crate) const fn form(self) -> &'static str {
        match self {
            Self::UserAuthentication | Self::CardFace => "4 digits",
            Self::DigitalSignature => "6 to 16 of A-Z and 0-9, with at least one letter and one digit",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let table: [(Reference, &[&str], &[&str]); 3] = [
            (Reference::UserAuthentication, &["0000", "1234"], &["", "123", "12345", "12a4", "１２"]),
            (Reference::CardFace, &["9999"], &["ABCD", "999 "]),
            (
                Reference::DigitalSignature,
                &["ABC123", "A00000", "000000000000009Z"],
                &["ABCDEF", "123456", "AB123", "abc123", "ABC 123", "000000000000009ZZ"],
            ),
        ];
        for (reference, good, bad) in table {
            for value in good {
                assert!(reference.accepts(value.as_bytes()), "{reference:?} {value}");
            }
            for value in bad {
                assert!(!reference.accepts(value.as_bytes()), "{reference:?} {value}");
            }
        }
    }
}
