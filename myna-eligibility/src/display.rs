//! An eligibility as the rows a clinic's staff sees.

use serde::Serialize;

use crate::date::Date;
use crate::ratio::Ratio;
use crate::record::{ElderlyCertificate, Eligibility, LimitCertificate, SpecificDiseasesCertificate};
use crate::ticket::MedicalTicket;
use crate::written::Written;

/// One labelled row.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// The field's number in the app's manual, 1–17 [seed F3 S72–S91]; `None` for what the system adds.
    pub number: Option<u8>,
    /// The label in Japanese, the manual's word.
    pub label_ja: &'static str,
    /// The label in English.
    pub label_en: &'static str,
    /// The value, ready to be shown: words for codes, 割 for ratios, dates in both calendars.
    pub value: String,
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

/// The rows of an eligibility, in the manual's order; only those the person has.
///
/// `on` is the day of the check: some words changed over time. A date that is none is shown as it was
/// written. A valid-looking set of rows says nothing about cover: show the [`Verdict`](crate::Verdict) first.
#[must_use]
pub fn rows(eligibility: &Eligibility, on: Date) -> Vec<Row> {
    let mut rows = Rows(Vec::new());
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
    rows.0
}

struct Rows(Vec<Row>);

impl Rows {
    fn text(
        &mut self,
        number: impl Into<Option<u8>>,
        label_ja: &'static str,
        label_en: &'static str,
        value: Option<&str>,
    ) {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            self.0.push(Row { number: number.into(), label_ja, label_en, value: value.to_owned() });
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

    fn elderly(&mut self, certificate: &ElderlyCertificate) {
        let from = certificate.valid_from.as_ref();
        self.date(15, "高齢受給者証 有効開始年月日", "Elderly certificate valid from", from);
        let until = certificate.valid_until.as_ref();
        self.date(16, "高齢受給者証 有効終了年月日", "Elderly certificate valid until", until);
        let ratio = certificate.contribution_ratio.as_ref();
        self.ratio(17, "高齢受給者証 一部負担金割合", "Elderly certificate, patient's share", ratio);
    }

    fn limit(&mut self, certificate: &LimitCertificate) {
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
    }
}
