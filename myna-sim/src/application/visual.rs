use std::sync::Arc;

use myna_trust::{DigestInfo, HashAlgorithm};
use sha2::{Digest, Sha256};

use super::{Application, FILLER, SessionKeyDelivery, UNREADABLE, sex_digit};
use crate::bitmap::Bitmap;
use crate::file::{Access, CardKey, Content, File};
use crate::object::{filled, long_object, object, offsets};
use crate::pki::{self, FaceAuthority, PkiError};
use crate::{Persona, Reference};
use myna_calendar::Date;

/// 券面事項確認AP: what is printed on the card, as images, for whoever holds it in the hand.
pub(super) fn application(persona: &Arc<Persona>, expiry: Date) -> Application {
    let own_key = File::new(0x001A, Access::Free, Content::Key(CARD_KEY));
    let certificate = |persona: &Persona| FaceAuthority::Visual.certificate(persona.municipality_code());
    Application {
        name: NAME.into(),
        own_key: Some(own_key.identifier),
        session_key_delivery: SessionKeyDelivery::NotOffered,
        files: vec![
            File::of_persona(0x0001, BIRTH_DATE, persona, age_record),
            File::of_persona(0x0002, A_OR_B, persona, move |persona| card_face(persona, expiry)),
            File::transparent(0x0003, Access::Free, basic_information(persona)),
            File::of_persona(0x0004, Access::Free, persona, certificate),
            File::of_persona(0x0005, A, persona, my_number),
            File::transparent(0x0006, Access::Free, FILLER),
            File::reference(Reference::VisualBirthDate),
            File::reference(Reference::VisualNumberB),
            File::reference(Reference::VisualNumberA),
            File::unknown(0x0014),
            File::unknown(0x0015),
            own_key,
            File::unknown(0x001C),
            File::unknown(UNREADABLE),
        ],
    }
}

const CARD_KEY: CardKey = CardKey::Simulated(|| FaceAuthority::Visual.card_key());

const NAME: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02];

const BIRTH_DATE: Access = Access::verified(&[Reference::VisualBirthDate]);
const A: Access = Access::verified(&[Reference::VisualNumberA]);
const A_OR_B: Access = Access::verified(&[Reference::VisualNumberA, Reference::VisualNumberB]);

/// EF `0001`: `FF10 82 021E {DF11 birth date, DF12 card key, DF13 signature}`, 547 bytes. DF13 is sha256WithRSA over
/// DF11 and DF12, by the issuer `[fix]`.
fn age_record(persona: &Persona) -> Result<Vec<u8>, PkiError> {
    let birth_date = object([0xDF, 0x11], persona.birth_date().to_wire().as_bytes());
    let key = long_object([0xDF, 0x12], &pki::public_key(FaceAuthority::Visual.card_key()?));
    let signed = [birth_date, key].concat();
    signed_record([0xFF, 0x10], signed, [0xDF, 0x13])
}

/// EF `0005`: `FF40 82 LLLL {DF41 image of the My Number, 72 by 12, DF42 card key, DF43 signature}`. DF43 is
/// sha256WithRSA over DF41 and DF42 `[fix]`.
fn my_number(persona: &Persona) -> Result<Vec<u8>, PkiError> {
    let image = long_object([0xDF, 0x41], &Bitmap::digits(persona.my_number()).to_png());
    let key = long_object([0xDF, 0x42], &pki::public_key(FaceAuthority::Visual.card_key()?));
    signed_record([0xFF, 0x40], [image, key].concat(), [0xDF, 0x43])
}

fn signed_record(tag: [u8; 2], signed: Vec<u8>, signature_tag: [u8; 2]) -> Result<Vec<u8>, PkiError> {
    let signature = FaceAuthority::Visual.issuer_key()?.issue_sha256(&signed)?;
    Ok(long_object(tag, &[signed, long_object(signature_tag, &signature)].concat()))
}

/// EF `0002` and filler `[fix]`.
///
/// ```text
/// FF20 82 LLLL
///   DF21 12       nine offsets, from the first byte of the file, to the tags of the others
///   DF22 08       birth date            DF26 82 LLLL  address, PNG, 288 by 12
///   DF23 01       sex                   DF27 82 LLLL  photo, JP2, 378 by 472
///   DF24 82 0109  card key              DF28 82 0100  signature
///   DF25 82 LLLL  name, PNG, 216 by 12  DF29 08       card expiry, not signed
///                                       DF2A          security code, PNG, 24 by 12, not signed
/// ```
fn card_face(persona: &Persona, expiry: Date) -> Result<Vec<u8>, PkiError> {
    let key = pki::public_key(FaceAuthority::Visual.card_key()?);
    let mut objects = vec![
        object([0xDF, 0x22], persona.birth_date().to_wire().as_bytes()),
        object([0xDF, 0x23], sex_digit(persona.sex())),
        long_object([0xDF, 0x24], &key),
        long_object([0xDF, 0x25], &Bitmap::text(216, &persona.full_name()).to_png()),
        long_object([0xDF, 0x26], &Bitmap::text(288, persona.address()).to_png()),
        long_object([0xDF, 0x27], persona.photo()),
    ];
    let signature = card_face_signature(&objects)?;
    objects.extend([
        long_object([0xDF, 0x28], &signature),
        object([0xDF, 0x29], expiry.to_wire().as_bytes()),
        object([0xDF, 0x2A], &Bitmap::digits(&persona.security_code()).to_png()),
    ]);
    // FF20 82 LLLL DF21 12 and nine offsets.
    let first = 5 + 3 + 18;
    let table = object([0xDF, 0x21], &offsets(first, &objects));
    Ok(filled(long_object([0xFF, 0x20], &[table, objects.concat()].concat())))
}

/// DF28: not sha256WithRSA. What is padded is a DigestInfo whose digest is three digests, 96 bytes: of DF22 to DF24, of the
/// two images of text, of the photo `[fix]`.
fn card_face_signature(objects: &[Vec<u8>]) -> Result<Vec<u8>, PkiError> {
    let (items, images) = objects.split_at(objects.len().min(3));
    let (text, photo) = images.split_at(images.len().min(2));
    let hashes = [items, text, photo].map(|covered| Sha256::digest(covered.concat())).concat();
    let length = hashes.len();
    let input = DigestInfo::of_hashes(HashAlgorithm::Sha256, &hashes).ok_or(PkiError::InputLength(length))?;
    FaceAuthority::Visual.issuer_key()?.issue_padded(input.as_bytes())
}

/// EF `0003`: `FF30 82 013B {DF31 version, DF32 key identifier, DF33 version, DF34 municipality, DF35}`, 320 bytes. DF35 has
/// 272 bytes of which nothing is known `[fix]`; ours are 32 opaque ones and filler, as in the text application.
fn basic_information(persona: &Persona) -> Vec<u8> {
    let issuer = FaceAuthority::Visual.issuer_identifier(persona.municipality_code());
    let mut opaque = persona.derived("visual basic information").to_vec();
    opaque.resize(272, 0xFF);
    let content = [
        // As seen [run: myna].
        object([0xDF, 0x31], &[0x06, 0x03, 0x0E, 0x01]),
        object([0xDF, 0x32], issuer.as_bytes()),
        object([0xDF, 0x33], &[0x01]),
        object([0xDF, 0x34], persona.municipality_code().as_bytes()),
        long_object([0xDF, 0x35], &opaque),
    ];
    long_object([0xFF, 0x30], &content.concat())
}
