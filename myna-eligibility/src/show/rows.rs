//! An eligibility as the rows a clinic's staff sees.

use std::borrow::Cow;

use serde::Serialize;

use crate::element::Element;
use crate::meaning::descriptor::{Content, FieldDescriptor, Fields, contents};
use crate::meaning::record::Eligibility;
use crate::meaning::section::Section;
use myna_calendar::Date;

/// One labelled row.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// The part of the screen it belongs to.
    pub section: Section,
    /// Which of several records of the section it belongs to, counted from 1.
    pub record: usize,
    /// The field's number in the app's manual, 1–17 [seed F3 S72–S91]; `None` for what the system adds.
    pub number: Option<u8>,
    /// The label in Japanese, the manual's word; of a field that is not known its name on the wire.
    pub label_ja: Cow<'static, str>,
    /// The label in English.
    pub label_en: Cow<'static, str>,
    /// The value, ready to be shown: words for codes, 割 for ratios, dates in both calendars.
    pub value: String,
}

/// Labels only: the value may be personal.
impl std::fmt::Debug for Row {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Row")
            .field("number", &self.number)
            .field("label_ja", &self.label_ja)
            .finish_non_exhaustive()
    }
}

/// The rows of an eligibility, in the manual's order, then what the manual does not number; only those the person has,
/// and all of those.
///
/// `on` is the day of the check: some words changed over time. A date that is none is shown as it was
/// written. A valid-looking set of rows says nothing about cover: show the [`Verdict`](crate::Verdict) first.
#[must_use]
pub fn rows(eligibility: &Eligibility, on: Date) -> Vec<Row> {
    rows_of(eligibility, on)
}

/// The rows of any record and of the records in it.
pub(crate) fn rows_of(record: &dyn Fields, on: Date) -> Vec<Row> {
    let mut rows = Rows { ranked: Vec::new(), on, is_deep: true };
    rows.add(record, 1);
    rows.sorted()
}

/// The rows of a record without those of the records in it.
pub(crate) fn own_rows(record: &dyn Fields, on: Date) -> Vec<Row> {
    let mut rows = Rows { ranked: Vec::new(), on, is_deep: false };
    rows.add(record, 1);
    rows.sorted()
}

struct Rows {
    ranked: Vec<(u8, Row)>,
    on: Date,
    is_deep: bool,
}

impl Rows {
    fn add(&mut self, record: &dyn Fields, number: usize) {
        let section = record.descriptor().section;
        for (field, content) in contents(record) {
            match content {
                Content::Text(text) => {
                    let value = format!("{}{}", text.shown(self.on), field.unit);
                    self.push(field, section, number, value);
                }
                Content::Texts(texts) => {
                    for text in texts.iter().filter(|text| !text.trim().is_empty()) {
                        self.push(field, section, number, text.clone());
                    }
                }
                Content::Record(record) if self.is_deep => self.add(record, number),
                Content::Records(records) if self.is_deep => {
                    for (record, number) in records.into_iter().zip(1..) {
                        self.add(record, number);
                    }
                }
                Content::Record(_) | Content::Records(_) | Content::Absent => {}
            }
        }
        for element in record.unmodelled() {
            self.unmodelled(element, "", number);
        }
    }

    fn push(&mut self, field: &FieldDescriptor, section: Section, record: usize, value: String) {
        let row = Row {
            section: field.section.unwrap_or(section),
            record,
            number: field.number,
            label_ja: field.label_ja.into(),
            label_en: field.label_en.into(),
            value,
        };
        self.ranked.push((field.rank, row));
    }

    /// Elements this version does not know: kept, and shown under their wire names.
    fn unmodelled(&mut self, element: &Element, parent: &str, record: usize) {
        let path = format!("{parent}{}", element.name());
        match element {
            Element::Text { text, .. } => {
                let (section, label): (_, Cow<'static, str>) = (Section::Unmodelled, path.into());
                let (label_ja, label_en, value) = (label.clone(), label, text.clone());
                self.ranked.push((0, Row { section, record, number: None, label_ja, label_en, value }));
            }
            Element::Parent { children, .. } => {
                for child in children {
                    self.unmodelled(child, &format!("{path}/"), record);
                }
            }
        }
    }

    fn sorted(mut self) -> Vec<Row> {
        self.ranked.sort_by_key(|(rank, row)| (row.section, row.record, *rank));
        self.ranked.into_iter().map(|(_, row)| row).collect()
    }
}
