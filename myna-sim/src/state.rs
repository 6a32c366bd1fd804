//! What outlives the power: the counters of a simulated card and the PINs that were changed, in a file.
//!
//! ```text
//! {"version":4,"card":{"name":"default","sha256":"<of whatever the card was made from>"},
//!  "counters":{"user_authentication":3,"digital_signature":5,…},
//!  "changed_pins":{"user_authentication":"4321"},"sha256":"<of all before, as written>"}
//! ```
//!
//! One line. **PINs stand in it as they are**: those of a simulated card are as published as its keys, and whoever changes
//! one to what protects something real has told it to a test program.
//!
//! The file is read only if it is, byte for byte, what this version would write: not shorter, no bit changed. And only for the
//! card it was written for: tries that one person has left say nothing of another's card.
//!
//! While a card is attached to it, `<file>.lock` beside it is locked: of two processes that both write, the second would give
//! back the tries that the first has taken.

use crate::codes;
use myna_error::{Diagnostic, Entry, Language, english, system_reason, unknown_detail};
use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::{CardState, Counters, NotKept, Reference, SimulatedCard, SimulatedIdentity};

/// The file that remembers the state of one card.
///
/// A save is complete or did not happen: the new state is written to a file beside, brought to the disk, and renamed
/// over the old one. A process killed at any moment leaves the old state or the new one.
/// [`SimulatedCard::attach_state`](crate::SimulatedCard::attach_state) ties one to a card.
#[derive(Debug)]
pub struct StateFile {
    path: PathBuf,
    kept: Option<(SimulatedIdentity, CardState)>,
    /// Held by the file system until this is dropped, or the process ends in whatever way.
    lock: Option<File>,
}

/// Why a state file could not be read or written.
#[derive(Debug, Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum StateError {
    /// The file is there and cannot be read.
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file does not hold what this version writes.
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file is the state of another card.
    OtherCard {
        /// Which file.
        path: PathBuf,
        /// The name of the card whose state it is.
        written_for: String,
        /// The name of the card that was to have it.
        this: String,
    },
    /// Another card, of this process or of another, has the file attached.
    InUse {
        /// Which file.
        path: PathBuf,
    },
    /// The new state could not be brought to the disk; the old one stands.
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
        let text = match read_file(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { path, kept: None, lock: None });
            }
            Err(source) => return Err(StateError::Read { path, source }),
        };
        match read(&text) {
            Ok(kept) => Ok(Self { path, kept: Some(kept), lock: None }),
            Err(reason) => Err(StateError::Malformed { path, reason }),
        }
    }

    /// What the file holds; `None` when it was not there.
    #[must_use]
    pub fn state(&self) -> Option<&CardState> {
        self.kept.as_ref().map(|(_, state)| state)
    }

    /// Whose state it is; `None` when the file was not there.
    #[must_use]
    pub fn card(&self) -> Option<&SimulatedIdentity> {
        self.kept.as_ref().map(|(card, _)| card)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes the file for this card and nobody else.
    fn attach(&mut self, card: &SimulatedIdentity) -> Result<(), StateError> {
        if let Some(other) = self.card().filter(|other| *other != card) {
            let (written_for, this) = (other.name().to_owned(), card.name().to_owned());
            return Err(StateError::OtherCard { path: self.path.clone(), written_for, this });
        }
        let write = |source| StateError::Write { path: self.path.clone(), source };
        let lock = File::create(self.beside(".lock")).map_err(write)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StateError::InUse { path: self.path.clone() }),
            // A file system without locks: then it is on the user.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(write(error)),
        }
        self.lock = Some(lock);
        Ok(())
    }

    /// Brings a new state to the disk before it returns.
    ///
    /// # Errors
    ///
    /// [`StateError::Write`]; the old state stands.
    pub fn save(&mut self, card: &SimulatedIdentity, state: &CardState) -> Result<(), StateError> {
        self.replace(card, state).map_err(|source| StateError::Write { path: self.path.clone(), source })?;
        self.kept = Some((card.clone(), state.clone()));
        Ok(())
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut beside = self.path.clone().into_os_string();
        beside.push(ending);
        beside.into()
    }

    fn replace(&self, card: &SimulatedIdentity, state: &CardState) -> io::Result<()> {
        let beside = self.beside(".new");
        let mut file = File::create(&beside)?;
        file.write_all(&write(card, state)?)?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)?;
        sync_directory_of(&self.path)
    }
}

impl SimulatedCard {
    /// Takes over what a state file holds, if anything, and saves every later change to it: see
    /// [`keep_by`](Self::keep_by).
    ///
    /// # Errors
    ///
    /// [`StateError::OtherCard`] when the state is that of another card, [`StateError::InUse`] when another card has the file.
    pub fn attach_state(&mut self, mut state: StateFile) -> Result<(), StateError> {
        state.attach(self.identity())?;
        if let Some(kept) = state.state() {
            self.restore(kept);
        }
        let identity = self.identity().clone();
        self.keep_by(move |kept| state.save(&identity, kept).map_err(|_| NotKept));
        Ok(())
    }

    /// Calls `keep` with every change of the counters that a command makes, before the command goes on. It takes the
    /// place of an attached state file; [`keep_by`](Self::keep_by) tells what an error does.
    pub fn keep_counters(
        &mut self,
        mut keep: impl FnMut(Counters) -> Result<(), StateError> + Send + 'static,
    ) {
        self.keep_by(move |kept| keep(kept.counters).map_err(|_| NotKept));
    }
}

impl Diagnostic for StateError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Read { .. } => &codes::STATE_READ,
            Self::Malformed { .. } => &codes::STATE_MALFORMED,
            Self::OtherCard { .. } => &codes::STATE_OTHER_CARD,
            Self::InUse { .. } => &codes::STATE_IN_USE,
            Self::Write { .. } => &codes::STATE_WRITE,
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            (
                "path",
                Self::Read { path, .. }
                | Self::Malformed { path, .. }
                | Self::OtherCard { path, .. }
                | Self::InUse { path }
                | Self::Write { path, .. },
            ) => path.display().fmt(f),
            ("reason", Self::Read { source, .. } | Self::Write { source, .. }) => {
                f.write_str(system_reason(source.kind(), language))
            }
            ("reason", Self::Malformed { reason, .. }) => f.write_str(reason),
            ("written_for", Self::OtherCard { written_for, .. }) => write!(f, "{written_for:?}"),
            ("this", Self::OtherCard { this, .. }) => write!(f, "{this:?}"),
            _ => unknown_detail(name, f),
        }
    }
}

/// 1 knew three counters, 2 no changed PIN, 3 no card.
const VERSION: u32 = 4;

/// Far more than any state.
const MOST_BYTES: u64 = 1 << 16;

/// What the digest covers.
#[derive(Serialize, Deserialize)]
struct Body {
    version: u32,
    card: SimulatedIdentity,
    counters: Counters,
    changed_pins: BTreeMap<String, String>,
}

fn write(card: &SimulatedIdentity, state: &CardState) -> io::Result<Vec<u8>> {
    let text = |(reference, value): (Reference, &[u8])| {
        // Every reference is digits or letters.
        let value = std::str::from_utf8(value).map_err(io::Error::other)?;
        Ok((reference.name().to_owned(), value.to_owned()))
    };
    let changed_pins = state.changed_pins().map(text).collect::<io::Result<_>>()?;
    let body = Body { version: VERSION, card: card.clone(), counters: state.counters, changed_pins };
    let body = serde_json::to_string(&body)?;
    let digest = hex::encode(Sha256::digest(&body));
    let open = body.strip_suffix('}').unwrap_or(&body);
    Ok(format!("{open},\"sha256\":\"{digest}\"}}\n").into_bytes())
}

/// More than a state can have is cut off, and then refused.
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    // Not opened before it is known to be a file: a named pipe would wait.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a file"));
    }
    let mut text = Vec::new();
    File::open(path)?.take(MOST_BYTES).read_to_end(&mut text)?;
    Ok(text)
}

fn read(text: &[u8]) -> Result<(SimulatedIdentity, CardState), String> {
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    let Version { version } = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    if version != VERSION {
        let why = if version == 3 { ", and 3 does not say of which card it is" } else { "" };
        return Err(format!("version {version} where {VERSION} is known{why}"));
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
    match write(&body.card, &state) {
        Ok(written) if written == text => Ok((body.card, state)),
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
    use crate::{CardSettings, Persona, SimulatedCard};
    use myna_calendar::Date;

    fn scratch(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("myna-sim-{}-state-{name}.json", std::process::id()));
        let _ = fs::remove_file(&path);
        path
    }

    fn identity() -> SimulatedIdentity {
        SimulatedIdentity::new("default", b"the same", 0)
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
            state.save(&identity(), &kept).unwrap();
            assert_eq!(StateFile::open(&path).unwrap().state(), Some(&kept));
        }
        let text = fs::read_to_string(&path).unwrap();
        for part in [
            r#"{"version":4,"card":{"name":"default","sha256":""#,
            r#""counters":{"user_authentication":1,"digital_signature":5,"card_face_pin":3,"#,
            r#""changed_pins":{"digital_signature":"XYZ789","user_authentication":"4321"},"sha256":""#,
        ] {
            assert!(text.contains(part) && text.ends_with("\"}\n"), "{text}");
        }
        assert!(!format!("{state:?}").contains("4321"));
        fs::remove_file(path).unwrap();
    }

    /// A file that is not wholly what was written never passes for a state, and least of all for a fresh card.
    #[test]
    fn a_file_cut_short_or_with_one_bit_changed_is_refused() {
        let whole = write(&identity(), &used()).unwrap();
        assert_eq!(read(&whole), Ok((identity(), used())));
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
        let good = String::from_utf8(write(&identity(), &used()).unwrap()).unwrap();
        for (text, reason) in [
            (String::new(), "EOF"),
            ("{}".to_owned(), "version"),
            ("null".to_owned(), "null"),
            (good.replace("\"version\":4", "\"version\":2"), "version 2 where 4 is known"),
            (good.replace("\"version\":4", "\"version\":3"), "3 does not say of which card"),
            (good.replace("\"version\":4", "\"version\":5"), "version 5 where 4 is known"),
            (good.replace("\"name\":\"default\"", "\"name\":\"another\""), "sha256"),
            (good.replace("\"name\":\"default\",", ""), "name"),
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
        let error = state.save(&identity(), &used()).unwrap_err();
        assert_eq!((error.code(), state.state()), ("sim.state.write", None));
    }

    #[test]
    fn what_is_no_file_of_a_state_is_not_waited_for_and_not_swallowed() {
        let error = StateFile::open(std::env::temp_dir()).unwrap_err();
        assert_eq!(error.code(), "sim.state.read");
        #[cfg(unix)]
        assert_eq!(StateFile::open("/dev/zero").unwrap_err().code(), "sim.state.read");
        let path = scratch("long");
        let whole = write(&identity(), &used()).unwrap();
        fs::write(&path, [whole, vec![b' '; 1 << 20]].concat()).unwrap();
        assert_eq!(StateFile::open(&path).unwrap_err().code(), "sim.state.malformed");
        fs::remove_file(path).unwrap();
    }

    /// A card made from the same persona on another day, with another ATR: the same card.
    #[test]
    fn a_state_belongs_to_one_card() {
        let path = scratch("identity");
        let persona = |text: &str| Persona::from_toml(text).unwrap();
        let attach = |text: &str, settings: fn(CardSettings) -> CardSettings, day: u8| {
            let persona = persona(text);
            let today = Date::from_ymd(2025, 6, day).unwrap();
            let settings = settings(persona.settings());
            let mut card = SimulatedCard::with_settings(&persona, today, settings).unwrap();
            let attached = card.attach_state(StateFile::open(&path).unwrap());
            attached.map(|()| card)
        };
        let same = |settings| settings;
        let mut card = attach("", same, 2).unwrap();
        card.expect(&[(SELECT_JPKI, 0x9000), ("00200098 04 39393939", 0x63C2)]);
        // While one has it, no other, not even itself.
        assert_eq!(attach("", same, 2).unwrap_err().code(), "sim.state.in_use");
        drop(card);

        for text in
            ["", "summary = \"x\"", "[card]\natr = \"contactless\"", "[eligibility]\nvalidity = \"2\""]
        {
            let mut card = attach(text, same, 3).unwrap();
            card.expect(&[(SELECT_JPKI, 0x9000), ("00200098", 0x63C2)]);
        }
        let before = fs::read(&path).unwrap();
        for text in ["name = \"other\"", "[pins]\ncard_face = \"4321\"", "[tries]\ncommon = 1"] {
            let error = attach(text, same, 2).unwrap_err();
            let message = error.to_string();
            assert_eq!(error.code(), "sim.state.other_card");
            assert!(message.contains("\"default\"") && message.contains(persona(text).name()), "{message}");
        }
        let reseeded = attach("", |settings| CardSettings { seed: 1, ..settings }, 2);
        assert_eq!(reseeded.unwrap_err().code(), "sim.state.other_card");
        assert_eq!(fs::read(&path).unwrap(), before, "left alone");
        fs::remove_file(&path).unwrap();
        fs::remove_file(path.with_extension("json.lock")).unwrap();
    }

    #[test]
    fn a_changed_pin_outlives_the_process_and_is_not_changed_unless_saved() {
        let path = scratch("changed");
        let mut first = card();
        first.attach_state(StateFile::open(&path).unwrap()).unwrap();
        first.expect(&[(SELECT_JPKI, 0x9000), (&format!("00200098{PIN_1234}"), 0x9000)]);
        first.expect(&[("00A4020C020018", 0x9000), ("00240180 04 34333231", 0x9000)]);
        drop(first);
        let mut second = card();
        second.attach_state(StateFile::open(&path).unwrap()).unwrap();
        second.expect(&[(SELECT_JPKI, 0x9000), (&format!("00200098{PIN_1234}"), 0x63C2)]);
        second.expect(&[("00200098 04 34333231", 0x9000)]);
        fs::remove_file(&path).unwrap();
        fs::remove_file(path.with_extension("json.lock")).unwrap();

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
