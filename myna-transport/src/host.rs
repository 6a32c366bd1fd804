use std::fmt;

use crate::{Capabilities, Transport, TransportError};

/// A transport made of a function of the host program: a phone's NFC session, a socket, a test.
pub struct HostTransport<F> {
    capabilities: Capabilities,
    exchange: F,
}

impl<F> HostTransport<F>
where
    F: FnMut(&[u8], &mut [u8]) -> Result<usize, TransportError>,
{
    /// `exchange` takes a command, writes the response to the start of the buffer and returns its length.
    pub const fn new(capabilities: Capabilities, exchange: F) -> Self {
        Self { capabilities, exchange }
    }
}

impl<F> Transport for HostTransport<F>
where
    F: FnMut(&[u8], &mut [u8]) -> Result<usize, TransportError>,
{
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn exchange(&mut self, command: &[u8], response: &mut [u8]) -> Result<usize, TransportError> {
        (self.exchange)(command, response)
    }
}

impl<F> fmt::Debug for HostTransport<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostTransport").field("capabilities", &self.capabilities).finish_non_exhaustive()
    }
}
