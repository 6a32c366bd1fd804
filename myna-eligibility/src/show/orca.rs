//! Eligibilities for the receipt computer ORCA (日医標準レセプトソフト), by its public interface
//! <https://www.orca.med.or.jp/receipt/tec/api/patientmod.html> (`patientmodv2`).
//!
//! Of the forms that vendors ask for this is the one whose layout is public in full and that clinics' software posts today;
//! JAHIS's HL7 v2.5 is sold. Element names as that page and working software have them [doc].

use quick_xml::escape::escape;

use crate::meaning::descriptor::{Content, contents};
use crate::meaning::fhir_place::FhirPlace;
use crate::meaning::record::{Eligibility, EligibilityResponse};
use crate::meaning::told::Told;
use crate::show::fhir::{full_width, is_public};

/// Writes a request to ORCA for each eligibility of an answer that says there is cover, to be posted to
/// `/orca12/patientmodv2?class=01` (new), `02` (changed) or `04` (a further insurance); `None` without cover, so that no
/// lost insurance is entered.
///
/// `Patient_ID` is 照会番号, the facility's own number, and `*` without: ORCA gives a number then. Only what ORCA has an
/// element for is written: [`FhirLines`](crate::forms::FhirLines), CSV and JSON lose nothing.
///
/// ```
/// use myna_eligibility::{EligibilityResponse, forms::to_orca};
/// let answer = EligibilityResponse::parse(include_bytes!("../../tests/samples/e03_national_health.xml"))?;
/// let requests = to_orca(&answer).expect("cover");
/// assert!(requests[0].contains("<InsuranceProvider_Number type=\"string\">139980</InsuranceProvider_Number>"));
/// # Ok::<(), myna_eligibility::XmlError>(())
/// ```
#[must_use]
pub fn to_orca(response: &EligibilityResponse) -> Option<Vec<String>> {
    let is_covered = response.verdict().is_valid() && !response.results().is_empty();
    is_covered.then(|| response.results().iter().map(request).collect())
}

/// The elements of the patient, and of the address, by the places of the table of fields.
const PATIENT: [(&str, FhirPlace); 4] = [
    ("WholeName", FhirPlace::Name),
    ("WholeName_inKana", FhirPlace::NameKana),
    ("BirthDate", FhirPlace::BirthDate),
    ("Sex", FhirPlace::Gender),
];
const ADDRESS: [(&str, FhirPlace); 2] =
    [("Address_ZipCode", FhirPlace::PostalCode), ("WholeAddress1", FhirPlace::Address)];
/// Of an insurance; ORCA knows its kind and name by the number.
const INSURANCE: [(&str, FhirPlace); 7] = [
    ("InsuranceProvider_Number", FhirPlace::InsurerNumber),
    ("HealthInsuredPerson_Symbol", FhirPlace::Symbol),
    ("HealthInsuredPerson_Number", FhirPlace::Number),
    ("HealthInsuredPerson_Branch_Number", FhirPlace::BranchNumber),
    ("RelationToInsuredPerson", FhirPlace::Relationship),
    ("Certificate_StartDate", FhirPlace::PeriodStart),
    ("Certificate_ExpiredDate", FhirPlace::PeriodEnd),
];
/// Of 公費.
const PUBLIC: [(&str, FhirPlace); 4] = [
    ("PublicInsurer_Number", FhirPlace::InsurerNumber),
    ("PublicInsuredPerson_Number", FhirPlace::Number),
    ("Certificate_IssuedDate", FhirPlace::PeriodStart),
    ("Certificate_ExpiredDate", FhirPlace::PeriodEnd),
];

fn request(person: &Eligibility) -> String {
    let elements = |table: &[(&str, FhirPlace)]| -> String {
        let told = table.iter().filter_map(|(name, place)| Some(element(name, &value(person, *place)?)));
        told.collect()
    };
    let number = value(person, FhirPlace::PatientIdentifier).unwrap_or_else(|| "*".to_owned());
    let insurance = if is_public(person) {
        let of_child = structure("PublicInsurance_Information_child", "record", &elements(&PUBLIC));
        structure("PublicInsurance_Information", "array", &of_child)
    } else {
        elements(&INSURANCE)
    };
    let request = [
        element("Patient_ID", &number),
        elements(&PATIENT),
        structure("Home_Address_Information", "record", &elements(&ADDRESS)),
        structure("HealthInsurance_Information", "record", &insurance),
    ];
    format!("<data>{}</data>\n", structure("patientmodreq", "record", &request.concat()))
}

/// What stands in the field of this place, as ORCA writes it: dates with hyphens, names in full width.
fn value(person: &Eligibility, place: FhirPlace) -> Option<String> {
    let (_, content) = contents(person).find(|(field, _)| field.fhir == place)?;
    let Content::Text(text) = content else { return None };
    let raw = text.as_text().trim();
    Some(match place {
        FhirPlace::BirthDate | FhirPlace::PeriodStart | FhirPlace::PeriodEnd => match text.extended() {
            ("valueDate", Told::Text(date)) => date,
            _ => return None,
        },
        // Not 3, which says nothing.
        FhirPlace::Gender | FhirPlace::Relationship => {
            Some(raw).filter(|code| matches!(*code, "1" | "2"))?.to_owned()
        }
        FhirPlace::Name | FhirPlace::NameKana | FhirPlace::Symbol => full_width(raw),
        FhirPlace::PostalCode => raw.replace('-', ""),
        FhirPlace::InsurerNumber => person.insurer_number.as_ref()?.normal()?.to_owned(),
        FhirPlace::BranchNumber => person.branch_number_normal()?,
        _ => raw.to_owned(),
    })
}

fn element(name: &str, text: &str) -> String {
    format!("<{name} type=\"string\">{}</{name}>", escape(text))
}

/// Elements in one; nothing of none.
fn structure(name: &str, kind: &str, elements: &str) -> String {
    if elements.is_empty() { String::new() } else { format!("<{name} type=\"{kind}\">{elements}</{name}>") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requests(xml: &str) -> Option<Vec<String>> {
        to_orca(&EligibilityResponse::parse(xml.as_bytes()).unwrap())
    }

    #[test]
    fn an_insurance_and_public_expense() {
        let both = requests(include_str!("../../tests/samples/e09_insurance_and_medical_aid.xml")).unwrap();
        let [insurance, public] = &both[..] else { panic!("two") };
        for expected in [
            "<data><patientmodreq type=\"record\"><Patient_ID type=\"string\">*</Patient_ID>",
            "<WholeName type=\"string\">渡●　通</WholeName>",
            "<WholeName_inKana type=\"string\">ワタナベ　トオル</WholeName_inKana>",
            "<BirthDate type=\"string\">1970-04-01</BirthDate><HealthInsurance_Information",
            "<HealthInsuredPerson_Symbol type=\"string\">２１７０００９９</HealthInsuredPerson_Symbol>",
            "<Certificate_StartDate type=\"string\">2024-01-01</Certificate_StartDate></Health",
        ] {
            assert!(insurance.contains(expected), "{expected}: {insurance}");
        }
        assert!(public.contains("<PublicInsurer_Number type=\"string\">12139986</PublicInsurer_Number>"));
        assert!(
            !public.contains("InsuranceProvider_Number") && public.contains("<Sex type=\"string\">1</Sex>")
        );
        let hostile = include_str!("../../tests/samples/e01_valid.xml").replace("葵", "&lt;x&gt;&amp;");
        assert!(requests(&hostile).unwrap()[0].contains("試験　＜ｘ＞＆"), "{:?}", requests(&hostile));
    }

    #[test]
    fn without_cover_nothing_is_entered() {
        assert_eq!(requests(include_str!("../../tests/samples/e06_invalid_newer_exists.xml")), None);
        assert_eq!(requests(include_str!("../../tests/samples/e07_no_match.xml")), None);
        let known = requests(include_str!("../../tests/samples/e03_national_health.xml")).unwrap();
        assert!(!known[0].contains(">*<"), "the facility's own number: {known:?}");
    }
}
