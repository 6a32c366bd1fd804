//! The clinic's terminal: staff login, then card after card.

use std::fmt;

use myna_apdu::flow::Reached;
use myna_calendar::{Date, DateTime};
use myna_eligibility::{
    EligibilityResponse, Message,
    records::{CheckRequest, RegistrationAnswer, RegistrationRequest},
};
use myna_jpki::{PinPolicy, UserAuthenticationPin};
use myna_transport::{Capabilities, Card, HostTransport, Transport, TransportError, TransportErrorKind};

use crate::account::StaffCredentials;
use crate::check::{Check, CheckError, CheckPlan, CheckQuestion, CheckReply, Checked};
use crate::service::{EligibilityService, ServiceError, StaffSession};

/// A terminal with a member of staff logged in. There is no other way to get one than to log in.
pub struct Terminal<S> {
    service: S,
    session: StaffSession,
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
    /// Cut the card's power afterwards (drop its transport): until then its key stays open.
    ///
    /// # Errors
    ///
    /// [`CheckError`]; for the PIN's fate see [`JpkiError::pin_fault`](myna_jpki::JpkiError::pin_fault) and its
    /// `attempt`.
    pub fn check<T: Transport>(
        &mut self,
        card: &mut Card<T>,
        pin: &UserAuthenticationPin,
        policy: PinPolicy,
        on: Date,
        now: DateTime,
    ) -> Result<Checked, CheckError> {
        self.run(card, CheckPlan::by_pin(on, pin, policy), now)
    }

    /// Checks the eligibility of the patient whose card lies on the reader, after staff has compared face and photo
    /// (目視確認).
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
        self.run(card, CheckPlan::by_eye(on), now)
    }

    /// Runs a check to its end. Staff has agreed beforehand to all that it will be asked.
    ///
    /// # Errors
    ///
    /// [`CheckError`].
    pub fn run<T: Transport>(
        &mut self,
        card: &mut Card<T>,
        plan: CheckPlan<'_>,
        now: DateTime,
    ) -> Result<Checked, CheckError> {
        let (mut check, mut reply) = (plan.begin(), None);
        loop {
            match self.proceed(card, &mut check, reply, now)? {
                Reached::Question(_) => reply = Some(CheckReply::Staff(true)),
                Reached::End(checked) => return Ok(checked),
            }
        }
    }

    /// Takes a check on to the next question for staff, or to its end: from its beginning without a reply, or from the
    /// reply to the question before. Questions for the service are answered on the way.
    ///
    /// # Errors
    ///
    /// [`CheckError`].
    pub fn proceed<T: Transport>(
        &mut self,
        card: &mut Card<T>,
        check: &mut Check<'_>,
        mut reply: Option<CheckReply>,
        now: DateTime,
    ) -> Result<Reached<Checked, CheckQuestion>, CheckError> {
        loop {
            let question = match card.run(check.until_question(reply))? {
                Reached::Question(question) => question,
                end @ Reached::End(_) => return Ok(end),
            };
            match self.answer(question, now) {
                Ok(answer) => reply = Some(answer),
                Err(question) => return Ok(Reached::Question(question)),
            }
        }
    }

    /// Takes a check that needs its card no more to its end, from the reply to the last question for staff.
    ///
    /// # Errors
    ///
    /// [`CheckError`].
    pub fn conclude(
        &mut self,
        check: &mut Check<'_>,
        reply: CheckReply,
        now: DateTime,
    ) -> Result<Checked, CheckError> {
        let gone = |_: &[u8], _: &mut [u8]| Err(TransportError::new(TransportErrorKind::NoCard));
        let mut card = Card::new(HostTransport::new(Capabilities::default(), gone));
        match self.proceed(&mut card, check, Some(reply), now)? {
            Reached::End(checked) => Ok(checked),
            Reached::Question(_) => Err(CheckError::IdentityRefused),
        }
    }

    /// The service's answer to a question of a check; a question for staff comes back.
    ///
    /// # Errors
    ///
    /// The question.
    pub fn answer(&mut self, question: CheckQuestion, now: DateTime) -> Result<CheckReply, CheckQuestion> {
        let message =
            match question {
                CheckQuestion::Challenge => {
                    let audience = self.service.audience();
                    let terminal = self.service.terminal(&self.session);
                    let challenge = self.service.challenge(&self.session, now);
                    return Ok(challenge.map_or_else(CheckReply::Refused, |challenge| {
                        CheckReply::Challenge { challenge, audience, terminal }
                    }));
                }
                CheckQuestion::Possession(proof) => self.service.check(&self.session, &proof, now),
                CheckQuestion::Sight(proof) => self.service.check_visually(&self.session, &proof, now),
                question => return Err(question),
            };
        Ok(message.map_or_else(CheckReply::Refused, CheckReply::Message))
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

impl<S> fmt::Debug for Terminal<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Terminal(logged in)")
    }
}
