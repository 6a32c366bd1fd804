use myna_apdu::{Command, FileIdentifier, StatusWord};

use super::{Outcome, expected};
use crate::application::Application;
use crate::card::Selected;
use crate::{Mutant, SimulatedCard};

impl SimulatedCard {
    /// SELECT `00 A4`. Every form that clients were seen to use, and the answers the card was seen to give.
    pub(crate) fn select(&mut self, command: &Command<'_>) -> Outcome {
        let [answers, next] = match command.p2() {
            0x00 => [true, false],
            0x0C => [false, false],
            0x02 => [true, true],
            0x0E => [false, true],
            _ => return Err(StatusWord::WRONG_PARAMETERS),
        };
        let mut information = match (command.p1(), command.data()) {
            (0x04, name) => self.select_application(name, next)?,
            (0x02, &[high, low]) => self.select_file(FileIdentifier(u16::from_be_bytes([high, low])))?,
            (0x02, _) => return Err(StatusWord::WRONG_LENGTH),
            // There is no usable MF: with an application selected this succeeds and changes nothing.
            (0x00, []) if self.selected.application == ISD => return Err(StatusWord::WRONG_PARAMETERS),
            (0x00, []) => return Ok(Vec::new()),
            (0x00 | 0x01 | 0x03, [_, _]) => return Err(StatusWord::FILE_NOT_FOUND),
            _ => return Err(StatusWord::WRONG_PARAMETERS),
        };
        match expected(command) {
            Some(expected) if answers => {
                information.truncate(expected);
                Ok(information)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// By DF name or the start of one; without a name, the ISD.
    fn select_application(&mut self, name: &[u8], next: bool) -> Outcome {
        if name.len() > 16 {
            return Err(StatusWord::WRONG_LENGTH);
        }
        let matches = |application: &Application| application.name.starts_with(name);
        let after = if next { self.selected.application.saturating_add(1) } else { 0 };
        let found =
            self.applications.iter().enumerate().skip(after).find(|(_, application)| matches(application));
        let position = match found {
            Some((position, _)) => position,
            None if self.is(Mutant::SelectsForeignApplications) => self.selected.application,
            None => return Err(StatusWord::FILE_NOT_FOUND),
        };
        let forgets = if position == self.selected.application {
            self.is(Mutant::ForgetsStatusOnReselection)
        } else {
            !self.is(Mutant::KeepsStatusAcrossApplications)
        };
        if forgets {
            self.security.clear();
        }
        self.selected = Selected { application: position, file: None };
        Ok(control_information(0x84, self.application().map_or(name, |application| &application.name)))
    }

    fn select_file(&mut self, identifier: FileIdentifier) -> Outcome {
        if self.file(identifier).is_none() {
            return Err(StatusWord::FILE_NOT_FOUND);
        }
        self.selected.file = Some(identifier);
        Ok(control_information(0x83, &identifier.to_bytes()))
    }
}

/// Where the ISD stands in the list of applications.
pub(super) const ISD: usize = 0;

/// `6F {84 <DF name>}` or `6F {83 <file identifier>}`. What the real card says here is not known; this much any client can
/// read.
fn control_information(tag: u8, value: &[u8]) -> Vec<u8> {
    // At most 16 bytes, so both lengths take one byte.
    let length = u8::try_from(value.len()).unwrap_or(0);
    let mut information = vec![0x6F, length.saturating_add(2), tag, length];
    information.extend_from_slice(value);
    information
}
