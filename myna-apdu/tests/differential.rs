//! Other people's codecs on the same bytes. Where they differ from ours, the difference is listed with its reason, and
//! stated here so that it is noticed when it goes away.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use der::{Decode, Reader as _};
use iso7816::command::class::Class as NeighbourClass;
use iso7816::command::{CommandBuilder, CommandView, ExpectedLen};
use myna_apdu::tlv::{LengthRule, TlvErrorKind, TlvReader};
use myna_apdu::{
    Class, Command, CommandError, ExpectedLength, Instruction, LengthForm, Response, SecureMessaging,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

/// Bytes that are a command more often than chance would have it.
fn nearly_a_command() -> impl Strategy<Value = Vec<u8>> {
    let boundary = prop_oneof![Just(0), Just(1), Just(0xFF), any::<u8>()];
    let body = (vec(boundary, 0..4), vec(any::<u8>(), 0..20), vec(any::<u8>(), 0..3));
    let random = (vec(any::<u8>(), 4), body)
        .prop_map(|(header, (lengths, data, end))| [header, lengths, data, end].concat());
    let real =
        (any::<[u8; 4]>(), vec(any::<u8>(), 0..600), proptest::option::of(1..=65_536_u32), any::<bool>());
    let real = real.prop_map(|(header, data, expected, extended)| {
        let [cla, ins, p1, p2] = header;
        let mut command = Command::new(Class(cla), Instruction(ins), p1, p2).with_data(&data).unwrap();
        if let Some(expected) = expected {
            command = command.expecting(ExpectedLength::new(expected).unwrap());
        }
        if extended {
            command = command.with_extended_lengths();
        }
        let mut bytes = vec![0; command.encoded_len()];
        command.encode_into(&mut bytes).unwrap();
        bytes
    });
    prop_oneof![random, real]
}

proptest! {
    // What was found once is tried first, for ever: the file of that name is committed.
    #![proptest_config(ProptestConfig::with_failure_persistence(FileFailurePersistence::WithSource("regressions")))]

    /// `iso7816` 0.2.2 as a parser. Differences:
    ///
    /// - CLA `FF` is an error there; here it is a command, because a card has to answer it (`6E00`).
    /// - An extended Lc of zero with an Le of two bytes is a command there; the standard has no such case, so here it
    ///   takes `parse_lenient`.
    #[test]
    fn iso7816_reads_the_same(bytes in nearly_a_command()) {
        let ours = Command::parse(&bytes);
        let theirs = CommandView::try_from(&bytes[..]);
        let same = |ours: Command<'_>, theirs: CommandView<'_>| {
            let expected = ours.expected().map_or(0, |expected| usize::try_from(expected.get()).unwrap());
            ours.class().0 == theirs.class().into_inner()
                && ours.instruction().0 == u8::from(theirs.instruction())
                && (ours.p1(), ours.p2(), ours.data()) == (theirs.p1, theirs.p2, theirs.data())
                && expected == theirs.expected()
                && (ours.form() == LengthForm::Extended) == theirs.extended
        };
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) => prop_assert!(same(ours, theirs), "{:?} {:?}", ours, theirs),
            (Err(_), Err(_)) => {}
            (Ok(ours), Err(_)) => prop_assert_eq!(ours.class(), Class(0xFF)),
            (Err(error), Ok(theirs)) => {
                prop_assert_eq!(error, CommandError::ZeroLc { offset: 4 });
                prop_assert!(same(Command::parse_lenient(&bytes).unwrap(), theirs));
            }
        }
    }

    /// `iso7816` 0.2.2 as an encoder. Difference: CLA `FF` again.
    #[test]
    fn iso7816_writes_the_same(
        header in any::<[u8; 4]>(),
        data in vec(any::<u8>(), 0..600),
        expected in proptest::option::of(1..=65_536_u32),
        extended in any::<bool>(),
    ) {
        let [cla, ins, p1, p2] = header;
        let Ok(class) = NeighbourClass::from_byte(cla) else { return Ok(()) };
        let mut ours = Command::new(Class(cla), Instruction(ins), p1, p2).with_data(&data).unwrap();
        if let Some(expected) = expected {
            ours = ours.expecting(ExpectedLength::new(expected).unwrap());
        }
        let le = match expected {
            None => ExpectedLen::Ne(0),
            Some(expected) => u16::try_from(expected).map_or(ExpectedLen::Max, ExpectedLen::Ne),
        };
        let mut theirs = CommandBuilder::new(class, ins.into(), p1, p2, &data[..], le);
        if extended {
            ours = ours.with_extended_lengths();
            theirs = theirs.force_extended();
        }
        let mut bytes = vec![0; ours.encoded_len()];
        ours.encode_into(&mut bytes).unwrap();
        prop_assert_eq!(bytes, theirs.serialize_to_vec());
    }

    /// `apdu-core` 0.4.0 as an encoder, within short lengths: above them it writes little-endian fields and miscounts.
    /// Ne 256 is written as a plain 0 there.
    #[test]
    fn apdu_core_writes_the_same_short_commands(
        header in any::<[u8; 4]>(),
        data in vec(any::<u8>(), 0..256),
        expected in proptest::option::of(1..=256_u16),
    ) {
        let [cla, ins, p1, p2] = header;
        let mut ours = Command::new(Class(cla), Instruction(ins), p1, p2).with_data(&data).unwrap();
        if let Some(expected) = expected {
            ours = ours.expecting(ExpectedLength::new(expected.into()).unwrap());
        }
        let theirs = apdu_core::Command {
            cla, ins, p1, p2,
            le: expected.map(|expected| expected % 256),
            payload: Some(&data[..]).filter(|data| !data.is_empty()),
        };
        let mut bytes = vec![0; ours.encoded_len()];
        ours.encode_into(&mut bytes).unwrap();
        prop_assert_eq!(bytes, Vec::from(theirs));
    }

    #[test]
    fn apdu_core_splits_responses_the_same(bytes in vec(any::<u8>(), 2..300)) {
        let theirs = apdu_core::Response::from(&bytes[..]);
        let ours = Response::parse(&bytes).unwrap();
        let (high, low) = theirs.trailer;
        prop_assert_eq!((ours.data(), ours.status().0), (theirs.payload, u16::from_be_bytes([high, low])));
    }

    /// `der` 0.8 as a reader of one object after the other. Differences:
    ///
    /// - `der` refuses universal tags that it has no type for, and constructed ones that it knows as primitive; here every
    ///   tag is a tag.
    /// - `der` refuses numbers below 31 and leading zeros in the long form of a tag; the card's own records have the
    ///   former (`FF10`).
    /// - Tags have at most six bytes there, four here; and `FF` before a byte with its top bit set is filler here.
    #[test]
    fn der_reads_the_same_objects(bytes in nearly_der()) {
        let mut ours = TlvReader::with_rule(&bytes, LengthRule::Minimal);
        let mut theirs = der::SliceReader::new(&bytes).unwrap();
        while !theirs.is_finished() {
            let start = usize::try_from(theirs.position()).unwrap();
            let object = der::Header::decode(&mut theirs)
                .and_then(|header| theirs.read_slice(header.length()));
            match (ours.next().unwrap(), object) {
                (Ok(ours), Ok(theirs)) => {
                    prop_assert_eq!((ours.offset(), ours.value()), (start, theirs));
                }
                (Err(ours), Err(_)) => {
                    prop_assert!(ours.offset >= start);
                    return Ok(());
                }
                (Ok(ours), Err(error)) => {
                    let long = bytes[start] & 0x1F == 0x1F;
                    let listed = bytes[start] < 0x40 || long && matches!(bytes[start + 1], ..0x1F | 0x80);
                    prop_assert!(listed, "{:?}: {}", ours, error);
                    return Ok(());
                }
                (Err(ours), Ok(_)) => {
                    let listed = ours.kind == TlvErrorKind::Tag && bytes[start] & 0x1F == 0x1F;
                    prop_assert!(listed, "{}", ours);
                    return Ok(());
                }
            }
        }
        prop_assert!(ours.next().is_none());
    }
}

fn nearly_der() -> impl Strategy<Value = Vec<u8>> {
    let tag = prop_oneof![
        4 => prop_oneof![Just(0x02), Just(0x03), Just(0x04), Just(0x30), Just(0x31), Just(0xA0), Just(0x81), Just(0x61)]
            .prop_map(|tag: u8| vec![tag]),
        1 => vec(any::<u8>(), 1..3),
    ];
    let length = prop_oneof![
        4 => (0..20_u8).prop_map(|length| vec![length]),
        1 => (0..=0xFF_u8).prop_map(|length| vec![0x81, length]),
        1 => (0..2_u8, any::<u8>()).prop_map(|(high, low)| vec![0x82, high, low]),
        1 => vec(any::<u8>(), 1..4),
    ];
    let object = (tag, length, vec(any::<u8>(), 0..20)).prop_map(|(tag, length, mut value)| {
        if let [length @ 0..=19] = length[..] {
            value.resize(length.into(), 0xA5);
        }
        [tag, length, value].concat()
    });
    vec(object, 1..4).prop_map(|objects| objects.concat())
}

#[test]
fn known_differences_are_still_there() {
    // `iso7816` takes an extended Lc of zero.
    let zero_lc = [0x00, 0xB0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00];
    assert_eq!(CommandView::try_from(&zero_lc[..]).unwrap().expected(), 256);
    assert_eq!(Command::parse(&zero_lc), Err(CommandError::ZeroLc { offset: 4 }));

    // Its greatest Ne is written as 65 536 and counted as 65 535.
    assert_eq!(usize::from(ExpectedLen::Max), 65_535);
    assert_eq!(ExpectedLength::MAX_EXTENDED.get(), 65_536);

    // Its class bytes of the further range have no more than eight channels and always secure messaging.
    let theirs = NeighbourClass::from_byte(0x4F).unwrap();
    assert_eq!(theirs.channel(), Some(3));
    assert_eq!(theirs.secure_messaging(), iso7816::command::class::SecureMessaging::Standard);
    assert_eq!(Class(0x4F).channel(), Some(19));
    assert_eq!(Class(0x4F).secure_messaging_indication(), SecureMessaging::None);

    // Its status words `6202`-`6280` and `6402`-`6480` come back two too high.
    assert_eq!(iso7816::Status::from_u16(0x6202).to_u16(), 0x6204);

    // `apdu-core` writes extended lengths little-endian ...
    let theirs = Vec::from(apdu_core::Command::new_with_le(0x00, 0xB0, 0x00, 0x00, 0x0300));
    let expected = ExpectedLength::new(0x0300).unwrap();
    let ours = Command::read_binary(0, expected).unwrap();
    let mut bytes = [0; 7];
    assert_eq!(ours.encode_into(&mut bytes).unwrap()[4..], [0x00, 0x03, 0x00]);
    assert_ne!(theirs, bytes);

    // ... and makes a status word of `0000` out of half a response.
    assert_eq!(apdu_core::Response::from(&[0x90][..]).trailer, (0, 0));
    assert!(Response::parse(&[0x90]).is_err());

    // `der` refuses tags of the card's own records, universal tags without a type, and leading zeros of a number.
    for object in [&[0xFF, 0x10, 0x00][..], &[0x2F, 0x00], &[0x9F, 0x80, 0x21, 0x00]] {
        let mut reader = der::SliceReader::new(object).unwrap();
        assert!(der::Header::decode(&mut reader).is_err());
        assert!(TlvReader::new(object).all(|object| object.is_ok()));
    }
}
