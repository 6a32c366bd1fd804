//! Whatever can be said in a message is read again as it was written.

// Helpers of tests may fail the test.
#![allow(clippy::unwrap_used, clippy::panic)]

use myna_eligibility::{
    Body, BulkAnswer, BulkBody, BulkUnit, CopiedText, Date, DateTime, ElderlyCertificate, Element,
    Eligibility, EligibilityResponse, Encoding, InsurerNumber, LimitCategory, LimitCertificate, Message,
    QualificationValidity, Ratio, Repeated, Report, SegmentOfResult, Sex, SpecificDiseasesCertificate,
    Written, read, rows, warnings, write_csv,
};
use proptest::option::of;
use proptest::prelude::*;

/// A text that says something, in characters XML allows.
fn text() -> impl Strategy<Value = String> {
    "[ -~\t\r\n　、-ヿ一-鿋●\u{1F600}]{1,12}".prop_filter("blank is absent", |text| !text.trim().is_empty())
}

fn digits_or_text() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9]{1,14}", text(), "(19|20)[0-9]{2}(0[1-9]|1[0-2])([0-2][1-9])"]
}

fn date() -> impl Strategy<Value = Written<Date>> {
    digits_or_text().prop_map(Written::new)
}

fn date_time() -> impl Strategy<Value = Written<DateTime>> {
    digits_or_text().prop_map(Written::new)
}

fn ratio() -> impl Strategy<Value = Written<Ratio>> {
    prop_oneof!["0[0-9]0", text()].prop_map(Written::new)
}

fn element() -> impl Strategy<Value = Element> {
    // No name of the layout begins like this.
    let name = "New[A-Za-z0-9_.-]{0,6}";
    let leaf = (name, prop_oneof![Just(String::new()), text()])
        .prop_map(|(name, text)| Element::Text { name, text });
    leaf.prop_recursive(3, 12, 3, move |inner| {
        (name, prop::collection::vec(inner, 1..3))
            .prop_map(|(name, children)| Element::Parent { name, children })
    })
}

fn unmodelled() -> impl Strategy<Value = Vec<Element>> {
    prop::collection::vec(element(), 0..3)
}

prop_compose! {
    fn elderly()(valid_from in date(), ratio in of(ratio()), unmodelled in unmodelled()) -> ElderlyCertificate {
        let mut certificate = ElderlyCertificate::default();
        certificate.valid_from = Some(valid_from);
        certificate.contribution_ratio = ratio;
        certificate.unmodelled = unmodelled;
        certificate
    }
}

prop_compose! {
    fn limit()(category in text(), long_stay in of(date())) -> LimitCertificate {
        let mut certificate = LimitCertificate::default();
        certificate.category = Some(LimitCategory::from_wire(&category));
        certificate.long_stay_from = long_stay;
        certificate
    }
}

prop_compose! {
    fn specific_disease()(until in of(date()), limit in of(text())) -> SpecificDiseasesCertificate {
        let mut certificate = SpecificDiseasesCertificate::default();
        certificate.valid_until = until;
        certificate.self_pay_limit = limit;
        certificate
    }
}

prop_compose! {
    fn eligibility()(
        (name, number, insurer) in (of(text()), of(text()), of(digits_or_text())),
        (sex, birthdate, ratio) in (of("[1239]"), of(date()), of(ratio())),
        (elderly, limit) in (of(elderly()), of(limit())),
        diseases in prop::collection::vec(specific_disease(), 0..3),
        (consent, given_at) in (of(text()), of(date_time())),
        unmodelled in unmodelled(),
    ) -> Eligibility {
        let mut person = Eligibility::default();
        person.name = name;
        person.number = number;
        person.insurer_number = insurer.map(InsurerNumber::new);
        person.sex1 = sex.as_deref().map(Sex::from_wire);
        person.birthdate = birthdate;
        person.contribution_ratio = ratio;
        person.elderly_certificate = elderly;
        person.limit_certificate = limit;
        person.specific_diseases_certificates = diseases;
        person.operation_consent.status = consent.as_deref().map(myna_eligibility::ConsentStatus::from_wire);
        person.operation_consent.given_at = given_at;
        person.unmodelled = unmodelled;
        person
    }
}

prop_compose! {
    fn response()(
        (segment, confirmed, institution) in (of("[129x]"), of(date()), of(digits_or_text())),
        (status, validity, message) in ("[12x]", of("[1-7]"), of(text())),
        results in prop::collection::vec(eligibility(), 0..3),
        has_body in any::<bool>(),
        unmodelled in unmodelled(),
    ) -> EligibilityResponse {
        let mut response = EligibilityResponse::default();
        response.header.segment_of_result = segment.as_deref().map(SegmentOfResult::from_wire);
        response.header.confirmation_date = confirmed;
        response.header.institution_code = institution;
        response.unmodelled = unmodelled;
        let mut body = Body::default();
        body.processing_result_status = Some(myna_eligibility::ProcessingResultStatus::from_wire(&status));
        body.validity = validity.as_deref().map(QualificationValidity::from_wire);
        body.processing_result_message = message;
        body.results = results;
        response.body = has_body.then_some(body);
        response
    }
}

proptest! {
    #[test]
    fn written_and_read_is_the_same(response in response()) {
        let written = response.write().unwrap();
        let read = EligibilityResponse::parse(&written).unwrap();
        prop_assert!(read == response, "{}", String::from_utf8_lossy(&written));
        prop_assert_eq!(read.verdict(), response.verdict());
        prop_assert_eq!(warnings(&read), warnings(&response));
        for person in read.results() {
            let _ = rows(person, Date::from_ymd(2025, 6, 2).unwrap());
        }
    }

    #[test]
    fn every_form_carries_the_same_message(response in response(), units in prop::collection::vec(eligibility(), 0..3)) {
        let mut bulk = BulkAnswer::default();
        bulk.header = response.header.clone();
        bulk.header.reception_number = Some("SAMPLE-1".to_owned());
        let mut body = BulkBody::default();
        body.units = Repeated(units.into_iter().map(|person| {
            let mut unit = BulkUnit::default();
            unit.results = Repeated(vec![person]);
            unit
        }).collect());
        bulk.body = Some(body).filter(|body| !body.units.is_empty());
        let mut answer = response;
        // What tells the answer from a request.
        answer.header.character_code = Some(myna_eligibility::CharacterCode::Utf8);
        for message in [Message::Answer(Box::new(answer)), Message::BulkAnswer(Box::new(bulk))] {
            for encoding in [Encoding::Utf8, Encoding::Cp932] {
                let written = message.write(encoding).unwrap();
                prop_assert!(Message::parse(&written).unwrap() == message, "{}", String::from_utf8_lossy(&written));
            }
            let json = message.write_json().unwrap();
            prop_assert!(Message::parse_json(json.as_bytes()).unwrap() == message, "{json}");
            let _ = (message.warnings(), write_csv([&message]).unwrap());
            let _ = serde_json::to_string(&Report::new(&message, Vec::new())).unwrap();
        }
    }

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

    #[test]
    fn every_day_survives_the_wire_and_the_era(year in 1_u16..=9999, month in 1_u8..=12, day in 1_u8..=28) {
        let date = Date::from_ymd(year, month, day).unwrap();
        prop_assert_eq!(Date::parse(&date.to_wire()), Ok(date));
        if let Some(japanese) = date.in_japanese() {
            // 令和100年 and later have three digits, which nobody writes yet.
            if date.era().unwrap().1 < 100 {
                prop_assert_eq!(Date::parse_japanese(&japanese), Ok(date));
            }
        }
    }
}

#[test]
fn what_cannot_be_said_is_not_written() {
    let mut response = EligibilityResponse::default();
    response.header.error_message = Some("a\u{0}b".to_owned());
    assert_eq!(response.write().unwrap_err().code(), "xml_invalid_character");

    let mut response = EligibilityResponse::default();
    response.unmodelled.push(Element::Text { name: "a b".to_owned(), text: String::new() });
    assert_eq!(response.write().unwrap_err().code(), "xml_malformed");

    let mut deep = Element::Text { name: "x".to_owned(), text: "1".to_owned() };
    for _ in 0..100 {
        deep = Element::Parent { name: "x".to_owned(), children: vec![deep] };
    }
    let mut response = EligibilityResponse::default();
    response.unmodelled.push(deep);
    assert_eq!(response.write().unwrap_err().code(), "xml_too_deep");
}
