//! The elements of a document as they are read, whatever wrote them: a small tree, walked by reference.

use std::borrow::Cow;
use std::fmt;

use super::Element;
use super::error::XmlError;

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

/// The characters XML 1.0 allows.
pub(crate) const fn is_xml_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// The wire's names are plain ASCII; XML's other name characters have no use here.
pub(crate) fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// At most 40 characters of a name from the input, so that an error stays readable.
pub(crate) fn shortened(name: &str) -> String {
    name.chars().take(40).collect()
}
