//! A card as a folder: what was read out of one, and a description of what else there is to know. See [`CardFolder`].

mod description;
mod error;
mod source;

use std::fs;
use std::io;
use std::path::Path;

pub use self::description::DESCRIPTION;
use self::description::Description;
pub use self::error::FolderError;
use crate::{CardImage, SimulatedCard};

/// A card described in a folder, the second way to a [`SimulatedCard`] after a [`Persona`](crate::Persona): for a card whose
/// bytes are known and not made up.
///
/// ```text
/// FOLDER/card.toml                      what is below
/// FOLDER/<AID>/<EF>.bin                 the bytes of an EF; of one with records, the records one after the other
/// FOLDER/<AID>/<EF>.pem                 a private key, PKCS#8; .der if the description says so
/// FOLDER/objects/<tag>.bin              what GET DATA gives while the ISD is current
/// ```
///
/// ```toml
/// version = 1
/// summary = "SIMULATED"                 # for people; may be left out, as everything without "required"
///
/// [card]
/// atr = "3BE000FF8131FE4514"            # hexadecimal; left out: this
/// profile = "card"                      # card, face-authentication, android, iphone
/// extended_length = true
/// short_identifiers = true
/// refuses_first_command = false
/// accepts_terminals = false
/// seed = 0                              # of challenges and salts
/// latency = { command = 0, byte = 0, signature = 0 }  # milliseconds
///
/// [[object]]
/// tag = "7F21"                          # required
/// file = "objects/7F21.bin"             # left out: this
///
/// [[application]]                       # in the order in which SELECT looks for the start of a name; the ISD is there
/// aid = "D392F000260100000001"          # of itself. required, 5 to 16 bytes
/// own_key = "0013"                      # the key that P2 00 of the signature command means
/// session_key = "not-offered"           # SET SESSION KEY: offered, not-offered (66F1), protected (6982)
/// session_key_file = "session.pem"      # the private key for it; left out: 6A88
///
/// [[application.ef]]
/// id = "000A"                           # required, four digits
/// short_identifier = 10                 # 1 to 30, 0 for none; left out: as `id`, if that is 0001 to 001E
/// kind = "binary"                       # required: see below
/// access = "free"                       # free, never, or PINs with "or" between: "card_face or text_number_b"
/// file = "D392F000260100000001/000A.bin" # left out: this
/// ```
///
/// | kind | what it is | fields |
/// |---|---|---|
/// | `binary` | for READ BINARY | `access`, `file` |
/// | `records` | for READ RECORD | `access`, `file`, `record_lengths = [30]` |
/// | `pin` | for VERIFY | `pin = "user_authentication"` ([`Reference::name`](crate::Reference::name)), `tries = 3`, `value = "1234"` |
/// | `blocked-pin` | a PIN that nobody could ever verify | |
/// | `key` | for the signature command | `access` (also `"<pin> or terminal"`), `file` |
/// | `authentication-key` | for INTERNAL AUTHENTICATE | `access`, `file` |
/// | `terminal-authority` | for `80 A2` | `file` |
/// | `unknown` | selected, not read | `status = "6981"`, what a read answers |
///
/// Nobody reads a PIN or a private key out of a card. A `pin` without `value` tells its tries and answers `6A88` to a PIN, at
/// no cost; a key whose file is not there answers `6A88` to whoever may use it. PINs are those of this crate, each at most
/// once, with the tries and the form they have.
///
/// Nothing outside the folder is read: no path upwards, no symbolic link.
#[derive(Debug)]
pub struct CardFolder {
    summary: String,
    card: SimulatedCard,
}

impl CardFolder {
    /// Reads a folder. A new card has power and every try the description says.
    ///
    /// # Errors
    ///
    /// A [`FolderError`] naming file and field.
    pub fn read(folder: &Path) -> Result<Self, FolderError> {
        let description = Description::read(folder)?;
        let summary = description.summary().to_owned();
        Ok(Self { summary, card: source::card(folder, &description)? })
    }

    /// Whether a folder describes a card, or is no more than a heap of files ([`CardImage::read`]).
    #[must_use]
    pub fn is_described(folder: &Path) -> bool {
        folder.join(DESCRIPTION).exists()
    }

    /// Writes a simulated card to a folder that is not there yet or empty: everything, **its PINs and private keys too**.
    /// [`read`](Self::read) gives a card that answers as this one does.
    ///
    /// # Errors
    ///
    /// [`FolderError::NotEmpty`], [`FolderError::Access`].
    pub fn write(card: &SimulatedCard, summary: &str, folder: &Path) -> Result<(), FolderError> {
        let access = |path: &Path| FolderError::access(path, "");
        fs::create_dir_all(folder).map_err(access(folder))?;
        if fs::read_dir(folder).map_err(access(folder))?.next().is_some() {
            return Err(FolderError::NotEmpty { path: folder.to_owned() });
        }
        let image = CardImage::of(card);
        image.write(folder).map_err(|error| FolderError::access(folder, "")(io::Error::other(error)))?;
        let (description, files) =
            Description::of(card, summary).map_err(|error| access(folder)(io::Error::other(error)))?;
        for (name, bytes) in files {
            let path = folder.join(name);
            if let Some(directory) = path.parent() {
                fs::create_dir_all(directory).map_err(access(directory))?;
            }
            fs::write(&path, bytes.as_slice()).map_err(access(&path))?;
        }
        // Last: without it the folder is no card.
        let path = folder.join(DESCRIPTION);
        fs::write(&path, description).map_err(access(&path))
    }

    /// What the description says the card is.
    #[must_use]
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// The card.
    #[must_use]
    pub const fn card(&self) -> &SimulatedCard {
        &self.card
    }

    /// The card.
    #[must_use]
    pub fn into_card(self) -> SimulatedCard {
        self.card
    }
}
