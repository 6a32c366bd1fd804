//! The text application on the simulated card, read in every way the card allows.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use myna_apdu::flow::{PinPolicy, TriesLeft, VerifyFault};
use myna_cardface::{
    AgeRecord, BasicItems, CardFace, CardFacePin, CardVerifiableCertificate, FaceSex, Genuineness,
    IntegrityRecord, KeyIdentifier, MyNumber, MyNumberImage, NumberA, NumberB, PublicKey, RecordFault,
    TextApplication, TrustedKey, Unchecked,
};
use myna_error::Diagnostic;
use myna_sim::pki::FaceAuthority;
use myna_sim::{CardSettings, Date, Persona, SimTransport, SimulatedCard};
use myna_transport::Card;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

fn card(settings: CardSettings) -> Card<SimTransport> {
    let persona = Persona::built_in("default").unwrap();
    let today = Date::from_ymd(2026, 11, 22).unwrap();
    Card::new(SimTransport::new(SimulatedCard::with_settings(&persona, today, settings).unwrap()))
}

fn trusted(authority: FaceAuthority) -> TrustedKey {
    let key = PublicKey::rsa(&authority.root_key().unwrap().modulus(), &[1, 0, 1]).unwrap();
    TrustedKey::new(KeyIdentifier(*authority.root_identifier().as_bytes()), key)
}

#[test]
fn items_number_and_integrity_record_agree_however_they_are_read() {
    for extended_length in [true, false] {
        for short_identifiers in [true, false] {
            let settings = CardSettings { extended_length, short_identifiers, ..CardSettings::default() };
            let mut card = card(settings);
            let mut application = TextApplication::open(&mut card).unwrap();
            assert_eq!(application.tries_left::<CardFacePin>().unwrap(), TriesLeft::Limited(3));
            let pin = CardFacePin::new("1234").unwrap();
            let mut verified = application.verify(&pin, PinPolicy::default()).unwrap();
            let items = verified.read_basic_items().unwrap();
            assert_eq!((items.name(), items.address()), ("試験　葵", "架空県見本市１－２－３"));
            let birth = items.birth_date().digits();
            assert_eq!((birth.year(), birth.month(), birth.day()), (1988, 7, 14));
            assert!(items.sex() == FaceSex::Female);
            let number = verified.read_my_number().unwrap();
            assert_eq!(number.expose(), b"900000000010");
            let record = verified.read_integrity_record().unwrap();
            assert!(record.covers_items(&items) && record.covers_my_number(&number));
            let roots = [trusted(FaceAuthority::Text)];
            let evidence = verified.read_evidence([7; 32]).unwrap();
            assert!(record.genuineness(Some(&evidence), &roots).is_genuine());
            assert_eq!(record.genuineness(None, &roots), Genuineness::NotChecked(Unchecked::NoEvidence));
        }
    }
}

#[test]
fn a_printed_number_opens_its_part_of_the_texts() {
    let persona = Persona::built_in("default").unwrap();
    let today = Date::from_ymd(2026, 11, 22).unwrap();
    let mut card = card(CardSettings::default());
    let mut application = TextApplication::open(&mut card).unwrap();
    let number_b = NumberB::new(&persona.number_b(today).unwrap()).unwrap();
    let mut verified = application.verify(&number_b, PinPolicy::default()).unwrap();
    let items = verified.read_basic_items().unwrap();
    assert!(verified.read_integrity_record().unwrap().covers_items(&items));

    let mut application = TextApplication::open(&mut card).unwrap();
    let number_a = NumberA::new(persona.my_number()).unwrap();
    let mut verified = application.verify(&number_a, PinPolicy::default()).unwrap();
    let number = verified.read_my_number().unwrap();
    assert!(verified.read_integrity_record().unwrap().covers_my_number(&number));

    let mut application = TextApplication::open(&mut card).unwrap();
    let wrong = NumberB::from_face("010101", "2030", "0000").unwrap();
    application.verify(&wrong, PinPolicy::default()).unwrap_err();
    assert_eq!(application.tries_left::<NumberB>().unwrap(), TriesLeft::Limited(9));
    assert_eq!(application.tries_left::<CardFacePin>().unwrap(), TriesLeft::Limited(3));
}

#[test]
fn a_wrong_pin_says_how_many_tries_are_left() {
    let mut card = card(CardSettings::default());
    let mut application = TextApplication::open(&mut card).unwrap();
    let pin = CardFacePin::new("0000").unwrap();
    let error = application.verify(&pin, PinPolicy::default()).unwrap_err();
    assert_eq!(error.operation().pin_fault(), Some(VerifyFault::Wrong { left: Some(2) }));
}

#[test]
fn a_card_pulled_while_the_pin_is_checked_leaves_the_try_in_doubt() {
    use myna_transport::{FaultInjector, FaultKind, FaultPlan};
    // SELECT, empty VERIFY, VERIFY.
    for (at, in_doubt) in [(1, false), (2, false), (3, true)] {
        let transport = card(CardSettings::default()).into_transport();
        let mut card =
            Card::new(FaultInjector::new(transport, FaultPlan::default().with(at, FaultKind::RemoveAfter)));
        let pin = CardFacePin::new("1234").unwrap();
        let error = TextApplication::open(&mut card)
            .and_then(|mut application| application.verify(&pin, PinPolicy::default()).map(drop))
            .unwrap_err();
        assert_eq!(error.operation().attempt().is_in_doubt(), in_doubt, "{at}: {error}");
    }
}

#[test]
fn debug_shows_no_personal_data() {
    let mut card = card(CardSettings::default());
    let mut application = TextApplication::open(&mut card).unwrap();
    let pin = CardFacePin::new("1234").unwrap();
    let mut verified = application.verify(&pin, PinPolicy::default()).unwrap();
    let items = verified.read_basic_items().unwrap();
    let number = verified.read_my_number().unwrap();
    let shown = format!("{items:?} {number:?} {pin:?} {:?} {:?}", items.birth_date(), items.sex());
    for secret in ["試験", "架空", "1988", "9000", "1234", "Female"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// The four items in their smallest form: offsets 000E 0014 001A 0025.
const ITEMS: &[u8] = b"\xFF\x20\x26\xDF\x21\x08\x00\x0E\x00\x14\x00\x1A\x00\x25\
    \xDF\x22\x03abc\xDF\x23\x03def\xDF\x24\x0819800217\xDF\x25\x011\xFF\xFF\xFF";

#[test]
fn a_malformed_record_names_the_object() {
    assert!(BasicItems::parse(ITEMS).is_ok());
    let bend = |at: usize, to: u8| {
        let mut bytes = ITEMS.to_vec();
        bytes[at] = to;
        BasicItems::parse(&bytes).unwrap_err()
    };
    assert!(matches!(bend(1, 0x21), RecordFault::Missing(tag) if tag.0 == 0xFF20));
    assert!(matches!(bend(7, 0x0F), RecordFault::Offset(tag) if tag.0 == 0xDF22));
    assert_eq!(bend(15, 0x2A), RecordFault::Missing(myna_apdu::tlv::Tag(0xDF22)));
    assert!(matches!(bend(17, 0xFF), RecordFault::Characters(tag) if tag.0 == 0xDF22));
    assert!(matches!(bend(29, b'x'), RecordFault::Characters(tag) if tag.0 == 0xDF24));
    assert!(matches!(bend(2, 0x7F), RecordFault::Tlv(error) if error.offset == 3));
}

#[test]
fn my_number_is_twelve_digits_with_a_check_digit() {
    let file = |digits: &[u8]| [b"\xFF\x10\x0C", digits, b"\xFF\xFF"].concat();
    for (digits, good) in
        [(b"900000000010", true), (b"900000000052", true), (b"900000000011", false), (b"90000000001X", false)]
    {
        assert_eq!(MyNumber::parse(&file(digits)).is_ok(), good, "{digits:?}");
    }
    assert!(MyNumber::parse(b"\xFF\x10\x0B90000000001").is_err());
    assert!(MyNumber::parse(b"").is_err());
}

proptest! {
    // What was found once is tried first, for ever: the file of that name is committed.
    #![proptest_config(ProptestConfig::with_failure_persistence(FileFailurePersistence::WithSource("regressions")))]

    #[test]
    fn no_bytes_make_a_record_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0..ITEMS.len(), to: u8) {
        let _ = (BasicItems::parse(&bytes), MyNumber::parse(&bytes), IntegrityRecord::parse(&bytes));
        let _ = (CardFace::parse(&bytes), AgeRecord::parse(&bytes), MyNumberImage::parse(&bytes));
        let _ = CardVerifiableCertificate::parse(&bytes);
        let mut bent = ITEMS.to_vec();
        bent[at] = to;
        let _ = BasicItems::parse(&bent);
    }
}
