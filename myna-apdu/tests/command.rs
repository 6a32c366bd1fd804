//! The seven cases of a command, byte for byte, and what is refused.

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
    let rows: [(&str, &[u8], Option<ExpectedLength>, LengthForm, &[u8], &[u8]); 14] = [
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
