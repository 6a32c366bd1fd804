use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use zeroize::Zeroizing;

use super::{FaultKind, FaultSequence};
use crate::{Capabilities, Latency, Transport, TransportError, TransportErrorKind};

/// A [`FaultPlan`](super::FaultPlan) at work, around a transport or whatever else answers commands.
///
/// It does not wait: it says how long, and adds up ([`modelled_time`](Self::modelled_time)).
///
/// ```
/// use myna_transport::{Capabilities, FaultInjector, FaultPlan, HostTransport, Transport, TransportErrorKind};
///
/// let reader = HostTransport::new(Capabilities::default(), |_: &[u8], response: &mut [u8]| {
///     response[..2].copy_from_slice(&[0x90, 0x00]);
///     Ok(2)
/// });
/// let plan: FaultPlan = "2 status 6F00, 3 remove".parse()?;
/// let (mut faulty, mut response) = (FaultInjector::new(reader, plan), [0; 2]);
/// assert_eq!((faulty.exchange(&[0; 4], &mut response)?, response), (2, [0x90, 0x00]));
/// assert_eq!((faulty.exchange(&[0; 4], &mut response)?, response), (2, [0x6F, 0x00]));
/// let gone = faulty.exchange(&[0; 4], &mut response).unwrap_err();
/// assert_eq!(gone.kind(), TransportErrorKind::CardRemoved);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct FaultInjector<T> {
    inner: T,
    sequence: FaultSequence,
    modelled_time: Duration,
    /// Answers that come late.
    waiting: VecDeque<Vec<u8>>,
    /// How the hold on the card ended.
    end: Option<TransportErrorKind>,
}

/// What faults are done to. Every [`Transport`] is one: there a reset by another program, a cut of the power or a swap end the
/// hold on the card, as they do over PC/SC. What is itself a card can do better.
pub trait FaultTarget {
    /// Carries a command out.
    ///
    /// # Errors
    ///
    /// The target's own; no fault of the plan.
    fn answer(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError>;

    /// Does this to the card.
    ///
    /// # Errors
    ///
    /// What every command meets from then on.
    fn interrupt(&mut self, interruption: Interruption) -> Result<(), TransportError>;

    /// How long commands take where the plan does not say.
    fn latency(&self) -> Latency {
        Latency::NONE
    }

    /// What reader and link can carry.
    fn limits(&self) -> Capabilities {
        Capabilities::default()
    }
}

/// What is done to a card itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Interruption {
    /// A warm reset.
    Reset,
    /// The power goes and comes back.
    Power,
    /// Another card takes its place.
    Swap,
    /// It is pulled.
    Removal,
}

/// What comes of a command.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "made by its users: a further field has to be theirs to fill")]
pub struct InjectedAnswer {
    /// How long it takes to come.
    pub delay: Duration,
    /// What comes.
    pub outcome: InjectedOutcome,
}

/// What comes of a command: see [`InjectedAnswer`].
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "whoever plays the card has to deal with each")]
pub enum InjectedOutcome {
    /// These bytes. Where something went wrong they may be fewer than two.
    Bytes(Vec<u8>),
    /// These, but the card keeps them to itself.
    Withheld(Vec<u8>),
    /// A failure; [`CardRemoved`](TransportErrorKind::CardRemoved) when the card was pulled, and has lost its power.
    Failed(TransportError),
}

impl<T: FaultTarget> FaultInjector<T> {
    /// A plan, from its beginning, or one that is under way.
    pub fn new(inner: T, faults: impl Into<FaultSequence>) -> Self {
        Self {
            inner,
            sequence: faults.into(),
            modelled_time: Duration::ZERO,
            waiting: VecDeque::new(),
            end: None,
        }
    }

    /// Takes a command to the card, with what the plan has for it.
    pub fn transmit(&mut self, command: &[u8]) -> InjectedAnswer {
        let fault = self.sequence.next(command);
        let latency = self.sequence.latency().unwrap_or_else(|| self.inner.latency());
        let outcome = self.carry_out(fault, command).unwrap_or_else(InjectedOutcome::Failed);
        let bytes = match &outcome {
            InjectedOutcome::Bytes(bytes) | InjectedOutcome::Withheld(bytes) => bytes.as_slice(),
            InjectedOutcome::Failed(_) => &[],
        };
        let stall = if let Some(FaultKind::Stall(duration)) = fault { duration } else { Duration::ZERO };
        let delay = latency.of(command, bytes).saturating_add(stall);
        self.modelled_time = self.modelled_time.saturating_add(delay);
        InjectedAnswer { delay, outcome }
    }

    fn carry_out(
        &mut self,
        fault: Option<FaultKind>,
        command: &[u8],
    ) -> Result<InjectedOutcome, TransportError> {
        let pulled = TransportErrorKind::CardRemoved;
        match fault {
            Some(FaultKind::Lost) => return Ok(InjectedOutcome::Bytes(Vec::new())),
            Some(FaultKind::Refuse(status)) => {
                return Ok(InjectedOutcome::Bytes(status.to_be_bytes().to_vec()));
            }
            Some(FaultKind::Fail(kind)) => return Err(TransportError::new(kind)),
            Some(FaultKind::Reset) => self.interrupt(Interruption::Reset)?,
            Some(FaultKind::Power) => self.interrupt(Interruption::Power)?,
            Some(FaultKind::Swap) => self.interrupt(Interruption::Swap)?,
            Some(FaultKind::Remove) => {
                self.interrupt(Interruption::Removal)?;
                return Err(TransportError::new(pulled));
            }
            _ => {}
        }
        let mut answer = self.inner.answer(command)?;
        if fault == Some(FaultKind::Late) || !self.waiting.is_empty() {
            self.waiting.push_back(answer);
            answer = match fault {
                Some(FaultKind::Late) => Vec::new(),
                _ => self.waiting.pop_front().unwrap_or_default(),
            };
        }
        match fault {
            Some(FaultKind::Truncate(bytes)) => answer.truncate(answer.len().saturating_sub(bytes)),
            Some(FaultKind::Cut(bytes)) => answer.truncate(bytes),
            Some(FaultKind::Extend(bytes)) => answer.resize(answer.len().saturating_add(bytes), 0),
            Some(FaultKind::Flip(position)) => {
                if let Some(byte) = answer.get_mut(position) {
                    *byte ^= 1;
                }
            }
            Some(FaultKind::Status(status)) => answer = status.to_be_bytes().to_vec(),
            Some(FaultKind::Mute) => answer.clear(),
            Some(FaultKind::Twice) => self.waiting.push_front(answer.clone()),
            Some(FaultKind::Hang) => return Ok(InjectedOutcome::Withheld(answer)),
            Some(FaultKind::FailAfter(kind)) => return Err(TransportError::new(kind)),
            Some(FaultKind::RemoveAfter) => {
                self.interrupt(Interruption::Removal)?;
                return Err(TransportError::new(pulled));
            }
            _ => {}
        }
        Ok(InjectedOutcome::Bytes(answer))
    }

    fn interrupt(&mut self, interruption: Interruption) -> Result<(), TransportError> {
        self.waiting.clear();
        self.inner.interrupt(interruption)
    }
}

impl<T> FaultInjector<T> {
    /// How long all commands so far would have taken.
    #[must_use]
    pub const fn modelled_time(&self) -> Duration {
        self.modelled_time
    }

    /// The plan, as far as it has come.
    #[must_use]
    pub const fn sequence(&self) -> &FaultSequence {
        &self.sequence
    }

    /// What is inside.
    #[must_use]
    pub const fn inner(&self) -> &T {
        &self.inner
    }

    /// What is inside.
    #[must_use]
    pub const fn inner_mut(&mut self) -> &mut T {
        &mut self.inner
    }

    /// Gives back what is inside.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.inner
    }
}

/// Nobody waits, so a card that hangs is [`Other`](TransportErrorKind::Other). A card that was pulled, or reset by somebody
/// else, stays so.
impl<T: FaultTarget> Transport for FaultInjector<T> {
    fn capabilities(&self) -> Capabilities {
        self.inner.limits()
    }

    fn exchange(&mut self, command: &[u8], response: &mut [u8]) -> Result<usize, TransportError> {
        if let Some(end) = self.end {
            return Err(TransportError::new(end));
        }
        let answer = match self.transmit(command).outcome {
            InjectedOutcome::Bytes(answer) => Zeroizing::new(answer),
            InjectedOutcome::Withheld(_) => return Err(TransportError::new(TransportErrorKind::Other)),
            InjectedOutcome::Failed(error) => {
                let ends = [TransportErrorKind::CardRemoved, TransportErrorKind::CardReset];
                self.end = Some(error.kind()).filter(|kind| ends.contains(kind));
                return Err(error);
            }
        };
        let too_long = || TransportError::new(TransportErrorKind::ResponseTooLong);
        response.get_mut(..answer.len()).ok_or_else(too_long)?.copy_from_slice(&answer);
        Ok(answer.len())
    }
}

impl<T: Transport> FaultTarget for T {
    fn answer(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let room = usize::try_from(self.capabilities().longest_response).unwrap_or(usize::MAX);
        let mut response = vec![0; room];
        let length = self.exchange(command, &mut response)?;
        response.truncate(length);
        Ok(response)
    }

    fn interrupt(&mut self, interruption: Interruption) -> Result<(), TransportError> {
        Err(TransportError::new(match interruption {
            Interruption::Reset | Interruption::Power => TransportErrorKind::CardReset,
            Interruption::Swap | Interruption::Removal => TransportErrorKind::CardRemoved,
        }))
    }

    fn limits(&self) -> Capabilities {
        self.capabilities()
    }
}

/// What waits to be answered may be personal data.
impl<T: fmt::Debug> fmt::Debug for FaultInjector<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultInjector")
            .field("inner", &self.inner)
            .field("sequence", &self.sequence)
            .field("modelled_time", &self.modelled_time)
            .finish_non_exhaustive()
    }
}
