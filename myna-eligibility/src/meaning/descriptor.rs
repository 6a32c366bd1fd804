//! The tables of the fields: what every form of a record goes by.
//!
//! Each field stands in one line of the table of its record, made by [`record!`](super::field::record). Whatever writes, shows,
//! inspects or compares records goes through that table and the [`Content`] behind it, so that no form can forget a field.

use std::fmt;

use crate::element::Element;
use crate::meaning::fhir_place::FhirPlace;
use crate::meaning::section::Section;
use crate::meaning::text::Text;
use crate::meaning::warning::Warning;

/// One element of a record: its names, in every form.
pub(crate) struct FieldDescriptor {
    /// The field of the record it belongs to; three elements of a [`Consent`](crate::meaning::record::Consent) share one.
    pub(crate) field: &'static str,
    /// The element's name on the wire.
    pub(crate) wire: &'static str,
    /// Other names on the wire, read and never written.
    pub(crate) aliases: &'static [&'static str],
    /// Its number in the app's manual [seed F3 S72–S91].
    pub(crate) number: Option<u8>,
    pub(crate) label_ja: &'static str,
    pub(crate) label_en: &'static str,
    /// Other labels that the limited app has for it [code B.6].
    pub(crate) spoken: &'static [&'static str],
    /// See [`Text::of_words`].
    pub(crate) of_words: fn(&str) -> Option<String>,
    /// What is shown behind its text.
    pub(crate) unit: &'static str,
    /// Where it is shown, if not in the section of its record.
    pub(crate) section: Option<Section>,
    /// Its place in the section; those of one place keep the order of the layout.
    pub(crate) rank: u8,
    /// Its place in FHIR.
    pub(crate) fhir: FhirPlace,
    /// Whether a record without it is refused.
    pub(crate) is_required: bool,
    pub(crate) kind: Kind,
}

/// The table of a record.
pub(crate) struct RecordDescriptor {
    /// The name of its type.
    pub(crate) name: &'static str,
    /// The name of its element when it stands in a list.
    pub(crate) element: &'static str,
    /// Where its fields are shown.
    pub(crate) section: Section,
    /// Its fields in the order of the layout.
    pub(crate) fields: &'static [FieldDescriptor],
}

/// What an element holds.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// A text.
    Text,
    /// Texts, in elements side by side.
    Texts,
    /// A record.
    Record(&'static RecordDescriptor),
    /// Records in one element.
    List(&'static RecordDescriptor),
    /// Records in elements side by side.
    Repeated(&'static RecordDescriptor),
}

/// What stands in a field. Blank is absent [code B4].
pub(crate) enum Content<'r> {
    Absent,
    Text(&'r dyn Text),
    Texts(&'r [String]),
    Record(&'r dyn Fields),
    Records(Vec<&'r dyn Fields>),
}

/// A record seen through its table.
pub(crate) trait Fields {
    fn descriptor(&self) -> &'static RecordDescriptor;
    /// What stands in the field of this number in the table.
    fn content(&self, index: usize) -> Content<'_>;
    fn unmodelled(&self) -> &[Element];
}

/// The fields that say something, in the order of the layout.
pub(crate) fn contents<R: Fields + ?Sized>(
    record: &R,
) -> impl Iterator<Item = (&'static FieldDescriptor, Content<'_>)> {
    let fields = record.descriptor().fields.iter().zip(0..);
    fields
        .map(|(field, index)| (field, record.content(index)))
        .filter(|(_, content)| !matches!(content, Content::Absent))
}

pub(crate) fn is_blank<R: Fields + ?Sized>(record: &R) -> bool {
    contents(record).next().is_none() && record.unmodelled().is_empty()
}

/// Which fields say something, and never what.
pub(crate) fn debug<R: Fields>(record: &R, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut present: Vec<_> = contents(record).map(|(field, _)| field.field).collect();
    present.dedup();
    present.extend((!record.unmodelled().is_empty()).then_some("unmodelled"));
    formatter.debug_struct(record.descriptor().name).field("present", &present).finish_non_exhaustive()
}

/// Adds what is odd about the texts of a record that stands at `path`.
pub(crate) fn inspect(record: &dyn Fields, path: &str, warnings: &mut Vec<Warning>) {
    for (field, content) in contents(record) {
        match content {
            Content::Text(text) => warnings.extend(text.finding(&field.path(path))),
            Content::Record(record) => inspect(record, &field.path(path), warnings),
            Content::Records(records) => {
                for (record, number) in records.into_iter().zip(1..) {
                    inspect(record, &field.path_of(number, path), warnings);
                }
            }
            Content::Texts(_) | Content::Absent => {}
        }
    }
}

impl FieldDescriptor {
    /// Where the field stands, in a record that stands at `path`.
    pub(crate) fn path(&self, path: &str) -> String {
        format!("{path}/{}", self.wire)
    }

    /// Where one of its records stands, counted from 1.
    pub(crate) fn path_of(&self, number: usize, path: &str) -> String {
        match self.kind {
            Kind::List(record) => format!("{path}/{}/{}[{number}]", self.wire, record.element),
            _ => format!("{path}/{}[{number}]", self.wire),
        }
    }
}
