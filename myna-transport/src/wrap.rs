//! Transports around a transport, and what they speak of.

mod fault;
mod latency;
mod meter;
mod swap;
mod transcript;

pub use fault::{
    FaultInjector, FaultKind, FaultPlan, FaultPlanError, FaultSequence, FaultTarget, InjectedAnswer,
    InjectedOutcome, Interruption,
};
pub use latency::Latency;
pub use meter::{Budget, Meter};
pub use swap::CardPair;
pub use transcript::{Detail, TranscriptEntry};
