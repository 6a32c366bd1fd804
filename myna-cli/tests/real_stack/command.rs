//! Running programs to their end.

use std::fmt;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

/// The command under test.
pub(super) const MYNA: &str = env!("CARGO_BIN_EXE_myna");

/// The person whose card all tests use.
pub(super) const PERSONA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/real_stack/persona.toml");

/// Their PIN of the user authentication key.
pub(super) const PIN: &str = "4821";

/// Not their PIN.
pub(super) const WRONG_PIN: &str = "7391";

/// The instant of every check, when the card's certificates are valid.
pub(super) const AT: &str = "2026-07-01T12:00:00";

/// What a program that has ended left behind.
pub(super) struct Run {
    line: String,
    /// 124 if it had to be stopped after half a minute.
    pub(super) exit_code: Option<i32>,
    pub(super) stdout: String,
    stderr: String,
}

/// Runs a command line, whose words are separated by spaces.
pub(super) fn run(line: &str) -> Run {
    let words: Vec<&str> = line.split(' ').collect();
    run_with_input(&words, "")
}

/// `myna check` of the card in the reader, with this PIN.
pub(super) fn check(pin: &str, more: &[&str]) -> Run {
    check_on("pcsc", pin, &[&["--persona", PERSONA], more].concat())
}

/// `myna check` of a card anywhere.
pub(super) fn check_on(card: &str, pin: &str, more: &[&str]) -> Run {
    let words = [MYNA, "check", "--card", card, "--at", AT, "--json", "--pin-stdin"];
    run_with_input(&[&words, more].concat(), &format!("{pin}\n"))
}

fn run_with_input(words: &[&str], input: &str) -> Run {
    // A transmission to a card that never answers waits for ever, and so would the test.
    let mut command = Command::new("timeout");
    command.args(["--kill-after=5", "30"]).args(words);
    // OpenSC as it comes, whatever this machine's configuration says; messages in English.
    command.env("OPENSC_CONF", "/dev/null").env("LC_ALL", "C").env_remove("MYNA_PIN");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("`timeout` (package coreutils) starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // It fails if the program ends without reading its input, which is the program's right.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("the output of a child");
    let started = !matches!(output.status.code(), Some(126 | 127));
    assert!(started, "is {} installed? {}", words[0], String::from_utf8_lossy(&output.stderr));
    Run {
        line: words.join(" "),
        exit_code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Run {
    /// Its standard output, if it succeeded; the test fails otherwise.
    pub(super) fn succeeded(self) -> String {
        self.exits_with(0).stdout
    }

    /// The same run, if it ended with this code; the test fails otherwise.
    pub(super) fn exits_with(self, code: i32) -> Self {
        assert_eq!(self.exit_code, Some(code), "exit code of {self}");
        self
    }

    /// Its standard output as one JSON value.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("not JSON: {error}: {self}"))
    }

    /// The object `error` of a `myna check` that failed.
    pub(super) fn error(&self) -> Value {
        let error = self.json()["error"].clone();
        assert!(error.is_object(), "no error in {self}");
        assert_eq!(error["exit_code"].as_i64(), self.exit_code.map(i64::from), "{self}");
        for text in ["code", "message", "message_ja"] {
            assert!(error[text].as_str().is_some_and(|text| !text.is_empty()), "no {text} in {self}");
        }
        error
    }
}

impl fmt::Display for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, exit_code, stdout, stderr } = self;
        write!(formatter, "$ {line}\n{stdout}{stderr}(exit code {exit_code:?})")
    }
}
