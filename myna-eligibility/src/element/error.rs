//! Why bytes are refused.

use std::fmt::{self, Display};

use myna_error::{Diagnostic, Entry, Language, english, unknown_detail};

use crate::element::ROOT;
use crate::element::codes;

/// Largest message read, 4 MiB [code B10].
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Deepest nesting read; `XmlMsg` is at depth 1, and the known messages end at depth 7.
pub const MAX_DEPTH: usize = 16;

/// Largest element cut out of a message, and largest stretch between two, in bytes.
///
/// The longest unit a layout allows stays below 40 000.
pub const MAX_UNIT_BYTES: usize = 256 * 1024;

/// Why bytes are not a message. The fault is the sender's, or lies between the sender and us; asking again is
/// safe, and the patient's card plays no part in it.
///
/// Each refusal has a stable [`code`](Diagnostic::code) and the byte [`position`](Self::position) it was made at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum XmlError {
    /// More than [`MAX_BYTES`].
    TooLarge {
        /// Its length in bytes.
        size: usize,
    },
    /// One element of a bulk answer, or what stands between two, has more than
    /// [`MAX_UNIT_BYTES`](crate::forms::MAX_UNIT_BYTES).
    UnitTooLarge {
        /// Byte position.
        position: usize,
    },
    /// The message is neither UTF-8 nor Shift_JIS (CP932), the two encodings of the wire [code B5], or says so
    /// of itself.
    UnsupportedEncoding {
        /// The encoding, as declared or as guessed.
        encoding: String,
        /// Byte position of the name in the declaration, or of the first byte that is not UTF-8.
        position: usize,
    },
    /// A document type declaration: the way to entity bombs and to files of this host.
    DocumentType {
        /// Byte position.
        position: usize,
    },
    /// An entity other than the five predefined ones.
    UnknownEntity {
        /// Its name, at most 40 characters of it.
        name: String,
        /// Byte position.
        position: usize,
    },
    /// A character XML does not allow, bare or by its number.
    InvalidCharacter {
        /// Byte position.
        position: usize,
    },
    /// Elements nested deeper than [`MAX_DEPTH`].
    TooDeep {
        /// Byte position.
        position: usize,
    },
    /// An element that may stand once stands twice.
    DuplicateElement {
        /// Path of the element.
        path: String,
        /// Byte position of the second one.
        position: usize,
    },
    /// Text and elements, or text and a comment, side by side in one element.
    MixedContent {
        /// The element that holds both.
        element: String,
        /// Byte position.
        position: usize,
    },
    /// An element with attributes; the messages have none [code B1].
    Attributes {
        /// The element.
        element: String,
        /// Byte position.
        position: usize,
    },
    /// A construct the messages never use.
    UnsupportedConstruct {
        /// What it is.
        construct: &'static str,
        /// Byte position.
        position: usize,
    },
    /// Something after the end of the root element.
    TrailingContent {
        /// Byte position.
        position: usize,
    },
    /// The root element is not `XmlMsg`.
    NotXmlMsg {
        /// Its name, at most 40 characters of it.
        found: String,
        /// Byte position.
        position: usize,
    },
    /// An element the layout demands is not there.
    MissingElement {
        /// Path of the element.
        path: String,
    },
    /// Text where elements belong, or elements where a text belongs.
    WrongContent {
        /// Path of the element.
        path: String,
        /// Byte position.
        position: usize,
        /// What belongs there.
        expected: &'static str,
    },
    /// The message ends too early. It may still be being written: wait and read it again [code B10].
    Truncated {
        /// Byte position: the end, or the beginning of what was not finished.
        position: usize,
    },
    /// Not well-formed XML in some other way.
    Malformed {
        /// Byte position.
        position: usize,
        /// In English, for the one who mends the sender.
        reason: String,
    },
}

impl XmlError {
    /// The byte of the message at which it was refused; 0 where the whole message is meant.
    #[must_use]
    pub const fn position(&self) -> usize {
        match self {
            Self::TooLarge { .. } | Self::MissingElement { .. } => 0,
            Self::UnsupportedEncoding { position, .. }
            | Self::UnitTooLarge { position }
            | Self::DocumentType { position }
            | Self::UnknownEntity { position, .. }
            | Self::InvalidCharacter { position }
            | Self::TooDeep { position }
            | Self::DuplicateElement { position, .. }
            | Self::MixedContent { position, .. }
            | Self::Attributes { position, .. }
            | Self::UnsupportedConstruct { position, .. }
            | Self::TrailingContent { position }
            | Self::NotXmlMsg { position, .. }
            | Self::WrongContent { position, .. }
            | Self::Truncated { position }
            | Self::Malformed { position, .. } => *position,
        }
    }

    /// The same error at another place.
    pub(crate) fn moved(mut self, to: impl FnOnce(usize) -> usize) -> Self {
        match &mut self {
            Self::TooLarge { .. } | Self::MissingElement { .. } => {}
            Self::UnsupportedEncoding { position, .. }
            | Self::UnitTooLarge { position }
            | Self::DocumentType { position }
            | Self::UnknownEntity { position, .. }
            | Self::InvalidCharacter { position }
            | Self::TooDeep { position }
            | Self::DuplicateElement { position, .. }
            | Self::MixedContent { position, .. }
            | Self::Attributes { position, .. }
            | Self::UnsupportedConstruct { position, .. }
            | Self::TrailingContent { position }
            | Self::NotXmlMsg { position, .. }
            | Self::WrongContent { position, .. }
            | Self::Truncated { position }
            | Self::Malformed { position, .. } => *position = to(*position),
        }
        self
    }
}

impl Diagnostic for XmlError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::TooLarge { .. } => &codes::XML_TOO_LARGE,
            Self::UnitTooLarge { .. } => &codes::XML_UNIT_TOO_LARGE,
            Self::UnsupportedEncoding { .. } => &codes::XML_UNSUPPORTED_ENCODING,
            Self::DocumentType { .. } => &codes::XML_DOCUMENT_TYPE,
            Self::UnknownEntity { .. } => &codes::XML_UNKNOWN_ENTITY,
            Self::InvalidCharacter { .. } => &codes::XML_INVALID_CHARACTER,
            Self::TooDeep { .. } => &codes::XML_TOO_DEEP,
            Self::DuplicateElement { .. } => &codes::XML_DUPLICATE_ELEMENT,
            Self::MixedContent { .. } => &codes::XML_MIXED_CONTENT,
            Self::Attributes { .. } => &codes::XML_ATTRIBUTES,
            Self::UnsupportedConstruct { .. } => &codes::XML_UNSUPPORTED_CONSTRUCT,
            Self::TrailingContent { .. } => &codes::XML_TRAILING_CONTENT,
            Self::NotXmlMsg { .. } => &codes::XML_NOT_XML_MSG,
            Self::MissingElement { .. } => &codes::XML_MISSING_ELEMENT,
            Self::WrongContent { .. } => &codes::XML_WRONG_CONTENT,
            Self::Truncated { .. } => &codes::XML_TRUNCATED,
            Self::Malformed { .. } => &codes::XML_MALFORMED,
        }
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("position", _) => self.position().fmt(f),
            ("root", _) => f.write_str(ROOT),
            ("size", Self::TooLarge { size }) => size.fmt(f),
            ("limit", Self::TooLarge { .. }) => MAX_BYTES.fmt(f),
            ("limit", Self::UnitTooLarge { .. }) => MAX_UNIT_BYTES.fmt(f),
            ("limit", Self::TooDeep { .. }) => MAX_DEPTH.fmt(f),
            ("encoding", Self::UnsupportedEncoding { encoding: text, .. })
            | ("entity", Self::UnknownEntity { name: text, .. })
            | (
                "element",
                Self::DuplicateElement { path: text, .. }
                | Self::MissingElement { path: text }
                | Self::WrongContent { path: text, .. }
                | Self::MixedContent { element: text, .. }
                | Self::Attributes { element: text, .. }
                | Self::NotXmlMsg { found: text, .. },
            )
            | ("reason", Self::Malformed { reason: text, .. }) => f.write_str(text),
            ("construct", Self::UnsupportedConstruct { construct: text, .. })
            | ("expected", Self::WrongContent { expected: text, .. }) => f.write_str(text),
            _ => unknown_detail(name, f),
        }
    }
}
