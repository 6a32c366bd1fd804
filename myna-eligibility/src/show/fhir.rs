//! Answers as HL7 FHIR R4, by the profiles of JP Core 1.2.0: `Patient`, `Organization`, `Coverage`, and an
//! `OperationOutcome` for a verdict without records.
//!
//! A field's place stands in the table of its record ([`FhirPlace`]); without one, and wherever its text does not fit the
//! place, it is an extension of the coverage by its name on the wire. So nothing is lost but the width of letters and
//! blanks, which JP Core prescribes, and nothing that JP Core demands is made up: a patient without an identifier
//! claims no profile, and so does the coverage that refers to it.

mod coverage;
mod extension;
mod patient;
mod value;

use self::coverage::{Cover, absent};
use self::extension::{extension, extensions_of, own};
use self::patient::Patient;
use self::value::{OWN, list, object, text};
use crate::meaning::bulk::{BulkProgress, BulkUnit};
use crate::meaning::descriptor::Fields;
use crate::meaning::fhir_place::FhirPlace;
use crate::meaning::field::Record as _;
use crate::meaning::message::Message;
use crate::meaning::record::{Eligibility, EligibilityResponse, Header};
use crate::meaning::told::Told;
use crate::meaning::verdict::Verdict;

pub(crate) use self::coverage::is_public;
#[cfg(test)]
pub(crate) use self::extension::fhir_of;
pub(crate) use self::value::full_width;

/// Writes an answer as a FHIR bundle of type `collection`: each patient once, the insurer and the coverage of each
/// eligibility; without any, an `OperationOutcome` with the verdict.
///
/// `Coverage.status` is `active` only if the answer says that there is cover; else `cancelled` for a lost one and
/// `draft` for what the answer leaves open, so that no reader takes it for cover.
#[must_use]
pub fn to_fhir(response: &EligibilityResponse) -> String {
    let mut resources = Resources::default();
    resources.add_answer(response);
    let entries = resources.resources.into_iter().map(|resource| {
        let name = reference_to(&resource);
        object([("fullUrl", text(format!("{OWN}/{name}"))), ("resource", Some(resource.told))])
    });
    let bundle =
        object([("resourceType", text("Bundle")), ("type", text("collection")), ("entry", list(entries))]);
    // Texts only, so there is nothing that could not be written.
    serde_json::to_string_pretty(&bundle).unwrap_or_default()
}

/// Answers as FHIR in NDJSON, one resource a line, for bulk answers of any length; the resources are numbered on from
/// message to message.
#[derive(Debug, Default)]
#[expect(missing_copy_implementations, reason = "a copy would give two resources one number")]
pub struct FhirLines {
    counts: Counts,
}

impl FhirLines {
    /// Begins with the number 1.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The lines of an answer to a single or a bulk check, the resources as [`to_fhir`] makes them; `None` of other messages.
    #[must_use]
    pub fn of(&mut self, message: &Message) -> Option<String> {
        let mut resources = Resources { counts: self.counts, ..Resources::default() };
        match message {
            Message::Answer(answer) => resources.add_answer(answer),
            Message::BulkAnswer(answer) => {
                let (message, header): (&dyn Fields, _) = (&**answer, &answer.header);
                if answer.units().is_empty() {
                    let verdict = match answer.progress() {
                        BulkProgress::Pending => Verdict::Pending,
                        BulkProgress::Failed { code, message } => Verdict::Failed { code, message },
                        BulkProgress::Done | BulkProgress::Unknown => Verdict::Unknown,
                    };
                    resources.add(&Check { message, unit: None, header, verdict }, &[]);
                }
                for unit in answer.units() {
                    let verdict = answer.verdict_of(unit);
                    let check = Check { message, unit: Some(unit), header, verdict };
                    resources.add(&check, &unit.results);
                }
            }
            _ => return None,
        }
        self.counts = resources.counts;
        // Texts only, as above.
        let lines = resources.resources.iter().map(|resource| serde_json::to_string(&resource.told));
        Some(lines.map(|line| line.unwrap_or_default() + "\n").collect())
    }
}

/// What stands around the eligibilities of one check.
struct Check<'m> {
    message: &'m dyn Fields,
    /// That of a bulk answer.
    unit: Option<&'m BulkUnit>,
    header: &'m Header,
    verdict: Verdict,
}

impl Check<'_> {
    /// What the message says of the check, as extensions.
    fn extensions(&self) -> Vec<Told> {
        let mut extensions = extensions_of(self.message, &mut |_, _| false);
        let unit = self.unit.map(|unit| extensions_of(unit, &mut |_, _| false));
        extensions.extend(unit.and_then(|unit| extension(BulkUnit::DESCRIPTOR.element, unit)));
        own(extensions)
    }
}

/// How many resources of each kind there are.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    patients: usize,
    coverages: usize,
    outcomes: usize,
}

struct Resource {
    kind: &'static str,
    id: String,
    told: Told,
}

fn reference_to(resource: &Resource) -> String {
    format!("{}/{}", resource.kind, resource.id)
}

#[derive(Default)]
struct Resources {
    counts: Counts,
    resources: Vec<Resource>,
}

impl Resources {
    fn add_answer(&mut self, answer: &EligibilityResponse) {
        let check = Check { message: answer, unit: None, header: &answer.header, verdict: answer.verdict() };
        self.add(&check, answer.results());
    }

    fn add(&mut self, check: &Check<'_>, results: &[Eligibility]) {
        if results.is_empty() {
            self.counts.outcomes += 1;
            let id = format!("outcome-{}", self.counts.outcomes);
            self.push("OperationOutcome", id, outcome(check));
            return;
        }
        let about = check.extensions();
        let mut patients: Vec<Patient> = Vec::new();
        let mut covers = Vec::new();
        for result in results {
            let place = patients.iter().position(|patient| patient.is_of(result)).unwrap_or_else(|| {
                self.counts.patients += 1;
                patients.push(Patient::new(result, check.header, self.counts.patients));
                patients.len() - 1
            });
            let Some(patient) = patients.get_mut(place) else { continue };
            let mut cover = Cover::new(result);
            let rest =
                extensions_of(result, &mut |place, text| patient.put(place, text) || cover.put(place, text));
            covers.push((place, cover, rest));
        }
        // A number of the whole unit is that of its one person.
        let numbers = check.unit.map_or(&[][..], |unit| &unit.reference_numbers[..]);
        if let ([patient], [number]) = (&mut patients[..], numbers) {
            patient.put(FhirPlace::PatientIdentifier, number);
        }
        let mut told = 0;
        for (place, cover, rest) in covers {
            let Some(patient) = patients.get(place) else { continue };
            if place == told {
                told += 1;
                self.push("Patient", patient.id(), patient.told());
            }
            self.counts.coverages += 1;
            let number = self.counts.coverages;
            let insurer = cover.insurer();
            let payor = match &insurer {
                Some(_) => object([("reference", text(format!("Organization/insurer-{number}")))]),
                None => absent(),
            };
            if let Some(insurer) = insurer {
                self.push("Organization", format!("insurer-{number}"), insurer);
            }
            let coverage = cover.told(patient, payor, &check.verdict, [own(rest), about.clone()].concat());
            self.push("Coverage", format!("coverage-{number}"), coverage);
        }
    }

    fn push(&mut self, kind: &'static str, id: String, fields: Told) {
        let mut told = vec![
            ("resourceType".to_owned(), Told::Text(kind.to_owned())),
            ("id".to_owned(), Told::Text(id.clone())),
        ];
        if let Told::Object(fields) = fields {
            told.extend(fields);
        }
        self.resources.push(Resource { kind, id, told: Told::Object(told) });
    }
}

/// A verdict without records.
fn outcome(check: &Check<'_>) -> Told {
    let verdict = &check.verdict;
    let (severity, code) = match verdict {
        Verdict::NoMatch => ("warning", "not-found"),
        Verdict::Multiple => ("warning", "multiple-matches"),
        Verdict::Invalid | Verdict::InvalidNewerExists => ("warning", "business-rule"),
        Verdict::Pending => ("information", "incomplete"),
        Verdict::Failed { .. } | Verdict::ProcessingError { .. } => ("error", "processing"),
        verdict if verdict.is_valid() => ("information", "informational"),
        _ => ("warning", "processing"),
    };
    let diagnostics = match verdict {
        Verdict::Failed { message, .. } | Verdict::ProcessingError { message, .. } => text(message.as_str()),
        _ => None,
    };
    let system = format!("{OWN}/CodeSystem/verdict");
    let coding =
        Told::object([("system", &system), ("code", verdict.code()), ("display", verdict.label_ja())]);
    let details = object([("coding", list([coding])), ("text", text(verdict.label_ja()))]);
    let issue = object([
        ("severity", text(severity)),
        ("code", text(code)),
        ("details", Some(details)),
        ("diagnostics", diagnostics),
    ]);
    object([("extension", list(check.extensions())), ("issue", list([issue]))])
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::value::CORE;
    use super::*;

    fn bundle(bytes: &[u8]) -> Value {
        serde_json::from_str(&to_fhir(&EligibilityResponse::parse(bytes).unwrap())).unwrap()
    }

    #[test]
    fn a_valid_answer() {
        let bundle = bundle(include_bytes!("../../tests/samples/e03_national_health.xml"));
        let [patient, insurer, coverage] = &bundle["entry"].as_array().unwrap()[..] else { panic!("three") };
        let (patient, insurer, coverage) =
            (&patient["resource"], &insurer["resource"], &coverage["resource"]);
        assert_eq!(patient["name"][0]["family"], "架空");
        assert_eq!(patient["name"][1]["text"], "カクウ コズエ");
        assert_eq!(patient["birthDate"], "1979-03-01");
        assert_eq!(insurer["identifier"][0]["value"], "00139980");
        assert_eq!(coverage["status"], "active");
        assert_eq!(coverage["identifier"][0]["value"], "00139980:見０１:0012345:02");
        assert_eq!(coverage["type"]["coding"][0]["code"], "2");
        assert_eq!(coverage["relationship"]["coding"][0]["code"], "2");
        assert_eq!(coverage["period"]["end"], "2025-09-30");
        let published = coverage["extension"].as_array().unwrap().iter();
        let published = published.filter(|extension| extension["url"].as_str().unwrap().starts_with(CORE));
        assert_eq!(published.count(), 3);
    }

    #[test]
    fn what_is_not_cover_is_not_active() {
        let lost = bundle(include_bytes!("../../tests/samples/e06_invalid_newer_exists.xml"));
        assert_eq!(lost["entry"][2]["resource"]["status"], "cancelled");
        let none = bundle(include_bytes!("../../tests/samples/e07_no_match.xml"));
        assert_eq!(none["entry"].as_array().unwrap().len(), 1);
        assert_eq!(none["entry"][0]["resource"]["resourceType"], "OperationOutcome");
        let elderly = bundle(include_bytes!("../../tests/samples/e04_later_stage_elderly.xml"));
        let coverage = &elderly["entry"][2]["resource"];
        assert_eq!(coverage["identifier"][0]["value"], "39139985::01234567:");
        assert_eq!(coverage["costToBeneficiary"][0]["valueQuantity"]["value"], 20);
        assert!(coverage.get("dependent").is_none() && coverage.get("relationship").is_none());
    }
}
