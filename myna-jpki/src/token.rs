use myna_apdu::flow::{FileFault, OperationError};

use crate::layout::{self, KeyKind};

/// What the token tells of itself in EF `0006`: a PKCS#11 `CK_TOKEN_INFO`, laid out in 160 bytes (seen on cards by a third
/// party).
///
/// ```text
///  0  32  label, blank padded: the kind of token      64  16  model
/// 32  32  manufacturer                                80  16  serial number
/// ```
///
/// Of a file that ends early, what is missing is empty; the label has to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenInformation {
    /// What it calls itself, such as `JPKIAPICCTOKEN2`.
    pub label: String,
    /// Who made it, without the padding.
    pub manufacturer: String,
    /// The model, such as `E16R01NJ`.
    pub model: String,
    /// The token's own number: not that of a certificate, and not the My Number.
    pub serial_number: String,
}

/// What kind of token holds the application, by its label. Labels and kinds: seen on tokens by a third party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// マイナンバーカード; also 特定在留カード, which is one in law (whether its label is the same is not known).
    MyNumberCard,
    /// 住民基本台帳カード, issued until 2015.
    ResidentRegisterCard,
    /// スマホ用電子証明書 on Android.
    Android,
    /// スマホ用電子証明書 on iPhone.
    IPhone,
    /// A label that is none of these: a newer token. Whatever works with the application may work with it.
    Unknown,
}

/// Which of the holder's two certificates are on the token: EF `0008`, of which `8F 8F 00` was seen on a card by a third
/// party, for the 署名用 certificate first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertificateAvailability {
    /// 署名用電子証明書; `None` where the byte is neither `8F` nor `00` (that `00` means absent is a guess).
    pub digital_signature: Option<bool>,
    /// 利用者証明用電子証明書.
    pub user_authentication: Option<bool>,
}

/// Who can give a PIN that is locked a new value and its tries back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unblocker {
    /// The office of the municipality of residence, with the card and a document of identity.
    MunicipalOffice,
    /// A kiosk of a convenience store, prepared with the official app: the 署名用 password, by a holder who knows the
    /// 利用者証明用 PIN.
    ConvenienceStore,
    /// The official app (マイナポータル) on the phone itself, with the card it was made from (a guess).
    PhoneApplication,
    /// An app with the PUK that came with the card: announced for the next generation of cards.
    Puk,
}

const LABEL: usize = 32;

impl TokenInformation {
    pub(crate) fn parse(file: &[u8]) -> Result<Self, OperationError> {
        if file.len() < LABEL {
            let fault = FileFault::Truncated { needed: LABEL, present: file.len() };
            return Err(OperationError::File { file: layout::TOKEN_INFORMATION, fault });
        }
        let text = |start: usize, length: usize| {
            let field = file.get(start..).unwrap_or_default();
            let bytes = field.get(..length).unwrap_or(field);
            String::from_utf8_lossy(bytes).trim_matches(['\0', ' ']).to_owned()
        };
        Ok(Self {
            label: text(0, LABEL),
            manufacturer: text(32, 32).trim_start_matches(['\0', '0']).to_owned(),
            model: text(64, 16),
            serial_number: text(80, 16),
        })
    }

    /// The kind of token the label names.
    #[must_use]
    pub fn kind(&self) -> TokenKind {
        match self.label.as_str() {
            "JPKIAPICCTOKEN2" => TokenKind::MyNumberCard,
            "JPKIAPICCTOKEN" => TokenKind::ResidentRegisterCard,
            "JPKIAPGPSETOKEN" => TokenKind::Android,
            "JPKIAPIOSTOKEN" => TokenKind::IPhone,
            _ => TokenKind::Unknown,
        }
    }
}

impl TokenKind {
    /// Whether it is a phone: its 利用者証明用 certificate can be read only once the PIN has been verified, and it holds no
    /// 券面 applications.
    #[must_use]
    pub const fn is_phone(self) -> bool {
        matches!(self, Self::Android | Self::IPhone)
    }

    /// Who can unblock the PIN of a key on it. Empty where nobody is known to.
    #[must_use]
    pub const fn unblockers(self, key: KeyKind) -> &'static [Unblocker] {
        match (self, key) {
            (Self::MyNumberCard, KeyKind::DigitalSignature) => {
                &[Unblocker::MunicipalOffice, Unblocker::ConvenienceStore]
            }
            (Self::MyNumberCard | Self::ResidentRegisterCard, _) => &[Unblocker::MunicipalOffice],
            (Self::Android | Self::IPhone, _) => &[Unblocker::PhoneApplication],
            (Self::Unknown, _) => &[],
        }
    }
}

impl CertificateAvailability {
    pub(crate) fn parse(file: &[u8]) -> Self {
        let told = |at: usize| match file.get(at) {
            Some(0x8F) => Some(true),
            Some(0x00) => Some(false),
            _ => None,
        };
        Self { digital_signature: told(0), user_authentication: told(1) }
    }

    /// Whether the certificate of this key is there, where the token says so.
    #[must_use]
    pub const fn of(self, key: KeyKind) -> Option<bool> {
        match key {
            KeyKind::UserAuthentication => self.user_authentication,
            KeyKind::DigitalSignature => self.digital_signature,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_names_the_kind_and_a_short_file_still_has_it() {
        for (label, kind) in [
            ("JPKIAPICCTOKEN2", TokenKind::MyNumberCard),
            ("JPKIAPICCTOKEN", TokenKind::ResidentRegisterCard),
            ("JPKIAPGPSETOKEN", TokenKind::Android),
            ("JPKIAPIOSTOKEN", TokenKind::IPhone),
            ("JPKIAPNEXTTOKEN", TokenKind::Unknown),
            ("", TokenKind::Unknown),
        ] {
            for padding in [' ', '\0'] {
                let mut file = label.as_bytes().to_vec();
                file.resize(32, u8::try_from(padding).unwrap_or_default());
                assert_eq!(TokenInformation::parse(&file).map(|token| token.kind()), Ok(kind), "{label}");
                file.truncate(31);
                assert!(TokenInformation::parse(&file).is_err());
            }
        }
    }

    #[test]
    fn a_byte_of_availability_that_is_not_known_tells_nothing() {
        let of = |file: &[u8]| {
            let told = CertificateAvailability::parse(file);
            (told.of(KeyKind::DigitalSignature), told.of(KeyKind::UserAuthentication))
        };
        assert_eq!(of(&[0x8F, 0x8F, 0x00]), (Some(true), Some(true)));
        assert_eq!(of(&[0x00, 0x8F, 0x00]), (Some(false), Some(true)));
        assert_eq!(of(&[0xFF, 0x01, 0x00]), (None, None));
        assert_eq!(of(&[]), (None, None));
    }
}
