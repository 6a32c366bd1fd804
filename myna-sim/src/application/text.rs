use sha2::{Digest, Sha256};

use super::{Application, UNREADABLE};
use crate::file::{Access, Content, File};
use crate::pki::{CertificateAuthority, PkiError, Sex};
use crate::{Persona, Reference};

/// 券面事項入力補助AP: the My Number and the four items, with a record of their integrity.
///
/// In the real card the integrity record is signed by an issuer whose key EF `0004` certifies, and EF `0013` is a key of
/// the card. Here two keys of the test PKI stand in for them, the digital-signature CA's for the issuer and the
/// user-authentication CA's for the card, until there is an EF `0004`.
pub(super) fn application(persona: &Persona) -> Result<Application, PkiError> {
    let my_number = my_number(persona);
    let items = items(persona);
    let integrity = integrity_record(&my_number, &items.signed)?;
    let own_key = File::new(
        0x0013,
        Access::Free,
        Content::Key(CertificateAuthority::UserAuthentication.authority_key()?),
    );
    let pin = Access::Verified(Reference::CardFace);
    Ok(Application {
        name: NAME,
        own_key: Some(own_key.identifier),
        files: vec![
            File::transparent(0x0001, pin, my_number),
            File::transparent(0x0002, pin, items.file),
            File::transparent(0x0003, pin, integrity),
            File::transparent(0x0005, Access::Free, basic_information(persona)),
            File::reference(Reference::CardFace),
            own_key,
            File::unknown(UNREADABLE),
        ],
    })
}

const NAME: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08];

/// EF `0001`: `FF10 0C <12 digits> FFFF`, 17 bytes with the filler `[card: myna-card] [fix]`.
fn my_number(persona: &Persona) -> Vec<u8> {
    let mut file = object([0xFF, 0x10], persona.my_number().as_bytes());
    file.extend_from_slice(&[0xFF, 0xFF]);
    file
}

/// EF `0002` and the part of it that DF32 covers.
struct Items {
    file: Vec<u8>,
    signed: Vec<u8>,
}

/// `FF20 L {DF21 offsets, DF22 name, DF23 address, DF24 birth date, DF25 sex}` and filler `[fix]`.
///
/// The offsets count from the first byte of the file to the tag of DF22, DF23, DF24, DF25. How long the real file is
/// with its filler is not known; this one is a multiple of 256.
fn items(persona: &Persona) -> Items {
    let birth = persona.birth_date();
    let objects = [
        object([0xDF, 0x22], persona.full_name().as_bytes()),
        object([0xDF, 0x23], persona.address().as_bytes()),
        object([0xDF, 0x24], format!("{:04}{:02}{:02}", birth.year(), birth.month(), birth.day()).as_bytes()),
        object([0xDF, 0x25], sex_digit(persona.sex())),
    ];
    let signed = objects.concat();
    // Tag, one length byte, four offsets of two bytes.
    let offsets_length = 11;
    let header = 2 + length_field(offsets_length + signed.len()).len();
    let mut offsets = Vec::new();
    let mut offset = header + offsets_length;
    for object in &objects {
        // Name and address have at most 200 characters each: far below 65 536.
        offsets.extend_from_slice(&u16::try_from(offset).unwrap_or(u16::MAX).to_be_bytes());
        offset += object.len();
    }
    let mut file = object([0xFF, 0x20], &[object([0xDF, 0x21], &offsets), signed.clone()].concat());
    file.resize(file.len().next_multiple_of(256), 0xFF);
    Items { file, signed }
}

/// JIS X 0303, where unknown is `0`; in a certificate it is `3` `[fix]`.
const fn sex_digit(sex: Sex) -> &'static [u8] {
    match sex {
        Sex::Male => b"1",
        Sex::Female => b"2",
        Sex::Unknown => b"0",
    }
}

/// EF `0003`: `FF30 82014B {DF31, DF32, DF33}`. DF31 is the SHA-256 of the physical bytes of EF `0001`, DF32 that of the
/// objects DF22 to DF25, DF33 sha256WithRSA over the two objects `[fix]`.
fn integrity_record(my_number: &[u8], items: &[u8]) -> Result<Vec<u8>, PkiError> {
    let digests =
        [object([0xDF, 0x31], &Sha256::digest(my_number)), object([0xDF, 0x32], &Sha256::digest(items))]
            .concat();
    let signature = CertificateAuthority::DigitalSignature.authority_key()?.sign_sha256(&digests)?;
    Ok(object([0xFF, 0x30], &[digests, long_object([0xDF, 0x33], &signature)].concat()))
}

/// EF `0005`: `FF40 82009F {DF41 version, DF42 key identifier, DF43}`, 164 bytes `[fix]`. DF43 is 32 opaque bytes and
/// filler.
fn basic_information(persona: &Persona) -> Vec<u8> {
    // Version 1, extended lengths taken, vendor, option; as seen [run: myna].
    let version = object([0xDF, 0x41], &[0x01, 0x03, 0x0E, 0x01]);
    let key_identifier = [persona.municipality_code().as_bytes(), b"31", &[0x08, 0x05], b"000", &[0; 4]];
    let mut opaque = persona.derived("basic information").to_vec();
    opaque.resize(128, 0xFF);
    let content =
        [version, object([0xDF, 0x42], &key_identifier.concat()), long_object([0xDF, 0x43], &opaque)];
    long_object([0xFF, 0x40], &content.concat())
}

/// A data object with the shortest length field.
fn object(tag: [u8; 2], value: &[u8]) -> Vec<u8> {
    [&tag, length_field(value.len()).as_slice(), value].concat()
}

/// A data object with a length field of `82`, as the card writes it even where one byte would do `[fix]`.
fn long_object(tag: [u8; 2], value: &[u8]) -> Vec<u8> {
    [&tag, long_length_field(value.len()).as_slice(), value].concat()
}

fn length_field(length: usize) -> Vec<u8> {
    match u8::try_from(length) {
        Ok(length @ 0..=0x7F) => vec![length],
        Ok(length) => vec![0x81, length],
        Err(_) => long_length_field(length),
    }
}

fn long_length_field(length: usize) -> Vec<u8> {
    let [high, low] = u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
    vec![0x82, high, low]
}
