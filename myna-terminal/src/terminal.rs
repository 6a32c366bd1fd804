//! The clinic's terminal: staff login, then card after card.

use myna_eligibility::{
    CheckRequest, EligibilityResponse, Message, RegistrationAnswer, RegistrationRequest, XmlError,
};
use std::fmt;

use myna_error::Diagnostic;
use myna_jpki::{
    Certificate, CertificateKind, Jpki, JpkiError, KeyKind, LoginStatement, PinPolicy, TriesLeft,
    UserAuthenticationPin,
};
use myna_transport::{Card, CardError, Transport};
use thiserror::Error;

use crate::account::StaffCredentials;
use crate::service::{EligibilityService, PossessionProof, ServiceError, SightProof, StaffSession};
use myna_calendar::{Date, DateTime};

/// A terminal with a member of staff logged in. There is no other way to get one than to log in.
pub struct Terminal<S> {
    service: S,
    session: StaffSession,
}

/// What a check of one patient's card brought.
pub struct Checked {
    /// The service's answer, read. Its [`verdict`](EligibilityResponse::verdict) is what counts.
    pub response: EligibilityResponse,
    /// The same as it came: keep it when the receipt computer wants the message.
    pub message: Vec<u8>,
    /// 利用者証明用電子証明書 of the card.
    pub certificate: Certificate,
    /// The PIN's tries as the card reported them, before the PIN was presented.
    pub tries_before: TriesLeft,
}

/// Why a check came to no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CheckError {
    /// Card, PIN or reader.
    #[error(transparent)]
    Card(#[from] CardError<JpkiError>),
    /// The service refused.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The service's answer cannot be read.
    #[error("the service's answer cannot be read: {0}")]
    Answer(#[from] XmlError),
}

impl<S: EligibilityService> Terminal<S> {
    /// 職員ログイン.
    ///
    /// # Errors
    ///
    /// [`ServiceError::CredentialsRefused`], [`ServiceError::AccountLocked`], [`ServiceError::Unavailable`].
    pub fn log_in(
        mut service: S,
        credentials: &StaffCredentials,
        now: DateTime,
    ) -> Result<Self, ServiceError> {
        let session = service.log_in(credentials, now)?;
        Ok(Self { service, session })
    }

    /// Checks the eligibility of the patient whose card lies on the reader, by PIN: at best 5 exchanges.
    ///
    /// ```text
    /// service -> challenge
    /// card    -> certificate, tries left; PIN; signature over the challenge
    /// service -> answer
    /// ```
    ///
    /// The signature is checked against the certificate here, before the service sees it: a card that signs wrongly is
    /// told from a service that refuses. Cut the card's power afterwards (drop its transport): until then its key
    /// stays open.
    ///
    /// # Errors
    ///
    /// [`CheckError`]; for the PIN's fate see [`JpkiError::pin_fault`] and its `attempt`.
    pub fn check<T: Transport>(
        &mut self,
        card: &mut Card<T>,
        pin: &UserAuthenticationPin,
        policy: PinPolicy,
        on: Date,
        now: DateTime,
    ) -> Result<Checked, CheckError> {
        let challenge = self.service.challenge(&self.session, now)?;
        let statement = LoginStatement {
            audience: &self.service.audience(),
            challenge_id: challenge.id,
            nonce: challenge.nonce,
            purpose: &PossessionProof::purpose(on),
        }
        .to_bytes();

        let mut jpki = Jpki::open(card)?;
        let certificate = jpki.read_certificate(CertificateKind::UserAuthentication)?;
        let mut key = jpki.verify_user_authentication(pin, policy)?;
        let signature = key.sign(&statement)?;
        let tries_before = key.tries_before();
        certificate
            .verify_sha256(&statement, &signature)
            .map_err(|fault| CardError::from_operation(JpkiError::Signature(fault)))?;

        let certificate_der = certificate.as_der().to_vec();
        let proof = PossessionProof { challenge_id: challenge.id, certificate_der, signature, on };
        let message = self.service.check(&self.session, &proof, now)?;
        let response = EligibilityResponse::parse(&message)?;
        Ok(Checked { response, message, certificate, tries_before })
    }

    /// Checks the eligibility of the patient whose card lies on the reader, after staff has compared face and photo
    /// (目視確認) [seed F3 S50, S54]: no PIN is presented, and none need be left.
    ///
    /// # Errors
    ///
    /// [`CheckError`]; no try of any PIN is spent.
    pub fn check_visually<T: Transport>(
        &mut self,
        card: &mut Card<T>,
        on: Date,
        now: DateTime,
    ) -> Result<Checked, CheckError> {
        let challenge = self.service.challenge(&self.session, now)?;
        let mut jpki = Jpki::open(card)?;
        let certificate = jpki.read_certificate(CertificateKind::UserAuthentication)?;
        let tries_before = jpki.tries_left(KeyKind::UserAuthentication)?;
        let certificate_der = certificate.as_der().to_vec();
        let proof = SightProof { challenge_id: challenge.id, certificate_der, on };
        let message = self.service.check_visually(&self.session, &proof, now)?;
        let response = EligibilityResponse::parse(&message)?;
        Ok(Checked { response, message, certificate, tries_before })
    }

    /// Checks by what stands on a certificate of insurance, without a card; see
    /// [`EligibilityService::check_by_certificate_data`].
    ///
    /// # Errors
    ///
    /// [`ServiceError`].
    pub fn check_by_certificate_data(
        &mut self,
        request: &CheckRequest,
        now: DateTime,
    ) -> Result<EligibilityResponse, ServiceError> {
        self.service.check_by_certificate_data(&self.session, request, now)
    }

    /// Registers one 照会番号; see [`EligibilityService::register`].
    ///
    /// # Errors
    ///
    /// [`ServiceError`].
    pub fn register(
        &mut self,
        request: &RegistrationRequest,
        now: DateTime,
    ) -> Result<RegistrationAnswer, ServiceError> {
        self.service.register(&self.session, request, now)
    }

    /// One step of a bulk check; see [`EligibilityService::bulk`].
    ///
    /// # Errors
    ///
    /// [`ServiceError`].
    pub fn bulk(&mut self, request: &Message, now: DateTime) -> Result<Vec<Message>, ServiceError> {
        self.service.bulk(&self.session, request, now)
    }

    /// Ends the session.
    pub fn log_out(self) -> S {
        self.service
    }
}

impl CheckError {
    /// Stable code, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Card(error) => error.code(),
            Self::Service(error) => error.code(),
            Self::Answer(error) => error.code(),
        }
    }
}

impl<S> fmt::Debug for Terminal<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Terminal(logged in)")
    }
}

impl fmt::Debug for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checked").field("verdict", &self.response.verdict()).finish_non_exhaustive()
    }
}
