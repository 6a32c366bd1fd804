//! Bulk checks, in two steps: the request is taken in under a reception number, and the answer is fetched with
//! it later [code B.4].

use serde::Serialize;

use crate::meaning::code::{ProcessingResultStatus, QualificationValidity, SegmentOfResult};
use crate::meaning::field::{Repeated, record};
use crate::meaning::record::{Eligibility, Header, Query};
use crate::meaning::written::Written;
use myna_calendar::DateTime;

record! {
    /// The answer to the first step: the request was taken in, or refused.
    BulkAccepted in "XmlMsg" {
        /// Must be there; says more than the single check's only on error.
        header: Header = "MessageHeader", "ヘッダー", "Header",
        body: Option<Reception> = "MessageBody", "ボディ", "Body",
    }
}

record! {
    /// ボディ of the first step's answer.
    Reception in "MessageBody" {
        /// At most 100 characters: what the second step asks with.
        reception_number: Option<String> = "ReceptionNumber", "受付番号", "Reception number",
        received_at: Option<Written<DateTime>> = "ReceptionDateTime", "受付日時", "Received at",
        /// On error.
        processing_result_status: Option<ProcessingResultStatus> = "ProcessingResultStatus",
            "処理結果状況", "Result of processing",
        /// Opaque (U1).
        processing_result_code: Option<String> = "ProcessingResultCode", "処理結果コード", "Result code",
        /// To be shown as it is.
        processing_result_message: Option<String> = "ProcessingResultMessage", "処理結果メッセージ", "Result message",
    }
}

record! {
    /// The answer to the second step. Read its [`progress`](Self::progress) before its units.
    BulkAnswer in "XmlMsg" {
        /// With the reception number and how many checks went well. Must be there.
        header: Header = "MessageHeader", "ヘッダー", "Header",
        /// Absent while the request is being worked on.
        body: Option<BulkBody> = "MessageBody", "ボディ", "Body",
    }
}

record! {
    /// ボディ of the second step's answer.
    BulkBody in "MessageBody" {
        /// One unit per check of the request.
        units: Repeated<BulkUnit> = "BulkConfirmUnit", "一括照会の結果", "Checks",
        /// 処理結果状況 of the request as a whole; on error.
        processing_result_status: Option<ProcessingResultStatus> = "ProcessingResultStatus",
            "処理結果状況", "Result of processing",
        /// Opaque (U1).
        processing_result_code: Option<String> = "ProcessingResultCode", "処理結果コード", "Result code",
        /// To be shown as it is.
        processing_result_message: Option<String> = "ProcessingResultMessage", "処理結果メッセージ", "Result message",
    }
}

record! {
    /// One check of a bulk request. Read its [verdict](BulkAnswer::verdict_of) before its fields.
    BulkUnit in "BulkConfirmUnit" {
        /// The query, repeated.
        query: Option<Query> = "QualificationConfirmSearchInfo", "照会した内容", "Asked for",
        processing_result_status: Option<ProcessingResultStatus> = "ProcessingResultStatus",
            "処理結果状況", "Result of processing",
        /// Opaque (U1).
        processing_result_code: Option<String> = "ProcessingResultCode", "処理結果コード", "Result code",
        /// To be shown as it is.
        processing_result_message: Option<String> = "ProcessingResultMessage", "処理結果メッセージ", "Result message",
        validity: Option<QualificationValidity> = "QualificationValidity", "資格有効性", "Validity",
        /// Directly in the unit or in a list [code B.4].
        results: Repeated<Eligibility> = "ResultOfQualificationConfirmation" or "ResultList", "資格確認結果", "Results",
        /// Several patients of the facility may carry one each.
        reference_numbers: Repeated<String> = "ReferenceNumber", "照会番号", "Reference number",
    }
}

/// How far a bulk request has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[non_exhaustive]
pub enum BulkProgress {
    /// 処理中: ask again later. Units that are there all the same are not to be used.
    Pending,
    /// Done: the units may be read.
    Done,
    /// The request as a whole failed.
    Failed {
        /// エラーコード, opaque (U1); empty if the message has none.
        #[serde(rename = "error_code")]
        code: String,
        /// エラーメッセージ, to be shown as it is.
        message: String,
    },
    /// The message does not say, or says what this version does not know.
    Unknown,
}

impl BulkProgress {
    pub(crate) fn of(header: &Header) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        match header.segment_of_result {
            Some(SegmentOfResult::Normal) => Self::Done,
            Some(SegmentOfResult::InProgress) => Self::Pending,
            Some(SegmentOfResult::Abnormal) => {
                Self::Failed { code: text(&header.error_code), message: text(&header.error_message) }
            }
            _ => Self::Unknown,
        }
    }
}

impl BulkAnswer {
    /// How far the request has come, by 処理結果区分 [code B.4].
    #[must_use]
    pub fn progress(&self) -> BulkProgress {
        BulkProgress::of(&self.header)
    }

    /// The units, as many as are there.
    #[must_use]
    pub fn units(&self) -> &[BulkUnit] {
        self.body.as_ref().map_or(&[], |body| &body.units)
    }
}
