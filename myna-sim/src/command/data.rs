use myna_apdu::{Command, LengthForm, StatusWord};

use super::select::ISD;
use super::{Outcome, expected_without_data};
use crate::SimulatedCard;
use crate::application::objects::CONTACT_ATR;

impl SimulatedCard {
    /// GET DATA `00 CA <tag>`: objects of the card as a whole, while the ISD is current. One above 256 bytes answers `6700`
    /// to a short Le `[card: myna-card]`.
    pub(crate) fn get_data(&mut self, command: &Command<'_>) -> Outcome {
        let tag = u16::from_be_bytes([command.p1(), command.p2()]);
        let is_given = self.selected.application == ISD || tag == CONTACT_ATR;
        let found = self.objects.iter().find(|(known, _)| *known == tag && is_given);
        let (_, object) = found.ok_or(StatusWord::OBJECT_NOT_FOUND)?;
        let object = object.get().map_err(|_| StatusWord(0x6F00))?;
        let expected = expected_without_data(command)?;
        if object.len() > 256 && command.form() == LengthForm::Short {
            return Err(StatusWord::WRONG_LENGTH);
        }
        Ok(object.iter().copied().take(expected).collect())
    }
}
