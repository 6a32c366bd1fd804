use std::fs::File;
use std::io::{LineWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use myna_sim::state::StateFile;
use myna_sim::vpcd::{self, Removal};
use myna_sim::{Atr, Persona, SimulatedCard};
use myna_transport::{Detail, TranscriptEntry};

use crate::clock::Now;
use crate::failure::Failure;
use crate::source;

#[derive(Args)]
pub(crate) struct Arguments {
    /// A built-in persona or a persona file
    #[arg(long, default_value = "default")]
    persona: String,
    /// The day on which the card is made, YYYY-MM-DD; its certificates count from it (else: today)
    #[arg(long, value_name = "DAY")]
    at: Option<String>,
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

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let persona = source::persona(&arguments.persona)?;
    let mut settings = persona.settings();
    match arguments.atr {
        Some(AtrChoice::Contact) => settings.atr = Atr::Contact,
        Some(AtrChoice::Contactless) => settings.atr = Atr::Contactless,
        None => {}
    }
    settings.extended_length &= !arguments.no_extended_length;
    settings.short_identifiers &= !arguments.no_short_identifiers;
    let mut card =
        SimulatedCard::with_settings(&persona, Now::new(arguments.at.as_deref())?.simulated_day()?, settings)
            .map_err(|error| Failure::other(error.code(), error.to_string()))?;
    if let Some(path) = &arguments.state {
        let state = StateFile::open(path).map_err(|error| Failure::other(error.code(), error.to_string()))?;
        card.attach_state(state);
    }
    let mut trace = match &arguments.trace {
        Some(path) => {
            let file = File::create(path)
                .map_err(|error| Failure::usage(format!("--trace {}: {error}", path.display())))?;
            Some(LineWriter::new(file))
        }
        None => None,
    };
    let mut on_exchange = |command: &[u8], answer: &[u8]| {
        if let Some(trace) = &mut trace {
            // Every datum of a simulated card is fictional, so data may be shown; PINs never are.
            let entry = TranscriptEntry::new(command, answer, Detail::Data);
            let line = serde_json::to_string(&entry).unwrap_or_default();
            if let Err(error) = writeln!(trace, "{line}") {
                eprintln!("myna: the trace cannot be written: {error}");
            }
        }
    };
    let address = format!("{}:{}", arguments.host, arguments.port);
    let (remove_at, removal) = match (arguments.remove_at, arguments.remove_after) {
        (Some(at), _) => (Some(at), Removal::BeforeProcessing),
        (None, after) => (after, Removal::AfterProcessing),
    };
    eprintln!(
        "myna: 模擬カード「{}」を {address} の仮想リーダーに置きます / simulated card on the virtual reader",
        persona.name()
    );
    let options = vpcd::Options {
        on_exchange: Some(&mut on_exchange),
        reconnect: true,
        remove_at,
        removal,
        ..vpcd::Options::default()
    };
    vpcd::serve(address, &mut card, options)
        .map_err(|error| Failure::other(error.code(), error.to_string()))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn persona(arguments: &PersonaArguments) -> Result<ExitCode, Failure> {
    match &arguments.name {
        Some(name) => out!("{}", source::persona(name)?.to_toml()),
        None => {
            for name in Persona::built_in_names() {
                outln!("{name}\t{}", source::persona(name)?.summary());
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
