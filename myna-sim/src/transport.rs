use std::time::Duration;

use myna_apdu::flow::Support;
use myna_apdu::{Command, LengthForm};
use myna_transport::{
    Capabilities, FaultInjector, FaultSequence, FaultTarget, Interruption, Transport, TransportError,
    TransportErrorKind,
};

use crate::{FaultPlan, Latency, SimulatedCard};

/// A reader with a simulated card on it, in the same process.
///
/// The reader carries what its [`Capabilities`] say and nothing more: a command it cannot carry never reaches the card
/// ([`TransportErrorKind::CommandTooLong`]), an answer it cannot carry is lost after the card has done its work
/// ([`TransportErrorKind::ResponseTooLong`]).
#[derive(Debug)]
pub struct SimTransport {
    card: FaultInjector<SimulatedCard>,
    capabilities: Capabilities,
}

impl SimTransport {
    /// A reader without limits.
    #[must_use]
    pub fn new(card: SimulatedCard) -> Self {
        Self::with_capabilities(card, Capabilities::default())
    }

    /// A reader with these limits.
    #[must_use]
    pub fn with_capabilities(card: SimulatedCard, capabilities: Capabilities) -> Self {
        Self { card: FaultInjector::new(card, FaultPlan::default()), capabilities }
    }

    /// The same reader, with what goes wrong from here on. A card that is pulled is
    /// [`CardRemoved`](TransportErrorKind::CardRemoved), and so is everything after it; one that hangs is
    /// [`Other`](TransportErrorKind::Other), since nobody waits here.
    #[must_use]
    pub fn with_faults(self, faults: impl Into<FaultSequence>) -> Self {
        Self { card: FaultInjector::new(self.card.into_inner(), faults), capabilities: self.capabilities }
    }

    /// What goes wrong, as far as it has come.
    #[must_use]
    pub const fn faults(&self) -> &FaultSequence {
        self.card.sequence()
    }

    /// How long the commands so far would have taken, by the latency of the card or of the faults.
    #[must_use]
    pub const fn modelled_time(&self) -> Duration {
        self.card.modelled_time()
    }

    /// The card on the reader.
    #[must_use]
    pub const fn card(&self) -> &SimulatedCard {
        self.card.inner()
    }

    /// The card on the reader.
    #[must_use]
    pub const fn card_mut(&mut self) -> &mut SimulatedCard {
        self.card.inner_mut()
    }

    /// Takes the card off the reader, with its power and what was verified: [`SimulatedCard::power_off`] takes both away.
    #[must_use]
    pub fn into_card(self) -> SimulatedCard {
        self.card.into_inner()
    }

    fn carries(&self, command: &[u8]) -> bool {
        let fits = within(command.len(), self.capabilities.longest_command);
        let is_extended =
            || Command::parse(command).is_ok_and(|command| command.form() == LengthForm::Extended);
        fits && !(self.capabilities.extended_length == Support::No && is_extended())
    }
}

impl Transport for SimTransport {
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn exchange(&mut self, command: &[u8], response: &mut [u8]) -> Result<usize, TransportError> {
        if !self.carries(command) {
            return Err(TransportError::new(TransportErrorKind::CommandTooLong));
        }
        let longest = usize::try_from(self.capabilities.longest_response).unwrap_or(usize::MAX);
        let room = response.len().min(longest);
        self.card.exchange(command, response.get_mut(..room).unwrap_or_default())
    }
}

impl FaultTarget for SimulatedCard {
    fn answer(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        Ok(self.transmit(command))
    }

    /// A swap is a pull: one card cannot be another.
    fn interrupt(&mut self, interruption: Interruption) -> Result<(), TransportError> {
        match interruption {
            Interruption::Reset => self.reset(),
            Interruption::Power => {
                self.power_off();
                self.power_on();
            }
            _ => {
                self.power_off();
                return Err(TransportError::new(TransportErrorKind::CardRemoved));
            }
        }
        Ok(())
    }

    fn latency(&self) -> Latency {
        self.settings().latency
    }
}

impl FaultTarget for &mut SimulatedCard {
    fn answer(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        (**self).answer(command)
    }

    fn interrupt(&mut self, interruption: Interruption) -> Result<(), TransportError> {
        (**self).interrupt(interruption)
    }

    fn latency(&self) -> Latency {
        FaultTarget::latency(&**self)
    }
}

fn within(length: usize, limit: u32) -> bool {
    u32::try_from(length).is_ok_and(|length| length <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{SELECT_JPKI, bytes, card};

    fn kind(transport: &mut SimTransport, command: &str, room: usize) -> Result<usize, TransportErrorKind> {
        transport.exchange(&bytes(command), &mut vec![0; room]).map_err(|error| error.kind())
    }

    #[test]
    fn a_reader_for_short_lengths_only() {
        let mut reader = SimTransport::with_capabilities(card(), Capabilities::SHORT_ONLY);
        assert_eq!(kind(&mut reader, SELECT_JPKI, 258), Ok(2));
        assert_eq!(kind(&mut reader, "00B08A00 00", 258), Ok(258));
        // Neither an extended form nor a long command reaches the card.
        let refused = Err(TransportErrorKind::CommandTooLong);
        assert_eq!(kind(&mut reader, "00200098 000004 39393939", 258), refused);
        assert_eq!(kind(&mut reader, &format!("00200098 FF {}", "39".repeat(300)), 258), refused);
        assert_eq!(reader.card().counters(), crate::Counters::default());
    }

    #[test]
    fn faults_and_time_without_a_reader() {
        let plan: FaultPlan = "1 stall 5000, 2 truncate 1, 3 hang, 4 remove".parse().unwrap();
        let mut reader = SimTransport::new(card()).with_faults(plan);
        assert_eq!(kind(&mut reader, SELECT_JPKI, 258), Ok(2));
        assert_eq!(kind(&mut reader, "00B08A00 04", 258), Ok(5));
        assert_eq!(kind(&mut reader, "00B08A00 04", 258), Err(TransportErrorKind::Other));
        for _ in 0..2 {
            assert_eq!(kind(&mut reader, SELECT_JPKI, 258), Err(TransportErrorKind::CardRemoved));
        }
        assert_eq!(reader.modelled_time(), Duration::from_secs(5));
    }

    #[test]
    fn an_answer_too_long_is_lost_after_the_card_has_worked() {
        let capabilities = Capabilities { longest_response: 100, ..Capabilities::default() };
        let mut reader = SimTransport::with_capabilities(card(), capabilities);
        assert_eq!(kind(&mut reader, SELECT_JPKI, 100), Ok(2));
        assert_eq!(kind(&mut reader, "00B08A00 00", 300), Err(TransportErrorKind::ResponseTooLong));
        // EF 000A is current all the same.
        assert_eq!(kind(&mut reader, "00B00000 04", 100), Ok(6));
        assert_eq!(kind(&mut reader, "00B00000 04", 5), Err(TransportErrorKind::ResponseTooLong));
        let mut card = reader.into_card();
        assert_eq!(card.get("00B00000 04").len(), 4);
    }
}
