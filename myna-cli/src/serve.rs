use std::fs::File;
use std::io::{LineWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use clap::Args;
use myna_sim::vpcd::{self, Control, Removal, VpcdError};
use myna_sim::{Atr, FaultPlan, Mutant, Persona, SimulatedCard};
use myna_transport::{Detail, TranscriptEntry};

use crate::clock::Now;
use crate::codes;
use crate::failure::Failure;
use crate::simulated::{Simulated, attach_state, fault_plan};
use crate::source;

#[derive(Args)]
pub(crate) struct Arguments {
    /// One card for the first slot, or two for both: built-in personas, persona files, folders of a card
    #[arg(value_name = "CARD", default_value = "default", num_args = 1..=2)]
    cards: Vec<String>,
    /// The day on which the cards are made, YYYY-MM-DD; a persona's certificates count from it (else: today)
    #[arg(long, value_name = "DAY")]
    at: Option<String>,
    /// Keep PIN counters and changed PINs in this file; a second time for the second card
    #[arg(long, value_name = "FILE")]
    state: Vec<PathBuf>,
    /// Write every exchange to this file as a line of JSON, without PINs; a second time for the second card
    #[arg(long, value_name = "FILE")]
    trace: Vec<PathBuf>,
    /// Answer to reset: contact, contactless, or the bytes in hexadecimal (else: what the card says)
    #[arg(long)]
    atr: Option<Atr>,
    /// Refuse extended length fields
    #[arg(long)]
    no_extended_length: bool,
    /// Refuse short file identifiers
    #[arg(long)]
    no_short_identifiers: bool,
    /// Where vpcd listens
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// The first slot's port; the second's is the next
    #[arg(long, default_value_t = vpcd::DEFAULT_PORT)]
    port: u16,
    /// What goes wrong at which command of each card: see `myna sim pipe --help`
    #[arg(long, value_name = "PLAN", value_parser = fault_plan, default_value = "")]
    faults: FaultPlan,
    /// Break this rule: a name such as forgets-to-decrement
    #[arg(long, value_name = "NAME")]
    mutant: Option<Mutant>,
    /// Be pulled once, before this command is carried out (counted from 1)
    #[arg(long, value_name = "N", conflicts_with = "remove_after")]
    remove_at: Option<u32>,
    /// Be pulled once, after this command is carried out and before it is answered
    #[arg(long, value_name = "N")]
    remove_after: Option<u32>,
    /// Where to listen to `myna sim control` (else: $XDG_RUNTIME_DIR/myna/sim, if that is set)
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct PersonaArguments {
    /// Print this persona as a file; without a name the names are listed
    name: Option<String>,
}

/// Everything is read and opened before the first card is put on a reader.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    for (option, files) in [("--state", &arguments.state), ("--trace", &arguments.trace)] {
        if files.len() > arguments.cards.len() {
            return Err(Failure::usage(&codes::MORE_THAN_CARDS, &[("option", &option)]));
        }
        if let [first, second] = files.as_slice()
            && first == second
        {
            return Err(Failure::usage(&codes::ONE_FILE_EACH, &[("option", &option)]));
        }
    }
    let today = Now::new(arguments.at.as_deref())?.date()?;
    let mut slots = Vec::new();
    for (number, name) in (0_u16..).zip(&arguments.cards) {
        let mut card = Simulated::find(name)?.into_card(today)?;
        arguments.adjust(&mut card);
        if let Some(path) = arguments.state.get(usize::from(number)) {
            attach_state(&mut card, path)?;
        }
        let trace = arguments.trace.get(usize::from(number)).map(|path| open_trace(path)).transpose()?;
        let port = arguments.port.checked_add(number);
        let port = port.ok_or_else(|| Failure::usage(&codes::NO_PORT, &[]))?;
        slots.push(Slot { name, card, trace, address: format!("{}:{port}", arguments.host) });
    }
    let controls: Arc<[Control]> = slots.iter().map(|_| Control::new()).collect();
    listen_to_control(arguments.socket.as_deref(), &controls)?;
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let serving: Vec<_> = slots
            .into_iter()
            .zip(controls.iter())
            .map(|(slot, control)| scope.spawn(|| slot.serve(arguments, control, &stop)))
            .collect();
        // One that ends, ends by an error, and then the others do too.
        let mut result = Ok(ExitCode::SUCCESS);
        for slot in serving {
            match slot.join() {
                Ok(Ok(())) => {}
                Ok(Err(error)) => result = Err(Failure::of(&error, crate::failure::OTHER)),
                Err(_) => result = Err(Failure::other(&codes::CARD_STOPPED, &[])),
            }
        }
        result
    })
}

impl Arguments {
    fn adjust(&self, card: &mut SimulatedCard) {
        let mut settings = card.settings();
        settings.atr = self.atr.unwrap_or(settings.atr);
        settings.extended_length &= !self.no_extended_length;
        settings.short_identifiers &= !self.no_short_identifiers;
        settings.mutant = self.mutant.or(settings.mutant);
        card.set_settings(settings);
    }
}

/// A card and where it goes.
struct Slot<'a> {
    name: &'a str,
    card: SimulatedCard,
    trace: Option<LineWriter<File>>,
    address: String,
}

impl Slot<'_> {
    fn serve(self, arguments: &Arguments, control: &Control, stop: &AtomicBool) -> Result<(), VpcdError> {
        let Self { name, mut card, mut trace, address } = self;
        eprintln!(
            "myna: 模擬カード「{name}」を {address} の仮想リーダーに置きます / simulated card on the virtual reader"
        );
        let mut on_exchange = |command: &[u8], answer: &[u8]| {
            if let Some(trace) = &mut trace {
                // Every datum of a simulated card is fictional, so data may be shown; PINs never are.
                let entry = TranscriptEntry::new(command, answer, Detail::Data);
                let line = serde_json::to_string(&entry).unwrap_or_default();
                if let Err(error) = writeln!(trace, "{line}") {
                    Failure::other(&codes::OUTPUT, &[("file", &"--trace"), ("reason", &error)]).warn();
                }
            }
        };
        let (remove_at, removal) = match (arguments.remove_at, arguments.remove_after) {
            (Some(at), _) => (Some(at), Removal::BeforeProcessing),
            (None, after) => (after, Removal::AfterProcessing),
        };
        let options = vpcd::Options {
            on_exchange: Some(&mut on_exchange),
            stop: Some(stop),
            reconnect: true,
            remove_at,
            removal,
            faults: arguments.faults.clone(),
            control: Some(control),
            ..vpcd::Options::default()
        };
        let end = vpcd::serve(address, &mut card, options);
        stop.store(true, Ordering::Relaxed);
        end.map(|_| ())
    }
}

fn open_trace(path: &Path) -> Result<LineWriter<File>, Failure> {
    let file = File::create(path).map_err(|error| Failure::named_file(&codes::OUTPUT, path, &error))?;
    Ok(LineWriter::new(file))
}

/// In a thread that ends with the process.
#[cfg(unix)]
fn listen_to_control(path: Option<&Path>, controls: &Arc<[Control]>) -> Result<(), Failure> {
    let Some((socket, path)) = crate::control::ControlSocket::open(path)? else { return Ok(()) };
    eprintln!("myna: myna sim control --socket {}", path.display());
    let controls = Arc::clone(controls);
    thread::spawn(move || socket.serve(&controls));
    Ok(())
}

#[cfg(not(unix))]
fn listen_to_control(path: Option<&Path>, _: &Arc<[Control]>) -> Result<(), Failure> {
    match path {
        Some(_) => Err(Failure::usage(&codes::NO_SOCKETS, &[])),
        None => Ok(()),
    }
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
