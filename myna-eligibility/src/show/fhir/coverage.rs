//! `Coverage` and its insurer, by the profiles JP_Coverage and JP_Organization.

use super::patient::Patient;
use super::value::{CORE, Places, full_width, list, object, profile, text};
use crate::meaning::code::PersonalFamilyClassification;
use crate::meaning::fhir_place::FhirPlace;
use crate::meaning::insurer::{InsurerNumber, Scheme};
use crate::meaning::ratio::Ratio;
use crate::meaning::record::Eligibility;
use crate::meaning::text::Text;
use crate::meaning::told::Told;
use crate::meaning::verdict::Verdict;
use crate::meaning::written::Written;
use myna_calendar::Date;

/// One eligibility: the insurer and the coverage.
pub(super) struct Cover<'m> {
    person: &'m Eligibility,
    /// 公費: it has numbers of its own kind.
    is_public: bool,
    period: [Option<Date>; 2],
    places: Places,
}

impl<'m> Cover<'m> {
    pub(super) fn new(person: &'m Eligibility) -> Self {
        Self { person, is_public: is_public(person), period: period(person), places: Places::default() }
    }

    /// Takes what has a place in the insurer or the coverage; says whether it stands there in full.
    pub(super) fn put(&mut self, place: FhirPlace, text: &dyn Text) -> bool {
        let raw = text.as_text().trim();
        let value = match place {
            FhirPlace::InsurerNumber => match eight_digits(self.person) {
                Some(number) => Told::Text(number),
                None => return false,
            },
            FhirPlace::InsurerName => Told::Text(raw.to_owned()),
            FhirPlace::Symbol if self.is_public => return false,
            FhirPlace::Number if self.is_public => Told::Text(raw.to_owned()),
            FhirPlace::Symbol | FhirPlace::Number => Told::Text(full_width(raw)),
            FhirPlace::BranchNumber => match self.person.branch_number_normal() {
                // A digit that was missing was not written.
                Some(number) => return self.places.put(place, Told::Text(number.clone())) && number == raw,
                None => return false,
            },
            FhirPlace::Relationship => match PersonalFamilyClassification::from_wire(raw) {
                PersonalFamilyClassification::Unknown(_) => return false,
                known => {
                    let display = if raw == "1" { "被保険者" } else { "被扶養者" };
                    Told::object([("system", RELATIONSHIP), ("code", known.as_wire()), ("display", display)])
                }
            },
            FhirPlace::PeriodStart | FhirPlace::PeriodEnd => {
                let [start, end] = self.period;
                let date = if place == FhirPlace::PeriodStart { start } else { end };
                return date
                    .is_some_and(|date| text.extended() == ("valueDate", Told::Text(date.to_string())));
            }
            FhirPlace::Share => match Written::<Ratio>::new(raw).value() {
                Some(ratio) if raw.len() == 3 => Told::Number(ratio.percent()),
                _ => return false,
            },
            _ => return false,
        };
        self.places.put(place, value)
    }

    /// The insurer; an organisation has to have a number or a name.
    pub(super) fn insurer(&self) -> Option<Told> {
        let (number, name) =
            (self.places.get(FhirPlace::InsurerNumber), self.places.get(FhirPlace::InsurerName));
        if number.is_none() && name.is_none() {
            return None;
        }
        let identifier = |number| {
            object([("system", text(format!("{CORE}/mhlw/IdSystem/InsurerNumber"))), ("value", Some(number))])
        };
        Some(object([
            ("meta", profile("JP_Organization")),
            ("identifier", list(number.map(identifier))),
            ("name", name),
        ]))
    }

    pub(super) fn told(&self, patient: &Patient, payor: Told, verdict: &Verdict, rest: Vec<Told>) -> Told {
        let get = |place| self.places.get(place);
        let status = match verdict.code() {
            _ if verdict.is_valid() => "active",
            "invalid" | "invalid_newer_exists" => "cancelled",
            _ => "draft",
        };
        let published = |name: &str, place| {
            let url = format!("{CORE}/Extension/StructureDefinition/JP_Coverage_{name}");
            Some(object([("url", text(url)), ("valueString", Some(get(place)?))]))
        };
        let published = if self.is_public {
            [None, None, None]
        } else {
            [
                published("InsuredPersonSymbol", FhirPlace::Symbol),
                published("InsuredPersonNumber", FhirPlace::Number),
                published("InsuredPersonSubNumber", FhirPlace::BranchNumber),
            ]
        };
        let identifier = if self.is_public {
            get(FhirPlace::Number).map(|number| {
                let system = format!("{CORE}/mhlw/IdSystem/PublicInsuredPersonNumber");
                object([("system", text(system)), ("value", Some(number))])
            })
        } else {
            member_id(self.person)
        };
        let coded = |coding| object([("coding", list([coding]))]);
        let kind = self.person.insurer_number.as_ref().and_then(InsurerNumber::scheme).and_then(kind_of);
        let kind = kind.map(|(code, display)| {
            coded(Told::object([("system", KIND), ("code", code), ("display", display)]))
        });
        let [start, end] = self.period.map(|date| date.and_then(|date| text(date.to_string())));
        let period = object([("start", start), ("end", end)]);
        let beneficiary = object([("reference", text(format!("Patient/{}", patient.id())))]);
        object([
            ("meta", profile("JP_Coverage").filter(|_| patient.is_identified())),
            ("extension", list(published.into_iter().flatten().chain(rest))),
            ("identifier", list(identifier)),
            ("status", text(status)),
            ("type", kind),
            ("beneficiary", Some(beneficiary)),
            ("dependent", get(FhirPlace::BranchNumber)),
            ("relationship", get(FhirPlace::Relationship).map(coded)),
            ("period", Some(period).filter(|period| *period != object([]))),
            ("payor", list([payor])),
            ("costToBeneficiary", list(get(FhirPlace::Share).map(share))),
        ])
    }
}

/// Whether it is 公費.
pub(crate) fn is_public(person: &Eligibility) -> bool {
    let scheme = person.insurer_number.as_ref().and_then(InsurerNumber::scheme);
    matches!(scheme, Some(Scheme::MedicalAid | Scheme::PublicExpense(_)))
}

/// 保険種別コード [code R9].
const KIND: &str = "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/InsuranceMajorCategory";
/// 被保険者区分コード.
const RELATIONSHIP: &str = "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/InsuredPersonCategory";

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

/// From the certificate's first day to its last, or to the day before the eligibility was lost, which is the first day
/// without cover. A period that ends before it starts is none.
fn period(person: &Eligibility) -> [Option<Date>; 2] {
    let date = |written: &Option<Written<Date>>| written.as_ref().and_then(Written::value);
    let start = date(&person.valid_from);
    let lost = date(&person.disqualification_date).and_then(Date::previous_day);
    let end = [date(&person.valid_until), lost].into_iter().flatten().min();
    match (start, end) {
        (Some(start), Some(end)) if end < start => [None, None],
        period => period.into(),
    }
}

/// 被保険者個人識別子: insurer, symbol, number and branch number, each wholly half-width or wholly full-width.
fn member_id(person: &Eligibility) -> Option<Told> {
    let part = |part: &Option<String>| {
        let part = part.as_deref().unwrap_or_default().trim();
        // What divides the parts has to be the only one of its kind.
        if part.is_ascii() && !part.contains(':') { part.to_owned() } else { full_width(part) }
    };
    let (symbol, number) = (part(&person.symbol), part(&person.number));
    let branch = person.branch_number_normal().unwrap_or_default();
    let value = format!("{}:{symbol}:{number}:{branch}", eight_digits(person)?);
    let system = "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID";
    Some(Told::object([("system", system), ("value", &value)]))
}

/// The insurer number has eight digits here, 国民健康保険 with zeros in front: the opposite of the wire [code R9].
fn eight_digits(person: &Eligibility) -> Option<String> {
    person.insurer_number.as_ref()?.normal().map(|number| format!("{number:0>8}"))
}

/// The patient's share.
fn share(percent: Told) -> Told {
    let coding = Told::object([
        ("system", "http://terminology.hl7.org/CodeSystem/coverage-copay-type"),
        ("code", "copaypct"),
    ]);
    let quantity = object([
        ("value", Some(percent)),
        ("unit", text("%")),
        ("system", text("http://unitsofmeasure.org")),
        ("code", text("%")),
    ]);
    object([("type", Some(object([("coding", list([coding]))]))), ("valueQuantity", Some(quantity))])
}

/// What has to be there and is not known.
pub(super) fn absent() -> Told {
    let extension = Told::object([
        ("url", "http://hl7.org/fhir/StructureDefinition/data-absent-reason"),
        ("valueCode", "unknown"),
    ]);
    object([("extension", list([extension]))])
}
