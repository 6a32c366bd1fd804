//! Child processes: all of them start in the root of the repository and share this terminal.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Cargo's target directory, wherever `CARGO_TARGET_DIR` or a configuration file put it: this program was built there.
pub(crate) fn target_directory() -> PathBuf {
    let this_program = env::current_exe().unwrap_or_default();
    // Programs are in `debug` or `release` of it.
    this_program.ancestors().nth(2).map_or_else(|| "target".into(), Path::to_owned)
}

/// Where `cargo xtask test` installs the tools it needs; out of the developer's own `~/.cargo/bin`.
pub(crate) fn tools() -> PathBuf {
    target_directory().join("tools")
}

/// `program` with the environment every child gets.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    // A toolchain that is missing is an error to report, never something to download.
    command.env("RUSTUP_AUTO_INSTALL", "0");
    if env::var_os("CARGO_TARGET_DIR").is_some() {
        // A relative one means where this program was started, which is not where its children are.
        command.env("CARGO_TARGET_DIR", target_directory());
    }
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

/// Runs a command to its end, showing the command line and what it printed afterwards, so that several can run at once.
pub(crate) fn run_quietly(command: &mut Command) -> Result<(), String> {
    let line = line(command);
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{line}: {error}"))?;
    let (printed, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!("$ {line}\n{printed}{complained}");
    if output.status.success() { Ok(()) } else { Err(format!("{line}: {}", output.status)) }
}

/// Whether a command can be started and succeeds; its output is not shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

fn paths_with_tools() -> Option<OsString> {
    let inherited = env::var_os("PATH")?;
    env::join_paths([tools().join("bin")].into_iter().chain(env::split_paths(&inherited))).ok()
}

fn line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy()));
    words.join(" ")
}
