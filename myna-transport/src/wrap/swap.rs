use std::mem;

use super::{FaultTarget, Interruption};
use crate::{Capabilities, Latency, TransportError, TransportErrorKind};

/// Two cards and one reader: where a [`FaultPlan`](crate::FaultPlan) says `swap`, one takes the place of the other.
///
/// ```
/// use myna_transport::{Capabilities, CardPair, FaultInjector, FaultPlan, HostTransport, Transport};
///
/// let card = |number: u8| {
///     HostTransport::new(Capabilities::default(), move |_: &[u8], response: &mut [u8]| {
///         response[..3].copy_from_slice(&[number, 0x90, 0x00]);
///         Ok(3)
///     })
/// };
/// let plan: FaultPlan = "2 swap, 4 swap".parse()?;
/// let mut reader = FaultInjector::new(CardPair::new(card(1), card(2)), plan);
/// let mut response = [0; 3];
/// let seen = [(); 4].map(|()| reader.exchange(&[0; 4], &mut response).map(|_| response[0]));
/// assert!(matches!(seen, [Ok(1), Ok(2), Ok(2), Ok(1)]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CardPair<T> {
    on_reader: T,
    aside: T,
    is_noticed: bool,
}

impl<T: FaultTarget> CardPair<T> {
    /// The first lies on the reader. Nobody tells of a swap: the other card, fresh from power-on, answers the next command,
    /// as it does behind a relay.
    pub const fn new(on_reader: T, aside: T) -> Self {
        Self { on_reader, aside, is_noticed: false }
    }

    /// The same with a reader that tells, as PC/SC does: a swap ends the hold on the card
    /// ([`CardRemoved`](TransportErrorKind::CardRemoved)), and the next hold is one on the other card.
    #[must_use]
    pub const fn noticed(mut self) -> Self {
        self.is_noticed = true;
        self
    }

    /// Puts the other card on the reader.
    pub fn swap(&mut self) {
        // Both lose their power; what else a target has to say of that is about holds, which end here anyway.
        let _ = self.on_reader.interrupt(Interruption::Removal);
        mem::swap(&mut self.on_reader, &mut self.aside);
        let _ = self.on_reader.interrupt(Interruption::Power);
    }
}

impl<T> CardPair<T> {
    /// The card on the reader.
    #[must_use]
    pub const fn on_reader(&self) -> &T {
        &self.on_reader
    }

    /// The card on the reader.
    #[must_use]
    pub const fn on_reader_mut(&mut self) -> &mut T {
        &mut self.on_reader
    }

    /// The other card.
    #[must_use]
    pub const fn aside(&self) -> &T {
        &self.aside
    }
}

impl<T: FaultTarget> FaultTarget for CardPair<T> {
    fn answer(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        self.on_reader.answer(command)
    }

    fn interrupt(&mut self, interruption: Interruption) -> Result<(), TransportError> {
        if interruption != Interruption::Swap {
            return self.on_reader.interrupt(interruption);
        }
        self.swap();
        if self.is_noticed { Err(TransportError::new(TransportErrorKind::CardRemoved)) } else { Ok(()) }
    }

    fn latency(&self) -> Latency {
        self.on_reader.latency()
    }

    fn limits(&self) -> Capabilities {
        self.on_reader.limits()
    }
}

impl<T: FaultTarget> FaultTarget for &mut CardPair<T> {
    fn answer(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        (**self).answer(command)
    }

    fn interrupt(&mut self, interruption: Interruption) -> Result<(), TransportError> {
        (**self).interrupt(interruption)
    }

    fn latency(&self) -> Latency {
        (**self).latency()
    }

    fn limits(&self) -> Capabilities {
        (**self).limits()
    }
}
