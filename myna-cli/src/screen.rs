use std::fmt::Write;

use myna_eligibility::{
    EligibilityResponse, Verdict, advice,
    calendar::Date,
    records::{BulkAnswer, BulkProgress, Eligibility},
    rows, warnings,
};
use myna_transport::Budget;

/// The result screen: verdict first, then each result's rows, then what is odd.
pub(crate) fn result(response: &EligibilityResponse, on: Date) -> String {
    let mut text = String::new();
    let verdict = response.verdict();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "  {} {}", if verdict.is_valid() { "●" } else { "×" }, verdict.label_ja());
    let _ = writeln!(text, "    {}", verdict.label_en());
    match (&verdict, &response.body) {
        (Verdict::Failed { code, message } | Verdict::ProcessingError { code, message }, _) => {
            let _ = writeln!(text, "    {} [{}]", printable(message), printable(code));
        }
        // A side note, to be shown as it is.
        (_, Some(body)) if body.processing_result_message.is_some() => {
            let message = body.processing_result_message.as_deref().unwrap_or_default();
            let code = body.processing_result_code.as_deref().unwrap_or_default();
            let _ = writeln!(text, "  i {} [{}]", printable(message), printable(code));
        }
        _ => {}
    }
    for advice in advice(response) {
        let _ = writeln!(text, "  → {} [{}]", advice.text_ja, advice.code);
    }
    text.push_str(&results(response.results(), on));
    for warning in warnings(response) {
        let _ = writeln!(text, "  ! {} [{}]", warning.text_ja, warning.code);
    }
    text
}

/// The units of a bulk answer, each with its verdict.
pub(crate) fn bulk(answer: &BulkAnswer, on: Date) -> String {
    let mut text = String::new();
    if let BulkProgress::Failed { code, message } = answer.progress() {
        let _ = writeln!(text, "  ▲ {} [{}]", printable(&message), printable(&code));
    }
    for unit in answer.units() {
        let asked = unit.query.as_ref().and_then(|query| query.arbitrary_identifier.as_deref());
        let verdict = answer.verdict_of(unit);
        let sign = if verdict.is_valid() { "●" } else { "×" };
        let _ = writeln!(text, "\n  {sign} {}  {}", verdict.label_ja(), printable(asked.unwrap_or_default()));
        if let Verdict::ProcessingError { code, message } = &verdict {
            let _ = writeln!(text, "    {} [{}]", printable(message), printable(code));
        }
        text.push_str(&results(&unit.results, on));
    }
    text
}

fn results(results: &[Eligibility], on: Date) -> String {
    let mut text = String::new();
    for result in results {
        for part in rows(result, on).chunk_by(|one, other| one.section == other.section) {
            let width = part.iter().map(|row| columns(&row.label_ja)).max().unwrap_or(0);
            let _ = writeln!(text);
            for row in part {
                let number = row.number.map(|number| format!("({number})")).unwrap_or_default();
                let padding = " ".repeat(width - columns(&row.label_ja));
                let _ = writeln!(text, "  {number:>4} {}{padding}  {}", row.label_ja, printable(&row.value));
            }
        }
    }
    text
}

pub(crate) fn budget(budget: Budget) -> String {
    let Budget { exchanges, bytes_to_card, bytes_from_card } = budget;
    format!("  APDU: {exchanges} 往復 / exchanges, 送信 {bytes_to_card} bytes, 受信 {bytes_from_card} bytes")
}

/// Text of a file or a message for a terminal: it may neither command the terminal, nor turn the direction of the line,
/// nor begin a line that would read as ours.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|character| if is_harmless(character) { character } else { '\u{FFFD}' }).collect()
}

/// Neither a control character, nor one that turns or breaks the line.
pub(crate) fn is_harmless(character: char) -> bool {
    !character.is_control()
        && !matches!(character,
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Columns of a terminal: what is not ASCII counts twice, which is right for Japanese labels, but for kana of half width.
pub(crate) fn columns(text: &str) -> usize {
    let is_narrow = |character| matches!(character, '\0'..='\u{7F}' | '\u{FF61}'..='\u{FF9F}');
    text.chars().map(|character| if is_narrow(character) { 1 } else { 2 }).sum()
}

#[cfg(test)]
mod tests {
    use super::{columns, printable};

    #[test]
    fn no_text_commands_the_terminal_or_begins_a_line() {
        assert_eq!(
            printable("試\u{1B}[31m験\n● 有効\t\u{9B}\u{202E}x"),
            "試\u{FFFD}[31m験\u{FFFD}● 有効\u{FFFD}\u{FFFD}\u{FFFD}x"
        );
        assert_eq!(printable("渡●　通 ｼｹﾝ"), "渡●　通 ｼｹﾝ");
        assert_eq!(printable("a\u{200F}b\u{2028}c"), "a\u{FFFD}b\u{FFFD}c");
    }

    #[test]
    fn kana_of_half_width_takes_half_the_columns() {
        assert_eq!(columns("ｼｹﾝ ｱｵｲ"), 7);
        assert_eq!(columns("試験　葵"), 8);
        assert_eq!(columns("シケン-1"), 8);
    }
}
