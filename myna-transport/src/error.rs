use std::error::Error;

use thiserror::Error;

/// Reader, radio or link failed.
#[derive(Debug, Error)]
#[error("{kind}")]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// How the transport failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The smart-card service does not run.
    #[error("the smart-card service does not answer; start it (pcscd) and try again")]
    NoService,
    /// There is no reader, or none of that name.
    #[error("no such reader; is it plugged in?")]
    NoReader,
    /// No card lies on the reader.
    #[error("no card on the reader")]
    NoCard,
    /// The card went away.
    #[error("the card was removed; put it back and start again")]
    CardRemoved,
    /// The card was reset by somebody else; what it knew of PINs is gone.
    #[error("the card was reset by another program; start again")]
    CardReset,
    /// Another program holds the card.
    #[error("another program holds the card; close it and try again")]
    Busy,
    /// The command is longer than the reader carries. It was not sent.
    #[error("the reader cannot carry a command of this length")]
    CommandTooLong,
    /// The response is longer than the buffer. The command was carried out.
    #[error("the card's answer is longer than the reader carries")]
    ResponseTooLong,
    /// Anything else.
    #[error("the reader failed")]
    Other,
}

impl TransportError {
    /// An error without a cause of its own.
    #[must_use]
    pub const fn new(kind: TransportErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// An error with the backend's own as its source.
    #[must_use]
    pub fn with_source(kind: TransportErrorKind, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind, source: Some(source.into()) }
    }

    /// How it failed.
    #[must_use]
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl TransportErrorKind {
    /// Each of them.
    pub(crate) const ALL: [Self; 9] = [
        Self::NoService,
        Self::NoReader,
        Self::NoCard,
        Self::CardRemoved,
        Self::CardReset,
        Self::Busy,
        Self::CommandTooLong,
        Self::ResponseTooLong,
        Self::Other,
    ];

    /// Whether the card surely never saw the command.
    #[must_use]
    pub const fn is_before_sending(self) -> bool {
        matches!(self, Self::CommandTooLong)
    }

    /// Stable code, for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoService => "transport.no_service",
            Self::NoReader => "transport.no_reader",
            Self::NoCard => "transport.no_card",
            Self::CardRemoved => "transport.card_removed",
            Self::CardReset => "transport.card_reset",
            Self::Busy => "transport.busy",
            Self::CommandTooLong => "transport.command_too_long",
            Self::ResponseTooLong => "transport.response_too_long",
            Self::Other => "transport.other",
        }
    }
}
