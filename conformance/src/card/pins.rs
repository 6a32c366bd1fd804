use std::collections::BTreeMap;
use std::env::{self, VarError};
use std::fmt;

use myna_apdu::Pin;
use myna_error::{Diagnostic, Entry, Language, english};
use myna_jpki::{PinFormatError, SignaturePassword, UserAuthenticationPin};
use myna_sim::Persona;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{PinName, codes};

/// The PINs of the card under test. Never printed, never in a report; a PIN that is not there makes its cases `skipped`.
#[derive(Debug, Default)]
pub struct Pins(BTreeMap<PinName, Pin>);

/// A PIN that cannot be right. It goes to no card.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", english(self))]
pub struct PinFault {
    origin: String,
    /// `None`: not even a text.
    form: Option<PinFormatError>,
}

impl Diagnostic for PinFault {
    fn entry(&self) -> &'static Entry {
        self.form.as_ref().map_or(&codes::PIN_NO_TEXT, Diagnostic::entry)
    }

    fn place(&self, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.origin)
    }
}

impl Pins {
    /// No PIN at all: only what needs none runs.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The PINs of a simulated card.
    ///
    /// # Errors
    ///
    /// [`PinFault`]; a persona that could be read has none.
    pub fn of_persona(persona: &Persona) -> Result<Self, PinFault> {
        let mut pins = Self::none();
        for name in PinName::ALL {
            let Some(pin) = persona.pin(name.reference()) else { continue };
            pins.set(name, pin).map_err(|form| PinFault::new(name.as_str(), Some(form)))?;
        }
        Ok(pins)
    }

    /// The PINs that stand in the environment: see [`PinName::variable`].
    ///
    /// # Errors
    ///
    /// [`PinFault`] names the variable, and not what is in it.
    pub fn from_environment() -> Result<Self, PinFault> {
        let mut pins = Self::none();
        for name in PinName::ALL {
            match env::var(name.variable()).map(Zeroizing::new) {
                Ok(value) => {
                    pins.set(name, &value).map_err(|form| PinFault::new(name.variable(), Some(form)))?;
                }
                Err(VarError::NotPresent) => {}
                Err(VarError::NotUnicode(_)) => return Err(PinFault::new(name.variable(), None)),
            }
        }
        Ok(pins)
    }

    pub(crate) fn right(&self, name: PinName) -> Option<&Pin> {
        self.0.get(&name)
    }

    /// A PIN of the right form and another value: only the last character differs.
    pub(crate) fn wrong(&self, name: PinName) -> Option<Pin> {
        let mut value = Zeroizing::new(self.right(name)?.expose().to_vec());
        if let Some(last) = value.last_mut() {
            *last = match *last {
                b'9' => b'0',
                b'Z' => b'A',
                other => other.wrapping_add(1),
            };
        }
        Pin::new(&value).ok()
    }

    fn set(&mut self, name: PinName, value: &str) -> Result<(), PinFormatError> {
        let form = match name {
            PinName::UserAuthentication | PinName::CardFace => {
                UserAuthenticationPin::new(value)?;
                PinFormatError::FourDigits
            }
            PinName::DigitalSignature => {
                SignaturePassword::new(value)?;
                PinFormatError::LettersAndDigits
            }
        };
        let pin = Pin::new(value.as_bytes()).map_err(|_| form)?;
        self.0.insert(name, pin);
        Ok(())
    }
}

impl PinFault {
    fn new(origin: &str, form: Option<PinFormatError>) -> Self {
        Self { origin: origin.to_owned(), form }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_pin_has_the_form_of_the_right_one_and_another_value() {
        for (name, right) in [
            (PinName::UserAuthentication, "1234"),
            (PinName::CardFace, "9999"),
            (PinName::DigitalSignature, "123ABZ"),
            (PinName::DigitalSignature, "ABC129"),
        ] {
            let mut pins = Pins::none();
            pins.set(name, right).unwrap();
            let wrong = pins.wrong(name).unwrap();
            let wrong = std::str::from_utf8(wrong.expose()).unwrap();
            assert_ne!(wrong, right);
            Pins::none().set(name, wrong).unwrap();
        }
    }

    #[test]
    fn a_malformed_pin_is_refused_and_not_shown() {
        for (name, value) in [
            (PinName::UserAuthentication, "12345"),
            (PinName::CardFace, "12a4"),
            (PinName::DigitalSignature, "abc123"),
        ] {
            let form = Pins::none().set(name, value).unwrap_err();
            assert!(!PinFault::new(name.as_str(), Some(form)).to_string().contains(value));
        }
    }
}
