#![doc = include_str!("../README.md")]
#![cfg_attr(
    not(all(feature = "check", feature = "folder", feature = "state", feature = "vpcd")),
    allow(rustdoc::broken_intra_doc_links, reason = "the page tells of every feature")
)]
#![warn(clippy::indexing_slicing)]

mod application;
mod atr;
mod bitmap;
mod card;
#[cfg(feature = "check")]
pub mod check;
mod codes;
mod command;
mod counters;
mod error;
mod file;
#[cfg(feature = "folder")]
mod folder;
mod hexadecimal;
mod identity;
mod image;
mod kept;
mod mutant;
mod oaep;
mod object;
mod persona;
mod photo;
mod pins;
pub mod pipe;
pub mod pki;
mod pss;
mod reference;
mod security;
mod session;
mod settings;
#[cfg(feature = "state")]
pub mod state;
mod stream;
mod transport;
#[cfg(feature = "vpcd")]
pub mod vpcd;

pub use atr::{Atr, AtrBytes, AtrError};
pub use card::SimulatedCard;
pub use codes::SIM_CODES;
pub use counters::Counters;
pub use error::SimError;
#[cfg(feature = "folder")]
pub use folder::{CardFolder, DESCRIPTION, FolderError};
pub use identity::SimulatedIdentity;
pub use image::{CardImage, ImageError};
pub use kept::{CardState, NotKept};
pub use mutant::{Mutant, UnknownMutant};
pub use myna_calendar::Date;
pub use persona::{CertificateState, Persona, PersonaError, PersonaFault, ServiceTable};
pub use reference::Reference;
pub use settings::{CardProfile, CardSettings};
pub use transport::SimTransport;

pub use myna_transport::{FaultPlan, FaultPlanError, Latency};

#[cfg(test)]
mod tests;
