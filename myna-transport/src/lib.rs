#![doc = include_str!("../README.md")]

mod address;
mod async_card;
mod card;
mod error;
mod host;
#[cfg(feature = "pcsc")]
pub mod pcsc;
mod transport;
mod wrap;

pub use address::{CardAddress, CardAddressError};
pub use async_card::{AsyncCard, AsyncTransport};
pub use card::{Card, CardError};
pub use error::{TRANSPORT_CODES, TransportError, TransportErrorKind};
pub use host::HostTransport;
pub use transport::{Capabilities, Transport};
pub use wrap::{
    Budget, CardPair, Detail, FaultInjector, FaultKind, FaultPlan, FaultPlanError, FaultSequence,
    FaultTarget, InjectedAnswer, InjectedOutcome, Interruption, Latency, Meter, TranscriptEntry,
};
