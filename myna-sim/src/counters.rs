use serde::{Deserialize, Serialize};

use crate::Reference;

/// How many tries each PIN and each printed number has left; 0 is blocked.
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
    /// Of [`Reference::TextNumberA`], 0 to 10.
    pub text_number_a: u8,
    /// Of [`Reference::TextNumberB`], 0 to 10.
    pub text_number_b: u8,
    /// Of [`Reference::VisualBirthDate`], 0 to 10.
    pub visual_birth_date: u8,
    /// Of [`Reference::VisualNumberB`], 0 to 10.
    pub visual_number_b: u8,
    /// Of [`Reference::VisualNumberA`], 0 to 10.
    pub visual_number_a: u8,
    /// Of [`Reference::Common`], 0 to 3.
    pub common: u8,
    /// Of [`Reference::ResidentRegister`], 0 to 3.
    pub resident_register: u8,
}

impl Counters {
    /// The tries left of one reference.
    #[must_use]
    pub const fn get(&self, reference: Reference) -> u8 {
        match reference {
            Reference::UserAuthentication => self.user_authentication,
            Reference::DigitalSignature => self.digital_signature,
            Reference::CardFace => self.card_face_pin,
            Reference::TextNumberA => self.text_number_a,
            Reference::TextNumberB => self.text_number_b,
            Reference::VisualBirthDate => self.visual_birth_date,
            Reference::VisualNumberB => self.visual_number_b,
            Reference::VisualNumberA => self.visual_number_a,
            Reference::Common => self.common,
            Reference::ResidentRegister => self.resident_register,
        }
    }

    /// Sets the tries left of one reference, at most [`Reference::most_tries`].
    pub fn set(&mut self, reference: Reference, tries: u8) {
        *self.place(reference) = tries.min(reference.most_tries());
    }

    /// The same counters, none above what its reference can have.
    pub(crate) fn clamped(mut self) -> Self {
        for reference in Reference::ALL {
            self.set(reference, self.get(reference));
        }
        self
    }

    const fn place(&mut self, reference: Reference) -> &mut u8 {
        match reference {
            Reference::UserAuthentication => &mut self.user_authentication,
            Reference::DigitalSignature => &mut self.digital_signature,
            Reference::CardFace => &mut self.card_face_pin,
            Reference::TextNumberA => &mut self.text_number_a,
            Reference::TextNumberB => &mut self.text_number_b,
            Reference::VisualBirthDate => &mut self.visual_birth_date,
            Reference::VisualNumberB => &mut self.visual_number_b,
            Reference::VisualNumberA => &mut self.visual_number_a,
            Reference::Common => &mut self.common,
            Reference::ResidentRegister => &mut self.resident_register,
        }
    }
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            user_authentication: Reference::UserAuthentication.most_tries(),
            digital_signature: Reference::DigitalSignature.most_tries(),
            card_face_pin: Reference::CardFace.most_tries(),
            text_number_a: Reference::TextNumberA.most_tries(),
            text_number_b: Reference::TextNumberB.most_tries(),
            visual_birth_date: Reference::VisualBirthDate.most_tries(),
            visual_number_b: Reference::VisualNumberB.most_tries(),
            visual_number_a: Reference::VisualNumberA.most_tries(),
            common: Reference::Common.most_tries(),
            resident_register: Reference::ResidentRegister.most_tries(),
        }
    }
}
