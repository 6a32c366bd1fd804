//! The file a store's key is in: 64 hexadecimal digits, for one user only.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use myna_terminal::history::HistoryKey;
use zeroize::Zeroizing;

use crate::codes;
use crate::failure::{Failure, OTHER};
use crate::private_file::private;

/// Makes a file with a new key. One that is there is never overwritten: it may be the key of results.
pub(super) fn create(path: &Path) -> Result<(), Failure> {
    let key = HistoryKey::generate()?;
    let write = |mut file: File| {
        file.write_all(key.to_hex().as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()
    };
    private().create_new(true).open(path).and_then(write).map_err(|error| unreadable(path, &error))
}

/// Reads the key, unless others may read it as well.
pub(super) fn read(path: &Path) -> Result<HistoryKey, Failure> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    refuse_others(&file, path)?;
    // A bound, so that a file given by mistake is not read to its end; and room, so that no copy is left behind.
    let mut text = Zeroizing::new(String::with_capacity(256));
    file.take(128).read_to_string(&mut text).map_err(|error| unreadable(path, &error))?;
    HistoryKey::from_hex(&text)
        .map_err(|error| Failure::of(&error, OTHER).of_file(&path.display().to_string()))
}

#[cfg(unix)]
fn refuse_others(file: &File, path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = file.metadata().map_err(|error| unreadable(path, &error))?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let mode = format!("{:03o}", mode & 0o777);
    Err(Failure::other(&codes::KEY_FILE_PERMISSIONS, &[("file", &path.display()), ("mode", &mode)]))
}

/// Elsewhere permissions are not three digits; the folder of the user protects the file.
#[cfg(not(unix))]
fn refuse_others(_: &File, _: &Path) -> Result<(), Failure> {
    Ok(())
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::other(&codes::KEY_FILE, &[("file", &path.display()), ("reason", error)])
}
