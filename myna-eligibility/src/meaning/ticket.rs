//! 医療券・調剤券: what medical aid (医療扶助) pays for, at which institution, in which month.

use crate::meaning::code::{
    Consistency, DesignatedInstitution, ElderlyMedicalCare, InfectiousDiseases, MedicalTreatmentType,
    PrefecturalExpenses, SingleOrCombinedUse, SocialInsurance, TicketType,
};
use crate::meaning::field::record;
use crate::meaning::written::Written;
use myna_calendar::{Date, Month};

record! {
    /// 医療券・調剤券: one ticket of a patient on medical aid [code B.5].
    MedicalTicket in "MedicalTicketInfo" {
        /// 医療券・調剤券別.
        ticket_type: Option<TicketType> = "TicketType",
        /// 有効開始年月日.
        valid_from: Option<Written<Date>> = "MedicalTicketValidDate",
        /// 有効終了年月日.
        valid_until: Option<Written<Date>> = "MedicalTicketExpirationDate",
        /// 交付番号.
        issue_number: Option<String> = "IssueNumber",
        /// 診療年月.
        treatment_month: Option<Written<Month>> = "MedicalTreatmentMonth",
        /// 指定医療機関コード.
        institution_code: Option<String> = "DesignatedMedicalInstitutionCode",
        /// 指定医療機関確認フラグ: whether the ticket is for the institution that asks.
        institution_agrees: Option<DesignatedInstitution> = "DesignatedMedicalInstitutionFlag",
        /// 指定医療機関名.
        institution_name: Option<String> = "DesignatedMedicalInstitutionName",
        /// 処方箋発行元医療機関コード.
        prescriber_code: Option<String> = "PrescriptionIssuerMedicalInstitutionCode",
        /// 処方箋発行元医療機関名.
        prescriber_name: Option<String> = "PrescriptionIssuerMedicalInstitutionName",
        /// 傷病名1.
        injury_name1: Option<String> = "InjuryName1",
        /// 傷病名2.
        injury_name2: Option<String> = "InjuryName2",
        /// 傷病名3.
        injury_name3: Option<String> = "InjuryName3",
        /// 診療別.
        treatment_type: Option<MedicalTreatmentType> = "MedicalTreatmentType",
        /// 本人支払額, yen, digits.
        self_pay: Option<String> = "SelfPayAmount",
        /// 地区担当員名.
        district_contact: Option<String> = "DistrictContactName",
        /// 取扱担当者名.
        handling_contact: Option<String> = "HandlingContactName",
        /// 単独・併用別.
        use_with_insurance: Option<SingleOrCombinedUse> = "SingleOrCombinedUse",
        /// 社会保険状況.
        social_insurance: Option<SocialInsurance> = "StatusOfSocialInsurance",
        /// 社会保険状況の整合性フラグ.
        consistency: Option<Consistency> = "ConsistencyFlag",
        /// 感染症法37条の2の該当状況. The wire's name is misspelt; a corrected one is read as well.
        infectious_diseases: Option<InfectiousDiseases> = "StatusOfInfecton" or "StatusOfInfection",
        /// 後期高齢者医療の該当状況.
        elderly_medical_care: Option<ElderlyMedicalCare> = "StatusOfElderlyMedicalCare",
        /// 都道府県費の該当状況.
        prefectural_expenses: Option<PrefecturalExpenses> = "StatusOfPrefecturalExpenses",
        /// 備考1.
        remarks1: Option<String> = "Remarks1",
        /// 備考2.
        remarks2: Option<String> = "Remarks2",
        /// 備考3.
        remarks3: Option<String> = "Remarks3",
    }
}
