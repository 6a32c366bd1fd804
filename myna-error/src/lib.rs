#![doc = include_str!("../README.md")]
#![no_std]

#[cfg(feature = "std")]
extern crate std;

mod attempt;
mod diagnostic;
mod entry;
mod message;
#[cfg(feature = "std")]
mod system;

pub use attempt::{Attempt, Spent};
pub use diagnostic::{Diagnostic, unknown_detail};
pub use entry::{Blame, Entry, Flaw, Language, Retry, Sentence, flaws};
pub use message::{ErrorMessage, english, japanese};
#[cfg(feature = "std")]
pub use system::system_reason;
