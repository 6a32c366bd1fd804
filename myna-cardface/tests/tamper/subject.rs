//! What is read from the records of a card and called genuine or not, and two cards to tamper with.

use std::collections::BTreeMap;

use myna_apdu::flow::{Answer, LinkProfile, Operation, Step};
use myna_apdu::{Command, Instruction};
use myna_cardface::{
    AgeRecord, BasicItems, Binding, CardFace, CardFaceError, Genuineness, IntegrityRecord, KeyIdentifier,
    MyNumber, MyNumberImage, PublicKey, SignedValue, TrustedKey, operation,
};
use myna_sim::pki::{self, FaceAuthority, SimulatedKey};
use myna_sim::{CardImage, Date, Persona, SimulatedCard};
use sha2::{Digest, Sha256};

use crate::forge::{long_object, value_of};

pub(crate) const CHALLENGE: [u8; 32] = [0xC4; 32];
pub(crate) const TEXT: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08];
const VISUAL: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02];

/// What a reader is given: a file of one of the applications, or, under 0, the answer to the challenge.
pub(crate) type Place = (&'static [u8], u16);
pub(crate) type Given = BTreeMap<Place, Vec<u8>>;
pub(crate) type Values = Vec<Vec<u8>>;

/// A value that is read from some files, and said to be genuine or not.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) places: &'static [Place],
    pub(crate) read: fn(&Given) -> Result<(Genuineness, Values), CardFaceError>,
    pub(crate) signed: &'static [SignedValue],
    pub(crate) binding: Binding,
}

pub(crate) static SUBJECTS: [Subject; 5] = [
    Subject {
        name: "four items",
        places: &[(TEXT, 2), (TEXT, 3), (TEXT, 4), (TEXT, 7), (TEXT, 0)],
        read: |given| {
            let items = read(given, TEXT, operation::read::<BasicItems>())?;
            let record = read(given, TEXT, operation::read::<IntegrityRecord>())?;
            let evidence = read(given, TEXT, operation::read_text_evidence(CHALLENGE))?;
            let genuineness = items.genuineness(&record, Some(&evidence), &roots());
            let texts = [items.name(), items.address()].map(|text| text.as_bytes().to_vec());
            let birth_date = items.birth_date().digits().to_string().into_bytes();
            Ok((genuineness, [&texts[..], &[birth_date, sex(items.sex())]].concat()))
        },
        signed: &[SignedValue::Name, SignedValue::Address, SignedValue::BirthDate, SignedValue::Sex],
        binding: Binding::SameIssuer,
    },
    Subject {
        name: "My Number",
        places: &[(TEXT, 1), (TEXT, 3), (TEXT, 4), (TEXT, 7), (TEXT, 0)],
        read: |given| {
            let number = read(given, TEXT, operation::read::<MyNumber>())?;
            let record = read(given, TEXT, operation::read::<IntegrityRecord>())?;
            let evidence = read(given, TEXT, operation::read_text_evidence(CHALLENGE))?;
            let genuineness = number.genuineness(&record, Some(&evidence), &roots());
            Ok((genuineness, vec![number.expose().to_vec()]))
        },
        signed: &[SignedValue::MyNumber],
        binding: Binding::SameIssuer,
    },
    Subject {
        name: "age record",
        places: &[(VISUAL, 1), (VISUAL, 4), (VISUAL, 0)],
        read: |given| {
            let age = read(given, VISUAL, operation::read::<AgeRecord>())?;
            let evidence = read(given, VISUAL, operation::read_visual_evidence(CHALLENGE))?;
            let genuineness = age.genuineness(Some(&evidence), &roots());
            Ok((genuineness, vec![age.birth_date().digits().to_string().into_bytes()]))
        },
        signed: &[SignedValue::BirthDate],
        binding: Binding::Signed,
    },
    Subject {
        name: "card face",
        places: &[(VISUAL, 2), (VISUAL, 4), (VISUAL, 0)],
        read: |given| {
            let face = read(given, VISUAL, operation::read::<CardFace>())?;
            let evidence = read(given, VISUAL, operation::read_visual_evidence(CHALLENGE))?;
            let genuineness = face.genuineness(Some(&evidence), &roots());
            let images = [face.name_png(), face.address_png(), face.photo_jp2()].map(<[u8]>::to_vec);
            let birth_date = face.birth_date().digits().to_string().into_bytes();
            Ok((genuineness, [&images[..], &[birth_date, sex(face.sex())]].concat()))
        },
        signed: &[
            SignedValue::BirthDate,
            SignedValue::Sex,
            SignedValue::NameImage,
            SignedValue::AddressImage,
            SignedValue::Photo,
        ],
        binding: Binding::Signed,
    },
    Subject {
        name: "My Number, image",
        places: &[(VISUAL, 5), (VISUAL, 4), (VISUAL, 0)],
        read: |given| {
            let image = read(given, VISUAL, operation::read::<MyNumberImage>())?;
            let evidence = read(given, VISUAL, operation::read_visual_evidence(CHALLENGE))?;
            Ok((image.genuineness(Some(&evidence), &roots()), vec![image.expose_png().to_vec()]))
        },
        signed: &[SignedValue::MyNumberImage],
        binding: Binding::Signed,
    },
];

/// Runs an operation on what a forger gives.
fn read<O: Operation>(
    given: &Given,
    application: &'static [u8],
    mut operation: O,
) -> Result<O::Output, O::Error> {
    let mut current = 0;
    let mut step = operation.start(LinkProfile::default());
    loop {
        let command = match step {
            Step::Transmit(command) => command,
            Step::Complete(result) => return result,
        };
        let command = Command::parse(command.bytes()).unwrap();
        let mut answer = if command.instruction() == Instruction::READ_BINARY {
            let (name, offset) = (command.p1(), command.p2());
            let offset = match name & 0x80 {
                0 => usize::from(u16::from_be_bytes([name, offset])),
                _ => {
                    current = u16::from(name & 0x1F);
                    usize::from(offset)
                }
            };
            given[&(application, current)].get(offset..).unwrap_or_default().to_vec()
        } else {
            given[&(application, 0)].clone()
        };
        answer.extend([0x90, 0x00]);
        step = operation.resume(Answer::Response(&answer));
    }
}

fn sex(sex: myna_cardface::FaceSex) -> Vec<u8> {
    use myna_cardface::FaceSex;
    match sex {
        FaceSex::Male => vec![b'1'],
        FaceSex::Female => vec![b'2'],
        FaceSex::NotApplicable => vec![b'9'],
        FaceSex::Unknown(digit) => vec![b'?', digit],
    }
}

fn roots() -> [TrustedKey; 2] {
    [FaceAuthority::Text, FaceAuthority::Visual].map(|authority| {
        let key = PublicKey::rsa(&authority.root_key().unwrap().modulus(), &[1, 0, 1]).unwrap();
        TrustedKey::new(KeyIdentifier(*authority.root_identifier().as_bytes()), key)
    })
}

/// The records of a simulated card, with its answer to the challenge.
fn records(persona: &str) -> Given {
    let persona = Persona::built_in(persona).unwrap();
    let card = SimulatedCard::new(&persona, Date::from_ymd(2026, 11, 22).unwrap()).unwrap();
    let image = CardImage::of(&card);
    let places = SUBJECTS.iter().flat_map(|subject| subject.places).filter(|(_, file)| *file != 0);
    let file = |place: &Place| (*place, image.file(place.0, place.1).unwrap().to_vec());
    places.map(file).collect()
}

pub(crate) fn own_card() -> Given {
    let mut given = records("default");
    answer(&mut given, FaceAuthority::Text.card_key().unwrap(), FaceAuthority::Visual.card_key().unwrap());
    given
}

/// What the issuer signed for the keys of the own card with other values: simulated cards share their keys.
pub(crate) fn older_records() -> Given {
    records("elderly")
}

fn answer(given: &mut Given, text: &SimulatedKey, visual: &SimulatedKey) {
    given.insert((TEXT, 0), text.sign_sha256(&CHALLENGE).unwrap());
    given.insert((VISUAL, 0), visual.sign_sha256(&CHALLENGE).unwrap());
}

/// A card of another person from the same issuer, with keys of its own: simulated cards share theirs.
pub(crate) fn other_card() -> Given {
    let mut given = records("elderly");
    let (text, visual) = (pki::common_card_key().unwrap(), pki::terminal_authority_key().unwrap());
    answer(&mut given, text, visual);
    let public = |key: &SimulatedKey| {
        [&[0x90, 3][..], &key.public_exponent(), &[0x91, 0x82, 1, 0], &key.modulus()].concat()
    };
    let issued = |authority: FaceAuthority, message: &[u8]| {
        authority.issuer_key().unwrap().sign_sha256(message).unwrap()
    };
    let key = long_object(&[0xDF, 0x51], &public(text));
    let signature = long_object(&[0xDF, 0x52], &issued(FaceAuthority::Text, &key));
    given.insert((TEXT, 7), long_object(&[0xFF, 0x50], &[key, signature].concat()));
    for (file, tags) in [(1, [0x10, 0x11, 0x12, 0x13]), (5, [0x40, 0x41, 0x42, 0x43])] {
        let record = given.get_mut(&(VISUAL, file)).unwrap();
        let [outer, _, key, signature] = tags;
        let first = first_object(value_of(record));
        let signed = [first, long_object(&[0xDF, key], &public(visual))].concat();
        let signature = long_object(&[0xDF, signature], &issued(FaceAuthority::Visual, &signed));
        *record = long_object(&[0xFF, outer], &[signed, signature].concat());
    }
    // The new values are as long as the old ones: the table of offsets stays.
    let face = given.get_mut(&(VISUAL, 2)).unwrap();
    let (mut at, mut places) = (5, BTreeMap::new());
    while face[at] == 0xDF {
        let length = first_object(&face[at..]).len();
        places.insert(face[at + 1], at..at + length);
        at += length;
    }
    let key = long_object(&[0xDF, 0x24], &public(visual));
    face.splice(places[&0x24].clone(), key);
    let mut info = b"\x30\x71\x30\x0D\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x60".to_vec();
    for (first, last) in [(0x22, 0x24), (0x25, 0x26), (0x27, 0x27)] {
        info.extend(Sha256::digest(&face[places[&first].start..places[&last].end]));
    }
    let signature = FaceAuthority::Visual.issuer_key().unwrap().sign_padded(&info).unwrap();
    face.splice(places[&0x28].clone(), long_object(&[0xDF, 0x28], &signature));
    given
}

/// The object that these bytes begin with.
fn first_object(bytes: &[u8]) -> Vec<u8> {
    let value = value_of(bytes);
    bytes[..value.as_ptr().addr() - bytes.as_ptr().addr() + value.len()].to_vec()
}
