use std::fmt::Write;

use super::{CaseReport, CaseVerdict, RunReport};

impl RunReport {
    /// JUnit XML: a suite for each unit, a test case for each id.
    ///
    /// ```xml
    /// <testsuites name="" tests="" failures="" errors="" skipped="">
    ///   <testsuite name="FS.READ" tests="" failures="" errors="" skipped="">
    ///     <testcase classname="FS.READ" name="FS.READ.001"><properties/><failure/></testcase>
    /// ```
    ///
    /// Inconclusive cases and harness errors are `error`, cases that did not apply or were not run `skipped`.
    #[must_use]
    pub fn to_junit(&self) -> String {
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let name = format!("{} {} on {}", self.subject.vendor, self.subject.product, self.card);
        line(&mut xml, 0, &format!("<testsuites name=\"{}\"{}>", escape(&name), counts(&self.cases)));
        for unit in self.cases.chunk_by(|one, next| one.id.unit() == next.id.unit()) {
            let name = unit.first().map_or("", |case| case.id.unit());
            line(&mut xml, 1, &format!("<testsuite name=\"{}\"{}>", escape(name), counts(unit)));
            for case in unit {
                write_case(&mut xml, case);
            }
            line(&mut xml, 1, "</testsuite>");
        }
        line(&mut xml, 0, "</testsuites>");
        xml
    }
}

fn write_case(xml: &mut String, case: &CaseReport) {
    let (unit, id) = (escape(case.id.unit()), escape(case.id.as_str()));
    line(xml, 2, &format!("<testcase classname=\"{unit}\" name=\"{id}\">"));
    line(xml, 3, "<properties>");
    property(xml, "title", &case.title);
    property(xml, "level", case.level.as_str());
    property(xml, "danger", case.danger.as_str());
    property(xml, "verdict", case.verdict.as_str());
    for reference in &case.references {
        let (document, clause, grade) = (&reference.document, &reference.clause, reference.grade.as_str());
        property(xml, "reference", &format!("{document}, {clause} ({grade})"));
    }
    line(xml, 3, "</properties>");
    let explanation = escape(&case.explanation());
    match case.verdict {
        CaseVerdict::Pass => {}
        CaseVerdict::NotApplicable | CaseVerdict::Skipped => {
            line(xml, 3, &format!("<skipped message=\"{explanation}\"/>"));
        }
        CaseVerdict::Fail => trouble(xml, "failure", &explanation, case),
        CaseVerdict::Inconclusive | CaseVerdict::HarnessError => trouble(xml, "error", &explanation, case),
    }
    line(xml, 2, "</testcase>");
}

fn trouble(xml: &mut String, element: &str, explanation: &str, case: &CaseReport) {
    let kind = case.verdict.as_str();
    line(xml, 3, &format!("<{element} type=\"{kind}\" message=\"{explanation}\">"));
    for exchange in &case.transcript {
        let status = exchange.status.as_deref().unwrap_or("no status");
        let nc = exchange.nc.map_or_else(|| "not shown".to_owned(), |nc| nc.to_string());
        let text = format!("{} Nc {nc} -> {} bytes, {status}", exchange.header, exchange.nr);
        line(xml, 4, &escape(&text));
    }
    line(xml, 3, &format!("</{element}>"));
}

fn property(xml: &mut String, name: &str, value: &str) {
    line(xml, 4, &format!("<property name=\"{name}\" value=\"{}\"/>", escape(value)));
}

fn counts(cases: &[CaseReport]) -> String {
    let count = |wanted: &[CaseVerdict]| cases.iter().filter(|case| wanted.contains(&case.verdict)).count();
    let failures = count(&[CaseVerdict::Fail]);
    let errors = count(&[CaseVerdict::Inconclusive, CaseVerdict::HarnessError]);
    let skipped = count(&[CaseVerdict::NotApplicable, CaseVerdict::Skipped]);
    format!(" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"", cases.len())
}

fn line(xml: &mut String, depth: usize, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(xml, "{:indent$}{text}", "", indent = depth * 2);
}

/// For text and for attributes in double quotes. What XML 1.0 has no way to write becomes U+FFFD.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\u{0}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => escaped.push('\u{FFFD}'),
            other => escaped.push(other),
        }
    }
    escaped
}
