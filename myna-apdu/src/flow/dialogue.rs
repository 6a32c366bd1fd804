use alloc::sync::Arc;
use core::fmt;
use core::future::{Future, poll_fn};
use core::task::Poll;

use spin::Mutex;

use super::{Answer, ExchangeError, Flow, Link, LinkProfile, Operation, Outgoing, Polled, Step};

/// An operation that also asks its caller: what a service answers, what a person decides.
///
/// As a [`Flow`], with a second kind of step. Whoever drives it gives the answer of the card to
/// [`resume`](Self::resume), and that of the caller to [`reply`](Self::reply).
///
/// ```
/// use myna_apdu::flow::{Answer, Dialogue, DialogueStep, ExchangeError, LinkProfile};
/// use myna_apdu::{Command, ExpectedLength};
///
/// let mut dialogue = Dialogue::<_, ExchangeError, &str, bool>::new(|link, caller| async move {
///     let challenge = link.transmit(&Command::get_challenge(ExpectedLength::MAX_SHORT)).await?;
///     Ok(caller.ask("is that a good challenge?").await && !challenge.data().is_empty())
/// });
/// let DialogueStep::Transmit(_) = dialogue.start(LinkProfile::default()) else { panic!() };
/// let DialogueStep::Ask(_) = dialogue.resume(Answer::Response(&[7, 0x90, 0x00])) else { panic!() };
/// let DialogueStep::Complete(Ok(true)) = dialogue.reply(true) else { panic!() };
/// ```
pub struct Dialogue<'a, T, E, Q, A> {
    flow: Flow<'a, T, E>,
    table: Arc<Table<Q, A>>,
}

/// What the driver of a [`Dialogue`] has to do next.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "whoever drives an operation has to deal with each")]
pub enum DialogueStep<T, E, Q> {
    /// Send this, then resume with the answer.
    Transmit(Outgoing),
    /// Find the answer to this, then reply.
    Ask(Q),
    /// Nothing more: the operation is over.
    Complete(Result<T, E>),
}

/// Where the commands before the next question lead.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "whoever drives an operation has to deal with each")]
pub enum Reached<T, Q> {
    /// A question: its answer is the reply that the next commands begin with.
    Question(Q),
    /// The end.
    End(T),
}

/// The operation's end of the line to its caller.
pub struct Caller<Q, A> {
    table: Arc<Table<Q, A>>,
}

struct Table<Q, A> {
    question: Mutex<Option<Q>>,
    reply: Mutex<Option<A>>,
}

impl<'a, T, E: From<ExchangeError>, Q, A> Dialogue<'a, T, E, Q, A> {
    /// Wraps code that talks to the card and to the caller, and awaits nothing else.
    pub fn new<F, B>(body: F) -> Self
    where
        F: FnOnce(Link, Caller<Q, A>) -> B,
        B: Future<Output = Result<T, E>> + Send + 'a,
    {
        let table = Arc::new(Table { question: Mutex::new(None), reply: Mutex::new(None) });
        let caller = Caller { table: Arc::clone(&table) };
        Self { flow: Flow::new(|link| body(link, caller)), table }
    }

    /// Begins, knowing what is known of card and reader.
    pub fn start(&mut self, profile: LinkProfile) -> DialogueStep<T, E, Q> {
        self.flow.slot.set_profile(profile);
        self.step()
    }

    /// Takes the card's answer to the command handed out last.
    pub fn resume(&mut self, answer: Answer<'_>) -> DialogueStep<T, E, Q> {
        self.flow.slot.put_answer(answer);
        self.step()
    }

    /// Takes the caller's answer to the question asked last.
    pub fn reply(&mut self, reply: A) -> DialogueStep<T, E, Q> {
        *self.table.reply.lock() = Some(reply);
        self.step()
    }

    /// What is known of card and reader by now.
    #[must_use]
    pub fn profile(&self) -> LinkProfile {
        self.flow.profile()
    }

    /// The commands up to the next question, as an operation for any driver of such: from the beginning without a reply,
    /// or from the reply to the question before.
    #[must_use]
    pub fn until_question(&mut self, reply: Option<A>) -> impl Operation<Output = Reached<T, Q>, Error = E> {
        Stretch { dialogue: self, reply }
    }

    fn step(&mut self) -> DialogueStep<T, E, Q> {
        match self.flow.poll() {
            Polled::Transmit(outgoing) => DialogueStep::Transmit(outgoing),
            Polled::Complete(result) => DialogueStep::Complete(result),
            Polled::Waiting => match self.table.question.lock().take() {
                Some(question) => DialogueStep::Ask(question),
                None => DialogueStep::Complete(Err(self.flow.stalled())),
            },
        }
    }
}

struct Stretch<'d, 'a, T, E, Q, A> {
    dialogue: &'d mut Dialogue<'a, T, E, Q, A>,
    reply: Option<A>,
}

impl<T, E: From<ExchangeError>, Q, A> Operation for Stretch<'_, '_, T, E, Q, A> {
    type Output = Reached<T, Q>;
    type Error = E;

    fn start(&mut self, profile: LinkProfile) -> Step<Reached<T, Q>, E> {
        match self.reply.take() {
            Some(reply) => self.dialogue.reply(reply),
            None => self.dialogue.start(profile),
        }
        .into()
    }

    fn resume(&mut self, answer: Answer<'_>) -> Step<Reached<T, Q>, E> {
        self.dialogue.resume(answer).into()
    }

    fn profile(&self) -> LinkProfile {
        self.dialogue.profile()
    }
}

impl<T, E, Q> From<DialogueStep<T, E, Q>> for Step<Reached<T, Q>, E> {
    fn from(step: DialogueStep<T, E, Q>) -> Self {
        match step {
            DialogueStep::Transmit(outgoing) => Self::Transmit(outgoing),
            DialogueStep::Ask(question) => Self::Complete(Ok(Reached::Question(question))),
            DialogueStep::Complete(result) => Self::Complete(result.map(Reached::End)),
        }
    }
}

impl<Q, A> Caller<Q, A> {
    /// Asks, and waits for the reply.
    pub async fn ask(&self, question: Q) -> A {
        *self.table.reply.lock() = None;
        *self.table.question.lock() = Some(question);
        poll_fn(|_| self.table.reply.lock().take().map_or(Poll::Pending, Poll::Ready)).await
    }
}

impl<T, E, Q, A> fmt::Debug for Dialogue<'_, T, E, Q, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.flow.fmt(f)
    }
}

impl<Q, A> fmt::Debug for Caller<Q, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Caller")
    }
}
