//! What the simulated system knows of its insured persons besides their eligibility: consents given for home visits and
//! online care, tickets of medical aid, and the facility's own numbers for its patients.

use myna_eligibility::{
    BulkRegistrationUnit, BulkUnit, Date, DateTime, InsurerNumber, ListQuery, ListRequest, Meaning,
    MedicalTicket, MedicalTreatmentFlag, ProcessingResultStatus, ReferenceNumberRegistration,
    RegistrationAnswer, RegistrationAnswerBody, RegistrationRequest, Repeated, SegmentOfResult, Written,
    numbers_agree, symbols_agree,
};
use myna_terminal::ServiceError;

use super::answer::{Asked, By, answer};
use super::bulk::header_of;
use super::{Insured, SimulatedOutcome, SimulatedService};
use crate::Persona;
use crate::pki::CertificateAuthority;

/// Most characters of a 照会番号 [code B.2].
const LONGEST_REFERENCE: usize = 50;

/// A consent to viewing, given at the reception page for home visits or online care.
#[derive(Debug, Clone)]
pub(super) struct GivenOnline {
    treatment: MedicalTreatmentFlag,
    consented_on: Date,
    examined_on: Option<Date>,
}

/// One registration and how it ended.
#[derive(Debug)]
pub(super) struct Registered {
    registration: ReferenceNumberRegistration,
    pub(super) status: ProcessingResultStatus,
    /// 処理結果コード and 処理結果メッセージ; placeholders, as the real ones are not public (U1).
    note: Option<[&'static str; 2]>,
}

impl Registered {
    pub(super) fn unit(&self) -> BulkRegistrationUnit {
        let mut unit = BulkRegistrationUnit::default();
        unit.registration = Some(self.registration.clone());
        unit.processing_result_status = Some(self.status.clone());
        [unit.processing_result_code, unit.processing_result_message] = self.note();
        unit
    }

    fn note(&self) -> [Option<String>; 2] {
        self.note.map_or([None, None], |note| note.map(|text| Some(text.to_owned())))
    }
}

/// What is asked for or registered, as far as it names a person.
pub(super) struct Named<'a> {
    pub(super) insurer_number: Option<&'a InsurerNumber>,
    pub(super) symbol: Option<&'a str>,
    pub(super) number: Option<&'a str>,
    pub(super) branch_number: Option<&'a str>,
}

impl Named<'_> {
    /// Insurer and number must be there and agree; symbol and branch number only narrow it [code B.3].
    pub(super) fn means(&self, persona: &Persona) -> bool {
        let Some(eligibility) = persona.eligibility() else { return false };
        let of = |key: &str| eligibility.result().get(key).and_then(toml::Value::as_str).unwrap_or_default();
        let normal = |number: &InsurerNumber| number.normal().map(str::to_owned);
        let own = InsurerNumber::new(of("insurer_number"));
        self.insurer_number.and_then(normal).is_some_and(|asked| Some(asked) == normal(&own))
            && self.number.is_some_and(|asked| numbers_agree(asked, of("insured_identification_number")))
            && self.symbol.is_none_or(|asked| symbols_agree(asked, of("insured_card_symbol")))
            && self.branch_number.is_none_or(|asked| asked == of("insured_branch_number"))
    }
}

impl SimulatedService {
    /// A person has consented at the reception page (マイナ在宅受付Web): lists of home visits or online care tell it from now
    /// on. A persona that was never [enrolled](Self::enrol) is enrolled.
    pub fn give_consent(
        &mut self,
        persona: &Persona,
        treatment: MedicalTreatmentFlag,
        consented_on: Date,
        examined_on: Option<Date>,
    ) {
        self.insured_mut(persona).consents.push(GivenOnline { treatment, consented_on, examined_on });
    }

    /// The welfare office has issued a ticket to a person: lists of its month tell it from now on, and checks of the person
    /// find 医療扶助 beside the insurance [code B.5]. A persona that was never [enrolled](Self::enrol) is enrolled.
    pub fn issue_ticket(&mut self, persona: &Persona, ticket: MedicalTicket) {
        self.insured_mut(persona).tickets.push(ticket);
    }

    /// Answers a registration of one 照会番号, as the folders bring it; nobody need be logged in there.
    ///
    /// # Errors
    ///
    /// [`ServiceError::RequestUnfit`] for any other number of blocks than one.
    pub fn answer_to_registration(
        &mut self,
        request: &RegistrationRequest,
        now: DateTime,
    ) -> Result<RegistrationAnswer, ServiceError> {
        let blocks = request.body.as_ref().map_or(0, |body| body.registrations.len());
        if blocks != 1 {
            return Err(ServiceError::RequestUnfit { reason: format!("{blocks} registrations") });
        }
        let mut answer = RegistrationAnswer::default();
        answer.header = header_of(now, &request.header);
        match self.next_outcome() {
            SimulatedOutcome::Pending => answer.header.segment_of_result = Some(SegmentOfResult::InProgress),
            SimulatedOutcome::Failed => {
                answer.header.segment_of_result = Some(SegmentOfResult::Abnormal);
                answer.header.error_code = Some("SIMULATED-ERR-9".to_owned());
                answer.header.error_message = Some("要求の形式が正しくありません（模擬）".to_owned());
            }
            _ => {
                answer.header.segment_of_result = Some(SegmentOfResult::Normal);
                answer.body = self.register_all(request).into_iter().next().map(|registered| {
                    let mut body = RegistrationAnswerBody::default();
                    [body.processing_result_code, body.processing_result_message] = registered.note();
                    body.processing_result_status = Some(registered.status);
                    body.registration = Some(registered.registration);
                    body
                });
            }
        }
        Ok(answer)
    }

    /// Registers what can be registered. One person may carry several numbers [code B.4].
    pub(super) fn register_all(&mut self, request: &RegistrationRequest) -> Vec<Registered> {
        let blocks = request.body.iter().flat_map(|body| body.registrations.iter());
        blocks.map(|registration| self.register(registration)).collect()
    }

    fn register(&mut self, registration: &ReferenceNumberRegistration) -> Registered {
        let named = Named {
            insurer_number: registration.insurer_number.as_ref(),
            symbol: registration.symbol.as_deref(),
            number: registration.number.as_deref(),
            branch_number: registration.branch_number.as_deref(),
        };
        let reference = registration.reference_number.as_deref().unwrap_or_default();
        let note = if reference.is_empty() || reference.chars().count() > LONGEST_REFERENCE {
            Some(["SIMULATED-ERR-3", "照会番号は1文字以上50文字以下です（模擬）"])
        } else if self.outcome == SimulatedOutcome::ProcessingError {
            Some(["SIMULATED-ERR-2", "照会番号を登録できませんでした（模擬）"])
        } else if let Some(insured) = self.insured.values_mut().find(|insured| named.means(&insured.persona))
        {
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
    pub(super) fn list(&self, request: &ListRequest, now: DateTime) -> Result<Vec<BulkUnit>, ServiceError> {
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
            let asked =
                Asked { institution: Self::INSTITUTION, on: now.date(), now, by: By::CertificateData };
            let Some(body) = answer(self.outcome, Some(insured), &asked)?.body else { continue };
            let mut unit = BulkUnit::default();
            unit.processing_result_status = body.processing_result_status;
            unit.processing_result_code = body.processing_result_code;
            unit.processing_result_message = body.processing_result_message;
            unit.validity = body.validity;
            unit.results = Repeated(body.results);
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

    fn insured_mut(&mut self, persona: &Persona) -> &mut Insured {
        let serial = Self::serial_of(persona);
        self.insured.entry(serial).or_insert_with(|| Insured::new(persona))
    }

    pub(super) fn serial_of(persona: &Persona) -> String {
        format!("{:08X}", persona.certificate_serial(CertificateAuthority::UserAuthentication))
    }
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
