use myna_apdu::flow::{Blame, ExchangeError, OperationError, VerifyFault};
use myna_apdu::tlv::{Tag, TlvError};
use myna_apdu::{FileIdentifier, StatusWord};
use thiserror::Error;

use crate::MyNumberError;

/// Why something with a card-face application failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CardFaceError {
    /// The card does not hold the application.
    #[error("no {application} on this card (SELECT answered {status}); is it a My Number Card?")]
    NoApplication {
        /// Which one.
        application: &'static str,
        /// What the card answered.
        status: StatusWord,
    },
    /// The card signed a challenge with so many bytes, where its key has 256.
    #[error("the card's signature has {0} bytes, its key 256")]
    SignatureLength(usize),
    /// An exchange, a file or a PIN.
    #[error(transparent)]
    Operation(#[from] OperationError),
    /// A file does not hold what its layout says.
    #[error("{file}: {fault}")]
    Record {
        /// Which file.
        file: FileIdentifier,
        /// What is wrong with it.
        fault: RecordFault,
    },
}

/// What is wrong with a record of the card.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RecordFault {
    /// The bytes are no TLV.
    #[error(transparent)]
    Tlv(#[from] TlvError),
    /// A data object is missing.
    #[error("object {0} is missing")]
    Missing(Tag),
    /// A data object has a length it cannot have.
    #[error("object {tag} has {length} bytes")]
    Length {
        /// Which object.
        tag: Tag,
        /// How long it is.
        length: usize,
    },
    /// A text is not UTF-8, or a digit is none.
    #[error("object {0} holds characters it cannot hold")]
    Characters(Tag),
    /// The table of offsets points elsewhere than to the objects: two readers would see two sets of items.
    #[error("the table of offsets does not point to object {0}")]
    Offset(Tag),
    /// My Number is not twelve digits with a right check digit.
    #[error(transparent)]
    MyNumber(#[from] MyNumberError),
}

impl CardFaceError {
    /// Whose fault it is.
    #[must_use]
    pub const fn blame(&self) -> Blame {
        match self {
            Self::NoApplication { .. } => Blame::CardStatus,
            Self::Operation(error) => error.blame(),
            Self::Record { .. } | Self::SignatureLength(_) => Blame::CardData,
        }
    }

    /// Stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoApplication { .. } => "cardface.no_application",
            Self::Operation(error) => error.code(),
            Self::Record { .. } => "cardface.record",
            Self::SignatureLength(_) => "cardface.signature_length",
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

impl From<ExchangeError> for CardFaceError {
    fn from(error: ExchangeError) -> Self {
        Self::Operation(error.into())
    }
}
