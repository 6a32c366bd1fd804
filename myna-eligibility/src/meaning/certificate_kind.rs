//! Which certificates of insurance the limited app can check, and since when [seed F3 S92–S94].

use serde::Serialize;

use myna_calendar::Date;

/// A kind of certificate, by the rows of the manual of 2024-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum InsuranceCertificateKind {
    /// 1 健保被保険者証・共済組合員証・私学共済加入者証・船員保険被保険者証・船員組合員証.
    EmployeesInsurance,
    /// 2 国民健康保険被保険者証.
    NationalHealthInsurance,
    /// 3 国保証兼高齢受給者証・高齢受給者証.
    ElderlyRecipient,
    /// 4 後期高齢者医療被保険者証.
    LaterStageElderly,
    /// 5 退職被保険者証.
    Retired,
    /// 6 短期被保険者証.
    ShortTerm,
    /// 7 子ども短期被保険者証.
    ShortTermChild,
    /// 8 マル学（修学中の特例）.
    Student,
    /// 9 住所地特例.
    FormerResidence,
    /// 10 被保険者資格証明書.
    SpecialMedicalExpense,
    /// 11 限度額適用認定証.
    Limit,
    /// 12 限度額適用・標準負担額減額認定証・標準負担額減額認定証.
    LimitAndMealReduction,
    /// 13 特定疾病療養受療証.
    SpecificDiseases,
    /// 14 自衛官診療証, and rows 11 to 13 for 自衛官.
    SelfDefenceForces,
    /// 15 被保険者受給資格者票（日雇）.
    DayLabourer,
    /// 16 特別療養費受給票（日雇）.
    DayLabourerSpecial,
    /// 17 船員 療養補償証明書.
    SeafarerCompensation,
    /// 18 船員 継続療養受領（受療）証明書.
    SeafarerContinued,
    /// 19 一部負担金等減免（免除・徴収猶予）証明書.
    CostReduction,
    /// 20 公費負担・地域単独事業の受給証.
    PublicExpense,
    /// 21 生活保護の医療券等.
    MedicalAidTicket,
}

impl InsuranceCertificateKind {
    /// Every kind, in the manual's order.
    pub const ALL: [Self; 21] = [
        Self::EmployeesInsurance,
        Self::NationalHealthInsurance,
        Self::ElderlyRecipient,
        Self::LaterStageElderly,
        Self::Retired,
        Self::ShortTerm,
        Self::ShortTermChild,
        Self::Student,
        Self::FormerResidence,
        Self::SpecialMedicalExpense,
        Self::Limit,
        Self::LimitAndMealReduction,
        Self::SpecificDiseases,
        Self::SelfDefenceForces,
        Self::DayLabourer,
        Self::DayLabourerSpecial,
        Self::SeafarerCompensation,
        Self::SeafarerContinued,
        Self::CostReduction,
        Self::PublicExpense,
        Self::MedicalAidTicket,
    ];

    /// Whether the limited app can check the kind on a day.
    ///
    /// Rows 11 to 13 were to come by April 2024 [seed F3 S93], taken for its first day. Later additions, such as medical aid on
    /// the full system since about 2024-03 [code B.5], are not known of the limited app.
    #[must_use]
    pub const fn is_checkable(self, on: Date) -> bool {
        match self {
            Self::EmployeesInsurance
            | Self::NationalHealthInsurance
            | Self::ElderlyRecipient
            | Self::LaterStageElderly
            | Self::Retired
            | Self::ShortTerm
            | Self::ShortTermChild
            | Self::Student
            | Self::FormerResidence
            | Self::SpecialMedicalExpense => true,
            Self::Limit | Self::LimitAndMealReduction | Self::SpecificDiseases => {
                on.year() > 2024 || (on.year() == 2024 && on.month() >= 4)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_manual() {
        let rows = |day: &str| -> Vec<usize> {
            let on = Date::parse(day).unwrap();
            let kinds = InsuranceCertificateKind::ALL.into_iter().zip(1..);
            kinds.filter(|(kind, _)| kind.is_checkable(on)).map(|(_, row)| row).collect()
        };
        assert_eq!(rows("20240331"), (1..=10).collect::<Vec<_>>());
        assert_eq!(rows("20240401"), (1..=13).collect::<Vec<_>>());
    }
}
