//! What a path and what an answer about revocation have to be, case by case, as data: `paths.toml` and `revocation.toml`.
#![cfg(feature = "x509")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod notation;
mod paths;
mod recipe;
mod revocation;
