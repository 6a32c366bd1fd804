//! Why a store cannot do what it was asked.

use myna_eligibility::{ReadError, XmlError};
use std::io;
use std::path::PathBuf;

/// Why results cannot be kept or found. Names files and rows, and no person.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// The bytes to record are no message.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// The message to record was made in code and cannot be written.
    #[error(transparent)]
    Unwritable(#[from] XmlError),
    /// The message to record is not the answer to a check.
    #[error("{kind} is no result of a check: only answers are recorded")]
    NotAResult {
        /// [`Message::kind`](myna_eligibility::Message::kind).
        kind: &'static str,
    },
    /// The text of the key is not 64 hexadecimal digits.
    #[error("the key is malformed: 64 hexadecimal digits are expected")]
    MalformedKey,
    /// The system gives no randomness.
    #[error("the system gives no randomness: {reason}")]
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
    #[error("the store failed: {0}")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl HistoryError {
    /// A stable name for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(error) => error.code(),
            Self::Unwritable(error) => error.code(),
            Self::NotAResult { .. } => "not_a_result",
            Self::MalformedKey => "malformed_history_key",
            Self::NoRandomness { .. } => "no_randomness",
            Self::Missing { .. } => "history_missing",
            Self::NotADatabase { .. } => "history_not_a_database",
            Self::ForeignDatabase { .. } => "history_foreign_database",
            Self::NewerVersion { .. } => "history_newer_version",
            Self::WrongKey { .. } => "history_wrong_key",
            Self::Damaged { .. } => "history_damaged",
            Self::Busy { .. } => "history_busy",
            Self::NotWiped { .. } => "history_not_wiped",
            Self::WillNotOverwrite { .. } => "history_will_not_overwrite",
            Self::Io { .. } => "history_io",
            Self::Store(_) => "history_store",
        }
    }

    /// The same for people, in Japanese.
    #[must_use]
    pub fn message_ja(&self) -> String {
        match self {
            Self::Unreadable(error) => error.message_ja(),
            Self::Unwritable(error) => error.message_ja(),
            Self::NotAResult { .. } => "資格確認の結果ではないため、保存できません。".to_owned(),
            Self::MalformedKey => "履歴の鍵の形式が正しくありません（16進数64桁）。".to_owned(),
            Self::NoRandomness { .. } => "乱数を取得できません。".to_owned(),
            Self::Missing { path } => format!("{}: 履歴のファイルがありません。", path.display()),
            Self::NotADatabase { path, .. } => {
                format!("{}: 履歴のファイルではないか、壊れています。", path.display())
            }
            Self::ForeignDatabase { path, .. } => {
                format!("{}: ほかのプログラムのデータベースです。", path.display())
            }
            Self::NewerVersion { path, .. } => {
                format!("{}: 新しい版のプログラムで作られた履歴です。", path.display())
            }
            Self::WrongKey { path } => format!("{}: 鍵がこの履歴のものではありません。", path.display()),
            Self::Damaged { path, .. } => {
                format!(
                    "{}: 履歴が書き換えられているか、壊れています。バックアップから戻してください。",
                    path.display()
                )
            }
            Self::Busy { path } => format!("{}: ほかのプログラムが使用中です。", path.display()),
            Self::NotWiped { path } => format!(
                "{}: 削除しましたが、ほかのプログラムが読んでいるため、まだ消去できていません。",
                path.display()
            ),
            Self::WillNotOverwrite { path, .. } => {
                format!("{}: 履歴のバックアップではないため、上書きしません。", path.display())
            }
            Self::Io { path, .. } => format!("{}: ファイルを読み書きできません。", path.display()),
            Self::Store(_) => "履歴を読み書きできません。".to_owned(),
        }
    }
}
