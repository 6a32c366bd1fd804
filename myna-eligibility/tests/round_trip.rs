//! Whatever can be said in a message is read again as it was written; that every field is, the tests of the crate's own
//! tables see to.

// Helpers of tests may fail the test.
#![allow(clippy::unwrap_used, clippy::panic)]

use myna_eligibility::{
    EligibilityResponse, Message,
    codes::Sex,
    forms::{CopiedText, Report},
    read,
    records::{Element, Eligibility},
};
use myna_error::Diagnostic;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

proptest! {
    // What was found once is tried first, for ever: the file of that name is committed.
    #![proptest_config(ProptestConfig::with_failure_persistence(FileFailurePersistence::WithSource("regressions")))]

    #[test]
    fn any_text_is_read_or_refused(text in "(資格情報|氏名|生年月日|確認日|性別|負担割合|[0-9:： \t年月日割%]|\n|試験|昭和){0,40}") {
        for result in CopiedText::parse(&text).unwrap_or_default() {
            let _ = result.warnings();
            result.to_response().write().unwrap();
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = EligibilityResponse::parse(&bytes);
        let _ = read(&bytes);
        let _ = Message::parse_json(&bytes);
    }

    #[test]
    fn any_markup_is_read_or_refused(markup in "(<[/!?]?(XmlMsg|MessageHeader|a)( |>|/>)|&(#x?[0-9]{0,9}|lt|e);?|[a ]){0,30}") {
        let _ = EligibilityResponse::parse(markup.as_bytes());
    }
}

#[test]
fn what_cannot_be_said_is_not_written() {
    let mut response = EligibilityResponse::default();
    response.header.error_message = Some("a\u{0}b".to_owned());
    assert_eq!(response.write().unwrap_err().code(), "xml.invalid_character");

    let mut response = EligibilityResponse::default();
    response.unmodelled.push(Element::Text { name: "a b".to_owned(), text: String::new() });
    assert_eq!(response.write().unwrap_err().code(), "xml.malformed");

    let mut deep = Element::Text { name: "x".to_owned(), text: "1".to_owned() };
    for _ in 0..100 {
        deep = Element::Parent { name: "x".to_owned(), children: vec![deep] };
    }
    let mut response = EligibilityResponse::default();
    response.unmodelled.push(deep);
    assert_eq!(response.write().unwrap_err().code(), "xml.too_deep");
}

#[test]
fn records_come_back_from_json_with_spaces_lost_zeros_and_unknowns() {
    let text = r#"{"insurer_number": {"raw": "  139980", "normal": "nonsense is not read"},
        "insured_branch_number": "0", "sex1": {"raw": "02"}, "birthdate": "20250631",
        "insured_partial_contribution_ratio": {"raw": "20", "value": null},
        "pharmaceutical_info_cons_flg": null, "unmodelled": [{"name": "New", "text": " 00 "}]}"#;
    let refused = serde_json::from_str::<Eligibility>(text).unwrap_err();
    assert!(
        refused.to_string().contains("no field of the record"),
        "an alias of the wire is none here: {refused}"
    );
    let text = text.replace("pharmaceutical_info", "pharmacists_info");
    let person: Eligibility = serde_json::from_str(&text).unwrap();
    assert_eq!(person.insurer_number.as_ref().unwrap().raw(), "  139980");
    assert_eq!(person.insurer_number.as_ref().unwrap().normal(), Some("139980"));
    assert_eq!(person.branch_number.as_deref(), Some("0"));
    assert_eq!(person.sex1, Some(Sex::Unknown("02".to_owned())));
    assert_eq!(person.birthdate.as_ref().unwrap().text(), "20250631");
    assert_eq!(person.contribution_ratio.as_ref().unwrap().text(), "20");
    assert_eq!(person.pharmacists_consent.status, None);
    assert_eq!(person.unmodelled, [Element::Text { name: "New".to_owned(), text: " 00 ".to_owned() }]);
    let again: Eligibility = serde_json::from_str(&serde_json::to_string(&person).unwrap()).unwrap();
    assert!(again == person);
    for broken in
        [r#"{"name": 12}"#, r#"{"name": "a", "name": "b"}"#, r#"{"sex1": {"label_ja": "男"}}"#, "[]"]
    {
        assert!(serde_json::from_str::<Eligibility>(broken).is_err(), "{broken}");
    }
}

#[test]
fn the_report_and_the_serialized_record_name_and_show_fields_alike() {
    for bytes in [
        &include_bytes!("samples/e05_elderly_and_specific_diseases.xml")[..],
        include_bytes!("samples/e09_insurance_and_medical_aid.xml"),
    ] {
        let response = EligibilityResponse::parse(bytes).unwrap();
        let report = Report::new(&Message::Answer(Box::new(response.clone())), Vec::new());
        let (report, record) =
            (serde_json::to_value(&report).unwrap(), serde_json::to_value(&response).unwrap());
        assert_eq!(report["header"], record["message_header"]);
        assert_eq!(report["results"], record["message_body"]["result_list"]);
        assert_eq!(serde_json::from_value::<EligibilityResponse>(record).unwrap(), response);
    }
}
