//! The applications with printed data, and what the card tells of itself: every digest, signature and certificate.

use myna_apdu::tlv::{Tag, Tlv};
use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, Pkcs1v15Sign};
use sha2::{Digest, Sha256};

use super::signatures::public_part;
use super::*;
use crate::check::png_size;
use crate::pki::{CardKeyName, FaceAuthority, common_card_key, session_key};

/// The persona is born on 14 July of 昭和 63 and its card expires in 2034.
const BIRTH_DATE: &str = "06 363330373134";
const NUMBER_A: &str = "0C 393030303030303030303130";

fn number_b() -> String {
    let digits = persona().number_b(today()).unwrap();
    format!("0E {}", hex::encode(digits))
}

#[test]
fn section_2_3_a_and_b_are_swapped_between_the_two_applications() {
    let mut card = card();
    card.expect(&[
        (SELECT_TEXT, 0x9000),
        (&format!("00200095{NUMBER_A}"), 0x63C9),
        (&format!("00200094{}", number_b()), 0x63C9),
        (SELECT_VISUAL, 0x9000),
        (&format!("00200092{NUMBER_A}"), 0x63C9),
        (&format!("00200093{}", number_b()), 0x63C9),
        // The year of the calendar is not the year of the era.
        ("00200091 06 383830373134", 0x63C9),
        (&format!("00200091{BIRTH_DATE}"), 0x9000),
    ]);
}

#[test]
fn section_2_2_reference_0012_arrives_blocked() {
    let mut card = card();
    card.expect(&[
        (SELECT_TEXT, 0x9000),
        ("00200092", 0x63C0),
        (&format!("00200092{PIN_1234}"), 0x6984),
        ("00A4020C 02 0012", 0x9000),
        ("00200080", 0x63C0),
        ("00240180 04 31323334", 0x6984),
    ]);
}

#[test]
fn section_3_1_printed_numbers_have_ten_tries() {
    let mut card = card();
    let wrong = "0020009306 303030303030".to_owned();
    card.expect(&[(SELECT_VISUAL, 0x9000)]);
    for left in (0..10).rev() {
        assert_eq!(card.status(&wrong), 0x63C0 | left);
    }
    card.expect(&[
        (&format!("00200093{NUMBER_A}"), 0x6984),
        ("00200093", 0x63C0),
        (&format!("00200092{}", number_b()), 0x9000),
    ]);
}

#[test]
fn section_3_1_number_b_is_birth_in_the_era_expiry_and_security_code() {
    let persona = persona();
    let digits = persona.number_b(today()).unwrap();
    let expiry = persona.card_expiry(today()).unwrap();
    assert_eq!(digits, format!("630714{}{}", expiry.year(), persona.security_code()));
    assert_eq!((digits.len(), expiry.to_wire()), (14, "20330714".to_owned()));
}

/// An object of a file, and the bytes from its tag to its end.
fn object(file: &[u8], tag: u32) -> (Vec<u8>, Vec<u8>) {
    let found = Tlv::first(file).unwrap().find(Tag(tag)).unwrap().unwrap();
    let value = found.value().to_vec();
    let start = found.value().as_ptr() as usize - file.as_ptr() as usize;
    let header = found.encoded_len() - value.len();
    (value, file[start - header..start - header + found.encoded_len()].to_vec())
}

/// A key as the card writes it.
fn key(value: &[u8]) -> rsa::PublicKey {
    assert_eq!(
        (value.len(), &value[..5], &value[5..9]),
        (265, &bytes("90 03 010001")[..], &bytes("91 820100")[..])
    );
    rsa::PublicKey::new(BoxedUint::from_be_slice_vartime(&value[9..]), BoxedUint::from(65_537_u32)).unwrap()
}

fn is_signed(key: &rsa::PublicKey, message: &[u8], signature: &[u8]) -> bool {
    let info = [bytes("3031300D060960864801650304020105000420"), Sha256::digest(message).to_vec()].concat();
    key.verify(Pkcs1v15Sign::new_unprefixed(), &info, signature).is_ok()
}

/// The key that EF `0004` certifies.
fn issuer(certificate: &[u8], authority: FaceAuthority) -> rsa::PublicKey {
    let (body, _) = object(certificate, 0x5F4E);
    let (signature, _) = object(certificate, 0x5F37);
    assert_eq!(body[..16], *authority.root_identifier().as_bytes());
    assert_eq!(body[16..32], *authority.issuer_identifier("13999").as_bytes());
    assert!(body.starts_with(b"9"), "the issuer's name is not a simulated one");
    assert!(is_signed(&public_part(authority.root_key().unwrap()), &body, &signature));
    key(&body[32..])
}

fn file(card: &mut SimulatedCard, identifier: u8) -> Vec<u8> {
    card.get(&format!("00B0{:02X}00 000000", 0x80 | identifier))
}

#[test]
fn section_2_2_2_signatures_of_the_text_application() {
    let mut card = card();
    card.expect(&[(SELECT_TEXT, 0x9000), (&format!("00200091{PIN_1234}"), 0x9000)]);
    let issuer = issuer(&file(&mut card, 4), FaceAuthority::Text);

    let record = file(&mut card, 3);
    let signed = [object(&record, 0xDF31).1, object(&record, 0xDF32).1].concat();
    assert!(is_signed(&issuer, &signed, &object(&record, 0xDF33).0));

    let record = file(&mut card, 7);
    assert_eq!(record[..5], bytes("FF50 820213")[..]);
    let (own, covered) = object(&record, 0xDF51);
    assert!(is_signed(&issuer, &covered, &object(&record, 0xDF52).0));
    // The key certified is the key that signs, without any right.
    let signature = card.get("802A0300 09 6368616C6C656E6765 00");
    assert!(is_signed(&key(&own), b"challenge", &signature));

    let session = file(&mut card, 6);
    assert_eq!(session[..4], bytes("A1 820109")[..]);
    assert_eq!(key(&session[4..]).n(), public_part(session_key().unwrap()).n());
    let basic = file(&mut card, 5);
    assert_eq!(object(&basic, 0xDF42).0, FaceAuthority::Text.issuer_identifier("13999").as_bytes());
}

#[test]
fn section_2_3_1_the_card_face_and_its_offsets() {
    let mut card = card();
    card.expect(&[(SELECT_VISUAL, 0x9000), (&format!("00200093{NUMBER_A}"), 0x9000)]);
    let face = file(&mut card, 2);
    let template = Tlv::first(&face).unwrap();
    assert!(
        face.len() > template.encoded_len()
            && face[template.encoded_len()..].iter().all(|byte| *byte == 0xFF)
    );
    let tags: Vec<u32> = (0xDF22..=0xDF2A).collect();
    let offsets = object(&face, 0xDF21).0;
    assert_eq!(offsets.len(), 18);
    for (pair, tag) in offsets.chunks(2).zip(&tags) {
        let offset = usize::from(u16::from_be_bytes([pair[0], pair[1]]));
        assert_eq!(Tlv::first(&face[offset..]).unwrap().tag(), Tag(*tag));
    }
    let value = |tag| object(&face, tag).0;
    assert_eq!((value(0xDF22), value(0xDF23)), (b"19880714".to_vec(), b"2".to_vec()));
    assert_eq!(value(0xDF29), b"20330714");
    for (tag, size) in [(0xDF25, (216, 12)), (0xDF26, (288, 12)), (0xDF2A, (24, 12))] {
        assert_eq!(png_size(&value(tag)), Ok(size), "{tag:04X}");
    }
    // JP2: signature box; height, width, one component of 8 bits; grey; the code stream ends.
    let photo = value(0xDF27);
    assert_eq!(photo[..12], bytes("0000000C 6A502020 0D0A870A")[..]);
    let header = photo.windows(4).position(|window| window == b"ihdr").unwrap();
    assert_eq!(photo[header + 4..header + 15], bytes("000001D8 0000017A 0001 07")[..]);
    let colour = photo.windows(4).position(|window| window == b"colr").unwrap();
    assert_eq!(photo[colour + 4..colour + 11], bytes("010000 00000011")[..]);
    assert!(photo.ends_with(&[0xFF, 0xD9]));
}

#[test]
fn row_11_12_section_2_3_2_signatures_of_the_visual_application() {
    let mut card = card();
    card.expect(&[
        (SELECT_VISUAL, 0x9000),
        (&format!("00200093{NUMBER_A}"), 0x9000),
        (&format!("00200091{BIRTH_DATE}"), 0x9000),
    ]);
    let issuer = issuer(&file(&mut card, 4), FaceAuthority::Visual);
    let [age, face, number] = [1, 2, 5].map(|identifier| file(&mut card, identifier));
    assert_eq!(age[..5], bytes("FF10 82021E")[..]);
    let own = object(&face, 0xDF24).0;
    for (record, data, card_key, signature) in
        [(&age, 0xDF11, 0xDF12, 0xDF13), (&number, 0xDF41, 0xDF42, 0xDF43)]
    {
        let signed = [object(record, data).1, object(record, card_key).1].concat();
        assert!(is_signed(&issuer, &signed, &object(record, signature).0), "{signature:04X}");
        assert_eq!(object(record, card_key).0, own);
    }
    assert_eq!(png_size(&object(&number, 0xDF41).0), Ok((72, 12)));

    // DF28: three digests under a DigestInfo that is not that of sha256WithRSA.
    let whole = |tags: &[u32]| tags.iter().flat_map(|tag| object(&face, *tag).1).collect::<Vec<u8>>();
    let digests = [whole(&[0xDF22, 0xDF23, 0xDF24]), whole(&[0xDF25, 0xDF26]), whole(&[0xDF27])]
        .map(|covered| Sha256::digest(covered).to_vec())
        .concat();
    let info = [bytes("3071300D060960864801650304020105000460"), digests].concat();
    assert_eq!(info.len(), 115);
    let signature = object(&face, 0xDF28).0;
    issuer.verify(Pkcs1v15Sign::new_unprefixed(), &info, &signature).unwrap();

    card.expect(&[(SELECT_ISD, 0x9000), (SELECT_VISUAL, 0x9000)]);
    let challenge = card.get("802A0300 09 6368616C6C656E6765 00");
    assert!(is_signed(&key(&own), b"challenge", &challenge));
}

#[test]
fn section_2_5_the_common_and_the_resident_register_application() {
    let mut card = card();
    card.expect(&[(SELECT_COMMON, 0x9000), ("00B08100 00", 0x6981), ("00B2020C 00", 0x6A83)]);
    let record = card.get("00B2010C 00");
    let digits = std::str::from_utf8(&record[2..]).unwrap();
    assert_eq!((&record[..2], digits.len(), &digits[15..]), (&[0x01, 0x1C][..], 28, "1399920330714"));
    for select in [SELECT_COMMON, SELECT_RESIDENT_REGISTER] {
        card.expect(&[(select, 0x9000)]);
        assert_eq!(file(&mut card, 2).len(), 16);
        card.expect(&[
            ("00A4020C 02 001C", 0x9000),
            ("00200080", 0x63C3),
            ("80320080 04 30303030", 0x6982),
            (&format!("00200080{PIN_1234}"), 0x9000),
            // CHANGE KEY, not CHANGE REFERENCE DATA.
            ("00240180 04 30303030", 0x6985),
            ("80320180 04 30303030", 0x6A86),
            ("80320080 04 41414141", 0x6A80),
            ("80320080 04 30303030", 0x9000),
            (&format!("0020009C{PIN_1234}"), 0x63C2),
            ("0020009C 04 30303030", 0x9000),
        ]);
    }
    card.expect(&[
        (SELECT_JPKI, 0x9000),
        (&format!("00200098{PIN_1234}"), 0x9000),
        ("80320098 04 30303030", 0x6985),
    ]);
}

#[test]
fn section_4_3_only_key_0019_answers_internal_authenticate() {
    let mut card = card();
    card.expect(&[(SELECT_COMMON, 0x9000)]);
    let public = public_part(common_card_key().unwrap());
    for length in [1, 255] {
        let challenge = vec![0x5A; length];
        let command = format!("00880099 {length:02X} {} 00", hex::encode(&challenge));
        assert!(is_signed(&public, &challenge, &card.get(&command)));
    }
    card.expect(&[
        ("00880099 01 AA", 0x6700),
        ("00880099 00", 0x6700),
        ("00880199 01 AA 00", 0x6A86),
        ("00880080 01 AA 00", 0x6986),
        ("0088009C 01 AA 00", 0x6981),
        ("00880098 01 AA 00", 0x6A88),
        ("802A0099 01 AA 00", 0x6981),
        (SELECT_JPKI, 0x9000),
        ("00880097 01 AA 00", 0x6982),
        (SELECT_TEXT, 0x9000),
        ("00880093 01 AA 00", 0x6985),
        (SELECT_VISUAL, 0x9000),
        ("0088009A 01 AA 00", 0x6985),
    ]);
}

#[test]
fn section_2_6_data_objects_while_the_isd_is_current() {
    let mut card = card();
    assert_eq!(card.get("00CA0042 00"), CardKeyName::CARD_ROOT.as_bytes());
    assert_eq!(card.get("00CA0045 00").len(), 15);
    assert_eq!(Tlv::first(&card.get("00CA0066 00")).unwrap().tag(), Tag(0x66));
    assert_eq!(card.get("00CA00F0 00"), b"13999");
    assert_eq!(card.get("00CA00F2 00"), b"20330714");
    assert_eq!(card.get("00CA00F7 00"), CardKeyName::CARD_INTERMEDIATE.as_bytes());
    assert_eq!(card.get("00CA5F51 00"), bytes("E000FF8131FE4514"));
    // Two certificates, the second under the key of the first; too long for a short Le.
    let mut signer = None;
    for command in ["00CA00F8 00", "00CA7F21 00"] {
        assert_eq!(card.status(command), 0x6700);
        let object = card.get(&format!("{command}0000"));
        assert_eq!((object.len(), &object[..12]), (575, &bytes("4D0A 4210 5F2010 5F49820109")[..]));
        let (body, signature) = (&object[17..314], &object[319..]);
        if let Some(signer) = &signer {
            assert!(is_signed(signer, body, signature));
        }
        signer = Some(key(&body[32..]));
    }
    card.expect(&[
        ("00CA0043 00", 0x6A88),
        ("00CA0042", 0x6700),
        (SELECT_COMMON, 0x9000),
        ("00CA0042 00", 0x6A88),
        ("00CA5F51 00", 0x9000),
        (SELECT_ISD, 0x9000),
        ("00CA0042 00", 0x9000),
    ]);
}

fn of(persona: &str) -> SimulatedCard {
    SimulatedCard::new(&Persona::from_toml(persona).unwrap(), today()).unwrap()
}

#[test]
fn section_9_1_a_phone_wants_the_pin_before_the_certificate() {
    for (profile, label, last_command) in
        [("android", "JPKIAPGPSETOKEN", 0x6700), ("iphone", "JPKIAPIOSTOKEN", 0x9000)]
    {
        let mut phone = of(&format!("card.profile = \"{profile}\""));
        phone.expect(&[
            (SELECT_TEXT, 0x6A82),
            (SELECT_VISUAL, 0x6A82),
            (SELECT_COMMON, 0x6A82),
            (SELECT_JPKI, 0x9000),
            ("00B08A00 00", 0x6982),
            ("00B08B00 00", 0x9000),
            (&format!("00200098{PIN_1234}"), 0x9000),
            ("00B08A00 00", 0x9000),
            ("80FC0000", last_command),
        ]);
        assert_eq!(phone.get("00B08600 20"), format!("{label:<32}").as_bytes());
    }
}

#[test]
fn section_5_a_face_authentication_card_has_no_pins() {
    let mut card = of("card.profile = \"face-authentication\"");
    card.expect(&[
        (SELECT_JPKI, 0x9000),
        ("00A4020C 02 0001", 0x6A82),
        ("00B08A00 00", 0x9000),
        ("00200098", 0x63C0),
        ("0020009B", 0x63C0),
        (&format!("00200098{PIN_1234}"), 0x6984),
        (SELECT_TEXT, 0x9000),
        ("00200091", 0x63C0),
        (&format!("00200094{NUMBER_A}"), 0x9000),
        (SELECT_VISUAL, 0x9000),
        (&format!("00200093{NUMBER_A}"), 0x9000),
        ("00B08200 00", 0x9000),
    ]);
}

#[test]
fn section_7_1_two_generations_of_a_ca_have_one_name_and_two_keys() {
    use der::{Decode, Encode};
    let certificate = |generation: u8, file: &str| {
        let mut card = of(&format!("certificates.generation = {generation}"));
        card.expect(&[(SELECT_JPKI, 0x9000)]);
        x509_cert::Certificate::from_der(&card.get(&format!("00B0{file}00 000000"))).unwrap()
    };
    let [first, second] = [1, 2].map(|generation| certificate(generation, "8B"));
    let key = |certificate: &x509_cert::Certificate| {
        let info = certificate.tbs_certificate().subject_public_key_info().to_der().unwrap();
        <rsa::PublicKey as rsa::pkcs8::DecodePublicKey>::from_public_key_der(&info).unwrap()
    };
    assert_eq!(first.tbs_certificate().subject(), second.tbs_certificate().subject());
    assert_ne!(key(&first), key(&second));
    let holder = certificate(2, "8A");
    assert_eq!(holder.tbs_certificate().issuer(), first.tbs_certificate().subject());
    let message = holder.tbs_certificate().to_der().unwrap();
    let signature = holder.signature().as_bytes().unwrap();
    assert!(is_signed(&key(&second), &message, signature) && !is_signed(&key(&first), &message, signature));
}

#[test]
fn section_7_3_a_replaced_character_is_marked_in_the_certificate() {
    let persona =
        Persona::from_toml("holder.family_name = \"𠮷田\"\nholder.certificate_name = \"吉田　葵\"").unwrap();
    let name = persona.certificate_holder().name;
    assert_eq!((name.text(), name.substitutions()), ("吉田　葵", "1000"));
    let mut card = SimulatedCard::new(&persona, today()).unwrap();
    card.expect(&[(SELECT_TEXT, 0x9000), (&format!("00200091{PIN_1234}"), 0x9000)]);
    assert_eq!(object(&file(&mut card, 2), 0xDF22).0, "𠮷田　葵".as_bytes());
}
