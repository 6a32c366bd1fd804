//! The code tables of medical aid (医療扶助), OQSCD018–027.

use super::code_table;
use crate::meaning::text::Text;
use crate::meaning::warning::Warning;

code_table! {
    /// 医療券・調剤券別.
    TicketType, "OQSCD018" {
        /// 医療券.
        Medical = "01", "医療券", "medical ticket";
        /// 調剤券.
        Dispensing = "02", "調剤券", "dispensing ticket";
    }
}

code_table! {
    /// 診療別.
    MedicalTreatmentType, "OQSCD019" {
        /// 入院.
        Inpatient = "01", "入院", "inpatient";
        /// 入院外.
        Outpatient = "02", "入院外", "outpatient";
        /// 歯科.
        Dental = "03", "歯科", "dental";
        /// 調剤.
        Dispensing = "04", "調剤", "dispensing";
        /// 訪問看護.
        HomeNursing = "05", "訪問看護", "home nursing";
    }
}

code_table! {
    /// 単独・併用別: whether medical aid pays alone or beside an insurance.
    SingleOrCombinedUse, "OQSCD020" {
        /// 単独.
        Single = "01", "単独", "alone";
        /// 併用.
        Combined = "02", "併用", "beside an insurance";
    }
}

code_table! {
    /// 社会保険状況.
    SocialInsurance, "OQSCD021" {
        /// あり.
        Applies = "01", "あり", "yes";
        /// なし.
        DoesNotApply = "02", "なし", "no";
    }
}

code_table! {
    /// 社会保険状況の整合性フラグ; absent when all agrees.
    Consistency, "OQSCD022" {
        /// 不整合あり.
        Inconsistent = "1", "不整合あり", "inconsistent";
    }
}

code_table! {
    /// 感染症法37条の2の該当状況.
    InfectiousDiseases, "OQSCD023" {
        /// あり.
        Applies = "01", "あり", "yes";
        /// なし.
        DoesNotApply = "02", "なし", "no";
    }
}

code_table! {
    /// 後期高齢者医療の該当状況.
    ElderlyMedicalCare, "OQSCD024" {
        /// あり.
        Applies = "01", "あり", "yes";
        /// なし.
        DoesNotApply = "02", "なし", "no";
    }
}

code_table! {
    /// 都道府県費の該当状況.
    PrefecturalExpenses, "OQSCD025" {
        /// あり.
        Applies = "01", "あり", "yes";
        /// なし.
        DoesNotApply = "02", "なし", "no";
    }
}

code_table! {
    /// 指定医療機関確認フラグ.
    DesignatedInstitution, "OQSCD026" {
        /// 一致.
        Agrees = "0", "一致", "agrees";
        /// 不一致.
        Differs = "1", "不一致", "differs";
    }
}

code_table! {
    /// 同一個人有無フラグ; absent when there is none.
    SamePerson, "OQSCD027" {
        /// あり.
        Exists = "1", "あり", "exists";
    }
}
