use std::fmt;
use std::future::Future;

use myna_apdu::flow::{LinkProfile, Operation, Step};
use zeroize::Zeroizing;

use crate::card::{answer, response_buffer};
use crate::{Capabilities, CardError, TransportError, TransportErrorKind};

/// A way to one card whose answers are awaited: [`Transport`](crate::Transport) for `async` programs.
///
/// No executor is asked for. Where it wants futures that are `Send`, write one: the driver's is `Send` when the
/// transport, its future and the operation are.
///
/// On phones, one call of the platform is one exchange:
///
/// | | call | what it carries | card gone |
/// |---|---|---|---|
/// | Android | `IsoDep.transceive`, on a thread that may block | `getMaxTransceiveLength`, `isExtendedLengthApduSupported` | `TagLostException` |
/// | iOS | `NFCISO7816Tag.sendCommand` | it does not say: [`Capabilities::default`] | `readerTransceiveErrorTagConnectionLost` |
///
/// The card gone is [`CardRemoved`](crate::TransportErrorKind::CardRemoved), anything else
/// [`Other`](crate::TransportErrorKind::Other).
pub trait AsyncTransport {
    /// What reader and link can carry.
    fn capabilities(&self) -> Capabilities;

    /// As [`Transport::exchange`](crate::Transport::exchange).
    ///
    /// # Errors
    ///
    /// [`TransportError`]; it tells whether the card may have seen the command.
    fn exchange(
        &mut self,
        command: &[u8],
        response: &mut [u8],
    ) -> impl Future<Output = Result<usize, TransportError>>;
}

/// The `async` driver: [`Card`](crate::Card) over an [`AsyncTransport`].
///
/// ```
/// use myna_apdu::flow::{Flow, OperationError};
/// use myna_apdu::{Command, ExpectedLength};
/// use myna_transport::{AsyncCard, AsyncTransport, Capabilities, TransportError};
///
/// /// A reader at the other end of a channel, say.
/// struct Reader;
///
/// impl AsyncTransport for Reader {
///     fn capabilities(&self) -> Capabilities {
///         Capabilities::default()
///     }
///
///     async fn exchange(&mut self, _command: &[u8], response: &mut [u8]) -> Result<usize, TransportError> {
///         response[..4].copy_from_slice(&[0xAA, 0xBB, 0x90, 0x00]);
///         Ok(4)
///     }
/// }
///
/// # let example = async {
/// let mut card = AsyncCard::new(Reader);
/// let challenge = card.run(Flow::<_, OperationError>::new(|link| async move {
///     Ok(link.transmit(&Command::get_challenge(ExpectedLength::MAX_SHORT)).await?.into_data())
/// })).await?;
/// assert_eq!(challenge[..], [0xAA, 0xBB]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # };
/// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// # assert!(matches!(std::pin::pin!(example).poll(&mut context), std::task::Poll::Ready(Ok(()))));
/// ```
pub struct AsyncCard<T> {
    transport: T,
    profile: LinkProfile,
    buffer: Zeroizing<Vec<u8>>,
    is_exchanging: bool,
}

impl<T: AsyncTransport> AsyncCard<T> {
    /// A card of which nothing is known yet.
    pub fn new(transport: T) -> Self {
        let profile = transport.capabilities().profile();
        Self::with_profile(transport, profile)
    }

    /// A card of which something was learned before, with the same reader.
    pub fn with_profile(transport: T, profile: LinkProfile) -> Self {
        let buffer = response_buffer(transport.capabilities());
        Self { transport, profile, buffer, is_exchanging: false }
    }

    /// Runs an operation to its end, as [`Card::run`](crate::Card::run) does.
    ///
    /// The future may be dropped at any time, and ends the operation there: when it was presenting a PIN, a try may have
    /// been spent. Nobody knows whose the next answer would be, so nothing is sent after it
    /// ([`Interrupted`](TransportErrorKind::Interrupted)): connect to the card again and read the counter before
    /// anything else.
    ///
    /// # Errors
    ///
    /// The operation's error, with the transport's beneath it when that was the cause.
    pub async fn run<O: Operation>(&mut self, mut operation: O) -> Result<O::Output, CardError<O::Error>> {
        let mut failure = None;
        let mut step = operation.start(self.profile);
        loop {
            step = match step {
                Step::Transmit(outgoing) => {
                    let result = if self.is_exchanging {
                        Err(TransportError::new(TransportErrorKind::Interrupted))
                    } else {
                        self.is_exchanging = true;
                        let result = self.transport.exchange(outgoing.bytes(), &mut self.buffer).await;
                        self.is_exchanging = false;
                        result
                    };
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

    /// Gives the transport back.
    #[must_use]
    pub fn into_transport(self) -> T {
        self.transport
    }
}

impl<T: fmt::Debug> fmt::Debug for AsyncCard<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncCard")
            .field("transport", &self.transport)
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}
