//! Why bytes are refused.

use crate::meaning::element::ROOT;

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
