/// What became of the try of a PIN or another counted secret, where one was at stake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// Whether a try was spent.
    pub spent: Spent,
    /// How many the card said are left, where it said so.
    pub left: Option<u8>,
}

/// Whether a try was spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Spent {
    /// None was: nothing was presented, or the card refused before it compared.
    No,
    /// One was.
    Yes,
    /// Nobody knows, as after a card that was pulled while it compared: read the counter before anything else.
    Unknown,
}

impl Attempt {
    /// Nothing was presented.
    pub const NONE: Self = Self::new(Spent::No, None);

    /// What became of a try.
    #[must_use]
    pub const fn new(spent: Spent, left: Option<u8>) -> Self {
        Self { spent, left }
    }

    /// Whether one may have been spent without anybody knowing.
    #[must_use]
    pub const fn is_in_doubt(self) -> bool {
        matches!(self.spent, Spent::Unknown)
    }
}
