use serde::{Deserialize, Serialize};

use crate::Reference;

macro_rules! counters {
    ($($field:ident: $reference:ident, $most:literal;)+) => {
        /// How many tries each PIN and each printed number has left; 0 is blocked.
        ///
        /// The default is a fresh card.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[non_exhaustive]
        pub struct Counters {
            $(
                #[doc = concat!("Of [`Reference::", stringify!($reference), "`], 0 to ", $most, ".")]
                pub $field: u8,
            )+
        }

        impl Counters {
            const fn place(&mut self, reference: Reference) -> &mut u8 {
                match reference {
                    $(Reference::$reference => &mut self.$field,)+
                }
            }
        }

        impl Default for Counters {
            fn default() -> Self {
                Self { $($field: Reference::$reference.most_tries(),)+ }
            }
        }
    };
}

counters! {
    user_authentication: UserAuthentication, 3;
    digital_signature: DigitalSignature, 5;
    card_face_pin: CardFace, 3;
    text_number_a: TextNumberA, 10;
    text_number_b: TextNumberB, 10;
    visual_birth_date: VisualBirthDate, 10;
    visual_number_b: VisualNumberB, 10;
    visual_number_a: VisualNumberA, 10;
    common: Common, 3;
    resident_register: ResidentRegister, 3;
}

impl Counters {
    /// The tries left of one reference.
    #[must_use]
    pub const fn get(&self, reference: Reference) -> u8 {
        let mut copy = *self;
        *copy.place(reference)
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
}
