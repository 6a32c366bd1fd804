use myna_apdu::flow::Support;
use myna_apdu::{Command, LengthForm};
use myna_transport::{Capabilities, Transport, TransportError, TransportErrorKind};

use crate::SimulatedCard;

/// A reader with a simulated card on it, in the same process.
///
/// The reader carries what its [`Capabilities`] say and nothing more: a command it cannot carry never reaches the card
/// ([`TransportErrorKind::CommandTooLong`]), an answer it cannot carry is lost after the card has done its work
/// ([`TransportErrorKind::ResponseTooLong`]).
#[derive(Debug)]
pub struct SimTransport {
    card: SimulatedCard,
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
    pub const fn with_capabilities(card: SimulatedCard, capabilities: Capabilities) -> Self {
        Self { card, capabilities }
    }

    /// The card on the reader.
    #[must_use]
    pub const fn card(&self) -> &SimulatedCard {
        &self.card
    }

    /// The card on the reader.
    #[must_use]
    pub const fn card_mut(&mut self) -> &mut SimulatedCard {
        &mut self.card
    }

    /// Takes the card off the reader. Its power goes with it when it is put on another: see
    /// [`SimulatedCard::power_off`].
    #[must_use]
    pub fn into_card(self) -> SimulatedCard {
        self.card
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
        let answer = self.card.transmit(command);
        match response.get_mut(..answer.len()) {
            Some(out) if within(answer.len(), self.capabilities.longest_response) => {
                out.copy_from_slice(&answer);
                Ok(answer.len())
            }
            _ => Err(TransportError::new(TransportErrorKind::ResponseTooLong)),
        }
    }
}

fn within(length: usize, limit: u32) -> bool {
    u32::try_from(length).is_ok_and(|length| length <= limit)
}
