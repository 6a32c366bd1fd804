//! Every error of every crate has one shape: a row in a table, in two languages, and no public error type is without.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "the page is written elsewhere")]

#[path = "../src/errors.rs"]
mod errors;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use errors::{Crate, Row, crates, literals, page};
use myna_error::{Blame, Entry, Retry, flaws};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn all() -> Vec<Crate> {
    crates(Path::new(ROOT)).unwrap()
}

#[test]
fn the_page_is_that_of_the_tables() {
    let written = fs::read_to_string(Path::new(ROOT).join(errors::PAGE)).unwrap_or_default();
    assert!(written == page(&all()), "run `cargo xtask errors`");
}

#[test]
fn every_code_stands_once_and_has_its_sentences_in_both_languages() {
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let entry = |row: Row| {
        let (english, japanese) = (row.english.map(leak), row.japanese.map(leak));
        &*Box::leak(Box::new(Entry::new(leak(row.code), Blame::Internal, Retry::Now, english, japanese)))
    };
    let entries: Vec<&Entry> = all().iter().flat_map(Crate::rows).map(entry).collect();
    let literal_rows: usize = all()
        .iter()
        .flat_map(|each| &each.sources)
        .map(|text| text.matches("\n        ja: \"").count())
        .sum();
    assert_eq!(entries.len(), literal_rows, "no row is overlooked");
    let found: Vec<_> = flaws(&entries).map(|(entry, flaw)| format!("{}: {flaw:?}", entry.code)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What a sentence leaves open, its crate fills: here by the name, in the crate's own tests by the text.
#[test]
fn every_name_in_a_sentence_is_filled_by_its_crate() {
    for each in all() {
        let source = each.sources.concat();
        for row in each.rows() {
            for name in names(&row) {
                assert!(source.contains(&format!("\"{name}\"")), "{} {}: {{{name}}}", each.name, row.code);
            }
        }
    }
}

#[test]
fn the_command_gives_every_name_where_it_tells_an_error_of_its_own() {
    let command = all().into_iter().find(|each| each.name == "myna-cli").unwrap();
    let rows = command.rows();
    let mut used = BTreeSet::new();
    for place in command.sources.iter().flat_map(|text| text.split("&codes::").skip(1)) {
        let (name, rest) = place.split_once(|each: char| !each.is_ascii_uppercase() && each != '_').unwrap();
        let row = rows.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("{name}"));
        used.insert(row.code.clone());
        let Some(list) = rest.trim_start().strip_prefix("&[") else { continue };
        let given: BTreeSet<String> = literals(list.split_once(']').unwrap().0)
            .filter_map(|(before, name)| before.ends_with('(').then_some(name))
            .collect();
        assert!(names(row).is_subset(&given), "{}: {:?} of {given:?}", row.code, names(row));
    }
    let unused: Vec<_> = rows.iter().filter(|row| !used.contains(&row.code)).map(|row| &row.code).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

/// Whatever is public and called an error, or is one for `std`.
#[test]
fn every_public_error_type_implements_the_trait() {
    let (mut found, mut without) = (0, Vec::new());
    for each in all() {
        for (name, is_error) in each.sources.iter().flat_map(|text| public_types(text)) {
            let of = |implemented: &str| {
                let written = [
                    format!(" {implemented} for {name} "),
                    format!("::{implemented} for {name} "),
                    format!(" {implemented} for {name}<"),
                ];
                each.sources.iter().any(|text| written.iter().any(|each| text.contains(each)))
            };
            if is_error
                || name.ends_with("Error")
                || name.ends_with("Failure")
                || of("Error")
                || is_made_one(&each, name)
            {
                found += 1;
                if !of("Diagnostic") {
                    without.push(format!("{} {name}", each.name));
                }
            }
        }
    }
    assert!(found > 40, "{found}: the sources are read");
    assert!(without.is_empty(), "{}", without.join("\n"));
}

/// By the macro of `myna-error`.
fn is_made_one(each: &Crate, name: &str) -> bool {
    let lists = each.sources.iter().flat_map(|text| text.split("myna_error::errors!(").skip(1));
    lists.filter_map(|list| list.split_once(')')).any(|(list, _)| list.split(", ").any(|each| each == name))
}

/// The public types of a file, and whether they derive `Error`.
fn public_types(text: &str) -> impl Iterator<Item = (&str, bool)> {
    ["\npub struct ", "\npub enum "].into_iter().flat_map(move |begin| {
        text.match_indices(begin).map(move |(at, _)| {
            let name = &text[at + begin.len()..];
            let attributes = text[..at].rsplit("\n\n").next().unwrap();
            let derived = attributes.lines().filter(|line| !line.starts_with("//")).collect::<String>();
            let is_error = derived.split(['(', ')', ',', ' ']).any(|word| word == "Error");
            (name.split(|each: char| !each.is_alphanumeric()).next().unwrap(), is_error)
        })
    })
}

fn names(row: &Row) -> BTreeSet<String> {
    let texts = row.english.iter().chain(&row.japanese);
    let open = texts.flat_map(|text| text.split('{').skip(1));
    open.filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect()
}
