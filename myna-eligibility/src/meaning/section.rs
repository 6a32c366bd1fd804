//! The parts of the result screen.

use serde::Serialize;

/// A part of the result screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Section {
    /// 資格情報.
    Eligibility,
    /// 高齢受給者証.
    ElderlyCertificate,
    /// 限度額適用認定証.
    LimitCertificate,
    /// 特定疾病療養受療証; one part each.
    SpecificDiseases,
    /// 医療券・調剤券; one part each.
    MedicalTicket,
    /// 同意.
    Consents,
    /// What is for the facility's own computers.
    Other,
    /// What was asked for.
    Query,
    /// What the message says of itself.
    Message,
    /// What this version does not know.
    Unmodelled,
}

impl Section {
    /// Its heading in Japanese.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Eligibility => "資格情報",
            Self::ElderlyCertificate => "高齢受給者証",
            Self::LimitCertificate => "限度額適用認定証",
            Self::SpecificDiseases => "特定疾病療養受療証",
            Self::MedicalTicket => "医療券・調剤券",
            Self::Consents => "同意",
            Self::Other => "その他",
            Self::Query => "照会した内容",
            Self::Message => "照会",
            Self::Unmodelled => "未対応の項目",
        }
    }
}
