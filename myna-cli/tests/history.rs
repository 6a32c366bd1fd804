//! `myna history` as a user meets it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../myna-eligibility/tests/samples");

fn sample(name: &str) -> String {
    format!("{SAMPLES}/{name}")
}

/// A folder with a key and a store of its own for each test, removed at its end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("myna-cli-history-{test}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let scratch = Self(folder);
        assert!(scratch.history(&["key", "new", scratch.path("key").as_str()], "").status.success());
        scratch
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// `myna history …` with this store.
    fn history(&self, arguments: &[&str], input: &str) -> Output {
        self.myna(&[&["history"], arguments].concat(), input)
    }

    fn myna(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_myna"))
            .args(arguments)
            .env("MYNA_HISTORY", self.path("results.db"))
            .env("MYNA_HISTORY_KEY_FILE", self.path("key"))
            .env("MYNA_PIN", "1234")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that fails early does not read it.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    fn done(&self, arguments: &[&str]) -> String {
        let output = self.history(arguments, "");
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout).to_owned()
    }

    fn ids(&self, arguments: &[&str]) -> Vec<u64> {
        let found: Value =
            serde_json::from_str(&self.done(&[&["search", "--json"], arguments].concat())).unwrap();
        found["results"].as_array().unwrap().iter().map(|result| result["id"].as_u64().unwrap()).collect()
    }

    fn refused(&self, arguments: &[&str], exit_code: i32, code: &str) -> String {
        let output = self.history(arguments, "");
        let told = text(&output.stderr).to_owned();
        assert_eq!(output.status.code(), Some(exit_code), "{arguments:?}: {told}");
        assert!(told.contains(&format!("[{code}]")), "{arguments:?}: {told}");
        told
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn results_are_recorded_found_shown_and_deleted() {
    let scratch = Scratch::new("life");
    let files = ["e01_valid.xml", "e03_national_health.xml", "e14_bulk_answer.xml"].map(sample);
    let recorded = scratch.done(&["add", "--terminal", "窓口1 TEST", &files[0], &files[1], &files[2]]);
    assert_eq!(recorded.lines().count(), 3);
    assert!(recorded.lines().nth(2).unwrap().ends_with(": 3 4 5"), "{recorded}");

    let screen = scratch.done(&["search", "--name", "試験 葵"]);
    for expected in ["確認日時", "有効", "試験　葵", "1988-07-14", "01139989", "21700023・45", "窓口1 TEST"]
    {
        assert!(screen.contains(expected), "{expected}\n{screen}");
    }
    assert!(scratch.ids(&["--kana", "しけん"]).contains(&1));
    assert_eq!(scratch.ids(&["--insurer-number", "01139989", "--birthdate", "1988-07-14"]), [1]);
    assert_eq!(scratch.ids(&["--name", "だれでもない"]), Vec::<u64>::new());
    let unnamed = scratch.history(&["search", "--json", "--conditions-stdin"], r#"{"number": "0045"}"#);
    assert!(text(&unnamed.stdout).contains("\"id\":1"), "{}", text(&unnamed.stderr));

    let all = scratch.ids(&[]);
    assert_eq!(all.len(), 5);
    let first: Value = serde_json::from_str(&scratch.done(&["search", "--json", "--limit", "2"])).unwrap();
    let next = first["next"].as_str().unwrap();
    assert_eq!(scratch.ids(&["--after", next]), all.get(2..).unwrap());

    let shown = scratch.done(&["show", "1"]);
    for expected in ["確認日時 2025-06-02 09:15:12", "● 有効", "(1) 氏名", "窓口1 TEST"] {
        assert!(shown.contains(expected), "{expected}\n{shown}");
    }
    let json: Value = serde_json::from_str(&scratch.done(&["show", "--json", "1"])).unwrap();
    assert_eq!(json["message"]["verdict"], "valid");
    assert_eq!(json["result"]["checked_at"], "2025-06-02T09:15:12+09:00");
    assert_eq!(json["result"]["method"], "file");

    scratch.done(&["delete", "--yes", "1"]);
    scratch.refused(&["show", "1"], 1, "history.no_result");
    scratch.refused(&["delete", "--yes", "1"], 1, "history.no_result");
}

#[test]
fn a_check_is_recorded_on_the_way() {
    let scratch = Scratch::new("check");
    let store = scratch.path("results.db");
    let check = ["check", "--card", "sim", "--at", "2026-06-02T09:15:00", "--history", &store];
    let output = scratch.myna(&check, "");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let json: Value = serde_json::from_str(&scratch.done(&["show", "--json", "1"])).unwrap();
    assert_eq!(json["result"]["checked_at"], "2026-06-02T09:15:00+09:00");
    assert_eq!(json["result"]["method"], "card_pin");
    assert_eq!(json["message"]["verdict"], "valid");

    // A store that cannot be opened is told before the card is touched.
    fs::write(scratch.path("other"), "no store").unwrap();
    let output = scratch.myna(&["check", "--card", "sim", "--json", "--history", &scratch.path("other")], "");
    assert_eq!(output.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["error"]["code"], "history.not_a_database");
}

#[test]
fn purging_asks_or_is_told() {
    let scratch = Scratch::new("purge");
    scratch.done(&["add", "--at", "2024-03-31T23:59:59", &sample("e01_valid.xml")]);
    scratch.done(&["add", "--at", "2024-04-01", &sample("e01_valid.xml")]);
    scratch.done(&["add", "--at", "2025-06-02", &sample("e11_copied_text.txt")]);
    scratch.refused(&["purge", "--before", "2024-04-01"], 2, "usage.nobody_to_ask");
    assert_eq!(scratch.ids(&[]).len(), 3);
    let purged: Value =
        serde_json::from_str(&scratch.done(&["purge", "--before", "2024-04-01", "--yes", "--json"])).unwrap();
    assert_eq!((&purged["purged"], &purged["left"]), (&1.into(), &2.into()));
    // 427 days before that day is 2024-04-01, which is kept.
    for (days, purged) in [("427", "0件"), ("426", "1件")] {
        let told = scratch.done(&["purge", "--keep-days", days, "--at", "2025-06-02", "--yes"]);
        assert!(told.starts_with(purged), "{told}");
    }
    assert_eq!(scratch.ids(&[]), [3]);
    for arguments in
        [&["purge", "--yes"][..], &["purge", "--yes", "--before", "2024-04-01", "--keep-days", "1"]]
    {
        assert_eq!(scratch.history(arguments, "").status.code(), Some(2));
    }
}

#[test]
fn a_backup_opens_with_the_key_and_a_changed_key_with_the_new_one() {
    let scratch = Scratch::new("backup");
    scratch.done(&["add", &sample("e01_valid.xml")]);
    let backup = scratch.path("backup.db");
    scratch.done(&["backup", &backup]);
    let new = scratch.path("new-key");
    scratch.done(&["key", "new", &new]);
    scratch.done(&["rekey", "--new-key-file", &new]);
    scratch.refused(&["search"], 1, "history.wrong_key");
    assert_eq!(scratch.ids(&["--key-file", &new]), [1]);
    assert_eq!(scratch.ids(&["--store", &backup]), [1]);
    scratch.refused(
        &["backup", &scratch.path("results.db"), "--key-file", &new],
        1,
        "history.will_not_overwrite",
    );
}

#[test]
fn what_is_refused_is_told() {
    let scratch = Scratch::new("refused");
    let told = scratch.refused(&["search"], 1, "history.missing");
    assert!(told.contains("results.db"), "{told}");
    let request = sample("f01_check_request.xml");
    let told = scratch.refused(&["add", &request], 1, "history.not_a_result");
    assert!(told.contains("f01_check_request.xml: "), "which of the files: {told}");
    scratch.refused(&["add", &sample("e11_copied_text.txt")], 2, "usage.no_time");
    // One that is refused does not keep another from being recorded.
    let output = scratch.history(&["add", &request, &sample("e01_valid.xml")], "");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(scratch.ids(&[]), [1]);
    let wrong_day = scratch.refused(&["search", "--birthdate", "昭和63年"], 2, "usage.day");
    assert!(!wrong_day.contains("昭和"), "no birthday in an error: {wrong_day}");
    scratch.refused(&["search", "--verdict", "good"], 2, "usage.verdict");
    scratch.refused(&["search", "--store", &request], 1, "history.not_a_database");
}

#[test]
fn a_store_somebody_has_altered_is_told() {
    let scratch = Scratch::new("verify");
    scratch.done(&["add", &sample("e01_valid.xml"), &sample("e07_no_match.xml")]);
    assert!(scratch.done(&["verify"]).starts_with("2件"));
    let store = scratch.path("results.db");
    let mut bytes = fs::read(&store).unwrap();
    // The last page holds sealed results.
    let at = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    bytes[at] ^= 1;
    fs::write(&store, bytes).unwrap();
    let output = scratch.history(&["verify"], "");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_without_end_is_not_read_to_it() {
    let scratch = Scratch::new("endless");
    let told = scratch.refused(&["add", "/dev/zero"], 1, "input.too_large");
    assert!(told.contains("/dev/zero: more than"), "{told}");
}

#[test]
fn the_key_comes_from_a_file_that_nobody_else_reads() {
    let scratch = Scratch::new("key");
    let key = scratch.path("key");
    let digits = fs::read_to_string(&key).unwrap();
    assert_eq!(digits.trim().len(), 64);
    scratch.refused(&["key", "new", &key], 1, "key_file.unusable");
    assert_eq!(fs::read_to_string(&key).unwrap(), digits, "never overwritten");
    scratch.refused(&["search", "--key-file", &scratch.path("none")], 1, "key_file.unusable");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |mode| fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        mode(0o640);
        let told = scratch.refused(&["add", &sample("e01_valid.xml")], 1, "key_file.permissions");
        assert!(told.contains("chmod 600"), "{told}");
        assert!(!Path::new(&scratch.path("results.db")).exists());
        mode(0o600);
    }
    fs::write(&key, "too short").unwrap();
    let told = scratch.refused(&["search"], 1, "history.malformed_key");
    assert!(!told.contains("too short"), "{told}");
}

#[test]
fn no_text_of_a_message_commands_the_terminal() {
    let scratch = Scratch::new("terminal");
    let answer = fs::read_to_string(sample("e01_valid.xml")).unwrap();
    // C1 control characters, which some terminals obey, are allowed in XML.
    let answer = answer.replace("試験　葵", "試験\u{9B}31m葵");
    let file = scratch.path("answer.xml");
    fs::write(&file, answer).unwrap();
    scratch.done(&["add", "--terminal", "\u{1B}[2J", "--method", "\u{1B}c", &file]);
    for arguments in [&["search"][..], &["show", "1"], &["search", "--json"], &["show", "1", "--json"]] {
        let screen = scratch.done(arguments);
        assert!(screen.contains("試験"), "{screen}");
        assert!(!screen.contains(['\u{1B}', '\u{9B}']), "{screen:?}");
    }
}
