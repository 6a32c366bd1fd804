//! From records to the text of a message.

use super::encoding::{Encoding, looks_like_utf8, to_cp932};
use crate::element::Element;
use crate::element::error::{MAX_DEPTH, XmlError};
use crate::element::tree::{is_name, is_xml_character};
use crate::meaning::descriptor::{Content, Fields, Kind, contents};

/// Writes elements one after the other, indented by two blanks a level.
///
/// The first problem is remembered and told by [`finish`](Self::finish), so that the records write in
/// straight lines.
pub(crate) struct Writer {
    encoding: Encoding,
    out: Vec<u8>,
    depth: usize,
    problem: Option<XmlError>,
    /// Whether every character outside ASCII becomes a character reference.
    in_ascii: bool,
}

impl Writer {
    pub(crate) fn new(encoding: Encoding) -> Self {
        let name = encoding.name();
        let out = format!("<?xml version=\"1.0\" encoding=\"{name}\" standalone=\"no\"?>\n").into_bytes();
        Self { encoding, out, depth: 0, problem: None, in_ascii: false }
    }

    pub(crate) fn open(&mut self, name: &str) {
        self.indent();
        self.start(name);
        self.push("\n");
        self.depth += 1;
    }

    pub(crate) fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.indent();
        self.end(name);
    }

    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.indent();
        self.start(name);
        for character in text.chars() {
            self.character(character);
        }
        self.end(name);
    }

    /// A record in an element of this name.
    pub(crate) fn record(&mut self, name: &str, record: &dyn Fields) {
        self.open(name);
        self.fields(record);
        self.close(name);
    }

    /// What stands in the element of a record.
    pub(crate) fn fields(&mut self, record: &dyn Fields) {
        for (field, content) in contents(record) {
            match (content, field.kind) {
                (Content::Text(text), _) => self.text(field.wire, text.as_text()),
                (Content::Texts(texts), _) => {
                    for text in texts.iter().filter(|text| !text.trim().is_empty()) {
                        self.text(field.wire, text);
                    }
                }
                (Content::Record(record), _) => self.record(field.wire, record),
                (Content::Records(records), Kind::List(list)) => {
                    self.open(field.wire);
                    for record in records {
                        self.record(list.element, record);
                    }
                    self.close(field.wire);
                }
                (Content::Records(records), _) => {
                    for record in records {
                        self.record(field.wire, record);
                    }
                }
                (Content::Absent, _) => {}
            }
        }
        for element in record.unmodelled() {
            self.element(element);
        }
    }

    pub(crate) fn element(&mut self, element: &Element) {
        match element {
            Element::Text { name, text } => self.text(name, text),
            // Deeper than any reader accepts, and bounded so that the recursion is.
            Element::Parent { .. } if self.depth >= MAX_DEPTH => {
                let position = self.out.len();
                self.fail(XmlError::TooDeep { position });
            }
            Element::Parent { name, children } => {
                self.open(name);
                for child in children {
                    self.element(child);
                }
                self.close(name);
            }
        }
    }

    /// What `write` writes, behind what was written before.
    ///
    /// Some words in CP932 are others in UTF-8, and a reader would take them for these. Where that is so of everything
    /// there is, it is written in ASCII.
    pub(crate) fn written(&mut self, write: impl Fn(&mut Self)) -> Result<Vec<u8>, XmlError> {
        let (before, depth) = (self.out.len(), self.depth);
        write(self);
        if self.encoding == Encoding::Cp932 && looks_like_utf8(&self.out) {
            self.out.truncate(before);
            (self.depth, self.in_ascii) = (depth, true);
            write(self);
            self.in_ascii = false;
        }
        match self.problem.take() {
            Some(problem) => Err(problem),
            None => Ok(std::mem::take(&mut self.out)),
        }
    }

    /// Takes the memory of bytes back that have gone out.
    pub(crate) fn reuse(&mut self, mut sent: Vec<u8>) {
        sent.clear();
        self.out = sent;
    }

    fn start(&mut self, name: &str) {
        if !is_name(name) {
            let position = self.out.len();
            self.fail(XmlError::Malformed { position, reason: "not an element name".to_owned() });
        }
        if self.depth >= MAX_DEPTH {
            let position = self.out.len();
            self.fail(XmlError::TooDeep { position });
        }
        self.push("<");
        self.push(name);
        self.push(">");
    }

    fn end(&mut self, name: &str) {
        self.push("</");
        self.push(name);
        self.push(">\n");
    }

    fn character(&mut self, character: char) {
        match character {
            '<' => self.push("&lt;"),
            '>' => self.push("&gt;"),
            '&' => self.push("&amp;"),
            // A reader would make a bare one into a line feed.
            '\r' => self.push("&#xD;"),
            character if is_xml_character(character) => match self.encoding {
                Encoding::Cp932 if !character.is_ascii() => match to_cp932(character) {
                    Some(bytes) if !self.in_ascii => self.out.extend(bytes),
                    // Peers write and read it so [code B6].
                    _ => self.push(&format!("&#x{:X};", u32::from(character))),
                },
                _ => self.push(character.encode_utf8(&mut [0; 4])),
            },
            _ => {
                let position = self.out.len();
                self.fail(XmlError::InvalidCharacter { position });
            }
        }
    }

    fn indent(&mut self) {
        self.out.extend(std::iter::repeat_n(b' ', 2 * self.depth));
    }

    /// Text that is the same in both encodings, or is meant for UTF-8.
    fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn fail(&mut self, problem: XmlError) {
        self.problem.get_or_insert(problem);
    }
}
