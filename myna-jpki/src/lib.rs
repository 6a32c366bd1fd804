#![doc = include_str!("../README.md")]
#![warn(clippy::indexing_slicing)]

mod application;
mod card_identity;
mod certified_holder;
mod error;
pub mod layout;
mod login;
pub mod operation;
mod pin;
mod signing;
mod token;

pub use application::{DigitalSignature, Error, Jpki, UserAuthentication};
pub use card_identity::CardIdentity;
pub use certified_holder::{CertifiedBirthDate, CertifiedHolder, CertifiedSex, CertifiedText};
pub use error::{JPKI_CODES, JpkiError};
pub use layout::{CertificateKind, KeyKind};
pub use login::LoginStatement;
pub use myna_apdu::flow::{ChangeFault, PinPolicy, TriesLeft, VerifyFault};
pub use myna_calendar::{Date, DateDigits, Era};
pub use myna_trust::{
    Certificate, CertificateFault, CryptoProvider, DigestInfo, HashAlgorithm, KeyFault, PublicKey,
    SignatureAlgorithm, SignatureError, UnixTime, path,
};
pub use pin::{PinFormatError, SignaturePassword, UserAuthenticationPin};
pub use signing::{CardSignature, SignatureScheme};
pub use token::{CertificateAvailability, TokenInformation, TokenKind, Unblocker};
