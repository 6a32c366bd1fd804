//! The service a terminal asks: staff login, challenge, proof, answer.
//!
//! **This conversation is our own design.** The network protocol of the limited app (マイナ資格確認アプリ) is not
//! public (U8); known is only that the app shows the service the card's user-authentication certificate
//! [seed F3 S56]. The challenge–response here is what that needs at the least: a fresh challenge, signed by
//! the card, used once. An adapter to a real service would implement [`EligibilityService`] over its
//! protocol.

use myna_eligibility::{
    EligibilityResponse, Message,
    records::{CheckRequest, RegistrationAnswer, RegistrationRequest},
};
use std::fmt::{self, Display};

use myna_error::{Diagnostic, Entry, Language, english, unknown_detail};

use zeroize::Zeroizing;

use crate::account::StaffCredentials;
use crate::codes;
use myna_calendar::{Date, DateTime};

/// A service that answers checks of eligibility, as a terminal sees it.
///
/// Blocking and object-safe. The clock is the caller's: `now` is the time in Japan at the call.
pub trait EligibilityService {
    /// The service's name, which the card signs together with the challenge, so that a proof for one service
    /// is good for no other. UTF-8, at most 65,535 bytes.
    fn audience(&self) -> String;

    /// The name by which the service knows the terminal of a session, which the card signs as well, so that a proof made at
    /// one terminal is good at no other. UTF-8, at most 65,535 bytes.
    fn terminal(&self, session: &StaffSession) -> String;

    /// Staff login (職員ログイン).
    ///
    /// # Errors
    ///
    /// [`ServiceError::CredentialsRefused`]: five in a row lock the account for 30 minutes [seed F0 S36], so
    /// never repeat on your own; [`ServiceError::AccountLocked`]; [`ServiceError::Unavailable`].
    fn log_in(&mut self, credentials: &StaffCredentials, now: DateTime)
    -> Result<StaffSession, ServiceError>;

    /// A fresh challenge, good for one check of this session.
    ///
    /// # Errors
    ///
    /// [`ServiceError::SessionUnknown`], [`ServiceError::SessionExpired`], [`ServiceError::Unavailable`].
    fn challenge(&mut self, session: &StaffSession, now: DateTime) -> Result<Challenge, ServiceError>;

    /// Checks the proof and answers with the bytes of the message, which
    /// [`EligibilityResponse::parse`](myna_eligibility::EligibilityResponse::parse) reads. The challenge is spent,
    /// whatever the outcome.
    ///
    /// # Errors
    ///
    /// Those of [`challenge`](Self::challenge), and [`ServiceError::ChallengeUnknown`],
    /// [`ServiceError::CertificateRefused`], [`ServiceError::SignatureRefused`].
    fn check(
        &mut self,
        session: &StaffSession,
        proof: &PossessionProof,
        now: DateTime,
    ) -> Result<Vec<u8>, ServiceError>;

    /// The same on the word of the staff, who has compared the patient's face with the card's photo (目視確認)
    /// [seed F3 S50]. The challenge is spent, whatever the outcome.
    ///
    /// # Errors
    ///
    /// Those of [`check`](Self::check) but for the signature's, and [`ServiceError::NotOffered`].
    fn check_visually(
        &mut self,
        _session: &StaffSession,
        _proof: &SightProof,
        _now: DateTime,
    ) -> Result<Vec<u8>, ServiceError> {
        Err(ServiceError::NotOffered { way: "visual check" })
    }

    /// Checks by what stands on the certificate of insurance (被保険者証情報), without a card: the request holds one
    /// query.
    ///
    /// # Errors
    ///
    /// The session's; [`ServiceError::RequestUnfit`], [`ServiceError::Unavailable`], [`ServiceError::NotOffered`].
    fn check_by_certificate_data(
        &mut self,
        _session: &StaffSession,
        _request: &CheckRequest,
        _now: DateTime,
    ) -> Result<EligibilityResponse, ServiceError> {
        Err(ServiceError::NotOffered { way: "check by certificate data" })
    }

    /// Registers one 照会番号, the facility's own number for a patient: the request holds one block.
    ///
    /// # Errors
    ///
    /// Those of [`check_by_certificate_data`](Self::check_by_certificate_data).
    fn register(
        &mut self,
        _session: &StaffSession,
        _request: &RegistrationRequest,
        _now: DateTime,
    ) -> Result<RegistrationAnswer, ServiceError> {
        Err(ServiceError::NotOffered { way: "registration of reference numbers" })
    }

    /// Asks for many at once (一括照会): a [`CheckRequest`](Message::CheckRequest), a
    /// [`ListRequest`](Message::ListRequest) or a [`RegistrationRequest`](Message::RegistrationRequest) is taken in under a
    /// reception number, a [`FetchRequest`](Message::FetchRequest) with it brings the answer or 処理中. A service that waits by itself answers
    /// the first with the end.
    ///
    /// # Errors
    ///
    /// Those of [`check_by_certificate_data`](Self::check_by_certificate_data).
    fn bulk(
        &mut self,
        _session: &StaffSession,
        _request: &Message,
        _now: DateTime,
    ) -> Result<Vec<Message>, ServiceError> {
        Err(ServiceError::NotOffered { way: "bulk check" })
    }
}

/// A logged-in member of staff: an opaque token that the service made and knows again. A secret.
pub struct StaffSession {
    token: Box<Zeroizing<[u8; 32]>>,
}

impl StaffSession {
    /// Wraps a token; for services.
    #[must_use]
    pub fn from_token(token: [u8; 32]) -> Self {
        Self { token: Box::new(Zeroizing::new(token)) }
    }

    /// The token; for services. Do not keep copies.
    #[must_use]
    pub fn token(&self) -> &[u8; 32] {
        &self.token
    }
}

impl fmt::Debug for StaffSession {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("StaffSession(redacted)")
    }
}

/// A fresh, single-use challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "made by its users: a further field has to be theirs to fill")]
pub struct Challenge {
    /// Names the challenge to the service.
    pub id: [u8; 16],
    /// Random bytes of the service.
    pub nonce: [u8; 32],
}

/// The proof that the patient's card is there: its certificate, and its signature over the login statement.
///
/// The statement is made from the audience, the terminal, the challenge's id and its nonce, and the
/// [purpose](Self::purpose), so that the proof is good for this terminal and this day only; `LoginStatement` of `myna-jpki`
/// writes its bytes.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "made by its users: a further field has to be theirs to fill")]
pub struct PossessionProof {
    /// [`Challenge::id`] of the challenge signed.
    pub challenge_id: [u8; 16],
    /// 利用者証明用電子証明書, DER.
    pub certificate_der: Vec<u8>,
    /// The card's signature over the login statement: RSA PKCS #1 v1.5 with SHA-256, by the 利用者証明用 key.
    pub signature: Vec<u8>,
    /// 資格確認日: the day the check is about.
    pub on: Date,
}

impl PossessionProof {
    /// What the card signs besides the challenge: that this is a check of eligibility, and for which day.
    #[must_use]
    pub fn purpose(on: Date) -> String {
        format!("eligibility {}", on.to_wire())
    }
}

/// What a visual check (目視確認) has to show: the certificate, which every card gives away, and that the staff of the
/// session vouches for card and face.
///
/// The card signs nothing here: to open its 利用者証明用 key without the PIN, a terminal needs a key that only approved
/// verifiers have (特定利用者証明検証者) [law 38-2]. So the service has nothing but the session's word, and may refuse it.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "made by its users: a further field has to be theirs to fill")]
pub struct SightProof {
    /// [`Challenge::id`] of an open challenge of the session.
    pub challenge_id: [u8; 16],
    /// 利用者証明用電子証明書, DER.
    pub certificate_der: Vec<u8>,
    /// 資格確認日: the day the check is about.
    pub on: Date,
}

/// Lengths only: a certificate's serial number names its holder.
impl fmt::Debug for SightProof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SightProof")
            .field("certificate_bytes", &self.certificate_der.len())
            .field("on", &self.on)
            .finish_non_exhaustive()
    }
}

/// Lengths only: a certificate's serial number names its holder.
impl fmt::Debug for PossessionProof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PossessionProof")
            .field("certificate_bytes", &self.certificate_der.len())
            .field("signature_bytes", &self.signature.len())
            .field("on", &self.on)
            .finish_non_exhaustive()
    }
}

/// Why the service did not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum ServiceError {
    /// One of the four login values is wrong; the service does not say which. The attempt counts
    /// [seed F0 S35, S36].
    CredentialsRefused,
    /// Locked after five failures in a row [seed F0 S36].
    AccountLocked {
        /// When it opens again: 30 minutes after the failure that locked it.
        until: DateTime,
    },
    /// The service does not know the session.
    SessionUnknown,
    /// The session has ended.
    SessionExpired,
    /// The challenge was never made for this session, or was used already.
    ChallengeUnknown,
    /// The card's certificate is not accepted.
    CertificateRefused {
        /// Stable name of the reason, such as `expired` or `revoked`; set by the service.
        reason: String,
    },
    /// The signature is not the certificate's over this challenge and day.
    SignatureRefused,
    /// The service does not take this kind of question.
    NotOffered {
        /// Which kind, in English.
        way: &'static str,
    },
    /// The request is not one that can be asked in this way.
    RequestUnfit {
        /// In English, for the one who mends it.
        reason: String,
    },
    /// The service cannot be reached or is not in service.
    Unavailable {
        /// In English, for the one who mends it.
        reason: String,
    },
}

impl ServiceError {
    /// Whether the very same call may be made again without harm and with hope. After any other error
    /// something must change first: the values, the time, the session or the challenge.
    #[must_use]
    pub const fn retry_is_safe(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}

impl Diagnostic for ServiceError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::CredentialsRefused => &codes::CREDENTIALS_REFUSED,
            Self::AccountLocked { .. } => &codes::ACCOUNT_LOCKED,
            Self::SessionUnknown => &codes::SESSION_UNKNOWN,
            Self::SessionExpired => &codes::SESSION_EXPIRED,
            Self::ChallengeUnknown => &codes::CHALLENGE_UNKNOWN,
            Self::CertificateRefused { .. } => &codes::CERTIFICATE_REFUSED,
            Self::SignatureRefused => &codes::SIGNATURE_REFUSED,
            Self::NotOffered { .. } => &codes::NOT_OFFERED,
            Self::RequestUnfit { .. } => &codes::REQUEST_UNFIT,
            Self::Unavailable { .. } => &codes::UNAVAILABLE,
        }
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("until", Self::AccountLocked { until }) => until.fmt(f),
            (
                "reason",
                Self::CertificateRefused { reason }
                | Self::RequestUnfit { reason }
                | Self::Unavailable { reason },
            ) => f.write_str(reason),
            ("way", Self::NotOffered { way }) => f.write_str(way),
            _ => unknown_detail(name, f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use myna_error::japanese;

    #[test]
    fn secrets_are_not_shown() {
        assert_eq!(format!("{:?}", StaffSession::from_token([7; 32])), "StaffSession(redacted)");
        let proof = PossessionProof {
            challenge_id: [0; 16],
            certificate_der: vec![0x5A; 9],
            signature: vec![1; 256],
            on: Date::parse("20250602").unwrap(),
        };
        assert!(!format!("{proof:?}").contains("90"));
    }

    #[test]
    fn messages_of_the_app() {
        let until = DateTime::parse("20250602100000").unwrap();
        assert_eq!(
            japanese(&ServiceError::CredentialsRefused).what().to_string(),
            "機関コード、ID、パスワード、アクティベーションコードが異なります。"
        );
        let locked = ServiceError::AccountLocked { until };
        assert_eq!(japanese(&locked).what().to_string(), "このアカウントは利用できません。");
        assert!(!locked.retry_is_safe());
        assert!(locked.to_string().contains("2025-06-02T10:00:00+09:00"));
        assert!(ServiceError::Unavailable { reason: "maintenance".to_owned() }.retry_is_safe());
    }

    #[test]
    fn the_trait_is_object_safe() {
        fn takes(_: Option<&mut dyn EligibilityService>) {}
        takes(None);
    }
}
