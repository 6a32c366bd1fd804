use serde::{Deserialize, Serialize};

use crate::Reference;

/// How many tries each PIN of the card has left; 0 is blocked.
///
/// The default is a fresh card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Counters {
    /// Of [`Reference::UserAuthentication`], 0 to 3.
    pub user_authentication: u8,
    /// Of [`Reference::DigitalSignature`], 0 to 5.
    pub digital_signature: u8,
    /// Of [`Reference::CardFace`], 0 to 3.
    pub card_face_pin: u8,
}

impl Counters {
    /// The tries left of one PIN.
    #[must_use]
    pub const fn get(&self, reference: Reference) -> u8 {
        match reference {
            Reference::UserAuthentication => self.user_authentication,
            Reference::DigitalSignature => self.digital_signature,
            Reference::CardFace => self.card_face_pin,
        }
    }

    /// Sets the tries left of one PIN, at most [`Reference::most_tries`].
    pub fn set(&mut self, reference: Reference, tries: u8) {
        let tries = tries.min(reference.most_tries());
        match reference {
            Reference::UserAuthentication => self.user_authentication = tries,
            Reference::DigitalSignature => self.digital_signature = tries,
            Reference::CardFace => self.card_face_pin = tries,
        }
    }

    /// The same counters, none above what its PIN can have.
    pub(crate) fn clamped(mut self) -> Self {
        for reference in Reference::ALL {
            self.set(reference, self.get(reference));
        }
        self
    }
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            user_authentication: Reference::UserAuthentication.most_tries(),
            digital_signature: Reference::DigitalSignature.most_tries(),
            card_face_pin: Reference::CardFace.most_tries(),
        }
    }
}
