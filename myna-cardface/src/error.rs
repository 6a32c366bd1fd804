use std::fmt::{self, Display};

use myna_apdu::flow::{ExchangeError, OperationError, VerifyFault};
use myna_apdu::tlv::{Tag, TlvError};
use myna_apdu::{FileIdentifier, StatusWord};
use myna_error::{Attempt, Diagnostic, Entry, Language, Message, english, unknown_detail};
use myna_trust::CardVerifiableFault;
use thiserror::Error;

use crate::{MyNumberError, layout};

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

    OBJECT_MISSING = "record.object_missing", CardData, Now,
        en: "object {tag} is missing" => "read the card again";
        ja: "データオブジェクト {tag} がありません。" => "もう一度カードを読み取ってください。";
    OBJECT_LENGTH = "record.object_length", CardData, Now,
        en: "object {tag} has {length} bytes" => "read the card again";
        ja: "データオブジェクト {tag} の長さが {length} バイトです。" => "もう一度カードを読み取ってください。";
    OBJECT_CHARACTERS = "record.characters", CardData, Now,
        en: "object {tag} holds characters it cannot hold" => "read the card again";
        ja: "データオブジェクト {tag} に使えない文字があります。" => "もう一度カードを読み取ってください。";
    OBJECT_OFFSET = "record.offset", CardData, Now,
        en: "the table of offsets does not point to object {tag}" => "read the card again";
        ja: "位置の表がデータオブジェクト {tag} を指していません。" => "もう一度カードを読み取ってください。";

    MY_NUMBER_DIGITS = "my_number.not_twelve_digits", CardData, Now,
        en: "My Number is not twelve digits" => "read the card again";
        ja: "個人番号が数字12桁ではありません。" => "もう一度カードを読み取ってください。";
    MY_NUMBER_CHECK_DIGIT = "my_number.check_digit", CardData, Now,
        en: "the check digit of My Number is wrong" => "read the card again";
        ja: "個人番号の検査用数字が合いません。" => "もう一度カードを読み取ってください。";

    PIN_FORMAT = "cardface.pin_format", Person, AfterStep,
        en: "the PIN is four half-width digits" => "it was not sent to the card; type it again";
        ja: "暗証番号は半角数字4桁です。" => "カードには送っていません。入力し直してください。";
    NUMBER_A = "number_a.format", Person, AfterStep,
        en: "number A (My Number) is {length} half-width digits" => "it was not sent to the card; type it again";
        ja: "照合番号A（個人番号）は半角数字{length}桁です。" => "カードには送っていません。入力し直してください。";
    NUMBER_B = "number_b.format", Person, AfterStep,
        en: "number B is {length} half-width digits: birth date YYMMDD of the Japanese era, year of expiry, security code" => "it was not sent to the card; type it again";
        ja: "照合番号Bは半角数字{length}桁です（和暦の生年月日6桁、有効期限の西暦4桁、セキュリティコード4桁）。" => "カードには送っていません。入力し直してください。";
    PRINTED_DIGITS = "printed_number.digits", Person, AfterStep,
        en: "{length} half-width digits are wanted" => "it was not sent to the card; type it again";
        ja: "半角数字{length}桁が必要です。" => "カードには送っていません。入力し直してください。";
    PRINTED_CHECK_DIGIT = "printed_number.check_digit", Person, AfterStep,
        en: "the check digit of My Number is wrong: a digit was mistyped" => "it was not sent to the card; type it again";
        ja: "個人番号の検査用数字が合いません。打ち間違いがあります。" => "カードには送っていません。入力し直してください。";
    PRINTED_DAY = "printed_number.day", Person, AfterStep,
        en: "the birth date is no day of a year: write YYMMDD with the year of the Japanese era" => "it was not sent to the card; type it again";
        ja: "生年月日は和暦の年、月、日を2桁ずつ、6桁で書きます。" => "カードには送っていません。入力し直してください。";
}

impl Diagnostic for RecordFault {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Tlv(error) => error.entry(),
            Self::Missing(_) => &OBJECT_MISSING,
            Self::Length { .. } => &OBJECT_LENGTH,
            Self::Characters(_) => &OBJECT_CHARACTERS,
            Self::Offset(_) => &OBJECT_OFFSET,
            Self::MyNumber(error) => error.entry(),
            Self::CardVerifiable(fault) => fault.entry(),
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            (
                "tag",
                Self::Missing(tag) | Self::Length { tag, .. } | Self::Characters(tag) | Self::Offset(tag),
            ) => tag.fmt(f),
            ("length", Self::Length { length, .. }) => length.fmt(f),
            (_, Self::Tlv(error)) => error.detail(name, language, f),
            (_, Self::CardVerifiable(fault)) => fault.detail(name, language, f),
            _ => unknown_detail(name, f),
        }
    }
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
            ("reason", Self::Record { fault, .. }) => Message::new(fault, language).what().fmt(f),
            ("length", Self::SignatureLength(length)) => length.fmt(f),
            ("secret", Self::Operation(OperationError::Verify { reference, .. })) => {
                match (language, layout::secret_name(*reference)) {
                    (Language::Japanese, Some(name)) => f.write_str(name),
                    _ => reference.fmt(f),
                }
            }
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
