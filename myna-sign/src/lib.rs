#![doc = include_str!("../README.md")]
#![warn(clippy::indexing_slicing)]

pub mod cms;
pub mod pdf;

pub use myna_apdu::flow::PinPolicy;
pub use myna_calendar::{DateTime, UnixTime};
pub use myna_jpki::{JpkiError, SignaturePassword, UserAuthenticationPin};
pub use myna_trust::{
    Certificate, CryptoProvider, DigestInfo, HashAlgorithm, KeyFault, SignatureAlgorithm, SignatureError,
    path, revocation,
};
