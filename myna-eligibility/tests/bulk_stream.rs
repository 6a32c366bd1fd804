//! Bulk answers read one unit at a time: the same as whole, in bounded memory, and nothing dropped in silence.

// Helpers of tests may fail the test.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{BufReader, Cursor, Read, Write as _};

use myna_eligibility::{
    Message, Verdict,
    bulk::{BulkReadError, BulkReader, BulkWriter, each_bulk_in_archive},
    forms::{Encoding, MAX_BYTES, MAX_UNIT_BYTES},
    read,
    records::{BulkAnswer, BulkRegistrationUnit, BulkUnit},
};
use myna_error::{Diagnostic, japanese};

const E14: &[u8] = include_bytes!("samples/e14_bulk_answer.xml");

fn whole(bytes: &[u8]) -> BulkAnswer {
    let Message::BulkAnswer(answer) = Message::parse(bytes).unwrap() else { panic!("a bulk answer") };
    *answer
}

fn units(bytes: &[u8]) -> Vec<BulkUnit> {
    let mut reader = BulkReader::new(bytes).unwrap();
    let units = reader.by_ref().collect::<Result<_, _>>().unwrap();
    assert!(reader.is_complete());
    units
}

/// A bulk answer around what its body holds.
fn message(body: &str) -> String {
    format!(
        "<XmlMsg><MessageHeader><SegmentOfResult>1</SegmentOfResult></MessageHeader><MessageBody>{body}</MessageBody></XmlMsg>"
    )
}

fn unit(inside: &str) -> String {
    format!("<BulkConfirmUnit>{inside}</BulkConfirmUnit>")
}

type Told = Result<String, (&'static str, String)>;

/// What each unit came to: its message, or the code of its refusal and the text at its position.
fn told(text: &str) -> (Vec<Told>, bool) {
    let mut reader = BulkReader::new(text.as_bytes()).unwrap();
    let told = reader
        .by_ref()
        .map(|unit| match unit {
            Ok(unit) => Ok(unit.processing_result_message.unwrap_or_default()),
            Err(error) => {
                assert!(!error.to_string().is_empty() && !japanese(&error).to_string().is_empty());
                Err((error.code(), text[error.position()..].to_owned()))
            }
        })
        .collect();
    (told, reader.is_complete())
}

#[test]
fn the_same_as_read_whole_in_both_encodings_and_by_any_chunks() {
    let answer = whole(E14);
    for encoding in [Encoding::Utf8, Encoding::Cp932] {
        let bytes = Message::BulkAnswer(Box::new(answer.clone())).write(encoding).unwrap();
        for capacity in [1, 7, 64 * 1024] {
            let mut reader = BulkReader::new(BufReader::with_capacity(capacity, &bytes[..])).unwrap();
            assert_eq!(reader.header(), &answer.header);
            let mut warnings = Vec::new();
            for expected in answer.units() {
                let unit = reader.next().unwrap().unwrap();
                assert_eq!(&unit, expected);
                assert_eq!(reader.verdict_of(&unit), answer.verdict_of(expected));
                warnings.extend(reader.warnings_of(&unit));
            }
            assert!(!reader.is_complete(), "the end was not seen yet");
            assert!(reader.next().is_none() && reader.is_complete());
            assert_eq!(reader.encoding(), encoding);
            assert_eq!(reader.bytes_read(), bytes.len());
            warnings.extend(reader.warnings());
            let mut expected = Message::BulkAnswer(Box::new(answer.clone())).warnings();
            for list in [&mut warnings, &mut expected] {
                list.sort_by(|one, other| (&one.path, one.code).cmp(&(&other.path, other.code)));
            }
            assert_eq!(warnings, expected);
        }
    }
}

#[test]
fn the_writer_writes_what_the_whole_message_is_written_as() {
    let answer = whole(E14);
    for encoding in [Encoding::Utf8, Encoding::Cp932] {
        let mut writer = BulkWriter::new(Vec::new(), &answer.header, encoding).unwrap();
        for unit in answer.units() {
            writer.unit(unit).unwrap();
        }
        let written = writer.finish().unwrap();
        assert_eq!(written, Message::BulkAnswer(Box::new(answer.clone())).write(encoding).unwrap());
    }
    let mut writer = BulkWriter::new(Vec::new(), &answer.header, Encoding::Utf8).unwrap();
    let mut unit = BulkUnit::default();
    unit.processing_result_message = Some("\u{0}".to_owned());
    assert_eq!(writer.unit(&unit).unwrap_err().kind(), std::io::ErrorKind::InvalidData);
}

#[test]
fn more_than_a_message_may_hold() {
    let answer = whole(E14);
    let count = 2 * MAX_BYTES / 1_000;
    let mut writer = BulkWriter::new(Vec::new(), &answer.header, Encoding::Utf8).unwrap();
    for _ in 0..count {
        writer.unit(&answer.units()[0]).unwrap();
    }
    let bytes = writer.finish().unwrap();
    assert_eq!(Message::parse(&bytes).unwrap_err().code(), "xml.too_large");
    let mut reader = BulkReader::new(&bytes[..]).unwrap();
    assert!(reader.by_ref().all(|unit| unit.unwrap() == answer.units()[0]));
    assert_eq!((reader.units_read(), reader.is_complete()), (count, true));
    // The header of the sample says three.
    assert!(reader.warnings().iter().any(|warning| warning.code == "number_of_results"));
}

#[test]
fn a_refused_unit_hides_no_other_and_is_not_dropped() {
    let (good, text) = ("<ProcessingResultMessage>1</ProcessingResultMessage>", "1".to_owned());
    for (bad, code, at) in [
        (format!("{good}{good}"), "xml.duplicate_element", good),
        (
            "<ProcessingResultMessage><New/></ProcessingResultMessage>".to_owned(),
            "xml.wrong_content",
            "<ProcessingResultM",
        ),
        ("<New>1<Newer/></New>".to_owned(), "xml.mixed_content", "<Newer/>"),
        ("<New>&e;</New>".to_owned(), "xml.unknown_entity", "&e;"),
        ("<New>\u{1}</New>".to_owned(), "xml.invalid_character", "\u{1}"),
        (format!("{}{}", "<x>".repeat(14), "</x>".repeat(14)), "xml.too_deep", "<x></x>"),
    ] {
        let (told, is_complete) = told(&message(&[unit(good), unit(&bad), unit(good)].concat()));
        let [Ok(first), Err((actual, position)), Ok(last)] = &told[..] else { panic!("{bad}: {told:?}") };
        assert_eq!((first, last, *actual), (&text, &text, code), "{bad}");
        assert!(position.starts_with(at), "{bad}: {position}");
        assert!(!is_complete, "{bad}");
    }
    // 13 levels in a unit are 16 in the message.
    assert!(told(&message(&unit(&format!("{}{}", "<x>".repeat(13), "</x>".repeat(13))))).1);
}

#[test]
fn what_leaves_a_doubt_about_the_units_ends_the_reading() {
    let good = unit("<ProcessingResultMessage>1</ProcessingResultMessage>");
    let long = " ".repeat(2 * MAX_UNIT_BYTES);
    for (bad, code, at) in [
        ("<!DOCTYPE x>".to_owned(), "xml.document_type", "<!DOCTYPE"),
        (unit("<!DOCTYPE x>"), "xml.document_type", "<!DOCTYPE"),
        (unit("<New><![CDATA[</BulkConfirmUnit>]]></New>"), "xml.unsupported_construct", "<![CDATA["),
        (unit("<?php ?>"), "xml.unsupported_construct", "<?php"),
        (unit("<New a=\"</BulkConfirmUnit>\"/>"), "xml.attributes", "<New a="),
        ("<BulkConfirmUnit a=\"1\"></BulkConfirmUnit>".to_owned(), "xml.attributes", "<BulkConfirmUnit a"),
        (unit("<A></B>"), "xml.malformed", "</B>"),
        ("text".to_owned(), "xml.mixed_content", "text"),
        ("&amp;".to_owned(), "xml.mixed_content", "&amp;"),
        ("</MessageHeader>".to_owned(), "xml.malformed", "</MessageHeader>"),
        (long.clone(), "xml.unit_too_large", "      "),
        (unit(&long), "xml.unit_too_large", "<BulkConfirmUnit>      "),
        (unit(&format!("<!--{long}-->")), "xml.unit_too_large", "<BulkConfirmUnit><!--"),
        (format!("<New>{}</New>", "x".repeat(70_000)), "xml.unit_too_large", "<New>xxx"),
    ] {
        let shown: String = bad.chars().take(60).collect();
        let (told, is_complete) = told(&message(&[&good, &bad, &good].map(String::as_str).concat()));
        let [Ok(first), Err((actual, position))] = &told[..] else { panic!("{shown}: {told:?}") };
        assert_eq!((first.as_str(), *actual), ("1", code), "{shown}");
        assert!(position.starts_with(at), "{shown}: {}", position.chars().take(60).collect::<String>());
        assert!(!is_complete, "{shown}");
    }
}

#[test]
fn a_cut_answer_never_looks_whole() {
    let good = message(&unit("<ProcessingResultMessage>1</ProcessingResultMessage>"));
    for length in 0..good.len() {
        let cut = &good.as_bytes()[..length];
        let Ok(mut reader) = BulkReader::new(cut) else { continue };
        let last = reader.by_ref().last();
        assert!(!reader.is_complete(), "{length}");
        assert_eq!(last.unwrap().unwrap_err().code(), "xml.truncated", "{length}");
        assert!(reader.next().is_none(), "nothing behind the end");
    }
    let (told, is_complete) = told(&format!("{good}<x/>"));
    assert_eq!(told[1].as_ref().unwrap_err(), &("xml.trailing_content", "<x/>".to_owned()));
    assert!(!is_complete);
    assert!(units(format!("{good} <!-- a -->\n").as_bytes()).len() == 1);
}

#[test]
fn what_stands_beside_the_units_is_kept() {
    let body = format!(
        "<New>1</New>{}<!-- a --><ProcessingResultCode>SAMPLE</ProcessingResultCode>{}",
        unit("<New>2</New>"),
        unit("")
    );
    let text = message(&body).replace("</MessageHeader>", "</MessageHeader><Newer><New/></Newer>");
    let mut reader = BulkReader::new(text.as_bytes()).unwrap();
    assert_eq!(reader.by_ref().filter_map(Result::ok).count(), 2);
    let expected = whole(text.as_bytes());
    assert_eq!(reader.rest().unmodelled, expected.unmodelled);
    let body = &reader.rest().body;
    assert_eq!(body.processing_result_code.as_deref(), Some("SAMPLE"));
    assert_eq!(body.unmodelled, expected.body.unwrap().unmodelled);

    let twice = "<ProcessingResultCode>1</ProcessingResultCode>";
    let (told, _) = told(&message(&format!("{twice}{twice}")));
    let (code, at) = told[0].as_ref().unwrap_err();
    assert!(*code == "xml.duplicate_element" && at.starts_with(twice) && at.len() < 120, "{code} {at}");
    let two = message("").replace("</XmlMsg>", "<MessageBody/></XmlMsg>");
    assert_eq!(
        BulkReader::new(two.as_bytes()).unwrap().last().unwrap().unwrap_err().code(),
        "xml.duplicate_element"
    );
}

#[test]
fn the_header_comes_first_or_not_at_all() {
    for text in [
        "<XmlMsg><MessageBody/><MessageHeader/></XmlMsg>",
        "<XmlMsg><MessageBody></MessageBody></XmlMsg>",
        "<XmlMsg></XmlMsg>",
    ] {
        assert_eq!(BulkReader::new(text.as_bytes()).unwrap_err().code(), "xml.missing_element", "{text}");
    }
    for (text, code) in [
        ("", "xml.truncated"),
        ("<?xml version=\"1.0\"?>", "xml.truncated"),
        ("<a><MessageHeader/></a>", "xml.not_xml_msg"),
        ("x<XmlMsg><MessageHeader/></XmlMsg>", "xml.malformed"),
        ("<!DOCTYPE XmlMsg><XmlMsg><MessageHeader/></XmlMsg>", "xml.document_type"),
        ("<?xml version=\"1.0\" encoding=\"EUC-JP\"?><XmlMsg>", "xml.unsupported_encoding"),
        ("<XmlMsg a=\"1\"><MessageHeader/></XmlMsg>", "xml.attributes"),
    ] {
        assert_eq!(BulkReader::new(text.as_bytes()).unwrap_err().code(), code, "{text}");
    }
}

#[test]
fn the_encoding_stays_what_it_was_found_to_be() {
    let text = |bytes: &[u8]| {
        [
            &b"<BulkConfirmUnit><ProcessingResultMessage>"[..],
            bytes,
            b"</ProcessingResultMessage></BulkConfirmUnit>",
        ]
        .concat()
    };
    let of = |units: &[&[u8]]| {
        let empty = message("");
        let (head, tail) = empty.split_once("</MessageBody>").unwrap();
        let units: Vec<u8> = units.iter().flat_map(|bytes| text(bytes)).collect();
        [head.as_bytes(), &units, b"</MessageBody>", tail.as_bytes()].concat()
    };
    let (cp932, utf8) = (&b"\x8E\x8E\x8C\xB1"[..], "試験".as_bytes());
    for bytes in [of(&[b"a", cp932, b"b", cp932]), of(&[b"a", utf8, b"b", utf8])] {
        let read: Vec<_> =
            units(&bytes).into_iter().map(|unit| unit.processing_result_message.unwrap()).collect();
        assert_eq!(read, ["a", "試験", "b", "試験"]);
    }
    let mixed = of(&[utf8, cp932]);
    let error = BulkReader::new(&mixed[..]).unwrap().last().unwrap().unwrap_err();
    assert_eq!((error.code(), error.is_final()), ("xml.unsupported_encoding", true));
    assert!(mixed[error.position()..].starts_with(cp932));
}

/// A bulk answer in some encoding, with one message in each unit.
fn in_bytes(declaration: &str, units: &[&[u8]]) -> Vec<u8> {
    let empty = message("");
    let (head, tail) = empty.split_once("</MessageBody>").unwrap();
    let mut bytes = [declaration.as_bytes(), head.as_bytes()].concat();
    for unit in units {
        bytes.extend_from_slice(b"<BulkConfirmUnit><ProcessingResultMessage>");
        bytes.extend_from_slice(unit);
        bytes.extend_from_slice(b"</ProcessingResultMessage></BulkConfirmUnit>");
    }
    [&bytes, &b"</MessageBody>"[..], tail.as_bytes()].concat()
}

/// The messages of the units, and the codes of the warnings.
fn texts(bytes: &[u8]) -> (Vec<String>, Vec<&'static str>) {
    let mut reader = BulkReader::new(bytes).unwrap();
    let texts =
        reader.by_ref().map(|unit| unit.unwrap().processing_result_message.unwrap()).collect::<Vec<_>>();
    assert!(reader.is_complete());
    (texts, reader.warnings().into_iter().map(|warning| warning.code).collect())
}

#[test]
fn a_wrong_declaration_is_told_as_of_a_whole_message() {
    let (utf8, cp932) = ("試験".as_bytes(), &b"\x8E\x8E\x8C\xB1"[..]);
    for (name, text, codes) in [
        ("UTF-8", utf8, &[][..]),
        ("Shift_JIS", cp932, &[]),
        ("UTF-8", cp932, &["encoding_misdeclared"]),
        ("Windows-31J", utf8, &["encoding_misdeclared"]),
        ("Shift_JIS", b"ASCII", &[]),
    ] {
        let bytes = in_bytes(&format!("<?xml version=\"1.0\" encoding=\"{name}\"?>"), &[b"a", text]);
        assert_eq!(texts(&bytes).1, codes, "{name}");
        let whole: Vec<_> = read(&bytes).unwrap()[0].warnings.iter().map(|warning| warning.code).collect();
        assert_eq!(whole, codes, "{name}");
    }
}

/// `ﾃｱ` in CP932 is `ñ` in UTF-8: such a unit alone must not decide about the others.
#[test]
fn kana_that_could_be_letters_decides_nothing_for_later_units() {
    let (kana, cp932, utf8) = (&b"\xC3\xB1"[..], &b"\x8E\x8E\x8C\xB1"[..], "試験".as_bytes());
    let of = |name: &str, units: &[&[u8]]| {
        texts(&in_bytes(&format!("<?xml version=\"1.0\" encoding=\"{name}\"?>"), units))
    };
    let (read, codes) = of("Shift_JIS", &[kana, cp932, kana]);
    assert_eq!((read.join(" ").as_str(), &codes[..]), ("ﾃｱ 試験 ﾃｱ", &[][..]));
    let (read, codes) = of("UTF-8", &[kana, utf8, kana]);
    assert_eq!((read.join(" ").as_str(), &codes[..]), ("ñ 試験 ñ", &[][..]));
    let (read, codes) = of("UTF-8", &[kana, cp932, kana]);
    assert_eq!(read.join(" "), "ñ 試験 ﾃｱ", "the first was read before there was any sign");
    assert_eq!(codes, ["encoding_misdeclared", "encoding_found_late"]);
    let (read, codes) = of("Shift_JIS", &[kana, utf8, utf8]);
    assert_eq!(read.join(" "), "ﾃｱ 試験 試験");
    assert_eq!(codes, ["encoding_misdeclared", "encoding_found_late"]);
}

#[test]
fn registrations_are_read_and_written_by_the_unit_too() {
    let sample = include_bytes!("samples/e16_registration_answer.xml");
    let Message::RegistrationAnswer(answer) = Message::parse(sample).unwrap() else { panic!("an answer") };
    let units = answer.body.as_ref().unwrap().units.to_vec();
    assert!(!units.is_empty());
    for encoding in [Encoding::Utf8, Encoding::Cp932] {
        let mut writer = BulkWriter::of_registrations(Vec::new(), &answer.header, encoding).unwrap();
        for unit in &units {
            writer.unit(unit).unwrap();
        }
        let written = writer.finish().unwrap();
        let whole = Message::parse(&written).unwrap();
        let Message::RegistrationAnswer(again) = &whole else { panic!("an answer") };
        assert_eq!(again.body.as_ref().unwrap().units.to_vec(), units);
        let mut reader = BulkReader::of_registrations(&written[..]).unwrap();
        let read: Vec<BulkRegistrationUnit> = reader.by_ref().collect::<Result<_, _>>().unwrap();
        assert_eq!((read, reader.is_complete()), (units.clone(), true));
        assert_eq!(reader.header(), &again.header);
        assert_eq!(reader.warnings(), whole.warnings());
    }
    let count = 2 * MAX_BYTES / 500;
    let mut writer = BulkWriter::of_registrations(Vec::new(), &answer.header, Encoding::Utf8).unwrap();
    for _ in 0..count {
        writer.unit(&units[0]).unwrap();
    }
    let bytes = writer.finish().unwrap();
    assert!(bytes.len() > MAX_BYTES);
    let mut reader = BulkReader::of_registrations(&bytes[..]).unwrap();
    assert!(reader.by_ref().all(|unit| unit.unwrap() == units[0]));
    assert!(reader.is_complete() && reader.units_read() == count);
    assert!(reader.warnings().iter().any(|warning| warning.code == "number_of_results"));
}

#[test]
fn within_an_archive() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("one.xml", E14), ("two.xml", &E14[..E14.len() - 20])] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    let archive = zip.finish().unwrap().into_inner();
    let mut told = Vec::new();
    each_bulk_in_archive(Cursor::new(&archive), |name, mut reader| -> Result<(), BulkReadError> {
        let read = reader.by_ref().filter(Result::is_ok).count();
        told.push((name.to_owned(), read, reader.is_complete()));
        Ok(())
    })
    .unwrap();
    assert_eq!(told, [("one.xml".to_owned(), 3, true), ("two.xml".to_owned(), 3, false)]);
    let error = each_bulk_in_archive(Cursor::new(b"PK"), |_, _| Ok::<(), BulkReadError>(())).unwrap_err();
    assert_eq!(error.code(), "zip.unreadable");
}

#[test]
fn a_bomb_in_an_archive_ends_early() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("bomb.xml", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(b"<XmlMsg><MessageHeader/>").unwrap();
    zip.write_all(&vec![b' '; 64 << 20]).unwrap();
    let archive = zip.finish().unwrap().into_inner();
    assert!(archive.len() < 1 << 20 && read(&archive).is_err());
    each_bulk_in_archive(Cursor::new(&archive), |_, mut reader| -> Result<(), BulkReadError> {
        assert_eq!(reader.next().unwrap().unwrap_err().code(), "xml.unit_too_large");
        assert!(reader.bytes_read() < 2 * MAX_UNIT_BYTES);
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_reader_that_fails_is_told_as_such() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("unplugged"))
        }
    }
    let text = message(&unit(""));
    let half = &text.as_bytes()[..text.len() - 20];
    let mut reader = BulkReader::new(BufReader::new(half.chain(Failing))).unwrap();
    reader.next().unwrap().unwrap();
    assert_eq!(reader.next().unwrap().unwrap_err().code(), "bulk.io");
    assert!(reader.next().is_none() && !reader.is_complete());
}

#[test]
fn units_of_a_pending_answer_say_nothing() {
    let text = message(&unit("<QualificationValidity>1</QualificationValidity>")).replace('1', "2");
    let mut reader = BulkReader::new(text.as_bytes()).unwrap();
    let unit = reader.next().unwrap().unwrap();
    assert_eq!(reader.verdict_of(&unit), Verdict::Pending);
}
