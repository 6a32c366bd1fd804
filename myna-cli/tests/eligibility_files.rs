//! `myna eligibility` as a user meets it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../myna-eligibility/tests/samples");

fn sample(name: &str) -> String {
    format!("{SAMPLES}/{name}")
}

fn myna(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_myna"))
        .arg("eligibility")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn objects(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn parse_prints_one_object_a_message() {
    let files: Vec<String> = [
        "e01_valid.xml",
        "e07_no_match.xml",
        "e09_insurance_and_medical_aid.xml",
        "e10_failed.xml",
        "e11_copied_text.txt",
        "e14_bulk_answer.xml",
        "e15_bulk_pending.xml",
        "e17_shift_jis.xml",
    ]
    .map(sample)
    .to_vec();
    let mut arguments = vec!["parse", "--json"];
    arguments.extend(files.iter().map(String::as_str));
    let output = myna(&arguments, b"");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let objects = objects(&output);
    let verdicts: Vec<_> = objects.iter().map(|object| object["verdict"].as_str()).collect();
    let expected = [
        Some("valid"),
        Some("no_match"),
        Some("valid"),
        Some("failed"),
        Some("unknown"),
        None,
        Some("pending"),
        Some("valid"),
    ];
    assert_eq!(verdicts, expected);
    assert_eq!(objects[0]["results"][0]["insurer_number"]["raw"], "01139989");
    assert_eq!(objects[2]["results"].as_array().unwrap().len(), 2);
    assert_eq!(objects[5]["units"].as_array().unwrap().len(), 3);
    assert_eq!(objects[7]["form"], "xml_cp932");
    for object in &objects {
        for key in ["header", "results", "warnings", "unknown"] {
            assert!(object.get(key).is_some(), "{key} in {object}");
        }
    }
}

#[test]
fn a_refused_file_is_told_with_its_position_and_does_not_hide_the_others() {
    let good = sample("e01_valid.xml");
    let output = myna(&["parse", "--json", "-", &good], b"<XmlMsg><MessageHeader><A b='1'/>");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("-: byte 23: "), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("[xml_attributes]"));
    assert_eq!(objects(&output).len(), 1);
    let output = myna(&["parse", "/no/such/file"], b"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(myna(&["parse"], b"").status.code(), Some(2));
}

#[test]
fn parse_shows_people_the_result_screen() {
    let output = myna(&["parse", &sample("e01_valid.xml"), &sample("e11_copied_text.txt")], b"");
    let screen = text(&output.stdout);
    for expected in ["● 有効", "(1) 氏名", "判定\t判定できません", "1988-07-14（昭和63年7月14日）"]
    {
        assert!(screen.contains(expected), "{expected}\n{screen}");
    }
}

#[test]
fn convert_there_and_back_is_the_same_message() {
    let file = sample("e09_insurance_and_medical_aid.xml");
    let xml = myna(&["convert", "--to", "xml", &file], b"");
    let json = myna(&["convert", "--to", "json", "-"], &xml.stdout);
    let cp932 = myna(&["convert", "--to", "xml", "--shift-jis", "-"], &json.stdout);
    assert!(std::str::from_utf8(&cp932.stdout).is_err(), "not UTF-8");
    let again = myna(&["convert", "--to", "xml", "-"], &cp932.stdout);
    assert_eq!(text(&again.stdout), text(&xml.stdout));
    let csv = myna(&["convert", "--to", "csv", &file, &sample("e14_bulk_answer.xml")], b"");
    assert_eq!(text(&csv.stdout).lines().count(), 6);
    let table = myna(&["convert", "--to", "table", &sample("e11_copied_text.txt")], b"");
    assert!(text(&table.stdout).contains("氏名\t試験　葵\n"), "{}", text(&table.stdout));
}

#[test]
fn fhir_is_written_of_answers_only() {
    let output = myna(&["convert", "--to", "fhir", &sample("e01_valid.xml")], b"");
    let bundle: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(bundle["entry"].as_array().unwrap().len(), 3);
    let refused = myna(&["convert", "--to", "fhir", &sample("e14_bulk_answer.xml")], b"");
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("no_fhir"));
}

#[test]
fn validate_tells_what_is_odd() {
    let output = myna(&["validate", "--json", &sample("e12_copied_text_mobile.txt")], b"");
    assert!(output.status.success());
    let [finding] = &objects(&output)[..] else { panic!("{}", text(&output.stdout)) };
    assert_eq!((&finding["code"], &finding["path"]), (&"unknown_line".into(), &"line 15".into()));
    assert!(myna(&["validate", &sample("e01_valid.xml")], b"").stdout.is_empty());
}
