use std::error::Error;
use std::path::{self, Path};
use std::process::ExitCode;
use std::{fmt, io};

use myna_apdu::FileIdentifier;
use myna_apdu::flow::{OperationError, VerifyFault};
use myna_cardface::layout::PinReference;
use myna_cardface::{CardFaceError, CardFacePinFormatError, PrintedNumberError};
use myna_error::{Diagnostic, Entry, Language, Spent, english, japanese, system_reason, unknown_detail};
use myna_jpki::{ChangeFault, JpkiError, KeyKind, PinFormatError};
use myna_terminal::{CheckError, ErrandError, IdentityMode, ServiceError, SessionError};
use myna_transport::{CardError, TransportError, TransportErrorKind};
use serde::Serialize;

use crate::codes;
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
    /// The way by which the same card can be checked now.
    #[serde(skip_serializing_if = "Option::is_none")]
    way_left: Option<&'static str>,
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

/// What stands for a name in a sentence, in either language.
pub(crate) trait Words {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

macro_rules! words_of_no_language {
    ($($word:ty),+) => {$(
        impl Words for $word {
            fn write(&self, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )+};
}

words_of_no_language!(&str, String, usize, u32, path::Display<'_>);

impl Words for io::Error {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(system_reason(self.kind(), language))
    }
}

/// An error of the command itself: its row in the table, and what stands for the names.
#[derive(Clone, Copy)]
struct CommandError<'a>(&'static Entry, &'a [(&'static str, &'a dyn Words)]);

impl Diagnostic for CommandError<'_> {
    fn entry(&self) -> &'static Entry {
        self.0
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1.iter().find(|(known, _)| *known == name) {
            Some((_, words)) => words.write(language, f),
            None => unknown_detail(name, f),
        }
    }
}

impl fmt::Display for CommandError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        english(self).fmt(f)
    }
}

impl fmt::Debug for CommandError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        english(self).fmt(f)
    }
}

impl Error for CommandError<'_> {}

impl Failure {
    /// What an error says of itself in both languages.
    pub(crate) fn of(error: &dyn Diagnostic, exit_code: u8) -> Self {
        Self {
            code: error.code(),
            message: english(error).to_string(),
            message_ja: japanese(error).to_string(),
            exit_code,
            tries_left: None,
            try_spent: None,
            way_left: None,
            json: false,
        }
    }

    /// The command was called in a way that cannot be.
    pub(crate) fn usage(entry: &'static Entry, details: &[(&'static str, &dyn Words)]) -> Self {
        Self::of(&CommandError(entry, details), BAD_USAGE)
    }

    pub(crate) fn other(entry: &'static Entry, details: &[(&'static str, &dyn Words)]) -> Self {
        Self::of(&CommandError(entry, details), OTHER)
    }

    /// Standard input cannot be read.
    pub(crate) fn input(error: &io::Error) -> Self {
        Self::other(&codes::INPUT, &[("file", &"stdin"), ("reason", error)])
    }

    /// A file that was named cannot be read or written.
    pub(crate) fn named_file(entry: &'static Entry, file: &Path, error: &io::Error) -> Self {
        Self::usage(entry, &[("file", &file.display()), ("reason", error)])
    }

    /// Seen before anybody was asked for the PIN.
    pub(crate) fn pin_locked(key: KeyKind) -> Self {
        CardError::from_operation(JpkiError::from(locked(key.reference()))).into()
    }

    /// Says which way is left to check the same card, where one is.
    pub(crate) fn with_way_left(mut self, way: Option<IdentityMode>) -> Self {
        if way == Some(IdentityMode::Visual) {
            self.message.push_str("; the check by eye works now (--visual)");
            self.message_ja.push_str("いまは目視（--visual）で確認できます。");
        }
        self.way_left = way.map(|way| match way {
            IdentityMode::Pin => "pin",
            IdentityMode::Visual => "visual",
        });
        self
    }

    /// The same of a PIN or a number of a 券面 application.
    pub(crate) fn number_locked<A, N: PinReference<A>>() -> Self {
        CardError::from_operation(CardFaceError::from(locked(N::REFERENCE))).into()
    }

    /// Whether the one PIN that would be needed is locked.
    pub(crate) const fn is_pin_blocked(&self) -> bool {
        self.exit_code == PIN_BLOCKED
    }

    /// As [`report`](Self::report), of a command that goes on: nothing but the text on standard error. Names of files and
    /// words of a card may stand in it.
    pub(crate) fn warn(&self) -> u8 {
        eprintln!(
            "myna: {}\n      {} [{}]",
            printable(&self.message_ja),
            printable(&self.message),
            self.code
        );
        self.exit_code
    }

    pub(crate) fn with_exit_code(self, exit_code: u8) -> Self {
        Self { exit_code, ..self }
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

    /// Of an error that knows what became of the try of a PIN.
    fn of_attempt(error: &dyn Diagnostic, exit_code: u8) -> Self {
        let attempt = error.attempt();
        let spent = match attempt.spent {
            Spent::Yes => TrySpent::Yes,
            Spent::No => TrySpent::No,
            _ => TrySpent::Unknown,
        };
        Self { tries_left: attempt.left, try_spent: Some(spent), ..Self::of(error, exit_code) }
    }

    /// Says all that the transport and the system below it said.
    fn with_sources(self, error: &dyn Error) -> Self {
        let causes = std::iter::successors(error.source(), |&cause| cause.source());
        let message = causes.fold(error.to_string(), |text, cause| format!("{text} ({cause})"));
        Self { message, ..self }
    }

    fn of_card<E: Diagnostic>(
        error: &CardError<E>,
        fault: Option<VerifyFault>,
        change: Option<ChangeFault>,
    ) -> Self {
        // That nobody knows which PIN holds matters more than why no answer came.
        if let Some(change) = change {
            let exit_code = match (error.transport(), change) {
                (Some(transport), _) => transport_exit(transport.kind()),
                (None, ChangeFault::Refused { .. }) => PIN_REFUSED,
                (None, _) => CARD_WRONG,
            };
            return Self::of_attempt(error.operation(), exit_code);
        }
        let exit_code = match (error.transport(), fault) {
            (Some(transport), _) => transport_exit(transport.kind()),
            (None, Some(VerifyFault::Wrong { left: Some(0) } | VerifyFault::Locked)) => PIN_BLOCKED,
            (
                None,
                Some(
                    VerifyFault::Wrong { .. }
                    | VerifyFault::TooFewTries { .. }
                    | VerifyFault::CounterNotReported,
                ),
            ) => PIN_REFUSED,
            _ => CARD_WRONG,
        };
        Self::of_attempt(error, exit_code).with_sources(error)
    }
}

pub(crate) fn no_randomness(error: getrandom::Error) -> Failure {
    Failure::other(&codes::NO_RANDOMNESS, &[("reason", &error.to_string())])
}

const fn locked(reference: FileIdentifier) -> OperationError {
    OperationError::Verify { reference, fault: VerifyFault::Locked }
}

impl From<TransportError> for Failure {
    fn from(error: TransportError) -> Self {
        // No operation ran, so nothing was presented.
        Self::of_attempt(&error, transport_exit(error.kind())).with_sources(&error)
    }
}

impl From<PinFormatError> for Failure {
    fn from(error: PinFormatError) -> Self {
        Self::of_attempt(&error, PIN_REFUSED)
    }
}

impl From<CardFacePinFormatError> for Failure {
    fn from(error: CardFacePinFormatError) -> Self {
        Self::of_attempt(&error, PIN_REFUSED)
    }
}

impl From<PrintedNumberError> for Failure {
    fn from(error: PrintedNumberError) -> Self {
        Self::of_attempt(&error, PIN_REFUSED)
    }
}

impl From<CheckError> for Failure {
    fn from(error: CheckError) -> Self {
        let exit_code = match error {
            CheckError::Card(error) => return error.into(),
            CheckError::PinLocked { error, way_left } => return Self::from(error).with_way_left(way_left),
            CheckError::NoPin => {
                return Self::of_attempt(&error, PIN_BLOCKED).with_way_left(error.way_left());
            }
            CheckError::PinNeeded => {
                return Self::of_attempt(&error, BAD_USAGE).with_way_left(error.way_left());
            }
            CheckError::Face(error) => return error.into(),
            CheckError::AnotherCard => return Self::of_attempt(&error, CARD_REMOVED),
            CheckError::IdentityRefused => IDENTITY_REFUSED,
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
        Self::of_card(&error, operation.pin_fault(), operation.change_fault())
    }
}

impl From<CardError<CardFaceError>> for Failure {
    fn from(error: CardError<CardFaceError>) -> Self {
        let operation = error.operation();
        Self::of_card(&error, operation.pin_fault(), operation.change_fault())
    }
}

const fn transport_exit(kind: TransportErrorKind) -> u8 {
    match kind {
        TransportErrorKind::NoService | TransportErrorKind::NoReader | TransportErrorKind::NoCard => NO_CARD,
        TransportErrorKind::CardRemoved | TransportErrorKind::CardReset => CARD_REMOVED,
        TransportErrorKind::ResponseTooLong => CARD_WRONG,
        _ => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use myna_cardface::NumberB;
    use myna_cardface::layout::Visual;

    use super::*;

    #[test]
    fn a_locked_number_reads_as_a_locked_pin_does() {
        for (failure, secret) in [
            (Failure::pin_locked(KeyKind::UserAuthentication), "暗証番号"),
            (Failure::number_locked::<Visual, NumberB>(), "照合番号B"),
        ] {
            assert_eq!(
                (failure.code, failure.exit_code, failure.tries_left),
                ("pin.locked", PIN_BLOCKED, Some(0))
            );
            assert_eq!(
                failure.message_ja,
                format!("{secret}がロックされています。解除は住民票のある市区町村の窓口でのみできます。")
            );
        }
    }
}
