use serde::Serialize;

use crate::{Capabilities, Transport, TransportError};

/// Counts what goes over a transport: the APDU budget of a flow, exact and repeatable.
#[derive(Debug)]
pub struct Meter<T> {
    inner: T,
    budget: Budget,
}

/// Exchanges and bytes of whole APDUs, header and status word included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "a budget is written down by who expects it")]
pub struct Budget {
    /// Commands sent.
    pub exchanges: u32,
    /// Bytes to the card.
    pub bytes_to_card: u64,
    /// Bytes from the card.
    pub bytes_from_card: u64,
}

impl<T: Transport> Meter<T> {
    /// Counts from zero.
    pub fn new(inner: T) -> Self {
        Self { inner, budget: Budget::default() }
    }

    /// What was counted so far.
    #[must_use]
    pub const fn budget(&self) -> Budget {
        self.budget
    }

    /// Begins at zero again, and returns what was counted.
    pub fn restart(&mut self) -> Budget {
        std::mem::take(&mut self.budget)
    }

    /// The transport beneath.
    #[must_use]
    pub const fn inner(&self) -> &T {
        &self.inner
    }

    /// Gives the transport beneath back.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.inner
    }
}

impl<T: Transport> Transport for Meter<T> {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn exchange(&mut self, command: &[u8], response: &mut [u8]) -> Result<usize, TransportError> {
        let result = self.inner.exchange(command, response);
        if !matches!(&result, Err(error) if error.kind().is_before_sending()) {
            self.budget.exchanges += 1;
            self.budget.bytes_to_card += u64::try_from(command.len()).unwrap_or(u64::MAX);
        }
        if let Ok(length) = result {
            self.budget.bytes_from_card += u64::try_from(length).unwrap_or(u64::MAX);
        }
        result
    }
}
