//! The catalogue that comes with the crate, and catalogues that are wrong.

use std::collections::BTreeSet;

use myna_conformance::Catalogue;
use myna_conformance::catalogue::{Danger, Grade, Level};

#[test]
fn the_built_in_catalogue_covers_every_area_in_the_order_of_layers() {
    let catalogue = Catalogue::built_in().unwrap();
    assert!(catalogue.cases().count() >= 25);
    let mut areas: Vec<_> = catalogue.cases().filter_map(|case| case.id.as_str().split('.').next()).collect();
    areas.dedup();
    assert_eq!(areas, ["APDU", "APP", "FS", "PIN", "JPKI"]);
    let titles: BTreeSet<_> = catalogue.cases().map(|case| &case.title).collect();
    assert_eq!(titles.len(), catalogue.cases().count());
}

#[test]
fn every_case_whose_try_can_be_given_back_gives_it_back() {
    let catalogue = Catalogue::built_in().unwrap();
    for case in catalogue.cases().filter(|case| case.danger == Danger::SpendsTry) {
        assert!(!case.after.is_empty(), "{}", case.id);
    }
    for case in catalogue.cases().filter(|case| case.level == Level::Must) {
        assert!(case.references.iter().any(|reference| reference.grade != Grade::Guess), "{}", case.id);
    }
}

const GOOD: &str = r#"
unit = "FS.READ"
title = "READ BINARY"
[references]
iso = { document = "ISO/IEC 7816-4:2005", clause = "7.2.3", grade = "doc" }
guess = { document = "nobody", clause = "nowhere", grade = "guess" }
[values]
start = "30 82"
[[case]]
id = "FS.READ.003"
title = "t"
purpose = "p"
level = "must"
danger = "presents-pin"
references = ["iso"]
before = [{ select-application = "jpki" }, { select-file = "0018" }]
steps = [
  { count-tries = "user-authentication", save = "before" },
  { send = "00 B0 00 00 04", status = "9000", starts-with = "<start>" },
]
"#;

#[test]
fn a_malformed_catalogue_says_where() {
    assert!(Catalogue::parse(&[("good.toml", GOOD)]).is_ok());
    let table = [
        // the file
        ("unit = \"FS.READ\"", "", &["good.toml: ", "unit"][..]),
        ("[values]", "[value]", &["good.toml: ", "value"]),
        ("\"30 82\"", "\"30 8\"", &["good.toml: ", "start"]),
        ("start = \"30 82\"", "start = \"30 82\"\njpki = \"00\"", &["good.toml: ", "jpki", "taken"]),
        ("grade = \"doc\"", "grade = \"gospel\"", &["good.toml: ", "gospel"]),
        // the case
        ("id = \"FS.READ.003\"", "", &["good.toml, case number 1: ", "id"]),
        ("FS.READ.003", "FS.READ.3", &["good.toml, FS.READ.3: ", "AREA.UNIT.NNN"]),
        ("id = \"FS.READ.003\"", "id = \"PIN.READ.003\"", &["good.toml, PIN.READ.003: ", "FS.READ"]),
        ("\"must\"", "\"shall\"", &["good.toml, FS.READ.003: ", "shall"]),
        ("purpose = \"p\"", "", &["good.toml, FS.READ.003: ", "purpose"]),
        ("[\"iso\"]", "[\"jis\"]", &["good.toml, FS.READ.003: ", "jis"]),
        ("[\"iso\"]", "[]", &["good.toml, FS.READ.003: ", "reference"]),
        ("[\"iso\"]", "[\"guess\"]", &["good.toml, FS.READ.003: ", "guess"]),
        // the step
        ("select-file = \"0018\"", "select-file = \"018\"", &["FS.READ.003, before 2: ", "018"]),
        (
            "select-application = \"jpki\"",
            "select-application = \"jkpi\"",
            &["FS.READ.003, before 1: ", "jkpi"],
        ),
        ("count-tries", "count", &["good.toml, FS.READ.003, step 1: ", "count"]),
        ("\"user-authentication\"", "\"user\"", &["FS.READ.003, step 1: ", "user"]),
        ("00 B0 00 00 04", "00 B0 00 00 4", &["FS.READ.003, step 2: ", "\"4\""]),
        ("00 B0 00 00 04", "00", &["FS.READ.003, step 2: ", "CLA and INS"]),
        ("00 B0 00 00 04", "00 B0 <length:file> 04", &["FS.READ.003, step 2: ", "file"]),
        ("00 B0 00 00 04", "00 20 00 80 [ 31 32 33 34 ]", &["FS.READ.003, step 2: ", "never by send"]),
        ("00 B0 00 00 04", "00 20 00 80 <start>", &["FS.READ.003, step 2: ", "never by send"]),
        ("00 B0 00 00 04", "00 24 01 80 04 31 32 33 34", &["FS.READ.003, step 2: ", "never by send"]),
        ("status = \"9000\"", "status = \"900\"", &["FS.READ.003, step 2: ", "900"]),
        ("status = \"9000\", ", "", &["FS.READ.003, step 2: ", "status"]),
        ("starts-with = \"<start>\"", "starts-with = \"<begin>\"", &["step 2: ", "begin"]),
        ("starts-with = \"<start>\"", "same-as = \"before\"", &["step 2: ", "before"]),
        ("starts-with = \"<start>\"", "tries-same-as = \"before\"", &["step 2: ", "counter"]),
        ("starts-with = \"<start>\"", "verify = \"user-authentication\"", &["step 2: ", "two things"]),
        ("send = \"00 B0 00 00 04\", ", "", &["step 2: ", "nothing is done"]),
        (
            "send = \"00 B0 00 00 04\", status = \"9000\"",
            "verify-wrong = \"user-authentication\"",
            &["step 2: "],
        ),
        (
            "count-tries = \"user-authentication\", save",
            "verify-wrong = \"card-face\", save",
            &["step 1: ", "spends-try"],
        ),
        ("starts-with = \"<start>\"", "save = \"start\"", &["step 2: ", "taken"]),
        ("starts-with = \"<start>\"", "signature = { under = \"start\" }", &["step 2: ", "padded"]),
        (
            "status = \"9000\", starts",
            "status = \"9000\", by = \"short-identifier\", starts",
            &["step 2: ", "by"],
        ),
    ];
    for (from, to, named) in table {
        assert!(GOOD.contains(from), "{from}");
        let error = Catalogue::parse(&[("good.toml", &GOOD.replacen(from, to, 1))]).unwrap_err().to_string();
        for part in named {
            assert!(error.contains(part), "{to}: {error}");
        }
    }
}

#[test]
fn ids_are_taken_once_rise_and_follow_the_layers() {
    let later = GOOD.replace("FS.READ", "PIN.READ");
    assert!(Catalogue::parse(&[("fs.toml", GOOD), ("pin.toml", &later)]).is_ok());
    let error = Catalogue::parse(&[("pin.toml", &later), ("fs.toml", GOOD)]).unwrap_err();
    assert!(
        error.to_string().contains("fs.toml, FS.READ.003: files stand in the order of layers"),
        "{error}"
    );
    let error = Catalogue::parse(&[("a.toml", GOOD), ("b.toml", GOOD)]).unwrap_err();
    assert_eq!((error.file.as_str(), error.case.as_deref()), ("b.toml", Some("FS.READ.003")));
    let case = &GOOD[GOOD.find("[[case]]").unwrap()..];
    let error =
        Catalogue::parse(&[("a.toml", &format!("{GOOD}{}", case.replace("003", "002")))]).unwrap_err();
    assert!(error.to_string().contains("FS.READ.002: numbers rise"), "{error}");
}
