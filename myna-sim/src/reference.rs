use myna_apdu::FileIdentifier;

/// A secret the simulated card compares with: a PIN, or a number printed on the card. The card calls its EF a *reference*.
///
/// **A and B are swapped between the two applications with printed data** `[code: all]`: 照合番号A is EF `0014` of the text
/// application and EF `0013` of the visual one, 照合番号B is `0015` and `0012`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reference {
    /// 利用者証明用パスワード: EF `0018` of the JPKI application, 4 digits, 3 tries `[code: all]`.
    UserAuthentication,
    /// 署名用パスワード: EF `001B` of the JPKI application, 6 to 16 of `A`–`Z` and `0`–`9` with at least one of each,
    /// 5 tries `[code: all] [doc]`.
    DigitalSignature,
    /// 券面事項入力補助用パスワード: EF `0011` of the text application, 4 digits, 3 tries `[card: myna-card]`.
    CardFace,
    /// 照合番号A of 券面事項入力補助AP: EF `0014`, the 12 digits of the My Number, 10 tries `[card: myna-card]`.
    TextNumberA,
    /// 照合番号B of 券面事項入力補助AP: EF `0015`, 14 digits, 10 tries `[card: myna-card]`. See
    /// [`Persona::number_b`](crate::Persona::number_b).
    TextNumberB,
    /// Birth date of 券面事項確認AP: EF `0011`, `YYMMDD` with the year of the era, 10 tries `[card: myna-card]`.
    VisualBirthDate,
    /// 照合番号B of 券面事項確認AP: EF `0012`, 14 digits, 10 tries `[card: myna-card]`.
    VisualNumberB,
    /// 照合番号A of 券面事項確認AP: EF `0013`, the 12 digits of the My Number, 10 tries `[card: myna-card]`.
    VisualNumberA,
    /// EF `001C` of 共通カードAP, 4 digits, 3 tries `[card: myna-card]`.
    Common,
    /// 住民基本台帳用パスワード: EF `001C` of 住基AP, 4 digits, 3 tries `[card: myna-card]`.
    ResidentRegister,
}

impl Reference {
    /// Every reference, in the order of the [`Counters`](crate::Counters).
    pub const ALL: [Self; 10] = [
        Self::UserAuthentication,
        Self::DigitalSignature,
        Self::CardFace,
        Self::TextNumberA,
        Self::TextNumberB,
        Self::VisualBirthDate,
        Self::VisualNumberB,
        Self::VisualNumberA,
        Self::Common,
        Self::ResidentRegister,
    ];

    /// The tries a fresh counter has.
    #[must_use]
    pub const fn most_tries(self) -> u8 {
        self.row().1
    }

    /// The EF that is this reference, in its application.
    #[must_use]
    pub const fn file(self) -> FileIdentifier {
        FileIdentifier(self.row().0)
    }

    /// Whether a value has the form of this PIN.
    #[must_use]
    pub fn accepts(self, value: &[u8]) -> bool {
        match self.row().2 {
            Some(digits) => value.len() == digits && value.iter().all(u8::is_ascii_digit),
            None => {
                (6..=16).contains(&value.len())
                    && value.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
                    && value.iter().any(u8::is_ascii_uppercase)
                    && value.iter().any(u8::is_ascii_digit)
            }
        }
    }

    /// The name that files of this crate call it by, such as `user_authentication`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().3
    }

    /// By [`name`](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reference| reference.name() == name)
    }

    /// Whether CHANGE REFERENCE DATA takes a new value of it `[code: myna]`.
    pub(crate) const fn is_changed_by_holder(self) -> bool {
        matches!(self, Self::UserAuthentication | Self::DigitalSignature | Self::CardFace)
    }

    /// Whether CHANGE KEY takes a new value of it `[card: myna-card]`.
    pub(crate) const fn is_changed_as_key(self) -> bool {
        matches!(self, Self::Common | Self::ResidentRegister)
    }

    /// The form of this PIN, in words.
    pub(crate) fn form(self) -> String {
        match self.row().2 {
            Some(digits) => format!("{digits} digits"),
            None => "6 to 16 of A-Z and 0-9, with at least one letter and one digit".to_owned(),
        }
    }

    /// Its EF, the tries of a fresh counter, how many digits it has unless letters are among them, and its name.
    const fn row(self) -> (u16, u8, Option<usize>, &'static str) {
        match self {
            Self::UserAuthentication => (0x0018, 3, Some(4), "user_authentication"),
            Self::DigitalSignature => (0x001B, 5, None, "digital_signature"),
            Self::CardFace => (0x0011, 3, Some(4), "card_face"),
            Self::TextNumberA => (0x0014, 10, Some(12), "text_number_a"),
            Self::TextNumberB => (0x0015, 10, Some(14), "text_number_b"),
            Self::VisualBirthDate => (0x0011, 10, Some(6), "visual_birth_date"),
            Self::VisualNumberB => (0x0012, 10, Some(14), "visual_number_b"),
            Self::VisualNumberA => (0x0013, 10, Some(12), "visual_number_a"),
            Self::Common => (0x001C, 3, Some(4), "common"),
            Self::ResidentRegister => (0x001C, 3, Some(4), "resident_register"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let table: [(Reference, &[&str], &[&str]); 6] = [
            (Reference::UserAuthentication, &["0000", "1234"], &["", "123", "12345", "12a4", "１２"]),
            (Reference::CardFace, &["9999"], &["ABCD", "999 "]),
            (Reference::VisualNumberA, &["900000000010"], &["90000000001", "9000000000100"]),
            (Reference::TextNumberB, &["63071420350001"], &["6307142035000", "630714203500010"]),
            (Reference::VisualBirthDate, &["630714"], &["19880714", "63071", "S30714"]),
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
