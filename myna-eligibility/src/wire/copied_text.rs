//! The text that the limited app (マイナ資格確認アプリ) copies to the clipboard: its only known export [code B.6].
//!
//! On Windows lines of label, TAB and value; on telephones the separator may be a colon or blanks. Sections
//! begin with a heading on a line of its own. Labels outside 資格情報 are known from few samples (U9), so whatever
//! is not understood is kept and told.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

use crate::meaning::check;
use crate::meaning::code::{
    CodeTable, InsuredCardClassification, LimitCategory, LimitCertificateClassification,
    PersonalFamilyClassification, Preschool, ReasonOfLoss, Sex, SpecificDisease,
};
use crate::meaning::descriptor::{inspect, is_blank as is_blank_record};
use crate::meaning::element::ROOT;
use crate::meaning::insurer::InsurerNumber;
use crate::meaning::ratio::Ratio;
use crate::meaning::record::{
    Body, ElderlyCertificate, Eligibility, EligibilityResponse, Header, LimitCertificate,
    SpecificDiseasesCertificate,
};
use crate::meaning::warning::Warning;
use crate::meaning::written::{Meaning, Written};
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
        let mut section = Section::Eligibility;
        let mut heading = String::new();
        let mut has_heading = false;
        for (line, number) in text.lines().zip(1..) {
            let line = line.trim_matches(is_blank);
            if line.is_empty() {
                continue;
            }
            if let Some(next) = Section::of_heading(line) {
                if next == Section::Eligibility {
                    has_heading = true;
                    results.push(Reader::default());
                }
                section = next;
                line.clone_into(&mut heading);
                continue;
            }
            if results.is_empty() {
                results.push(Reader::default());
            }
            if let Some(reader) = results.last_mut() {
                reader.line(section, number, &heading, line);
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Eligibility,
    BackSide,
    ElderlyCertificate,
    LimitCertificate,
    SpecificDiseases,
}

impl Section {
    fn of_heading(line: &str) -> Option<Self> {
        let decoration =
            |character: char| is_blank(character) || "【】■□◆◇[]<>＜＞〔〕:：".contains(character);
        match line.trim_matches(decoration) {
            "資格情報" => Some(Self::Eligibility),
            "裏面記載情報" => Some(Self::BackSide),
            "高齢受給者証" | "高齢受給者証情報" => Some(Self::ElderlyCertificate),
            "限度額適用認定証" | "限度額適用認定証情報" | "限度額適用認定証関連情報" => {
                Some(Self::LimitCertificate)
            }
            "特定疾病療養受療証" | "特定疾病療養受療証情報" => {
                Some(Self::SpecificDiseases)
            }
            _ => None,
        }
    }
}

#[derive(Default)]
struct Reader {
    confirmation_date: Option<Written<Date>>,
    eligibility: Eligibility,
    lines: Vec<CopiedLine>,
}

impl Reader {
    fn line(&mut self, section: Section, number: usize, heading: &str, line: &str) {
        let (label, value) = split(line);
        let name = folded(label);
        // The first line of a name counts; a second one is kept and told.
        let is_first =
            !self.lines.iter().any(|line| line.understood && line.section == heading && line.label == label);
        let repeats = section == Section::SpecificDiseases;
        let understood = (is_first || repeats)
            && match section {
                Section::Eligibility => self.of_eligibility(&name, value),
                Section::BackSide => self.of_back_side(&name, value),
                Section::ElderlyCertificate => self.of_elderly_certificate(&name, value),
                Section::LimitCertificate => self.of_limit_certificate(&name, value),
                Section::SpecificDiseases => self.of_specific_diseases(&name, value),
            };
        self.lines.push(CopiedLine {
            number,
            section: heading.to_owned(),
            label: label.to_owned(),
            value: value.to_owned(),
            understood,
        });
    }

    fn of_eligibility(&mut self, label: &str, value: &str) -> bool {
        let person = &mut self.eligibility;
        match label {
            "確認日" | "資格確認日" => self.confirmation_date = date(value),
            "保険者番号" => person.insurer_number = text(value).map(InsurerNumber::new),
            "保険者名" | "保険者名称" => person.insurer_name = text(value),
            "記号" | "被保険者証記号" => person.symbol = text(value),
            "番号" | "被保険者証番号" => person.number = text(value),
            "枝番" | "被保険者証枝番" => person.branch_number = text(value),
            "氏名" => person.name = text(value),
            "フリガナ" | "氏名カナ" => person.name_kana = text(value),
            "氏名(その他)" => person.other_name = text(value),
            "氏名カナ(その他)" => person.other_name_kana = text(value),
            "生年月日" => person.birthdate = date(value),
            "性別" | "性別1" => person.sex1 = code(value),
            "性別2" => person.sex2 = code(value),
            "住所" => person.address = text(value),
            "郵便番号" => person.post_number = text(value),
            "証区分" | "被保険者証区分" => person.card_classification = card(value),
            "有効開始日" | "有効開始年月日" => person.valid_from = date(value),
            "有効終了日" | "有効終了年月日" => person.valid_until = date(value),
            "交付年月日" | "交付日" => person.card_issued_on = date(value),
            "資格取得年月日" | "資格取得日" => person.qualification_date = date(value),
            "資格喪失年月日" | "資格喪失日" => person.disqualification_date = date(value),
            "資格喪失事由" => person.reason_of_loss = code::<ReasonOfLoss>(value),
            "負担割合" | "一部負担金割合" => person.contribution_ratio = ratio(value),
            "未就学区分" => person.preschool = code::<Preschool>(value),
            "本人・家族の別" | "本人・家族" => {
                person.personal_family = code::<PersonalFamilyClassification>(value);
            }
            "被保険者氏名" | "世帯主氏名" | "被保険者氏名(世帯主氏名)" => {
                person.insured_name = text(value);
            }
            _ => return false,
        }
        true
    }

    fn of_back_side(&mut self, label: &str, value: &str) -> bool {
        let person = &mut self.eligibility;
        match label {
            "氏名" => person.other_name = text(value),
            "氏名カナ" | "フリガナ" => person.other_name_kana = text(value),
            "性別" => person.sex2 = code::<Sex>(value),
            _ => return false,
        }
        true
    }

    fn of_elderly_certificate(&mut self, label: &str, value: &str) -> bool {
        let certificate =
            self.eligibility.elderly_certificate.get_or_insert_with(ElderlyCertificate::default);
        match label {
            "有効開始日" | "有効開始年月日" => certificate.valid_from = date(value),
            "有効終了日" | "有効終了年月日" => certificate.valid_until = date(value),
            "交付年月日" | "交付日" => certificate.issued_on = date(value),
            "負担割合" | "一部負担金割合" => certificate.contribution_ratio = ratio(value),
            _ => return false,
        }
        true
    }

    fn of_limit_certificate(&mut self, label: &str, value: &str) -> bool {
        let certificate = self.eligibility.limit_certificate.get_or_insert_with(LimitCertificate::default);
        match label {
            "有効開始年月日" | "有効開始日" => certificate.valid_from = date(value),
            "有効終了年月日" | "有効終了日" => certificate.valid_until = date(value),
            "交付年月日" | "交付日" => certificate.issued_on = date(value),
            "長期入院該当年月日" | "長期入院該当日" => {
                certificate.long_stay_from = date(value);
            }
            "適用区分" | "限度額適用認定証適用区分" => {
                certificate.category = code::<LimitCategory>(value);
            }
            "証区分" | "認定証区分" | "限度額適用認定証区分" => {
                certificate.classification = code::<LimitCertificateClassification>(value);
            }
            _ => return false,
        }
        true
    }

    fn of_specific_diseases(&mut self, label: &str, value: &str) -> bool {
        let certificates = &mut self.eligibility.specific_diseases_certificates;
        let is_disease = matches!(label, "認定疾病区分" | "認定疾病" | "疾病区分");
        if is_disease || certificates.is_empty() {
            certificates.push(SpecificDiseasesCertificate::default());
        }
        let Some(certificate) = certificates.last_mut() else { return false };
        match label {
            _ if is_disease => certificate.disease = code::<SpecificDisease>(value),
            "有効開始年月日" | "有効開始日" => certificate.valid_from = date(value),
            "有効終了年月日" | "有効終了日" => certificate.valid_until = date(value),
            "交付年月日" | "交付日" => certificate.issued_on = date(value),
            "自己負担限度額" => {
                certificate.self_pay_limit =
                    text(value.trim_end_matches('円')).map(|yen| yen.replace(',', ""));
            }
            _ => return false,
        }
        true
    }

    fn finish(self) -> CopiedText {
        let Self { confirmation_date, mut eligibility, lines } = self;
        // A certificate none of whose lines was understood is none.
        eligibility.elderly_certificate.take_if(|certificate| is_blank_record(certificate));
        eligibility.limit_certificate.take_if(|certificate| is_blank_record(certificate));
        eligibility.specific_diseases_certificates.retain(|certificate| !is_blank_record(certificate));
        CopiedText { confirmation_date, eligibility, lines }
    }
}

/// Label and value, at the first TAB, colon or blank.
fn split(line: &str) -> (&str, &str) {
    let is_separator = |character: char| is_blank(character) || matches!(character, ':' | '：');
    let (label, value) = line.split_once(is_separator).unwrap_or((line, ""));
    (label, value.trim_start_matches(is_separator))
}

fn is_blank(character: char) -> bool {
    character.is_whitespace() || character == '\u{FEFF}'
}

/// One form for half-width and full-width letters and brackets, without blanks.
fn folded(text: &str) -> String {
    text.nfkc().filter(|character| !is_blank(*character)).collect()
}

fn text(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}

/// A date in any of the forms seen [code B.6], in the form of the wire; what is none as it is written.
fn date(value: &str) -> Option<Written<Date>> {
    let value = text(value)?;
    let plain = folded(&value);
    let numbers = || {
        let mut parts = plain.split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty());
        let date = Date::from_ymd(
            parts.next()?.parse().ok()?,
            parts.next()?.parse().ok()?,
            parts.next()?.parse().ok()?,
        );
        date.ok().filter(|date| date.year() >= 1000 && parts.next().is_none())
    };
    let read = Date::parse(&plain).ok().or_else(|| Date::parse_japanese(&plain).ok()).or_else(numbers);
    Some(read.map_or_else(|| Written::new(value), Written::from))
}

/// `2割`, `20%` or what the wire has.
fn ratio(value: &str) -> Option<Written<Ratio>> {
    let value = text(value)?;
    let plain = folded(&value);
    let percent = match (plain.strip_suffix('割'), plain.strip_suffix('%')) {
        (Some(tenths), _) => format!("{tenths:0>2}0"),
        (_, Some(percent)) => format!("{percent:0>3}"),
        _ => plain,
    };
    Some(Written::new(if Ratio::of_text(&percent).is_some() { percent } else { value }))
}

/// The code a word stands for; a word outside the table becomes an unknown code.
fn code<T: CodeTable>(value: &str) -> Option<T> {
    let value = text(value)?;
    let word = folded(&value);
    let known = T::all().iter().find(|code| folded(code.word()) == word || code.as_text() == word);
    Some(known.cloned().unwrap_or_else(|| T::of_text(value.into())))
}

/// 証区分: the manual's words leave out what the table's labels say [seed F3 S78].
fn card(value: &str) -> Option<InsuredCardClassification> {
    Some(match folded(value).as_str() {
        "退職" | "(退職)" => InsuredCardClassification::Retired,
        "短期(一般)" => InsuredCardClassification::ShortTermGeneral,
        "短期(退職)" => InsuredCardClassification::ShortTermRetired,
        "被保険者資格証明書" => InsuredCardClassification::SpecialMedicalExpense,
        _ => return code(value),
    })
}
