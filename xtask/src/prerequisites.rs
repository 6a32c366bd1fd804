//! What the steps need besides a Rust toolchain.

use std::path::Path;

use crate::outcome::{Outcome, StepResult};
use crate::process::{cargo, command, run, succeeds};

/// Debian's packages, and why.
const PACKAGES: [(&str, &str); 16] = [
    ("ca-certificates", "cargo downloads over HTTPS"),
    ("g++", "links Rust programs; libFuzzer is C++"),
    ("iproute2", "`ip`: the loopback device of a private network"),
    ("libpcsclite-dev", "the PC/SC transport links libpcsclite"),
    ("opensc", "an independent client of the card"),
    ("opensc-pkcs11", "the same as a PKCS#11 module"),
    ("openssl", "an independent check of certificates and signatures"),
    ("pcscd", "the PC/SC daemon"),
    ("pkg-config", "finds libpcsclite"),
    ("poppler-utils", "`pdfsig`: an independent check of signatures in PDF documents"),
    ("python3-pyscard", "clients of the card in Python"),
    ("python3-venv", "an independent check of FHIR, installed from PyPI apart from the system"),
    ("qpdf", "makes and checks PDF documents of every structure"),
    ("util-linux", "`unshare`: private namespaces"),
    ("valgrind", "counts instructions"),
    ("vsmartcard-vpcd", "the virtual reader of the simulated card"),
];

/// Installs Debian's packages where that is possible; says what is missing otherwise.
pub(crate) fn ensure() -> StepResult {
    for (tool, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if !succeeds(&mut cargo(&format!("{tool} --version"))) {
            return Err(format!("`cargo {tool}` is missing: rustup component add {component}"));
        }
    }
    if !Path::new("/usr/bin/dpkg-query").exists() {
        let needs: Vec<String> = PACKAGES.iter().map(|(name, why)| format!("  {name:16} {why}")).collect();
        return Err(format!("not Debian or Ubuntu; install the like of\n{}", needs.join("\n")));
    }
    let missing: Vec<&str> =
        PACKAGES.iter().map(|(name, _)| *name).filter(|name| !is_installed(name)).collect();
    if missing.is_empty() {
        return Ok(Outcome::Passed("nothing to install".into()));
    }
    let Some(administrator) = administrator() else {
        return Err(format!("neither root nor passwordless sudo: apt-get install {}", missing.join(" ")));
    };
    run(apt_get(administrator).arg("update"))?;
    run(apt_get(administrator).args(["install", "--yes", "--no-install-recommends"]).args(&missing))?;
    Ok(Outcome::Passed(format!("installed {}", missing.join(" "))))
}

fn is_installed(package: &str) -> bool {
    let query = command("dpkg-query").args(["--show", "--showformat=${db:Status-Status}", package]).output();
    query.is_ok_and(|output| output.stdout.starts_with(b"installed"))
}

/// What to put before a command that needs root; `None` if there is no way to become it.
fn administrator() -> Option<&'static [&'static str]> {
    let user = command("id").arg("-u").output().ok()?;
    if user.stdout.trim_ascii() == b"0" {
        Some(&[])
    } else if succeeds(command("sudo").args(["-n", "true"])) {
        Some(&["sudo", "-n"])
    } else {
        None
    }
}

fn apt_get(administrator: &[&str]) -> std::process::Command {
    let words = [administrator, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]].concat();
    let mut command = command(words[0]);
    // Another package manager may hold the lock for a moment on a machine that has just started.
    command.args(&words[1..]).args(["--quiet", "--option", "DPkg::Lock::Timeout=120"]);
    command
}
