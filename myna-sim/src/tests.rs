//! The card by its commands, as tables. Commands and answers are hexadecimal; blanks are for the eye.

mod agreement;
mod any_bytes;
mod attacks;
mod checklist;
mod client_traces;
mod face_files;
mod faults;
mod files;
mod host;
mod model;
mod mutants;
mod on_card;
mod other_commands;
mod secure_messaging;
mod signatures;
mod step;
mod trial;
mod vpcd;

use myna_apdu::StatusWord;

use crate::{CardSettings, Counters, Persona, SimulatedCard};
use myna_calendar::Date;

pub(crate) const SELECT_JPKI: &str = "00A4040C 0A D392F000260100000001";
pub(crate) const SELECT_TEXT: &str = "00A4040C 0A D3921000310001010408";
pub(crate) const SELECT_VISUAL: &str = "00A4040C 0A D3921000310001010402";
pub(crate) const SELECT_RESIDENT_REGISTER: &str = "00A4040C 0A D3921000310001010401";
pub(crate) const SELECT_COMMON: &str = "00A4040C 0A D3921000310001010100";
pub(crate) const SELECT_ISD: &str = "00A4040C 07 A0000001510000";
pub(crate) const PIN_1234: &str = "04 31323334";
pub(crate) const WRONG_PIN: &str = "04 39393939";
pub(crate) const PIN_ABC123: &str = "06 414243313233";

pub(crate) fn today() -> Date {
    Date::from_ymd(2025, 6, 2).unwrap()
}

pub(crate) fn persona() -> Persona {
    Persona::built_in("default").unwrap()
}

pub(crate) fn card() -> SimulatedCard {
    SimulatedCard::new(&persona(), today()).unwrap()
}

pub(crate) fn card_with(settings: CardSettings) -> SimulatedCard {
    SimulatedCard::with_settings(&persona(), today(), settings).unwrap()
}

pub(crate) fn bytes(hexadecimal: &str) -> Vec<u8> {
    hex::decode(hexadecimal.replace(' ', "")).unwrap()
}

impl SimulatedCard {
    /// Data and status word.
    pub(crate) fn ask(&mut self, command: &str) -> (Vec<u8>, u16) {
        let mut answer = self.transmit(&bytes(command));
        let status = answer.split_off(answer.len() - 2);
        (answer, u16::from_be_bytes([status[0], status[1]]))
    }

    /// Data of a command that succeeds.
    pub(crate) fn get(&mut self, command: &str) -> Vec<u8> {
        let (data, status) = self.ask(command);
        assert_eq!(StatusWord(status), StatusWord::SUCCESS, "{command}");
        data
    }

    /// Status word of a command that gives no data.
    pub(crate) fn status(&mut self, command: &str) -> u16 {
        let (data, status) = self.ask(command);
        assert!(data.is_empty(), "{command}: {}", hex::encode_upper(data));
        status
    }

    /// Commands one after the other, each with the status word it must get.
    pub(crate) fn expect(&mut self, table: &[(&str, u16)]) {
        for (command, expected) in table {
            let (_, status) = self.ask(command);
            assert_eq!(StatusWord(status), StatusWord(*expected), "{command}");
        }
    }
}
