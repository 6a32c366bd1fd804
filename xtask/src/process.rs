//! Child processes: all of them start in the root of the repository and share this terminal.

use std::ffi::{OsStr, OsString};
use std::process::{Command, Stdio};
use std::{env, path};

/// Where `cargo xtask test` installs the tools it needs; out of the developer's own `~/.cargo/bin`.
pub(crate) const TOOLS: &str = "target/tools";

/// `program` with the environment every child gets.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    // A toolchain that is missing is an error to report, never something to download.
    command.env("RUSTUP_AUTO_INSTALL", "0");
    if let Some(paths) = paths_with_tools() {
        command.env("PATH", paths);
    }
    command
}

/// `cargo` with these arguments, separated by spaces.
pub(crate) fn cargo(arguments: &str) -> Command {
    let mut command = command("cargo");
    command.args(arguments.split(' '));
    command
}

/// Runs a command to its end, showing the command line first.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let line = line(command);
    println!("$ {line}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{line}: {status}")),
        Err(error) => Err(format!("{line}: {error}")),
    }
}

/// Whether a command can be started and succeeds; its output is not shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

fn paths_with_tools() -> Option<OsString> {
    let tools = path::absolute(format!("{TOOLS}/bin")).ok()?;
    let inherited = env::var_os("PATH")?;
    env::join_paths([tools].into_iter().chain(env::split_paths(&inherited))).ok()
}

fn line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy()));
    words.join(" ")
}
