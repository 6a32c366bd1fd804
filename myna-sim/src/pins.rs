use std::collections::{BTreeMap, BTreeSet};

use zeroize::Zeroizing;

use crate::Reference;

/// The values of the references, wiped when dropped, and never in any `Debug`.
pub(crate) struct Pins {
    values: BTreeMap<Reference, Zeroizing<Vec<u8>>>,
    /// Those that a command has changed.
    changed: BTreeSet<Reference>,
}

impl Pins {
    /// In the order of [`Reference::ALL`].
    pub(crate) fn new(values: [Vec<u8>; Reference::ALL.len()]) -> Self {
        Self::of(Reference::ALL.into_iter().zip(values.into_iter().map(Zeroizing::new)))
    }

    /// Of some references.
    pub(crate) fn of(values: impl IntoIterator<Item = (Reference, Zeroizing<Vec<u8>>)>) -> Self {
        Self { values: values.into_iter().collect(), changed: BTreeSet::new() }
    }

    pub(crate) fn knows(&self, reference: Reference) -> bool {
        self.values.contains_key(&reference)
    }

    pub(crate) fn is(&self, reference: Reference, value: &[u8]) -> bool {
        self.values.get(&reference).is_some_and(|right| right.as_slice() == value)
    }

    /// For whoever writes a card to a folder.
    #[cfg(feature = "folder")]
    pub(crate) fn value(&self, reference: Reference) -> Option<&[u8]> {
        self.values.get(&reference).map(|value| value.as_slice())
    }

    pub(crate) fn change(&mut self, reference: Reference, value: &[u8]) {
        self.values.insert(reference, Zeroizing::new(value.to_vec()));
        self.changed.insert(reference);
    }

    /// Those that a command has changed.
    pub(crate) fn changed(&self) -> impl Iterator<Item = (Reference, &[u8])> {
        let changed = self.changed.iter().filter_map(|reference| self.values.get_key_value(reference));
        changed.map(|(reference, value)| (*reference, value.as_slice()))
    }
}
