use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

use crate::{Counters, Reference};

/// What outlives the power.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct CardState {
    /// The tries left.
    pub counters: Counters,
    changed_pins: BTreeMap<Reference, Zeroizing<Vec<u8>>>,
}

impl CardState {
    /// A later value of a reference takes the place of an earlier one.
    #[must_use]
    pub fn new<'v>(
        counters: Counters,
        changed_pins: impl IntoIterator<Item = (Reference, &'v [u8])>,
    ) -> Self {
        let owned = |(reference, value): (Reference, &[u8])| (reference, Zeroizing::new(value.to_vec()));
        Self { counters, changed_pins: changed_pins.into_iter().map(owned).collect() }
    }

    /// The PINs that are not those the card was made with.
    pub fn changed_pins(&self) -> impl Iterator<Item = (Reference, &[u8])> {
        self.changed_pins.iter().map(|(reference, value)| (*reference, value.as_slice()))
    }
}

/// No PIN is shown.
impl fmt::Debug for CardState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardState")
            .field("counters", &self.counters)
            .field("changed_pins", &self.changed_pins.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// What outlives the power could not be kept; why is known to whoever was to keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "made by its users: a further field has to be theirs to fill")]
pub struct NotKept;
