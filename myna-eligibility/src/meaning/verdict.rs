//! What an answer comes to, as one typed sum.

use serde::Serialize;

use crate::meaning::bulk::{BulkAnswer, BulkProgress, BulkUnit};
use crate::meaning::code::{
    InsuredCardClassification, ProcessingResultStatus, QualificationValidity, SegmentOfResult,
};
use crate::meaning::record::{Eligibility, EligibilityResponse, Header};

/// What an answer to a single check comes to (D9).
///
/// Only [`Valid`](Self::Valid), [`ValidWithMedicalAid`](Self::ValidWithMedicalAid) and
/// [`ValidUnregistered`](Self::ValidUnregistered) say that there is cover. Whatever does not fit the table is
/// [`Unknown`](Self::Unknown) and never good. Several matches are told as several; none is picked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// 有効: one eligibility.
    Valid,
    /// 有効: an insurance, and medical aid beside it [code B.5].
    ValidWithMedicalAid,
    /// 有効（未登録）: medical aid that is not registered [code C].
    ValidUnregistered,
    /// 無効: 資格を喪失している [seed F3 S62].
    Invalid,
    /// 無効（新しい資格あり）: ask for the newer one.
    InvalidNewerExists,
    /// 該当する資格がない [seed F3 S63].
    NoMatch,
    /// 複数該当: several match, and a person must decide.
    Multiple,
    /// This check failed.
    ProcessingError {
        /// 処理結果コード, opaque (U1); empty if the message has none.
        #[serde(rename = "result_code")]
        code: String,
        /// 処理結果メッセージ, to be shown as it is.
        message: String,
    },
    /// 処理中: ask again later.
    Pending,
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

impl EligibilityResponse {
    /// What the answer comes to (D9).
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        Verdict::of(self)
    }
}

impl BulkAnswer {
    /// What one of the units comes to (D9). A unit in a message that is not [done](BulkProgress::Done) says nothing.
    #[must_use]
    pub fn verdict_of(&self, unit: &BulkUnit) -> Verdict {
        unit.verdict_under(&self.header)
    }
}

impl BulkUnit {
    pub(crate) fn verdict_under(&self, header: &Header) -> Verdict {
        match BulkProgress::of(header) {
            BulkProgress::Done => self.own_verdict(),
            BulkProgress::Pending => Verdict::Pending,
            BulkProgress::Failed { code, message } => Verdict::Failed { code, message },
            BulkProgress::Unknown => Verdict::Unknown,
        }
    }

    /// What the unit says by itself; it counts only if the request as a whole is done.
    fn own_verdict(&self) -> Verdict {
        Verdict::of_check(
            self.processing_result_status.as_ref(),
            (self.processing_result_code.as_deref(), self.processing_result_message.as_deref()),
            self.validity.as_ref(),
            &self.results,
        )
    }
}

impl Verdict {
    /// Reads the verdict from a message. See also [`EligibilityResponse::verdict`].
    #[must_use]
    pub fn of(response: &EligibilityResponse) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let header = &response.header;
        match header.segment_of_result {
            Some(SegmentOfResult::Normal) => {}
            Some(SegmentOfResult::InProgress) => return Self::Pending,
            Some(SegmentOfResult::Abnormal) => {
                return Self::Failed { code: text(&header.error_code), message: text(&header.error_message) };
            }
            _ => return Self::Unknown,
        }
        let Some(body) = &response.body else { return Self::Unknown };
        Self::of_check(
            body.processing_result_status.as_ref(),
            (body.processing_result_code.as_deref(), body.processing_result_message.as_deref()),
            body.validity.as_ref(),
            &body.results,
        )
    }

    /// Of one check within a message that ended normally.
    pub(crate) fn of_check(
        status: Option<&ProcessingResultStatus>,
        (code, message): (Option<&str>, Option<&str>),
        validity: Option<&QualificationValidity>,
        results: &[Eligibility],
    ) -> Self {
        match status {
            Some(ProcessingResultStatus::Normal) => {}
            Some(ProcessingResultStatus::Error) => {
                return Self::ProcessingError {
                    code: code.unwrap_or_default().to_owned(),
                    message: message.unwrap_or_default().to_owned(),
                };
            }
            _ => return Self::Unknown,
        }
        match validity {
            Some(QualificationValidity::Valid) => of_valid(results),
            Some(QualificationValidity::Invalid) => Self::Invalid,
            Some(QualificationValidity::InvalidNewerExists) => Self::InvalidNewerExists,
            Some(QualificationValidity::NoMatch) => Self::NoMatch,
            Some(QualificationValidity::Multiple) => Self::Multiple,
            Some(QualificationValidity::ValidUnregistered) => Self::ValidUnregistered,
            _ => Self::Unknown,
        }
    }

    /// Whether the answer says that there is cover.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        matches!(self, Self::Valid | Self::ValidWithMedicalAid | Self::ValidUnregistered)
    }

    /// A stable name for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::ValidWithMedicalAid => "valid_with_medical_aid",
            Self::ValidUnregistered => "valid_unregistered",
            Self::Invalid => "invalid",
            Self::InvalidNewerExists => "invalid_newer_exists",
            Self::NoMatch => "no_match",
            Self::Multiple => "multiple",
            Self::ProcessingError { .. } => "processing_error",
            Self::Pending => "pending",
            Self::Failed { .. } => "failed",
            Self::Unknown => "unknown",
        }
    }

    /// The same without the finer shades of [`Valid`](Self::Valid): what a report has as `verdict`.
    #[must_use]
    pub const fn plain_code(&self) -> &'static str {
        match self {
            Self::ValidWithMedicalAid | Self::ValidUnregistered => "valid",
            other => other.code(),
        }
    }

    /// For people, in Japanese: the seed's words where it has them.
    #[must_use]
    pub const fn label_ja(&self) -> &'static str {
        match self {
            Self::Valid => "有効",
            Self::ValidWithMedicalAid => "有効（医療扶助あり）",
            Self::ValidUnregistered => "有効（未登録）",
            Self::Invalid => "資格を喪失している（資格が無効）",
            Self::InvalidNewerExists => "無効（新しい資格あり）",
            Self::NoMatch => "該当する資格がない",
            Self::Multiple => "複数該当（職員の確認が必要）",
            Self::ProcessingError { .. } => "処理エラー",
            Self::Pending => "処理中",
            Self::Failed { .. } => "異常終了",
            Self::Unknown => "判定できません",
        }
    }

    /// For people, in English.
    #[must_use]
    pub const fn label_en(&self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::ValidWithMedicalAid => "valid, with medical aid",
            Self::ValidUnregistered => "valid, not registered",
            Self::Invalid => "invalid: the eligibility is lost",
            Self::InvalidNewerExists => "invalid: a newer eligibility exists",
            Self::NoMatch => "no such eligibility",
            Self::Multiple => "several match: staff must decide",
            Self::ProcessingError { .. } => "the check failed",
            Self::Pending => "in progress: ask again later",
            Self::Failed { .. } => "the request failed",
            Self::Unknown => "cannot be told",
        }
    }
}

/// 有効 with one record, or with an insurance and medical aid. More than that is not picked from; none
/// contradicts itself.
fn of_valid(results: &[Eligibility]) -> Verdict {
    let is_aid = |classification: &Option<InsuredCardClassification>| {
        *classification == Some(InsuredCardClassification::MedicalAid)
    };
    match results {
        [] => Verdict::Unknown,
        [_] => Verdict::Valid,
        [first, second] if is_aid(&first.card_classification) != is_aid(&second.card_classification) => {
            Verdict::ValidWithMedicalAid
        }
        _ => Verdict::Multiple,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meaning::record::Body;

    fn response(segment: &str, status: &str, validity: &str, cards: &[&str]) -> EligibilityResponse {
        let results = cards.iter().map(|card| Eligibility {
            card_classification: Some(InsuredCardClassification::from_wire(card)),
            ..Eligibility::default()
        });
        EligibilityResponse {
            header: Header {
                segment_of_result: Some(SegmentOfResult::from_wire(segment)),
                error_code: Some("E".to_owned()),
                ..Header::default()
            },
            body: Some(Body {
                processing_result_status: Some(ProcessingResultStatus::from_wire(status)),
                processing_result_message: Some("M".to_owned()),
                validity: Some(QualificationValidity::from_wire(validity)),
                results: results.collect(),
                ..Body::default()
            }),
            ..EligibilityResponse::default()
        }
    }

    #[test]
    fn the_whole_table() {
        let processing_error = Verdict::ProcessingError { code: String::new(), message: "M".to_owned() };
        let failed = Verdict::Failed { code: "E".to_owned(), message: String::new() };
        for (segment, status, validity, cards, verdict) in [
            ("1", "1", "1", &["01"][..], Verdict::Valid),
            ("1", "1", "1", &["A1"], Verdict::Valid),
            ("1", "1", "1", &["01", "A1"], Verdict::ValidWithMedicalAid),
            ("1", "1", "1", &["A1", "06"], Verdict::ValidWithMedicalAid),
            ("1", "1", "1", &["01", "01"], Verdict::Multiple),
            ("1", "1", "1", &["A1", "A1"], Verdict::Multiple),
            ("1", "1", "1", &["01", "01", "A1"], Verdict::Multiple),
            ("1", "1", "1", &[], Verdict::Unknown),
            ("1", "1", "6", &[], Verdict::ValidUnregistered),
            ("1", "1", "2", &[], Verdict::Invalid),
            ("1", "1", "2", &["01"], Verdict::Invalid),
            ("1", "1", "3", &["01"], Verdict::InvalidNewerExists),
            ("1", "1", "4", &[], Verdict::NoMatch),
            ("1", "1", "5", &["01"], Verdict::Multiple),
            ("1", "1", "7", &["01"], Verdict::Unknown),
            ("1", "2", "1", &["01"], processing_error),
            ("1", "3", "1", &["01"], Verdict::Unknown),
            ("2", "1", "1", &["01"], Verdict::Pending),
            ("9", "1", "1", &["01"], failed),
            ("0", "1", "1", &["01"], Verdict::Unknown),
        ] {
            assert_eq!(
                response(segment, status, validity, cards).verdict(),
                verdict,
                "{segment} {status} {validity} {cards:?}"
            );
        }
        assert_eq!(EligibilityResponse::default().verdict(), Verdict::Unknown);
    }

    #[test]
    fn json_carries_the_stable_code() {
        for verdict in [Verdict::ValidWithMedicalAid, Verdict::NoMatch, Verdict::Unknown] {
            assert_eq!(serde_json::to_value(&verdict).unwrap()["code"], verdict.code());
        }
        let failed = Verdict::Failed { code: "X".to_owned(), message: "m".to_owned() };
        assert_eq!(
            serde_json::to_string(&failed).unwrap(),
            r#"{"code":"failed","error_code":"X","message":"m"}"#
        );
    }
}
