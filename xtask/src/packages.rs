//! What a vendor takes in with a crate, and whether each can be published.

use std::collections::BTreeSet;
use std::process::Stdio;

use crate::outcome::{Outcome, StepResult};
use crate::process::{cargo, run};

/// These need nobody: whoever takes one takes no code but ours.
const ALONE: [&str; 3] = ["myna-error", "myna-calendar", "myna-apdu"];

/// A card in a vendor's test, with all it needs, itself among them.
const SIMULATED_CARD: (&str, usize) = ("myna-sim", 59);

/// The number of packages behind the crates that have to stay small; then every crate is packaged as it would be
/// published, without being built once more.
pub(crate) fn check() -> StepResult {
    for package in ALONE {
        if let Some(other) = needed_by(package)?.iter().find(|needed| !needed.starts_with("myna-")) {
            return Err(format!("{package} needs {other}"));
        }
    }
    let (package, most) = SIMULATED_CARD;
    let count = needed_by(package)?.len();
    if count > most {
        return Err(format!(
            "{package} needs {count} packages, where {most} are allowed: cargo tree -p {package} -e normal"
        ));
    }
    package_all("--no-verify")?;
    Ok(Outcome::Passed(format!("{package} needs {count} packages of {most}")))
}

/// `cargo xtask release-check`: every crate is packaged, and built from its package alone, in the order in which they are
/// published.
pub(crate) fn release() -> StepResult {
    package_all("--all-features")?;
    Ok(Outcome::Passed("every crate builds from its package".into()))
}

fn package_all(how: &str) -> Result<(), String> {
    run(&mut cargo(&format!(
        "package --workspace --exclude xtask --exclude benches --allow-dirty --quiet {how}"
    )))
}

/// The distinct packages of `cargo tree`.
fn needed_by(package: &str) -> Result<BTreeSet<String>, String> {
    let mut tree = cargo("tree --edges normal --prefix none --format {p} --package");
    let output = tree.arg(package).stderr(Stdio::inherit()).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("cargo tree of {package}: {}", output.status));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect())
}
