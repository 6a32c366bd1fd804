//! What an answer says otherwise than the facility's own record of the patient.

use serde::Serialize;

use crate::meaning::code::Sex;
use crate::meaning::insurer::InsurerNumber;
use crate::meaning::person_name::{kana_agree, names_agree, numbers_agree, symbols_agree};
use crate::meaning::record::Eligibility;
use crate::meaning::warning::Warning;
use crate::meaning::written::Written;
use myna_calendar::Date;

/// What the facility has written about its patient. What it does not know is `None` and not compared.
#[derive(Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "made with `..Default::default()`, so that a further field is nobody's to fill"
)]
pub struct PatientRecord {
    /// 氏名.
    pub name: Option<String>,
    /// 氏名カナ.
    pub name_kana: Option<String>,
    /// 生年月日.
    pub birthdate: Option<Date>,
    /// 性別.
    pub sex: Option<Sex>,
    /// 保険者番号.
    pub insurer_number: Option<String>,
    /// 記号.
    pub symbol: Option<String>,
    /// 番号.
    pub number: Option<String>,
    /// 枝番.
    pub branch_number: Option<String>,
    /// 資格取得年月日.
    pub qualification_date: Option<Date>,
    /// 有効開始年月日.
    pub valid_from: Option<Date>,
    /// 有効終了年月日.
    pub valid_until: Option<Date>,
}

/// Nothing of it: the record is personal.
impl std::fmt::Debug for PatientRecord {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PatientRecord").finish_non_exhaustive()
    }
}

/// A field that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Difference {
    /// 氏名, even when ● is taken for any character. The real name on the card's back is tried as well.
    Name,
    /// 氏名カナ, apart from width and small kana.
    NameKana,
    /// 生年月日: most likely another person.
    Birthdate,
    /// 性別, if both are 男 or 女.
    Sex,
    /// 保険者番号: another insurer.
    InsurerNumber,
    /// 記号.
    Symbol,
    /// 番号.
    Number,
    /// 枝番.
    BranchNumber,
    /// 資格取得年月日.
    QualificationDate,
    /// 有効開始年月日. May differ from the card's for other reasons [seed F3 S81].
    ValidFrom,
    /// 有効終了年月日.
    ValidUntil,
}

impl Difference {
    /// The wire name of the field.
    #[must_use]
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::NameKana => "NameKana",
            Self::Birthdate => "Birthdate",
            Self::Sex => "Sex1",
            Self::InsurerNumber => "InsurerNumber",
            Self::Symbol => "InsuredCardSymbol",
            Self::Number => "InsuredIdentificationNumber",
            Self::BranchNumber => "InsuredBranchNumber",
            Self::QualificationDate => "QualificationDate",
            Self::ValidFrom => "InsuredCardValidDate",
            Self::ValidUntil => "InsuredCardExpirationDate",
        }
    }

    /// The field's name in Japanese.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Name => "氏名",
            Self::NameKana => "氏名カナ",
            Self::Birthdate => "生年月日",
            Self::Sex => "性別",
            Self::InsurerNumber => "保険者番号",
            Self::Symbol => "記号",
            Self::Number => "番号",
            Self::BranchNumber => "枝番",
            Self::QualificationDate => "資格取得年月日",
            Self::ValidFrom => "有効開始年月日",
            Self::ValidUntil => "有効終了年月日",
        }
    }

    /// The difference as a warning, which tells neither of the two values.
    #[must_use]
    pub fn warning(self) -> Warning {
        Warning::new(
            "differs_from_own_record",
            self.wire_name(),
            format!("{}が自施設の登録と異なります。", self.label_ja()),
            format!("{} differs from the facility's own record", self.wire_name()),
        )
    }
}

/// Where an answer says something else than the facility's own record. A field that either side leaves out, and a
/// date that is none, is no difference. Nothing is decided by it: a name changes by marriage [seed F3 S65].
#[must_use]
pub fn compare(received: &Eligibility, own: &PatientRecord) -> Vec<Difference> {
    let text = |received: &Option<String>, own: &Option<String>, agree: fn(&str, &str) -> bool| {
        let said = |text: &&str| !text.trim().is_empty();
        match (received.as_deref().filter(said), own.as_deref().filter(said)) {
            (Some(received), Some(own)) => !agree(received, own),
            _ => false,
        }
    };
    let date = |received: &Option<Written<Date>>, own: Option<Date>| matches!((received.as_ref().and_then(Written::value), own), (Some(received), Some(own)) if received != own);
    // With a common name on the front, the chart may have either.
    let agrees_with_other = |other: &Option<String>, own: &Option<String>, agree: fn(&str, &str) -> bool| matches!((other, own), (Some(other), Some(own)) if agree(other, own));
    let sex_differs = match (&received.sex1, &own.sex) {
        (Some(received @ (Sex::Male | Sex::Female)), Some(own @ (Sex::Male | Sex::Female))) => {
            received != own
        }
        _ => false,
    };
    let insurer = received.insurer_number.as_ref().map(|number| number.raw().to_owned());
    let differs = [
        (
            Difference::Name,
            text(&received.name, &own.name, names_agree)
                && !agrees_with_other(&received.other_name, &own.name, names_agree),
        ),
        (
            Difference::NameKana,
            text(&received.name_kana, &own.name_kana, kana_agree)
                && !agrees_with_other(&received.other_name_kana, &own.name_kana, kana_agree),
        ),
        (Difference::Birthdate, date(&received.birthdate, own.birthdate)),
        (Difference::Sex, sex_differs),
        (Difference::InsurerNumber, text(&insurer, &own.insurer_number, insurers_agree)),
        (Difference::Symbol, text(&received.symbol, &own.symbol, symbols_agree)),
        (Difference::Number, text(&received.number, &own.number, numbers_agree)),
        (Difference::BranchNumber, text(&received.branch_number, &own.branch_number, numbers_agree)),
        (Difference::QualificationDate, date(&received.qualification_date, own.qualification_date)),
        (Difference::ValidFrom, date(&received.valid_from, own.valid_from)),
        (Difference::ValidUntil, date(&received.valid_until, own.valid_until)),
    ];
    differs.into_iter().filter(|(_, differs)| *differs).map(|(difference, _)| difference).collect()
}

/// Which of the facility's patients an answer may be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth answer")]
pub enum Candidates {
    /// None.
    None,
    /// One, at this place in the list given.
    One(usize),
    /// Several: a person must choose [code D12].
    Several,
}

/// Looks for the patient by name and day of birth.
#[must_use]
pub fn find_patient(received: &Eligibility, patients: &[PatientRecord]) -> Candidates {
    let may_be = |patient: &PatientRecord| {
        let is_known = patient.name.is_some() && patient.birthdate.is_some();
        let has_both =
            received.name.is_some() && received.birthdate.as_ref().and_then(Written::value).is_some();
        let differences = compare(received, patient);
        is_known
            && has_both
            && !differences.contains(&Difference::Name)
            && !differences.contains(&Difference::Birthdate)
    };
    let mut found = patients.iter().enumerate().filter(|(_, patient)| may_be(patient));
    match (found.next(), found.next()) {
        (None, _) => Candidates::None,
        (Some((index, _)), None) => Candidates::One(index),
        (Some(_), Some(_)) => Candidates::Several,
    }
}

/// By their normal forms; numbers without one as written.
fn insurers_agree(one: &str, other: &str) -> bool {
    let (one, other) = (InsurerNumber::new(one), InsurerNumber::new(other));
    match (one.normal(), other.normal()) {
        (Some(one), Some(other)) => one == other,
        _ => one.raw().trim() == other.raw().trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> PatientRecord {
        PatientRecord {
            name: Some("渡邉　通".to_owned()),
            name_kana: Some("わたなべ とおる".to_owned()),
            birthdate: Date::parse("19700401").ok(),
            sex: Some(Sex::Male),
            insurer_number: Some("138057".to_owned()),
            symbol: Some("１２－３４".to_owned()),
            number: Some("0012345".to_owned()),
            branch_number: Some("1".to_owned()),
            ..PatientRecord::default()
        }
    }

    fn received() -> Eligibility {
        Eligibility {
            name: Some("渡●　通".to_owned()),
            name_kana: Some("ﾜﾀﾅﾍﾞ ﾄｵﾙ".to_owned()),
            birthdate: Some(Written::new("19700401")),
            sex1: Some(Sex::NotSet),
            insurer_number: Some(InsurerNumber::new("  138057")),
            symbol: Some("12-34".to_owned()),
            number: Some("12345".to_owned()),
            branch_number: Some("01".to_owned()),
            valid_from: Some(Written::new("20250401")),
            ..Eligibility::default()
        }
    }

    #[test]
    fn what_only_looks_different_is_no_difference() {
        assert_eq!(compare(&received(), &own()), []);
        assert_eq!(compare(&Eligibility::default(), &own()), []);
        assert_eq!(compare(&received(), &PatientRecord::default()), []);
        // The chart has the real name, the card's front the common one.
        let real = Eligibility {
            name: Some("通称　通".to_owned()),
            other_name: Some("渡邉　通".to_owned()),
            ..received()
        };
        assert_eq!(compare(&real, &own()), []);
    }

    #[test]
    fn every_field_can_differ() {
        let other = Eligibility {
            name: Some("別人　通".to_owned()),
            name_kana: Some("ﾍﾞﾂｼﾞﾝ".to_owned()),
            birthdate: Some(Written::new("19700402")),
            sex1: Some(Sex::Female),
            insurer_number: Some(InsurerNumber::new("01130012")),
            symbol: Some("12・34".to_owned()),
            number: Some("123450".to_owned()),
            branch_number: Some("02".to_owned()),
            qualification_date: Some(Written::new("20250401")),
            valid_from: Some(Written::new("20250401")),
            valid_until: Some(Written::new("20250402")),
            ..Eligibility::default()
        };
        let another_day = Date::parse("20200101").ok();
        let own = PatientRecord {
            qualification_date: another_day,
            valid_from: another_day,
            valid_until: another_day,
            ..own()
        };
        let differences = compare(&other, &own);
        assert_eq!(differences.len(), 11, "{differences:?}");
        let warning = differences[0].warning();
        assert_eq!((warning.code, warning.path.as_str()), ("differs_from_own_record", "Name"));
    }

    #[test]
    fn of_several_patients_none_is_picked() {
        assert_eq!(find_patient(&received(), &[]), Candidates::None);
        assert_eq!(find_patient(&received(), &[PatientRecord::default(), own()]), Candidates::One(1));
        let namesake = PatientRecord { name: Some("渡辺　通".to_owned()), ..own() };
        assert_eq!(find_patient(&received(), &[own(), namesake]), Candidates::Several);
    }
}
