//! The code tables (業務コード OQSCD001–044), each an enum that keeps what it does not know.
//!
//! Here those of a single check, 001–017; the others in the modules below.
//!
//! The values are those of [code C]: read or written by working software; the official table is not public
//! (U1).
//!
//! The tables grew: `A1` of 010 and `6` of 006 came with medical aid, about 2024-03 [guess B.5], `03` of 008 and `3` of 016
//! at some later day that no source tells; `B09` and `B10` of 012 have theirs ([`LimitCategory::since`]). One label has
//! changed, that of `05` of 010 ([`InsuredCardClassification::label_ja_on`]).

mod medical_aid;
mod online;

pub use medical_aid::*;
pub use online::*;

use crate::meaning::text::Text;
use crate::meaning::warning::Warning;
use myna_calendar::Date;

/// A code table, for those who look a word up.
pub(crate) trait CodeTable: Text + Clone + 'static {
    fn all() -> &'static [Self];
    /// The label in Japanese.
    fn word(&self) -> &'static str;
}

/// Declares one table: the enum, its wire texts, and its labels.
macro_rules! code_table {
    (
        $(#[$doc:meta])*
        $name:ident, $table:literal {
            $($(#[$value_doc:meta])* $value:ident = $wire:literal, $ja:literal, $en:literal;)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$value_doc])* $value,)+
            /// A value this version does not know, as written. Made by [`from_wire`](Self::from_wire) only
            /// for texts outside the table.
            Unknown(String),
        }

        impl $name {
            /// The name of the code table.
            pub const TABLE: &'static str = $table;

            /// Every value of the table.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The value a text of the wire stands for.
            #[must_use]
            pub fn from_wire(text: &str) -> Self {
                match text {
                    $($wire => Self::$value,)+
                    other => Self::Unknown(other.to_owned()),
                }
            }

            /// The text on the wire; leading zeros are part of it.
            #[must_use]
            pub fn as_wire(&self) -> &str {
                match self {
                    $(Self::$value => $wire,)+
                    Self::Unknown(text) => text,
                }
            }

            /// The meaning in Japanese; 不明 for an unknown value.
            #[must_use]
            pub const fn label_ja(&self) -> &'static str {
                match self {
                    $(Self::$value => $ja,)+
                    Self::Unknown(_) => "不明",
                }
            }

            /// The meaning in English; "unknown" for an unknown value.
            #[must_use]
            pub const fn label_en(&self) -> &'static str {
                match self {
                    $(Self::$value => $en,)+
                    Self::Unknown(_) => "unknown",
                }
            }
        }

        impl Text for $name {
            fn of_text(text: std::borrow::Cow<'_, str>) -> Self {
                Self::from_wire(&text)
            }

            fn as_text(&self) -> &str {
                self.as_wire()
            }

            fn finding(&self, path: &str) -> Option<Warning> {
                matches!(self, Self::Unknown(_)).then(|| Warning::unknown_code(path, Self::TABLE, self.as_wire()))
            }

            fn told(&self) -> crate::meaning::told::Told {
                crate::meaning::told::Told::object([
                    ("raw", self.as_wire()),
                    ("label_ja", self.label_ja()),
                    ("label_en", self.label_en()),
                ])
            }
        }

        #[cfg(test)]
        impl crate::generated::Generated for $name {
            fn generated(source: &mut crate::generated::Source) -> Self {
                let text: String = crate::generated::Generated::generated(source);
                let known = Self::ALL.get(text.len() % (Self::ALL.len() + 1)).cloned();
                known.unwrap_or_else(|| Self::from_wire(&text))
            }
        }

        impl crate::meaning::code::CodeTable for $name {
            fn all() -> &'static [Self] {
                Self::ALL
            }

            fn word(&self) -> &'static str {
                self.label_ja()
            }
        }

        /// `{"raw": "1", "label_ja": …, "label_en": …}`.
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                crate::meaning::text::Text::told(self).serialize(serializer)
            }
        }

        /// From what is serialized, or from the bare text of the wire.
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self::from_wire(&crate::meaning::told::raw_text(deserializer)?))
            }
        }
    };
}

use code_table;

code_table! {
    /// 限度額適用認定証同意フラグ.
    LimitCertificateConsent, "OQSCD001" {
        /// 未同意.
        NotGiven = "0", "未同意", "not given";
        /// 同意.
        Given = "1", "同意", "given";
    }
}

code_table! {
    /// 照会区分: what the check was made with.
    ReferenceClassification, "OQSCD002" {
        /// マイナンバーカード.
        MyNumberCard = "1", "マイナンバーカード", "My Number Card";
        /// 被保険者証情報: the data of an insurance card, typed in.
        InsuranceCardData = "2", "被保険者証情報", "insurance card data";
    }
}

code_table! {
    /// 処理結果区分: how the message as a whole ended.
    SegmentOfResult, "OQSCD003" {
        /// 正常終了.
        Normal = "1", "正常終了", "ended normally";
        /// 処理中: ask again later.
        InProgress = "2", "処理中", "in progress";
        /// 異常終了.
        Abnormal = "9", "異常終了", "ended abnormally";
    }
}

code_table! {
    /// 処理結果状況: how this check ended.
    ProcessingResultStatus, "OQSCD004" {
        /// 正常終了.
        Normal = "1", "正常終了", "ended normally";
        /// エラー.
        Error = "2", "エラー", "error";
    }
}

code_table! {
    /// 文字コード識別: the encoding the sender names, which may disagree with the bytes (B5).
    CharacterCode, "OQSCD005" {
        /// UTF-8.
        Utf8 = "0", "UTF-8", "UTF-8";
        /// Shift_JIS, in practice CP932.
        ShiftJis = "1", "Shift_JIS", "Shift_JIS";
    }
}

code_table! {
    /// 資格有効性: the answer itself. [`Verdict`](crate::Verdict) reads it together with the rest of the message.
    QualificationValidity, "OQSCD006" {
        /// 有効.
        Valid = "1", "有効", "valid";
        /// 無効.
        Invalid = "2", "無効", "invalid";
        /// 無効(新しい資格あり).
        InvalidNewerExists = "3", "無効（新しい資格あり）", "invalid, newer eligibility exists";
        /// 該当資格なし.
        NoMatch = "4", "該当資格なし", "no such eligibility";
        /// 複数該当 (insurance only).
        Multiple = "5", "複数該当", "several match";
        /// 有効(未登録) (medical aid only).
        ValidUnregistered = "6", "有効（未登録）", "valid, not registered";
    }
}

code_table! {
    /// 性別.
    Sex, "OQSCD007" {
        /// 男.
        Male = "1", "男", "male";
        /// 女.
        Female = "2", "女", "female";
        /// 未設定: the holder asked that it not be shown, or it is not set.
        NotSet = "3", "未設定", "not set";
    }
}

code_table! {
    /// 資格喪失事由. May be set before the loss and never makes an eligibility invalid by itself [seed F3 S88].
    ReasonOfLoss, "OQSCD008" {
        /// 死亡.
        Death = "01", "死亡", "death";
        /// 生活保護受給開始.
        PublicAssistance = "02", "生活保護受給開始", "public assistance began";
        /// 医療保険等の資格取得 (a later addition).
        OtherInsurance = "03", "医療保険等の資格取得", "joined another insurance";
        /// その他.
        Other = "99", "その他", "other";
    }
}

code_table! {
    /// 本人・家族の別. 本人 of 国民健康保険 is the householder [seed F3 S80].
    PersonalFamilyClassification, "OQSCD009" {
        /// 本人.
        Insured = "1", "本人", "insured person";
        /// 家族.
        Family = "2", "家族", "family member";
    }
}

code_table! {
    /// 被保険者証区分. The words for 05 changed; see [`label_ja_on`](Self::label_ja_on).
    InsuredCardClassification, "OQSCD010" {
        /// 被保険者証(一般).
        General = "01", "被保険者証（一般）", "insured person's card (general)";
        /// 被保険者証(退職).
        Retired = "02", "被保険者証（退職）", "insured person's card (retired)";
        /// 短期被保険者証(一般).
        ShortTermGeneral = "03", "短期被保険者証（一般）", "short-term card (general)";
        /// 短期被保険者証(退職).
        ShortTermRetired = "04", "短期被保険者証（退職）", "short-term card (retired)";
        /// 特別療養費支給対象者, formerly 被保険者資格証明書: the patient pays in full and is refunded.
        SpecialMedicalExpense = "05", "特別療養費支給対象者", "entitled to special medical expenses";
        /// 特例退職被保険者証.
        SpecialRetired = "06", "特例退職被保険者証", "special retired person's card";
        /// 自衛官診療証.
        SelfDefenceForces = "07", "自衛官診療証", "Self-Defence Forces medical card";
        /// 医療扶助.
        MedicalAid = "A1", "医療扶助", "medical aid";
    }
}

impl InsuredCardClassification {
    /// The meaning in Japanese in the words of a day.
    ///
    /// 05 was 被保険者資格証明書 in the layout of 2024-01 [seed F3 S78] and is 特別療養費支給対象者 in the newer one [code C].
    /// The day of the change is taken to be 2024-12-02, the end of card issue [seed F0 S4]; that day is a
    /// [guess U5].
    #[must_use]
    pub fn label_ja_on(&self, day: Date) -> &'static str {
        match self {
            Self::SpecialMedicalExpense if (day.year(), day.month(), day.day()) < (2024, 12, 2) => {
                "被保険者資格証明書"
            }
            other => other.label_ja(),
        }
    }
}

code_table! {
    /// 限度額適用認定証区分.
    LimitCertificateClassification, "OQSCD011" {
        /// 限度額適用(区分)認定証.
        Limit = "01", "限度額適用認定証", "limit certificate";
        /// 限度額適用・標準負担額減額認定証.
        LimitAndMealReduction = "02", "限度額適用・標準負担額減額認定証", "limit and meal-cost reduction certificate";
        /// 標準負担額減額認定証.
        MealReduction = "03", "標準負担額減額認定証", "meal-cost reduction certificate";
    }
}

code_table! {
    /// 限度額適用認定証適用区分: A under 70, B from 70; B09 and B10 since 2022-10.
    LimitCategory, "OQSCD012" {
        /// ア.
        A01 = "A01", "ア", "A (under 70)";
        /// イ.
        A02 = "A02", "イ", "I (under 70)";
        /// ウ.
        A03 = "A03", "ウ", "U (under 70)";
        /// エ.
        A04 = "A04", "エ", "E (under 70)";
        /// オ.
        A05 = "A05", "オ", "O (under 70)";
        /// オ(境).
        A06 = "A06", "オ（境）", "O, borderline (under 70)";
        /// 現役並みⅢ.
        B01 = "B01", "現役並みⅢ", "income as in working life III";
        /// 現役並みⅡ.
        B02 = "B02", "現役並みⅡ", "income as in working life II";
        /// 現役並みⅠ.
        B03 = "B03", "現役並みⅠ", "income as in working life I";
        /// 一般 (70–74).
        B04 = "B04", "一般", "general";
        /// 低所得Ⅱ.
        B05 = "B05", "低所得Ⅱ", "low income II";
        /// 低所得Ⅰ.
        B06 = "B06", "低所得Ⅰ", "low income I";
        /// 低所得Ⅰ(老福).
        B07 = "B07", "低所得Ⅰ（老福）", "low income I, old-age welfare pension";
        /// 低所得Ⅰ(境).
        B08 = "B08", "低所得Ⅰ（境）", "low income I, borderline";
        /// 一般Ⅱ (後期高齢者医療).
        B09 = "B09", "一般Ⅱ", "general II";
        /// 一般Ⅰ (後期高齢者医療).
        B10 = "B10", "一般Ⅰ", "general I";
    }
}

impl LimitCategory {
    /// The first day of a category that came later: 2022-10-01 for 一般Ⅱ and 一般Ⅰ of 後期高齢者医療, which were one 一般
    /// before [code C 012; law].
    #[must_use]
    pub fn since(&self) -> Option<Date> {
        matches!(self, Self::B09 | Self::B10).then(|| Date::from_ymd(2022, 10, 1).ok()).flatten()
    }
}

code_table! {
    /// 特定疾病認定疾病区分.
    SpecificDisease, "OQSCD013" {
        /// 慢性腎不全(人工透析).
        ChronicRenalFailure = "1", "慢性腎不全（人工透析）", "chronic renal failure (dialysis)";
        /// 先天性血液凝固因子障害(第VIII/IX因子).
        CoagulationFactorDisorder = "2", "先天性血液凝固因子障害（第VIII/IX因子）", "congenital coagulation factor VIII/IX disorder";
        /// 血液凝固因子製剤に起因するHIV感染症.
        HivFromCoagulationFactor = "3", "血液凝固因子製剤に起因するHIV感染症", "HIV infection from coagulation factor products";
    }
}

code_table! {
    /// 限度額適用認定証情報変更有無: all that a bulk check tells of the limit certificate.
    LimitCertificateChanged, "OQSCD014" {
        /// 変更なし.
        Unchanged = "0", "変更なし", "unchanged";
        /// 変更あり又は判定不能.
        ChangedOrUnknown = "1", "変更あり又は判定不能", "changed, or cannot be told";
    }
}

code_table! {
    /// 未就学区分; absent for everybody else.
    Preschool, "OQSCD015" {
        /// 未就学該当: the share of the cost is 2割.
        Preschool = "1", "未就学該当", "below school age";
    }
}

code_table! {
    /// 同意区分.
    ConsentStatus, "OQSCD016" {
        /// なし.
        NotGiven = "0", "なし", "not given";
        /// あり.
        Given = "1", "あり", "given";
        /// 有効期限切れ.
        Expired = "2", "有効期限切れ", "expired";
        /// 同意取得困難.
        NotObtainable = "3", "同意取得困難", "consent cannot be obtained";
    }
}

code_table! {
    /// 処方箋発行形態.
    PrescriptionForm, "OQSCD017" {
        /// 電子処方箋.
        Electronic = "1", "電子処方箋", "electronic prescription";
        /// 紙の処方箋.
        Paper = "2", "紙の処方箋", "paper prescription";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_value_is_kept_and_told() {
        let unknown = Sex::of_text("ZZ".into());
        assert_eq!((unknown.finding("path").unwrap().code, unknown.as_text()), ("unknown_code", "ZZ"));
        assert_eq!(Sex::Male.finding("path"), None);
    }

    #[test]
    fn zeros_are_part_of_a_code() {
        assert_eq!(ReasonOfLoss::from_wire("1"), ReasonOfLoss::Unknown("1".to_owned()));
        assert_eq!(Sex::from_wire("01"), Sex::Unknown("01".to_owned()));
    }
}
