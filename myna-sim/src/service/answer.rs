use myna_eligibility::{Date, DateTime, EligibilityResponse, InsuredCardClassification};
use myna_terminal::ServiceError;
use toml::{Table, Value};

use super::SimulatedOutcome as Outcome;
use super::{Insured, no_message};
use crate::pki::Sex;
use crate::{Eligibility, Persona};

/// What was asked.
pub(super) struct Asked<'a> {
    pub(super) institution: &'a str,
    pub(super) on: Date,
    pub(super) now: DateTime,
    pub(super) by: By,
}

/// 照会区分.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Card,
    CertificateData,
}

/// What an outcome makes of a message.
struct Shape {
    segment: &'static str,
    status: &'static str,
    /// 処理結果コード and 処理結果メッセージ.
    note: Option<[&'static str; 2]>,
    /// エラーコード and エラーメッセージ.
    error: Option<[&'static str; 2]>,
    validity: u8,
    results: Results,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Results {
    None,
    Own,
    OwnAndAid,
    /// The cover ended with last month.
    Lost,
}

/// 有効.
const VALID: u8 = 1;

/// 該当資格なし.
const NO_MATCH: u8 = 4;

impl Shape {
    /// The codes are placeholders: the real ones are not public (U1).
    fn of(outcome: Outcome, eligibility: Option<&Eligibility>) -> Self {
        let ended = |validity, results| Self {
            segment: "1",
            status: "1",
            note: None,
            error: None,
            validity,
            results,
        };
        let error = |note| Self { status: "2", note: Some(note), ..ended(0, Results::None) };
        match outcome {
            Outcome::Valid => ended(VALID, Results::Own),
            Outcome::ValidWithMedicalAid => ended(VALID, Results::OwnAndAid),
            Outcome::ValidUnregistered => ended(6, Results::None),
            Outcome::CertificateEndsSoon => Self {
                note: Some(["SIMULATED-INFO-1", "利用者証明用電子証明書の有効期限まで3か月以内です（模擬）"]),
                ..ended(VALID, Results::Own)
            },
            Outcome::Invalid => ended(2, Results::Own),
            Outcome::LostAtMonthEnd => ended(2, Results::Lost),
            Outcome::InvalidNewerExists => ended(3, Results::Own),
            Outcome::NoMatch => ended(NO_MATCH, Results::None),
            Outcome::Multiple => ended(5, Results::None),
            Outcome::UnknownValidity => ended(9, Results::Own),
            Outcome::NotRegisteredForInsurance => {
                error(["SIMULATED-ERR-1", "健康保険証としての利用登録がされていません（模擬）"])
            }
            Outcome::ProcessingError => error(["SIMULATED-ERR-2", "資格確認を処理できませんでした（模擬）"]),
            Outcome::Pending => Self { segment: "2", ..ended(0, Results::None) },
            Outcome::Failed => Self {
                segment: "9",
                error: Some(["SIMULATED-ERR-9", "要求の形式が正しくありません（模擬）"]),
                ..ended(0, Results::None)
            },
            // The others end before there is a message, or after it.
            _ => ended(eligibility.map_or(NO_MATCH, Eligibility::validity), Results::Own),
        }
    }
}

/// The answer: what the persona's table says, and of the rest what the holder's data give.
pub(super) fn answer(
    outcome: Outcome,
    insured: Option<&Insured>,
    asked: &Asked<'_>,
) -> Result<EligibilityResponse, ServiceError> {
    let persona = insured.map(|insured| &insured.persona);
    let tickets = insured.map_or(&[][..], |insured| &insured.tickets);
    let eligibility = persona.and_then(Persona::eligibility);
    let mut shape = Shape::of(outcome, eligibility);
    if shape.validity == VALID && !tickets.is_empty() {
        shape.results = Results::OwnAndAid;
    }
    let mut xml = Markup(r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?>"#.to_owned());
    xml.element("XmlMsg", |xml| {
        xml.element("MessageHeader", |xml| {
            xml.text("ProcessExecutionTime", &asked.now.to_wire());
            xml.text("QualificationConfirmationDate", &asked.on.to_wire());
            xml.text("MedicalInstitutionCode", asked.institution);
            xml.text("ReferenceClassification", if asked.by == By::Card { "1" } else { "2" });
            xml.text("SegmentOfResult", shape.segment);
            if let Some([code, message]) = shape.error {
                xml.text("ErrorCode", code);
                xml.text("ErrorMessage", message);
            }
            xml.text("CharacterCodeIdentifier", "0");
        });
        if shape.segment == "1" {
            xml.element("MessageBody", |xml| body(xml, &shape, persona, eligibility, asked));
        }
    });
    // Read: nothing a reader would refuse goes out, and it is written in the order of the specification.
    let mut response = EligibilityResponse::parse(xml.0.as_bytes()).map_err(|error| no_message(&error))?;
    let results = response.body.iter_mut().flat_map(|body| &mut body.results);
    for aid in results.filter(|one| one.card_classification == Some(InsuredCardClassification::MedicalAid)) {
        aid.medical_tickets.extend_from_slice(tickets);
    }
    Ok(response)
}

fn body(
    xml: &mut Markup,
    shape: &Shape,
    persona: Option<&Persona>,
    eligibility: Option<&Eligibility>,
    asked: &Asked<'_>,
) {
    xml.text("ProcessingResultStatus", shape.status);
    if let Some([code, message]) = shape.note {
        xml.text("ProcessingResultCode", code);
        xml.text("ProcessingResultMessage", message);
    }
    if shape.validity > 0 {
        xml.text("QualificationValidity", &shape.validity.to_string());
    }
    let Some((persona, eligibility)) = persona.zip(eligibility) else { return };
    if shape.results == Results::None || eligibility.result().is_empty() {
        return;
    }
    let mut table = eligibility.result().clone();
    if shape.results == Results::Lost {
        let first = format!("{}01", asked.on.to_wire().get(..6).unwrap_or_default());
        table.insert("disqualification_date".to_owned(), Value::String(first));
    }
    xml.element("ResultList", |xml| {
        xml.element("ResultOfQualificationConfirmation", |xml| {
            xml.table(&table);
            xml.holder(persona, &table);
        });
        if shape.results == Results::OwnAndAid {
            xml.element("ResultOfQualificationConfirmation", |xml| {
                let aid = [
                    ("insured_card_classification", "A1"),
                    ("insurer_number", "12139986"),
                    ("insured_identification_number", "1234566"),
                    ("insurer_name", "見本市福祉事務所"),
                ];
                let aid = aid.map(|(key, value)| (key.to_owned(), Value::String(value.to_owned())));
                let aid = Table::from_iter(aid);
                xml.table(&aid);
                xml.holder(persona, &aid);
            });
        }
    });
}

struct Markup(String);

impl Markup {
    fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.0.push_str(&format!("<{name}>"));
        content(self);
        self.0.push_str(&format!("</{name}>"));
    }

    fn text(&mut self, name: &str, text: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        self.element(name, |xml| xml.0.push_str(&text));
    }

    fn table(&mut self, table: &Table) {
        for (key, value) in table {
            let name = wire_name(key);
            match value {
                Value::String(text) => self.text(&name, text),
                Value::Table(group) => self.element(&name, |xml| xml.table(group)),
                Value::Array(list) => {
                    // A list of records: each in an element named after the list's (…List holds …Info).
                    let item =
                        name.strip_suffix("List").map_or_else(|| name.clone(), |stem| format!("{stem}Info"));
                    self.element(&name, |xml| {
                        for group in list.iter().filter_map(Value::as_table) {
                            xml.element(&item, |xml| xml.table(group));
                        }
                    });
                }
                // A persona holds no other kind of value: it is checked when it is read.
                _ => {}
            }
        }
    }

    /// What the table leaves out and the holder's own data tell.
    fn holder(&mut self, persona: &Persona, given: &Table) {
        let birth = persona.birth_date();
        let own = [
            ("name", persona.full_name()),
            ("birthdate", format!("{:04}{:02}{:02}", birth.year(), birth.month(), birth.day())),
            (
                "sex1",
                match persona.sex() {
                    Sex::Male => "1",
                    Sex::Female => "2",
                    Sex::Unknown => "3",
                }
                .to_owned(),
            ),
            ("address", persona.address().to_owned()),
        ];
        for (key, value) in own {
            if !given.contains_key(key) {
                self.text(&wire_name(key), &value);
            }
        }
    }
}

/// `insurer_number` is `InsurerNumber` on the wire.
fn wire_name(key: &str) -> String {
    key.split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters)
        })
        .collect()
}
