use std::fmt;

use myna_apdu::{FileIdentifier, StatusWord};

use crate::application::{Application, objects};
use crate::file::{File, FileBytes};
use crate::identity::SimulatedIdentity;
use crate::kept::{CardState, NotKept};
use crate::pins::Pins;
use crate::security::SecurityStatus;
use crate::stream::Stream;
use crate::{CardSettings, Counters, Mutant, Persona, Reference, SimError};
use myna_calendar::Date;

/// A simulated My Number Card: files, access conditions, security status, counters.
///
/// It is a value: commands go in and answers come out by [`transmit`](Self::transmit), on any thread, without a clock
/// and without a random number generator. A new card has power.
pub struct SimulatedCard {
    identity: SimulatedIdentity,
    pub(crate) settings: CardSettings,
    /// The ISD comes first: it is current after power-on.
    pub(crate) applications: Vec<Application>,
    /// What GET DATA gives, by tag.
    pub(crate) objects: Vec<(u16, FileBytes)>,
    pub(crate) pins: Pins,
    pub(crate) counters: Counters,
    pub(crate) security: SecurityStatus,
    pub(crate) selected: Selected,
    pub(crate) stream: Stream,
    power: Power,
    keeper: Option<Keeper>,
}

/// What SELECT has chosen.
#[derive(Debug, Default)]
pub(crate) struct Selected {
    /// Position in the card's list of applications.
    pub(crate) application: usize,
    pub(crate) file: Option<FileIdentifier>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Power {
    Off,
    /// On, and no command came yet.
    Cold,
    On,
}

type Keeper = Box<dyn FnMut(&CardState) -> Result<(), NotKept> + Send>;

impl SimulatedCard {
    /// A card for this persona, as it lies in a wallet on the day `today`, with the settings the persona asks for.
    /// The same persona and day give the same bytes; what is signed among them is signed when it is first read.
    ///
    /// # Errors
    ///
    /// [`SimError::Pki`] when the test PKI cannot issue a certificate, as on a day before 1970.
    pub fn new(persona: &Persona, today: Date) -> Result<Self, SimError> {
        Self::with_settings(persona, today, persona.settings())
    }

    /// As [`new`](Self::new), with other settings.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_settings(persona: &Persona, today: Date, settings: CardSettings) -> Result<Self, SimError> {
        Ok(Self::from_parts(
            persona.identity(settings.seed),
            settings,
            Application::all(persona, today)?,
            objects::all(persona, persona.card_expiry(today)?),
            persona.pins(today)?,
            persona.counters(),
        ))
    }

    /// The ISD has to be the first of the applications.
    pub(crate) fn from_parts(
        identity: SimulatedIdentity,
        settings: CardSettings,
        applications: Vec<Application>,
        objects: Vec<(u16, FileBytes)>,
        pins: Pins,
        counters: Counters,
    ) -> Self {
        Self {
            identity,
            settings,
            applications,
            objects,
            pins,
            counters,
            security: SecurityStatus::default(),
            selected: Selected::default(),
            stream: Stream::new(settings.seed),
            power: Power::Cold,
            keeper: None,
        }
    }

    /// Which card it is, for its state.
    #[must_use]
    pub const fn identity(&self) -> &SimulatedIdentity {
        &self.identity
    }

    /// How the card behaves.
    #[must_use]
    pub const fn settings(&self) -> CardSettings {
        self.settings
    }

    /// Makes the card behave otherwise. What is on it stays: [`CardSettings::profile`] decided that when it was made.
    pub const fn set_settings(&mut self, settings: CardSettings) {
        self.settings = settings;
    }

    /// Gives the card power: nothing is verified and the ISD is current `[card: myna-card]`.
    pub fn power_on(&mut self) {
        self.selected = Selected::default();
        self.security.clear();
        self.power = Power::Cold;
    }

    /// Takes the power away, and with it what the card knew of verified PINs `[card: myna-card]`. Counters stay.
    pub fn power_off(&mut self) {
        self.power_on();
        self.power = Power::Off;
    }

    /// A warm reset. Verified PINs stay verified `[card: myna-card]`, and so does what is selected `[guess]`. On a
    /// card without power it is [`power_on`](Self::power_on).
    pub fn reset(&mut self) {
        if self.power == Power::Off {
            self.power_on();
        }
    }

    /// The answer to reset.
    #[must_use]
    pub fn atr(&self) -> &[u8] {
        self.settings.atr.as_bytes()
    }

    /// The tries left of each PIN.
    #[must_use]
    pub const fn counters(&self) -> Counters {
        self.counters
    }

    /// Sets the tries left, as a municipal office could; none above what the PIN can have. Nothing is saved.
    pub fn set_counters(&mut self, counters: Counters) {
        self.counters = counters.clamped();
    }

    /// Calls `keeper` with every later change that a command makes to what outlives the power (counters, and PINs that were
    /// changed) before the command goes on: for a store of one's own.
    ///
    /// VERIFY takes the try away and has it kept **before** it compares, as a real card must so that pulling it out saves
    /// no try. When it cannot be kept the card answers `6581` and compares nothing.
    pub fn keep_by(&mut self, keeper: impl FnMut(&CardState) -> Result<(), NotKept> + Send + 'static) {
        self.keeper = Some(Box::new(keeper));
    }

    /// Makes the card what it was when this was kept.
    pub fn restore(&mut self, kept: &CardState) {
        self.set_counters(kept.counters);
        for (reference, value) in kept.changed_pins() {
            self.pins.change(reference, value);
        }
    }

    /// Whether a command reaches the card: not without power, and of some cards not the first.
    pub(crate) fn hear(&mut self) -> Result<(), StatusWord> {
        match std::mem::replace(&mut self.power, Power::On) {
            Power::Off => {
                self.power = Power::Off;
                Err(NO_DIAGNOSIS)
            }
            Power::Cold if self.settings.refuses_first_command => Err(NO_DIAGNOSIS),
            Power::Cold | Power::On => Ok(()),
        }
    }

    pub(crate) fn application(&self) -> Option<&Application> {
        self.applications.get(self.selected.application)
    }

    /// The EF of the current application that has this identifier.
    pub(crate) fn file(&self, identifier: FileIdentifier) -> Option<&File> {
        let identifier = match identifier {
            FileIdentifier(0x000A) if self.is(Mutant::ReturnsOtherFile) => FileIdentifier(0x000B),
            identifier => identifier,
        };
        self.application()?.files.iter().find(|file| file.identifier == identifier)
    }

    /// Changes the tries left of a PIN, and saves them before anything else happens.
    pub(crate) fn set_tries(&mut self, reference: Reference, tries: u8) -> Result<(), StatusWord> {
        if self.counters.get(reference) == tries {
            return Ok(());
        }
        self.counters.set(reference, tries);
        self.keep(None)
    }

    /// Changes a PIN, once the new one is saved.
    pub(crate) fn change_pin(&mut self, reference: Reference, value: &[u8]) -> Result<(), StatusWord> {
        self.keep(Some((reference, value)))?;
        self.pins.change(reference, value);
        Ok(())
    }

    /// Saves what has to outlive the power, with a PIN that is about to be changed.
    fn keep(&mut self, changing: Option<(Reference, &[u8])>) -> Result<(), StatusWord> {
        let Some(keep) = &mut self.keeper else { return Ok(()) };
        let state = CardState::new(self.counters, self.pins.changed().chain(changing));
        keep(&state).map_err(|NotKept| MEMORY_FAILURE)
    }

    pub(crate) fn is(&self, mutant: Mutant) -> bool {
        self.settings.mutant == Some(mutant)
    }
}

impl fmt::Debug for SimulatedCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedCard")
            .field("settings", &self.settings)
            .field("counters", &self.counters)
            .field("power", &self.power)
            .finish_non_exhaustive()
    }
}

const MEMORY_FAILURE: StatusWord = StatusWord(0x6581);
const NO_DIAGNOSIS: StatusWord = StatusWord(0x6F00);
