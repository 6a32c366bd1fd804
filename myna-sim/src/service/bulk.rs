use std::collections::BTreeMap;

use myna_eligibility::{
    BulkAccepted, BulkAnswer, BulkBody, BulkUnit, CharacterCode, CheckRequest, DateTime, Header, Message,
    Reception, ReferenceClassification, Repeated, SegmentOfResult, ServiceError, Written,
};

use super::{SimulatedOutcome, SimulatedService};

/// Bulk requests that were taken in, by their reception numbers.
#[derive(Debug, Default)]
pub(super) struct Receptions {
    taken: u32,
    open: BTreeMap<String, CheckRequest>,
}

impl SimulatedService {
    /// Answers one step of a bulk request, as the folders bring it; nobody need be logged in there.
    ///
    /// # Errors
    ///
    /// As [`answer_to_request`](Self::answer_to_request); lists of consents and tickets are not simulated.
    pub fn answer_in_bulk(&mut self, request: &Message, now: DateTime) -> Result<Message, ServiceError> {
        match request {
            Message::CheckRequest(request) => {
                self.receptions.taken = self.receptions.taken.saturating_add(1);
                let number = format!("SIMULATED-{:010}", self.receptions.taken);
                let accepted = accepted(request, &number, now);
                self.receptions.open.insert(number, (**request).clone());
                Ok(accepted)
            }
            Message::FetchRequest(fetch) => {
                let number = fetch.body.as_ref().and_then(|body| body.reception_number.clone());
                self.fetch(number.unwrap_or_default(), &fetch.header, now)
            }
            other => Err(ServiceError::RequestUnfit { reason: format!("{} is not simulated", other.kind()) }),
        }
    }

    fn fetch(&mut self, number: String, fetch: &Header, now: DateTime) -> Result<Message, ServiceError> {
        let mut answer = BulkAnswer::default();
        answer.header = header(now, fetch);
        let outcome = self.next_outcome();
        let request = self.receptions.open.get(&number).cloned();
        answer.header.reception_number = Some(number);
        let (segment, request) = match (outcome, request) {
            (SimulatedOutcome::Pending, Some(_)) => (SegmentOfResult::InProgress, None),
            (SimulatedOutcome::Failed, _) | (_, None) => {
                answer.header.error_code = Some("SIMULATED-ERR-9".to_owned());
                answer.header.error_message = Some("受付番号に該当する要求がありません（模擬）".to_owned());
                (SegmentOfResult::Abnormal, None)
            }
            (_, Some(request)) => (SegmentOfResult::Normal, Some(request)),
        };
        answer.header.segment_of_result = Some(segment);
        let Some(request) = request else { return Ok(Message::BulkAnswer(Box::new(answer))) };
        let on = request.header.confirmation_date.as_ref().and_then(Written::value).unwrap_or(now.date());
        let mut units = Vec::new();
        for query in request.body.iter().flat_map(|body| body.queries.iter()) {
            let mut unit = BulkUnit::default();
            unit.query = Some(query.clone());
            if let Some(body) = self.answer_to_query(outcome, query, on, now)?.body {
                unit.processing_result_status = body.processing_result_status;
                unit.processing_result_code = body.processing_result_code;
                unit.processing_result_message = body.processing_result_message;
                unit.validity = body.validity;
                unit.results = Repeated(body.results);
            }
            units.push(unit);
        }
        let count = units.len().to_string();
        answer.header.confirmation_date = Some(on.into());
        answer.header.number_of_results = Some(count.clone());
        answer.header.number_of_normal = Some(count);
        answer.header.number_of_errors = Some("0".to_owned());
        let mut body = BulkBody::default();
        body.units = Repeated(units);
        answer.body = Some(body);
        Ok(Message::BulkAnswer(Box::new(answer)))
    }
}

fn accepted(request: &CheckRequest, number: &str, now: DateTime) -> Message {
    let mut accepted = BulkAccepted::default();
    accepted.header = header(now, &request.header);
    accepted.header.reference_classification = None;
    let mut reception = Reception::default();
    reception.reception_number = Some(number.to_owned());
    reception.received_at = Some(Written::new(now.to_wire()));
    accepted.body = Some(reception);
    Message::BulkAccepted(Box::new(accepted))
}

fn header(now: DateTime, request: &Header) -> Header {
    let mut header = Header::default();
    header.executed_at = Some(Written::new(now.to_wire()));
    header.institution_code.clone_from(&request.institution_code);
    header.file_identifier.clone_from(&request.file_identifier);
    header.reference_classification = Some(ReferenceClassification::from_wire("2"));
    header.character_code = Some(CharacterCode::from_wire("0"));
    header
}
