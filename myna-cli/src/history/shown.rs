//! Past results on the screen and as JSON.

use myna_eligibility::forms::Reading;
use myna_terminal::history::{Found, HistorySummary, Subject};
use serde::Serialize;
use serde_json::Value;

use crate::screen::{columns, printable};

/// A table: who, what, when. Of several persons of one result each has a line.
pub(super) fn list(found: &Found) -> String {
    let head = [
        "結果",
        "確認日時",
        "判定",
        "氏名",
        "氏名カナ",
        "生年月日",
        "保険者番号",
        "記号・番号",
        "確認方法",
        "端末",
    ];
    let mut lines = vec![head.map(str::to_owned)];
    for summary in &found.entries {
        let blank = [Subject::default()];
        let subjects = if summary.subjects.is_empty() { &blank[..] } else { &summary.subjects };
        lines.extend(subjects.iter().map(|subject| line(summary, subject)));
    }
    let widths: [usize; 10] = std::array::from_fn(|column| {
        lines.iter().filter_map(|line| line.get(column)).map(|text| columns(text)).max().unwrap_or(0)
    });
    let mut text = String::new();
    for line in &lines {
        let padded = line
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width.saturating_sub(columns(cell)))));
        text += padded.collect::<Vec<_>>().join("  ").trim_end();
        text += "\n";
    }
    match found.next {
        Some(next) => text + &format!("続きがあります / there is more: --after {next}\n"),
        None if found.entries.is_empty() => "該当する結果がありません / nothing found\n".to_owned(),
        None => text,
    }
}

fn line(summary: &HistorySummary, subject: &Subject) -> [String; 10] {
    let text = |text: &Option<String>| printable(text.as_deref().unwrap_or_default().trim());
    let birthdate = subject.birth_day().map_or_else(|| text(&subject.birthdate), |day| day.to_string());
    let number = [&subject.symbol, &subject.number].map(text);
    let number = number.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("・");
    [
        summary.id.to_string(),
        instant(summary),
        summary.verdict.label_ja().to_owned(),
        printable(&subject.names.join(" / ")),
        printable(&subject.kana.join(" / ")),
        birthdate,
        text(&subject.insurer_number),
        number,
        printable(summary.circumstances.method.label_ja()),
        text(&summary.circumstances.terminal),
    ]
}

/// `YYYY-MM-DD hh:mm:ss`: all of it is Japan's time.
fn instant(summary: &HistorySummary) -> String {
    let at = summary.circumstances.checked_at;
    format!("{} {:02}:{:02}:{:02}", at.date(), at.hour(), at.minute(), at.second())
}

/// What stands above a result that is shown again.
pub(super) fn circumstances(summary: &HistorySummary) -> String {
    let method = printable(summary.circumstances.method.label_ja());
    let terminal = summary.circumstances.terminal.as_deref().map(printable);
    let terminal = terminal.map(|terminal| format!("　端末 {terminal}")).unwrap_or_default();
    format!("確認日時 {}　{method}{terminal}\n", instant(summary))
}

#[derive(Serialize)]
struct Listed<'a> {
    id: u64,
    checked_at: String,
    verdict: &'static str,
    method: &'a str,
    terminal: Option<&'a str>,
    subjects: &'a [Subject],
}

impl<'a> Listed<'a> {
    fn new(summary: &'a HistorySummary) -> Self {
        Self {
            id: summary.id.get(),
            checked_at: summary.circumstances.checked_at.to_string(),
            verdict: summary.verdict.code(),
            method: summary.circumstances.method.code(),
            terminal: summary.circumstances.terminal.as_deref(),
            subjects: &summary.subjects,
        }
    }
}

/// `{"results": […], "next": …}`.
pub(super) fn list_as_json(found: &Found) -> Value {
    let results: Vec<_> = found.entries.iter().map(Listed::new).collect();
    serde_json::json!({ "results": results, "next": found.next })
}

/// The circumstances, and the message as `eligibility parse --json` prints it.
pub(super) fn entry_as_json(summary: &HistorySummary, reading: Reading) -> Value {
    let report = myna_eligibility::forms::Report::new(&reading.message, reading.warnings);
    serde_json::json!({ "result": Listed::new(summary), "form": reading.form, "message": report })
}
