use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use myna_eligibility::{
    BulkAccepted, BulkAnswer, BulkBody, BulkUnit, BulkWriter, CharacterCode, CheckRequest, DateTime,
    Encoding, FetchRequest, Header, Message, ProcessingResultStatus, Reception, ReferenceClassification,
    RegistrationAnswer, RegistrationAnswerBody, Repeated, SegmentOfResult, Written,
};
use myna_terminal::ServiceError;

use super::registry::Registered;
use super::{SimulatedOutcome, SimulatedService};

/// Bulk requests that were taken in, by their reception numbers.
#[derive(Debug, Default)]
pub(super) struct Receptions {
    taken: u32,
    open: BTreeMap<String, Arc<Work>>,
}

/// What the second step answers.
#[derive(Debug)]
enum Work {
    /// Checks, done when they are fetched.
    Checks(Box<CheckRequest>),
    /// The persons a list asks for, found when it was asked for.
    List(Vec<BulkUnit>),
    /// Registrations, done when they were asked for.
    Registrations(Vec<Registered>),
}

/// The answer of a second step, header first: its units are made one by one as they are written.
pub(crate) struct BulkAnswering {
    header: Header,
    outcome: SimulatedOutcome,
    now: DateTime,
    /// `None` for an answer without a body: 処理中, 異常終了.
    work: Option<Arc<Work>>,
}

impl SimulatedService {
    /// Answers one step of a bulk request, as the folders bring it; nobody need be logged in there.
    ///
    /// A request is taken in under a reception number: checks, a list of consents or of medical-aid tickets, registrations
    /// of 照会番号. A fetch brings its answer.
    ///
    /// # Errors
    ///
    /// As [`answer_to_request`](Self::answer_to_request). Requests for drug and health-check information are refused:
    /// what is answered to them is not documented.
    pub fn answer_in_bulk(&mut self, request: &Message, now: DateTime) -> Result<Message, ServiceError> {
        let (header, work) = match request {
            Message::CheckRequest(request) => (&request.header, Work::Checks(request.clone())),
            Message::ListRequest(request) => (&request.header, Work::List(self.list(request, now)?)),
            Message::RegistrationRequest(request) => {
                (&request.header, Work::Registrations(self.register_all(request)))
            }
            Message::FetchRequest(fetch) => {
                let answering = self.answer_to_fetch(fetch, now);
                return self.collect(&answering);
            }
            other => {
                let reason = format!("the answer to a {} is not documented", other.kind());
                return Err(ServiceError::RequestUnfit { reason });
            }
        };
        self.receptions.taken = self.receptions.taken.saturating_add(1);
        let number = format!("SIMULATED-{:010}", self.receptions.taken);
        let accepted = accepted(header, &number, now);
        self.receptions.open.insert(number, Arc::new(work));
        Ok(accepted)
    }

    /// The answer to the second step, with none of its units made yet.
    pub(crate) fn answer_to_fetch(&mut self, fetch: &FetchRequest, now: DateTime) -> BulkAnswering {
        let number = fetch.body.as_ref().and_then(|body| body.reception_number.clone()).unwrap_or_default();
        let mut header = header_of(now, &fetch.header);
        let outcome = self.next_outcome();
        let work = self.receptions.open.get(&number).cloned();
        header.reception_number = Some(number);
        let (segment, work) = match (outcome, work) {
            (SimulatedOutcome::Pending, Some(_)) => (SegmentOfResult::InProgress, None),
            (SimulatedOutcome::Failed, _) | (_, None) => {
                header.error_code = Some("SIMULATED-ERR-9".to_owned());
                header.error_message = Some("受付番号に該当する要求がありません（模擬）".to_owned());
                (SegmentOfResult::Abnormal, None)
            }
            (_, Some(work)) => (SegmentOfResult::Normal, Some(work)),
        };
        header.segment_of_result = Some(segment);
        if let Some(work) = &work {
            let on = match &**work {
                Work::Checks(request) => request.header.confirmation_date.as_ref().and_then(Written::value),
                Work::List(_) | Work::Registrations(_) => None,
            };
            header.confirmation_date = Some(on.unwrap_or(now.date()).into());
        }
        BulkAnswering { header, outcome, now, work }
    }

    /// Writes an answer unit by unit: memory stays that of one, whatever their number.
    pub(crate) fn write_answer<W: Write>(
        &self,
        answering: &BulkAnswering,
        encoding: Encoding,
        out: W,
    ) -> io::Result<W> {
        let Some(work) = &answering.work else {
            let message = self.collect(answering).map_err(io::Error::other)?;
            let mut out = out;
            out.write_all(&message.write(encoding).map_err(io::Error::other)?)?;
            return Ok(out);
        };
        let mut header = answering.header.clone();
        if let Work::Registrations(registered) = &**work {
            count(&mut header, registered.iter().map(|done| &done.status));
            let mut writer = BulkWriter::of_registrations(out, &header, encoding)?;
            for registered in registered {
                writer.unit(&registered.unit())?;
            }
            return writer.finish();
        }
        // The header tells how many went wrong, so all are made twice and none is kept.
        let mut errors = 0_usize;
        let mut all = 0_usize;
        for unit in self.units(answering, work) {
            all += 1;
            errors +=
                usize::from(is_error(unit.map_err(io::Error::other)?.processing_result_status.as_ref()));
        }
        set_counts(&mut header, all, errors);
        let mut writer = BulkWriter::new(out, &header, encoding)?;
        for unit in self.units(answering, work) {
            writer.unit(&unit.map_err(io::Error::other)?)?;
        }
        writer.finish()
    }

    /// The same as one message.
    fn collect(&self, answering: &BulkAnswering) -> Result<Message, ServiceError> {
        let mut header = answering.header.clone();
        if let Some(Work::Registrations(registered)) = answering.work.as_deref() {
            count(&mut header, registered.iter().map(|done| &done.status));
            let mut body = RegistrationAnswerBody::default();
            body.units = Repeated(registered.iter().map(Registered::unit).collect());
            let mut answer = RegistrationAnswer::default();
            (answer.header, answer.body) = (header, Some(body));
            return Ok(Message::RegistrationAnswer(Box::new(answer)));
        }
        let mut answer = BulkAnswer::default();
        if let Some(work) = &answering.work {
            let units = self.units(answering, work).collect::<Result<Vec<_>, _>>()?;
            let errors = units.iter().filter(|unit| is_error(unit.processing_result_status.as_ref())).count();
            set_counts(&mut header, units.len(), errors);
            let mut body = BulkBody::default();
            body.units = Repeated(units);
            answer.body = Some(body);
        }
        answer.header = header;
        Ok(Message::BulkAnswer(Box::new(answer)))
    }

    fn units<'a>(
        &'a self,
        answering: &'a BulkAnswering,
        work: &'a Work,
    ) -> Box<dyn Iterator<Item = Result<BulkUnit, ServiceError>> + 'a> {
        match work {
            Work::Checks(request) => {
                let queries = request.body.iter().flat_map(|body| body.queries.iter());
                Box::new(queries.map(move |query| {
                    let asked = answering.header.confirmation_date.as_ref().and_then(Written::value);
                    let on = asked.unwrap_or(answering.now.date());
                    let found = self.answer_to_query(answering.outcome, query, on, answering.now)?;
                    let mut unit = BulkUnit::default();
                    if let Some(body) = found.response.body {
                        unit.processing_result_status = body.processing_result_status;
                        unit.processing_result_code = body.processing_result_code;
                        unit.processing_result_message = body.processing_result_message;
                        unit.validity = body.validity;
                        unit.results = Repeated(body.results);
                    }
                    if let Some(insured) = found.insured {
                        unit.reference_numbers = Repeated(insured.reference_numbers.clone());
                    }
                    unit.query = Some(query.clone());
                    Ok(unit)
                }))
            }
            Work::List(units) => Box::new(units.iter().cloned().map(Ok)),
            Work::Registrations(_) => Box::new(std::iter::empty()),
        }
    }
}

impl BulkAnswering {
    /// ヘッダー, but for the numbers of results.
    pub(crate) const fn header(&self) -> &Header {
        &self.header
    }
}

fn is_error(status: Option<&ProcessingResultStatus>) -> bool {
    status == Some(&ProcessingResultStatus::Error)
}

fn count<'a>(header: &mut Header, statuses: impl ExactSizeIterator<Item = &'a ProcessingResultStatus>) {
    let all = statuses.len();
    set_counts(header, all, statuses.filter(|status| is_error(Some(status))).count());
}

fn set_counts(header: &mut Header, all: usize, errors: usize) {
    header.number_of_results = Some(all.to_string());
    header.number_of_normal = Some(all.saturating_sub(errors).to_string());
    header.number_of_errors = Some(errors.to_string());
}

fn accepted(request: &Header, number: &str, now: DateTime) -> Message {
    let mut accepted = BulkAccepted::default();
    accepted.header = header_of(now, request);
    accepted.header.reference_classification = None;
    let mut reception = Reception::default();
    reception.reception_number = Some(number.to_owned());
    reception.received_at = Some(Written::new(now.to_wire()));
    accepted.body = Some(reception);
    Message::BulkAccepted(Box::new(accepted))
}

/// The header of an answer: when, and to whom.
pub(super) fn header_of(now: DateTime, request: &Header) -> Header {
    let mut header = Header::default();
    header.executed_at = Some(Written::new(now.to_wire()));
    header.institution_code.clone_from(&request.institution_code);
    header.file_identifier.clone_from(&request.file_identifier);
    header.reference_classification = Some(ReferenceClassification::InsuranceCardData);
    header.character_code = Some(CharacterCode::Utf8);
    header
}
