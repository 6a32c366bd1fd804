use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::{Application, FILLER, SessionKeyDelivery, UNREADABLE, sex_digit};
use crate::file::{Access, CardKey, Content, File};
use crate::object::{filled, length_field, long_object, object, offsets};
use crate::pki::{self, FaceAuthority, PkiError};
use crate::{Persona, Reference};

/// 券面事項入力補助AP: the My Number and the four items, with a record of their integrity.
pub(super) fn application(persona: &Arc<Persona>) -> Application {
    let own_key = File::new(0x0013, Access::Free, Content::Key(CARD_KEY));
    let certificate = |persona: &Persona| FaceAuthority::Text.certificate(persona.municipality_code());
    Application {
        name: NAME.into(),
        own_key: Some(own_key.identifier),
        session_key_delivery: SessionKeyDelivery::Offered(CardKey::Simulated(pki::session_key)),
        files: vec![
            File::transparent(0x0001, PIN_OR_A, my_number(persona)),
            File::transparent(0x0002, PIN_OR_B, items(persona).file),
            File::of_persona(0x0003, ANY, persona, integrity_record),
            File::of_persona(0x0004, Access::Free, persona, certificate),
            File::transparent(0x0005, Access::Free, basic_information(persona)),
            File::later(0x0006, ANY, session_key),
            File::later(0x0007, ANY, card_key_record),
            File::transparent(0x0008, Access::Free, FILLER),
            File::unknown(0x0010),
            File::reference(Reference::CardFace),
            File::new(0x0012, Access::Free, Content::BlockedReference),
            own_key,
            File::reference(Reference::TextNumberA),
            File::reference(Reference::TextNumberB),
            File::unknown(0x001C),
            File::unknown(UNREADABLE),
        ],
    }
}

const CARD_KEY: CardKey = CardKey::Simulated(|| FaceAuthority::Text.card_key());

const NAME: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08];

const PIN_OR_A: Access = Access::verified(&[Reference::CardFace, Reference::TextNumberA]);
const PIN_OR_B: Access = Access::verified(&[Reference::CardFace, Reference::TextNumberB]);
const ANY: Access = Access::verified(&[Reference::CardFace, Reference::TextNumberA, Reference::TextNumberB]);

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
/// The offsets count from the first byte of the file to the tag of DF22, DF23, DF24, DF25.
fn items(persona: &Persona) -> Items {
    let objects = [
        object([0xDF, 0x22], persona.full_name().as_bytes()),
        object([0xDF, 0x23], persona.address().as_bytes()),
        object([0xDF, 0x24], persona.birth_date().to_wire().as_bytes()),
        object([0xDF, 0x25], sex_digit(persona.sex())),
    ];
    let signed = objects.concat();
    // Tag, one length byte, four offsets of two bytes.
    let offsets_length = 11;
    let header = 2 + length_field(offsets_length + signed.len()).len();
    let table = object([0xDF, 0x21], &offsets(header + offsets_length, &objects));
    let file = filled(object([0xFF, 0x20], &[table, signed.clone()].concat()));
    Items { file, signed }
}

/// EF `0003`: `FF30 82014B {DF31, DF32, DF33}`. DF31 is the SHA-256 of the physical bytes of EF `0001`, DF32 that of the
/// objects DF22 to DF25, DF33 sha256WithRSA over the two objects, by the issuer `[fix]`.
fn integrity_record(persona: &Persona) -> Result<Vec<u8>, PkiError> {
    let digests = [
        object([0xDF, 0x31], &Sha256::digest(my_number(persona))),
        object([0xDF, 0x32], &Sha256::digest(items(persona).signed)),
    ]
    .concat();
    let signature = FaceAuthority::Text.issuer_key()?.issue_sha256(&digests)?;
    Ok(object([0xFF, 0x30], &[digests, long_object([0xDF, 0x33], &signature)].concat()))
}

/// EF `0005`: `FF40 82009F {DF41 version, DF42 key identifier, DF43}`, 164 bytes `[fix]`. DF43 is 32 opaque bytes and
/// filler.
fn basic_information(persona: &Persona) -> Vec<u8> {
    // Version 1, extended lengths taken, vendor, option; as seen [run: myna].
    let version = object([0xDF, 0x41], &[0x01, 0x03, 0x0E, 0x01]);
    let issuer = FaceAuthority::Text.issuer_identifier(persona.municipality_code());
    let mut opaque = persona.derived("basic information").to_vec();
    opaque.resize(128, 0xFF);
    let content = [version, object([0xDF, 0x42], issuer.as_bytes()), long_object([0xDF, 0x43], &opaque)];
    long_object([0xFF, 0x40], &content.concat())
}

/// EF `0006`: `A1 82 0109 {90, 91}`, the key for SET SESSION KEY, 269 bytes `[card: myna-card]`.
fn session_key() -> Result<Vec<u8>, PkiError> {
    Ok([&[0xA1, 0x82, 0x01, 0x09], pki::public_key(pki::session_key()?).as_slice()].concat())
}

/// EF `0007`: `FF50 82 0213 {DF51 public half of key 0013, DF52 signature}`, 536 bytes. DF52 is sha256WithRSA over the whole
/// object DF51, by the issuer `[fix]`.
fn card_key_record() -> Result<Vec<u8>, PkiError> {
    let key = long_object([0xDF, 0x51], &pki::public_key(FaceAuthority::Text.card_key()?));
    let signature = FaceAuthority::Text.issuer_key()?.issue_sha256(&key)?;
    Ok(long_object([0xFF, 0x50], &[key, long_object([0xDF, 0x52], &signature)].concat()))
}
