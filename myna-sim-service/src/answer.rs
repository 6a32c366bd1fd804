use myna_eligibility::{
    EligibilityResponse,
    calendar::{Date, DateTime},
    codes::{
        CharacterCode, InsuredCardClassification, ProcessingResultStatus, QualificationValidity as Validity,
        ReferenceClassification, SegmentOfResult,
    },
    records::{Body, InsurerNumber, Written},
};

use crate::SimulatedOutcome as Outcome;
use crate::insurance::{Insurance, of_holder};
use crate::insured::Insured;

/// What was asked.
pub(crate) struct Asked<'a> {
    pub(crate) institution: &'a str,
    pub(crate) on: Date,
    pub(crate) now: DateTime,
    /// 照会区分.
    pub(crate) by: ReferenceClassification,
}

/// The answer: what the persona's table says, and of the rest what the holder's data give.
pub(crate) fn answer(outcome: Outcome, insured: Option<&Insured>, asked: &Asked<'_>) -> EligibilityResponse {
    let insurance = insured.and_then(|insured| insured.insurance.as_ref());
    let mut shape = Shape::of(outcome, insurance);
    if shape.validity == Some(Validity::Valid) && insured.is_some_and(|insured| !insured.tickets.is_empty()) {
        shape.results = Results::OwnAndAid;
    }
    let mut response = EligibilityResponse::default();
    let header = &mut response.header;
    header.executed_at = Some(asked.now.into());
    header.confirmation_date = Some(asked.on.into());
    header.institution_code = Some(asked.institution.to_owned());
    header.reference_classification = Some(asked.by.clone());
    header.character_code = Some(CharacterCode::Utf8);
    [header.error_code, header.error_message] = texts(shape.error);
    if shape.segment == SegmentOfResult::Normal {
        response.body = Some(body(&shape, insured.zip(insurance), asked.on));
    }
    response.header.segment_of_result = Some(shape.segment);
    response
}

fn body(shape: &Shape, insured: Option<(&Insured, &Insurance)>, on: Date) -> Body {
    let mut body = Body::default();
    body.processing_result_status = Some(shape.status.clone());
    [body.processing_result_code, body.processing_result_message] = texts(shape.note);
    body.validity.clone_from(&shape.validity);
    let own = insured.and_then(|(insured, insurance)| Some((insured, insurance.result()?.clone())));
    let Some((insured, mut own)) = own.filter(|_| shape.results != Results::None) else { return body };
    if shape.results == Results::Lost {
        let first = format!("{}01", on.to_wire().get(..6).unwrap_or_default());
        own.disqualification_date = Some(Written::new(first));
    }
    body.results.push(own);
    if shape.results == Results::OwnAndAid {
        let mut aid = of_holder(&insured.persona);
        aid.card_classification = Some(InsuredCardClassification::MedicalAid);
        aid.insurer_number = Some(InsurerNumber::new("12139986"));
        aid.number = Some("1234566".to_owned());
        aid.insurer_name = Some("見本市福祉事務所".to_owned());
        aid.medical_tickets.clone_from(&insured.tickets);
        body.results.push(aid);
    }
    body
}

/// Code and message, for two fields of a message.
pub(crate) fn texts(note: Option<[&str; 2]>) -> [Option<String>; 2] {
    note.map_or([None, None], |note| note.map(|text| Some(text.to_owned())))
}

/// What an outcome makes of a message.
struct Shape {
    segment: SegmentOfResult,
    status: ProcessingResultStatus,
    /// 処理結果コード and 処理結果メッセージ.
    note: Option<[&'static str; 2]>,
    /// エラーコード and エラーメッセージ.
    error: Option<[&'static str; 2]>,
    validity: Option<Validity>,
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

impl Shape {
    /// The codes are placeholders: the real ones are not public (U1).
    fn of(outcome: Outcome, insurance: Option<&Insurance>) -> Self {
        let ended = |validity, results| Self {
            segment: SegmentOfResult::Normal,
            status: ProcessingResultStatus::Normal,
            note: None,
            error: None,
            validity,
            results,
        };
        let error = |note| Self {
            status: ProcessingResultStatus::Error,
            note: Some(note),
            ..ended(None, Results::None)
        };
        let checked = |validity, results| ended(Some(validity), results);
        let valid = |results| checked(Validity::Valid, results);
        match outcome {
            Outcome::Valid => valid(Results::Own),
            Outcome::ValidWithMedicalAid => valid(Results::OwnAndAid),
            Outcome::ValidUnregistered => checked(Validity::ValidUnregistered, Results::None),
            Outcome::CertificateEndsSoon => Self {
                note: Some(["SIMULATED-INFO-1", "利用者証明用電子証明書の有効期限まで3か月以内です（模擬）"]),
                ..valid(Results::Own)
            },
            Outcome::Invalid => checked(Validity::Invalid, Results::Own),
            Outcome::LostAtMonthEnd => checked(Validity::Invalid, Results::Lost),
            Outcome::InvalidNewerExists => checked(Validity::InvalidNewerExists, Results::Own),
            Outcome::NoMatch => checked(Validity::NoMatch, Results::None),
            Outcome::Multiple => checked(Validity::Multiple, Results::None),
            Outcome::UnknownValidity => checked(Validity::from_wire("9"), Results::Own),
            Outcome::NotRegisteredForInsurance => {
                error(["SIMULATED-ERR-1", "健康保険証としての利用登録がされていません（模擬）"])
            }
            Outcome::ProcessingError => error(["SIMULATED-ERR-2", "資格確認を処理できませんでした（模擬）"]),
            Outcome::Pending => Self { segment: SegmentOfResult::InProgress, ..ended(None, Results::None) },
            Outcome::Failed => Self {
                segment: SegmentOfResult::Abnormal,
                error: Some(["SIMULATED-ERR-9", "要求の形式が正しくありません（模擬）"]),
                ..ended(None, Results::None)
            },
            // The others end before there is a message, or after it.
            _ => {
                let validity = insurance.map_or(&Validity::NoMatch, Insurance::validity);
                checked(validity.clone(), Results::Own)
            }
        }
    }
}
