use std::fmt;

use myna_apdu::{Command, FileIdentifier, Instruction, LengthForm, StatusWord};

use crate::application::{Application, objects};
use crate::file::{File, FileBytes};
use crate::identity::CardIdentity;
use crate::kept::{CardState, NotKept};
use crate::pins::Pins;
use crate::security::SecurityStatus;
use crate::stream::Stream;
use crate::{CardProfile, CardSettings, Counters, Mutant, Persona, Reference, SimError};
use myna_calendar::Date;

/// A simulated My Number Card: files, access conditions, security status, counters.
///
/// It is a value: commands go in and answers come out by [`transmit`](Self::transmit), on any thread, without a clock
/// and without a random number generator. A new card has power.
pub struct SimulatedCard {
    identity: CardIdentity,
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

/// What a command comes to: data with `9000`, or a status word alone.
pub(crate) type Outcome = Result<Vec<u8>, StatusWord>;

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
        identity: CardIdentity,
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
    pub const fn identity(&self) -> &CardIdentity {
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

    /// Takes a command as it comes from the reader and gives the answer: data and status word, at least two bytes,
    /// whatever the command was. Without power it is `6F00`, where a real card would be silent.
    pub fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        let (mut answer, status) = match self.carry_out(command) {
            Ok(data) => (data, StatusWord::SUCCESS),
            Err(status) => (Vec::new(), status),
        };
        answer.extend_from_slice(&status.0.to_be_bytes());
        answer
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

    fn carry_out(&mut self, bytes: &[u8]) -> Outcome {
        match std::mem::replace(&mut self.power, Power::On) {
            Power::Off => {
                self.power = Power::Off;
                return Err(NO_DIAGNOSIS);
            }
            Power::Cold if self.settings.refuses_first_command => return Err(NO_DIAGNOSIS),
            Power::Cold | Power::On => {}
        }
        let command = Command::parse(bytes).map_err(|_| StatusWord::WRONG_LENGTH)?;
        if command.form() == LengthForm::Extended && !self.settings.extended_length {
            return Err(StatusWord::WRONG_LENGTH);
        }
        match command.class().0 {
            0x00 => self.carry_out_interindustry(&command),
            0x80 => self.carry_out_proprietary(&command),
            _ if command.class().channel().is_some_and(|channel| channel != 0) => Err(CHANNEL_NOT_OFFERED),
            _ if command.class().secure_messaging() => self.carry_out_protected(&command),
            _ => Err(StatusWord::UNKNOWN_CLASS),
        }
    }

    fn carry_out_interindustry(&mut self, command: &Command<'_>) -> Outcome {
        match command.instruction() {
            Instruction::SELECT => self.select(command),
            Instruction::READ_BINARY => self.read_binary(command),
            Instruction::READ_RECORD => self.read_record(command),
            Instruction::VERIFY => self.verify(command),
            Instruction::CHANGE_REFERENCE_DATA => self.change_reference_data(command),
            Instruction::GET_CHALLENGE => self.get_challenge(command),
            Instruction::GET_DATA => self.get_data(command),
            Instruction::INTERNAL_AUTHENTICATE => self.internal_authenticate(command),
            // Known to the real card; nobody was seen to succeed with it.
            Instruction::EXTERNAL_AUTHENTICATE => Err(StatusWord::CONDITIONS_NOT_SATISFIED),
            _ => Err(StatusWord::UNKNOWN_INSTRUCTION),
        }
    }

    fn carry_out_proprietary(&mut self, command: &Command<'_>) -> Outcome {
        match command.instruction() {
            Instruction::PERFORM_SECURITY_OPERATION => self.compute_signature(command),
            Instruction::CHANGE_KEY => self.change_key(command),
            Instruction::SET_SESSION_KEY => self.set_session_key(command),
            TERMINAL_CERTIFICATE => self.take_terminal_certificate(command),
            // Only the iPhone's token takes it [card: myna-card].
            LAST_COMMAND if self.settings.profile == CardProfile::IPhone => Ok(Vec::new()),
            LAST_COMMAND => Err(StatusWord::WRONG_LENGTH),
            _ => Err(StatusWord::UNKNOWN_INSTRUCTION),
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

/// `80 A2`: the certificate of a terminal. The real card's name for it is not known.
const TERMINAL_CERTIFICATE: Instruction = Instruction(0xA2);
/// `80 FC`: tells the token of an iPhone that no command follows.
const LAST_COMMAND: Instruction = Instruction(0xFC);

const MEMORY_FAILURE: StatusWord = StatusWord(0x6581);
/// Only channel 0 `[card: myna-card]`.
const CHANNEL_NOT_OFFERED: StatusWord = StatusWord(0x6881);
const NO_DIAGNOSIS: StatusWord = StatusWord(0x6F00);
