//! How bytes reach a card.
//!
//! A [`Transport`] carries a command to a card and its response back; it knows nothing of what they mean. [`Card`]
//! runs an [operation](myna_apdu::flow) over one. Backends: PC/SC (feature `pcsc`) and [`HostTransport`], a function
//! of the host program (a phone's NFC session, a socket). [`AsyncCard`] runs the same operations over an
//! [`AsyncTransport`], on any executor. Wrapping transports: [`Meter`] counts,
//! [`FaultInjector`] breaks, by a [`FaultPlan`].
//!
//! ```
//! use myna_apdu::flow::{Flow, OperationError};
//! use myna_apdu::{Command, ExpectedLength};
//! use myna_transport::{Capabilities, Card, HostTransport, Meter};
//!
//! // Any function that takes a command and writes the response will do.
//! let reader = HostTransport::new(Capabilities::default(), |_command: &[u8], response: &mut [u8]| {
//!     response[..4].copy_from_slice(&[0xAA, 0xBB, 0x90, 0x00]);
//!     Ok(4)
//! });
//! let mut card = Card::new(Meter::new(reader));
//! let challenge = card.run(Flow::<_, OperationError>::new(|link| async move {
//!     Ok(link.transmit(&Command::get_challenge(ExpectedLength::MAX_SHORT)).await?.into_data())
//! }))?;
//! assert_eq!(challenge[..], [0xAA, 0xBB]);
//! assert_eq!(card.transport().budget().exchanges, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
