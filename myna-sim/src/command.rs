//! The commands of the card, one file for each family.

mod authenticate;
mod challenge;
mod data;
mod read;
mod secure;
mod select;
mod sign;
mod terminal;
mod verify;

use myna_apdu::{Command, FileIdentifier, ShortFileIdentifier, StatusWord};

use crate::SimulatedCard;
use crate::file::File;

/// How a parameter byte names an EF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Current,
    Short(ShortFileIdentifier),
}

impl Named {
    /// From five bits: 0 is the current EF, 31 nothing.
    fn from_short_identifier(bits: u8) -> Result<Self, StatusWord> {
        match ShortFileIdentifier::new(bits) {
            Some(short) => Ok(Self::Short(short)),
            None if bits == 0 => Ok(Self::Current),
            None => Err(StatusWord::WRONG_PARAMETERS),
        }
    }

    /// From `80` or `80+sfi`.
    fn from_key_reference(p2: u8) -> Result<Self, StatusWord> {
        match p2 {
            0x80..=0x9F => Self::from_short_identifier(p2 & 0x1F),
            _ => Err(StatusWord::WRONG_PARAMETERS),
        }
    }
}

impl SimulatedCard {
    /// The EF a command names. `6986` when it means the current one and there is none, `absent` when there is no EF of
    /// that name, `6A86` when this card does not know short identifiers.
    fn named_file(&self, named: Named, absent: StatusWord) -> Result<&File, StatusWord> {
        match named {
            Named::Current => {
                let identifier = self.selected.file.ok_or(StatusWord::NO_CURRENT_FILE)?;
                self.file(identifier).ok_or(StatusWord::NO_CURRENT_FILE)
            }
            Named::Short(_) if !self.settings.short_identifiers => Err(StatusWord::WRONG_PARAMETERS),
            Named::Short(short) => self.identifier_of(short).and_then(|found| self.file(found)).ok_or(absent),
        }
    }

    fn identifier_of(&self, short: ShortFileIdentifier) -> Option<FileIdentifier> {
        let files = &self.application()?.files;
        files.iter().find(|file| file.short_identifier == Some(short)).map(|file| file.identifier)
    }
}

/// Ne in bytes, when there is an Le field.
fn expected(command: &Command<'_>) -> Option<usize> {
    command.expected().map(|expected| usize::try_from(expected.get()).unwrap_or(usize::MAX))
}

/// Ne of a command that has to have one, and no data.
fn expected_without_data(command: &Command<'_>) -> Result<usize, StatusWord> {
    if command.data().is_empty() {
        expected(command).ok_or(StatusWord::WRONG_LENGTH)
    } else {
        Err(StatusWord::WRONG_LENGTH)
    }
}
