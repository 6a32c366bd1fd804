//! 一部負担金割合, 適用区分, certificate, age and system held against each other: which of them may stand together, and when.
//!
//! The rule of each pair is a row of a table with its days; a row that a law changes gets its last day, and a new row follows.

use myna_calendar::{Date, elderly_certificate_from, later_stage_from, preschool_until};

use crate::meaning::code::{InsuredCardClassification, LimitCategory};
use crate::meaning::insurer::Scheme;
use crate::meaning::record::Eligibility;
use crate::meaning::warning::Warning;
use crate::meaning::written::Written;

/// Whose share it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Payer {
    /// 70–74, by 高齢受給者証.
    Elderly,
    /// 後期高齢者医療.
    LaterStage,
}

type Day = (u16, u8, u8);

/// A row: the shares, in tenths, that may stand beside a limit category from a day to a day.
struct Allowed {
    payer: Payer,
    /// Wire texts of 適用区分 (OQSCD012).
    categories: &'static [&'static str],
    from: Day,
    until: Day,
    tenths: &'static [u8],
}

const ALWAYS: Day = (1900, 1, 1);
const FOREVER: Day = (9999, 12, 31);

/// The shares: 70–74 pay 2割, and 3割 with an income as in working life; 1割 was the exception for those who were seventy
/// before 2014-04-02, the last of whom became 75 in 2019-03. 後期高齢者医療 pay 1割, or 3割, and since 2022-10-01 一般Ⅱ pays
/// 2割 [law: 健康保険法 第74条, 高齢者の医療の確保に関する法律 第67条; which class goes with which share by belief].
#[rustfmt::skip]
const ALLOWED: &[Allowed] = &[
    Allowed { payer: Payer::Elderly, categories: &["B01", "B02", "B03"], from: ALWAYS, until: FOREVER, tenths: &[3] },
    Allowed { payer: Payer::Elderly, categories: &["B04", "B05", "B06", "B07", "B08"], from: ALWAYS, until: (2019, 3, 31), tenths: &[1, 2] },
    Allowed { payer: Payer::Elderly, categories: &["B04", "B05", "B06", "B07", "B08"], from: (2019, 4, 1), until: FOREVER, tenths: &[2] },
    Allowed { payer: Payer::LaterStage, categories: &["B01", "B02", "B03"], from: ALWAYS, until: FOREVER, tenths: &[3] },
    Allowed { payer: Payer::LaterStage, categories: &["B04"], from: ALWAYS, until: (2022, 9, 30), tenths: &[1] },
    Allowed { payer: Payer::LaterStage, categories: &["B09"], from: (2022, 10, 1), until: FOREVER, tenths: &[2] },
    Allowed { payer: Payer::LaterStage, categories: &["B10"], from: (2022, 10, 1), until: FOREVER, tenths: &[1] },
    Allowed { payer: Payer::LaterStage, categories: &["B05", "B06", "B07", "B08"], from: ALWAYS, until: FOREVER, tenths: &[1] },
];

/// A row: the systems (制度) a 被保険者証区分 may belong to, and until when it may stand at all.
struct AllowedKind {
    kind: InsuredCardClassification,
    schemes: &'static [Scheme],
    until: Day,
}

/// 03 and 04 are no longer issued since 2024-12-02, and the last of them ended by 2025-12-01 [doc].
#[rustfmt::skip]
const ALLOWED_KINDS: &[AllowedKind] = &[
    AllowedKind { kind: InsuredCardClassification::Retired, schemes: &[Scheme::NationalHealthInsuranceRetired], until: FOREVER },
    AllowedKind {
        kind: InsuredCardClassification::ShortTermGeneral,
        schemes: &[Scheme::NationalHealthInsurance, Scheme::NationalHealthInsuranceSociety, Scheme::LaterStageElderly],
        until: (2025, 12, 1),
    },
    AllowedKind { kind: InsuredCardClassification::ShortTermRetired, schemes: &[Scheme::NationalHealthInsuranceRetired], until: (2025, 12, 1) },
    AllowedKind {
        kind: InsuredCardClassification::SpecialMedicalExpense,
        schemes: &[
            Scheme::NationalHealthInsurance, Scheme::NationalHealthInsuranceSociety,
            Scheme::NationalHealthInsuranceRetired, Scheme::LaterStageElderly,
        ],
        until: FOREVER,
    },
    AllowedKind {
        kind: InsuredCardClassification::SpecialRetired,
        schemes: &[Scheme::SpecialRetiredSociety, Scheme::SpecialRetiredMutualAid],
        until: FOREVER,
    },
    AllowedKind { kind: InsuredCardClassification::SelfDefenceForces, schemes: &[Scheme::SelfDefenceForces], until: FOREVER },
];

/// The contradictions of one record on the day of the check.
pub(super) fn inspect(eligibility: &Eligibility, on: Date, path: &str, warnings: &mut Vec<Warning>) {
    let Some(scheme) = eligibility.scheme() else { return };
    warnings.extend(of_kind(eligibility, scheme, on, path));
    if !is_insurance(scheme) {
        return;
    }
    warnings.extend(of_share(eligibility, scheme, on, path));
    if let Some(birth) = eligibility.birthdate.as_ref().and_then(Written::value) {
        warnings.extend(of_age(eligibility, scheme, birth, on, path));
    }
}

/// Whether the rules of ages and shares are those of the law of insurance; medical aid and the Self-Defence Forces have
/// their own.
const fn is_insurance(scheme: Scheme) -> bool {
    !matches!(
        scheme,
        Scheme::MedicalAid | Scheme::PublicExpense(_) | Scheme::Unknown(_) | Scheme::SelfDefenceForces
    )
}

fn is_within(on: Date, from: Day, until: Day) -> bool {
    let on = (on.year(), on.month(), on.day());
    from <= on && on <= until
}

fn of_kind(eligibility: &Eligibility, scheme: Scheme, on: Date, path: &str) -> Option<Warning> {
    let kind = eligibility.card_classification.as_ref()?;
    let row = ALLOWED_KINDS.iter().find(|row| row.kind == *kind)?;
    let path = format!("{path}/InsuredCardClassification");
    if !row.schemes.contains(&scheme) {
        return Some(Warning::new(
            "certificate_kind_scheme",
            &path,
            format!("被保険者証区分が制度（{}）に合いません。", scheme.label_ja()),
            "the kind of certificate does not belong to the system of the insurer number",
        ));
    }
    (!is_within(on, ALWAYS, row.until)).then(|| {
        Warning::new(
            "certificate_kind_abolished",
            &path,
            "短期被保険者証は2024年12月2日に廃止され、残っていたものも2025年12月1日までに終わりました。",
            "short-term cards were abolished on 2024-12-02, and the last ended by 2025-12-01",
        )
    })
}

fn of_share(eligibility: &Eligibility, scheme: Scheme, on: Date, base: &str) -> Option<Warning> {
    let (payer, ratio, path) = match (scheme, &eligibility.elderly_certificate) {
        (Scheme::LaterStageElderly, _) => (
            Payer::LaterStage,
            &eligibility.contribution_ratio,
            format!("{base}/InsuredPartialContributionRatio"),
        ),
        (_, Some(certificate)) => (
            Payer::Elderly,
            &certificate.contribution_ratio,
            format!("{base}/ElderlyRecipientCertificateInfo/ElderlyRecipientContributionRatio"),
        ),
        _ => return None,
    };
    // One that nobody pays has a warning of its own.
    let tenths = ratio.as_ref().and_then(Written::value).filter(|ratio| !ratio.is_unusual())?.tenths();
    let mut rows = ALLOWED.iter().filter(|row| row.payer == payer && is_within(on, row.from, row.until));
    if !rows.clone().any(|row| row.tenths.contains(&tenths)) {
        return Some(Warning::new(
            "share_age",
            &path,
            format!("負担割合{tenths}割は、この年齢・制度にはないはずです。"),
            format!("a share of {tenths} tenths does not exist at this age in this system"),
        ));
    }
    let category = eligibility.limit_certificate.as_ref()?.category.as_ref()?;
    let Some(row) = rows.find(|row| row.categories.contains(&category.as_wire())) else {
        return of_ended_category(payer, category, base);
    };
    (!row.tenths.contains(&tenths)).then(|| {
        Warning::new(
            "share_limit_category",
            &path,
            format!(
                "負担割合{tenths}割と適用区分「{}」は両立しません。保険者に確認してください。",
                category.label_ja()
            ),
            format!(
                "a share of {tenths} tenths cannot stand beside limit category {}; ask the insurer",
                category.as_wire()
            ),
        )
    })
}

/// 一般 of 後期高齢者医療 became 一般Ⅰ and 一般Ⅱ on 2022-10-01; a category of another system or age is told elsewhere.
fn of_ended_category(payer: Payer, category: &LimitCategory, base: &str) -> Option<Warning> {
    let has_rows =
        ALLOWED.iter().any(|row| row.payer == payer && row.categories.contains(&category.as_wire()));
    (has_rows && category.since().is_none()).then(|| {
        Warning::new(
            "limit_category_date",
            &format!(
                "{base}/LimitApplicationCertificateRelatedInfo/LimitApplicationCertificateClassificationFlag"
            ),
            "後期高齢者医療の適用区分「一般」は2022年9月30日までです（2022年10月1日からは一般Ⅰ・一般Ⅱ）。",
            "this limit category of later-stage elderly care ended on 2022-09-30",
        )
    })
}

/// Age against certificate: 75 and later in another system than 後期高齢者医療, 後期高齢者医療 before 65, 70–74 without
/// 高齢受給者証 or outside those years with one, a child below school age without 未就学区分 [law; seed F3 S87].
fn of_age(eligibility: &Eligibility, scheme: Scheme, birth: Date, on: Date, path: &str) -> Option<Warning> {
    let is_later_stage = scheme == Scheme::LaterStageElderly;
    let insurer_path = format!("{path}/InsurerNumber");
    if !is_later_stage && on >= later_stage_from(birth)? {
        return Some(Warning::new(
            "scheme_age",
            &insurer_path,
            "75歳以上ですが、後期高齢者医療ではありません。新しい資格を確認してください。",
            "75 or older, but not in the system of later-stage elderly care; look for the new eligibility",
        ));
    }
    if is_later_stage {
        let sixty_five = (birth.year().checked_add(65)?, birth.month(), birth.day());
        return (!is_within(on, sixty_five, FOREVER)).then(|| {
            Warning::new(
                "scheme_age",
                &insurer_path,
                "65歳未満ですが、後期高齢者医療です。",
                "younger than 65, but in the system of later-stage elderly care",
            )
        });
    }
    let elderly_path = format!("{path}/ElderlyRecipientCertificateInfo");
    match (&eligibility.elderly_certificate, on >= elderly_certificate_from(birth)?) {
        (None, true) => {
            return Some(Warning::new(
                "elderly_certificate_missing",
                &elderly_path,
                "70歳から74歳ですが、高齢受給者証の情報がありません。負担割合を確認してください。",
                "70 to 74, but nothing of the elderly certificate is there: the share is not known",
            ));
        }
        // One that begins later may be told ahead.
        (Some(certificate), false)
            if certificate.valid_from.as_ref().and_then(Written::value).is_none_or(|from| from <= on) =>
        {
            return Some(Warning::new(
                "elderly_certificate_age",
                &elderly_path,
                "70歳未満ですが、高齢受給者証の情報があります。",
                "younger than 70, but there is an elderly certificate",
            ));
        }
        _ => {}
    }
    (eligibility.preschool.is_none() && on <= preschool_until(birth)?).then(|| {
        Warning::new(
            "preschool_missing",
            &format!("{path}/PreschoolClassification"),
            "生年月日からは未就学ですが、未就学区分がありません。負担割合は2割のはずです。",
            "below school age by the date of birth, but not marked so: the share should be two tenths",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meaning::insurer::InsurerNumber;
    use crate::meaning::record::{ElderlyCertificate, LimitCertificate};

    fn day((year, month, day): Day) -> Date {
        Date::from_ymd(year, month, day).unwrap()
    }

    fn record(payer: Payer, category: &str, tenths: u8) -> Eligibility {
        let ratio = Some(Written::new(format!("0{tenths}0")));
        let limit = LimitCertificate {
            category: Some(LimitCategory::from_wire(category)),
            ..LimitCertificate::default()
        };
        let mut eligibility = Eligibility { limit_certificate: Some(limit), ..Eligibility::default() };
        match payer {
            Payer::LaterStage => {
                eligibility.insurer_number = Some(InsurerNumber::new("39131156"));
                eligibility.contribution_ratio = ratio;
            }
            Payer::Elderly => {
                eligibility.insurer_number = Some(InsurerNumber::new("138057"));
                eligibility.elderly_certificate =
                    Some(ElderlyCertificate { contribution_ratio: ratio, ..ElderlyCertificate::default() });
            }
        }
        eligibility
    }

    fn codes(eligibility: &Eligibility, on: Date) -> Vec<&'static str> {
        let mut warnings = Vec::new();
        inspect(eligibility, on, "path", &mut warnings);
        warnings.into_iter().map(|warning| warning.code).collect()
    }

    #[test]
    fn each_row_of_shares_allows_its_own_and_nothing_else() {
        for row in ALLOWED {
            // On its first and its last day, as far as the calendar of the wire goes.
            for on in [row.from.max((2014, 4, 1)), row.until.min((2026, 11, 1))].map(day) {
                for category in row.categories {
                    assert!(!matches!(LimitCategory::from_wire(category), LimitCategory::Unknown(_)));
                    for tenths in 1..=3 {
                        let is_told = !codes(&record(row.payer, category, tenths), on).is_empty();
                        assert_eq!(is_told, !row.tenths.contains(&tenths), "{category} {tenths} {on:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_category_is_told_once_it_has_ended() {
        let ended = record(Payer::LaterStage, "B04", 1);
        assert_eq!(codes(&ended, day((2022, 9, 30))), [""; 0]);
        assert_eq!(codes(&ended, day((2022, 10, 1))), ["limit_category_date"]);
    }

    #[test]
    fn each_row_of_kinds_allows_its_systems_and_no_other() {
        let numbers =
            ["138057", "133033", "01130012", "06130012", "07130012", "63130012", "67138057", "39131156"];
        for row in ALLOWED_KINDS {
            for number in numbers {
                let number = InsurerNumber::new(number);
                let is_allowed = row.schemes.contains(&number.scheme().unwrap());
                let eligibility = Eligibility {
                    card_classification: Some(row.kind.clone()),
                    insurer_number: Some(number),
                    ..Eligibility::default()
                };
                let last = day(row.until.min((2026, 11, 1)));
                assert_eq!(codes(&eligibility, last).is_empty(), is_allowed, "{:?}", row.kind);
                if is_allowed && row.until != FOREVER {
                    assert_eq!(codes(&eligibility, last.next_day().unwrap()), ["certificate_kind_abolished"]);
                }
            }
        }
    }

    #[test]
    fn age_against_certificate() {
        let on = day((2026, 11, 1));
        let of = |number: &str, birth: &str| Eligibility {
            insurer_number: Some(InsurerNumber::new(number)),
            birthdate: Some(Written::new(birth)),
            ..Eligibility::default()
        };
        let with_elderly = |eligibility: Eligibility| Eligibility {
            elderly_certificate: Some(ElderlyCertificate::default()),
            ..eligibility
        };
        for (eligibility, told) in [
            (of("138057", "19501001"), &["scheme_age"][..]),
            (of("138057", "19511101"), &["scheme_age"]),
            (with_elderly(of("138057", "19511102")), &[]),
            (of("138057", "19541001"), &["elderly_certificate_missing"]),
            (with_elderly(of("138057", "19800101")), &["elderly_certificate_age"]),
            (of("138057", "19800101"), &[]),
            (of("39131156", "19611102"), &["scheme_age"]),
            (of("39131156", "19611101"), &[]),
            (of("06130012", "20230501"), &["preschool_missing"]),
            (of("06130012", "20190501"), &[]),
            // Medical aid, and the forces, have rules of their own.
            (of("12131234", "19401001"), &[]),
            (of("07130012", "20230501"), &[]),
        ] {
            assert_eq!(codes(&eligibility, on), told, "{:?}", eligibility.birthdate);
        }
    }
}
