//! From bytes that nobody vouches for to a small tree of elements, or a refusal with its place.
//!
//! A message is elements and texts and nothing else [code B1], so everything else XML offers an attacker is
//! refused: document types, entities of one's own, attributes, processing instructions, CDATA, comments
//! inside a text, depth, size.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::element::ROOT;
use crate::element::error::{MAX_DEPTH, XmlError};
use crate::element::tree::{Node, Tree, is_xml_character, shortened};

/// Reads a whole document whose root must be `XmlMsg`. Positions are places in the text.
pub(crate) fn read_document(text: &str) -> Result<Tree<'_>, XmlError> {
    read_part(text, ROOT, 0)
}

/// Reads a document, or one element of one that stands `depth` levels deep.
pub(crate) fn read_part<'a>(text: &'a str, root: &str, depth: usize) -> Result<Tree<'a>, XmlError> {
    // An element of the wire has some fifty bytes.
    let nodes = Vec::with_capacity(text.len() / 48 + 4);
    let mut builder = Builder { source: text, root_name: root, depth, open: Vec::with_capacity(8), nodes };
    let mut reader = Reader::from_str(text);
    loop {
        let position = place(reader.buffer_position());
        let event = reader.read_event().map_err(|error| {
            let position = place(reader.error_position());
            syntax_error(&error, position)
        })?;
        match event {
            Event::Start(start) => builder.start(&start, position)?,
            Event::Empty(start) => {
                builder.start(&start, position)?;
                builder.end();
            }
            Event::End(_) => builder.end(),
            Event::Text(text) => builder.text(text.len(), position)?,
            Event::GeneralRef(reference) => {
                let character = resolve(&reference, position)?;
                builder.append(Cow::Owned(character.to_string()), position)?;
            }
            Event::Comment(_) => builder.comment(position)?,
            Event::Decl(declaration) => {
                let is_first = position == 0 && depth == 0;
                if !is_first || declaration.version().ok().as_deref() != Some("1.0") {
                    return Err(XmlError::Malformed {
                        position,
                        reason: "an XML 1.0 declaration may only stand first".to_owned(),
                    });
                }
            }
            Event::DocType(_) => return Err(XmlError::DocumentType { position }),
            Event::CData(_) => {
                return Err(XmlError::UnsupportedConstruct { position, construct: "CDATA section" });
            }
            Event::PI(_) => {
                return Err(XmlError::UnsupportedConstruct { position, construct: "processing instruction" });
            }
            Event::Eof => break,
        }
    }
    if builder.nodes.is_empty() || !builder.open.is_empty() {
        return Err(XmlError::Truncated { position: text.len() });
    }
    Ok(Tree { nodes: builder.nodes })
}

fn place(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// Collects the events into nodes.
struct Builder<'a, 'r> {
    source: &'a str,
    root_name: &'r str,
    /// How deep the root stands in its document.
    depth: usize,
    /// Places in `nodes` of the elements that have begun and not ended.
    open: Vec<usize>,
    nodes: Vec<Node<'a>>,
}

impl<'a> Builder<'a, '_> {
    fn start(&mut self, start: &BytesStart<'_>, position: usize) -> Result<(), XmlError> {
        // The same text as the event's, but borrowed of the source.
        let begin = position + 1;
        let name = self.source.get(begin..begin + start.name().as_ref().len()).unwrap_or_default();
        self.may_begin(name, position)?;
        if !start.attributes_raw().trim().is_empty() {
            return Err(XmlError::Attributes { element: shortened(name), position });
        }
        if self.depth + self.open.len() >= MAX_DEPTH {
            return Err(XmlError::TooDeep { position });
        }
        self.open.push(self.nodes.len());
        let name = Cow::Borrowed(name);
        self.nodes.push(Node { name, text: Cow::Borrowed(""), position, below: 0 });
        Ok(())
    }

    fn may_begin(&mut self, name: &str, position: usize) -> Result<(), XmlError> {
        let (is_first, root_name) = (self.nodes.is_empty(), self.root_name);
        match self.current() {
            Some(parent) if parent.text.is_empty() => Ok(()),
            Some(parent) if is_space(&parent.text) => {
                // Only layout can stand between elements.
                parent.text = Cow::Borrowed("");
                Ok(())
            }
            Some(parent) => Err(XmlError::MixedContent { element: shortened(&parent.name), position }),
            None if !is_first => Err(XmlError::TrailingContent { position }),
            None if name != root_name => Err(XmlError::NotXmlMsg { found: shortened(name), position }),
            None => Ok(()),
        }
    }

    fn current(&mut self) -> Option<&mut Node<'a>> {
        let index = *self.open.last()?;
        self.nodes.get_mut(index)
    }

    /// The reader has checked that the names of start and end agree.
    fn end(&mut self) {
        let count = self.nodes.len();
        let Some(index) = self.open.pop() else { return };
        if let Some(node) = self.nodes.get_mut(index) {
            node.below = count - index - 1;
        }
    }

    /// Adds a stretch of text.
    fn text(&mut self, length: usize, position: usize) -> Result<(), XmlError> {
        let text = self.source.get(position..position + length).unwrap_or_default();
        // Below a blank only three bytes are characters, one of them an end of line to be made plain; U+FFFE and
        // U+FFFF begin with 0xEF.
        if text.bytes().all(|byte| (byte >= b' ' && byte != 0xEF) || matches!(byte, b'\n' | b'\t')) {
            return self.append(Cow::Borrowed(text), position);
        }
        if let Some((index, _)) = text.char_indices().find(|(_, character)| !is_xml_character(*character)) {
            return Err(XmlError::InvalidCharacter { position: position + index });
        }
        self.append(with_plain_ends_of_line(text), position)
    }

    fn append(&mut self, text: Cow<'a, str>, position: usize) -> Result<(), XmlError> {
        let count = self.nodes.len();
        let Some(&index) = self.open.last() else {
            return match (is_space(&text), count) {
                (true, _) => Ok(()),
                (false, 0) => {
                    Err(XmlError::Malformed { position, reason: "text before the root element".to_owned() })
                }
                (false, _) => Err(XmlError::TrailingContent { position }),
            };
        };
        let has_children = index + 1 < count;
        let Some(node) = self.nodes.get_mut(index) else { return Ok(()) };
        if has_children {
            return if is_space(&text) {
                Ok(())
            } else {
                Err(XmlError::MixedContent { element: shortened(&node.name), position })
            };
        }
        if node.text.is_empty() {
            node.text = text;
        } else {
            node.text.to_mut().push_str(&text);
        }
        Ok(())
    }

    /// A comment between elements is layout; within a text it would let two readers see two different texts.
    fn comment(&mut self, position: usize) -> Result<(), XmlError> {
        match self.current() {
            Some(node) if !is_space(&node.text) => {
                Err(XmlError::MixedContent { element: shortened(&node.name), position })
            }
            _ => Ok(()),
        }
    }
}

/// The character a reference stands for: a number, or one of the five predefined entities.
fn resolve(reference: &BytesRef<'_>, position: usize) -> Result<char, XmlError> {
    if reference.is_char_ref() {
        let character = reference.resolve_char_ref().ok().flatten();
        return character
            .filter(|character| is_xml_character(*character))
            .ok_or(XmlError::InvalidCharacter { position });
    }
    let name: &str = reference;
    match name {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        other => Err(XmlError::UnknownEntity { name: shortened(other), position }),
    }
}

/// What the event reader found wrong. An end that came too early is told apart: the file may still be being
/// written (B10).
fn syntax_error(error: &quick_xml::Error, position: usize) -> XmlError {
    match error {
        quick_xml::Error::Syntax(_) => XmlError::Truncated { position },
        other => XmlError::Malformed { position, reason: other.to_string().chars().take(120).collect() },
    }
}

/// Ends of line become line feeds, as XML 1.0 has it.
fn with_plain_ends_of_line(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// White space in XML's sense: a full-width blank is text.
fn is_space(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
}
