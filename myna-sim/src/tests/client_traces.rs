//! What the clients people use today send, as it was logged, with the answers each of them needs.

use super::signatures::signature_command;
use super::*;

/// SHA-256 DigestInfo, 51 bytes.
fn digest_info() -> Vec<u8> {
    [bytes("3031300D060960864801650304020105000420"), vec![0x11; 32]].concat()
}

#[test]
fn opensc_probes_for_other_cards_and_finds_none() {
    let mut card = card();
    let mut probes = vec![
        "00A40400 07 627601FF000000".to_owned(),
        "00A40400 06 A00000000101".to_owned(),
        "00A40400 0B E82B0601040181C31F0201 00".to_owned(),
        "00A4040C 0F D23300000045737445494420763335".to_owned(),
        "00CADF30 05".to_owned(),
        "00CB3FFF 03 5C017E 08".to_owned(),
        "00A40400 09 A00000030800001000 00".to_owned(),
        "00A40400 09 A00000030800001000 00".to_owned(),
        "00A4040C 07 A000000116DB00 00".to_owned(),
        "00A40400 0C F276A288BCFBA69D34F31001".to_owned(),
        "00A40400 09 A00000039742544659 00".to_owned(),
        "00A40400 06 D27600012401 00".to_owned(),
    ];
    probes.push("00A4040C 07 A0000000791000 00".to_owned());
    probes.extend((0..16).map(|applet| format!("00A4040C 07 A000000079 01{applet:02X} 00")));
    for probe in probes {
        let status = card.status(&probe);
        assert!(!matches!(status >> 8, 0x61 | 0x62 | 0x63 | 0x90), "{probe}: {status:04X}");
    }
    card.expect(&[(SELECT_JPKI, 0x9000)]);
}

#[test]
fn opensc_reads_and_signs() {
    let mut card = card();
    let initialise = [
        (SELECT_JPKI, 0x9000),
        ("00A4020C 02 0018", 0x9000),
        ("00200080", 0x63C3),
        ("00A4020C 02 001B", 0x9000),
        ("00200080", 0x63C5),
    ];
    card.expect(&initialise);
    // The certificate: four bytes for its length, then blocks of 256, the last as long as what is left.
    let certificate = read_in_blocks(&mut card, "000A", 4, 0);
    card.expect(&[("00A4020C 02 0001", 0x9000), ("00B00000 04", 0x6982)]);
    for file in ["000B", "0002"] {
        read_in_blocks(&mut card, file, 4, 0);
    }
    card.expect(&[
        ("00A4020C 02 0018", 0x9000),
        ("00200080", 0x63C3),
        ("00A4020C 02 0018", 0x9000),
        (&format!("00200080{PIN_1234}"), 0x9000),
        ("00A4020C 02 0017", 0x9000),
    ]);
    assert_eq!(card.get(&signature_command("00", "80", &digest_info())).len(), 256);
    // The signature slot, with its second, context-specific login.
    for _ in 0..2 {
        card.expect(&[
            ("00A4020C 02 001B", 0x9000),
            ("00200080", 0x63C5),
            (&format!("00200080{PIN_ABC123}"), 0x9000),
        ]);
    }
    card.expect(&[("00A4020C 02 001A", 0x9000), (&signature_command("00", "80", &digest_info()), 0x9000)]);
    // "Log out" is to select the application again, and does not.
    card.expect(&[(SELECT_JPKI, 0x9000), ("00A4020C 02 0001", 0x9000), ("00B00000 04", 0x9000)]);
    assert_eq!(card.get("00B08A00 000000"), certificate);
}

#[test]
fn myna() {
    let mut card = card();
    card.expect(&[(SELECT_JPKI, 0x9000), ("00A4020C 02 0006", 0x9000)]);
    assert!(card.get("00B00000 20").starts_with(b"JPKIAPICCTOKEN2"));
    read_in_blocks(&mut card, "000A", 7, 7);
    card.expect(&[("00A4020C 02 001B", 0x9000), (&format!("00200080{PIN_ABC123}"), 0x9000)]);
    read_in_blocks(&mut card, "0001", 7, 7);
    card.expect(&[("00A4020C 02 001A", 0x9000), (&signature_command("00", "80", &digest_info()), 0x9000)]);
    // My number, four items, basic information, PIN status, card number.
    card.expect(&[
        (SELECT_TEXT, 0x9000),
        ("00A4020C 02 0011", 0x9000),
        (&format!("00200080{PIN_1234}"), 0x9000),
        ("00A4020C 02 0001", 0x9000),
    ]);
    assert_eq!(card.get("00B00000 11").len(), 17);
    read_in_blocks(&mut card, "0002", 7, 7);
    read_in_blocks(&mut card, "0005", 7, 7);
    card.expect(&[("00A4020C 02 0011", 0x9000), ("00200080", 0x63C3), (SELECT_COMMON, 0x9000)]);
    assert_eq!(card.get("00B2010C 00").len(), 30);
    // PIN change.
    card.expect(&[
        (SELECT_TEXT, 0x9000),
        ("00A4020C 02 0011", 0x9000),
        (&format!("00200080{PIN_1234}"), 0x9000),
        ("00240180 04 34333231", 0x9000),
    ]);
}

#[test]
fn jpki_rs_sends_everything_twice() {
    let mut card = card();
    let twice = |card: &mut SimulatedCard, commands: &[&str]| {
        for command in commands {
            let first = card.ask(command);
            assert_eq!((first.1, card.ask(command)), (0x9000, first), "{command}");
        }
    };
    twice(&mut card, &[SELECT_JPKI, "00A4020C 02 000A", "00B00000 07", "00B00000 00", "00B00100 00"]);
    let signature = format!("802A0080 23 3021300906052B0E03021A05000414 {} 00", "22".repeat(20));
    let verify = format!("00200080{PIN_1234}");
    twice(&mut card, &["00A4020C 02 0018", &verify, "00A4020C 02 0017", &signature]);
    twice(
        &mut card,
        &[SELECT_TEXT, "00A4020C 02 0011", &verify, "00A4020C 02 0001", "00B00000 11", "00A4020C 02 0002"],
    );
    twice(&mut card, &["00B00000 07", "00B00000 68"]);
}

#[test]
fn pyjpki_selects_the_application_again_between_pin_and_use() {
    let mut card = card();
    card.expect(&[(SELECT_JPKI, 0x9000), ("00A4020C 02 000A", 0x9000)]);
    // Blocks of 255 until 6B00; anything else at the end breaks it.
    let mut certificate = Vec::new();
    loop {
        let (block, status) = card.ask(&format!("00B0{:04X}FF", certificate.len()));
        if status == 0x6B00 {
            break;
        }
        assert_eq!(status, 0x9000);
        certificate.extend(block);
    }
    assert_eq!(card.get("00B08A00 000000"), certificate);
    // A DigestInfo without NULL.
    let without_null = [bytes("302F300B0609608648016503040201 0420"), vec![0x11; 32]].concat();
    assert_eq!(without_null.len(), 49);
    card.expect(&[
        (SELECT_JPKI, 0x9000),
        ("00A4020C 02 0018", 0x9000),
        (&format!("00200080{PIN_1234}"), 0x9000),
        (SELECT_JPKI, 0x9000),
        ("00A4020C 02 0017", 0x9000),
        (&signature_command("00", "80", &without_null), 0x9000),
        (SELECT_TEXT, 0x9000),
        ("00A4020C 02 0011", 0x9000),
        (&format!("00200080{PIN_1234}"), 0x9000),
        (SELECT_TEXT, 0x9000),
        ("00A4020C 02 0002", 0x9000),
        ("00B00000 00", 0x9000),
    ]);
}

#[test]
fn jsapdu_reads_whole_files_by_short_identifier() {
    let mut card = card();
    card.expect(&[("00A40400 0A D392F000260100000001 00", 0x9000)]);
    let by_name = card.get("00B08A00 000000");
    card.expect(&[("00A4020C 02 000A", 0x9000)]);
    assert_eq!(card.get("00B00000 000000"), by_name);
    card.expect(&[("00200098", 0x63C3), (&format!("00200098{PIN_1234}"), 0x9000)]);
    card.expect(&[
        (SELECT_TEXT, 0x9000),
        (&format!("00200091{PIN_1234}"), 0x9000),
        ("00B08200 000000", 0x9000),
    ]);
}

#[test]
fn myna_card() {
    let mut card = card();
    card.expect(&[
        ("00A40000", 0x6A86),
        ("00CA0045 00", 0x9000),
        ("00CA00F8 00", 0x6700),
        ("00CA00F8 000000", 0x9000),
        ("00CA7F21 00", 0x6700),
        (SELECT_COMMON, 0x9000),
        ("00CA5F51 00", 0x9000),
        ("00A4020C 02 0001", 0x9000),
        ("00B20104 00", 0x9000),
        (SELECT_JPKI, 0x9000),
        (&format!("00200098{PIN_1234}"), 0x9000),
    ]);
    for p1 in ["00", "01", "03", "05"] {
        card.expect(&[(&signature_command(p1, "97", b"message"), 0x9000)]);
    }
    for p1 in ["02", "04"] {
        card.expect(&[(&signature_command(p1, "97", &[0x11; 32]), 0x9000)]);
    }
}

#[test]
fn an_old_client_selects_the_key_first() {
    let mut card = card();
    card.expect(&[
        (SELECT_JPKI, 0x9000),
        ("00A4020C 02 0017", 0x9000),
        ("00A4020C 02 000A", 0x9000),
        ("00B00000 08", 0x9000),
        ("00B00008 FF", 0x9000),
    ]);
}

/// Reads the object at the start of an EF: its header in one piece of `header` bytes, then blocks of 256 from `from` on,
/// the last exactly as long as what is left.
fn read_in_blocks(card: &mut SimulatedCard, file: &str, header: usize, from: usize) -> Vec<u8> {
    card.expect(&[(&format!("00A4020C02{file}"), 0x9000)]);
    let mut object = card.get(&format!("00B00000{header:02X}"));
    let myna_apdu::tlv::ObjectLength::Known(length) = myna_apdu::tlv::object_length(&object).unwrap() else {
        panic!("{file}: {header} bytes do not tell the length");
    };
    object.truncate(from);
    while object.len() < length {
        let wanted = (length - object.len()).min(256);
        let block = card.get(&format!("00B0{:04X}{:02X}", object.len(), wanted % 256));
        assert_eq!(block.len(), wanted, "{file}");
        object.extend(block);
    }
    object
}
