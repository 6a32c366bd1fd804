//! Operations on a card, as values.
//!
//! An operation is written as straight-line `async` code over a [`Link`], and held in a [`Flow`]. There is no executor:
//! whoever drives the flow takes the next command from it and gives it the answer, until it completes.
//!
//! ```
//! use myna_apdu::flow::{Answer, Flow, LinkProfile, Operation, OperationError, Step};
//! use myna_apdu::{Command, ExpectedLength};
//!
//! let mut challenge = Flow::<_, OperationError>::new(|link| async move {
//!     let eight = ExpectedLength::new(8).unwrap_or(ExpectedLength::MAX_SHORT);
//!     Ok(link.transmit(&Command::get_challenge(eight)).await?.into_data())
//! });
//!
//! let Step::Transmit(command) = challenge.start(LinkProfile::default()) else { panic!() };
//! assert_eq!(command.bytes(), [0x00, 0x84, 0x00, 0x00, 0x08]);
//! // ... send the bytes by any means, and hand in what came back:
//! let answer = [1, 2, 3, 4, 5, 6, 7, 8, 0x90, 0x00];
//! let Step::Complete(Ok(bytes)) = challenge.resume(Answer::Response(&answer)) else { panic!() };
//! assert_eq!(bytes[..], [1, 2, 3, 4, 5, 6, 7, 8]);
//! ```
//!
//! A flow is `Send`: it may move to another thread between two steps, as it does where a phone's reader calls back.

mod dialogue;
mod error;
mod link;
mod name;
mod operation;
mod profile;
mod read;
mod sign;
mod verify;

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;
use core::future::Future;
use core::pin::Pin as Pinned;
use core::task::{Context, Poll, Waker};

pub use dialogue::{Caller, Dialogue, DialogueStep, Reached};
pub use error::{ChangeFault, ExchangeError, FileFault, OperationError, VerifyFault};
pub use myna_error::{Attempt, Blame, Diagnostic, Spent};

pub use link::{Link, Outgoing, Reply};
pub use name::Name;
pub use operation::{Answer, Operation, Step};
pub use profile::{LinkProfile, Support};
pub use read::{Extent, read_file, select_application};
pub use sign::sign;
pub use verify::{ChangeMethod, PinPolicy, TriesLeft, change_reference, tries_left, verify};

use link::Slot;

/// An [`Operation`] written as straight-line `async` code.
pub struct Flow<'a, T, E = OperationError> {
    slot: Arc<Slot>,
    /// `None` once complete.
    future: Option<Coroutine<'a, Result<T, E>>>,
}

type Coroutine<'a, T> = Pinned<Box<dyn Future<Output = T> + Send + 'a>>;

impl<'a, T, E: From<ExchangeError>> Flow<'a, T, E> {
    /// Wraps code that talks to the card through the [`Link`] it is given, and awaits nothing else.
    pub fn new<F, B>(body: F) -> Self
    where
        F: FnOnce(Link) -> B,
        B: Future<Output = Result<T, E>> + Send + 'a,
    {
        let slot = Arc::<Slot>::default();
        let future = Box::pin(body(Link::new(Arc::clone(&slot))));
        Self { slot, future: Some(future) }
    }

    fn step(&mut self) -> Step<T, E> {
        match self.poll() {
            Polled::Transmit(outgoing) => Step::Transmit(outgoing),
            Polled::Complete(result) => Step::Complete(result),
            Polled::Waiting => Step::Complete(Err(self.stalled())),
        }
    }

    fn poll(&mut self) -> Polled<T, E> {
        let Some(future) = &mut self.future else {
            return Polled::Complete(Err(ExchangeError::AlreadyComplete.into()));
        };
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => {
                self.future = None;
                Polled::Complete(result)
            }
            Poll::Pending => self.slot.take_outgoing().map_or(Polled::Waiting, Polled::Transmit),
        }
    }

    /// Ends what waits for nothing that could come.
    fn stalled(&mut self) -> E {
        self.future = None;
        ExchangeError::Stalled.into()
    }
}

enum Polled<T, E> {
    Transmit(Outgoing),
    Complete(Result<T, E>),
    /// For something that is no exchange.
    Waiting,
}

impl<T, E: From<ExchangeError>> Operation for Flow<'_, T, E> {
    type Output = T;
    type Error = E;

    fn start(&mut self, profile: LinkProfile) -> Step<T, E> {
        self.slot.set_profile(profile);
        self.step()
    }

    fn resume(&mut self, answer: Answer<'_>) -> Step<T, E> {
        self.slot.put_answer(answer);
        self.step()
    }

    fn profile(&self) -> LinkProfile {
        self.slot.profile()
    }
}

impl<T, E> fmt::Debug for Flow<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.future.is_some() { "running" } else { "complete" };
        write!(f, "Flow({state}, {} exchanges)", self.slot.exchanges())
    }
}
