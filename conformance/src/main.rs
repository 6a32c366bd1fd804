//! `myna-conformance`: runs the catalogue against a card and writes reports.

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use myna_conformance::catalogue::Danger;
use myna_conformance::{
    CardSource, Catalogue, Ics, IcsError, MutationReport, Pins, RunConsent, RunReport, Runner,
    SimulatedSource,
};
use myna_sim::{Mutant, Persona};
use myna_transport::CardAddress;

/// Conformance cases for My Number Cards, readers and simulators.
///
/// Exit code: 0 every case that applied passed, 1 some did not, 2 the run itself failed, 3 the ICS is refused.
#[derive(Parser)]
#[command(name = "myna-conformance")]
struct CommandLine {
    #[command(subcommand)]
    job: Job,
}

#[derive(Subcommand)]
enum Job {
    /// Lists the cases.
    List {
        /// Only cases below these prefixes, such as PIN or FS.READ.
        prefixes: Vec<String>,
    },
    /// Runs cases against a card. PINs of a real card come from the environment: see conformance/README.md.
    Run {
        /// Only cases below these prefixes, such as PIN or FS.READ.
        prefixes: Vec<String>,
        /// sim, sim:PERSONA, pcsc or pcsc:READER.
        #[arg(long)]
        card: String,
        /// The statement about the card (TOML). Without it, the one of the simulated card.
        #[arg(long)]
        ics: Option<PathBuf>,
        /// Makes the simulated card break this rule.
        #[arg(long)]
        mutant: Option<Mutant>,
        /// What may be done to a real card beyond reading; may be given several times.
        #[arg(long, value_enum)]
        consent: Vec<ConsentTo>,
        /// Writes the report as JSON.
        #[arg(long)]
        json: Option<PathBuf>,
        /// Writes the report as JUnit XML.
        #[arg(long)]
        junit: Option<PathBuf>,
    },
    /// Runs every card that breaks one rule, and tells which cases caught it.
    Mutants,
}

/// What one can agree to. Nothing irreversible: that is for simulated cards.
#[derive(Clone, Copy, ValueEnum)]
enum ConsentTo {
    PresentsPin,
    SpendsTry,
    ChangesState,
}

type Failure = Box<dyn Error + Send + Sync>;

const FAILED: u8 = 1;
const HARNESS_ERROR: u8 = 2;
const ICS_REFUSED: u8 = 3;

fn main() -> ExitCode {
    match do_job(CommandLine::parse().job) {
        Ok(code) => code,
        Err(failure) => {
            // Nobody may be there to read it.
            let _ = writeln!(io::stderr(), "myna-conformance: {failure}");
            ExitCode::from(if failure.is::<IcsError>() { ICS_REFUSED } else { HARNESS_ERROR })
        }
    }
}

fn do_job(job: Job) -> Result<ExitCode, Failure> {
    let catalogue = Catalogue::built_in()?;
    match job {
        Job::List { prefixes } => {
            check_prefixes(&catalogue, &prefixes)?;
            list(&catalogue, &prefixes)?;
            Ok(ExitCode::SUCCESS)
        }
        Job::Run { prefixes, card, ics, mutant, consent, json, junit } => {
            check_prefixes(&catalogue, &prefixes)?;
            let (mut source, pins) = open(&card, mutant)?;
            let ics = match ics {
                Some(path) => Ics::parse(&read(&path)?)?,
                None if source.is_simulated() => Ics::parse(Ics::SIMULATED)?,
                None => {
                    return Err("a real card needs --ics FILE: copy conformance/ics/simulated.toml".into());
                }
            };
            let consent: RunConsent = consent.into_iter().map(ConsentTo::danger).collect();
            let runner = Runner::new(&catalogue, &ics, &pins).only(prefixes).with_consent(consent);
            let report = runner.run(source.as_mut())?;
            write!(io::stdout(), "{report}")?;
            if let Some(path) = json {
                write(&path, &report.to_json()?)?;
            }
            if let Some(path) = junit {
                write(&path, &report.to_junit())?;
            }
            Ok(exit_code(&report))
        }
        Job::Mutants => {
            let report = MutationReport::run(&catalogue, &Ics::parse(Ics::SIMULATED)?, &persona("default")?)?;
            write!(io::stdout(), "{report}")?;
            Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
        }
    }
}

fn exit_code(report: &RunReport) -> ExitCode {
    if report.is_good() {
        ExitCode::SUCCESS
    } else if report.summary.harness_error > 0 {
        ExitCode::from(HARNESS_ERROR)
    } else {
        ExitCode::from(FAILED)
    }
}

fn list(catalogue: &Catalogue, prefixes: &[String]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    for case in catalogue.cases() {
        if prefixes.is_empty() || prefixes.iter().any(|prefix| case.id.is_below(prefix)) {
            let (level, danger) = (case.level.as_str(), case.danger.as_str());
            writeln!(out, "{:<20} {level:<6} {danger:<12} {}", case.id.as_str(), case.title)?;
        }
    }
    Ok(())
}

/// A prefix that selects nothing is a slip, and must not look like a run in which all went well.
fn check_prefixes(catalogue: &Catalogue, prefixes: &[String]) -> Result<(), Failure> {
    match prefixes.iter().find(|prefix| !catalogue.cases().any(|case| case.id.is_below(prefix))) {
        Some(prefix) => Err(format!("no case is below {prefix}").into()),
        None => Ok(()),
    }
}

fn open(card: &str, mutant: Option<Mutant>) -> Result<(Box<dyn CardSource>, Pins), Failure> {
    let address = card.parse().map_err(|error| format!("--card {card}: {error}"))?;
    match (address, mutant) {
        (CardAddress::Simulated(name), _) => {
            let persona = persona(name.as_deref().unwrap_or("default"))?;
            let mut settings = persona.settings();
            settings.mutant = mutant.or(settings.mutant);
            let pins = Pins::of_persona(&persona)?;
            Ok((Box::new(SimulatedSource::new(persona, settings)?), pins))
        }
        (_, Some(_)) => Err("--mutant is for the simulated card".into()),
        (CardAddress::Pcsc(name), None) => Ok((open_reader(name)?, Pins::from_environment()?)),
        (address, None) => Err(format!("--card {address}: no card to run cases against").into()),
    }
}

#[cfg(feature = "pcsc")]
#[expect(clippy::unnecessary_wraps, reason = "without the feature it fails")]
fn open_reader(name: Option<String>) -> Result<Box<dyn CardSource>, Failure> {
    Ok(Box::new(myna_conformance::ReaderSource::new(name)))
}

#[cfg(not(feature = "pcsc"))]
fn open_reader(_: Option<String>) -> Result<Box<dyn CardSource>, Failure> {
    Err("this build has no PC/SC: build again with --features pcsc".into())
}

/// A built-in persona by name, or one from a file.
fn persona(name: &str) -> Result<Persona, Failure> {
    match Persona::built_in(name) {
        Some(persona) => Ok(persona),
        None if name.ends_with(".toml") => Ok(Persona::from_toml(&read(&PathBuf::from(name))?)?),
        None => {
            let names = Persona::built_in_names().join(", ");
            Err(format!("no persona {name}: give a .toml file or one of {names}").into())
        }
    }
}

fn read(path: &PathBuf) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn write(path: &PathBuf, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()).into())
}

impl ConsentTo {
    const fn danger(self) -> Danger {
        match self {
            Self::PresentsPin => Danger::PresentsPin,
            Self::SpendsTry => Danger::SpendsTry,
            Self::ChangesState => Danger::ChangesState,
        }
    }
}
