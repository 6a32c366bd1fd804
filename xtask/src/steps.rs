//! The steps of `cargo xtask test`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fmt, fs};

use crate::outcome::{Outcome, StepResult};
use crate::process::{cargo, command, run, succeeds};
use crate::{fhir, fuzz, no_std, packages, prerequisites};

/// Every step runs whatever became of the others, unless it needs one that failed.
///
/// The cargo steps name the same packages and features, so that nothing is built twice.
pub(crate) const TEST: &[Step] = &[
    Step { name: "prerequisites", needs: None, run: prerequisites::ensure },
    Step { name: "format", needs: None, run: format },
    Step { name: "clippy", needs: None, run: clippy },
    Step { name: "documentation", needs: None, run: documentation },
    Step { name: "build", needs: None, run: build },
    Step { name: "tests", needs: Some("build"), run: tests },
    Step { name: "examples", needs: Some("build"), run: examples },
    Step { name: "packages", needs: None, run: packages::check },
    Step { name: "fhir", needs: Some("build"), run: fhir },
    Step { name: "conformance", needs: Some("build"), run: conformance },
    Step { name: "real stack", needs: Some("build"), run: real_stack },
    Step { name: "no_std", needs: None, run: no_std::build },
    Step { name: "counts", needs: Some("prerequisites"), run: counts },
    Step { name: "ratios", needs: Some("prerequisites"), run: ratios },
    Step { name: "cargo-fuzz", needs: None, run: fuzz::install },
    Step { name: "fuzz", needs: Some("cargo-fuzz"), run: || fuzz::run_targets(None, fuzz::SMOKE_SECONDS) },
    Step { name: "cargo-deny", needs: None, run: deny },
];

/// One line of the summary.
pub(crate) struct Step {
    name: &'static str,
    /// The step without which this one cannot say anything.
    needs: Option<&'static str>,
    run: fn() -> StepResult,
}

/// Runs the steps in order and ends with a table of them.
pub(crate) fn run_all(steps: &[Step]) -> ExitCode {
    let start = Instant::now();
    let mut rows: Vec<Row> = Vec::new();
    for step in steps {
        let missing = step.needs.filter(|needed| rows.iter().any(|row| row.name == *needed && !row.passed()));
        println!("\n== {}", step.name);
        let (step_start, step_processor) = (Instant::now(), processor_time());
        let result = match missing {
            Some(needed) => Ok(Outcome::NotRun(format!("needs {needed}"))),
            None => (step.run)(),
        };
        let processor = processor_time().saturating_sub(step_processor);
        let row = Row { name: step.name, result, elapsed: step_start.elapsed(), processor };
        println!("== {row}");
        rows.push(row);
    }
    println!("\n== summary: by the clock, and of all processors together");
    for row in &rows {
        println!("{row}");
    }
    println!("{}", line("total", "", start.elapsed(), processor_time(), ""));
    if rows.iter().any(|row| row.result.is_err()) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn format() -> StepResult {
    run(&mut cargo("fmt --all --check"))?;
    run(&mut cargo("fmt --manifest-path fuzz/Cargo.toml --check"))?;
    passed()
}

fn clippy() -> StepResult {
    run(&mut cargo("clippy --workspace --all-targets --all-features -- -D warnings"))?;
    passed()
}

fn documentation() -> StepResult {
    run(cargo("doc --workspace --no-deps --all-features").env("RUSTDOCFLAGS", "-D warnings"))?;
    passed()
}

/// Of all targets at once: then they agree on the features of every dependency, and the steps below build nothing.
fn build() -> StepResult {
    run(&mut cargo("build --workspace --all-features --all-targets"))?;
    passed()
}

/// Everything that needs no daemon: the real-stack tests, all in a module of that name, have their own step.
fn tests() -> StepResult {
    run(&mut cargo("test --workspace --all-features --no-fail-fast -- --skip real_stack::"))?;
    passed()
}

/// Every example, each in a file of its own: it has to end well by itself.
fn examples() -> StepResult {
    let programs = programs()?.join("examples");
    let mut names = Vec::new();
    for folder in entries(".")?.map(|member| member.join("examples")).filter(|folder| folder.is_dir()) {
        for file in entries(&folder)?.filter(|file| file.extension().is_some_and(|kind| kind == "rs")) {
            let name = file.file_stem().unwrap_or_default().to_owned();
            run(&mut command(programs.join(&name)))?;
            names.push(name.display().to_string());
        }
    }
    names.sort();
    Ok(Outcome::Passed(names.join(", ")))
}

/// What lies in a folder.
fn entries(path: impl AsRef<Path>) -> Result<impl Iterator<Item = PathBuf>, String> {
    let path = path.as_ref();
    let entries = fs::read_dir(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(entries.flatten().map(|entry| entry.path()))
}

/// Cargo puts all programs of the workspace into one directory, this one too.
fn programs() -> Result<PathBuf, String> {
    let this_program = env::current_exe().map_err(|error| error.to_string())?;
    Ok(this_program.parent().map_or_else(PathBuf::new, Path::to_owned))
}

/// What `myna` writes as FHIR, by an independent library.
pub(crate) fn fhir() -> StepResult {
    fhir::check(&programs()?)
}

/// The catalogue against the simulated card, then against cards that each break one rule.
pub(crate) fn conformance() -> StepResult {
    build()?;
    let program = programs()?.join("myna-conformance");
    run(command(&program).args(["run", "--card", "sim"]))?;
    run(command(&program).arg("mutants"))?;
    passed()
}

/// Two faults at a time in every operation that presents a secret; prints a table. The tests do one at a time.
pub(crate) fn pin_faults() -> StepResult {
    run(&mut cargo("test --release --package myna-terminal --test pin_faults -- --ignored --nocapture"))?;
    passed()
}

/// Real clients and our own against the simulated card, each test behind a PC/SC daemon of its own.
fn real_stack() -> StepResult {
    run(&mut cargo("test --workspace --all-features --test real_stack -- --test-threads=2"))?;
    passed()
}

/// Instructions and allocations of the codec beside its neighbours; fails when one of ours grew past the baseline.
pub(crate) fn counts() -> StepResult {
    build_counters()?;
    run(&mut cargo("run --release --quiet --package benches --bin counts"))?;
    passed()
}

/// Both programs that count, at once: linking them is what takes long.
fn build_counters() -> Result<(), String> {
    run(&mut cargo("build --release --package benches --bin counts --bin eligibility"))
}

/// What reading eligibility messages takes beside a bare scan of the same bytes, in instructions, and its memory; fails
/// when a target is missed.
pub(crate) fn ratios() -> StepResult {
    build_counters()?;
    run(&mut cargo("run --release --quiet --package benches --bin eligibility"))?;
    passed()
}

/// The simulated card beside an empty one, in seconds: for people, so it gates nothing.
pub(crate) fn sim_bench() -> StepResult {
    run(&mut cargo("run --release --quiet --package benches --bin sim --all-features"))?;
    passed()
}

/// Three minutes to install, so it runs where somebody has it; its database of advisories is not consulted, because
/// an answer that changes overnight is no property of a change.
fn deny() -> StepResult {
    if !succeeds(&mut cargo("deny --version")) {
        return Ok(Outcome::NotRun("not installed: cargo install --locked cargo-deny".into()));
    }
    run(&mut cargo("deny --all-features check licenses bans sources"))?;
    passed()
}

#[expect(clippy::unnecessary_wraps, reason = "the steps end with it")]
fn passed() -> StepResult {
    Ok(Outcome::Passed(String::new()))
}

struct Row {
    name: &'static str,
    result: StepResult,
    elapsed: Duration,
    /// What its children had of all processors: it changes little when the machine is shared.
    processor: Duration,
}

impl Row {
    fn passed(&self) -> bool {
        matches!(self.result, Ok(Outcome::Passed(_)))
    }
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (result, note) = match &self.result {
            Ok(Outcome::Passed(note)) => ("passed", note),
            Ok(Outcome::NotRun(why)) => ("not run", why),
            Err(why) => ("FAILED", why),
        };
        formatter.write_str(&line(self.name, result, self.elapsed, self.processor, note))
    }
}

/// What the children that have ended took of the processors; nothing where the kernel does not tell.
fn processor_time() -> Duration {
    let status = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name of the program, in brackets: its own time is 12th and 13th, that of its children 14th and 15th,
    // in ticks of a hundredth of a second.
    let fields = status.rsplit(')').next().unwrap_or_default().split_whitespace().skip(13).take(2);
    fields.filter_map(|ticks| ticks.parse().ok()).map(|ticks: u64| Duration::from_millis(ticks * 10)).sum()
}

fn line(name: &str, result: &str, elapsed: Duration, processor: Duration, note: &str) -> String {
    let seconds = (elapsed.as_secs_f64(), processor.as_secs_f64());
    let line = format!("{name:14} {result:8} {:6.1} s {:6.1} s  {note}", seconds.0, seconds.1);
    line.trim_end().to_owned()
}
