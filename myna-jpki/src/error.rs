use myna_apdu::StatusWord;
use myna_apdu::flow::{Blame, ExchangeError, OperationError, VerifyFault};
use thiserror::Error;

use crate::layout::CertificateKind;
use crate::{CertificateFault, SignatureError};

/// Why something with the JPKI application failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JpkiError {
    /// The card does not hold the application: another card, or one without certificates.
    #[error("no JPKI application on this card (SELECT answered {0}); is it a My Number Card?")]
    NoApplication(StatusWord),
    /// An exchange, a file or a PIN.
    #[error(transparent)]
    Operation(#[from] OperationError),
    /// A certificate file holds no certificate.
    #[error("EF {:04X}: {fault}", kind.file().0)]
    Certificate {
        /// Which.
        kind: CertificateKind,
        /// What is wrong with it.
        fault: CertificateFault,
    },
    /// The card signed, but the signature does not fit the certificate it gave.
    #[error("the card's signature does not fit its certificate: {0}")]
    Signature(SignatureError),
    /// The answer to the signature command has a length no RSA key of this card has.
    #[error("the card's signature has {0} bytes; 256 to 512 were expected")]
    SignatureLength(usize),
}

impl JpkiError {
    /// Whose fault it is.
    #[must_use]
    pub const fn blame(&self) -> Blame {
        match self {
            Self::NoApplication(_) => Blame::CardStatus,
            Self::Operation(error) => error.blame(),
            Self::Certificate { .. } | Self::Signature(_) | Self::SignatureLength(_) => Blame::CardData,
        }
    }

    /// Stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoApplication(_) => "jpki.no_application",
            Self::Operation(error) => error.code(),
            Self::Certificate { .. } => "jpki.certificate",
            Self::Signature(_) => "jpki.signature",
            Self::SignatureLength(_) => "jpki.signature_length",
        }
    }

    /// Whether a PIN may have been counted against the card without our knowing the outcome.
    #[must_use]
    pub const fn may_have_spent_a_try(&self) -> bool {
        matches!(self, Self::Operation(error) if error.may_have_spent_a_try())
    }

    /// What became of the PIN, when that is what failed.
    #[must_use]
    pub const fn pin_fault(&self) -> Option<VerifyFault> {
        match self {
            Self::Operation(OperationError::Verify { fault, .. }) => Some(*fault),
            _ => None,
        }
    }
}

impl From<ExchangeError> for JpkiError {
    fn from(error: ExchangeError) -> Self {
        Self::Operation(error.into())
    }
}
