//! The seven cases of a command, byte for byte, and what is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use myna_apdu::{Class, Command, CommandError, ExpectedLength, Instruction, LengthForm};

const HEADER: [u8; 4] = [0x80, 0x2A, 0x00, 0x97];

fn expected(bytes: u32) -> Option<ExpectedLength> {
    Some(ExpectedLength::new(bytes).unwrap())
}

fn command(data: &[u8], expected: Option<ExpectedLength>) -> Command<'_> {
    let header = Command::new(Class(0x80), Instruction(0x2A), 0x00, 0x97);
    let command = header.with_data(data).unwrap();
    expected.map_or(command, |expected| command.expecting(expected))
}

#[test]
fn every_case_has_its_bytes_both_ways() {
    use LengthForm::{Extended, Short};
    let long = [0xA5; 300];
    let data = &[0x01, 0x02][..];
    /// Case, data, Ne, form, and the bytes of the Lc and the Le field.
    type Row<'a> = (&'a str, &'a [u8], Option<ExpectedLength>, LengthForm, &'a [u8], &'a [u8]);
    let rows: [Row<'_>; 14] = [
        ("1", &[], None, Short, &[], &[]),
        ("2S", &[], expected(1), Short, &[0x01], &[]),
        ("2S", &[], expected(255), Short, &[0xFF], &[]),
        ("2S", &[], expected(256), Short, &[0x00], &[]),
        ("3S", data, None, Short, &[0x02], &[]),
        ("4S", data, expected(256), Short, &[0x02], &[0x00]),
        ("2E", &[], expected(1), Extended, &[0x00, 0x00, 0x01], &[]),
        ("2E", &[], expected(257), Extended, &[0x00, 0x01, 0x01], &[]),
        ("2E", &[], expected(65_536), Extended, &[0x00, 0x00, 0x00], &[]),
        ("3E", &long, None, Extended, &[0x00, 0x01, 0x2C], &[]),
        ("3E", data, None, Extended, &[0x00, 0x00, 0x02], &[]),
        ("4E", &long, expected(256), Extended, &[0x00, 0x01, 0x2C], &[0x01, 0x00]),
        ("4E", &long, expected(65_536), Extended, &[0x00, 0x01, 0x2C], &[0x00, 0x00]),
        ("4E", data, expected(65_535), Extended, &[0x00, 0x00, 0x02], &[0xFF, 0xFF]),
    ];
    for (case, data, expected, form, before, after) in rows {
        let bytes = [&HEADER, before, data, after].concat();
        let command = match form {
            Short => command(data, expected),
            Extended => command(data, expected).with_extended_lengths(),
        };
        let mut buffer = [0xEE; 400];
        assert_eq!(command.encoded_len(), bytes.len(), "case {case}");
        assert_eq!(command.encode_into(&mut buffer), Ok(&bytes[..]), "case {case}");
        let parsed = Command::parse(&bytes).unwrap();
        assert_eq!(parsed, command, "case {case}");
        assert_eq!((parsed.data(), parsed.expected(), parsed.form()), (data, expected, form), "case {case}");
    }
}

#[test]
fn lengths_become_extended_when_they_must() {
    for (data, ne, form) in [
        (255, 256, LengthForm::Short),
        (256, 256, LengthForm::Extended),
        (255, 257, LengthForm::Extended),
        (0, 257, LengthForm::Extended),
    ] {
        assert_eq!(command(&vec![0; data], expected(ne)).form(), form, "Nc {data}, Ne {ne}");
    }
    let long = vec![0; 65_536];
    let header = Command::new(Class(0), Instruction(0x24), 0, 0);
    assert_eq!(header.with_data(&long), Err(CommandError::DataTooLong { length: 65_536 }));
    assert_eq!(header.with_data(&long[1..]).unwrap().encoded_len(), 4 + 3 + 65_535);
}

/// A command without length fields has no form, so asking for one makes no difference.
#[test]
fn case_1_is_the_same_with_extended_lengths() {
    let plain = command(&[], None);
    assert_eq!(plain.with_extended_lengths(), plain);
    assert_eq!(plain.with_extended_lengths().form(), LengthForm::Short);
    assert_eq!(
        plain.with_extended_lengths().expecting(ExpectedLength::MAX_SHORT).form(),
        LengthForm::Extended
    );
}

#[test]
fn what_is_no_command_is_refused_at_its_byte() {
    use CommandError::{HeaderTruncated, LengthMismatch, LengthTruncated, ZeroLc};
    let mismatch = |lc, following| LengthMismatch { offset: 4, lc, following };
    let rows: [(&[u8], CommandError); 11] = [
        (&[0x00, 0x01], LengthTruncated { offset: 4 }),
        (&[0x00, 0x00, 0x00, 0x00], ZeroLc { offset: 4 }),
        (&[0x00, 0x00, 0x00, 0x00, 0x00], ZeroLc { offset: 4 }),
        (&[0x02, 0xAA], mismatch(2, 1)),
        (&[0x02, 0xAA, 0xBB, 0x00, 0x00], mismatch(2, 4)),
        (&[0xFF, 0xAA], mismatch(255, 1)),
        (&[0x00, 0x00, 0x02, 0xAA], mismatch(2, 1)),
        (&[0x00, 0x00, 0x02, 0xAA, 0xBB, 0x00], mismatch(2, 3)),
        (&[0x00, 0x00, 0x02, 0xAA, 0xBB, 0x00, 0x00, 0x00], mismatch(2, 5)),
        (&[0x00, 0xFF, 0xFF, 0xAA], mismatch(65_535, 1)),
        (&[0x01, 0x00, 0x00, 0x00], mismatch(1, 3)),
    ];
    for (body, error) in rows {
        let bytes = [&HEADER[..], body].concat();
        assert_eq!(Command::parse(&bytes), Err(error), "{body:02X?}");
    }
    for length in 0..4 {
        assert_eq!(Command::parse(&HEADER[..length]), Err(HeaderTruncated { length }));
    }
}

#[test]
fn a_buffer_one_byte_short_is_left_as_it_was() {
    let command = command(&[1, 2, 3], expected(256));
    let mut buffer = [0xEE; 8];
    assert_eq!(command.encode_into(&mut buffer), Err(CommandError::BufferTooSmall { needed: 9 }));
    assert_eq!(buffer, [0xEE; 8]);
}

#[test]
fn no_command_prints_the_data_of_a_secret() {
    let pin = *b"ZQXJ";
    for instruction in 0..=0xFF {
        let command = Command::new(Class(0), Instruction(instruction), 0, 0x98).with_data(&pin).unwrap();
        let printed = format!("{command:?} {command:#?}");
        assert!(
            !printed.contains("ZQXJ") && !printed.contains("5A51") && !printed.contains("90, 81"),
            "{printed}"
        );
        assert!(printed.contains("Nc=4"), "{printed}");
    }
}

/// ISO/IEC 7816-4 and JICSAP commands whose data field holds a PIN, a password or a key, odd instruction bytes too.
#[test]
fn commands_that_present_a_secret_say_so() {
    for instruction in
        [0x20, 0x21, 0x24, 0x25, 0x26, 0x28, 0x2C, 0x2D, 0x32, 0x82, 0x86, 0x87, 0xAE, 0xC2, 0xC3, 0xD8]
    {
        let command = Command::new(Class(0), Instruction(instruction), 0, 0x98);
        assert!(command.with_data(&[1]).unwrap().carries_secret(), "INS {instruction:02X}");
        assert!(!command.carries_secret(), "INS {instruction:02X} without data asks for a counter");
    }
    for instruction in [0x2A, 0x84, 0x88, 0xA4, 0xB0, 0xB2, 0xC0, 0xCA] {
        let command = Command::new(Class(0), Instruction(instruction), 0, 0);
        assert!(!command.with_data(&[1]).unwrap().carries_secret(), "INS {instruction:02X}");
    }
}

#[test]
fn forms_of_no_case_are_read_only_when_asked() {
    type Row<'a> = (&'a [u8], &'a [u8], Option<ExpectedLength>, LengthForm);
    let rows: [Row<'_>; 7] = [
        (&[0x00, 0x00, 0x00, 0x10], &[], expected(16), LengthForm::Extended),
        (&[0x00, 0x00, 0x00, 0x01, 0x00], &[], expected(256), LengthForm::Extended),
        (&[0x00, 0x00, 0x00, 0x00, 0x01, 0x00], &[], expected(256), LengthForm::Extended),
        (&[0x00, 0x00, 0x01, 0xAA, 0x00], &[0xAA], expected(256), LengthForm::Extended),
        (&[0x00, 0x00, 0x01, 0xAA, 0x00, 0x01, 0x00], &[0xAA], expected(256), LengthForm::Extended),
        (&[0x01, 0xAA, 0x00, 0x00], &[0xAA], expected(65_536), LengthForm::Extended),
        (&[0x01, 0xAA, 0x00, 0x00, 0x05], &[0xAA], expected(5), LengthForm::Extended),
    ];
    for (body, data, expected, form) in rows {
        let bytes = [&HEADER, body].concat();
        assert!(Command::parse(&bytes).is_err(), "{body:02X?}");
        let lenient = Command::parse_lenient(&bytes).unwrap();
        assert_eq!(
            (lenient.data(), lenient.expected(), lenient.form()),
            (data, expected, form),
            "{body:02X?}"
        );
        let mut again = [0; 16];
        let canonical = lenient.encode_into(&mut again).unwrap();
        assert_eq!(Command::parse(canonical), Ok(lenient), "{body:02X?}");
    }
    for short in [&[][..], &[0x00, 0xB0, 0x00]] {
        assert_eq!(Command::parse_lenient(short), Command::parse(short), "{short:02X?}");
    }
    for body in [&[0x00, 0x01][..], &[0x02, 0xAA], &[0x01, 0xAA, 0x01, 0x00, 0x00], &[0x01, 0xAA, 0, 0, 0, 0]]
    {
        let bytes = [&HEADER, body].concat();
        assert_eq!(Command::parse_lenient(&bytes), Command::parse(&bytes), "{body:02X?}");
    }
}

#[test]
fn a_chain_carries_all_data_and_asks_at_its_end() {
    let data: Vec<u8> = (0..=255).chain(0..=255).chain([7]).collect();
    let whole = Command::new(Class(0x01), Instruction(0xDB), 0x3F, 0xFF).with_data(&data).unwrap();
    let links: Vec<_> = whole.expecting(ExpectedLength::MAX_SHORT).chain(255).unwrap().collect();
    assert_eq!(links.iter().map(|link| link.data().len()).collect::<Vec<_>>(), [255, 255, 3]);
    assert_eq!(links.iter().flat_map(Command::data).copied().collect::<Vec<_>>(), data);
    assert_eq!(links.iter().map(|link| link.class().0).collect::<Vec<_>>(), [0x11, 0x11, 0x01]);
    assert_eq!(links.iter().map(Command::expected).collect::<Vec<_>>(), [None, None, expected(256)]);
    assert!(links.iter().all(|link| link.form() == LengthForm::Short));

    let exact = whole.with_data(&data[..510]).unwrap();
    assert_eq!(exact.chain(255).unwrap().count(), 2, "no empty link at the end");
    assert_eq!(
        command(&[], None).chain(255).map(Iterator::count),
        None,
        "a proprietary class has no such bit"
    );
    assert!(whole.chain(0).is_none());
}

#[test]
fn a_class_byte_says_range_channel_and_secure_messaging() {
    use myna_apdu::ClassRange::{FirstInterindustry, FurtherInterindustry, Invalid, Proprietary, Reserved};
    use myna_apdu::SecureMessaging as Secure;
    let rows = [
        (0x00, FirstInterindustry, Some(0), Secure::None, false),
        (0x13, FirstInterindustry, Some(3), Secure::None, true),
        (0x04, FirstInterindustry, Some(0), Secure::Proprietary, false),
        (0x09, FirstInterindustry, Some(1), Secure::HeaderNotAuthenticated, false),
        (0x0C, FirstInterindustry, Some(0), Secure::HeaderAuthenticated, false),
        (0x3F, Reserved, None, Secure::None, false),
        (0x40, FurtherInterindustry, Some(4), Secure::None, false),
        (0x4F, FurtherInterindustry, Some(19), Secure::None, false),
        (0x75, FurtherInterindustry, Some(9), Secure::HeaderNotAuthenticated, true),
        (0x90, Proprietary, None, Secure::None, false),
        (0xFF, Invalid, None, Secure::None, false),
    ];
    for (byte, range, channel, secure, chained) in rows {
        let class = Class(byte);
        let seen = (class.range(), class.channel(), class.secure_messaging_indication(), class.is_chained());
        assert_eq!(seen, (range, channel, secure, chained), "{byte:02X}");
        assert_eq!(class.secure_messaging(), secure != Secure::None, "{byte:02X}");
        assert_eq!(class.is_proprietary(), byte >= 0x80, "{byte:02X}");
    }
    for byte in 0..=0xFF {
        let class = Class(byte);
        if let Some(channel) = class.channel() {
            let built = Class::interindustry(channel, class.secure_messaging_indication()).unwrap();
            let built = if class.is_chained() { built.chained().unwrap() } else { built };
            assert_eq!(built, class);
        }
    }
    assert_eq!(Class::interindustry(20, Secure::None), None);
    assert_eq!(Class::interindustry(4, Secure::HeaderAuthenticated), None);
}

#[test]
fn a_command_is_shortened_only_when_its_data_fit() {
    let asked = command(&[1; 255], expected(65_536)).shortened().unwrap();
    assert_eq!((asked.form(), asked.expected()), (LengthForm::Short, expected(256)));
    assert_eq!(command(&[1; 256], None).shortened(), None);
}

#[cfg(feature = "arbitrary")]
#[test]
fn any_bytes_make_a_command_that_can_be_encoded() {
    use arbitrary::{Arbitrary, Unstructured};
    use myna_apdu::ShortFileIdentifier;
    let mut state = 1_u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(3_000)
    .collect();
    let mut forms = [0, 0];
    for start in 0..1_000 {
        let mut input = Unstructured::new(&noise[start..]);
        let Ok(command) = Command::arbitrary(&mut input) else { continue };
        let mut bytes = vec![0; command.encoded_len()];
        assert_eq!(Command::parse(command.encode_into(&mut bytes).unwrap()), Ok(command));
        forms[usize::from(command.form() == LengthForm::Extended)] += 1;
        let name = ShortFileIdentifier::arbitrary(&mut Unstructured::new(&noise[start..])).unwrap();
        assert_eq!(ShortFileIdentifier::new(name.get()), Some(name));
    }
    assert!(forms.iter().all(|count| *count > 9), "both forms are made: {forms:?}");
}
