//! The check by eye with the card's own photo: 照合番号B is handled as a PIN is.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use myna_sim::{Date, Persona};
use serde_json::Value;

const VISUAL: [&str; 6] = ["check", "--card", "sim", "--at", "2026-06-02", "--visual"];

fn number_b() -> String {
    Persona::built_in("default").unwrap().number_b(Date::from_ymd(2026, 6, 2).unwrap()).unwrap()
}

fn myna(arguments: &[&str], number: Option<&str>, input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_myna"));
    command.args(arguments).env_remove("MYNA_NUMBER_B").env_remove("MYNA_PIN");
    if let Some(number) = number {
        command.env("MYNA_NUMBER_B", number);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // One that fails before it reads has closed it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// A folder of its own, removed at the end.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_photo_is_written_and_what_the_card_says_is_told_before_the_face_is_compared() {
    let scratch = Scratch(std::env::temp_dir().join(format!("myna-cli-card-face-{}", std::process::id())));
    fs::create_dir_all(&scratch.0).unwrap();
    let photo = scratch.0.join("photo.jp2");
    fs::write(&photo, "an earlier file, which all may read").unwrap();
    let arguments = [&VISUAL[..], &["--number-b-stdin", "--photo", photo.to_str().unwrap()]].concat();
    let output = myna(&[&arguments[..], &["--face-agrees"]].concat(), None, &number_b());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let screen = text(&output.stdout);
    assert!(screen.contains("生年月日 1988-07-14　性別 女　真正性 確認済み / genuine"), "{screen}");
    let written = fs::read(&photo).unwrap();
    assert_eq!(written[4..8], *b"jP  ", "a JP2 file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&photo).unwrap().permissions().mode() & 0o777, 0o600);
    }

    // Nobody compared: the photo is there, the card was not checked.
    let output = myna(&arguments, None, &number_b());
    assert_eq!(output.status.code(), Some(2));
    assert!(!text(&output.stdout).contains("有効"), "{}", text(&output.stdout));

    let json = [&VISUAL[..], &["--card-face", "--face-agrees", "--json"]].concat();
    let output = myna(&json, Some(&number_b()), "");
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let told = serde_json::json!({ "birth_date": "1988-07-14", "sex": "female", "genuineness": "genuine" });
    assert_eq!(json["card_face"], told);
}

#[test]
fn a_wrong_number_costs_a_try_a_malformed_one_none() {
    let arguments = [&VISUAL[..], &["--card-face", "--face-agrees", "--json"]].concat();
    let right = number_b();
    let wrong = format!("{}{}", &right[..13], if right.ends_with('0') { '1' } else { '0' });
    for (number, code, spent, left) in [
        (wrong.as_str(), "pin.wrong", "yes", Some(9)),
        ("1234", "number_b.format", "no", None),
        ("", "number_b.format", "no", None),
    ] {
        let output = myna(&arguments, Some(number), "");
        assert_eq!(output.status.code(), Some(11), "{number}");
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        let error = &json["error"];
        assert_eq!((&error["code"], &error["try_spent"]), (&code.into(), &spent.into()), "{json}");
        assert_eq!(error["tries_left"].as_u64(), left);
        assert!(error["message_ja"].as_str().unwrap().contains("照合番号B"), "{json}");
        assert!(number.is_empty() || !json.to_string().contains(number), "{json}");
    }
}

#[test]
fn nothing_is_read_that_was_not_asked_for() {
    let nobody = [&VISUAL[..], &["--card-face", "--face-agrees"]].concat();
    assert_eq!(myna(&nobody, None, "").status.code(), Some(2), "no terminal to ask at");
    // The variable alone is no wish.
    let plain = [&VISUAL[..], &["--face-agrees"]].concat();
    let output = myna(&plain, Some("1234"), "");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(!text(&output.stdout).contains("真正性"));
    for option in ["--card-face", "--number-b-stdin", "--face-agrees"] {
        let output = myna(&["check", "--card", "sim", option], None, "");
        assert_eq!(output.status.code(), Some(2), "{option} without a check by eye");
    }
}

/// The card is held three times: for the counter, for the face, for the check.
#[test]
fn a_fault_plan_counts_over_all_holds_on_the_card() {
    let number = number_b();
    // The exit code, and whether the face had been told by then.
    let check = |at: u32| {
        let plan = format!("{at} remove");
        let arguments =
            [&VISUAL[..], &["--json", "--face-agrees", "--card-face", "--faults", &plan]].concat();
        let output = myna(&arguments, Some(&number), "");
        (output.status.code(), text(&output.stderr).contains("生年月日"))
    };
    let last = (1..).find(|at| check(at + 1).0 == Some(0)).unwrap();
    assert_eq!((check(1), check(last)), ((Some(13), false), (Some(13), true)), "{last} exchanges");
}

/// The face is one person's, the certificate another's: each is good by itself.
#[test]
fn a_card_of_two_people_is_not_valid_in_silence() {
    let scratch = Scratch(std::env::temp_dir().join(format!("myna-cli-two-people-{}", std::process::id())));
    let [face, jpki] = ["elderly", "default"].map(|persona| {
        let folder = scratch.0.join(persona);
        let path = folder.to_str().unwrap();
        let output = myna(&["sim", "show", persona, "--at", "2026-06-02", "--export", path], None, "");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        folder
    });
    let application = "D392F000260100000001";
    for file in fs::read_dir(jpki.join(application)).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), face.join(application).join(file.file_name())).unwrap();
    }
    let card = format!("sim:{}", face.to_str().unwrap());
    let elderly = Persona::built_in("elderly").unwrap();
    let number = elderly.number_b(Date::from_ymd(2026, 6, 2).unwrap()).unwrap();
    let arguments = ["check", "--card", &card, "--at", "2026-06-02", "--visual", "--face-agrees"];
    assert_eq!(myna(&arguments, None, "").status.code(), Some(0), "nobody looked at the face");

    let output = myna(&[&arguments[..], &["--card-face"]].concat(), Some(&number), "");
    assert_eq!(output.status.code(), Some(18), "{}", text(&output.stderr));
    assert!(!text(&output.stdout).contains("有効"), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("券面と資格情報の生年月日"), "{}", text(&output.stderr));

    let output = myna(&[&arguments[..], &["--card-face", "--json"]].concat(), Some(&number), "");
    assert_eq!(output.status.code(), Some(18));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["error"]["code"], "check.contradiction", "{json}");
    assert_eq!(json.as_object().unwrap().len(), 1, "no result beside it: {json}");
}
