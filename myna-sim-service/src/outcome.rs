use std::fmt;
use std::str::FromStr;

use myna_eligibility::calendar::DateTime;
use myna_error::{Diagnostic, Entry, Language, english, unknown_detail};
use myna_terminal::ServiceError;
use thiserror::Error;

macro_rules! outcomes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// How the simulated service ends a check: as its registry says, or in one of the ways that are documented,
        /// whoever asks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
        #[non_exhaustive]
        pub enum SimulatedOutcome {
            $($(#[$doc])* $variant,)*
        }

        impl SimulatedOutcome {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            const NAMES: &'static str = concat!($($name, " "),*);

            /// Its name, for people who choose one.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

outcomes! {
    /// What the persona's own table says.
    #[default]
    AsRegistered = "as-registered",
    /// 有効.
    Valid = "valid",
    /// 有効, with 医療扶助 beside the insurance [code B.5].
    ValidWithMedicalAid = "valid-with-medical-aid",
    /// 有効（未登録） [code C 006].
    ValidUnregistered = "valid-unregistered",
    /// 有効, with a side note on the certificate's end within three months [code B.2].
    CertificateEndsSoon = "certificate-ends-soon",
    /// 無効 [seed F3 S62].
    Invalid = "invalid",
    /// 無効, lost at the end of last month [seed F3 S64].
    LostAtMonthEnd = "lost-at-month-end",
    /// 無効（新しい資格あり） [code C 006].
    InvalidNewerExists = "invalid-newer-exists",
    /// 該当資格なし [seed F3 S63].
    NoMatch = "no-match",
    /// 複数該当 [code C 006].
    Multiple = "multiple",
    /// The card is not registered for use as a certificate of insurance [seed F3 S12].
    NotRegisteredForInsurance = "not-registered-for-insurance",
    /// 処理結果状況 2: this check failed.
    ProcessingError = "processing-error",
    /// 処理結果区分 2: 処理中.
    Pending = "pending",
    /// 処理結果区分 9: 異常終了.
    Failed = "failed",
    /// A 資格有効性 that no table has yet.
    UnknownValidity = "unknown-validity",
    /// The answer breaks off.
    AnswerTruncated = "answer-truncated",
    /// One of the four login values is wrong [seed F0 S35].
    CredentialsRefused = "credentials-refused",
    /// The account is locked [seed F0 S36].
    AccountLocked = "account-locked",
    /// The session has ended between login and check.
    SessionExpired = "session-expired",
    /// The challenge ran out before the card had signed.
    ChallengeUnknown = "challenge-unknown",
    /// 電子証明書の有効期限切れ [seed F3 S56].
    CertificateExpired = "certificate-expired",
    /// 電子証明書の失効.
    CertificateRevoked = "certificate-revoked",
    /// The card's signature does not fit.
    SignatureRefused = "signature-refused",
    /// An outage that was announced [seed F3 S68].
    OutOfService = "out-of-service",
    /// The connection fails: OQC-OWSE0900000, the one code of the app that is public [doc U1].
    ConnectionLost = "connection-lost",
}

/// No outcome has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub struct UnknownOutcome;

impl Diagnostic for UnknownOutcome {
    fn entry(&self) -> &'static Entry {
        &crate::codes::UNKNOWN_OUTCOME
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match name {
            "names" => f.write_str(SimulatedOutcome::NAMES.trim_end()),
            _ => unknown_detail(name, f),
        }
    }
}

impl FromStr for SimulatedOutcome {
    type Err = UnknownOutcome;

    fn from_str(name: &str) -> Result<Self, UnknownOutcome> {
        Self::ALL.iter().copied().find(|outcome| outcome.name() == name).ok_or(UnknownOutcome)
    }
}

impl fmt::Display for SimulatedOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl SimulatedOutcome {
    pub(crate) fn before_the_login(self, now: DateTime) -> Result<(), ServiceError> {
        match self {
            Self::CredentialsRefused => Err(ServiceError::CredentialsRefused),
            Self::AccountLocked => {
                Err(ServiceError::AccountLocked { until: now.plus_seconds(30 * 60).unwrap_or(now) })
            }
            Self::OutOfService => Err(unavailable("announced maintenance")),
            _ => Ok(()),
        }
    }

    pub(crate) fn before_the_check(self, now: DateTime) -> Result<(), ServiceError> {
        match self {
            Self::SessionExpired => Err(ServiceError::SessionExpired),
            Self::ConnectionLost => Err(unavailable("OQC-OWSE0900000: communication error")),
            _ => self.before_the_login(now),
        }
    }
}

fn unavailable(reason: &str) -> ServiceError {
    ServiceError::Unavailable { reason: reason.to_owned() }
}
