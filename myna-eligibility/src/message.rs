//! Every message of the wire as one sum, recognised by what it holds.

use serde::{Deserialize, Serialize};

use crate::bulk::{BulkAccepted, BulkAnswer};
use crate::check::{self, Warning};
use crate::field::{Record, Value};
use crate::record::EligibilityResponse;
use crate::registration::{RegistrationAnswer, RegistrationRequest};
use crate::request::{CheckRequest, FetchRequest, ListRequest, MedicalInformationRequest};
use crate::xml::tree::{Children, Path, Tree};
use crate::xml::{self, Encoding, ROOT, XmlError, XmlForm, json};

/// A message of the eligibility system: an answer or a request.
///
/// The name of the file tells the kind as well (`OQSsiquc01res_…`), but files are renamed; so the kind is told
/// by the elements that only it has. What has none of them is taken for the answer to a single check.
///
/// There are two forms of JSON. That of the Web API ([`parse_json`](Self::parse_json), and what `myna eligibility parse`
/// reads) is the tree of the XML form: wire names, bare texts. That of `serde` is `{"kind": …, "message": …}` with wire names
/// in `snake_case` and meanings beside the raw texts, as a [`Report`](crate::Report) shows them; read back, meanings are
/// ignored, a bare text will do for a raw one, aliases and other keys are refused, and what is not modelled stands under
/// `unmodelled`, where a report gathers it in `unknown`. Both lose nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "message", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Message {
    /// The answer to a single check (`OQSsiquc01res`), the face reader's included.
    Answer(Box<EligibilityResponse>),
    /// A bulk request was taken in (`OQSmuquc01res` and the other `…01res` of bulk requests).
    BulkAccepted(Box<BulkAccepted>),
    /// The answer to a bulk request (`OQSmuquc02res`, `OQSmuhvq02res`, `OQSmuonq02res`, `OQSmutic02res`).
    BulkAnswer(Box<BulkAnswer>),
    /// The answer to a registration of reference numbers (`OQSsiimm01res`, `OQSmuimm02res`).
    RegistrationAnswer(Box<RegistrationAnswer>),
    /// A request for checks by card data (`OQSsiquc01req`, `OQSmuquc01req`).
    CheckRequest(Box<CheckRequest>),
    /// A request for consented eligibilities or medical-aid tickets (`OQSmuhvq01req`, `OQSmuonq01req`,
    /// `OQSmutic01req`).
    ListRequest(Box<ListRequest>),
    /// A request for the answer of a bulk request (`…02req`).
    FetchRequest(Box<FetchRequest>),
    /// A request to register reference numbers (`OQSsiimm01req`, `OQSmuimm01req`).
    RegistrationRequest(Box<RegistrationRequest>),
    /// A request for drug or health-check information (`YZKsiquc01req`, `TKKsiquc01req`).
    MedicalInformationRequest(Box<MedicalInformationRequest>),
}

/// Does the same to whichever message it is.
macro_rules! each {
    ($message:expr, $inner:ident => $what:expr) => {
        match $message {
            Message::Answer($inner) => $what,
            Message::BulkAccepted($inner) => $what,
            Message::BulkAnswer($inner) => $what,
            Message::RegistrationAnswer($inner) => $what,
            Message::CheckRequest($inner) => $what,
            Message::ListRequest($inner) => $what,
            Message::FetchRequest($inner) => $what,
            Message::RegistrationRequest($inner) => $what,
            Message::MedicalInformationRequest($inner) => $what,
        }
    };
}
pub(crate) use each;

impl Message {
    /// Reads any message in XML, UTF-8 or CP932.
    ///
    /// # Errors
    ///
    /// An [`XmlError`] with the byte position, whenever the bytes are not a message. Never panics.
    pub fn parse(bytes: &[u8]) -> Result<Self, XmlError> {
        Ok(Self::parse_with_form(bytes)?.0)
    }

    /// Reads the JSON form of the Web API: the same tree, lists as arrays [code B11].
    ///
    /// Numbers are refused: whoever wrote them has lost the leading zeros (B3).
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn parse_json(bytes: &[u8]) -> Result<Self, XmlError> {
        Self::of_tree(&json::read(bytes)?)
    }

    /// Writes the message as XML. Characters CP932 lacks become character references [code B6].
    ///
    /// # Errors
    ///
    /// As [`EligibilityResponse::write`].
    pub fn write(&self, encoding: Encoding) -> Result<Vec<u8>, XmlError> {
        each!(self, message => xml::write_record(message.as_ref(), encoding))
    }

    /// Writes the JSON form of the Web API: `{"XmlMsg": …}`.
    ///
    /// # Errors
    ///
    /// As [`EligibilityResponse::write`].
    pub fn write_json(&self) -> Result<String, XmlError> {
        json::write(&self.write(Encoding::Utf8)?)
    }

    /// Everything odd about the message; see [`warnings`](crate::warnings()).
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        check::of_message(self)
    }

    /// A stable name of the kind for programs, such as `answer` or `bulk_answer`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Answer(_) => "answer",
            Self::BulkAccepted(_) => "bulk_accepted",
            Self::BulkAnswer(_) => "bulk_answer",
            Self::RegistrationAnswer(_) => "registration_answer",
            Self::CheckRequest(_) => "check_request",
            Self::ListRequest(_) => "list_request",
            Self::FetchRequest(_) => "fetch_request",
            Self::RegistrationRequest(_) => "registration_request",
            Self::MedicalInformationRequest(_) => "medical_information_request",
        }
    }

    pub(crate) fn parse_with_form(bytes: &[u8]) -> Result<(Self, XmlForm), XmlError> {
        xml::read_with(bytes, Self::of_tree)
    }

    pub(crate) fn inspect(&self, warnings: &mut Vec<Warning>) {
        each!(self, message => message.inspect(ROOT, warnings));
    }

    fn of_tree(tree: &Tree<'_>) -> Result<Self, XmlError> {
        let (children, path) = (tree.children()?, &Path::root(ROOT));
        Ok(match kind_of(children) {
            Kind::Answer => Self::Answer(Box::new(Record::read_fields(children, path)?)),
            Kind::BulkAccepted => Self::BulkAccepted(Box::new(Record::read_fields(children, path)?)),
            Kind::BulkAnswer => Self::BulkAnswer(Box::new(Record::read_fields(children, path)?)),
            Kind::RegistrationAnswer => {
                Self::RegistrationAnswer(Box::new(Record::read_fields(children, path)?))
            }
            Kind::CheckRequest => Self::CheckRequest(Box::new(Record::read_fields(children, path)?)),
            Kind::ListRequest => Self::ListRequest(Box::new(Record::read_fields(children, path)?)),
            Kind::FetchRequest => Self::FetchRequest(Box::new(Record::read_fields(children, path)?)),
            Kind::RegistrationRequest => {
                Self::RegistrationRequest(Box::new(Record::read_fields(children, path)?))
            }
            Kind::MedicalInformationRequest => {
                Self::MedicalInformationRequest(Box::new(Record::read_fields(children, path)?))
            }
        })
    }
}

enum Kind {
    Answer,
    BulkAccepted,
    BulkAnswer,
    RegistrationAnswer,
    CheckRequest,
    ListRequest,
    FetchRequest,
    RegistrationRequest,
    MedicalInformationRequest,
}

fn kind_of(message: Children<'_>) -> Kind {
    let in_header = |names: &[&str]| message.holds_in("MessageHeader", names);
    let in_body = |names: &[&str]| message.holds_in("MessageBody", names);
    // Only what the system writes carries how it ended and when.
    let is_answer =
        in_header(&["SegmentOfResult", "ProcessExecutionTime", "CharacterCodeIdentifier", "ErrorCode"]);
    if in_body(&["BulkRegistrationUnit"]) {
        Kind::RegistrationAnswer
    } else if in_body(&["BulkConfirmUnit"]) {
        Kind::BulkAnswer
    } else if in_body(&["ReferenceNumberRegistrationInfo"]) {
        if is_answer { Kind::RegistrationAnswer } else { Kind::RegistrationRequest }
    } else if in_body(&["ReceptionNumber", "ReceptionDateTime"]) {
        if is_answer { Kind::BulkAccepted } else { Kind::FetchRequest }
    } else if in_header(&["ReceptionNumber", "NumberOfProcessingResult"]) {
        Kind::BulkAnswer
    } else if is_answer {
        Kind::Answer
    } else if in_body(&["QualificationConfirmSearchInfo"]) {
        let of_list = [
            "ConsentDateFrom",
            "ConsentDateTo",
            "ExaminationDateFrom",
            "ExaminationDateTo",
            "MedicalTreatmentFlag",
            "MedicalTreatmentMonth",
        ];
        if message.holds_within(["MessageBody", "QualificationConfirmSearchInfo"], &of_list) {
            Kind::ListRequest
        } else if in_body(&["ProcessingResultStatus", "QualificationValidity", "ResultList"]) {
            Kind::Answer
        } else {
            Kind::CheckRequest
        }
    } else if in_header(&["InsuranceCardSymbol", "InsuredPersonIdentificationNumber"])
        || in_body(&["FileCategory", "PrDiInfClassification"])
    {
        Kind::MedicalInformationRequest
    } else {
        Kind::Answer
    }
}
