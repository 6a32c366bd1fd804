//! Data objects (ISO/IEC 7816-4, 5.2): BER-TLV and simple-TLV, read and written without allocation and without
//! recursion.
//!
//! ```text
//! BER-TLV     | tag: 1 to 4 bytes | length: 1 to 5 bytes | value |
//! simple-TLV  | tag: 1 byte       | length: 1 or 3 bytes | value |
//! ```
//!
//! [`TlvReader`] gives the objects that stand one after the other, [`Walker`] those inside them as well, and [`Writer`]
//! writes them, nested as deep as the caller likes.
//!
//! ```
//! use myna_apdu::tlv::{Tag, Tlv, Walker, Writer};
//!
//! let mut buffer = [0; 64];
//! let mut writer = Writer::new(&mut buffer);
//! writer.constructed(Tag(0xFF20), |items| {
//!     items.primitive(Tag(0xDF22), b"\xE5\xB1\xB1\xE7\x94\xB0")?;
//!     items.primitive(Tag(0xDF24), b"19800101")
//! })?;
//! let file = writer.finish();
//!
//! let birth = Tlv::first(file)?.find(Tag(0xDF24))?;
//! assert_eq!(birth.map(|object| object.value()), Some(&b"19800101"[..]));
//! assert_eq!(Walker::new(file).count(), 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod header;
mod object;
mod reader;
mod simple;
mod tag;
mod walker;
mod writer;

pub use error::{TlvError, TlvErrorKind};
pub use header::{LengthRule, ObjectLength, object_length};
pub use object::Tlv;
pub use reader::TlvReader;
pub use simple::{SimpleReader, SimpleTlv};
pub use tag::Tag;
pub use walker::{Node, Walker};
pub use writer::{Writer, WriterError, encoded_len};
