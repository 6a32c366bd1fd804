//! Where things are in the application (`code: all` working clients).

use myna_apdu::{ApplicationIdentifier, FileIdentifier};

/// 公的個人認証AP.
pub const APPLICATION: ApplicationIdentifier<'static> =
    ApplicationIdentifier::new(&[0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01]).unwrap();

/// What the token tells of itself: [`TokenInformation`](crate::TokenInformation).
pub const TOKEN_INFORMATION: FileIdentifier = FileIdentifier(0x0006);

/// Which certificates are there: [`CertificateAvailability`](crate::CertificateAvailability).
pub const CERTIFICATE_AVAILABILITY: FileIdentifier = FileIdentifier(0x0008);

/// One of the four certificates on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CertificateKind {
    /// 利用者証明用電子証明書.
    UserAuthentication,
    /// The CA certificate above it. Of the generation that issued the card.
    UserAuthenticationAuthority,
    /// 署名用電子証明書. Holds name, address, birth date and sex; opened by the signature password.
    DigitalSignature,
    /// The CA certificate above it.
    DigitalSignatureAuthority,
}

/// One of the two private keys on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyKind {
    /// 利用者証明用: proves who lays the card on the reader.
    UserAuthentication,
    /// 署名用: signs what the holder agrees to.
    DigitalSignature,
}

impl CertificateKind {
    /// The file that holds it.
    #[must_use]
    pub const fn file(self) -> FileIdentifier {
        FileIdentifier(match self {
            Self::DigitalSignature => 0x0001,
            Self::DigitalSignatureAuthority => 0x0002,
            Self::UserAuthentication => 0x000A,
            Self::UserAuthenticationAuthority => 0x000B,
        })
    }
}

impl KeyKind {
    /// The private key.
    #[must_use]
    pub const fn key(self) -> FileIdentifier {
        FileIdentifier(match self {
            Self::UserAuthentication => 0x0017,
            Self::DigitalSignature => 0x001A,
        })
    }

    /// The PIN or password that opens it.
    #[must_use]
    pub const fn reference(self) -> FileIdentifier {
        FileIdentifier(match self {
            Self::UserAuthentication => 0x0018,
            Self::DigitalSignature => 0x001B,
        })
    }
}

/// What the holder knows a reference by.
pub(crate) const fn secret_name(reference: FileIdentifier) -> Option<&'static str> {
    match reference.0 {
        0x0018 => Some("暗証番号"),
        0x001B => Some("署名用パスワード"),
        _ => None,
    }
}
