#![doc = include_str!("../README.md")]
#![warn(clippy::indexing_slicing)]

mod card_verifiable;
#[cfg(feature = "x509")]
mod certificate;
mod error;
mod hash;
mod key;
#[cfg(feature = "x509")]
pub mod path;
mod provider;
#[cfg(feature = "x509")]
pub mod revocation;
mod signature;

pub use card_verifiable::{CardVerifiableCertificate, CardVerifiableFault, KeyIdentifier, TrustedKey};
#[cfg(feature = "x509")]
pub use certificate::{Certificate, CertificateFault};
pub use error::TRUST_CODES;
pub use hash::{DigestInfo, HashAlgorithm};
pub use key::{EllipticCurve, EllipticCurveKey, KeyFault, PublicKey, RsaKey};
pub use myna_calendar::UnixTime;
pub use provider::CryptoProvider;
pub use signature::{SignatureAlgorithm, SignatureError};
