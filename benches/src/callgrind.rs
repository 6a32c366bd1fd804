use std::error::Error;
use std::process::{Command, ExitCode};
use std::{env, fs};

/// Runs this very program once more, with these arguments under callgrind, and hands out what callgrind wrote.
///
/// # Errors
///
/// Without valgrind, and what starting the program or reading the file met.
pub fn callgrind(arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    let file = env::temp_dir().join(format!("callgrind.{}{}", std::process::id(), arguments.join(".")));
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", &format!("--callgrind-out-file={}", file.display())])
        .arg(env::current_exe()?)
        .args(arguments)
        .output()
        .map_err(|error| format!("valgrind: {error}; on Debian: apt-get install valgrind"))?;
    if !output.status.success() {
        return Err(format!("valgrind: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let profile = fs::read_to_string(&file)?;
    fs::remove_file(&file)?;
    Ok(profile)
}

/// The instructions of the whole run, by a profile of callgrind's.
///
/// # Errors
///
/// Where the profile has no total.
pub fn instructions(profile: &str) -> Result<u64, Box<dyn Error>> {
    let mut lines = profile.lines();
    let total =
        lines.find_map(|line| line.strip_prefix("totals: ").or_else(|| line.strip_prefix("summary: ")));
    Ok(total.ok_or("callgrind wrote no total")?.trim().parse()?)
}

/// How a program ends: by whether all was good, or by its error, told under the program's name.
#[must_use]
pub fn exit_code(program: &str, result: Result<bool, Box<dyn Error>>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{program}: {error}");
            ExitCode::FAILURE
        }
    }
}
