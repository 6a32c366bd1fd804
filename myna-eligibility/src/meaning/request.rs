//! What a facility asks the eligibility system [code F].

use crate::meaning::code::MedicalTreatmentFlag;
use crate::meaning::field::{Repeated, record};
use crate::meaning::insurer::InsurerNumber;
use crate::meaning::record::{Header, Query};
use crate::meaning::written::Written;
use myna_calendar::{Date, Month};

record! {
    /// A request for checks by card data: one (`OQSsiquc01req`) or several (`OQSmuquc01req`).
    ///
    /// The day asked about is the header's [`confirmation_date`](Header::confirmation_date).
    CheckRequest in "XmlMsg" {
        /// Must be there.
        header: Header = "MessageHeader", "ヘッダー", "Header",
        body: Option<CheckRequestBody> = "MessageBody", "ボディ", "Body",
    }
}

record! {
    /// ボディ of a request for checks.
    CheckRequestBody in "MessageBody" {
        /// One per patient; that a bulk request repeats the block is a [guess F].
        queries: Repeated<Query> = "QualificationConfirmSearchInfo", "照会した内容", "Asked for",
    }
}

record! {
    /// A request for the consented eligibilities of a period (`OQSmuhvq01req` home visits, `OQSmuonq01req` online
    /// care), or for the medical-aid tickets of a month (`OQSmutic01req`).
    ListRequest in "XmlMsg" {
        /// Must be there.
        header: Header = "MessageHeader", "ヘッダー", "Header",
        body: Option<ListRequestBody> = "MessageBody", "ボディ", "Body",
    }
}

record! {
    /// ボディ of a list request.
    ListRequestBody in "MessageBody" {
        /// Which ones.
        query: Option<ListQuery> = "QualificationConfirmSearchInfo", "照会した内容", "Asked for",
    }
}

record! {
    /// 資格確認照会用情報 of a list request.
    ListQuery in "QualificationConfirmSearchInfo" {
        /// 同意日 (from).
        consented_from: Option<Written<Date>> = "ConsentDateFrom", "同意日（開始）", "Consented from",
        /// 同意日 (until).
        consented_until: Option<Written<Date>> = "ConsentDateTo", "同意日（終了）", "Consented until",
        /// 診察日 (from); for online care in place of the day of consent.
        examined_from: Option<Written<Date>> = "ExaminationDateFrom", "診察日（開始）", "Examined from",
        /// 診察日 (until).
        examined_until: Option<Written<Date>> = "ExaminationDateTo", "診察日（終了）", "Examined until",
        /// Absent when tickets are asked for.
        treatment: Option<MedicalTreatmentFlag> = "MedicalTreatmentFlag", "診療区分", "Kind of treatment",
        /// Tickets only.
        treatment_month: Option<Written<Month>> = "MedicalTreatmentMonth", "診療年月", "Month of treatment",
    }
}

record! {
    /// The second step of every bulk request: asks for the answer (`…02req`).
    FetchRequest in "XmlMsg" {
        /// Must be there.
        header: Header = "MessageHeader", "ヘッダー", "Header",
        body: Option<FetchRequestBody> = "MessageBody", "ボディ", "Body",
    }
}

record! {
    /// ボディ of a fetch request.
    FetchRequestBody in "MessageBody" {
        /// As the first step's answer gave it.
        reception_number: Option<String> = "ReceptionNumber", "受付番号", "Reception number",
    }
}

record! {
    /// A request for drug (`YZKsiquc01req`) or health-check information (`TKKsiquc01req`). Its header names the
    /// same things otherwise than all other messages do [code B.7].
    MedicalInformationRequest in "XmlMsg" {
        header: Option<MedicalInformationHeader> = "MessageHeader", "ヘッダー", "Header",
        body: Option<MedicalInformationBody> = "MessageBody", "ボディ", "Body",
    }
}

record! {
    /// ヘッダー of a request for drug or health-check information.
    MedicalInformationHeader in "MessageHeader" {
        /// 10 digits.
        institution_code: Option<String> = "MedicalInstitutionCode", "医療機関コード", "Institution code",
        insurer_number: Option<InsurerNumber> = "InsurerNumber", "保険者番号", "Insurer number",
        symbol: Option<String> = "InsuranceCardSymbol", "記号", "Symbol",
        number: Option<String> = "InsuredPersonIdentificationNumber", "番号", "Number",
        branch_number: Option<String> = "BranchNumber", "枝番", "Branch number",
        file_identifier: Option<String> = "ArbitraryFileIdentifier", "任意のファイル識別子", "The sender's own mark",
    }
}

record! {
    /// ボディ of a request for drug or health-check information.
    MedicalInformationBody in "MessageBody" {
        /// 開始年月 or 年月日, as written: peers differ in its length.
        start: Option<String> = "StartDate", "開始年月", "From",
        /// 終了年月 or 年月日; for drugs only.
        end: Option<String> = "EndDate", "終了年月", "Until",
        /// XML or PDF.
        file_category: Option<String> = "FileCategory", "ファイル種別", "Kind of file",
        information: Option<String> = "PrDiInfClassification", "薬剤情報・診療情報の別", "Drugs or diagnoses",
        treatment: Option<MedicalTreatmentFlag> = "MedicalTreatmentFlag", "診療区分", "Kind of treatment",
    }
}
