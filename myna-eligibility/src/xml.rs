//! The XML form of the messages: reading what nobody vouches for, and writing.

pub(crate) mod encoding;
pub(crate) mod frames;
pub(crate) mod json;
pub(crate) mod tree;
pub(crate) mod writer;

use serde::{Deserialize, Serialize};

pub use encoding::Encoding;
pub use frames::MAX_UNIT_BYTES;

use crate::field::{Record, Value};
use crate::record::EligibilityResponse;

/// Largest message read, 4 MiB [code B10].
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Deepest nesting read; `XmlMsg` is at depth 1, and the known messages end at depth 7.
pub const MAX_DEPTH: usize = 16;

/// The one document element [code B1].
pub(crate) const ROOT: &str = "XmlMsg";

impl EligibilityResponse {
    /// Reads the answer to a single check (`OQSsiquc01res`), the face reader's included.
    ///
    /// Fields are found by name in any order, unknown elements are kept, unknown codes and malformed dates
    /// are kept and told by [`warnings`](crate::warnings()). Absent, empty and blank are the same
    /// [code B2–B4].
    ///
    /// ```
    /// use myna_eligibility::{EligibilityResponse, XmlError};
    /// let hostile = br#"<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><XmlMsg>&e;</XmlMsg>"#;
    /// let refused = EligibilityResponse::parse(hostile).unwrap_err();
    /// assert_eq!((refused.code(), refused.position()), ("xml_document_type", 0));
    /// ```
    ///
    /// # Errors
    ///
    /// An [`XmlError`] with the byte position, whenever the bytes are not such a message. Never panics.
    pub fn parse(bytes: &[u8]) -> Result<Self, XmlError> {
        Ok(read_with(bytes, |tree| Self::read_fields(tree.children()?, &tree::Path::root(ROOT)))?.0)
    }

    /// Writes the message as UTF-8, in the order of the layout.
    ///
    /// Blank values are left out. Reading the bytes gives an equal response.
    ///
    /// # Errors
    ///
    /// [`XmlError::InvalidCharacter`], [`XmlError::Malformed`] or [`XmlError::TooDeep`] if a text, a name or
    /// the nesting of [`Element`]s cannot be said in a message; the position is that in the text written.
    pub fn write(&self) -> Result<Vec<u8>, XmlError> {
        self.write_as(Encoding::Utf8)
    }

    /// Writes the message in an encoding; characters it lacks become character references [code B6].
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write).
    pub fn write_as(&self, encoding: Encoding) -> Result<Vec<u8>, XmlError> {
        write_record(self, encoding)
    }
}

/// How the bytes of an XML message were found to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct XmlForm {
    pub(crate) encoding: Encoding,
    pub(crate) misdeclared: Option<Encoding>,
}

/// Reads a document and makes something of the root's children; errors tell bytes of the message.
pub(crate) fn read_with<T>(
    bytes: &[u8],
    make: impl FnOnce(&tree::Tree<'_>) -> Result<T, XmlError>,
) -> Result<(T, XmlForm), XmlError> {
    if bytes.len() > MAX_BYTES {
        return Err(XmlError::TooLarge { size: bytes.len() });
    }
    let decoded = encoding::decode(bytes)?;
    match tree::read_document(&decoded.text).and_then(|tree| make(&tree)) {
        Ok(made) => Ok((made, XmlForm { encoding: decoded.encoding, misdeclared: decoded.misdeclared })),
        Err(error) => Err(error.moved(|place| decoded.byte_of(place))),
    }
}

/// Writes a message. Characters that CP932 lacks are written as character references.
pub(crate) fn write_record(record: &impl Value, encoding: Encoding) -> Result<Vec<u8>, XmlError> {
    let mut writer = writer::Writer::new(encoding);
    writer.written(|writer| record.write(ROOT, writer))
}

/// An element this version does not model, kept so that nothing is lost.
///
/// In JSON `{"name": …, "text": …}` or `{"name": …, "children": […]}`. `Debug` prints names only: what the
/// element holds may be personal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Element {
    /// An element that holds a text, perhaps an empty one.
    Text {
        /// The element's name: ASCII letters, digits, `_`, `-` and `.`.
        name: String,
        /// Its text, unchanged.
        text: String,
    },
    /// An element that holds elements.
    Parent {
        /// The element's name.
        name: String,
        /// Its children, in their order; at least one.
        children: Vec<Self>,
    },
}

impl Element {
    /// The element's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Text { name, .. } | Self::Parent { name, .. } => name,
        }
    }
}

impl std::fmt::Debug for Element {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Element").field(&self.name()).finish()
    }
}

/// Why bytes are not a message. The fault is the sender's, or lies between the sender and us; asking again is
/// safe, and the patient's card plays no part in it.
///
/// Each refusal has a stable [`code`](Self::code) and the byte [`position`](Self::position) it was made at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum XmlError {
    /// More than [`MAX_BYTES`].
    #[error("the message has {size} bytes, more than the {MAX_BYTES} allowed; it is not read")]
    TooLarge {
        /// Its length in bytes.
        size: usize,
    },
    /// One element of a bulk answer, or what stands between two, has more than
    /// [`MAX_UNIT_BYTES`](crate::MAX_UNIT_BYTES).
    #[error("what begins at byte {position} has more than {MAX_UNIT_BYTES} bytes; it is not read")]
    UnitTooLarge {
        /// Byte position.
        position: usize,
    },
    /// The message is neither UTF-8 nor Shift_JIS (CP932), the two encodings of the wire [code B5], or says so
    /// of itself.
    #[error("the encoding ({encoding}, at byte {position}) is not one of the wire; set the sender to UTF-8")]
    UnsupportedEncoding {
        /// The encoding, as declared or as guessed.
        encoding: String,
        /// Byte position of the name in the declaration, or of the first byte that is not UTF-8.
        position: usize,
    },
    /// A document type declaration: the way to entity bombs and to files of this host.
    #[error("a document type declaration at byte {position} is refused")]
    DocumentType {
        /// Byte position.
        position: usize,
    },
    /// An entity other than the five predefined ones.
    #[error("the entity &{name}; at byte {position} is not one of the five predefined ones")]
    UnknownEntity {
        /// Its name, at most 40 characters of it.
        name: String,
        /// Byte position.
        position: usize,
    },
    /// A character XML does not allow, bare or by its number.
    #[error("a character that XML does not allow at byte {position}")]
    InvalidCharacter {
        /// Byte position.
        position: usize,
    },
    /// Elements nested deeper than [`MAX_DEPTH`].
    #[error("elements are nested deeper than {MAX_DEPTH} at byte {position}")]
    TooDeep {
        /// Byte position.
        position: usize,
    },
    /// An element that may stand once stands twice.
    #[error("the element {path} stands a second time at byte {position}")]
    DuplicateElement {
        /// Path of the element.
        path: String,
        /// Byte position of the second one.
        position: usize,
    },
    /// Text and elements, or text and a comment, side by side in one element.
    #[error("text and elements stand side by side in {element} at byte {position}")]
    MixedContent {
        /// The element that holds both.
        element: String,
        /// Byte position.
        position: usize,
    },
    /// An element with attributes; the messages have none [code B1].
    #[error("the element {element} at byte {position} has attributes; the messages have none")]
    Attributes {
        /// The element.
        element: String,
        /// Byte position.
        position: usize,
    },
    /// A construct the messages never use.
    #[error("a {construct} at byte {position}; the messages have none")]
    UnsupportedConstruct {
        /// What it is.
        construct: &'static str,
        /// Byte position.
        position: usize,
    },
    /// Something after the end of the root element.
    #[error("something stands after the end of the message at byte {position}")]
    TrailingContent {
        /// Byte position.
        position: usize,
    },
    /// The root element is not `XmlMsg`.
    #[error("the root element at byte {position} is {found}, not {ROOT}: this is not an eligibility message")]
    NotXmlMsg {
        /// Its name, at most 40 characters of it.
        found: String,
        /// Byte position.
        position: usize,
    },
    /// An element the layout demands is not there.
    #[error("the element {path} is missing")]
    MissingElement {
        /// Path of the element.
        path: String,
    },
    /// Text where elements belong, or elements where a text belongs.
    #[error("the element {path} at byte {position} should hold {expected}")]
    WrongContent {
        /// Path of the element.
        path: String,
        /// Byte position.
        position: usize,
        /// What belongs there.
        expected: &'static str,
    },
    /// The message ends too early. It may still be being written: wait and read it again [code B10].
    #[error("the message ends too early (byte {position}); it may still be being written")]
    Truncated {
        /// Byte position: the end, or the beginning of what was not finished.
        position: usize,
    },
    /// Not well-formed XML in some other way.
    #[error("not well-formed at byte {position}: {reason}")]
    Malformed {
        /// Byte position.
        position: usize,
        /// In English, for the one who mends the sender.
        reason: String,
    },
}

impl XmlError {
    /// A stable name for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "xml_too_large",
            Self::UnitTooLarge { .. } => "xml_unit_too_large",
            Self::UnsupportedEncoding { .. } => "xml_unsupported_encoding",
            Self::DocumentType { .. } => "xml_document_type",
            Self::UnknownEntity { .. } => "xml_unknown_entity",
            Self::InvalidCharacter { .. } => "xml_invalid_character",
            Self::TooDeep { .. } => "xml_too_deep",
            Self::DuplicateElement { .. } => "xml_duplicate_element",
            Self::MixedContent { .. } => "xml_mixed_content",
            Self::Attributes { .. } => "xml_attributes",
            Self::UnsupportedConstruct { .. } => "xml_unsupported_construct",
            Self::TrailingContent { .. } => "xml_trailing_content",
            Self::NotXmlMsg { .. } => "xml_not_xml_msg",
            Self::MissingElement { .. } => "xml_missing_element",
            Self::WrongContent { .. } => "xml_wrong_content",
            Self::Truncated { .. } => "xml_truncated",
            Self::Malformed { .. } => "xml_malformed",
        }
    }

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

    /// The same for people, in Japanese.
    #[must_use]
    pub fn message_ja(&self) -> String {
        let position = self.position();
        match self {
            Self::TooLarge { size } => {
                format!("電文が大きすぎます（{size}バイト、上限{MAX_BYTES}バイト）。読み込みません。")
            }
            Self::UnitTooLarge { .. } => format!(
                "要素が大きすぎます（{position}バイト目、上限{MAX_UNIT_BYTES}バイト）。読み込みません。"
            ),
            Self::UnsupportedEncoding { encoding, .. } => format!(
                "電文に使われない文字コードです（{encoding}、{position}バイト目）。送信側の設定をUTF-8にしてください。"
            ),
            Self::DocumentType { .. } => format!("文書型宣言（DTD）は受け付けません（{position}バイト目）。"),
            Self::UnknownEntity { name, .. } => {
                format!("未知の実体参照「&{name};」があります（{position}バイト目）。")
            }
            Self::InvalidCharacter { .. } => format!("XMLで使えない文字があります（{position}バイト目）。"),
            Self::TooDeep { .. } => {
                format!("要素の入れ子が{MAX_DEPTH}段を超えています（{position}バイト目）。")
            }
            Self::DuplicateElement { path, .. } => {
                format!("要素「{path}」が重複しています（{position}バイト目）。")
            }
            Self::MixedContent { element, .. } => {
                format!("要素「{element}」に文字と要素が混在しています（{position}バイト目）。")
            }
            Self::Attributes { element, .. } => {
                format!("要素「{element}」に属性があります（{position}バイト目）。")
            }
            Self::UnsupportedConstruct { construct, .. } => {
                format!("電文では使われない構文（{construct}）があります（{position}バイト目）。")
            }
            Self::TrailingContent { .. } => {
                format!("電文の終わりの後に余分な内容があります（{position}バイト目）。")
            }
            Self::NotXmlMsg { found, .. } => {
                format!("最上位の要素が「{found}」です。資格確認の電文（{ROOT}）ではありません。")
            }
            Self::MissingElement { path } => format!("必須の要素「{path}」がありません。"),
            Self::WrongContent { path, .. } => {
                format!("要素「{path}」の内容の形が違います（{position}バイト目）。")
            }
            Self::Truncated { .. } => {
                "電文が途中で切れています。書き込み中の可能性があります。少し待って読み直してください。"
                    .to_owned()
            }
            Self::Malformed { .. } => format!("XMLとして正しくありません（{position}バイト目）。"),
        }
    }
}
