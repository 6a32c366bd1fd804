//! What the optional features promise.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[cfg(feature = "iso7816")]
#[test]
fn commands_and_statuses_go_to_the_neighbour_and_back() {
    use iso7816::Status;
    use iso7816::command::{CommandBuilder, CommandView};
    use myna_apdu::{Class, Command, StatusWord};

    let commands: [&[u8]; 6] = [
        &[0x00, 0x20, 0x00, 0x80],
        &[0x00, 0xB0, 0x00, 0x00, 0x00],
        &[0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x0A],
        &[0x00, 0xB0, 0x8A, 0x00, 0x00, 0x00, 0x00],
        &[0x00, 0xB0, 0x8A, 0x00, 0x00, 0x00, 0x10],
        &[0x80, 0x2A, 0x00, 0x80, 0x00, 0x00, 0x01, 0xAA, 0x00, 0x00],
    ];
    for bytes in commands {
        let command = Command::parse(bytes).unwrap();
        let builder = CommandBuilder::try_from(command).unwrap();
        assert_eq!(builder.serialize_to_vec(), bytes);
        let view = CommandView::try_from(bytes).unwrap();
        assert_eq!(Command::try_from(view), Ok(command));
    }
    let invalid = Command::new(Class(0xFF), myna_apdu::Instruction::SELECT, 0, 0);
    assert!(CommandBuilder::try_from(invalid).is_err());
    for word in 0..=0xFFFF {
        assert_eq!(StatusWord::from(Status::from(StatusWord(word))), StatusWord(word));
    }
}

#[cfg(all(feature = "serde", feature = "alloc"))]
#[test]
fn what_was_learned_of_card_and_reader_can_be_kept() {
    use myna_apdu::flow::{LinkProfile, Support};

    let learned = LinkProfile { extended_length: Support::No, ..LinkProfile::default() };
    let kept = serde_json::to_string(&learned).unwrap();
    assert_eq!(serde_json::from_str::<LinkProfile>(&kept).unwrap(), learned);
}

#[cfg(feature = "serde")]
#[test]
fn no_length_but_a_legal_one_is_read_back() {
    use myna_apdu::ExpectedLength;

    assert_eq!(serde_json::to_string(&ExpectedLength::MAX_EXTENDED).unwrap(), "65536");
    assert_eq!(serde_json::from_str::<ExpectedLength>("256").unwrap(), ExpectedLength::MAX_SHORT);
    for illegal in ["0", "65537", "-1"] {
        assert!(serde_json::from_str::<ExpectedLength>(illegal).is_err(), "{illegal}");
    }
}
