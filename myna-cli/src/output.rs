//! Standard output, which may be closed or full. Nothing panics for it; what was not written is told in the end.

use std::fmt;
use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;
use std::sync::OnceLock;

use crate::failure::Failure;

/// The first write that failed.
static FAILED: OnceLock<(ErrorKind, String)> = OnceLock::new();

/// Writes, or takes note that it could not: the work goes on.
pub(crate) fn write(text: fmt::Arguments<'_>) {
    note(io::stdout().write_fmt(text));
}

fn note(result: io::Result<()>) {
    if let Err(error) = result {
        let _ = FAILED.set((error.kind(), error.to_string()));
    }
}

/// Whether all that was written has gone out.
pub(crate) fn delivered() -> Result<(), Failure> {
    note(io::stdout().flush());
    match FAILED.get() {
        None => Ok(()),
        Some((_, error)) => Err(Failure::output(error)),
    }
}

/// The exit code of a command that did its work: it did not if its output is lost. A reader that went away, as `head`
/// does, had what it wanted.
pub(crate) fn exit_code(code: ExitCode) -> ExitCode {
    match delivered() {
        Err(failure) if FAILED.get().is_none_or(|(kind, _)| *kind != ErrorKind::BrokenPipe) => {
            let told = failure.report();
            if code == ExitCode::SUCCESS { told } else { code }
        }
        _ => code,
    }
}
