use std::time::{Duration, SystemTime};

/// How long a file must stand unchanged before it is read: 300 ms, as the peers that work have it [code B10].
pub const SETTLING_TIME: Duration = Duration::from_millis(300);

/// How long a file that stands unchanged and still cannot be read is taken for half of one: a writer may be stopped for
/// so long, by a virus scanner or a network.
const PATIENCE: Duration = Duration::from_secs(10);

/// A file as it stands at one look. Two that are equal say that nobody wrote between them, as far as the file system
/// tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "made by its users: a further field has to be theirs to fill")]
pub struct Sighting {
    /// Its length, in bytes.
    pub length: u64,
    /// When it was last written to, if the file system tells.
    pub modified: Option<SystemTime>,
}

/// Whether a file has come to rest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settling {
    settling_time: Duration,
    /// What was seen first of the file as it is now, and when.
    since: Option<(Sighting, Duration)>,
}

impl Settling {
    pub(super) const fn new(settling_time: Duration) -> Self {
        Self { settling_time, since: None }
    }

    /// Takes note of a look. `Ok` with the sighting if the file may be read; else when to look again.
    pub(super) fn look(&mut self, sighting: Option<Sighting>, now: Duration) -> Result<Sighting, Duration> {
        let again = now + self.settling_time;
        let Some(sighting) = sighting else {
            self.since = None;
            return Err(again);
        };
        match self.since {
            Some((before, since)) if before == sighting => {
                let settled = since + self.settling_time;
                if sighting.length > 0 && now >= settled { Ok(sighting) } else { Err(settled.max(now)) }
            }
            _ => {
                self.since = Some((sighting, now));
                Err(again)
            }
        }
    }

    /// Whether a file that cannot be read has stood unchanged for so long that nobody is writing it any more.
    pub(super) fn is_abandoned(&self, now: Duration) -> bool {
        self.since.is_some_and(|(_, since)| now >= since + PATIENCE)
    }
}
