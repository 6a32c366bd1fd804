//! A simulated eligibility service (資格確認サービス), embedded.

use std::collections::BTreeMap;
use std::fmt;

use myna_eligibility::{
    AccountError, ActivationCode, Challenge, DateTime, EligibilityResponse, EligibilityService,
    InstitutionCode, Password, PossessionProof, ServiceError, StaffCredentials, StaffSession, UserId,
};
use myna_jpki::path::{self, Environment, PathError, Purpose, TrustAnchor};
use myna_jpki::{Certificate, CertificateFault, LoginStatement, UnixTime};
use sha2::{Digest, Sha256};
use thiserror::Error;
use toml::{Table, Value};

use crate::pki::{CertificateAuthority, Generation, PkiError, Sex};
use crate::{CertificateState, Eligibility, Persona};

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
        };
        for name in Persona::built_in_names() {
            service.enrol(&Persona::built_in(name).ok_or(ServiceSetupError::Persona(name))?);
        }
        Ok(service)
    }

    /// Enters a persona in the registry. Its card is told by the serial number of its user-authentication certificate.
    pub fn enrol(&mut self, persona: &Persona) {
        let authority = CertificateAuthority::UserAuthentication;
        let serial = format!("{:08X}", persona.certificate_serial(authority));
        let revoked = persona.certificate_state(authority) == CertificateState::Revoked;
        self.insured.insert(serial, Insured { persona: persona.clone(), revoked });
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

    fn check_session(&self, session: &StaffSession) -> Result<(), ServiceError> {
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
        self.check_session(session)?;
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
        self.check_session(session)?;
        // Taken out before anything is checked: a challenge is good once, whatever comes of it.
        let challenge = match self.challenges.remove(&proof.challenge_id) {
            Some((challenge, until)) if now <= until => challenge,
            _ => return Err(ServiceError::ChallengeUnknown),
        };
        let refused = |reason: &str| ServiceError::CertificateRefused { reason: reason.to_owned() };
        let certificate =
            Certificate::from_der(&proof.certificate_der).map_err(|_| refused("path.malformed"))?;
        let at = UnixTime(u64::try_from(now.to_unix_seconds()).unwrap_or(0));
        path::validate(&certificate, &self.anchors, Purpose::UserAuthentication, at)
            .map_err(|error| refused(error.code()))?;
        let statement =
            LoginStatement { audience: Self::AUDIENCE, challenge_id: challenge.id, nonce: challenge.nonce };
        certificate
            .verify_sha256(&statement.to_bytes(), &proof.signature)
            .map_err(|_| ServiceError::SignatureRefused)?;
        let insured = self.insured.get(&certificate.serial_number());
        if insured.is_some_and(|insured| insured.revoked) {
            return Err(refused("path.revoked"));
        }
        let message = message(insured.map(|insured| &insured.persona), proof, now);
        // Read and written once more: in the order of the specification, and nothing a reader would refuse goes out.
        EligibilityResponse::parse(message.as_bytes()).and_then(|response| response.write()).map_err(
            |error| ServiceError::Unavailable { reason: format!("the persona makes no message: {error}") },
        )
    }
}

struct Insured {
    persona: Persona,
    revoked: bool,
}

#[derive(Default)]
struct Account {
    failures: u8,
    locked_until: Option<DateTime>,
}

/// 該当資格なし.
const NO_MATCH: u8 = 4;

/// The answer: what the persona's table says, and of the rest what the holder's data give.
fn message(persona: Option<&Persona>, proof: &PossessionProof, now: DateTime) -> String {
    let eligibility = persona.and_then(Persona::eligibility);
    let mut xml = Markup(r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?>"#.to_owned());
    xml.element("XmlMsg", |xml| {
        xml.element("MessageHeader", |xml| {
            xml.text("ProcessExecutionTime", &now.to_wire());
            xml.text("QualificationConfirmationDate", &proof.on.to_wire());
            xml.text("MedicalInstitutionCode", SimulatedService::INSTITUTION);
            xml.text("ReferenceClassification", "1");
            xml.text("SegmentOfResult", "1");
            xml.text("CharacterCodeIdentifier", "0");
        });
        xml.element("MessageBody", |xml| {
            xml.text("ProcessingResultStatus", "1");
            let validity = eligibility.map_or(NO_MATCH, Eligibility::validity);
            xml.text("QualificationValidity", &validity.to_string());
            if let (Some(persona), Some(eligibility)) = (persona, eligibility)
                && !eligibility.result().is_empty()
            {
                xml.element("ResultList", |xml| {
                    xml.element("ResultOfQualificationConfirmation", |xml| {
                        xml.table(eligibility.result());
                        xml.holder(persona, eligibility.result());
                    });
                });
            }
        });
    });
    xml.0
}

struct Markup(String);

impl Markup {
    fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.0.push_str(&format!("<{name}>"));
        content(self);
        self.0.push_str(&format!("</{name}>"));
    }

    fn text(&mut self, name: &str, text: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        self.element(name, |xml| xml.0.push_str(&text));
    }

    fn table(&mut self, table: &Table) {
        for (key, value) in table {
            let name = wire_name(key);
            match value {
                Value::String(text) => self.text(&name, text),
                Value::Table(group) => self.element(&name, |xml| xml.table(group)),
                Value::Array(list) => {
                    // A list of records: each in an element named after the list's (…List holds …Info).
                    let item =
                        name.strip_suffix("List").map_or_else(|| name.clone(), |stem| format!("{stem}Info"));
                    self.element(&name, |xml| {
                        for group in list.iter().filter_map(Value::as_table) {
                            xml.element(&item, |xml| xml.table(group));
                        }
                    });
                }
                // A persona holds no other kind of value: it is checked when it is read.
                _ => {}
            }
        }
    }

    /// What the table leaves out and the holder's own data tell.
    fn holder(&mut self, persona: &Persona, given: &Table) {
        let birth = persona.birth_date();
        let own = [
            ("name", persona.full_name()),
            ("birthdate", format!("{:04}{:02}{:02}", birth.year(), birth.month(), birth.day())),
            (
                "sex1",
                match persona.sex() {
                    Sex::Male => "1",
                    Sex::Female => "2",
                    Sex::Unknown => "3",
                }
                .to_owned(),
            ),
            ("address", persona.address().to_owned()),
        ];
        for (key, value) in own {
            if !given.contains_key(key) {
                self.text(&wire_name(key), &value);
            }
        }
    }
}

/// `insurer_number` is `InsurerNumber` on the wire.
fn wire_name(key: &str) -> String {
    key.split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters)
        })
        .collect()
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
