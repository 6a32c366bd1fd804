//! What is told to programs: values of JSON, with the raw text of a message beside its meaning.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::element::Element;

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

    pub(crate) fn of_element(element: &Element) -> Self {
        let name = ("name".to_owned(), Self::Text(element.name().to_owned()));
        Self::Object(match element {
            Element::Text { text, .. } => vec![name, ("text".to_owned(), Self::Text(text.clone()))],
            Element::Parent { children, .. } => {
                let children = children.iter().map(Self::of_element).collect();
                vec![name, ("children".to_owned(), Self::List(children))]
            }
        })
    }

    pub(crate) fn into_element(mut self) -> Result<Element, &'static str> {
        let name = self.take("name").ok_or("an element without its name")?.into_text()?;
        match (self.take("text"), self.take("children")) {
            (Some(text), None) => Ok(Element::Text { name, text: text.into_text()? }),
            (None, Some(children)) => {
                let children = children.into_list()?.into_iter().map(Self::into_element);
                Ok(Element::Parent { name, children: children.collect::<Result<_, _>>()? })
            }
            _ => Err("an element has either a text or children"),
        }
    }

    /// A text, bare or beside its meaning.
    pub(crate) fn into_text(mut self) -> Result<String, &'static str> {
        match self.take("raw").unwrap_or(self) {
            Self::Text(text) => Ok(text),
            _ => Err("no text where one belongs"),
        }
    }

    pub(crate) fn into_list(self) -> Result<Vec<Self>, &'static str> {
        match self {
            Self::List(list) => Ok(list),
            _ => Err("no list where one belongs"),
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

/// Every value as it is; it is seen later whether it fits.
impl<'de> Deserialize<'de> for Told {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ToldVisitor)
    }
}

struct ToldVisitor;

impl<'de> Visitor<'de> for ToldVisitor {
    type Value = Told;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a record: an object with wire names in snake_case")
    }

    fn visit_unit<E>(self) -> Result<Told, E> {
        Ok(Told::Null)
    }

    // What a number or a truth is does not matter: no text is one.
    fn visit_bool<E>(self, _: bool) -> Result<Told, E> {
        Ok(Told::Number(0))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Told, E> {
        Ok(Told::Number(0))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Told, E> {
        Ok(Told::Number(0))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Told, E> {
        Ok(Told::Number(0))
    }

    fn visit_str<E>(self, text: &str) -> Result<Told, E> {
        Ok(Told::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Told, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Told::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Told, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Told::Object(fields))
    }
}

/// The text of a [`Text`](crate::meaning::text::Text), bare or beside its meaning.
pub(crate) fn raw_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Told::deserialize(deserializer)?.into_text().map_err(D::Error::custom)
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
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
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

impl fmt::Debug for UnknownElement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("UnknownElement")
            .field("parent", &self.parent)
            .field("element", &self.element)
            .finish()
    }
}
