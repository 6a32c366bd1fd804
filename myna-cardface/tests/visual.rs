//! 券面事項確認AP on the simulated card: every record by every number that opens it, and nothing else.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use myna_apdu::flow::{PinPolicy, TriesLeft, VerifyFault};
use myna_apdu::{Command, Instruction};
use myna_cardface::{
    AgeRecord, CardFace, EraBirthDate, FaceSex, Forgery, Genuineness, KeyIdentifier, MyNumberImage, NumberA,
    NumberB, PrintedNumberError, PublicKey, RecordFault, TrustedKey, Unchecked, VisualApplication,
};
use myna_error::Diagnostic;
use myna_sim::pki::FaceAuthority;
use myna_sim::{CardImage, CardSettings, Date, Persona, SimTransport, SimulatedCard};
use myna_transport::{
    Capabilities, Card, FaultInjector, FaultKind, FaultPlan, HostTransport, Meter, Transport, TransportError,
};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

const CHALLENGE: [u8; 32] = [0xC4; 32];
const APPLICATION: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02];

fn today() -> Date {
    Date::from_ymd(2026, 11, 22).unwrap()
}

fn persona() -> Persona {
    Persona::built_in("default").unwrap()
}

fn simulated(settings: CardSettings) -> SimulatedCard {
    SimulatedCard::with_settings(&persona(), today(), settings).unwrap()
}

fn number_a() -> NumberA {
    NumberA::new(persona().my_number()).unwrap()
}

fn number_b() -> NumberB {
    NumberB::new(&persona().number_b(today()).unwrap()).unwrap()
}

fn birth_date() -> EraBirthDate {
    EraBirthDate::new(&persona().number_b(today()).unwrap()[..6]).unwrap()
}

fn root() -> TrustedKey {
    root_with(&FaceAuthority::Visual.root_key().unwrap().modulus())
}

fn root_with(modulus: &[u8]) -> TrustedKey {
    let identifier = KeyIdentifier(*FaceAuthority::Visual.root_identifier().as_bytes());
    TrustedKey::new(identifier, PublicKey::rsa(modulus, &[1, 0, 1]).unwrap())
}

fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1A\n")
}

#[test]
fn every_number_opens_its_records_however_they_are_read() {
    for extended_length in [true, false] {
        for short_identifiers in [true, false] {
            let settings = CardSettings { extended_length, short_identifiers, ..CardSettings::default() };
            let mut card = Card::new(SimTransport::new(simulated(settings)));
            let mut application = VisualApplication::open(&mut card).unwrap();
            let mut opened = application.verify(&number_b(), PinPolicy::default()).unwrap();
            let face = opened.read_card_face().unwrap();
            let evidence = opened.read_evidence(CHALLENGE).unwrap();
            let birth = face.birth_date();
            assert_eq!(birth.date(), Date::from_ymd(1988, 7, 14).ok());
            assert!(face.sex() == FaceSex::Female);
            assert!(
                is_png(face.name_png()) && is_png(face.address_png()) && is_png(face.security_code_png())
            );
            assert_eq!(face.photo_jp2()[4..8], *b"jP  ");
            assert_eq!(face.expiry().year(), persona().card_expiry(today()).unwrap().year());
            assert!(face.genuineness(Some(&evidence), &[root()]).is_genuine());

            let mut application = VisualApplication::open(&mut card).unwrap();
            let mut opened = application.verify(&number_a(), PinPolicy::default()).unwrap();
            assert_eq!(opened.read_card_face().unwrap().photo_jp2(), face.photo_jp2());
            let image = opened.read_my_number_image().unwrap();
            assert!(is_png(image.expose_png()));
            assert!(image.genuineness(Some(&evidence), &[root()]).is_genuine());

            let mut application = VisualApplication::open(&mut card).unwrap();
            let mut opened = application.verify(&birth_date(), PinPolicy::default()).unwrap();
            let age = opened.read_age_record().unwrap();
            assert!(age.birth_date() == birth);
            assert!(age.genuineness(Some(&evidence), &[root()]).is_genuine());
        }
    }
}

/// 目視 has to be as quick as a glance: SELECT, counter, number, and one read. The object has 3 094 bytes: thirteen
/// short reads, after one that is refused.
#[test]
fn exchanges_for_the_card_face() {
    for (extended_length, exchanges) in [(true, 4), (false, 17)] {
        let settings = CardSettings { extended_length, ..CardSettings::default() };
        let mut card = Card::new(Meter::new(SimTransport::new(simulated(settings))));
        let mut application = VisualApplication::open(&mut card).unwrap();
        application.verify(&number_b(), PinPolicy::default()).unwrap().read_card_face().unwrap();
        assert_eq!(card.transport().budget().exchanges, exchanges);
    }
}

#[test]
fn a_wrong_number_costs_one_of_ten_tries_of_its_own() {
    let mut card = Card::new(SimTransport::new(simulated(CardSettings::default())));
    let mut application = VisualApplication::open(&mut card).unwrap();
    let wrong = NumberB::from_face("010101", "2030", "0000").unwrap();
    let error = application.verify(&wrong, PinPolicy::default()).unwrap_err();
    assert_eq!(error.operation().pin_fault(), Some(VerifyFault::Wrong { left: Some(9) }));
    assert_eq!(application.tries_left::<NumberB>().unwrap(), TriesLeft::Limited(9));
    assert_eq!(application.tries_left::<NumberA>().unwrap(), TriesLeft::Limited(10));
    assert_eq!(application.tries_left::<EraBirthDate>().unwrap(), TriesLeft::Limited(10));
}

#[test]
fn a_slip_of_the_finger_never_reaches_the_card() {
    let digits = |result: Result<_, _>| result.map(|_: NumberB| ()).unwrap_err();
    assert_eq!(digits(NumberB::new("6307142030123")), PrintedNumberError::Digits(14));
    assert_eq!(digits(NumberB::new("６３０７１４２０３０１２３４")), PrintedNumberError::Digits(14));
    assert_eq!(digits(NumberB::new("63131420301234")), PrintedNumberError::Day);
    assert_eq!(digits(NumberB::from_face("630714", "30", "201234")), PrintedNumberError::Digits(4));
    assert_eq!(NumberA::new("900000000011").unwrap_err(), PrintedNumberError::CheckDigit);
    assert_eq!(NumberA::new("90000000001").unwrap_err(), PrintedNumberError::Digits(12));
    assert_eq!(EraBirthDate::new("630732").unwrap_err(), PrintedNumberError::Day);
    assert_eq!(EraBirthDate::new("19880714").unwrap_err(), PrintedNumberError::Digits(6));
}

/// Each byte of the record that is signed, bent; and what nobody signed, bent.
#[test]
fn a_bent_record_is_forged_and_says_what_is() {
    let mut card = Card::new(SimTransport::new(simulated(CardSettings::default())));
    let mut application = VisualApplication::open(&mut card).unwrap();
    let mut opened = application.verify(&number_b(), PinPolicy::default()).unwrap();
    let evidence = opened.read_evidence(CHALLENGE).unwrap();
    let image = CardImage::of(&simulated(CardSettings::default()));
    let file = image.file(APPLICATION, 0x0002).unwrap();
    let place = |tag: [u8; 2]| file.windows(2).position(|bytes| bytes == tag).unwrap();
    let bent = |at: usize| {
        let mut bytes = file.to_vec();
        bytes[at] ^= 1;
        CardFace::parse(&bytes).unwrap().genuineness(Some(&evidence), &[root()])
    };
    // A value bent in place: birth date, name, photo, signature.
    for tag in [[0xDF, 0x22], [0xDF, 0x25], [0xDF, 0x27], [0xDF, 0x28]] {
        assert_eq!(bent(place(tag) + 10), Genuineness::Forged(Forgery::Record), "{tag:02X?}");
    }
    // Expiry is not signed: who needs it has to look at the certificate.
    assert!(bent(place([0xDF, 0x29]) + 10).is_genuine());
    // The table of offsets is not signed either, so it is held against the objects.
    let mut bytes = file.to_vec();
    bytes[place([0xDF, 0x21]) + 4] ^= 1;
    assert!(matches!(CardFace::parse(&bytes).unwrap_err(), RecordFault::Offset(tag) if tag.0 == 0xDF22));
}

#[test]
fn a_copied_card_has_not_the_key() {
    let mut card = Card::new(SimTransport::new(simulated(CardSettings::default())));
    let mut application = VisualApplication::open(&mut card).unwrap();
    let mut opened = application.verify(&number_b(), PinPolicy::default()).unwrap();
    let face = opened.read_card_face().unwrap();
    // The copy answers with what the card once said to another challenge.
    let mut transport = card.into_transport();
    let mut replayed = None;
    for challenge in [[1; 32], CHALLENGE] {
        let mut card = Card::new(Replay { inner: transport, replay: replayed.clone(), seen: None });
        let mut application = VisualApplication::open(&mut card).unwrap();
        let mut opened = application.verify(&number_b(), PinPolicy::default()).unwrap();
        let evidence = opened.read_evidence(challenge).unwrap();
        match (&replayed, face.genuineness(Some(&evidence), &[root()])) {
            (None, Genuineness::Genuine(coverage)) => assert_eq!(coverage.challenge, challenge),
            (Some(_), Genuineness::Forged(Forgery::CardKey)) => {}
            (_, other) => panic!("{other:?}"),
        }
        let replay = card.into_transport();
        (transport, replayed) = (replay.inner, replay.seen);
    }
}

#[test]
fn without_evidence_or_root_nothing_is_said() {
    let mut card = Card::new(SimTransport::new(simulated(CardSettings::default())));
    let mut application = VisualApplication::open(&mut card).unwrap();
    let mut opened = application.verify(&number_b(), PinPolicy::default()).unwrap();
    let face = opened.read_card_face().unwrap();
    let evidence = opened.read_evidence(CHALLENGE).unwrap();
    assert_eq!(face.genuineness(None, &[root()]), Genuineness::NotChecked(Unchecked::NoEvidence));
    let issuer = evidence.certificate().issuer();
    assert_eq!(issuer, root().identifier);
    let unknown = Genuineness::NotChecked(Unchecked::UnknownRoot(issuer));
    assert_eq!(face.genuineness(Some(&evidence), &[]), unknown);
    let mut other = root();
    other.identifier.0[0] = b'5';
    assert_eq!(face.genuineness(Some(&evidence), &[other]), unknown);
    // A root of the right name with another key; and both of one name.
    let mut modulus = FaceAuthority::Visual.root_key().unwrap().modulus();
    modulus[200] ^= 4;
    let forged = root_with(&modulus);
    let certificate = Genuineness::Forged(Forgery::Certificate);
    assert_eq!(face.genuineness(Some(&evidence), std::slice::from_ref(&forged)), certificate);
    assert!(face.genuineness(Some(&evidence), &[forged, root()]).is_genuine());
}

#[test]
fn a_card_pulled_at_any_exchange_is_told_apart_from_one_that_refuses() {
    for at in 1..=6 {
        let transport = SimTransport::new(simulated(CardSettings::default()));
        let mut card =
            Card::new(FaultInjector::new(transport, FaultPlan::default().with(at, FaultKind::RemoveAfter)));
        let error = VisualApplication::open(&mut card)
            .and_then(|mut application| {
                let mut opened = application.verify(&number_b(), PinPolicy::default())?;
                opened.read_card_face()?;
                opened.read_evidence(CHALLENGE).map(drop)
            })
            .unwrap_err();
        assert_eq!(error.operation().code(), "apdu.lost", "{at}: {error}");
        assert_eq!(error.operation().attempt().is_in_doubt(), at == 3, "{at}: {error}");
    }
}

#[test]
fn another_card_says_which_application_it_lacks() {
    let empty = HostTransport::new(Capabilities::default(), |_: &[u8], response: &mut [u8]| {
        response[..2].copy_from_slice(&[0x6A, 0x82]);
        Ok(2)
    });
    let mut card = Card::new(empty);
    let error = VisualApplication::open(&mut card).unwrap_err();
    assert_eq!(error.operation().code(), "cardface.no_application");
    assert!(error.to_string().contains("券面事項確認AP"), "{error}");
}

#[test]
fn debug_shows_no_personal_data() {
    let mut card = Card::new(SimTransport::new(simulated(CardSettings::default())));
    let mut application = VisualApplication::open(&mut card).unwrap();
    let mut opened = application.verify(&number_b(), PinPolicy::default()).unwrap();
    let face = opened.read_card_face().unwrap();
    let shown = format!("{face:?} {:?} {:?} {:?} {opened:?}", number_a(), number_b(), birth_date());
    assert_eq!(
        shown,
        "CardFace(redacted) NumberA(redacted) NumberB(redacted) EraBirthDate(redacted) OpenedApplication(券面事項確認AP)"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_failure_persistence(FileFailurePersistence::WithSource("regressions")))]

    #[test]
    fn no_bent_file_makes_a_parser_panic(file in 1..6_u16, at in 0..4_000_usize, to: u8, cut in 0..4_000_usize) {
        thread_local! {
            static IMAGE: CardImage = CardImage::of(&simulated(CardSettings::default()));
        }
        let mut bytes = IMAGE.with(|image| image.file(APPLICATION, file).unwrap_or_default().to_vec());
        if let Some(byte) = bytes.get_mut(at) {
            *byte = to;
        }
        bytes.truncate(cut);
        let _ = (CardFace::parse(&bytes), AgeRecord::parse(&bytes), MyNumberImage::parse(&bytes));
        let _ = myna_cardface::CardVerifiableCertificate::parse(&bytes);
    }
}

/// A transport that answers the signature command with an old signature.
struct Replay {
    inner: SimTransport,
    replay: Option<Vec<u8>>,
    seen: Option<Vec<u8>>,
}

impl Transport for Replay {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn exchange(&mut self, command: &[u8], response: &mut [u8]) -> Result<usize, TransportError> {
        let length = self.inner.exchange(command, response)?;
        let instruction = Command::parse(command).unwrap().instruction();
        if instruction == Instruction::PERFORM_SECURITY_OPERATION {
            if let Some(old) = &self.replay {
                response[..length].copy_from_slice(old);
            }
            self.seen = Some(response[..length].to_vec());
        }
        Ok(length)
    }
}
