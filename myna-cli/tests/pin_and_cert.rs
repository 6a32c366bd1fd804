//! `myna pin` and `myna cert` as a user meets them: what they tell, what it costs, and where secrets may come from.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn myna(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_myna"));
    for name in ["PIN", "PASSWORD", "TEXT_PIN", "JUKI_PIN", "COMMON_PIN"] {
        command.env_remove(format!("MYNA_{name}")).env_remove(format!("MYNA_NEW_{name}"));
    }
    command.args(arguments).envs(variables.iter().copied()).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output.stdout)))
}

/// A file with the token of this kind.
fn token(profile: &str) -> (std::path::PathBuf, String) {
    let file = std::env::temp_dir().join(format!("myna-pin-cert-{profile}-{}.toml", std::process::id()));
    fs::write(&file, format!("[card]\nprofile = \"{profile}\"\n")).unwrap();
    let address = format!("sim:{}", file.display());
    (file, address)
}

#[test]
fn the_states_of_all_seven_take_10_exchanges_and_a_phone_has_two() {
    let status = json(&myna(&["pin", "status", "--card", "sim", "--json"], &[]));
    let tries: Vec<_> = status["pins"].as_array().unwrap().iter().map(|pin| &pin["tries_left"]).collect();
    assert_eq!(tries, [3, 5, 3, 10, 10, 10, 10]);
    assert_eq!(status["budget"]["exchanges"], 10);

    let all = json(&myna(&["pin", "status", "--card", "sim", "--all", "--json"], &[]));
    let tries: Vec<_> = all["pins"].as_array().unwrap().iter().map(|pin| &pin["tries_left"]).collect();
    assert_eq!(tries, [3, 5, 3, 10, 10, 10, 10, 10, 3, 3]);
    assert_eq!(all["budget"]["exchanges"], 15);

    let (file, phone) = token("android");
    for options in [&["--json"][..], &["--json", "--all"]] {
        let status = json(&myna(&[&["pin", "status", "--card", &phone], options].concat(), &[]));
        assert_eq!(status["pins"].as_array().unwrap().len(), 2);
    }
    fs::remove_file(file).unwrap();

    let locked = myna(&["pin", "status", "--card", "sim:pin-locked"], &[]);
    assert!(text(&locked.stdout).contains("ロックされています / locked"), "{}", text(&locked.stdout));
}

#[test]
fn a_change_takes_4_exchanges_and_tells_what_became_of_it() {
    let auth = |current, new| [("MYNA_PIN", current), ("MYNA_NEW_PIN", new)];
    let sign = [("MYNA_PASSWORD", "ABC123"), ("MYNA_NEW_PASSWORD", "NEW456")];
    let changed = json(&myna(&["pin", "change", "auth", "--card", "sim", "--json"], &auth("1234", "4321")));
    assert_eq!(
        (&changed["changed"], &changed["tries_left_before"]),
        (&"user_authentication".into(), &3.into())
    );
    assert_eq!(changed["budget"]["exchanges"], 4);
    let changed = json(&myna(&["pin", "change", "sign", "--card", "sim", "--json"], &sign));
    assert_eq!(
        (&changed["changed"], &changed["budget"]["exchanges"]),
        (&"digital_signature".into(), &4.into())
    );

    for (current, new, faults, exit_code, code, spent) in [
        ("9999", "4321", "", 11, "pin.wrong", "yes"),
        ("1234", "12345", "", 11, "pin.format.four_digits", "no"),
        ("12a4", "4321", "", 11, "pin.format.four_digits", "no"),
        ("1234", "4321", "4 refuse 6A80", 11, "pin.change_refused", "no"),
        ("1234", "4321", "4 mute", 14, "pin.change_unclear", "no"),
        ("1234", "4321", "4 remove-after", 13, "pin.change_unclear", "no"),
    ] {
        let arguments = ["pin", "change", "auth", "--card", "sim", "--json", "--faults", faults];
        let output = myna(&arguments, &auth(current, new));
        let error = &json(&output)["error"];
        assert_eq!((&error["code"], &error["try_spent"]), (&code.into(), &spent.into()), "{faults}: {error}");
        assert_eq!(output.status.code(), Some(exit_code), "{faults}: {error}");
        for secret in [current, new] {
            assert!(!text(&output.stdout).contains(secret) && !text(&output.stderr).contains(secret));
        }
    }
    // Nobody is there to ask, and a secret is no argument.
    assert_eq!(myna(&["pin", "change", "auth", "--card", "sim"], &[]).status.code(), Some(2));
    assert_eq!(myna(&["pin", "change", "auth", "1234", "--card", "sim"], &[]).status.code(), Some(2));
}

#[test]
fn the_pins_beside_the_keys_are_changed_in_4_exchanges_too_and_never_by_the_pin_of_another() {
    for (which, variable, name) in [
        ("text", "TEXT_PIN", "card_face"),
        ("juki", "JUKI_PIN", "resident_register"),
        ("common", "COMMON_PIN", "common_card"),
    ] {
        let [current, new] = [format!("MYNA_{variable}"), format!("MYNA_NEW_{variable}")];
        let change = |value, replacement, faults: &str| {
            let arguments = ["pin", "change", which, "--card", "sim", "--json", "--faults", faults];
            myna(&arguments, &[(current.as_str(), value), (new.as_str(), replacement)])
        };
        let changed = json(&change("1234", "4321", ""));
        assert_eq!((&changed["changed"], &changed["budget"]["exchanges"]), (&name.into(), &4.into()));
        for (value, replacement, faults, code, spent) in [
            ("9999", "4321", "", "pin.wrong", "yes"),
            ("1234", "123", "", "cardface.pin_format", "no"),
            ("1234", "4321", "4 mute", "pin.change_unclear", "no"),
        ] {
            let error = &json(&change(value, replacement, faults))["error"];
            assert_eq!((&error["code"], &error["try_spent"]), (&code.into(), &spent.into()), "{error}");
        }
        let others = [("MYNA_PIN", "1234"), ("MYNA_NEW_PIN", "4321")];
        let output = myna(&["pin", "change", which, "--card", "sim"], &others);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    }
}

#[test]
fn both_secrets_of_a_change_may_come_from_standard_input() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_myna"))
        .args(["pin", "change", "auth", "--card", "sim", "--pin-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"1234\r\n4321\n").unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
}

#[test]
fn each_certificate_is_shown_in_as_few_exchanges_as_it_takes() {
    for (which, variables, exchanges) in [
        ("auth", &[][..], 2),
        ("auth-ca", &[], 2),
        ("sign-ca", &[], 2),
        ("sign", &[("MYNA_PASSWORD", "ABC123")], 4),
    ] {
        let shown = json(&myna(&["cert", "show", which, "--card", "sim", "--json"], variables));
        assert_eq!(shown["budget"]["exchanges"], exchanges, "{which}");
        assert!(shown["not_after"].as_str().unwrap().ends_with("T23:59:59+09:00"), "{which}: {shown}");
        assert!(shown["subject"].as_str().unwrap().contains("C=JP"), "{which}: {shown}");
        let name = (which == "sign").then_some("試験　葵");
        assert_eq!(shown["holder"]["name"].as_str(), name, "{which}: {shown}");
    }
    let (file, phone) = token("iphone");
    let shown = myna(&["cert", "show", "auth", "--card", &phone, "--json"], &[("MYNA_PIN", "1234")]);
    assert!(json(&shown)["subject"].is_string());
    let unasked = myna(&["cert", "show", "auth", "--card", &phone], &[]);
    assert_eq!(unasked.status.code(), Some(2), "{}", text(&unasked.stderr));
    fs::remove_file(file).unwrap();
    let wrong = myna(&["cert", "show", "sign", "--card", "sim", "--json"], &[("MYNA_PASSWORD", "XYZ999")]);
    assert_eq!((wrong.status.code(), &json(&wrong)["error"]["tries_left"]), (Some(11), &4.into()));
}

#[test]
fn an_exported_certificate_is_its_owners_alone_and_the_same_in_both_forms() {
    let file = std::env::temp_dir().join(format!("myna-cert-{}.der", std::process::id()));
    let name = file.to_str().unwrap();
    let written =
        myna(&["cert", "export", "auth", "--card", "sim", "--format", "der", "--output", name], &[]);
    assert!(written.status.success() && written.stdout.is_empty(), "{}", text(&written.stderr));
    let der = fs::read(&file).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    fs::remove_file(&file).unwrap();
    let out = |form| {
        myna(&["cert", "export", "auth", "--card", "sim", "--format", form, "--output", "-"], &[]).stdout
    };
    assert_eq!(out("der"), der);
    let pem = out("pem");
    let (label, read) = der::pem::decode_vec(&pem).unwrap();
    assert_eq!((label, read == der), ("CERTIFICATE", true));
}
