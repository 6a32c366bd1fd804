//! `Patient`, by the profile JP_Patient.

use super::value::{Places, full_width, list, object, profile, text};
use crate::meaning::code::Sex;
use crate::meaning::fhir_place::FhirPlace;
use crate::meaning::person_name::names_agree;
use crate::meaning::record::{Eligibility, Header};
use crate::meaning::text::Text;
use crate::meaning::told::Told;
use crate::meaning::written::Written;
use myna_calendar::Date;

/// A person, as all eligibilities of one check tell of them.
pub(super) struct Patient {
    number: usize,
    name: Option<String>,
    birthdate: Option<Date>,
    /// 医療機関コード, which the numbers of patients belong to.
    institution: Option<String>,
    places: Places,
}

impl Patient {
    pub(super) fn new(person: &Eligibility, header: &Header, number: usize) -> Self {
        let is_code = |code: &&String| code.len() == 10 && code.bytes().all(|byte| byte.is_ascii_digit());
        Self {
            number,
            name: person.name.clone(),
            birthdate: person.birthdate.as_ref().and_then(Written::value),
            institution: header.institution_code.as_ref().filter(is_code).cloned(),
            places: Places::default(),
        }
    }

    /// By name and date of birth.
    pub(super) fn is_of(&self, person: &Eligibility) -> bool {
        let birthdate = person.birthdate.as_ref().and_then(Written::value);
        let agrees = |(one, other): (&String, &String)| names_agree(one, other) && names_agree(other, one);
        birthdate.is_some()
            && self.birthdate == birthdate
            && self.name.as_ref().zip(person.name.as_ref()).is_some_and(agrees)
    }

    pub(super) fn id(&self) -> String {
        format!("patient-{}", self.number)
    }

    /// Takes what has a place in the patient; says whether it stands there in full.
    pub(super) fn put(&mut self, place: FhirPlace, text: &dyn Text) -> bool {
        let raw = text.as_text().trim();
        let value = match place {
            FhirPlace::PatientIdentifier if self.institution.is_some() => Told::Text(raw.to_owned()),
            FhirPlace::Name | FhirPlace::NameKana => Told::Text(full_width(raw).replace('　', " ")),
            FhirPlace::Gender => match Sex::from_wire(raw) {
                Sex::Male => Told::Text("male".to_owned()),
                Sex::Female => Told::Text("female".to_owned()),
                Sex::NotSet => Told::Text("unknown".to_owned()),
                Sex::Unknown(_) => return false,
            },
            FhirPlace::BirthDate => match text.extended() {
                ("valueDate", date) => date,
                _ => return false,
            },
            FhirPlace::Address => Told::Text(raw.to_owned()),
            FhirPlace::PostalCode if is_postal_code(raw) => Told::Text(raw.to_owned()),
            _ => return false,
        };
        self.places.put(place, value)
    }

    pub(super) fn is_identified(&self) -> bool {
        self.places.get(FhirPlace::PatientIdentifier).is_some()
    }

    pub(super) fn told(&self) -> Told {
        let get = |place| self.places.get(place);
        let identifier = |value| {
            // 患者を特定するID: the institution's code with 1 in front.
            let system = format!(
                "urn:oid:1.2.392.100495.20.3.51.1{}",
                self.institution.as_deref().unwrap_or_default()
            );
            object([("system", text(system)), ("value", Some(value))])
        };
        let name = |place, representation: &str| {
            let Told::Text(name) = get(place)? else { return None };
            let parts = name.split_once(' ');
            let extension = object([
                ("url", text("http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation")),
                ("valueCode", text(representation)),
            ]);
            Some(object([
                ("extension", list([extension])),
                ("use", text("official")),
                ("text", text(name.as_str())),
                ("family", parts.and_then(|(family, _)| text(family))),
                ("given", parts.and_then(|(_, given)| list(text(given.trim())))),
            ]))
        };
        let names = [name(FhirPlace::Name, "IDE"), name(FhirPlace::NameKana, "SYL")];
        let address = object([("text", get(FhirPlace::Address)), ("postalCode", get(FhirPlace::PostalCode))]);
        object([
            ("meta", profile("JP_Patient").filter(|_| self.is_identified())),
            ("identifier", list(get(FhirPlace::PatientIdentifier).map(identifier))),
            ("name", list(names.into_iter().flatten())),
            ("gender", get(FhirPlace::Gender)),
            ("birthDate", get(FhirPlace::BirthDate)),
            ("address", list(Some(address).filter(|address| *address != object([])))),
        ])
    }
}

/// `NNN-NNNN`, or the first three digits.
fn is_postal_code(text: &str) -> bool {
    let is_digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('-') {
        Some((area, place)) => is_digits(area, 3) && is_digits(place, 4),
        None => is_digits(text, 3),
    }
}
