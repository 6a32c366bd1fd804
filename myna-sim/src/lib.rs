//! A simulated My Number Card, its test PKI, and a simulated eligibility service.
//!
//! For whoever writes software for the card and has no card to spare: the simulated one answers commands as the real one
//! was seen to, forgets nothing, breaks on demand, and belongs to nobody.
//!
//! ```
//! use myna_apdu::flow::{Extent, Flow, OperationError, read_file, select_application};
//! use myna_apdu::{ApplicationIdentifier, FileIdentifier};
//! use myna_sim::{Persona, SimTransport, SimulatedCard, pki::CivilDate};
//! use myna_transport::Card;
//!
//! let persona = Persona::built_in("default").unwrap();
//! let simulated = SimulatedCard::new(&persona, CivilDate::new(2025, 6, 2)?)?;
//! let mut card = Card::new(SimTransport::new(simulated));
//! let certificate = card.run(Flow::<_, OperationError>::new(|link| async move {
//!     let jpki = [0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];
//!     select_application(&link, ApplicationIdentifier::new(&jpki).unwrap()).await?;
//!     read_file(&link, FileIdentifier(0x000A), Extent::Object).await
//! }))?;
//! assert!(certificate.starts_with(&[0x30, 0x82]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is in it
//!
//! - [`SimulatedCard`]: bytes in, bytes out. Made from a [`Persona`], an invented person written in TOML; ten come along
//!   ([`Persona::built_in_names`]).
//! - [`SimTransport`]: the card on a reader in the same process. [`vpcd`]: the card on a virtual reader of the real PC/SC
//!   stack, pulled out in the middle of a command if asked.
//! - [`pipe`]: the card at the end of any stream of bytes, for programs without PC/SC.
//! - [`state`]: counters that outlive the process, written before a PIN is compared.
//! - [`Mutant`]: cards that break exactly one rule, for tests that claim to notice.
//! - [`check`]: whether what is on a card fits together; [`CardImage`]: the files of a card as a folder.
//! - [`FaultPlan`]: what goes wrong at which exchange, as data.
//! - [`pki`]: the two certificate authorities behind the certificates.
//! - [`SimulatedService`]: the other end of an eligibility check.
//!
//! # Where the facts come from
//!
//! No specification of the card is public. Comments grade what they state: `[card: X]` project X saw it on a card,
//! `[code: X]` working software X does it so, `[fix]` checked on published dumps of test cards, `[run]` seen in a client's
//! log, `[doc]` a public document, `[law]` a general rule, `[guess]` ours. Nothing here was compared with a real card.
//!
//! # What is not simulated yet
//!
//! | what | answer |
//! |---|---|
//! | driving licence and municipal applications | `6A82` |
//! | 住基AP: what is behind its PIN | not there |
//! | EXTERNAL AUTHENTICATE | `6985` |
//! | `80 A2` (terminal certificate; use without a PIN) | `6985`, or [a flow of our own](CardSettings::accepts_terminals) |
//! | secure messaging of commands other than SELECT, VERIFY, READ BINARY | `6882` |
//! | serving a card from a folder of files: [`CardImage`] is written, read and checked | – |
//! | on the virtual reader: faults other than removal, a control command, two cards in one process | – |
//! | latency | none |
//! | fonts: images of name and address show code points | a PNG of the right size |
//!
//! A changed PIN is forgotten with the process; only counters are kept. Challenges and salts are repeatable, not random.
//! Files of which only the kind is known hold values of ours: the objects `0042`, `0045` and
//! `0066`, the key names of 共通カードAP and 住基AP, DF43 and DF35 of the basic information.

#![warn(clippy::indexing_slicing)]

mod application;
mod bitmap;
mod card;
pub mod check;
mod command;
mod counters;
mod error;
mod fault;
mod file;
mod image;
mod mutant;
mod oaep;
mod persona;
mod photo;
pub mod pipe;
pub mod pki;
mod pss;
mod reference;
mod security;
mod service;
mod session;
mod settings;
pub mod state;
mod stream;
mod transport;
pub mod vpcd;

pub use card::SimulatedCard;
pub use counters::Counters;
pub use error::SimError;
pub use fault::{FaultPlan, FaultPlanError, FaultyCard};
pub use image::{CardImage, ImageError};
pub use mutant::{Mutant, UnknownMutant};
pub use persona::{CertificateState, Eligibility, Persona, PersonaError, PersonaFault};
pub use reference::Reference;
pub use service::{ServiceSetupError, SimulatedService};
pub use settings::{Atr, AtrBytes, CardProfile, CardSettings};
pub use transport::SimTransport;

#[cfg(test)]
mod tests;
