use std::io;
use std::path::{Path, PathBuf};

use myna_apdu::flow::Blame;
use thiserror::Error;

/// Why a folder is no card.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FolderError {
    /// A file or folder cannot be read or written.
    #[error("{}{}: {source}", path.display(), of_field(field))]
    Access {
        /// Which.
        path: PathBuf,
        /// Which field of the description asked for it; empty when none did.
        field: String,
        /// Why.
        source: io::Error,
    },
    /// The description is not TOML, or has a field that is not known or of another type.
    #[error("{}: line {line}: {reason}", path.display())]
    Syntax {
        /// The description.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Why.
        reason: String,
    },
    /// A field of the description has not the value it must have.
    #[error("{}: {field}: {reason}", path.display())]
    Value {
        /// The description.
        path: PathBuf,
        /// Which, such as `D392F000260100000001 000A access`.
        field: String,
        /// Why.
        reason: String,
    },
    /// There is something where a card is to be written.
    #[error("{}: not empty; what is there is left alone", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
}

impl FolderError {
    /// Stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Access { .. } => "sim.folder.access",
            Self::Syntax { .. } => "sim.folder.syntax",
            Self::Value { .. } => "sim.folder.value",
            Self::NotEmpty { .. } => "sim.folder.not_empty",
        }
    }

    /// Whose fault it is: the caller names the folder.
    #[must_use]
    pub const fn blame(&self) -> Blame {
        Blame::Caller
    }

    pub(super) fn access(path: &Path, field: &str) -> impl FnOnce(io::Error) -> Self + use<> {
        let (path, field) = (path.to_owned(), field.to_owned());
        move |source| Self::Access { path, field, source }
    }
}

fn of_field(field: &str) -> String {
    if field.is_empty() { String::new() } else { format!(" ({field})") }
}
