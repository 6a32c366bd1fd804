#![doc = include_str!("../README.md")]
#![no_std]
#![warn(clippy::indexing_slicing, clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

extern crate alloc;

mod age;
mod date;
mod date_time;
mod era;
mod error;
#[cfg(feature = "serde")]
mod serde;

pub use age::{
    certificate_until, elderly_certificate_from, fifth_birthday_after, later_stage_from, preschool_until,
};
pub use date::{Date, DateDigits, Month};
pub use date_time::{DateTime, UnixTime};
pub use era::Era;
pub use error::{CALENDAR_CODES, DateError};
