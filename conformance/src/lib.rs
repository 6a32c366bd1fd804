//! Conformance cases for My Number Cards, readers and simulators.
//!
//! A [catalogue] of rules as data; a [statement](Ics) of what the card under test is and can do; a [runner](Runner) over
//! any [`CardSource`]; a [report](Report) as a table, JSON or JUnit XML.
//!
//! ```
//! use myna_conformance::{Catalogue, Ics, Pins, Runner, SimulatedSource};
//! use myna_sim::Persona;
//!
//! let persona = Persona::built_in("default").ok_or("no such persona")?;
//! let (catalogue, ics) = (Catalogue::built_in()?, Ics::parse(Ics::SIMULATED)?);
//! let pins = Pins::of_persona(&persona)?;
//! let mut card = SimulatedSource::new(persona.clone(), persona.settings())?;
//! let report = Runner::new(&catalogue, &ics, &pins).only(["FS.READ"]).run(&mut card)?;
//! assert!(report.is_good(), "{report}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! On a real card nothing but reading happens without [`Consent`]. Who tests the tests? [`MutationReport`]: every card
//! that is wrong in one way has to fail a case.
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
