//! The program.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn conformance(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_myna-conformance")).args(arguments).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn list_takes_a_prefix() {
    let (code, all, _) = conformance(&["list"]);
    assert_eq!(code, Some(0));
    let (_, some, _) = conformance(&["list", "PIN.VERIFY"]);
    assert!(some.lines().count() < all.lines().count());
    assert!(some.lines().all(|line| line.starts_with("PIN.VERIFY.")), "{some}");
}

#[test]
fn run_writes_reports_and_says_by_its_exit_code_how_it_went() {
    let (json, junit) = (scratch("good.json"), scratch("good.xml"));
    let (code, table, errors) = conformance(&[
        "run",
        "APDU",
        "--card",
        "sim",
        "--json",
        json.to_str().unwrap(),
        "--junit",
        junit.to_str().unwrap(),
    ]);
    assert_eq!((code, errors.as_str()), (Some(0), ""), "{table}");
    assert!(table.contains("APDU.LENGTH.001      pass"), "{table}");
    assert!(std::fs::read_to_string(json).unwrap().ends_with("}\n"));
    assert!(std::fs::read_to_string(junit).unwrap().ends_with("</testsuites>\n"));

    let (code, table, _) =
        conformance(&["run", "JPKI.SIGN.001", "--card", "sim", "--mutant", "signs-without-pin"]);
    assert_eq!(code, Some(1), "{table}");
    assert!(table.contains("802A0080"), "{table}");
}

#[test]
fn what_cannot_be_run_has_codes_of_its_own() {
    let ics = scratch("refused.toml");
    std::fs::write(&ics, "vendor = 'v'").unwrap();
    for (arguments, code, said) in [
        (&["run", "--card", "sim", "--ics", ics.to_str().unwrap()][..], 3, "ICS"),
        (&["run", "--card", "sim", "--ics", "/nowhere.toml"], 2, "/nowhere.toml"),
        (&["run", "--card", "sim:nobody"], 2, "nobody"),
        (&["run", "--card", "pigeon"], 2, "pigeon"),
        (&["run", "NONE", "--card", "sim"], 2, "NONE"),
        (&["run", "--card", "sim", "--mutant", "sings"], 2, "signs-without-pin"),
        (&["run", "--card", "sim", "--consent", "irreversible"], 2, "spends-try"),
    ] {
        let (found, _, errors) = conformance(arguments);
        assert_eq!(found, Some(code), "{arguments:?} {errors}");
        assert!(errors.contains(said), "{arguments:?} {errors}");
    }
}
