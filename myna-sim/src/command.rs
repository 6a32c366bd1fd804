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

use myna_apdu::{Command, FileIdentifier, Instruction, LengthForm, ShortFileIdentifier, StatusWord};

use crate::file::File;
use crate::{CardProfile, SimulatedCard};

/// What a command comes to: data with `9000`, or a status word alone.
type Outcome = Result<Vec<u8>, StatusWord>;

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
    /// Takes a command as it comes from the reader and gives the answer: data and status word, at least two bytes,
    /// whatever the command was. Without power it is `6F00`, where a real card would be silent.
    pub fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        let (mut answer, status) = match self.carry_out(command) {
            Ok(data) => (data, StatusWord::SUCCESS),
            Err(status) => (Vec::new(), status),
        };
        answer.extend_from_slice(&status.0.to_be_bytes());
        answer
    }

    fn carry_out(&mut self, bytes: &[u8]) -> Outcome {
        self.hear()?;
        let command = Command::parse(bytes).map_err(|_| StatusWord::WRONG_LENGTH)?;
        if command.form() == LengthForm::Extended && !self.settings.extended_length {
            return Err(StatusWord::WRONG_LENGTH);
        }
        match command.class().0 {
            0x00 => self.carry_out_interindustry(&command),
            0x80 => self.carry_out_proprietary(&command),
            _ if command.class().channel().is_some_and(|channel| channel != 0) => Err(CHANNEL_NOT_OFFERED),
            _ if command.class().secure_messaging() => self.carry_out_protected(&command),
            _ => Err(StatusWord::UNKNOWN_CLASS),
        }
    }

    fn carry_out_interindustry(&mut self, command: &Command<'_>) -> Outcome {
        match command.instruction() {
            Instruction::SELECT => self.select(command),
            Instruction::READ_BINARY => self.read_binary(command),
            Instruction::READ_RECORD => self.read_record(command),
            Instruction::VERIFY => self.verify(command),
            Instruction::CHANGE_REFERENCE_DATA => self.change_reference_data(command),
            Instruction::GET_CHALLENGE => self.get_challenge(command),
            Instruction::GET_DATA => self.get_data(command),
            Instruction::INTERNAL_AUTHENTICATE => self.internal_authenticate(command),
            // Known to the real card; nobody was seen to succeed with it.
            Instruction::EXTERNAL_AUTHENTICATE => Err(StatusWord::CONDITIONS_NOT_SATISFIED),
            _ => Err(StatusWord::UNKNOWN_INSTRUCTION),
        }
    }

    fn carry_out_proprietary(&mut self, command: &Command<'_>) -> Outcome {
        match command.instruction() {
            Instruction::PERFORM_SECURITY_OPERATION => self.compute_signature(command),
            Instruction::CHANGE_KEY => self.change_key(command),
            Instruction::SET_SESSION_KEY => self.set_session_key(command),
            TERMINAL_CERTIFICATE => self.take_terminal_certificate(command),
            // Only the iPhone's token takes it [card: myna-card].
            LAST_COMMAND if self.settings.profile == CardProfile::IPhone => Ok(Vec::new()),
            LAST_COMMAND => Err(StatusWord::WRONG_LENGTH),
            _ => Err(StatusWord::UNKNOWN_INSTRUCTION),
        }
    }

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

/// `80 A2`: the certificate of a terminal. The real card's name for it is not known.
const TERMINAL_CERTIFICATE: Instruction = Instruction(0xA2);
/// `80 FC`: tells the token of an iPhone that no command follows.
const LAST_COMMAND: Instruction = Instruction(0xFC);

/// Only channel 0 `[card: myna-card]`.
const CHANNEL_NOT_OFFERED: StatusWord = StatusWord(0x6881);
