/// Why a case goes no further.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The card broke the rule.
    Failed(String),
    /// The rule was not reached.
    NotReached(String),
    /// Card or reader is gone, or the catalogue asks the impossible.
    Harness(String),
}
