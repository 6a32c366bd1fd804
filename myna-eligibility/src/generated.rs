//! Records with any content, made from the same tables as everything else about them, so that no field can be forgotten;
//! and what must hold for all of them.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use crate::meaning::bulk::{BulkAccepted, BulkAnswer, BulkUnit};
use crate::meaning::code::{CharacterCode, MedicalTreatmentFlag, SegmentOfResult};
use crate::meaning::descriptor::Content;
use crate::meaning::element::Element;
use crate::meaning::field::{Record, Repeated, Value};
use crate::meaning::insurer::InsurerNumber;
use crate::meaning::message::Message;
use crate::meaning::record::{Consent, Eligibility, EligibilityResponse, Header};
use crate::meaning::registration::{RegistrationAnswer, RegistrationRequest};
use crate::meaning::request::{CheckRequest, FetchRequest, ListRequest, MedicalInformationRequest};
use crate::meaning::ticket::MedicalTicket;
use crate::meaning::written::{Meaning, Written};
use crate::show::csv::write_csv;
use crate::show::fhir::to_fhir;
use crate::show::report::Report;
use crate::show::rows::rows;
use crate::wire::bulk::{BulkReader, BulkWriter};
use crate::wire::xml::Encoding;
use crate::wire::xml::encoding::to_cp932;
use myna_calendar::Date;

/// What can be made of the bytes of a [`Source`].
pub(crate) trait Generated: Sized {
    fn generated(source: &mut Source) -> Self;
}

/// Bytes that decide what is made; when they end, everything is absent or short, so that fewer bytes are simpler cases.
pub(crate) struct Source {
    bytes: std::vec::IntoIter<u8>,
    /// Every field is there.
    is_full: bool,
    /// Only characters that CP932 has.
    is_cp932: bool,
}

impl Source {
    fn new(bytes: Vec<u8>, is_full: bool, is_cp932: bool) -> Self {
        Self { bytes: bytes.into_iter(), is_full, is_cp932 }
    }

    fn byte(&mut self) -> u8 {
        self.bytes.next().unwrap_or(0)
    }

    fn is_there(&mut self) -> bool {
        self.byte() % 2 == 1 || self.is_full
    }

    fn count(&mut self) -> usize {
        usize::from(self.byte() % 3).max(usize::from(self.is_full))
    }

    /// A text that says something: often what some field of the layout means.
    fn text(&mut self) -> String {
        const MEANT: [&str; 20] = [
            "0",
            "1",
            "2",
            "9",
            "00",
            "01",
            "99",
            "A1",
            "B09",
            "TKK",
            "010",
            "020",
            "  139980",
            "01139989",
            "202506",
            "20250602",
            "20250631",
            "99999999",
            "20250602091512",
            "ｼｹﾝ ｱｵｲ",
        ];
        let kind = self.byte();
        if let Some(meant) = MEANT.get(usize::from(kind / 2)) {
            return (*meant).to_owned();
        }
        let text: String = (0..=kind % 7).map(|_| self.character()).collect();
        // Blank is absent.
        if text.trim().is_empty() { "見本".to_owned() } else { text }
    }

    fn character(&mut self) -> char {
        let (pool, choice) = (self.byte(), u32::from(u16::from_be_bytes([self.byte(), self.byte()])));
        let of = |first: char, last: char| {
            let (first, last) = (u32::from(first), u32::from(last));
            char::from_u32(first + choice % (last - first + 1)).unwrap_or('●')
        };
        let character = match pool % 8 {
            0 | 1 => of(' ', '~'),
            2 | 3 => of('｡', 'ﾟ'),
            4 => of('ぁ', 'ヿ'),
            5 => of('一', '鿋'),
            6 => ['●', '髙', '①', '　', '−', '〜', '\t', '\n', '\r'][choice as usize % 9],
            _ => of('\u{80}', '\u{2FFF}'),
        };
        let is_fit = !self.is_cp932 || to_cp932(character).is_some();
        // C1 controls and the like are for the hostile tests.
        if is_fit && !('\u{7F}'..'\u{A0}').contains(&character) { character } else { '亜' }
    }

    fn element(&mut self, depth: u8) -> Element {
        let name = format!("New{}", char::from(b'A' + self.byte() % 26));
        if depth < 3 && self.byte() % 4 == 3 {
            let children = (0..=self.byte() % 2).map(|_| self.element(depth + 1)).collect();
            return Element::Parent { name, children };
        }
        let text = if self.byte() % 4 == 3 { String::new() } else { self.text() };
        Element::Text { name, text }
    }

    pub(crate) fn unmodelled(&mut self) -> Vec<Element> {
        (0..self.byte() % 3).map(|_| self.element(0)).collect()
    }
}

impl<T: Generated + Value> Generated for Option<T> {
    fn generated(source: &mut Source) -> Self {
        // A record that says nothing is none.
        source
            .is_there()
            .then(|| T::generated(source))
            .filter(|value| !matches!(value.content(), Content::Absent))
    }
}

impl<T: Generated> Generated for Vec<T> {
    fn generated(source: &mut Source) -> Self {
        (0..source.count()).map(|_| T::generated(source)).collect()
    }
}

impl<T: Generated> Generated for Repeated<T> {
    fn generated(source: &mut Source) -> Self {
        Self(Vec::generated(source))
    }
}

impl Generated for String {
    fn generated(source: &mut Source) -> Self {
        source.text()
    }
}

impl<T: Meaning> Generated for Written<T> {
    fn generated(source: &mut Source) -> Self {
        Self::new(source.text())
    }
}

impl Generated for InsurerNumber {
    fn generated(source: &mut Source) -> Self {
        Self::new(source.text())
    }
}

impl Generated for Consent {
    fn generated(source: &mut Source) -> Self {
        Self {
            status: Generated::generated(source),
            given_at: Generated::generated(source),
            available_until: Generated::generated(source),
        }
    }
}

/// The header of something the system says; it tells how that ended.
fn of_answer(header: &mut Header) {
    header.segment_of_result.get_or_insert(SegmentOfResult::Normal);
}

/// The header of something a facility asks: how it ended is not said.
fn of_request(header: &mut Header) {
    (header.executed_at, header.segment_of_result, header.error_code) = (None, None, None);
    (header.character_code, header.reception_number, header.number_of_results) = (None, None, None);
}

/// Whatever is there, or nothing.
fn body<T: Default>(body: &mut Option<T>) -> &mut T {
    body.get_or_insert_default()
}

/// One of each kind, with what tells it from the others.
impl Generated for Message {
    fn generated(source: &mut Source) -> Self {
        match source.byte() % 9 {
            0 => {
                let mut message = EligibilityResponse::generated(source);
                (message.header.reception_number, message.header.number_of_results) = (None, None);
                message.header.character_code.get_or_insert(CharacterCode::Utf8);
                Self::Answer(Box::new(message))
            }
            1 => {
                let mut message = BulkAccepted::generated(source);
                of_answer(&mut message.header);
                body(&mut message.body).reception_number.get_or_insert_with(|| "SAMPLE".to_owned());
                Self::BulkAccepted(Box::new(message))
            }
            2 => {
                let mut message = BulkAnswer::generated(source);
                message.header.reception_number.get_or_insert_with(|| "SAMPLE".to_owned());
                Self::BulkAnswer(Box::new(message))
            }
            3 => {
                let mut message = RegistrationAnswer::generated(source);
                of_answer(&mut message.header);
                let registration = body(&mut body(&mut message.body).registration);
                registration.reference_number.get_or_insert_with(|| "P000123".to_owned());
                Self::RegistrationAnswer(Box::new(message))
            }
            4 => {
                let mut message = CheckRequest::generated(source);
                of_request(&mut message.header);
                let queries = &mut body(&mut message.body).queries.0;
                if queries.is_empty() {
                    queries.push(Generated::generated(source));
                }
                Self::CheckRequest(Box::new(message))
            }
            5 => {
                let mut message = ListRequest::generated(source);
                of_request(&mut message.header);
                let query = body(&mut body(&mut message.body).query);
                query.treatment.get_or_insert(MedicalTreatmentFlag::HomeVisit);
                Self::ListRequest(Box::new(message))
            }
            6 => {
                let mut message = FetchRequest::generated(source);
                of_request(&mut message.header);
                body(&mut message.body).reception_number.get_or_insert_with(|| "SAMPLE".to_owned());
                Self::FetchRequest(Box::new(message))
            }
            7 => {
                let mut message = RegistrationRequest::generated(source);
                of_request(&mut message.header);
                let registrations = &mut body(&mut message.body).registrations.0;
                if registrations.is_empty() {
                    registrations.push(Generated::generated(source));
                }
                Self::RegistrationRequest(Box::new(message))
            }
            _ => {
                let mut message = MedicalInformationRequest::generated(source);
                body(&mut message.body).file_category.get_or_insert_with(|| "XML".to_owned());
                Self::MedicalInformationRequest(Box::new(message))
            }
        }
    }
}

/// Every form gives the same message, and the same bytes again.
fn survives_every_form(message: &Message) -> Result<(), TestCaseError> {
    for encoding in [Encoding::Utf8, Encoding::Cp932] {
        let written = message.write(encoding).unwrap();
        let read = Message::parse(&written).unwrap();
        prop_assert!(read == *message, "{}", String::from_utf8_lossy(&written));
        prop_assert_eq!(read.write(encoding).unwrap(), written);
        prop_assert_eq!(read.warnings(), message.warnings());
    }
    let json = message.write_json().unwrap();
    prop_assert!(Message::parse_json(json.as_bytes()).unwrap() == *message, "{json}");
    let serialized = serde_json::to_string(message).unwrap();
    prop_assert!(serde_json::from_str::<Message>(&serialized).unwrap() == *message, "{serialized}");
    let value = serde_json::to_value(message).unwrap();
    prop_assert!(serde_json::from_value::<Message>(value).unwrap() == *message);
    // Whatever it says, it can be shown.
    let _ = write_csv([message]).unwrap();
    let _ = serde_json::to_string(&Report::new(message, Vec::new())).unwrap();
    if let Message::Answer(answer) = message {
        let (on, _) = (Date::from_ymd(2025, 6, 2).unwrap(), to_fhir(answer));
        let _ = answer.results().iter().map(|person| rows(person, on)).collect::<Vec<_>>();
    }
    Ok(())
}

/// Written and read by the unit, a bulk answer is the same.
fn survives_the_stream(answer: &BulkAnswer) -> Result<(), TestCaseError> {
    let mut rest = answer.body.clone().unwrap_or_default();
    let units = std::mem::take(&mut rest.units.0);
    for encoding in [Encoding::Utf8, Encoding::Cp932] {
        let mut writer = BulkWriter::new(Vec::new(), &answer.header, encoding).unwrap();
        for unit in &units {
            writer.unit(unit).unwrap();
        }
        let written = writer.finish_with(&rest).unwrap();
        let mut reader = BulkReader::new(&written[..]).unwrap();
        let read: Vec<BulkUnit> = reader.by_ref().map(Result::unwrap).collect();
        prop_assert!(read == units, "{}", String::from_utf8_lossy(&written));
        prop_assert!(reader.is_complete() && reader.header() == &answer.header);
        prop_assert!(reader.rest().body == rest);
    }
    Ok(())
}

proptest! {
    // What was found once is tried first, for ever: the file of that name is committed.
    #![proptest_config(ProptestConfig::with_failure_persistence(FileFailurePersistence::WithSource("regressions")))]

    #[test]
    fn every_field_of_every_message_survives_every_form(
        bytes in vec(any::<u8>(), 0..6_000),
        is_full in any::<bool>(),
        is_cp932 in any::<bool>(),
    ) {
        let message = Message::generated(&mut Source::new(bytes, is_full, is_cp932));
        survives_every_form(&message)?;
        if let Message::BulkAnswer(answer) = &message {
            survives_the_stream(answer)?;
        }
    }
}

/// The generator leaves no field out: of a full record each is there.
#[test]
fn a_full_record_has_every_field() {
    fn fields_of<T: Record + Generated + std::fmt::Debug>() {
        let bytes = (0..20_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8);
        let record = T::generated(&mut Source::new(bytes.collect(), true, false));
        let shown = format!("{record:?}").replace(", \"unmodelled\"", "");
        let mut fields: Vec<_> = T::DESCRIPTOR.fields.iter().map(|field| field.field).collect();
        fields.dedup();
        assert_eq!(shown.matches('"').count() / 2, fields.len(), "{shown}");
    }
    fields_of::<Header>();
    fields_of::<Eligibility>();
    fields_of::<MedicalTicket>();
    fields_of::<BulkUnit>();
    fields_of::<RegistrationAnswer>();
    fields_of::<EligibilityResponse>();
}
