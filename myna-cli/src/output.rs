//! Standard output, which may be closed or full. Nothing panics for it; what was not written is told in the end.

use std::fmt;
use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;
use std::sync::OnceLock;

use serde::Serialize;

use crate::codes;
use crate::failure::Failure;
use crate::screen::is_harmless;

/// The first write that failed.
static FAILED: OnceLock<io::Error> = OnceLock::new();

/// Writes, or takes note that it could not: the work goes on.
pub(crate) fn write(text: fmt::Arguments<'_>) {
    note(io::stdout().write_fmt(text));
}

/// As [`write()`], of bytes that are no text.
pub(crate) fn write_bytes(bytes: &[u8]) {
    note(io::stdout().write_all(bytes));
}

fn note(result: io::Result<()>) {
    if let Err(error) = result {
        let _ = FAILED.set(error);
    }
}

/// Whether all that was written has gone out.
pub(crate) fn delivered() -> Result<(), Failure> {
    note(io::stdout().flush());
    match FAILED.get() {
        None => Ok(()),
        Some(error) => Err(unwritten(error)),
    }
}

/// Standard output cannot be written.
pub(crate) fn unwritten(error: &io::Error) -> Failure {
    Failure::other(&codes::OUTPUT_LOST, &[("reason", error)])
}

/// A value cannot be put into a form, which would be a fault of ours.
pub(crate) fn no_form(error: &dyn std::error::Error) -> Failure {
    Failure::other(&codes::OUTPUT_FORM, &[("reason", &error.to_string())])
}

/// A value as one line of JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map(|text| quiet(&text)).map_err(|error| no_form(&error))
}

/// JSON with the characters escaped that would command a terminal, turn the line or break it. It means the same.
pub(crate) fn quiet(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        // The line ends are those between values: in a text there are none.
        if character == '\n' || is_harmless(character) {
            text.push(character);
        } else {
            text.push_str(&format!("\\u{:04x}", u32::from(character)));
        }
    }
    text
}

/// What to tell of output that is lost. A reader that went away, as `head` does, had what it wanted.
pub(crate) fn lost() -> Option<Failure> {
    let failure = delivered().err()?;
    FAILED.get().is_none_or(|error| error.kind() != ErrorKind::BrokenPipe).then_some(failure)
}

/// The exit code of a command that did its work: it did not if its output is lost.
pub(crate) fn exit_code(code: ExitCode) -> ExitCode {
    match lost() {
        Some(failure) => {
            let told = failure.report();
            if code == ExitCode::SUCCESS { told } else { code }
        }
        None => code,
    }
}

#[cfg(test)]
mod tests {
    use super::quiet;

    #[test]
    fn json_for_a_terminal_means_the_same() {
        let text = "試験\u{9B}31m\u{202E}\u{2028}\u{7F}\u{1B}\"\\";
        let json = quiet(&serde_json::to_string_pretty(&[text]).unwrap());
        assert!(json.chars().all(|character| character == '\n' || !character.is_control()), "{json}");
        assert!(json.contains("\\u009b31m\\u202e\\u2028\\u007f"), "{json}");
        assert_eq!(serde_json::from_str::<[String; 1]>(&json).unwrap(), [text]);
    }
}
