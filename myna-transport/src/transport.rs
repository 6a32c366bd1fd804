use myna_apdu::flow::{LinkProfile, Support};

use crate::TransportError;

/// A way to one card, held exclusively while the value lives.
///
/// A backend that shares its reader (PC/SC) begins the exclusive section when the transport is made and ends it when
/// it is dropped. Resets, waiting for cards and lists of readers are the backend's own.
pub trait Transport {
    /// What reader and link can carry.
    fn capabilities(&self) -> Capabilities;

    /// Sends one command and writes the response, status word included, to the start of `response`.
    ///
    /// Returns how many bytes the response has. The buffer holds
    /// [`longest_response`](Capabilities::longest_response) bytes.
    ///
    /// # Errors
    ///
    /// [`TransportError`]; it tells whether the card may have seen the command.
    fn exchange(&mut self, command: &[u8], response: &mut [u8]) -> Result<usize, TransportError>;
}

/// What reader and link can carry. A wrapping transport may only lower it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "made with `..Default::default()`, so that a further field is nobody's to fill"
)]
pub struct Capabilities {
    /// The longest command, in bytes of the whole APDU.
    pub longest_command: u32,
    /// The longest response, in bytes with the status word.
    pub longest_response: u32,
    /// Whether extended length fields get through.
    pub extended_length: Support,
}

impl Capabilities {
    /// Short length fields only: 261 bytes out, 258 back.
    pub const SHORT_ONLY: Self = Self {
        longest_command: LinkProfile::SHORT_COMMAND,
        longest_response: LinkProfile::SHORT_RESPONSE,
        extended_length: Support::No,
    };

    /// What an operation should know before its first exchange.
    #[must_use]
    pub fn profile(&self) -> LinkProfile {
        LinkProfile {
            extended_length: self.extended_length,
            longest_command: self.longest_command,
            longest_response: self.longest_response,
            ..LinkProfile::default()
        }
    }
}

impl Default for Capabilities {
    /// No limit known; extended length not tried yet.
    fn default() -> Self {
        Self {
            longest_command: LinkProfile::EXTENDED_COMMAND,
            longest_response: LinkProfile::EXTENDED_RESPONSE,
            extended_length: Support::Unknown,
        }
    }
}

impl<T: Transport + ?Sized> Transport for &mut T {
    fn capabilities(&self) -> Capabilities {
        (**self).capabilities()
    }

    fn exchange(&mut self, command: &[u8], response: &mut [u8]) -> Result<usize, TransportError> {
        (**self).exchange(command, response)
    }
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn capabilities(&self) -> Capabilities {
        (**self).capabilities()
    }

    fn exchange(&mut self, command: &[u8], response: &mut [u8]) -> Result<usize, TransportError> {
        (**self).exchange(command, response)
    }
}
