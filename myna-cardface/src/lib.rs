//! The card-face applications of the My Number Card: 券面事項入力補助AP (the four basic items and My Number as text) and
//! 券面事項確認AP (what is printed on the card, with the photo), and whether their records are genuine.
//!
//! # Texts, with the PIN
//!
//! ```
//! use myna_cardface::{CardFacePin, TextApplication};
//! # use myna_sim::{Date, Persona, SimTransport, SimulatedCard};
//! # let persona = Persona::built_in("default").ok_or("persona")?;
//! # let reader = SimTransport::new(SimulatedCard::new(&persona, Date::from_ymd(2026, 11, 22)?)?);
//! let mut card = myna_transport::Card::new(reader);
//! let mut application = TextApplication::open(&mut card)?;
//! let pin = CardFacePin::new("1234")?;
//! let mut verified = application.verify(&pin, Default::default())?;
//! let items = verified.read_basic_items()?;
//! let record = verified.read_integrity_record()?;
//! assert!(record.covers_items(&items));
//! println!("{} {}", items.name(), items.address());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The photo, with what is printed on the card
//!
//! ```
//! use myna_cardface::{Genuineness, NumberB, TrustedKey, VisualApplication};
//! # use myna_cardface::{KeyIdentifier, PublicKey};
//! # use myna_sim::{Date, Persona, SimTransport, SimulatedCard, pki::FaceAuthority};
//! # let today = Date::from_ymd(2026, 11, 22)?;
//! # let persona = Persona::built_in("default").ok_or("persona")?;
//! # let reader = SimTransport::new(SimulatedCard::new(&persona, today)?);
//! # let number = persona.number_b(today)?;
//! # let (birth, year, code) = (&number[..6], &number[6..10], &number[10..]);
//! # let root = FaceAuthority::Visual.root_identifier();
//! # let key = FaceAuthority::Visual.root_key()?;
//! # let key = PublicKey::rsa(&key.modulus(), &key.public_exponent())?;
//! # let roots = [TrustedKey::new(KeyIdentifier(*root.as_bytes()), key)];
//! # let fresh_random_bytes = [7; 32];
//! let mut card = myna_transport::Card::new(reader);
//! let mut application = VisualApplication::open(&mut card)?;
//! let number = NumberB::from_face(birth, year, code)?;
//! let mut opened = application.verify(&number, Default::default())?;
//! let face = opened.read_card_face()?;
//! let evidence = opened.read_evidence(fresh_random_bytes)?;
//! let Genuineness::Genuine(coverage) = face.genuineness(Some(&evidence), &roots) else { panic!() };
//! assert_eq!(coverage.challenge, fresh_random_bytes);
//! println!("{} bytes of JPEG 2000", face.photo_jp2().len());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`operation`] holds the same as values, for drivers of one's own.
//!
//! Layouts are those checked on dumps of test cards (`fix`), and exact: each object once, in its order, nothing beside
//! them. Whether a value is genuine is a three-way answer, [`Genuineness`]: it takes the issuer's certificate, the
//! signature, a challenge to the card, and roots that the caller trusts; for the texts also the integrity record.
//! [`Coverage`] says what it covers. The issuer signs the texts apart from the card's key: they may be those of another
//! card of the same issuer, as [`Binding`] says.
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
    Error, OpenedApplication, OpenedTextApplication, OpenedVisualApplication, SelectedApplication,
    TextApplication, VisualApplication,
};
pub use card_face::{AgeRecord, CardFace, MyNumberImage};
pub use error::{CARD_FACE_CODES, CardFaceError, RecordFault};
pub use genuineness::{
    Binding, Coverage, Forgery, Genuineness, SignedValue, TextEvidence, Unchecked, VisualEvidence,
};
pub use integrity::IntegrityRecord;
pub use items::{BasicItems, BirthDate, Sex};
pub use my_number::{MyNumber, MyNumberError};
pub use myna_calendar::{Date, DateDigits};
pub use myna_trust::{
    CardVerifiableCertificate, CardVerifiableFault, CryptoProvider, KeyFault, KeyIdentifier, PublicKey,
    TrustedKey,
};
pub use pin::{CardFacePin, CardFacePinFormatError};
pub use printed_number::{EraBirthDate, NumberA, NumberB, PrintedNumberError};
