//! Every message of the wire as one sum, recognised by what it holds.

use serde::{Deserialize, Serialize};

use crate::element::ROOT;
use crate::meaning::bulk::{BulkAccepted, BulkAnswer};
use crate::meaning::descriptor::inspect;
use crate::meaning::record::{EligibilityResponse, Header};
use crate::meaning::registration::{RegistrationAnswer, RegistrationRequest};
use crate::meaning::request::{CheckRequest, FetchRequest, ListRequest, MedicalInformationRequest};
use crate::meaning::warning::Warning;

/// A message of the eligibility system: an answer or a request.
///
/// The name of the file tells the kind as well (`OQSsiquc01res_…`), but files are renamed; so the kind is told
/// by the elements that only it has. What has none of them is taken for the answer to a single check.
///
/// There are two forms of JSON. That of the Web API ([`parse_json`](Self::parse_json), and what `myna eligibility parse`
/// reads) is the tree of the XML form: wire names, bare texts. That of `serde` is `{"kind": …, "message": …}` with wire names
/// in `snake_case` and meanings beside the raw texts, as a [`Report`](crate::forms::Report) shows them; read back, meanings are
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

    /// ヘッダー of an answer or a request; a request for drug or health-check information has its own.
    #[must_use]
    pub const fn header(&self) -> Option<&Header> {
        match self {
            Self::MedicalInformationRequest(_) => None,
            Self::Answer(message) => Some(&message.header),
            Self::BulkAccepted(message) => Some(&message.header),
            Self::BulkAnswer(message) => Some(&message.header),
            Self::RegistrationAnswer(message) => Some(&message.header),
            Self::CheckRequest(message) => Some(&message.header),
            Self::ListRequest(message) => Some(&message.header),
            Self::FetchRequest(message) => Some(&message.header),
            Self::RegistrationRequest(message) => Some(&message.header),
        }
    }

    /// Whether it answers: the others are requests.
    #[must_use]
    pub const fn is_answer(&self) -> bool {
        matches!(
            self,
            Self::Answer(_) | Self::BulkAccepted(_) | Self::BulkAnswer(_) | Self::RegistrationAnswer(_)
        )
    }

    pub(crate) fn inspect(&self, warnings: &mut Vec<Warning>) {
        each!(self, message => inspect(message.as_ref(), ROOT, warnings));
    }
}
