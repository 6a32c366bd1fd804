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
        /// ヘッダー. Must be there; says more than the single check's only on error.
        header: Header = "MessageHeader",
        /// ボディ.
        body: Option<Reception> = "MessageBody",
    }
}

record! {
    /// ボディ of the first step's answer.
    Reception in "MessageBody" {
        /// 受付番号, at most 100 characters: what the second step asks with.
        reception_number: Option<String> = "ReceptionNumber",
        /// 受付日時.
        received_at: Option<Written<DateTime>> = "ReceptionDateTime",
        /// 処理結果状況; on error.
        processing_result_status: Option<ProcessingResultStatus> = "ProcessingResultStatus",
        /// 処理結果コード, opaque (U1).
        processing_result_code: Option<String> = "ProcessingResultCode",
        /// 処理結果メッセージ: to be shown as it is.
        processing_result_message: Option<String> = "ProcessingResultMessage",
    }
}

record! {
    /// The answer to the second step. Read its [`progress`](Self::progress) before its units.
    BulkAnswer in "XmlMsg" {
        /// ヘッダー, with the reception number and how many checks went well. Must be there.
        header: Header = "MessageHeader",
        /// ボディ. Absent while the request is being worked on.
        body: Option<BulkBody> = "MessageBody",
    }
}

record! {
    /// ボディ of the second step's answer.
    BulkBody in "MessageBody" {
        /// One unit per check of the request.
        units: Repeated<BulkUnit> = "BulkConfirmUnit",
        /// 処理結果状況 of the request as a whole; on error.
        processing_result_status: Option<ProcessingResultStatus> = "ProcessingResultStatus",
        /// 処理結果コード, opaque (U1).
        processing_result_code: Option<String> = "ProcessingResultCode",
        /// 処理結果メッセージ: to be shown as it is.
        processing_result_message: Option<String> = "ProcessingResultMessage",
    }
}

record! {
    /// One check of a bulk request. Read its [verdict](BulkAnswer::verdict_of) before its fields.
    BulkUnit in "BulkConfirmUnit" {
        /// 資格確認照会用情報: the query, repeated.
        query: Option<Query> = "QualificationConfirmSearchInfo",
        /// 処理結果状況.
        processing_result_status: Option<ProcessingResultStatus> = "ProcessingResultStatus",
        /// 処理結果コード, opaque (U1).
        processing_result_code: Option<String> = "ProcessingResultCode",
        /// 処理結果メッセージ: to be shown as it is.
        processing_result_message: Option<String> = "ProcessingResultMessage",
        /// 資格有効性.
        validity: Option<QualificationValidity> = "QualificationValidity",
        /// 資格確認結果, directly in the unit or in a list [code B.4].
        results: Repeated<Eligibility> = "ResultOfQualificationConfirmation" or "ResultList",
        /// 照会番号: several patients of the facility may carry one each.
        reference_numbers: Repeated<String> = "ReferenceNumber",
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
