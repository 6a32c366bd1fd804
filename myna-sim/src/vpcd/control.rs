use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};

/// A hand at the reader: what somebody does to the card while [`serve`](super::serve) serves it, from any thread.
///
/// The server looks every 50 ms. A card that is removed and inserted again at once is away for
/// [`absence`](super::Options::absence) all the same, so that the daemon notices.
#[derive(Debug, Default)]
pub struct Control {
    condition: AtomicU8,
    removals: AtomicU32,
    connected: AtomicBool,
    commands: AtomicU32,
}

/// How the card is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
            condition: AtomicU8::new(0),
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
        for condition in [Condition::Mute, Condition::Hung] {
            // Nothing to do for one that is not.
            let (from, to) = (condition.code(), Condition::Present.code());
            let _ = self.condition.compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst);
        }
    }

    /// How the card is, or is about to be.
    #[must_use]
    pub fn condition(&self) -> Condition {
        Condition::from_code(self.condition.load(Ordering::SeqCst))
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
        self.condition.store(condition.code(), Ordering::SeqCst);
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

    const fn code(self) -> u8 {
        match self {
            Self::Present => 0,
            Self::Absent => 1,
            Self::Mute => 2,
            Self::Hung => 3,
        }
    }

    const fn from_code(code: u8) -> Self {
        match code {
            1 => Self::Absent,
            2 => Self::Mute,
            3 => Self::Hung,
            _ => Self::Present,
        }
    }
}
