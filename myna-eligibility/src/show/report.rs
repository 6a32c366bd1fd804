//! A message told to programs: every field under its wire name in `snake_case`, the raw text beside its
//! meaning.

use serde::Serialize;

use crate::element::ROOT;
use crate::meaning::advice::{Advice, advice};
use crate::meaning::bulk::BulkProgress;
use crate::meaning::code::SegmentOfResult;
use crate::meaning::message::{Message, each};
use crate::meaning::serialized::tell_apart;
use crate::meaning::told::{Told, UnknownElement};
use crate::meaning::warning::Warning;

/// What `myna eligibility parse --json` prints of a message.
///
/// `verdict` is one of `valid`, `invalid`, `invalid_newer_exists`, `no_match`, `multiple`, `pending`, `failed`,
/// `processing_error` and `unknown`; absent for requests. Finer shades of `valid` stand in `verdict_detail`.
#[derive(Serialize)]
#[non_exhaustive]
pub struct Report {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict_detail: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<Told>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Told>,
    results: Told,
    #[serde(skip_serializing_if = "Option::is_none")]
    units: Option<Told>,
    warnings: Vec<Warning>,
    advice: Vec<Advice>,
    unknown: Vec<UnknownElement>,
}

impl Report {
    /// The report on a message, with what was found odd about it.
    #[must_use]
    pub fn new(message: &Message, warnings: Vec<Warning>) -> Self {
        let (mut told, unknown) = each!(message, message => tell_apart(message.as_ref(), ROOT));
        let header = told.take("message_header");
        let mut body = told.take("message_body");
        let mut results = Told::List(Vec::new());
        let mut units = None;
        if let Some(body) = &mut body {
            if let Some(there) = body.take("result_list") {
                results = there;
            }
            units = body.take("bulk_confirm_unit").or_else(|| body.take("bulk_registration_unit"));
        }
        let detail = verdict_of(message);
        if let (Message::BulkAnswer(answer), Some(Told::List(units))) = (message, &mut units) {
            for (unit, told) in answer.units().iter().zip(units) {
                if let Told::Object(fields) = told {
                    let verdict = answer.verdict_of(unit).plain_code().to_owned();
                    fields.insert(0, ("verdict".to_owned(), Told::Text(verdict)));
                }
            }
        }
        Self {
            kind: message.kind(),
            verdict: detail.map(plain),
            verdict_detail: detail.filter(|detail| plain(detail) != *detail),
            header,
            body: body.filter(|body| *body != Told::Object(Vec::new())),
            results,
            units,
            warnings,
            advice: match message {
                Message::Answer(response) => advice(response),
                _ => Vec::new(),
            },
            unknown,
        }
    }
}

/// Names the kind of message only: what it holds is personal.
impl std::fmt::Debug for Report {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Report").field("kind", &self.kind).finish_non_exhaustive()
    }
}

fn verdict_of(message: &Message) -> Option<&'static str> {
    match message {
        Message::Answer(response) => Some(response.verdict().code()),
        // Each unit has its own; of the whole only what hinders reading them.
        Message::BulkAnswer(answer) => match answer.progress() {
            BulkProgress::Pending => Some("pending"),
            BulkProgress::Failed { .. } => Some("failed"),
            BulkProgress::Unknown => Some("unknown"),
            BulkProgress::Done => None,
        },
        Message::BulkAccepted(accepted) => match accepted.header.segment_of_result {
            Some(SegmentOfResult::Abnormal) => Some("failed"),
            _ => Some("pending"),
        },
        _ => None,
    }
}

/// The verdict without its finer shades.
fn plain(verdict: &'static str) -> &'static str {
    match verdict {
        "valid_with_medical_aid" | "valid_unregistered" => "valid",
        other => other,
    }
}
