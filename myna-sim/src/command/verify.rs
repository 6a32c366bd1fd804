use myna_apdu::{Command, Pin, StatusWord};

use super::{Named, Outcome};
use crate::file::Content;
use crate::{Mutant, Reference, SimulatedCard};

impl SimulatedCard {
    /// VERIFY `00 20 00`. Without data it asks for the tries left and costs none.
    ///
    /// A wrong PIN also takes back what the right one gave before `[guess]`.
    pub(crate) fn verify(&mut self, command: &Command<'_>) -> Outcome {
        if command.p1() != 0x00 {
            return Err(StatusWord::WRONG_PARAMETERS);
        }
        let Some(reference) = self.named_reference(command.p2())? else {
            return Err(if command.data().is_empty() { tries_left(0) } else { StatusWord::REFERENCE_LOCKED });
        };
        let left = self.counters.get(reference);
        if command.data().is_empty() {
            if self.is(Mutant::CountsEmptyVerify) {
                self.set_tries(reference, left.saturating_sub(1))?;
            }
            return Err(tries_left(self.counters.get(reference)));
        }
        if command.data().len() > Pin::MAX_LENGTH {
            return Err(StatusWord::WRONG_LENGTH);
        }
        if left == 0 && !self.is(Mutant::AcceptsBlockedPin) {
            return Err(StatusWord::REFERENCE_LOCKED);
        }
        // A folder may know how many tries are left without knowing the PIN: then no PIN is wrong, and none is right.
        if !self.pins.knows(reference) {
            return Err(StatusWord::OBJECT_NOT_FOUND);
        }
        // First the try is gone, and known to be on the disk; only then is the PIN looked at. Whoever cuts the power in
        // between has lost the try.
        if !self.is(Mutant::ForgetsToDecrement) {
            self.set_tries(reference, left.saturating_sub(1))?;
        }
        if self.pins.is(reference, command.data()) || self.is(Mutant::AcceptsAnyPin) {
            let restored = if self.is(Mutant::ForgetsToRestore) { left } else { reference.most_tries() };
            self.set_tries(reference, restored)?;
            self.security.grant(reference);
            Ok(Vec::new())
        } else {
            self.security.withdraw(reference);
            Err(tries_left(self.counters.get(reference)))
        }
    }

    /// CHANGE REFERENCE DATA `00 24 01`: the new value of a PIN that was verified `[code: myna]`.
    ///
    /// What the real card makes of a value of the wrong form is not known; here it is `6A80`.
    pub(crate) fn change_reference_data(&mut self, command: &Command<'_>) -> Outcome {
        if command.p1() != 0x01 {
            return Err(StatusWord::WRONG_PARAMETERS);
        }
        self.change(command, Reference::is_changed_by_holder)
    }

    /// CHANGE KEY `80 32 00`: the same for the PINs of 共通カードAP and 住基AP `[card: myna-card]`.
    pub(crate) fn change_key(&mut self, command: &Command<'_>) -> Outcome {
        if command.p1() != 0x00 {
            return Err(StatusWord::WRONG_PARAMETERS);
        }
        self.change(command, Reference::is_changed_as_key)
    }

    /// Which answer a reference gets that this command does not change is not known; here it is `6985`.
    fn change(&mut self, command: &Command<'_>, is_changed: fn(Reference) -> bool) -> Outcome {
        let reference = self.named_reference(command.p2())?.ok_or(StatusWord::REFERENCE_LOCKED)?;
        if !is_changed(reference) {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        if !self.security.is_verified(reference) {
            return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
        }
        if !(1..=Pin::MAX_LENGTH).contains(&command.data().len()) {
            return Err(StatusWord::WRONG_LENGTH);
        }
        if !reference.accepts(command.data()) {
            return Err(StatusWord::WRONG_DATA);
        }
        // As with the counters: on the disk before anybody is told.
        self.change_pin(reference, command.data())?;
        Ok(Vec::new())
    }

    /// The PIN that P2 names. No current EF is `6986`, another kind of EF `6981` `[guess]`; an EF that is not there `6A88`
    /// `[guess]`. Nothing when it was blocked from the start.
    fn named_reference(&self, p2: u8) -> Result<Option<Reference>, StatusWord> {
        let named = Named::from_key_reference(p2)?;
        match self.named_file(named, StatusWord::OBJECT_NOT_FOUND)?.content {
            Content::Reference(reference) => Ok(Some(reference)),
            Content::BlockedReference => Ok(None),
            _ => Err(StatusWord::WRONG_FILE_STRUCTURE),
        }
    }
}

/// `63Cx`; also `63C0` for a blocked PIN.
fn tries_left(tries: u8) -> StatusWord {
    StatusWord::tries_left(tries).unwrap_or(StatusWord(0x63CF))
}
