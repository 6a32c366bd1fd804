//! What is odd about an answer, without being an error: the data are the insurers', and are used as they
//! came.

mod period;
mod person;
mod share;

use serde::Serialize;

use crate::element::ROOT;
use crate::meaning::bulk::BulkUnit;
use crate::meaning::check_digit::CheckDigit;
use crate::meaning::descriptor::{Fields, inspect};
use crate::meaning::field::Record as _;
use crate::meaning::insurer::Scheme;
use crate::meaning::message::Message;
use crate::meaning::record::{Eligibility, EligibilityResponse, Header};
use crate::meaning::warning::Warning;
use crate::meaning::written::Written;
use myna_calendar::Date;

/// Everything odd about an answer, in the order of the message: unknown codes, dates and ratios that are
/// none, numbers whose form or check digit is wrong, values that do not belong together.
///
/// The codes: `unknown_code`, `malformed_date`, `open_date`, `malformed_date_time`, `malformed_month` (D8),
/// `malformed_ratio`, `unusual_ratio` (D7), `insurer_number_form` (D4), `insurer_number_check_digit` (D1),
/// `institution_code_form`, `institution_code_check_digit` (D2), `beneficiary_number_form`,
/// `beneficiary_number_check_digit` (D3), `branch_number_form`, `branch_number_missing`,
/// `branch_number_unexpected` (D5), `symbol_or_number_length`, `receipt_length`, `elderly_number_form` (D6), `ratio_missing`,
/// `ratio_unexpected` [seed F3 S85], `preschool_age`, `limit_category_age`, `limit_category_scheme`,
/// `limit_category_date` (D11), `share_limit_category`, `share_age`, `scheme_age`, `certificate_kind_scheme`,
/// `certificate_kind_abolished`, `elderly_certificate_missing`, `elderly_certificate_age`, `preschool_missing`, `user_defined_character`, `outside_period` (D10),
/// `certificate_outside_period`, `period_reversed`, and of medical aid `aid_without_ticket`, `ticket_institution`,
/// `ticket_inconsistent`, `ticket_month`. Of whole messages and files also
/// `number_of_results`, `encoding_misdeclared` (B5), `encoding_found_late`.
#[must_use]
pub fn warnings(response: &EligibilityResponse) -> Vec<Warning> {
    let mut warnings = Vec::new();
    inspect(response, ROOT, &mut warnings);
    inspect_header(&response.header, &mut warnings);
    let on = asked_about(&response.header);
    for (eligibility, number) in response.results().iter().zip(1..) {
        let path = format!("{ROOT}/MessageBody/ResultList/ResultOfQualificationConfirmation[{number}]");
        inspect_eligibility(eligibility, on, response.verdict().is_valid(), &path, &mut warnings);
    }
    warnings
}

impl Message {
    /// Everything odd about the message; see [`warnings`](crate::warnings()).
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        of_message(self)
    }
}

/// Everything odd about any message.
fn of_message(message: &Message) -> Vec<Warning> {
    if let Message::Answer(response) = message {
        return warnings(response);
    }
    let mut warnings = Vec::new();
    message.inspect(&mut warnings);
    if let Some(header) = message.header() {
        inspect_header(header, &mut warnings);
    }
    match message {
        Message::RegistrationAnswer(message) => {
            let count =
                message.body.as_ref().map(|body| body.units.len() + usize::from(body.registration.is_some()));
            inspect_counts(&message.header, count.unwrap_or_default(), &mut warnings);
        }
        Message::BulkAnswer(message) => {
            inspect_counts(&message.header, message.units().len(), &mut warnings);
            for (unit, number) in message.units().iter().zip(1..) {
                inspect_unit(&message.header, unit, number, &mut warnings);
            }
        }
        _ => {}
    }
    warnings
}

/// Everything odd about a bulk answer besides its units, and about their number when that is known.
pub(crate) fn of_bulk(header: &Header, body: &dyn Fields, count: Option<usize>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    inspect(header, &format!("{ROOT}/MessageHeader"), &mut warnings);
    inspect(body, &format!("{ROOT}/MessageBody"), &mut warnings);
    inspect_header(header, &mut warnings);
    if let Some(count) = count {
        inspect_counts(header, count, &mut warnings);
    }
    warnings
}

/// Where a unit stands.
pub(crate) fn unit_path(element: &str, number: usize) -> String {
    format!("{ROOT}/MessageBody/{element}[{number}]")
}

/// What is odd about a unit that does not show in a single field.
pub(crate) fn inspect_unit(header: &Header, unit: &BulkUnit, number: usize, warnings: &mut Vec<Warning>) {
    let (on, is_valid) = (asked_about(header), unit.verdict_under(header).is_valid());
    for (eligibility, item) in unit.results.iter().zip(1..) {
        let path = format!(
            "{}/ResultOfQualificationConfirmation[{item}]",
            unit_path(BulkUnit::DESCRIPTOR.element, number)
        );
        inspect_eligibility(eligibility, on, is_valid, &path, warnings);
    }
}

/// Everything odd about one eligibility that does not show in a single field.
pub(crate) fn inspect_eligibility(
    eligibility: &Eligibility,
    on: Option<Date>,
    is_valid: bool,
    path: &str,
    warnings: &mut Vec<Warning>,
) {
    warnings.extend(of_branch_number(eligibility, path));
    warnings.extend(of_ratio_and_scheme(eligibility, path));
    person::inspect(eligibility, on, path, warnings);
    if let Some(on) = on {
        share::inspect(eligibility, on, path, warnings);
    }
    period::inspect(eligibility, on, is_valid, path, warnings);
    if is_valid {
        warnings.extend(on.and_then(|on| of_period(eligibility, on, path)));
    }
}

fn inspect_header(header: &Header, warnings: &mut Vec<Warning>) {
    warnings.extend(of_institution_code(header, &format!("{ROOT}/MessageHeader/MedicalInstitutionCode")));
}

/// A bulk answer that was cut or put together wrongly does not hold as many units as its header says.
fn inspect_counts(header: &Header, count: usize, warnings: &mut Vec<Warning>) {
    let counted = header.number_of_results.as_deref().and_then(|text| text.trim().parse().ok());
    if counted.is_some_and(|counted: usize| counted != count) {
        warnings.push(Warning::new(
            "number_of_results",
            &format!("{ROOT}/MessageHeader/NumberOfProcessingResult"),
            "処理結果件数と、含まれる結果の数が合いません。",
            "the header counts another number of results than there are",
        ));
    }
}

/// 資格確認日.
fn asked_about(header: &Header) -> Option<Date> {
    header.confirmation_date.as_ref().and_then(Written::value)
}

/// Whether a day lies in the period an eligibility gives for itself (D10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Coverage {
    /// The day lies within the period, as far as one is given.
    Within,
    /// The day lies before 有効開始年月日.
    NotStarted,
    /// The day lies after 有効終了年月日.
    Ended,
    /// The day is 資格喪失年月日 or lies after it.
    Lost,
    /// One of the three dates is there but is no date, and the others do not decide.
    Undetermined,
}

/// Whether `on` lies in the period of an eligibility (D10).
///
/// 有効開始年月日 and 有効終了年月日 both belong to the period; 資格喪失年月日 is the first day without cover [law D10].
/// 資格喪失事由 alone decides nothing [seed F3 S88], and neither does this function: the answer to whether there is
/// cover is the [`Verdict`](crate::Verdict).
#[must_use]
pub fn valid_on(eligibility: &Eligibility, on: Date) -> Coverage {
    let dates = [&eligibility.valid_from, &eligibility.valid_until, &eligibility.disqualification_date];
    let [start, end, lost] = dates.map(|date| date.as_ref().and_then(Written::value));
    if lost.is_some_and(|lost| on >= lost) {
        Coverage::Lost
    } else if end.is_some_and(|end| on > end) {
        Coverage::Ended
    } else if start.is_some_and(|start| on < start) {
        Coverage::NotStarted
    } else if dates.into_iter().flatten().any(|date| date.value().is_none()) {
        Coverage::Undetermined
    } else {
        Coverage::Within
    }
}

fn of_institution_code(header: &Header, path: &str) -> Option<Warning> {
    let code = header.institution_code.as_deref()?;
    match CheckDigit::of(code) {
        _ if code.len() != 10 => Some(Warning::new(
            "institution_code_form",
            path,
            "医療機関コードが10桁ではありません。",
            "the institution code does not have ten digits",
        )),
        CheckDigit::Correct => None,
        CheckDigit::Wrong { expected } => Some(Warning::new(
            "institution_code_check_digit",
            path,
            format!("医療機関コードの検証番号が合いません（正しくは{expected}）。"),
            format!("the institution code's check digit is wrong; {expected} would be right"),
        )),
        CheckDigit::NotChecked => Some(Warning::new(
            "institution_code_form",
            path,
            "医療機関コードに数字以外の文字があります。",
            "the institution code holds something other than digits",
        )),
    }
}

/// D5. Cards issued before branch numbers existed have none, hence no more than a warning.
fn of_branch_number(eligibility: &Eligibility, path: &str) -> Option<Warning> {
    let path = format!("{path}/InsuredBranchNumber");
    let branch = eligibility.branch_number.as_deref().filter(|branch| !branch.trim().is_empty());
    let Some(branch) = branch else {
        return expects_branch(eligibility)?.then(|| {
            Warning::new("branch_number_missing", &path, "枝番がありません。", "the branch number is missing")
        });
    };
    if branch.len() != 2 || !branch.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Warning::new(
            "branch_number_form",
            &path,
            "枝番が2桁の数字ではありません。",
            "the branch number does not have two digits",
        ));
    }
    (expects_branch(eligibility) == Some(false)).then(|| {
        Warning::new(
            "branch_number_unexpected",
            &path,
            "後期高齢者医療・医療扶助には枝番がないはずです。",
            "there should be no branch number for later-stage elderly care or medical aid",
        )
    })
}

/// Whether a branch number is due; `None` if the scheme is not known.
fn expects_branch(eligibility: &Eligibility) -> Option<bool> {
    let scheme = eligibility.scheme()?;
    Some(!matches!(scheme, Scheme::LaterStageElderly | Scheme::MedicalAid))
}

/// 一部負担金割合 stands there for 後期高齢者医療 and nobody else [seed F3 S85].
fn of_ratio_and_scheme(eligibility: &Eligibility, path: &str) -> Option<Warning> {
    let path = format!("{path}/InsuredPartialContributionRatio");
    match (eligibility.scheme()? == Scheme::LaterStageElderly, eligibility.contribution_ratio.is_some()) {
        (true, false) => Some(Warning::new(
            "ratio_missing",
            &path,
            "後期高齢者医療の一部負担金割合がありません。",
            "the ratio of later-stage elderly care is missing",
        )),
        (false, true) => Some(Warning::new(
            "ratio_unexpected",
            &path,
            "一部負担金割合は後期高齢者医療にだけあるはずです。",
            "the ratio is meant for later-stage elderly care only",
        )),
        _ => None,
    }
}

fn of_period(eligibility: &Eligibility, on: Date, path: &str) -> Option<Warning> {
    let (name, text_ja, text_en) = match valid_on(eligibility, on) {
        Coverage::NotStarted => (
            "InsuredCardValidDate",
            "資格確認日が有効開始年月日より前です。",
            "the day of the check lies before the period",
        ),
        Coverage::Ended => (
            "InsuredCardExpirationDate",
            "資格確認日が有効終了年月日を過ぎています。",
            "the day of the check lies after the period",
        ),
        Coverage::Lost => (
            "DisqualificationDate",
            "資格確認日が資格喪失年月日以後です。",
            "the day of the check is not before the day of loss",
        ),
        // The date that cannot be read has a warning of its own.
        Coverage::Within | Coverage::Undetermined => return None,
    };
    Some(Warning::new("outside_period", &format!("{path}/{name}"), text_ja, text_en))
}
