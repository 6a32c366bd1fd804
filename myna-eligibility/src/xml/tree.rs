//! From bytes that nobody vouches for to a small tree of elements, or a refusal with its place.
//!
//! A message is elements and texts and nothing else [code B1], so everything else XML offers an attacker is
//! refused: document types, entities of one's own, attributes, processing instructions, CDATA, comments
//! inside a text, depth, size.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::{Element, MAX_DEPTH, XmlError};

/// One element as read, with the byte it begins at.
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) position: usize,
    pub(crate) text: String,
    pub(crate) children: Vec<Self>,
}

impl Node {
    /// The text of an element that may hold nothing else; `None` if it is blank.
    pub(crate) fn into_text(self, path: &str) -> Result<Option<String>, XmlError> {
        if self.children.is_empty() {
            Ok(Some(self.text).filter(|text| !text.trim().is_empty()))
        } else {
            Err(XmlError::WrongContent { path: path.to_owned(), position: self.position, expected: "a text" })
        }
    }

    /// The children of an element that may hold nothing else.
    pub(crate) fn into_children(self, path: &str) -> Result<Children, XmlError> {
        if self.text.trim().is_empty() {
            Ok(Children { path: path.to_owned(), nodes: self.children })
        } else {
            Err(XmlError::WrongContent {
                path: path.to_owned(),
                position: self.position,
                expected: "elements",
            })
        }
    }

    fn into_element(self) -> Element {
        if self.children.is_empty() {
            Element::Text { name: self.name, text: self.text }
        } else {
            let children = self.children.into_iter().map(Self::into_element).collect();
            Element::Parent { name: self.name, children }
        }
    }
}

/// The children of one element, taken away by name in any order [code B2]; what is left at the end was not
/// modelled.
pub(crate) struct Children {
    path: String,
    nodes: Vec<Node>,
}

impl Children {
    pub(crate) fn new(path: &str, nodes: Vec<Node>) -> Self {
        Self { path: path.to_owned(), nodes }
    }

    pub(crate) fn into_nodes(self) -> Vec<Node> {
        self.nodes
    }

    /// Whether an element of one of these names stands in any element called `parent`.
    pub(crate) fn holds_in(&self, parent: &str, names: &[&str]) -> bool {
        self.nodes
            .iter()
            .filter(|node| node.name == parent)
            .flat_map(|node| &node.children)
            .any(|node| names.contains(&node.name.as_str()))
    }

    /// The same one level deeper.
    pub(crate) fn holds_within(&self, [parent, child]: [&str; 2], names: &[&str]) -> bool {
        let parents = self.nodes.iter().filter(|node| node.name == parent);
        parents
            .flat_map(|node| &node.children)
            .filter(|node| node.name == child)
            .flat_map(|node| &node.children)
            .any(|node| names.contains(&node.name.as_str()))
    }

    pub(crate) fn path_of(&self, name: &str) -> String {
        format!("{}/{name}", self.path)
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.nodes.iter().any(|node| node.name == name)
    }

    /// Where the first element of one of these names begins.
    pub(crate) fn position_of_any(&self, names: &[&str]) -> Option<usize> {
        self.nodes.iter().find(|node| names.contains(&node.name.as_str())).map(|node| node.position)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The one element of this name. A second one is refused: two readers could disagree on which one counts.
    pub(crate) fn take_one(&mut self, name: &str) -> Result<Option<Node>, XmlError> {
        let mut found = self.nodes.iter().enumerate().filter(|(_, node)| node.name == name);
        let Some((index, _)) = found.next() else { return Ok(None) };
        match found.next() {
            Some((_, second)) => {
                Err(XmlError::DuplicateElement { path: self.path_of(name), position: second.position })
            }
            None => Ok(Some(self.nodes.remove(index))),
        }
    }

    /// All elements of this name.
    pub(crate) fn take_all(&mut self, name: &str) -> Vec<Node> {
        if !self.contains(name) {
            return Vec::new();
        }
        let (taken, left) = std::mem::take(&mut self.nodes).into_iter().partition(|node| node.name == name);
        self.nodes = left;
        taken
    }

    /// Puts what a list held besides its items back under the list's name, so that it is kept as unmodelled.
    pub(crate) fn give_back(&mut self, name: &str, rest: Self) {
        self.nodes.push(Node {
            name: name.to_owned(),
            position: 0,
            text: String::new(),
            children: rest.nodes,
        });
    }

    pub(crate) fn into_rest(self) -> Vec<Element> {
        self.nodes.into_iter().map(Node::into_element).collect()
    }
}

/// Reads a whole document whose root must be `XmlMsg`, and gives the root's children. Positions are places in the
/// text.
pub(crate) fn read_document(text: &str) -> Result<Children, XmlError> {
    let mut builder = Builder { open: Vec::new(), root: None };
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
            Event::Text(text) => builder.text(&text.xml10_content(), &text, position)?,
            Event::GeneralRef(reference) => {
                let character = resolve(&reference, position)?;
                builder.character(character, position)?;
            }
            Event::Comment(_) => builder.comment(position)?,
            Event::Decl(declaration) => {
                let is_first = position == 0;
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
    let Some(root) = builder.root else { return Err(XmlError::Truncated { position: text.len() }) };
    root.into_children(super::ROOT)
}

fn place(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// Collects the events into nodes.
struct Builder {
    open: Vec<Node>,
    root: Option<Node>,
}

impl Builder {
    fn start(&mut self, start: &BytesStart<'_>, position: usize) -> Result<(), XmlError> {
        let name = start.name().as_ref().to_owned();
        if self.root.is_some() {
            return Err(XmlError::TrailingContent { position });
        }
        if !is_name(&name) {
            return Err(XmlError::Malformed {
                position,
                reason: "an element name is not made of ASCII letters, digits, '_', '-' and '.'".to_owned(),
            });
        }
        if !start.attributes_raw().trim().is_empty() {
            return Err(XmlError::Attributes { element: shortened(&name), position });
        }
        match self.open.last() {
            None if name != super::ROOT => {
                return Err(XmlError::NotXmlMsg { found: shortened(&name), position });
            }
            Some(parent) if !is_space(&parent.text) => {
                return Err(XmlError::MixedContent { element: shortened(&parent.name), position });
            }
            _ => {}
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(XmlError::TooDeep { position });
        }
        self.open.push(Node { name, position, text: String::new(), children: Vec::new() });
        Ok(())
    }

    /// The reader has checked that the names of start and end agree.
    fn end(&mut self) {
        let Some(mut node) = self.open.pop() else { return };
        if !node.children.is_empty() {
            // Only layout can stand between elements: a text there was refused.
            node.text.clear();
        }
        match self.open.last_mut() {
            Some(parent) => parent.children.push(node),
            None => self.root = Some(node),
        }
    }

    /// Adds a stretch of text; `written` is the same before the ends of line were made one.
    fn text(&mut self, text: &str, written: &str, position: usize) -> Result<(), XmlError> {
        if let Some((index, _)) = written.char_indices().find(|(_, character)| !is_xml_character(*character))
        {
            return Err(XmlError::InvalidCharacter { position: position + index });
        }
        self.append(text, position)
    }

    fn character(&mut self, character: char, position: usize) -> Result<(), XmlError> {
        self.append(character.encode_utf8(&mut [0; 4]), position)
    }

    fn append(&mut self, text: &str, position: usize) -> Result<(), XmlError> {
        match self.open.last_mut() {
            Some(node) if node.children.is_empty() || is_space(text) => {
                node.text.push_str(text);
                Ok(())
            }
            Some(node) => Err(XmlError::MixedContent { element: shortened(&node.name), position }),
            None if is_space(text) => Ok(()),
            None if self.root.is_some() => Err(XmlError::TrailingContent { position }),
            None => Err(XmlError::Malformed { position, reason: "text before the root element".to_owned() }),
        }
    }

    /// A comment between elements is layout; within a text it would let two readers see two different texts.
    fn comment(&self, position: usize) -> Result<(), XmlError> {
        match self.open.last() {
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

/// The characters XML 1.0 allows.
pub(super) const fn is_xml_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// The wire's names are plain ASCII; XML's other name characters have no use here.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// White space in XML's sense: a full-width blank is text.
fn is_space(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
}

/// At most 40 characters of a name from the input, so that an error stays readable.
pub(super) fn shortened(name: &str) -> String {
    name.chars().take(40).collect()
}
