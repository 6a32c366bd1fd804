//! From bytes that nobody vouches for to a small tree of elements, or a refusal with its place.
//!
//! A message is elements and texts and nothing else [code B1], so everything else XML offers an attacker is
//! refused: document types, entities of one's own, attributes, processing instructions, CDATA, comments
//! inside a text, depth, size.

use std::borrow::Cow;
use std::fmt;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::error::{MAX_DEPTH, XmlError};
use crate::meaning::element::{Element, ROOT};

/// One element as read. Those that follow it in the document's order, `below` many, stand in it.
#[derive(Default)]
pub(crate) struct Node<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) text: Cow<'a, str>,
    /// The byte it begins at.
    pub(crate) position: usize,
    pub(crate) below: usize,
}

/// The elements of a document in its order: one allocation, whatever the document.
pub(crate) struct Tree<'a> {
    pub(crate) nodes: Vec<Node<'a>>,
}

impl Tree<'_> {
    /// The children of the root; the root can hold nothing else.
    pub(crate) fn children(&self) -> Result<Children<'_>, XmlError> {
        match (Children { nodes: &self.nodes }).next() {
            Some(root) => root.children(&Path::root(root.name())),
            None => Ok(Children { nodes: &[] }),
        }
    }

    /// The tree of an element.
    pub(crate) fn of(element: &Element) -> Tree<'_> {
        let mut nodes = Vec::new();
        grow(element, &mut nodes);
        Tree { nodes }
    }

    /// The one element of a document or of a part of one.
    pub(crate) fn root(&self) -> Option<Found<'_>> {
        Children { nodes: &self.nodes }.next()
    }
}

fn grow<'a>(element: &'a Element, nodes: &mut Vec<Node<'a>>) {
    let index = nodes.len();
    let text = match element {
        Element::Text { text, .. } => text,
        Element::Parent { .. } => "",
    };
    nodes.push(Node { name: Cow::Borrowed(element.name()), text: Cow::Borrowed(text), ..Node::default() });
    if let Element::Parent { children, .. } = element {
        for child in children {
            grow(child, nodes);
        }
    }
    let below = nodes.len() - index - 1;
    if let Some(node) = nodes.get_mut(index) {
        node.below = below;
    }
}

/// An element within its document.
#[derive(Clone, Copy)]
pub(crate) struct Found<'t> {
    node: &'t Node<'t>,
    below: &'t [Node<'t>],
}

impl<'t> Found<'t> {
    pub(crate) fn name(self) -> &'t str {
        &self.node.name
    }

    pub(crate) const fn position(self) -> usize {
        self.node.position
    }

    pub(crate) const fn has_children(self) -> bool {
        !self.below.is_empty()
    }

    pub(crate) fn raw_text(self) -> &'t str {
        &self.node.text
    }

    /// The text of an element that may hold nothing else; `None` if it is blank.
    pub(crate) fn text(self, path: &Path<'_>) -> Result<Option<&'t str>, XmlError> {
        if self.has_children() {
            return Err(self.wrong(path, "a text"));
        }
        Ok(Some(self.raw_text()).filter(|text| !text.trim().is_empty()))
    }

    /// The children of an element that may hold nothing else.
    pub(crate) fn children(self, path: &Path<'_>) -> Result<Children<'t>, XmlError> {
        if self.raw_text().trim().is_empty() {
            Ok(Children { nodes: self.below })
        } else {
            Err(self.wrong(path, "elements"))
        }
    }

    /// The children, whatever else there is.
    pub(crate) const fn any_children(self) -> Children<'t> {
        Children { nodes: self.below }
    }

    pub(crate) fn wrong(self, path: &Path<'_>, expected: &'static str) -> XmlError {
        XmlError::WrongContent { path: path.to_string(), position: self.position(), expected }
    }

    /// The element, to be kept as it is. Names of the layout are known to be names; others are looked at here.
    pub(crate) fn to_element(self) -> Result<Element, XmlError> {
        let name = self.name();
        if !is_name(name) {
            return Err(XmlError::Malformed {
                position: self.position(),
                reason: "an element name is not made of ASCII letters, digits, '_', '-' and '.'".to_owned(),
            });
        }
        let name = name.to_owned();
        if !self.has_children() {
            return Ok(Element::Text { name, text: self.raw_text().to_owned() });
        }
        let children = self.any_children().map(Self::to_element).collect::<Result<_, _>>()?;
        Ok(Element::Parent { name, children })
    }
}

/// The children of one element, in their order.
#[derive(Clone, Copy)]
pub(crate) struct Children<'t> {
    nodes: &'t [Node<'t>],
}

impl<'t> Iterator for Children<'t> {
    type Item = Found<'t>;

    #[inline]
    fn next(&mut self) -> Option<Found<'t>> {
        let (node, rest) = self.nodes.split_first()?;
        let (below, after) = rest.split_at_checked(node.below).unwrap_or((rest, &[]));
        self.nodes = after;
        Some(Found { node, below })
    }
}

impl Children<'_> {
    /// Whether an element of one of these names stands in any element called `parent`.
    pub(crate) fn holds_in(self, parent: &str, names: &[&str]) -> bool {
        self.filter(|child| child.name() == parent)
            .flat_map(Found::any_children)
            .any(|child| names.contains(&child.name()))
    }

    /// The same one level deeper.
    pub(crate) fn holds_within(self, [parent, child]: [&str; 2], names: &[&str]) -> bool {
        self.filter(|found| found.name() == parent)
            .flat_map(Found::any_children)
            .filter(|found| found.name() == child)
            .flat_map(Found::any_children)
            .any(|found| names.contains(&found.name()))
    }
}

/// Where an element stands, made into words only when there is something to say about it.
#[derive(Clone, Copy)]
pub(crate) struct Path<'p> {
    parent: Option<&'p Self>,
    name: &'p str,
    number: Option<usize>,
}

impl<'p> Path<'p> {
    pub(crate) const fn root(name: &'p str) -> Self {
        Self { parent: None, name, number: None }
    }

    pub(crate) const fn child<'c>(&'c self, name: &'c str) -> Path<'c>
    where
        'p: 'c,
    {
        Path { parent: Some(self), name, number: None }
    }

    /// An item of a list, counted from 1.
    pub(crate) const fn item<'c>(&'c self, name: &'c str, number: usize) -> Path<'c>
    where
        'p: 'c,
    {
        Path { parent: Some(self), name, number: Some(number) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            write!(formatter, "{parent}/")?;
        }
        formatter.write_str(&shortened(self.name))?;
        match self.number {
            Some(number) => write!(formatter, "[{number}]"),
            None => Ok(()),
        }
    }
}

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

/// The characters XML 1.0 allows.
pub(crate) const fn is_xml_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// The wire's names are plain ASCII; XML's other name characters have no use here.
pub(crate) fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// White space in XML's sense: a full-width blank is text.
fn is_space(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
}

/// At most 40 characters of a name from the input, so that an error stays readable.
pub(crate) fn shortened(name: &str) -> String {
    name.chars().take(40).collect()
}
