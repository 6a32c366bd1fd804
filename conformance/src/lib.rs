#![doc = include_str!("../README.md")]
#![warn(clippy::indexing_slicing)]

mod card;
pub mod catalogue;
mod codes;
mod ics;
pub mod report;

#[cfg(feature = "pcsc")]
pub use card::ReaderSource;
pub use card::{CardSource, Consent, MutantReport, MutationReport, PinFault, Pins, Runner, SimulatedSource};
pub use catalogue::{Catalogue, CatalogueError, PinName};
pub use codes::CONFORMANCE_CODES;
pub use ics::{Application, Environment, Ics, IcsError, Role};
pub use report::{Report, Verdict};
