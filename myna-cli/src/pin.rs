use std::io::{self, BufRead, IsTerminal};

use myna_jpki::UserAuthenticationPin;
use zeroize::Zeroizing;

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
        self == Self::EnvironmentOrPrompt && std::env::var_os(VARIABLE).is_none()
    }

    pub(crate) fn read(self, tries_left: Option<u8>) -> Result<UserAuthenticationPin, Failure> {
        let text = match self {
            Self::StandardInput => first_line()?,
            Self::EnvironmentOrPrompt => match std::env::var(VARIABLE) {
                Ok(text) => Zeroizing::new(text),
                Err(_) => prompt(tries_left)?,
            },
        };
        UserAuthenticationPin::new(text.trim_end_matches(['\r', '\n'])).map_err(Failure::pin_format)
    }
}

/// A question to staff; no answer is a no.
pub(crate) fn ask(question: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::usage("no terminal to ask about the face: use --face-agrees".to_owned()));
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

fn prompt(tries_left: Option<u8>) -> Result<Zeroizing<String>, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::usage(format!("no terminal to ask for the PIN: use --pin-stdin or {VARIABLE}")));
    }
    let left = tries_left.map(|left| format!("、残り{left}回")).unwrap_or_default();
    rpassword::prompt_password(format!("暗証番号（数字4桁{left}） / PIN (4 digits): "))
        .map(Zeroizing::new)
        .map_err(|error| Failure::input(&error))
}
