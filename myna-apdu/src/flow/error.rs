use core::fmt;

use super::VerifyFault;
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
        /// Whether the command carried a secret: then a try may have been spent.
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

/// Whose fault an error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// The program that called us.
    Caller,
    /// Reader, radio, or a card that was pulled.
    Transport,
    /// The card refused, by its rules.
    CardStatus,
    /// The card's data are malformed.
    CardData,
}

impl ExchangeError {
    /// Whose fault it is.
    #[must_use]
    pub const fn blame(&self) -> Blame {
        match self {
            Self::Command(_) | Self::Stalled | Self::AlreadyComplete => Blame::Caller,
            Self::NotSent { .. } | Self::Lost { .. } => Blame::Transport,
            Self::Status { .. } => Blame::CardStatus,
            Self::TruncatedResponse { .. } | Self::Unbounded { .. } => Blame::CardData,
        }
    }

    /// Whether a PIN may have been counted against the card without our knowing the outcome.
    #[must_use]
    pub const fn may_have_spent_a_try(&self) -> bool {
        match self {
            Self::Lost { secret_presented, .. } | Self::TruncatedResponse { secret_presented, .. } => {
                *secret_presented
            }
            _ => false,
        }
    }

    /// Stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Command(_) => "apdu.command",
            Self::NotSent { .. } => "apdu.not_sent",
            Self::Lost { .. } => "apdu.lost",
            Self::TruncatedResponse { .. } => "apdu.truncated_response",
            Self::Status { .. } => "apdu.status",
            Self::Unbounded { .. } => "apdu.unbounded",
            Self::Stalled => "apdu.stalled",
            Self::AlreadyComplete => "apdu.already_complete",
        }
    }
}

impl OperationError {
    /// Whose fault it is.
    #[must_use]
    pub const fn blame(&self) -> Blame {
        match self {
            Self::Exchange(error) => error.blame(),
            Self::File { fault: FileFault::NotFound | FileFault::NotAllowed, .. } => Blame::CardStatus,
            Self::File { .. } => Blame::CardData,
            Self::Verify { fault, .. } => fault.blame(),
        }
    }

    /// Whether a PIN may have been counted against the card without our knowing the outcome.
    #[must_use]
    pub const fn may_have_spent_a_try(&self) -> bool {
        match self {
            Self::Exchange(error) => error.may_have_spent_a_try(),
            Self::File { .. } => false,
            Self::Verify { fault, .. } => fault.may_have_spent_a_try(),
        }
    }

    /// Stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Exchange(error) => error.code(),
            Self::File { fault, .. } => match fault {
                FileFault::NotFound => "file.not_found",
                FileFault::NotAllowed => "file.not_allowed",
                FileFault::Truncated { .. } => "file.truncated",
                FileFault::NotAnObject(_) => "file.not_an_object",
                FileFault::TooMuchData { .. } => "file.too_much_data",
            },
            Self::Verify { fault, .. } => fault.code(),
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

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(error) => error.fmt(f),
            Self::NotSent { exchange } => {
                write!(f, "exchange {exchange}: the reader cannot carry the command; nothing was sent")
            }
            Self::Lost { exchange, .. } => write!(f, "exchange {exchange}: no answer; was the card removed?"),
            Self::TruncatedResponse { exchange, length, .. } => {
                write!(f, "exchange {exchange}: an answer of {length} bytes, without a status word")
            }
            Self::Status { exchange, instruction, status } => {
                let meaning = status.meaning();
                write!(
                    f,
                    "exchange {exchange}: the card refused INS {:02X} with {status} ({meaning})",
                    instruction.0
                )
            }
            Self::Unbounded { exchange } => {
                write!(f, "exchange {exchange}: the card announces more data without end")
            }
            Self::Stalled => f.write_str("the operation awaits something that is no exchange"),
            Self::AlreadyComplete => f.write_str("the operation is over"),
        }
    }
}

impl fmt::Display for OperationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exchange(error) => error.fmt(f),
            Self::File { file, fault } => write!(f, "{file}: {fault}"),
            Self::Verify { reference, fault } => write!(f, "{reference}: {fault}"),
        }
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("the card holds no such file"),
            Self::NotAllowed => f.write_str("a PIN has to be verified before the file is read"),
            Self::Truncated { needed, present } => {
                write!(f, "the file ends after {present} of the {needed} bytes of its object")
            }
            Self::NotAnObject(error) => write!(f, "the file holds no TLV object: {error}"),
            Self::TooMuchData { asked, came } => {
                write!(f, "the card gave {came} bytes where {asked} were asked for")
            }
        }
    }
}

impl core::error::Error for ExchangeError {}
impl core::error::Error for OperationError {}
