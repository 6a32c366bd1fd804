//! The person a certificate is about.

use super::error::PkiError;
use myna_calendar::Date;

/// An invented person, as far as a certificate tells of one.
///
/// The user-authentication certificate tells the municipality and, by the day on which its validity ends, the
/// birthday without the year; the digital-signature certificate tells all, above all the four items (基本4情報)
/// name, birth date, sex and address `[fix]`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "made by its users: a further field has to be theirs to fill")]
pub struct Holder {
    /// 氏名. U+3000 stands between its parts `[fix]`.
    pub name: CertificateText,
    /// 生年月日.
    pub birth_date: Date,
    /// 性別.
    pub sex: HolderSex,
    /// 住所, at most 200 characters `[fix]`.
    pub address: CertificateText,
    /// 市区町村コード: five digits, without the check digit.
    pub municipality_code: String,
    /// 都道府県 in Latin letters, such as `Tokyo-to`; at most 64 characters.
    pub prefecture: String,
    /// 市区町村 in Latin letters, such as `Chiyoda-ku`; at most 54 characters.
    pub municipality: String,
}

impl Holder {
    /// Whether every value fits a certificate. The limits of the romanised names are those of X.520 (64
    /// characters in an organizational unit or a common name, 128 in a locality), less what is put after them.
    pub(super) fn check(&self) -> Result<(), PkiError> {
        let is_romanised = |text: &str, limit: usize| {
            (1..=limit).contains(&text.len()) && text.bytes().all(|byte| (0x20..0x7F).contains(&byte))
        };
        let is_code = |text: &str| text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
        let checks = [
            ("name", !self.name.text.is_empty()),
            ("address", (1..=200).contains(&self.address.text.chars().count())),
            ("municipality code", is_code(&self.municipality_code)),
            ("prefecture", is_romanised(&self.prefecture, 64)),
            ("municipality", is_romanised(&self.municipality, 54)),
        ];
        match checks.into_iter().find(|(_, fits)| !fits) {
            Some((field, _)) => Err(PkiError::Holder { field }),
            None => Ok(()),
        }
    }
}

/// 性別 as a certificate has it: one digit `[fix]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the certificate has no others")]
pub enum HolderSex {
    /// 男, `1`.
    Male,
    /// 女, `2`.
    Female,
    /// 不明, `3`.
    Unknown,
}

impl HolderSex {
    pub(super) const fn digit(self) -> &'static str {
        match self {
            Self::Male => "1",
            Self::Female => "2",
            Self::Unknown => "3",
        }
    }
}

/// A text of a certificate, and which of its characters stand in for one that certificates cannot hold
/// (代替文字).
///
/// Characters outside JIS X 0208 levels 1–2 and JIS X 0212 are replaced, so that a certificate's name and the
/// one printed on the card may differ; beside each text a certificate has a digit for each character, `1` if
/// it was replaced `[fix]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateText {
    text: String,
    substitutions: String,
}

impl CertificateText {
    /// A text of which nothing had to be replaced.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), substitutions: text.chars().map(|_| '0').collect() }
    }

    /// A text in which the characters at the positions `replaced`, counted from 0, stand in for others. A
    /// position at which the text has no character is of no effect.
    #[must_use]
    pub fn with_replaced(text: &str, replaced: &[usize]) -> Self {
        let digit = |position| if replaced.contains(&position) { '1' } else { '0' };
        let substitutions = text.chars().enumerate().map(|(position, _)| digit(position)).collect();
        Self { text: text.to_owned(), substitutions }
    }

    /// The text as the certificate has it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// 代替文字使用位置情報: a digit for each character, spaces included; `1` where it was replaced, else `0`.
    #[must_use]
    pub fn substitutions(&self) -> &str {
        &self.substitutions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substitutions_count_characters() {
        assert_eq!(CertificateText::new("模擬　太郎").substitutions(), "00000");
        assert_eq!(CertificateText::with_replaced("模擬　太郎", &[0, 4, 9]).substitutions(), "10001");
    }
}
