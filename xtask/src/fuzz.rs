//! The fuzz targets of `fuzz/`, which is a workspace of its own.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::process::{TOOLS, cargo, command, run, succeeds};
use crate::steps::{Outcome, StepResult};

/// How long each target runs in `cargo xtask test`.
pub(crate) const SMOKE_SECONDS: u32 = 10;

const CARGO_FUZZ_VERSION: &str = "0.13.2";

/// Inputs found here; kept from run to run, out of the committed corpus.
const FOUND: &str = "target/fuzz-found";

/// `cargo xtask fuzz`: installs what it needs, then fuzzes.
pub(crate) fn install_and_run(only: Option<&str>, seconds: u32) -> StepResult {
    install()?;
    run_targets(only, seconds)
}

/// Installs cargo-fuzz unless there is one.
pub(crate) fn install() -> StepResult {
    if succeeds(&mut cargo("fuzz --version")) {
        return Ok(Outcome::Passed("nothing to install".into()));
    }
    run(&mut cargo(&format!("install --locked cargo-fuzz --version {CARGO_FUZZ_VERSION} --root {TOOLS}")))?;
    Ok(Outcome::Passed(format!("installed in {TOOLS}")))
}

/// What chance would take long to find: headers and status words, or the names of the eligibility messages.
fn dictionary(target: &str) -> &'static str {
    match target {
        "eligibility_xml" | "eligibility_round_trip" | "copied_text" | "cp932" | "zip" => {
            "-dict=fuzz/eligibility.dict"
        }
        _ => "-dict=fuzz/apdu.dict",
    }
}

/// Builds every target, or one, and runs it on its committed corpus.
pub(crate) fn run_targets(only: Option<&str>, seconds: u32) -> StepResult {
    let targets = match only {
        Some(target) => vec![target.to_owned()],
        None => targets()?,
    };
    let sanitizer = Sanitizer::available();
    println!("{}", sanitizer.describe());
    run(sanitizer.cargo_fuzz("build").args(only))?;
    let mut failures = Vec::new();
    for target in &targets {
        let found = format!("{FOUND}/{target}");
        fs::create_dir_all(&found).map_err(|error| format!("{found}: {error}"))?;
        // libFuzzer writes what it finds to the first directory and only reads the others.
        let committed = format!("fuzz/corpus/{target}");
        let committed = Some(committed).filter(|path| Path::new(path).is_dir());
        let limit = format!("-max_total_time={seconds}");
        let mut fuzz = sanitizer.cargo_fuzz("run");
        fuzz.arg(target).arg(found).args(committed).args([
            "--",
            &limit,
            dictionary(target),
            "-print_final_stats=1",
        ]);
        failures.extend(run(&mut fuzz).err());
    }
    if !failures.is_empty() {
        return Err(failures.join("; "));
    }
    Ok(Outcome::Passed(format!("{} targets; {}", targets.len(), sanitizer.describe())))
}

/// One target a file, as cargo-fuzz lays them out.
fn targets() -> Result<Vec<String>, String> {
    let directory = "fuzz/fuzz_targets";
    let explain = |error| format!("{directory}: {error}");
    let mut targets = Vec::new();
    for entry in fs::read_dir(directory).map_err(explain)? {
        let path = entry.map_err(explain)?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            targets.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    if targets.is_empty() {
        return Err(format!("{directory}: no targets"));
    }
    targets.sort();
    Ok(targets)
}

/// Only a nightly compiler offers AddressSanitizer; our own crates forbid unsafe code, so it mainly watches
/// dependencies, and fuzzing without it still finds panics, hangs and overflows.
#[derive(Debug, Clone, Copy)]
enum Sanitizer {
    Address,
    Nothing,
}

impl Sanitizer {
    fn available() -> Self {
        let nightly = succeeds(command("rustup").args(["run", "nightly", "rustc", "--version"]));
        if nightly { Self::Address } else { Self::Nothing }
    }

    fn describe(self) -> &'static str {
        match self {
            Self::Address => "nightly toolchain with AddressSanitizer",
            Self::Nothing => "default toolchain without sanitizer (no nightly installed)",
        }
    }

    fn cargo_fuzz(self, subcommand: &str) -> Command {
        let mut command = cargo("fuzz");
        match self {
            Self::Address => {
                command.arg(subcommand).env("RUSTUP_TOOLCHAIN", "nightly");
                // `cargo xtask` sets these to the toolchain it runs in; cargo-fuzz would follow them.
                command.env_remove("CARGO").env_remove("RUSTC");
            }
            Self::Nothing => {
                command.args([subcommand, "--sanitizer", "none"]);
            }
        }
        command
    }
}
