//! What a member of staff logs in with. A value of the wrong form never leaves the host.

pub(crate) mod device;
pub(crate) mod home_visit;

use crate::codes;
use myna_eligibility::checks::CheckDigit;
use myna_error::{Diagnostic, Entry, english};
use std::fmt;

use zeroize::Zeroizing;

/// The four things of the initial registration and the first login ([seed F0 S35], [seed F1 S47]).
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "made by its users: a further field has to be theirs to fill")]
pub struct StaffCredentials {
    /// 機関コード.
    pub institution: InstitutionCode,
    /// ユーザID.
    pub user: UserId,
    /// パスワード.
    pub password: Password,
    /// アクティベーションコード: binds the account to this device.
    pub activation: ActivationCode,
}

/// The code of a medical institution (医療機関コード), ten digits.
///
/// Prefecture 2, point table 1, district 2, serial 4, check digit 1 [doc C.3]. The check digit is told and
/// not demanded: codes for training break the rule [code D]. The 機関コード of a 施術所 in the limited app may have
/// another form (U15) and does not fit here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InstitutionCode(String);

impl InstitutionCode {
    /// Takes ten half-width digits.
    ///
    /// # Errors
    ///
    /// [`AccountError::InstitutionCode`] for any other form.
    pub fn new(code: &str) -> Result<Self, AccountError> {
        let fits = code.len() == 10 && is_digits(code);
        fits.then(|| Self(code.to_owned())).ok_or(AccountError::InstitutionCode)
    }

    /// The ten digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the last digit says (D2): a wrong one is worth a warning.
    #[must_use]
    pub fn check_digit(&self) -> CheckDigit {
        CheckDigit::of(&self.0)
    }
}

/// A user ID: 2 to 8 half-width letters and digits [seed F1 S44].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UserId(String);

impl UserId {
    /// Takes 2 to 8 half-width letters and digits.
    ///
    /// # Errors
    ///
    /// [`AccountError::UserId`] for any other form.
    pub fn new(id: &str) -> Result<Self, AccountError> {
        let fits = (2..=8).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        fits.then(|| Self(id.to_owned())).ok_or(AccountError::UserId)
    }

    /// The ID.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password: 1 to 64 printable half-width characters.
///
/// The rules for passwords are not public (U10). Full-width characters are refused because they are a known
/// cause of locked accounts [seed F0 S36]; the upper length is ours.
pub struct Password(Secret<64>);

impl Password {
    /// Takes 1 to 64 printable half-width characters.
    ///
    /// # Errors
    ///
    /// [`AccountError::Password`] for any other form.
    pub fn new(password: &str) -> Result<Self, AccountError> {
        if password.is_empty() || !password.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(AccountError::Password);
        }
        Secret::new(password).map(Self).ok_or(AccountError::Password)
    }

    /// The password, for the one who must send or compare it. Do not keep copies.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password(redacted)")
    }
}

/// An activation code (アクティベーションコード): exactly 12 half-width digits, no hyphen [seed F0 S33]. A secret.
pub struct ActivationCode(Secret<12>);

impl ActivationCode {
    /// Takes twelve half-width digits.
    ///
    /// # Errors
    ///
    /// [`AccountError::ActivationCode`] for any other form.
    pub fn new(code: &str) -> Result<Self, AccountError> {
        if code.len() != 12 || !is_digits(code) {
            return Err(AccountError::ActivationCode);
        }
        Secret::new(code).map(Self).ok_or(AccountError::ActivationCode)
    }

    /// The code, for the one who must send or compare it. Do not keep copies.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for ActivationCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ActivationCode(redacted)")
    }
}

/// Why a login value was refused before it left the host. The fault is the typist's; correct the value and
/// try again. No attempt was spent. The errors never repeat the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum AccountError {
    /// Not ten half-width digits.
    InstitutionCode,
    /// Not 2 to 8 half-width letters and digits.
    UserId,
    /// Empty, too long, or holding a full-width or control character.
    Password,
    /// Not twelve half-width digits.
    ActivationCode,
}

impl Diagnostic for AccountError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::InstitutionCode => &codes::INSTITUTION_CODE,
            Self::UserId => &codes::USER_ID,
            Self::Password => &codes::PASSWORD,
            Self::ActivationCode => &codes::ACTIVATION_CODE,
        }
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// At most `N` bytes of text in a fixed place, wiped when dropped: never moved by growth, so no copy stays
/// behind.
struct Secret<const N: usize> {
    bytes: Box<Zeroizing<[u8; N]>>,
    length: usize,
}

impl<const N: usize> Secret<N> {
    fn new(text: &str) -> Option<Self> {
        let mut bytes = Box::new(Zeroizing::new([0; N]));
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self { bytes, length: text.len() })
    }

    fn expose(&self) -> &str {
        // Made from a whole text, so neither default is ever taken.
        let bytes = self.bytes.get(..self.length).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use myna_error::japanese;

    #[test]
    fn activation_codes() {
        assert_eq!(ActivationCode::new("123456789012").unwrap().expose(), "123456789012");
        for code in
            ["1234-5678-9012", "１２３４５６７８９０１２", "12345678901", "1234567890123", "", "12345678901x"]
        {
            let refused = ActivationCode::new(code).unwrap_err();
            assert_eq!(refused.code(), "account.activation_code_malformed", "{code}");
            assert_eq!(
                japanese(&refused).what().to_string(),
                "アクティベーションコードが条件に合っていません。"
            );
        }
    }

    #[test]
    fn user_ids() {
        for id in ["ab", "staff11", "staff123"] {
            assert_eq!(UserId::new(id).unwrap().as_str(), id);
        }
        for id in ["a", "staff12345", "ＡＢ", "", "a b", "a-b"] {
            assert_eq!(UserId::new(id).unwrap_err(), AccountError::UserId, "{id}");
        }
    }

    #[test]
    fn institution_codes() {
        assert_eq!(InstitutionCode::new("1319999999").unwrap().check_digit(), CheckDigit::Correct);
        assert_eq!(
            InstitutionCode::new("1312345678").unwrap().check_digit(),
            CheckDigit::Wrong { expected: 9 }
        );
        for code in ["0113719", "13199999990", "１３１９９９９９９９", "131999999x", ""] {
            assert_eq!(InstitutionCode::new(code), Err(AccountError::InstitutionCode), "{code}");
        }
    }

    #[test]
    fn passwords_are_kept_and_not_shown() {
        let password = Password::new("pass word~1").unwrap();
        assert_eq!(password.expose(), "pass word~1");
        assert_eq!(format!("{password:?}"), "Password(redacted)");
        for refused in [String::new(), "ｐａｓｓ".to_owned(), "a\tb".to_owned(), "a".repeat(65)] {
            assert_eq!(Password::new(&refused).unwrap_err(), AccountError::Password);
        }
        let credentials = StaffCredentials {
            institution: InstitutionCode::new("1319999999").unwrap(),
            user: UserId::new("staff1").unwrap(),
            password,
            activation: ActivationCode::new("123456789012").unwrap(),
        };
        let shown = format!("{credentials:?}");
        assert!(!shown.contains("pass word") && !shown.contains("123456789012"), "{shown}");
    }
}
