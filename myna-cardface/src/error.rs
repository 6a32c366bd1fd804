use std::fmt::{self, Display};

use myna_apdu::flow::{ChangeFault, ExchangeError, OperationError, VerifyFault};
use myna_apdu::tlv::{Tag, TlvError};
use myna_apdu::{FileIdentifier, StatusWord};
use myna_error::{Attempt, Diagnostic, Entry, ErrorMessage, Language, english, unknown_detail};
use myna_trust::CardVerifiableFault;
use thiserror::Error;

use crate::codes;

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
#[error("{}", english(self))]
#[non_exhaustive]
pub enum RecordFault {
    /// The bytes are no TLV.
    #[error(transparent)]
    Tlv(#[from] TlvError),
    /// A data object is missing.
    Missing(Tag),
    /// A data object stands where another belongs: one too many, or not in its place.
    Unexpected(Tag),
    /// What stands behind the record is no filler.
    Trailing(usize),
    /// A data object has a length it cannot have.
    Length {
        /// Which object.
        tag: Tag,
        /// How long it is.
        length: usize,
    },
    /// A text is not UTF-8, or a digit is none.
    Characters(Tag),
    /// The table of offsets points elsewhere than to the objects: two readers would see two sets of items.
    Offset(Tag),
    /// My Number is not twelve digits with a right check digit.
    #[error(transparent)]
    MyNumber(#[from] MyNumberError),
    /// A card-verifiable certificate or a key is malformed.
    #[error(transparent)]
    CardVerifiable(#[from] CardVerifiableFault),
}

/// Digits that are no My Number. The text never tells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum MyNumberError {
    /// Not twelve ASCII digits.
    NotTwelveDigits,
    /// The last digit does not fit the others.
    CheckDigit,
}

impl Diagnostic for RecordFault {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Tlv(error) => error.entry(),
            Self::Missing(_) => &codes::OBJECT_MISSING,
            Self::Unexpected(_) => &codes::OBJECT_UNEXPECTED,
            Self::Trailing(_) => &codes::TRAILING,
            Self::Length { .. } => &codes::OBJECT_LENGTH,
            Self::Characters(_) => &codes::OBJECT_CHARACTERS,
            Self::Offset(_) => &codes::OBJECT_OFFSET,
            Self::MyNumber(error) => error.entry(),
            Self::CardVerifiable(fault) => fault.entry(),
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            (
                "tag",
                Self::Missing(tag)
                | Self::Unexpected(tag)
                | Self::Length { tag, .. }
                | Self::Characters(tag)
                | Self::Offset(tag),
            ) => tag.fmt(f),
            ("position", Self::Trailing(position)) => position.fmt(f),
            ("length", Self::Length { length, .. }) => length.fmt(f),
            (_, Self::Tlv(error)) => error.detail(name, language, f),
            (_, Self::CardVerifiable(fault)) => fault.detail(name, language, f),
            _ => unknown_detail(name, f),
        }
    }
}

impl Diagnostic for MyNumberError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::NotTwelveDigits => &codes::MY_NUMBER_DIGITS,
            Self::CheckDigit => &codes::MY_NUMBER_CHECK_DIGIT,
        }
    }
}

impl Diagnostic for CardFaceError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::NoApplication { .. } => &codes::NO_APPLICATION,
            Self::Operation(error) => error.entry(),
            Self::Record { .. } => &codes::RECORD,
            Self::SignatureLength(_) => &codes::SIGNATURE_LENGTH,
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("application", Self::NoApplication { application, .. }) => f.write_str(application),
            ("status", Self::NoApplication { status, .. }) => status.fmt(f),
            ("file", Self::Record { file, .. }) => file.fmt(f),
            ("reason", Self::Record { fault, .. }) => ErrorMessage::new(fault, language).what().fmt(f),
            ("length", Self::SignatureLength(length)) => length.fmt(f),
            (
                "secret",
                Self::Operation(
                    OperationError::Verify { reference, .. } | OperationError::Change { reference, .. },
                ),
            ) => match (language, secret_name(*reference)) {
                (Language::Japanese, Some(name)) => f.write_str(name),
                _ => reference.fmt(f),
            },
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

    /// What became of the new value of a PIN, when that is what failed. In every other failure of a change the PIN is as it
    /// was.
    #[must_use]
    pub const fn change_fault(&self) -> Option<ChangeFault> {
        match self {
            Self::Operation(OperationError::Change { fault, .. }) => Some(*fault),
            _ => None,
        }
    }
}

impl From<ExchangeError> for CardFaceError {
    fn from(error: ExchangeError) -> Self {
        Self::Operation(error.into())
    }
}

/// What the holder knows a reference by.
const fn secret_name(reference: FileIdentifier) -> Option<&'static str> {
    match reference.0 {
        0x0012 | 0x0015 => Some("照合番号B"),
        0x0013 | 0x0014 => Some("照合番号A"),
        // The PIN of the one application, the birth date of the other.
        0x0011 => Some("暗証番号か生年月日"),
        0x001C => Some("暗証番号"),
        _ => None,
    }
}
