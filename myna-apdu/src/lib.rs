#![doc = include_str!("../README.md")]
#![no_std]
#![warn(clippy::indexing_slicing, clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

#[cfg(any(feature = "alloc", test))]
extern crate alloc;

#[cfg(feature = "arbitrary")]
extern crate std;

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod codes;
mod command;
mod file;
#[cfg(feature = "alloc")]
pub mod flow;
mod instruction;
#[cfg(feature = "iso7816")]
mod iso7816;
mod ready;
mod response;
#[cfg(feature = "alloc")]
mod secret;
mod status;
pub mod tlv;

pub use codes::APDU_CODES;
#[cfg(feature = "alloc")]
pub use codes::FLOW_CODES;
pub use command::{Chain, Command, CommandError, ExpectedLength, ExpectedLengthError, LengthForm};
pub use file::{ApplicationIdentifier, FileIdentifier, ShortFileIdentifier};
pub use instruction::{Class, ClassRange, Instruction, SecureMessaging};
pub use ready::{Key, Occurrence, SelectReply, SignatureInput};
pub use response::{Response, ResponseError};
#[cfg(feature = "alloc")]
pub use secret::{Pin, PinLengthError};
pub use status::{StatusMeaning, StatusWord};
