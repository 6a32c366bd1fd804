//! 保険者番号: the insurer's number and the scheme it names.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::meaning::check_digit::CheckDigit;
use crate::meaning::text::Text;
use crate::meaning::told::{Told, raw_text};
use crate::meaning::warning::Warning;
use myna_calendar::Date;

/// An insurer number (保険者番号), as written and as meant.
///
/// On the wire eight characters; the six digits of 国民健康保険 are padded with blanks on the left, by some writers
/// with zeros [code B9]. For medical aid the 公費負担者番号 stands here [code B.5].
///
/// ```
/// use myna_eligibility::{checks::CheckDigit, records::{InsurerNumber, Scheme}};
/// let number = InsurerNumber::new("  138057");
/// assert_eq!(number.normal(), Some("138057"));
/// assert_eq!(number.scheme(), Some(Scheme::NationalHealthInsurance));
/// assert_eq!(number.check_digit(), CheckDigit::Correct);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InsurerNumber {
    raw: String,
}

impl InsurerNumber {
    /// Takes the number as the message has it.
    #[must_use]
    pub fn new(raw: impl Into<String>) -> Self {
        Self { raw: raw.into() }
    }

    /// The text, unchanged.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The normal form: six digits (国民健康保険) or eight, without padding; `None` if the text is neither
    /// [code D4].
    #[must_use]
    pub fn normal(&self) -> Option<&str> {
        let digits = self.raw.trim_matches(' ');
        let normal = if digits.len() == 8 { digits.strip_prefix("00").unwrap_or(digits) } else { digits };
        (matches!(normal.len(), 6 | 8) && normal.bytes().all(|byte| byte.is_ascii_digit())).then_some(normal)
    }

    /// For seven digits, the number that was probably meant: a leading zero is easily lost [code D4].
    #[must_use]
    pub fn candidate(&self) -> Option<String> {
        let digits = self.raw.trim_matches(' ');
        (digits.len() == 7 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| format!("0{digits}"))
    }

    /// The check digit of the normal form.
    #[must_use]
    pub fn check_digit(&self) -> CheckDigit {
        self.normal().map_or(CheckDigit::NotChecked, CheckDigit::of)
    }

    /// The insurance scheme the number names (法別番号), or `None` without a normal form.
    #[must_use]
    pub fn scheme(&self) -> Option<Scheme> {
        self.normal().map(Scheme::of_normal)
    }
}

impl Text for InsurerNumber {
    fn of_text(text: Cow<'_, str>) -> Self {
        Self::new(text)
    }

    fn as_text(&self) -> &str {
        self.raw()
    }

    fn finding(&self, path: &str) -> Option<Warning> {
        if let CheckDigit::Wrong { expected } = self.check_digit() {
            return Some(Warning::new(
                "insurer_number_check_digit",
                path,
                format!("保険者番号の検証番号が合いません（正しくは{expected}）。"),
                format!("the insurer number's check digit is wrong; {expected} would be right"),
            ));
        }
        if self.normal().is_some() {
            return None;
        }
        let (candidate_ja, candidate_en) = self.candidate().map_or_else(Default::default, |candidate| {
            (format!("「{candidate}」の可能性があります。"), format!("; {candidate} was probably meant"))
        });
        Some(Warning::new(
            "insurer_number_form",
            path,
            format!("保険者番号が6桁または8桁ではありません。{candidate_ja}"),
            format!("the insurer number has neither six nor eight digits{candidate_en}"),
        ))
    }

    fn shown(&self, _: Date) -> String {
        self.raw.trim().to_owned()
    }

    fn told(&self) -> Told {
        let text = |text: Option<&str>| text.map_or(Told::Null, |text| Told::Text(text.to_owned()));
        let check_digit = match self.check_digit() {
            CheckDigit::Correct => "correct",
            CheckDigit::Wrong { .. } => "wrong",
            CheckDigit::NotChecked => "not_checked",
        };
        Told::Object(vec![
            ("raw".to_owned(), text(Some(self.raw()))),
            ("normal".to_owned(), text(self.normal())),
            ("scheme_ja".to_owned(), text(self.scheme().map(Scheme::label_ja))),
            ("check_digit".to_owned(), text(Some(check_digit))),
        ])
    }
}

/// `{"raw": …, "normal": …, "scheme_ja": …, "check_digit": …}`.
impl Serialize for InsurerNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.told().serialize(serializer)
    }
}

/// From what is serialized, or from the bare text of the wire.
impl<'de> Deserialize<'de> for InsurerNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::new(raw_text(deserializer)?))
    }
}

/// The scheme an insurer number belongs to (法別番号, the first two of eight digits).
///
/// The insurances as [doc C.2] has them; of the public expenses (公費) only medical aid has an arm of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Scheme {
    /// 国民健康保険 of a municipality (six digits).
    NationalHealthInsurance,
    /// 国民健康保険組合 (six digits, the insurer's part beginning with 3).
    NationalHealthInsuranceSociety,
    /// 01 全国健康保険協会（協会けんぽ）.
    HealthInsuranceAssociation,
    /// 02 船員保険.
    Seafarers,
    /// 03 日雇特例（一般療養）.
    DayLabourers,
    /// 04 日雇特例（特別療養費）.
    DayLabourersSpecial,
    /// 06 健康保険組合.
    HealthInsuranceSociety,
    /// 07 自衛官等.
    SelfDefenceForces,
    /// 31 国家公務員共済組合.
    NationalOfficials,
    /// 32 地方公務員共済組合.
    LocalOfficials,
    /// 33 警察共済組合.
    Police,
    /// 34 公立学校共済組合・日本私立学校振興・共済事業団.
    Schools,
    /// 39 後期高齢者医療.
    LaterStageElderly,
    /// 63 特例退職（健康保険組合）.
    SpecialRetiredSociety,
    /// 67 国民健康保険（退職）.
    NationalHealthInsuranceRetired,
    /// 72–75 特例退職（共済組合）.
    SpecialRetiredMutualAid,
    /// 12 生活保護（医療扶助）.
    MedicalAid,
    /// Another 公費負担医療 or a local scheme, by its first two digits: 10–30, 38, 51–54, 66, 79, 80–89.
    PublicExpense(u8),
    /// Two digits this version does not know.
    Unknown(u8),
}

impl Scheme {
    /// The scheme's name in Japanese.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::NationalHealthInsurance => "国民健康保険",
            Self::NationalHealthInsuranceSociety => "国民健康保険組合",
            Self::HealthInsuranceAssociation => "全国健康保険協会（協会けんぽ）",
            Self::Seafarers => "船員保険",
            Self::DayLabourers => "日雇特例（一般療養）",
            Self::DayLabourersSpecial => "日雇特例（特別療養費）",
            Self::HealthInsuranceSociety => "健康保険組合",
            Self::SelfDefenceForces => "自衛官等",
            Self::NationalOfficials => "国家公務員共済組合",
            Self::LocalOfficials => "地方公務員共済組合",
            Self::Police => "警察共済組合",
            Self::Schools => "公立学校・私立学校教職員共済",
            Self::LaterStageElderly => "後期高齢者医療",
            Self::SpecialRetiredSociety => "特例退職（健康保険組合）",
            Self::NationalHealthInsuranceRetired => "国民健康保険（退職）",
            Self::SpecialRetiredMutualAid => "特例退職（共済組合）",
            Self::MedicalAid => "生活保護（医療扶助）",
            Self::PublicExpense(_) => "公費負担医療",
            Self::Unknown(_) => "不明な法別番号",
        }
    }

    fn of_normal(normal: &str) -> Self {
        if normal.len() == 6 {
            // Prefecture 2, insurer 3, check digit 1: the insurer's part of a society begins with 3.
            return if normal.as_bytes().get(2) == Some(&b'3') {
                Self::NationalHealthInsuranceSociety
            } else {
                Self::NationalHealthInsurance
            };
        }
        let law = normal.get(..2).and_then(|law| law.parse().ok()).unwrap_or_default();
        match law {
            1 => Self::HealthInsuranceAssociation,
            2 => Self::Seafarers,
            3 => Self::DayLabourers,
            4 => Self::DayLabourersSpecial,
            6 => Self::HealthInsuranceSociety,
            7 => Self::SelfDefenceForces,
            31 => Self::NationalOfficials,
            32 => Self::LocalOfficials,
            33 => Self::Police,
            34 => Self::Schools,
            39 => Self::LaterStageElderly,
            63 => Self::SpecialRetiredSociety,
            67 => Self::NationalHealthInsuranceRetired,
            72..=75 => Self::SpecialRetiredMutualAid,
            12 => Self::MedicalAid,
            10 | 11 | 13..=25 | 28..=30 | 38 | 51..=54 | 66 | 79..=89 => Self::PublicExpense(law),
            _ => Self::Unknown(law),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_forms_and_schemes() {
        for (raw, normal, scheme) in [
            ("  138057", "138057", Scheme::NationalHealthInsurance),
            ("00138057", "138057", Scheme::NationalHealthInsurance),
            ("138057", "138057", Scheme::NationalHealthInsurance),
            ("  133033", "133033", Scheme::NationalHealthInsuranceSociety),
            ("01130012", "01130012", Scheme::HealthInsuranceAssociation),
            ("06139984", "06139984", Scheme::HealthInsuranceSociety),
            ("34139980", "34139980", Scheme::Schools),
            ("39139985", "39139985", Scheme::LaterStageElderly),
            ("12139986", "12139986", Scheme::MedicalAid),
            ("54016027", "54016027", Scheme::PublicExpense(54)),
            ("99000000", "99000000", Scheme::Unknown(99)),
        ] {
            let number = InsurerNumber::new(raw);
            assert_eq!(number.normal(), Some(normal), "{raw}");
            assert_eq!(number.scheme(), Some(scheme), "{raw}");
            assert_eq!(number.raw(), raw);
        }
    }

    #[test]
    fn what_is_no_insurer_number() {
        for raw in ["", "1130012", "12345", "123456789", "０１１３００１２", "0113001x"] {
            let number = InsurerNumber::new(raw);
            assert_eq!((number.normal(), number.scheme()), (None, None), "{raw}");
            assert_eq!(number.check_digit(), CheckDigit::NotChecked);
        }
        assert_eq!(InsurerNumber::new("1130012").candidate().as_deref(), Some("01130012"));
        assert_eq!(InsurerNumber::new("01130012").candidate(), None);
    }
}
