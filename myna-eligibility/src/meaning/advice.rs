//! What the manuals tell staff to do about an answer [seed F3 S62–S66].

use serde::Serialize;

use crate::element::ROOT;
use crate::meaning::code::InsuredCardClassification;
use crate::meaning::record::{Eligibility, EligibilityResponse};
use crate::meaning::verdict::Verdict;
use crate::meaning::written::Written;
use myna_calendar::Date;

/// Advice to staff. Like a [`Warning`](crate::Warning) it names no person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Advice {
    /// A stable name for programs.
    pub code: &'static str,
    /// Path of the element that gives the occasion.
    pub path: String,
    /// For people, in Japanese.
    pub text_ja: &'static str,
    /// For people, in English.
    pub text_en: &'static str,
}

impl Advice {
    const fn new(code: &'static str, path: String, text_ja: &'static str, text_en: &'static str) -> Self {
        Self { code, path, text_ja, text_en }
    }
}

/// The advice an answer gives occasion for. The codes: `lost_eligibility` (S62), `lost_at_month_end` (S64),
/// `no_match` (S63), `name_with_placeholder` (S65), `special_medical_expense` (S66).
#[must_use]
pub fn advice(response: &EligibilityResponse) -> Vec<Advice> {
    let mut advice = Vec::new();
    let validity = format!("{ROOT}/MessageBody/QualificationValidity");
    match response.verdict() {
        Verdict::Invalid => advice.push(Advice::new(
            "lost_eligibility",
            validity,
            "資格を喪失しています。月末の転職などで、新しい保険者の登録がまだ済んでいないことがあります。患者に保険の変更がないか確認してください。",
            "The eligibility is lost. After a change of job the new insurer may not have registered yet; ask the patient about a change of insurance.",
        )),
        Verdict::NoMatch => advice.push(Advice::new(
            "no_match",
            validity,
            "該当する資格がありません。保険者がデータをまだ登録していないことがあります（2020年10月1日より前から同じ勤務先の場合など）。",
            "No such eligibility. The insurer may not have registered the data yet, as for somebody with the same employer since before 2020-10-01.",
        )),
        _ => {}
    }
    let on = response.header.confirmation_date.as_ref().and_then(Written::value);
    for (eligibility, number) in response.results().iter().zip(1..) {
        let path = |name: &str| {
            format!("{ROOT}/MessageBody/ResultList/ResultOfQualificationConfirmation[{number}]/{name}")
        };
        if !response.verdict().is_valid() && on.is_some_and(|on| was_lost_at_month_end(eligibility, on)) {
            advice.push(Advice::new(
                "lost_at_month_end",
                path("DisqualificationDate"),
                "月末に資格を喪失し、翌月の早い時期に確認しています。最新のデータがまだ届いていないことがあります。",
                "Lost at the end of a month and checked early in the next: the newest data may not have arrived yet.",
            ));
        }
        if has_placeholder(eligibility) {
            advice.push(Advice::new(
                "name_with_placeholder",
                path("Name"),
                "氏名の「●」は、変換できない文字の代わりです。カルテや書類にはそのまま書き写さないでください。別人のデータと思われるときは問い合わせ窓口に連絡してください。",
                "● in the name stands for a character that could not be converted; do not copy it into records. If the data seem to be another person's, tell the call centre.",
            ));
        }
        if eligibility.card_classification == Some(InsuredCardClassification::SpecialMedicalExpense) {
            advice.push(Advice::new(
                "special_medical_expense",
                path("InsuredCardClassification"),
                "受診の直前に保険料を納め、短期被保険者証を持っていることがあります。お持ちの証の交付年月日を確認し、証に従ってください。",
                "The patient may have paid just before the visit and hold a short-term card: look at its day of issue, and follow the card.",
            ));
        }
    }
    advice
}

/// S64: the cover ended with a month, and the check is made early in the one after.
fn was_lost_at_month_end(eligibility: &Eligibility, on: Date) -> bool {
    /// What "early next month" is taken for; the manual names no day [guess].
    const EARLY: u8 = 10;
    let lost = eligibility.disqualification_date.as_ref().and_then(Written::value);
    // 資格喪失年月日 is the first day without cover.
    lost.is_some_and(|lost| {
        lost.day() == 1 && (lost.year(), lost.month()) == (on.year(), on.month()) && on.day() <= EARLY
    })
}

fn has_placeholder(eligibility: &Eligibility) -> bool {
    let names = [&eligibility.name, &eligibility.other_name, &eligibility.insured_name];
    names.into_iter().flatten().any(|name| name.contains('●'))
}
