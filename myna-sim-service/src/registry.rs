//! What the simulated system knows of its insured persons besides their eligibility: consents given for home visits and
//! online care, tickets of medical aid, and the facility's own numbers for its patients.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use myna_eligibility::{
    EligibilityResponse,
    calendar::{Date, DateTime},
    codes::{MedicalTreatmentFlag, ProcessingResultStatus, ReferenceClassification},
    records::{
        Body, BulkRegistrationUnit, BulkUnit, ListQuery, ListRequest, Meaning, MedicalTicket, Query,
        ReferenceNumberRegistration, RegistrationRequest, Repeated, Written,
    },
};
use myna_sim::pki::CertificateAuthority;
use myna_sim::{Persona, PersonaError};
use myna_terminal::ServiceError;

use crate::SimulatedOutcome;
use crate::answer::{Asked, answer, texts};
use crate::insured::{Insured, is_meant, is_named};

/// The institution of the published account, to which every answer goes.
pub(crate) const INSTITUTION: &str = "1319999999";

/// Most characters of a 照会番号 [code B.2].
const LONGEST_REFERENCE: usize = 50;

/// The insured persons, and how a check of them ends.
#[derive(Default)]
pub(crate) struct Registry {
    /// By the serial number of the user-authentication certificate, hexadecimal.
    insured: BTreeMap<String, Insured>,
    pub(crate) outcome: SimulatedOutcome,
    /// So many times 処理中 before the outcome.
    pub(crate) pending_first: u32,
}

/// What a query has found, and in whom if it is one person.
pub(crate) struct Found<'a> {
    pub(crate) response: EligibilityResponse,
    pub(crate) insured: Option<&'a Insured>,
}

impl Registry {
    pub(crate) fn enrol(&mut self, persona: &Persona) -> Result<(), PersonaError> {
        self.insured.insert(serial_of(persona), Insured::new(persona)?);
        Ok(())
    }

    /// The entry of a persona, which is enrolled if it was not.
    pub(crate) fn entry(&mut self, persona: &Persona) -> Result<&mut Insured, PersonaError> {
        match self.insured.entry(serial_of(persona)) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => Ok(entry.insert(Insured::new(persona)?)),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.insured.len()
    }

    /// By the serial number of the user-authentication certificate, hexadecimal.
    pub(crate) fn by_serial(&self, serial: &str) -> Option<&Insured> {
        self.insured.get(serial)
    }

    pub(crate) fn next_outcome(&mut self) -> SimulatedOutcome {
        match self.pending_first.checked_sub(1) {
            Some(left) => {
                self.pending_first = left;
                SimulatedOutcome::Pending
            }
            None => self.outcome,
        }
    }

    pub(crate) fn answer_to_query(
        &self,
        outcome: SimulatedOutcome,
        query: &Query,
        on: Date,
        now: DateTime,
    ) -> Found<'_> {
        let mut matching = self.insured.values().filter(|insured| is_meant(query, insured));
        let (insured, more) = (matching.next(), matching.next());
        let outcome = match outcome {
            SimulatedOutcome::AsRegistered if more.is_some() => SimulatedOutcome::Multiple,
            outcome => outcome,
        };
        let by = ReferenceClassification::InsuranceCardData;
        let mut response = answer(outcome, insured, &Asked { institution: INSTITUTION, on, now, by });
        if let Some(body) = &mut response.body {
            body.query = Some(query.clone());
        }
        Found { response, insured: insured.filter(|_| more.is_none()) }
    }

    /// Registers what can be registered. One person may carry several numbers [code B.4].
    pub(crate) fn register_all(&mut self, request: &RegistrationRequest) -> Vec<Registered> {
        let blocks = request.body.iter().flat_map(|body| body.registrations.iter());
        blocks.map(|registration| self.register(registration)).collect()
    }

    fn register(&mut self, registration: &ReferenceNumberRegistration) -> Registered {
        let mut named = Query::default();
        named.insurer_number.clone_from(&registration.insurer_number);
        named.symbol.clone_from(&registration.symbol);
        named.number.clone_from(&registration.number);
        named.branch_number.clone_from(&registration.branch_number);
        let reference = registration.reference_number.as_deref().unwrap_or_default();
        let note = if reference.is_empty() || reference.chars().count() > LONGEST_REFERENCE {
            Some(["SIMULATED-ERR-3", "照会番号は1文字以上50文字以下です（模擬）"])
        } else if self.outcome == SimulatedOutcome::ProcessingError {
            Some(["SIMULATED-ERR-2", "照会番号を登録できませんでした（模擬）"])
        } else if let Some(insured) = self.insured.values_mut().find(|insured| is_named(&named, insured)) {
            if !insured.reference_numbers.iter().any(|known| known == reference) {
                insured.reference_numbers.push(reference.to_owned());
            }
            None
        } else {
            Some(["SIMULATED-ERR-4", "該当する資格がありません（模擬）"])
        };
        let status =
            if note.is_none() { ProcessingResultStatus::Normal } else { ProcessingResultStatus::Error };
        Registered { registration: registration.clone(), status, note }
    }

    /// Those who have consented within a period, or have a ticket of a month. A list without either is refused.
    pub(crate) fn list(&self, request: &ListRequest, now: DateTime) -> Result<Vec<BulkUnit>, ServiceError> {
        let query = request.body.as_ref().and_then(|body| body.query.as_ref());
        let wanted = query.ok_or("no query").and_then(Wanted::of);
        let wanted = wanted.map_err(|reason| ServiceError::RequestUnfit { reason: reason.to_owned() })?;
        let meant = self.insured.values().filter(|insured| match &wanted {
            Wanted::Consents { treatment, by_examination, from, until } => {
                insured.consents.iter().any(|consent| {
                    let day = if *by_examination { consent.examined_on } else { Some(consent.consented_on) };
                    consent.treatment == *treatment && day.is_some_and(|day| *from <= day && day <= *until)
                })
            }
            Wanted::Tickets { month } => insured.tickets.iter().any(|ticket| is_of(ticket, month)),
        });
        let mut units = Vec::new();
        for insured in meant {
            let by = ReferenceClassification::InsuranceCardData;
            let asked = Asked { institution: INSTITUTION, on: now.date(), now, by };
            let Some(body) = answer(self.outcome, Some(insured), &asked).body else { continue };
            let mut unit = unit_of(body);
            unit.reference_numbers = Repeated(insured.reference_numbers.clone());
            if let Wanted::Tickets { month } = &wanted {
                // The list is of one month.
                for result in &mut unit.results.0 {
                    result.medical_tickets.retain(|ticket| is_of(ticket, month));
                }
            }
            units.push(unit);
        }
        Ok(units)
    }
}

/// One registration and how it ended.
#[derive(Debug)]
pub(crate) struct Registered {
    pub(crate) registration: ReferenceNumberRegistration,
    pub(crate) status: ProcessingResultStatus,
    /// 処理結果コード and 処理結果メッセージ; placeholders, as the real ones are not public (U1).
    note: Option<[&'static str; 2]>,
}

impl Registered {
    pub(crate) fn unit(&self) -> BulkRegistrationUnit {
        let mut unit = BulkRegistrationUnit::default();
        unit.registration = Some(self.registration.clone());
        unit.processing_result_status = Some(self.status.clone());
        [unit.processing_result_code, unit.processing_result_message] = self.note();
        unit
    }

    pub(crate) fn note(&self) -> [Option<String>; 2] {
        texts(self.note)
    }
}

/// What a body tells, as one unit of a bulk answer.
pub(crate) fn unit_of(body: Body) -> BulkUnit {
    let mut unit = BulkUnit::default();
    unit.processing_result_status = body.processing_result_status;
    unit.processing_result_code = body.processing_result_code;
    unit.processing_result_message = body.processing_result_message;
    unit.validity = body.validity;
    unit.results = Repeated(body.results);
    unit
}

fn serial_of(persona: &Persona) -> String {
    format!("{:08X}", persona.certificate_serial(CertificateAuthority::UserAuthentication))
}

fn is_of(ticket: &MedicalTicket, month: &str) -> bool {
    ticket.treatment_month.as_ref().is_some_and(|written| written.text() == month)
}

/// What a list asks for [code F].
enum Wanted {
    Consents { treatment: MedicalTreatmentFlag, by_examination: bool, from: Date, until: Date },
    Tickets { month: String },
}

impl Wanted {
    fn of(query: &ListQuery) -> Result<Self, &'static str> {
        match (&query.treatment, &query.treatment_month) {
            (None, Some(month)) => {
                month.value().ok_or("診療年月 is no month")?;
                Ok(Self::Tickets { month: month.text().to_owned() })
            }
            (Some(treatment), None) => {
                let days = |from: &Option<Written<Date>>, until: &Option<Written<Date>>| {
                    value(from).zip(value(until))
                };
                let by_consent = days(&query.consented_from, &query.consented_until);
                let by_examination = days(&query.examined_from, &query.examined_until);
                let (by_examination, (from, until)) = match (treatment, by_consent, by_examination) {
                    (MedicalTreatmentFlag::HomeVisit | MedicalTreatmentFlag::Online, Some(days), None) => {
                        (false, days)
                    }
                    (MedicalTreatmentFlag::Online, None, Some(days)) => (true, days),
                    (MedicalTreatmentFlag::HomeVisit | MedicalTreatmentFlag::Online, ..) => {
                        return Err("a list needs one period, from a day until a day");
                    }
                    _ => return Err("lists of this 診療区分 are not documented"),
                };
                Ok(Self::Consents { treatment: treatment.clone(), by_examination, from, until })
            }
            _ => Err("a list is of a 診療区分 or of a 診療年月"),
        }
    }
}

fn value<T: Meaning>(written: &Option<Written<T>>) -> Option<T> {
    written.as_ref().and_then(Written::value)
}
