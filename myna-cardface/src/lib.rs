//! The card-face applications of the My Number Card. So far 券面事項入力補助AP: the four basic items and My Number.
//!
//! ```
//! use myna_cardface::{CardFacePin, TextApplication};
//! # use myna_sim::{Persona, SimTransport, SimulatedCard, pki::CivilDate};
//! # let persona = Persona::built_in("default").ok_or("persona")?;
//! # let reader = SimTransport::new(SimulatedCard::new(&persona, CivilDate::new(2026, 11, 22)?)?);
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
//! Layouts are those checked on dumps of test cards (`fix`). A digest of the integrity record that fits says that the
//! items are those the record was made for; whether the record is genuine is a matter of its signature and the
//! card-verifiable certificate above it, which this crate does not check yet: that answer is
//! [`Genuineness::NotChecked`].
#![warn(clippy::indexing_slicing)]

mod error;
mod integrity;
mod items;
mod my_number;
mod pin;
mod text;

pub use error::{CardFaceError, RecordFault};
pub use integrity::{Genuineness, IntegrityRecord};
pub use items::{BasicItems, BirthDate, Sex};
pub use my_number::{MyNumber, MyNumberError};
pub use pin::{CardFacePin, CardFacePinFormatError};
pub use text::{Error, TextApplication, VerifiedTextApplication};
