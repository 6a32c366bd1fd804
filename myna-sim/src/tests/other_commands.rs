//! What is in sections 1 to 6 and in no row of the checklist.

use super::*;
use crate::Reference;

#[test]
fn a_pin_is_changed_after_it_was_verified() {
    let mut card = card();
    card.expect(&[
        (SELECT_JPKI, 0x9000),
        ("00A4020C 02 0018", 0x9000),
        ("00240180 04 30303030", 0x6982),
        (&format!("00200080{PIN_1234}"), 0x9000),
        ("00240080 04 30303030", 0x6A86),
        ("00240180", 0x6700),
        ("00240180 03 303030", 0x6A80),
        ("00240180 04 41414141", 0x6A80),
        ("0024019B 06 414141313131", 0x6982),
        ("00240180 04 30303030", 0x9000),
        (&format!("00200080{PIN_1234}"), 0x63C2),
        ("00200080 04 30303030", 0x9000),
        (&format!("0020009B{PIN_ABC123}"), 0x9000),
        ("0024019B 06 414141414141", 0x6A80),
        ("0024019B 07 5A5A5A39393939", 0x9000),
        ("0020009B 07 5A5A5A39393939", 0x9000),
    ]);
}

#[test]
fn challenges_never_repeat() {
    let mut card = card();
    let first = card.get("00840000 00");
    let second = card.get("00840000 00");
    assert_eq!((first.len(), card.get("00840000 01").len()), (256, 1));
    assert!(first.chunks(32).all(|block| !second.chunks(32).any(|other| other == block)));
    card.power_off();
    card.power_on();
    assert_ne!(card.get("00840000 00"), first);
    card.expect(&[
        ("00840100 08", 0x6A86),
        ("00840000", 0x6700),
        ("00840000 000008", 0x6985),
        (SELECT_JPKI, 0x9000),
        ("00840000 08", 0x9000),
    ]);
    let other = CardSettings { seed: 1, ..CardSettings::default() };
    assert_ne!(card_with(other).get("00840000 00"), first);
    assert_eq!(super::card().get("00840000 00"), first);
}

#[test]
fn records() {
    let mut card = card();
    card.expect(&[(SELECT_COMMON, 0x9000)]);
    let record = card.get("00B2010C 00");
    assert_eq!((record.len(), &record[..2]), (30, &[0x01, 0x1C][..]));
    let digits = std::str::from_utf8(&record[2..]).unwrap();
    assert!(digits.bytes().all(|byte| byte.is_ascii_digit()));
    // Issued on 1 April 2024 to somebody born on 14 July.
    assert_eq!((&digits[15..20], &digits[20..]), ("13999", "20330714"));
    assert_eq!(card.get("00B2010C 04"), record[..4]);
    assert_eq!(card.get("00B20104 00"), record);
    card.expect(&[
        ("00B2020C 00", 0x6A83),
        ("00B2000C 00", 0x6A83),
        ("00B2010D 00", 0x6A81),
        ("00B20108 00", 0x6A86),
        ("00B2011C 00", 0x6A82),
        ("00B201FC 00", 0x6A86),
        ("00B2010C", 0x6700),
        ("00B08100 00", 0x6981),
        ("00A4020C 02 001E", 0x9000),
        ("00B20104 00", 0x6981),
        ("00B00000 00", 0x6981),
        (SELECT_JPKI, 0x9000),
        ("00B20104 00", 0x6986),
        ("00B20154 00", 0x6981),
    ]);
}

#[test]
fn without_power_there_is_no_answer_worth_the_name() {
    let mut card = card();
    card.power_off();
    card.expect(&[(SELECT_JPKI, 0x6F00), (SELECT_JPKI, 0x6F00)]);
    card.reset();
    card.expect(&[(SELECT_JPKI, 0x9000)]);
}

#[test]
fn a_card_that_refuses_its_first_command() {
    let mut card = card_with(CardSettings { refuses_first_command: true, ..CardSettings::default() });
    card.expect(&[(SELECT_JPKI, 0x6F00), (SELECT_JPKI, 0x9000)]);
    card.reset();
    card.expect(&[(SELECT_JPKI, 0x9000)]);
    card.power_off();
    card.power_on();
    card.expect(&[("00A40000", 0x6F00), (SELECT_JPKI, 0x9000)]);
}

#[test]
fn counters_are_set_within_their_limits() {
    let mut card = card();
    card.set_counters(Counters { user_authentication: 200, digital_signature: 0, ..Counters::default() });
    assert_eq!(
        Reference::ALL.map(|reference| card.counters().get(reference)),
        [3, 0, 3, 10, 10, 10, 10, 10, 3, 3]
    );
    card.expect(&[(SELECT_JPKI, 0x9000), ("0020009B", 0x63C0), (&format!("0020009B{PIN_ABC123}"), 0x6984)]);
}
