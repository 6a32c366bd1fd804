//! Tasks of this repository; `cargo xtask help` lists them.
//!
//! Plain `std`, so that it builds in a second and the first failing step is ours, not a dependency's.

mod errors;
mod fhir;
mod fuzz;
mod no_std;
mod outcome;
mod packages;
mod prerequisites;
mod process;
mod steps;

use std::process::ExitCode;
use std::{env, io};

const HELP: &str = "\
cargo xtask test                      everything that must hold before a change goes in (CI runs just this)
cargo xtask fuzz [TARGET] [SECONDS]   every fuzz target, or one, for 10 or SECONDS seconds each
cargo xtask conformance               the conformance suite against simulated cards, good and bad
cargo xtask pin-faults                two faults at a time in every operation that presents a PIN, and what is said of tries
cargo xtask no-std                    the codec for bare metal and wasm, with every set of features
cargo xtask fhir                      what `myna` writes as FHIR, by an independent library of PyPI
cargo xtask errors                    docs/errors.md, from the tables of errors in the sources
cargo xtask bench counts              instructions and allocations of the codec, beside its neighbours
cargo xtask bench eligibility         reading eligibility messages, beside a bare scan of their bytes
cargo xtask bench sim                 exchanges a second of the simulated card, beside an empty one
cargo xtask release-check             every crate packaged, and built from its package alone
cargo xtask help                      this text
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let Err(error) = enter_repository() {
        eprintln!("xtask: cannot enter the repository: {error}");
        return ExitCode::FAILURE;
    }
    match words[..] {
        ["test"] => steps::run_all(steps::TEST),
        ["bench", "counts"] => alone(steps::counts()),
        ["fhir"] => alone(steps::fhir()),
        ["no-std"] => alone(no_std::build()),
        ["bench", "eligibility"] => alone(steps::ratios()),
        ["bench", "sim"] => alone(steps::sim_bench()),
        ["errors"] => match errors::write() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("xtask: {}: {error}", errors::PAGE);
                ExitCode::FAILURE
            }
        },
        ["conformance"] => alone(steps::conformance()),
        ["release-check"] => alone(packages::release()),
        ["pin-faults"] => alone(steps::pin_faults()),
        ["fuzz"] => alone(fuzz::install_and_run(None, fuzz::SMOKE_SECONDS)),
        ["fuzz", target] => alone(fuzz::install_and_run(Some(target), fuzz::SMOKE_SECONDS)),
        ["fuzz", target, seconds] => match seconds.parse() {
            Ok(seconds) => alone(fuzz::install_and_run(Some(target), seconds)),
            Err(_) => bad_usage(),
        },
        ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        _ => bad_usage(),
    }
}

/// Every path in this program is relative to the root of the repository.
fn enter_repository() -> io::Result<()> {
    env::set_current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// A step that runs outside the list of `cargo xtask test`.
fn alone(result: outcome::StepResult) -> ExitCode {
    match result {
        Ok(outcome) => {
            println!("{outcome}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bad_usage() -> ExitCode {
    eprint!("{HELP}");
    ExitCode::from(2)
}
