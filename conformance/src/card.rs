//! A card or a reader under test: where it comes from, what may be done to it, and what runs the cases against it.

mod consent;
mod judge;
mod line;
mod mutation;
mod pins;
#[cfg(feature = "pcsc")]
mod reader;
mod runner;
mod signature;
mod source;
mod trouble;

pub use consent::RunConsent;
pub use mutation::{MutantReport, MutationReport};
pub use pins::{PinFault, Pins};
#[cfg(feature = "pcsc")]
pub use reader::ReaderSource;
pub use runner::Runner;
pub use source::{CardSource, SimulatedSource};
