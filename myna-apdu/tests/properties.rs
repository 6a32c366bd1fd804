//! What holds for every command, every response and every file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use myna_apdu::tlv::{LengthRule, ObjectLength, Tag, TlvErrorKind, TlvReader, Walker, Writer, object_length};
use myna_apdu::{Class, Command, ExpectedLength, Instruction, LengthForm, Response};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

type Parts = (u8, u8, u8, u8, Vec<u8>, Option<u32>, bool);

fn parts() -> impl Strategy<Value = Parts> {
    let data = prop_oneof![
        3 => vec(any::<u8>(), 0..20),
        1 => vec(any::<u8>(), 250..262),
        1 => vec(any::<u8>(), 0..2_000),
    ];
    let expected =
        proptest::option::of(prop_oneof![1..=256_u32, 250..=260_u32, 1..=65_536_u32, Just(65_536)]);
    (any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>(), data, expected, any::<bool>())
}

fn build((cla, ins, p1, p2, data, expected, extended): &Parts) -> Command<'_> {
    let mut command = Command::new(Class(*cla), Instruction(*ins), *p1, *p2);
    if *extended {
        command = command.with_extended_lengths();
    }
    command = command.with_data(data).unwrap();
    match expected {
        Some(expected) => command.expecting(ExpectedLength::new(*expected).unwrap()),
        None => command,
    }
}

/// Bytes that are a command more often than chance would have it.
fn nearly_a_command() -> impl Strategy<Value = Vec<u8>> {
    let boundary = prop_oneof![Just(0), Just(1), Just(0xFF), any::<u8>()];
    let header = vec(any::<u8>(), 4);
    let body = (vec(boundary, 0..4), vec(any::<u8>(), 0..20), vec(any::<u8>(), 0..3));
    (header, body).prop_map(|(header, (lengths, data, end))| [header, lengths, data, end].concat())
}

proptest! {
    // What was found once is tried first, for ever: the file of that name is committed.
    #![proptest_config(ProptestConfig::with_failure_persistence(FileFailurePersistence::WithSource("regressions")))]

    #[test]
    fn a_command_is_what_its_bytes_say(parts in parts()) {
        let command = build(&parts);
        let mut bytes = vec![0; command.encoded_len()];
        prop_assert_eq!(command.encode_into(&mut bytes).map(<[u8]>::len), Ok(command.encoded_len()));
        let parsed = Command::parse(&bytes);
        prop_assert_eq!(parsed, Ok(command));
        let fields = parts.4.len() + parts.5.map_or(0, |_| 1);
        let must_be_extended = parts.4.len() > 255 || parts.5.is_some_and(|expected| expected > 256);
        let extended = fields > 0 && (parts.6 || must_be_extended);
        prop_assert_eq!(command.form() == LengthForm::Extended, extended);
    }

    #[test]
    fn bytes_that_are_a_command_are_its_only_encoding(bytes in nearly_a_command()) {
        if let Ok(command) = Command::parse(&bytes) {
            let mut again = vec![0; command.encoded_len()];
            prop_assert_eq!(command.encode_into(&mut again), Ok(&bytes[..]));
        }
    }

    #[test]
    fn a_response_is_its_data_and_its_status(data in vec(any::<u8>(), 0..300), status in any::<u16>()) {
        let bytes = [&data[..], &status.to_be_bytes()].concat();
        let response = Response::parse(&bytes).unwrap();
        prop_assert_eq!((response.data(), response.status().0), (&data[..], status));
    }

    /// The walker and a reader that goes into each object by hand see the same.
    #[test]
    fn walker_and_reader_agree(bytes in vec(prop_oneof![Just(0x30), 0..6_u8, Just(0x81), any::<u8>()], 0..60)) {
        let walked: Vec<_> = Walker::<64>::with_rule(&bytes, LengthRule::Any)
            .map(|node| node.map(|node| (node.object.tag(), node.object.value().to_vec())))
            .collect();
        let mut read = Vec::new();
        let mut open = vec![TlvReader::new(&bytes)];
        while let Some(reader) = open.last_mut() {
            match reader.next() {
                None => drop(open.pop()),
                Some(Ok(object)) => {
                    read.push(Ok((object.tag(), object.value().to_vec())));
                    if object.tag().is_constructed() {
                        open.push(object.children());
                    }
                }
                Some(Err(error)) => {
                    read.push(Err(error));
                    break;
                }
            }
        }
        prop_assert_eq!(walked.len(), read.len());
        for (walked, read) in walked.iter().zip(&read) {
            match (walked, read) {
                (Ok(walked), Ok(read)) => prop_assert_eq!(walked, read),
                // Their offsets count from different places.
                (Err(walked), Err(read)) => prop_assert_eq!(walked.kind, read.kind),
                _ => prop_assert!(false, "{:?} against {:?}", walked, read),
            }
        }
    }

    #[test]
    fn an_object_knows_its_length_as_soon_as_its_header_is_there(value in vec(any::<u8>(), 0..400)) {
        let mut buffer = vec![0; 420];
        let mut writer = Writer::new(&mut buffer);
        writer.primitive(Tag(0xDF22), &value).unwrap();
        let file = writer.finish();
        let header = file.len() - value.len();
        for end in 0..=file.len() {
            let known = object_length(&file[..end]).unwrap();
            let expected =
                if end < header { ObjectLength::NeedsMore } else { ObjectLength::Known(file.len()) };
            prop_assert_eq!(known, expected);
            if end < file.len() && end > 0 {
                let error = TlvReader::new(&file[..end]).next().unwrap().unwrap_err();
                let cut = matches!(
                    error.kind,
                    TlvErrorKind::LengthTruncated | TlvErrorKind::ValueTruncated { .. }
                );
                prop_assert!(cut, "{}", error);
            }
        }
    }
}
