//! A simulated eligibility service (資格確認サービス), embedded.

mod answer;
mod bulk;
mod outcome;
mod registry;

use std::collections::BTreeMap;
use std::fmt;

use myna_eligibility::{
    CheckRequest, Date, DateTime, EligibilityResponse, MedicalTicket, Message, Query, RegistrationAnswer,
    RegistrationRequest,
};
use myna_jpki::path::{self, Environment, PathError, Purpose, TrustAnchor};
use myna_jpki::{Certificate, CertificateFault, LoginStatement, UnixTime};
use myna_terminal::{
    AccountError, ActivationCode, Challenge, EligibilityService, InstitutionCode, Password, PossessionProof,
    ServiceError, SightProof, StaffCredentials, StaffSession, UserId,
};
use sha2::{Digest, Sha256};
use thiserror::Error;

use self::answer::{Asked, answer};
pub(crate) use self::bulk::BulkAnswering;
use self::bulk::Receptions;
pub use self::outcome::{SimulatedOutcome, UnknownOutcome};
use self::registry::{GivenOnline, Named};
use crate::pki::{CertificateAuthority, Generation, PkiError};
use crate::{CertificateState, Persona};

/// The service at the other end of the clinic's terminal: knows the personas as insured persons, trusts the test PKI, and
/// checks what a terminal proves.
///
/// One account exists, and it is published: [`credentials`](Self::credentials). Challenges come from a counter and a seed,
/// not from a random source: good for tests, and for nothing else.
pub struct SimulatedService {
    anchors: Vec<TrustAnchor>,
    /// By the serial number of the user-authentication certificate, hexadecimal.
    insured: BTreeMap<String, Insured>,
    account: Account,
    session: Option<[u8; 32]>,
    /// Open challenges and when they end.
    challenges: BTreeMap<[u8; 16], (Challenge, DateTime)>,
    issued: u64,
    outcome: SimulatedOutcome,
    /// So many times 処理中 before the outcome.
    pending_first: u32,
    receptions: Receptions,
}

/// Why the service could not be set up, or a persona not be enrolled.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServiceSetupError {
    /// The test PKI failed.
    #[error(transparent)]
    Pki(#[from] PkiError),
    /// A certificate of the test PKI does not parse.
    #[error("a certificate of the test PKI is none: {0}")]
    Certificate(#[from] CertificateFault),
    /// A CA certificate of the test PKI is no trust anchor.
    #[error("a CA certificate of the test PKI is none: {0}")]
    Anchor(#[from] PathError),
    /// The published account is malformed.
    #[error("the published account is malformed: {0}")]
    Account(#[from] AccountError),
    /// A built-in persona does not parse.
    #[error("the built-in persona {0} does not parse")]
    Persona(&'static str),
}

impl SimulatedService {
    /// The institution of the published account. Its check digit is right; the institution does not exist.
    pub const INSTITUTION: &'static str = "1319999999";
    /// The user of the published account.
    pub const USER: &'static str = "staff01";
    /// Who a proof is for.
    pub const AUDIENCE: &'static str = "eligibility.simulated.invalid";

    const PASSWORD: &'static str = "simulated-password";
    const ACTIVATION: &'static str = "000011112222";
    /// Failures in a row that lock the account, and for how long (S36).
    const FAILURES: u8 = 5;
    const LOCK_SECONDS: u32 = 30 * 60;
    const CHALLENGE_SECONDS: u32 = 5 * 60;

    /// A service that knows the built-in personas.
    ///
    /// # Errors
    ///
    /// [`ServiceSetupError`].
    pub fn new() -> Result<Self, ServiceSetupError> {
        let mut anchors = Vec::new();
        for generation in [Generation::First, Generation::Second] {
            let der = CertificateAuthority::UserAuthentication.certificate_der_of(generation)?;
            anchors.push(TrustAnchor::new(Certificate::from_der(der)?, Environment::Test)?);
        }
        let mut service = Self {
            anchors,
            insured: BTreeMap::new(),
            account: Account::default(),
            session: None,
            challenges: BTreeMap::new(),
            issued: 0,
            outcome: SimulatedOutcome::AsRegistered,
            pending_first: 0,
            receptions: Receptions::default(),
        };
        for name in Persona::built_in_names() {
            service.enrol(&Persona::built_in(name).ok_or(ServiceSetupError::Persona(name))?);
        }
        Ok(service)
    }

    /// Enters a persona in the registry. Its card is told by the serial number of its user-authentication certificate.
    pub fn enrol(&mut self, persona: &Persona) {
        self.insured.insert(Self::serial_of(persona), Insured::new(persona));
    }

    /// Makes every check from now on end in this way.
    pub const fn set_outcome(&mut self, outcome: SimulatedOutcome) {
        self.outcome = outcome;
    }

    /// Answers the next so many checks with 処理中 before it comes to their outcome.
    pub const fn set_pending_first(&mut self, times: u32) {
        self.pending_first = times;
    }

    /// The published account.
    ///
    /// # Errors
    ///
    /// [`AccountError`], never in practice: a test sees to it.
    pub fn credentials() -> Result<StaffCredentials, AccountError> {
        Ok(StaffCredentials {
            institution: InstitutionCode::new(Self::INSTITUTION)?,
            user: UserId::new(Self::USER)?,
            password: Password::new(Self::PASSWORD)?,
            activation: ActivationCode::new(Self::ACTIVATION)?,
        })
    }

    fn check_session(&self, session: &StaffSession, now: DateTime) -> Result<(), ServiceError> {
        self.outcome.before_the_check(now)?;
        if self.session.as_ref() == Some(session.token()) {
            Ok(())
        } else {
            Err(ServiceError::SessionUnknown)
        }
    }

    /// The next value of the service's own stream.
    fn next(&mut self, purpose: &str) -> [u8; 32] {
        self.issued += 1;
        let mut digest = Sha256::new();
        digest.update(purpose);
        digest.update(self.issued.to_be_bytes());
        digest.finalize().into()
    }
}

impl EligibilityService for SimulatedService {
    fn audience(&self) -> String {
        Self::AUDIENCE.to_owned()
    }

    fn log_in(
        &mut self,
        credentials: &StaffCredentials,
        now: DateTime,
    ) -> Result<StaffSession, ServiceError> {
        self.outcome.before_the_login(now)?;
        if let Some(until) = self.account.locked_until {
            if now < until {
                return Err(ServiceError::AccountLocked { until });
            }
            self.account = Account::default();
        }
        let known = credentials.institution.as_str() == Self::INSTITUTION
            && credentials.user.as_str() == Self::USER
            && credentials.password.expose() == Self::PASSWORD
            && credentials.activation.expose() == Self::ACTIVATION;
        if !known {
            self.account.failures += 1;
            if self.account.failures == Self::FAILURES {
                self.account.locked_until = now.plus_seconds(Self::LOCK_SECONDS);
            }
            return Err(ServiceError::CredentialsRefused);
        }
        self.account = Account::default();
        let token = self.next("session");
        self.session = Some(token);
        Ok(StaffSession::from_token(token))
    }

    fn challenge(&mut self, session: &StaffSession, now: DateTime) -> Result<Challenge, ServiceError> {
        self.check_session(session, now)?;
        let [id, nonce] = [self.next("challenge"), self.next("nonce")];
        let id = id.first_chunk().copied().unwrap_or_default();
        let challenge = Challenge { id, nonce };
        let until = now.plus_seconds(Self::CHALLENGE_SECONDS).unwrap_or(now);
        self.challenges.insert(id, (challenge, until));
        Ok(challenge)
    }

    fn check(
        &mut self,
        session: &StaffSession,
        proof: &PossessionProof,
        now: DateTime,
    ) -> Result<Vec<u8>, ServiceError> {
        self.check_session(session, now)?;
        let challenge = self.spend(proof.challenge_id, now)?;
        let certificate = self.accept(&proof.certificate_der, now)?;
        let purpose = PossessionProof::purpose(proof.on);
        let statement = LoginStatement {
            audience: Self::AUDIENCE,
            challenge_id: challenge.id,
            nonce: challenge.nonce,
            purpose: &purpose,
        };
        certificate
            .verify_sha256(&statement.to_bytes(), &proof.signature)
            .map_err(|_| ServiceError::SignatureRefused)?;
        if self.outcome == SimulatedOutcome::SignatureRefused {
            return Err(ServiceError::SignatureRefused);
        }
        self.answer_to_card(&certificate, proof.on, now)
    }

    /// Takes the staff's word: the simulated accounts may all check visually.
    fn check_visually(
        &mut self,
        session: &StaffSession,
        proof: &SightProof,
        now: DateTime,
    ) -> Result<Vec<u8>, ServiceError> {
        self.check_session(session, now)?;
        self.spend(proof.challenge_id, now)?;
        let certificate = self.accept(&proof.certificate_der, now)?;
        self.answer_to_card(&certificate, proof.on, now)
    }

    fn check_by_certificate_data(
        &mut self,
        session: &StaffSession,
        request: &CheckRequest,
        now: DateTime,
    ) -> Result<EligibilityResponse, ServiceError> {
        self.check_session(session, now)?;
        self.answer_to_request(request, now)
    }

    fn register(
        &mut self,
        session: &StaffSession,
        request: &RegistrationRequest,
        now: DateTime,
    ) -> Result<RegistrationAnswer, ServiceError> {
        self.check_session(session, now)?;
        self.answer_to_registration(request, now)
    }

    fn bulk(
        &mut self,
        session: &StaffSession,
        request: &Message,
        now: DateTime,
    ) -> Result<Vec<Message>, ServiceError> {
        self.check_session(session, now)?;
        self.answer_in_bulk(request, now).map(|message| vec![message])
    }
}

impl SimulatedService {
    /// Taken out before anything is checked: a challenge is good once, whatever comes of it.
    fn spend(&mut self, id: [u8; 16], now: DateTime) -> Result<Challenge, ServiceError> {
        match self.challenges.remove(&id) {
            Some((challenge, until))
                if now <= until && self.outcome != SimulatedOutcome::ChallengeUnknown =>
            {
                Ok(challenge)
            }
            _ => Err(ServiceError::ChallengeUnknown),
        }
    }

    /// The certificate, if it is good for logging in.
    fn accept(&self, der: &[u8], now: DateTime) -> Result<Certificate, ServiceError> {
        let refused = |reason: &str| ServiceError::CertificateRefused { reason: reason.to_owned() };
        let certificate = Certificate::from_der(der).map_err(|_| refused("path.malformed"))?;
        let at = UnixTime(u64::try_from(now.to_unix_seconds()).unwrap_or(0));
        path::validate(&certificate, &self.anchors, Purpose::UserAuthentication, at)
            .map_err(|error| refused(error.code()))?;
        let insured = self.insured.get(&certificate.serial_number());
        match self.outcome {
            SimulatedOutcome::CertificateExpired => Err(refused("path.expired")),
            SimulatedOutcome::CertificateRevoked => Err(refused("path.revoked")),
            _ if insured.is_some_and(|insured| insured.revoked) => Err(refused("path.revoked")),
            _ => Ok(certificate),
        }
    }

    fn answer_to_card(
        &mut self,
        certificate: &Certificate,
        on: Date,
        now: DateTime,
    ) -> Result<Vec<u8>, ServiceError> {
        let outcome = self.next_outcome();
        let insured = self.insured.get(&certificate.serial_number());
        let asked = Asked { institution: Self::INSTITUTION, on, now, by: answer::By::Card };
        let mut message = answer(outcome, insured, &asked)?;
        if let Some(insured) = insured {
            insured.tell_reference_number(&mut message);
        }
        let mut bytes = message.write().map_err(|error| no_message(&error))?;
        if outcome == SimulatedOutcome::AnswerTruncated {
            bytes.truncate(bytes.len() / 2);
        }
        Ok(bytes)
    }

    /// Answers a request for one check by certificate data, as the folders bring it; nobody need be logged in there.
    ///
    /// # Errors
    ///
    /// [`ServiceError::RequestUnfit`], [`ServiceError::Unavailable`], and what the
    /// [outcome](Self::set_outcome) calls for.
    pub fn answer_to_request(
        &mut self,
        request: &CheckRequest,
        now: DateTime,
    ) -> Result<EligibilityResponse, ServiceError> {
        let queries = request.body.as_ref().map_or(&[][..], |body| &body.queries);
        let [query] = queries else {
            return Err(ServiceError::RequestUnfit { reason: format!("{} queries", queries.len()) });
        };
        let on = request.header.confirmation_date.as_ref().and_then(myna_eligibility::Written::value);
        let outcome = self.next_outcome();
        let Found { mut response, insured } =
            self.answer_to_query(outcome, query, on.unwrap_or(now.date()), now)?;
        if let Some(insured) = insured {
            insured.tell_reference_number(&mut response);
        }
        response.header.institution_code.clone_from(&request.header.institution_code);
        response.header.file_identifier.clone_from(&request.header.file_identifier);
        Ok(response)
    }

    fn answer_to_query(
        &self,
        outcome: SimulatedOutcome,
        query: &Query,
        on: Date,
        now: DateTime,
    ) -> Result<Found<'_>, ServiceError> {
        let mut matching = self.insured.values().filter(|insured| is_meant(query, &insured.persona));
        let (insured, more) = (matching.next(), matching.next());
        let outcome = match outcome {
            SimulatedOutcome::AsRegistered if more.is_some() => SimulatedOutcome::Multiple,
            outcome => outcome,
        };
        let asked = Asked { institution: Self::INSTITUTION, on, now, by: answer::By::CertificateData };
        let mut response = answer(outcome, insured, &asked)?;
        if let Some(body) = &mut response.body {
            body.query = Some(query.clone());
        }
        Ok(Found { response, insured: insured.filter(|_| more.is_none()) })
    }

    fn next_outcome(&mut self) -> SimulatedOutcome {
        match self.pending_first.checked_sub(1) {
            Some(left) => {
                self.pending_first = left;
                SimulatedOutcome::Pending
            }
            None => self.outcome,
        }
    }
}

/// What a query has found, and in whom if it is one person.
struct Found<'a> {
    response: EligibilityResponse,
    insured: Option<&'a Insured>,
}

/// Whether a query means the persona: what it says must agree, and it must say the birth date besides what
/// [`Named::means`] asks for.
fn is_meant(query: &Query, persona: &Persona) -> bool {
    let named = Named {
        insurer_number: query.insurer_number.as_ref(),
        symbol: query.symbol.as_deref(),
        number: query.number.as_deref(),
        branch_number: query.branch_number.as_deref(),
    };
    let birth = persona.birth_date();
    let birth = format!("{:04}{:02}{:02}", birth.year(), birth.month(), birth.day());
    named.means(persona) && query.birthdate.as_ref().is_some_and(|asked| asked.text() == birth)
}

fn no_message(error: &myna_eligibility::XmlError) -> ServiceError {
    ServiceError::Unavailable { reason: format!("the persona makes no message: {error}") }
}

struct Insured {
    persona: Persona,
    revoked: bool,
    consents: Vec<GivenOnline>,
    tickets: Vec<MedicalTicket>,
    /// 照会番号, in the order of registration.
    reference_numbers: Vec<String>,
}

impl Insured {
    fn new(persona: &Persona) -> Self {
        let state = persona.certificate_state(CertificateAuthority::UserAuthentication);
        Self {
            persona: persona.clone(),
            revoked: state == CertificateState::Revoked,
            consents: Vec::new(),
            tickets: Vec::new(),
            reference_numbers: Vec::new(),
        }
    }

    /// A single answer has place for one 照会番号: the last.
    fn tell_reference_number(&self, response: &mut EligibilityResponse) {
        let (Some(body), Some(number)) = (&mut response.body, self.reference_numbers.last()) else { return };
        for result in &mut body.results {
            result.reference_number = Some(number.clone());
        }
    }
}

#[derive(Default)]
struct Account {
    failures: u8,
    locked_until: Option<DateTime>,
}

impl ServiceSetupError {
    /// Stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Pki(_) => "sim.service.pki",
            Self::Certificate(_) => "sim.service.certificate",
            Self::Anchor(_) => "sim.service.anchor",
            Self::Account(_) => "sim.service.account",
            Self::Persona(_) => "sim.service.persona",
        }
    }
}

impl fmt::Debug for SimulatedService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SimulatedService({} insured persons)", self.insured.len())
    }
}
