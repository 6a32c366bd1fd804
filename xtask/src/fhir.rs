//! The shape of FHIR, by a library of PyPI that shares nothing with ours.

use std::fs;
use std::path::Path;

use crate::outcome::{Outcome, StepResult};
use crate::process::{command, run, tools};

const REQUIREMENTS: &str = "xtask/fhir/requirements.txt";
const SAMPLES: &str = "myna-eligibility/tests/samples";

/// Checks what `myna` writes of every sample; not run where the library cannot be had.
pub(crate) fn check(programs: &Path) -> StepResult {
    let environment = tools().join("fhir");
    let python = environment.join("bin/python");
    let installed = environment.join("requirements.txt");
    let wanted = fs::read(REQUIREMENTS).map_err(|error| format!("{REQUIREMENTS}: {error}"))?;
    if fs::read(&installed).ok().as_ref() != Some(&wanted) {
        let made = run(command("python3").args(["-m", "venv", "--clear"]).arg(&environment));
        let made = made.and_then(|()| {
            let pip = [
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--requirement",
                REQUIREMENTS,
            ];
            run(command(&python).args(pip))
        });
        if let Err(error) = made {
            return Ok(Outcome::NotRun(error));
        }
        fs::write(&installed, wanted).map_err(|error| format!("{}: {error}", installed.display()))?;
    }
    let samples = fs::read_dir(SAMPLES).map_err(|error| format!("{SAMPLES}: {error}"))?;
    let samples = samples.flatten().map(|entry| entry.path());
    run(command(&python).arg("xtask/fhir/shape.py").arg(programs.join("myna")).args(samples))?;
    Ok(Outcome::Passed(String::new()))
}
