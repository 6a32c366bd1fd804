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

use myna_eligibility::{MAX_ANSWER_BYTES, ReadError};
use std::io;

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
#[non_exhaustive]
pub enum ErrandError {
    /// The name or the content is not a request's.
    #[error("not a request: the file is named OQS…req….xml and holds a request message")]
    NotARequest,
    /// A request or an answer of this name lies there, and is not ours; take another name.
    #[error("a request or answer of this name, not ours, is there already; take another name")]
    AlreadyThere,
    /// Another program uses the same folder of its own state.
    #[error("another program uses this state folder; give each its own, or wait for the other to end")]
    InUse,
    /// The answer is larger than a message may be.
    #[error("the answer has more than {MAX_ANSWER_BYTES} bytes")]
    TooLarge,
    /// The answer cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// No answer until the deadline. The request is still out: ask again under the same name to go on waiting.
    #[error("no answer in time; the request is still out, and may be waited for again under the same name")]
    TimedOut,
    /// A folder or file cannot be used.
    #[error("a file of the errand cannot be used ({doing}): {error}")]
    Io {
        /// What was being done, with the file's path.
        doing: String,
        /// Why it failed. Moving needs both folders on one file system.
        #[source]
        error: io::Error,
    },
}

impl ErrandError {
    /// A stable name for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotARequest => "not_a_request",
            Self::AlreadyThere => "request_already_there",
            Self::InUse => "exchange_in_use",
            Self::TooLarge => "answer_too_large",
            Self::Unreadable(error) => error.code(),
            Self::TimedOut => "exchange_timed_out",
            Self::Io { .. } => "exchange_io",
        }
    }

    /// The same for people, in Japanese.
    #[must_use]
    pub fn message_ja(&self) -> String {
        match self {
            Self::NotARequest => "要求ファイルではありません。".to_owned(),
            Self::AlreadyThere => {
                "同じ名前の要求または結果のファイルがあります。別の名前にしてください。".to_owned()
            }
            Self::InUse => "同じ作業フォルダーを別のプログラムが使っています。".to_owned(),
            Self::TooLarge => "結果ファイルが大きすぎます。".to_owned(),
            Self::Unreadable(error) => error.message_ja(),
            Self::TimedOut => {
                "時間内に結果ファイルが届きませんでした。連携アプリケーションの動作を確認してください。"
                    .to_owned()
            }
            Self::Io { .. } => "連携フォルダーのファイルを扱えません。".to_owned(),
        }
    }
}
