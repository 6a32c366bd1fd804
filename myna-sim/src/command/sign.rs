use myna_apdu::{Command, StatusWord};
use myna_trust::{DigestInfo, HashAlgorithm};
use sha2::{Digest, Sha256};

use super::{Named, Outcome, expected};
use crate::file::{CardKey, Content};
use crate::pki::{PkiError, SimulatedKey};
use crate::{Mutant, SimulatedCard, pss};

/// What P1 asks the card to do before it signs `[card: myna-card]`.
#[derive(Clone, Copy)]
enum Scheme {
    /// `00`: PKCS#1 v1.5 padding over 1 to 245 bytes as they are; nothing is parsed.
    Verbatim,
    /// `01`: the same over the bare SHA-256 of a message.
    BareHash,
    /// `02`: PKCS#1 v1.5 with DigestInfo over a SHA-256 hash.
    Hash,
    /// `03`: sha256WithRSAEncryption over a message.
    Message,
    /// `04`: RSASSA-PSS over a SHA-256 hash.
    PssHash,
    /// `05`: RSASSA-PSS over a message.
    PssMessage,
}

impl SimulatedCard {
    /// The card's own signature command, `80 2A P1 P2 Lc input 00`: 256 bytes.
    pub(crate) fn compute_signature(&mut self, command: &Command<'_>) -> Outcome {
        let scheme = Scheme::from_p1(command.p1())?;
        let key = self.signature_key(command.p2())?;
        let holds_signature = expected(command).is_some_and(|expected| expected >= SimulatedKey::SIZE);
        if !holds_signature || !scheme.takes(command.data().len()) {
            return Err(StatusWord::WRONG_LENGTH);
        }
        self.sign(key.for_use()?, scheme, command.data()).map_err(|_| StatusWord::CONDITIONS_NOT_SATISFIED)
    }

    /// `80` the current EF, `80+sfi` by short identifier, `00` the application's own key.
    ///
    /// No current EF is `6986`, an EF that is no key `6981`, one that is not there `6A88` `[guess]`; `00` where the
    /// application has no key of its own `6A88` `[guess]`, as where a folder holds none.
    fn signature_key(&self, p2: u8) -> Result<CardKey, StatusWord> {
        let absent = StatusWord::OBJECT_NOT_FOUND;
        let file = match p2 {
            0x00 => {
                let own = self.application().and_then(|application| application.own_key).ok_or(absent)?;
                self.file(own).ok_or(absent)?
            }
            p2 => self.named_file(Named::from_key_reference(p2)?, absent)?,
        };
        let Content::Key(key) = &file.content else {
            return Err(StatusWord::WRONG_FILE_STRUCTURE);
        };
        if !self.is(Mutant::SignsWithoutPin) {
            file.access.check(&self.security)?;
        }
        Ok(key.clone())
    }

    fn sign(&mut self, key: &SimulatedKey, scheme: Scheme, input: &[u8]) -> Result<Vec<u8>, PkiError> {
        let hash: [u8; 32] = Sha256::digest(input).into();
        match scheme {
            Scheme::Verbatim => key.sign_padded(input),
            Scheme::BareHash => key.sign_padded(&hash),
            Scheme::Hash => {
                let input = DigestInfo::of_hashes(HashAlgorithm::Sha256, input)
                    .ok_or(PkiError::InputLength(input.len()))?;
                key.sign_padded(input.as_bytes())
            }
            Scheme::Message => key.sign_sha256(input),
            Scheme::PssHash => {
                let hash = input.try_into().map_err(|_| PkiError::InputLength(input.len()))?;
                key.sign_block(&pss::encode(&hash, &self.stream.block()))
            }
            Scheme::PssMessage => key.sign_block(&pss::encode(&hash, &self.stream.block())),
        }
    }
}

impl Scheme {
    const fn from_p1(p1: u8) -> Result<Self, StatusWord> {
        match p1 {
            0x00 => Ok(Self::Verbatim),
            0x01 => Ok(Self::BareHash),
            0x02 => Ok(Self::Hash),
            0x03 => Ok(Self::Message),
            0x04 => Ok(Self::PssHash),
            0x05 => Ok(Self::PssMessage),
            _ => Err(StatusWord::WRONG_PARAMETERS),
        }
    }

    fn takes(self, length: usize) -> bool {
        match self {
            Self::Verbatim => (1..=245).contains(&length),
            Self::BareHash | Self::Message | Self::PssMessage => (1..=255).contains(&length),
            Self::Hash | Self::PssHash => length == 32,
        }
    }
}
