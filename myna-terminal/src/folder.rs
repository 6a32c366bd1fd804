//! Folder errands with the 連携アプリケーション (OQSComApp): a request is moved into one folder, the answer appears in
//! another, and what the face reader found in a third [code B.7, B10, G4].
//!
//! Three parts, so that each can be tested by itself:
//!
//! - [`Errand`] is what becomes of one request, as a pure state machine: it is told what lies in the folder and what
//!   time it is, and says what to do next. [`Arrivals`] is the same for folders that are only watched.
//! - [`ErrandDesk`] does it: files written, moved and read, so that a crash at any step loses and repeats nothing.
//! - With the feature `folder`, `ErrandRunner` and `ArrivalWatch` do both for many files and wait by themselves;
//!   `FolderWatcher` tells when to look again.

mod arrivals;
mod conversation;
mod desk;
mod file_name;
#[cfg(feature = "folder")]
mod runner;
#[cfg(feature = "folder")]
mod service;
mod settling;
#[cfg(feature = "folder")]
mod watch;
#[cfg(feature = "folder")]
mod watcher;

use std::fmt::{self, Display};
use std::io;
use std::path::PathBuf;

use myna_eligibility::forms::{MAX_ANSWER_BYTES, ReadError};
use myna_error::{Diagnostic, Entry, Language, english, system_reason, unknown_detail};

use crate::codes;

pub use arrivals::{Arrival, Arrivals};
pub use conversation::{Errand, ErrandEvent, ErrandRules, ErrandStep, Refusal};
pub use desk::{ErrandDesk, ErrandProgress, Folders, Outstanding};
pub use file_name::{ErrandFile, answer_name};
#[cfg(feature = "folder")]
pub use runner::{ErrandNews, ErrandOutcome, ErrandRunner};
#[cfg(feature = "folder")]
pub use service::FolderService;
pub use settling::{SETTLING_TIME, Sighting};
#[cfg(feature = "folder")]
pub use watch::{ArrivalNews, ArrivalWatch, WatchedFolder};
#[cfg(feature = "folder")]
pub use watcher::FolderWatcher;

/// Why an errand failed.
#[derive(Debug, thiserror::Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum ErrandError {
    /// The name or the content is not a request's.
    NotARequest,
    /// A request or an answer of this name lies there, and is not ours; take another name.
    AlreadyThere,
    /// Another program uses the same folder of its own state.
    InUse,
    /// The answer is larger than a message may be.
    TooLarge,
    /// The answer cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// No answer until the deadline. The request is still out: ask again under the same name to go on waiting.
    TimedOut,
    /// A folder or file cannot be used.
    Io {
        /// What was being done, in English.
        doing: &'static str,
        /// To which file or folder.
        path: PathBuf,
        /// Why it failed. Moving needs both folders on one file system.
        #[source]
        error: io::Error,
    },
}

impl Diagnostic for ErrandError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::NotARequest => &codes::NOT_A_REQUEST,
            Self::AlreadyThere => &codes::ALREADY_THERE,
            Self::InUse => &codes::IN_USE,
            Self::TooLarge => &codes::ANSWER_TOO_LARGE,
            Self::Unreadable(error) => error.entry(),
            Self::TimedOut => &codes::TIMED_OUT,
            Self::Io { .. } => &codes::EXCHANGE_IO,
        }
    }

    fn place(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => error.place(language, f),
            _ => Ok(()),
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            (_, Self::Unreadable(error)) => error.detail(name, language, f),
            ("limit", Self::TooLarge) => MAX_ANSWER_BYTES.fmt(f),
            ("doing", Self::Io { doing, .. }) => f.write_str(doing),
            ("path", Self::Io { path, .. }) => path.display().fmt(f),
            ("reason", Self::Io { error, .. }) => f.write_str(system_reason(error.kind(), language)),
            _ => unknown_detail(name, f),
        }
    }
}
