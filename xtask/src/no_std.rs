//! `cargo xtask no-std`: the codec built where there is no operating system, with every set of its features.

use std::path::Path;
use std::process::Command;

use crate::outcome::{Outcome, StepResult};
use crate::process::{cargo, command, run, succeeds, target_directory};

/// A microcontroller with hardware floating point, and a browser.
const TARGETS: [&str; 2] = ["thumbv7em-none-eabihf", "wasm32-unknown-unknown"];

/// The features that do not need `std`.
const FEATURES: [&str; 3] = ["alloc", "serde", "iso7816"];

/// Debian's compiler comes with the source of `core` and `alloc` in a package of its own, so they can be built for any
/// target it knows.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/core/Cargo.toml";

const MISSING: &str = "no compiler for these targets: `rustup target add thumbv7em-none-eabihf wasm32-unknown-unknown`, \
                       or on Debian `apt-get install rustc-web rust-web-src`";

/// Builds `myna-apdu` for every target and every set of features.
pub(crate) fn build() -> StepResult {
    let Some(compiler) = Compiler::available() else { return Ok(Outcome::NotRun(MISSING.into())) };
    let mut builds = 0;
    for target in TARGETS {
        for features in powerset() {
            run(compiler.cargo_build().args(["--target", target, "--features", &features]))?;
            builds += 1;
        }
    }
    Ok(Outcome::Passed(format!("{builds} builds with {}", compiler.describe())))
}

/// What builds for a target that is not this machine.
#[derive(Debug, Clone, Copy)]
enum Compiler {
    /// The toolchain in use has the standard library of every target.
    Installed,
    /// Debian's compiler, which builds that library from its source.
    Debian,
}

impl Compiler {
    fn available() -> Option<Self> {
        if TARGETS.iter().all(|target| has_core(target)) {
            Some(Self::Installed)
        } else if succeeds(command(DEBIAN_RUSTC).arg("--version")) && Path::new(DEBIAN_SOURCE).exists() {
            Some(Self::Debian)
        } else {
            None
        }
    }

    fn describe(self) -> &'static str {
        match self {
            Self::Installed => "the toolchain in use",
            Self::Debian => "Debian's rustc and the source of its library",
        }
    }

    /// In a folder of its own: another compiler would make the next ordinary build start from nothing.
    fn cargo_build(self) -> Command {
        let mut build = cargo("build --quiet --package myna-apdu --no-default-features");
        build.arg("--target-dir").arg(target_directory().join("no-std"));
        if let Self::Debian = self {
            // Building the library is an unstable option, which a stable compiler takes only when told to.
            build.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=core,alloc");
        }
        build
    }
}

fn has_core(target: &str) -> bool {
    let output = command("rustc").args(["--print", "target-libdir", "--target", target]).output();
    output.is_ok_and(|output| {
        let directory = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success() && Path::new(&directory).exists()
    })
}

/// Every set of the features, separated by commas.
fn powerset() -> Vec<String> {
    let mut sets = vec![String::new()];
    for feature in FEATURES {
        let with: Vec<String> = sets.iter().map(|set| format!("{set}{feature},")).collect();
        sets.extend(with);
    }
    sets
}
