//! The table of rules and tests on the crate's front page names every rule once, and tests that exist.

// Helpers of tests may fail the test.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;

const FRONT_PAGE: &str = include_str!("../src/lib.rs");

/// The rows `| rule | test |`.
fn rows() -> Vec<(&'static str, &'static str)> {
    let lines = FRONT_PAGE.lines().filter_map(|line| line.strip_prefix("//! | S")?.strip_suffix(" |"));
    lines.map(|line| line.split_once(" | ").unwrap()).collect()
}

/// `1, S3–S5` is 1, 3, 4, 5.
fn numbers(rules: &str) -> Vec<u32> {
    let number = |text: &str| text.trim_start_matches('S').parse::<u32>().unwrap();
    let parts = rules.split(", ").map(|part| part.split_once('–').unwrap_or((part, part)));
    parts.flat_map(|(first, last)| number(first)..=number(last)).collect()
}

#[test]
fn every_rule_stands_in_the_table_once() {
    let mut all: Vec<u32> = rows().iter().flat_map(|(rules, _)| numbers(rules)).collect();
    all.sort_unstable();
    assert_eq!(all, (1..=96).collect::<Vec<_>>());
}

#[test]
fn every_test_that_is_named_exists() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut named = 0;
    for (rules, tests) in rows() {
        if tests.starts_with("not software") {
            continue;
        }
        for test in tests.split(", ") {
            let (file, name) = test.trim_matches('`').rsplit_once("::").unwrap();
            let root = if file.starts_with("myna-") { own.parent().unwrap() } else { own };
            let path = root.join(format!("{file}.rs"));
            let source =
                fs::read_to_string(&path).unwrap_or_else(|error| panic!("S{rules}: {test}: {error}"));
            let (before, _) = source
                .split_once(&format!("fn {name}("))
                .unwrap_or_else(|| panic!("S{rules}: there is no test {test}"));
            let attributes: Vec<_> =
                before.lines().rev().take_while(|line| !line.trim_start().starts_with('}')).collect();
            assert!(attributes.iter().any(|line| line.trim() == "#[test]"), "S{rules}: {test} is no test");
            named += 1;
        }
    }
    assert!(named > 40, "{named}");
}
