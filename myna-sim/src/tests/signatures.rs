//! Row 11.6 of the checklist: what the card signs, and what it does not.

use rsa::{BoxedUint, Pkcs1v15Sign, hazmat};
use sha2::{Digest, Sha256};

use super::*;
use crate::pki::{CertificateAuthority, SimulatedKey};

#[test]
fn row_11_06_every_signature_scheme() {
    let mut card = card();
    let key = public_key(CertificateAuthority::UserAuthentication);
    let hash = Sha256::digest(b"message").to_vec();
    let digest_info = [bytes("3031300D060960864801650304020105000420"), hash.clone()].concat();
    card.expect(&[(SELECT_JPKI, 0x9000), (&format!("00200098{PIN_1234}"), 0x9000)]);

    let pkcs1 = |card: &mut SimulatedCard, p1: &str, input: &[u8], signed: &[u8]| {
        let signature = card.get(&signature_command(p1, "97", input));
        key.verify(Pkcs1v15Sign::new_unprefixed(), signed, &signature).unwrap();
    };
    for length in [1, 49, 51, 245] {
        pkcs1(&mut card, "00", &vec![0x5A; length], &vec![0x5A; length]);
    }
    pkcs1(&mut card, "01", b"message", &hash);
    pkcs1(&mut card, "02", &hash, &digest_info);
    pkcs1(&mut card, "03", b"message", &digest_info);
    pkcs1(&mut card, "03", &[0; 255], &[&digest_info[..19], &Sha256::digest([0; 255])[..]].concat());

    let by_hash = card.get(&signature_command("04", "97", &hash));
    let by_message = card.get(&signature_command("05", "97", b"message"));
    assert_ne!(by_hash, by_message, "the salts are the same");
    for signature in [by_hash, by_message] {
        assert!(pss_holds(&key, &hash, &signature));
    }
}

#[test]
fn row_11_06_what_the_signature_command_refuses() {
    let mut card = card();
    card.expect(&[
        (SELECT_JPKI, 0x9000),
        ("802A0080 01 AA 00", 0x6986),
        ("802A0097 01 AA 00", 0x6982),
        ("802A009A 01 AA 00", 0x6982),
        ("00A4020C 02 0017", 0x9000),
        ("802A0080 01 AA 00", 0x6982),
        (&format!("00200098{PIN_1234}"), 0x9000),
        ("802A0080 01 AA 00", 0x9000),
        ("802A0080 01 AA 00", 0x9000),
        ("802A009A 01 AA 00", 0x6982),
        ("802A0680 01 AA 00", 0x6A86),
        ("802AFF80 01 AA 00", 0x6A86),
        ("802A0017 01 AA 00", 0x6A86),
        ("802A0098 01 AA 00", 0x6981),
        ("802A008A 01 AA 00", 0x6981),
        ("802A0084 01 AA 00", 0x6A88),
        ("802A0000 01 AA 00", 0x6A88),
        ("802A0080", 0x6700),
        ("802A0080 00", 0x6700),
        ("802A0080 01 AA", 0x6700),
        ("802A0080 01 AA FF", 0x6700),
        (&signature_command("00", "80", &[0; 246]), 0x6700),
        (&signature_command("02", "80", &[0; 31]), 0x6700),
        (&signature_command("04", "80", &[0; 33]), 0x6700),
        (&format!("802A0380 000100 {} 0000", "00".repeat(256)), 0x6700),
        (SELECT_TEXT, 0x9000),
        // The application's own key, without a PIN.
        ("802A0000 01 AA 00", 0x9000),
        ("802A0093 01 AA 00", 0x9000),
    ]);
}

pub(super) fn signature_command(p1: &str, p2: &str, input: &[u8]) -> String {
    format!("802A{p1}{p2}{:02X}{}00", input.len(), hex::encode(input))
}

fn public_key(authority: CertificateAuthority) -> rsa::PublicKey {
    public_part(authority.holder_key().unwrap())
}

pub(super) fn public_part(key: &SimulatedKey) -> rsa::PublicKey {
    let [modulus, exponent] =
        [key.modulus(), key.public_exponent()].map(|number| BoxedUint::from_be_slice_vartime(&number));
    rsa::PublicKey::new(modulus, exponent).unwrap()
}

/// EMSA-PSS-VERIFY (RFC 8017, 9.1.2), step by step: not the encoder backwards.
fn pss_holds(key: &rsa::PublicKey, hash: &[u8], signature: &[u8]) -> bool {
    let signature = BoxedUint::from_be_slice(signature, 2048).unwrap();
    let encoded = hazmat::rsa_encrypt(key, &signature).unwrap().to_be_bytes();
    let (masked, rest) = encoded.split_at(223);
    let (h, trailer) = rest.split_at(32);
    let mut database: Vec<u8> = Vec::new();
    for counter in 0..7_u8 {
        let block = Sha256::digest([h, &[0, 0, 0, counter]].concat());
        let at = usize::from(counter) * 32;
        database.extend(masked[at..(at + 32).min(223)].iter().zip(block).map(|(byte, mask)| byte ^ mask));
    }
    database[0] &= 0x7F;
    let (padding, salt) = database.split_at(191);
    let expected = Sha256::digest([&[0; 8], hash, salt].concat());
    masked[0] & 0x80 == 0
        && trailer == [0xBC]
        && padding[..190].iter().all(|byte| *byte == 0)
        && padding[190] == 1
        && expected.as_slice() == h
}
