//! The code tables (業務コード OQSCD001–044), each an enum that keeps what it does not know: those of a single check (001–017), of
//! medical aid (医療扶助, 018–027), of viewing, home visits, online care and settings (028–044).
//!
//! The values are those of [code C]: read or written by working software; the official table is not public
//! (U1).
//!
//! The tables grew: `A1` of 010 and `6` of 006 came with medical aid, about 2024-03 [guess B.5], `03` of 008 and `3` of 016
//! at some later day that no source tells; `B09` and `B10` of 012 have theirs ([`LimitCategory::since`]). One label has
//! changed, that of `05` of 010 ([`InsuredCardClassification::label_ja_on`]).

mod table;

pub(crate) use table::CodeTable;
use table::code_tables;

use crate::meaning::text::Text;
use crate::meaning::warning::Warning;
use myna_calendar::Date;

code_tables! {
    /// 限度額適用認定証同意フラグ.
    LimitCertificateConsent, "OQSCD001" {
        NotGiven = "0", "未同意", "not given";
        Given = "1", "同意", "given";
    }

    /// 照会区分: what the check was made with.
    ReferenceClassification, "OQSCD002" {
        MyNumberCard = "1", "マイナンバーカード", "My Number Card";
        /// The data of an insurance card, typed in.
        InsuranceCardData = "2", "被保険者証情報", "insurance card data";
    }

    /// 処理結果区分: how the message as a whole ended.
    SegmentOfResult, "OQSCD003" {
        Normal = "1", "正常終了", "ended normally";
        /// Ask again later.
        InProgress = "2", "処理中", "in progress";
        Abnormal = "9", "異常終了", "ended abnormally";
    }

    /// 処理結果状況: how this check ended.
    ProcessingResultStatus, "OQSCD004" {
        Normal = "1", "正常終了", "ended normally";
        Error = "2", "エラー", "error";
    }

    /// 文字コード識別: the encoding the sender names, which may disagree with the bytes (B5).
    CharacterCode, "OQSCD005" {
        Utf8 = "0", "UTF-8", "UTF-8";
        /// In practice CP932.
        ShiftJis = "1", "Shift_JIS", "Shift_JIS";
    }

    /// 資格有効性: the answer itself. [`Verdict`](crate::Verdict) reads it together with the rest of the message.
    QualificationValidity, "OQSCD006" {
        Valid = "1", "有効", "valid";
        Invalid = "2", "無効", "invalid";
        InvalidNewerExists = "3", "無効（新しい資格あり）", "invalid, newer eligibility exists";
        NoMatch = "4", "該当資格なし", "no such eligibility";
        /// Insurance only.
        Multiple = "5", "複数該当", "several match";
        /// Medical aid only.
        ValidUnregistered = "6", "有効（未登録）", "valid, not registered";
    }

    /// 性別.
    Sex, "OQSCD007" {
        Male = "1", "男", "male";
        Female = "2", "女", "female";
        /// The holder asked that it not be shown, or it is not set.
        NotSet = "3", "未設定", "not set";
    }

    /// 資格喪失事由. May be set before the loss and never makes an eligibility invalid by itself [seed F3 S88].
    ReasonOfLoss, "OQSCD008" {
        Death = "01", "死亡", "death";
        PublicAssistance = "02", "生活保護受給開始", "public assistance began";
        /// A later addition.
        OtherInsurance = "03", "医療保険等の資格取得", "joined another insurance";
        Other = "99", "その他", "other";
    }

    /// 本人・家族の別. 本人 of 国民健康保険 is the householder [seed F3 S80].
    PersonalFamilyClassification, "OQSCD009" {
        Insured = "1", "本人", "insured person";
        Family = "2", "家族", "family member";
    }

    /// 被保険者証区分. The words for 05 changed; see [`label_ja_on`](Self::label_ja_on).
    InsuredCardClassification, "OQSCD010" {
        General = "01", "被保険者証（一般）", "insured person's card (general)";
        Retired = "02", "被保険者証（退職）", "insured person's card (retired)";
        ShortTermGeneral = "03", "短期被保険者証（一般）", "short-term card (general)";
        ShortTermRetired = "04", "短期被保険者証（退職）", "short-term card (retired)";
        /// Formerly 被保険者資格証明書: the patient pays in full and is refunded.
        SpecialMedicalExpense = "05", "特別療養費支給対象者", "entitled to special medical expenses";
        SpecialRetired = "06", "特例退職被保険者証", "special retired person's card";
        SelfDefenceForces = "07", "自衛官診療証", "Self-Defence Forces medical card";
        MedicalAid = "A1", "医療扶助", "medical aid";
    }

    /// 限度額適用認定証区分.
    LimitCertificateClassification, "OQSCD011" {
        /// 限度額適用(区分)認定証.
        Limit = "01", "限度額適用認定証", "limit certificate";
        LimitAndMealReduction = "02", "限度額適用・標準負担額減額認定証", "limit and meal-cost reduction certificate";
        MealReduction = "03", "標準負担額減額認定証", "meal-cost reduction certificate";
    }

    /// 限度額適用認定証適用区分: A under 70, B from 70; B09 and B10 since 2022-10.
    LimitCategory, "OQSCD012" {
        A01 = "A01", "ア", "A (under 70)";
        A02 = "A02", "イ", "I (under 70)";
        A03 = "A03", "ウ", "U (under 70)";
        A04 = "A04", "エ", "E (under 70)";
        A05 = "A05", "オ", "O (under 70)";
        A06 = "A06", "オ（境）", "O, borderline (under 70)";
        B01 = "B01", "現役並みⅢ", "income as in working life III";
        B02 = "B02", "現役並みⅡ", "income as in working life II";
        B03 = "B03", "現役並みⅠ", "income as in working life I";
        /// 70–74.
        B04 = "B04", "一般", "general";
        B05 = "B05", "低所得Ⅱ", "low income II";
        B06 = "B06", "低所得Ⅰ", "low income I";
        B07 = "B07", "低所得Ⅰ（老福）", "low income I, old-age welfare pension";
        B08 = "B08", "低所得Ⅰ（境）", "low income I, borderline";
        /// 後期高齢者医療.
        B09 = "B09", "一般Ⅱ", "general II";
        /// 後期高齢者医療.
        B10 = "B10", "一般Ⅰ", "general I";
    }

    /// 特定疾病認定疾病区分.
    SpecificDisease, "OQSCD013" {
        ChronicRenalFailure = "1", "慢性腎不全（人工透析）", "chronic renal failure (dialysis)";
        CoagulationFactorDisorder = "2", "先天性血液凝固因子障害（第VIII/IX因子）", "congenital coagulation factor VIII/IX disorder";
        HivFromCoagulationFactor = "3", "血液凝固因子製剤に起因するHIV感染症", "HIV infection from coagulation factor products";
    }

    /// 限度額適用認定証情報変更有無: all that a bulk check tells of the limit certificate.
    LimitCertificateChanged, "OQSCD014" {
        Unchanged = "0", "変更なし", "unchanged";
        ChangedOrUnknown = "1", "変更あり又は判定不能", "changed, or cannot be told";
    }

    /// 未就学区分; absent for everybody else.
    Preschool, "OQSCD015" {
        /// The share of the cost is 2割.
        Preschool = "1", "未就学該当", "below school age";
    }

    /// 同意区分.
    ConsentStatus, "OQSCD016" {
        NotGiven = "0", "なし", "not given";
        Given = "1", "あり", "given";
        Expired = "2", "有効期限切れ", "expired";
        NotObtainable = "3", "同意取得困難", "consent cannot be obtained";
    }

    /// 処方箋発行形態.
    PrescriptionForm, "OQSCD017" {
        Electronic = "1", "電子処方箋", "electronic prescription";
        Paper = "2", "紙の処方箋", "paper prescription";
    }

    /// 医療券・調剤券別.
    TicketType, "OQSCD018" {
        Medical = "01", "医療券", "medical ticket";
        Dispensing = "02", "調剤券", "dispensing ticket";
    }

    /// 診療別.
    MedicalTreatmentType, "OQSCD019" {
        Inpatient = "01", "入院", "inpatient";
        Outpatient = "02", "入院外", "outpatient";
        Dental = "03", "歯科", "dental";
        Dispensing = "04", "調剤", "dispensing";
        HomeNursing = "05", "訪問看護", "home nursing";
    }

    /// 単独・併用別: whether medical aid pays alone or beside an insurance.
    SingleOrCombinedUse, "OQSCD020" {
        Single = "01", "単独", "alone";
        Combined = "02", "併用", "beside an insurance";
    }

    /// 社会保険状況.
    SocialInsurance, "OQSCD021" {
        Applies = "01", "あり", "yes";
        DoesNotApply = "02", "なし", "no";
    }

    /// 社会保険状況の整合性フラグ; absent when all agrees.
    Consistency, "OQSCD022" {
        Inconsistent = "1", "不整合あり", "inconsistent";
    }

    /// 感染症法37条の2の該当状況.
    InfectiousDiseases, "OQSCD023" {
        Applies = "01", "あり", "yes";
        DoesNotApply = "02", "なし", "no";
    }

    /// 後期高齢者医療の該当状況.
    ElderlyMedicalCare, "OQSCD024" {
        Applies = "01", "あり", "yes";
        DoesNotApply = "02", "なし", "no";
    }

    /// 都道府県費の該当状況.
    PrefecturalExpenses, "OQSCD025" {
        Applies = "01", "あり", "yes";
        DoesNotApply = "02", "なし", "no";
    }

    /// 指定医療機関確認フラグ.
    DesignatedInstitution, "OQSCD026" {
        Agrees = "0", "一致", "agrees";
        Differs = "1", "不一致", "differs";
    }

    /// 同一個人有無フラグ; absent when there is none.
    SamePerson, "OQSCD027" {
        Exists = "1", "あり", "exists";
    }

    /// 診療区分.
    MedicalTreatmentFlag, "OQSCD028" {
        Outpatient = "1", "外来", "outpatient";
        HomeVisit = "2", "訪問診療等", "home visit";
        Online = "3", "オンライン診療等", "online care";
        Emergency = "4", "救急時", "emergency";
    }

    /// 医療情報種別.
    MedicalInformationKind, "OQSCD029" {
        HealthCheckups = "TKK", "特定健診", "health check-ups";
        Drugs = "YZK", "薬剤等", "drugs";
    }

    /// 薬剤情報等表示.
    MedicalInformationDisplay, "OQSCD030" {
        Hidden = "0", "しない", "hidden";
        Shown = "1", "する", "shown";
    }

    /// 同意有効期限切れ理由.
    ConsentEndReason, "OQSCD031" {
        ByKindOfCare = "0", "診療区分による", "depends on the kind of care";
        Institution = "1", "医療機関による取消", "cancelled by the institution";
        Patient = "2", "患者による取消", "cancelled by the patient";
        ChangeOfUse = "3", "利用変更による取消", "cancelled by a change of use";
    }

    /// 資格情報変更確認フラグ.
    EligibilityAgreement, "OQSCD032" {
        Agrees = "0", "一致", "agrees";
        Differs = "1", "不一致", "differs";
    }

    /// URL取得区分.
    UrlPurpose, "OQSCD033" {
        HomeVisit = "2", "訪問診療等", "home visit";
        Online = "3", "オンライン診療等", "online care";
    }

    /// The form of the file with the two-dimensional code (二次元コード).
    TwoDimensionalCodeForm, "OQSCD034" {
        Pdf = "1", "PDF", "PDF";
        Png = "2", "PNG", "PNG";
    }

    /// Whether the address is made anew (URL変更).
    UrlChange, "OQSCD035" {
        Keep = "0", "変更しない", "keep";
        Change = "1", "変更する", "change";
    }

    /// 閲覧同意情報種別.
    ConsentedInformation, "OQSCD036" {
        SpecificDiseases = "TSR", "特定疾病", "specific diseases";
        HealthCheckups = "TKK", "特定健診", "health check-ups";
        Drugs = "YZK", "薬剤", "drugs";
        Diagnosis = "SRJ", "診療", "diagnosis";
        Operation = "SHJ", "手術", "operations";
    }

    /// 利用設定区分.
    UsageSetting, "OQSCD037" {
        NotUsed = "0", "利用しない", "not used";
        Used = "1", "利用する", "used";
    }

    /// 電子処方箋利用区分.
    ElectronicPrescriptionUse, "OQSCD038" {
        None = "0", "なし", "none";
        ElectronicOnly = "1", "電子のみ", "electronic only";
        ElectronicAndPaper = "2", "電子と紙", "electronic and paper";
        PaperOnly = "3", "紙のみ", "paper only";
    }

    /// 処方箋発行形態選択タイミング.
    PrescriptionFormTiming, "OQSCD039" {
        Apart = "1", "資格確認時以外", "apart from the check";
        AtCheck = "2", "資格確認時", "at the check";
    }

    /// 情報要求パターン.
    InformationRequestPattern, "OQSCD040" {
        EmergencySummary = "1", "救急サマリー", "emergency summary";
        EmergencyAll = "2", "救急全量", "all for an emergency";
        EmergencyAllAndPrescriptions = "3", "救急サマリー・救急全量・電子処方箋", "emergency summary, all, and electronic prescriptions";
        Drugs = "4", "薬剤", "drugs";
        DiagnosisAndDrugs = "5", "診療・薬剤", "diagnosis and drugs";
        HealthCheckups = "6", "特定健診", "health check-ups";
    }

    /// 二要素認証要素区分.
    AuthenticationFactor, "OQSCD041" {
        Knowledge = "1", "記憶", "something known";
        Biometric = "2", "生体", "biometric";
        Possession = "3", "物理媒体", "something held";
    }

    /// 二要素認証方式区分. What a value means depends on the factor: see [`label_ja_for`](Self::label_ja_for).
    AuthenticationMethod, "OQSCD042" {
        First = "01", "方式01", "method 01";
        Second = "02", "方式02", "method 02";
        Third = "03", "方式03", "method 03";
        Fourth = "04", "方式04", "method 04";
        Fifth = "05", "方式05", "method 05";
    }

    /// 救急時閲覧権限有無.
    EmergencyViewing, "OQSCD043" {
        NotAllowed = "0", "なし", "not allowed";
        Allowed = "1", "あり", "allowed";
    }

    /// 連携システムID. The values look like bits, and two digits are a [guess C].
    LinkedSystem, "OQSCD044" {
        MedicalSubsidy = "01", "医療費助成", "medical subsidies";
        MaternalAndChildHealth = "02", "母子保健", "maternal and child health";
        Vaccination = "04", "予防接種", "vaccination";
        LongTermCare = "08", "介護保険", "long-term care insurance";
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

impl LimitCategory {
    /// The first day of a category that came later: 2022-10-01 for 一般Ⅱ and 一般Ⅰ of 後期高齢者医療, which were one 一般
    /// before [code C 012; law].
    #[must_use]
    pub fn since(&self) -> Option<Date> {
        matches!(self, Self::B09 | Self::B10).then(|| Date::from_ymd(2022, 10, 1).ok()).flatten()
    }
}

impl AuthenticationMethod {
    /// The meaning in Japanese together with the factor; 不明 where the table has none.
    #[must_use]
    pub const fn label_ja_for(&self, factor: &AuthenticationFactor) -> &'static str {
        match (factor, self) {
            (AuthenticationFactor::Knowledge, Self::First) => "ID・パスワード",
            (AuthenticationFactor::Knowledge, Self::Second) => "PIN",
            (AuthenticationFactor::Knowledge, Self::Third) => "秘密の質問",
            (AuthenticationFactor::Biometric, Self::First) => "指紋",
            (AuthenticationFactor::Biometric, Self::Second) => "顔",
            (AuthenticationFactor::Biometric, Self::Third) => "声",
            (AuthenticationFactor::Biometric, Self::Fourth) => "静脈",
            (AuthenticationFactor::Biometric, Self::Fifth) => "虹彩",
            (AuthenticationFactor::Possession, Self::First) => "ICカード",
            (AuthenticationFactor::Possession, Self::Second) => "ワンタイムパスワード",
            (AuthenticationFactor::Possession, Self::Third) => "その他",
            _ => "不明",
        }
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
