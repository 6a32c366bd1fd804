//! The code tables of viewing, home visits, online care and settings, OQSCD028–044.

use super::code_table;
use crate::meaning::text::Text;
use crate::meaning::warning::Warning;

code_table! {
    /// 診療区分.
    MedicalTreatmentFlag, "OQSCD028" {
        /// 外来.
        Outpatient = "1", "外来", "outpatient";
        /// 訪問診療等.
        HomeVisit = "2", "訪問診療等", "home visit";
        /// オンライン診療等.
        Online = "3", "オンライン診療等", "online care";
        /// 救急時.
        Emergency = "4", "救急時", "emergency";
    }
}

code_table! {
    /// 医療情報種別.
    MedicalInformationKind, "OQSCD029" {
        /// 特定健診.
        HealthCheckups = "TKK", "特定健診", "health check-ups";
        /// 薬剤等.
        Drugs = "YZK", "薬剤等", "drugs";
    }
}

code_table! {
    /// 薬剤情報等表示.
    MedicalInformationDisplay, "OQSCD030" {
        /// しない.
        Hidden = "0", "しない", "hidden";
        /// する.
        Shown = "1", "する", "shown";
    }
}

code_table! {
    /// 同意有効期限切れ理由.
    ConsentEndReason, "OQSCD031" {
        /// 診療区分による.
        ByKindOfCare = "0", "診療区分による", "depends on the kind of care";
        /// 医療機関による取消.
        Institution = "1", "医療機関による取消", "cancelled by the institution";
        /// 患者による取消.
        Patient = "2", "患者による取消", "cancelled by the patient";
        /// 利用変更による取消.
        ChangeOfUse = "3", "利用変更による取消", "cancelled by a change of use";
    }
}

code_table! {
    /// 資格情報変更確認フラグ.
    EligibilityAgreement, "OQSCD032" {
        /// 一致.
        Agrees = "0", "一致", "agrees";
        /// 不一致.
        Differs = "1", "不一致", "differs";
    }
}

code_table! {
    /// URL取得区分.
    UrlPurpose, "OQSCD033" {
        /// 訪問診療等.
        HomeVisit = "2", "訪問診療等", "home visit";
        /// オンライン診療等.
        Online = "3", "オンライン診療等", "online care";
    }
}

code_table! {
    /// The form of the file with the two-dimensional code (二次元コード).
    TwoDimensionalCodeForm, "OQSCD034" {
        /// PDF.
        Pdf = "1", "PDF", "PDF";
        /// PNG.
        Png = "2", "PNG", "PNG";
    }
}

code_table! {
    /// Whether the address is made anew (URL変更).
    UrlChange, "OQSCD035" {
        /// 変更しない.
        Keep = "0", "変更しない", "keep";
        /// 変更する.
        Change = "1", "変更する", "change";
    }
}

code_table! {
    /// 閲覧同意情報種別.
    ConsentedInformation, "OQSCD036" {
        /// 特定疾病.
        SpecificDiseases = "TSR", "特定疾病", "specific diseases";
        /// 特定健診.
        HealthCheckups = "TKK", "特定健診", "health check-ups";
        /// 薬剤.
        Drugs = "YZK", "薬剤", "drugs";
        /// 診療.
        Diagnosis = "SRJ", "診療", "diagnosis";
        /// 手術.
        Operation = "SHJ", "手術", "operations";
    }
}

code_table! {
    /// 利用設定区分.
    UsageSetting, "OQSCD037" {
        /// 利用しない.
        NotUsed = "0", "利用しない", "not used";
        /// 利用する.
        Used = "1", "利用する", "used";
    }
}

code_table! {
    /// 電子処方箋利用区分.
    ElectronicPrescriptionUse, "OQSCD038" {
        /// なし.
        None = "0", "なし", "none";
        /// 電子のみ.
        ElectronicOnly = "1", "電子のみ", "electronic only";
        /// 電子と紙.
        ElectronicAndPaper = "2", "電子と紙", "electronic and paper";
        /// 紙のみ.
        PaperOnly = "3", "紙のみ", "paper only";
    }
}

code_table! {
    /// 処方箋発行形態選択タイミング.
    PrescriptionFormTiming, "OQSCD039" {
        /// 資格確認時以外.
        Apart = "1", "資格確認時以外", "apart from the check";
        /// 資格確認時.
        AtCheck = "2", "資格確認時", "at the check";
    }
}

code_table! {
    /// 情報要求パターン.
    InformationRequestPattern, "OQSCD040" {
        /// 救急サマリー.
        EmergencySummary = "1", "救急サマリー", "emergency summary";
        /// 救急全量.
        EmergencyAll = "2", "救急全量", "all for an emergency";
        /// 救急サマリー・救急全量・電子処方箋.
        EmergencyAllAndPrescriptions = "3", "救急サマリー・救急全量・電子処方箋", "emergency summary, all, and electronic prescriptions";
        /// 薬剤.
        Drugs = "4", "薬剤", "drugs";
        /// 診療・薬剤.
        DiagnosisAndDrugs = "5", "診療・薬剤", "diagnosis and drugs";
        /// 特定健診.
        HealthCheckups = "6", "特定健診", "health check-ups";
    }
}

code_table! {
    /// 二要素認証要素区分.
    AuthenticationFactor, "OQSCD041" {
        /// 記憶.
        Knowledge = "1", "記憶", "something known";
        /// 生体.
        Biometric = "2", "生体", "biometric";
        /// 物理媒体.
        Possession = "3", "物理媒体", "something held";
    }
}

code_table! {
    /// 二要素認証方式区分. What a value means depends on the factor: see [`label_ja_for`](Self::label_ja_for).
    AuthenticationMethod, "OQSCD042" {
        /// 方式01.
        First = "01", "方式01", "method 01";
        /// 方式02.
        Second = "02", "方式02", "method 02";
        /// 方式03.
        Third = "03", "方式03", "method 03";
        /// 方式04.
        Fourth = "04", "方式04", "method 04";
        /// 方式05.
        Fifth = "05", "方式05", "method 05";
    }
}

code_table! {
    /// 救急時閲覧権限有無.
    EmergencyViewing, "OQSCD043" {
        /// なし.
        NotAllowed = "0", "なし", "not allowed";
        /// あり.
        Allowed = "1", "あり", "allowed";
    }
}

code_table! {
    /// 連携システムID. The values look like bits, and two digits are a [guess C].
    LinkedSystem, "OQSCD044" {
        /// 医療費助成.
        MedicalSubsidy = "01", "医療費助成", "medical subsidies";
        /// 母子保健.
        MaternalAndChildHealth = "02", "母子保健", "maternal and child health";
        /// 予防接種.
        Vaccination = "04", "予防接種", "vaccination";
        /// 介護保険.
        LongTermCare = "08", "介護保険", "long-term care insurance";
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
