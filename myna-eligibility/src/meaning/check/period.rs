//! The periods of the certificates beside the main one, and what is odd about 医療扶助 and its tickets.

use myna_calendar::{Date, Month};

use crate::meaning::code::{Consistency, DesignatedInstitution};
use crate::meaning::insurer::Scheme;
use crate::meaning::record::Eligibility;
use crate::meaning::ticket::MedicalTicket;
use crate::meaning::warning::Warning;
use crate::meaning::written::Written;

type Day = Option<Written<Date>>;

/// A certificate with a period: the element that holds it, its name in both languages, the elements of the two days.
struct Dated<'a> {
    element: String,
    name_ja: &'static str,
    name_en: &'static str,
    from: (&'static str, &'a Day),
    until: (&'static str, &'a Day),
}

/// Every certificate that has a period of its own; the main one is not among them.
fn certificates(eligibility: &Eligibility) -> Vec<Dated<'_>> {
    let mut dated = Vec::new();
    if let Some(certificate) = &eligibility.elderly_certificate {
        dated.push(Dated {
            element: "ElderlyRecipientCertificateInfo".to_owned(),
            name_ja: "高齢受給者証",
            name_en: "elderly certificate",
            from: ("ElderlyRecipientValidStartDate", &certificate.valid_from),
            until: ("ElderlyRecipientValidEndDate", &certificate.valid_until),
        });
    }
    if let Some(certificate) = &eligibility.limit_certificate {
        dated.push(Dated {
            element: "LimitApplicationCertificateRelatedInfo".to_owned(),
            name_ja: "限度額適用認定証",
            name_en: "limit certificate",
            from: ("LimitApplicationCertificateValidStartDate", &certificate.valid_from),
            until: ("LimitApplicationCertificateValidEndDate", &certificate.valid_until),
        });
    }
    for (certificate, number) in eligibility.specific_diseases_certificates.iter().zip(1..) {
        dated.push(Dated {
            element: format!("SpecificDiseasesCertificateList/SpecificDiseasesCertificateInfo[{number}]"),
            name_ja: "特定疾病療養受療証",
            name_en: "specific disease certificate",
            from: ("SpecificDiseasesValidStartDate", &certificate.valid_from),
            until: ("SpecificDiseasesValidEndDate", &certificate.valid_until),
        });
    }
    for (ticket, number) in eligibility.medical_tickets.iter().zip(1..) {
        dated.push(Dated {
            element: ticket_element(number),
            name_ja: "医療券・調剤券",
            name_en: "ticket of medical aid",
            from: ("MedicalTicketValidDate", &ticket.valid_from),
            until: ("MedicalTicketExpirationDate", &ticket.valid_until),
        });
    }
    dated
}

fn ticket_element(number: usize) -> String {
    format!("PublicExpenseResultList/MedicalTicketInfo[{number}]")
}

/// What is odd about the periods themselves, and what does not cover the day of a check that found cover.
pub(super) fn inspect(
    eligibility: &Eligibility,
    on: Option<Date>,
    is_valid: bool,
    path: &str,
    warnings: &mut Vec<Warning>,
) {
    for dated in certificates(eligibility) {
        let [from, until] = [dated.from.1, dated.until.1].map(|day| day.as_ref().and_then(Written::value));
        let at = |name: &str| format!("{path}/{}/{name}", dated.element);
        if let (Some(from), Some(until)) = (from, until)
            && until < from
        {
            warnings.push(Warning::new(
                "period_reversed",
                &at(dated.until.0),
                format!("{}の有効終了年月日が有効開始年月日より前です。", dated.name_ja),
                format!("the {} ends before it begins", dated.name_en),
            ));
            continue;
        }
        let Some(on) = on.filter(|_| is_valid) else { continue };
        if from.is_some_and(|from| on < from) {
            warnings.push(Warning::new(
                "certificate_outside_period",
                &at(dated.from.0),
                format!("{}は資格確認日にはまだ有効ではありません。", dated.name_ja),
                format!("the {} is not valid yet on the day of the check", dated.name_en),
            ));
        } else if until.is_some_and(|until| on > until) {
            warnings.push(Warning::new(
                "certificate_outside_period",
                &at(dated.until.0),
                format!("{}は資格確認日には有効期限が切れています。", dated.name_ja),
                format!("the {} has ended on the day of the check", dated.name_en),
            ));
        }
    }
    if eligibility.scheme() == Some(Scheme::MedicalAid) {
        inspect_aid(eligibility, on, is_valid, path, warnings);
    }
}

fn inspect_aid(
    eligibility: &Eligibility,
    on: Option<Date>,
    is_valid: bool,
    path: &str,
    warnings: &mut Vec<Warning>,
) {
    if is_valid && eligibility.medical_tickets.is_empty() {
        warnings.push(Warning::new(
            "aid_without_ticket",
            &format!("{path}/PublicExpenseResultList"),
            "医療扶助の資格はありますが、医療券・調剤券の情報がありません。",
            "there is medical aid, but no ticket",
        ));
    }
    for (ticket, number) in eligibility.medical_tickets.iter().zip(1..) {
        inspect_ticket(ticket, on, &format!("{path}/{}", ticket_element(number)), warnings);
    }
}

fn inspect_ticket(ticket: &MedicalTicket, on: Option<Date>, path: &str, warnings: &mut Vec<Warning>) {
    if ticket.institution_agrees == Some(DesignatedInstitution::Differs) {
        warnings.push(Warning::new(
            "ticket_institution",
            &format!("{path}/DesignatedMedicalInstitutionFlag"),
            "医療券・調剤券の指定医療機関が、照会した医療機関と一致しません。",
            "the ticket is for another institution than the one that asks",
        ));
    }
    if ticket.consistency == Some(Consistency::Inconsistent) {
        warnings.push(Warning::new(
            "ticket_inconsistent",
            &format!("{path}/ConsistencyFlag"),
            "医療券の社会保険状況が、医療保険の資格と整合していません。",
            "what the ticket says of an insurance does not agree with the insurers' data",
        ));
    }
    let month = ticket.treatment_month.as_ref().and_then(Written::value);
    let is_of = |month: Month, on: Date| {
        let first = month.first_day();
        (first.year(), first.month()) == (on.year(), on.month())
    };
    if matches!((month, on), (Some(month), Some(on)) if !is_of(month, on)) {
        warnings.push(Warning::new(
            "ticket_month",
            &format!("{path}/MedicalTreatmentMonth"),
            "医療券・調剤券の診療年月が、資格確認日の月と異なります。",
            "the ticket is for another month than that of the check",
        ));
    }
}
