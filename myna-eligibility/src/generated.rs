//! Records with any content, made from the same tables as everything else about them, so that no field can be forgotten;
//! and what must hold for all of them.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use serde_json::Value;

use crate::element::Element;
use crate::element::tree::Path;
use crate::meaning::bulk::{BulkAccepted, BulkAnswer, BulkUnit};
use crate::meaning::code::{CharacterCode, MedicalTreatmentFlag, SegmentOfResult};
use crate::meaning::descriptor::{Content, Kind, RecordDescriptor, inspect};
use crate::meaning::field::{Record, Repeated, record};
use crate::meaning::insurer::InsurerNumber;
use crate::meaning::message::Message;
use crate::meaning::ratio::Ratio;
use crate::meaning::record::{
    Consent, ElderlyCertificate, Eligibility, EligibilityResponse, Header, LimitCertificate,
    SpecificDiseasesCertificate,
};
use crate::meaning::registration::{RegistrationAnswer, RegistrationRequest};
use crate::meaning::request::{CheckRequest, FetchRequest, ListRequest, MedicalInformationRequest};
use crate::meaning::section::Section;
use crate::meaning::text::folded;
use crate::meaning::ticket::MedicalTicket;
use crate::meaning::told::snake_case;
use crate::meaning::written::{Meaning, Written};
use crate::show::csv::{csv_of, harmless, write_csv, write_csv_raw};
use crate::show::fhir::{FhirLines, fhir_of, to_fhir};
use crate::show::html::{HtmlPage, html_of, text as escaped};
use crate::show::report::Report;
use crate::show::rows::{rows, rows_of};
use crate::wire::bulk::{BulkReader, BulkWriter};
use crate::wire::copied_text::{CopiedText, field_of, wire_text};
use crate::wire::xml::Encoding;
use crate::wire::xml::document::read_part;
use crate::wire::xml::encoding::to_cp932;
use crate::wire::xml::writer::Writer;
use myna_calendar::{Date, DateTime, Month};

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

impl<T: Generated + crate::meaning::field::Value> Generated for Option<T> {
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
        let on = Date::from_ymd(2025, 6, 2).unwrap();
        let _ = answer.results().iter().map(|person| rows(person, on)).collect::<Vec<_>>();
    }
    Ok(())
}

/// What JSON says of a message: the texts as they were written, and as people read them.
fn values(json: &Value, raw: &mut BTreeSet<String>, shown: &mut Vec<[String; 2]>) {
    match json {
        Value::String(text) => {
            raw.insert(text.clone());
            shown.push([text.clone(), text.clone()]);
        }
        Value::Array(items) => items.iter().for_each(|item| values(item, raw, shown)),
        Value::Object(fields) => match fields.get("raw").and_then(Value::as_str) {
            Some(text) => {
                raw.insert(text.to_owned());
                let word = |key: &str| fields.get(key).and_then(Value::as_str).map(str::to_owned);
                let unknown = || Some(format!("不明（{text}）"));
                let meaning = match word("label_ja") {
                    Some(word) => Some(word).filter(|word| word != "不明").or_else(unknown),
                    None => word("value"),
                };
                shown.push([
                    meaning.unwrap_or_else(|| {
                        if fields.contains_key("normal") { text.trim() } else { text }.to_owned()
                    }),
                    text.to_owned(),
                ]);
            }
            // Names of elements that are not modelled are no values.
            None => fields.iter().filter(|(key, _)| *key != "name" || !fields.contains_key("text")).for_each(
                |(key, value)| {
                    if !(key == "name" && fields.contains_key("children")) {
                        values(value, raw, shown);
                    }
                },
            ),
        },
        _ => {}
    }
}

/// Nothing that JSON says is lost in what people read.
fn is_lost_in_no_form(message: &Message) -> Result<(), TestCaseError> {
    let (mut raw, mut shown) = (BTreeSet::new(), Vec::new());
    let json = serde_json::to_value(message).unwrap();
    values(&json["message"], &mut raw, &mut shown);
    let is_shown =
        |there: &BTreeSet<String>, [meaning, text]: &[String; 2], escaped: &dyn Fn(&str) -> String| {
            let is_it = |cell: &String| {
                let rest = cell.strip_prefix(&escaped(meaning));
                // A date in the other calendar too, an instant without its offset, a unit; words of another day.
                rest.is_some_and(|rest| rest.is_empty() || rest == "円" || rest.starts_with('（'))
                    || DateTime::parse(text).is_ok_and(|at| *cell == escaped(&at.shown()))
                    || (text == "05" && cell == "被保険者資格証明書")
            };
            there.iter().any(is_it)
        };

    let mut page = HtmlPage::new();
    page.add(message, &[]);
    let html = page.finish();
    let cells = html.split("<td>").skip(1).filter_map(|cell| cell.split("</td>").next());
    let cells: BTreeSet<_> = cells.map(str::to_owned).collect();
    for value in shown.iter().filter(|[_, text]| !text.trim().is_empty()) {
        prop_assert!(is_shown(&cells, value, &escaped), "{value:?} is lost in {html}");
    }

    if let Message::Answer(answer) = message {
        for person in answer.results() {
            let (mut raw, mut shown) = (BTreeSet::new(), Vec::new());
            values(&serde_json::to_value(person).unwrap(), &mut raw, &mut shown);
            let rows = rows(person, Date::from_ymd(2025, 6, 2).unwrap());
            let there = rows.into_iter().map(|row| row.value).collect();
            for value in shown.iter().filter(|[_, text]| !text.trim().is_empty()) {
                prop_assert!(is_shown(&there, value, &str::to_owned), "{value:?} is lost in the rows");
            }
        }
    }
    if let Some(lines) = FhirLines::new().of(message) {
        is_in_fhir(&raw, lines.lines().map(|line| serde_json::from_str(line).unwrap()))?;
    }
    if let Message::Answer(answer) = message {
        is_in_fhir(&raw, [serde_json::from_str(&to_fhir(answer)).unwrap()])?;
    }
    if matches!(message, Message::Answer(_) | Message::BulkAnswer(_)) {
        let there = texts_of(&write_csv([message]).unwrap());
        for text in raw.iter().filter(|text| !text.trim().is_empty()) {
            let harmless = harmless(text);
            // Only what begins a cell is marked, and not the others of a list.
            let unmarked = harmless.trim_start_matches('\'');
            let is_there = [text, harmless.as_str(), unmarked].iter().any(|text| there.contains(*text));
            prop_assert!(is_there, "{text:?} is lost in the CSV");
        }
        let there = texts_of(&write_csv_raw([message]).unwrap());
        for text in raw.iter().filter(|text| !text.trim().is_empty()) {
            prop_assert!(there.contains(text), "{text:?} is lost in the raw CSV");
        }
    }
    Ok(())
}

/// The texts in the cells of a CSV.
fn texts_of(csv: &str) -> BTreeSet<String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let unmodelled = reader.headers().unwrap().iter().position(|name| name == "unmodelled").unwrap();
    let mut there = BTreeSet::new();
    for record in reader.records() {
        for (cell, column) in record.unwrap().iter().zip(0..) {
            if column == unmodelled && !cell.is_empty() {
                values(&serde_json::from_str(cell).unwrap(), &mut there, &mut Vec::new());
            }
            there.insert(cell.to_owned());
            // Those of a list, each with what is in front of a divider in it.
            let texts = cell.replace("\\\\", "\u{E000}").replace("\\|", "\u{E001}");
            let texts = texts.split('|');
            there.extend(texts.map(|text| text.replace('\u{E001}', "|").replace('\u{E000}', "\\")));
        }
    }
    there
}

/// Every text of a message is in FHIR, but for the width of letters and for blanks, or what it means is.
fn is_in_fhir(
    raw: &BTreeSet<String>,
    resources: impl IntoIterator<Item = Value>,
) -> Result<(), TestCaseError> {
    fn gather(json: &Value, there: &mut BTreeSet<String>) {
        match json {
            Value::Array(items) => items.iter().for_each(|item| gather(item, there)),
            Value::Object(fields) => fields.values().for_each(|item| gather(item, there)),
            Value::String(text) => drop(there.insert(folded(text))),
            other => drop(there.insert(other.to_string())),
        }
    }
    let mut there = BTreeSet::new();
    resources.into_iter().for_each(|resource| gather(&resource, &mut there));
    for text in raw.iter().filter(|text| !text.trim().is_empty()) {
        let insurer = InsurerNumber::new(text.as_str());
        let meanings = [
            Date::parse(text).ok().map(|date| date.to_string()),
            DateTime::parse(text).ok().map(|at| at.to_string()),
            Month::parse(text).ok().map(|month| month.to_string()),
            Written::<Ratio>::new(text.as_str()).value().map(|ratio| ratio.percent().to_string()),
            insurer.normal().map(|number| format!("{number:0>8}")),
            match text.as_str() {
                "1" => Some("male".to_owned()),
                "2" => Some("female".to_owned()),
                "3" => Some("unknown".to_owned()),
                _ => None,
            },
        ];
        let is_there = meanings.into_iter().flatten().chain([folded(text)]).any(|text| there.contains(&text));
        prop_assert!(is_there, "{text:?} is lost in FHIR");
    }
    Ok(())
}

record! {
    #[expect(unreachable_pub, reason = "a record is public wherever else it is declared")]
    /// A record of the tests: a field is added in one line, and nothing else is said about it.
    Added in "Added" shown Other {
        known: Option<String> = "Known", "既知", "Known",
        added: Option<Written<Date>> = "NewlyAdded" or "AddedAnew" (18), "新項目", "New field",
    }
}

#[test]
fn a_field_added_in_one_line_is_in_every_form() {
    let added = Added { added: Some(Written::new("20250602")), ..Added::default() };
    let mut writer = Writer::new(Encoding::Utf8);
    let xml = writer.written(|writer| writer.record("Added", &added)).unwrap();
    let xml = String::from_utf8(xml).unwrap();
    assert!(xml.contains("<NewlyAdded>20250602</NewlyAdded>"), "{xml}");
    for name in ["NewlyAdded", "AddedAnew"] {
        let xml = format!("<Added><{name}>20250602</{name}></Added>");
        let tree = read_part(&xml, "Added", 0).unwrap();
        let read = Added::read_fields(tree.children().unwrap(), &Path::root("Added")).unwrap();
        assert_eq!(read, added, "{name}");
    }
    let json = serde_json::to_string(&added).unwrap();
    assert_eq!(json, r#"{"newly_added":{"raw":"20250602","value":"2025-06-02"}}"#);
    assert_eq!(serde_json::from_str::<Added>(&json).unwrap(), added);
    let [row] = &rows_of(&added, Date::MAX)[..] else { panic!("one row") };
    assert_eq!((&*row.label_ja, &*row.label_en, row.number), ("新項目", "New field", Some(18)));
    assert_eq!(row.value, "2025-06-02（令和7年6月2日）");
    let html = html_of(std::slice::from_ref(row));
    assert!(["新項目", "New field", &row.value].iter().all(|text| html.contains(text)), "{html}");
    assert_eq!(
        csv_of(&added),
        [("known".to_owned(), String::new()), ("newly_added".to_owned(), "20250602".to_owned())]
    );
    let fhir = serde_json::to_string(&fhir_of(&added)).unwrap();
    assert_eq!(fhir, r#"{"extension":[{"url":"NewlyAdded","valueDate":"2025-06-02"}]}"#);
    let field = field_of(Added::DESCRIPTOR, Section::Other, "新項目").unwrap();
    let text = wire_text(Some(field), "令和7年6月2日").unwrap();
    let copied = Element::Text { name: field.wire.to_owned(), text };
    assert_eq!(Added::of_elements(vec![copied]).unwrap(), added);
    assert_eq!(format!("{added:?}"), r#"Added { present: ["added"], .. }"#);
    let odd = Added { added: Some(Written::new("20250631")), ..Added::default() };
    let mut warnings = Vec::new();
    inspect(&odd, "Added", &mut warnings);
    assert_eq!(warnings[0].path, "Added/NewlyAdded");
}

/// Under its heading, the label of each text of a part of the copied text brings its value into that field.
#[test]
fn every_label_of_a_copied_text_is_understood() {
    let mut texts = 0;
    for (record, path) in [
        (Eligibility::DESCRIPTOR, &[][..]),
        (ElderlyCertificate::DESCRIPTOR, &["elderly_recipient_certificate_info"]),
        (LimitCertificate::DESCRIPTOR, &["limit_application_certificate_related_info"]),
        (SpecificDiseasesCertificate::DESCRIPTOR, &["specific_diseases_certificate_list", "0"]),
    ] {
        let mut labels = BTreeSet::new();
        let fields = record.fields.iter().filter(|field| matches!(field.kind, Kind::Text));
        for (field, label) in fields
            .flat_map(|field| field.spoken.iter().chain([&field.label_ja]).map(move |label| (field, *label)))
        {
            if record.fields.iter().filter(|other| other.label_ja == label).count() > 1 {
                continue; // 同意日時 without saying of what.
            }
            assert!(labels.insert(label), "{label} means two fields");
            let text =
                format!("資格情報\n確認日\t令和7年6月2日\n{}\n{label}\t見本\n", record.section.label_ja());
            let text = text.replacen(
                "資格情報\n確認日\t令和7年6月2日\n資格情報",
                "資格情報\n確認日\t令和7年6月2日",
                1,
            );
            let [copied] = &CopiedText::parse(&text).unwrap()[..] else { panic!("{text}") };
            assert!(copied.lines.iter().all(|line| line.understood), "{text}");
            let json = serde_json::to_value(&copied.eligibility).unwrap();
            let place = path.iter().fold(&json, |json, name| match name.parse::<usize>() {
                Ok(index) => &json[index],
                Err(_) => &json[name],
            });
            let told = &place[snake_case(field.wire)];
            let raw = if told.is_object() { &told["raw"] } else { told };
            assert_eq!(raw, "見本", "{text} {json}");
            texts += 1;
        }
    }
    assert!(texts > 70, "{texts}");
}

/// Every field has its labels, and in one record no two fields have one name on the wire.
#[test]
fn every_field_has_labels_and_names_of_its_own() {
    fn check(record: &RecordDescriptor) {
        let mut names = BTreeSet::new();
        for field in record.fields {
            assert!(!field.label_ja.is_empty() && field.label_en.is_ascii(), "{}", field.wire);
            assert!(!field.label_en.is_empty() && !field.label_ja.is_ascii(), "{}", field.wire);
            for name in field.aliases.iter().chain([&field.wire]) {
                assert!(names.insert(*name), "{name} twice in {}", record.name);
            }
            if let Kind::Record(record) | Kind::List(record) | Kind::Repeated(record) = field.kind {
                check(record);
            }
        }
    }
    check(EligibilityResponse::DESCRIPTOR);
    check(BulkAccepted::DESCRIPTOR);
    check(BulkAnswer::DESCRIPTOR);
    check(RegistrationAnswer::DESCRIPTOR);
    check(RegistrationRequest::DESCRIPTOR);
    check(CheckRequest::DESCRIPTOR);
    check(ListRequest::DESCRIPTOR);
    check(FetchRequest::DESCRIPTOR);
    check(MedicalInformationRequest::DESCRIPTOR);
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
        is_lost_in_no_form(&message)?;
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
