use super::{LinkProfile, Outgoing};

/// Something to do with a card, one exchange at a time.
pub trait Operation {
    /// What it yields.
    type Output;
    /// Why it could not.
    type Error;

    /// Begins, knowing what is known of card and reader, and gives the first step.
    fn start(&mut self, profile: LinkProfile) -> Step<Self::Output, Self::Error>;

    /// Takes the answer to the command handed out last, and gives the next step.
    fn resume(&mut self, answer: Answer<'_>) -> Step<Self::Output, Self::Error>;

    /// What is known of card and reader by now; keep it for the next operation on the same pair.
    fn profile(&self) -> LinkProfile;
}

/// What the driver of an operation has to do next.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "whoever drives an operation has to deal with each")]
pub enum Step<T, E> {
    /// Send this, then resume with the answer.
    Transmit(Outgoing),
    /// Nothing more: the operation is over.
    Complete(Result<T, E>),
}

/// What came of a command.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_enums, reason = "whoever drives an operation has to deal with each")]
pub enum Answer<'a> {
    /// The card's response, status word included.
    Response(&'a [u8]),
    /// The command was never sent: reader or transport cannot carry it. The card's state is as before.
    NotSent,
    /// No answer came. Whether the card has carried the command out is unknown.
    Lost,
    /// As [`Lost`](Self::Lost), and none will ever come: the card is gone, or was reset.
    Gone,
}
