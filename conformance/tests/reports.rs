//! What is in the reports, and what never is.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use myna_conformance::{Catalogue, Ics, Pins, RunReport, Runner, SimulatedSource};
use myna_sim::{Mutant, Persona, Reference};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

fn run(mutant: Option<Mutant>, only: &[&str]) -> RunReport {
    let persona = Persona::built_in("default").unwrap();
    let (catalogue, ics) = (Catalogue::built_in().unwrap(), Ics::parse(Ics::SIMULATED).unwrap());
    let pins = Pins::of_persona(&persona).unwrap();
    let mut settings = persona.settings();
    settings.mutant = mutant;
    let mut source = SimulatedSource::new(persona, settings).unwrap();
    Runner::new(&catalogue, &ics, &pins).only(only.iter().copied()).run(&mut source).unwrap()
}

#[test]
fn two_runs_give_the_same_reports() {
    for (mutant, only) in [(None, &[][..]), (Some(Mutant::ForgetsToDecrement), &["PIN"])] {
        let (one, other) = (run(mutant, only), run(mutant, only));
        assert_eq!(one.to_json().unwrap(), other.to_json().unwrap());
        assert_eq!(one.to_junit(), other.to_junit());
        assert_eq!(one.to_string(), other.to_string());
    }
}

#[test]
fn no_report_shows_a_pin() {
    let persona = Persona::built_in("default").unwrap();
    // The mutants that fail where PINs are presented, so that there is a transcript of it.
    for mutant in [None, Some(Mutant::ForgetsToDecrement), Some(Mutant::AcceptsAnyPin)] {
        let report = run(mutant, &["PIN"]);
        let presented = report.cases.iter().flat_map(|case| &case.transcript).filter(|entry| entry.redacted);
        assert_eq!(presented.clone().count() > 0, mutant.is_some());
        assert!(
            presented.clone().all(|entry| entry.nc.is_none()),
            "the length of a password is a secret too"
        );
        for text in [report.to_json().unwrap(), report.to_junit(), report.to_string(), format!("{report:?}")]
        {
            // The persona has no value of its own for what is printed on the card's face.
            for reference in Reference::ALL {
                let Some(pin) = persona.pin(reference) else { continue };
                let digits: String = pin.bytes().map(|byte| format!("{byte:02X}")).collect();
                assert!(!text.contains(pin), "{reference:?}");
                assert!(!text.to_uppercase().contains(&digits), "{reference:?}");
            }
        }
    }
}

#[test]
fn json_has_a_schema_and_every_case_in_order() {
    let report = run(Some(Mutant::SignsWithoutPin), &[]);
    let json: serde_json::Value = serde_json::from_str(&report.to_json().unwrap()).unwrap();
    assert_eq!(json["schema"], RunReport::SCHEMA);
    assert_eq!(json["card"], "sim:default mutant signs-without-pin");
    assert_eq!(json["subject"]["role"], "simulator");
    let ids: Vec<_> =
        json["cases"].as_array().unwrap().iter().map(|case| case["id"].as_str().unwrap()).collect();
    let catalogue = Catalogue::built_in().unwrap();
    assert_eq!(ids, catalogue.cases().map(|case| case.id.as_str()).collect::<Vec<_>>());
    let failed = json["cases"].as_array().unwrap().iter().find(|case| case["id"] == "JPKI.SIGN.001").unwrap();
    assert_eq!((&failed["verdict"], &failed["step"]["phase"]), (&"fail".into(), &"step".into()));
    assert_eq!(failed["transcript"].as_array().unwrap().last().unwrap()["status"], "9000");
}

#[test]
fn junit_is_well_formed_and_its_counts_agree() {
    for mutant in [None, Some(Mutant::ReadsWithoutPin), Some(Mutant::ShortLeZeroMeansZero)] {
        let report = run(mutant, &["APDU", "FS", "JPKI"]);
        let found = Counted::read(&report.to_junit());
        let summary = report.summary;
        let whole = [
            report.cases.len(),
            summary.fail,
            summary.inconclusive + summary.harness_error,
            summary.not_applicable + summary.skipped,
        ];
        assert_eq!(found.elements, whole);
        assert_eq!(found.whole, whole);
        assert_eq!(found.suites, whole);
        let ids: Vec<_> = report.cases.iter().map(|case| case.id.as_str()).collect();
        assert_eq!(found.names, ids);
    }
}

/// Tests, failures, errors, skipped: as the elements are counted, and as the attributes say.
#[derive(Default)]
struct Counted {
    elements: [usize; 4],
    whole: [usize; 4],
    suites: [usize; 4],
    names: Vec<String>,
}

impl Counted {
    fn read(xml: &str) -> Self {
        let mut counted = Self::default();
        let mut reader = Reader::from_str(xml);
        reader.config_mut().check_end_names = true;
        let mut depth = 0_i32;
        loop {
            let (element, opens) = match reader.read_event().unwrap() {
                Event::Eof => break,
                Event::Start(element) => (element, 1),
                Event::Empty(element) => (element, 0),
                Event::End(_) => {
                    depth -= 1;
                    continue;
                }
                _ => continue,
            };
            depth += opens;
            match element.name().as_ref() {
                "testsuites" => counted.whole = attributes(&element),
                "testsuite" => {
                    for (sum, more) in counted.suites.iter_mut().zip(attributes(&element)) {
                        *sum += more;
                    }
                }
                "testcase" => {
                    counted.elements[0] += 1;
                    counted.names.push(attribute(&element, "name"));
                }
                "failure" => counted.elements[1] += 1,
                "error" => counted.elements[2] += 1,
                "skipped" => counted.elements[3] += 1,
                _ => {}
            }
        }
        assert_eq!(depth, 0);
        counted
    }
}

fn attributes(element: &BytesStart<'_>) -> [usize; 4] {
    ["tests", "failures", "errors", "skipped"].map(|name| attribute(element, name).parse().unwrap())
}

fn attribute(element: &BytesStart<'_>, name: &str) -> String {
    let value = element.try_get_attribute(name).unwrap().unwrap();
    value.value.into_owned()
}
