use crate::Inputs;

/// One operation with one codec.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "made by its users: a further field has to be theirs to fill")]
pub struct Subject {
    /// What is done, the same words for every codec.
    pub operation: &'static str,
    /// Whose code does it.
    pub codec: &'static str,
    /// Does it once. The result is a number that depends on the work, so that none can be left out.
    pub run: fn(&mut Inputs) -> usize,
}

impl Subject {
    pub(crate) const fn new(
        operation: &'static str,
        codec: &'static str,
        run: fn(&mut Inputs) -> usize,
    ) -> Self {
        Self { operation, codec, run }
    }
}

/// The name under which our own codec stands in [`Subject::codec`].
pub const OURS: &str = "myna-apdu";
