//! Registration of 照会番号, the facility's own numbers for its patients, so that later answers carry them
//! [code B.4, F].

use crate::meaning::code::ProcessingResultStatus;
use crate::meaning::field::{Repeated, record};
use crate::meaning::insurer::InsurerNumber;
use crate::meaning::record::Header;

record! {
    /// A request to register reference numbers: one (`OQSsiimm01req`) or several (`OQSmuimm01req`).
    RegistrationRequest in "XmlMsg" {
        /// ヘッダー. Must be there.
        header: Header = "MessageHeader",
        /// ボディ.
        body: Option<RegistrationRequestBody> = "MessageBody",
    }
}

record! {
    /// ボディ of a registration request.
    RegistrationRequestBody in "MessageBody" {
        /// One block per patient.
        registrations: Repeated<ReferenceNumberRegistration> = "ReferenceNumberRegistrationInfo",
    }
}

record! {
    /// 照会番号登録情報: which eligibility gets which number.
    ReferenceNumberRegistration in "ReferenceNumberRegistrationInfo" {
        /// 照会番号, at most 50 characters.
        reference_number: Option<String> = "ReferenceNumber",
        /// 保険者番号, eight characters.
        insurer_number: Option<InsurerNumber> = "InsurerNumber",
        /// 被保険者証記号; a blank one is left out.
        symbol: Option<String> = "InsuredCardSymbol",
        /// 被保険者証番号.
        number: Option<String> = "InsuredIdentificationNumber",
        /// 被保険者証枝番.
        branch_number: Option<String> = "InsuredBranchNumber",
    }
}

record! {
    /// The answer to a registration: one registration (`OQSsiimm01res`), or one unit each (`OQSmuimm02res`).
    RegistrationAnswer in "XmlMsg" {
        /// ヘッダー. Must be there.
        header: Header = "MessageHeader",
        /// ボディ.
        body: Option<RegistrationAnswerBody> = "MessageBody",
    }
}

record! {
    /// ボディ of a registration's answer.
    RegistrationAnswerBody in "MessageBody" {
        /// One unit per registration, if several were asked for.
        units: Repeated<BulkRegistrationUnit> = "BulkRegistrationUnit",
        /// The registration, repeated, if one was asked for.
        registration: Option<ReferenceNumberRegistration> = "ReferenceNumberRegistrationInfo",
        /// 処理結果状況.
        processing_result_status: Option<ProcessingResultStatus> = "ProcessingResultStatus",
        /// 処理結果コード, opaque (U1).
        processing_result_code: Option<String> = "ProcessingResultCode",
        /// 処理結果メッセージ: to be shown as it is.
        processing_result_message: Option<String> = "ProcessingResultMessage",
    }
}

record! {
    /// How one of several registrations ended.
    BulkRegistrationUnit in "BulkRegistrationUnit" {
        /// The registration, repeated.
        registration: Option<ReferenceNumberRegistration> = "ReferenceNumberRegistrationInfo",
        /// 処理結果状況.
        processing_result_status: Option<ProcessingResultStatus> = "ProcessingResultStatus",
        /// 処理結果コード, opaque (U1).
        processing_result_code: Option<String> = "ProcessingResultCode",
        /// 処理結果メッセージ: to be shown as it is.
        processing_result_message: Option<String> = "ProcessingResultMessage",
    }
}
