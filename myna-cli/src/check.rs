use std::process::ExitCode;

use clap::Args;
use myna_eligibility::{Checked, Message, Terminal};
use myna_jpki::{Jpki, KeyKind, PinPolicy, TriesLeft, UserAuthenticationPin};
use myna_sim::SimulatedService;
use myna_transport::{Budget, Card, Meter, Transport};
use serde::Serialize;

use crate::clock::Now;
use crate::failure::{self, Failure};
use crate::pin::PinSource;
use crate::screen;
use crate::source::{self, CardSource};

/// Exit code 0 only when the eligibility is valid; the others are listed by `myna --help`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where the card is: sim, sim:PERSONA, pcsc or pcsc:READER
    #[arg(long, value_parser = CardSource::parse)]
    card: CardSource,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Read the PIN from standard input (else: environment variable MYNA_PIN, else a prompt)
    #[arg(long)]
    pin_stdin: bool,
    /// Present the PIN even when it is the last try
    #[arg(long)]
    last_try: bool,
    /// Check as of this time in Japan, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss (else: now)
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// A persona file the simulated service shall know besides the built-in ones
    #[arg(long, value_name = "FILE")]
    persona: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    check(arguments).map_err(|failure| failure.in_json(arguments.json))
}

fn check(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let now = Now::new(arguments.at.as_deref())?;
    let mut terminal = log_in(now, &arguments.card, arguments.persona.as_deref())?;
    let source = if arguments.pin_stdin { PinSource::StandardInput } else { PinSource::EnvironmentOrPrompt };
    let policy = if arguments.last_try { PinPolicy::LAST_TRY_ALLOWED } else { PinPolicy::default() };
    let today = now.simulated_day()?;
    // A person may take long, and a reader must not be held meanwhile: ask between two sessions with the card.
    let tries_left = if source.asks() { arguments.card.with_card(today, tries_left)?.0 } else { None };
    let pin = source.read(tries_left)?;
    let (checked, budget) =
        arguments.card.with_card(today, |card| check_card(&mut terminal, card, &pin, policy, now))?;
    let verdict = checked.response.verdict();
    if arguments.json {
        let report = Report::new(&checked, budget);
        let text = serde_json::to_string_pretty(&report)
            .map_err(|error| Failure::other("json", error.to_string()))?;
        outln!("{text}");
    } else {
        out!("{}", screen::result(&checked.response, now.date()?));
        outln!("{}", screen::budget(budget));
    }
    Ok(if verdict.is_valid() { ExitCode::SUCCESS } else { failure::NOT_ELIGIBLE.into() })
}

/// Logs in at the embedded simulated service, which knows the personas given and the built-in ones.
pub(crate) fn log_in(
    now: Now,
    card: &CardSource,
    persona: Option<&str>,
) -> Result<Terminal<SimulatedService>, Failure> {
    let mut service =
        SimulatedService::new().map_err(|error| Failure::other(error.code(), error.to_string()))?;
    let of_card = match card {
        CardSource::Simulated(name) => Some(name.as_str()),
        CardSource::Pcsc(_) => None,
    };
    for name in persona.into_iter().chain(of_card) {
        service.enrol(&source::persona(name)?);
    }
    let credentials =
        SimulatedService::credentials().map_err(|error| Failure::other(error.code(), error.to_string()))?;
    Ok(Terminal::log_in(service, &credentials, now.date_time()?)?)
}

pub(crate) fn check_card(
    terminal: &mut Terminal<SimulatedService>,
    card: &mut Card<Meter<&mut dyn Transport>>,
    pin: &UserAuthenticationPin,
    policy: PinPolicy,
    now: Now,
) -> Result<Checked, Failure> {
    Ok(terminal.check(card, pin, policy, now.date()?, now.date_time()?)?)
}

fn tries_left(card: &mut Card<Meter<&mut dyn Transport>>) -> Result<Option<u8>, Failure> {
    let mut jpki = Jpki::open(card)?;
    Ok(match jpki.tries_left(KeyKind::UserAuthentication)? {
        TriesLeft::Limited(left) => Some(left),
        TriesLeft::Unlimited | TriesLeft::NotReported => None,
    })
}

/// What `--json` prints: the report on the message as `eligibility parse --json` has it, and what the card adds.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    message: myna_eligibility::Report,
    valid: bool,
    tries_left_before: Option<u8>,
    certificate: CertificateReport,
    budget: Budget,
}

/// Of the certificate, what the staff needs; its serial number names a person.
#[derive(Serialize)]
struct CertificateReport {
    bytes: usize,
    not_before: u64,
    not_after: u64,
}

impl Report {
    fn new(checked: &Checked, budget: Budget) -> Self {
        let message = Message::Answer(Box::new(checked.response.clone()));
        let warnings = message.warnings();
        Self {
            message: myna_eligibility::Report::new(&message, warnings),
            valid: checked.response.verdict().is_valid(),
            tries_left_before: match checked.tries_before {
                TriesLeft::Limited(left) => Some(left),
                TriesLeft::Unlimited | TriesLeft::NotReported => None,
            },
            certificate: CertificateReport {
                bytes: checked.certificate.as_der().len(),
                not_before: checked.certificate.not_before().0,
                not_after: checked.certificate.not_after().0,
            },
            budget,
        }
    }
}
