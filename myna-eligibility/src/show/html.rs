//! Answers as a page to be printed, in the manner of the app's result screen.

use std::fmt::Write as _;

use crate::meaning::advice::advice;
use crate::meaning::bulk::BulkProgress;
use crate::meaning::descriptor::Fields;
use crate::meaning::message::{Message, each};
use crate::meaning::record::{Eligibility, EligibilityResponse, Header, Query};
use crate::meaning::text::Text as _;
use crate::meaning::verdict::Verdict;
use crate::meaning::warning::Warning;
use crate::meaning::written::Written;
use crate::show::rows::{Row, own_rows, rows_of};
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
                let body = answer.body.as_ref().filter(|body| !own_rows(*body, on).is_empty());
                let is_more = body.is_some() || !answer.unmodelled.is_empty();
                if answer.progress() != BulkProgress::Done || answer.units().is_empty() || is_more {
                    let verdict = match answer.progress() {
                        BulkProgress::Pending => Verdict::Pending,
                        BulkProgress::Failed { code, message } => Verdict::Failed { code, message },
                        _ => Verdict::Unknown,
                    };
                    self.article(&verdict, &answer.header, |page| {
                        let body = answer.body.as_ref().map(|body| -> &dyn Fields { body });
                        page.head(&answer.header, &[body, Some(&**answer)], on);
                    });
                }
                for unit in answer.units() {
                    self.article(&answer.verdict_of(unit), &answer.header, |page| {
                        page.query(unit.query.as_ref(), on);
                        page.note(
                            unit.processing_result_code.as_deref(),
                            unit.processing_result_message.as_deref(),
                        );
                        page.results(&unit.results, on);
                        page.head(&answer.header, &[Some(unit)], on);
                    });
                }
                self.notes(warnings.iter().map(|warning| (warning.text_ja.as_str(), warning.code)));
            }
            other => {
                let _ = writeln!(self.html, "<article>\n<div class=\"body\">");
                let _ = writeln!(
                    self.html,
                    "<h2>電文</h2>\n<table>\n<tr><th scope=\"row\">種別</th><td>{}</td></tr>\n</table>",
                    other.kind()
                );
                each!(other, message => self.rows(&rows_of(message.as_ref(), Date::MAX)));
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
            let on = day_of(&response.header);
            page.results(response.results(), on);
            page.query(response.body.as_ref().and_then(|body| body.query.as_ref()), on);
            let body = response.body.as_ref().map(|body| -> &dyn Fields { body });
            page.head(&response.header, &[body, Some(response)], on);
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
            let _ = write!(self.html, "<span>資格確認日 {}</span>", text(&on.shown(Date::MAX)));
        }
        self.html.push_str("</div>\n<div class=\"body\">\n");
        content(self);
        self.html.push_str("</div>\n</article>\n");
    }

    fn results(&mut self, results: &[Eligibility], on: Date) {
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
            self.rows(&rows_of(result, on));
        }
    }

    /// One table for each part, and for each of several certificates or tickets.
    fn rows(&mut self, rows: &[Row]) {
        for part in rows.chunk_by(|one, other| (one.section, one.record) == (other.section, other.record)) {
            let Some(first) = part.first() else { continue };
            let heading = first.section.label_ja();
            let is_numbered = part.iter().any(|row| row.number.is_some());
            let _ = writeln!(self.html, "<h2>{heading}</h2>\n<table>");
            for row in part {
                let number = match row.number {
                    Some(number) => format!("<span class=\"number\">({number})</span>"),
                    None if is_numbered => "<span class=\"number\"></span>".to_owned(),
                    None => String::new(),
                };
                let label = row.label_ja.strip_prefix(heading).unwrap_or(&row.label_ja).trim();
                let label = text(if label.is_empty() { &row.label_ja } else { label });
                let english = text(&row.label_en);
                let value = text(&row.value);
                let _ = writeln!(
                    self.html,
                    "<tr><th scope=\"row\">{number}{label}<span class=\"english\" lang=\"en\">{english}</span></th>\
                     <td>{value}</td></tr>"
                );
            }
            self.html.push_str("</table>\n");
        }
    }

    fn query(&mut self, query: Option<&Query>, on: Date) {
        if let Some(query) = query {
            self.rows(&rows_of(query, on));
        }
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
    fn head(&mut self, header: &Header, more: &[Option<&dyn Fields>], on: Date) {
        let more = more.iter().flatten().flat_map(|record| own_rows(*record, on));
        let mut rows: Vec<Row> = rows_of(header, on).into_iter().chain(more).collect();
        rows.sort_by_key(|row| row.section);
        self.rows(&rows);
    }
}

/// How much there is of it: what it holds is personal.
impl std::fmt::Debug for HtmlPage {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("HtmlPage").field("bytes", &self.html.len()).finish_non_exhaustive()
    }
}

/// The day the answer is about; words that changed over time are otherwise the newest.
fn day_of(header: &Header) -> Date {
    let asked = header.confirmation_date.as_ref().and_then(Written::value);
    asked.unwrap_or(Date::MAX)
}

/// Text of a message for the page: no markup, no character that XML forbids, none that turns the direction of writing.
pub(crate) fn text(text: &str) -> String {
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

/// The page's tables of these rows.
#[cfg(test)]
pub(crate) fn html_of(rows: &[Row]) -> String {
    let mut page = HtmlPage { html: String::new() };
    page.rows(rows);
    page.html
}

#[cfg(test)]
mod tests {
    use quick_xml::events::Event;

    use super::*;
    use crate::meaning::descriptor::Kind;
    use crate::meaning::field::Record;
    use crate::meaning::record::{ElderlyCertificate, LimitCertificate, SpecificDiseasesCertificate};
    use crate::meaning::ticket::MedicalTicket;
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

    /// The wire names of the texts of a record.
    fn wire_names<T: Record>() -> Vec<String> {
        let fields = T::DESCRIPTOR.fields.iter();
        fields
            .filter(|field| matches!(field.kind, Kind::Text | Kind::Texts))
            .map(|field| field.wire.to_owned())
            .collect()
    }

    const HOSTILE: &str = "</td><script>alert(1)</script>&\"'";

    #[test]
    fn nothing_is_lost_and_nothing_gets_out_of_its_place() {
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
        let of_eligibility = wire_names::<Eligibility>();
        assert!(of_eligibility.len() > 25, "{of_eligibility:?}");
        // Those of a bulk answer would make it one.
        let mut of_header = wire_names::<Header>();
        of_header.retain(|name| !name.starts_with("NumberOf") && name != "ReceptionNumber");
        let groups = [
            group("", of_eligibility.into_iter().chain(["Unheard".to_owned()]).collect()),
            group("ElderlyRecipientCertificateInfo", wire_names::<ElderlyCertificate>()),
            group("LimitApplicationCertificateRelatedInfo", wire_names::<LimitCertificate>()),
            format!(
                "<SpecificDiseasesCertificateList>{}</SpecificDiseasesCertificateList>",
                group("SpecificDiseasesCertificateInfo", wire_names::<SpecificDiseasesCertificate>())
            ),
            format!(
                "<PublicExpenseResultList>{}</PublicExpenseResultList>",
                group("MedicalTicketInfo", wire_names::<MedicalTicket>())
            ),
        ];
        let xml = format!(
            "<XmlMsg>{}<MessageBody>{}{}<ResultList><ResultOfQualificationConfirmation>{}\
             </ResultOfQualificationConfirmation></ResultList></MessageBody></XmlMsg>",
            group("MessageHeader", of_header),
            group("", ["ProcessingResultCode", "ProcessingResultMessage"].map(str::to_owned).to_vec()),
            group("QualificationConfirmSearchInfo", wire_names::<Query>()),
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
