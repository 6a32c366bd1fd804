use std::fmt::Write;

use myna_eligibility::{Date, EligibilityResponse, rows, warnings};
use myna_transport::Budget;

/// The result screen: verdict first, then each result's rows, then what is odd.
pub(crate) fn result(response: &EligibilityResponse, on: Date) -> String {
    let mut text = String::new();
    let verdict = response.verdict();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "  {} {}", if verdict.is_valid() { "●" } else { "×" }, verdict.label_ja());
    let _ = writeln!(text, "    {}", verdict.label_en());
    for result in response.results() {
        let rows = rows(result, on);
        let width = rows.iter().map(|row| columns(row.label_ja)).max().unwrap_or(0);
        let _ = writeln!(text);
        for row in rows {
            let number = row.number.map(|number| format!("({number})")).unwrap_or_default();
            let padding = " ".repeat(width - columns(row.label_ja));
            let _ = writeln!(text, "  {number:>4} {}{padding}  {}", row.label_ja, row.value);
        }
    }
    for warning in warnings(response) {
        let _ = writeln!(text, "  ! {} [{}]", warning.text_ja, warning.code);
    }
    text
}

pub(crate) fn budget(budget: Budget) -> String {
    let Budget { exchanges, bytes_to_card, bytes_from_card } = budget;
    format!("  APDU: {exchanges} 往復 / exchanges, 送信 {bytes_to_card} bytes, 受信 {bytes_from_card} bytes")
}

/// Columns of a terminal: what is not ASCII counts twice, which is right for Japanese labels.
fn columns(text: &str) -> usize {
    text.chars().map(|character| if character.is_ascii() { 1 } else { 2 }).sum()
}
