//! From records to the text of a message.

use super::tree::{is_name, is_xml_character};
use super::{Element, MAX_DEPTH, XmlError};

/// Writes elements one after the other, indented by two blanks a level.
///
/// The first problem is remembered and told by [`finish`](Self::finish), so that the records write in
/// straight lines.
pub(crate) struct Writer {
    out: String,
    depth: usize,
    problem: Option<XmlError>,
}

impl Writer {
    pub(crate) fn new() -> Self {
        let out = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n".to_owned();
        Self { out, depth: 0, problem: None }
    }

    pub(crate) fn open(&mut self, name: &str) {
        self.indent();
        self.start(name);
        self.out.push('\n');
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

    pub(crate) fn finish(self) -> Result<Vec<u8>, XmlError> {
        self.problem.map_or_else(|| Ok(self.out.into_bytes()), Err)
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
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
    }

    fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }

    fn character(&mut self, character: char) {
        match character {
            '<' => self.out.push_str("&lt;"),
            '>' => self.out.push_str("&gt;"),
            '&' => self.out.push_str("&amp;"),
            // A reader would make a bare one into a line feed.
            '\r' => self.out.push_str("&#xD;"),
            character if is_xml_character(character) => self.out.push(character),
            _ => {
                let position = self.out.len();
                self.fail(XmlError::InvalidCharacter { position });
            }
        }
    }

    fn indent(&mut self) {
        self.out.extend(std::iter::repeat_n("  ", self.depth));
    }

    fn fail(&mut self, problem: XmlError) {
        self.problem.get_or_insert(problem);
    }
}
