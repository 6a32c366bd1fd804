//! Records as `serde` writes and reads them: every field under its wire name in `snake_case`, the raw text beside its
//! meaning.

use serde::de::{Deserialize as _, Deserializer, Error as _};

use crate::element::Element;
use crate::meaning::descriptor::{Content, Fields, Kind, RecordDescriptor, contents};
use crate::meaning::field::Record;
use crate::meaning::told::{Told, UnknownElement, is_snake_case_of, snake_case};

/// Tells a record, with what is not modelled under `unmodelled`.
pub(crate) fn tell(record: &dyn Fields) -> Told {
    tell_record(record, "", &mut None)
}

/// Tells a record that stands at `path`, and what is not modelled beside it.
pub(crate) fn tell_apart(record: &dyn Fields, path: &str) -> (Told, Vec<UnknownElement>) {
    let mut unknown = Some(Vec::new());
    (tell_record(record, path, &mut unknown), unknown.unwrap_or_default())
}

fn tell_record(record: &dyn Fields, path: &str, unknown: &mut Option<Vec<UnknownElement>>) -> Told {
    let mut fields = Vec::new();
    for (field, content) in contents(record) {
        let told = match content {
            Content::Absent => continue,
            Content::Text(text) => text.told(),
            Content::Texts(texts) => Told::List(texts.iter().cloned().map(Told::Text).collect()),
            Content::Record(record) => tell_record(record, &field.path(path), unknown),
            Content::Records(records) => {
                let records = records.into_iter().zip(1..);
                let tell = |(record, number)| tell_record(record, &field.path_of(number, path), unknown);
                Told::List(records.map(tell).collect())
            }
        };
        fields.push((snake_case(field.wire), told));
    }
    match unknown {
        Some(unknown) => {
            unknown.extend(record.unmodelled().iter().map(|element| UnknownElement::new(path, element)));
        }
        None if record.unmodelled().is_empty() => {}
        None => {
            let elements = record.unmodelled().iter().map(Told::of_element).collect();
            fields.push(("unmodelled".to_owned(), Told::List(elements)));
        }
    }
    Told::Object(fields)
}

/// Reads what [`tell`] told. A bare text will do for one with its meaning beside it, which is not read: it follows from
/// the text. A key that is not one of a record's fields is refused: nothing is lost in silence.
pub(crate) fn read<'de, T: Record, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let told = Told::deserialize(deserializer)?;
    let elements = elements_of(T::DESCRIPTOR, told).map_err(D::Error::custom)?;
    T::of_elements(elements).map_err(D::Error::custom)
}

/// The elements of a record.
fn elements_of(record: &RecordDescriptor, told: Told) -> Result<Vec<Element>, &'static str> {
    let Told::Object(values) = told else { return Err("no object where a record belongs") };
    let mut elements = Vec::new();
    let mut unmodelled = None;
    let mut seen = Vec::new();
    for (key, told) in values {
        if key == "unmodelled" && unmodelled.is_none() {
            unmodelled = Some(told.into_list()?);
            continue;
        }
        let fields = record.fields.iter();
        let field = fields.into_iter().find(|field| is_snake_case_of(&key, field.wire));
        let field = field.ok_or("a key that is no field of the record, or stands twice")?;
        if seen.contains(&field.wire) {
            return Err("a key stands twice in one object");
        }
        seen.push(field.wire);
        let parent = |name: &str, children| Element::Parent { name: name.to_owned(), children };
        let text =
            |told: Told| told.into_text().map(|text| Element::Text { name: field.wire.to_owned(), text });
        match field.kind {
            _ if told == Told::Null => {}
            Kind::Text => elements.push(text(told)?),
            Kind::Texts => {
                for told in told.into_list()? {
                    elements.push(text(told)?);
                }
            }
            Kind::Record(record) => elements.push(parent(field.wire, elements_of(record, told)?)),
            Kind::List(record) => {
                let records = told.into_list()?.into_iter();
                let records = records
                    .map(|told| elements_of(record, told).map(|fields| parent(record.element, fields)));
                elements.push(parent(field.wire, records.collect::<Result<_, _>>()?));
            }
            Kind::Repeated(record) => {
                for told in told.into_list()? {
                    elements.push(parent(field.wire, elements_of(record, told)?));
                }
            }
        }
    }
    // What this form leaves out is absent, not missing.
    let missing = record.fields.iter().filter(|field| field.is_required && !seen.contains(&field.wire));
    elements
        .extend(missing.map(|field| Element::Parent { name: field.wire.to_owned(), children: Vec::new() }));
    for told in unmodelled.unwrap_or_default() {
        elements.push(told.into_element()?);
    }
    Ok(elements)
}
