use std::error::Error;
use std::fmt;

use myna_apdu::flow::{
    Answer, Dialogue, DialogueStep, ExchangeError, LinkProfile, Operation, Outgoing, Step,
};
use myna_error::{Attempt, Diagnostic, Entry, Language};
use zeroize::Zeroizing;

use crate::{Transport, TransportError};

/// The blocking driver: runs operations over a transport, and remembers what they learn of card and reader.
pub struct Card<T> {
    transport: T,
    profile: LinkProfile,
    buffer: Zeroizing<Vec<u8>>,
}

/// How far [`Card::converse`] came.
#[derive(Debug)]
pub enum Reached<T, Q> {
    /// Reply to this, and go on with the step that gives.
    Question(Q),
    /// It is over.
    End(T),
}

/// An operation failed, and perhaps the transport below it.
#[derive(Debug)]
pub struct CardError<E> {
    operation: E,
    transport: Option<TransportError>,
}

impl<T: Transport> Card<T> {
    /// A card of which nothing is known yet.
    pub fn new(transport: T) -> Self {
        let profile = transport.capabilities().profile();
        Self::with_profile(transport, profile)
    }

    /// A card of which something was learned before, with the same reader.
    pub fn with_profile(transport: T, profile: LinkProfile) -> Self {
        let length = usize::try_from(transport.capabilities().longest_response).unwrap_or(usize::MAX);
        Self { transport, profile, buffer: Zeroizing::new(vec![0; length]) }
    }

    /// Runs an operation to its end. Nothing is ever sent twice here: what may be repeated, the operation repeats.
    ///
    /// # Errors
    ///
    /// The operation's error, with the transport's beneath it when that was the cause.
    pub fn run<O: Operation>(&mut self, mut operation: O) -> Result<O::Output, CardError<O::Error>> {
        let mut failure = None;
        let mut step = operation.start(self.profile);
        loop {
            step = match step {
                Step::Transmit(outgoing) => operation.resume(self.carry(&outgoing, &mut failure)),
                Step::Complete(result) => {
                    self.profile = operation.profile();
                    return result.map_err(|operation| CardError { operation, transport: failure });
                }
            }
        }
    }

    /// Takes a dialogue from a step on to its next question, or to its end.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn converse<R, E: From<ExchangeError>, Q, A>(
        &mut self,
        dialogue: &mut Dialogue<'_, R, E, Q, A>,
        mut step: DialogueStep<R, E, Q>,
    ) -> Result<Reached<R, Q>, CardError<E>> {
        let mut failure = None;
        loop {
            step = match step {
                DialogueStep::Transmit(outgoing) => dialogue.resume(self.carry(&outgoing, &mut failure)),
                DialogueStep::Ask(question) => {
                    self.profile = dialogue.profile();
                    return Ok(Reached::Question(question));
                }
                DialogueStep::Complete(result) => {
                    self.profile = dialogue.profile();
                    let end = result.map(Reached::End);
                    return end.map_err(|operation| CardError { operation, transport: failure });
                }
            }
        }
    }

    /// One exchange. What failed before it has not ended the operation.
    fn carry(&mut self, outgoing: &Outgoing, failure: &mut Option<TransportError>) -> Answer<'_> {
        match self.transport.exchange(outgoing.bytes(), &mut self.buffer) {
            Ok(length) => {
                *failure = None;
                self.buffer.get(..length).map_or(Answer::Lost, Answer::Response)
            }
            Err(error) => {
                let answer = if error.kind().is_before_sending() { Answer::NotSent } else { Answer::Lost };
                *failure = Some(error);
                answer
            }
        }
    }

    /// What was learned of card and reader.
    #[must_use]
    pub const fn profile(&self) -> LinkProfile {
        self.profile
    }

    /// The transport.
    #[must_use]
    pub const fn transport(&self) -> &T {
        &self.transport
    }

    /// The transport.
    #[must_use]
    pub const fn transport_mut(&mut self) -> &mut T {
        &mut self.transport
    }

    /// Gives the transport back.
    #[must_use]
    pub fn into_transport(self) -> T {
        self.transport
    }
}

impl<E> CardError<E> {
    /// An error of the operation alone.
    #[must_use]
    pub const fn from_operation(operation: E) -> Self {
        Self { operation, transport: None }
    }

    /// The same, with what the transport said.
    #[must_use]
    pub fn with_transport(self, transport: Option<TransportError>) -> Self {
        Self { transport: self.transport.or(transport), ..self }
    }

    /// Both: what the operation made of it, and what the transport said when it was the cause.
    #[must_use]
    pub fn into_parts(self) -> (E, Option<TransportError>) {
        (self.operation, self.transport)
    }

    /// What the operation made of it.
    #[must_use]
    pub const fn operation(&self) -> &E {
        &self.operation
    }

    /// What the transport said, when it was the cause.
    #[must_use]
    pub const fn transport(&self) -> Option<&TransportError> {
        self.transport.as_ref()
    }
}

impl<T: fmt::Debug> fmt::Debug for Card<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Card")
            .field("transport", &self.transport)
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}

/// As the transport's error where that was the cause, as the operation's otherwise; what became of a try, the operation
/// knows.
impl<E: Diagnostic> Diagnostic for CardError<E> {
    fn entry(&self) -> &'static Entry {
        match &self.transport {
            Some(transport) => transport.entry(),
            None => self.operation.entry(),
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.transport {
            Some(transport) => transport.detail(name, language, f),
            None => self.operation.detail(name, language, f),
        }
    }

    fn attempt(&self) -> Attempt {
        self.operation.attempt()
    }
}

impl<E: fmt::Display> fmt::Display for CardError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.operation.fmt(f)?;
        match &self.transport {
            Some(transport) => write!(f, ": {transport}"),
            None => Ok(()),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> Error for CardError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.transport.as_ref().and_then(Error::source)
    }
}
