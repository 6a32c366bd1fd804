//! The sample answers E1–E10: read, judged, checked, written again.

// Helpers of tests may fail the test.
#![allow(clippy::unwrap_used, clippy::panic)]

use myna_eligibility::{
    EligibilityResponse, Verdict, advice,
    calendar::{Date, Month},
    checks::{Coverage, valid_on},
    codes::{ConsentStatus, InfectiousDiseases, LimitCategory, MedicalTreatmentType, Sex, SpecificDisease},
    records::{Eligibility, Scheme},
    rows, warnings,
};

const E1: &[u8] = include_bytes!("samples/e01_valid.xml");
const E2: &[u8] = include_bytes!("samples/e02_preschool_child.xml");
const E3: &[u8] = include_bytes!("samples/e03_national_health.xml");
const E4: &[u8] = include_bytes!("samples/e04_later_stage_elderly.xml");
const E5: &[u8] = include_bytes!("samples/e05_elderly_and_specific_diseases.xml");
const E6: &[u8] = include_bytes!("samples/e06_invalid_newer_exists.xml");
const E7: &[u8] = include_bytes!("samples/e07_no_match.xml");
const E8: &[u8] = include_bytes!("samples/e08_multiple.xml");
const E9: &[u8] = include_bytes!("samples/e09_insurance_and_medical_aid.xml");
const E10: &[u8] = include_bytes!("samples/e10_failed.xml");

fn read(bytes: &[u8]) -> EligibilityResponse {
    EligibilityResponse::parse(bytes).unwrap()
}

fn only(response: &EligibilityResponse) -> &Eligibility {
    match response.results() {
        [only] => only,
        several => panic!("{} results", several.len()),
    }
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// The rows as lines: number, label, value.
fn lines(eligibility: &Eligibility, on: &str) -> Vec<String> {
    let rows = rows(eligibility, day(on));
    rows.into_iter()
        .map(|row| match row.number {
            Some(number) => format!("{number} {}: {}", row.label_ja, row.value),
            None => format!("- {}: {}", row.label_ja, row.value),
        })
        .collect()
}

/// The sample with one piece replaced; the piece must be there.
fn changed(sample: &[u8], from: &str, to: &str) -> EligibilityResponse {
    let text = std::str::from_utf8(sample).unwrap();
    assert!(text.contains(from), "{from}");
    read(text.replacen(from, to, 1).as_bytes())
}

fn warning_codes(response: &EligibilityResponse) -> Vec<&'static str> {
    warnings(response).iter().map(|warning| warning.code).collect()
}

#[test]
fn every_sample_has_its_verdict_no_warning_and_survives_writing() {
    let failed = Verdict::Failed {
        code: "SAMPLE-ERR-0001".into(),
        message: "要求の形式が正しくありません(見本)".into(),
    };
    for (number, sample, verdict) in [
        (1, E1, Verdict::Valid),
        (2, E2, Verdict::Valid),
        (3, E3, Verdict::Valid),
        (4, E4, Verdict::Valid),
        (5, E5, Verdict::Valid),
        (6, E6, Verdict::InvalidNewerExists),
        (7, E7, Verdict::NoMatch),
        (8, E8, Verdict::Multiple),
        (9, E9, Verdict::ValidWithMedicalAid),
        (10, E10, failed),
    ] {
        let response = read(sample);
        assert_eq!(response.verdict(), verdict, "E{number}");
        assert_eq!(warnings(&response), [], "E{number}");
        let written = response.write().unwrap();
        assert_eq!(read(&written), response, "E{number}");
    }
}

#[test]
fn a_sample_in_the_order_of_the_layout_is_written_byte_for_byte() {
    for sample in [E1, E6, E7, E10] {
        let written = String::from_utf8(read(sample).write().unwrap()).unwrap();
        let mut expected: Vec<&str> = std::str::from_utf8(sample).unwrap().lines().collect();
        let mut actual: Vec<&str> = written.lines().collect();
        expected.sort_unstable();
        actual.sort_unstable();
        assert_eq!(actual, expected);
    }
}

#[test]
fn e1_all_fields() {
    let response = read(E1);
    assert_eq!(response.header.executed_at.as_ref().unwrap().value().unwrap().to_wire(), "20250602091512");
    let person = only(&response);
    assert_eq!(person.insurer_number.as_ref().unwrap().scheme(), Some(Scheme::HealthInsuranceAssociation));
    assert_eq!(person.sex1, Some(Sex::Female));
    assert_eq!(person.pharmacists_consent.status, Some(ConsentStatus::Given));
    let consent = &person.pharmacists_consent;
    let given = consent.given_at.as_ref().unwrap().value().unwrap();
    assert_eq!(consent.available_until.as_ref().unwrap().value(), given.plus_seconds(86_400));
    assert_eq!(person.diagnosis_consent.status, None);
    assert_eq!(
        lines(person, "20250602"),
        [
            "1 氏名: 試験　葵",
            "2 氏名カナ: ｼｹﾝ ｱｵｲ",
            "4 性別1: 女",
            "6 生年月日: 1988-07-14（昭和63年7月14日）",
            "7 被保険者証区分: 被保険者証（一般）",
            "8 記号: 21700023",
            "8 番号: 45",
            "8 枝番: 00",
            "9 本人・家族の別: 本人",
            "10 有効開始年月日: 2022-04-01（令和4年4月1日）",
            "12 保険者番号: 01139989",
            "13 保険者名称: 見本健康保険協会",
            "- 資格取得年月日: 2022-04-01（令和4年4月1日）",
            "- 交付年月日: 2022-04-10（令和4年4月10日）",
            "- 郵便番号: 100-9999",
            "- 住所: 架空県見本市１－２－３",
            "- 限度額適用認定証 提供同意: 未同意",
            "- 薬剤情報 閲覧同意: あり",
            "- 薬剤情報 同意日時: 2025-06-02 09:15:10",
            "- 薬剤情報 有効期限: 2025-06-03 09:15:10",
        ]
    );
}

#[test]
fn e2_a_side_note_on_success_and_the_order_do_not_matter() {
    let response = read(E2);
    let body = response.body.as_ref().unwrap();
    assert_eq!(body.processing_result_code.as_deref(), Some("SAMPLE-INFO"));
    let lines = lines(only(&response), "20250603");
    assert!(lines.contains(&"- 未就学区分: 未就学該当".to_owned()), "{lines:?}");
    assert!(lines.contains(&"8 記号: ３－１５".to_owned()), "{lines:?}");
}

#[test]
fn e3_the_padded_insurer_number_is_kept_and_understood() {
    let response = read(E3);
    let number = only(&response).insurer_number.as_ref().unwrap();
    assert_eq!((number.raw(), number.normal()), ("  139980", Some("139980")));
    let query = response.body.as_ref().unwrap().query.as_ref().unwrap();
    assert_eq!(query.insurer_number.as_ref(), Some(number));
    assert_eq!(query.arbitrary_identifier.as_deref(), Some("P000123_1"));
    let written = String::from_utf8(response.write().unwrap()).unwrap();
    assert!(written.contains("<InsurerNumber>  139980</InsurerNumber>"));
    let lines = lines(only(&response), "20250604");
    assert!(lines.contains(&"7 被保険者証区分: 短期被保険者証（一般）".to_owned()), "{lines:?}");
    assert!(lines.contains(&"12 保険者番号: 139980".to_owned()), "{lines:?}");
}

#[test]
fn e4_later_stage_elderly() {
    let response = read(E4);
    let person = only(&response);
    assert_eq!(person.contribution_ratio.as_ref().unwrap().value().unwrap().tenths(), 2);
    assert_eq!(person.limit_certificate.as_ref().unwrap().category, Some(LimitCategory::B09));
    let lines = lines(person, "20250801");
    assert!(lines.contains(&"14 一部負担金割合: 2割".to_owned()), "{lines:?}");
    assert!(lines.contains(&"- 限度額適用認定証適用区分: 一般Ⅱ".to_owned()), "{lines:?}");
    assert!(!lines.iter().any(|line| line.starts_with("9 ") || line.contains("枝番")), "{lines:?}");
}

#[test]
fn e5_certificates() {
    let response = read(E5);
    let person = only(&response);
    let diseases: Vec<_> =
        person.specific_diseases_certificates.iter().map(|one| one.disease.clone()).collect();
    assert_eq!(
        diseases,
        [Some(SpecificDisease::ChronicRenalFailure), Some(SpecificDisease::CoagulationFactorDisorder)]
    );
    let lines = lines(person, "20250910");
    for line in [
        "15 高齢受給者証 有効開始年月日: 2025-08-01（令和7年8月1日）",
        "16 高齢受給者証 有効終了年月日: 2026-07-31（令和8年7月31日）",
        "17 高齢受給者証 一部負担金割合: 2割",
        "- 長期入院該当年月日: 2025-09-01（令和7年9月1日）",
        "- 特定疾病療養受療証 自己負担限度額: 10000円",
    ] {
        assert!(lines.contains(&line.to_owned()), "{line} in {lines:?}");
    }
}

#[test]
fn e6_the_lost_record_is_there_and_does_not_cover() {
    let response = read(E6);
    let person = only(&response);
    assert_eq!(valid_on(person, day("20250331")), Coverage::Within);
    assert_eq!(valid_on(person, day("20250401")), Coverage::Lost);
    let lines = lines(person, "20250403");
    assert!(lines.contains(&"- 資格喪失事由: 医療保険等の資格取得".to_owned()), "{lines:?}");
    assert!(lines.contains(&"- 資格喪失年月日: 2025-04-01（令和7年4月1日）".to_owned()), "{lines:?}");
}

#[test]
fn e9_names_in_brackets_and_the_ticket() {
    let response = read(E9);
    let [insurance, aid] = response.results() else { panic!("two results") };
    let lines = lines(insurance, "20250610");
    assert!(lines.contains(&"3 氏名（その他）: 見本　本名".to_owned()), "{lines:?}");
    assert!(lines.contains(&"3 氏名カナ（その他）: ﾐﾎﾝ ﾎﾝﾐﾖｳ".to_owned()), "{lines:?}");
    assert!(lines.contains(&"5 性別2: 男".to_owned()), "{lines:?}");
    assert_eq!(aid.insurer_number.as_ref().unwrap().scheme(), Some(Scheme::MedicalAid));
    let [ticket] = aid.medical_tickets.as_slice() else { panic!("one ticket") };
    assert_eq!(ticket.treatment_month.as_ref().unwrap().value(), Some(Month::parse("202506").unwrap()));
    assert_eq!(ticket.treatment_type, Some(MedicalTreatmentType::Outpatient));
    assert_eq!(ticket.infectious_diseases, Some(InfectiousDiseases::DoesNotApply));
    let rows = crate::lines(aid, "20250610");
    for line in ["- 医療券・調剤券別: 医療券", "- 診療年月: 2025-06", "- 傷病名: 見本病", "- 本人支払額: 0円"]
    {
        assert!(rows.contains(&line.to_owned()), "{line} in {rows:?}");
    }
    assert!(aid.unmodelled.is_empty() && ticket.unmodelled.is_empty());
    let written = String::from_utf8(response.write().unwrap()).unwrap();
    assert!(written.contains("<StatusOfInfecton>02</StatusOfInfecton>"));
}

#[test]
fn an_unknown_element_survives_wherever_it_stands() {
    for (from, new) in [
        ("<MessageHeader>", "<New>1</New>"),
        ("<ProcessExecutionTime>", "<New/>"),
        ("<ProcessingResultStatus>", "<New><Deep> a </Deep><Deep/></New>"),
        ("<ResultOfQualificationConfirmation>", "<New>x</New>"),
        ("<Name>", "<New>&lt;&amp;&#x9AD9;</New><New>second</New>"),
    ] {
        let response = changed(E1, from, &format!("{new}{from}"));
        assert_ne!(response, read(E1));
        assert_eq!(only(&response).name, only(&read(E1)).name, "{new}");
        assert_eq!(response.verdict(), Verdict::Valid);
        let written = response.write().unwrap();
        assert!(String::from_utf8(written.clone()).unwrap().contains("<New"), "{new}");
        assert_eq!(read(&written), response, "{new}");
    }
}

#[test]
fn absent_empty_and_blank_are_the_same() {
    let without = changed(E1, "<NameKana>ｼｹﾝ ｱｵｲ</NameKana>", "");
    assert_eq!(only(&without).name_kana, None);
    for blank in
        ["<NameKana></NameKana>", "<NameKana/>", "<NameKana>  </NameKana>", "<NameKana>　</NameKana>"]
    {
        assert_eq!(changed(E1, "<NameKana>ｼｹﾝ ｱｵｲ</NameKana>", blank), without, "{blank}");
    }
    let group = "<ElderlyRecipientCertificateInfo> </ElderlyRecipientCertificateInfo><Name>";
    assert_eq!(changed(E1, "<Name>", group), read(E1));
    assert_eq!(changed(E7, "</MessageBody>", "<ResultList/></MessageBody>"), read(E7));
}

#[test]
fn both_shapes_of_the_lists() {
    let repeated = changed(
        E9,
        "</ResultOfQualificationConfirmation>",
        "</ResultOfQualificationConfirmation></ResultList><ResultList>",
    );
    assert_eq!(repeated, read(E9));

    // What is beside the records and no field is kept.
    let beside = changed(E1, "<ResultList>", "<ResultList><New>1</New>");
    assert_eq!(beside.results(), read(E1).results());
    assert_eq!(beside.body.as_ref().unwrap().unmodelled.len(), 1);
    assert_eq!(read(&beside.write().unwrap()), beside);

    let text = std::str::from_utf8(E5).unwrap();
    let flat = text
        .replace("<SpecificDiseasesCertificateList>", "")
        .replace("</SpecificDiseasesCertificateList>", "")
        .replace("SpecificDiseasesCertificateInfo>", "SpecificDiseasesCertificateList>");
    assert_eq!(read(flat.as_bytes()), read(E5));
}

#[test]
fn character_references_and_predefined_entities_are_read() {
    let response = changed(E1, "試験　葵", "&#x9AD9;&#27211; &lt;&amp;&gt;&quot;&apos;");
    assert_eq!(only(&response).name.as_deref(), Some("髙橋 <&>\"'"));
}

#[test]
fn what_is_odd_is_a_warning() {
    for (from, to, codes) in [
        ("<Sex1>2<", "<Sex1>9<", &["unknown_code"][..]),
        (">19880714<", ">19880732<", &["malformed_date"]),
        (">20220410<", ">99999999<", &["open_date"]),
        (">20250602091512<", ">20250602240000<", &["malformed_date_time"]),
        (">01139989<", ">01139980<", &["insurer_number_check_digit"]),
        (">01139989<", ">1130012<", &["insurer_number_form"]),
        (">1319999999<", ">1312345678<", &["institution_code_check_digit"]),
        (">1319999999<", ">9999999<", &["institution_code_form"]),
        (">1319999999<", ">131999999x<", &["institution_code_form"]),
        (">00<", ">1<", &["branch_number_form"]),
        (">00<", "><", &["branch_number_missing"]),
        (
            "<Name>",
            "<InsuredPartialContributionRatio>030</InsuredPartialContributionRatio><Name>",
            &["ratio_unexpected"],
        ),
        ("<InsuredCardValidDate>20220401<", "<InsuredCardValidDate>20250603<", &["outside_period"]),
        (
            "<Name>",
            "<InsuredCardExpirationDate>20250601</InsuredCardExpirationDate><Name>",
            &["outside_period"],
        ),
        ("<Name>", "<DisqualificationDate>20250602</DisqualificationDate><Name>", &["outside_period"]),
        ("<Name>", "<DisqualificationDate>20250603</DisqualificationDate><Name>", &[]),
        ("<Name>", "<ReasonOfLoss>99</ReasonOfLoss><Name>", &[]),
    ] {
        let response = changed(E1, from, to);
        assert_eq!(warning_codes(&response), codes, "{from} → {to}");
        assert_eq!(response.verdict(), Verdict::Valid);
        assert_eq!(read(&response.write().unwrap()), response);
    }
    for (from, to, codes) in [
        (
            "<InsuredPartialContributionRatio>020<",
            "<InsuredPartialContributionRatio>015<",
            &["malformed_ratio"][..],
        ),
        (
            "<InsuredPartialContributionRatio>020<",
            "<InsuredPartialContributionRatio>100<",
            &["unusual_ratio"],
        ),
        ("<InsuredPartialContributionRatio>020<", "<InsuredPartialContributionRatio><", &["ratio_missing"]),
        ("<Name>", "<InsuredBranchNumber>01</InsuredBranchNumber><Name>", &["branch_number_unexpected"]),
    ] {
        assert_eq!(warning_codes(&changed(E4, from, to)), codes, "{from} → {to}");
    }
}

#[test]
fn a_warning_says_where_and_never_whom() {
    let response = changed(E1, ">19880714<", ">1988071x<");
    let [warning] = &warnings(&response)[..] else { panic!("one warning") };
    assert_eq!(warning.path, "XmlMsg/MessageBody/ResultList/ResultOfQualificationConfirmation[1]/Birthdate");
    assert!(!warning.text_ja.contains("1988071x") && !warning.text_en.contains("1988071x"));
    assert!(lines(only(&response), "20250602").contains(&"6 生年月日: 1988071x".to_owned()));
}

#[test]
fn the_period_has_both_its_days() {
    let mut person = Eligibility::default();
    assert_eq!(valid_on(&person, day("20250401")), Coverage::Within);
    person.valid_from = Some(day("20250401").into());
    person.valid_until = Some(day("20250731").into());
    for (on, coverage) in [
        ("20250331", Coverage::NotStarted),
        ("20250401", Coverage::Within),
        ("20250731", Coverage::Within),
        ("20250801", Coverage::Ended),
    ] {
        assert_eq!(valid_on(&person, day(on)), coverage, "{on}");
    }
    person.valid_until = Some(myna_eligibility::records::Written::new("20250732"));
    assert_eq!(valid_on(&person, day("20250501")), Coverage::Undetermined);
    assert_eq!(valid_on(&person, day("20250301")), Coverage::NotStarted);
}

#[test]
fn json_is_snake_case_and_leaves_out_what_is_absent() {
    let json = serde_json::to_value(read(E1)).unwrap();
    let person = &json["message_body"]["result_list"][0];
    assert_eq!(person["name"], "試験　葵");
    assert_eq!(person["birthdate"]["raw"], "19880714");
    assert_eq!(person["birthdate"]["value"], "1988-07-14");
    assert_eq!(person["sex1"]["raw"], "2");
    assert_eq!(person["sex1"]["label_ja"], "女");
    assert_eq!(person["insurer_number"]["normal"], "01139989");
    assert_eq!(person["insurer_number"]["scheme_ja"], "全国健康保険協会（協会けんぽ）");
    assert_eq!(person["insurer_number"]["check_digit"], "correct");
    assert_eq!(person["pharmacists_info_cons_time"]["value"], "2025-06-02T09:15:10+09:00");
    assert!(person.get("name_of_other").is_none() && person.get("unmodelled").is_none());
}

#[test]
fn aliases_are_read_and_written_under_the_name_of_the_wire() {
    let corrected =
        changed(E9, "<StatusOfInfecton>02</StatusOfInfecton>", "<StatusOfInfection>02</StatusOfInfection>");
    assert_eq!(corrected, read(E9));
    let text = std::str::from_utf8(E9).unwrap();
    let (insurance, aid) = text.split_once("<InsuredCardClassification>A1").unwrap();
    let aid = aid
        .replace("InsurerNumber>", "PublicExpenseNumber>")
        .replace("InsuredIdentificationNumber>", "BeneficiaryNumber>")
        .replace("InsurerName>", "WelfareOfficeName>");
    let aliased = format!("{insurance}<InsuredCardClassification>A1{aid}");
    assert_eq!(read(aliased.as_bytes()), read(E9));
    let text = std::str::from_utf8(E1).unwrap();
    let of_peer = text
        .replace("PharmacistsInfo", "PharmaceuticalInfo")
        .replace("PharmaceuticalInfoAvailableTime", "PharmaceuticalInfoAcquisitionTime");
    assert_eq!(read(of_peer.as_bytes()), read(E1));
    // Which of two is meant is not guessed: the name of the wire counts, the other is kept.
    let both = changed(E9, "<IssueNumber>", "<StatusOfInfection>01</StatusOfInfection><IssueNumber>");
    let ticket = &both.results()[1].medical_tickets[0];
    assert_eq!(ticket.infectious_diseases, Some(InfectiousDiseases::DoesNotApply));
    assert_eq!(ticket.unmodelled.len(), 1);
}

#[test]
fn numbers_and_ages_that_do_not_fit_are_warnings() {
    for (sample, from, to, codes) in [
        (E9, ">1234566<", ">1234567<", &["beneficiary_number_check_digit"][..]),
        (E9, ">1234566<", ">123456<", &["beneficiary_number_form"]),
        (E9, ">202506<", ">202513<", &["malformed_month"]),
        (E4, ">01234567<", ">1234567<", &["elderly_number_form"]),
        (E1, ">21700023<", ">123456789012345678901<", &["symbol_or_number_length"]),
        (E1, ">試験　葵<", ">試験　\u{E000}<", &["user_defined_character"]),
        (E2, ">20210908</Birthdate>", ">20180401</Birthdate>", &["preschool_age"]),
        (E2, ">20210908</Birthdate>", ">20190402</Birthdate>", &[]),
        (E5, ">B05<", ">A03<", &["limit_category_age"]),
        (E5, ">B05<", ">B09<", &["limit_category_scheme"]),
        (E5, ">19530505<", ">19560505<", &["limit_category_age", "elderly_certificate_age"]),
        (E4, ">B09<", ">A01<", &["limit_category_age"]),
        (E4, ">19440220<", ">19580220<", &[]),
        (
            E4,
            "<QualificationConfirmationDate>20250801<",
            "<QualificationConfirmationDate>20220930<",
            &["limit_category_date", "share_age", "certificate_outside_period", "outside_period"],
        ),
    ] {
        assert_eq!(warning_codes(&changed(sample, from, to)), codes, "{from} → {to}");
    }
    let mut person = Eligibility::default();
    for (branch, normal) in [("1", Some("01")), ("01", Some("01")), ("001", None), ("x", None)] {
        person.branch_number = Some(branch.to_owned());
        assert_eq!(person.branch_number_normal().as_deref(), normal, "{branch}");
    }
}

#[test]
fn staff_is_told_what_the_manual_tells() {
    let codes = |response: &EligibilityResponse| -> Vec<&'static str> {
        advice(response).iter().map(|advice| advice.code).collect()
    };
    assert_eq!(codes(&read(E1)), [""; 0]);
    assert_eq!(codes(&read(E7)), ["no_match"]);
    assert_eq!(codes(&read(E9)), ["name_with_placeholder", "name_with_placeholder"]);
    assert_eq!(codes(&read(E6)), ["lost_at_month_end"]);
    let lost = changed(E6, "<QualificationValidity>3<", "<QualificationValidity>2<");
    assert_eq!(codes(&lost), ["lost_eligibility", "lost_at_month_end"]);
    let later =
        changed(E6, "<QualificationConfirmationDate>20250403<", "<QualificationConfirmationDate>20250420<");
    assert_eq!(codes(&later), [""; 0]);
    let full_payment = changed(E1, "Classification>01<", "Classification>05<");
    assert_eq!(codes(&full_payment), ["special_medical_expense"]);
}

#[test]
fn what_a_claim_cannot_carry_is_a_warning() {
    let codes = |symbol: &str, number: &str| -> Vec<(&str, String)> {
        let text = std::str::from_utf8(E1)
            .unwrap()
            .replace("<InsuredCardSymbol>21700023<", &format!("<InsuredCardSymbol>{symbol}<"))
            .replace("Number>45<", &format!("Number>{number}<"));
        let warnings = warnings(&read(text.as_bytes()));
        warnings
            .into_iter()
            .map(|warning| (warning.code, warning.path.rsplit('/').next().unwrap().to_owned()))
            .collect()
    };
    assert_eq!(codes("１２３４５６７８９０", "123456789"), [], "19 together");
    let long = vec![("receipt_length", "InsuredIdentificationNumber".to_owned())];
    assert_eq!(codes("１２３４５６７８９０", "1234567890"), long);
    assert_eq!(codes("", "12345678901234567890"), long, "20 are allowed on the wire");
}

#[test]
fn every_dated_certificate_has_its_period_checked() {
    let paths = |sample: &[u8], from: &str, to: &str| -> Vec<(&str, String)> {
        let warnings = warnings(&changed(sample, from, to));
        let below = |path: &str| path.split_once("Confirmation[1]/").map(|(_, below)| below.to_owned());
        warnings
            .into_iter()
            .map(|warning| (warning.code, below(&warning.path).unwrap_or(warning.path)))
            .collect()
    };
    for (name, value, day, code) in [
        ("ElderlyRecipientValidStartDate", "20250801", "20250911", "certificate_outside_period"),
        ("ElderlyRecipientValidEndDate", "20260731", "20250909", "certificate_outside_period"),
        ("ElderlyRecipientValidEndDate", "20260731", "20250731", "period_reversed"),
        ("LimitApplicationCertificateValidStartDate", "20250801", "20250911", "certificate_outside_period"),
        ("LimitApplicationCertificateValidEndDate", "20260731", "20250909", "certificate_outside_period"),
        ("SpecificDiseasesValidStartDate", "20210601", "20250911", "certificate_outside_period"),
    ] {
        let told = paths(E5, &format!("<{name}>{value}<"), &format!("<{name}>{day}<"));
        let [(told_code, path)] = &told[..] else { panic!("{name} {day}: {told:?}") };
        assert!(*told_code == code && path.ends_with(name), "{told:?}");
    }
    // The first and the last day belong to the period.
    for (name, value) in [
        ("LimitApplicationCertificateValidStartDate", "20250801"),
        ("ElderlyRecipientValidEndDate", "20260731"),
    ] {
        assert_eq!(paths(E5, &format!("<{name}>{value}<"), &format!("<{name}>20250910<")), []);
    }
    // Without cover nothing is said of certificates.
    let lost = changed(
        E6,
        "<Sex1>",
        "<ElderlyRecipientCertificateInfo><ElderlyRecipientValidEndDate>20200101</ElderlyRecipientValidEndDate></ElderlyRecipientCertificateInfo><Sex1>",
    );
    assert!(!warning_codes(&lost).contains(&"certificate_outside_period"));
}

#[test]
fn tickets_of_medical_aid_that_cannot_be_used_are_warnings() {
    let text = std::str::from_utf8(E9).unwrap();
    let (start, rest) = text.split_once("<PublicExpenseResultList>").unwrap();
    let (_, end) = rest.split_once("</PublicExpenseResultList>").unwrap();
    assert_eq!(warning_codes(&read(format!("{start}{end}").as_bytes())), ["aid_without_ticket"]);
    for (from, to, codes) in [
        (
            "<DesignatedMedicalInstitutionFlag>0<",
            "<DesignatedMedicalInstitutionFlag>1<",
            &["ticket_institution"][..],
        ),
        (
            "</MedicalTicketInfo>",
            "<ConsistencyFlag>1</ConsistencyFlag></MedicalTicketInfo>",
            &["ticket_inconsistent"],
        ),
        ("<MedicalTreatmentMonth>202506<", "<MedicalTreatmentMonth>202505<", &["ticket_month"]),
        (
            "<MedicalTicketExpirationDate>20250630<",
            "<MedicalTicketExpirationDate>20250609<",
            &["certificate_outside_period"],
        ),
    ] {
        assert_eq!(warning_codes(&changed(E9, from, to)), codes, "{to}");
    }
}
