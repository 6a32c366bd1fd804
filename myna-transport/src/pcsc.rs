//! Readers by PC/SC.
//!
//! ```no_run
//! use myna_transport::pcsc::{Connection, Sharing, readers};
//! use myna_transport::{Card, Transport};
//!
//! for reader in readers()? {
//!     println!("{} {}", reader.name, if reader.card_present { "card" } else { "empty" });
//! }
//! let mut connection = Connection::open(None, Sharing::Shared)?;
//! let mut card = Card::new(connection.begin()?);
//! # Ok::<(), myna_transport::TransportError>(())
//! ```

use std::ffi::{CStr, CString};
use std::fmt;
use std::time::Duration;

use pcsc::{Context, Disposition, Protocols, ReaderState, Scope, ShareMode, State, Transaction};

use crate::{Capabilities, Transport, TransportError, TransportErrorKind};

/// A reader and what lies on it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reader {
    /// The name PC/SC gives it.
    pub name: String,
    /// Whether a card is there.
    pub card_present: bool,
    /// The card's answer to reset. Contactless readers invent it: recognise a card by SELECT.
    pub atr: Vec<u8>,
}

/// Whether others may connect to the same card. There is no good default: ask for what the job needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the standard has no others")]
pub enum Sharing {
    /// Others may connect, but not speak while a [`PcscTransport`] lives.
    Shared,
    /// Nobody else may connect. Some readers refuse this.
    Exclusive,
}

/// A connection to a card.
pub struct Connection {
    card: pcsc::Card,
}

/// A PC/SC transaction: nobody else speaks to the card while it lives.
///
/// Windows ends an idle transaction after five seconds, so ask for a PIN before beginning one. When the value is
/// dropped the card is powered off: a verified PIN does not outlive the session (a warm reset would keep it).
pub struct PcscTransport<'c> {
    transaction: Option<Transaction<'c>>,
}

/// The readers of this machine.
///
/// # Errors
///
/// [`TransportErrorKind::NoService`] when PC/SC does not run. No reader is an empty list.
pub fn readers() -> Result<Vec<Reader>, TransportError> {
    let context = establish()?;
    let mut states: Vec<_> =
        reader_names(&context)?.into_iter().map(|name| ReaderState::new(name, State::UNAWARE)).collect();
    if !states.is_empty() {
        context.get_status_change(Duration::ZERO, &mut states).map_err(error)?;
    }
    Ok(states
        .iter()
        .map(|state| Reader {
            name: state.name().to_string_lossy().into_owned(),
            card_present: state.event_state().contains(State::PRESENT),
            atr: state.atr().to_vec(),
        })
        .collect())
}

impl Connection {
    /// Connects to the card on the named reader, or on the first reader that has one.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::NoService`], [`NoReader`](TransportErrorKind::NoReader),
    /// [`NoCard`](TransportErrorKind::NoCard), [`Busy`](TransportErrorKind::Busy).
    pub fn open(reader: Option<&str>, sharing: Sharing) -> Result<Self, TransportError> {
        let context = establish()?;
        let mode = match sharing {
            Sharing::Shared => ShareMode::Shared,
            Sharing::Exclusive => ShareMode::Exclusive,
        };
        let mut names = reader_names(&context)?;
        if let Some(wanted) = reader {
            names.retain(|name| name.to_bytes() == wanted.as_bytes());
        }
        let tried: Vec<_> = names.iter().map(|name| name.to_string_lossy()).collect();
        let tried = reader.map_or_else(|| tried.join(", "), str::to_owned);
        let mut failure = TransportError::new(TransportErrorKind::NoReader);
        for name in names {
            match context.connect(&name, mode, Protocols::ANY) {
                Ok(card) => return Ok(Self { card }),
                Err(refused) => failure = error(refused),
            }
        }
        Err(if tried.is_empty() { failure } else { failure.at_reader(tried) })
    }

    /// Begins to speak to the card. Waits until no other program does.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::CardRemoved`], [`CardReset`](TransportErrorKind::CardReset).
    pub fn begin(&mut self) -> Result<PcscTransport<'_>, TransportError> {
        Ok(PcscTransport { transaction: Some(self.card.transaction().map_err(error)?) })
    }
}

impl Transport for PcscTransport<'_> {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    fn exchange(&mut self, command: &[u8], response: &mut [u8]) -> Result<usize, TransportError> {
        let Some(transaction) = &self.transaction else {
            return Err(TransportError::new(TransportErrorKind::CardRemoved));
        };
        match transaction.transmit(command, response) {
            // A card that vanishes in the middle of a command shows as an empty answer.
            Ok([]) => Err(TransportError::new(TransportErrorKind::CardRemoved)),
            Ok(bytes) => Ok(bytes.len()),
            Err(refused) => Err(error(refused)),
        }
    }
}

impl Drop for PcscTransport<'_> {
    fn drop(&mut self) {
        if let Some(transaction) = self.transaction.take() {
            // The card may be gone already; then there is nothing to power off.
            let _ = transaction.end(Disposition::UnpowerCard);
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}

impl fmt::Debug for PcscTransport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PcscTransport")
    }
}

fn establish() -> Result<Context, TransportError> {
    Context::establish(Scope::User).map_err(error)
}

fn reader_names(context: &Context) -> Result<Vec<CString>, TransportError> {
    match context.list_readers_owned() {
        Ok(names) => Ok(names.into_iter().filter(|name| !is_notification(name)).collect()),
        Err(pcsc::Error::NoReadersAvailable) => Ok(Vec::new()),
        Err(refused) => Err(error(refused)),
    }
}

/// The name under which PC/SC reports readers coming and going.
fn is_notification(name: &CStr) -> bool {
    name.to_bytes().starts_with(br"\\?PnP?\")
}

fn error(error: pcsc::Error) -> TransportError {
    use TransportErrorKind as Kind;
    use pcsc::Error as Pcsc;
    let kind = match error {
        Pcsc::NoService | Pcsc::ServiceStopped | Pcsc::CommError => Kind::NoService,
        Pcsc::NoReadersAvailable | Pcsc::UnknownReader | Pcsc::ReaderUnavailable => Kind::NoReader,
        Pcsc::NoSmartcard | Pcsc::UnresponsiveCard | Pcsc::UnpoweredCard => Kind::NoCard,
        Pcsc::RemovedCard | Pcsc::NotTransacted => Kind::CardRemoved,
        Pcsc::ResetCard => Kind::CardReset,
        Pcsc::SharingViolation => Kind::Busy,
        Pcsc::InsufficientBuffer => Kind::ResponseTooLong,
        _ => Kind::Other,
    };
    let told = TransportError::with_source(kind, error);
    // What a reader says of a command or an answer too long for it, as well as of a card that is pulled on the way.
    if matches!(error, Pcsc::NotTransacted | Pcsc::CommError) { told.while_held() } else { told }
}
