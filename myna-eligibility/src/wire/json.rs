//! The JSON form of the Web API: the tree of the XML form, with repeated elements as arrays [code B11].

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use crate::element::ROOT;
use crate::element::error::{MAX_BYTES, MAX_DEPTH, XmlError};
use crate::element::tree::{Children, Found, Node, Tree, is_name, is_xml_character};
use crate::wire::xml::document::read_document;

use crate::meaning::told::Told;

const NUMBER: &str = "a number where a text belongs: its leading zeros may be lost";

/// Reads `{"XmlMsg": {…}}`, or the object that would stand in it.
pub(crate) fn read(bytes: &[u8]) -> Result<Tree<'_>, XmlError> {
    if bytes.len() > MAX_BYTES {
        return Err(XmlError::TooLarge { size: bytes.len() });
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let mut nodes = vec![Node { name: Cow::Borrowed(ROOT), ..Node::default() }];
    let read = Object { depth: 0, nodes: &mut nodes }.deserialize(&mut json).and_then(|()| json.end());
    read.map_err(|error| {
        let position = byte_of(bytes, error.line(), error.column());
        if error.is_eof() {
            XmlError::Truncated { position: bytes.len() }
        } else {
            XmlError::Malformed { position, reason: error.to_string().chars().take(120).collect() }
        }
    })?;
    let below = nodes.len() - 1;
    match nodes.get(1) {
        // The root stands in the text, so ours is one too many.
        Some(first) if first.name == ROOT && first.below + 1 == below => {
            nodes.remove(0);
        }
        _ => {
            if let Some(root) = nodes.first_mut() {
                root.below = below;
            }
        }
    }
    Ok(Tree { nodes })
}

/// Writes the JSON form of a message written as XML.
pub(crate) fn write(xml: &[u8]) -> Result<String, XmlError> {
    let text = String::from_utf8_lossy(xml);
    let root = object_of(read_document(&text)?.children()?);
    let document = Told::Object(vec![(ROOT.to_owned(), root)]);
    // Texts only, so there is nothing that could not be written.
    Ok(serde_json::to_string_pretty(&document).unwrap_or_default())
}

fn object_of(children: Children<'_>) -> Told {
    let mut fields: Vec<(&str, Vec<Told>)> = Vec::new();
    for found in children {
        let name = found.name();
        let values = match (name, found.has_children()) {
            (_, false) => vec![Told::Text(found.raw_text().to_owned())],
            // The one list whose form in JSON is known: an array of objects with one record each.
            ("ResultList", true) => found.any_children().map(object_with).collect(),
            _ => vec![object_of(found.any_children())],
        };
        match fields.iter_mut().find(|(field, _)| *field == name) {
            Some((_, there)) => there.extend(values),
            None => fields.push((name, values)),
        }
    }
    let one_or_list = |(name, mut values): (&str, Vec<Told>)| {
        let value = match values.pop() {
            Some(only) if values.is_empty() && name != "ResultList" => only,
            last => {
                values.extend(last);
                Told::List(values)
            }
        };
        (name.to_owned(), value)
    };
    Told::Object(fields.into_iter().map(one_or_list).collect())
}

/// An object with this one element.
fn object_with(found: Found<'_>) -> Told {
    let value = if found.has_children() {
        object_of(found.any_children())
    } else {
        Told::Text(found.raw_text().to_owned())
    };
    Told::Object(vec![(found.name().to_owned(), value)])
}

/// An object, as the elements its fields stand for, put behind those there are.
struct Object<'n, 'de> {
    depth: usize,
    nodes: &'n mut Vec<Node<'de>>,
}

impl<'de> DeserializeSeed<'de> for Object<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        if self.depth > MAX_DEPTH {
            return Err(A::Error::custom("nested too deep"));
        }
        let mut seen = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !is_name(&name) {
                return Err(A::Error::custom("a key that is no element name"));
            }
            if seen.contains(&name) {
                return Err(A::Error::custom("a key stands twice in one object"));
            }
            map.next_value_seed(Elements { name: &name, depth: self.depth, nodes: &mut *self.nodes })?;
            seen.insert(name);
        }
        Ok(())
    }
}

/// What stands under a key, as the elements of that name.
struct Elements<'n, 'de> {
    name: &'n str,
    depth: usize,
    nodes: &'n mut Vec<Node<'de>>,
}

impl<'de> DeserializeSeed<'de> for Elements<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, an object, an array or null")
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        Err(E::custom("true or false where a text belongs"))
    }

    // The number is not repeated: it may be a person's.
    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        Err(E::custom(NUMBER))
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        Err(E::custom(NUMBER))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        Err(E::custom(NUMBER))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        if !text.chars().all(is_xml_character) {
            return Err(E::custom("a character that no message may hold"));
        }
        let (name, text) = (Cow::Owned(self.name.to_owned()), Cow::Owned(text.to_owned()));
        self.nodes.push(Node { name, text, ..Node::default() });
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let index = self.nodes.len();
        self.nodes.push(Node { name: Cow::Owned(self.name.to_owned()), ..Node::default() });
        Object { depth: self.depth + 1, nodes: &mut *self.nodes }.visit_map(map)?;
        let count = self.nodes.len();
        if let Some(node) = self.nodes.get_mut(index) {
            node.below = count - index - 1;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        if self.depth > MAX_DEPTH {
            return Err(A::Error::custom("nested too deep"));
        }
        let depth = self.depth + 1;
        while let Some(()) =
            items.next_element_seed(Elements { name: self.name, depth, nodes: &mut *self.nodes })?
        {}
        Ok(())
    }
}

/// The byte at a line and column, both counted from 1.
fn byte_of(bytes: &[u8], line: usize, column: usize) -> usize {
    let before: usize =
        bytes.split(|byte| *byte == b'\n').take(line.saturating_sub(1)).map(|line| line.len() + 1).sum();
    (before + column.saturating_sub(1)).min(bytes.len())
}
