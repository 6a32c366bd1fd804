use std::fmt::{self, Display};

use myna_apdu::flow::{ExchangeError, OperationError, VerifyFault};
use myna_apdu::tlv::{Tag, TlvError};
use myna_apdu::{FileIdentifier, StatusWord};
use myna_error::{Attempt, Diagnostic, Entry, Language, english, unknown_detail};
use myna_trust::CardVerifiableFault;
use thiserror::Error;

use crate::MyNumberError;

/// Why something with a card-face application failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum CardFaceError {
    /// The card does not hold the application.
    NoApplication {
        /// Which one.
        application: &'static str,
        /// What the card answered.
        status: StatusWord,
    },
    /// The card signed a challenge with so many bytes, where its key has 256.
    SignatureLength(usize),
    /// An exchange, a file or a PIN.
    #[error(transparent)]
    Operation(#[from] OperationError),
    /// A file does not hold what its layout says.
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
    /// A data object stands where another belongs: one too many, or not in its place.
    #[error("object {0} does not belong where it stands")]
    Unexpected(Tag),
    /// What stands behind the record is no filler.
    #[error("what stands from byte {0} on is no filler")]
    Trailing(usize),
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
    /// A card-verifiable certificate or a key is malformed.
    #[error("{}", english(.0).what())]
    CardVerifiable(#[from] CardVerifiableFault),
}

myna_error::table! {
    /// Every code of `myna-cardface`'s applications.
    pub CARD_FACE_CODES;

    NO_APPLICATION = "cardface.no_application", CardStatus, AfterStep,
        en: "no {application} on this card (SELECT answered {status})" => "is it a My Number Card?";
        ja: "{application}がカードにありません（{status}）。" => "マイナンバーカードか確認し、もう一度置いてください。";
    SIGNATURE_LENGTH = "cardface.signature_length", CardData, Now,
        en: "the card's signature has {length} bytes, its key 256" => "put the card back and start again";
        ja: "カードの署名が {length} バイトで、鍵の256バイトと合いません。" => "カードを置き直して、最初からやり直してください。";
    RECORD = "cardface.record", CardData, Now,
        en: "{file}: {reason}" => "put the card back and read again; if it stays so, do not trust the card";
        ja: "{file} の内容が正しくありません（{reason}）。" => "カードを置き直して、もう一度お試しください。続くときはカードを信用しないでください。";
}

impl Diagnostic for CardFaceError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::NoApplication { .. } => &NO_APPLICATION,
            Self::Operation(error) => error.entry(),
            Self::Record { .. } => &RECORD,
            Self::SignatureLength(_) => &SIGNATURE_LENGTH,
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("application", Self::NoApplication { application, .. }) => f.write_str(application),
            ("status", Self::NoApplication { status, .. }) => status.fmt(f),
            ("file", Self::Record { file, .. }) => file.fmt(f),
            ("reason", Self::Record { fault, .. }) => fault.fmt(f),
            ("length", Self::SignatureLength(length)) => length.fmt(f),
            (_, Self::Operation(error)) => error.detail(name, language, f),
            _ => unknown_detail(name, f),
        }
    }

    fn attempt(&self) -> Attempt {
        match self {
            Self::Operation(error) => error.attempt(),
            _ => Attempt::NONE,
        }
    }
}

impl CardFaceError {
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
