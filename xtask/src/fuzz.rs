//! The fuzz targets of `fuzz/`, which is a workspace of its own.

use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::{fs, thread};

use crate::outcome::{Outcome, StepResult};
use crate::process::{cargo, command, run, run_quietly, succeeds, target_directory, tools};

/// How long each target runs in `cargo xtask test`.
pub(crate) const SMOKE_SECONDS: u32 = 10;

/// The profile of a build that is used for seconds.
const QUICK: &str = "--dev";

const CARGO_FUZZ_VERSION: &str = "0.13.2";

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
    // It only starts others: unoptimised it is built in half the time.
    let install = format!("install --quiet --debug --locked cargo-fuzz --version {CARGO_FUZZ_VERSION}");
    run(cargo(&install).arg("--root").arg(tools()))?;
    Ok(Outcome::Passed(format!("installed in {}", tools().display())))
}

/// What chance would take long to find: headers and status words, or the names of the eligibility messages.
fn dictionary(target: &str) -> &'static str {
    match target {
        "eligibility_xml" | "eligibility_round_trip" | "copied_text" | "cp932" | "zip" => {
            "-dict=fuzz/eligibility.dict"
        }
        "pdf" => "-dict=fuzz/pdf.dict",
        _ => "-dict=fuzz/apdu.dict",
    }
}

/// Builds every target, or one, and runs it on its committed corpus.
///
/// One alone is optimised for a long run. All together are built quickly for a short one, and as many run at a time as
/// there are processors.
pub(crate) fn run_targets(only: Option<&str>, seconds: u32) -> StepResult {
    let sanitizer = Sanitizer::available();
    println!("{}", sanitizer.describe());
    if let Some(target) = only {
        run(&mut fuzz(sanitizer, target, seconds, &[])?)?;
        return Ok(Outcome::Passed(sanitizer.describe().into()));
    }
    run(sanitizer.cargo_fuzz("build").arg(QUICK))?;
    let targets = targets()?;
    let waiting = Mutex::new(targets.iter());
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                while let Some(target) = next() {
                    let ran = fuzz(sanitizer, target, seconds, &[QUICK])
                        .and_then(|mut fuzz| run_quietly(&mut fuzz));
                    failures.lock().unwrap_or_else(PoisonError::into_inner).extend(ran.err());
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap_or_else(PoisonError::into_inner);
    if !failures.is_empty() {
        return Err(failures.join("; "));
    }
    Ok(Outcome::Passed(format!("{} targets; {}", targets.len(), sanitizer.describe())))
}

/// One target with its dictionary, on its corpus and on what was found here before, which is kept out of the committed
/// corpus.
fn fuzz(sanitizer: Sanitizer, target: &str, seconds: u32, build: &[&str]) -> Result<Command, String> {
    let found = target_directory().join("fuzz-found").join(target);
    fs::create_dir_all(&found).map_err(|error| format!("{}: {error}", found.display()))?;
    let committed = format!("fuzz/corpus/{target}");
    let committed = Some(committed).filter(|path| Path::new(path).is_dir());
    let limit = format!("-max_total_time={seconds}");
    let mut fuzz = sanitizer.cargo_fuzz("run");
    // libFuzzer writes what it finds to the first directory and only reads the others.
    fuzz.args(build).arg(target).arg(found).args(committed);
    fuzz.args(["--", &limit, dictionary(target), "-print_final_stats=1"]);
    Ok(fuzz)
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
