use myna_apdu::{Command, LengthForm, StatusWord};

use super::{Named, Outcome, expected_without_data};
use crate::file::Content;
use crate::{Mutant, SimulatedCard};

impl SimulatedCard {
    /// READ BINARY `00 B0`: by offset (15 bits) in the current EF, or by short identifier and an offset below 256; the EF
    /// named becomes current.
    ///
    /// At the end of the file fewer bytes come with `9000`; at or behind it `6B00` `[card: myna-card]`.
    pub(crate) fn read_binary(&mut self, command: &Command<'_>) -> Outcome {
        let (named, offset) = match command.p1() {
            p1 @ 0x00..=0x7F => (Named::Current, u16::from_be_bytes([p1, command.p2()])),
            0x80..=0x9F if !self.settings.short_identifiers => return Err(StatusWord::WRONG_PARAMETERS),
            p1 @ 0x80..=0x9F => (Named::from_short_identifier(p1 & 0x1F)?, command.p2().into()),
            _ => return Err(StatusWord::WRONG_PARAMETERS),
        };
        let mut expected = expected_without_data(command)?;
        if command.form() == LengthForm::Short && expected == 256 && self.is(Mutant::ShortLeZeroMeansZero) {
            expected = 0;
        }
        self.make_current(named)?;
        let file = self.named_file(named, StatusWord::FILE_NOT_FOUND)?;
        let bytes = match &file.content {
            Content::Transparent(bytes) => bytes,
            other => return Err(other.refusal()),
        };
        if !self.is(Mutant::ReadsWithoutPin) {
            file.access.check(&self.security)?;
        }
        let bytes = bytes.get().map_err(|_| NO_DIAGNOSIS)?;
        match bytes.get(usize::from(offset)..) {
            Some(rest) if !rest.is_empty() => Ok(rest.iter().copied().take(expected).collect()),
            _ if self.is(Mutant::EndOfFileSucceeds) => Ok(Vec::new()),
            _ => Err(StatusWord::WRONG_OFFSET),
        }
    }

    /// READ RECORD `00 B2`: one record by its number, P2 = `(sfi << 3) + 4`. Reading several at once is `6A81`, as on
    /// some cards `[card: myna-card]`.
    pub(crate) fn read_record(&mut self, command: &Command<'_>) -> Outcome {
        let named = Named::from_short_identifier(command.p2() >> 3)?;
        match command.p2() & 0x07 {
            0x04 => {}
            0x05 | 0x06 => return Err(FUNCTION_NOT_OFFERED),
            _ => return Err(StatusWord::WRONG_PARAMETERS),
        }
        let expected = expected_without_data(command)?;
        self.make_current(named)?;
        let file = self.named_file(named, StatusWord::FILE_NOT_FOUND)?;
        let records = match &file.content {
            Content::Records(records) => records,
            other => return Err(other.refusal()),
        };
        file.access.check(&self.security)?;
        // Records count from 1; 0 would be "the current record", which nothing sets.
        let position = usize::from(command.p1()).checked_sub(1).ok_or(StatusWord::RECORD_NOT_FOUND)?;
        let record = records.get(position).ok_or(StatusWord::RECORD_NOT_FOUND)?;
        Ok(record.iter().copied().take(expected).collect())
    }

    /// An EF that a read names by its short identifier becomes current, whether it may be read or not.
    fn make_current(&mut self, named: Named) -> Result<(), StatusWord> {
        if let Named::Short(short) = named {
            self.named_file(named, StatusWord::FILE_NOT_FOUND)?;
            self.selected.file = self.identifier_of(short);
        }
        Ok(())
    }
}

const FUNCTION_NOT_OFFERED: StatusWord = StatusWord(0x6A81);
const NO_DIAGNOSIS: StatusWord = StatusWord(0x6F00);
