//! A simulated My Number Card, its test PKI, and a simulated eligibility service

#![warn(clippy::indexing_slicing)]

mod application;
mod card;
mod command;
mod counters;
mod error;
mod file;
mod mutant;
mod persona;
pub mod pki;
mod pss;
mod reference;
mod security;
mod settings;
pub mod state;
mod stream;
mod transport;
pub mod vpcd;

pub use card::SimulatedCard;
pub use counters::Counters;
pub use error::SimError;
pub use mutant::{Mutant, UnknownMutant};
pub use persona::{CertificateState, Eligibility, Persona, PersonaError, PersonaFault};
pub use reference::Reference;
pub use settings::{Atr, CardSettings};
pub use transport::SimTransport;

#[cfg(test)]
mod tests {}
