use std::collections::{BTreeMap, BTreeSet};

use myna_error::Diagnostic;
use myna_trust::Certificate;
use myna_trust::path::{Environment, Purpose, TrustAnchor, validate};
use myna_trust::revocation::{OcspRequest, Revocation};
use serde::Deserialize;

use crate::recipe::{Fragments, Recipe, instant};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    list: Fragments,
    answer: Fragments,
    /// By group.
    lists: BTreeMap<String, Vec<Case>>,
    answers: BTreeMap<String, Vec<Case>>,
}

/// Of `paths.toml`, what a good path is made of.
#[derive(Deserialize)]
struct Paths {
    shared: Fragments,
    authority: Fragments,
    leaf: Fragments,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    /// What the list or the answer has otherwise.
    #[serde(default)]
    fragments: Fragments,
    /// What the leaf has otherwise.
    #[serde(default)]
    leaf: Fragments,
    /// What the anchor has otherwise.
    #[serde(default)]
    first: Fragments,
    /// Whether the question has a nonce.
    #[serde(default = "yes")]
    nonce: bool,
    /// `good`, `revoked` and the reason, or the code of why it was not checked.
    verdict: String,
    reason: String,
    /// How it is known, where the field's certificates decide.
    #[serde(default)]
    grade: Option<String>,
}

const fn yes() -> bool {
    true
}

impl Case {
    fn judge(&self, paths: &Paths, base: &Fragments, is_list: bool) -> String {
        let anchor = Recipe(vec![&self.first, &paths.authority, &paths.shared]).bytes("certificate");
        let anchor = TrustAnchor::new(Certificate::from_der(&anchor).unwrap(), Environment::Test).unwrap();
        let leaf = Recipe(vec![&self.leaf, &paths.leaf, &paths.shared]).bytes("certificate");
        let leaf = Certificate::from_der(&leaf).unwrap();
        let (anchors, at) = ([anchor], instant("2026-11-22T06:30:45Z"));
        let path = validate(&leaf, &anchors, Purpose::UserAuthentication, at).unwrap();
        let supplied = Recipe(vec![&self.fragments, base, &paths.leaf, &paths.shared]);
        let said = if is_list {
            path.revocation_by_list(&supplied.bytes("list"))
        } else {
            let question = OcspRequest::new(&path, self.nonce.then_some([0x11; 32])).unwrap();
            question.judge(&supplied.bytes("response"))
        };
        match said {
            Revocation::Good { .. } => "good".to_owned(),
            Revocation::Revoked { why, .. } => format!("revoked {why:?}"),
            Revocation::NotChecked { why } => why.code().to_owned(),
        }
    }
}

/// Prints, with `--nocapture`, how many of each group are good, revoked and refused.
#[test]
fn every_list_and_answer_has_its_verdict() {
    let catalogue: Catalogue = toml::from_str(include_str!("revocation.toml")).unwrap();
    let paths: Paths = toml::from_str(include_str!("paths.toml")).unwrap();
    let mut wrong = Vec::new();
    let mut ids = BTreeSet::new();
    let mut totals = [0; 3];
    println!("| {:<18} | good | revoked | refused |\n|---|---|---|---|", "revocation");
    let sorts =
        [("list", &catalogue.list, &catalogue.lists), ("answer", &catalogue.answer, &catalogue.answers)];
    for (sort, base, groups) in sorts {
        for (group, cases) in groups {
            let mut counts = [0; 3];
            for case in cases {
                assert!(ids.insert(&case.id), "twice: {}", case.id);
                assert!(!case.reason.is_empty(), "{}", case.id);
                assert!(case.grade.as_ref().is_none_or(|grade| grade == "fix"), "{}", case.id);
                for name in case.fragments.keys() {
                    let layers = [base, &paths.leaf, &paths.shared];
                    let known = layers.iter().any(|layer| layer.contains_key(name));
                    assert!(known, "{}: no fragment {name}", case.id);
                }
                let kind = if case.verdict == "good" {
                    0
                } else {
                    2 - usize::from(case.verdict.starts_with("revoked"))
                };
                counts[kind] += 1;
                totals[kind] += 1;
                let found = case.judge(&paths, base, sort == "list");
                if found != case.verdict {
                    wrong.push(format!("{}: {found}, not {}: {}", case.id, case.verdict, case.reason));
                }
            }
            let name = format!("{sort}: {group}");
            println!("| {name:<18} | {:>4} | {:>7} | {:>7} |", counts[0], counts[1], counts[2]);
        }
    }
    println!("| {:<18} | {:>4} | {:>7} | {:>7} |", "all", totals[0], totals[1], totals[2]);
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(totals[2] >= 40);
}
