use std::collections::{BTreeMap, BTreeSet};

use myna_error::Diagnostic;
use myna_trust::Certificate;
use myna_trust::path::{Environment, PathError, Purpose, TrustAnchor, validate};
use serde::Deserialize;

use crate::recipe::{Fragments, Recipe, instant};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    shared: Fragments,
    authority: Fragments,
    second: Fragments,
    leaf: Fragments,
    digital_signature: Fragments,
    /// By group.
    cases: BTreeMap<String, Vec<Case>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    /// What the leaf has otherwise.
    #[serde(default)]
    leaf: Fragments,
    /// What the anchor has otherwise.
    #[serde(default)]
    first: Fragments,
    /// What another anchor, its name twin, has otherwise.
    #[serde(default)]
    second: Fragments,
    /// Which anchors are trusted, in this order.
    #[serde(default = "first_only")]
    anchors: Vec<String>,
    /// The profile of the leaf and the purpose asked for.
    #[serde(default)]
    profile: Profile,
    #[serde(default)]
    purpose: Option<Profile>,
    #[serde(default)]
    production: bool,
    #[serde(default = "now")]
    at: String,
    /// `good`, or the code of the error; `anchor:` before it if it is the anchor that is refused.
    verdict: String,
    reason: String,
    /// Where the real certificates are other than RFC 5280 would have them, or other than a stranger would expect: how
    /// that is known.
    #[serde(default)]
    grade: Option<Grade>,
}

#[derive(Deserialize, Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Profile {
    #[default]
    UserAuthentication,
    DigitalSignature,
}

#[derive(Deserialize, Clone, Copy, Debug)]
#[serde(rename_all = "snake_case")]
enum Grade {
    /// Read off certificates issued for testing.
    Fix,
    /// From other projects' code.
    Code,
    /// A guess.
    Guess,
}

fn first_only() -> Vec<String> {
    vec!["first".to_owned()]
}

fn now() -> String {
    "2026-11-22T06:30:45Z".to_owned()
}

impl Profile {
    const fn purpose(self) -> Purpose {
        match self {
            Self::UserAuthentication => Purpose::UserAuthentication,
            Self::DigitalSignature => Purpose::DigitalSignature,
        }
    }
}

impl Case {
    fn judge(&self, catalogue: &Catalogue) -> String {
        let environment = if self.production { Environment::Production } else { Environment::Test };
        let mut anchors = Vec::new();
        for name in &self.anchors {
            let layers = match name.as_str() {
                "first" => vec![&self.first, &catalogue.authority, &catalogue.shared],
                _ => vec![&self.second, &catalogue.second, &catalogue.authority, &catalogue.shared],
            };
            let certificate = match Certificate::from_der(&Recipe(layers).bytes("certificate")) {
                Ok(certificate) => certificate,
                Err(fault) => return format!("anchor: {}", fault.code()),
            };
            match TrustAnchor::new(certificate, environment) {
                Ok(anchor) => anchors.push(anchor),
                Err(error) => return format!("anchor: {}", code(error)),
            }
        }
        let mut layers = vec![&self.leaf];
        if self.profile == Profile::DigitalSignature {
            layers.push(&catalogue.digital_signature);
        }
        layers.extend([&catalogue.leaf, &catalogue.shared]);
        let leaf = match Certificate::from_der(&Recipe(layers).bytes("certificate")) {
            Ok(leaf) => leaf,
            Err(fault) => return fault.code().to_owned(),
        };
        let purpose = self.purpose.unwrap_or(self.profile).purpose();
        match validate(&leaf, &anchors, purpose, instant(&self.at)) {
            Ok(_) => "good".to_owned(),
            Err(error) => code(error),
        }
    }
}

fn code(error: PathError) -> String {
    match error {
        PathError::Key(fault) => format!("path.key {}", fault.code()),
        error => error.code().to_owned(),
    }
}

fn catalogue() -> Catalogue {
    toml::from_str(include_str!("paths.toml")).unwrap()
}

/// Prints, with `--nocapture`, how many of each group are good and how many are refused.
#[test]
fn every_path_has_its_verdict() {
    let catalogue = catalogue();
    let mut wrong = Vec::new();
    let mut ids = BTreeSet::new();
    let mut totals = [0, 0];
    let mut graded = 0;
    println!("| {:<12} | good | refused |\n|---|---|---|", "paths");
    for (group, cases) in &catalogue.cases {
        let mut counts = [0, 0];
        for case in cases {
            assert!(ids.insert(&case.id), "twice: {}", case.id);
            assert!(!case.reason.is_empty(), "{}", case.id);
            graded += usize::from(case.grade.is_some());
            counts[usize::from(case.verdict != "good")] += 1;
            let found = case.judge(&catalogue);
            if found != case.verdict {
                wrong.push(format!("{}: {found}, not {}: {}", case.id, case.verdict, case.reason));
            }
        }
        println!("| {group:<12} | {:>4} | {:>7} |", counts[0], counts[1]);
        totals = [totals[0] + counts[0], totals[1] + counts[1]];
    }
    println!("| {:<12} | {:>4} | {:>7} |", "all", totals[0], totals[1]);
    println!("{graded} of them on what the field's certificates are; {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(ids.len() >= 150);
}

/// A case that changes nothing would prove nothing: each refused one differs from what is good by what it says.
#[test]
fn the_good_case_is_good_and_every_other_is_another() {
    let catalogue = catalogue();
    let cases = catalogue.cases.values().flatten();
    for case in cases.filter(|case| case.verdict != "good") {
        let same_bytes = case.leaf.is_empty() && case.first.is_empty() && case.second.is_empty();
        let same_question =
            case.purpose.is_none() && !case.production && case.at == now() && case.anchors == first_only();
        assert!(!(same_bytes && same_question), "{}", case.id);
    }
    let layers = [&catalogue.leaf, &catalogue.digital_signature, &catalogue.authority, &catalogue.shared];
    let names: BTreeSet<&String> = layers.into_iter().flat_map(BTreeMap::keys).collect();
    for case in catalogue.cases.values().flatten() {
        for name in case.leaf.keys().chain(case.first.keys()).chain(case.second.keys()) {
            assert!(names.contains(name), "{}: no fragment {name}", case.id);
        }
    }
}
