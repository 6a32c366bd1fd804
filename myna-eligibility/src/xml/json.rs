//! The JSON form of the Web API: the tree of the XML form, with repeated elements as arrays [code B11].

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::tree::{Children, Node, is_name, is_xml_character, read_document};
use super::{MAX_BYTES, MAX_DEPTH, ROOT, XmlError};
use crate::report::Told;

const NUMBER: &str = "a number where a text belongs: its leading zeros may be lost";

/// Reads `{"XmlMsg": {…}}`, or the object that would stand in it.
pub(crate) fn read(bytes: &[u8]) -> Result<Children, XmlError> {
    if bytes.len() > MAX_BYTES {
        return Err(XmlError::TooLarge { size: bytes.len() });
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let nodes = Nodes { depth: 0 }.deserialize(&mut json).and_then(|nodes| json.end().map(|()| nodes));
    let mut nodes = nodes.map_err(|error| {
        let position = byte_of(bytes, error.line(), error.column());
        if error.is_eof() {
            XmlError::Truncated { position: bytes.len() }
        } else {
            XmlError::Malformed { position, reason: error.to_string().chars().take(120).collect() }
        }
    })?;
    match (nodes.pop(), nodes.len()) {
        (Some(root), 0) if root.name == ROOT => root.into_children(ROOT),
        (last, _) => {
            nodes.extend(last);
            Ok(Children::new(ROOT, nodes))
        }
    }
}

/// Writes the JSON form of a message written as XML.
pub(crate) fn write(xml: &[u8]) -> Result<String, XmlError> {
    let text = String::from_utf8_lossy(xml);
    let root = object_of(read_document(&text)?.into_nodes());
    let document = Told::Object(vec![(ROOT.to_owned(), root)]);
    // Texts only, so there is nothing that could not be written.
    Ok(serde_json::to_string_pretty(&document).unwrap_or_default())
}

fn object_of(nodes: Vec<Node>) -> Told {
    let mut fields: Vec<(String, Vec<Told>)> = Vec::new();
    for mut node in nodes {
        let name = std::mem::take(&mut node.name);
        let values = match (name.as_str(), node.children.is_empty()) {
            (_, true) => vec![Told::Text(node.text)],
            // The one list whose form in JSON is known: an array of objects with one record each.
            ("ResultList", false) => {
                node.children.into_iter().map(|record| object_of(vec![record])).collect()
            }
            _ => vec![object_of(node.children)],
        };
        match fields.iter_mut().find(|(field, _)| *field == name) {
            Some((_, there)) => there.extend(values),
            None => fields.push((name, values)),
        }
    }
    let one_or_list = |(name, mut values): (String, Vec<Told>)| {
        let value = match values.pop() {
            Some(only) if values.is_empty() && name != "ResultList" => only,
            last => {
                values.extend(last);
                Told::List(values)
            }
        };
        (name, value)
    };
    Told::Object(fields.into_iter().map(one_or_list).collect())
}

/// An object, as the elements its fields stand for.
struct Nodes {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Nodes {
    type Value = Vec<Node>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Node>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Nodes {
    type Value = Vec<Node>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<Node>, A::Error> {
        if self.depth > MAX_DEPTH {
            return Err(A::Error::custom("nested too deep"));
        }
        let mut nodes = Vec::new();
        let mut seen = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !is_name(&name) {
                return Err(A::Error::custom("a key that is no element name"));
            }
            if !seen.insert(name.clone()) {
                return Err(A::Error::custom("a key stands twice in one object"));
            }
            nodes.extend(map.next_value_seed(Elements { name, depth: self.depth })?);
        }
        Ok(nodes)
    }
}

/// What stands under a key, as the elements of that name.
struct Elements {
    name: String,
    depth: usize,
}

impl Elements {
    fn node(self, text: String, children: Vec<Node>) -> Vec<Node> {
        vec![Node { name: self.name, position: 0, text, children }]
    }
}

impl<'de> DeserializeSeed<'de> for Elements {
    type Value = Vec<Node>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Node>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Elements {
    type Value = Vec<Node>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, an object, an array or null")
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Vec<Node>, E> {
        Err(E::custom("true or false where a text belongs"))
    }

    // The number is not repeated: it may be a person's.
    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Vec<Node>, E> {
        Err(E::custom(NUMBER))
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Vec<Node>, E> {
        Err(E::custom(NUMBER))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Vec<Node>, E> {
        Err(E::custom(NUMBER))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Vec<Node>, E> {
        Ok(Vec::new())
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Vec<Node>, E> {
        if text.chars().all(is_xml_character) {
            Ok(self.node(text.to_owned(), Vec::new()))
        } else {
            Err(E::custom("a character that no message may hold"))
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<Node>, A::Error> {
        let children = Nodes { depth: self.depth + 1 }.visit_map(map)?;
        Ok(self.node(String::new(), children))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<Node>, A::Error> {
        if self.depth > MAX_DEPTH {
            return Err(A::Error::custom("nested too deep"));
        }
        let mut nodes = Vec::new();
        let depth = self.depth + 1;
        while let Some(item) = items.next_element_seed(Self { name: self.name.clone(), depth })? {
            nodes.extend(item);
        }
        Ok(nodes)
    }
}

/// The byte at a line and column, both counted from 1.
fn byte_of(bytes: &[u8], line: usize, column: usize) -> usize {
    let before: usize =
        bytes.split(|byte| *byte == b'\n').take(line.saturating_sub(1)).map(|line| line.len() + 1).sum();
    (before + column.saturating_sub(1)).min(bytes.len())
}
