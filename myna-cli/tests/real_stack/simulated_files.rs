//! The files a simulated card leaves: its state and its trace.

use std::fs;

use serde_json::Value;

/// How many tries of the user authentication PIN the state file says are left. `None` if there is no file: nothing
/// has ever happened to the card that it would have to remember.
pub(super) fn tries_left(state: &str) -> Option<u64> {
    let text = fs::read_to_string(state).ok()?;
    let value: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let tries = value["counters"]["user_authentication"].as_u64();
    Some(tries.unwrap_or_else(|| panic!("no counter in {text}")))
}

/// The exchanges in a trace file, oldest first; none if there is no file yet.
pub(super) fn exchanges(trace: &str) -> Vec<Exchange> {
    let text = fs::read_to_string(trace).unwrap_or_default();
    text.lines()
        .map(|line| Exchange(serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))))
        .collect()
}

/// One line of a trace.
#[derive(Debug)]
pub(super) struct Exchange(pub(super) Value);

impl Exchange {
    /// Whether it presents a PIN; a VERIFY without data only asks for the tries left.
    pub(super) fn presents_pin(&self) -> bool {
        let header = self.0["header"].as_str().expect("a header");
        header[2..4] == *"20" && self.0["redacted"] == true
    }
}
