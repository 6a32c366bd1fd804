#![doc = include_str!("../README.md")]
#![warn(clippy::indexing_slicing)]

/// `Debug` for types that hold a secret or personal data: their names and no more.
macro_rules! redacted {
    ($($type:ident),+) => {$(
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($type), "(redacted)"))
            }
        }
    )+};
}

mod application;
mod card_face;
mod codes;
mod error;
mod genuineness;
mod integrity;
mod items;
pub mod layout;
mod my_number;
pub mod operation;
mod pin;
mod printed_number;
mod template;

pub use application::{
    CommonCardApplication, Error, OpenedApplication, OpenedTextApplication, OpenedVisualApplication,
    ResidentRegisterApplication, SelectedApplication, TextApplication, VisualApplication,
};
pub use card_face::{AgeRecord, CardFace, MyNumberImage};
pub use codes::CARD_FACE_CODES;
pub use error::{CardFaceError, MyNumberError, RecordFault};
pub use genuineness::{
    Binding, Forgery, GenuineCoverage, Genuineness, SignedValue, TextEvidence, Unchecked, VisualEvidence,
};
pub use integrity::IntegrityRecord;
pub use items::{BasicItems, BirthDate, FaceSex};
pub use my_number::MyNumber;
pub use myna_calendar::{Date, DateDigits};
pub use myna_trust::{
    CardVerifiableCertificate, CardVerifiableFault, CryptoProvider, KeyFault, KeyIdentifier, PublicKey,
    TrustedKey,
};
pub use pin::{CardFacePin, CardFacePinFormatError, CommonCardPin, ResidentRegisterPin};
pub use printed_number::{EraBirthDate, NumberA, NumberB, PrintedNumberError};
