use std::collections::BTreeMap;
use std::time::Duration;

use super::settling::{Settling, Sighting};

/// Files that arrive in a watched folder, such as face results: each is told once, when it has come to rest.
///
/// Pure: it is told what lies there and what time it is.
#[derive(Debug)]
pub struct Arrivals {
    settling_time: Duration,
    files: BTreeMap<String, File>,
}

#[derive(Debug)]
struct File {
    settling: Settling,
    last: Sighting,
    /// Nothing more is to be told of the file as it stands.
    is_done: bool,
}

/// A file that has come to rest.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Arrival {
    /// Its name.
    pub name: String,
    /// As it stands; if it stands otherwise after reading, what was read is not to be used.
    pub sighting: Sighting,
    /// Whether it has stood unchanged for so long that it is read now or never.
    pub is_last_chance: bool,
}

impl Arrivals {
    /// A watch that takes a file for whole after so long without a change.
    #[must_use]
    pub const fn new(settling_time: Duration) -> Self {
        Self { settling_time, files: BTreeMap::new() }
    }

    /// Takes what lies there as known: only what comes or changes after this is told.
    pub fn ignore(&mut self, listing: impl IntoIterator<Item = (String, Sighting)>) {
        for (name, last) in listing {
            let settling = Settling::new(self.settling_time);
            self.files.insert(name, File { settling, last, is_done: true });
        }
    }

    /// Takes note of a look: the files there. Returns those that may be read now; each comes again at the next look
    /// until it is [`done`](Self::done). A file that went is forgotten, one that changed is told again.
    pub fn look(
        &mut self,
        listing: impl IntoIterator<Item = (String, Sighting)>,
        now: Duration,
    ) -> Vec<Arrival> {
        let mut before = std::mem::take(&mut self.files);
        let mut arrivals = Vec::new();
        for (name, sighting) in listing {
            let mut file = match before.remove(&name) {
                Some(file) if file.last == sighting => file,
                _ => File { settling: Settling::new(self.settling_time), last: sighting, is_done: false },
            };
            if !file.is_done && file.settling.look(Some(sighting), now).is_ok() {
                let is_last_chance = file.settling.is_abandoned(now);
                arrivals.push(Arrival { name: name.clone(), sighting, is_last_chance });
            }
            self.files.insert(name, file);
        }
        arrivals
    }

    /// The file was read, or given up, as it stands: it is not told again unless it changes.
    pub fn done(&mut self, arrival: &Arrival) {
        if let Some(file) = self.files.get_mut(&arrival.name)
            && file.last == arrival.sighting
        {
            file.is_done = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn told_once_when_at_rest_and_again_when_it_changes() {
        let at = Duration::from_millis;
        let there = |length| [("face.xml".to_owned(), Sighting { length, modified: None })];
        let mut arrivals = Arrivals::new(at(300));
        assert_eq!(arrivals.look(there(0), at(0)), []);
        assert_eq!(arrivals.look(there(0), at(1000)), [], "an empty file is none yet");
        assert_eq!(arrivals.look(there(10), at(1100)), []);
        assert_eq!(arrivals.look(there(20), at(1399)), [], "it grew");
        assert_eq!(arrivals.look(there(20), at(1698)), []);
        let [arrival] = arrivals.look(there(20), at(1699)).try_into().unwrap();
        assert!(!arrival.is_last_chance);
        // Not done: half of a message, whose writer was stopped.
        assert_eq!(arrivals.look(there(20), at(2000)).len(), 1);
        assert!(arrivals.look(there(20), at(12_000))[0].is_last_chance);
        arrivals.done(&arrival);
        assert_eq!(arrivals.look(there(20), at(13_000)), []);
        arrivals.look(there(30), at(14_000));
        assert_eq!(arrivals.look(there(30), at(14_300)).len(), 1, "it changed");
        arrivals.look([], at(15_000));
        arrivals.look(there(30), at(16_000));
        assert_eq!(arrivals.look(there(30), at(17_000)).len(), 1, "it went and came");

        let mut arrivals = Arrivals::new(at(300));
        arrivals.ignore(there(20));
        arrivals.look(there(20), at(0));
        assert_eq!(arrivals.look(there(20), at(1000)), [], "it was there before");
    }
}
