use std::error::Error;
use std::fmt;

use myna_apdu::StatusWord;
use myna_apdu::flow::{Answer, LinkProfile, Operation, Outgoing, Step};
use myna_error::{Attempt, Diagnostic, Entry, Language};
use zeroize::Zeroizing;

use crate::{Capabilities, Transport, TransportError};

/// The blocking driver: runs operations over a transport, and remembers what they learn of card and reader.
pub struct Card<T> {
    transport: T,
    profile: LinkProfile,
    buffer: Zeroizing<Vec<u8>>,
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
        let buffer = response_buffer(transport.capabilities());
        Self { transport, profile, buffer }
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
                Step::Transmit(outgoing) => {
                    let result = self.transport.exchange(outgoing.bytes(), &mut self.buffer);
                    operation.resume(answer(outgoing, result, &self.buffer, &mut failure))
                }
                Step::Complete(result) => {
                    self.profile = operation.profile();
                    return result.map_err(|operation| CardError::new(operation, failure));
                }
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

/// As long as the longest response; wiped when dropped.
pub(crate) fn response_buffer(capabilities: Capabilities) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(vec![0; usize::try_from(capabilities.longest_response).unwrap_or(usize::MAX)])
}

/// What the operation is told of an exchange. A failure is kept, for the operation may end by it, until a command that has
/// nothing to do with it.
#[expect(clippy::needless_pass_by_value, reason = "a command that was sent is wiped here")]
pub(crate) fn answer<'b>(
    outgoing: Outgoing,
    result: Result<usize, TransportError>,
    buffer: &'b [u8],
    failure: &mut Option<TransportError>,
) -> Answer<'b> {
    let response = result.as_ref().ok().and_then(|length| buffer.get(..*length));
    let is_refused =
        || response.is_none_or(|response| !response.ends_with(&StatusWord::SUCCESS.0.to_be_bytes()));
    if !(outgoing.is_inquiry() || outgoing.is_retry() && is_refused()) {
        *failure = None;
    }
    match result {
        Ok(_) => response.map_or(Answer::Lost, Answer::Response),
        Err(error) => {
            let answer = match error.kind().is_before_sending() {
                true => Answer::NotSent,
                false if error.ends_hold() => Answer::Gone,
                false => Answer::Lost,
            };
            failure.get_or_insert(error);
            answer
        }
    }
}

impl<E> CardError<E> {
    pub(crate) const fn new(operation: E, transport: Option<TransportError>) -> Self {
        Self { operation, transport }
    }

    /// An error of the operation alone.
    #[must_use]
    pub const fn from_operation(operation: E) -> Self {
        Self::new(operation, None)
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

    fn place(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.transport {
            Some(transport) => transport.place(language, f),
            None => self.operation.place(language, f),
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
