//! What outlives the power: the counters of a simulated card and the PINs that were changed, in a file.
//!
//! ```text
//! {"version":3,"counters":{"user_authentication":3,"digital_signature":5,…},
//!  "changed_pins":{"user_authentication":"4321"},"sha256":"<of all before, as written>"}
//! ```
//!
//! One line. **PINs stand in it as they are**: those of a simulated card are as published as its keys, and whoever changes
//! one to what protects something real has told it to a test program.
//!
//! The file is read only if it is, byte for byte, what this version would write: not shorter, no bit changed.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use myna_apdu::flow::Blame;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{Counters, Reference};

/// The file that remembers the state of one card.
///
/// A save is complete or did not happen: the new state is written to a file beside, brought to the disk, and renamed
/// over the old one. A process killed at any moment leaves the old state or the new one.
/// [`SimulatedCard::attach_state`](crate::SimulatedCard::attach_state) ties one to a card.
#[derive(Debug)]
pub struct StateFile {
    path: PathBuf,
    state: Option<CardState>,
}

/// What outlives the power.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct CardState {
    /// The tries left.
    pub counters: Counters,
    changed_pins: BTreeMap<Reference, Zeroizing<Vec<u8>>>,
}

impl CardState {
    /// A later value of a reference takes the place of an earlier one.
    #[must_use]
    pub fn new<'v>(
        counters: Counters,
        changed_pins: impl IntoIterator<Item = (Reference, &'v [u8])>,
    ) -> Self {
        let owned = |(reference, value): (Reference, &[u8])| (reference, Zeroizing::new(value.to_vec()));
        Self { counters, changed_pins: changed_pins.into_iter().map(owned).collect() }
    }

    /// The PINs that are not those the card was made with.
    pub fn changed_pins(&self) -> impl Iterator<Item = (Reference, &[u8])> {
        self.changed_pins.iter().map(|(reference, value)| (*reference, value.as_slice()))
    }
}

/// No PIN is shown.
impl fmt::Debug for CardState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardState")
            .field("counters", &self.counters)
            .field("changed_pins", &self.changed_pins.keys().collect::<Vec<_>>())
            .finish()
    }
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
    #[error("{}: not the state of a simulated card: {reason}; remove the file to start with a fresh card", path.display())]
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
                return Ok(Self { path, state: None });
            }
            Err(source) => return Err(StateError::Read { path, source }),
        };
        match read(&text) {
            Ok(state) => Ok(Self { path, state: Some(state) }),
            Err(reason) => Err(StateError::Malformed { path, reason }),
        }
    }

    /// What the file holds; `None` when it was not there.
    #[must_use]
    pub const fn state(&self) -> Option<&CardState> {
        self.state.as_ref()
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Brings a new state to the disk before it returns.
    ///
    /// # Errors
    ///
    /// [`StateError::Write`]; the old state stands.
    pub fn save(&mut self, state: &CardState) -> Result<(), StateError> {
        self.replace(state).map_err(|source| StateError::Write { path: self.path.clone(), source })?;
        self.state = Some(state.clone());
        Ok(())
    }

    fn replace(&self, state: &CardState) -> io::Result<()> {
        let mut beside = self.path.clone().into_os_string();
        beside.push(".new");
        let mut file = File::create(&beside)?;
        file.write_all(&write(state)?)?;
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

/// 1 knew three counters, 2 no changed PIN.
const VERSION: u32 = 3;

/// What the digest covers.
#[derive(Serialize, Deserialize)]
struct Body {
    version: u32,
    counters: Counters,
    changed_pins: BTreeMap<String, String>,
}

fn write(state: &CardState) -> io::Result<Vec<u8>> {
    let text = |(reference, value): (Reference, &[u8])| {
        // Every reference is digits or letters.
        let value = std::str::from_utf8(value).map_err(io::Error::other)?;
        Ok((reference.name().to_owned(), value.to_owned()))
    };
    let changed_pins = state.changed_pins().map(text).collect::<io::Result<_>>()?;
    let body = serde_json::to_string(&Body { version: VERSION, counters: state.counters, changed_pins })?;
    let digest: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
    let open = body.strip_suffix('}').unwrap_or(&body);
    Ok(format!("{open},\"sha256\":\"{digest}\"}}\n").into_bytes())
}

fn read(text: &[u8]) -> Result<CardState, String> {
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    let Version { version } = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    if version != VERSION {
        return Err(format!("version {version} where {VERSION} is known"));
    }
    let body: Body = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    if body.counters != body.counters.clamped() {
        return Err("a counter is above the tries its PIN can have".to_owned());
    }
    let mut changed_pins = Vec::new();
    for (name, value) in &body.changed_pins {
        let reference = Reference::from_name(name).ok_or_else(|| format!("changed_pins.{name} is no PIN"))?;
        if !reference.accepts(value.as_bytes()) {
            return Err(format!("changed_pins.{name} is not {}", reference.form()));
        }
        changed_pins.push((reference, value.as_bytes()));
    }
    let state = CardState::new(body.counters, changed_pins);
    // Every bit counts: the digest, and with it the order of the fields, their spelling and the end of the line.
    match write(&state) {
        Ok(written) if written == text => Ok(state),
        _ => Err("it was changed after it was written (sha256)".to_owned()),
    }
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
    use crate::tests::{PIN_1234, SELECT_JPKI, card};

    fn scratch(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("myna-sim-{}-state-{name}.json", std::process::id()));
        let _ = fs::remove_file(&path);
        path
    }

    /// One counter down, two PINs changed.
    fn used() -> CardState {
        let counters = Counters { user_authentication: 1, ..Counters::default() };
        let changed: [(Reference, &[u8]); 2] =
            [(Reference::UserAuthentication, b"4321"), (Reference::DigitalSignature, b"XYZ789")];
        CardState::new(counters, changed)
    }

    #[test]
    fn what_is_saved_is_read_again() {
        let path = scratch("round-trip");
        let mut state = StateFile::open(&path).unwrap();
        assert_eq!(state.state(), None);
        for kept in [CardState::default(), used(), used()] {
            state.save(&kept).unwrap();
            assert_eq!(StateFile::open(&path).unwrap().state(), Some(&kept));
        }
        let text = fs::read_to_string(&path).unwrap();
        let (first, second) = (
            r#"{"version":3,"counters":{"user_authentication":1,"digital_signature":5,"card_face_pin":3,"#,
            r#""changed_pins":{"digital_signature":"XYZ789","user_authentication":"4321"},"sha256":""#,
        );
        assert!(text.starts_with(first) && text.contains(second) && text.ends_with("\"}\n"), "{text}");
        assert!(!format!("{state:?}").contains("4321"));
        fs::remove_file(path).unwrap();
    }

    /// A file that is not wholly what was written never passes for a state, and least of all for a fresh card.
    #[test]
    fn a_file_cut_short_or_with_one_bit_changed_is_refused() {
        let whole = write(&used()).unwrap();
        assert_eq!(read(&whole), Ok(used()));
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_err(), "{length} bytes");
        }
        for bit in 0..whole.len() * 8 {
            let mut flipped = whole.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(read(&flipped).is_err(), "bit {bit}: {}", String::from_utf8_lossy(&flipped));
        }
        assert!(read(&[whole.as_slice(), b"\n"].concat()).is_err());
    }

    #[test]
    fn a_malformed_file_is_named_with_the_reason() {
        let path = scratch("malformed");
        let good = String::from_utf8(write(&used()).unwrap()).unwrap();
        for (text, reason) in [
            (String::new(), "EOF"),
            ("{}".to_owned(), "version"),
            ("null".to_owned(), "null"),
            (good.replace("\"version\":3", "\"version\":2"), "version 2 where 3 is known"),
            (good.replace("\"version\":3", "\"version\":4"), "version 4 where 3 is known"),
            (good.replace("\"common\":3,", ""), "common"),
            (good.replace("\"common\":3", "\"common\":4"), "above the tries"),
            (good.replace("\"common\":3", "\"common\":2"), "sha256"),
            (good.replace("\"4321\"", "\"432\""), "changed_pins.user_authentication is not 4 digits"),
            (good.replace("\"4321\"", "\"4322\""), "sha256"),
            (good.replace("\"user_authentication\":\"4321\"", "\"nobody\":\"4321\""), "changed_pins.nobody"),
        ] {
            fs::write(&path, &text).unwrap();
            let error = StateFile::open(&path).unwrap_err();
            assert_eq!(error.code(), "sim.state.malformed", "{text}");
            let message = error.to_string();
            assert!(message.contains(path.to_str().unwrap()) && message.contains(reason), "{message}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text, "left alone");
        }
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_save_that_fails_leaves_the_old_state() {
        let mut state = StateFile::open(scratch("no-such-directory").join("state.json")).unwrap();
        let error = state.save(&used()).unwrap_err();
        assert_eq!((error.code(), state.state()), ("sim.state.write", None));
    }

    #[test]
    fn a_changed_pin_outlives_the_process_and_is_not_changed_unless_saved() {
        let path = scratch("changed");
        let mut first = card();
        first.attach_state(StateFile::open(&path).unwrap());
        first.expect(&[(SELECT_JPKI, 0x9000), (&format!("00200098{PIN_1234}"), 0x9000)]);
        first.expect(&[("00A4020C020018", 0x9000), ("00240180 04 34333231", 0x9000)]);
        drop(first);
        let mut second = card();
        second.attach_state(StateFile::open(&path).unwrap());
        second.expect(&[(SELECT_JPKI, 0x9000), (&format!("00200098{PIN_1234}"), 0x63C2)]);
        second.expect(&[("00200098 04 34333231", 0x9000)]);
        fs::remove_file(&path).unwrap();

        let mut unlucky = card();
        unlucky.expect(&[(SELECT_JPKI, 0x9000), (&format!("00200098{PIN_1234}"), 0x9000)]);
        unlucky.keep_counters(|_| {
            Err(StateError::Write { path: PathBuf::new(), source: io::ErrorKind::StorageFull.into() })
        });
        unlucky.expect(&[("00A4020C020018", 0x9000), ("00240180 04 34333231", 0x6581)]);
        unlucky.keep_counters(|_| Ok(()));
        unlucky.expect(&[(&format!("00200098{PIN_1234}"), 0x9000)]);
    }
}
