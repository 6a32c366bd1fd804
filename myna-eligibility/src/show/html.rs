//! Answers as a page to be printed, in the manner of the app's result screen.

use std::fmt::Write as _;

use crate::meaning::advice::advice;
use crate::meaning::bulk::BulkProgress;
use crate::meaning::element::Element;
use crate::meaning::message::Message;
use crate::meaning::record::{Eligibility, EligibilityResponse, Header, Query};
use crate::meaning::verdict::Verdict;
use crate::meaning::warning::Warning;
use crate::meaning::written::Written;
use crate::show::report::Report;
use crate::show::rows::{Row, rows};
use myna_calendar::Date;

/// One self-contained page for any number of answers: no script, nothing loaded, for the screen and for A4 paper.
///
/// ```
/// use myna_eligibility::{HtmlPage, Message};
/// let message = Message::parse(include_bytes!("../../tests/samples/e01_valid.xml"))?;
/// let mut page = HtmlPage::new();
/// page.add(&message, &message.warnings());
/// let html = page.finish();
/// assert!(html.starts_with("<!DOCTYPE html>") && html.contains("試験　葵"));
/// # Ok::<(), myna_eligibility::XmlError>(())
/// ```
///
/// The page is well-formed XML as well. It is personal data.
pub struct HtmlPage {
    html: String,
}

const STYLE: &str = include_str!("html.css");

impl Default for HtmlPage {
    fn default() -> Self {
        Self::new()
    }
}

impl HtmlPage {
    /// An empty page.
    #[must_use]
    pub fn new() -> Self {
        let html = format!(
            "<!DOCTYPE html>\n<html lang=\"ja\" xml:lang=\"ja\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n\
             <meta charset=\"utf-8\"/>\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n\
             <meta name=\"viewport\" content=\"width=device-width\"/>\n\
             <meta name=\"referrer\" content=\"no-referrer\"/>\n\
             <title>資格確認結果</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>資格確認結果</h1>\n"
        );
        Self { html }
    }

    /// Adds a message: an answer, or every unit of a bulk answer. Of other messages only what they are and what they
    /// say of themselves.
    pub fn add(&mut self, message: &Message, warnings: &[Warning]) {
        match message {
            Message::Answer(response) => self.answer(response, warnings),
            Message::BulkAnswer(answer) => {
                let on = day_of(&answer.header);
                if answer.progress() != BulkProgress::Done || answer.units().is_empty() {
                    let verdict = match answer.progress() {
                        BulkProgress::Pending => Verdict::Pending,
                        BulkProgress::Failed { code, message } => Verdict::Failed { code, message },
                        _ => Verdict::Unknown,
                    };
                    self.article(&verdict, &answer.header, |page| page.head(&answer.header, &[]));
                }
                for unit in answer.units() {
                    self.article(&answer.verdict_of(unit), &answer.header, |page| {
                        page.query(unit.query.as_ref());
                        page.note(
                            unit.processing_result_code.as_deref(),
                            unit.processing_result_message.as_deref(),
                        );
                        page.results(&unit.results, on);
                        let numbers: Vec<_> = unit
                            .reference_numbers
                            .iter()
                            .map(|number| ("照会番号", number.clone()))
                            .collect();
                        page.pairs("照会番号", &numbers);
                        page.unmodelled(&unit.unmodelled);
                        page.head(&answer.header, &[]);
                    });
                }
                self.notes(warnings.iter().map(|warning| (warning.text_ja.as_str(), warning.code)));
            }
            other => {
                let _ = writeln!(self.html, "<article>\n<div class=\"body\">");
                self.pairs("電文", &[("種別", other.kind().to_owned())]);
                self.everything(other);
                self.notes(warnings.iter().map(|warning| (warning.text_ja.as_str(), warning.code)));
                self.html.push_str("</div>\n</article>\n");
            }
        }
    }

    /// The whole page.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.html.push_str("</body>\n</html>\n");
        self.html
    }

    fn answer(&mut self, response: &EligibilityResponse, warnings: &[Warning]) {
        let verdict = response.verdict();
        self.article(&verdict, &response.header, |page| {
            if let Some(body) = &response.body {
                // Of a check that failed the heading tells it.
                if verdict.is_valid() || !matches!(verdict, Verdict::ProcessingError { .. }) {
                    page.note(
                        body.processing_result_code.as_deref(),
                        body.processing_result_message.as_deref(),
                    );
                }
            }
            let advice = advice(response);
            let advice = advice.iter().map(|advice| (advice.text_ja, advice.code));
            page.notes(advice.chain(warnings.iter().map(|warning| (warning.text_ja.as_str(), warning.code))));
            page.results(response.results(), day_of(&response.header));
            page.query(response.body.as_ref().and_then(|body| body.query.as_ref()));
            let form = response.body.as_ref().and_then(|body| body.prescription_form.as_ref());
            let form: Vec<_> = form
                .map(|form| ("処方箋発行形態", coded(form.label_ja(), form.as_wire())))
                .into_iter()
                .collect();
            if let Some(body) = &response.body {
                page.unmodelled(&body.unmodelled);
            }
            page.unmodelled(&response.unmodelled);
            page.unmodelled(&response.header.unmodelled);
            page.head(&response.header, &form);
        });
    }

    /// A frame with the verdict above it: sign and words, not the colour alone.
    fn article(&mut self, verdict: &Verdict, header: &Header, content: impl FnOnce(&mut Self)) {
        let (class, sign) = match verdict {
            verdict if verdict.is_valid() => (" valid", "●"),
            Verdict::Invalid | Verdict::InvalidNewerExists | Verdict::NoMatch => (" lost", "×"),
            _ => ("", "▲"),
        };
        let _ = write!(
            self.html,
            "<article>\n<div class=\"verdict{class}\"><strong>{sign} {}</strong>",
            text(verdict.label_ja())
        );
        if let Verdict::Failed { code, message } | Verdict::ProcessingError { code, message } = verdict {
            let _ = write!(self.html, "<span>{} [{}]</span>", text(message), text(code));
        }
        if let Some(on) = &header.confirmation_date {
            let _ = write!(self.html, "<span>資格確認日 {}</span>", text(&shown(on)));
        }
        self.html.push_str("</div>\n<div class=\"body\">\n");
        content(self);
        self.html.push_str("</div>\n</article>\n");
    }

    fn results(&mut self, results: &[Eligibility], on: Option<Date>) {
        for (result, number) in results.iter().zip(1..) {
            if results.len() > 1 {
                let _ = writeln!(self.html, "<h2>{number}件目（全{}件）</h2>", results.len());
            }
            if let Some(name) = &result.name {
                let kana = result.name_kana.as_deref().unwrap_or_default();
                let _ = writeln!(
                    self.html,
                    "<p class=\"person\"><span class=\"kana\">{}</span><span class=\"name\">{}</span></p>",
                    text(kana),
                    text(name)
                );
            }
            self.rows(&on.map(|on| rows(result, on)).unwrap_or_default());
            self.unmodelled(&result.unmodelled);
        }
    }

    fn rows(&mut self, rows: &[Row]) {
        let mut rest = rows;
        while let Some(first) = rest.first() {
            // One table for each part, and for each of several certificates or tickets.
            let goes_on = |row: &Row| row.section == first.section && row.label_ja != first.label_ja;
            let end = rest.iter().skip(1).position(|row| !goes_on(row)).map_or(rest.len(), |end| end + 1);
            let (part, others) = rest.split_at(end);
            rest = others;
            let heading = first.section.label_ja();
            let is_numbered = part.iter().any(|row| row.number.is_some());
            let _ = writeln!(self.html, "<h2>{heading}</h2>\n<table>");
            for row in part {
                let number = match row.number {
                    Some(number) => format!("<span class=\"number\">({number})</span>"),
                    None if is_numbered => "<span class=\"number\"></span>".to_owned(),
                    None => String::new(),
                };
                let label = row.label_ja.strip_prefix(heading).unwrap_or(row.label_ja).trim();
                let _ = writeln!(
                    self.html,
                    "<tr><th scope=\"row\">{number}{}</th><td>{}</td></tr>",
                    text(if label.is_empty() { row.label_ja } else { label }),
                    text(&row.value)
                );
            }
            self.html.push_str("</table>\n");
        }
    }

    fn query(&mut self, query: Option<&Query>) {
        let Some(query) = query else { return };
        let of = |text: &Option<String>| text.clone().unwrap_or_default();
        let number = query.insurer_number.as_ref().map(|number| number.raw().to_owned());
        let consent = query.limit_certificate_consent.as_ref();
        self.pairs(
            "照会した内容",
            &[
                ("保険者番号", number.unwrap_or_default()),
                ("記号", of(&query.symbol)),
                ("番号", of(&query.number)),
                ("枝番", of(&query.branch_number)),
                ("生年月日", query.birthdate.as_ref().map(shown).unwrap_or_default()),
                (
                    "限度額適用認定証 提供同意",
                    consent.map(|code| coded(code.label_ja(), code.as_wire())).unwrap_or_default(),
                ),
                ("任意の識別子", of(&query.arbitrary_identifier)),
            ],
        );
        self.unmodelled(&query.unmodelled);
    }

    /// 処理結果メッセージ, to be shown as it is.
    fn note(&mut self, code: Option<&str>, message: Option<&str>) {
        if code.is_some() || message.is_some() {
            self.notes([(message.unwrap_or_default(), code.unwrap_or_default())]);
        }
    }

    fn notes<'n>(&mut self, notes: impl IntoIterator<Item = (&'n str, &'n str)>) {
        let items: String = notes
            .into_iter()
            .map(|(note, code)| format!("<li>{} <code>{}</code></li>\n", text(note), text(code)))
            .collect();
        if !items.is_empty() {
            let _ = writeln!(self.html, "<div class=\"notes\"><ul>\n{items}</ul></div>");
        }
    }

    /// What the message says of itself.
    fn head(&mut self, header: &Header, more: &[(&str, String)]) {
        let of = |text: &Option<String>| text.clone().unwrap_or_default();
        let code =
            |words: Option<(&str, &str)>| words.map(|(words, code)| coded(words, code)).unwrap_or_default();
        let executed = header.executed_at.as_ref().map(|at| match at.value() {
            Some(at) => format!("{} {:02}:{:02}:{:02}", at.date(), at.hour(), at.minute(), at.second()),
            None => at.text().to_owned(),
        });
        let reference = header.reference_classification.as_ref();
        let segment = header.segment_of_result.as_ref();
        let character = header.character_code.as_ref();
        let mut pairs = vec![
            ("資格確認日", header.confirmation_date.as_ref().map(shown).unwrap_or_default()),
            ("処理実行日時", executed.unwrap_or_default()),
            ("医療機関コード", of(&header.institution_code)),
            ("照会区分", code(reference.map(|code| (code.label_ja(), code.as_wire())))),
            ("処理結果区分", code(segment.map(|code| (code.label_ja(), code.as_wire())))),
            ("エラーコード", of(&header.error_code)),
            ("エラーメッセージ", of(&header.error_message)),
            ("任意のファイル識別子", of(&header.file_identifier)),
            ("文字コード識別", code(character.map(|code| (code.label_ja(), code.as_wire())))),
            ("受付番号", of(&header.reception_number)),
            ("処理結果件数", of(&header.number_of_results)),
            ("正常処理件数", of(&header.number_of_normal)),
            ("エラー件数", of(&header.number_of_errors)),
        ];
        pairs.extend(more.iter().cloned());
        self.pairs("照会", &pairs);
    }

    /// Labels and values; those without a value are left out, and so is the heading over none.
    fn pairs(&mut self, heading: &str, pairs: &[(&str, String)]) {
        let there: Vec<_> = pairs.iter().filter(|(_, value)| !value.trim().is_empty()).collect();
        if there.is_empty() {
            return;
        }
        let _ = writeln!(self.html, "<h2>{}</h2>\n<table>", text(heading));
        for (label, value) in there {
            let _ = writeln!(
                self.html,
                "<tr><th scope=\"row\">{}</th><td>{}</td></tr>",
                text(label),
                text(value)
            );
        }
        self.html.push_str("</table>\n");
    }

    /// Elements this version does not know: kept, and shown under their wire names.
    fn unmodelled(&mut self, elements: &[Element]) {
        let mut pairs = Vec::new();
        for element in elements {
            flatten(element, "", &mut pairs);
        }
        let pairs: Vec<_> = pairs.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
        self.pairs("未対応の項目", &pairs);
    }

    /// Of a message that is no answer: every text under its wire name.
    fn everything(&mut self, message: &Message) {
        let report = Report::new(message, Vec::new());
        let mut pairs = report.texts();
        for unknown in report.unknown() {
            flatten(&unknown.element, &unknown.parent, &mut pairs);
        }
        let pairs: Vec<_> = pairs.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
        self.pairs("内容", &pairs);
    }
}

/// How much there is of it: what it holds is personal.
impl std::fmt::Debug for HtmlPage {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("HtmlPage").field("bytes", &self.html.len()).finish_non_exhaustive()
    }
}

fn flatten(element: &Element, parent: &str, pairs: &mut Vec<(String, String)>) {
    let path = |name: &str| if parent.is_empty() { name.to_owned() } else { format!("{parent}/{name}") };
    match element {
        Element::Text { name, text } => pairs.push((path(name), text.clone())),
        Element::Parent { name, children } => {
            let path = path(name);
            for child in children {
                flatten(child, &path, pairs);
            }
        }
    }
}

/// The day the answer is about; words that changed over time are otherwise the newest.
fn day_of(header: &Header) -> Option<Date> {
    let asked = header.confirmation_date.as_ref().and_then(Written::value);
    asked.or_else(|| Date::from_ymd(9999, 12, 31).ok())
}

fn shown(date: &Written<Date>) -> String {
    date.value().map_or_else(|| date.text().to_owned(), Date::in_both_calendars)
}

/// Words for a code; one that is not in the table with what was written.
fn coded(words: &str, code: &str) -> String {
    if words == "不明" { format!("不明（{code}）") } else { words.to_owned() }
}

/// Text of a message for the page: no markup, no character that XML forbids, none that turns the direction of writing.
fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(character),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFE}' | '\u{FFFF}' => {
                escaped.push('\u{FFFD}');
            }
            other if other.is_control() => escaped.push('\u{FFFD}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use quick_xml::events::Event;

    use super::*;
    use crate::wire::reading::read;

    /// The page's texts, by a strict reader of XML: it is an error if the page is not well-formed, if anything could be
    /// loaded or run, or if a mark-up other than the page's own has come in.
    fn texts_of(html: &str) -> String {
        let mut reader = quick_xml::Reader::from_str(html);
        let config = reader.config_mut();
        config.check_end_names = true;
        config.check_comments = true;
        let (mut texts, mut depth) = (String::new(), 0);
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => {
                    check_element(&start);
                    depth += 1;
                }
                Event::Empty(start) => check_element(&start),
                Event::End(_) => {
                    depth -= 1;
                    texts.push('\n');
                }
                Event::Text(text) => texts.push_str(&text),
                Event::GeneralRef(reference) => texts.push(match &*reference {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    "#39" => '\'',
                    other => panic!("{other:?}"),
                }),
                Event::DocType(_) => {}
                Event::Eof => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(depth, 0);
        texts
    }

    fn check_element(start: &quick_xml::events::BytesStart<'_>) {
        const ALLOWED: [&str; 24] = [
            "html", "head", "meta", "title", "style", "body", "h1", "h2", "article", "div", "strong", "p",
            "span", "table", "tr", "th", "td", "ul", "li", "code", "footer", "b", "i", "br",
        ];
        let name = start.name().as_ref().to_owned();
        assert!(ALLOWED.contains(&name.as_str()), "{name}");
        for attribute in start.attributes() {
            let attribute = attribute.unwrap();
            let key = attribute.key.as_ref().to_owned();
            let known =
                ["lang", "xml:lang", "xmlns", "charset", "http-equiv", "content", "name", "class", "scope"];
            assert!(known.contains(&key.as_str()), "{key}");
        }
    }

    fn page_of(xml: &[u8]) -> String {
        let mut page = HtmlPage::new();
        for reading in read(xml).unwrap() {
            page.add(&reading.message, &reading.warnings);
        }
        page.finish()
    }

    /// The wire names of a record, from its declaration: a field added there and not shown here fails the test.
    fn wire_names(source: &str, record: &str) -> Vec<String> {
        let block =
            source.split_once(&format!("\n    {record} in ")).unwrap().1.split_once("\n    }\n").unwrap().0;
        let fields = block
            .lines()
            .filter(|line| line.trim_start().starts_with(|first: char| first.is_ascii_lowercase()));
        fields
            .filter_map(|line| {
                let name = line.split('"').nth(1)?.to_owned();
                let is_text = line.contains("Option<") || line.contains("Repeated<String>");
                let is_group = ["Info\"", "List\"", "MessageHeader\"", "MessageBody\""];
                let is_group = is_group.iter().any(|end| line.contains(end));
                (is_text && !is_group).then_some(name)
            })
            .collect()
    }

    const HOSTILE: &str = "</td><script>alert(1)</script>&\"'";

    #[test]
    fn nothing_is_lost_and_nothing_gets_out_of_its_place() {
        let record = include_str!("../meaning/record.rs");
        let ticket = include_str!("../meaning/ticket.rs");
        let mut expected = Vec::new();
        let mut group = |element: &str, names: Vec<String>| {
            let fields: String = names
                .iter()
                .map(|name| {
                    let value = format!("{element}.{name}{HOSTILE}");
                    let escaped = value.replace('&', "&amp;").replace('<', "&lt;");
                    expected.push(value);
                    format!("<{name}>{escaped}</{name}>")
                })
                .collect();
            if element.is_empty() { fields } else { format!("<{element}>{fields}</{element}>") }
        };
        let consents = [
            "SpecificDiseasesCertificateRelated",
            "SpecificHealthCheckupsInfo",
            "PharmacistsInfo",
            "DiagnosisInfo",
            "OperationInfo",
        ];
        let consents = consents.iter().flat_map(|prefix| {
            ["ConsFlg", "ConsTime", "AvailableTime"].map(|suffix| format!("{prefix}{suffix}"))
        });
        let of_eligibility = wire_names(record, "Eligibility");
        assert!(of_eligibility.len() > 25, "{of_eligibility:?}");
        // Those of a bulk answer would make it one.
        let mut of_header = wire_names(record, "Header");
        of_header.retain(|name| !name.starts_with("NumberOf") && name != "ReceptionNumber");
        let groups = [
            group("", of_eligibility.into_iter().chain(consents).chain(["Unheard".to_owned()]).collect()),
            group("ElderlyRecipientCertificateInfo", wire_names(record, "ElderlyCertificate")),
            group("LimitApplicationCertificateRelatedInfo", wire_names(record, "LimitCertificate")),
            format!(
                "<SpecificDiseasesCertificateList>{}</SpecificDiseasesCertificateList>",
                group("SpecificDiseasesCertificateInfo", wire_names(record, "SpecificDiseasesCertificate"))
            ),
            format!(
                "<PublicExpenseResultList>{}</PublicExpenseResultList>",
                group("MedicalTicketInfo", wire_names(ticket, "MedicalTicket"))
            ),
        ];
        let xml = format!(
            "<XmlMsg>{}<MessageBody>{}{}<ResultList><ResultOfQualificationConfirmation>{}\
             </ResultOfQualificationConfirmation></ResultList></MessageBody></XmlMsg>",
            group("MessageHeader", of_header),
            group("", ["ProcessingResultCode", "ProcessingResultMessage"].map(str::to_owned).to_vec()),
            group("QualificationConfirmSearchInfo", wire_names(record, "Query")),
            groups.concat(),
        );
        let html = page_of(xml.as_bytes());
        let texts = texts_of(&html);
        for value in &expected {
            assert!(texts.contains(value.as_str()), "{value} is lost\n{texts}");
        }
        assert!(expected.len() > 100, "{}", expected.len());
        assert!(!html.contains("<script"));
    }

    #[test]
    fn control_and_direction_characters_are_shown_as_replaced() {
        assert_eq!(text("a\u{202E}b\u{7}\u{FFFF}\u{9B}渡●"), "a\u{FFFD}b\u{FFFD}\u{FFFD}\u{FFFD}渡●");
    }

    #[test]
    fn every_sample_makes_a_page_that_says_its_verdict() {
        let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples");
        let mut pages = 0;
        for entry in std::fs::read_dir(samples).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let texts = texts_of(&page_of(&bytes));
            for reading in read(&bytes).unwrap() {
                match &reading.message {
                    Message::Answer(answer) => {
                        assert!(texts.contains(answer.verdict().label_ja()), "{}", path.display());
                        for name in answer.results().iter().filter_map(|result| result.name.as_deref()) {
                            assert!(texts.contains(name), "{}", path.display());
                        }
                    }
                    Message::BulkAnswer(answer) => {
                        for unit in answer.units() {
                            assert!(texts.contains(answer.verdict_of(unit).label_ja()), "{}", path.display());
                        }
                    }
                    other => assert!(texts.contains(other.kind()), "{}", path.display()),
                }
                pages += 1;
            }
        }
        assert!(pages >= 20);
        let failed = texts_of(&page_of(include_bytes!("../../tests/samples/e10_failed.xml")));
        assert!(failed.contains("▲ 異常終了") && failed.contains("SAMPLE-ERR-0001"));
        let noted = texts_of(&page_of(include_bytes!("../../tests/samples/e02_preschool_child.xml")));
        assert!(noted.contains("電子証明書の期限が近づいています(見本)"));
    }
}
