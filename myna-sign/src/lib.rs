#![doc = include_str!("../README.md")]
#![warn(clippy::indexing_slicing)]

pub mod pdf;
