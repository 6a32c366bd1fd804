//! The text that the limited app (マイナ資格確認アプリ) copies to the clipboard: its only known export [code B.6].
//!
//! On Windows lines of label, TAB and value; on telephones the separator may be a colon or blanks. Sections
//! begin with a heading on a line of its own. Labels outside 資格情報 are known from few samples (U9), so whatever
//! is not understood is kept and told.

use std::fmt;

use crate::element::{Element, ROOT};
use crate::meaning::check;
use crate::meaning::descriptor::{
    FieldDescriptor, Kind, RecordDescriptor, inspect, is_blank as is_blank_record,
};
use crate::meaning::field::Record as _;
use crate::meaning::record::{
    Body, ElderlyCertificate, Eligibility, EligibilityResponse, Header, LimitCertificate,
    SpecificDiseasesCertificate,
};
use crate::meaning::section::Section;
use crate::meaning::text::{folded, is_blank};
use crate::meaning::warning::Warning;
use crate::meaning::written::Written;
use myna_calendar::Date;

/// One result as the limited app copies it.
///
/// The text does not say whether the eligibility is valid, so its [`Verdict`](crate::Verdict) is unknown; the
/// person who copied it has seen it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CopiedText {
    /// 確認日, the day the app made the check.
    pub confirmation_date: Option<Written<Date>>,
    /// What the text says, in the terms of the wire: words became codes, era dates `YYYYMMDD`.
    pub eligibility: Eligibility,
    /// Every line that says something, as written.
    pub lines: Vec<CopiedLine>,
}

/// One line of the text.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CopiedLine {
    /// Its number in the whole text, from 1.
    pub number: usize,
    /// The heading it stands under; empty before the first one.
    pub section: String,
    /// What stands before the separator.
    pub label: String,
    /// What stands behind it; may be empty.
    pub value: String,
    /// Whether the line was understood, or only kept.
    pub understood: bool,
}

impl CopiedText {
    /// Reads the results in a text: usually one; several if texts were pasted one after the other.
    ///
    /// `None` if this is no such text: no heading 資格情報, and fewer than three known labels.
    #[must_use]
    pub fn parse(text: &str) -> Option<Vec<Self>> {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let mut results: Vec<Reader> = Vec::new();
        let mut has_heading = false;
        for (line, number) in text.lines().zip(1..) {
            if line.trim_matches(is_blank).is_empty() {
                continue;
            }
            let part = Part::of_heading(line);
            has_heading |= part == Some(Part::ELIGIBILITY);
            if results.is_empty() || part == Some(Part::ELIGIBILITY) {
                results.push(Reader::default());
            }
            let Some(reader) = results.last_mut() else { continue };
            match part {
                Some(part) => reader.begin(part, line),
                None => reader.line(number, line),
            }
        }
        // Something before the first heading, such as a greeting in a mail, is a result only if it says something.
        let results: Vec<Self> =
            results.into_iter().map(Reader::finish).filter(|result| !result.lines.is_empty()).collect();
        let understood = results.iter().flat_map(|result| &result.lines).filter(|line| line.understood);
        (understood.count() >= if has_heading { 1 } else { 3 }).then_some(results)
    }

    /// The result as an answer of the wire, with an unknown verdict.
    #[must_use]
    pub fn to_response(&self) -> EligibilityResponse {
        EligibilityResponse {
            header: Header { confirmation_date: self.confirmation_date.clone(), ..Header::default() },
            body: Some(Body { results: vec![self.eligibility.clone()], ..Body::default() }),
            ..EligibilityResponse::default()
        }
    }

    /// Everything odd about the text: what [`warnings`](crate::warnings()) tells, and the lines that were not
    /// understood (`unknown_line`), a missing day of the check (`confirmation_date_missing`).
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if self.confirmation_date.is_none() {
            warnings.push(Warning::new(
                "confirmation_date_missing",
                "確認日",
                "確認日がありません。",
                "the day of the check is missing",
            ));
        }
        inspect(&self.to_response(), ROOT, &mut warnings);
        let on = self.confirmation_date.as_ref().and_then(Written::value);
        let path = format!("{ROOT}/MessageBody/ResultList/ResultOfQualificationConfirmation[1]");
        check::inspect_eligibility(&self.eligibility, on, true, &path, &mut warnings);
        for line in self.lines.iter().filter(|line| !line.understood) {
            warnings.push(Warning::new(
                "unknown_line",
                &format!("line {}", line.number),
                format!("{}行目を解釈できません。", line.number),
                format!("line {} is not understood", line.number),
            ));
        }
        warnings
    }
}

/// Which lines were understood, and never what they say.
impl fmt::Debug for CopiedText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CopiedText")
            .field("eligibility", &self.eligibility)
            .field("lines", &self.lines.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for CopiedLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CopiedLine")
            .field("number", &self.number)
            .field("understood", &self.understood)
            .finish_non_exhaustive()
    }
}

/// A part of the text, and what it is a part of.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Part {
    section: Section,
    /// 裏面記載情報: what stands on the back of the card.
    is_back: bool,
}

/// The labels of 裏面記載情報, and which elements they mean.
const BACK: [(&str, &str); 4] = [
    ("氏名", "NameOfOther"),
    ("氏名カナ", "NameOfOtherKana"),
    ("フリガナ", "NameOfOtherKana"),
    ("性別", "Sex2"),
];

/// Words of the app that are not the labels of the code tables [seed F3 S78; code B.6]: element, word, code.
const WORDS: [(&str, &str, &str); 20] = [
    ("InsuredCardClassification", "退職", "02"),
    ("InsuredCardClassification", "(退職)", "02"),
    ("InsuredCardClassification", "短期(一般)", "03"),
    ("InsuredCardClassification", "短期(退職)", "04"),
    ("InsuredCardClassification", "被保険者資格証明書", "05"),
    ("LimitApplicationCertificateClassificationFlag", "区分ア", "A01"),
    ("LimitApplicationCertificateClassificationFlag", "区分イ", "A02"),
    ("LimitApplicationCertificateClassificationFlag", "区分ウ", "A03"),
    ("LimitApplicationCertificateClassificationFlag", "区分エ", "A04"),
    ("LimitApplicationCertificateClassificationFlag", "区分オ", "A05"),
    ("LimitApplicationCertificateClassificationFlag", "現役III", "B01"),
    ("LimitApplicationCertificateClassificationFlag", "現役II", "B02"),
    ("LimitApplicationCertificateClassificationFlag", "現役I", "B03"),
    ("LimitApplicationCertificateClassificationFlag", "現役並み所得者III", "B01"),
    ("LimitApplicationCertificateClassificationFlag", "現役並み所得者II", "B02"),
    ("LimitApplicationCertificateClassificationFlag", "現役並み所得者I", "B03"),
    ("LimitApplicationCertificateClassificationFlag", "低所得者II", "B05"),
    ("LimitApplicationCertificateClassificationFlag", "低所得者I", "B06"),
    ("LimitApplicationCertificateClassificationFlag", "区分II", "B05"),
    ("LimitApplicationCertificateClassificationFlag", "区分I", "B06"),
];

impl Part {
    const ELIGIBILITY: Self = Self { section: Section::Eligibility, is_back: false };

    fn of_heading(line: &str) -> Option<Self> {
        let decoration =
            |character: char| is_blank(character) || "【】■□◆◇[]<>＜＞〔〕:：".contains(character);
        let heading = line.trim_matches(decoration);
        if heading == "裏面記載情報" {
            return Some(Self { is_back: true, ..Self::ELIGIBILITY });
        }
        let sections = [
            Section::Eligibility,
            Section::ElderlyCertificate,
            Section::LimitCertificate,
            Section::SpecificDiseases,
        ];
        let is_it = |section: &Section| match heading.strip_prefix(section.label_ja()) {
            Some("情報" | "関連情報") => *section != Section::Eligibility,
            rest => rest == Some(""),
        };
        sections.into_iter().find(is_it).map(|section| Self { section, is_back: false })
    }

    const fn record(self) -> &'static RecordDescriptor {
        match self.section {
            Section::ElderlyCertificate => ElderlyCertificate::DESCRIPTOR,
            Section::LimitCertificate => LimitCertificate::DESCRIPTOR,
            Section::SpecificDiseases => SpecificDiseasesCertificate::DESCRIPTOR,
            _ => Eligibility::DESCRIPTOR,
        }
    }

    /// Which element a label means in this part.
    fn field(self, label: &str) -> Option<&'static FieldDescriptor> {
        if self.is_back {
            let (_, wire) = BACK.into_iter().find(|(back, _)| *back == label)?;
            return self.record().fields.iter().find(|field| field.wire == wire);
        }
        field_of(self.record(), self.section, label)
    }
}

/// Which field of a record a label means, under the heading of a section.
pub(crate) fn field_of(
    record: &RecordDescriptor,
    section: Section,
    label: &str,
) -> Option<&'static FieldDescriptor> {
    let label = plain(label);
    record.fields.iter().filter(|field| matches!(field.kind, Kind::Text)).find(|field| {
        // Under its heading, the label needs not say again of what it is.
        let short = field.label_ja.strip_prefix(section.label_ja());
        let short = short.and_then(|rest| rest.strip_prefix(' '));
        let labels = [Some(field.label_ja), short].into_iter().flatten().chain(field.spoken.iter().copied());
        labels.map(|label| plain(&folded(label))).any(|each| each == label)
    })
}

/// 交付日 is 交付年月日.
fn plain(label: &str) -> String {
    label.strip_suffix("年月日").map_or_else(|| label.to_owned(), |label| format!("{label}日"))
}

#[derive(Default)]
struct Reader {
    confirmation_date: Option<Written<Date>>,
    /// The records that have begun, each with its elements; the last of a part is the one that goes on.
    records: Vec<(Section, Vec<Element>)>,
    /// `None` before the first heading, where it is 資格情報, and behind a heading that nobody knows.
    part: Option<Part>,
    heading: String,
    lines: Vec<CopiedLine>,
}

impl Reader {
    fn begin(&mut self, part: Part, line: &str) {
        line.trim_matches(is_blank).clone_into(&mut self.heading);
        // A second certificate of a kind of which a person has one is not understood.
        let is_new =
            part.is_back || part.section == Section::SpecificDiseases || self.record(part.section).is_none();
        self.part = is_new.then_some(part);
        if is_new && !part.is_back {
            self.records.push((part.section, Vec::new()));
        }
    }

    fn record(&mut self, section: Section) -> Option<&mut Vec<Element>> {
        self.records.iter_mut().rev().find(|(each, _)| *each == section).map(|(_, elements)| elements)
    }

    fn line(&mut self, number: usize, line: &str) {
        let is_separator = |character: char| character == '\t' || matches!(character, ':' | '：');
        let is_heading = |label: &str, value: &str| {
            value.is_empty() && !line.contains(is_separator) && label.chars().any(char::is_alphanumeric)
        };
        let part = match self.part {
            None if self.heading.is_empty() => Some(Part::ELIGIBILITY),
            part => part,
        };
        let known =
            |(label, _): &(&str, &str)| part.and_then(|part| Some((part, part.field(&folded(label))?)));
        // Some labels hold a blank.
        let [first, others @ ..] = splits(line.trim_matches(is_blank));
        let (label, value) = others.into_iter().find(|split| known(split).is_some()).unwrap_or(first);
        let field = known(&(label, value));
        let name = folded(label);
        let date = Header::DESCRIPTOR.fields.iter().find(|field| field.field == "confirmation_date");
        let is_date = date.is_some_and(|field| field.label_ja == name || field.spoken.contains(&&*name));
        let understood = match (part, field) {
            (_, Some((part, field))) => self.take(part, field, value),
            (Some(Part::ELIGIBILITY), None) if is_date && self.confirmation_date.is_none() => {
                self.confirmation_date = wire_text(date, value).map(Written::new);
                true
            }
            // A heading that nobody knows: what follows belongs to nothing that was read before.
            (Some(_), None) if !self.heading.is_empty() && is_heading(label, value) => {
                self.part = None;
                label.clone_into(&mut self.heading);
                false
            }
            _ => false,
        };
        self.lines.push(CopiedLine {
            number,
            section: self.heading.clone(),
            label: label.to_owned(),
            value: value.to_owned(),
            understood,
        });
    }

    /// Takes the first value of a field; a second one is kept and told, since which of two is meant is not guessed.
    fn take(&mut self, part: Part, field: &FieldDescriptor, value: &str) -> bool {
        let is_of = |element: &Element| element.name() == field.wire;
        let section = part.section;
        let is_there = self.record(section).map(|elements| elements.iter().any(is_of));
        let begins_next = section == Section::SpecificDiseases && field.field == "disease";
        match is_there {
            Some(true) if !begins_next => return false,
            Some(false) => {}
            _ => self.records.push((section, Vec::new())),
        }
        if let Some(elements) = self.record(section) {
            let text = wire_text(Some(field), value).unwrap_or_default();
            elements.push(Element::Text { name: field.wire.to_owned(), text });
        }
        true
    }

    fn finish(self) -> CopiedText {
        let (mut elements, mut diseases) = (Vec::new(), Vec::new());
        let child = |of: &RecordDescriptor| {
            let is_it = |field: &&FieldDescriptor| matches!(field.kind, Kind::Record(record) | Kind::List(record) if record.name == of.name);
            Eligibility::DESCRIPTOR
                .fields
                .iter()
                .find(is_it)
                .map_or_else(String::new, |field| field.wire.to_owned())
        };
        for (section, children) in self.records {
            let record = Part { section, is_back: false }.record();
            match section {
                Section::Eligibility => elements.extend(children),
                Section::SpecificDiseases => {
                    diseases.push(Element::Parent { name: record.element.to_owned(), children });
                }
                _ => elements.push(Element::Parent { name: child(record), children }),
            }
        }
        elements.push(Element::Parent {
            name: child(SpecificDiseasesCertificate::DESCRIPTOR),
            children: diseases,
        });
        // Each element stands once and is a text: there is nothing to refuse.
        let mut eligibility = Eligibility::of_elements(elements).unwrap_or_default();
        eligibility.specific_diseases_certificates.retain(|certificate| !is_blank_record(certificate));
        CopiedText { confirmation_date: self.confirmation_date, eligibility, lines: self.lines }
    }
}

/// The text on the wire of a value as the app writes it; what cannot be understood stays as it is written.
pub(crate) fn wire_text(field: Option<&FieldDescriptor>, value: &str) -> Option<String> {
    let field = field.filter(|_| !value.is_empty())?;
    let words = folded(value);
    let known = WORDS.iter().find(|(wire, word, _)| *wire == field.wire && *word == words);
    let of_words = || known.map(|(_, _, code)| (*code).to_owned()).or_else(|| (field.of_words)(value));
    let in_units = || value.strip_suffix(field.unit).map(|number| number.replace(',', ""));
    let number = Some(field.unit).filter(|unit| !unit.is_empty()).and_then(|_| in_units());
    Some(of_words().or(number).unwrap_or_else(|| value.to_owned()))
}

/// Label and value, at the first TAB, colon or blank; at the first TAB; and at the first colon.
fn splits(line: &str) -> [(&str, &str); 3] {
    let is_colon = |character: char| matches!(character, ':' | '：');
    let is_separator = |character: char| is_blank(character) || is_colon(character);
    let at_any = line.split_once(is_separator);
    [at_any, line.split_once('\t'), line.split_once(is_colon)].map(|split| {
        let (label, value) = split.unwrap_or((line, ""));
        (label.trim_end_matches(is_separator), value.trim_start_matches(is_separator))
    })
}
