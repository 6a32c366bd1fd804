//! 公的個人認証AP: the JPKI application of the My Number Card.
//!
//! ```
//! use myna_jpki::{CertificateKind, Jpki, UserAuthenticationPin};
//! # use myna_sim::{Date, Persona, SimTransport, SimulatedCard};
//! # let persona = Persona::built_in("default").ok_or("persona")?;
//! # let reader = SimTransport::new(SimulatedCard::new(&persona, Date::from_ymd(2026, 11, 22)?)?);
//! let mut card = myna_transport::Card::new(reader);
//! let mut jpki = Jpki::open(&mut card)?;
//! let certificate = jpki.read_certificate(CertificateKind::UserAuthentication)?;
//!
//! let pin = UserAuthenticationPin::new("1234")?;
//! let mut key = jpki.verify_user_authentication(&pin, Default::default())?;
//! let signature = key.sign(b"what the other side asked to be signed")?;
//! certificate.verify_sha256(b"what the other side asked to be signed", &signature)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | what | where on the card | access |
//! |---|---|---|
//! | 署名用電子証明書, its CA | EF `0001`, `0002` | signature password; free |
//! | 利用者証明用電子証明書, its CA | EF `000A`, `000B` | free (on a phone: PIN); free |
//! | 利用者証明用 key, PIN | `0017`, `0018` (4 digits, 3 tries) | |
//! | 署名用 key, password | `001A`, `001B` (6–16 of A–Z 0–9, 5 tries) | |
//!
//! All from working clients (`code: all`); the access conditions also from cards seen by third parties.
//!
//! [`operation`] holds the same as values, for drivers of one's own. [`path`] validates certificates: caller gives the
//! trust anchors and the instant, and "revocation not checked" is an answer of its own.
#![warn(clippy::indexing_slicing)]

mod application;
mod card_identity;
mod error;
pub mod layout;
mod login;
pub mod operation;
mod pin;

pub use application::{DigitalSignature, Error, Jpki, UserAuthentication};
pub use card_identity::CardIdentity;
pub use error::{JPKI_CODES, JpkiError};
pub use layout::{CertificateKind, KeyKind};
pub use login::LoginStatement;
pub use myna_apdu::flow::{PinPolicy, TriesLeft, VerifyFault};
pub use myna_trust::{
    Certificate, CertificateFault, CryptoProvider, DigestInfo, HashAlgorithm, KeyFault, PublicKey,
    SignatureAlgorithm, SignatureError, UnixTime, path,
};
pub use pin::{PinFormatError, SignaturePassword, UserAuthenticationPin};
