//! What people read and programs go by: meanings of status words, codes, blame, and texts that hold no secret.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(feature = "alloc")]

use myna_apdu::flow::{
    Answer, Blame, ChangeFault, ExchangeError, FileFault, Flow, LinkProfile, Operation, OperationError, Step,
    VerifyFault,
};
use myna_apdu::tlv::{LengthRule, SimpleReader, Tag, TlvError, TlvErrorKind, TlvReader, Writer, WriterError};
use myna_apdu::{
    APDU_CODES, ApplicationIdentifier, Class, Command, CommandError, ExpectedLength, FLOW_CODES,
    FileIdentifier, Instruction, Pin, Response, ShortFileIdentifier, StatusMeaning, StatusWord,
};
use myna_error::{Diagnostic, english, flaws};

/// ISO/IEC 7816-4, 5.6, and JICSAP V1.1 where it says something else.
#[test]
fn every_status_word_the_card_is_known_to_use_has_its_meaning() {
    use StatusMeaning as M;
    let rows: &[(&[u16], StatusMeaning, &str)] = &[
        (&[0x9000], M::Success, "success"),
        (&[0x6110], M::BytesRemaining(16), "16 more bytes wait"),
        (&[0x6100], M::BytesRemaining(256), "256 more bytes wait"),
        (&[0x6281], M::OutputFailure, "part of the data may be wrong"),
        (&[0x6282], M::EndReached, "end of file reached"),
        (&[0x6283], M::ApplicationLocked, "the application is locked"),
        (&[0x6300], M::VerificationFailedUnlimited, "verification failed, tries are not limited"),
        (&[0x63C0], M::TriesLeft(0), "0 tries left"),
        (&[0x63CF], M::TriesLeft(15), "15 tries left"),
        (&[0x6400, 0x6401], M::ExecutionFailed, "execution failed, nothing has changed"),
        (&[0x6581], M::MemoryFailure, "writing to memory failed"),
        (&[0x66F1], M::NoKeyDelivery, "no key is delivered here"),
        (&[0x6700], M::WrongLength, "wrong length"),
        (&[0x6881, 0x6882, 0x6884], M::NotOffered, "channel or secure messaging not offered"),
        (&[0x6981], M::WrongFileStructure, "command does not fit the file"),
        (&[0x6982], M::SecurityStatus, "a PIN has to be verified first"),
        (&[0x6983, 0x6984], M::ReferenceLocked, "the PIN is locked"),
        (&[0x6985], M::ConditionsOfUse, "conditions of use not satisfied"),
        (&[0x6986], M::NoCurrentFile, "no file selected"),
        (&[0x6987, 0x6988, 0x69FC], M::SecureMessaging, "secure messaging failed"),
        (&[0x6A80, 0x6A85], M::WrongData, "data field wrong"),
        (&[0x6A81], M::FunctionNotOffered, "function not offered"),
        (&[0x6A82], M::FileNotFound, "file or application not found"),
        (&[0x6A83], M::RecordNotFound, "record not found"),
        (&[0x6A84], M::NoSpace, "no space left"),
        (&[0x6A86, 0x6A87], M::WrongParameters, "P1-P2 wrong"),
        (&[0x6A88], M::ObjectNotFound, "key or object not found"),
        (&[0x6B00], M::WrongOffset, "offset behind the end of the file"),
        (&[0x6C10], M::WrongExpectedLength(16), "wrong Le, 16 bytes are there"),
        (&[0x6C00], M::WrongExpectedLength(256), "wrong Le, 256 bytes are there"),
        (&[0x6D00], M::UnknownInstruction, "instruction unknown"),
        (&[0x6E00], M::UnknownClass, "class unknown"),
        (&[0x6F00, 0x0000, 0x9001, 0x63D0, 0x6A8F, 0x6701], M::Other, "no meaning known"),
    ];
    for (words, meaning, text) in rows {
        for word in *words {
            assert_eq!(StatusWord(*word).meaning(), *meaning, "{word:04X}");
            assert_eq!(meaning.to_string(), *text, "{word:04X}");
            assert_eq!(StatusWord(*word).to_string(), format!("{word:04X}"));
            assert_eq!(StatusWord(*word).is_success(), *word == 0x9000);
        }
    }
    assert_eq!(StatusWord::tries_left(3), Some(StatusWord(0x63C3)));
    assert_eq!(StatusWord::tries_left(16), None);
}

#[test]
fn every_error_has_its_code_its_blame_and_its_text() {
    let exchange = 7;
    let (file, reference) = (FileIdentifier(0x000A), FileIdentifier(0x0018));
    let at = |fault| OperationError::File { file, fault };
    let pin = |fault| OperationError::Verify { reference, fault };
    let change = |fault| OperationError::Change { reference, fault };
    let status = StatusWord(0x6982);
    let tag = TlvError { offset: 3, kind: TlvErrorKind::Tag };
    let rows: Vec<(OperationError, &str, Blame, bool, &str)> = vec![
        (
            ExchangeError::Command(CommandError::DataTooLong { length: 65_536 }).into(),
            "apdu.command.data_too_long",
            Blame::Caller,
            false,
            "65536 data bytes: a command holds at most 65 535",
        ),
        (
            ExchangeError::NotSent { exchange }.into(),
            "apdu.not_sent",
            Blame::Transport,
            false,
            "exchange 7: the reader cannot carry the command; nothing was sent",
        ),
        (
            ExchangeError::Lost { exchange, secret_presented: false }.into(),
            "apdu.lost",
            Blame::Transport,
            false,
            "exchange 7: no answer; was the card removed?",
        ),
        (
            ExchangeError::Lost { exchange, secret_presented: true }.into(),
            "apdu.lost",
            Blame::Transport,
            true,
            "exchange 7: no answer; was the card removed?",
        ),
        (
            ExchangeError::TruncatedResponse { exchange, length: 1, secret_presented: true }.into(),
            "apdu.truncated_response",
            Blame::CardData,
            true,
            "exchange 7: an answer of 1 bytes, without a status word",
        ),
        (
            ExchangeError::Status { exchange, instruction: Instruction::READ_BINARY, status }.into(),
            "apdu.status",
            Blame::CardStatus,
            false,
            "exchange 7: the card refused INS B0 with 6982 (a PIN has to be verified first)",
        ),
        (
            ExchangeError::Unbounded { exchange }.into(),
            "apdu.unbounded",
            Blame::CardData,
            false,
            "exchange 7: the card announces more data without end",
        ),
        (
            ExchangeError::Stalled.into(),
            "apdu.stalled",
            Blame::Caller,
            false,
            "the operation awaits something that is no exchange",
        ),
        (
            ExchangeError::AlreadyComplete.into(),
            "apdu.already_complete",
            Blame::Caller,
            false,
            "the operation is over",
        ),
        (
            at(FileFault::NotFound),
            "file.not_found",
            Blame::CardStatus,
            false,
            "EF 000A: the card holds no such file",
        ),
        (
            at(FileFault::NotAllowed),
            "file.not_allowed",
            Blame::CardStatus,
            false,
            "EF 000A: a PIN has to be verified before the file is read",
        ),
        (
            at(FileFault::Truncated { needed: 10, present: 4 }),
            "file.truncated",
            Blame::CardData,
            false,
            "EF 000A: the file ends after 4 of the 10 bytes of its object",
        ),
        (
            at(FileFault::NotAnObject(tag)),
            "file.not_an_object",
            Blame::CardData,
            false,
            "EF 000A: the file holds no TLV object: byte 3 starts no tag",
        ),
        (
            at(FileFault::TooMuchData { asked: 4, came: 9 }),
            "file.too_much_data",
            Blame::CardData,
            false,
            "EF 000A: the card gave 9 bytes where 4 were asked for",
        ),
        (
            pin(VerifyFault::Locked),
            "pin.locked",
            Blame::CardStatus,
            false,
            "EF 0018: the PIN is locked; only the municipal office can unlock it",
        ),
        (
            pin(VerifyFault::TooFewTries { left: 1, minimum: 2 }),
            "pin.too_few_tries",
            Blame::CardStatus,
            false,
            "EF 0018: 1 tries left where 2 are demanded; the PIN was not presented",
        ),
        (
            pin(VerifyFault::CounterNotReported),
            "pin.counter_not_reported",
            Blame::CardStatus,
            false,
            "EF 0018: the card does not report the tries left; the PIN was not presented",
        ),
        (
            pin(VerifyFault::Wrong { left: Some(2) }),
            "pin.wrong",
            Blame::Person,
            false,
            "EF 0018: wrong PIN, 2 tries left",
        ),
        (pin(VerifyFault::Wrong { left: None }), "pin.wrong", Blame::Person, false, "EF 0018: wrong PIN"),
        (
            pin(VerifyFault::NotFound),
            "pin.not_found",
            Blame::CardStatus,
            false,
            "EF 0018: the card holds no such PIN",
        ),
        (
            pin(VerifyFault::Unclear { status: StatusWord(0x6F00) }),
            "pin.unclear",
            Blame::CardStatus,
            true,
            "EF 0018: the card answered 6F00, which says nothing of the tries; one may have been spent",
        ),
        (
            change(ChangeFault::Refused { status: StatusWord(0x6A80) }),
            "pin.change_refused",
            Blame::CardStatus,
            false,
            "EF 0018: the card refused the new PIN (6A80); the old one holds",
        ),
        (
            change(ChangeFault::Unclear { status: None }),
            "pin.change_unclear",
            Blame::CardStatus,
            false,
            "EF 0018: whether the new PIN holds or the old one is not known",
        ),
    ];
    for (error, code, blame, spent, text) in rows {
        assert_eq!(
            (
                error.code(),
                error.blame(),
                error.attempt().is_in_doubt(),
                english(&error).what().to_string().as_str()
            ),
            (code, blame, spent, text)
        );
    }
}

#[test]
fn an_error_of_the_codec_names_the_byte() {
    let strict = |bytes: &[u8]| what(&Command::parse(bytes).unwrap_err());
    assert_eq!(strict(&[0x00, 0xB0]), "command of 2 bytes: the header has 4");
    assert_eq!(strict(&[0, 0xB0, 0, 0, 0, 1]), "extended length field at byte 4 is cut off");
    assert_eq!(
        strict(&[0, 0xB0, 0, 0, 0, 0, 0, 1]),
        "extended Lc of zero at byte 4: leave the field out instead"
    );
    assert_eq!(strict(&[0, 0xA4, 4, 12, 9, 1, 2]), "Lc at byte 4 says 9, but 2 bytes follow");
    let command = Command::new(Class::PROPRIETARY, Instruction::SET_SESSION_KEY, 0, 0);
    assert_eq!(
        what(&command.encode_into(&mut [0; 3]).unwrap_err()),
        "the buffer is too small: 4 bytes needed"
    );
    assert_eq!(what(&CommandError::NoChaining), "a command of this class cannot be chained");
    assert_eq!(
        what(&Response::parse(&[0x90]).unwrap_err()),
        "response of 1 bytes: a response ends in a status word of 2"
    );
    assert_eq!(what(&ExpectedLength::try_from(65_537).unwrap_err()), "an expected length lies in 1..=65 536");

    let tlv =
        |bytes: &[u8]| what(&TlvReader::with_rule(bytes, LengthRule::Minimal).last().unwrap().unwrap_err());
    assert_eq!(tlv(&[0x00, 0x00]), "byte 0 starts no tag");
    assert_eq!(tlv(&[0x04, 0x00, 0x04]), "the object is cut off at byte 3, in its header");
    assert_eq!(tlv(&[0x30, 0x80]), "length at byte 1 is indefinite or above 4 bytes");
    assert_eq!(tlv(&[0x30, 0x81, 0x01, 0x00]), "length at byte 1 is not in its shortest form");
    assert_eq!(tlv(&[0x04, 0x03, 0xAA]), "value at byte 2 has 1 of 3 bytes");
    let deep = TlvError { offset: 8, kind: TlvErrorKind::TooDeep };
    assert_eq!(what(&deep), "the object at byte 8 lies too deep inside others");

    let mut small = [0; 2];
    let full = Writer::new(&mut small).primitive(Tag(0x04), &[1, 2]).unwrap_err();
    assert_eq!(what(&full), "the buffer is too small: 4 bytes needed");
    let no_tag = Writer::new(&mut small).primitive(Tag(0x00), &[]).unwrap_err();
    assert_eq!(what(&no_tag), "00 is no tag a reader would take");
    assert_eq!(what(&WriterError::ValueTooLong), "the value is longer than a length field can say");
}

#[test]
fn names_are_those_of_the_standard() {
    let rows = [
        (Instruction::VERIFY, "VERIFY"),
        (Instruction::CHANGE_REFERENCE_DATA, "CHANGE REFERENCE DATA"),
        (Instruction::DISABLE_VERIFICATION_REQUIREMENT, "DISABLE VERIFICATION REQUIREMENT"),
        (Instruction::ENABLE_VERIFICATION_REQUIREMENT, "ENABLE VERIFICATION REQUIREMENT"),
        (Instruction::PERFORM_SECURITY_OPERATION, "PERFORM SECURITY OPERATION"),
        (Instruction::RESET_RETRY_COUNTER, "RESET RETRY COUNTER"),
        (Instruction::CHANGE_KEY, "CHANGE KEY"),
        (Instruction::EXTERNAL_AUTHENTICATE, "EXTERNAL AUTHENTICATE"),
        (Instruction::GET_CHALLENGE, "GET CHALLENGE"),
        (Instruction::GENERAL_AUTHENTICATE, "GENERAL AUTHENTICATE"),
        (Instruction::INTERNAL_AUTHENTICATE, "INTERNAL AUTHENTICATE"),
        (Instruction::SELECT, "SELECT"),
        (Instruction::SET_SESSION_KEY, "SET SESSION KEY"),
        (Instruction::READ_BINARY, "READ BINARY"),
        (Instruction::READ_RECORD, "READ RECORD"),
        (Instruction::GET_RESPONSE, "GET RESPONSE"),
        (Instruction::ENVELOPE, "ENVELOPE"),
        (Instruction::GET_DATA, "GET DATA"),
        (Instruction::PUT_KEY, "PUT KEY"),
        // Its name is not public.
        (Instruction::TERMINAL_CERTIFICATE, "INS A2"),
        (Instruction(0x01), "INS 01"),
    ];
    for (instruction, name) in rows {
        assert_eq!(instruction.to_string(), name);
    }
    let aid = ApplicationIdentifier::new(&[0xD3, 0x92, 0xF0]).unwrap();
    assert_eq!((format!("{aid}"), format!("{aid:?}")), ("D392F0".into(), "D392F0".into()));
    assert_eq!(format!("{:?}", Tag(0x7F21)), "7F21");
}

#[test]
fn identifiers_outside_the_standard_do_not_exist() {
    assert_eq!(ShortFileIdentifier::new(0), None);
    assert_eq!(ShortFileIdentifier::new(31), None);
    assert_eq!(ShortFileIdentifier::new(30).map(ShortFileIdentifier::get), Some(30));
    assert_eq!(FileIdentifier(0x010A).short(), None);
    assert_eq!(FileIdentifier(0x001F).short(), None);
    assert_eq!(ApplicationIdentifier::new(&[]), None);
    assert_eq!(ApplicationIdentifier::new(&[0; 17]), None);
    assert!(Pin::new(&[]).is_err() && Pin::new(&[b'1'; 17]).is_err() && Pin::new(&[b'1'; 300]).is_err());
    assert_eq!(what(&Pin::new(&[]).unwrap_err()), "a PIN has 1 to 16 characters");
}

/// Logs are made with `{:?}`; a PIN in one is in every backup of it.
#[test]
fn nothing_that_can_be_printed_shows_a_secret() {
    let secret = b"TEST4095";
    let pin = Pin::new(secret).unwrap();
    let command = Command::verify(ShortFileIdentifier::new(0x18), pin.expose()).unwrap();
    let mut flow = Flow::<_, OperationError>::new(|link| async move {
        let before = format!("{link:?}");
        let command = Command::verify(None, b"TEST4095").map_err(ExchangeError::from)?;
        let reply = link.exchange(&command).await?;
        Ok(format!("{before} {link:?} {reply:?}"))
    });
    let Step::Transmit(outgoing) = flow.start(LinkProfile::default()) else { panic!("it has a command") };
    assert!(outgoing.carries_secret());
    let mut printed =
        vec![format!("{pin:?}"), format!("{command:?}"), format!("{outgoing:?}"), format!("{flow:?}")];
    assert_eq!(printed[1], "00 20 00 98 Nc=8");
    assert_eq!(printed[2], "00 20 00 80 Nc=8");
    let Step::Complete(result) = flow.resume(Answer::Response(b"TEST4095\x90\x00")) else {
        panic!("one exchange is all")
    };
    printed.push(result.unwrap());
    assert_eq!(printed[4], "Link(0 exchanges) Link(1 exchanges) 8 bytes, 9000");
    printed.push(format!("{flow:?}"));
    printed.push(format!("{:?}", Response::parse(b"TEST4095\x90\x00").unwrap()));
    printed.push(format!("{:?}", TlvReader::new(b"\x04\x08TEST4095").next().unwrap().unwrap()));
    printed.push(format!("{:?}", SimpleReader::new(b"\x04\x08TEST4095").next().unwrap().unwrap()));
    let (plain, bytes) = ("TEST4095".to_owned(), hex::encode(secret));
    let list = format!("{secret:?}");
    for text in printed {
        assert!(!text.contains(&plain), "{text}");
        assert!(!text.to_lowercase().contains(&bytes), "{text}");
        assert!(!text.contains(list.trim_matches(['[', ']'])), "{text}");
    }
    assert_eq!(
        format!("{:?}", Command::read_binary(0, ExpectedLength::MAX_EXTENDED).unwrap()),
        "00 B0 00 00 Ne=65536 extended"
    );
}

fn what(error: &dyn Diagnostic) -> String {
    english(error).what().to_string()
}

#[test]
fn the_tables_of_errors_are_sound() {
    let flaws: Vec<_> = flaws(APDU_CODES).chain(flaws(FLOW_CODES)).collect();
    assert!(flaws.is_empty(), "{flaws:?}");
}
