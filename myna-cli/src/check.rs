use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use myna_apdu::flow::{Reached, Support};
use myna_eligibility::{HtmlPage, Message, warnings};
use myna_jpki::{CardIdentity, KeyKind, PinPolicy, TriesLeft, operation};
use myna_sim::Persona;
use myna_sim_service::{SimulatedOutcome, SimulatedService};
use myna_terminal::{
    CheckError, CheckPlan, CheckQuestion, CheckReply, Checked, DeviceCapabilities, IdentityMode,
    ReadingSession, SessionError, SessionEvent, SessionRules, Terminal,
};
use myna_transport::{Budget, Card, Meter, Transport};
use serde::Serialize;

use crate::card_face;
use crate::clock::Now;
use crate::codes;
use crate::failure::{self, Failure};
use crate::history;
use crate::output;
use crate::pin::{self, PinSource};
use crate::private_file::write_private;
use crate::screen;
use crate::simulated::Simulated;
use crate::source::{self, CardSource};

/// Exit code 0 only when the eligibility is valid; the others are listed by `myna --help`.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    card: CardSource,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Read the PIN from standard input (else: environment variable MYNA_PIN, else a prompt)
    #[arg(long)]
    pin_stdin: bool,
    /// Present the PIN, or 照合番号B, even when it is the last try
    #[arg(long)]
    last_try: bool,
    /// Check as of this time in Japan, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss (else: now)
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// A persona file the simulated service shall know besides the built-in ones
    #[arg(long, value_name = "FILE")]
    persona: Option<String>,
    #[command(flatten)]
    recording: history::Recording,
    /// Check the identity by eye instead of by PIN (目視確認): staff compares the patient's face with the card's photo
    #[arg(long)]
    visual: bool,
    /// Go over to the check by eye when the PIN is locked
    #[arg(long, conflicts_with = "visual")]
    visual_if_locked: bool,
    #[command(flatten)]
    card_face: card_face::Reading,
    /// For the check by eye: staff has compared, and the face is the photo's (else: a question)
    #[arg(long)]
    face_agrees: bool,
    /// Have the simulated service end the check in this way, such as pending, no-match or out-of-service
    #[arg(long, value_name = "OUTCOME", default_value_t, hide_default_value = true)]
    outcome: SimulatedOutcome,
    /// Also write the result as a page to be printed
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

impl Arguments {
    fn policy(&self) -> PinPolicy {
        if self.last_try { PinPolicy::LAST_TRY_ALLOWED } else { PinPolicy::default() }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    check(arguments).map_err(|failure| failure.in_json(arguments.json))
}

fn check(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let now = Now::new(arguments.at.as_deref())?;
    let by_eye_perhaps = arguments.visual || arguments.visual_if_locked;
    if !by_eye_perhaps && (arguments.face_agrees || arguments.card_face.is_wanted()) {
        return Err(Failure::usage(&codes::BY_EYE_ONLY, &[]));
    }
    // What cannot be recorded is told before a card is touched.
    let recorder = arguments.recording.open()?;
    let persona = arguments.persona.as_deref();
    let mut terminal = log_in_where(now, &arguments.card, persona, arguments.outcome)?;
    let mut seen = None;
    let by_pin = match arguments.visual {
        true => None,
        false => match by_pin(arguments, &mut terminal, now, &mut seen) {
            Err(failure) if failure.is_pin_blocked() && arguments.visual_if_locked => {
                failure.warn();
                None
            }
            result => Some(result?),
        },
    };
    let (checked, budget, mode, card_face) = match by_pin {
        Some((checked, budget)) => (checked, budget, IdentityMode::Pin, None),
        None => {
            let (checked, budget, told) = by_eye(arguments, &mut terminal, now, seen)?;
            (checked, budget, IdentityMode::Visual, told)
        }
    };
    let verdict = checked.response.verdict();
    if let Some(file) = &arguments.html {
        let message = Message::Answer(Box::new(checked.response.clone()));
        let mut page = HtmlPage::new();
        page.add(&message, &warnings(&checked.response));
        write_private(file, page.finish().as_bytes())?;
    }
    if arguments.json {
        let report = Report::new(&checked, budget, mode, card_face);
        let text = serde_json::to_string_pretty(&report).map_err(|error| output::no_form(&error))?;
        outln!("{}", output::quiet(&text));
    } else {
        out!("{}", screen::result(&checked.response, now.date()?));
        outln!("{}", screen::budget(budget));
    }
    // The result stands, and was shown: only the exit code tells that it was not recorded.
    if let Err(failure) = history::record(recorder, &checked.response, mode, now) {
        return Ok(failure.report());
    }
    Ok(if verdict.is_valid() { ExitCode::SUCCESS } else { failure::NOT_ELIGIBLE.into() })
}

/// Mode B: the patient types the PIN. Which card it was for is told, where a person is asked or asked next.
fn by_pin(
    arguments: &Arguments,
    terminal: &mut Terminal<SimulatedService>,
    now: Now,
    seen: &mut Option<CardIdentity>,
) -> Result<(Checked, Budget), Failure> {
    let source = if arguments.pin_stdin { PinSource::StandardInput } else { PinSource::EnvironmentOrPrompt };
    let policy = arguments.policy();
    let (today, at) = (now.date()?, now.date_time()?);
    let mut look = || {
        let (found, _) = arguments.card.with_card(today, look)?;
        *seen = Some(found.card);
        Ok::<_, Failure>(found.pin)
    };
    // A person may take long, and a reader must not be held meanwhile: ask between two holds on the card.
    let tries_left = if source.asks() { look()?? } else { None };
    let pin = source.read(tries_left)?;
    if arguments.visual_if_locked && !source.asks() {
        let _ = look()?;
    }
    let plan = CheckPlan::by_pin(today, &pin, policy);
    let plan = seen.iter().cloned().fold(plan, CheckPlan::with_card);
    arguments.card.with_card(today, |card| Ok(terminal.run(card, plan, at)?))
}

/// Mode A: staff compares the face with the photo on the card, then the card is read without a PIN: the one whose PIN was
/// found to be locked, where that led here.
fn by_eye(
    arguments: &Arguments,
    terminal: &mut Terminal<SimulatedService>,
    now: Now,
    locked: Option<CardIdentity>,
) -> Result<(Checked, Budget, Option<card_face::Told>), Failure> {
    let today = now.date()?;
    let extended_length = |card: &mut Card<Meter<&mut dyn Transport>>| {
        Ok(card.transport().capabilities().extended_length != Support::No)
    };
    let (extended_length, _) = arguments.card.with_card(today, extended_length)?;
    let rules = SessionRules {
        // A general reader stands for the NFC of a phone [seed F3 S58].
        device: DeviceCapabilities { nfc: true, extended_length },
        allows_visual: true,
        asks_consent: false,
    };
    let session = match locked {
        Some(_) => ReadingSession::PinLocked.after(SessionEvent::FallBackToVisual, rules)?,
        None => ReadingSession::Idle.after(SessionEvent::Begin(IdentityMode::Visual), rules)?,
    };
    let compare = || {
        let agrees = arguments.face_agrees
            || pin::ask("本人の顔は、カードの顔写真と一致しますか / Is it the person on the photo?")?;
        let event = if agrees { SessionEvent::FaceAgrees } else { SessionEvent::FaceDiffers };
        match session.after(event, rules)? {
            ReadingSession::CardWait { .. } => Ok(CheckReply::Staff(true)),
            ReadingSession::Ended(_) => Err(Failure::from(CheckError::IdentityRefused)),
            _ => Err(SessionError::DoesNotFit.into()),
        }
    };
    let at = now.date_time()?;
    let Some(asked) = arguments.card_face.ask(&arguments.card, today, locked.as_ref())? else {
        compare()?;
        let plan = locked.into_iter().fold(CheckPlan::by_eye(today), CheckPlan::with_card);
        let (checked, budget) = arguments.card.with_card(today, |card| Ok(terminal.run(card, plan, at)?))?;
        return Ok((checked, budget, None));
    };
    let mut check = asked.plan(CheckPlan::by_eye(today), arguments.policy()).begin();
    let mut told = None;
    // Face and certificate in one hold; who compares does not hold the reader.
    let ((), budget) = arguments.card.with_card(today, |card| {
        let mut reply = None;
        while let Reached::Question(CheckQuestion::Face(read)) =
            terminal.proceed(card, &mut check, reply, at)?
        {
            let shown = arguments.card_face.told(&arguments.card, &read)?;
            if arguments.json {
                eprintln!("{}", shown.text());
            } else {
                outln!("{}", shown.text());
            }
            told = Some(shown);
            reply = Some(CheckReply::Staff(true));
        }
        Ok(())
    })?;
    let checked = terminal.conclude(&mut check, compare()?, at)?;
    Ok((checked, budget, told))
}

/// Logs in at the embedded simulated service, which knows the personas given and the built-in ones.
pub(crate) fn log_in(
    now: Now,
    card: &CardSource,
    persona: Option<&str>,
) -> Result<Terminal<SimulatedService>, Failure> {
    log_in_where(now, card, persona, SimulatedOutcome::AsRegistered)
}

fn log_in_where(
    now: Now,
    card: &CardSource,
    persona: Option<&str>,
    outcome: SimulatedOutcome,
) -> Result<Terminal<SimulatedService>, Failure> {
    let mut service = SimulatedService::new().map_err(|error| Failure::of(&error, failure::OTHER))?;
    service.set_outcome(outcome);
    if let Some(name) = persona {
        enrol(&mut service, &source::persona(name)?)?;
    }
    if let Some(name) = card.simulated_name()
        && let Some(persona) = Simulated::find(name)?.persona()
    {
        enrol(&mut service, persona)?;
    }
    let credentials = SimulatedService::credentials().map_err(|error| Failure::of(&error, failure::OTHER))?;
    Ok(Terminal::log_in(service, &credentials, now.date_time()?)?)
}

fn enrol(service: &mut SimulatedService, persona: &Persona) -> Result<(), Failure> {
    service.enrol(persona).map_err(|error| Failure::of(&error, failure::BAD_USAGE))
}

/// What is known of a card before anybody types its PIN.
struct Found {
    card: CardIdentity,
    /// The tries left, or why no PIN need be typed.
    pin: Result<Option<u8>, Failure>,
}

fn look(card: &mut Card<Meter<&mut dyn Transport>>) -> Result<Found, Failure> {
    let identity = card.run(operation::read_identity())?;
    let pin = match limited(card.run(operation::tries_left(KeyKind::UserAuthentication))?) {
        Some(0) if identity.is_of_phone() => Err(Failure::pin_locked(KeyKind::UserAuthentication)),
        Some(0) if card.run(operation::is_face_authentication_card()).is_ok_and(|is_one| is_one) => {
            Err(CheckError::NoPin.into())
        }
        Some(0) => {
            Err(Failure::pin_locked(KeyKind::UserAuthentication).with_way_left(Some(IdentityMode::Visual)))
        }
        left => Ok(left),
    };
    Ok(Found { card: identity, pin })
}

pub(crate) const fn limited(tries: TriesLeft) -> Option<u8> {
    match tries {
        TriesLeft::Limited(left) => Some(left),
        TriesLeft::Unlimited | TriesLeft::NotReported => None,
    }
}

/// What `--json` prints: the report on the message as `eligibility parse --json` has it, and what the card adds.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    message: myna_eligibility::forms::Report,
    valid: bool,
    identity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_face: Option<card_face::Told>,
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
    fn new(
        checked: &Checked,
        budget: Budget,
        mode: IdentityMode,
        card_face: Option<card_face::Told>,
    ) -> Self {
        let message = Message::Answer(Box::new(checked.response.clone()));
        let warnings = message.warnings();
        Self {
            message: myna_eligibility::forms::Report::new(&message, warnings),
            valid: checked.response.verdict().is_valid(),
            identity: match mode {
                IdentityMode::Pin => "pin",
                IdentityMode::Visual => "visual",
            },
            card_face,
            tries_left_before: limited(checked.tries_before),
            certificate: CertificateReport {
                bytes: checked.certificate.as_der().len(),
                not_before: checked.certificate.not_before().0,
                not_after: checked.certificate.not_after().0,
            },
            budget,
        }
    }
}
