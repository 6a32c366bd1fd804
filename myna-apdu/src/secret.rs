use core::fmt::{self};

use crate::codes;
use myna_error::{Diagnostic, Entry};

use zeroize::Zeroize;

/// A PIN or password as the card takes it: 1 to 16 bytes, wiped when dropped.
///
/// There is no `Clone`, no `Display` and no comparison, and `Debug` prints no digit and no length.
/// Which characters a PIN may have is the business of the application that owns it.
pub struct Pin {
    bytes: [u8; Self::MAX_LENGTH],
    length: u8,
}

/// A PIN of no or of more than 16 bytes; it never left the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PinLengthError;

impl Pin {
    /// The greatest length VERIFY takes (JICSAP V1.1).
    pub const MAX_LENGTH: usize = 16;

    /// Copies a PIN; the caller's copy is the caller's to wipe.
    ///
    /// # Errors
    ///
    /// [`PinLengthError`] outside 1..=16 bytes.
    pub fn new(value: &[u8]) -> Result<Self, PinLengthError> {
        let length = u8::try_from(value.len()).map_err(|_| PinLengthError)?;
        let mut pin = Self { bytes: [0; Self::MAX_LENGTH], length };
        match pin.bytes.get_mut(..value.len()) {
            Some(bytes) if !value.is_empty() => bytes.copy_from_slice(value),
            _ => return Err(PinLengthError),
        }
        Ok(pin)
    }

    /// The bytes, for the command that carries them and for the card that compares them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        self.bytes.zeroize();
        self.length.zeroize();
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(redacted)")
    }
}

impl Diagnostic for PinLengthError {
    fn entry(&self) -> &'static Entry {
        &codes::PIN_LENGTH
    }
}

myna_error::errors!(PinLengthError);
