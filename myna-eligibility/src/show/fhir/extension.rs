//! What has no place of its own: extensions by the names on the wire.

use super::value::{OWN, list, object, text};
use crate::element::Element;
use crate::meaning::descriptor::{Content, Fields, contents};
use crate::meaning::fhir_place::FhirPlace;
use crate::meaning::text::Text;
use crate::meaning::told::Told;
use crate::show::csv::has_lines;

/// The fields of a record as extensions by their names, but for those that `put` finds a place for; records that are
/// eligibilities or hold them are coverages of their own.
pub(super) fn extensions_of(
    record: &dyn Fields,
    put: &mut dyn FnMut(FhirPlace, &dyn Text) -> bool,
) -> Vec<Told> {
    let mut extensions = Vec::new();
    for (field, content) in contents(record) {
        match content {
            Content::Text(text) => {
                if !put(field.fhir, text) {
                    let (name, value) = text.extended();
                    extensions.push(object([("url", self::text(field.wire)), (name, Some(value))]));
                }
            }
            Content::Texts(texts) => {
                extensions.extend(texts.iter().filter_map(|text| named_text(field.wire, text)));
            }
            Content::Record(record) => extensions.extend(extension(field.wire, extensions_of(record, put))),
            Content::Records(records) => {
                for record in records.into_iter().filter(|record| !has_lines(record.descriptor())) {
                    extensions.extend(extension(record.descriptor().element, extensions_of(record, put)));
                }
            }
            Content::Absent => {}
        }
    }
    extensions.extend(record.unmodelled().iter().filter_map(unmodelled));
    extensions
}

/// An element that this version does not know.
pub(super) fn unmodelled(element: &Element) -> Option<Told> {
    match element {
        Element::Text { name, text } => named_text(name, text),
        Element::Parent { name, children } => {
            extension(name, children.iter().filter_map(unmodelled).collect())
        }
    }
}

pub(super) fn named_text(name: &str, value: &str) -> Option<Told> {
    Some(object([("url", text(name)), ("valueString", Some(text(value)?))]))
}

/// An extension made of others; of none there is none.
pub(super) fn extension(name: &str, extensions: Vec<Told>) -> Option<Told> {
    Some(object([("url", text(name)), ("extension", Some(list(extensions)?))]))
}

/// Names extensions that stand by themselves: only within another a short name will do.
pub(super) fn own(mut extensions: Vec<Told>) -> Vec<Told> {
    for extension in &mut extensions {
        if let Told::Object(fields) = extension
            && let Some((_, Told::Text(url))) = fields.first_mut()
        {
            *url = format!("{OWN}/StructureDefinition/{url}");
        }
    }
    extensions
}

/// The extensions of a record.
#[cfg(test)]
pub(crate) fn fhir_of(record: &dyn Fields) -> Told {
    object([("extension", list(extensions_of(record, &mut |_, _| false)))])
}
