//! Ready-made commands, byte for byte as clients of the card send them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(feature = "alloc")]

use myna_apdu::flow::ExchangeError;
use myna_apdu::{
    ApplicationIdentifier, Class, Command, CommandError, ExpectedLength, FileIdentifier, Key, Occurrence,
    SelectReply, ShortFileIdentifier, SignatureInput,
};

fn bytes(command: Command<'_>) -> Vec<u8> {
    let mut bytes = vec![0; command.encoded_len()];
    command.encode_into(&mut bytes).unwrap();
    bytes
}

fn hexadecimal(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).unwrap()
}

#[test]
fn every_command_has_the_bytes_the_card_knows() {
    let jpki = hexadecimal("D392F000260100000001");
    let aid = ApplicationIdentifier::new(&jpki).unwrap();
    let prefix = ApplicationIdentifier::new(&jpki[..2]).unwrap();
    let file = FileIdentifier(0x000A).to_bytes();
    let named = ShortFileIdentifier::new;
    let (all, most) = (ExpectedLength::MAX_SHORT, ExpectedLength::MAX_EXTENDED);
    let rows = [
        ("00A4040C", Command::select_default_application(SelectReply::Nothing)),
        ("00A40400 00", Command::select_default_application(SelectReply::ControlInformation)),
        ("00A4040C 0A D392F000260100000001", Command::select_application(aid, SelectReply::Nothing)),
        (
            "00A40400 0A D392F000260100000001 00",
            Command::select_application(aid, SelectReply::ControlInformation),
        ),
        ("00A4040C 02 D392", Command::select_by_prefix(prefix, Occurrence::First)),
        ("00A4040E 02 D392", Command::select_by_prefix(prefix, Occurrence::Next)),
        ("00A40000", Command::select_master_file()),
        ("00A4020C 02 000A", Command::select_file(&file)),
        ("00B00000 00", Command::read_binary(0, all).unwrap()),
        ("00B07FFF 000000", Command::read_binary(0x7FFF, most).unwrap()),
        ("00B08A00 000000", Command::read_binary_by_short_identifier(named(0x0A).unwrap(), 0, most)),
        ("00B2010C 00", Command::read_record(1, named(1), all)),
        ("00B20104 00", Command::read_record(1, None, all)),
        ("00200080", Command::verify_status(None)),
        ("00200098", Command::verify_status(named(0x18))),
        ("00200098 04 31323334", Command::verify(named(0x18), b"1234").unwrap()),
        ("00240180 04 31323334", Command::change_reference_data(None, b"1234").unwrap()),
        ("80320080 04 31323334", Command::change_key(None, b"1234").unwrap()),
        ("00CA5F51 00", Command::get_data(0x5F51, all)),
        ("00CA00F8 000000", Command::get_data(0x00F8, most)),
        ("00840000 08", Command::get_challenge(ExpectedLength::new(8).unwrap())),
        (
            "00880099 02 AABB 00",
            Command::internal_authenticate(Key::Named(named(0x19).unwrap()), &[0xAA, 0xBB]).unwrap(),
        ),
        ("00820080 02 AABB", Command::external_authenticate(Key::Current, &[0xAA, 0xBB]).unwrap()),
        (
            "802A0097 02 AABB 00",
            Command::sign(SignatureInput::Padded, Key::Named(named(0x17).unwrap()), &[0xAA, 0xBB]).unwrap(),
        ),
        ("802A0000 01 AA 00", Command::sign(SignatureInput::Padded, Key::Default, &[0xAA]).unwrap()),
        ("802A0180 01 AA 00", Command::sign(SignatureInput::MessageBare, Key::Current, &[0xAA]).unwrap()),
        ("802A0280 01 AA 00", Command::sign(SignatureInput::Digest, Key::Current, &[0xAA]).unwrap()),
        ("802A0380 01 AA 00", Command::sign(SignatureInput::Message, Key::Current, &[0xAA]).unwrap()),
        ("802A0480 01 AA 00", Command::sign(SignatureInput::DigestPss, Key::Current, &[0xAA]).unwrap()),
        ("802A0580 01 AA 00", Command::sign(SignatureInput::MessagePss, Key::Current, &[0xAA]).unwrap()),
        ("80A206C1 02 5F4E", Command::terminal_certificate_body(&[0x5F, 0x4E]).unwrap()),
        ("80A200C1 02 5F37", Command::terminal_certificate_signature(&[0x5F, 0x37]).unwrap()),
        ("00C00000 10", Command::get_response(Class::INTERINDUSTRY, ExpectedLength::new(16).unwrap())),
        ("02C00000 00", Command::get_response(Class(0x1E), all)),
        ("4FC00000 00", Command::get_response(Class(0x7F), all)),
        ("00C00000 00", Command::get_response(Class::PROPRIETARY, all)),
    ];
    for (expected, command) in rows {
        assert_eq!(bytes(command), hexadecimal(expected), "{expected}");
    }
    let session = Command::set_session_key(&[0x55; 256]).unwrap();
    assert_eq!(bytes(session), [&hexadecimal("80AE0000 000100")[..], &[0x55; 256]].concat());
    assert_eq!(Command::read_binary(0x8000, all), None);
    let long = vec![0; 65_536];
    let refused = Command::sign(SignatureInput::Padded, Key::Current, &long).map_err(ExchangeError::from);
    assert_eq!(refused, Err(ExchangeError::Command(CommandError::DataTooLong { length: 65_536 })));
}
