use myna_apdu::Pin;
use myna_error::{Diagnostic, Entry, english};
use thiserror::Error;

use crate::codes;

/// 券面事項入力補助用の暗証番号: four digits, three tries.
pub struct CardFacePin(Pin);

/// 住民基本台帳用の暗証番号, of 住基AP: four digits, three tries. Offices normally set it equal to [`CardFacePin`].
pub struct ResidentRegisterPin(Pin);

/// The PIN of 共通カードAP: four digits, three tries. Nothing is known that it opens.
pub struct CommonCardPin(Pin);

/// A PIN that is not four half-width digits; it never left the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub struct CardFacePinFormatError;

impl Diagnostic for CardFacePinFormatError {
    fn entry(&self) -> &'static Entry {
        &codes::PIN_FORMAT
    }
}

macro_rules! four_digits {
    ($($pin:ident),+) => {$(
        impl $pin {
            /// Checks the format and copies the PIN; the caller's copy is the caller's to wipe.
            ///
            /// # Errors
            ///
            /// [`CardFacePinFormatError`].
            pub fn new(value: &str) -> Result<Self, CardFacePinFormatError> {
                four_digits(value).map(Self)
            }

            pub(crate) const fn pin(&self) -> &Pin {
                &self.0
            }
        }
    )+};
}

four_digits!(CardFacePin, ResidentRegisterPin, CommonCardPin);

fn four_digits(value: &str) -> Result<Pin, CardFacePinFormatError> {
    if value.len() != 4 || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CardFacePinFormatError);
    }
    Pin::new(value.as_bytes()).map_err(|_| CardFacePinFormatError)
}

redacted!(CardFacePin, ResidentRegisterPin, CommonCardPin);
