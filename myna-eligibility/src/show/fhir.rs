//! An answer as HL7 FHIR R4: a bundle of `Patient`, `Organization` and `Coverage` by the profiles of JP Core.
//!
//! What JP Core demands beyond what an answer says is left out, not made up. The insurer number has eight digits
//! here, 国民健康保険 with zeros in front: the opposite of the wire [code R9].

use crate::meaning::code::{PersonalFamilyClassification, Sex};
use crate::meaning::insurer::{InsurerNumber, Scheme};
use crate::meaning::record::{Eligibility, EligibilityResponse};
use crate::meaning::told::Told;
use crate::meaning::written::Written;
use myna_calendar::Date;

const CORE: &str = "http://jpfhir.jp/fhir/core";

/// Writes the eligibilities of an answer as a FHIR bundle of type `collection`, one patient, insurer and coverage
/// for each.
///
/// `Coverage.status` is `active` only if the answer says that there is cover; else `cancelled` for a lost one and
/// `draft` for what the answer leaves open, so that no reader takes it for cover.
#[must_use]
pub fn to_fhir(response: &EligibilityResponse) -> String {
    let verdict = response.verdict();
    let status = match verdict.code() {
        _ if verdict.is_valid() => "active",
        "invalid" | "invalid_newer_exists" => "cancelled",
        _ => "draft",
    };
    let entries = response.results().iter().zip(1..).flat_map(|(person, number)| {
        [patient(person, number), organization(person, number), coverage(person, number, status)]
    });
    let entries = entries.map(|(id, resource)| {
        object([("fullUrl", text(format!("urn:myna:{id}"))), ("resource", Some(resource))])
    });
    let bundle = object([
        ("resourceType", text("Bundle")),
        ("type", text("collection")),
        ("entry", Some(Told::List(entries.collect())).filter(|entries| *entries != Told::List(Vec::new()))),
    ]);
    // Texts only, so there is nothing that could not be written.
    serde_json::to_string_pretty(&bundle).unwrap_or_default()
}

fn patient(person: &Eligibility, number: usize) -> (String, Told) {
    let id = format!("patient-{number}");
    let name = |name: &Option<String>, representation: &str| {
        let name = name.as_ref()?;
        let (family, given) = match name.split_once(['　', ' ']) {
            Some((family, given)) => (Some(family), Some(given.trim().to_owned())),
            None => (None, None),
        };
        Some(object([
            (
                "extension",
                Some(Told::List(vec![object([
                    ("url", text("http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation")),
                    ("valueCode", text(representation)),
                ])])),
            ),
            ("use", text("official")),
            ("text", text(name.clone())),
            ("family", family.and_then(text)),
            ("given", given.map(|given| Told::List(vec![Told::Text(given)]))),
        ]))
    };
    let names: Vec<Told> =
        [name(&person.name, "IDE"), name(&person.name_kana, "SYL")].into_iter().flatten().collect();
    let gender = match person.sex1 {
        Some(Sex::Male) => Some("male"),
        Some(Sex::Female) => Some("female"),
        Some(Sex::NotSet) => Some("unknown"),
        _ => None,
    };
    let address = person.address.as_ref().map(|address| {
        Told::List(vec![object([
            ("text", text(address.clone())),
            ("postalCode", person.post_number.clone().and_then(text)),
        ])])
    });
    let resource = object([
        ("resourceType", text("Patient")),
        ("id", text(id.clone())),
        ("meta", Some(profile("JP_Patient"))),
        ("name", (!names.is_empty()).then_some(Told::List(names))),
        ("gender", gender.and_then(text)),
        ("birthDate", date(&person.birthdate)),
        ("address", address),
    ]);
    (id, resource)
}

fn organization(person: &Eligibility, number: usize) -> (String, Told) {
    let id = format!("insurer-{number}");
    let resource = object([
        ("resourceType", text("Organization")),
        ("id", text(id.clone())),
        ("meta", Some(profile("JP_Organization"))),
        (
            "identifier",
            eight_digits(person).map(|number| {
                Told::List(vec![object([
                    ("system", text("urn:oid:1.2.392.100495.20.3.61")),
                    ("value", text(number)),
                ])])
            }),
        ),
        ("name", person.insurer_name.clone().and_then(text)),
    ]);
    (id, resource)
}

fn coverage(person: &Eligibility, number: usize, status: &str) -> (String, Told) {
    let id = format!("coverage-{number}");
    let extension = |name: &str, value: Option<String>| {
        let value = value.and_then(text)?;
        let url = format!("{CORE}/Extension/StructureDefinition/JP_Coverage_{name}");
        Some(object([("url", text(url)), ("valueString", Some(value))]))
    };
    let branch = person.branch_number_normal();
    let extensions: Vec<Told> = [
        extension("InsuredPersonSymbol", person.symbol.clone()),
        extension("InsuredPersonNumber", person.number.clone()),
        extension("InsuredPersonSubNumber", branch.clone()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let member = eight_digits(person).map(|insurer| {
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        let value = format!("{insurer}:{}:{}:{}", part(&person.symbol), part(&person.number), part(&branch));
        Told::List(vec![object([
            ("system", text("http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID")),
            ("value", text(value)),
        ])])
    });
    let kind = person.insurer_number.as_ref().and_then(InsurerNumber::scheme).and_then(kind_of);
    let relationship = match person.personal_family {
        Some(PersonalFamilyClassification::Insured) => Some(("1", "被保険者")),
        Some(PersonalFamilyClassification::Family) => Some(("2", "被扶養者")),
        _ => None,
    };
    let concept = |system: &str, (code, display): (&str, &str)| {
        let coding = object([("system", text(system)), ("code", text(code)), ("display", text(display))]);
        object([("coding", Some(Told::List(vec![coding])))])
    };
    let reference = |to: String| object([("reference", text(to))]);
    let resource = object([
        ("resourceType", text("Coverage")),
        ("id", text(id.clone())),
        ("meta", Some(profile("JP_Coverage"))),
        ("extension", (!extensions.is_empty()).then_some(Told::List(extensions))),
        ("identifier", member),
        ("status", text(status)),
        ("type", kind.map(|kind| concept("urn:oid:1.2.392.100495.20.2.61", kind))),
        ("beneficiary", Some(reference(format!("urn:myna:patient-{number}")))),
        ("dependent", branch.and_then(text)),
        (
            "relationship",
            relationship.map(|code| concept(&format!("{CORE}/mhlw/CodeSystem/InsuredPersonCategory"), code)),
        ),
        ("period", period(person)),
        ("costToBeneficiary", share(person)),
        ("payor", Some(Told::List(vec![reference(format!("urn:myna:insurer-{number}"))]))),
    ]);
    (id, resource)
}

/// 保険種別 [code R9].
const fn kind_of(scheme: Scheme) -> Option<(&'static str, &'static str)> {
    match scheme {
        Scheme::NationalHealthInsurance
        | Scheme::NationalHealthInsuranceSociety
        | Scheme::NationalHealthInsuranceRetired => Some(("2", "国保")),
        Scheme::LaterStageElderly => Some(("7", "後期高齢")),
        Scheme::MedicalAid | Scheme::PublicExpense(_) => Some(("8", "公費")),
        Scheme::Unknown(_) => None,
        _ => Some(("1", "医保")),
    }
}

/// From the first day of membership or of the card to the last day with cover.
fn period(person: &Eligibility) -> Option<Told> {
    let start = date(&person.qualification_date).or_else(|| date(&person.valid_from));
    let end = date(&person.valid_until);
    (start.is_some() || end.is_some()).then(|| object([("start", start), ("end", end)]))
}

/// The patient's share in percent, of the record itself or of 高齢受給者証.
fn share(person: &Eligibility) -> Option<Told> {
    let elderly = person.elderly_certificate.as_ref();
    let written = person
        .contribution_ratio
        .as_ref()
        .or_else(|| elderly.and_then(|certificate| certificate.contribution_ratio.as_ref()))?;
    let quantity = object([
        ("value", Some(Told::Number(written.value()?.percent()))),
        ("unit", text("%")),
        ("system", text("http://unitsofmeasure.org")),
        ("code", text("%")),
    ]);
    let coding = object([
        ("system", text("http://terminology.hl7.org/CodeSystem/coverage-copay-type")),
        ("code", text("copaypct")),
    ]);
    let kind = object([("coding", Some(Told::List(vec![coding])))]);
    Some(Told::List(vec![object([("type", Some(kind)), ("valueQuantity", Some(quantity))])]))
}

fn eight_digits(person: &Eligibility) -> Option<String> {
    person.insurer_number.as_ref()?.normal().map(|number| format!("{number:0>8}"))
}

fn date(date: &Option<Written<Date>>) -> Option<Told> {
    date.as_ref().and_then(Written::value).and_then(|date| text(date.to_string()))
}

fn profile(name: &str) -> Told {
    let url = format!("{CORE}/StructureDefinition/{name}");
    object([("profile", Some(Told::List(vec![Told::Text(url)])))])
}

/// FHIR knows no empty text.
fn text(text: impl Into<String>) -> Option<Told> {
    let text = text.into();
    (!text.trim().is_empty()).then_some(Told::Text(text))
}

fn object<const N: usize>(fields: [(&str, Option<Told>); N]) -> Told {
    let there = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Told::Object(there.collect())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

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
        assert_eq!(patient["name"][1]["text"], "ｶｸｳ ｺｽﾞｴ");
        assert_eq!(patient["birthDate"], "1979-03-01");
        assert_eq!(insurer["identifier"][0]["value"], "00139980");
        assert_eq!(coverage["status"], "active");
        assert_eq!(coverage["identifier"][0]["value"], "00139980:見01:0012345:02");
        assert_eq!(coverage["type"]["coding"][0]["code"], "2");
        assert_eq!(coverage["relationship"]["coding"][0]["code"], "2");
        assert_eq!(coverage["period"]["end"], "2025-09-30");
        assert_eq!(coverage["extension"].as_array().unwrap().len(), 3);
    }

    #[test]
    fn what_is_not_cover_is_not_active() {
        let lost = bundle(include_bytes!("../../tests/samples/e06_invalid_newer_exists.xml"));
        assert_eq!(lost["entry"][2]["resource"]["status"], "cancelled");
        assert!(bundle(include_bytes!("../../tests/samples/e07_no_match.xml")).get("entry").is_none());
        let elderly = bundle(include_bytes!("../../tests/samples/e04_later_stage_elderly.xml"));
        let coverage = &elderly["entry"][2]["resource"];
        assert_eq!(coverage["identifier"][0]["value"], "39139985::01234567:");
        assert_eq!(coverage["costToBeneficiary"][0]["valueQuantity"]["value"], 20);
        assert!(coverage.get("dependent").is_none() && coverage.get("relationship").is_none());
    }
}
