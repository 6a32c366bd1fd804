use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A hand at the reader: what somebody does to the card while [`serve`](super::serve) serves it, from any thread.
///
/// The server looks every 50 ms. A card that is removed and inserted again at once is away for
/// [`absence`](super::Options::absence) all the same, so that the daemon notices.
#[derive(Debug, Default)]
pub struct Control {
    condition: Mutex<Condition>,
    removals: AtomicU32,
    connected: AtomicBool,
    commands: AtomicU32,
}

/// How the card is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Condition {
    /// In the reader, and answering.
    #[default]
    Present,
    /// Not in the reader.
    Absent,
    /// In the reader, and silent from the ATR on: the daemon sees no card.
    Mute,
    /// In the reader, with its ATR, but no command is answered. The answer to one it has comes when it is resumed.
    Hung,
}

impl Control {
    /// With the card in the reader.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            condition: Mutex::new(Condition::Present),
            removals: AtomicU32::new(0),
            connected: AtomicBool::new(false),
            commands: AtomicU32::new(0),
        }
    }

    /// Takes the card out, with its power, until it is inserted.
    pub fn remove(&self) {
        self.set(Condition::Absent);
        self.removals.fetch_add(1, Ordering::SeqCst);
    }

    /// Puts the card in, or makes one that is in it answer again.
    pub fn insert(&self) {
        self.set(Condition::Present);
    }

    /// Makes the card silent.
    pub fn mute(&self) {
        self.set(Condition::Mute);
    }

    /// Makes the card answer no command.
    pub fn hang(&self) {
        self.set(Condition::Hung);
    }

    /// Makes a card that is mute or hung answer again. One that is out stays out.
    pub fn resume(&self) {
        let mut condition = self.lock();
        if *condition != Condition::Absent {
            *condition = Condition::Present;
        }
    }

    /// How the card is, or is about to be.
    #[must_use]
    pub fn condition(&self) -> Condition {
        *self.lock()
    }

    /// Whether there is a reader and the card is connected to it.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.connected.load(Ordering::SeqCst)
    }

    /// How many commands the card was sent, since it is served.
    #[must_use]
    pub fn commands(&self) -> u32 {
        self.commands.load(Ordering::SeqCst)
    }

    pub(super) fn removals(&self) -> u32 {
        self.removals.load(Ordering::SeqCst)
    }

    pub(super) fn set_connected(&self, connected: bool) {
        self.connected.store(connected, Ordering::SeqCst);
    }

    pub(super) fn count_command(&self) {
        self.commands.fetch_add(1, Ordering::SeqCst);
    }

    fn set(&self, condition: Condition) {
        *self.lock() = condition;
    }

    fn lock(&self) -> MutexGuard<'_, Condition> {
        self.condition.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Condition {
    /// In a word: present, absent, mute, hung.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Absent => "absent",
            Self::Mute => "mute",
            Self::Hung => "hung",
        }
    }
}
