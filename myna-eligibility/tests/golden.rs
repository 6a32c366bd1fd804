//! Each sample as a program sees it: what `myna eligibility parse --json` prints of it, as far as that decides something.

// Helpers of tests may fail the test.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::PathBuf;

use myna_eligibility::{forms::Report, read};
use serde_json::Value;

/// File, kind, verdict, the verdicts of the units, how many results it holds, codes of the warnings, codes of
/// the advice.
type Pinned<'a> = (&'a str, &'a str, &'a str, &'a [&'a str], usize, &'a [&'a str], &'a [&'a str]);

#[rustfmt::skip]
const PINNED: &[Pinned<'static>] = &[
    ("e01_valid.xml", "answer", "valid", &[], 1, &[], &[]),
    ("e02_preschool_child.xml", "answer", "valid", &[], 1, &[], &[]),
    ("e03_national_health.xml", "answer", "valid", &[], 1, &[], &[]),
    ("e04_later_stage_elderly.xml", "answer", "valid", &[], 1, &[], &[]),
    ("e05_elderly_and_specific_diseases.xml", "answer", "valid", &[], 1, &[], &[]),
    ("e06_invalid_newer_exists.xml", "answer", "invalid_newer_exists", &[], 1, &[], &["lost_at_month_end"]),
    ("e07_no_match.xml", "answer", "no_match", &[], 0, &[], &["no_match"]),
    ("e08_multiple.xml", "answer", "multiple", &[], 0, &[], &[]),
    ("e09_insurance_and_medical_aid.xml", "answer", "valid", &[], 2, &[], &["name_with_placeholder", "name_with_placeholder"]),
    ("e10_failed.xml", "answer", "failed", &[], 0, &[], &[]),
    ("e11_copied_text.txt", "answer", "unknown", &[], 1, &[], &[]),
    ("e12_copied_text_mobile.txt", "answer", "unknown", &[], 1, &["unknown_line"], &[]),
    ("e13_bulk_accepted.xml", "bulk_accepted", "pending", &[], 0, &[], &[]),
    ("e14_bulk_answer.xml", "bulk_answer", "-", &["valid", "no_match", "processing_error"], 0, &[], &[]),
    ("e15_bulk_pending.xml", "bulk_answer", "pending", &[], 0, &[], &[]),
    ("e16_registration_answer.xml", "registration_answer", "-", &["-"], 0, &[], &[]),
    ("e17_shift_jis.xml", "answer", "valid", &[], 1, &[], &[]),
    ("f01_check_request.xml", "check_request", "-", &[], 0, &[], &[]),
    ("f02_fetch_request.xml", "fetch_request", "-", &[], 0, &[], &[]),
    ("f03_home_visit_request.xml", "list_request", "-", &[], 0, &[], &[]),
    ("f04_medical_aid_request.xml", "list_request", "-", &[], 0, &[], &[]),
    ("f05_registration_request.xml", "registration_request", "-", &[], 0, &[], &[]),
    ("f06_drug_information_request.xml", "medical_information_request", "-", &[], 0, &[], &[]),
    ("f07_online_request.xml", "list_request", "-", &[], 0, &[], &[]),
    ("f08_bulk_check_request.xml", "check_request", "-", &[], 0, &[], &[]),
    ("f09_bulk_registration_request.xml", "registration_request", "-", &[], 0, &[], &[]),
];

fn samples() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples")
}

fn words<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    list.as_array()
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .map(|item| item[key].as_str().unwrap_or("-"))
        .collect()
}

#[test]
fn every_sample_is_reported_as_pinned() {
    for (file, kind, verdict, units, results, warnings, advice) in PINNED {
        let readings = read(&fs::read(samples().join(file)).unwrap()).unwrap();
        let [reading] = &readings[..] else { panic!("{file}: one message") };
        assert_eq!(reading.message.kind(), *kind, "{file}");
        let told = serde_json::to_value(Report::new(&reading.message, reading.warnings.clone())).unwrap();
        let seen = (
            told["verdict"].as_str().unwrap_or("-"),
            words(&told["units"], "verdict"),
            told["results"].as_array().map_or(0, Vec::len),
            words(&told["warnings"], "code"),
            words(&told["advice"], "code"),
        );
        assert_eq!(seen, (*verdict, units.to_vec(), *results, warnings.to_vec(), advice.to_vec()), "{file}");
        assert_eq!(told["unknown"], Value::Array(Vec::new()), "{file}: everything is modelled");
    }
}

#[test]
fn no_sample_is_left_out() {
    let mut there: Vec<_> = fs::read_dir(samples())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort();
    let pinned: Vec<_> = PINNED.iter().map(|pinned| pinned.0.to_owned()).collect();
    assert_eq!(there, pinned);
}
