use crate::{Capabilities, Transport, TransportError, TransportErrorKind};

/// Breaks one exchange of a transport, and those after it when the card is gone.
#[derive(Debug)]
pub struct Fault<T> {
    inner: T,
    at: u32,
    kind: FaultKind,
    seen: u32,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The card is gone before the command reaches it.
    RemovedBefore,
    /// The card carries the command out, and is gone before the answer comes back.
    RemovedAfter,
    /// The answer comes back with this many bytes at most.
    Truncated(usize),
    /// The answer's status word is replaced.
    Status(u16),
}

impl<T: Transport> Fault<T> {
    /// Breaks the `at`th exchange, counted from 1.
    pub const fn new(inner: T, at: u32, kind: FaultKind) -> Self {
        Self { inner, at, kind, seen: 0 }
    }

    /// Gives the transport beneath back.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.inner
    }
}

impl<T: Transport> Transport for Fault<T> {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn exchange(&mut self, command: &[u8], response: &mut [u8]) -> Result<usize, TransportError> {
        self.seen += 1;
        let removed = || Err(TransportError::new(TransportErrorKind::CardRemoved));
        if self.seen < self.at {
            return self.inner.exchange(command, response);
        }
        match self.kind {
            FaultKind::RemovedBefore => removed(),
            FaultKind::RemovedAfter if self.seen > self.at => removed(),
            FaultKind::RemovedAfter => {
                self.inner.exchange(command, response)?;
                removed()
            }
            _ if self.seen > self.at => self.inner.exchange(command, response),
            FaultKind::Truncated(length) => Ok(self.inner.exchange(command, response)?.min(length)),
            FaultKind::Status(status) => {
                let length = self.inner.exchange(command, response)?;
                let end = response.get_mut(..length).and_then(<[u8]>::last_chunk_mut);
                if let Some(end) = end {
                    *end = status.to_be_bytes();
                }
                Ok(length)
            }
        }
    }
}
