//! Results as comma-separated values, one line per eligibility, for spreadsheets.

use crate::element::ROOT;
use crate::meaning::bulk::{BulkAnswer, BulkProgress, BulkUnit};
use crate::meaning::descriptor::{Content, FieldDescriptor, Fields, Kind, RecordDescriptor, contents};
use crate::meaning::field::Record as _;
use crate::meaning::message::Message;
use crate::meaning::record::{Body, Eligibility, Header};
use crate::meaning::told::{UnknownElement, snake_case};

/// Writes the eligibilities of answers, texts as they are on the wire, but for two things that a spreadsheet would not
/// take for text:
///
/// - What it would run as a formula, for its first character (`=`, `+`, `-`, `@` or one of these in full width), has an
///   apostrophe in front, and so has what begins with apostrophes before such a character. A program takes one apostrophe
///   away wherever apostrophes and blanks in front are followed by such a character, and has the text again.
/// - A control character is U+FFFD.
///
/// [`write_csv_raw`] changes nothing, and JSON neither.
///
/// Zeros in front (`01139989`) are there; tell the spreadsheet that the columns are text when it opens the file.
///
/// A check without any has a line too, with its verdict; so has a bulk answer without checks. Columns:
/// `confirmation_date`, `verdict`, `arbitrary_identifier`, the fields of the eligibility under their wire names in
/// `snake_case`, `unmodelled` with the elements this version does not know, in JSON, and the fields of the header, of the
/// body and of the bulk answer's unit, behind the names of these: how the message and the check ended, and the codes and
/// texts of errors. Fields that there may be several of, such as those of
/// tickets, stand in one cell in their order, divided by `|`; one in their text has a `\` in front, and so has a `\`. Other
/// messages have no lines.
///
/// # Errors
///
/// None that a text in memory could cause; the writer's kind of error is passed on.
pub fn write_csv<'a>(messages: impl IntoIterator<Item = &'a Message>) -> Result<String, std::io::Error> {
    write(messages, harmless)
}

/// As [`write_csv`], for programs: every text as it is on the wire. A spreadsheet may run what stands in it.
///
/// # Errors
///
/// As [`write_csv`].
pub fn write_csv_raw<'a>(messages: impl IntoIterator<Item = &'a Message>) -> Result<String, std::io::Error> {
    write(messages, str::to_owned)
}

/// What is done to the text of a cell.
type Guard = fn(&str) -> String;

fn write<'a>(
    messages: impl IntoIterator<Item = &'a Message>,
    guard: Guard,
) -> Result<String, std::io::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut names = ["confirmation_date", "verdict", "arbitrary_identifier"].map(str::to_owned).to_vec();
    for (prefix, record) in PARTS {
        name_columns(record, prefix, &mut names);
        names.extend(prefix.is_empty().then(|| "unmodelled".to_owned()));
    }
    writer.write_record(names)?;
    for line in messages.into_iter().flat_map(lines_of) {
        writer.write_record(line.cells().iter().map(|cell| guard(cell)))?;
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What stands in a line, and what the columns' names begin with.
const PARTS: [(&str, &RecordDescriptor); 4] = [
    ("", Eligibility::DESCRIPTOR),
    ("message_header_", Header::DESCRIPTOR),
    ("message_body_", Body::DESCRIPTOR),
    ("bulk_confirm_unit_", BulkUnit::DESCRIPTOR),
];

/// One eligibility, and all the message says of it.
struct Line<'m> {
    verdict: &'static str,
    asked: Option<&'m str>,
    message: &'m dyn Fields,
    header: &'m Header,
    body: Option<&'m dyn Fields>,
    unit: Option<&'m BulkUnit>,
    eligibility: Option<&'m Eligibility>,
}

impl<'m> Line<'m> {
    fn of_bulk(
        answer: &'m BulkAnswer,
        verdict: &'static str,
        unit: Option<&'m BulkUnit>,
        eligibility: Option<&'m Eligibility>,
    ) -> Self {
        Line {
            verdict,
            asked: unit.and_then(|unit| unit.query.as_ref()?.arbitrary_identifier.as_deref()),
            message: answer,
            header: &answer.header,
            body: answer.body.as_ref().map(|body| -> &dyn Fields { body }),
            unit,
            eligibility,
        }
    }

    fn cells(&self) -> Vec<String> {
        let on = self.header.confirmation_date.as_ref().map_or("", |date| date.text());
        let mut cells = [on, self.verdict, self.asked.unwrap_or_default()].map(str::to_owned).to_vec();
        let unit = self.unit.map(|unit| -> &dyn Fields { unit });
        let eligibility = self.eligibility.map(|eligibility| -> &dyn Fields { eligibility });
        let parts = [eligibility, Some(self.header), self.body, unit];
        for ((prefix, descriptor), part) in PARTS.iter().zip(parts) {
            fill(descriptor, &[part], false, &mut cells);
            if prefix.is_empty() {
                let mut unknown = Vec::new();
                gather(self.message, ROOT, &mut unknown);
                for part in [unit, eligibility].into_iter().flatten() {
                    gather(part, part.descriptor().element, &mut unknown);
                }
                let unknown = if unknown.is_empty() { None } else { serde_json::to_string(&unknown).ok() };
                cells.push(unknown.unwrap_or_default());
            }
        }
        cells
    }
}

fn lines_of(message: &Message) -> Vec<Line<'_>> {
    match message {
        Message::Answer(answer) => {
            let query = answer.body.as_ref().and_then(|body| body.query.as_ref());
            of_results(answer.results(), |eligibility| Line {
                verdict: answer.verdict().code(),
                asked: query.and_then(|query| query.arbitrary_identifier.as_deref()),
                message: &**answer,
                header: &answer.header,
                body: answer.body.as_ref().map(|body| -> &dyn Fields { body }),
                unit: None,
                eligibility,
            })
        }
        Message::BulkAnswer(answer) => {
            if answer.units().is_empty() {
                let verdict = match answer.progress() {
                    BulkProgress::Pending => "pending",
                    BulkProgress::Failed { .. } => "failed",
                    _ => "unknown",
                };
                return vec![Line::of_bulk(answer, verdict, None, None)];
            }
            let of_unit = |unit| {
                let verdict = answer.verdict_of(unit).code();
                of_results(&unit.results, |eligibility| {
                    Line::of_bulk(answer, verdict, Some(unit), eligibility)
                })
            };
            answer.units().iter().flat_map(of_unit).collect()
        }
        _ => Vec::new(),
    }
}

fn of_results<'m>(
    results: &'m [Eligibility],
    line: impl Fn(Option<&'m Eligibility>) -> Line<'m>,
) -> Vec<Line<'m>> {
    if results.is_empty() {
        vec![line(None)]
    } else {
        results.iter().map(|result| line(Some(result))).collect()
    }
}

/// The record in a field that has columns of its own; units and eligibilities have lines.
fn part_of(field: &FieldDescriptor) -> Option<&'static RecordDescriptor> {
    match field.kind {
        Kind::Record(record) | Kind::List(record) | Kind::Repeated(record) => {
            Some(record).filter(|record| !has_lines(record))
        }
        Kind::Text | Kind::Texts => None,
    }
}

pub(crate) fn has_lines(record: &RecordDescriptor) -> bool {
    [Eligibility::DESCRIPTOR.element, BulkUnit::DESCRIPTOR.element].contains(&record.element)
}

fn is_text(field: &FieldDescriptor) -> bool {
    matches!(field.kind, Kind::Text | Kind::Texts)
}

fn name_columns(record: &RecordDescriptor, prefix: &str, names: &mut Vec<String>) {
    for field in record.fields {
        let name = format!("{prefix}{}", snake_case(field.wire));
        if is_text(field) {
            names.push(name);
        } else if let Some(part) = part_of(field) {
            name_columns(part, &format!("{name}_"), names);
        }
    }
}

/// The cells of a record, or of records that stand in a list.
fn fill(columns: &RecordDescriptor, records: &[Option<&dyn Fields>], in_list: bool, cells: &mut Vec<String>) {
    for field in columns.fields {
        let contents =
            records.iter().map(|record| record.map_or(Content::Absent, |record| content(record, field)));
        if is_text(field) {
            let texts = contents.flat_map(|content| match content {
                Content::Text(text) if in_list => vec![divided(text.as_text())],
                Content::Text(text) => vec![text.as_text().to_owned()],
                Content::Texts(texts) => texts.iter().map(|text| divided(text)).collect(),
                _ => vec![String::new()],
            });
            let cell = texts.collect::<Vec<_>>().join("|");
            // Where none of a list says anything.
            let is_nothing = cell.bytes().all(|byte| byte == b'|') && in_list;
            cells.push(if is_nothing { String::new() } else { cell });
        } else if let Some(part) = part_of(field) {
            let parts = contents.flat_map(|content| match content {
                Content::Record(record) => vec![Some(record)],
                Content::Records(records) => records.into_iter().map(Some).collect(),
                _ => vec![None],
            });
            let in_list = in_list || !matches!(field.kind, Kind::Record(_));
            fill(part, &parts.collect::<Vec<_>>(), in_list, cells);
        }
    }
}

/// A text that may stand beside others in one cell.
fn divided(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|")
}

/// What stands in the field of this name: the bodies of both kinds of answers have some names in common.
fn content<'r>(record: &'r dyn Fields, field: &FieldDescriptor) -> Content<'r> {
    let place = record.descriptor().fields.iter().position(|other| other.wire == field.wire);
    place.map_or(Content::Absent, |index| record.content(index))
}

/// What is not modelled in a record and in those of its fields that have no lines.
fn gather(record: &dyn Fields, path: &str, unknown: &mut Vec<UnknownElement>) {
    for (field, content) in contents(record).filter(|(field, _)| part_of(field).is_some()) {
        match content {
            Content::Record(record) => gather(record, &field.path(path), unknown),
            Content::Records(records) => {
                for (record, number) in records.into_iter().zip(1..) {
                    gather(record, &field.path_of(number, path), unknown);
                }
            }
            _ => {}
        }
    }
    unknown.extend(record.unmodelled().iter().map(|element| UnknownElement::new(path, element)));
}

/// The text of a cell that no spreadsheet runs.
pub(crate) fn harmless(text: &str) -> String {
    let text = text.replace(char::is_control, "\u{FFFD}");
    let shown = text.trim_start_matches(|character: char| character == '\'' || character.is_whitespace());
    match shown.chars().next() {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') => format!("'{text}"),
        _ => text,
    }
}

/// The names of a record's columns, and its cells.
#[cfg(test)]
pub(crate) fn csv_of(record: &dyn Fields) -> Vec<(String, String)> {
    let (mut names, mut cells) = (Vec::new(), Vec::new());
    name_columns(record.descriptor(), "", &mut names);
    fill(record.descriptor(), &[Some(record)], false, &mut cells);
    names.into_iter().zip(cells).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_commands_a_terminal() {
        let xml = include_str!("../../tests/samples/e01_valid.xml");
        let xml = xml.replace("試験　葵", "=cmd|'/c calc'!A0").replace("架空県", "　＋SUM(1)");
        let message = Message::parse(xml.as_bytes()).unwrap();
        let text = write_csv([&message]).unwrap();
        assert!(text.contains(",'=cmd|'/c calc'!A0,"), "{text}");
        assert!(text.contains(",'　＋SUM(1)"), "{text}");
        assert!(text.contains(",01139989,21700023,45,00,"), "the rest is as it was: {text}");
        for (text, cell) in [("-1", "'-1"), ("@x", "'@x"), ("\t=1", "\u{FFFD}=1"), ("a=1", "a=1"), ("", "")] {
            assert_eq!(harmless(text), cell);
        }
        // What was marked can be told from what began with the mark.
        assert_eq!((harmless("'=1").as_str(), harmless("'a").as_str()), ("''=1", "'a"));
        assert!(write_csv_raw([&message]).unwrap().contains(",=cmd|'/c calc'!A0,"));
        assert_eq!(harmless("\u{1B}]0;x\u{7}"), "\u{FFFD}]0;x\u{FFFD}");
    }
}
