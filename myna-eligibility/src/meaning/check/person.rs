//! What is odd about the numbers of one eligibility, and what does not fit the person's age.

use myna_calendar::{Date, elderly_certificate_from, preschool_until};

use crate::meaning::check_digit::CheckDigit;
use crate::meaning::code::LimitCategory;
use crate::meaning::insurer::{InsurerNumber, Scheme};
use crate::meaning::record::Eligibility;
use crate::meaning::warning::Warning;
use crate::meaning::written::Written;

/// Longest symbol and number on this wire, in characters [code R4].
const LONGEST_SYMBOL: usize = 20;

pub(super) fn inspect(eligibility: &Eligibility, on: Option<Date>, path: &str, warnings: &mut Vec<Warning>) {
    warnings.extend(of_length(eligibility.symbol.as_deref(), &format!("{path}/InsuredCardSymbol")));
    let number_path = format!("{path}/InsuredIdentificationNumber");
    warnings.extend(of_length(eligibility.number.as_deref(), &number_path));
    warnings.extend(of_receipt(eligibility, path));
    warnings.extend(of_number(eligibility, &number_path));
    warnings.extend(of_user_defined_character(eligibility, path));
    if let Some(on) = on {
        warnings.extend(of_preschool(eligibility, on, path));
        warnings.extend(of_limit_category(eligibility, on, path));
    }
}

/// D6.
fn of_length(text: Option<&str>, path: &str) -> Option<Warning> {
    (text?.chars().count() > LONGEST_SYMBOL).then(|| {
        Warning::new(
            "symbol_or_number_length",
            path,
            format!("{LONGEST_SYMBOL}文字を超えています。"),
            format!("longer than {LONGEST_SYMBOL} characters"),
        )
    })
}

/// Most characters of symbol and number together on a claim (レセプト) [code R9].
const LONGEST_ON_RECEIPT: usize = 19;

/// D6: what this wire carries, a claim may not. That a claim also wants each of the two half-width or full-width throughout
/// is the writer's to bring about, and no fault of the answer.
fn of_receipt(eligibility: &Eligibility, path: &str) -> Option<Warning> {
    let texts = [&eligibility.symbol, &eligibility.number];
    let counts = texts.map(|text| text.as_deref().map_or(0, |text| text.trim().chars().count()));
    // One that is too long for the wire has been told.
    let is_told = counts.iter().any(|count| *count > LONGEST_SYMBOL);
    (!is_told && counts.iter().sum::<usize>() > LONGEST_ON_RECEIPT).then(|| {
        Warning::new(
            "receipt_length",
            &format!("{path}/InsuredIdentificationNumber"),
            format!("記号と番号を合わせてレセプトの上限{LONGEST_ON_RECEIPT}文字を超えています。"),
            format!(
                "symbol and number together are longer than the {LONGEST_ON_RECEIPT} characters of a claim"
            ),
        )
    })
}

/// D3 for medical aid, whose 受給者番号 has seven digits with a check digit, and D6 for 後期高齢者医療, whose 被保険者番号
/// has eight.
fn of_number(eligibility: &Eligibility, path: &str) -> Option<Warning> {
    let number = eligibility.number.as_deref().map(str::trim).filter(|number| !number.is_empty())?;
    let has_digits = |count| number.len() == count && number.bytes().all(|byte| byte.is_ascii_digit());
    match eligibility.scheme()? {
        Scheme::LaterStageElderly if !has_digits(8) => Some(Warning::new(
            "elderly_number_form",
            path,
            "後期高齢者医療の被保険者番号が8桁の数字ではありません。",
            "the number of later-stage elderly care does not have eight digits",
        )),
        Scheme::MedicalAid if !has_digits(7) => Some(Warning::new(
            "beneficiary_number_form",
            path,
            "公費負担医療の受給者番号が7桁の数字ではありません。",
            "the beneficiary number does not have seven digits",
        )),
        Scheme::MedicalAid => match CheckDigit::of(number) {
            CheckDigit::Wrong { expected } => Some(Warning::new(
                "beneficiary_number_check_digit",
                path,
                format!("公費負担医療の受給者番号の検証番号が合いません（正しくは{expected}）。"),
                format!("the beneficiary number's check digit is wrong; {expected} would be right"),
            )),
            CheckDigit::Correct | CheckDigit::NotChecked => None,
        },
        _ => None,
    }
}

/// 外字: a character of somebody's own set means another character, or none, on every other machine.
fn of_user_defined_character(eligibility: &Eligibility, path: &str) -> Option<Warning> {
    let texts = [
        ("Name", &eligibility.name),
        ("NameOfOther", &eligibility.other_name),
        ("InsuredName", &eligibility.insured_name),
        ("Address", &eligibility.address),
        ("InsurerName", &eligibility.insurer_name),
    ];
    let is_user_defined = |character: char| matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..);
    let holds = |text: &Option<String>| text.as_deref().is_some_and(|text| text.contains(is_user_defined));
    let (name, _) = texts.into_iter().find(|(_, text)| holds(text))?;
    Some(Warning::new(
        "user_defined_character",
        &format!("{path}/{name}"),
        "外字が含まれています。この端末では正しく表示されないことがあります。",
        "holds a user-defined character, which may not be shown rightly here",
    ))
}

fn birthdate(eligibility: &Eligibility) -> Option<Date> {
    eligibility.birthdate.as_ref().and_then(Written::value)
}

/// D11, S87.
fn of_preschool(eligibility: &Eligibility, on: Date, path: &str) -> Option<Warning> {
    eligibility.preschool.as_ref()?;
    (on > preschool_until(birthdate(eligibility)?)?).then(|| {
        Warning::new(
            "preschool_age",
            &format!("{path}/PreschoolClassification"),
            "未就学該当とありますが、生年月日からは就学後です。",
            "below school age is told, but the date of birth says otherwise",
        )
    })
}

/// D11: 区分 A is for those under seventy and B for those above; B09 and B10 are for 後期高齢者医療 since 2022-10-01.
///
/// Of 後期高齢者医療 some are younger than seventy, by disability [law], so that only A is odd there.
fn of_limit_category(eligibility: &Eligibility, on: Date, path: &str) -> Option<Warning> {
    let category = eligibility.limit_certificate.as_ref()?.category.as_ref()?;
    let path = format!(
        "{path}/LimitApplicationCertificateRelatedInfo/LimitApplicationCertificateClassificationFlag"
    );
    let is_later_stage = eligibility.scheme() == Some(Scheme::LaterStageElderly);
    if matches!(category, LimitCategory::B09 | LimitCategory::B10) {
        if !is_later_stage && eligibility.insurer_number.as_ref().and_then(InsurerNumber::scheme).is_some() {
            return Some(Warning::new(
                "limit_category_scheme",
                &path,
                "適用区分（一般Ⅰ・一般Ⅱ）は後期高齢者医療にだけあるはずです。",
                "this limit category is meant for later-stage elderly care only",
            ));
        }
        if category.since().is_some_and(|since| on < since) {
            return Some(Warning::new(
                "limit_category_date",
                &path,
                "適用区分（一般Ⅰ・一般Ⅱ）は2022年10月1日からです。",
                "this limit category exists since 2022-10-01",
            ));
        }
    }
    let is_elderly = on >= elderly_certificate_from(birthdate(eligibility)?)?;
    let is_odd = match category.as_wire().bytes().next() {
        Some(b'A') => is_elderly || is_later_stage,
        Some(b'B') => !is_elderly && !is_later_stage,
        _ => false,
    };
    is_odd.then(|| {
        Warning::new(
            "limit_category_age",
            &path,
            "適用区分が年齢（70歳未満・70歳以上）に合いません。",
            "the limit category does not fit the age (under 70, from 70)",
        )
    })
}
