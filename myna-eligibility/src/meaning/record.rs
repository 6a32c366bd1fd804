//! The answer to a single check: message, header, body, and the eligibility itself.
//!
//! Every field is optional: the official layout is not public (U1), and a message must not be lost because a
//! sender left something out. Where the wire calls for a field, its comment says so. The element names are
//! those of [code B.2] throughout.

use crate::meaning::code::{
    CharacterCode, ConsentStatus, InsuredCardClassification, LimitCategory, LimitCertificateChanged,
    LimitCertificateClassification, LimitCertificateConsent, PersonalFamilyClassification, Preschool,
    PrescriptionForm, ProcessingResultStatus, QualificationValidity, ReasonOfLoss, ReferenceClassification,
    SegmentOfResult, Sex, SpecificDisease,
};
use crate::meaning::descriptor::{Content, Kind};
use crate::meaning::element::Element;
use crate::meaning::field::{Field, Record as _, Taken, record};
use crate::meaning::insurer::InsurerNumber;
use crate::meaning::ratio::Ratio;
use crate::meaning::ticket::MedicalTicket;
use crate::meaning::written::Written;
use crate::wire::xml::XmlError;
use myna_calendar::{Date, DateTime};

record! {
    /// The answer to a single check of eligibility (資格確認結果): the whole message `XmlMsg`.
    ///
    /// Made by [`EligibilityResponse::parse`], or field by field from its default. Read its
    /// [`verdict`](Self::verdict) before its fields: a record may be there though the eligibility is lost.
    EligibilityResponse in "XmlMsg" {
        /// ヘッダー. Must be there.
        header: Header = "MessageHeader",
        /// ボディ. Absent when the request as a whole failed [code B.2].
        body: Option<Body> = "MessageBody",
    }
}

impl Eligibility {
    /// 枝番 with its two digits: one digit has lost its zero (D5). `None` if it is absent or no number.
    #[must_use]
    pub fn branch_number_normal(&self) -> Option<String> {
        let branch = self.branch_number.as_deref()?.trim();
        let is_number = matches!(branch.len(), 1 | 2) && branch.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| format!("{branch:0>2}"))
    }
}

impl EligibilityResponse {
    /// The eligibilities the answer holds: none, one, or several of which none may be picked by a program.
    #[must_use]
    pub fn results(&self) -> &[Eligibility] {
        self.body.as_ref().map_or(&[], |body| &body.results)
    }
}

record! {
    /// ヘッダー: what was asked, by whom, and how the message ended.
    Header in "MessageHeader" {
        /// 処理実行日時. Required.
        executed_at: Option<Written<DateTime>> = "ProcessExecutionTime",
        /// 資格確認日: the day the answer is about. Required.
        confirmation_date: Option<Written<Date>> = "QualificationConfirmationDate",
        /// 医療機関コード, 10 digits. Required.
        institution_code: Option<String> = "MedicalInstitutionCode",
        /// 任意のファイル識別子: the sender's own mark, at most 50 characters.
        file_identifier: Option<String> = "ArbitraryFileIdentifier",
        /// 照会区分. Required.
        reference_classification: Option<ReferenceClassification> = "ReferenceClassification",
        /// 処理結果区分. Required.
        segment_of_result: Option<SegmentOfResult> = "SegmentOfResult",
        /// エラーコード, opaque: the list is not public (U1).
        error_code: Option<String> = "ErrorCode",
        /// エラーメッセージ.
        error_message: Option<String> = "ErrorMessage",
        /// 文字コード識別. Required.
        character_code: Option<CharacterCode> = "CharacterCodeIdentifier",
        /// 受付番号 of a bulk request, at most 100 characters; in the second step's answer [code B.4].
        reception_number: Option<String> = "ReceptionNumber",
        /// 処理結果件数 of a bulk request, digits.
        number_of_results: Option<String> = "NumberOfProcessingResult",
        /// 正常処理件数, digits.
        number_of_normal: Option<String> = "NumberOfNormalProcessing",
        /// エラー件数, digits.
        number_of_errors: Option<String> = "NumberOfError",
    }
}

/// The header is the one thing every message has.
impl Field for Header {
    const KIND: Kind = Kind::Record(Self::DESCRIPTOR);
    const IS_REQUIRED: bool = true;

    fn take(&mut self, _: usize, taken: Taken<'_, '_>, _: &mut Vec<Element>) -> Result<(), XmlError> {
        taken.only_once()?;
        let path = taken.parent.child(taken.found.name());
        *self = Self::read_fields(taken.found.children(&path)?, &path)?;
        Ok(())
    }

    fn content(&self, _: usize) -> Content<'_> {
        Content::Record(self)
    }
}

record! {
    /// ボディ: how this check ended, and what it found.
    Body in "MessageBody" {
        /// 処理結果状況. Required.
        processing_result_status: Option<ProcessingResultStatus> = "ProcessingResultStatus",
        /// 処理結果コード, opaque (U1). Also on success, with a side note such as a card that will expire soon
        /// [code B.2].
        processing_result_code: Option<String> = "ProcessingResultCode",
        /// 処理結果メッセージ: to be shown as it is.
        processing_result_message: Option<String> = "ProcessingResultMessage",
        /// 資格有効性.
        validity: Option<QualificationValidity> = "QualificationValidity",
        /// 処方箋発行形態; some readers expect it in the [`Eligibility`] (U4).
        prescription_form: Option<PrescriptionForm> = "PrescriptionIssueSelect",
        /// 資格確認照会用情報: the query, repeated.
        query: Option<Query> = "QualificationConfirmSearchInfo",
        /// 資格確認結果リスト.
        results: Vec<Eligibility> = "ResultList",
    }
}

record! {
    /// 資格確認照会用情報: what was asked for.
    Query in "QualificationConfirmSearchInfo" {
        /// 保険者番号.
        insurer_number: Option<InsurerNumber> = "InsurerNumber",
        /// 被保険者証記号.
        symbol: Option<String> = "InsuredCardSymbol" or "InsuranceCardSymbol",
        /// 被保険者証番号.
        number: Option<String> = "InsuredIdentificationNumber",
        /// 被保険者証枝番. A query without it works [code B.3].
        branch_number: Option<String> = "InsuredBranchNumber",
        /// 生年月日.
        birthdate: Option<Written<Date>> = "Birthdate",
        /// 限度額適用認定証提供同意フラグ.
        limit_certificate_consent: Option<LimitCertificateConsent> = "LimitApplicationCertificateRelatedConsFlg",
        /// 任意の識別子: the asker's own mark.
        arbitrary_identifier: Option<String> = "ArbitraryIdentifier",
    }
}

record! {
    /// 資格確認結果: one eligibility of one person. The number in brackets is the field's number in the app's
    /// manual [seed F3].
    Eligibility in "ResultOfQualificationConfirmation" {
        /// (7) 被保険者証区分.
        card_classification: Option<InsuredCardClassification> = "InsuredCardClassification",
        /// (12) 保険者番号; for medical aid the 公費負担者番号.
        insurer_number: Option<InsurerNumber> = "InsurerNumber" or "PublicExpenseNumber",
        /// (8) 被保険者証記号, at most 20 characters, often full-width.
        symbol: Option<String> = "InsuredCardSymbol" or "InsuranceCardSymbol",
        /// (8) 被保険者証番号, at most 20 characters; for medical aid the 受給者番号.
        number: Option<String> = "InsuredIdentificationNumber" or "BeneficiaryNumber",
        /// (8) 被保険者証枝番, two digits; blank for 後期高齢者医療. Says nothing about 本人 or 家族.
        branch_number: Option<String> = "InsuredBranchNumber",
        /// (9) 本人・家族の別; blank for 後期高齢者医療.
        personal_family: Option<PersonalFamilyClassification> = "PersonalFamilyClassification",
        /// 被保険者氏名（世帯主氏名）.
        insured_name: Option<String> = "InsuredName",
        /// (1) 氏名. ● stands for a character that could not be converted.
        name: Option<String> = "Name",
        /// (3) 氏名（その他）: the real name, when the card's front carries a common name (通称).
        other_name: Option<String> = "NameOfOther",
        /// (2) 氏名カナ, half-width; may be blank; small kana may appear large.
        name_kana: Option<String> = "NameKana",
        /// (3) 氏名カナ（その他）.
        other_name_kana: Option<String> = "NameOfOtherKana",
        /// (4) 性別1: as on the card's front.
        sex1: Option<Sex> = "Sex1",
        /// (5) 性別2: as in the family register, when the holder asked not to show it on the front.
        sex2: Option<Sex> = "Sex2",
        /// (6) 生年月日.
        birthdate: Option<Written<Date>> = "Birthdate",
        /// 住所. Insurers need not register it.
        address: Option<String> = "Address",
        /// 郵便番号, `NNN-NNNN`.
        post_number: Option<String> = "PostNumber",
        /// 資格取得年月日.
        qualification_date: Option<Written<Date>> = "QualificationDate",
        /// 資格喪失年月日: the first day without cover [law D10].
        disqualification_date: Option<Written<Date>> = "DisqualificationDate",
        /// 被保険者証交付年月日.
        card_issued_on: Option<Written<Date>> = "InsuredCertificateIssuanceDate",
        /// (10) 被保険者証有効開始年月日.
        valid_from: Option<Written<Date>> = "InsuredCardValidDate",
        /// (11) 被保険者証有効終了年月日, the last day with cover; usually blank.
        valid_until: Option<Written<Date>> = "InsuredCardExpirationDate",
        /// (14) 被保険者証一部負担金割合; only for 後期高齢者医療.
        contribution_ratio: Option<Written<Ratio>> = "InsuredPartialContributionRatio",
        /// 未就学区分.
        preschool: Option<Preschool> = "PreschoolClassification",
        /// 資格喪失事由. May be set ahead of the loss.
        reason_of_loss: Option<ReasonOfLoss> = "ReasonOfLoss",
        /// (13) 保険者名称; for medical aid the 福祉事務所名.
        insurer_name: Option<String> = "InsurerName" or "WelfareOfficeName",
        /// (15)–(17) 高齢受給者証情報.
        elderly_certificate: Option<ElderlyCertificate> = "ElderlyRecipientCertificateInfo",
        /// 限度額適用認定証提供同意フラグ.
        limit_certificate_consent: Option<LimitCertificateConsent> = "LimitApplicationCertificateRelatedConsFlg",
        /// 限度額適用認定証提供同意日時.
        limit_certificate_consented_at: Option<Written<DateTime>> = "LimitApplicationCertificateRelatedConsTime",
        /// 限度額適用認定証関連情報.
        limit_certificate: Option<LimitCertificate> = "LimitApplicationCertificateRelatedInfo",
        /// 限度額適用認定証情報変更有無; in bulk answers, in the place of the certificate [code B.4].
        limit_certificate_changed: Option<LimitCertificateChanged> = "LimitApplicationCertificateChanged",
        /// 特定疾病療養受療証 提供同意.
        specific_diseases_consent: Consent =
            "SpecificDiseasesCertificateRelatedConsFlg";
            "SpecificDiseasesCertificateRelatedConsTime";
            "SpecificDiseasesCertificateRelatedAvailableTime" or "SpecificDiseasesCertificateRelatedAcquisitionTime",
        /// 特定疾病療養受療証情報リスト.
        specific_diseases_certificates: Vec<SpecificDiseasesCertificate> = "SpecificDiseasesCertificateList",
        /// 医療扶助資格確認結果リスト: the tickets of a patient on medical aid.
        medical_tickets: Vec<MedicalTicket> = "PublicExpenseResultList",
        /// 特定健診情報 閲覧同意.
        health_checkups_consent: Consent =
            "SpecificHealthCheckupsInfoConsFlg";
            "SpecificHealthCheckupsInfoConsTime";
            "SpecificHealthCheckupsInfoAvailableTime" or "SpecificHealthCheckupsInfoAcquisitionTime",
        /// 薬剤情報 閲覧同意.
        pharmacists_consent: Consent =
            "PharmacistsInfoConsFlg" or "PharmaceuticalInfoConsFlg";
            "PharmacistsInfoConsTime" or "PharmaceuticalInfoConsTime";
            "PharmacistsInfoAvailableTime" or "PharmacistsInfoAcquisitionTime" or "PharmaceuticalInfoAvailableTime" or "PharmaceuticalInfoAcquisitionTime",
        /// 診療情報 閲覧同意.
        diagnosis_consent: Consent =
            "DiagnosisInfoConsFlg";
            "DiagnosisInfoConsTime";
            "DiagnosisInfoAvailableTime" or "DiagnosisInfoAcquisitionTime",
        /// 手術情報 閲覧同意.
        operation_consent: Consent =
            "OperationInfoConsFlg";
            "OperationInfoConsTime";
            "OperationInfoAvailableTime" or "OperationInfoAcquisitionTime",
        /// 処方箋発行形態; some senders put it in the [`Body`] (U4).
        prescription_form: Option<PrescriptionForm> = "PrescriptionIssueSelect",
        /// 照会番号: this facility's own number for the patient, at most 50 characters.
        reference_number: Option<String> = "ReferenceNumber",
        /// Seen in a face reader's file; its meaning is unknown (U7).
        confirmation_key: Option<String> = "QualificationConfirmationKey",
        /// 任意の識別子 of the query, repeated.
        arbitrary_identifier: Option<String> = "ArbitraryIdentifier",
    }
}

record! {
    /// 高齢受給者証情報.
    ElderlyCertificate in "ElderlyRecipientCertificateInfo" {
        /// 交付年月日.
        issued_on: Option<Written<Date>> = "ElderlyRecipientCertificateDate",
        /// (15) 有効開始年月日.
        valid_from: Option<Written<Date>> = "ElderlyRecipientValidStartDate",
        /// (16) 有効終了年月日.
        valid_until: Option<Written<Date>> = "ElderlyRecipientValidEndDate",
        /// (17) 一部負担金割合.
        contribution_ratio: Option<Written<Ratio>> = "ElderlyRecipientContributionRatio",
    }
}

record! {
    /// 限度額適用認定証関連情報.
    LimitCertificate in "LimitApplicationCertificateRelatedInfo" {
        /// 限度額適用認定証区分.
        classification: Option<LimitCertificateClassification> = "LimitApplicationCertificateClassification",
        /// 限度額適用認定証適用区分.
        category: Option<LimitCategory> = "LimitApplicationCertificateClassificationFlag",
        /// 交付年月日.
        issued_on: Option<Written<Date>> = "LimitApplicationCertificateDate",
        /// 有効開始年月日.
        valid_from: Option<Written<Date>> = "LimitApplicationCertificateValidStartDate",
        /// 有効終了年月日.
        valid_until: Option<Written<Date>> = "LimitApplicationCertificateValidEndDate",
        /// 長期入院該当年月日.
        long_stay_from: Option<Written<Date>> = "LimitApplicationCertificateLongTermDate",
    }
}

record! {
    /// 特定疾病療養受療証情報.
    SpecificDiseasesCertificate in "SpecificDiseasesCertificateInfo" {
        /// 認定疾病区分.
        disease: Option<SpecificDisease> = "SpecificDiseasesDiseaseCategory",
        /// 交付年月日.
        issued_on: Option<Written<Date>> = "SpecificDiseasesCertificateDate",
        /// 有効開始年月日.
        valid_from: Option<Written<Date>> = "SpecificDiseasesValidStartDate",
        /// 有効終了年月日.
        valid_until: Option<Written<Date>> = "SpecificDiseasesValidEndDate",
        /// 自己負担限度額, yen a month, digits.
        self_pay_limit: Option<String> = "SpecificDiseasesSelfPay",
    }
}

/// A consent of the patient: whether, when, and until when. On the wire three elements, whose names
/// begin with the same name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Consent {
    /// 同意フラグ, on the wire `…ConsFlg`.
    pub status: Option<ConsentStatus>,
    /// 同意日時, on the wire `…ConsTime`.
    pub given_at: Option<Written<DateTime>>,
    /// 有効期限, on the wire `…AvailableTime` (a peer writes `…AcquisitionTime`, which is read as well [code H]): 24
    /// hours after the consent for outpatients [code B.2].
    pub available_until: Option<Written<DateTime>>,
}

impl Field for Consent {
    const KIND: Kind = Kind::Text;

    fn take(&mut self, part: usize, taken: Taken<'_, '_>, rest: &mut Vec<Element>) -> Result<(), XmlError> {
        match part {
            0 => Field::take(&mut self.status, 0, taken, rest),
            1 => Field::take(&mut self.given_at, 0, taken, rest),
            _ => Field::take(&mut self.available_until, 0, taken, rest),
        }
    }

    fn content(&self, part: usize) -> Content<'_> {
        match part {
            0 => Field::content(&self.status, 0),
            1 => Field::content(&self.given_at, 0),
            _ => Field::content(&self.available_until, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_names_fields_and_never_what_they_hold() {
        let eligibility = Eligibility {
            name: Some("試験　葵".to_owned()),
            number: Some("45".to_owned()),
            unmodelled: vec![Element::Text { name: "New".to_owned(), text: "秘密".to_owned() }],
            ..Eligibility::default()
        };
        assert_eq!(
            format!("{eligibility:?}"),
            r#"Eligibility { present: ["number", "name", "unmodelled"], .. }"#
        );
        let shown = format!("{:?}", eligibility.unmodelled);
        assert!(shown.contains("New") && !shown.contains("秘密"), "{shown}");
    }
}
