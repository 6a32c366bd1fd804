//! Files for one user alone, on systems that know users.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use crate::codes;
use crate::failure::{self, Failure};

/// Personal data: on systems that know users, for its owner alone, also where a file is replaced that was for all.
pub(crate) fn write_private(file: &Path, content: &[u8]) -> Result<(), Failure> {
    let write = |mut open: File| {
        #[cfg(unix)]
        if open.metadata()?.is_file() {
            open.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        }
        open.write_all(content)
    };
    private()
        .create(true)
        .truncate(true)
        .open(file)
        .and_then(write)
        .map_err(|error| Failure::named_file(&codes::OUTPUT, file, &error).with_exit_code(failure::OTHER))
}

/// For a new file, to be written: on systems that know users, for this one alone.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
