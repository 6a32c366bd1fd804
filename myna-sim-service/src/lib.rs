#![doc = include_str!("../README.md")]
#![warn(clippy::indexing_slicing)]

mod answer;
mod bulk;
mod challenges;
mod codes;
mod insurance;
mod insured;
mod outcome;
mod registry;
mod responder;
mod service;

pub use challenges::{ChallengeStore, ChallengesInMemory, OpenChallenge};
pub use codes::SIM_SERVICE_CODES;
pub use insurance::Insurance;
pub use outcome::{SimulatedOutcome, UnknownOutcome};
pub use responder::{FolderResponder, ResponderError, ResponderSettings};
pub use service::{ServiceSetupError, SimulatedService};
