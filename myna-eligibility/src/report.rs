//! A message told to programs: every field under its wire name in `snake_case`, the raw text beside its
//! meaning.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use crate::advice::{Advice, advice};
use crate::bulk::BulkProgress;
use crate::check::Warning;
use crate::code::SegmentOfResult;
use crate::field::Value as _;
use crate::message::{Message, each};
use crate::xml::{Element, ROOT};

/// What `myna eligibility parse --json` prints of a message.
///
/// `verdict` is one of `valid`, `invalid`, `invalid_newer_exists`, `no_match`, `multiple`, `pending`, `failed`,
/// `processing_error` and `unknown`; absent for requests. Finer shades of `valid` stand in `verdict_detail`.
#[derive(Serialize)]
#[non_exhaustive]
pub struct Report {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict_detail: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<Told>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Told>,
    results: Told,
    #[serde(skip_serializing_if = "Option::is_none")]
    units: Option<Told>,
    warnings: Vec<Warning>,
    advice: Vec<Advice>,
    unknown: Vec<UnknownElement>,
}

impl Report {
    /// The report on a message, with what was found odd about it.
    #[must_use]
    pub fn new(message: &Message, warnings: Vec<Warning>) -> Self {
        let mut unknown = Vec::new();
        let mut told = each!(message, message => message.tell(ROOT, &mut unknown));
        let header = told.take("message_header");
        let mut body = told.take("message_body");
        let mut results = Told::List(Vec::new());
        let mut units = None;
        if let Some(body) = &mut body {
            if let Some(there) = body.take("result_list") {
                results = there;
            }
            units = body.take("bulk_confirm_unit").or_else(|| body.take("bulk_registration_unit"));
        }
        let detail = verdict_of(message);
        if let (Message::BulkAnswer(answer), Some(Told::List(units))) = (message, &mut units) {
            for (unit, told) in answer.units().iter().zip(units) {
                if let Told::Object(fields) = told {
                    let verdict = answer.verdict_of(unit).plain_code().to_owned();
                    fields.insert(0, ("verdict".to_owned(), Told::Text(verdict)));
                }
            }
        }
        Self {
            kind: message.kind(),
            verdict: detail.map(plain),
            verdict_detail: detail.filter(|detail| plain(detail) != *detail),
            header,
            body: body.filter(|body| *body != Told::Object(Vec::new())),
            results,
            units,
            warnings,
            advice: match message {
                Message::Answer(response) => advice(response),
                _ => Vec::new(),
            },
            unknown,
        }
    }
}

impl Report {
    /// Every text of the message as it was written, under its path.
    pub(crate) fn texts(&self) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        for part in [&self.header, &self.body, &self.units].into_iter().flatten().chain([&self.results]) {
            part.texts("", &mut texts);
        }
        texts
    }

    pub(crate) fn unknown(&self) -> &[UnknownElement] {
        &self.unknown
    }
}

/// Names the kind of message only: what it holds is personal.
impl std::fmt::Debug for Report {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Report").field("kind", &self.kind).finish_non_exhaustive()
    }
}

fn verdict_of(message: &Message) -> Option<&'static str> {
    match message {
        Message::Answer(response) => Some(response.verdict().code()),
        // Each unit has its own; of the whole only what hinders reading them.
        Message::BulkAnswer(answer) => match answer.progress() {
            BulkProgress::Pending => Some("pending"),
            BulkProgress::Failed { .. } => Some("failed"),
            BulkProgress::Unknown => Some("unknown"),
            BulkProgress::Done => None,
        },
        Message::BulkAccepted(accepted) => match accepted.header.segment_of_result {
            Some(SegmentOfResult::Abnormal) => Some("failed"),
            _ => Some("pending"),
        },
        _ => None,
    }
}

/// The verdict without its finer shades.
fn plain(verdict: &'static str) -> &'static str {
    match verdict {
        "valid_with_medical_aid" | "valid_unregistered" => "valid",
        other => other,
    }
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

    fn texts(&self, path: &str, texts: &mut Vec<(String, String)>) {
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
