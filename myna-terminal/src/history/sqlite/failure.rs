//! What SQLite and the file system say, as errors of the history; files beside the store.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::history::error::HistoryError;

pub(super) fn failure(path: &Path, error: rusqlite::Error) -> HistoryError {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => HistoryError::Busy { path },
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            HistoryError::NotADatabase { path, reason: error.to_string() }
        }
        // SQLite's own words do not name the file.
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => HistoryError::Io {
            path,
            source: io::Error::new(
                ErrorKind::PermissionDenied,
                "it, SQLite's log beside it (-wal, -shm) and its folder must be open to this user for writing, even to search",
            ),
        },
        Some(ErrorCode::DiskFull) => HistoryError::Io { path, source: ErrorKind::StorageFull.into() },
        Some(ErrorCode::SystemIoFailure) => {
            HistoryError::Io { path, source: io::Error::other(error.to_string()) }
        }
        _ => HistoryError::Store(Box::new(error)),
    }
}

pub(super) fn damaged(path: &Path, row: i64) -> HistoryError {
    HistoryError::Damaged { path: path.to_owned(), place: format!("result {row}") }
}

pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A file that is not there yet, for this user only.
pub(super) fn new_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
