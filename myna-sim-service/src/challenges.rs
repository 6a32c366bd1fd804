//! What the service must not forget: which challenges it has given out, and which of them are spent.

use std::collections::BTreeMap;
use std::io;

use myna_terminal::{Challenge, DateTime};

/// Where a service keeps its challenges. A store that outlives the service keeps a proof from being shown again to the next
/// one.
pub trait ChallengeStore: Send {
    /// A number that nobody has got from this store before. Sessions and challenges are made of them.
    ///
    /// # Errors
    ///
    /// When the number cannot be kept from being given again.
    fn next_number(&mut self) -> io::Result<u64>;

    /// Keeps a challenge until it is spent.
    ///
    /// # Errors
    ///
    /// When it cannot be kept.
    fn open(&mut self, challenge: OpenChallenge) -> io::Result<()>;

    /// Takes a challenge out, before anybody looks at the proof: whatever comes of that, it is good once. `None` for one that
    /// was never open, or is spent.
    ///
    /// # Errors
    ///
    /// When it cannot be kept from being spent again.
    fn spend(&mut self, id: &[u8; 16]) -> io::Result<Option<OpenChallenge>>;
}

/// A challenge that was given out and not spent yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenChallenge {
    /// The challenge.
    pub challenge: Challenge,
    /// The last moment at which it may be spent.
    pub until: DateTime,
    /// SHA-256 of the token of the session that asked for it: no other terminal's session may spend it.
    pub session: [u8; 32],
}

impl OpenChallenge {
    /// For stores that read one back.
    #[must_use]
    pub const fn new(challenge: Challenge, until: DateTime, session: [u8; 32]) -> Self {
        Self { challenge, until, session }
    }
}

/// Challenges in memory: forgotten with the service.
#[derive(Debug, Default)]
pub struct ChallengesInMemory {
    given: u64,
    open: BTreeMap<[u8; 16], OpenChallenge>,
}

impl ChallengeStore for ChallengesInMemory {
    fn next_number(&mut self) -> io::Result<u64> {
        self.given = self.given.checked_add(1).ok_or_else(|| io::Error::other("no number is left"))?;
        Ok(self.given)
    }

    fn open(&mut self, challenge: OpenChallenge) -> io::Result<()> {
        self.open.insert(challenge.challenge.id, challenge);
        Ok(())
    }

    fn spend(&mut self, id: &[u8; 16]) -> io::Result<Option<OpenChallenge>> {
        Ok(self.open.remove(id))
    }
}
