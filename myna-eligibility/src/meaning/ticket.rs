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
    MedicalTicket in "MedicalTicketInfo" shown MedicalTicket {
        ticket_type: Option<TicketType> = "TicketType", "医療券・調剤券別", "Kind of ticket" at 1,
        valid_from: Option<Written<Date>> = "MedicalTicketValidDate", "医療券 有効開始年月日", "Ticket valid from" at 4,
        valid_until: Option<Written<Date>> = "MedicalTicketExpirationDate", "医療券 有効終了年月日", "Ticket valid until" at 5,
        issue_number: Option<String> = "IssueNumber", "交付番号", "Issue number" at 2,
        treatment_month: Option<Written<Month>> = "MedicalTreatmentMonth", "診療年月", "Month of treatment" at 3,
        institution_code: Option<String> = "DesignatedMedicalInstitutionCode",
            "指定医療機関コード", "Designated institution's code",
        /// Whether the ticket is for the institution that asks.
        institution_agrees: Option<DesignatedInstitution> = "DesignatedMedicalInstitutionFlag",
            "指定医療機関の確認", "Designated institution" at 7,
        institution_name: Option<String> = "DesignatedMedicalInstitutionName",
            "指定医療機関名", "Designated institution's name",
        prescriber_code: Option<String> = "PrescriptionIssuerMedicalInstitutionCode",
            "処方箋発行元医療機関コード", "Prescriber's code",
        prescriber_name: Option<String> = "PrescriptionIssuerMedicalInstitutionName",
            "処方箋発行元医療機関名", "Prescriber's name",
        injury_name1: Option<String> = "InjuryName1", "傷病名", "Disease" at 8,
        injury_name2: Option<String> = "InjuryName2", "傷病名", "Disease" at 8,
        injury_name3: Option<String> = "InjuryName3", "傷病名", "Disease" at 8,
        treatment_type: Option<MedicalTreatmentType> = "MedicalTreatmentType", "診療別", "Kind of treatment" at 6,
        /// Yen, digits.
        self_pay: Option<String> = "SelfPayAmount", "本人支払額", "Patient's payment" in "円" at 9,
        district_contact: Option<String> = "DistrictContactName", "地区担当員名", "District contact",
        handling_contact: Option<String> = "HandlingContactName", "取扱担当者名", "Handling contact",
        use_with_insurance: Option<SingleOrCombinedUse> = "SingleOrCombinedUse",
            "単独・併用別", "Alone or beside an insurance" at 10,
        social_insurance: Option<SocialInsurance> = "StatusOfSocialInsurance", "社会保険状況", "Social insurance" at 101,
        consistency: Option<Consistency> = "ConsistencyFlag",
            "社会保険状況の整合性", "Consistency with social insurance" at 101,
        /// 感染症法37条の2の該当状況. The wire's name is misspelt; a corrected one is read as well.
        infectious_diseases: Option<InfectiousDiseases> = "StatusOfInfecton" or "StatusOfInfection",
            "感染症法37条の2", "Infectious diseases act, article 37-2" at 101,
        elderly_medical_care: Option<ElderlyMedicalCare> = "StatusOfElderlyMedicalCare",
            "後期高齢者医療", "Later-stage elderly" at 101,
        prefectural_expenses: Option<PrefecturalExpenses> = "StatusOfPrefecturalExpenses",
            "都道府県費", "Prefectural expenses" at 101,
        remarks1: Option<String> = "Remarks1", "備考1", "Remark 1",
        remarks2: Option<String> = "Remarks2", "備考2", "Remark 2",
        remarks3: Option<String> = "Remarks3", "備考3", "Remark 3",
    }
}
