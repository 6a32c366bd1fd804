//! Results as comma-separated values, one line per eligibility, for spreadsheets.

use crate::meaning::message::Message;
use crate::meaning::record::Eligibility;
use crate::meaning::serialized::tell;
use crate::meaning::told::{Told, snake_case};

/// The columns behind the first three, by wire name; a dot leads into a group.
const COLUMNS: &[&str] = &[
    "InsuredCardClassification",
    "InsurerNumber",
    "InsuredCardSymbol",
    "InsuredIdentificationNumber",
    "InsuredBranchNumber",
    "PersonalFamilyClassification",
    "InsuredName",
    "Name",
    "NameOfOther",
    "NameKana",
    "NameOfOtherKana",
    "Sex1",
    "Sex2",
    "Birthdate",
    "Address",
    "PostNumber",
    "QualificationDate",
    "DisqualificationDate",
    "InsuredCertificateIssuanceDate",
    "InsuredCardValidDate",
    "InsuredCardExpirationDate",
    "InsuredPartialContributionRatio",
    "PreschoolClassification",
    "ReasonOfLoss",
    "InsurerName",
    "ElderlyRecipientCertificateInfo.ElderlyRecipientValidStartDate",
    "ElderlyRecipientCertificateInfo.ElderlyRecipientValidEndDate",
    "ElderlyRecipientCertificateInfo.ElderlyRecipientContributionRatio",
    "LimitApplicationCertificateRelatedInfo.LimitApplicationCertificateClassification",
    "LimitApplicationCertificateRelatedInfo.LimitApplicationCertificateClassificationFlag",
    "LimitApplicationCertificateRelatedInfo.LimitApplicationCertificateValidStartDate",
    "LimitApplicationCertificateRelatedInfo.LimitApplicationCertificateValidEndDate",
    "LimitApplicationCertificateChanged",
    "ReferenceNumber",
];

/// Writes the eligibilities of answers, texts as they are on the wire, but for two things that a spreadsheet would not
/// take for text:
///
/// - What it would run as a formula, for its first character (`=`, `+`, `-`, `@` or one of these in full width), has an
///   apostrophe in front.
/// - A control character is U+FFFD.
///
/// Zeros in front (`01139989`) are there; tell the spreadsheet that the columns are text when it opens the file. Programs
/// take JSON, which changes nothing.
///
/// A check without any has a line too, with its verdict alone. Columns: `confirmation_date`, `verdict`,
/// `arbitrary_identifier`, then the fields' wire names in `snake_case`. Other messages have no lines.
///
/// # Errors
///
/// None that a text in memory could cause; the writer's kind of error is passed on.
pub fn write_csv<'a>(messages: impl IntoIterator<Item = &'a Message>) -> Result<String, std::io::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let leading = ["confirmation_date", "verdict", "arbitrary_identifier"];
    let names = COLUMNS.iter().map(|column| snake_case(&column.replace('.', "")));
    writer.write_record(leading.into_iter().map(str::to_owned).chain(names))?;
    for message in messages {
        for (leading, eligibility) in lines_of(message) {
            let told = eligibility.map(|eligibility| tell(eligibility));
            let cells = COLUMNS.iter().map(|column| cell(told.as_ref(), column).unwrap_or_default());
            writer.write_record(leading.into_iter().chain(cells).map(|cell| harmless(&cell)))?;
        }
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

type Line<'a> = ([String; 3], Option<&'a Eligibility>);

fn lines_of(message: &Message) -> Vec<Line<'_>> {
    match message {
        Message::Answer(answer) => {
            let on = answer.header.confirmation_date.as_ref().map(|date| date.text().to_owned());
            let query = answer.body.as_ref().and_then(|body| body.query.as_ref());
            let asked = query.and_then(|query| query.arbitrary_identifier.clone());
            let verdict = answer.verdict().code().to_owned();
            of_check([on.unwrap_or_default(), verdict, asked.unwrap_or_default()], answer.results())
        }
        Message::BulkAnswer(answer) => {
            let on = answer.header.confirmation_date.as_ref().map(|date| date.text().to_owned());
            let on = on.unwrap_or_default();
            let of_unit = |unit: &'_ crate::meaning::bulk::BulkUnit| {
                let asked = unit.query.as_ref().and_then(|query| query.arbitrary_identifier.clone());
                [on.clone(), answer.verdict_of(unit).code().to_owned(), asked.unwrap_or_default()]
            };
            answer.units().iter().flat_map(|unit| of_check(of_unit(unit), &unit.results)).collect()
        }
        _ => Vec::new(),
    }
}

fn of_check(leading: [String; 3], results: &[Eligibility]) -> Vec<Line<'_>> {
    if results.is_empty() {
        return vec![(leading, None)];
    }
    results.iter().map(|result| (leading.clone(), Some(result))).collect()
}

fn cell(told: Option<&Told>, column: &str) -> Option<String> {
    let mut told = told?;
    for part in column.split('.').map(snake_case) {
        told = told.get(&part)?;
    }
    match told.get("raw").unwrap_or(told) {
        Told::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// The text of a cell that no spreadsheet runs.
fn harmless(text: &str) -> String {
    let text = text.replace(char::is_control, "\u{FFFD}");
    match text.trim_start().chars().next() {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') => format!("'{text}"),
        _ => text,
    }
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
        assert_eq!(harmless("\u{1B}]0;x\u{7}"), "\u{FFFD}]0;x\u{FFFD}");
    }
}
