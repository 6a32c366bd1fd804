use myna_eligibility::{
    EligibilityResponse,
    calendar::Date,
    checks::{numbers_agree, symbols_agree},
    codes::MedicalTreatmentFlag,
    records::{InsurerNumber, MedicalTicket, Query},
};
use myna_sim::pki::CertificateAuthority;
use myna_sim::{CertificateState, Persona, PersonaError};

use crate::insurance::Insurance;

/// A person the simulated system knows.
pub(crate) struct Insured {
    pub(crate) persona: Persona,
    pub(crate) insurance: Option<Insurance>,
    pub(crate) revoked: bool,
    pub(crate) consents: Vec<GivenOnline>,
    pub(crate) tickets: Vec<MedicalTicket>,
    /// 照会番号, in the order of registration.
    pub(crate) reference_numbers: Vec<String>,
}

/// A consent to viewing, given at the reception page for home visits or online care.
#[derive(Debug, Clone)]
pub(crate) struct GivenOnline {
    pub(crate) treatment: MedicalTreatmentFlag,
    pub(crate) consented_on: Date,
    pub(crate) examined_on: Option<Date>,
}

impl Insured {
    pub(crate) fn new(persona: &Persona) -> Result<Self, PersonaError> {
        let state = persona.certificate_state(CertificateAuthority::UserAuthentication);
        Ok(Self {
            persona: persona.clone(),
            insurance: Insurance::of(persona)?,
            revoked: state == CertificateState::Revoked,
            consents: Vec::new(),
            tickets: Vec::new(),
            reference_numbers: Vec::new(),
        })
    }

    /// A single answer has place for one 照会番号: the last.
    pub(crate) fn tell_reference_number(&self, response: &mut EligibilityResponse) {
        let (Some(body), Some(number)) = (&mut response.body, self.reference_numbers.last()) else { return };
        for result in &mut body.results {
            result.reference_number = Some(number.clone());
        }
    }
}

/// Whether a query names the person: insurer and number must be there and agree; symbol and branch number only narrow it
/// [code B.3].
pub(crate) fn is_named(query: &Query, insured: &Insured) -> bool {
    let Some(own) = insured.insurance.as_ref().and_then(Insurance::result) else { return false };
    let normal = |number: &InsurerNumber| number.normal().map(str::to_owned);
    let text = |own: &Option<String>| own.clone().unwrap_or_default();
    let own_number = own.insurer_number.as_ref().and_then(normal);
    query.insurer_number.as_ref().and_then(normal).is_some_and(|asked| Some(asked) == own_number)
        && query.number.as_ref().is_some_and(|asked| numbers_agree(asked, &text(&own.number)))
        && query.symbol.as_ref().is_none_or(|asked| symbols_agree(asked, &text(&own.symbol)))
        && query.branch_number.as_ref().is_none_or(|asked| *asked == text(&own.branch_number))
}

/// Whether a query means the person: what it says must agree, and it must say the birth date besides what names a person.
pub(crate) fn is_meant(query: &Query, insured: &Insured) -> bool {
    let birth_date = insured.persona.birth_date().to_wire();
    is_named(query, insured) && query.birthdate.as_ref().is_some_and(|asked| asked.text() == birth_date)
}
