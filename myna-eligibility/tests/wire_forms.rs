//! Every message and every form of the wire: recognised by content, read, written again.

// Helpers of tests may fail the test.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{Cursor, Write as _};

use myna_eligibility::{
    Message, Verdict,
    calendar::Date,
    codes::{LimitCategory, Sex},
    forms::{CopiedText, Encoding, Form, Reading, Report, write_csv},
    read,
    records::BulkProgress,
};
use myna_error::{Diagnostic, japanese};
use serde_json::Value;

const E1: &[u8] = include_bytes!("samples/e01_valid.xml");
const E9: &[u8] = include_bytes!("samples/e09_insurance_and_medical_aid.xml");
const E11: &[u8] = include_bytes!("samples/e11_copied_text.txt");
const E12: &[u8] = include_bytes!("samples/e12_copied_text_mobile.txt");
const E13: &[u8] = include_bytes!("samples/e13_bulk_accepted.xml");
const E14: &[u8] = include_bytes!("samples/e14_bulk_answer.xml");
const E15: &[u8] = include_bytes!("samples/e15_bulk_pending.xml");
const E16: &[u8] = include_bytes!("samples/e16_registration_answer.xml");
const E17: &[u8] = include_bytes!("samples/e17_shift_jis.xml");

const SAMPLES: [(&str, &[u8]); 23] = [
    ("answer", E1),
    ("answer", include_bytes!("samples/e02_preschool_child.xml")),
    ("answer", include_bytes!("samples/e03_national_health.xml")),
    ("answer", include_bytes!("samples/e04_later_stage_elderly.xml")),
    ("answer", include_bytes!("samples/e05_elderly_and_specific_diseases.xml")),
    ("answer", include_bytes!("samples/e06_invalid_newer_exists.xml")),
    ("answer", include_bytes!("samples/e07_no_match.xml")),
    ("answer", include_bytes!("samples/e08_multiple.xml")),
    ("answer", E9),
    ("answer", include_bytes!("samples/e10_failed.xml")),
    ("bulk_accepted", E13),
    ("bulk_answer", E14),
    ("bulk_answer", E15),
    ("registration_answer", E16),
    ("check_request", include_bytes!("samples/f01_check_request.xml")),
    ("fetch_request", include_bytes!("samples/f02_fetch_request.xml")),
    ("list_request", include_bytes!("samples/f03_home_visit_request.xml")),
    ("list_request", include_bytes!("samples/f04_medical_aid_request.xml")),
    ("registration_request", include_bytes!("samples/f05_registration_request.xml")),
    ("medical_information_request", include_bytes!("samples/f06_drug_information_request.xml")),
    ("list_request", include_bytes!("samples/f07_online_request.xml")),
    ("check_request", include_bytes!("samples/f08_bulk_check_request.xml")),
    ("registration_request", include_bytes!("samples/f09_bulk_registration_request.xml")),
];

fn only(bytes: &[u8]) -> Reading {
    let mut readings = read(bytes).unwrap();
    assert_eq!(readings.len(), 1);
    readings.remove(0)
}

fn report(bytes: &[u8]) -> Value {
    let reading = only(bytes);
    serde_json::to_value(Report::new(&reading.message, reading.warnings)).unwrap()
}

#[test]
fn every_message_is_recognised_and_survives_every_form() {
    for (kind, sample) in SAMPLES {
        let reading = only(sample);
        let message = &reading.message;
        assert_eq!((message.kind(), reading.form), (kind, Form::Xml));
        assert_eq!(reading.warnings, [], "{kind}");
        let told = serde_json::to_value(Report::new(message, Vec::new())).unwrap();
        assert_eq!(told["unknown"], serde_json::json!([]), "{kind}");
        for (encoding, form) in [(Encoding::Utf8, Form::Xml), (Encoding::Cp932, Form::XmlCp932)] {
            let again = only(&message.write(encoding).unwrap());
            assert_eq!(&again.message, message, "{kind} {encoding:?}");
            assert_eq!(again.warnings, [], "{kind}");
            // A request may be plain ASCII, which is both.
            assert!(again.form == form || again.form == Form::Xml, "{kind} {encoding:?}");
        }
        let json = message.write_json().unwrap();
        let again = only(json.as_bytes());
        assert_eq!((&again.message, again.form), (message, Form::Json), "{json}");
    }
}

#[test]
fn the_other_requests_hold_what_the_layout_says() {
    let Message::CheckRequest(request) = only(SAMPLES[14].1).message else { panic!("a request") };
    let [query] = &*request.body.as_ref().unwrap().queries else { panic!("one query") };
    assert_eq!(query.insurer_number.as_ref().unwrap().raw(), "  139980");
    let Message::ListRequest(request) = only(SAMPLES[17].1).message else { panic!("a request") };
    let query = request.body.as_ref().unwrap().query.as_ref().unwrap();
    assert_eq!(query.treatment_month.as_ref().unwrap().value().unwrap().to_wire(), "202506");
    let Message::RegistrationRequest(request) = only(SAMPLES[18].1).message else { panic!("a request") };
    assert_eq!(request.body.unwrap().registrations[0].reference_number.as_deref(), Some("P000123"));
}

#[test]
fn a_bulk_answer_has_a_verdict_for_each_unit() {
    let Message::BulkAnswer(answer) = only(E14).message else { panic!("a bulk answer") };
    assert_eq!(answer.progress(), BulkProgress::Done);
    let [valid, no_match, error] = answer.units() else { panic!("three units") };
    assert_eq!(answer.verdict_of(valid), Verdict::Valid);
    assert_eq!(&*valid.reference_numbers, ["P000123", "P000999"]);
    assert_eq!(valid.results[0].name.as_deref(), Some("架空　梢"));
    assert_eq!(answer.verdict_of(no_match), Verdict::NoMatch);
    assert_eq!(answer.verdict_of(error).code(), "processing_error");
    let Message::BulkAnswer(pending) = only(E15).message else { panic!("a bulk answer") };
    assert_eq!((pending.progress(), pending.units().len()), (BulkProgress::Pending, 0));
}

#[test]
fn a_unit_of_an_unfinished_bulk_answer_says_nothing() {
    let text = std::str::from_utf8(E14).unwrap();
    for (segment, verdict) in [("2", "pending"), ("9", "failed"), ("7", "unknown")] {
        let text = text.replace("<SegmentOfResult>1<", &format!("<SegmentOfResult>{segment}<"));
        let told = report(text.as_bytes());
        assert_eq!(told["verdict"], verdict);
        assert_eq!(told["units"][0]["verdict"], verdict, "the unit says valid");
        assert!(!write_csv([&only(text.as_bytes()).message]).unwrap().contains(",valid,"));
    }
}

#[test]
fn a_bulk_unit_may_hold_its_result_in_a_list() {
    let text = std::str::from_utf8(E14).unwrap();
    let listed = text
        .replace("<ResultOfQualificationConfirmation>", "<ResultList><ResultOfQualificationConfirmation>")
        .replace("</ResultOfQualificationConfirmation>", "</ResultOfQualificationConfirmation></ResultList>");
    assert_eq!(only(listed.as_bytes()).message, only(E14).message);
    let fewer = text.replace("NumberOfProcessingResult>3", "NumberOfProcessingResult>4");
    assert_eq!(only(fewer.as_bytes()).warnings[0].code, "number_of_results");
}

#[test]
fn shift_jis_made_by_another_hand_is_read_and_written_with_the_same_bytes() {
    let reading = only(E17);
    assert_eq!((reading.form, reading.warnings.len()), (Form::XmlCp932, 0));
    let Message::Answer(answer) = &reading.message else { panic!("an answer") };
    assert_eq!(answer.results()[0].name.as_deref(), Some("髙橋　①"));
    assert_eq!(answer.results()[0].name_kana.as_deref(), Some("ﾀｶﾊｼ ｲﾁ"));
    // 髙 stands in CP932 twice; the sample has NEC's place, Windows writes IBM's.
    let (nec, ibm) = (b"\xEE\xE0", b"\xFB\xFC");
    let mut expected = E17.to_vec();
    let at = expected.windows(2).position(|window| window == nec).unwrap();
    expected[at..at + 2].copy_from_slice(ibm);
    let written = reading.message.write(Encoding::Cp932).unwrap();
    let sorted = |bytes: &[u8]| -> Vec<Vec<u8>> {
        let mut lines: Vec<_> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        lines.sort();
        lines
    };
    assert!(sorted(&written) == sorted(&expected));
}

#[test]
fn a_wrong_declaration_is_told_and_does_not_hinder() {
    let text = std::str::from_utf8(E1).unwrap().replace("encoding=\"UTF-8\"", "encoding=\"Windows-31J\"");
    let reading = only(text.as_bytes());
    assert_eq!(reading.message, only(E1).message);
    let codes: Vec<_> = reading.warnings.iter().map(|warning| warning.code).collect();
    assert_eq!(codes, ["encoding_misdeclared"]);
    let mut bytes = E17.to_vec();
    let at = bytes.windows(9).position(|window| window == b"Shift_JIS").unwrap();
    bytes.splice(at..at + 9, *b"UTF-8");
    let reading = only(&bytes);
    assert_eq!(reading.message, only(E17).message);
    assert_eq!(reading.warnings[0].code, "encoding_misdeclared");
}

#[test]
fn what_shift_jis_lacks_becomes_a_reference() {
    let text = std::str::from_utf8(E1).unwrap().replace("試験　葵", "𠮷田　−");
    let message = only(text.as_bytes()).message;
    let written = message.write(Encoding::Cp932).unwrap();
    assert!(written.windows(9).any(|window| window == b"&#x20BB7;"));
    assert_eq!(only(&written).message, message);
}

#[test]
fn json_of_the_web_api() {
    let json = r#"{"MessageHeader": {"SegmentOfResult": "1", "QualificationConfirmationDate": "20250602"},
        "MessageBody": {"ProcessingResultStatus": "1", "QualificationValidity": "1", "ResultList": [
            {"ResultOfQualificationConfirmation": {"Name": "試験　葵", "NameKana": null, "InsuredBranchNumber": "00"}},
            {"ResultOfQualificationConfirmation": {"Name": "試験　葵", "InsuredCardClassification": "A1"}}]}}"#;
    let Message::Answer(answer) = only(json.as_bytes()).message else { panic!("an answer") };
    assert_eq!(answer.verdict(), Verdict::ValidWithMedicalAid);
    assert_eq!(answer.results()[0].branch_number.as_deref(), Some("00"));
    let again: Value = serde_json::from_str(&Message::Answer(answer).write_json().unwrap()).unwrap();
    let list = again["XmlMsg"]["MessageBody"]["ResultList"].as_array().unwrap();
    assert_eq!(list[0]["ResultOfQualificationConfirmation"]["InsuredBranchNumber"], "00");

    for (broken, code, at) in [
        (r#"{"MessageHeader": {"ErrorCode": 12}}"#, "xml.malformed", "}}"),
        (r#"{"MessageHeader": {"A": "1", "A": "2"}}"#, "xml.malformed", ": \"2\""),
        (r#"{"MessageHeader": {"a b": "1"}}"#, "xml.malformed", ": \"1\""),
        (r#"{"MessageHeader": {"#, "xml.truncated", ""),
        (r#"{"MessageHeader": {}} x"#, "xml.malformed", "x"),
        (r#"{"MessageHeader": {"ErrorCode": "\u0000"}}"#, "xml.malformed", ""),
        (r#"{"MessageBody": {}}"#, "xml.missing_element", ""),
    ] {
        let error = read(broken.as_bytes()).unwrap_err();
        assert_eq!(error.code(), code, "{broken}");
        assert!(broken[error.position()..].contains(at), "{broken}: {error}");
        assert!(!error.to_string().contains("12"), "{error}");
    }
    let deep = format!("{}{}", "{\"a\":".repeat(100), "[".repeat(1_000_000));
    assert_eq!(read(deep.as_bytes()).unwrap_err().code(), "xml.malformed");
}

#[test]
fn e11_the_copied_text_says_the_same_as_the_message() {
    let reading = only(E11);
    assert_eq!((reading.form, &reading.warnings[..]), (Form::CopiedText, &[][..]));
    let Message::Answer(copied) = reading.message else { panic!("an answer") };
    assert_eq!(copied.verdict(), Verdict::Unknown, "the text does not say whether it is valid");
    let Message::Answer(message) = only(E1).message else { panic!("an answer") };
    let (copied, message) = (&copied.results()[0], &message.results()[0]);
    assert_eq!(copied.insurer_number, message.insurer_number);
    assert_eq!(copied.symbol, message.symbol);
    assert_eq!(copied.branch_number, message.branch_number);
    assert_eq!(copied.name, message.name);
    assert_eq!(copied.birthdate, message.birthdate);
    assert_eq!(copied.sex1, message.sex1);
    assert_eq!(copied.card_classification, message.card_classification);
    assert_eq!(copied.valid_from, message.valid_from);
    assert_eq!(copied.valid_until, None);
    assert_eq!(copied.personal_family, message.personal_family);
    assert_eq!(copied.insured_name.as_deref(), Some("試験　葵"));
}

#[test]
fn separators_encodings_and_line_ends_do_not_matter() {
    let text = std::str::from_utf8(E11).unwrap();
    let expected = CopiedText::parse(text).unwrap().remove(0);
    for (tab, line_end) in
        [(":", "\n"), ("：", "\r\n"), (" ", "\n"), ("　", "\n"), (" : ", "\n"), ("\t\t", "\n")]
    {
        let other = text.replace(" : \t", "\t").replace('\t', tab).replace("\r\n", line_end);
        let read = CopiedText::parse(&other).unwrap().remove(0);
        assert_eq!(read.eligibility, expected.eligibility, "{tab:?}");
        assert_eq!(read.confirmation_date, expected.confirmation_date, "{tab:?}");
        assert_eq!(read.warnings(), [], "{tab:?}");
    }
    let utf16: Vec<u8> =
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(only(&utf16).message, only(E11).message);
    let marked = format!("\u{FEFF}{text}");
    assert_eq!(only(marked.as_bytes()).message, only(E11).message);
}

#[test]
fn e12_sections_words_and_era_dates_of_a_telephone() {
    let [text] = &CopiedText::parse(std::str::from_utf8(E12).unwrap()).unwrap()[..] else { panic!("one") };
    let person = &text.eligibility;
    let day = |text: &str| Some(Date::parse(text).unwrap());
    assert_eq!(person.qualification_date.as_ref().unwrap().value(), day("20190501"), "元年");
    assert_eq!(person.valid_from.as_ref().unwrap().value(), day("20250801"), "hyphens");
    assert_eq!(person.card_classification.as_ref().unwrap().as_wire(), "03");
    assert_eq!(person.sex1, Some(Sex::Male));
    assert_eq!(
        (person.sex2.as_ref(), person.other_name.as_deref()),
        (Some(&Sex::NotSet), Some("見本　本名"))
    );
    assert_eq!(person.name.as_deref(), Some("仮名　竹男"));
    let elderly = person.elderly_certificate.as_ref().unwrap();
    assert_eq!(elderly.contribution_ratio.as_ref().unwrap().value().unwrap().tenths(), 2);
    let limit = person.limit_certificate.as_ref().unwrap();
    assert_eq!(limit.category, Some(LimitCategory::B05));
    assert_eq!(limit.valid_until.as_ref().unwrap().value(), day("20260731"));
    let odd: Vec<_> = text.warnings().into_iter().map(|warning| (warning.code, warning.path)).collect();
    assert_eq!(odd, [("unknown_line", "line 15".to_owned())]);
    let kept = text.lines.iter().find(|line| !line.understood).unwrap();
    assert_eq!((kept.label.as_str(), kept.value.as_str()), ("新しい項目", "何か"));
}

#[test]
fn what_a_text_leaves_unclear_is_told() {
    let codes = |text: &str| -> Vec<&'static str> {
        CopiedText::parse(text).unwrap()[0].warnings().iter().map(|warning| warning.code).collect()
    };
    assert_eq!(codes("資格情報\n氏名\t試験　葵\n"), ["confirmation_date_missing"]);
    let base = "資格情報\n確認日\t令和7年6月2日\n";
    assert_eq!(codes(&format!("{base}生年月日\t昭和64年1月8日\n")), ["malformed_date"]);
    assert_eq!(codes(&format!("{base}性別\t男性\n")), ["unknown_code"]);
    assert_eq!(codes(&format!("{base}氏名\t甲\n氏名\t乙\n")), ["unknown_line"]);
    assert_eq!(codes(&format!("{base}有効終了日\t令和7年6月1日\n")), ["outside_period"]);
    for no_text in ["", "hello", "氏名\t試験", "資格情報"] {
        assert!(CopiedText::parse(no_text).is_none(), "{no_text}");
    }
    // Two results pasted into one file are two.
    let twice = format!("{base}氏名\t甲\n{base}氏名\t乙\n");
    assert_eq!(CopiedText::parse(&twice).unwrap().len(), 2);
    assert!(!format!("{:?}", CopiedText::parse(&twice)).contains('甲'));
}

/// What stands under a heading that nobody knows is of no certificate that was read before.
#[test]
fn an_unknown_heading_ends_the_part_before_it() {
    let text = "資格情報\n確認日\t令和7年6月2日\n氏名\t試験　葵\n\n特定疾病療養受療証\n認定疾病区分\t慢性腎不全（人工透析）\n\
                自己負担限度額\t10,000円\n\n医療費助成\n自己負担限度額\t5,000円\n\n特定疾病療養受療証\n\
                認定疾病区分\t先天性血液凝固因子障害（第VIII/IX因子）\n自己負担限度額\t20,000円\n\n限度額適用認定証\n\
                適用区分\t区分ウ\n限度額適用認定証\n適用区分\t区分エ\n長期入院該当年月日\t令和7年1月1日\n";
    let [copied] = &CopiedText::parse(text).unwrap()[..] else { panic!("one") };
    let person = &copied.eligibility;
    let limits: Vec<_> = person
        .specific_diseases_certificates
        .iter()
        .map(|certificate| certificate.self_pay_limit.as_deref().unwrap())
        .collect();
    assert_eq!(limits, ["10000", "20000"], "neither is that of 医療費助成");
    let kept: Vec<_> = copied
        .lines
        .iter()
        .filter(|line| !line.understood)
        .map(|line| (line.section.as_str(), line.label.as_str(), line.value.as_str()))
        .collect();
    assert_eq!(
        kept,
        [
            ("医療費助成", "医療費助成", ""),
            ("医療費助成", "自己負担限度額", "5,000円"),
            ("限度額適用認定証", "適用区分", "区分エ"),
            ("限度額適用認定証", "長期入院該当年月日", "令和7年1月1日"),
        ]
    );
    let limit = person.limit_certificate.as_ref().unwrap();
    assert_eq!((&limit.category, &limit.long_stay_from), (&Some(LimitCategory::A03), &None));
    // An empty value is no heading.
    let text = "資格情報\n確認日\t令和7年6月2日\n続柄\t\n氏名\t試験　葵\n";
    assert_eq!(CopiedText::parse(text).unwrap()[0].eligibility.name.as_deref(), Some("試験　葵"));
    for (word, code) in [
        ("区分ア", "A01"),
        ("区分Ⅱ", "B05"),
        ("現役Ⅱ", "B02"),
        ("現役並みⅢ", "B01"),
        ("低所得者Ⅰ", "B06"),
        ("低所得Ⅰ", "B06"),
    ] {
        let text = format!("資格情報\n確認日\t令和7年6月2日\n限度額適用認定証\n適用区分\t{word}\n");
        let copied = CopiedText::parse(&text).unwrap().remove(0);
        let limit = copied.eligibility.limit_certificate.unwrap();
        assert_eq!(limit.category.unwrap().as_wire(), code, "{word}");
    }
}

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn an_archive_is_read_whole_or_not_at_all() {
    let bytes = archive(&[("a.xml", E14), ("sub/b.txt", E11)]);
    let readings = read(&bytes).unwrap();
    let files: Vec<_> = readings.iter().map(|reading| reading.file.as_deref().unwrap()).collect();
    assert_eq!(files, ["a.xml", "sub/b.txt"]);
    assert_eq!(readings[0].message, only(E14).message);

    let error = read(&archive(&[("a.xml", E14), ("b.xml", &E1[..500])])).unwrap_err();
    assert_eq!((error.file.as_deref(), error.code()), (Some("b.xml"), "xml.truncated"));
    let inner = archive(&[("a.xml", E1)]);
    assert_eq!(read(&archive(&[("a.zip", &inner)])).unwrap_err().code(), "file.unrecognised");
    assert_eq!(read(&bytes[..bytes.len() / 2]).unwrap_err().code(), "zip.unreadable");
    let mut bomb = b"<XmlMsg>".to_vec();
    bomb.resize(5 * 1024 * 1024, b' ');
    assert_eq!(read(&archive(&[("bomb.xml", &bomb)])).unwrap_err().code(), "xml.too_large");
}

#[test]
fn bytes_of_no_form_are_refused_with_their_place() {
    for (bytes, code, position) in [
        (&b""[..], "xml.truncated", 0),
        (b"  \n", "xml.truncated", 3),
        (b"  hello", "file.unrecognised", 2),
        (b"\x89PNG\r\n", "file.unrecognised", 0),
        (b"%PDF-1.7", "file.unrecognised", 0),
        (b"<html/>", "xml.not_xml_msg", 0),
    ] {
        let error = read(bytes).unwrap_err();
        assert_eq!((error.code(), error.position()), (code, position), "{bytes:?}");
        assert!(!japanese(&error).to_string().is_empty());
    }
}

#[test]
fn a_report_has_wire_names_raw_texts_and_what_is_unknown() {
    let told = report(E9);
    assert_eq!(
        (&told["verdict"], &told["verdict_detail"]),
        (&"valid".into(), &"valid_with_medical_aid".into())
    );
    assert_eq!(told["header"]["medical_institution_code"], "1319999999");
    let [insurance, aid] = &told["results"].as_array().unwrap()[..] else { panic!("two results") };
    assert_eq!(insurance["name"], "渡●　通");
    assert_eq!(insurance["insured_branch_number"], "00");
    assert_eq!(insurance["sex1"]["raw"], "3");
    assert_eq!(insurance["birthdate"]["raw"], "19700401");
    assert_eq!(insurance["birthdate"]["value"], "1970-04-01");
    assert_eq!(aid["public_expense_result_list"][0]["status_of_infecton"]["label_ja"], "なし");
    assert_eq!(told["advice"][0]["code"], "name_with_placeholder");

    let text = std::str::from_utf8(E1)
        .unwrap()
        .replace("<Name>", "<New>1</New><Name>")
        .replace(">1319999999<", ">1<");
    let told = report(text.as_bytes());
    assert_eq!(told["verdict"], "valid");
    assert_eq!(told["unknown"][0]["name"], "New");
    assert_eq!(told["warnings"][0]["path"], "XmlMsg/MessageHeader/MedicalInstitutionCode");

    let told = report(E14);
    let verdicts: Vec<_> = told["units"].as_array().unwrap().iter().map(|unit| &unit["verdict"]).collect();
    assert_eq!(verdicts, ["valid", "no_match", "processing_error"]);
    assert_eq!(told["units"][0]["result_of_qualification_confirmation"][0]["name"], "架空　梢");
    assert_eq!(report(E15)["verdict"], "pending");
}

#[test]
fn csv_has_a_line_for_each_eligibility_and_keeps_zeros() {
    let messages = [only(E9).message, only(E14).message];
    let text = write_csv(&messages).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 1 + 2 + 3);
    assert!(
        lines[0].starts_with("confirmation_date,verdict,arbitrary_identifier,insured_card_classification,")
    );
    assert!(lines[1].starts_with("20250610,valid_with_medical_aid,,01,01139989,21700099,8,00,1,,渡●　通,"));
    assert!(lines[3].starts_with("20250604,valid,P000123_1,01,  139980,,0012345,02,"));
    assert!(lines[4].starts_with("20250604,no_match,P000124_2,,"));
}

/// Found by fuzzing.
#[test]
fn a_word_of_cp932_that_is_another_in_utf8_survives() {
    let message = |text: &[u8]| {
        let begin =
            &b"<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><XmlMsg><MessageHeader><ErrorMessage>"[..];
        [begin, text, b"</ErrorMessage></MessageHeader></XmlMsg>"].concat()
    };
    let Message::Answer(answer) = Message::parse(&message(b"\xF4\xE4\xF2\xA6\xE9\xA6\xA8")).unwrap() else {
        panic!("an answer")
    };
    // The last two characters alone are 馨 in UTF-8, and the others are written as references.
    assert!(answer.header.error_message.as_ref().unwrap().ends_with('ｨ'));
    let written = answer.write_as(Encoding::Cp932).unwrap();
    assert_eq!(Message::parse(&written).unwrap(), Message::Answer(answer));
}

/// Found by fuzzing.
#[test]
fn a_certificate_without_a_known_line_is_none() {
    let text = "資格情報\n氏名：見本\n\n高齢受給者証\n新しい項目 何か\n\n限度額適用認定証\n新しい項目 何か\n\n特定疾病療養受療証\n新しい項目 何か\n";
    let result = CopiedText::parse(text).unwrap().remove(0);
    let person = &result.eligibility;
    assert!(person.elderly_certificate.is_none() && person.limit_certificate.is_none());
    assert!(person.specific_diseases_certificates.is_empty());
    let response = result.to_response();
    assert_eq!(myna_eligibility::EligibilityResponse::parse(&response.write().unwrap()).unwrap(), response);
}
