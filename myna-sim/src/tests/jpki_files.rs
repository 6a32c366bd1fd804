//! Every EF of the JPKI application against every security status.

use super::*;

/// EF, then the answer to READ BINARY with no PIN verified, with the one for user authentication, with the one for
/// signatures, with both.
const READS: [(u16, [u16; 4]); 17] = [
    (0x0001, [0x6982, 0x6982, 0x9000, 0x9000]),
    (0x0002, [0x9000; 4]),
    (0x0005, [0x6982; 4]),
    (0x0006, [0x9000; 4]),
    (0x0008, [0x9000; 4]),
    (0x0009, [0x6982; 4]),
    (0x000A, [0x9000; 4]),
    (0x000B, [0x9000; 4]),
    (0x0010, [0x6981; 4]),
    (0x0016, [0x6981; 4]),
    (0x0017, [0x6981; 4]),
    (0x0018, [0x6981; 4]),
    (0x0019, [0x6981; 4]),
    (0x001A, [0x6981; 4]),
    (0x001B, [0x6981; 4]),
    (0x001C, [0x6981; 4]),
    (0x001E, [0x6981; 4]),
];

/// The same for the signature command.
const SIGNATURES: [(u16, [u16; 4]); 4] = [
    (0x0017, [0x6982, 0x9000, 0x6982, 0x9000]),
    (0x001A, [0x6982, 0x6982, 0x9000, 0x9000]),
    (0x0018, [0x6981; 4]),
    (0x000A, [0x6981; 4]),
];

#[test]
fn who_may_do_what() {
    for state in 0..4 {
        let mut card = card();
        card.expect(&[(SELECT_JPKI, 0x9000)]);
        if state & 1 != 0 {
            card.expect(&[(&format!("00200098{PIN_1234}"), 0x9000)]);
        }
        if state & 2 != 0 {
            card.expect(&[(&format!("0020009B{PIN_ABC123}"), 0x9000)]);
        }
        for (file, expected) in READS {
            let select = format!("00A4020C02{file:04X}");
            card.expect(&[(&select, 0x9000), ("00B00000 00", expected[state])]);
            card.expect(&[(&format!("00B0{:02X}00 000000", 0x80 | file), expected[state])]);
        }
        for (file, expected) in SIGNATURES {
            let select = format!("00A4020C02{file:04X}");
            card.expect(&[(&select, 0x9000), ("802A0080 01 AA 00", expected[state])]);
            card.expect(&[(&format!("802A00{:02X} 01 AA 00", 0x80 | file), expected[state])]);
        }
    }
}

#[test]
fn a_card_without_a_signature_certificate() {
    let mut card = SimulatedCard::new(&Persona::built_in("preschool").unwrap(), today()).unwrap();
    card.expect(&[
        (SELECT_JPKI, 0x9000),
        ("00A4020C 02 0001", 0x6A82),
        ("00A4020C 02 001A", 0x6A82),
        ("00A4020C 02 0002", 0x9000),
        ("0020009B", 0x63C0),
        ("00B08A00 00", 0x9000),
    ]);
    assert_eq!(card.get("00B08800 00"), [0x00, 0x8F, 0x00]);
    let mut card = super::card();
    card.expect(&[(SELECT_JPKI, 0x9000)]);
    assert_eq!(card.get("00B08800 00"), [0x8F, 0x8F, 0x00]);
}
