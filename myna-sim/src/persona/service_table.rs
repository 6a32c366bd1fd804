use toml::Value;

use super::PersonaError;

/// The table `[eligibility]` of a persona file, which is not about the card: kept and written back as it stands, for
/// whoever simulates the service behind the card (`myna-sim-service`). Not checked here.
#[derive(Clone)]
pub struct ServiceTable {
    entries: Vec<Entry>,
}

#[derive(Clone)]
struct Entry {
    key: String,
    value: Value,
    /// Where an error in it is, with an empty reason.
    place: PersonaError,
}

impl ServiceTable {
    pub(super) fn new(entries: impl Iterator<Item = (String, Value, PersonaError)>) -> Self {
        Self { entries: entries.map(|(key, value, place)| Entry { key, value, place }).collect() }
    }

    /// Keys and values, in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries.iter().map(|entry| (entry.key.as_str(), &entry.value))
    }

    /// The error that tells of a value that is refused, with its place in the file: that of the first entry where no entry
    /// has this key.
    #[must_use]
    pub fn refused(&self, key: &str, reason: impl Into<String>) -> PersonaError {
        let entry = self.entries.iter().find(|entry| entry.key == key).or(self.entries.first());
        match entry {
            Some(entry) => entry.place.clone().because(reason),
            None => PersonaError::value("", 0..0, reason),
        }
    }
}

/// What it says, wherever in a file it stands.
impl PartialEq for ServiceTable {
    fn eq(&self, other: &Self) -> bool {
        self.entries().eq(other.entries())
    }
}

/// Keys only: the rest is personal, if invented.
impl std::fmt::Debug for ServiceTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.entries().map(|(key, _)| key)).finish()
    }
}
