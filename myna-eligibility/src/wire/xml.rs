//! The XML form of the messages: reading what nobody vouches for, and writing.

pub(crate) mod document;
pub(crate) mod encoding;
pub(crate) mod frames;

pub(crate) mod writer;

pub use crate::element::error::{MAX_BYTES, MAX_DEPTH, MAX_UNIT_BYTES, XmlError};
pub use encoding::Encoding;

use crate::element::ROOT;
use crate::element::tree::Tree;
use crate::meaning::descriptor::Fields;

/// How the bytes of an XML message were found to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct XmlForm {
    pub(crate) encoding: Encoding,
    pub(crate) misdeclared: Option<Encoding>,
}

/// Reads a document and makes something of the root's children; errors tell bytes of the message.
pub(crate) fn read_with<T>(
    bytes: &[u8],
    make: impl FnOnce(&Tree<'_>) -> Result<T, XmlError>,
) -> Result<(T, XmlForm), XmlError> {
    if bytes.len() > MAX_BYTES {
        return Err(XmlError::TooLarge { size: bytes.len() });
    }
    let decoded = encoding::decode(bytes)?;
    match document::read_document(&decoded.text).and_then(|tree| make(&tree)) {
        Ok(made) => Ok((made, XmlForm { encoding: decoded.encoding, misdeclared: decoded.misdeclared })),
        Err(error) => Err(error.moved(|place| decoded.byte_of(place))),
    }
}

/// Writes a message. Characters that CP932 lacks are written as character references.
pub(crate) fn write_record(record: &dyn Fields, encoding: Encoding) -> Result<Vec<u8>, XmlError> {
    let mut writer = writer::Writer::new(encoding);
    writer.written(|writer| writer.record(ROOT, record))
}
