use myna_apdu::{Command, LengthForm, StatusWord};

use super::{Outcome, expected_without_data};
use crate::SimulatedCard;

impl SimulatedCard {
    /// GET CHALLENGE `00 84 00 00 Le`, 1 to 256 bytes, with or without an application; extended lengths are `6985`
    /// `[card: myna-card]`. The bytes are repeatable, not random.
    pub(crate) fn get_challenge(&mut self, command: &Command<'_>) -> Outcome {
        if (command.p1(), command.p2()) != (0, 0) {
            return Err(StatusWord::WRONG_PARAMETERS);
        }
        if command.form() == LengthForm::Extended {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        let expected = expected_without_data(command)?;
        Ok(self.stream.bytes(expected))
    }
}
