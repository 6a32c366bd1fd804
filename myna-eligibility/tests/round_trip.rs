//! Whatever can be said in a message is read again as it was written.

// Helpers of tests may fail the test.
#![allow(clippy::unwrap_used, clippy::panic)]

use myna_eligibility::{
    Body, BulkAccepted, BulkAnswer, BulkBody, BulkRegistrationUnit, BulkUnit, CheckRequest, CheckRequestBody,
    CopiedText, Date, DateTime, ElderlyCertificate, Element, Eligibility, EligibilityResponse, Encoding,
    FetchRequest, FetchRequestBody, Header, InsurerNumber, LimitCategory, LimitCertificate, ListQuery,
    ListRequest, ListRequestBody, MedicalInformationBody, MedicalInformationHeader,
    MedicalInformationRequest, Message, QualificationValidity, Query, Ratio, Reception,
    ReferenceNumberRegistration, RegistrationAnswer, RegistrationAnswerBody, RegistrationRequest,
    RegistrationRequestBody, Repeated, Report, SegmentOfResult, Sex, SpecificDiseasesCertificate, Written,
    read, rows, warnings, write_csv,
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

prop_compose! {
    fn header()(
        executed_at in of(date_time()), confirmed in of(date()), institution in of(digits_or_text()),
        (reference, character_code) in (of("[123]"), of("[012]")),
        (code, message) in (of(text()), of(text())),
        unmodelled in unmodelled(),
    ) -> Header {
        let mut header = Header::default();
        header.executed_at = executed_at;
        header.confirmation_date = confirmed;
        header.institution_code = institution;
        header.reference_classification = reference.as_deref().map(myna_eligibility::ReferenceClassification::from_wire);
        header.character_code = character_code.as_deref().map(myna_eligibility::CharacterCode::from_wire);
        header.error_code = code;
        header.error_message = message;
        header.unmodelled = unmodelled;
        header
    }
}

/// The header of something the system says, and of something a facility asks.
fn header_of_answer() -> impl Strategy<Value = Header> {
    (header(), "[129x]").prop_map(|(mut header, segment)| {
        header.segment_of_result = Some(SegmentOfResult::from_wire(&segment));
        header
    })
}

fn header_of_request() -> impl Strategy<Value = Header> {
    header().prop_map(|header| {
        let mut asked = Header::default();
        asked.confirmation_date = header.confirmation_date;
        asked.institution_code = header.institution_code;
        asked.unmodelled = header.unmodelled;
        asked
    })
}

prop_compose! {
    fn query()(insurer in digits_or_text(), symbol in of(text()), branch in of(digits_or_text()), birthdate in of(date()))
        -> Query
    {
        let mut query = Query::default();
        query.insurer_number = Some(InsurerNumber::new(insurer));
        query.symbol = symbol;
        query.branch_number = branch;
        query.birthdate = birthdate;
        query
    }
}

prop_compose! {
    fn registration()(reference in text(), insurer in of(digits_or_text()), unmodelled in unmodelled())
        -> ReferenceNumberRegistration
    {
        let mut registration = ReferenceNumberRegistration::default();
        registration.reference_number = Some(reference);
        registration.insurer_number = insurer.map(InsurerNumber::new);
        registration.unmodelled = unmodelled;
        registration
    }
}

fn bulk_unit() -> impl Strategy<Value = BulkUnit> {
    (
        of(query()),
        of(text()),
        prop::collection::vec(eligibility().boxed(), 0..3),
        prop::collection::vec(text(), 0..3),
    )
        .prop_map(|(query, message, results, numbers)| {
            let mut unit = BulkUnit::default();
            unit.query = query;
            unit.processing_result_message = message;
            // A record that says nothing is one record all the same.
            unit.results = Repeated(results);
            unit.reference_numbers = Repeated(numbers);
            unit
        })
}

/// One of each kind, with what tells it from the others.
/// Boxed, or the strategy would be larger than the stack of a test.
fn any_message() -> impl Strategy<Value = Message> {
    prop_oneof![
        response()
            .boxed()
            .prop_map(|mut answer| {
                answer.header.character_code = Some(myna_eligibility::CharacterCode::Utf8);
                Message::Answer(Box::new(answer))
            })
            .boxed(),
        (header_of_answer().boxed(), text(), of(date_time())).prop_map(|(header, number, at)| {
            let mut reception = Reception::default();
            reception.reception_number = Some(number);
            reception.received_at = at;
            let mut accepted = BulkAccepted::default();
            accepted.header = header;
            accepted.body = Some(reception);
            Message::BulkAccepted(Box::new(accepted))
        }),
        (header_of_answer().boxed(), text(), prop::collection::vec(bulk_unit().boxed(), 0..3), of(text()))
            .prop_map(|(mut header, number, units, code)| {
                header.reception_number = Some(number);
                let mut body = BulkBody::default();
                body.units = Repeated(units);
                body.processing_result_code = code;
                let mut answer = BulkAnswer::default();
                answer.header = header;
                answer.body = Some(body).filter(|body| *body != BulkBody::default());
                Message::BulkAnswer(Box::new(answer))
            }),
        (
            header_of_answer().boxed(),
            of(text()),
            registration().boxed(),
            prop::collection::vec(registration().boxed(), 0..3)
        )
            .prop_map(|(header, code, registration, units)| {
                let mut body = RegistrationAnswerBody::default();
                body.processing_result_code = code;
                body.units = Repeated(
                    units
                        .into_iter()
                        .map(|registration| {
                            let mut unit = BulkRegistrationUnit::default();
                            unit.registration = Some(registration);
                            unit
                        })
                        .collect(),
                );
                body.registration = Some(registration);
                let mut answer = RegistrationAnswer::default();
                answer.header = header;
                answer.body = Some(body);
                Message::RegistrationAnswer(Box::new(answer))
            }),
        (header_of_request().boxed(), prop::collection::vec(query(), 1..3)).prop_map(|(header, queries)| {
            let mut body = CheckRequestBody::default();
            body.queries = Repeated(queries);
            let mut request = CheckRequest::default();
            request.header = header;
            request.body = Some(body);
            Message::CheckRequest(Box::new(request))
        }),
        (header_of_request().boxed(), date(), of("[1234]"), of(digits_or_text())).prop_map(
            |(header, from, treatment, month)| {
                let mut query = ListQuery::default();
                query.consented_from = Some(from);
                query.treatment = treatment.as_deref().map(myna_eligibility::MedicalTreatmentFlag::from_wire);
                query.treatment_month = month.map(Written::new);
                let mut body = ListRequestBody::default();
                body.query = Some(query);
                let mut request = ListRequest::default();
                request.header = header;
                request.body = Some(body);
                Message::ListRequest(Box::new(request))
            }
        ),
        (header_of_request().boxed(), text()).prop_map(|(header, number)| {
            let mut body = FetchRequestBody::default();
            body.reception_number = Some(number);
            let mut request = FetchRequest::default();
            request.header = header;
            request.body = Some(body);
            Message::FetchRequest(Box::new(request))
        }),
        (header_of_request().boxed(), prop::collection::vec(registration().boxed(), 1..3)).prop_map(
            |(header, registrations)| {
                let mut body = RegistrationRequestBody::default();
                body.registrations = Repeated(registrations);
                let mut request = RegistrationRequest::default();
                request.header = header;
                request.body = Some(body);
                Message::RegistrationRequest(Box::new(request))
            }
        ),
        (text(), of(text()), of(digits_or_text())).prop_map(|(category, symbol, start)| {
            let mut header = MedicalInformationHeader::default();
            header.symbol = symbol;
            let mut body = MedicalInformationBody::default();
            body.file_category = Some(category);
            body.start = start;
            let mut request = MedicalInformationRequest::default();
            request.header = Some(header).filter(|header| *header != MedicalInformationHeader::default());
            request.body = Some(body);
            Message::MedicalInformationRequest(Box::new(request))
        }),
    ]
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
    fn every_kind_of_message_survives_every_form(message in any_message()) {
        for encoding in [Encoding::Utf8, Encoding::Cp932] {
            let written = message.write(encoding).unwrap();
            let read = Message::parse(&written).unwrap();
            prop_assert!(read == message, "{}", String::from_utf8_lossy(&written));
            prop_assert_eq!(read.write(encoding).unwrap(), written);
        }
        let json = message.write_json().unwrap();
        prop_assert!(Message::parse_json(json.as_bytes()).unwrap() == message, "{json}");
        let serialized = serde_json::to_string(&message).unwrap();
        prop_assert!(serde_json::from_str::<Message>(&serialized).unwrap() == message, "{serialized}");
        let through_value: Message = serde_json::from_value(serde_json::to_value(&message).unwrap()).unwrap();
        prop_assert!(through_value == message);
        let _ = message.warnings();
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
