//! What a record says, told to programs: every field under its wire name in `snake_case`, the raw text beside its meaning.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use crate::meaning::element::Element;

/// A piece of a report, in the order of the layout.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Told {
    Null,
    Text(String),
    Number(u8),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Told {
    pub(crate) fn object<const N: usize>(texts: [(&str, &str); N]) -> Self {
        let field = |(name, text): (&str, &str)| (name.to_owned(), Self::Text(text.to_owned()));
        Self::Object(texts.into_iter().map(field).collect())
    }

    /// A field of an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(fields) = self else { return None };
        fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    pub(crate) fn texts(&self, path: &str, texts: &mut Vec<(String, String)>) {
        match self {
            Self::Text(text) => texts.push((path.to_owned(), text.clone())),
            Self::Null | Self::Number(_) => {}
            Self::List(items) => {
                for (item, number) in items.iter().zip(1..) {
                    item.texts(&format!("{path}[{number}]"), texts);
                }
            }
            // A text beside its meaning.
            Self::Object(_) if self.get("raw").is_some() => {
                if let Some(raw) = self.get("raw") {
                    raw.texts(path, texts);
                }
            }
            Self::Object(fields) => {
                for (name, value) in fields {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
                    value.texts(&path, texts);
                }
            }
        }
    }

    /// Takes a field out of an object.
    pub(crate) fn take(&mut self, name: &str) -> Option<Self> {
        let Self::Object(fields) = self else { return None };
        let index = fields.iter().position(|(field, _)| field == name)?;
        Some(fields.remove(index).1)
    }
}

impl Serialize for Told {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_u8(*number),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

/// Whether a key is the `snake_case` of a wire name, without making it.
pub(crate) fn is_snake_case_of(key: &str, name: &str) -> bool {
    let mut key = key.bytes();
    let mut is_first = true;
    let agrees = name.bytes().all(|byte| {
        let divided = is_first || !byte.is_ascii_uppercase() || key.next() == Some(b'_');
        is_first = false;
        divided && key.next() == Some(byte.to_ascii_lowercase())
    });
    agrees && key.next().is_none()
}

/// `InsuredCardSymbol` → `insured_card_symbol`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 8);
    for character in name.chars() {
        if character.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

/// An element this version does not model, and where it stands.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnknownElement {
    /// Path of its parent, such as `XmlMsg/MessageHeader`.
    pub parent: String,
    /// The element.
    #[serde(flatten)]
    pub element: Element,
}

impl UnknownElement {
    pub(crate) fn new(parent: &str, element: &Element) -> Self {
        Self { parent: parent.to_owned(), element: element.clone() }
    }
}

impl std::fmt::Debug for UnknownElement {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("UnknownElement")
            .field("parent", &self.parent)
            .field("element", &self.element)
            .finish()
    }
}
