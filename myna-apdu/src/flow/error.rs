use core::fmt::{self, Display};

use myna_error::{Attempt, Diagnostic, Entry, ErrorMessage, Language, Spent, unknown_detail};

use crate::codes;
use crate::tlv::TlvError;
use crate::{CommandError, FileIdentifier, Instruction, StatusWord};

/// Why an exchange of one command and its response did not yield what was asked for.
///
/// `exchange` counts from 1 within the operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExchangeError {
    /// The command cannot be encoded; nothing was sent.
    Command(CommandError),
    /// Reader or transport cannot carry the command; nothing was sent.
    NotSent {
        /// Which exchange.
        exchange: u16,
    },
    /// No answer came: card removed, reader gone. What the card has done is unknown.
    Lost {
        /// Which exchange.
        exchange: u16,
        /// Whether the command carried a secret: then a try may have been spent.
        secret_presented: bool,
    },
    /// The answer has no status word.
    TruncatedResponse {
        /// Which exchange.
        exchange: u16,
        /// How many bytes came: 0 or 1.
        length: usize,
        /// Whether the command carried a secret, and the counter was not read again: then a try may have been spent.
        secret_presented: bool,
    },
    /// The card refused.
    Status {
        /// Which exchange.
        exchange: u16,
        /// What it refused.
        instruction: Instruction,
        /// How.
        status: StatusWord,
    },
    /// The card announced more data again and again, past every bound.
    Unbounded {
        /// Which exchange.
        exchange: u16,
    },
    /// The operation awaited something that is no exchange. A fault of the operation's author.
    Stalled,
    /// The operation is over and was resumed all the same. A fault of the driver's author.
    AlreadyComplete,
}

/// Why a card-independent operation failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OperationError {
    /// An exchange failed.
    Exchange(ExchangeError),
    /// A file could not be read.
    File {
        /// Which.
        file: FileIdentifier,
        /// Why.
        fault: FileFault,
    },
    /// A PIN was not, or could not be, verified.
    Verify {
        /// Which reference.
        reference: FileIdentifier,
        /// Why.
        fault: VerifyFault,
    },
    /// A PIN was verified, but its new value was not, or may not have been, taken.
    Change {
        /// Which reference.
        reference: FileIdentifier,
        /// What became of the new value.
        fault: ChangeFault,
    },
}

/// Why a file could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileFault {
    /// The application holds no such file.
    NotFound,
    /// A reference has to be verified first.
    NotAllowed,
    /// The file is shorter than the object it holds.
    Truncated {
        /// Bytes the object has.
        needed: usize,
        /// Bytes the card gave.
        present: usize,
    },
    /// The file does not hold a BER-TLV object.
    NotAnObject(TlvError),
    /// The card gave more bytes than were asked for.
    TooMuchData {
        /// Bytes asked for.
        asked: usize,
        /// Bytes that came.
        came: usize,
    },
}

/// Why a PIN was not verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyFault {
    /// The reference is locked. Nothing was presented.
    Locked,
    /// Fewer tries are left than the policy demands. Nothing was presented.
    TooFewTries {
        /// What the card reports.
        left: u8,
        /// What the policy demands.
        minimum: u8,
    },
    /// The card does not report its counter. Nothing was presented.
    CounterNotReported,
    /// The PIN is wrong. One try was spent, where tries are counted.
    Wrong {
        /// How many are left now; `None` when the card says that there is no limit, and its counter stands as before.
        left: Option<u8>,
    },
    /// The application holds no such reference.
    NotFound,
    /// The card answered the PIN with a status that says nothing of the tries, such as `6F00`, and its counter cannot be
    /// read again. One may have been spent: read the counter before anything else.
    Unclear {
        /// What it answered.
        status: StatusWord,
    },
}

/// Why a PIN has no new value, or may have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangeFault {
    /// The card refused the new value: the old one holds.
    Refused {
        /// What it answered.
        status: StatusWord,
    },
    /// No answer came, or one that tells nothing: the old value may hold, or the new one. Only a try shows which.
    Unclear {
        /// What the card answered; `None` where no answer came.
        status: Option<StatusWord>,
    },
}

impl Diagnostic for ExchangeError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Command(error) => error.entry(),
            Self::NotSent { .. } => &codes::NOT_SENT,
            Self::Lost { .. } => &codes::LOST,
            Self::TruncatedResponse { .. } => &codes::TRUNCATED_RESPONSE,
            Self::Status { .. } => &codes::STATUS,
            Self::Unbounded { .. } => &codes::UNBOUNDED,
            Self::Stalled => &codes::STALLED,
            Self::AlreadyComplete => &codes::ALREADY_COMPLETE,
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            (_, Self::Command(error)) => error.detail(name, language, f),
            (
                "exchange",
                Self::NotSent { exchange }
                | Self::Lost { exchange, .. }
                | Self::TruncatedResponse { exchange, .. }
                | Self::Status { exchange, .. }
                | Self::Unbounded { exchange },
            ) => exchange.fmt(f),
            ("length", Self::TruncatedResponse { length, .. }) => length.fmt(f),
            ("instruction", Self::Status { instruction, .. }) => match language {
                Language::Japanese => instruction.fmt(f),
                _ => write!(f, "{:02X}", instruction.0),
            },
            ("status", Self::Status { status, .. }) => status.fmt(f),
            ("meaning", Self::Status { status, .. }) => status.meaning().write(language, f),
            _ => unknown_detail(name, f),
        }
    }

    fn attempt(&self) -> Attempt {
        match self {
            Self::Lost { secret_presented: true, .. }
            | Self::TruncatedResponse { secret_presented: true, .. } => Attempt::new(Spent::Unknown, None),
            _ => Attempt::NONE,
        }
    }
}

impl Diagnostic for OperationError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Exchange(error) => error.entry(),
            Self::File { fault, .. } => match fault {
                FileFault::NotFound => &codes::FILE_NOT_FOUND,
                FileFault::NotAllowed => &codes::FILE_NOT_ALLOWED,
                FileFault::Truncated { .. } => &codes::FILE_TRUNCATED,
                FileFault::NotAnObject(_) => &codes::FILE_NOT_AN_OBJECT,
                FileFault::TooMuchData { .. } => &codes::FILE_TOO_MUCH_DATA,
            },
            Self::Verify { fault, .. } => fault.entry(),
            Self::Change { fault: ChangeFault::Refused { .. }, .. } => &codes::PIN_CHANGE_REFUSED,
            Self::Change { fault: ChangeFault::Unclear { .. }, .. } => &codes::PIN_CHANGE_UNCLEAR,
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exchange(error) => error.detail(name, language, f),
            Self::File { file, fault } => match (name, fault) {
                ("file", _) => file.fmt(f),
                ("needed", FileFault::Truncated { needed, .. }) => needed.fmt(f),
                ("present", FileFault::Truncated { present, .. }) => present.fmt(f),
                ("reason", FileFault::NotAnObject(error)) => ErrorMessage::new(error, language).what().fmt(f),
                ("asked", FileFault::TooMuchData { asked, .. }) => asked.fmt(f),
                ("came", FileFault::TooMuchData { came, .. }) => came.fmt(f),
                _ => unknown_detail(name, f),
            },
            Self::Verify { reference, .. } | Self::Change { reference, .. } if name == "secret" => {
                reference.fmt(f)
            }
            Self::Change { fault: ChangeFault::Refused { status }, .. } if name == "status" => status.fmt(f),
            Self::Change { .. } => unknown_detail(name, f),
            Self::Verify { fault, .. } => fault.detail(name, language, f),
        }
    }

    fn attempt(&self) -> Attempt {
        match self {
            Self::Exchange(error) => error.attempt(),
            Self::File { .. } | Self::Change { .. } => Attempt::NONE,
            Self::Verify { fault, .. } => fault.attempt(),
        }
    }
}

impl From<ExchangeError> for OperationError {
    fn from(error: ExchangeError) -> Self {
        Self::Exchange(error)
    }
}

impl From<CommandError> for ExchangeError {
    fn from(error: CommandError) -> Self {
        Self::Command(error)
    }
}

myna_error::errors!(ExchangeError, OperationError);

impl VerifyFault {
    const fn entry(self) -> &'static Entry {
        match self {
            Self::Locked => &codes::PIN_LOCKED,
            Self::TooFewTries { .. } => &codes::PIN_TOO_FEW_TRIES,
            Self::CounterNotReported => &codes::PIN_COUNTER_NOT_REPORTED,
            Self::Wrong { .. } => &codes::PIN_WRONG,
            Self::NotFound => &codes::PIN_NOT_FOUND,
            Self::Unclear { .. } => &codes::PIN_UNCLEAR,
        }
    }

    fn detail(self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let japanese = language == Language::Japanese;
        match (name, self) {
            ("left", Self::TooFewTries { left, .. }) => left.fmt(f),
            ("minimum", Self::TooFewTries { minimum, .. }) => minimum.fmt(f),
            ("left", Self::Wrong { left: None }) => Ok(()),
            ("left", Self::Wrong { left: Some(0) }) if japanese => f.write_str("ロックされました。"),
            ("left", Self::Wrong { left: Some(left) }) if japanese => write!(f, "残り{left}回です。"),
            ("left", Self::Wrong { left: Some(left) }) => write!(f, ", {left} tries left"),
            ("advice", Self::Wrong { left: Some(0) }) => {
                let sentence = codes::PIN_LOCKED.sentence(language);
                f.write_str(if japanese { sentence.next } else { "only the municipal office can unlock it" })
            }
            ("advice", Self::Wrong { .. }) if japanese => {
                f.write_str("番号を確かめて、入力し直してください。")
            }
            ("advice", Self::Wrong { .. }) => f.write_str("make sure of it and enter it again"),
            ("status", Self::Unclear { status }) => status.fmt(f),
            _ => unknown_detail(name, f),
        }
    }

    const fn attempt(self) -> Attempt {
        match self {
            Self::Locked => Attempt::new(Spent::No, Some(0)),
            Self::TooFewTries { left, .. } => Attempt::new(Spent::No, Some(left)),
            Self::Wrong { left: None } => Attempt::NONE,
            Self::Wrong { left } => Attempt::new(Spent::Yes, left),
            Self::Unclear { .. } => Attempt::new(Spent::Unknown, None),
            Self::CounterNotReported | Self::NotFound => Attempt::NONE,
        }
    }
}
