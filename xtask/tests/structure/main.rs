//! The order of the house, as `ARCHITECTURE.md` says it: a crate names crates of lower floors only, and inside a crate no
//! circle of files is larger than two and none goes through folders.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod graph;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;
use source::Sources;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// One floor, and one knows the other all the same.
const BESIDE: &[(&str, &str)] = &[("myna-sim-service", "myna-terminal"), ("myna-calendar", "myna-error")];

#[test]
fn a_crate_names_crates_of_lower_floors_only() {
    let floors = floors();
    let mut found = Vec::new();
    for package in workspace() {
        let name = package["name"].as_str().unwrap();
        let floor =
            floors.get(name).unwrap_or_else(|| panic!("{name} stands on no floor of ARCHITECTURE.md"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let needed = dependency["name"].as_str().unwrap();
            let is_below = floors.get(needed).is_none_or(|other| other < floor);
            if dependency["kind"].is_null() && !is_below && !BESIDE.contains(&(name, needed)) {
                found.push(format!("{name} -> {needed}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_circle_of_files_is_larger_than_two_and_none_goes_through_folders() {
    let mut found = Vec::new();
    for package in workspace() {
        let name = package["name"].as_str().unwrap();
        for root in roots(&package) {
            let sources = Sources::read(&root);
            let circles = file_circles(&sources).into_iter().chain(folder_circles(&sources));
            found.extend(circles.map(|circle| format!("{name}: {circle}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_circle_is_seen_through_imports_paths_and_names_that_are_handed_on() {
    let crate_of = Path::new(env!("CARGO_TARGET_TMPDIR")).join("structure");
    fs::create_dir_all(crate_of.join("one")).unwrap();
    fs::create_dir_all(crate_of.join("two")).unwrap();
    for (file, text) in [
        ("lib.rs", "mod one; mod two; pub use one::first::First; pub use two::Second;"),
        ("one.rs", "pub mod first; pub mod third;"),
        ("one/first.rs", "// use crate::Nobody;\nuse crate::{Second as Other};\npub struct First(Other);"),
        ("two.rs", "mod below; pub use below::*;"),
        ("two/below.rs", "pub struct Second; impl Second { fn f() { crate::one::third::g(); } }"),
        (
            "one/third.rs",
            "pub fn g() -> &'static str { let _ = super::first::First; \"crate::two::Second\" }",
        ),
    ] {
        fs::write(crate_of.join(file), text).unwrap();
    }
    let sources = Sources::read(&crate_of.join("lib.rs"));
    assert_eq!(file_circles(&sources), ["one/first.rs one/third.rs two/below.rs"]);
    assert_eq!(folder_circles(&sources), ["one/ two/"]);
    fs::write(crate_of.join("two/below.rs"), "#[cfg(test)] use crate::First; pub struct Second;").unwrap();
    let sources = Sources::read(&crate_of.join("lib.rs"));
    assert!(file_circles(&sources).is_empty() && folder_circles(&sources).is_empty());
}

/// Of every crate, counted from the ground, after the first block of `ARCHITECTURE.md`.
fn floors() -> BTreeMap<String, usize> {
    let page = fs::read_to_string(Path::new(ROOT).join("ARCHITECTURE.md")).unwrap();
    let house = page.split("```").nth(1).unwrap().trim();
    let crates =
        house.lines().rev().enumerate().flat_map(|(floor, line)| {
            line.split_whitespace().skip(1).map(move |name| (name.to_owned(), floor))
        });
    crates.collect()
}

fn file_circles(sources: &Sources) -> Vec<String> {
    let circles = graph::circles(sources.files.len(), &sources.edges);
    let large = circles.iter().filter(|circle| circle.len() > 2);
    large.map(|circle| names(circle.iter().map(|file| sources.files[*file].display().to_string()))).collect()
}

/// Circles of folders that lie in one folder; the file that is named as a folder belongs to it.
fn folder_circles(sources: &Sources) -> Vec<String> {
    let above = |file: &'_ Path| file.ancestors().skip(1).map(Path::to_owned).collect::<Vec<_>>();
    let folders: BTreeSet<_> = sources.files.iter().flat_map(|file| above(file)).collect();
    let folders: Vec<_> = folders.into_iter().filter(|folder| folder.parent().is_some()).collect();
    let within = |file: usize, folder: &Path| {
        let file = &sources.files[file];
        file.starts_with(folder) || file.with_extension("") == folder
    };
    let mut edges = BTreeSet::new();
    for (from, from_folder) in folders.iter().enumerate() {
        for (to, to_folder) in folders.iter().enumerate() {
            let is_beside = from != to && from_folder.parent() == to_folder.parent();
            let names =
                |(file, other): &(usize, usize)| within(*file, from_folder) && within(*other, to_folder);
            if is_beside && sources.edges.iter().any(names) {
                edges.insert((from, to));
            }
        }
    }
    let circles = graph::circles(folders.len(), &edges);
    let name = |folder: &usize| format!("{}/", folders[*folder].display());
    circles.iter().map(|circle| names(circle.iter().map(name))).collect()
}

fn names(names: impl Iterator<Item = String>) -> String {
    let names: BTreeSet<_> = names.collect();
    names.into_iter().collect::<Vec<_>>().join(" ")
}

fn workspace() -> Vec<Value> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap());
    cargo.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(ROOT);
    let metadata: Value = serde_json::from_slice(&cargo.output().unwrap().stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// The files that its library and its programs begin with.
fn roots(package: &Value) -> Vec<PathBuf> {
    let targets = package["targets"].as_array().unwrap().iter();
    let programs = targets.filter(|target| ["lib", "bin"].contains(&target["kind"][0].as_str().unwrap()));
    programs.map(|target| target["src_path"].as_str().unwrap().into()).collect()
}
