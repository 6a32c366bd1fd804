use std::fmt::{self, Display};
use std::io;
use std::path::{Path, PathBuf};

use myna_error::{Diagnostic, Entry, Language, english, system_reason, unknown_detail};
use thiserror::Error;

use crate::codes;

/// Why a folder is no card.
#[derive(Debug, Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum FolderError {
    /// A file or folder cannot be read or written.
    Access {
        /// Which.
        path: PathBuf,
        /// Which field of the description asked for it; empty when none did.
        field: String,
        /// Why.
        source: io::Error,
    },
    /// The description is not TOML, or has a field that is not known or of another type.
    Syntax {
        /// The description.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Why.
        reason: String,
    },
    /// A field of the description has not the value it must have.
    Value {
        /// The description.
        path: PathBuf,
        /// Which, such as `D392F000260100000001 000A access`.
        field: String,
        /// Why.
        reason: String,
    },
    /// There is something where a card is to be written.
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
}

impl Diagnostic for FolderError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Access { .. } => &codes::FOLDER_ACCESS,
            Self::Syntax { .. } => &codes::FOLDER_SYNTAX,
            Self::Value { .. } => &codes::FOLDER_VALUE,
            Self::NotEmpty { .. } => &codes::FOLDER_NOT_EMPTY,
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            (
                "path",
                Self::Access { path, .. }
                | Self::Syntax { path, .. }
                | Self::Value { path, .. }
                | Self::NotEmpty { path },
            ) => path.display().fmt(f),
            ("field", Self::Access { field, .. }) if field.is_empty() => Ok(()),
            ("field", Self::Access { field, .. }) => write!(f, " ({field})"),
            ("field", Self::Value { field, .. }) => f.write_str(field),
            ("line", Self::Syntax { line, .. }) => line.fmt(f),
            // What is wrong with a path is partly said by this crate itself.
            ("reason", Self::Access { source, .. }) if language == Language::English => source.fmt(f),
            ("reason", Self::Access { source, .. }) => f.write_str(system_reason(source.kind(), language)),
            ("reason", Self::Syntax { reason, .. } | Self::Value { reason, .. }) => f.write_str(reason),
            _ => unknown_detail(name, f),
        }
    }
}

impl FolderError {
    pub(super) fn access(path: &Path, field: &str) -> impl FnOnce(io::Error) -> Self + use<> {
        let (path, field) = (path.to_owned(), field.to_owned());
        move |source| Self::Access { path, field, source }
    }
}
