//! Why a store cannot do what it was asked.

use std::fmt::{self, Display};

use myna_error::{Diagnostic, Entry, Language, english, system_reason, unknown_detail};

use crate::codes;
use myna_eligibility::{XmlError, forms::ReadError};
use std::io;
use std::path::PathBuf;

/// Why results cannot be kept or found. Names files and rows, and no person.
#[derive(Debug, thiserror::Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum HistoryError {
    /// The bytes to record are no message.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// The message to record was made in code and cannot be written.
    #[error(transparent)]
    Unwritable(#[from] XmlError),
    /// The message to record is not the answer to a check.
    NotAResult {
        /// [`Message::kind`](myna_eligibility::Message::kind).
        kind: &'static str,
    },
    /// The text of the key is not 64 hexadecimal digits.
    MalformedKey,
    /// The system gives no randomness.
    NoRandomness {
        /// In the system's words.
        reason: String,
    },
    /// There is no such file.
    #[error("{}: there is no such store", .path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file is no SQLite database, or one that is cut short or damaged. Restore a backup.
    #[error("{}: not a store, or a damaged one: {reason}", .path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
        /// In SQLite's words.
        reason: String,
    },
    /// The file is the database of another program. Nothing was changed in it.
    #[error("{}: the database of another program (application id {application_id:#010x})", .path.display())]
    ForeignDatabase {
        /// The file.
        path: PathBuf,
        /// SQLite's `application_id`.
        application_id: i64,
    },
    /// A newer version of this library wrote the file. Use that one.
    #[error("{}: written by a newer version (schema {found}, this one knows up to {supported})", .path.display())]
    NewerVersion {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema this version knows.
        supported: i64,
    },
    /// The key is not this store's.
    #[error("{}: the key is not the one of this store", .path.display())]
    WrongKey {
        /// The file.
        path: PathBuf,
    },
    /// What is sealed in a row was altered, moved or cut. Restore a backup.
    #[error("{}: {place} was altered", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Which row.
        place: String,
    },
    /// Another process holds the store for longer than was waited. Try again.
    #[error("{}: in use by another process", .path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The deletion is done, but another process still reads the deleted bytes, so that they cannot be wiped yet. Delete
    /// or purge again.
    #[error("{}: deleted, but not wiped yet, because another process reads", .path.display())]
    NotWiped {
        /// The file.
        path: PathBuf,
    },
    /// A copy would overwrite something that is no backup.
    #[error("{}: will not be overwritten: {reason}", .path.display())]
    WillNotOverwrite {
        /// The file.
        path: PathBuf,
        /// What it is.
        reason: &'static str,
    },
    /// A file cannot be read or written.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// In the system's words.
        source: io::Error,
    },
    /// The database failed, or that of another implementation of [`ResultStore`](super::ResultStore).
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Diagnostic for HistoryError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Unreadable(error) => error.entry(),
            Self::Unwritable(error) => error.entry(),
            Self::NotAResult { .. } => &codes::NOT_A_RESULT,
            Self::MalformedKey => &codes::MALFORMED_KEY,
            Self::NoRandomness { .. } => &codes::NO_RANDOMNESS,
            Self::Missing { .. } => &codes::MISSING,
            Self::NotADatabase { .. } => &codes::NOT_A_DATABASE,
            Self::ForeignDatabase { .. } => &codes::FOREIGN_DATABASE,
            Self::NewerVersion { .. } => &codes::NEWER_VERSION,
            Self::WrongKey { .. } => &codes::WRONG_KEY,
            Self::Damaged { .. } => &codes::DAMAGED,
            Self::Busy { .. } => &codes::HISTORY_BUSY,
            Self::NotWiped { .. } => &codes::NOT_WIPED,
            Self::WillNotOverwrite { .. } => &codes::WILL_NOT_OVERWRITE,
            Self::Io { .. } => &codes::HISTORY_IO,
            Self::Store(_) => &codes::STORE,
        }
    }

    fn place(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => error.place(language, f),
            Self::Missing { path }
            | Self::NotADatabase { path, .. }
            | Self::ForeignDatabase { path, .. }
            | Self::NewerVersion { path, .. }
            | Self::WrongKey { path }
            | Self::Damaged { path, .. }
            | Self::Busy { path }
            | Self::NotWiped { path }
            | Self::WillNotOverwrite { path, .. }
            | Self::Io { path, .. } => write!(f, "{}: ", path.display()),
            _ => Ok(()),
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            (_, Self::Unreadable(error)) => error.detail(name, language, f),
            (_, Self::Unwritable(error)) => error.detail(name, language, f),
            ("kind", Self::NotAResult { kind }) => f.write_str(kind),
            ("reason", Self::NoRandomness { reason } | Self::NotADatabase { reason, .. }) => {
                f.write_str(reason)
            }
            ("reason", Self::WillNotOverwrite { reason, .. }) => f.write_str(reason),
            ("reason", Self::Io { source, .. }) => f.write_str(system_reason(source.kind(), language)),
            ("reason", Self::Store(source)) => source.fmt(f),
            ("application_id", Self::ForeignDatabase { application_id, .. }) => {
                write!(f, "{application_id:#010x}")
            }
            ("found", Self::NewerVersion { found, .. }) => found.fmt(f),
            ("supported", Self::NewerVersion { supported, .. }) => supported.fmt(f),
            ("row", Self::Damaged { place, .. }) => f.write_str(place),
            _ => unknown_detail(name, f),
        }
    }
}
