//! ISO 7816-4 for a host and for a card: command and response APDUs with short and extended lengths, BER-TLV, and
//! operations on a card as values.
//!
//! # The four cases of a command
//!
//! ```text
//! case 1    CLA INS P1 P2
//! case 2S   CLA INS P1 P2 Le                               Le 01..FF, 00 = 256
//! case 3S   CLA INS P1 P2 Lc data                          Lc 01..FF
//! case 4S   CLA INS P1 P2 Lc data Le
//! case 2E   CLA INS P1 P2 00 Le Le                         0001..FFFF, 0000 = 65 536
//! case 3E   CLA INS P1 P2 00 Lc Lc data                    0001..FFFF
//! case 4E   CLA INS P1 P2 00 Lc Lc data Le Le
//! response  data SW1 SW2
//! ```
//!
//! Lengths are counted in meaning (256, 65 536); wire bytes exist only inside the encoder.
//!
//! # The codec
//!
//! `no_std`, no `alloc`, no dependency, no `unsafe`, and no panic on any input.
//!
//! ```
//! use myna_apdu::{Command, ExpectedLength, Instruction, Response, StatusWord};
//!
//! let bytes = [0x00, 0xB0, 0x8A, 0x00, 0x00, 0x00, 0x00];
//! let command = Command::parse(&bytes)?;
//! assert_eq!(command.instruction(), Instruction::READ_BINARY);
//! assert_eq!(command.expected(), Some(ExpectedLength::MAX_EXTENDED));
//!
//! let mut buffer = [0; 16];
//! assert_eq!(command.encode_into(&mut buffer)?, &bytes);
//!
//! let response = Response::parse(&[0x30, 0x82, 0x90, 0x00])?;
//! assert_eq!(response.status(), StatusWord::SUCCESS);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Operations (feature `alloc`)
//!
//! What one does with a card is a value that hands out a command, is given the answer, and in the end yields a typed
//! result: see [`flow`]. It holds no reader, no clock and no thread, so a blocking loop, an async loop, a phone's
//! callback or a fuzzer can drive the same one.
//!
//! # Features
//!
//! None is on by default, and none changes what another one gives.
//!
//! | feature | adds |
//! |---|---|
//! | `alloc` | encoding into vectors, PINs as a type, and [operations](crate#operations-feature-alloc) |
//! | `iso7816` | conversions to and from the types of the `iso7816` crate |
//! | `serde` | serialising of what may be kept: [`StatusWord`], identifiers, and what was learned of card and reader |
//! | `arbitrary` | structured input for fuzzing (needs `std`) |
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
pub use status::{Meaning, StatusWord};
