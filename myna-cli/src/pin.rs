use std::io::{self, BufRead, IsTerminal};

use myna_cardface::NumberB;
use myna_jpki::UserAuthenticationPin;
use zeroize::Zeroizing;

use crate::codes;
use crate::failure::Failure;

/// Where the PIN comes from. Never from an argument: those show in the list of processes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PinSource {
    /// `--pin-stdin`: the first line of standard input.
    StandardInput,
    /// `MYNA_PIN`, or else a prompt without echo.
    EnvironmentOrPrompt,
}

pub(crate) const VARIABLE: &str = "MYNA_PIN";

impl PinSource {
    /// Whether a person will be asked.
    pub(crate) fn asks(self) -> bool {
        self.asks_for(VARIABLE)
    }

    /// The same, for the secret of this variable.
    pub(crate) fn asks_for(self, variable: &str) -> bool {
        self == Self::EnvironmentOrPrompt && std::env::var_os(variable).is_none()
    }

    pub(crate) fn read(self, tries_left: Option<u8>) -> Result<UserAuthenticationPin, Failure> {
        let question = format!("暗証番号（数字4桁{}） / PIN (4 digits): ", left(tries_left));
        let text = self.text(VARIABLE, "--pin-stdin", &question)?;
        Ok(UserAuthenticationPin::new(text.trim_end_matches(['\r', '\n']))?)
    }

    /// 照合番号B. Not secret from who holds the card, but from everybody else.
    pub(crate) fn read_number_b(self, tries_left: Option<u8>) -> Result<NumberB, Failure> {
        let question = format!(
            "照合番号B（生年月日6桁・有効期限の年4桁・セキュリティコード4桁{}） / number B (14 digits): ",
            left(tries_left)
        );
        let text = self.text("MYNA_NUMBER_B", "--number-b-stdin", &question)?;
        Ok(NumberB::new(text.trim_end_matches(['\r', '\n']))?)
    }

    /// Any other secret: a line of standard input, a variable, or what is typed. Its form is the caller's to check.
    pub(crate) fn read_secret(self, variable: &str, question: &str) -> Result<Zeroizing<String>, Failure> {
        let mut text = self.text(variable, "--pin-stdin", question)?;
        let length = text.trim_end_matches(['\r', '\n']).len();
        text.truncate(length);
        Ok(text)
    }

    fn text(self, variable: &str, option: &str, question: &str) -> Result<Zeroizing<String>, Failure> {
        match self {
            Self::StandardInput => first_line(),
            Self::EnvironmentOrPrompt => match std::env::var(variable) {
                Ok(text) => Ok(Zeroizing::new(text)),
                Err(_) => prompt(variable, option, question),
            },
        }
    }
}

fn left(tries_left: Option<u8>) -> String {
    tries_left.map(|left| format!("、残り{left}回")).unwrap_or_default()
}

/// A question to staff; no answer is a no.
pub(crate) fn ask(question: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::usage(&codes::NOBODY_TO_ASK, &[("option", &"--face-agrees")]));
    }
    eprint!("{question} [y/N]: ");
    let mut line = String::new();
    io::Read::take(io::stdin().lock(), 64).read_line(&mut line).map_err(|error| Failure::input(&error))?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes" | "はい"))
}

fn first_line() -> Result<Zeroizing<String>, Failure> {
    // A bound, so that a file given by mistake is not read to its end.
    let mut line = Zeroizing::new(String::with_capacity(64));
    io::Read::take(io::stdin().lock(), 64).read_line(&mut line).map_err(|error| Failure::input(&error))?;
    Ok(line)
}

fn prompt(variable: &str, option: &str, question: &str) -> Result<Zeroizing<String>, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::usage(&codes::NOBODY_TYPES, &[("option", &option), ("variable", &variable)]));
    }
    rpassword::prompt_password(question).map(Zeroizing::new).map_err(|error| Failure::input(&error))
}
