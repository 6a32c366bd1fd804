use std::io;
use std::process::ExitCode;

use myna_cardface::{CardFaceError, PrintedNumberError};
use myna_error::{Diagnostic, Spent, english, japanese};
use myna_jpki::{JpkiError, PinFormatError, VerifyFault};
use myna_terminal::{CheckError, ErrandError, ServiceError, SessionError};
use myna_transport::{CardError, TransportError, TransportErrorKind};
use serde::Serialize;

use crate::output;
use crate::screen::printable;

/// Why the command failed: told to people on standard error, or to programs as JSON on standard output.
#[derive(Serialize)]
pub(crate) struct Failure {
    code: &'static str,
    message: String,
    message_ja: String,
    exit_code: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    tries_left: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    try_spent: Option<TrySpent>,
    #[serde(skip)]
    json: bool,
}

/// What became of the PIN's counter.
#[derive(Serialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum TrySpent {
    No,
    Yes,
    Unknown,
}

pub(crate) const OTHER: u8 = 1;
pub(crate) const BAD_USAGE: u8 = 2;
pub(crate) const NO_CARD: u8 = 10;
pub(crate) const PIN_REFUSED: u8 = 11;
pub(crate) const PIN_BLOCKED: u8 = 12;
pub(crate) const CARD_REMOVED: u8 = 13;
pub(crate) const CARD_WRONG: u8 = 14;
pub(crate) const NOT_ELIGIBLE: u8 = 15;
pub(crate) const SERVICE_REFUSED: u8 = 16;
pub(crate) const IDENTITY_REFUSED: u8 = 17;
pub(crate) const CONTRADICTION: u8 = 18;
pub(crate) const TWO_PEOPLE: u8 = 19;

pub(crate) const EXIT_CODES: &str = "\
Exit codes:
   0  done; for check: the eligibility is valid
   1  other failure
   2  bad usage
  10  no reader, no card, or no smart-card service
  11  PIN refused: wrong, malformed, or too few tries left to risk one
  12  PIN blocked (only the municipal office can unlock it)
  13  card removed, reset or exchanged for another on the way
  14  card answered wrongly
  15  no valid eligibility, or none told yet: see the verdict
  16  service refused (login, certificate or signature), did not answer, or its answer cannot be read
  17  the person was not recognised on the card's photo
  18  the face of the card and the answer of the service contradict each other: not valid, whatever the answer says
  19  sim check: the applications of the card belong to two people";

impl Failure {
    pub(crate) fn usage(message: String) -> Self {
        Self::new("usage", message.clone(), message, BAD_USAGE)
    }

    pub(crate) fn input(error: &io::Error) -> Self {
        Self::new(
            "input",
            format!("cannot read the PIN: {error}"),
            "暗証番号を読み取れません。".to_owned(),
            OTHER,
        )
    }

    /// Standard output cannot be written.
    pub(crate) fn output(error: &str) -> Self {
        let message = format!("the output cannot be written: {error}");
        Self::new("output", message, "結果を書き出せません。".to_owned(), OTHER)
    }

    /// What an error says of itself in both languages.
    pub(crate) fn of(error: &dyn Diagnostic, exit_code: u8) -> Self {
        Self::new(error.code(), english(error).to_string(), japanese(error).to_string(), exit_code)
    }

    /// Seen before anybody was asked for the PIN.
    pub(crate) fn pin_locked() -> Self {
        Self::locked(PIN, "the PIN")
    }

    /// 照合番号B, seen before anybody was asked for it.
    pub(crate) fn number_locked() -> Self {
        Self::locked(NUMBER_B, "number B (照合番号B)")
    }

    fn locked(secret: &str, secret_en: &str) -> Self {
        let message = format!("{secret_en} is locked; only the municipal office can unlock it");
        let ja = format!("{secret}がロックされています。{UNLOCKING}");
        let mut failure = Self::new("pin.locked", message, ja, PIN_BLOCKED);
        failure.tries_left = Some(0);
        failure.try_spent = Some(TrySpent::No);
        failure
    }

    /// Whether the one PIN that would be needed is locked.
    pub(crate) const fn is_pin_blocked(&self) -> bool {
        self.exit_code == PIN_BLOCKED
    }

    /// As [`report`](Self::report), of a command that goes on: nothing but the text on standard error. Names of files and
    /// words of a card may stand in it.
    pub(crate) fn warn(&self) -> u8 {
        let (ja, en) = (printable(&self.message_ja), printable(&self.message));
        if en == ja {
            eprintln!("myna: {en} [{}]", self.code);
        } else {
            eprintln!("myna: {ja}\n      {en} [{}]", self.code);
        }
        self.exit_code
    }

    pub(crate) fn other(code: &'static str, message: String) -> Self {
        Self::new(code, message.clone(), message, OTHER)
    }

    pub(crate) fn pin_format(error: PinFormatError) -> Self {
        let ja = "暗証番号は半角数字4桁です。カードには送っていません。".to_owned();
        let mut failure =
            Self::new(error.code(), format!("{error}; it was not sent to the card"), ja, PIN_REFUSED);
        failure.try_spent = Some(TrySpent::No);
        failure
    }

    pub(crate) fn number_format(error: PrintedNumberError) -> Self {
        let ja = "照合番号Bは半角数字14桁です（和暦の生年月日6桁、有効期限の西暦4桁、セキュリティコード4桁）。カードには送っていません。";
        let message = format!("{error}; it was not sent to the card");
        let mut failure = Self::new("number_b.format", message, ja.to_owned(), PIN_REFUSED);
        failure.try_spent = Some(TrySpent::No);
        failure
    }

    pub(crate) fn new(code: &'static str, message: String, message_ja: String, exit_code: u8) -> Self {
        Self { code, message, message_ja, exit_code, tries_left: None, try_spent: None, json: false }
    }

    /// Says which of several files it was.
    pub(crate) fn of_file(mut self, name: &str) -> Self {
        for text in [&mut self.message, &mut self.message_ja] {
            *text = format!("{name}: {text}");
        }
        self
    }

    pub(crate) fn in_json(mut self, json: bool) -> Self {
        self.json = json;
        self
    }

    pub(crate) fn report(&self) -> ExitCode {
        if self.json {
            let object = serde_json::json!({ "error": self });
            outln!("{}", output::quiet(&format!("{object:#}")));
        }
        // Somebody must be told, be it the wrong one.
        if !self.json || output::lost().is_some() {
            self.warn();
        }
        self.exit_code.into()
    }
}

impl From<TransportError> for Failure {
    fn from(error: TransportError) -> Self {
        let kind = error.kind();
        let ja = japanese(&error).to_string();
        let mut failure = Self::new(error.code(), with_sources(&error), ja, transport_exit(kind));
        // No operation ran, so nothing was presented.
        failure.try_spent = Some(TrySpent::No);
        failure
    }
}

impl From<CheckError> for Failure {
    fn from(error: CheckError) -> Self {
        let exit_code = match error {
            CheckError::Card(error) => return error.into(),
            CheckError::Face(error) => return error.into(),
            CheckError::IdentityRefused => IDENTITY_REFUSED,
            CheckError::AnotherCard => {
                let mut failure = Self::of(&error, CARD_REMOVED);
                failure.try_spent = Some(TrySpent::No);
                return failure;
            }
            CheckError::Contradiction { .. } => CONTRADICTION,
            CheckError::Service(_) | CheckError::Answer(_) => SERVICE_REFUSED,
            _ => OTHER,
        };
        Self::of(&error, exit_code)
    }
}

impl From<ErrandError> for Failure {
    fn from(error: ErrandError) -> Self {
        let exit_code = match error {
            ErrandError::NotARequest | ErrandError::AlreadyThere | ErrandError::InUse => BAD_USAGE,
            ErrandError::Io { .. } => OTHER,
            _ => SERVICE_REFUSED,
        };
        Self::of(&error, exit_code)
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        Self::of(&error, BAD_USAGE)
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        Self::of(&error, SERVICE_REFUSED)
    }
}

impl From<CardError<JpkiError>> for Failure {
    fn from(error: CardError<JpkiError>) -> Self {
        let operation = error.operation();
        Self::of_card(&error, PIN, operation.code(), operation.pin_fault())
    }
}

impl From<CardError<CardFaceError>> for Failure {
    fn from(error: CardError<CardFaceError>) -> Self {
        let operation = error.operation();
        Self::of_card(&error, NUMBER_B, operation.code(), operation.pin_fault())
    }
}

impl Failure {
    fn of_card<E: Diagnostic>(
        error: &CardError<E>,
        secret: &str,
        code: &'static str,
        fault: Option<VerifyFault>,
    ) -> Self
    where
        CardError<E>: std::error::Error,
    {
        let message = with_sources(error);
        let mut failure = match (error.transport(), fault) {
            (Some(transport), _) => {
                let kind = transport.kind();
                Self::new(transport.code(), message, japanese(transport).to_string(), transport_exit(kind))
            }
            (None, Some(fault)) => pin_failure(secret, code, fault, message),
            (None, None) => {
                let ja =
                    "カードの応答が正しくありません。マイナンバーカードか確認し、もう一度置いてください。";
                Self::new(code, message, ja.to_owned(), CARD_WRONG)
            }
        };
        failure.try_spent = Some(match error.attempt().spent {
            Spent::Yes => TrySpent::Yes,
            Spent::No => TrySpent::No,
            _ => TrySpent::Unknown,
        });
        failure
    }
}

const PIN: &str = "暗証番号";
const NUMBER_B: &str = "照合番号B";
const UNLOCKING: &str = "解除は住民票のある市区町村の窓口でのみできます。";

fn pin_failure(secret: &str, code: &'static str, fault: VerifyFault, message: String) -> Failure {
    let (ja, exit_code, tries_left) = match fault {
        VerifyFault::Wrong { left: Some(0) } => {
            (format!("{secret}が違います。ロックされました。{UNLOCKING}"), PIN_BLOCKED, Some(0))
        }
        VerifyFault::Wrong { left: Some(left) } => {
            (format!("{secret}が違います。残り{left}回です。"), PIN_REFUSED, Some(left))
        }
        VerifyFault::Wrong { left: None } => (format!("{secret}が違います。"), PIN_REFUSED, None),
        VerifyFault::Locked => (format!("{secret}がロックされています。{UNLOCKING}"), PIN_BLOCKED, Some(0)),
        VerifyFault::TooFewTries { left, .. } => (
            format!(
                "{secret}の残りが{left}回のため、照合しませんでした。最後の1回を使うには --last-try を付けます。"
            ),
            PIN_REFUSED,
            Some(left),
        ),
        VerifyFault::CounterNotReported => {
            (format!("カードが{secret}の残り回数を答えないため、照合しませんでした。"), PIN_REFUSED, None)
        }
        _ => (format!("{secret}を照合できません。"), CARD_WRONG, None),
    };
    let mut failure = Failure::new(code, message, ja, exit_code);
    failure.tries_left = tries_left;
    failure
}

const fn transport_exit(kind: TransportErrorKind) -> u8 {
    match kind {
        TransportErrorKind::NoService | TransportErrorKind::NoReader | TransportErrorKind::NoCard => NO_CARD,
        TransportErrorKind::CardRemoved | TransportErrorKind::CardReset => CARD_REMOVED,
        TransportErrorKind::ResponseTooLong => CARD_WRONG,
        _ => OTHER,
    }
}

fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text} ({cause})");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_number_reads_as_a_locked_pin_does() {
        for (failure, secret) in [
            (Failure::pin_locked(), PIN),
            (Failure::number_locked(), NUMBER_B),
            (pin_failure(NUMBER_B, "pin.locked", VerifyFault::Locked, String::new()), NUMBER_B),
        ] {
            assert_eq!(
                (failure.code, failure.exit_code, failure.tries_left),
                ("pin.locked", PIN_BLOCKED, Some(0))
            );
            assert_eq!(failure.message_ja, format!("{secret}がロックされています。{UNLOCKING}"));
        }
    }
}
