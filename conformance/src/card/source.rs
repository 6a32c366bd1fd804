use myna_sim::{CardSettings, Date, Persona, SimError, SimTransport, SimulatedCard};
use myna_transport::{Transport, TransportError, TransportErrorKind};

/// Where the card under test comes from.
///
/// Implement it to test a simulator of your own in its process. A card on a reader is `ReaderSource`, with feature
/// `pcsc`.
pub trait CardSource {
    /// What to call it in a report.
    fn name(&self) -> String;

    /// Whether nothing that happens to the card matters: every case may run, none needs consent.
    fn is_simulated(&self) -> bool {
        false
    }

    /// Called before each case. A simulated card is then as good as new; a real one cannot be.
    ///
    /// # Errors
    ///
    /// When there is no new card to be had.
    fn renew(&mut self) -> Result<(), TransportError> {
        Ok(())
    }

    /// Takes the power from the card, gives it back, and hands out the way to it. Counters are as they were.
    ///
    /// # Errors
    ///
    /// When there is no card.
    fn connect(&mut self) -> Result<Box<dyn Transport + '_>, TransportError>;
}

/// The simulated card of this workspace.
#[derive(Debug)]
pub struct SimulatedSource {
    persona: Persona,
    settings: CardSettings,
    transport: SimTransport,
}

/// The day simulated cards live on. No case looks at validity, and a report must be the same tomorrow.
const TODAY: (u16, u8, u8) = (2026, 11, 22);

impl SimulatedSource {
    /// A card for this persona that behaves so.
    ///
    /// # Errors
    ///
    /// [`SimError`] when the card cannot be personalised.
    pub fn new(persona: Persona, settings: CardSettings) -> Result<Self, SimError> {
        let transport = SimTransport::new(new_card(&persona, settings)?);
        Ok(Self { persona, settings, transport })
    }
}

impl CardSource for SimulatedSource {
    fn name(&self) -> String {
        let mut name = format!("sim:{}", self.persona.name());
        if let Some(mutant) = self.settings.mutant {
            name.push_str(" mutant ");
            name.push_str(mutant.as_str());
        }
        name
    }

    fn is_simulated(&self) -> bool {
        true
    }

    fn renew(&mut self) -> Result<(), TransportError> {
        let card = new_card(&self.persona, self.settings)
            .map_err(|error| TransportError::with_source(TransportErrorKind::Other, error))?;
        self.transport = SimTransport::new(card);
        Ok(())
    }

    fn connect(&mut self) -> Result<Box<dyn Transport + '_>, TransportError> {
        let card = self.transport.card_mut();
        card.power_off();
        card.power_on();
        Ok(Box::new(&mut self.transport))
    }
}

fn new_card(persona: &Persona, settings: CardSettings) -> Result<SimulatedCard, SimError> {
    let (year, month, day) = TODAY;
    let today = Date::from_ymd(year, month, day)?;
    SimulatedCard::with_settings(persona, today, settings)
}
