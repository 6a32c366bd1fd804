use myna_transport::pcsc::{Connection, Sharing};
use myna_transport::{Transport, TransportError, TransportErrorKind};

use super::CardSource;

/// A card on a PC/SC reader. It is never taken for a simulated one, whatever lies behind the reader.
#[derive(Debug)]
pub struct ReaderSource {
    reader: Option<String>,
    connection: Option<Connection>,
}

impl ReaderSource {
    /// The card on the reader of this name, or on the first that has one.
    #[must_use]
    pub const fn new(reader: Option<String>) -> Self {
        Self { reader, connection: None }
    }
}

impl CardSource for ReaderSource {
    fn name(&self) -> String {
        match &self.reader {
            Some(reader) => format!("pcsc:{reader}"),
            None => "pcsc".to_owned(),
        }
    }

    /// The transport before this one took the card's power when it was dropped.
    fn connect(&mut self) -> Result<Box<dyn Transport + '_>, TransportError> {
        // Two connections at a time would keep the card in use.
        self.connection = None;
        self.connection = Some(Connection::open(self.reader.as_deref(), Sharing::Shared)?);
        match &mut self.connection {
            Some(connection) => Ok(Box::new(connection.begin()?)),
            None => Err(TransportError::new(TransportErrorKind::Other)),
        }
    }
}
