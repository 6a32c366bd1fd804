//! Writes bulk answers one unit at a time, as a service does that has more of them than memory.

use std::io::{self, Write};

use super::{BulkBody, BulkUnit};
use crate::field::{Record as _, Value as _};
use crate::record::Header;
use crate::xml::writer::Writer;
use crate::xml::{Encoding, ROOT, XmlError};

const HEADER: &str = "MessageHeader";
const BODY: &str = "MessageBody";

/// Writes the answer of a bulk request (`…02res`) unit by unit.
///
/// The bytes are those of [`Message::write`](crate::Message::write) of the whole answer. The numbers of results in the
/// header are the caller's to know beforehand.
///
/// ```
/// use myna_eligibility::{BulkReader, BulkUnit, BulkWriter, Encoding, Header};
/// let mut writer = BulkWriter::new(Vec::new(), &Header::default(), Encoding::Utf8)?;
/// let mut unit = BulkUnit::default();
/// unit.processing_result_message = Some("SIMULATED".to_owned());
/// writer.unit(&unit)?;
/// let bytes = writer.finish()?;
/// let units: Vec<_> = BulkReader::new(&bytes[..])?.collect::<Result<_, _>>()?;
/// assert_eq!(units, [unit]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct BulkWriter<W> {
    out: W,
    writer: Writer,
}

impl<W: Write> BulkWriter<W> {
    /// Writes what stands before the units.
    ///
    /// # Errors
    ///
    /// Of the kind [`InvalidData`](io::ErrorKind::InvalidData) around an [`XmlError`] if the header cannot be said in a
    /// message, otherwise what `out` tells.
    pub fn new(out: W, header: &Header, encoding: Encoding) -> io::Result<Self> {
        let mut writer = Self { out, writer: Writer::new(encoding) };
        writer.piece(|writer| {
            writer.open(ROOT);
            header.write(HEADER, writer);
            writer.open(BODY);
        })?;
        Ok(writer)
    }

    /// Writes a unit.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn unit(&mut self, unit: &BulkUnit) -> io::Result<()> {
        self.piece(|writer| unit.write(BulkUnit::ELEMENT, writer))
    }

    /// Writes the end of the message and gives back what was written to.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn finish(self) -> io::Result<W> {
        self.finish_with(&BulkBody::default())
    }

    /// Writes what the body says besides its units, and the end of the message.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn finish_with(mut self, body: &BulkBody) -> io::Result<W> {
        self.piece(|writer| {
            body.write_fields(writer);
            writer.close(BODY);
            writer.close(ROOT);
        })?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn piece(&mut self, write: impl Fn(&mut Writer)) -> io::Result<()> {
        let written = self.writer.written(write).map_err(invalid)?;
        self.out.write_all(&written)?;
        self.writer.reuse(written);
        Ok(())
    }
}

fn invalid(error: XmlError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// Says nothing about what was written: it is personal.
impl<W> std::fmt::Debug for BulkWriter<W> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("BulkWriter").finish_non_exhaustive()
    }
}
