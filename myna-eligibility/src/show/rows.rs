//! An eligibility as the rows a clinic's staff sees.

use serde::Serialize;

use crate::meaning::ratio::Ratio;
use crate::meaning::record::{
    ElderlyCertificate, Eligibility, LimitCertificate, SpecificDiseasesCertificate,
};
use crate::meaning::ticket::MedicalTicket;
use crate::meaning::written::Written;
use myna_calendar::{Date, DateTime};

/// One labelled row.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// The part of the screen it belongs to.
    pub section: Section,
    /// The field's number in the app's manual, 1–17 [seed F3 S72–S91]; `None` for what the system adds.
    pub number: Option<u8>,
    /// The label in Japanese, the manual's word.
    pub label_ja: &'static str,
    /// The label in English.
    pub label_en: &'static str,
    /// The value, ready to be shown: words for codes, 割 for ratios, dates in both calendars.
    pub value: String,
}

/// A part of the result screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
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
        }
    }
}

/// Labels only: the value may be personal.
impl std::fmt::Debug for Row {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Row")
            .field("number", &self.number)
            .field("label_ja", &self.label_ja)
            .finish_non_exhaustive()
    }
}

/// The rows of an eligibility, in the manual's order, then what the manual does not number; only those the person has,
/// and all of those.
///
/// `on` is the day of the check: some words changed over time. A date that is none is shown as it was
/// written. A valid-looking set of rows says nothing about cover: show the [`Verdict`](crate::Verdict) first.
#[must_use]
pub fn rows(eligibility: &Eligibility, on: Date) -> Vec<Row> {
    let mut rows = Rows(Vec::new(), Section::Eligibility);
    let person = eligibility;
    rows.text(1, "氏名", "Name", person.name.as_deref());
    rows.text(2, "氏名カナ", "Name in kana", person.name_kana.as_deref());
    rows.text(3, "氏名（その他）", "Other name", person.other_name.as_deref());
    rows.text(3, "氏名カナ（その他）", "Other name in kana", person.other_name_kana.as_deref());
    rows.code(4, "性別1", "Sex (card)", person.sex1.as_ref().map(|sex| (sex.label_ja(), sex.as_wire())));
    rows.code(5, "性別2", "Sex (register)", person.sex2.as_ref().map(|sex| (sex.label_ja(), sex.as_wire())));
    rows.date(6, "生年月日", "Date of birth", person.birthdate.as_ref());
    let card = person.card_classification.as_ref();
    rows.code(7, "被保険者証区分", "Kind of card", card.map(|card| (card.label_ja_on(on), card.as_wire())));
    rows.text(8, "記号", "Symbol", person.symbol.as_deref());
    rows.text(8, "番号", "Number", person.number.as_deref());
    rows.text(8, "枝番", "Branch number", person.branch_number.as_deref());
    let family = person.personal_family.as_ref();
    rows.code(
        9,
        "本人・家族の別",
        "Insured or family",
        family.map(|family| (family.label_ja(), family.as_wire())),
    );
    rows.date(10, "有効開始年月日", "Valid from", person.valid_from.as_ref());
    rows.date(11, "有効終了年月日", "Valid until", person.valid_until.as_ref());
    rows.text(
        12,
        "保険者番号",
        "Insurer number",
        person.insurer_number.as_ref().map(|number| number.raw().trim()),
    );
    rows.text(13, "保険者名称", "Insurer", person.insurer_name.as_deref());
    rows.ratio(14, "一部負担金割合", "Patient's share", person.contribution_ratio.as_ref());
    rows.date(None, "資格取得年月日", "Member since", person.qualification_date.as_ref());
    let preschool = person.preschool.as_ref();
    rows.code(
        None,
        "未就学区分",
        "Below school age",
        preschool.map(|code| (code.label_ja(), code.as_wire())),
    );
    let reason = person.reason_of_loss.as_ref();
    rows.code(
        None,
        "資格喪失事由",
        "Reason of loss",
        reason.map(|reason| (reason.label_ja(), reason.as_wire())),
    );
    rows.date(None, "資格喪失年月日", "Lost on", person.disqualification_date.as_ref());
    rows.date(None, "交付年月日", "Card issued on", person.card_issued_on.as_ref());
    rows.text(
        None,
        "被保険者氏名（世帯主氏名）",
        "Insured person or householder",
        person.insured_name.as_deref(),
    );
    rows.text(None, "郵便番号", "Post number", person.post_number.as_deref());
    rows.text(None, "住所", "Address", person.address.as_deref());
    let form = person.prescription_form.as_ref().map(|form| (form.label_ja(), form.as_wire()));
    rows.code(None, "処方箋発行形態", "Form of prescription", form);
    if let Some(certificate) = &person.elderly_certificate {
        rows.elderly(certificate);
    }
    if let Some(certificate) = &person.limit_certificate {
        rows.limit(certificate);
    }
    for certificate in &person.specific_diseases_certificates {
        rows.specific_disease(certificate);
    }
    for ticket in &person.medical_tickets {
        rows.ticket(ticket);
    }
    rows.consents(person);
    rows.1 = Section::Other;
    rows.text(None, "照会番号", "Reference number", person.reference_number.as_deref());
    rows.text(None, "任意の識別子", "The asker's own mark", person.arbitrary_identifier.as_deref());
    rows.text(None, "資格確認キー", "Confirmation key", person.confirmation_key.as_deref());
    rows.0
}

struct Rows(Vec<Row>, Section);

impl Rows {
    fn text(
        &mut self,
        number: impl Into<Option<u8>>,
        label_ja: &'static str,
        label_en: &'static str,
        value: Option<&str>,
    ) {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            let row =
                Row { section: self.1, number: number.into(), label_ja, label_en, value: value.to_owned() };
            self.0.push(row);
        }
    }

    /// A code as its words; one that is not in the table with what was written.
    fn code(
        &mut self,
        number: impl Into<Option<u8>>,
        label_ja: &'static str,
        label_en: &'static str,
        words_and_code: Option<(&str, &str)>,
    ) {
        let value = words_and_code.map(|(words, code)| match words {
            "不明" => format!("不明（{code}）"),
            words => words.to_owned(),
        });
        self.text(number, label_ja, label_en, value.as_deref());
    }

    fn date(
        &mut self,
        number: impl Into<Option<u8>>,
        label_ja: &'static str,
        label_en: &'static str,
        date: Option<&Written<Date>>,
    ) {
        let value =
            date.map(|date| date.value().map_or_else(|| date.text().to_owned(), Date::in_both_calendars));
        self.text(number, label_ja, label_en, value.as_deref());
    }

    fn ratio(
        &mut self,
        number: impl Into<Option<u8>>,
        label_ja: &'static str,
        label_en: &'static str,
        ratio: Option<&Written<Ratio>>,
    ) {
        let value = ratio
            .map(|ratio| ratio.value().map_or_else(|| ratio.text().to_owned(), |share| share.to_string()));
        self.text(number, label_ja, label_en, value.as_deref());
    }

    /// A code in the list of labels of its table.
    fn coded<C>(
        &mut self,
        (label_ja, label_en): (&'static str, &'static str),
        code: Option<&C>,
        words: fn(&C) -> (&str, &str),
    ) {
        self.code(None, label_ja, label_en, code.map(words));
    }

    fn date_time(
        &mut self,
        (label_ja, label_en): (&'static str, &'static str),
        instant: Option<&Written<DateTime>>,
    ) {
        let value = instant.map(|instant| match instant.value() {
            Some(at) => {
                format!("{} {:02}:{:02}:{:02}", at.date(), at.hour(), at.minute(), at.second())
            }
            None => instant.text().to_owned(),
        });
        self.text(None, label_ja, label_en, value.as_deref());
    }

    fn consents(&mut self, person: &Eligibility) {
        self.1 = Section::Consents;
        let limit = person.limit_certificate_consent.as_ref();
        self.coded(("限度額適用認定証 提供同意", "Consent to limit certificate"), limit, |code| {
            (code.label_ja(), code.as_wire())
        });
        let at = person.limit_certificate_consented_at.as_ref();
        self.date_time(("限度額適用認定証 同意日時", "Consented to limit certificate at"), at);
        let changed = person.limit_certificate_changed.as_ref();
        self.coded(("限度額適用認定証 変更有無", "Limit certificate changed"), changed, |code| {
            (code.label_ja(), code.as_wire())
        });
        for (consent, [ja, at_ja, until_ja], [en, at_en, until_en]) in [
            (
                &person.specific_diseases_consent,
                ["特定疾病療養受療証 提供同意", "特定疾病療養受療証 同意日時", "特定疾病療養受療証 有効期限"],
                ["Consent to specific diseases", "Consented at", "Consent until"],
            ),
            (
                &person.health_checkups_consent,
                ["特定健診情報 閲覧同意", "特定健診情報 同意日時", "特定健診情報 有効期限"],
                ["Consent to health check-ups", "Consented at", "Consent until"],
            ),
            (
                &person.pharmacists_consent,
                ["薬剤情報 閲覧同意", "薬剤情報 同意日時", "薬剤情報 有効期限"],
                ["Consent to drugs", "Consented at", "Consent until"],
            ),
            (
                &person.diagnosis_consent,
                ["診療情報 閲覧同意", "診療情報 同意日時", "診療情報 有効期限"],
                ["Consent to diagnoses", "Consented at", "Consent until"],
            ),
            (
                &person.operation_consent,
                ["手術情報 閲覧同意", "手術情報 同意日時", "手術情報 有効期限"],
                ["Consent to operations", "Consented at", "Consent until"],
            ),
        ] {
            self.coded((ja, en), consent.status.as_ref(), |code| (code.label_ja(), code.as_wire()));
            self.date_time((at_ja, at_en), consent.given_at.as_ref());
            self.date_time((until_ja, until_en), consent.available_until.as_ref());
        }
    }

    fn elderly(&mut self, certificate: &ElderlyCertificate) {
        self.1 = Section::ElderlyCertificate;
        let issued = certificate.issued_on.as_ref();
        self.date(None, "高齢受給者証 交付年月日", "Elderly certificate issued on", issued);
        let from = certificate.valid_from.as_ref();
        self.date(15, "高齢受給者証 有効開始年月日", "Elderly certificate valid from", from);
        let until = certificate.valid_until.as_ref();
        self.date(16, "高齢受給者証 有効終了年月日", "Elderly certificate valid until", until);
        let ratio = certificate.contribution_ratio.as_ref();
        self.ratio(17, "高齢受給者証 一部負担金割合", "Elderly certificate, patient's share", ratio);
    }

    fn limit(&mut self, certificate: &LimitCertificate) {
        self.1 = Section::LimitCertificate;
        let issued = certificate.issued_on.as_ref();
        self.date(None, "限度額適用認定証 交付年月日", "Limit certificate issued on", issued);
        let kind = certificate.classification.as_ref().map(|kind| (kind.label_ja(), kind.as_wire()));
        self.code(None, "限度額適用認定証区分", "Kind of limit certificate", kind);
        let category =
            certificate.category.as_ref().map(|category| (category.label_ja(), category.as_wire()));
        self.code(None, "限度額適用認定証適用区分", "Limit category", category);
        let from = certificate.valid_from.as_ref();
        self.date(None, "限度額適用認定証 有効開始年月日", "Limit certificate valid from", from);
        let until = certificate.valid_until.as_ref();
        self.date(None, "限度額適用認定証 有効終了年月日", "Limit certificate valid until", until);
        self.date(None, "長期入院該当年月日", "Long stay from", certificate.long_stay_from.as_ref());
    }

    fn specific_disease(&mut self, certificate: &SpecificDiseasesCertificate) {
        self.1 = Section::SpecificDiseases;
        let issued = certificate.issued_on.as_ref();
        self.date(None, "特定疾病療養受療証 交付年月日", "Specific disease certificate issued on", issued);
        let disease = certificate.disease.as_ref().map(|disease| (disease.label_ja(), disease.as_wire()));
        self.code(None, "特定疾病療養受療証 認定疾病区分", "Specific disease", disease);
        let from = certificate.valid_from.as_ref();
        self.date(None, "特定疾病療養受療証 有効開始年月日", "Specific disease certificate valid from", from);
        let until = certificate.valid_until.as_ref();
        self.date(
            None,
            "特定疾病療養受療証 有効終了年月日",
            "Specific disease certificate valid until",
            until,
        );
        let limit = certificate.self_pay_limit.as_ref().map(|yen| format!("{yen}円"));
        self.text(None, "特定疾病療養受療証 自己負担限度額", "Monthly limit", limit.as_deref());
    }

    fn ticket(&mut self, ticket: &MedicalTicket) {
        self.1 = Section::MedicalTicket;
        let kind = ticket.ticket_type.as_ref().map(|kind| (kind.label_ja(), kind.as_wire()));
        self.code(None, "医療券・調剤券別", "Kind of ticket", kind);
        self.text(None, "交付番号", "Issue number", ticket.issue_number.as_deref());
        let month = ticket.treatment_month.as_ref();
        let month = month
            .map(|month| month.value().map_or_else(|| month.text().to_owned(), |month| month.to_string()));
        self.text(None, "診療年月", "Month of treatment", month.as_deref());
        self.date(None, "医療券 有効開始年月日", "Ticket valid from", ticket.valid_from.as_ref());
        self.date(None, "医療券 有効終了年月日", "Ticket valid until", ticket.valid_until.as_ref());
        let treatment = ticket.treatment_type.as_ref().map(|kind| (kind.label_ja(), kind.as_wire()));
        self.code(None, "診療別", "Kind of treatment", treatment);
        let agrees = ticket.institution_agrees.as_ref().map(|flag| (flag.label_ja(), flag.as_wire()));
        self.code(None, "指定医療機関の確認", "Designated institution", agrees);
        for name in [&ticket.injury_name1, &ticket.injury_name2, &ticket.injury_name3] {
            self.text(None, "傷病名", "Disease", name.as_deref());
        }
        let self_pay = ticket.self_pay.as_ref().map(|yen| format!("{yen}円"));
        self.text(None, "本人支払額", "Patient's payment", self_pay.as_deref());
        let with_insurance = ticket.use_with_insurance.as_ref().map(|code| (code.label_ja(), code.as_wire()));
        self.code(None, "単独・併用別", "Alone or beside an insurance", with_insurance);
        for (label_ja, label_en, text) in [
            ("指定医療機関コード", "Designated institution's code", &ticket.institution_code),
            ("指定医療機関名", "Designated institution's name", &ticket.institution_name),
            ("処方箋発行元医療機関コード", "Prescriber's code", &ticket.prescriber_code),
            ("処方箋発行元医療機関名", "Prescriber's name", &ticket.prescriber_name),
            ("地区担当員名", "District contact", &ticket.district_contact),
            ("取扱担当者名", "Handling contact", &ticket.handling_contact),
            ("備考1", "Remark 1", &ticket.remarks1),
            ("備考2", "Remark 2", &ticket.remarks2),
            ("備考3", "Remark 3", &ticket.remarks3),
        ] {
            self.text(None, label_ja, label_en, text.as_deref());
        }
        let insured = ("社会保険状況", "Social insurance");
        self.coded(insured, ticket.social_insurance.as_ref(), |code| (code.label_ja(), code.as_wire()));
        let agrees = ("社会保険状況の整合性", "Consistency with social insurance");
        self.coded(agrees, ticket.consistency.as_ref(), |code| (code.label_ja(), code.as_wire()));
        let diseases = ("感染症法37条の2", "Infectious diseases act, article 37-2");
        self.coded(diseases, ticket.infectious_diseases.as_ref(), |code| (code.label_ja(), code.as_wire()));
        let elderly = ("後期高齢者医療", "Later-stage elderly");
        self.coded(elderly, ticket.elderly_medical_care.as_ref(), |code| (code.label_ja(), code.as_wire()));
        let prefecture = ("都道府県費", "Prefectural expenses");
        self.coded(prefecture, ticket.prefectural_expenses.as_ref(), |code| {
            (code.label_ja(), code.as_wire())
        });
    }
}
