//! Writes bulk answers one unit at a time, as a service does that has more of them than memory.

use std::io::{self, Write};
use std::marker::PhantomData;

use super::{AnswerUnit, BODY, HEADER};
use crate::element::ROOT;
use crate::meaning::bulk::BulkUnit;
use crate::meaning::record::Header;
use crate::meaning::registration::BulkRegistrationUnit;
use crate::wire::xml::writer::Writer;
use crate::wire::xml::{Encoding, XmlError};

/// Writes the answer of a bulk request (`…02res`) unit by unit.
///
/// The bytes are those of [`Message::write`](crate::Message::write) of the whole answer. The numbers of results in the
/// header are the caller's to know beforehand.
///
/// ```
/// use myna_eligibility::{bulk::{BulkReader, BulkWriter}, forms::Encoding, records::{BulkUnit, Header}};
/// let mut writer = BulkWriter::new(Vec::new(), &Header::default(), Encoding::Utf8)?;
/// let mut unit = BulkUnit::default();
/// unit.processing_result_message = Some("SIMULATED".to_owned());
/// writer.unit(&unit)?;
/// let bytes = writer.finish()?;
/// let units: Vec<_> = BulkReader::new(&bytes[..])?.collect::<Result<_, _>>()?;
/// assert_eq!(units, [unit]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct BulkWriter<W, U: AnswerUnit = BulkUnit> {
    out: W,
    writer: Writer,
    units: PhantomData<fn(U)>,
}

impl<W: Write> BulkWriter<W> {
    /// Writes what stands before the units.
    ///
    /// # Errors
    ///
    /// Of the kind [`InvalidData`](io::ErrorKind::InvalidData) around an [`XmlError`] if the header cannot be said in a
    /// message, otherwise what `out` tells.
    pub fn new(out: W, header: &Header, encoding: Encoding) -> io::Result<Self> {
        Self::begin(out, header, encoding)
    }
}

impl<W: Write> BulkWriter<W, BulkRegistrationUnit> {
    /// The same for the answer of a bulk registration (`OQSmuimm02res`).
    ///
    /// # Errors
    ///
    /// As [`new`](BulkWriter::new).
    pub fn of_registrations(out: W, header: &Header, encoding: Encoding) -> io::Result<Self> {
        Self::begin(out, header, encoding)
    }
}

impl<W: Write, U: AnswerUnit> BulkWriter<W, U> {
    fn begin(out: W, header: &Header, encoding: Encoding) -> io::Result<Self> {
        let mut writer = Self { out, writer: Writer::new(encoding), units: PhantomData };
        writer.piece(|writer| {
            writer.open(ROOT);
            writer.record(HEADER, header);
            writer.open(BODY);
        })?;
        Ok(writer)
    }

    /// Writes a unit.
    ///
    /// # Errors
    ///
    /// As [`new`](BulkWriter::new).
    pub fn unit(&mut self, unit: &U) -> io::Result<()> {
        self.piece(|writer| writer.record(U::DESCRIPTOR.element, unit))
    }

    /// Writes the end of the message and gives back what was written to.
    ///
    /// # Errors
    ///
    /// As [`new`](BulkWriter::new).
    pub fn finish(self) -> io::Result<W> {
        self.finish_with(&U::Body::default())
    }

    /// Writes what the body says besides its units, and the end of the message.
    ///
    /// # Errors
    ///
    /// As [`new`](BulkWriter::new).
    pub fn finish_with(mut self, body: &U::Body) -> io::Result<W> {
        self.piece(|writer| {
            writer.fields(body);
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
impl<W, U: AnswerUnit> std::fmt::Debug for BulkWriter<W, U> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("BulkWriter").finish_non_exhaustive()
    }
}
