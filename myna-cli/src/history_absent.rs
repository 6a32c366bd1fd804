//! Stands in for `history` in a build without SQLite.

use std::convert::Infallible;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use myna_eligibility::EligibilityResponse;
use myna_terminal::IdentityMode;

use crate::clock::Now;
use crate::codes;
use crate::failure::Failure;

#[derive(Subcommand)]
#[command(after_help = "Not in this build: build again with `--features history`.")]
pub(crate) enum Command {
    #[command(external_subcommand)]
    Any(#[expect(dead_code, reason = "the parser needs a place for the words")] Vec<OsString>),
}

pub(crate) fn run(_: &Command) -> Result<ExitCode, Failure> {
    Err(without_history())
}

#[derive(Args)]
pub(crate) struct Recording {
    /// Record the result in this store (not in this build)
    #[arg(long, value_name = "STORE", hide = true)]
    history: Option<OsString>,
}

impl Recording {
    pub(crate) fn open(&self) -> Result<Option<Infallible>, Failure> {
        if self.history.is_some() { Err(without_history()) } else { Ok(None) }
    }
}

pub(crate) fn record(
    _: Option<Infallible>,
    _: &EligibilityResponse,
    _: IdentityMode,
    _: Now,
) -> Result<(), Failure> {
    Ok(())
}

fn without_history() -> Failure {
    Failure::usage(&codes::NO_HISTORY, &[])
}
