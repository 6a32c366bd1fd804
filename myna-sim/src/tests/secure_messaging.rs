//! Secure messaging of the text application and the terminal's certificate, seen from the host.

use super::host::{Host, session_key_command};
use super::*;
use crate::pki::{session_key, terminal_certificate};

impl Host {
    /// Sends the key that begins with this byte.
    fn start(card: &mut SimulatedCard, first: u8) -> Self {
        let message = [&[0xA0, 0x22, 0x80, 0x20], [first; 32].as_slice()].concat();
        assert_eq!(card.status(&set_session_key(&message)), 0x9000);
        Self::new([first; 16])
    }

    fn seal(&mut self, header: &str, plain: &str) -> String {
        hex::encode(self.sealed(bytes(header).try_into().unwrap(), &bytes(plain)))
    }

    fn read(&mut self, card: &mut SimulatedCard, file: u8, expected: u16) -> (Vec<u8>, u16) {
        let (answer, status) = card.ask(&hex::encode(self.read_command(file, expected)));
        let plain = if status == 0x9000 { self.opened(&answer).unwrap() } else { answer };
        (plain, status)
    }
}

fn set_session_key(message: &[u8]) -> String {
    hex::encode_upper(session_key_command(&session_key().unwrap().modulus(), message))
}

fn verified() -> SimulatedCard {
    let mut card = card();
    card.expect(&[(SELECT_TEXT, 0x9000), (&format!("00200091{PIN_1234}"), 0x9000)]);
    card
}

const GOOD_KEY: [u8; 36] = {
    let mut message = [0x11; 36];
    (message[0], message[1], message[2], message[3]) = (0xA0, 0x22, 0x80, 0x20);
    message
};

#[test]
fn section_4_5_files_are_read_enciphered() {
    let mut card = verified();
    let plain = [1, 2, 3, 7].map(|file| card.get(&format!("00B0{:02X}00 000000", 0x80 | file)));
    let mut host = Host::start(&mut card, 0x11);
    for (file, whole) in [1, 2, 3, 7].into_iter().zip(&plain) {
        assert_eq!(host.read(&mut card, file, 0), (whole.clone(), 0x9000), "EF {file:04X}");
        assert_eq!(host.read(&mut card, file, 5), (whole[..5].to_vec(), 0x9000));
    }
    // A command in the clear does not count; one that is refused does.
    card.expect(&[("00B08100 000000", 0x9000)]);
    assert_eq!(host.read(&mut card, 0x19, 0), (Vec::new(), 0x6A82));
    assert_eq!(host.read(&mut card, 1, 0), (plain[0].clone(), 0x9000));
}

#[test]
fn section_4_5_select_and_verify_are_enciphered() {
    let mut card = verified();
    let mut host = Host::start(&mut card, 0x11);
    let wrong = host.seal("08200091", "39393939");
    let right = host.seal("08200091", "31323334");
    let file = host.seal("08A4020C", "0003");
    card.expect(&[(&wrong, 0x63C2), (&right, 0x9000), (&file, 0x9000), ("00B00000 000000", 0x9000)]);
    assert_eq!(card.counters(), Counters::default());
    // The same bytes once more: the vector is another, so they mean nothing.
    card.expect(&[(&right, 0x6988), ("00B08100 00", 0x9000)]);
    assert_eq!(card.counters(), Counters::default());
}

#[test]
fn section_4_5_a_failure_destroys_the_session() {
    let broken: [fn(&mut Host) -> String; 5] = [
        |_| "08200091 05 8603010000".to_owned(),
        |_| "08B08100 000005 970300 0000 0000".to_owned(),
        |_| "08B08100 000004 96030000 0000".to_owned(),
        |host| host.seal("08200091", "31323334").replacen("8611", "8711", 1),
        |host| {
            host.commands += 1;
            host.seal("08200091", "31323334")
        },
    ];
    for (case, make) in broken.into_iter().enumerate() {
        let mut card = verified();
        let mut host = Host::start(&mut card, 0x11);
        let command = make(&mut host);
        assert_eq!(card.status(&command), 0x6988, "case {case}");
        assert_eq!(host.read(&mut card, 1, 0).1, 0x69FC, "case {case}");
        assert_eq!(card.counters(), Counters::default(), "case {case}");
        // The PIN is still verified, and a new session can begin.
        let mut host = Host::start(&mut card, 0x22);
        assert_eq!(host.read(&mut card, 1, 0).1, 0x9000, "case {case}");
    }
}

#[test]
fn section_4_5_confidentiality_only() {
    let mut card = verified();
    let mut host = Host::start(&mut card, 0x11);
    card.expect(&[("0CB08100 000005 9603000000 0000", 0x6987)]);
    assert_eq!(host.read(&mut card, 1, 0).1, 0x9000);
}

/// None of them comes to a vector: the next one of the host is still the card's.
#[test]
fn section_4_5_what_is_no_protected_command_is_not_counted() {
    let mut card = verified();
    let mut host = Host::start(&mut card, 0x11);
    card.expect(&[
        // The chaining bit, other channels, other kinds.
        ("18B08100 000005 9603000000 0000", 0x6987),
        ("04B08100 000005 9603000000 0000", 0x6987),
        ("0AB08100 000005 9603000000 0000", 0x6881),
        ("60B08100 000005 9603000000 0000", 0x6881),
        ("28B08100 000005 9603000000 0000", 0x6E00),
        ("88B08100 000005 9603000000 0000", 0x6E00),
        ("082A0000 01 AA 00", 0x6882),
        ("08240191 01 AA", 0x6882),
        ("08AE0000 01 AA", 0x6882),
    ]);
    assert_eq!(host.read(&mut card, 1, 0).1, 0x9000);
}

/// Nothing in a session is the card's own choice, so who brings the same key again has the same vectors again. The card was
/// not seen to refuse it, and nothing in the exchange would let it.
#[test]
fn section_4_5_a_key_that_comes_back_begins_anew() {
    let mut card = verified();
    let answers = [0, 1].map(|_| {
        let mut host = Host::start(&mut card, 0x11);
        card.get(&hex::encode(host.read_command(1, 0)))
    });
    assert_eq!(answers[0], answers[1]);
}

/// A right is asked for inside a session as outside.
#[test]
fn section_4_5_a_session_opens_nothing() {
    let mut card = verified();
    let mut host = Host::start(&mut card, 0x11);
    let wrong = host.seal("08200091", "39393939");
    card.expect(&[(&wrong, 0x63C2)]);
    assert_eq!(host.read(&mut card, 1, 0), (Vec::new(), 0x6982));
    assert_eq!(host.read(&mut card, 4, 4).1, 0x9000, "free, and the session goes on");
    let right = host.seal("08200091", "31323334");
    card.expect(&[(&right, 0x9000)]);
    assert_eq!(host.read(&mut card, 1, 0).1, 0x9000);
}

#[test]
fn section_4_5_the_session_lives_as_long_as_the_security_status() {
    type Event = fn(&mut SimulatedCard);
    let table: [(&str, Event, bool); 5] = [
        ("SELECT text", |card| card.expect(&[(SELECT_TEXT, 0x9000)]), true),
        ("warm reset", SimulatedCard::reset, true),
        ("SELECT JPKI", |card| card.expect(&[(SELECT_JPKI, 0x9000), (SELECT_TEXT, 0x9000)]), false),
        ("SELECT ISD", |card| card.expect(&[(SELECT_ISD, 0x9000), (SELECT_TEXT, 0x9000)]), false),
        (
            "power",
            |card| {
                card.power_off();
                card.power_on();
                card.expect(&[(SELECT_TEXT, 0x9000)]);
            },
            false,
        ),
    ];
    for (event, happens, kept) in table {
        let mut card = verified();
        let mut host = Host::start(&mut card, 0x11);
        happens(&mut card);
        let expected = if kept { 0x9000 } else { 0x69FC };
        assert_eq!(host.read(&mut card, 1, 0).1, expected, "{event}");
    }
}

#[test]
fn section_4_5_what_set_session_key_refuses() {
    let good = set_session_key(&GOOD_KEY);
    let mut card = card();
    card.expect(&[
        (&good, 0x66F1),
        (SELECT_JPKI, 0x9000),
        (&good, 0x6982),
        (SELECT_RESIDENT_REGISTER, 0x9000),
        (&good, 0x6982),
        (SELECT_COMMON, 0x9000),
        (&good, 0x66F1),
        (SELECT_VISUAL, 0x9000),
        (&good, 0x66F1),
        (SELECT_TEXT, 0x9000),
        (&good, 0x6982),
        // A does not do.
        ("00200094 0C 393030303030303030303130", 0x9000),
        (&good, 0x6982),
        (&format!("00200091{PIN_1234}"), 0x9000),
        (&good.replacen("80AE0000", "80AE0001", 1), 0x6A86),
        ("80AE0000 20 1111111111111111111111111111111111111111111111111111111111111111", 0x6700),
        (&format!("80AE0000 000100 {}", "FF".repeat(256)), 0x6F00),
        (&format!("80AE0000 000100 {}", "01".repeat(256)), 0x6A80),
        (&set_session_key(&[&[0xA0, 0x22, 0x81, 0x20], [0x11; 32].as_slice()].concat()), 0x6A80),
        (&set_session_key(&GOOD_KEY[..35]), 0x6A80),
        (&set_session_key(&[]), 0x6A80),
        ("08B08100 000005 9603000000 0000", 0x69FC),
        (&good, 0x9000),
    ]);
}

fn terminal_commands() -> [String; 2] {
    let [body, signature] = terminal_certificate().unwrap();
    assert_eq!((body.len(), signature.len()), (307, 261));
    [("06C1", body), ("00C1", signature)]
        .map(|(parameters, data)| format!("80A2{parameters} 00{:04X} {}", data.len(), hex::encode(data)))
}

#[test]
fn section_5_a_terminal_is_refused_unless_the_switch_is_on() {
    let [body, signature] = terminal_commands();
    let mut card = card();
    card.expect(&[
        (SELECT_JPKI, 0x9000),
        ("00A4020C 02 0016", 0x9000),
        (&body, 0x6985),
        (&signature, 0x6985),
        ("802A0097 01 AA 00", 0x6982),
    ]);
}

#[test]
fn section_5_an_accepted_terminal_opens_one_key() {
    let [body, signature] = terminal_commands();
    let mut card = card_with(CardSettings { accepts_terminals: true, ..CardSettings::default() });
    let forged = format!("{}00", &signature[..signature.len() - 2]);
    card.expect(&[
        (SELECT_JPKI, 0x9000),
        (&body, 0x6986),
        ("00A4020C 02 0017", 0x9000),
        (&body, 0x6981),
        ("00A4020C 02 0016", 0x9000),
        ("00B00000 00", 0x6981),
        (&format!("80A200C1 000100 {}", "00".repeat(256)), 0x6700),
        ("80A20000 01 AA", 0x6A86),
        ("80A200AE 01 AA", 0x6A86),
        ("80A28000 01 AA", 0x6A86),
        ("80A200B6 01 AA", 0x6A86),
        // The signature without its body, a wrong one, the right one after it.
        (&signature, 0x6985),
        (&body, 0x9000),
        (&forged, 0x6982),
        (&signature, 0x6985),
        ("802A0097 01 AA 00", 0x6982),
        (&body, 0x9000),
        (&signature, 0x9000),
        ("802A0097 01 AA 00", 0x9000),
        // Nothing else.
        ("802A009A 01 AA 00", 0x6982),
        ("00B08100 04", 0x6982),
        ("00240198 04 30303030", 0x6982),
        ("00200098", 0x63C3),
        (SELECT_TEXT, 0x9000),
        (SELECT_JPKI, 0x9000),
        ("802A0097 01 AA 00", 0x6982),
    ]);
}
