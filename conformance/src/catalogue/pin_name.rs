use std::fmt;

use myna_apdu::FileIdentifier;
use myna_sim::Reference;

words! {
    /// A PIN that cases present, by the name the catalogue gives it.
    pub enum PinName {
        /// 利用者証明用電子証明書の暗証番号: EF `0018` of the JPKI application, 4 digits, 3 tries `[code: all]`.
        UserAuthentication = "user-authentication",
        /// 署名用電子証明書の暗証番号: EF `001B` of the JPKI application, 6 to 16 of `A`–`Z` and `0`–`9`, 5 tries `[code: all]`.
        DigitalSignature = "digital-signature",
        /// 券面事項入力補助用暗証番号: EF `0011` of the card-face text application, 4 digits, 3 tries `[card: myna-card]`.
        CardFace = "card-face",
    }
}

impl PinName {
    /// The environment variable that holds the PIN of a real card.
    #[must_use]
    pub const fn variable(self) -> &'static str {
        match self {
            Self::UserAuthentication => "MYNA_CONFORMANCE_USER_AUTHENTICATION_PIN",
            Self::DigitalSignature => "MYNA_CONFORMANCE_DIGITAL_SIGNATURE_PASSWORD",
            Self::CardFace => "MYNA_CONFORMANCE_CARD_FACE_PIN",
        }
    }

    /// The EF that is the reference, in its application.
    #[must_use]
    pub const fn file(self) -> FileIdentifier {
        self.reference().file()
    }

    /// The same on a simulated card.
    pub(crate) const fn reference(self) -> Reference {
        match self {
            Self::UserAuthentication => Reference::UserAuthentication,
            Self::DigitalSignature => Reference::DigitalSignature,
            Self::CardFace => Reference::CardFace,
        }
    }
}

impl fmt::Display for PinName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
