use std::cell::RefCell;
use std::fs::File;
use std::io::{LineWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use myna_sim::{Atr, CardSettings, Persona, SimulatedCard, StateFile, vpcd};
use myna_transport::{Detail, TranscriptEntry};

use crate::clock::Now;
use crate::failure::Failure;
use crate::source;

#[derive(Args)]
pub(crate) struct Arguments {
    /// A built-in persona or a persona file
    #[arg(long, default_value = "default")]
    persona: String,
    /// Keep the PIN counters in this file
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Write every exchange to this file as a line of JSON, without PINs
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Answer to reset (else: what the persona says)
    #[arg(long)]
    atr: Option<AtrChoice>,
    /// Refuse extended length fields
    #[arg(long)]
    no_extended_length: bool,
    /// Refuse short file identifiers
    #[arg(long)]
    no_short_identifiers: bool,
    /// Where vpcd listens
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// The slot's port: 35963 for the first, 35964 for the second
    #[arg(long, default_value_t = 35963)]
    port: u16,
    /// Be pulled once, before this command is carried out (counted from 1)
    #[arg(long, value_name = "N", conflicts_with = "remove_after")]
    remove_at: Option<u32>,
    /// Be pulled once, after this command is carried out and before it is answered
    #[arg(long, value_name = "N")]
    remove_after: Option<u32>,
}

#[derive(Args)]
pub(crate) struct PersonaArguments {
    /// Print this persona as a file; without a name the names are listed
    name: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum AtrChoice {
    Contact,
    Contactless,
}

pub(crate) fn persona(arguments: &PersonaArguments) -> Result<ExitCode, Failure> {
    match &arguments.name {
        Some(name) => print!("{}", source::persona(name)?.to_toml()),
        None => Persona::built_in_names().iter().for_each(|name| println!("{name}")),
    }
    Ok(ExitCode::SUCCESS)
}
