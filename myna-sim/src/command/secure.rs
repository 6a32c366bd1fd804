use myna_apdu::tlv::{Tag, Tlv};
use myna_apdu::{Class, Command, ExpectedLength, Instruction, LengthForm, StatusWord};
use zeroize::Zeroizing;

use super::Outcome;
use crate::application::SessionKeyDelivery;
use crate::object::object;
use crate::pki::SimulatedKey;
use crate::session::{Protection, Session};
use crate::{Reference, SimulatedCard, oaep};

impl SimulatedCard {
    /// SET SESSION KEY `80 AE 00 00 000100 <cryptogram>`: `A0 22 80 20 <32 random bytes>` under RSAES-OAEP for the key in EF
    /// `0006`. The first 16 of them are the session key. Only 券面事項入力補助AP takes one, and only after its PIN; A does
    /// not do `[card: myna-card]`.
    ///
    /// `6A80` for another structure, `6F00` for a cryptogram not below the modulus `[card: myna-card]`; `6A80` for wrong
    /// padding `[guess]`.
    pub(crate) fn set_session_key(&mut self, command: &Command<'_>) -> Outcome {
        let key = match self.application().map(|application| &application.session_key_delivery) {
            Some(SessionKeyDelivery::Offered(key)) => key.clone(),
            Some(SessionKeyDelivery::Protected) => return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED),
            Some(SessionKeyDelivery::NotOffered) | None => return Err(NO_KEY_DELIVERY),
        };
        if (command.p1(), command.p2()) != (0, 0) {
            return Err(StatusWord::WRONG_PARAMETERS);
        }
        if !self.security.is_verified(Reference::CardFace) {
            return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
        }
        let cryptogram: &[u8; SimulatedKey::SIZE] =
            command.data().try_into().map_err(|_| StatusWord::WRONG_LENGTH)?;
        if command.form() != LengthForm::Extended {
            return Err(StatusWord::WRONG_LENGTH);
        }
        let block = Zeroizing::new(key.for_use()?.sign_block(cryptogram).map_err(|_| NO_DIAGNOSIS)?);
        let block = block.as_slice().try_into().map_err(|_| NO_DIAGNOSIS)?;
        let message = oaep::decode(block).ok_or(StatusWord::WRONG_DATA)?;
        match message.as_slice() {
            [0xA0, 0x22, 0x80, 0x20, random @ ..] if random.len() == 32 => {
                let key = random.first_chunk::<16>().ok_or(StatusWord::WRONG_DATA)?;
                self.security.session = Some(Session::new(&Zeroizing::new(*key)));
                Ok(Vec::new())
            }
            _ => Err(StatusWord::WRONG_DATA),
        }
    }

    /// A command with CLA `08`: its data, and the data of its answer, are `86 L 01 <cryptogram>`; READ BINARY carries
    /// `96 03 00 <Le>` in the clear instead. A status word is not protected `[card: myna-card]`.
    ///
    /// What cannot be decrypted is `6988` and ends the session `[card: myna-card]`; which commands other than SELECT, VERIFY
    /// and READ BINARY the real card takes is not known, ours takes no other.
    pub(crate) fn carry_out_protected(&mut self, command: &Command<'_>) -> Outcome {
        let is_offered = matches!(
            self.application().map(|application| &application.session_key_delivery),
            Some(SessionKeyDelivery::Offered(_))
        );
        let instruction = command.instruction();
        let is_taken =
            matches!(instruction, Instruction::SELECT | Instruction::VERIFY | Instruction::READ_BINARY);
        if !is_taken || (!is_offered && instruction == Instruction::SELECT) {
            return Err(SECURE_MESSAGING_NOT_OFFERED);
        }
        let session = self.security.session.as_mut().filter(|_| is_offered).ok_or(NO_SECURE_SESSION)?;
        if command.class() != ENCIPHERED {
            return Err(SECURE_MESSAGING_OBJECT_MISSING);
        }
        // Counted before anything is looked at, and counted if it is refused.
        let protection = session.next().ok_or(NO_SECURE_SESSION)?;
        let plain = Command::new(Class::INTERINDUSTRY, instruction, command.p1(), command.p2());
        let outcome = if instruction == Instruction::READ_BINARY {
            match plain_length(command.data()) {
                Some(expected) => self.read_binary(&plain.expecting(expected).with_extended_lengths()),
                None => return Err(self.end_session()),
            }
        } else {
            let Some(data) = deciphered(command.data(), &protection) else {
                return Err(self.end_session());
            };
            let plain = plain.with_data(&data).map_err(|_| StatusWord::WRONG_LENGTH)?;
            if instruction == Instruction::SELECT { self.select(&plain) } else { self.verify(&plain) }
        };
        outcome.map(|data| enciphered(&data, &protection))
    }

    fn end_session(&mut self) -> StatusWord {
        self.security.session = None;
        WRONG_SECURE_MESSAGING
    }
}

/// `96 03 00 <Le, two bytes>`; 0 is the whole file.
fn plain_length(data: &[u8]) -> Option<ExpectedLength> {
    let &[0x96, 0x03, 0x00, high, low] = data else { return None };
    match u16::from_be_bytes([high, low]) {
        0 => ExpectedLength::new(0x1_0000),
        length => ExpectedLength::new(length.into()),
    }
}

/// `86 L 01 <cryptogram>`; an empty field is empty, as in a VERIFY that only asks.
fn deciphered(data: &[u8], protection: &Protection) -> Option<Zeroizing<Vec<u8>>> {
    if data.is_empty() {
        return Some(Zeroizing::default());
    }
    let object = Tlv::first(data).ok()?;
    if object.tag() != Tag(0x86) || object.encoded_len() != data.len() {
        return None;
    }
    let (0x01, cryptogram) = object.value().split_first()? else { return None };
    protection.decrypt(cryptogram)
}

fn enciphered(data: &[u8], protection: &Protection) -> Vec<u8> {
    if data.is_empty() {
        return Vec::new();
    }
    object([0x86], &[&[0x01], protection.encrypt(data).as_slice()].concat())
}

/// CLA `08`: no header authenticated, and no more than encipherment on this card.
const ENCIPHERED: Class = Class(0x08);

const NO_KEY_DELIVERY: StatusWord = StatusWord(0x66F1);
const SECURE_MESSAGING_NOT_OFFERED: StatusWord = StatusWord(0x6882);
const SECURE_MESSAGING_OBJECT_MISSING: StatusWord = StatusWord(0x6987);
const NO_SECURE_SESSION: StatusWord = StatusWord(0x69FC);
const WRONG_SECURE_MESSAGING: StatusWord = StatusWord(0x6988);
const NO_DIAGNOSIS: StatusWord = StatusWord(0x6F00);
