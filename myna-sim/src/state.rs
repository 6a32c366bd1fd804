//! What outlives the power: the counters of a simulated card, in a file.
//!
//! ```text
//! {"version":2,"counters":{"user_authentication":3,"digital_signature":5,"card_face_pin":3,…}}
//! ```

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use myna_apdu::flow::Blame;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Counters;

/// The file that remembers the counters of one card.
///
/// A save is complete or did not happen: the new state is written to a file beside, brought to the disk, and renamed
/// over the old one. A process killed at any moment leaves the old state or the new one.
/// [`SimulatedCard::attach_state`](crate::SimulatedCard::attach_state) ties one to a card.
#[derive(Debug)]
pub struct StateFile {
    path: PathBuf,
    counters: Option<Counters>,
}

/// Why a state file could not be read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StateError {
    /// The file is there and cannot be read.
    #[error("{}: cannot be read: {source}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file does not hold what this version writes.
    #[error("{}: not the state of a simulated card: {reason}; remove the file to start with fresh counters", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The new state could not be brought to the disk; the old one stands.
    #[error("{}: cannot be written: {source}", path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl StateFile {
    /// Reads the file. One that is not there is the state of a card never used; the first save makes it.
    ///
    /// # Errors
    ///
    /// [`StateError::Read`], [`StateError::Malformed`].
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, StateError> {
        let path = path.into();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { path, counters: None });
            }
            Err(source) => return Err(StateError::Read { path, source }),
        };
        match read(&text) {
            Ok(counters) => Ok(Self { path, counters: Some(counters) }),
            Err(reason) => Err(StateError::Malformed { path, reason }),
        }
    }

    /// What the file holds; `None` when it was not there.
    #[must_use]
    pub const fn counters(&self) -> Option<Counters> {
        self.counters
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Brings new counters to the disk before it returns.
    ///
    /// # Errors
    ///
    /// [`StateError::Write`]; the old state stands.
    pub fn save(&mut self, counters: Counters) -> Result<(), StateError> {
        self.replace(counters).map_err(|source| StateError::Write { path: self.path.clone(), source })?;
        self.counters = Some(counters);
        Ok(())
    }

    fn replace(&self, counters: Counters) -> io::Result<()> {
        let mut beside = self.path.clone().into_os_string();
        beside.push(".new");
        let mut file = File::create(&beside)?;
        serde_json::to_writer(&mut file, &Stored { version: VERSION, counters })?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)?;
        sync_directory_of(&self.path)
    }
}

impl StateError {
    /// Stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "sim.state.read",
            Self::Malformed { .. } => "sim.state.malformed",
            Self::Write { .. } => "sim.state.write",
        }
    }

    /// Whose fault it is: the caller names the file.
    #[must_use]
    pub const fn blame(&self) -> Blame {
        Blame::Caller
    }
}

/// 1 knew three counters.
const VERSION: u32 = 2;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    version: u32,
    counters: Counters,
}

fn read(text: &[u8]) -> Result<Counters, String> {
    let stored: Stored = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    if stored.version != VERSION {
        return Err(format!("version {} where {VERSION} is known", stored.version));
    }
    if stored.counters != stored.counters.clamped() {
        return Err("a counter is above the tries its PIN can have".to_owned());
    }
    Ok(stored.counters)
}

/// A rename lasts once its directory is on the disk.
#[cfg(unix)]
fn sync_directory_of(path: &Path) -> io::Result<()> {
    let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
    File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}

/// Directories cannot be opened here; the file system orders renames itself.
#[cfg(not(unix))]
fn sync_directory_of(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHERS: &str = r#""text_number_a":10,"text_number_b":10,"visual_birth_date":10,"visual_number_b":10,"visual_number_a":10,"common":3,"resident_register":3"#;

    fn scratch(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("myna-sim-{}-state-{name}.json", std::process::id()));
        let _ = fs::remove_file(&path);
        path
    }

    #[test]
    fn what_is_saved_is_read_again() {
        let path = scratch("round-trip");
        let mut state = StateFile::open(&path).unwrap();
        assert_eq!(state.counters(), None);
        let counters = Counters { user_authentication: 1, ..Counters::default() };
        state.save(counters).unwrap();
        state.save(counters).unwrap();
        assert_eq!(StateFile::open(&path).unwrap().counters(), Some(counters));
        let text = fs::read_to_string(&path).unwrap();
        let expected = format!(
            r#"{{"version":2,"counters":{{"user_authentication":1,"digital_signature":5,"card_face_pin":3,{OTHERS}}}}}"#
        );
        assert_eq!(text.trim_end(), expected);
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_malformed_file_is_named() {
        let path = scratch("malformed");
        let good = format!(r#""user_authentication":3,"digital_signature":5,{OTHERS}"#);
        for text in [
            "".to_owned(),
            "{}".to_owned(),
            "null".to_owned(),
            format!(r#"{{"version":1,"counters":{{{good},"card_face_pin":3}}}}"#),
            format!(r#"{{"version":2,"counters":{{{good}}}}}"#),
            format!(r#"{{"version":2,"counters":{{{good},"card_face_pin":4}}}}"#),
            format!(r#"{{"version":2,"counters":{{{good},"card_face_pin":3,"x":1}}}}"#),
        ] {
            fs::write(&path, &text).unwrap();
            let error = StateFile::open(&path).unwrap_err();
            assert_eq!(error.code(), "sim.state.malformed", "{text}");
            assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
        }
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_save_that_fails_leaves_the_old_state() {
        let mut state = StateFile::open(scratch("no-such-directory").join("state.json")).unwrap();
        let error = state.save(Counters::default()).unwrap_err();
        assert_eq!((error.code(), state.counters()), ("sim.state.write", None));
    }
}
