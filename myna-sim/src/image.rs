//! What is on a card, as bytes: out of a simulated card, or out of a folder that a card was dumped into. With a description
//! beside them the bytes are a card again: [`CardFolder`](crate::CardFolder).
//!
//! ```text
//! FOLDER/<AID in hexadecimal>/<EF, four hexadecimal digits>.bin     READ BINARY, whole
//! FOLDER/D3921000310001010100/0001.bin                              record 1
//! ```

use crate::codes;
use myna_error::{Diagnostic, Entry, Language, english, system_reason, unknown_detail};
use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::SimulatedCard;
use crate::file::Content;

/// The files of a card by application and identifier.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CardImage {
    files: BTreeMap<(Vec<u8>, u16), Vec<u8>>,
}

/// Why a folder is no image of a card.
#[derive(Debug)]
#[non_exhaustive]
pub enum ImageError {
    /// Something cannot be read or written.
    Access {
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A folder is not called as an application, or a file not as an EF.
    Name {
        /// What.
        path: PathBuf,
        /// Why.
        reason: &'static str,
    },
    /// No file at all.
    Empty {
        /// The folder.
        path: PathBuf,
    },
}

impl CardImage {
    /// Everything on a simulated card that READ BINARY could give to somebody with every right, and the records.
    #[must_use]
    pub fn of(card: &SimulatedCard) -> Self {
        let mut files = BTreeMap::new();
        for application in &card.applications {
            for file in &application.files {
                let bytes = match &file.content {
                    // What cannot be made cannot be read either.
                    Content::Transparent(bytes) => match bytes.get() {
                        Ok(bytes) => bytes.to_vec(),
                        Err(_) => continue,
                    },
                    Content::Records(records) => records.concat(),
                    _ => continue,
                };
                files.insert((application.name.to_vec(), file.identifier.0), bytes);
            }
        }
        Self { files }
    }

    /// Reads a folder.
    ///
    /// # Errors
    ///
    /// An [`ImageError`] naming the folder or file at fault.
    pub fn read(folder: &Path) -> Result<Self, ImageError> {
        let mut files = BTreeMap::new();
        for application in entries(folder)? {
            // What a described card has besides.
            if !application.is_dir() || OBJECTS == stem(&application) {
                continue;
            }
            let name = (5..=16)
                .contains(&(stem(&application).len() / 2))
                .then(|| hex::decode(stem(&application)).ok());
            let Some(Some(name)) = name else {
                return Err(ImageError::Name {
                    path: application,
                    reason: "the name is no AID in hexadecimal",
                });
            };
            for path in entries(&application)? {
                if path.extension().is_some_and(|extension| extension == "pem" || extension == "der") {
                    continue;
                }
                let identifier = match hex::decode(stem(&path)).ok().as_deref() {
                    Some(&[high, low]) if path.extension().is_some_and(|extension| extension == "bin") => {
                        u16::from_be_bytes([high, low])
                    }
                    _ => {
                        return Err(ImageError::Name {
                            path,
                            reason: "the name is not four hexadecimal digits and .bin",
                        });
                    }
                };
                let bytes = read_file(&path).map_err(|source| ImageError::Access { path, source })?;
                files.insert((name.clone(), identifier), bytes);
            }
        }
        if files.is_empty() {
            return Err(ImageError::Empty { path: folder.to_owned() });
        }
        Ok(Self { files })
    }

    /// Writes a folder that [`read`](Self::read) reads; files of the same names are replaced.
    ///
    /// # Errors
    ///
    /// [`ImageError::Access`].
    pub fn write(&self, folder: &Path) -> Result<(), ImageError> {
        let access = |path: &Path| {
            let path = path.to_owned();
            move |source| ImageError::Access { path, source }
        };
        for ((name, identifier), bytes) in &self.files {
            let application = folder.join(hex::encode_upper(name));
            fs::create_dir_all(&application).map_err(access(&application))?;
            let path = application.join(format!("{identifier:04X}.bin"));
            fs::write(&path, bytes).map_err(access(&path))?;
        }
        Ok(())
    }

    /// The bytes of an EF.
    #[must_use]
    pub fn file(&self, application: &[u8], identifier: u16) -> Option<&[u8]> {
        self.files.get(&(application.to_vec(), identifier)).map(Vec::as_slice)
    }

    /// Puts an EF there, in place of what was.
    pub fn set_file(&mut self, application: &[u8], identifier: u16, bytes: Vec<u8>) {
        self.files.insert((application.to_vec(), identifier), bytes);
    }

    /// Every EF: application, identifier, bytes.
    pub fn files(&self) -> impl Iterator<Item = (&[u8], u16, &[u8])> {
        self.files.iter().map(|((name, identifier), bytes)| (name.as_slice(), *identifier, bytes.as_slice()))
    }
}

impl Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        english(self).fmt(f)
    }
}

impl Diagnostic for ImageError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Access { .. } => &codes::IMAGE_ACCESS,
            Self::Name { .. } => &codes::IMAGE_NAME,
            Self::Empty { .. } => &codes::IMAGE_EMPTY,
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("path", Self::Access { path, .. } | Self::Name { path, .. } | Self::Empty { path }) => {
                path.display().fmt(f)
            }
            ("reason", Self::Access { source, .. }) => f.write_str(system_reason(source.kind(), language)),
            ("reason", Self::Name { reason, .. }) => f.write_str(reason),
            _ => unknown_detail(name, f),
        }
    }
}

impl std::error::Error for ImageError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Access { source, .. } => Some(source),
            Self::Name { .. } | Self::Empty { .. } => None,
        }
    }
}

/// Where a described card keeps what GET DATA gives.
pub(crate) const OBJECTS: &str = "objects";

fn entries(folder: &Path) -> Result<Vec<PathBuf>, ImageError> {
    let access = |source| ImageError::Access { path: folder.to_owned(), source };
    let listed: Result<Vec<_>, _> =
        fs::read_dir(folder).map_err(access)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = listed.map_err(access)?;
    paths.sort();
    Ok(paths)
}

/// Not opened before it is known to be a file that a card could hold: a named pipe would wait.
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::symlink_metadata(path)?;
    if !metadata.is_file() || metadata.len() > MOST_BYTES {
        return Err(io::Error::other(format!("not a file of at most {MOST_BYTES} bytes")));
    }
    fs::read(path)
}

/// READ BINARY reaches 32 767 by its offset and 65 536 from there, but the card's own structures count in two bytes.
pub(crate) const MOST_BYTES: u64 = 65_535;

fn stem(path: &Path) -> &str {
    path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
}
