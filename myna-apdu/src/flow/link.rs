use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::future::poll_fn;
use core::task::Poll;

use spin::Mutex;
use zeroize::Zeroizing;

use super::{Answer, ExchangeError, LinkProfile, Operation, Step, Support};
use crate::{
    Class, Command, CommandError, ExpectedLength, Instruction, LengthForm, Response, StatusMeaning,
    StatusWord,
};

/// The operation's end of the line to the card.
///
/// [`exchange`](Self::exchange) is one command and its response, whatever the status; [`transmit`](Self::transmit)
/// adds what ISO 7816-4 asks of a host: GET RESPONSE after `61xx`, the right Le after `6Cxx`.
pub struct Link {
    slot: Arc<Slot>,
}

/// A command on its way out, encoded. Wiped when dropped: it may hold a PIN.
pub struct Outgoing {
    bytes: Zeroizing<Vec<u8>>,
    secret: bool,
    concern: Concern,
}

/// What a command has to do with the one before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Concern {
    Nothing,
    Inquiry,
    Retry,
}

/// What the card answered.
pub struct Reply {
    data: Zeroizing<Vec<u8>>,
    status: StatusWord,
    exchange: u16,
    expected: Option<ExpectedLength>,
    class: Class,
    instruction: Instruction,
}

/// GET RESPONSE and Le corrections one command may cause.
const MOST_FOLLOW_UPS: u16 = 260;
/// Data bytes one command may yield.
const MOST_DATA: usize = 65_536;

impl Link {
    pub(super) fn new(slot: Arc<Slot>) -> Self {
        Self { slot }
    }

    /// What is known of card and reader.
    #[must_use]
    pub fn profile(&self) -> LinkProfile {
        self.slot.profile()
    }

    /// Notes what was learned of card and reader.
    pub fn learn(&self, learn: impl FnOnce(&mut LinkProfile)) {
        let mut profile = self.slot.profile();
        learn(&mut profile);
        self.slot.set_profile(profile);
    }

    /// Runs another operation as a part of this one. Its errors count its own exchanges.
    ///
    /// # Errors
    ///
    /// That operation's.
    pub async fn run<O: Operation>(&self, mut operation: O) -> Result<O::Output, O::Error> {
        let mut step = operation.start(self.profile());
        loop {
            step = match step {
                Step::Transmit(outgoing) => {
                    self.slot.next_exchange();
                    match self.slot.hand_over(outgoing).await {
                        Incoming::Response(bytes) => operation.resume(Answer::Response(&bytes)),
                        Incoming::NotSent => operation.resume(Answer::NotSent),
                        Incoming::Lost => operation.resume(Answer::Lost),
                        Incoming::Gone => operation.resume(Answer::Gone),
                    }
                }
                Step::Complete(result) => {
                    self.slot.set_profile(operation.profile());
                    return result;
                }
            };
        }
    }

    /// One command, one response, any status.
    ///
    /// # Errors
    ///
    /// [`ExchangeError`] when the command was not sent, no answer came, or the answer has no status word.
    pub async fn exchange(&self, command: &Command<'_>) -> Result<Reply, ExchangeError> {
        self.send(command, Outgoing::new(command)).await
    }

    /// Whether the card is gone, so that nothing more need be asked of it.
    pub(super) fn is_over(&self) -> bool {
        self.slot.is_over()
    }

    /// As [`exchange`](Self::exchange), for a command that [is an inquiry](Outgoing::is_inquiry).
    pub(super) async fn inquire(&self, command: &Command<'_>) -> Result<Reply, ExchangeError> {
        self.send(command, Outgoing { concern: Concern::Inquiry, ..Outgoing::new(command) }).await
    }

    /// As [`with_right_le`](Self::with_right_le), for a command that [is a retry](Outgoing::is_retry).
    pub(super) async fn retry(&self, command: &Command<'_>) -> Result<Reply, ExchangeError> {
        let outgoing = Outgoing { concern: Concern::Retry, ..Outgoing::new(command) };
        let reply = self.send(command, outgoing).await?;
        self.corrected(command, reply).await
    }

    async fn send(&self, command: &Command<'_>, outgoing: Outgoing) -> Result<Reply, ExchangeError> {
        let exchange = self.slot.next_exchange();
        let secret_presented = outgoing.secret;
        if u32::try_from(outgoing.bytes.len()).map_or(true, |length| length > self.profile().longest_command)
        {
            return Err(ExchangeError::NotSent { exchange });
        }
        match self.slot.hand_over(outgoing).await {
            Incoming::NotSent => Err(ExchangeError::NotSent { exchange }),
            Incoming::Lost | Incoming::Gone => Err(ExchangeError::Lost { exchange, secret_presented }),
            Incoming::Response(mut bytes) => match Response::parse(&bytes) {
                Ok(response) => {
                    let (length, status) = (response.data().len(), response.status());
                    bytes.truncate(length);
                    let (class, instruction) = (command.class(), command.instruction());
                    let expected = command.expected();
                    Ok(Reply { data: bytes, status, exchange, expected, class, instruction })
                }
                Err(error) => {
                    Err(ExchangeError::TruncatedResponse { exchange, length: error.length, secret_presented })
                }
            },
        }
    }

    /// One command and what follows from it: GET RESPONSE while the card says `61xx`, once more with the right Le
    /// after `6Cxx`, once more with short length fields where extended ones are refused and short ones will do. A
    /// command that carries a secret is never sent again. The final status must be `9000`.
    ///
    /// A short command asks for 256 bytes at most, whatever the extended one asked for.
    ///
    /// # Errors
    ///
    /// As [`exchange`](Self::exchange); [`ExchangeError::Status`] for any other status;
    /// [`ExchangeError::Unbounded`] past 260 follow-ups or 65 536 bytes.
    pub async fn transmit(&self, command: &Command<'_>) -> Result<Reply, ExchangeError> {
        let short = command.shortened().filter(|_| command.form() == LengthForm::Extended);
        let reply = match short {
            Some(short) if self.profile().extended_length == Support::No => {
                self.with_right_le(&short).await?
            }
            Some(short) => match self.exchange(command).await {
                // Nothing was sent, so this holds for secrets as well.
                Err(ExchangeError::NotSent { .. }) => {
                    self.learn(|profile| profile.extended_length = Support::No);
                    self.with_right_le(&short).await?
                }
                Ok(reply) if refuses_length(reply.status) && !command.carries_secret() => {
                    let reply = self.with_right_le(&short).await?;
                    // The card may have meant something else; only success shows that it was the form.
                    if reply.status.is_success()
                        || matches!(reply.status.meaning(), StatusMeaning::BytesRemaining(_))
                    {
                        self.learn(|profile| profile.extended_length = Support::No);
                    }
                    reply
                }
                reply => reply?,
            },
            None => self.with_right_le(command).await?,
        };
        self.collect(reply).await?.successful()
    }

    /// Sends a command as a chain (ISO/IEC 7816-4, 5.3.3), each link with at most 255 data bytes. Every link before the
    /// last must be answered `9000` without data. No My Number Card is known to offer chaining; phones and other cards
    /// are.
    ///
    /// # Errors
    ///
    /// As [`transmit`](Self::transmit), and [`CommandError::NoChaining`](crate::CommandError::NoChaining) for a
    /// proprietary class.
    pub async fn transmit_chained(&self, command: &Command<'_>) -> Result<Reply, ExchangeError> {
        if command.data().len() <= 0xFF {
            return self.transmit(command).await;
        }
        let chain = command.chain(0xFF).ok_or(ExchangeError::Command(CommandError::NoChaining))?;
        let mut links = chain.peekable();
        while let Some(link) = links.next() {
            if links.peek().is_none() {
                return self.transmit(&link).await;
            }
            self.exchange(&link).await?.successful()?;
        }
        // A chain has a last link.
        Err(ExchangeError::Stalled)
    }

    /// One exchange, and another with the Le the card asks for by `6Cxx`.
    pub(super) async fn with_right_le(&self, command: &Command<'_>) -> Result<Reply, ExchangeError> {
        let reply = self.exchange(command).await?;
        self.corrected(command, reply).await
    }

    async fn corrected(&self, command: &Command<'_>, reply: Reply) -> Result<Reply, ExchangeError> {
        match reply.status.meaning() {
            StatusMeaning::WrongExpectedLength(count) if !command.carries_secret() => {
                let expected = ExpectedLength::new(count.into()).unwrap_or(ExpectedLength::MAX_SHORT);
                self.exchange(&command.expecting(expected)).await
            }
            _ => Ok(reply),
        }
    }

    /// Fetches with GET RESPONSE, on the channel of the command, what a reply announces as waiting.
    pub(super) async fn collect(&self, mut reply: Reply) -> Result<Reply, ExchangeError> {
        let mut follow_ups = 0;
        while let StatusMeaning::BytesRemaining(count) = reply.status.meaning() {
            if follow_ups == MOST_FOLLOW_UPS {
                return Err(ExchangeError::Unbounded { exchange: reply.exchange });
            }
            follow_ups += 1;
            let expected = ExpectedLength::new(count.into()).unwrap_or(ExpectedLength::MAX_SHORT);
            let next = self.with_right_le(&Command::get_response(reply.class, expected)).await?;
            reply.exchange = next.exchange;
            reply.status = next.status;
            if reply.data.len() + next.data.len() > MOST_DATA {
                return Err(ExchangeError::Unbounded { exchange: reply.exchange });
            }
            append(&mut reply.data, &next.data);
        }
        Ok(reply)
    }

    /// How many exchanges the operation has begun.
    pub(super) fn exchanges(&self) -> u16 {
        self.slot.exchanges()
    }
}

/// How cards and readers refuse extended length fields.
const fn refuses_length(status: StatusWord) -> bool {
    matches!(
        status.meaning(),
        StatusMeaning::WrongLength | StatusMeaning::WrongOffset | StatusMeaning::WrongExpectedLength(_)
    )
}

/// Grows a buffer without leaving its bytes behind in memory that is given back unwiped.
pub(super) fn append(data: &mut Zeroizing<Vec<u8>>, more: &[u8]) {
    let length = data.len() + more.len();
    if length > data.capacity() {
        let mut larger = Zeroizing::new(Vec::with_capacity(length.max(2 * data.capacity())));
        larger.extend_from_slice(data);
        *data = larger;
    }
    data.extend_from_slice(more);
}

impl Outgoing {
    fn new(command: &Command<'_>) -> Self {
        Self {
            bytes: Zeroizing::new(command.to_vec()),
            secret: command.carries_secret(),
            concern: Concern::Nothing,
        }
    }

    /// The bytes to send.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether they hold a secret: never log them, and never send them a second time.
    #[must_use]
    pub const fn carries_secret(&self) -> bool {
        self.secret
    }

    /// Whether they only ask what became of the command before: a failure of that one stays the one to report, whatever
    /// comes of this.
    #[must_use]
    pub const fn is_inquiry(&self) -> bool {
        matches!(self.concern, Concern::Inquiry)
    }

    /// Whether they are the command before in another form: a failure of that one stays the one to report, if this fails
    /// as well.
    #[must_use]
    pub const fn is_retry(&self) -> bool {
        matches!(self.concern, Concern::Retry)
    }
}

impl Reply {
    /// The data field.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The data field; wiped when dropped.
    #[must_use]
    pub fn into_data(self) -> Zeroizing<Vec<u8>> {
        self.data
    }

    /// The status word.
    #[must_use]
    pub const fn status(&self) -> StatusWord {
        self.status
    }

    /// The Le it answers.
    pub(super) const fn expected(&self) -> Option<ExpectedLength> {
        self.expected
    }

    /// Which exchange of the operation this was, from 1.
    #[must_use]
    pub const fn exchange(&self) -> u16 {
        self.exchange
    }

    /// The reply, if the status is `9000`.
    ///
    /// # Errors
    ///
    /// [`ExchangeError::Status`] for any other status.
    pub fn successful(self) -> Result<Self, ExchangeError> {
        if self.status.is_success() { Ok(self) } else { Err(self.refusal()) }
    }

    /// The refusal this reply is, as an error.
    #[must_use]
    pub const fn refusal(&self) -> ExchangeError {
        ExchangeError::Status { exchange: self.exchange, instruction: self.instruction, status: self.status }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({} exchanges)", self.slot.exchanges())
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Command::parse(&self.bytes) {
            Ok(command) => command.fmt(f),
            Err(_) => write!(f, "{} bytes", self.bytes.len()),
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes, {}", self.data.len(), self.status)
    }
}

/// The place where operation and driver meet.
#[derive(Default)]
pub(super) struct Slot {
    state: Mutex<State>,
}

/// Locked only to move something in or out, never across a step: nobody ever waits for it.
#[derive(Default)]
struct State {
    outgoing: Option<Outgoing>,
    incoming: Option<Incoming>,
    profile: LinkProfile,
    exchanges: u16,
    is_over: bool,
}

enum Incoming {
    Response(Zeroizing<Vec<u8>>),
    NotSent,
    Lost,
    Gone,
}

impl Slot {
    pub(super) fn profile(&self) -> LinkProfile {
        self.state.lock().profile
    }

    pub(super) fn set_profile(&self, profile: LinkProfile) {
        self.state.lock().profile = profile;
    }

    pub(super) fn exchanges(&self) -> u16 {
        self.state.lock().exchanges
    }

    fn is_over(&self) -> bool {
        self.state.lock().is_over
    }

    pub(super) fn take_outgoing(&self) -> Option<Outgoing> {
        self.state.lock().outgoing.take()
    }

    pub(super) fn put_answer(&self, answer: Answer<'_>) {
        self.state.lock().is_over |= matches!(answer, Answer::Gone);
        self.state.lock().incoming = Some(match answer {
            Answer::Response(bytes) => Incoming::Response(Zeroizing::new(bytes.to_vec())),
            Answer::NotSent => Incoming::NotSent,
            Answer::Lost => Incoming::Lost,
            Answer::Gone => Incoming::Gone,
        });
    }

    fn next_exchange(&self) -> u16 {
        let mut state = self.state.lock();
        state.exchanges = state.exchanges.saturating_add(1);
        state.exchanges
    }

    async fn hand_over(&self, outgoing: Outgoing) -> Incoming {
        self.state.lock().incoming = None;
        let mut outgoing = Some(outgoing);
        poll_fn(|_| match outgoing.take() {
            Some(outgoing) => {
                self.state.lock().outgoing = Some(outgoing);
                Poll::Pending
            }
            None => self.state.lock().incoming.take().map_or(Poll::Pending, Poll::Ready),
        })
        .await
    }
}
