//! The answer to a single check: message, header, body, and the eligibility itself.
//!
//! Every field is optional: the official layout is not public (U1), and a message must not be lost because a
//! sender left something out. Where the wire calls for a field, its comment says so. The element names are
//! those of [code B.2] throughout.

use crate::element::Element;
use crate::element::error::XmlError;
use crate::meaning::code::{
    CharacterCode, ConsentStatus, InsuredCardClassification, LimitCategory, LimitCertificateChanged,
    LimitCertificateClassification, LimitCertificateConsent, PersonalFamilyClassification, Preschool,
    PrescriptionForm, ProcessingResultStatus, QualificationValidity, ReasonOfLoss, ReferenceClassification,
    SegmentOfResult, Sex, SpecificDisease,
};
use crate::meaning::descriptor::{Content, Kind};
use crate::meaning::field::{Field, Record as _, Taken, record};
use crate::meaning::insurer::{InsurerNumber, Scheme};
use crate::meaning::ratio::Ratio;
use crate::meaning::text::Text;
use crate::meaning::ticket::MedicalTicket;
use crate::meaning::written::Written;
use myna_calendar::{Date, DateTime};

record! {
    /// The answer to a single check of eligibility (資格確認結果): the whole message `XmlMsg`.
    ///
    /// Made by [`EligibilityResponse::parse`], or field by field from its default. Read its
    /// [`verdict`](Self::verdict) before its fields: a record may be there though the eligibility is lost.
    EligibilityResponse in "XmlMsg" {
        /// Must be there.
        header: Header = "MessageHeader", "ヘッダー", "Header",
        /// Absent when the request as a whole failed [code B.2].
        body: Option<Body> = "MessageBody", "ボディ", "Body",
    }
}

impl Eligibility {
    /// The system (制度) of the record; 医療扶助 is told by the kind of certificate, whatever the number says.
    #[must_use]
    pub fn scheme(&self) -> Option<Scheme> {
        if self.card_classification == Some(InsuredCardClassification::MedicalAid) {
            return Some(Scheme::MedicalAid);
        }
        self.insurer_number.as_ref()?.scheme()
    }

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
    Header in "MessageHeader" shown Message {
        /// Required.
        executed_at: Option<Written<DateTime>> = "ProcessExecutionTime", "処理実行日時", "Executed at" at 2,
        /// The day the answer is about. Required.
        confirmation_date: Option<Written<Date>> = "QualificationConfirmationDate", "資格確認日", "Day of the check" said "確認日" at 1,
        /// 10 digits. Required.
        institution_code: Option<String> = "MedicalInstitutionCode", "医療機関コード", "Institution code" at 3,
        /// The sender's own mark, at most 50 characters.
        file_identifier: Option<String> = "ArbitraryFileIdentifier", "任意のファイル識別子", "The sender's own mark",
        /// Required.
        reference_classification: Option<ReferenceClassification> = "ReferenceClassification",
            "照会区分", "Checked by" at 4,
        /// Required.
        segment_of_result: Option<SegmentOfResult> = "SegmentOfResult", "処理結果区分", "How the message ended" at 5,
        /// Opaque: the list is not public (U1).
        error_code: Option<String> = "ErrorCode", "エラーコード", "Error code" at 6,
        error_message: Option<String> = "ErrorMessage", "エラーメッセージ", "Error message" at 7,
        /// Required.
        character_code: Option<CharacterCode> = "CharacterCodeIdentifier", "文字コード識別", "Encoding named",
        /// 受付番号 of a bulk request, at most 100 characters; in the second step's answer [code B.4].
        reception_number: Option<String> = "ReceptionNumber", "受付番号", "Reception number",
        /// 処理結果件数 of a bulk request, digits.
        number_of_results: Option<String> = "NumberOfProcessingResult", "処理結果件数", "Number of results",
        /// Digits.
        number_of_normal: Option<String> = "NumberOfNormalProcessing", "正常処理件数", "Number that went well",
        /// Digits.
        number_of_errors: Option<String> = "NumberOfError", "エラー件数", "Number of errors",
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
        /// Required.
        processing_result_status: Option<ProcessingResultStatus> = "ProcessingResultStatus",
            "処理結果状況", "Result of processing",
        /// Opaque (U1). Also on success, with a side note such as a card that will expire soon
        /// [code B.2].
        processing_result_code: Option<String> = "ProcessingResultCode", "処理結果コード", "Result code",
        /// To be shown as it is.
        processing_result_message: Option<String> = "ProcessingResultMessage", "処理結果メッセージ", "Result message",
        validity: Option<QualificationValidity> = "QualificationValidity", "資格有効性", "Validity",
        /// Some readers expect it in the [`Eligibility`] (U4).
        prescription_form: Option<PrescriptionForm> = "PrescriptionIssueSelect", "処方箋発行形態", "Form of prescription",
        /// The query, repeated.
        query: Option<Query> = "QualificationConfirmSearchInfo", "照会した内容", "Asked for",
        results: Vec<Eligibility> = "ResultList", "資格確認結果リスト", "Results",
    }
}

record! {
    /// 資格確認照会用情報: what was asked for.
    Query in "QualificationConfirmSearchInfo" shown Query {
        insurer_number: Option<InsurerNumber> = "InsurerNumber", "保険者番号", "Insurer number",
        symbol: Option<String> = "InsuredCardSymbol" or "InsuranceCardSymbol", "記号", "Symbol",
        number: Option<String> = "InsuredIdentificationNumber", "番号", "Number",
        /// A query without it works [code B.3].
        branch_number: Option<String> = "InsuredBranchNumber", "枝番", "Branch number",
        birthdate: Option<Written<Date>> = "Birthdate", "生年月日", "Date of birth",
        limit_certificate_consent: Option<LimitCertificateConsent> = "LimitApplicationCertificateRelatedConsFlg",
            "限度額適用認定証 提供同意", "Consent to limit certificate",
        /// The asker's own mark.
        arbitrary_identifier: Option<String> = "ArbitraryIdentifier", "任意の識別子", "The asker's own mark",
    }
}

record! {
    /// 資格確認結果: one eligibility of one person. The number in brackets is the field's number in the app's
    /// manual [seed F3].
    Eligibility in "ResultOfQualificationConfirmation" shown Eligibility {
        card_classification: Option<InsuredCardClassification> = "InsuredCardClassification" (7),
            "被保険者証区分", "Kind of card" said "証区分",
        /// For medical aid the 公費負担者番号.
        insurer_number: Option<InsurerNumber> = "InsurerNumber" or "PublicExpenseNumber" (12),
            "保険者番号", "Insurer number" fhir InsurerNumber,
        /// At most 20 characters, often full-width.
        symbol: Option<String> = "InsuredCardSymbol" or "InsuranceCardSymbol" (8), "記号", "Symbol" said "被保険者証記号" fhir Symbol,
        /// At most 20 characters; for medical aid the 受給者番号.
        number: Option<String> = "InsuredIdentificationNumber" or "BeneficiaryNumber" (8), "番号", "Number" said "被保険者証番号" fhir Number,
        /// Two digits; blank for 後期高齢者医療. Says nothing about 本人 or 家族.
        branch_number: Option<String> = "InsuredBranchNumber" (8), "枝番", "Branch number" said "被保険者証枝番" fhir BranchNumber,
        /// Blank for 後期高齢者医療.
        personal_family: Option<PersonalFamilyClassification> = "PersonalFamilyClassification" (9),
            "本人・家族の別", "Insured or family" said "本人・家族" fhir Relationship,
        insured_name: Option<String> = "InsuredName", "被保険者氏名（世帯主氏名）", "Insured person or householder" said "被保険者氏名" said "世帯主氏名" at 25,
        /// ● stands for a character that could not be converted.
        name: Option<String> = "Name" (1), "氏名", "Name" fhir Name,
        /// The real name, when the card's front carries a common name (通称).
        other_name: Option<String> = "NameOfOther" (3), "氏名（その他）", "Other name",
        /// Half-width; may be blank; small kana may appear large.
        name_kana: Option<String> = "NameKana" (2), "氏名カナ", "Name in kana" said "フリガナ" fhir NameKana,
        other_name_kana: Option<String> = "NameOfOtherKana" (3), "氏名カナ（その他）", "Other name in kana",
        /// As on the card's front.
        sex1: Option<Sex> = "Sex1" (4), "性別1", "Sex (card)" said "性別" fhir Gender,
        /// As in the family register, when the holder asked not to show it on the front.
        sex2: Option<Sex> = "Sex2" (5), "性別2", "Sex (register)",
        birthdate: Option<Written<Date>> = "Birthdate" (6), "生年月日", "Date of birth" fhir BirthDate,
        /// Insurers need not register it.
        address: Option<String> = "Address", "住所", "Address" at 27 fhir Address,
        /// `NNN-NNNN`.
        post_number: Option<String> = "PostNumber", "郵便番号", "Post number" at 26 fhir PostalCode,
        qualification_date: Option<Written<Date>> = "QualificationDate", "資格取得年月日", "Member since" at 20,
        /// The first day without cover [law D10].
        disqualification_date: Option<Written<Date>> = "DisqualificationDate", "資格喪失年月日", "Lost on" at 23,
        card_issued_on: Option<Written<Date>> = "InsuredCertificateIssuanceDate", "交付年月日", "Card issued on" at 24,
        valid_from: Option<Written<Date>> = "InsuredCardValidDate" (10), "有効開始年月日", "Valid from" fhir PeriodStart,
        /// The last day with cover; usually blank.
        valid_until: Option<Written<Date>> = "InsuredCardExpirationDate" (11), "有効終了年月日", "Valid until" fhir PeriodEnd,
        /// Only for 後期高齢者医療.
        contribution_ratio: Option<Written<Ratio>> = "InsuredPartialContributionRatio" (14),
            "一部負担金割合", "Patient's share" said "負担割合" fhir Share,
        preschool: Option<Preschool> = "PreschoolClassification", "未就学区分", "Below school age" at 21,
        /// May be set ahead of the loss.
        reason_of_loss: Option<ReasonOfLoss> = "ReasonOfLoss", "資格喪失事由", "Reason of loss" at 22,
        /// For medical aid the 福祉事務所名.
        insurer_name: Option<String> = "InsurerName" or "WelfareOfficeName" (13), "保険者名称", "Insurer" said "保険者名" fhir InsurerName,
        elderly_certificate: Option<ElderlyCertificate> = "ElderlyRecipientCertificateInfo",
            "高齢受給者証情報", "Elderly certificate",
        limit_certificate_consent: Option<LimitCertificateConsent> = "LimitApplicationCertificateRelatedConsFlg",
            "限度額適用認定証 提供同意", "Consent to limit certificate" shown Consents,
        limit_certificate_consented_at: Option<Written<DateTime>> = "LimitApplicationCertificateRelatedConsTime",
            "限度額適用認定証 同意日時", "Consented to limit certificate at" shown Consents,
        limit_certificate: Option<LimitCertificate> = "LimitApplicationCertificateRelatedInfo",
            "限度額適用認定証関連情報", "Limit certificate",
        /// In bulk answers, in the place of the certificate [code B.4].
        limit_certificate_changed: Option<LimitCertificateChanged> = "LimitApplicationCertificateChanged",
            "限度額適用認定証 変更有無", "Limit certificate changed" shown Consents,
        specific_diseases_consent: Consent =
            "SpecificDiseasesCertificateRelatedConsFlg",
                "特定疾病療養受療証 提供同意", "Consent to specific diseases" shown Consents;
            "SpecificDiseasesCertificateRelatedConsTime", "特定疾病療養受療証 同意日時", "Consented at" shown Consents;
            "SpecificDiseasesCertificateRelatedAvailableTime" or "SpecificDiseasesCertificateRelatedAcquisitionTime",
                "特定疾病療養受療証 有効期限", "Consent until" shown Consents,
        specific_diseases_certificates: Vec<SpecificDiseasesCertificate> = "SpecificDiseasesCertificateList",
            "特定疾病療養受療証情報リスト", "Specific disease certificates",
        /// The tickets of a patient on medical aid.
        medical_tickets: Vec<MedicalTicket> = "PublicExpenseResultList", "医療扶助資格確認結果リスト", "Tickets of medical aid",
        health_checkups_consent: Consent =
            "SpecificHealthCheckupsInfoConsFlg", "特定健診情報 閲覧同意", "Consent to health check-ups" shown Consents;
            "SpecificHealthCheckupsInfoConsTime", "特定健診情報 同意日時", "Consented at" shown Consents;
            "SpecificHealthCheckupsInfoAvailableTime" or "SpecificHealthCheckupsInfoAcquisitionTime",
                "特定健診情報 有効期限", "Consent until" shown Consents,
        pharmacists_consent: Consent =
            "PharmacistsInfoConsFlg" or "PharmaceuticalInfoConsFlg", "薬剤情報 閲覧同意", "Consent to drugs" shown Consents;
            "PharmacistsInfoConsTime" or "PharmaceuticalInfoConsTime", "薬剤情報 同意日時", "Consented at" shown Consents;
            "PharmacistsInfoAvailableTime" or "PharmacistsInfoAcquisitionTime" or "PharmaceuticalInfoAvailableTime" or "PharmaceuticalInfoAcquisitionTime",
                "薬剤情報 有効期限", "Consent until" shown Consents,
        diagnosis_consent: Consent =
            "DiagnosisInfoConsFlg", "診療情報 閲覧同意", "Consent to diagnoses" shown Consents;
            "DiagnosisInfoConsTime", "診療情報 同意日時", "Consented at" shown Consents;
            "DiagnosisInfoAvailableTime" or "DiagnosisInfoAcquisitionTime",
                "診療情報 有効期限", "Consent until" shown Consents,
        operation_consent: Consent =
            "OperationInfoConsFlg", "手術情報 閲覧同意", "Consent to operations" shown Consents;
            "OperationInfoConsTime", "手術情報 同意日時", "Consented at" shown Consents;
            "OperationInfoAvailableTime" or "OperationInfoAcquisitionTime",
                "手術情報 有効期限", "Consent until" shown Consents,
        /// Some senders put it in the [`Body`] (U4).
        prescription_form: Option<PrescriptionForm> = "PrescriptionIssueSelect", "処方箋発行形態", "Form of prescription",
        /// This facility's own number for the patient, at most 50 characters.
        reference_number: Option<String> = "ReferenceNumber", "照会番号", "Reference number" shown Other fhir PatientIdentifier,
        /// Seen in a face reader's file; its meaning is unknown (U7).
        confirmation_key: Option<String> = "QualificationConfirmationKey",
            "資格確認キー", "Confirmation key" shown Other at 101,
        /// 任意の識別子 of the query, repeated.
        arbitrary_identifier: Option<String> = "ArbitraryIdentifier", "任意の識別子", "The asker's own mark" shown Other,
    }
}

record! {
    /// 高齢受給者証情報.
    ElderlyCertificate in "ElderlyRecipientCertificateInfo" shown ElderlyCertificate {
        issued_on: Option<Written<Date>> = "ElderlyRecipientCertificateDate",
            "高齢受給者証 交付年月日", "Elderly certificate issued on" at 1,
        valid_from: Option<Written<Date>> = "ElderlyRecipientValidStartDate" (15),
            "高齢受給者証 有効開始年月日", "Elderly certificate valid from",
        valid_until: Option<Written<Date>> = "ElderlyRecipientValidEndDate" (16),
            "高齢受給者証 有効終了年月日", "Elderly certificate valid until",
        contribution_ratio: Option<Written<Ratio>> = "ElderlyRecipientContributionRatio" (17),
            "高齢受給者証 一部負担金割合", "Elderly certificate, patient's share" said "負担割合" fhir Share,
    }
}

record! {
    /// 限度額適用認定証関連情報.
    LimitCertificate in "LimitApplicationCertificateRelatedInfo" shown LimitCertificate {
        classification: Option<LimitCertificateClassification> = "LimitApplicationCertificateClassification",
            "限度額適用認定証区分", "Kind of limit certificate" said "証区分" said "認定証区分",
        category: Option<LimitCategory> = "LimitApplicationCertificateClassificationFlag",
            "限度額適用認定証適用区分", "Limit category" said "適用区分",
        issued_on: Option<Written<Date>> = "LimitApplicationCertificateDate",
            "限度額適用認定証 交付年月日", "Limit certificate issued on" at 1,
        valid_from: Option<Written<Date>> = "LimitApplicationCertificateValidStartDate",
            "限度額適用認定証 有効開始年月日", "Limit certificate valid from",
        valid_until: Option<Written<Date>> = "LimitApplicationCertificateValidEndDate",
            "限度額適用認定証 有効終了年月日", "Limit certificate valid until",
        long_stay_from: Option<Written<Date>> = "LimitApplicationCertificateLongTermDate",
            "長期入院該当年月日", "Long stay from",
    }
}

record! {
    /// 特定疾病療養受療証情報.
    SpecificDiseasesCertificate in "SpecificDiseasesCertificateInfo" shown SpecificDiseases {
        disease: Option<SpecificDisease> = "SpecificDiseasesDiseaseCategory", "特定疾病療養受療証 認定疾病区分", "Specific disease" said "認定疾病" said "疾病区分",
        issued_on: Option<Written<Date>> = "SpecificDiseasesCertificateDate",
            "特定疾病療養受療証 交付年月日", "Specific disease certificate issued on" at 1,
        valid_from: Option<Written<Date>> = "SpecificDiseasesValidStartDate",
            "特定疾病療養受療証 有効開始年月日", "Specific disease certificate valid from",
        valid_until: Option<Written<Date>> = "SpecificDiseasesValidEndDate",
            "特定疾病療養受療証 有効終了年月日", "Specific disease certificate valid until",
        /// Yen a month, digits.
        self_pay_limit: Option<String> = "SpecificDiseasesSelfPay", "特定疾病療養受療証 自己負担限度額", "Monthly limit" in "円",
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

    fn of_words(words: &str) -> Option<String> {
        <ConsentStatus as Text>::of_words(words)
    }

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
