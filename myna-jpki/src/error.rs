use myna_apdu::StatusWord;
use std::fmt::{self, Display};

use myna_apdu::flow::{ChangeFault, ExchangeError, OperationError, VerifyFault};
use myna_error::{Attempt, Diagnostic, Entry, ErrorMessage, Language, english, unknown_detail};
use thiserror::Error;

use crate::layout::{self, CertificateKind};
use crate::{CertificateFault, SignatureError};

/// Why something with the JPKI application failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum JpkiError {
    /// The card does not hold the application: another card, or one without certificates.
    NoApplication(StatusWord),
    /// An exchange, a file or a PIN.
    #[error(transparent)]
    Operation(#[from] OperationError),
    /// A certificate file holds no certificate.
    Certificate {
        /// Which.
        kind: CertificateKind,
        /// What is wrong with it.
        fault: CertificateFault,
    },
    /// A certificate does not say of its holder what a 署名用電子証明書 does.
    Holder {
        /// The object identifier of what is missing or malformed.
        field: &'static str,
    },
    /// The card signed, but the signature does not fit the certificate it gave.
    Signature(SignatureError),
    /// The answer to the signature command has a length no RSA key of this card has.
    SignatureLength(usize),
    /// The scheme does not take a message of this length; nothing was sent.
    MessageLength {
        /// What it has.
        length: usize,
        /// What it may have; at least 1.
        most: usize,
    },
    /// A text of a login statement has so many bytes, and more than 65 535.
    StatementTooLong(usize),
}

myna_error::table! {
    /// Every code of `myna-jpki`'s applications.
    pub JPKI_CODES;

    NO_APPLICATION = "jpki.no_application", CardStatus, AfterStep,
        en: "no JPKI application on this card (SELECT answered {status})" => "is it a My Number Card?";
        ja: "公的個人認証のアプリケーションがありません（{status}）。" => "マイナンバーカードか確認し、もう一度置いてください。";
    CERTIFICATE = "jpki.certificate", CardData, Now,
        en: "{file}: {reason}" => "put the card back and read again; if it stays so, the card is damaged";
        ja: "{file} の電子証明書が正しくありません（{reason}）。" => "カードを置き直して、もう一度お試しください。";
    HOLDER = "jpki.holder", CardData, Pointless,
        en: "the certificate does not tell its holder: {field}" => "choose the certificate for signing";
        ja: "電子証明書に所有者の情報がありません（{field}）。" => "署名用電子証明書を選んでください。";
    SIGNATURE = "jpki.signature", CardData, Now,
        en: "the card's signature does not fit its certificate: {reason}" => "put the card back and start again; if it stays so, do not trust the card";
        ja: "カードの署名が電子証明書と合いません（{reason}）。" => "カードを置き直して、最初からやり直してください。続くときはカードを信用しないでください。";
    SIGNATURE_LENGTH = "jpki.signature_length", CardData, Now,
        en: "the card's signature has {length} bytes; 256 to 512 were expected" => "put the card back and start again";
        ja: "カードの署名が {length} バイトで、256〜512バイトではありません。" => "カードを置き直して、最初からやり直してください。";
    MESSAGE_LENGTH = "jpki.message_length", Caller, AfterStep,
        en: "a message of {length} bytes cannot be signed so: 1 to {most} can" => "use a scheme that hashes before the card";
        ja: "{length}バイトはこの方式で署名できません（1〜{most}バイト）。" => "先にハッシュする方式を使ってください。";
    STATEMENT_TOO_LONG = "jpki.statement_too_long", Caller, AfterStep,
        en: "a text of {length} bytes does not fit into a login statement, which takes 65535" => "give the service a shorter name";
        ja: "ログインの署名対象の文字列が {length} バイトで、上限の65535バイトを超えています。" => "サービスの名前を短くしてください。";

    FOUR_DIGITS = "pin.format.four_digits", Person, AfterStep,
        en: "the PIN is four half-width digits" => "it was not sent to the card; type it again";
        ja: "暗証番号は半角数字4桁です。" => "カードには送っていません。入力し直してください。";
    LETTERS_AND_DIGITS = "pin.format.letters_and_digits", Person, AfterStep,
        en: "the password is 6 to 16 half-width capital letters and digits, at least one of each" => "it was not sent to the card; type it again";
        ja: "暗証番号は半角の英大文字と数字6〜16文字で、どちらも1文字以上含みます。" => "カードには送っていません。入力し直してください。";
}

impl Diagnostic for JpkiError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::NoApplication(_) => &NO_APPLICATION,
            Self::Operation(error) => error.entry(),
            Self::Certificate { .. } => &CERTIFICATE,
            Self::Holder { .. } => &HOLDER,
            Self::Signature(_) => &SIGNATURE,
            Self::SignatureLength(_) => &SIGNATURE_LENGTH,
            Self::MessageLength { .. } => &MESSAGE_LENGTH,
            Self::StatementTooLong(_) => &STATEMENT_TOO_LONG,
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("status", Self::NoApplication(status)) => status.fmt(f),
            ("field", Self::Holder { field }) => f.write_str(field),
            ("file", Self::Certificate { kind, .. }) => kind.file().fmt(f),
            ("reason", Self::Certificate { fault, .. }) => ErrorMessage::new(fault, language).what().fmt(f),
            ("reason", Self::Signature(error)) => ErrorMessage::new(error, language).what().fmt(f),
            (
                "length",
                Self::SignatureLength(length)
                | Self::StatementTooLong(length)
                | Self::MessageLength { length, .. },
            ) => length.fmt(f),
            ("most", Self::MessageLength { most, .. }) => most.fmt(f),
            (
                "secret",
                Self::Operation(
                    OperationError::Verify { reference, .. } | OperationError::Change { reference, .. },
                ),
            ) => match (language, layout::secret_name(*reference)) {
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

impl JpkiError {
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

impl From<ExchangeError> for JpkiError {
    fn from(error: ExchangeError) -> Self {
        Self::Operation(error.into())
    }
}
