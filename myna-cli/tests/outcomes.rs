//! Every way a check can end, as staff sees it: exit code, text and JSON.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Output, Stdio};

use myna_sim::Persona;
use myna_sim_service::SimulatedOutcome;
use serde_json::Value;

const AT: &str = "2026-06-02T09:15:00";

fn check(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_myna"));
    command.args(["check", "--at", AT]).args(arguments).env("MYNA_PIN", "1234").stdin(Stdio::null());
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Outcome, exit code, `verdict` or error code in JSON, what is to be read on the screen.
const TABLE: [(&str, i32, &str, &str); 25] = [
    ("as-registered", 0, "valid", "● 有効"),
    ("valid", 0, "valid", "● 有効"),
    ("valid-with-medical-aid", 0, "valid", "● 有効（医療扶助あり）"),
    ("valid-unregistered", 0, "valid", "● 有効（未登録）"),
    ("certificate-ends-soon", 0, "valid", "i 利用者証明用電子証明書の有効期限まで3か月以内です（模擬）"),
    ("invalid", 15, "invalid", "× 資格を喪失している（資格が無効）"),
    ("lost-at-month-end", 15, "invalid", "[lost_at_month_end]"),
    ("invalid-newer-exists", 15, "invalid_newer_exists", "× 無効（新しい資格あり）"),
    ("no-match", 15, "no_match", "保険者がデータをまだ登録していないことがあります"),
    ("multiple", 15, "multiple", "× 複数該当（職員の確認が必要）"),
    ("not-registered-for-insurance", 15, "processing_error", "健康保険証としての利用登録がされていません"),
    ("processing-error", 15, "processing_error", "資格確認を処理できませんでした（模擬） [SIMULATED-ERR-2]"),
    ("pending", 15, "pending", "× 処理中"),
    ("failed", 15, "failed", "要求の形式が正しくありません（模擬） [SIMULATED-ERR-9]"),
    ("unknown-validity", 15, "unknown", "× 判定できません"),
    ("answer-truncated", 16, "xml.truncated", "[xml.truncated]"),
    (
        "credentials-refused",
        16,
        "service.credentials_refused",
        "機関コード、ID、パスワード、アクティベーションコードが異なります。",
    ),
    ("account-locked", 16, "service.account_locked", "このアカウントは利用できません。"),
    ("session-expired", 16, "service.session_expired", "ログインの有効期限が切れました。"),
    ("challenge-unknown", 16, "service.challenge_unknown", "もう一度カードを読み取ってください。"),
    ("certificate-expired", 16, "service.certificate_refused", "（path.expired）"),
    ("certificate-revoked", 16, "service.certificate_refused", "（path.revoked）"),
    ("signature-refused", 16, "service.signature_refused", "カードの署名を確認できませんでした。"),
    ("out-of-service", 16, "service.unavailable", "資格確認サービスに接続できません。"),
    ("connection-lost", 16, "service.unavailable", "OQC-OWSE0900000"),
];

#[test]
fn every_outcome_has_its_exit_code_text_and_json() {
    let named: BTreeSet<_> = TABLE.iter().map(|row| row.0).collect();
    let all: BTreeSet<_> = SimulatedOutcome::ALL.iter().map(|outcome| outcome.name()).collect();
    assert_eq!(named, all, "the table is whole");

    for mode in [&[][..], &["--visual", "--face-agrees"]] {
        for (outcome, exit_code, code, shown) in TABLE {
            // Only the card's own signature can be wrong.
            if outcome == "signature-refused" && !mode.is_empty() {
                continue;
            }
            let common = [&["--card", "sim", "--outcome", outcome], mode].concat();
            let output = check(&common);
            let screen = format!("{}{}", text(&output.stdout), text(&output.stderr));
            assert_eq!(output.status.code(), Some(exit_code), "{outcome}: {screen}");
            assert!(screen.contains(shown), "{outcome}: {shown}\n{screen}");

            let output = check(&[&common[..], &["--json"]].concat());
            assert_eq!(output.status.code(), Some(exit_code), "{outcome}");
            let json: Value = serde_json::from_slice(&output.stdout).unwrap();
            if exit_code == 16 {
                assert_eq!(json["error"]["code"], code, "{outcome}");
                assert_eq!(json["error"]["exit_code"], 16);
            } else {
                assert_eq!(json["verdict"], code, "{outcome}");
                assert_eq!(json["valid"], exit_code == 0, "{outcome}");
                assert_eq!(json["identity"], if mode.is_empty() { "pin" } else { "visual" });
            }
        }
    }
}

/// Phones have no other way than their PIN; a card without a PIN, or with a locked one, has the one by eye, and it is named.
#[test]
fn every_kind_of_token_is_checked_or_the_way_that_is_left_is_named() {
    let persona = |profile: &str, tries: &str| {
        let text = Persona::built_in("default").unwrap().to_toml();
        // Tries and certificates are what such a token has, unless they are given.
        let (holder, rest) = text.split_once("[tries]").unwrap();
        let (_, eligibility) = rest.split_once("[eligibility]").unwrap();
        let text = format!("{holder}{tries}[card]\nprofile = \"{profile}\"\n[eligibility]{eligibility}");
        let name = format!("myna-token-{profile}-{}-{}.toml", tries.len(), std::process::id());
        let file = std::env::temp_dir().join(name);
        fs::write(&file, text).unwrap();
        file
    };
    let locked = "[tries]\nuser_authentication = 0\n";
    for (profile, tries, by_eye, exit_code, code, way_left, told) in [
        ("android", "", false, 0, "valid", None, ""),
        ("iphone", "", false, 0, "valid", None, ""),
        ("face-authentication", "", true, 0, "valid", None, ""),
        ("android", "", true, 2, "check.pin_needed", Some("pin"), "暗証番号で確認するか"),
        ("android", locked, false, 12, "pin.locked", None, "ロックされています"),
        ("card", locked, false, 12, "pin.locked", Some("visual"), "いまは目視（--visual）で確認できます。"),
        ("face-authentication", "", false, 12, "check.no_pin", Some("visual"), "顔認証マイナンバーカード"),
    ] {
        let file = persona(profile, tries);
        let card = format!("sim:{}", file.display());
        let mode: &[&str] = if by_eye { &["--visual", "--face-agrees"] } else { &[] };
        let output = check(&[&["--card", &card, "--json"], mode].concat());
        let case = format!("{profile} {tries} {by_eye}: {}", text(&output.stdout));
        assert_eq!(output.status.code(), Some(exit_code), "{case}");
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        if exit_code == 0 {
            assert_eq!(json["verdict"], code, "{case}");
        } else {
            assert_eq!(json["error"]["code"], code, "{case}");
            assert_eq!(json["error"]["way_left"].as_str(), way_left, "{case}");
            assert!(json["error"]["message_ja"].as_str().unwrap().contains(told), "{case}");
        }
        // The same is known before anybody is asked for a PIN.
        if exit_code == 12 {
            let mut unasked = Command::new(env!("CARGO_BIN_EXE_myna"));
            unasked.args(["check", "--at", AT, "--json", "--card", &card]).env_remove("MYNA_PIN");
            let output = unasked.stdin(Stdio::null()).output().unwrap();
            let json: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(json["error"]["code"], code, "{case}");
            assert_eq!(json["error"]["way_left"].as_str(), way_left, "{case}");
        }
        fs::remove_file(file).unwrap();
    }
}

#[test]
fn a_locked_pin_falls_back_to_the_eye_if_the_facility_allows_it() {
    let card = ["--card", "sim:pin-locked"];
    let locked = check(&card);
    assert_eq!(locked.status.code(), Some(12), "nothing is decided for the facility");

    let output = check(&[&card[..], &["--visual-if-locked", "--face-agrees", "--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("暗証番号がロックされています"), "staff is told all the same");
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["identity"], &json["verdict"]), (&"visual".into(), &"valid".into()));
    assert_eq!(json["tries_left_before"], 0);
    assert_eq!(json["results"][0]["name"], "試験　鍵男");

    // Nobody is asked for a PIN that is locked.
    let mut unasked = Command::new(env!("CARGO_BIN_EXE_myna"));
    unasked.args(["check", "--at", AT]).args(card).args(["--visual-if-locked", "--face-agrees"]);
    let output = unasked.env_remove("MYNA_PIN").stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));

    // A PIN that is only wrong is no occasion.
    let mut wrong = Command::new(env!("CARGO_BIN_EXE_myna"));
    wrong.args(["check", "--card", "sim", "--visual-if-locked", "--face-agrees"]);
    let output = wrong.env("MYNA_PIN", "9999").stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(11));
}

#[test]
fn the_eye_needs_somebody_who_looks_and_spends_no_try() {
    let nobody = check(&["--card", "sim", "--visual"]);
    assert_eq!(nobody.status.code(), Some(2), "no terminal, and nobody has compared");
    assert!(text(&nobody.stderr).contains("--face-agrees"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_myna"));
    command.args(["check", "--at", AT, "--card", "sim", "--visual", "--face-agrees", "--json"]);
    let output = command.env_remove("MYNA_PIN").stdin(Stdio::null()).output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["verdict"], "valid", "no PIN is asked for");
    assert_eq!(json["tries_left_before"], 3);
    for (persona, exit_code) in [("revoked", 16), ("expired", 16), ("lost", 15)] {
        let output = check(&["--card", &format!("sim:{persona}"), "--visual", "--face-agrees"]);
        assert_eq!(output.status.code(), Some(exit_code), "{persona}");
    }
}

#[test]
fn the_page_says_what_the_screen_says() {
    let file = std::env::temp_dir().join(format!("myna-outcomes-{}.html", std::process::id()));
    let path = file.to_str().unwrap();
    for (outcome, shown) in
        [("valid", "● 有効"), ("no-match", "× 該当する資格がない"), ("failed", "▲ 異常終了")]
    {
        check(&["--card", "sim", "--outcome", outcome, "--html", path]);
        let page = fs::read_to_string(&file).unwrap();
        assert!(page.contains(shown) && page.ends_with("</html>\n"), "{outcome}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
    fs::remove_file(&file).unwrap();
}
