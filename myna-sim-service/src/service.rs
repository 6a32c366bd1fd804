//! A simulated eligibility service (資格確認サービス), embedded.

use std::fmt::{self, Display};
use std::io;

use myna_eligibility::{
    EligibilityResponse, Message,
    calendar::{Date, DateTime},
    codes::{MedicalTreatmentFlag, ReferenceClassification, SegmentOfResult},
    forms::Encoding,
    records::{
        CheckRequest, FetchRequest, MedicalTicket, RegistrationAnswer, RegistrationAnswerBody,
        RegistrationRequest, Written,
    },
};
use myna_error::{Diagnostic, Entry, Language, english, unknown_detail};
use myna_jpki::path::{self, Environment, PathError, Purpose, TrustAnchor};
use myna_jpki::{Certificate, CertificateFault, LoginStatement, UnixTime};
use myna_sim::pki::{CertificateAuthority, Generation, PkiError};
use myna_sim::{Persona, PersonaError};
use myna_terminal::{
    AccountError, ActivationCode, Challenge, EligibilityService, InstitutionCode, Password, PossessionProof,
    ServiceError, SightProof, StaffCredentials, StaffSession, UserId,
};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::SimulatedOutcome;
use crate::answer::{Asked, answer};
use crate::bulk::{BulkAnswering, Receptions, header_of};
use crate::challenges::{ChallengeStore, ChallengesInMemory, OpenChallenge};
use crate::codes;
use crate::insured::GivenOnline;
use crate::registry::{Found, INSTITUTION, Registry};

/// The service at the other end of the clinic's terminal: knows the personas as insured persons, trusts the test PKI, and
/// checks what a terminal proves.
///
/// One account exists, and it is published: [`credentials`](Self::credentials). Challenges come from a counter and a seed,
/// not from a random source: good for tests, and for nothing else.
pub struct SimulatedService {
    anchors: Vec<TrustAnchor>,
    registry: Registry,
    account: Account,
    session: Option<[u8; 32]>,
    challenges: Box<dyn ChallengeStore>,
    receptions: Receptions,
}

/// Why the service could not be set up, or a persona not be enrolled.
#[derive(Debug, Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum ServiceSetupError {
    /// The test PKI failed.
    Pki(#[from] PkiError),
    /// A certificate of the test PKI does not parse.
    Certificate(#[from] CertificateFault),
    /// A CA certificate of the test PKI is no trust anchor.
    Anchor(#[from] PathError),
    /// The published account is malformed.
    Account(#[from] AccountError),
    /// There is no such built-in persona.
    Persona(&'static str),
    /// What a built-in persona says to the service cannot be used.
    #[error(transparent)]
    Insurance(#[from] PersonaError),
}

impl SimulatedService {
    /// The institution of the published account. Its check digit is right; the institution does not exist.
    pub const INSTITUTION: &'static str = INSTITUTION;
    /// The user of the published account.
    pub const USER: &'static str = "staff01";
    /// Who a proof is for.
    pub const AUDIENCE: &'static str = "eligibility.simulated.invalid";
    /// Its [terminal](EligibilityService::terminal): the account, of which there is one.
    pub const TERMINAL: &'static str = "1319999999/staff01";

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
            registry: Registry::default(),
            account: Account::default(),
            session: None,
            challenges: Box::new(ChallengesInMemory::default()),
            receptions: Receptions::default(),
        };
        for name in Persona::built_in_names() {
            service.enrol(&Persona::built_in(name).ok_or(ServiceSetupError::Persona(name))?)?;
        }
        Ok(service)
    }

    /// Keeps its challenges in this store from now on: one that was another service's before refuses what was shown to that.
    pub fn set_challenges(&mut self, challenges: Box<dyn ChallengeStore>) {
        self.challenges = challenges;
    }

    /// Enters a persona in the registry. Its card is told by the serial number of its user-authentication certificate.
    ///
    /// # Errors
    ///
    /// A [`PersonaError`] when the table `[eligibility]` of its file says what no insurer can: see
    /// [`Insurance`](crate::Insurance).
    pub fn enrol(&mut self, persona: &Persona) -> Result<(), PersonaError> {
        self.registry.enrol(persona)
    }

    /// A person has consented at the reception page (マイナ在宅受付Web): lists of home visits or online care tell it from now
    /// on. A persona that was never [enrolled](Self::enrol) is enrolled.
    ///
    /// # Errors
    ///
    /// As [`enrol`](Self::enrol).
    pub fn give_consent(
        &mut self,
        persona: &Persona,
        treatment: MedicalTreatmentFlag,
        consented_on: Date,
        examined_on: Option<Date>,
    ) -> Result<(), PersonaError> {
        let consent = GivenOnline { treatment, consented_on, examined_on };
        self.registry.entry(persona)?.consents.push(consent);
        Ok(())
    }

    /// The welfare office has issued a ticket to a person: lists of its month tell it from now on, and checks of the person
    /// find 医療扶助 beside the insurance [code B.5]. A persona that was never [enrolled](Self::enrol) is enrolled.
    ///
    /// # Errors
    ///
    /// As [`enrol`](Self::enrol).
    pub fn issue_ticket(&mut self, persona: &Persona, ticket: MedicalTicket) -> Result<(), PersonaError> {
        self.registry.entry(persona)?.tickets.push(ticket);
        Ok(())
    }

    /// Makes every check from now on end in this way.
    pub const fn set_outcome(&mut self, outcome: SimulatedOutcome) {
        self.registry.outcome = outcome;
    }

    /// Answers the next so many checks with 処理中 before it comes to their outcome.
    pub const fn set_pending_first(&mut self, times: u32) {
        self.registry.pending_first = times;
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
        self.registry.outcome.before_the_check(now)?;
        if self.session.as_ref() == Some(session.token()) {
            Ok(())
        } else {
            Err(ServiceError::SessionUnknown)
        }
    }

    /// The next value of the service's own stream.
    fn next(&mut self, purpose: &str) -> Result<[u8; 32], ServiceError> {
        let number = self.challenges.next_number().map_err(|error| not_kept(&error))?;
        Ok(Sha256::new().chain_update(purpose).chain_update(number.to_be_bytes()).finalize().into())
    }
}

impl EligibilityService for SimulatedService {
    fn audience(&self) -> String {
        Self::AUDIENCE.to_owned()
    }

    fn terminal(&self, _session: &StaffSession) -> String {
        Self::TERMINAL.to_owned()
    }

    fn log_in(
        &mut self,
        credentials: &StaffCredentials,
        now: DateTime,
    ) -> Result<StaffSession, ServiceError> {
        self.registry.outcome.before_the_login(now)?;
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
        let token = self.next("session")?;
        self.session = Some(token);
        Ok(StaffSession::from_token(token))
    }

    fn challenge(&mut self, session: &StaffSession, now: DateTime) -> Result<Challenge, ServiceError> {
        self.check_session(session, now)?;
        let [id, nonce] = [self.next("challenge")?, self.next("nonce")?];
        let id = id.first_chunk().copied().unwrap_or_default();
        let challenge = Challenge { id, nonce };
        let until = now.plus_seconds(Self::CHALLENGE_SECONDS).unwrap_or(now);
        let open = OpenChallenge::new(challenge, until, digest_of(session));
        self.challenges.open(open).map_err(|error| not_kept(&error))?;
        Ok(challenge)
    }

    fn check(
        &mut self,
        session: &StaffSession,
        proof: &PossessionProof,
        now: DateTime,
    ) -> Result<Vec<u8>, ServiceError> {
        self.check_session(session, now)?;
        let challenge = self.spend(session, proof.challenge_id, now)?;
        let certificate = self.accept(&proof.certificate_der, now)?;
        let purpose = PossessionProof::purpose(proof.on);
        let statement = LoginStatement {
            audience: Self::AUDIENCE,
            terminal: Self::TERMINAL,
            challenge_id: challenge.id,
            nonce: challenge.nonce,
            purpose: &purpose,
        };
        let statement = statement.to_bytes().map_err(|_| ServiceError::SignatureRefused)?;
        certificate
            .verify_sha256(&statement, &proof.signature)
            .map_err(|_| ServiceError::SignatureRefused)?;
        if self.registry.outcome == SimulatedOutcome::SignatureRefused {
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
        self.spend(session, proof.challenge_id, now)?;
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
    fn spend(
        &mut self,
        session: &StaffSession,
        id: [u8; 16],
        now: DateTime,
    ) -> Result<Challenge, ServiceError> {
        let open = self.challenges.spend(&id).map_err(|error| not_kept(&error))?;
        open.filter(|open| now <= open.until && open.session == digest_of(session))
            .filter(|_| self.registry.outcome != SimulatedOutcome::ChallengeUnknown)
            .map(|open| open.challenge)
            .ok_or(ServiceError::ChallengeUnknown)
    }

    /// The certificate, if it is good for logging in.
    fn accept(&self, der: &[u8], now: DateTime) -> Result<Certificate, ServiceError> {
        let refused = |reason: &str| ServiceError::CertificateRefused { reason: reason.to_owned() };
        let certificate = Certificate::from_der(der).map_err(|_| refused("path.malformed"))?;
        let at = UnixTime(u64::try_from(now.to_unix_seconds()).unwrap_or(0));
        path::validate(&certificate, &self.anchors, Purpose::UserAuthentication, at)
            .map_err(|error| refused(error.code()))?;
        let insured = self.registry.by_serial(&certificate.serial_number());
        match self.registry.outcome {
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
        let outcome = self.registry.next_outcome();
        let insured = self.registry.by_serial(&certificate.serial_number());
        let by = ReferenceClassification::MyNumberCard;
        let mut message = answer(outcome, insured, &Asked { institution: INSTITUTION, on, now, by });
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
        let on = request.header.confirmation_date.as_ref().and_then(Written::value);
        let outcome = self.registry.next_outcome();
        let Found { mut response, insured } =
            self.registry.answer_to_query(outcome, query, on.unwrap_or(now.date()), now);
        if let Some(insured) = insured {
            insured.tell_reference_number(&mut response);
        }
        response.header.institution_code.clone_from(&request.header.institution_code);
        response.header.file_identifier.clone_from(&request.header.file_identifier);
        Ok(response)
    }

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
        self.receptions.answer(&mut self.registry, request, now)
    }

    /// The answer to the second step of a bulk request, with none of its units made yet.
    pub(crate) fn answer_to_fetch(&mut self, fetch: &FetchRequest, now: DateTime) -> BulkAnswering {
        self.receptions.fetch(&mut self.registry, fetch, now)
    }

    /// Writes an answer to a second step, unit by unit.
    pub(crate) fn write_answer<W: io::Write>(
        &self,
        answering: &BulkAnswering,
        encoding: Encoding,
        out: W,
    ) -> io::Result<W> {
        answering.write(&self.registry, encoding, out)
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
        match self.registry.next_outcome() {
            SimulatedOutcome::Pending => answer.header.segment_of_result = Some(SegmentOfResult::InProgress),
            SimulatedOutcome::Failed => {
                answer.header.segment_of_result = Some(SegmentOfResult::Abnormal);
                answer.header.error_code = Some("SIMULATED-ERR-9".to_owned());
                answer.header.error_message = Some("要求の形式が正しくありません（模擬）".to_owned());
            }
            _ => {
                answer.header.segment_of_result = Some(SegmentOfResult::Normal);
                answer.body = self.registry.register_all(request).into_iter().next().map(|registered| {
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
}

/// What stands for a session in the store, which is not told the token itself.
fn digest_of(session: &StaffSession) -> [u8; 32] {
    Sha256::digest(session.token()).into()
}

fn not_kept(error: &io::Error) -> ServiceError {
    ServiceError::Unavailable { reason: format!("the store of challenges: {error}") }
}

fn no_message(error: &myna_eligibility::XmlError) -> ServiceError {
    ServiceError::Unavailable { reason: format!("the persona makes no message: {error}") }
}

#[derive(Default)]
struct Account {
    failures: u8,
    locked_until: Option<DateTime>,
}

impl Diagnostic for ServiceSetupError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Pki(_) => &codes::SERVICE_PKI,
            Self::Certificate(_) => &codes::SERVICE_CERTIFICATE,
            Self::Anchor(_) => &codes::SERVICE_ANCHOR,
            Self::Account(_) => &codes::SERVICE_ACCOUNT,
            Self::Persona(_) => &codes::SERVICE_PERSONA,
            Self::Insurance(error) => error.entry(),
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("reason", Self::Pki(error)) => myna_error::ErrorMessage::new(error, language).what().fmt(f),
            ("reason", Self::Certificate(error)) => {
                myna_error::ErrorMessage::new(error, language).what().fmt(f)
            }
            ("reason", Self::Anchor(error)) => myna_error::ErrorMessage::new(error, language).what().fmt(f),
            ("reason", Self::Account(error)) => myna_error::ErrorMessage::new(error, language).what().fmt(f),
            ("persona", Self::Persona(name)) => f.write_str(name),
            (_, Self::Insurance(error)) => error.detail(name, language, f),
            _ => unknown_detail(name, f),
        }
    }
}

impl fmt::Debug for SimulatedService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SimulatedService({} insured persons)", self.registry.len())
    }
}
