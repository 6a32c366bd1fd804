//! `myna pin`: the tries of every PIN, and a new value for one.

use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use myna_cardface::layout::{
    Application, ChangeablePin, CommonCard, PinReference, ResidentRegister, Text, Visual,
};
use myna_cardface::{
    CardFaceError, CardFacePin, CommonCardPin, EraBirthDate, NumberA, NumberB, ResidentRegisterPin,
    operation as face,
};
use myna_jpki::{
    CardIdentity, KeyKind, PinPolicy, SignaturePassword, TriesLeft, UserAuthenticationPin, operation as jpki,
};
use myna_terminal::CheckError;
use myna_transport::{Budget, Card, Meter, Transport};
use serde::Serialize;

use crate::check::limited;
use crate::clock::Now;
use crate::codes;
use crate::failure::Failure;
use crate::output;
use crate::pin::PinSource;
use crate::screen;
use crate::source::CardSource;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Tell how many tries each PIN and each printed number has left; spends none
    Status(Status),
    /// Give a PIN a new value
    Change(Change),
}

#[derive(Args)]
pub(crate) struct Status {
    #[command(flatten)]
    card: CardSource,
    /// Also the birth date of 券面事項確認AP and the PINs of 共通カードAP and 住基AP
    #[arg(long)]
    all: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(crate) struct Change {
    /// Which
    which: ChosenPin,
    #[command(flatten)]
    card: CardSource,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Read from standard input: the current PIN in the first line, the new one in the second (else: environment variables
    /// MYNA_PIN and MYNA_NEW_PIN, for the signature password MYNA_PASSWORD and MYNA_NEW_PASSWORD, for the others
    /// MYNA_TEXT_PIN, MYNA_JUKI_PIN, MYNA_COMMON_PIN and the same with NEW, else prompts)
    #[arg(long)]
    pin_stdin: bool,
    /// Present the current PIN even when it is the last try
    #[arg(long)]
    last_try: bool,
}

/// The two keys, as the command names them.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChosenKey {
    /// 利用者証明用: four digits
    Auth,
    /// 署名用: 6 to 16 of A-Z and 0-9, both
    Sign,
}

impl ChosenKey {
    pub(crate) const fn kind(self) -> KeyKind {
        match self {
            Self::Auth => KeyKind::UserAuthentication,
            Self::Sign => KeyKind::DigitalSignature,
        }
    }

    pub(crate) const fn variable(self) -> &'static str {
        match self {
            Self::Auth => "MYNA_PIN",
            Self::Sign => "MYNA_PASSWORD",
        }
    }

    /// Where the secret comes from, as the option says.
    pub(crate) const fn source(pin_stdin: bool) -> PinSource {
        if pin_stdin { PinSource::StandardInput } else { PinSource::EnvironmentOrPrompt }
    }

    /// Whether a person will be asked for it.
    pub(crate) fn asks(self, source: PinSource) -> bool {
        source.asks_for(self.variable())
    }

    pub(crate) const fn question(self) -> &'static str {
        match self {
            Self::Auth => "利用者証明用の暗証番号（数字4桁） / PIN (4 digits): ",
            Self::Sign => "署名用の暗証番号（英大文字と数字6〜16文字） / signature password: ",
        }
    }
}

/// The PINs that can be changed.
#[derive(Clone, Copy, ValueEnum)]
enum ChosenPin {
    /// 利用者証明用: four digits
    Auth,
    /// 署名用: 6 to 16 of A-Z and 0-9, both
    Sign,
    /// 券面事項入力補助用: four digits
    Text,
    /// 住民基本台帳用: four digits
    Juki,
    /// Of 共通カードAP: four digits
    Common,
}

impl ChosenPin {
    /// Its name in JSON, its variable and the one of the new value, and the question for it.
    const fn row(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::Auth => (
                "user_authentication",
                ChosenKey::Auth.variable(),
                "MYNA_NEW_PIN",
                ChosenKey::Auth.question(),
            ),
            Self::Sign => (
                "digital_signature",
                ChosenKey::Sign.variable(),
                "MYNA_NEW_PASSWORD",
                ChosenKey::Sign.question(),
            ),
            Self::Text => ("card_face", TEXT_PIN, "MYNA_NEW_TEXT_PIN", TEXT_PIN_QUESTION),
            Self::Juki => (
                "resident_register",
                "MYNA_JUKI_PIN",
                "MYNA_NEW_JUKI_PIN",
                "住民基本台帳用の暗証番号（数字4桁） / resident register PIN (4 digits): ",
            ),
            Self::Common => (
                "common_card",
                "MYNA_COMMON_PIN",
                "MYNA_NEW_COMMON_PIN",
                "共通カードAPの暗証番号（数字4桁） / common card PIN (4 digits): ",
            ),
        }
    }

    fn look(self, card: &mut Held<'_>) -> Result<CardIdentity, Failure> {
        match self {
            Self::Auth => look(card, KeyKind::UserAuthentication),
            Self::Sign => look(card, KeyKind::DigitalSignature),
            Self::Text => look_at_face::<Text, CardFacePin>(card),
            Self::Juki => look_at_face::<ResidentRegister, ResidentRegisterPin>(card),
            Self::Common => look_at_face::<CommonCard, CommonCardPin>(card),
        }
    }
}

/// Where 券面事項入力補助用の暗証番号 may stand.
pub(crate) const TEXT_PIN: &str = "MYNA_TEXT_PIN";
pub(crate) const TEXT_PIN_QUESTION: &str =
    "券面事項入力補助用の暗証番号（数字4桁） / card face PIN (4 digits): ";

pub(crate) fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Status(arguments) => status(arguments).map_err(|failure| failure.in_json(arguments.json)),
        Command::Change(arguments) => change(arguments).map_err(|failure| failure.in_json(arguments.json)),
    }
}

/// A PIN or a number, and its tries; `None` where the card tells none.
#[derive(Serialize)]
struct State {
    name: &'static str,
    #[serde(skip)]
    label: &'static str,
    tries_left: Option<u8>,
}

#[derive(Serialize)]
struct StatusReport {
    pins: Vec<State>,
    budget: Budget,
}

type Held<'t> = Card<Meter<&'t mut dyn Transport>>;

fn status(arguments: &Status) -> Result<ExitCode, Failure> {
    let all = arguments.all;
    let (pins, budget) = arguments.card.with_card(Now::new(None)?.date()?, |card| states(card, all))?;
    if arguments.json {
        outln!("{}", output::json(&StatusReport { pins, budget })?);
        return Ok(ExitCode::SUCCESS);
    }
    for State { label, tries_left, .. } in &pins {
        match tries_left {
            Some(0) => outln!("  {label}: ロックされています / locked"),
            Some(left) => outln!("  {label}: 残り{left}回 / {left} tries left"),
            None => outln!("  {label}: カードは答えません / not told"),
        }
    }
    outln!("{}", screen::budget(budget));
    Ok(ExitCode::SUCCESS)
}

/// Those of the JPKI application; the others where the token has them, which a phone has not.
fn states(card: &mut Held<'_>, all: bool) -> Result<Vec<State>, Failure> {
    card.run(jpki::open())?;
    let mut states = Vec::new();
    for (name, label, key) in [
        ("user_authentication", "利用者証明用電子証明書 / user authentication", KeyKind::UserAuthentication),
        ("digital_signature", "署名用電子証明書 / digital signature", KeyKind::DigitalSignature),
    ] {
        let tries_left = limited(card.run(jpki::tries_left(key))?);
        states.push(State { name, label, tries_left });
    }
    if opens::<Text>(card)? {
        states.push(state::<Text, CardFacePin>(card, "card_face", "券面事項入力補助用 / card face")?);
        states.push(state::<Text, NumberA>(card, "text_number_a", "照合番号A（入力補助） / number A, text")?);
        states.push(state::<Text, NumberB>(card, "text_number_b", "照合番号B（入力補助） / number B, text")?);
    }
    if opens::<Visual>(card)? {
        states.push(state::<Visual, NumberA>(card, "visual_number_a", "照合番号A（券面） / number A, face")?);
        states.push(state::<Visual, NumberB>(card, "visual_number_b", "照合番号B（券面） / number B, face")?);
        if all {
            states.push(state::<Visual, EraBirthDate>(
                card,
                "visual_birth_date",
                "生年月日（券面） / birth date, face",
            )?);
        }
    }
    if all && opens::<CommonCard>(card)? {
        states.push(state::<CommonCard, CommonCardPin>(card, "common_card", "共通カードAP / common card")?);
    }
    if all && opens::<ResidentRegister>(card)? {
        let label = "住民基本台帳用 / resident register";
        states.push(state::<ResidentRegister, ResidentRegisterPin>(card, "resident_register", label)?);
    }
    Ok(states)
}

fn opens<A: Application>(card: &mut Held<'_>) -> Result<bool, Failure> {
    match card.run(face::open::<A>()) {
        Ok(()) => Ok(true),
        Err(error) if matches!(error.operation(), CardFaceError::NoApplication { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn state<A: Application, N: PinReference<A>>(
    card: &mut Held<'_>,
    name: &'static str,
    label: &'static str,
) -> Result<State, Failure> {
    let tries_left = limited(card.run(face::tries_left::<A, N>())?);
    Ok(State { name, label, tries_left })
}

/// Which card it is, where a person is asked between two holds on it. A secret that is locked is told before anybody types.
pub(crate) fn look(card: &mut Held<'_>, key: KeyKind) -> Result<CardIdentity, Failure> {
    let identity = card.run(jpki::read_identity())?;
    match card.run(jpki::tries_left(key))? {
        TriesLeft::Limited(0) => Err(Failure::pin_locked(key)),
        _ => Ok(identity),
    }
}

/// The same, of a PIN or number of a 券面 application.
pub(crate) fn look_at_face<A: Application, N: PinReference<A>>(
    card: &mut Held<'_>,
) -> Result<CardIdentity, Failure> {
    let identity = card.run(jpki::read_identity())?;
    card.run(face::open::<A>())?;
    match card.run(face::tries_left::<A, N>())? {
        TriesLeft::Limited(0) => Err(Failure::number_locked::<A, N>()),
        _ => Ok(identity),
    }
}

/// The same, of a 券面 application.
pub(crate) fn open_face<A: Application>(
    card: &mut Held<'_>,
    seen: Option<&CardIdentity>,
) -> Result<(), Failure> {
    if seen.is_some() {
        open(card, seen)?;
    }
    Ok(card.run(face::open::<A>())?)
}

/// Opens the application of the card that was looked at, or of any, where none was.
pub(crate) fn open(card: &mut Held<'_>, seen: Option<&CardIdentity>) -> Result<(), Failure> {
    match seen {
        None => Ok(card.run(jpki::open())?),
        Some(seen) if card.run(jpki::read_identity())? == *seen => Ok(()),
        Some(_) => Err(CheckError::AnotherCard.into()),
    }
}

#[derive(Serialize)]
struct ChangeReport {
    changed: &'static str,
    tries_left_before: Option<u8>,
    budget: Budget,
}

fn change(arguments: &Change) -> Result<ExitCode, Failure> {
    let (which, today) = (arguments.which, Now::new(None)?.date()?);
    let (changed, variable, new_variable, question) = which.row();
    let source = ChosenKey::source(arguments.pin_stdin);
    let seen = match source.asks_for(variable) {
        true => Some(arguments.card.with_card(today, |card| which.look(card))?.0),
        false => None,
    };
    let current = source.read_secret(variable, question)?;
    let new = source.read_secret(new_variable, "新しい暗証番号 / new: ")?;
    if source.asks_for(new_variable) {
        let again = source.read_secret(new_variable, "新しい暗証番号をもう一度 / new, again: ")?;
        if *again != *new {
            return Err(Failure::usage(&codes::NEW_PIN_DIFFERS, &[]));
        }
    }
    let policy = if arguments.last_try { PinPolicy::LAST_TRY_ALLOWED } else { PinPolicy::default() };
    let seen = seen.as_ref();
    // Both have the right form before the card hears of either.
    let (before, budget) = match which {
        ChosenPin::Auth => {
            let (current, new) = (UserAuthenticationPin::new(&current)?, UserAuthenticationPin::new(&new)?);
            arguments.card.with_card(today, |card| {
                open(card, seen)?;
                Ok(card.run(jpki::change_user_authentication_pin(&current, &new, policy))?)
            })?
        }
        ChosenPin::Sign => {
            let (current, new) = (SignaturePassword::new(&current)?, SignaturePassword::new(&new)?);
            arguments.card.with_card(today, |card| {
                open(card, seen)?;
                Ok(card.run(jpki::change_signature_password(&current, &new, policy))?)
            })?
        }
        ChosenPin::Text => {
            let pins = [CardFacePin::new(&current)?, CardFacePin::new(&new)?];
            arguments.card.with_card(today, |card| change_face::<Text, _>(card, seen, &pins, policy))?
        }
        ChosenPin::Juki => {
            let pins = [ResidentRegisterPin::new(&current)?, ResidentRegisterPin::new(&new)?];
            let change = |card: &mut Held<'_>| change_face::<ResidentRegister, _>(card, seen, &pins, policy);
            arguments.card.with_card(today, change)?
        }
        ChosenPin::Common => {
            let pins = [CommonCardPin::new(&current)?, CommonCardPin::new(&new)?];
            arguments.card.with_card(today, |card| change_face::<CommonCard, _>(card, seen, &pins, policy))?
        }
    };
    if arguments.json {
        outln!("{}", output::json(&ChangeReport { changed, tries_left_before: limited(before), budget })?);
    } else {
        outln!("  変更しました / changed");
        outln!("{}", screen::budget(budget));
    }
    Ok(ExitCode::SUCCESS)
}

fn change_face<A: Application, N: ChangeablePin<A>>(
    card: &mut Held<'_>,
    seen: Option<&CardIdentity>,
    [current, new]: &[N; 2],
    policy: PinPolicy,
) -> Result<TriesLeft, Failure> {
    open_face::<A>(card, seen)?;
    Ok(card.run(face::change_pin::<A, N>(current, new, policy))?)
}
