//! Of the types and traits that the crates of this repository offer, no two have one name.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "the page of errors is written elsewhere")]

#[path = "../src/errors.rs"]
mod errors;

use std::collections::BTreeMap;
use std::path::Path;

use errors::crates;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Names that stand more than once, each with its reason.
const SHARED: &[(&str, &str)] =
    &[("Error", "the alias of a crate for what its calls fail with, as everywhere in Rust")];

/// Not published.
const OURS_ALONE: [&str; 2] = ["benches", "xtask"];

/// What is public in a source can be reached from outside: the lint `unreachable_pub` sees to it.
#[test]
fn a_public_name_is_that_of_one_type() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for each in crates(Path::new(ROOT)).unwrap() {
        if OURS_ALONE.contains(&each.name.as_str()) {
            continue;
        }
        for name in each.sources.iter().flat_map(|text| text.lines()).filter_map(declared) {
            places.entry(name.to_owned()).or_default().push(each.name.clone());
        }
    }
    for known in ["Command", "Sex", "MedicalTicket", "EligibilityService"] {
        assert!(places.contains_key(known), "{known} is seen");
    }
    places.retain(|_, places| places.len() > 1);
    for (name, _) in SHARED {
        assert!(places.remove(*name).is_some(), "{name} stands once, so it needs no exception");
    }
    assert!(places.is_empty(), "{places:#?}");
}

/// The name that a line declares in public: by itself, or as a row of a table of codes or of records.
fn declared(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let keywords = ["struct ", "enum ", "union ", "trait ", "type "];
    let item =
        line.strip_prefix("pub ").and_then(|item| keywords.iter().find_map(|word| item.strip_prefix(word)));
    let row = || {
        let is_row =
            line.contains(", \"OQSCD") || line.split_once(" in \"").is_some_and(|(name, _)| is_name(name));
        is_row.then_some(line)
    };
    let name = item.or_else(row)?;
    let end = name.find(|at: char| !at.is_alphanumeric()).unwrap_or(name.len());
    Some(&name[..end]).filter(|name| is_name(name))
}

fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_uppercase()) && word.chars().all(char::is_alphanumeric)
}
