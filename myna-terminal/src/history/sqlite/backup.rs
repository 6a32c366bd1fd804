//! A copy of a store in one file.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::failure::{beside, failure, new_private};
use super::schema;
use crate::history::error::HistoryError;
use crate::history::key::fill_randomly;

/// Writes beside the target, and gives it its name at the end.
pub(super) fn write(connection: &Connection, store: &Path, target: &Path) -> Result<(), HistoryError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source: io::Error| HistoryError::Io { path, source }
    };
    check_target(store, target)?;
    let temporary = Temporary::new(target)?;
    let name = temporary.0.to_str().ok_or_else(|| at(target)(ErrorKind::InvalidFilename.into()))?;
    // Takes one state of the store while others write, and carries neither the log nor what was deleted.
    connection.execute("VACUUM INTO ?1", [name]).map_err(|error| failure(target, error))?;
    File::open(&temporary.0).and_then(|copy| copy.sync_all()).map_err(at(target))?;
    fs::rename(&temporary.0, target).map_err(at(target))?;
    // A file's new name is on the disk when its folder is.
    #[cfg(unix)]
    File::open(folder_of(target)).and_then(|folder| folder.sync_all()).map_err(at(target))?;
    Ok(())
}

/// Refuses to overwrite anything but an earlier backup.
fn check_target(store: &Path, target: &Path) -> Result<(), HistoryError> {
    let refused = |reason| Err(HistoryError::WillNotOverwrite { path: target.to_owned(), reason });
    match fs::symlink_metadata(target) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(HistoryError::Io { path: target.to_owned(), source }),
        Ok(there) if !there.is_file() => return refused("it is no file"),
        Ok(_) => {}
    }
    if matches!((fs::canonicalize(store), fs::canonicalize(target)), (Ok(store), Ok(target)) if store == target)
    {
        return refused("it is the store itself");
    }
    // Its log would be taken for the new file's.
    if beside(target, "-wal").exists() {
        return refused("it is a store in use");
    }
    if is_a_store(target).map_err(|source| HistoryError::Io { path: target.to_owned(), source })? {
        Ok(())
    } else {
        refused("it is no backup of a store")
    }
}

/// By the header of the file: `application_id` stands at byte 68, big-endian.
fn is_a_store(path: &Path) -> io::Result<bool> {
    let mut header = Vec::with_capacity(72);
    File::open(path)?.take(72).read_to_end(&mut header)?;
    let id = header.last_chunk::<4>().map(|bytes| i64::from(u32::from_be_bytes(*bytes)));
    Ok(header.len() == 72 && header.starts_with(b"SQLite format 3\0") && id == Some(schema::APPLICATION_ID))
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// An empty file for this user only, which is removed unless it was renamed.
struct Temporary(PathBuf);

impl Temporary {
    fn new(target: &Path) -> Result<Self, HistoryError> {
        let mut random = [0; 8];
        fill_randomly(&mut random)?;
        let path = beside(target, &format!(".{}.part", hex::encode(random)));
        new_private(&path).map_err(|source| HistoryError::Io { path: target.to_owned(), source })?;
        Ok(Self(path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
