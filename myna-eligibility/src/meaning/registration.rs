//! Registration of 照会番号, the facility's own numbers for its patients, so that later answers carry them
//! [code B.4, F].

use crate::meaning::code::ProcessingResultStatus;
use crate::meaning::field::{Repeated, record};
use crate::meaning::insurer::InsurerNumber;
use crate::meaning::record::Header;

record! {
    /// A request to register reference numbers: one (`OQSsiimm01req`) or several (`OQSmuimm01req`).
    RegistrationRequest in "XmlMsg" {
        /// Must be there.
        header: Header = "MessageHeader", "ヘッダー", "Header",
        body: Option<RegistrationRequestBody> = "MessageBody", "ボディ", "Body",
    }
}

record! {
    /// ボディ of a registration request.
    RegistrationRequestBody in "MessageBody" {
        /// One block per patient.
        registrations: Repeated<ReferenceNumberRegistration> = "ReferenceNumberRegistrationInfo",
            "照会番号登録情報", "Registration",
    }
}

record! {
    /// 照会番号登録情報: which eligibility gets which number.
    ReferenceNumberRegistration in "ReferenceNumberRegistrationInfo" {
        /// At most 50 characters.
        reference_number: Option<String> = "ReferenceNumber", "照会番号", "Reference number",
        /// Eight characters.
        insurer_number: Option<InsurerNumber> = "InsurerNumber", "保険者番号", "Insurer number",
        /// A blank one is left out.
        symbol: Option<String> = "InsuredCardSymbol", "記号", "Symbol",
        number: Option<String> = "InsuredIdentificationNumber", "番号", "Number",
        branch_number: Option<String> = "InsuredBranchNumber", "枝番", "Branch number",
    }
}

record! {
    /// The answer to a registration: one registration (`OQSsiimm01res`), or one unit each (`OQSmuimm02res`).
    RegistrationAnswer in "XmlMsg" {
        /// Must be there.
        header: Header = "MessageHeader", "ヘッダー", "Header",
        body: Option<RegistrationAnswerBody> = "MessageBody", "ボディ", "Body",
    }
}

record! {
    /// ボディ of a registration's answer.
    RegistrationAnswerBody in "MessageBody" {
        /// One unit per registration, if several were asked for.
        units: Repeated<BulkRegistrationUnit> = "BulkRegistrationUnit", "一括登録の結果", "Registrations",
        /// The registration, repeated, if one was asked for.
        registration: Option<ReferenceNumberRegistration> = "ReferenceNumberRegistrationInfo",
            "照会番号登録情報", "Registration",
        processing_result_status: Option<ProcessingResultStatus> = "ProcessingResultStatus",
            "処理結果状況", "Result of processing",
        /// Opaque (U1).
        processing_result_code: Option<String> = "ProcessingResultCode", "処理結果コード", "Result code",
        /// To be shown as it is.
        processing_result_message: Option<String> = "ProcessingResultMessage", "処理結果メッセージ", "Result message",
    }
}

record! {
    /// How one of several registrations ended.
    BulkRegistrationUnit in "BulkRegistrationUnit" {
        /// The registration, repeated.
        registration: Option<ReferenceNumberRegistration> = "ReferenceNumberRegistrationInfo",
            "照会番号登録情報", "Registration",
        processing_result_status: Option<ProcessingResultStatus> = "ProcessingResultStatus",
            "処理結果状況", "Result of processing",
        /// Opaque (U1).
        processing_result_code: Option<String> = "ProcessingResultCode", "処理結果コード", "Result code",
        /// To be shown as it is.
        processing_result_message: Option<String> = "ProcessingResultMessage", "処理結果メッセージ", "Result message",
    }
}
