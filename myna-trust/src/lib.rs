#![doc = include_str!("../README.md")]
#![warn(clippy::indexing_slicing)]

mod card_verifiable;
mod certificate;
mod error;
mod hash;
mod key;
pub mod path;
mod provider;
mod signature;

pub use card_verifiable::{CardVerifiableCertificate, CardVerifiableFault, KeyIdentifier, TrustedKey};
pub use certificate::{Certificate, CertificateFault};
pub use error::TRUST_CODES;
pub use hash::{DigestInfo, HashAlgorithm};
pub use key::{EllipticCurve, EllipticCurveKey, KeyFault, PublicKey, RsaKey};
pub use myna_calendar::UnixTime;
pub use provider::CryptoProvider;
pub use signature::{SignatureAlgorithm, SignatureError};
