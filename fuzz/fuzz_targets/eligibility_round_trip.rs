//! A message put together from any texts is refused by the writer, or read again as itself: as XML in both encodings, as
//! JSON of the Web API, and as JSON of `serde`.
#![no_main]

use arbitrary::{Arbitrary, Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use myna_eligibility::codes::*;
use myna_eligibility::forms::*;
use myna_eligibility::records::*;
use myna_eligibility::*;

#[derive(Debug)]
struct Made(Message);

fn text(input: &mut Unstructured<'_>) -> Result<Option<String>> {
    let text = Option::<String>::arbitrary(input)?;
    // Blank is absent, and an absent field is not written.
    Ok(text.filter(|text| !text.trim().is_empty()))
}

fn element(input: &mut Unstructured<'_>, depth: u8) -> Result<Element> {
    let name = format!("New{}", u8::arbitrary(input)?);
    if depth < 3 && bool::arbitrary(input)? {
        let mut children = vec![element(input, depth + 1)?];
        if bool::arbitrary(input)? {
            children.push(element(input, depth + 1)?);
        }
        return Ok(Element::Parent { name, children });
    }
    Ok(Element::Text { name, text: String::arbitrary(input)? })
}

fn unmodelled(input: &mut Unstructured<'_>) -> Result<Vec<Element>> {
    (0..input.int_in_range(0..=2)?).map(|_| element(input, 0)).collect()
}

fn eligibility(input: &mut Unstructured<'_>) -> Result<Eligibility> {
    let mut person = Eligibility::default();
    person.insurer_number = text(input)?.map(InsurerNumber::new);
    person.symbol = text(input)?;
    person.name = text(input)?;
    person.name_kana = text(input)?;
    person.sex1 = text(input)?.map(|text| Sex::from_wire(&text));
    person.birthdate = text(input)?.map(Written::new);
    person.contribution_ratio = text(input)?.map(Written::new);
    person.pharmacists_consent.status = text(input)?.map(|text| ConsentStatus::from_wire(&text));
    person.pharmacists_consent.available_until = text(input)?.map(Written::new);
    for _ in 0..input.int_in_range(0..=2)? {
        let mut ticket = MedicalTicket::default();
        ticket.treatment_month = text(input)?.map(Written::new);
        ticket.infectious_diseases = text(input)?.map(|text| InfectiousDiseases::from_wire(&text));
        person.medical_tickets.push(ticket);
    }
    person.unmodelled = unmodelled(input)?;
    Ok(person)
}

impl<'a> Arbitrary<'a> for Made {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        let mut header = Header::default();
        header.segment_of_result = Some(SegmentOfResult::Normal);
        header.institution_code = text(input)?;
        header.error_message = text(input)?;
        header.confirmation_date = text(input)?.map(Written::new);
        header.unmodelled = unmodelled(input)?;
        if bool::arbitrary(input)? {
            let mut answer = EligibilityResponse::default();
            answer.header = header;
            let mut body = Body::default();
            body.validity = text(input)?.map(|text| QualificationValidity::from_wire(&text));
            body.processing_result_message = text(input)?;
            for _ in 0..input.int_in_range(0..=2)? {
                body.results.push(eligibility(input)?);
            }
            body.unmodelled = unmodelled(input)?;
            answer.body = Some(body).filter(|body| *body != Body::default());
            return Ok(Self(Message::Answer(Box::new(answer))));
        }
        let mut answer = BulkAnswer::default();
        header.reception_number = Some("1".to_owned());
        answer.header = header;
        let mut body = BulkBody::default();
        for _ in 0..input.int_in_range(0..=2)? {
            let mut unit = BulkUnit::default();
            unit.processing_result_code = text(input)?;
            unit.results = Repeated(vec![eligibility(input)?]);
            unit.reference_numbers = Repeated(text(input)?.into_iter().collect());
            body.units.0.push(unit);
        }
        answer.body = Some(body).filter(|body| *body != BulkBody::default());
        Ok(Self(Message::BulkAnswer(Box::new(answer))))
    }
}

fuzz_target!(|made: Made| {
    let Made(message) = made;
    let serialized = serde_json::to_string(&message).expect("texts");
    assert!(serde_json::from_str::<Message>(&serialized).expect("what was serialized") == message);
    let _ = message.warnings();
    let Ok(written) = message.write(Encoding::Utf8) else { return };
    let read = |bytes: &[u8]| Message::parse(bytes).expect("what was written can be read");
    assert!(read(&written) == message);
    assert!(read(&message.write(Encoding::Cp932).expect("as in UTF-8")) == message);
    let json = message.write_json().expect("as in XML");
    assert!(Message::parse_json(json.as_bytes()).expect("what was written can be read") == message);
});
