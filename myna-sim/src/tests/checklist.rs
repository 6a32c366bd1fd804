//! What a simulated card must do so that the clients people use today work with it: each row of the checklist has the tests
//! that are named after its number.
//!
//! | row | must | tests |
//! |---|---|---|
//! | 11.1 | applications by full AID and by its start, `6A82` for foreign ones, P2 `00` and `0C`, Le or none | `row_11_01_…` |
//! | 11.2 | EFs of data, keys and references are selected without any right | `row_11_02_…` |
//! | 11.3 | an empty VERIFY answers `63Cx`, also `63C0`; VERIFY of what is blocked `6984` | `row_11_03_…` |
//! | 11.4 | status kept on the same AID, lost on another, the ISD, power; a strict card if asked | `row_11_04_…` |
//! | 11.5 | READ BINARY by offset and SFI, Le 1 to 256 and extended, short read `9000`, then `6B00`, `6982` before the PIN | `row_11_05_…`; every EF: `files.rs` |
//! | 11.6 | signatures P1 `00` to `05`, P2 `80`, `80+sfi`, `00`, 1 to 245 bytes as they are, `6982`, `6A86` | `row_11_06_…` in `signatures.rs` |
//! | 11.7 | extended lengths, cases 2E, 3E, 4E | `row_11_07_…` |
//! | 11.8 | commands sent twice do no harm | `row_11_08_…`; as `jpki-rs` sends them: `client_traces.rs` |
//! | 11.9 | foreign instruction `6D00`, class `6E00`, object `6A88` | `row_11_09_…` |
//! | 11.10 | the ATR is chosen | `row_11_10_…` |
//! | 11.11 | EF `0006` of 160 bytes, its label, those of phones | `row_11_11_…` |
//! | 11.12 | EF `0001` of 17 bytes, filler behind EF `0002`, DF31, DF32, DF28 | `row_11_12_…` |
//! | 11.13 | issuers of our own that say so | `row_11_13_…` |
//! | 11.14 | counters persist and go down before the comparison | `row_11_14_…` |
//!
//! Tests without a number are of sections 1 to 6; more of them in `other_commands.rs` and `attacks.rs`.

use std::sync::{Arc, Mutex};

use myna_apdu::tlv::{Tag, Tlv};
use rsa::Pkcs1v15Sign;
use sha2::{Digest, Sha256};

use super::signatures::public_part;
use super::*;
use crate::Atr;
use crate::pki::FaceAuthority;
use crate::state::{StateError, StateFile};

#[test]
fn row_11_01_applications_are_selected_by_full_name_and_by_its_start() {
    let mut card = card();
    for command in [SELECT_JPKI, SELECT_TEXT, SELECT_COMMON, SELECT_ISD] {
        assert_eq!(card.status(command), 0x9000);
        // P2 00, with Le and without; P2 0C with an Le all the same.
        assert_eq!(card.status(&command.replacen("040C", "0400", 1)), 0x9000);
        assert_eq!(card.status(&format!("{command} 00")), 0x9000);
        let (information, status) = card.ask(&format!("{} 00", command.replacen("040C", "0400", 1)));
        assert_eq!(status, 0x9000);
        let template = Tlv::first(&information).unwrap();
        let name = template.find(Tag(0x84)).unwrap().unwrap();
        assert_eq!((template.tag(), name.value()), (Tag(0x6F), &bytes(command)[5..]));
    }
    card.expect(&[
        // The start of a name; the next that starts so; no more.
        ("00A4040C 03 D39210", 0x9000),
        ("00B00000 00", 0x6986),
        ("00A4020C 02 0002", 0x9000),
        ("00A40402 03 D39210 00", 0x9000),
        ("00B08300 00", 0x9000),
        ("00A4040E 03 D39210", 0x9000),
        ("00A4020C 02 0001", 0x6A82),
        ("00A4040E 03 D39210", 0x9000),
        ("00B2010C 00", 0x9000),
        ("00A4040E 03 D39210", 0x6A82),
        ("00B2010C 00", 0x9000),
        // No name: the ISD.
        ("00A4040000", 0x9000),
        ("00A4020C 02 0001", 0x6A82),
    ]);
}

#[test]
fn row_11_01_foreign_applications_are_not_found_and_change_nothing() {
    let mut card = card();
    card.expect(&[(SELECT_JPKI, 0x9000), ("00A4020C 02 000A", 0x9000)]);
    for foreign in [
        "00A4040C 10 E828BD080FA000000391000000000002",
        "00A4040C 0A D3921000310001010403",
        "00A40400 0A D3921000310001010409 00",
        "00A4040C 0B D392F000260100000001 00",
        "00A4040C 08 A000000151000000",
        "00A4040C 01 FF",
    ] {
        assert_eq!(card.status(foreign), 0x6A82, "{foreign}");
    }
    assert_eq!(card.ask("00B00000 04").1, 0x9000);
}

#[test]
fn row_11_01_other_forms_of_select() {
    let mut card = card();
    card.expect(&[
        // No MF to speak of: refused after power-on, without effect later.
        ("00A40000", 0x6A86),
        (SELECT_JPKI, 0x9000),
        ("00A4020C 02 000A", 0x9000),
        ("00A40000", 0x9000),
        ("00B00000 04", 0x9000),
        ("00A4000C 02 3F00", 0x6A82),
        ("00A4010C 02 2F10", 0x6A82),
        ("00A4020C 02 2F11", 0x6A82),
        ("00A4030C", 0x6A86),
        ("00A4080C 02 000A", 0x6A86),
        ("00A40201 02 000A", 0x6A86),
        ("00A4020C 01 0A", 0x6700),
        ("00A4020C", 0x6700),
        ("00A4040C 11 0000000000000000000000000000000000", 0x6700),
    ]);
}

#[test]
fn row_11_02_data_keys_and_references_are_selected_without_any_right() {
    let mut card = card();
    card.expect(&[(SELECT_JPKI, 0x9000)]);
    for identifier in [
        0x0001, 0x0002, 0x0005, 0x0006, 0x0008, 0x0009, 0x000A, 0x000B, 0x0010, 0x0016, 0x0017, 0x0018,
        0x0019, 0x001A, 0x001B, 0x001C, 0x001E,
    ] {
        assert_eq!(card.status(&format!("00A4020C02{identifier:04X}")), 0x9000, "{identifier:04X}");
    }
    for identifier in [0x0000, 0x0003, 0x0004, 0x0007, 0x000C, 0x0011, 0x001D, 0x001F, 0x0101] {
        assert_eq!(card.status(&format!("00A4020C02{identifier:04X}")), 0x6A82, "{identifier:04X}");
    }
}

#[test]
fn row_11_03_an_empty_verify_asks_and_a_blocked_pin_is_refused() {
    let mut card = card();
    card.expect(&[
        (SELECT_JPKI, 0x9000),
        ("00200080", 0x6986),
        ("00A4020C 02 0018", 0x9000),
        ("00200080", 0x63C3),
        ("00200080", 0x63C3),
        ("0020009B", 0x63C5),
        (&format!("00200080{WRONG_PIN}"), 0x63C2),
        (&format!("00200098{WRONG_PIN}"), 0x63C1),
        (&format!("00200080{PIN_1234}"), 0x9000),
        // Still asked for after a success.
        ("00200080", 0x63C3),
        (&format!("00200080{WRONG_PIN}"), 0x63C2),
        (&format!("00200080{WRONG_PIN}"), 0x63C1),
        (&format!("00200080{WRONG_PIN}"), 0x63C0),
        ("00200080", 0x63C0),
        (&format!("00200080{PIN_1234}"), 0x6984),
        (&format!("00200080{WRONG_PIN}"), 0x6984),
        // The other PIN knows nothing of it.
        (&format!("0020009B{PIN_ABC123}"), 0x9000),
    ]);
}

#[test]
fn row_11_03_what_verify_refuses_costs_no_try() {
    let mut card = card();
    card.expect(&[
        (SELECT_JPKI, 0x9000),
        ("00200180 04 39393939", 0x6A86),
        ("00200000 04 39393939", 0x6A86),
        ("0020009F 04 39393939", 0x6A86),
        ("00200084 04 39393939", 0x6A88),
        ("00200098 11 3939393939393939393939393939393939", 0x6700),
        ("0020008A 04 39393939", 0x6981),
        ("00A4020C 02 0017", 0x9000),
        ("00200080 04 39393939", 0x6981),
        ("00200098", 0x63C3),
    ]);
}

#[test]
fn row_11_04_status_survives_the_same_application_and_a_warm_reset_only() {
    type Event = fn(&mut SimulatedCard);
    let table: [(&str, Event, bool); 8] = [
        ("SELECT EF", |card| card.expect(&[("00A4020C 02 000A", 0x9000)]), true),
        ("SELECT JPKI", |card| card.expect(&[(SELECT_JPKI, 0x9000)]), true),
        ("SELECT a foreign application", |card| card.expect(&[("00A4040C 01 FF", 0x6A82)]), true),
        ("warm reset", SimulatedCard::reset, true),
        ("SELECT text", |card| card.expect(&[(SELECT_TEXT, 0x9000)]), false),
        ("SELECT ISD", |card| card.expect(&[("00A4040000", 0x9000)]), false),
        (
            "power off and on",
            |card| {
                card.power_off();
                card.power_on();
            },
            false,
        ),
        ("wrong PIN", |card| card.expect(&[(&format!("0020009B{WRONG_PIN}"), 0x63C4)]), false),
    ];
    for (event, happens, kept) in table {
        let mut card = card();
        card.expect(&[(SELECT_JPKI, 0x9000), (&format!("0020009B{PIN_ABC123}"), 0x9000)]);
        happens(&mut card);
        let (_, selected) = card.ask(SELECT_JPKI);
        let (_, read) = card.ask("00B08100 04");
        assert_eq!((selected, read), (0x9000, if kept { 0x9000 } else { 0x6982 }), "{event}");
    }
}

#[test]
fn row_11_04_a_strict_card_forgets_with_each_select_of_an_application() {
    let mutant = Some(crate::Mutant::ForgetsStatusOnReselection);
    let mut card = card_with(CardSettings { mutant, ..CardSettings::default() });
    card.expect(&[
        (SELECT_JPKI, 0x9000),
        (&format!("0020009B{PIN_ABC123}"), 0x9000),
        ("00B08100 04", 0x9000),
        (SELECT_JPKI, 0x9000),
        ("00B08100 04", 0x6982),
    ]);
}

#[test]
fn row_11_05_binary_files_are_read_by_offset_and_by_short_identifier() {
    let mut card = card();
    card.expect(&[(SELECT_JPKI, 0x9000)]);
    // Extended Le: the whole file.
    let whole = card.get("00B08A00 000000");
    assert!((1_000..2_000).contains(&whole.len()), "{}", whole.len());
    assert_eq!(card.get("00B00000 000000"), whole);
    assert_eq!(card.get("00B00000 000123"), whole[..0x123]);
    // Short Le, 1 to 256, anywhere.
    assert_eq!(card.get("00B00000 00"), whole[..256]);
    assert_eq!(card.get("00B00000 01"), whole[..1]);
    assert_eq!(card.get("00B00123 FF"), whole[0x123..0x222]);
    assert_eq!(card.get("00B08AFF 02"), whole[255..257]);
    // At the end fewer; behind it nothing.
    let last = format!("00B0{:04X}", whole.len() - 3);
    assert_eq!(card.get(&format!("{last}00")), whole[whole.len() - 3..]);
    assert_eq!(card.get(&format!("{last}000000")), whole[whole.len() - 3..]);
    for offset in [whole.len(), whole.len() + 1, 0x7FFF] {
        assert_eq!(card.status(&format!("00B0{offset:04X}00")), 0x6B00, "{offset}");
    }
    // The file named becomes current, also when it may not be read.
    card.expect(&[
        ("00B08B00 04", 0x9000),
        ("00B08100 04", 0x6982),
        ("00B00000 04", 0x6982),
        ("00B08300 04", 0x6A82),
        ("00B08000 04", 0x6982),
        ("00B09F00 04", 0x6A86),
        ("00B0A000 04", 0x6A86),
        ("00B00000", 0x6700),
        ("00B00000 01 AA 00", 0x6700),
        (SELECT_JPKI, 0x9000),
        ("00B00000 04", 0x6986),
    ]);
}

#[test]
fn row_11_07_extended_lengths_are_decoded_in_all_three_cases() {
    let mut card = card();
    card.expect(&[
        // 3E, 2E, 4E.
        ("00A4040C 00000A D392F000260100000001", 0x9000),
        ("00B08A00 000100", 0x9000),
        ("00200098 000004 31323334", 0x9000),
        ("802A0097 000001 AA 0100", 0x9000),
        ("00A40400 00000A D392F000260100000001 0000", 0x9000),
    ]);
}

#[test]
fn row_11_07_a_card_or_a_reader_without_extended_lengths() {
    let mut card = card_with(CardSettings { extended_length: false, ..CardSettings::default() });
    card.expect(&[
        ("00A4040C 00000A D392F000260100000001", 0x6700),
        (SELECT_JPKI, 0x9000),
        ("00B08A00 000100", 0x6700),
        ("00B08A00 00", 0x9000),
    ]);
}

#[test]
fn a_card_without_short_identifiers() {
    let mut card = card_with(CardSettings { short_identifiers: false, ..CardSettings::default() });
    card.expect(&[
        (SELECT_JPKI, 0x9000),
        ("00B08A00 00", 0x6A86),
        ("00200098", 0x6A86),
        ("00A4020C 02 0018", 0x9000),
        ("00200080", 0x63C3),
        (&format!("00200080{PIN_1234}"), 0x9000),
        ("802A0097 01 AA 00", 0x6A86),
        ("00A4020C 02 0017", 0x9000),
        ("802A0080 01 AA 00", 0x9000),
        (SELECT_COMMON, 0x9000),
        ("00B2010C 00", 0x6A86),
        ("00A4020C 02 0001", 0x9000),
        ("00B20104 00", 0x9000),
    ]);
}

#[test]
fn row_11_08_commands_sent_twice_do_no_harm_except_to_counters() {
    let mut card = card();
    for (command, expected) in [
        (SELECT_JPKI, [0x9000; 2]),
        ("00A4020C 02 000A", [0x9000; 2]),
        ("00B00000 07", [0x9000; 2]),
        ("00A4020C 02 0018", [0x9000; 2]),
        (&format!("00200080{WRONG_PIN}"), [0x63C2, 0x63C1]),
        (&format!("00200080{PIN_1234}"), [0x9000; 2]),
        ("00A4020C 02 0017", [0x9000; 2]),
    ] {
        assert_eq!([card.ask(command).1, card.ask(command).1], expected, "{command}");
    }
    let sign = "802A0080 01 AA 00";
    assert_eq!(card.get(sign), card.get(sign));
}

#[test]
fn row_11_09_foreign_instructions_classes_and_objects() {
    let mut card = card();
    card.expect(&[
        (SELECT_JPKI, 0x9000),
        ("00CB3FFF 03 5C017E 08", 0x6D00),
        ("0022 41B6", 0x6D00),
        ("002C0098", 0x6D00),
        ("00FF0000", 0x6D00),
        ("80FF0000", 0x6D00),
        ("A0A40000", 0x6E00),
        ("FFCA0000 00", 0x6E00),
        ("90600000 00", 0x6E00),
        ("10A40000", 0x6E00),
        ("00CADF30 05", 0x6A88),
        ("00CA0045 00", 0x6A88),
        ("00CA7F21 000000", 0x6A88),
        // Channels, secure messaging.
        ("01A4040C 0A D392F000260100000001", 0x6881),
        ("03B00000 00", 0x6881),
        ("40B00000 00", 0x6881),
        ("08A4040C 0A D392F000260100000001", 0x6882),
        ("0CB00000 00", 0x69FC),
        ("08200080", 0x69FC),
        // Known to the real card, not to this one.
        ("00820080 01 AA", 0x6985),
        ("80A206C1 01 AA", 0x6985),
        ("80AE0000 01 AA", 0x6982),
        ("80FC0000", 0x6700),
    ]);
    for not_a_command in
        ["", "00", "00A4", "00A404", "00A4040C 0A D392", "00B00000 0001", "00B00000 000000 01"]
    {
        assert_eq!(card.status(not_a_command), 0x6700, "{not_a_command}");
    }
}

#[test]
fn row_11_10_the_answer_to_reset_is_chosen() {
    assert_eq!(card().atr(), bytes("3BE000FF8131FE4514"));
    let card = card_with(CardSettings { atr: Atr::Contactless, ..CardSettings::default() });
    assert_eq!(card.atr(), bytes("3B888001000041E0B381A1003B"));
    let newer = bytes("3BDA13FF8131FB468012392F31C173C601C03B");
    let persona = format!("card.atr = \"{}\"", hex::encode(&newer));
    let card = SimulatedCard::new(&Persona::from_toml(&persona).unwrap(), today()).unwrap();
    assert_eq!(card.atr(), newer);
    // The check byte TCK makes the exclusive or of everything behind TS zero; T=1 has one.
    for atr in [Atr::Contact, Atr::Contactless] {
        assert_eq!(atr.as_bytes()[1..].iter().fold(0, |sum, byte| sum ^ byte), 0, "{atr:?}");
    }
}

#[test]
fn row_11_11_token_information() {
    let mut card = card();
    card.expect(&[(SELECT_JPKI, 0x9000)]);
    let token = card.get("00B08600 000000");
    assert_eq!(token.len(), 160);
    assert_eq!(token[..32], *b"JPKIAPICCTOKEN2                 ");
    assert_eq!(token[32..64], *b"00000000000000000000000000000001");
    assert_eq!(token[64..80], *b"E16R01NJ        ");
    assert!(token[80..96].iter().all(u8::is_ascii_digit));
    assert_eq!(token[96..124], bytes("0000040D 00000001 00000000 00000001 00000000 00000010 00000006"));
    assert_eq!(token[124..140], [0xFF; 16]);
    assert_eq!(token[140..], *b"03019999999999999999");

    let other = SimulatedCard::new(&Persona::built_in("national").unwrap(), today()).unwrap();
    let mut other = other;
    other.expect(&[(SELECT_JPKI, 0x9000)]);
    assert_ne!(other.get("00B08650 10"), token[80..96], "two personas, one serial");
}

#[test]
fn row_11_11_phones_have_labels_of_their_own() {
    for (profile, label) in [
        ("card", "JPKIAPICCTOKEN2"),
        ("face-authentication", "JPKIAPICCTOKEN2"),
        ("android", "JPKIAPGPSETOKEN"),
        ("iphone", "JPKIAPIOSTOKEN"),
    ] {
        let persona = Persona::from_toml(&format!("card.profile = \"{profile}\"")).unwrap();
        let mut card = SimulatedCard::new(&persona, today()).unwrap();
        card.expect(&[(SELECT_JPKI, 0x9000)]);
        let token = card.get("00B08600 000000");
        assert_eq!((token.len(), &token[..32]), (160, format!("{label:<32}").as_bytes()), "{profile}");
    }
}

#[test]
fn row_11_12_text_files_and_their_digests() {
    let mut card = card();
    card.expect(&[
        (SELECT_TEXT, 0x9000),
        ("00B08100 00", 0x6982),
        ("00B08200 00", 0x6982),
        ("00B08300 00", 0x6982),
        ("00A4020C 02 0011", 0x9000),
        (&format!("00200080{PIN_1234}"), 0x9000),
    ]);
    let number = card.get("00B08100 000000");
    assert_eq!(number, [bytes("FF10 0C"), b"900000000010".to_vec(), bytes("FFFF")].concat());

    let items = card.get("00B08200 000000");
    let object = Tlv::first(&items).unwrap();
    assert!(
        items.len() > object.encoded_len() && items[object.encoded_len()..].iter().all(|byte| *byte == 0xFF)
    );
    let value = |tag| object.find(Tag(tag)).unwrap().unwrap().value().to_vec();
    assert_eq!(value(0xDF22), "試験　葵".as_bytes());
    assert_eq!(value(0xDF23), "架空県見本市１－２－３".as_bytes());
    assert_eq!(value(0xDF24), b"19880714");
    assert_eq!(value(0xDF25), b"2");
    let offsets: Vec<usize> =
        value(0xDF21).chunks(2).map(|pair| usize::from(u16::from_be_bytes([pair[0], pair[1]]))).collect();
    for (offset, tag) in offsets.iter().zip([0xDF22, 0xDF23, 0xDF24, 0xDF25]) {
        assert_eq!(Tlv::first(&items[*offset..]).unwrap().tag(), Tag(tag));
    }

    let record = card.get("00B08300 000000");
    assert_eq!((record.len(), &record[..5]), (336, &bytes("FF30 82014B")[..]));
    let object = Tlv::first(&record).unwrap();
    let value = |tag| object.find(Tag(tag)).unwrap().unwrap().value().to_vec();
    assert_eq!(value(0xDF31), Sha256::digest(&number).to_vec());
    assert_eq!(
        value(0xDF32),
        Sha256::digest(&items[offsets[0]..Tlv::first(&items).unwrap().encoded_len()]).to_vec()
    );
    let signed =
        [bytes("3031300D060960864801650304020105000420"), Sha256::digest(&record[5..75]).to_vec()].concat();
    let issuer = FaceAuthority::Text.issuer_key().unwrap();
    public_part(issuer).verify(Pkcs1v15Sign::new_unprefixed(), &signed, &value(0xDF33)).unwrap();

    let basic = card.get("00B08500 000000");
    assert_eq!((basic.len(), &basic[..12]), (164, &bytes("FF40 82009F DF41 04 01030E01")[..]));
}

#[test]
fn row_11_12_text_files_of_every_persona_stay_within_their_offsets() {
    for name in Persona::built_in_names() {
        let persona = Persona::built_in(name).unwrap();
        let mut card = SimulatedCard::new(&persona, today()).unwrap();
        card.expect(&[(SELECT_TEXT, 0x9000), (&format!("00200091{PIN_1234}"), 0x9000)]);
        let items = card.get("00B08200 000000");
        let object = Tlv::first(&items).unwrap();
        assert_eq!(object.children().count(), 5, "{name}");
    }
}

#[test]
fn row_11_13_the_issuers_are_our_own_and_say_so() {
    let mut card = card();
    card.expect(&[(SELECT_JPKI, 0x9000), (&format!("0020009B{PIN_ABC123}"), 0x9000)]);
    for file in ["81", "82", "8A", "8B"] {
        let certificate = card.get(&format!("00B0{file}00 000000"));
        assert!(certificate.windows(9).any(|window| window == b"SIMULATED"), "{file}");
    }
}

#[test]
fn row_11_14_counters_persist() {
    let path = scratch("counters-persist");
    let open = || {
        let mut card = card();
        card.attach_state(StateFile::open(&path).unwrap()).unwrap();
        card
    };
    let mut first = open();
    first.expect(&[(SELECT_JPKI, 0x9000), (&format!("00200098{WRONG_PIN}"), 0x63C2)]);
    // Nothing is saved on the way out: `a_card_killed_at_any_moment…` of myna-cli does without it.
    drop(first);
    let mut second = open();
    assert_eq!(second.counters().user_authentication, 2);
    second.expect(&[(SELECT_JPKI, 0x9000), ("00200098", 0x63C2), (&format!("00200098{PIN_1234}"), 0x9000)]);
    drop(second);
    assert_eq!(open().counters(), Counters::default());
    std::fs::remove_file(&path).unwrap();
    std::fs::remove_file(path.with_extension("json.lock")).unwrap();
}

#[test]
fn row_11_14_the_try_is_gone_before_the_pin_is_compared() {
    let saved = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&saved);
    let mut card = card();
    card.keep_counters(move |counters| {
        log.lock().unwrap().push(counters.user_authentication);
        Ok(())
    });
    card.expect(&[(SELECT_JPKI, 0x9000), ("00200098", 0x63C3), (&format!("00200098{PIN_1234}"), 0x9000)]);
    // The right PIN as well: down first, then up.
    assert_eq!(*saved.lock().unwrap(), [2, 3]);
    card.expect(&[(&format!("00200098{WRONG_PIN}"), 0x63C2)]);
    assert_eq!(*saved.lock().unwrap(), [2, 3, 2]);
}

#[test]
fn row_11_14_no_pin_is_compared_when_the_counter_cannot_be_saved() {
    let mut card = card();
    card.keep_counters(|_| {
        Err(StateError::Write { path: "full".into(), source: std::io::Error::other("disk full") })
    });
    card.expect(&[
        (SELECT_JPKI, 0x9000),
        (&format!("00200098{PIN_1234}"), 0x6581),
        ("802A0097 01 AA 00", 0x6982),
        ("00200098", 0x63C2),
    ]);
}

/// A path for a file of one test.
pub(super) fn scratch(name: &str) -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("myna-sim-{}-{name}.json", std::process::id()));
    let _ = std::fs::remove_file(&path);
    path
}
