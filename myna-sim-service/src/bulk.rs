use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use myna_eligibility::{
    Message,
    bulk::BulkWriter,
    calendar::DateTime,
    codes::{CharacterCode, ProcessingResultStatus, ReferenceClassification, SegmentOfResult},
    forms::Encoding,
    records::{
        BulkAccepted, BulkAnswer, BulkBody, BulkUnit, CheckRequest, FetchRequest, Header, Reception,
        RegistrationAnswer, RegistrationAnswerBody, Repeated, Written,
    },
};
use myna_terminal::ServiceError;

use crate::SimulatedOutcome;
use crate::registry::{Registered, Registry, unit_of};

/// Bulk requests that were taken in, by their reception numbers.
#[derive(Debug, Default)]
pub(crate) struct Receptions {
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

impl Receptions {
    /// Takes a request in under a reception number, or answers a fetch.
    pub(crate) fn answer(
        &mut self,
        registry: &mut Registry,
        request: &Message,
        now: DateTime,
    ) -> Result<Message, ServiceError> {
        let (header, work) = match request {
            Message::CheckRequest(request) => (&request.header, Work::Checks(request.clone())),
            Message::ListRequest(request) => (&request.header, Work::List(registry.list(request, now)?)),
            Message::RegistrationRequest(request) => {
                (&request.header, Work::Registrations(registry.register_all(request)))
            }
            Message::FetchRequest(fetch) => return Ok(self.fetch(registry, fetch, now).collect(registry)),
            other => {
                let reason = format!("the answer to a {} is not documented", other.kind());
                return Err(ServiceError::RequestUnfit { reason });
            }
        };
        self.taken = self.taken.saturating_add(1);
        let number = format!("SIMULATED-{:010}", self.taken);
        let accepted = accepted(header, &number, now);
        self.open.insert(number, Arc::new(work));
        Ok(accepted)
    }

    /// The answer to the second step, with none of its units made yet.
    pub(crate) fn fetch(
        &self,
        registry: &mut Registry,
        fetch: &FetchRequest,
        now: DateTime,
    ) -> BulkAnswering {
        let number = fetch.body.as_ref().and_then(|body| body.reception_number.clone()).unwrap_or_default();
        let mut header = header_of(now, &fetch.header);
        let outcome = registry.next_outcome();
        let work = self.open.get(&number).cloned();
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
}

impl BulkAnswering {
    /// ヘッダー, but for the numbers of results.
    pub(crate) const fn header(&self) -> &Header {
        &self.header
    }

    /// Writes the answer unit by unit: memory stays that of one, whatever their number.
    pub(crate) fn write<W: Write>(&self, registry: &Registry, encoding: Encoding, out: W) -> io::Result<W> {
        let Some(work) = &self.work else {
            let mut out = out;
            out.write_all(&self.collect(registry).write(encoding).map_err(io::Error::other)?)?;
            return Ok(out);
        };
        let mut header = self.header.clone();
        if let Work::Registrations(registered) = &**work {
            count(&mut header, registered.iter().map(|done| Some(&done.status)));
            let mut writer = BulkWriter::of_registrations(out, &header, encoding)?;
            for registered in registered {
                writer.unit(&registered.unit())?;
            }
            return writer.finish();
        }
        // The header tells how many went wrong, so all are made twice and none is kept.
        let mut errors = 0_usize;
        let mut all = 0_usize;
        for unit in self.units(registry, work) {
            all += 1;
            errors += usize::from(is_error(unit.processing_result_status.as_ref()));
        }
        set_counts(&mut header, all, errors);
        let mut writer = BulkWriter::new(out, &header, encoding)?;
        for unit in self.units(registry, work) {
            writer.unit(&unit)?;
        }
        writer.finish()
    }

    /// The same as one message.
    pub(crate) fn collect(&self, registry: &Registry) -> Message {
        let mut header = self.header.clone();
        if let Some(Work::Registrations(registered)) = self.work.as_deref() {
            count(&mut header, registered.iter().map(|done| Some(&done.status)));
            let mut body = RegistrationAnswerBody::default();
            body.units = Repeated(registered.iter().map(Registered::unit).collect());
            let mut answer = RegistrationAnswer::default();
            (answer.header, answer.body) = (header, Some(body));
            return Message::RegistrationAnswer(Box::new(answer));
        }
        let mut answer = BulkAnswer::default();
        if let Some(work) = &self.work {
            let units: Vec<_> = self.units(registry, work).collect();
            count(&mut header, units.iter().map(|unit| unit.processing_result_status.as_ref()));
            let mut body = BulkBody::default();
            body.units = Repeated(units);
            answer.body = Some(body);
        }
        answer.header = header;
        Message::BulkAnswer(Box::new(answer))
    }

    fn units<'a>(
        &'a self,
        registry: &'a Registry,
        work: &'a Work,
    ) -> Box<dyn Iterator<Item = BulkUnit> + 'a> {
        match work {
            Work::Checks(request) => {
                let queries = request.body.iter().flat_map(|body| body.queries.iter());
                let asked = self.header.confirmation_date.as_ref().and_then(Written::value);
                let on = asked.unwrap_or(self.now.date());
                Box::new(queries.map(move |query| {
                    let found = registry.answer_to_query(self.outcome, query, on, self.now);
                    let mut unit = found.response.body.map(unit_of).unwrap_or_default();
                    if let Some(insured) = found.insured {
                        unit.reference_numbers = Repeated(insured.reference_numbers.clone());
                    }
                    unit.query = Some(query.clone());
                    unit
                }))
            }
            Work::List(units) => Box::new(units.iter().cloned()),
            Work::Registrations(_) => Box::new(std::iter::empty()),
        }
    }
}

fn is_error(status: Option<&ProcessingResultStatus>) -> bool {
    status == Some(&ProcessingResultStatus::Error)
}

fn count<'a>(
    header: &mut Header,
    statuses: impl ExactSizeIterator<Item = Option<&'a ProcessingResultStatus>>,
) {
    let all = statuses.len();
    set_counts(header, all, statuses.filter(|status| is_error(*status)).count());
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
pub(crate) fn header_of(now: DateTime, request: &Header) -> Header {
    let mut header = Header::default();
    header.executed_at = Some(Written::new(now.to_wire()));
    header.institution_code.clone_from(&request.institution_code);
    header.file_identifier.clone_from(&request.file_identifier);
    header.reference_classification = Some(ReferenceClassification::InsuranceCardData);
    header.character_code = Some(CharacterCode::Utf8);
    header
}
