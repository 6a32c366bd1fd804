//! A virtual reader for the real PC/SC stack: the simulated card as a client of vsmartcard's `vpcd`.
//!
//! ```text
//! each message   length (2 bytes, big-endian) | body
//! from reader    00 power off, 01 power on, 02 reset, 04 ATR wanted, anything longer a command
//! from card      the ATR after 04, the answer after a command
//! ```
//!
//! The reader sends length and body in two pieces and waits with the second for the acknowledgement of the first: unless
//! the card's side acknowledges at once, every command takes 44 ms. So acknowledgements are asked for before each receive
//! (on Linux), and an answer goes out in one write.
//!
//! An answer of no byte at all, an ATR too, makes the reader wait for ever for the rest of nothing, and the daemon with it. So
//! the connection ends behind one and begins anew, which the reader takes for the silence it is meant to be.

mod control;

use crate::codes;
use myna_error::{Diagnostic, Entry, Language, english, system_reason, unknown_detail};
use std::fmt;
use std::io::{self, Read};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use myna_transport::{FaultInjector, InjectedOutcome, TransportErrorKind};
use thiserror::Error;

pub use self::control::{Condition, Control};
use crate::pipe::{self, ATR_WANTED};
use crate::{FaultPlan, SimulatedCard};

/// The port at which `vpcd` waits for the card of its first slot.
pub const DEFAULT_PORT: u16 = 35_963;

/// How to serve.
#[expect(clippy::exhaustive_structs, reason = "made by its users: a further field has to be theirs to fill")]
pub struct Options<'a> {
    /// Called with every command and its answer, after the card has answered. **Commands hold PINs.**
    pub on_exchange: Option<OnExchange<'a>>,
    /// Set it to make [`serve`] return, within a tenth of a second.
    pub stop: Option<&'a AtomicBool>,
    /// Whether to wait for a reader that is not there, and to come back when it goes away.
    pub reconnect: bool,
    /// Pulls the card out at the command of this number, counted from 1 over the whole of [`serve`]. It is not answered;
    /// the card stays away for [`absence`](Self::absence), and comes back if it is to
    /// [`reconnect`](Self::reconnect).
    pub remove_at: Option<u32>,
    /// Whether the card has carried out the command at which it is pulled.
    pub removal: Removal,
    /// How long a pulled card stays away. The reader looks every 0.4 s, so less than 0.6 s may go unnoticed.
    pub absence: Duration,
    /// What else goes wrong, and how long the card takes. Exchanges are counted over the whole of [`serve`].
    pub faults: FaultPlan,
    /// For somebody who pulls the card, puts it back, makes it silent.
    pub control: Option<&'a Control>,
}

/// Is given a command and its answer.
pub type OnExchange<'a> = &'a mut dyn FnMut(&[u8], &[u8]);

/// When exactly a card is pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Removal {
    /// The command never reaches the card.
    #[default]
    BeforeProcessing,
    /// The card has done what it was told; its answer is lost.
    AfterProcessing,
}

/// Why serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// [`Options::stop`] was set.
    Stopped,
    /// The reader went away, and [`Options::reconnect`] is not set.
    Disconnected,
    /// The card was pulled, and [`Options::reconnect`] is not set.
    Removed,
}

/// The reader cannot be reached.
#[derive(Debug, Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum VpcdError {
    /// No connection to the virtual reader.
    Connect {
        /// Where.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// The connection cannot be set up as it must be.
    Socket(io::Error),
}

/// Puts the card on the virtual reader at `address` and answers until there is a reason to end.
///
/// Whenever the connection goes, so does the card's power.
///
/// # Errors
///
/// [`VpcdError::Connect`] when the reader cannot be reached and [`Options::reconnect`] is not set.
pub fn serve(
    address: impl ToSocketAddrs + fmt::Display,
    card: &mut SimulatedCard,
    options: Options<'_>,
) -> Result<End, VpcdError> {
    let mut server = Server::new(card, options);
    loop {
        if server.is_stopped() {
            return Ok(End::Stopped);
        }
        if server.is_withdrawn() && server.options.reconnect {
            server.wait(TICK);
            continue;
        }
        let end = match TcpStream::connect(&address) {
            Ok(stream) => {
                prepare(&stream).map_err(VpcdError::Socket)?;
                server.connected(true);
                let end = server.attend(stream);
                server.connected(false);
                if !std::mem::take(&mut server.fell_silent) {
                    server.card.inner_mut().power_off();
                }
                end
            }
            Err(_) if server.options.reconnect => End::Disconnected,
            Err(source) => return Err(VpcdError::Connect { address: address.to_string(), source }),
        };
        match end {
            End::Stopped => return Ok(end),
            _ if !server.options.reconnect => return Ok(end),
            // The reader sees nothing of a shorter absence.
            End::Removed => server.wait(server.options.absence),
            End::Disconnected => server.wait(TICK),
        }
    }
}

impl Diagnostic for VpcdError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Connect { .. } => &codes::VPCD_CONNECT,
            Self::Socket(_) => &codes::VPCD_SOCKET,
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("address", Self::Connect { address, .. }) => f.write_str(address),
            ("reason", Self::Connect { source, .. } | Self::Socket(source)) => {
                f.write_str(system_reason(source.kind(), language))
            }
            _ => unknown_detail(name, f),
        }
    }
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            on_exchange: None,
            stop: None,
            reconnect: false,
            remove_at: None,
            removal: Removal::BeforeProcessing,
            absence: Duration::from_millis(700),
            faults: FaultPlan::default(),
            control: None,
        }
    }
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("reconnect", &self.reconnect)
            .field("remove_at", &self.remove_at)
            .field("removal", &self.removal)
            .field("absence", &self.absence)
            .field("faults", &self.faults)
            .field("control", &self.control)
            .finish_non_exhaustive()
    }
}

/// How often a server that waits looks whether it is to stop.
const TICK: Duration = Duration::from_millis(50);

struct Server<'s, 'o> {
    card: FaultInjector<&'s mut SimulatedCard>,
    options: Options<'o>,
    commands: u32,
    /// Whether this connection ends because an answer was empty: the card is still there.
    fell_silent: bool,
    /// How often the card had been removed by hand when this connection began.
    removals: u32,
}

impl<'s, 'o> Server<'s, 'o> {
    fn new(card: &'s mut SimulatedCard, mut options: Options<'o>) -> Self {
        let card = FaultInjector::new(card, std::mem::take(&mut options.faults));
        let removals = options.control.map_or(0, Control::removals);
        Self { card, options, commands: 0, fell_silent: false, removals }
    }

    /// Answers one connection until it ends.
    fn attend(&mut self, mut stream: TcpStream) -> End {
        loop {
            let body = match self.receive(&mut stream) {
                Ok(body) => body,
                Err(end) => return end,
            };
            let answer = match body.as_slice() {
                // An empty message says nothing.
                [] => continue,
                [ATR_WANTED] if self.condition() == Condition::Mute => Vec::new(),
                [code] => match pipe::control(*code, self.card.inner_mut()) {
                    Some(answer) => answer,
                    None => continue,
                },
                command => match self.answer(command, &stream) {
                    Ok(answer) => answer,
                    Err(end) => return end,
                },
            };
            self.fell_silent = answer.is_empty();
            if pipe::send(&mut stream, &answer).is_err() || self.fell_silent {
                return End::Disconnected;
            }
        }
    }

    /// An error when the connection ends at this command.
    fn answer(&mut self, command: &[u8], stream: &TcpStream) -> Result<Vec<u8>, End> {
        self.commands = self.commands.saturating_add(1);
        if let Some(control) = self.options.control {
            control.count_command();
        }
        let pulled = self.options.remove_at == Some(self.commands);
        if pulled && self.options.removal == Removal::BeforeProcessing {
            return Err(End::Removed);
        }
        if self.condition() == Condition::Mute {
            return Ok(Vec::new());
        }
        let injected = self.card.transmit(command);
        self.wait(injected.delay);
        let (answer, withheld) = match injected.outcome {
            InjectedOutcome::Bytes(answer) => (answer, false),
            InjectedOutcome::Withheld(answer) => (answer, true),
            InjectedOutcome::Failed(error) if error.kind() == TransportErrorKind::CardRemoved => {
                return Err(End::Removed);
            }
            // The reader is a real one: all it sees is that nothing came.
            InjectedOutcome::Failed(_) => (Vec::new(), false),
        };
        if withheld && let Some(control) = self.options.control {
            control.hang();
        }
        let answer = pipe::fitting(answer);
        if let Some(on_exchange) = &mut self.options.on_exchange {
            on_exchange(command, &answer);
        }
        if pulled {
            return Err(End::Removed);
        }
        self.wait_while_hung(withheld && self.options.control.is_none(), stream)?;
        Ok(answer)
    }

    /// Without a hand to resume it, `for_ever` is as long as there is a reader.
    fn wait_while_hung(&self, for_ever: bool, stream: &TcpStream) -> Result<(), End> {
        while for_ever || self.condition() == Condition::Hung {
            self.is_to_end()?;
            // Waits for a tick, unless there is something to read, as there never should be.
            match stream.peek(&mut [0]) {
                Ok(0) => return Err(End::Disconnected),
                Ok(_) => self.wait(TICK),
                Err(error) if is_timeout(&error) => {}
                Err(_) => return Err(End::Disconnected),
            }
        }
        self.is_to_end()
    }

    fn receive(&self, stream: &mut TcpStream) -> Result<Vec<u8>, End> {
        let mut length = [0; 2];
        self.fill(stream, &mut length)?;
        let mut body = vec![0; u16::from_be_bytes(length).into()];
        self.fill(stream, &mut body)?;
        Ok(body)
    }

    fn fill(&self, stream: &mut TcpStream, mut buffer: &mut [u8]) -> Result<(), End> {
        while !buffer.is_empty() {
            self.is_to_end()?;
            acknowledge_at_once(stream);
            match stream.read(buffer) {
                Ok(0) => return Err(End::Disconnected),
                Ok(count) => buffer = buffer.get_mut(count..).unwrap_or_default(),
                Err(error) if is_timeout(&error) => {}
                Err(_) => return Err(End::Disconnected),
            }
        }
        Ok(())
    }

    fn wait(&self, duration: Duration) {
        let mut left = duration;
        while !left.is_zero() && !self.is_stopped() {
            let tick = left.min(TICK);
            thread::sleep(tick);
            left = left.saturating_sub(tick);
        }
    }

    fn is_to_end(&self) -> Result<(), End> {
        if self.is_stopped() {
            Err(End::Stopped)
        } else if self.is_withdrawn() || self.options.control.map_or(0, Control::removals) != self.removals {
            Err(End::Removed)
        } else {
            Ok(())
        }
    }

    fn condition(&self) -> Condition {
        self.options.control.map_or(Condition::Present, Control::condition)
    }

    fn is_withdrawn(&self) -> bool {
        self.condition() == Condition::Absent
    }

    /// Whoever removes the card from here on removes it from this connection.
    fn connected(&mut self, connected: bool) {
        if let Some(control) = self.options.control {
            self.removals = control.removals();
            control.set_connected(connected);
        }
    }

    fn is_stopped(&self) -> bool {
        self.options.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
    }
}

fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(TICK))
}

/// The option lasts for one receive only. A kernel without it is slow, not wrong.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn acknowledge_at_once(stream: &TcpStream) {
    let _ = socket2::SockRef::from(stream).set_tcp_quickack(true);
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn acknowledge_at_once(_: &TcpStream) {}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}
