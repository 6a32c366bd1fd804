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
        /// ヘッダー. Must be there.
        header: Header = "MessageHeader",
        /// ボディ.
        body: Option<CheckRequestBody> = "MessageBody",
    }
}

record! {
    /// ボディ of a request for checks.
    CheckRequestBody in "MessageBody" {
        /// One per patient; that a bulk request repeats the block is a [guess F].
        queries: Repeated<Query> = "QualificationConfirmSearchInfo",
    }
}

record! {
    /// A request for the consented eligibilities of a period (`OQSmuhvq01req` home visits, `OQSmuonq01req` online
    /// care), or for the medical-aid tickets of a month (`OQSmutic01req`).
    ListRequest in "XmlMsg" {
        /// ヘッダー. Must be there.
        header: Header = "MessageHeader",
        /// ボディ.
        body: Option<ListRequestBody> = "MessageBody",
    }
}

record! {
    /// ボディ of a list request.
    ListRequestBody in "MessageBody" {
        /// Which ones.
        query: Option<ListQuery> = "QualificationConfirmSearchInfo",
    }
}

record! {
    /// 資格確認照会用情報 of a list request.
    ListQuery in "QualificationConfirmSearchInfo" {
        /// 同意日 (from).
        consented_from: Option<Written<Date>> = "ConsentDateFrom",
        /// 同意日 (until).
        consented_until: Option<Written<Date>> = "ConsentDateTo",
        /// 診察日 (from); for online care in place of the day of consent.
        examined_from: Option<Written<Date>> = "ExaminationDateFrom",
        /// 診察日 (until).
        examined_until: Option<Written<Date>> = "ExaminationDateTo",
        /// 診療区分; absent when tickets are asked for.
        treatment: Option<MedicalTreatmentFlag> = "MedicalTreatmentFlag",
        /// 診療年月; tickets only.
        treatment_month: Option<Written<Month>> = "MedicalTreatmentMonth",
    }
}

record! {
    /// The second step of every bulk request: asks for the answer (`…02req`).
    FetchRequest in "XmlMsg" {
        /// ヘッダー. Must be there.
        header: Header = "MessageHeader",
        /// ボディ.
        body: Option<FetchRequestBody> = "MessageBody",
    }
}

record! {
    /// ボディ of a fetch request.
    FetchRequestBody in "MessageBody" {
        /// 受付番号, as the first step's answer gave it.
        reception_number: Option<String> = "ReceptionNumber",
    }
}

record! {
    /// A request for drug (`YZKsiquc01req`) or health-check information (`TKKsiquc01req`). Its header names the
    /// same things otherwise than all other messages do [code B.7].
    MedicalInformationRequest in "XmlMsg" {
        /// ヘッダー.
        header: Option<MedicalInformationHeader> = "MessageHeader",
        /// ボディ.
        body: Option<MedicalInformationBody> = "MessageBody",
    }
}

record! {
    /// ヘッダー of a request for drug or health-check information.
    MedicalInformationHeader in "MessageHeader" {
        /// 医療機関コード, 10 digits.
        institution_code: Option<String> = "MedicalInstitutionCode",
        /// 保険者番号.
        insurer_number: Option<InsurerNumber> = "InsurerNumber",
        /// 被保険者証記号.
        symbol: Option<String> = "InsuranceCardSymbol",
        /// 被保険者証番号.
        number: Option<String> = "InsuredPersonIdentificationNumber",
        /// 被保険者証枝番.
        branch_number: Option<String> = "BranchNumber",
        /// 任意のファイル識別子.
        file_identifier: Option<String> = "ArbitraryFileIdentifier",
    }
}

record! {
    /// ボディ of a request for drug or health-check information.
    MedicalInformationBody in "MessageBody" {
        /// 開始年月 or 年月日, as written: peers differ in its length.
        start: Option<String> = "StartDate",
        /// 終了年月 or 年月日; for drugs only.
        end: Option<String> = "EndDate",
        /// ファイル種別: XML or PDF.
        file_category: Option<String> = "FileCategory",
        /// 薬剤情報・診療情報の別.
        information: Option<String> = "PrDiInfClassification",
        /// 診療区分.
        treatment: Option<MedicalTreatmentFlag> = "MedicalTreatmentFlag",
    }
}
