//! The command as a user meets it: exit codes, JSON, where the PIN may come from.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const AT: &str = "2026-06-02T09:15:00";

fn myna(arguments: &[&str], pin: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_myna"));
    command.args(arguments).env_remove("MYNA_PIN").stdin(Stdio::null());
    if let Some(pin) = pin {
        command.env("MYNA_PIN", pin);
    }
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output.stdout)))
}

#[test]
fn the_demo_shows_what_a_clinic_would_see() {
    let output = myna(&["demo"], None);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let screen = text(&output.stdout);
    for expected in [
        "職員ログイン",
        "残り3回（照合の前に確認）",
        "暗証番号を照合しました",
        "利用者証明用の鍵で署名しました",
        "● 有効",
        "(1) 氏名            試験　葵",
        "1988-07-14（昭和63年7月14日）",
        "被保険者証（一般）",
        "01139989",
        "見本健康保険協会",
        "5 往復 / exchanges, 送信 92 bytes",
    ] {
        assert!(screen.contains(expected), "{expected}\n{screen}");
    }
    assert!(!screen.contains("1234"), "no PIN on the screen");
}

#[test]
fn exit_codes_tell_the_outcome() {
    for (arguments, pin, code) in [
        (&["check", "--card", "sim"][..], Some("1234"), 0),
        (&["check", "--card", "sim:lost"], Some("1234"), 15),
        (&["check", "--card", "sim:no-match"], Some("1234"), 15),
        (&["check", "--card", "sim:revoked"], Some("1234"), 16),
        (&["check", "--card", "sim:expired"], Some("1234"), 16),
        (&["check", "--card", "sim"], Some("9999"), 11),
        (&["check", "--card", "sim"], Some("12345"), 11),
        (&["check", "--card", "sim:pin-locked"], Some("1234"), 12),
        (&["check", "--card", "sim"], None, 2),
        (&["check", "--card", "sim:nobody"], Some("1234"), 2),
        (&["check", "--card", "nfc"], Some("1234"), 2),
        (&["check"], Some("1234"), 2),
        (&["check", "--card", "sim", "--at", "yesterday"], Some("1234"), 2),
        (&["check", "--card", "sim", "--pin", "1234"], None, 2),
        (&["no-such-command"], None, 2),
        (&["--help"], None, 0),
    ] {
        let output = myna(arguments, pin);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(&output.stderr));
    }
}

#[test]
fn json_holds_verdict_fields_and_budget_and_is_the_same_each_time() {
    let arguments = ["check", "--card", "sim", "--json", "--at", AT];
    let first = myna(&arguments, Some("1234"));
    assert_eq!(first.stdout, myna(&arguments, Some("1234")).stdout);
    let report = json(&first);
    assert_eq!(report["verdict"], "valid");
    assert_eq!(report["valid"], true);
    assert_eq!(report["tries_left_before"], 3);
    assert_eq!(report["budget"]["exchanges"], 5);
    assert_eq!(report["results"][0]["name"], "試験　葵");
}

#[test]
fn a_failure_in_json_tells_code_and_what_became_of_the_try() {
    for (card, pin, code, spent, left) in [
        ("sim", "9999", "pin.wrong", "yes", Some(2)),
        ("sim", "12a4", "pin.format.four_digits", "no", None),
        ("sim:pin-locked", "1234", "pin.locked", "no", Some(0)),
    ] {
        let output = myna(&["check", "--card", card, "--json"], Some(pin));
        let error = &json(&output)["error"];
        assert_eq!(error["code"], code);
        assert_eq!(error["try_spent"], spent);
        assert_eq!(error["tries_left"].as_u64(), left);
        assert_eq!(error["exit_code"].as_i64(), output.status.code().map(i64::from));
        assert!(error["message_ja"].as_str().unwrap().contains("暗証番号"));
        assert!(!text(&output.stdout).contains(pin) && !text(&output.stderr).contains(pin));
    }
}

/// Exchange 4 is the VERIFY.
#[test]
fn what_goes_wrong_with_the_card_may_be_planned() {
    for (plan, exit_code, code, spent) in [
        ("4 remove-after", 13, "transport.card_removed", "unknown"),
        ("4 status 6F00, 5 mute", 14, "pin.unclear", "unknown"),
        ("4 status 6F00", 14, "apdu.status", "no"),
        ("4 fail command_too_long", 1, "transport.command_too_long", "no"),
        ("5 remove", 13, "transport.card_removed", "no"),
    ] {
        let arguments = ["check", "--card", "sim", "--json", "--faults", plan];
        let error = &json(&myna(&arguments, Some("1234")))["error"];
        assert_eq!((&error["code"], &error["try_spent"]), (&code.into(), &spent.into()), "{plan}: {error}");
        assert_eq!(error["exit_code"], exit_code, "{plan}");
    }
    let refused = myna(&["check", "--card", "sim", "--faults", "4 explode"], Some("1234"));
    assert!(refused.status.code() == Some(2) && text(&refused.stderr).contains("4 explode"));
}

#[test]
fn the_pin_may_come_from_standard_input() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_myna"))
        .args(["check", "--card", "sim", "--pin-stdin"])
        .env("MYNA_PIN", "9999")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"1234\n").unwrap();
    assert!(child.wait_with_output().unwrap().status.success(), "standard input goes before the environment");
}

#[test]
fn a_persona_file_can_be_written_out_changed_and_used() {
    let directory = std::env::temp_dir().join(format!("myna-command-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("patient.toml");
    let text_of = myna(&["sim", "persona", "default"], None);
    let persona =
        text(&text_of.stdout).replace("name = \"default\"", "name = \"patient\"").replace("試験", "見本");
    std::fs::write(&file, persona).unwrap();
    let card = format!("sim:{}", file.display());
    let output = myna(&["check", "--card", &card, "--json", "--at", AT], Some("1234"));
    assert_eq!(json(&output)["results"][0]["name"], "見本　葵");

    std::fs::write(&file, "[holder]\nmy_number = \"123456789012\"\n").unwrap();
    let output = myna(&["check", "--card", &card], Some("1234"));
    assert_eq!(output.status.code(), Some(2));
    let message = text(&output.stderr);
    assert!(
        message.contains("line 2") && message.contains("my_number") && message.contains("patient.toml"),
        "{message}"
    );
    assert!(!message.contains("123456789012"), "{message}");
    std::fs::remove_dir_all(&directory).unwrap();
}

#[test]
fn a_reader_that_stops_listening_is_no_panic() {
    for arguments in [&["demo"][..], &["check", "--card", "sim"], &["sim", "persona"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_myna"));
        let output = command.args(arguments).env("MYNA_PIN", "1234").stdout(writer).stdin(Stdio::null());
        let output = output.stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
    }
}

#[test]
fn a_file_cannot_command_the_terminal() {
    let file = std::env::temp_dir().join(format!("myna-terminal-{}.txt", std::process::id()));
    let copied = "資格情報\n確認日 : \t令和7年6月2日\n保険者番号\t01139989\n氏名\t試\u{1B}[31m験\n";
    std::fs::write(&file, copied).unwrap();
    let output = myna(&["eligibility", "parse", file.to_str().unwrap()], None);
    std::fs::remove_file(&file).unwrap();
    let screen = text(&output.stdout);
    assert!(screen.contains("試\u{FFFD}[31m験") && !screen.contains('\u{1B}'), "{screen}");
}

/// A check whose result nobody can have seen is not done; one whose reader had enough is.
#[cfg(target_os = "linux")]
#[test]
fn output_that_is_lost_is_told() {
    for arguments in [
        &["demo"][..],
        &["check", "--card", "sim"],
        &["check", "--card", "sim", "--json"],
        &["sim", "persona"],
    ] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_myna"));
        let output = command.args(arguments).env("MYNA_PIN", "1234").stdout(full).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {told}");
        assert!(told.contains("[output.lost]"), "{arguments:?}: {told}");
    }
}
