//! How many exchanges each job takes, counted on the simulated card: exact, so that a change of plan shows.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use myna_apdu::flow::Support;
use myna_jpki::{CertificateKind, Jpki, PinPolicy, SignaturePassword, UserAuthenticationPin};
use myna_sim::{CardSettings, Date, Persona, SimTransport, SimulatedCard};
use myna_transport::{Budget, Capabilities, Card, Meter, Transport};

fn reader(settings: CardSettings, capabilities: Capabilities) -> Meter<SimTransport> {
    let persona = Persona::built_in("default").unwrap();
    let card =
        SimulatedCard::with_settings(&persona, Date::from_ymd(2026, 11, 22).unwrap(), settings).unwrap();
    Meter::new(SimTransport::with_capabilities(card, capabilities))
}

fn read_certificate<T: Transport>(card: &mut Card<T>) -> Vec<u8> {
    let mut jpki = Jpki::open(card).unwrap();
    jpki.read_certificate(CertificateKind::UserAuthentication).unwrap().as_der().to_vec()
}

fn sign<T: Transport>(card: &mut Card<T>) -> Vec<u8> {
    let pin = UserAuthenticationPin::new("1234").unwrap();
    let mut jpki = Jpki::open(card).unwrap();
    jpki.verify_user_authentication(&pin, PinPolicy::default()).unwrap().sign(b"message").unwrap()
}

fn whole_check<T: Transport>(card: &mut Card<T>) {
    let pin = UserAuthenticationPin::new("1234").unwrap();
    let mut jpki = Jpki::open(card).unwrap();
    let certificate = jpki.read_certificate(CertificateKind::UserAuthentication).unwrap();
    let signature =
        jpki.verify_user_authentication(&pin, PinPolicy::default()).unwrap().sign(b"message").unwrap();
    certificate.verify_sha256(b"message", &signature).unwrap();
}

fn exchanges(card: &Card<Meter<SimTransport>>) -> u32 {
    card.transport().budget().exchanges
}

#[test]
fn with_extended_length_the_certificate_takes_2_the_signature_4_the_check_5() {
    let new = || Card::new(reader(CardSettings::default(), Capabilities::default()));
    let mut card = new();
    let certificate = read_certificate(&mut card);
    let bytes = u64::try_from(certificate.len()).unwrap();
    let expected = Budget { exchanges: 2, bytes_to_card: 15 + 7, bytes_from_card: 2 + bytes + 2 };
    assert_eq!(card.transport().budget(), expected);
    assert_eq!(card.profile().extended_length, Support::Yes);

    let mut card = new();
    assert_eq!(sign(&mut card).len(), 256);
    assert_eq!(exchanges(&card), 4);

    let mut card = new();
    whole_check(&mut card);
    assert_eq!(exchanges(&card), 5);
}

#[test]
fn a_card_that_refuses_extended_length_costs_9_once_and_8_when_that_is_known() {
    let settings = CardSettings { extended_length: false, ..CardSettings::default() };
    let mut card = Card::new(reader(settings, Capabilities::default()));
    read_certificate(&mut card);
    assert_eq!(exchanges(&card), 9);
    assert_eq!(card.profile().extended_length, Support::No);

    card.transport_mut().restart();
    read_certificate(&mut card);
    assert_eq!(exchanges(&card), 8);

    // What was learned can be kept for the next card on the same reader.
    let profile = card.profile();
    let mut card = Card::with_profile(reader(settings, Capabilities::default()), profile);
    read_certificate(&mut card);
    assert_eq!(exchanges(&card), 8);

    let mut card = Card::new(reader(settings, Capabilities::default()));
    whole_check(&mut card);
    assert_eq!(exchanges(&card), 12);
}

#[test]
fn a_reader_that_is_known_to_be_short_is_never_probed() {
    let mut card = Card::new(reader(CardSettings::default(), Capabilities::SHORT_ONLY));
    read_certificate(&mut card);
    assert_eq!(exchanges(&card), 8);
}

#[test]
fn a_reader_that_turns_out_to_be_short_refuses_before_sending() {
    let lying = Capabilities { extended_length: Support::Unknown, ..Capabilities::SHORT_ONLY };
    let mut card = Card::new(reader(CardSettings::default(), lying));
    read_certificate(&mut card);
    assert_eq!(exchanges(&card), 8);
}

#[test]
fn without_short_identifiers_everything_works_by_select() {
    let by_name = read_certificate(&mut Card::new(reader(CardSettings::default(), Capabilities::default())));
    for (extended_length, most) in [(true, 9), (false, 16)] {
        let settings = CardSettings { short_identifiers: false, extended_length, ..CardSettings::default() };
        let mut card = Card::new(reader(settings, Capabilities::default()));
        assert_eq!(read_certificate(&mut card), by_name);
        assert_eq!(card.profile().short_identifiers, Support::No);

        let mut card = Card::new(reader(settings, Capabilities::default()));
        whole_check(&mut card);
        assert!(exchanges(&card) <= most, "{}", exchanges(&card));

        // Not even the PIN is presented twice when the short identifier is refused on the way.
        let mut card = Card::new(reader(settings, Capabilities::default()));
        sign(&mut card);
        assert_eq!(card.transport().inner().card().counters().user_authentication, 3);
    }
}

#[test]
fn a_card_that_refuses_the_first_command_after_power_on_is_asked_again() {
    let settings = CardSettings { refuses_first_command: true, ..CardSettings::default() };
    let mut card = Card::new(reader(settings, Capabilities::default()));
    read_certificate(&mut card);
    assert_eq!(exchanges(&card), 3);
}

#[test]
fn the_signature_certificate_takes_4_or_11_and_each_ca_certificate_2() {
    let password = SignaturePassword::new("ABC123").unwrap();
    for (extended_length, exchanges) in [(true, 4), (false, 11)] {
        let settings = CardSettings { extended_length, ..CardSettings::default() };
        let mut card = Card::new(reader(settings, Capabilities::default()));
        let mut jpki = Jpki::open(&mut card).unwrap();
        let mut key = jpki.verify_digital_signature(&password, PinPolicy::default()).unwrap();
        key.read_certificate().unwrap();
        assert_eq!(self::exchanges(&card), exchanges);
    }
    for kind in [CertificateKind::UserAuthenticationAuthority, CertificateKind::DigitalSignatureAuthority] {
        let mut card = Card::new(reader(CardSettings::default(), Capabilities::default()));
        Jpki::open(&mut card).unwrap().read_certificate(kind).unwrap();
        assert_eq!(exchanges(&card), 2);
    }
}
