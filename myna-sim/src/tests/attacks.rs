//! The card as somebody without the PIN, or with one of several, would try it.

use super::*;

/// Everything of the JPKI application that nobody may read without a PIN, as the card gives it to its holder.
fn signature_certificate() -> Vec<u8> {
    let mut card = card();
    card.expect(&[(SELECT_JPKI, 0x9000), (&format!("0020009B{PIN_ABC123}"), 0x9000)]);
    card.get("00B08100 000000")
}

/// Parameters that name something somewhere: the current EF, short identifiers of keys, PINs and files, and other forms.
const FIRST: [u8; 11] = [0x00, 0x01, 0x02, 0x03, 0x04, 0x5F, 0x80, 0x81, 0x82, 0x9A, 0xFF];
const SECOND: [u8; 11] = [0x00, 0x04, 0x0C, 0x51, 0x80, 0x81, 0x97, 0x98, 0x9A, 0x9B, 0xFF];

#[test]
fn no_instruction_gives_what_is_behind_a_pin() {
    let secret = signature_certificate();
    let mut card = card();
    let mut with_data = Vec::new();
    for instruction in 0..=u8::MAX {
        for class in [0x00, 0x80] {
            // EF 0001, the signature certificate, is current.
            card.expect(&[(SELECT_JPKI, 0x9000), ("00A4020C 02 0001", 0x9000)]);
            for (first, second) in FIRST.iter().flat_map(|first| SECOND.map(|second| (*first, second))) {
                for body in [&[][..], &[0x00], &[0, 0, 0], &[4, 0x39, 0x39, 0x39, 0x39, 0x00]] {
                    let command = [&[class, instruction, first, second], body].concat();
                    let answer = card.transmit(&command);
                    let data = &answer[..answer.len() - 2];
                    let leaks = data.len() >= 8 && secret.windows(data.len()).any(|part| part == data);
                    assert!(!leaks, "{command:02X?} gives {data:02X?}");
                    if !data.is_empty() && !with_data.contains(&(class, instruction)) {
                        with_data.push((class, instruction));
                    }
                    if (class, instruction) != (0x00, 0x20) {
                        assert_eq!(card.counters(), Counters::default(), "{command:02X?}");
                    }
                    // Whatever was selected by the way.
                    if matches!(instruction, 0xA4 | 0xB0 | 0xB2) {
                        card.expect(&[(SELECT_JPKI, 0x9000), ("00A4020C 02 0001", 0x9000)]);
                    }
                }
            }
            card.set_counters(Counters::default());
        }
    }
    // GET CHALLENGE, SELECT, READ BINARY, GET DATA: nothing else says anything to a stranger.
    assert_eq!(with_data, [(0x00, 0x84), (0x00, 0xA4), (0x00, 0xB0), (0x00, 0xCA)]);
}

#[test]
fn no_other_class_is_taken_for_the_one_that_has_the_right() {
    let verified = || {
        let mut card = card();
        card.expect(&[(SELECT_JPKI, 0x9000), (&format!("0020009B{PIN_ABC123}"), 0x9000)]);
        card
    };
    for class in 0..=u8::MAX {
        let mut card = verified();
        for (command, own) in [
            ("B08100 04", 0x00),
            ("20009804 39393939", 0x00),
            ("2A009A 01 AA 00", 0x80),
            ("24019B 06 414141313131", 0x00),
        ] {
            if class == own {
                continue;
            }
            let before = card.counters();
            let (data, status) = card.ask(&format!("{class:02X}{command}"));
            assert!(data.is_empty() && status != 0x9000, "{class:02X}{command}: {status:04X}");
            assert_eq!(card.counters(), before, "{class:02X}{command}");
            // With the chaining bit too: nothing is kept for later.
            let expected = match class {
                0x80 => 0x6D00,
                0x00 => 0x6D00,
                _ if class & 0x80 != 0 || class & 0xE0 == 0x20 => 0x6E00,
                _ if class & 0x40 != 0 || class & 0x03 != 0 => 0x6881,
                _ if class & 0x0C == 0 => 0x6E00,
                _ if command.starts_with("2A") || command.starts_with("24") => 0x6882,
                _ => 0x69FC,
            };
            assert_eq!(StatusWord(status), StatusWord(expected), "{class:02X}{command}");
        }
    }
}

/// Both PINs of the JPKI application are verified, then this happens: which key may still be used?
#[test]
fn section_3_3_what_a_right_outlives() {
    type Commands = &'static [(&'static str, u16)];
    let table: [(&str, Commands, bool, bool); 19] = [
        ("nothing", &[], true, true),
        ("the other PIN wrong", &[("00200098 04 39393939", 0x63C2)], false, true),
        (
            "wrong under the current EF",
            &[("00A4020C 02 001B", 0x9000), ("00200080 06 414141313131", 0x63C4)],
            true,
            false,
        ),
        ("asked for the tries", &[("00200098", 0x63C3), ("0020009B", 0x63C5)], true, true),
        ("a PIN too long", &[("00200098 11 3131313131313131313131313131313131", 0x6700)], true, true),
        ("a PIN cut short", &[("00200098 04 313233", 0x6700)], true, true),
        ("a reference that is not there", &[("0020009D 04 39393939", 0x6A88)], true, true),
        ("a key taken for a PIN", &[("00200097 04 39393939", 0x6981)], true, true),
        ("the same AID", &[(SELECT_JPKI, 0x9000)], true, true),
        ("the start of the same AID", &[("00A4040C 03 D392F0", 0x9000)], true, true),
        ("a foreign AID", &[("00A4040C 05 F000000001", 0x6A82)], true, true),
        ("an AID too long", &[("00A4040C 11 D392F0002601000000010000000000000000", 0x6700)], true, true),
        ("the MF", &[("00A40000", 0x9000)], true, true),
        ("another application", &[(SELECT_VISUAL, 0x9000), (SELECT_JPKI, 0x9000)], false, false),
        ("the next of the name", &[("00A40402 02 D392", 0x9000), (SELECT_JPKI, 0x9000)], false, false),
        ("no name", &[("00A4040C", 0x9000), (SELECT_JPKI, 0x9000)], false, false),
        ("a terminal", &[("00A4020C 02 0016", 0x9000), ("80A206C1 01 AA", 0x6985)], true, true),
        ("a file that nothing opens", &[("00B08900 00", 0x6982)], true, true),
        ("an offset behind the end", &[("00B08AFF 00", 0x9000), ("00B07FFF 00", 0x6B00)], true, true),
    ];
    for (event, commands, authentication, signature) in table {
        let mut card = card();
        card.expect(&[
            (SELECT_JPKI, 0x9000),
            (&format!("00200098{PIN_1234}"), 0x9000),
            (&format!("0020009B{PIN_ABC123}"), 0x9000),
        ]);
        card.expect(commands);
        let status = |granted| if granted { 0x9000 } else { 0x6982 };
        for (command, granted) in [
            ("802A0097 01 AA 00", authentication),
            ("00240198 04 31323334", authentication),
            ("802A009A 01 AA 00", signature),
            ("00B08100 04", signature),
        ] {
            assert_eq!(StatusWord(card.ask(command).1), StatusWord(status(granted)), "{event}: {command}");
        }
    }
}

#[test]
fn section_3_4_a_change_takes_the_right_of_that_pin_and_no_other_form() {
    let mut card = card();
    card.expect(&[
        (SELECT_JPKI, 0x9000),
        // ISO's form, old and new one behind the other: neither known to the card, nor a try.
        ("00240098 08 3132333434333231", 0x6A86),
        ("00240198 08 3132333434333231", 0x6982),
        (&format!("0020009B{PIN_ABC123}"), 0x9000),
        ("00240198 04 34333231", 0x6982),
        (&format!("00200098{PIN_1234}"), 0x9000),
        ("00240198 08 3132333434333231", 0x6A80),
        ("00240098 08 3132333434333231", 0x6A86),
        // After a wrong one the right is gone.
        ("00200098 04 39393939", 0x63C2),
        ("00240198 04 34333231", 0x6982),
        ("802A0097 01 AA 00", 0x6982),
        (&format!("00200098{PIN_1234}"), 0x9000),
    ]);
    assert_eq!(card.counters(), Counters::default());
}

#[test]
fn section_1_3_a_name_in_passing_selects_nothing_but_a_file_that_is_read() {
    let mut card = card();
    card.expect(&[
        (SELECT_JPKI, 0x9000),
        ("00A4020C 02 0017", 0x9000),
        // VERIFY by short identifier leaves the key current.
        (&format!("00200098{PIN_1234}"), 0x9000),
        ("802A0080 01 AA 00", 0x9000),
        // A read takes its file along, also one it may not read.
        ("00B08100 04", 0x6982),
        ("802A0080 01 AA 00", 0x6981),
        ("00200080 04 39393939", 0x6981),
        // No file of that name: the current one stays.
        ("00A4020C 02 0018", 0x9000),
        ("00B08F00 04", 0x6A82),
        ("00200080", 0x63C3),
        // 1F names nothing, nor do the bits above.
        ("00B09F00 04", 0x6A86),
        ("00B0A000 04", 0x6A86),
        ("00B0C000 04", 0x6A86),
        ("00B0FF00 04", 0x6A86),
        ("002000B8", 0x6A86),
        ("00200018", 0x6A86),
        ("802A0017 01 AA 00", 0x6A86),
        // A record of a file that has none, bytes of one that has nothing else.
        ("00B20154 00", 0x6981),
        (SELECT_COMMON, 0x9000),
        ("00B08100 00", 0x6981),
        ("00B2010C 00", 0x9000),
    ]);
    assert_eq!(card.counters(), Counters::default());
}

/// Length fields at their edges: a try is spent where a PIN stands, and nowhere else.
#[test]
fn section_6_length_fields_at_their_edges() {
    for (command, status, left) in [
        ("00200098", 0x63C3, 3),
        ("00200098 00", 0x63C3, 3),
        ("00200098 000000", 0x63C3, 3),
        ("00200098 0000", 0x6700, 3),
        ("00200098 04", 0x63C3, 3),
        ("00200098 04 39", 0x6700, 3),
        ("00200098 000004 39393939", 0x63C2, 2),
        ("00200098 04 39393939 00", 0x63C2, 2),
        ("00200098 04 39393939 0000", 0x6700, 3),
        ("00200098 000004 39393939 00", 0x6700, 3),
        ("00200098 000004 39393939 0000", 0x63C2, 2),
        ("00200098 000005 39393939", 0x6700, 3),
        ("002000", 0x6700, 3),
    ] {
        let mut card = card();
        card.expect(&[(SELECT_JPKI, 0x9000), (command, status)]);
        assert_eq!(card.counters().user_authentication, left, "{command}");
    }
    let mut card = card();
    card.expect(&[(SELECT_JPKI, 0x9000)]);
    let whole = card.get("00B08A00 000000");
    for (command, expected) in [
        ("00B00000 01", &whole[..1]),
        ("00B00000 00", &whole[..256]),
        ("00B00000 000001", &whole[..1]),
        ("00B00000 000101", &whole[..257]),
        ("00B00000 00FFFF", &whole[..]),
    ] {
        assert_eq!(card.get(command), expected, "{command}");
    }
    card.expect(&[("00B00000", 0x6700), ("00B00000 01 00", 0x6700), ("00B00000 01 00 00", 0x6700)]);
}
