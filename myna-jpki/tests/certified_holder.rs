//! What the 署名用電子証明書 says of its holder, and that the other one says nothing.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use myna_error::Diagnostic;
use myna_jpki::{
    Certificate, CertificateKind, CertifiedHolder, CertifiedSex, Jpki, PinPolicy, SignaturePassword,
};
use myna_sim::{Date, Persona, SimTransport, SimulatedCard};
use myna_transport::Card;

fn certificates(text: &str) -> [Certificate; 2] {
    let persona = Persona::from_toml(text).unwrap();
    let card = SimulatedCard::new(&persona, Date::from_ymd(2026, 11, 22).unwrap()).unwrap();
    let mut card = Card::new(SimTransport::new(card));
    let mut jpki = Jpki::open(&mut card).unwrap();
    let authentication = jpki.read_certificate(CertificateKind::UserAuthentication).unwrap();
    let password = SignaturePassword::new("ABC123").unwrap();
    let mut key = jpki.verify_digital_signature(&password, PinPolicy::default()).unwrap();
    [authentication, key.read_certificate().unwrap()]
}

#[test]
fn the_four_items_and_the_characters_that_were_replaced() {
    let [authentication, signature] = certificates(
        "[holder]\nfamily_name = \"髙橋\"\ngiven_name = \"一\"\nbirth_date = 1980-02-17\nsex = \"male\"\n\
         certificate_name = \"高橋　一\"\n",
    );
    let holder = CertifiedHolder::of(&signature).unwrap();
    assert_eq!(holder.name.text, "高橋\u{3000}一");
    assert_eq!(holder.name.replaced, [0]);
    assert_eq!(holder.address.text, "架空県見本市１－２－３");
    assert!(holder.address.replaced.is_empty());
    assert_eq!(holder.birth_date.date(), Some(Date::from_ymd(1980, 2, 17).unwrap()));
    assert_eq!(holder.birth_date.era.map(myna_jpki::Era::name_ja), Some("昭和"));
    assert_eq!(holder.birth_date.era_agrees(), Some(true));
    assert_eq!(holder.sex, CertifiedSex::Male);
    let shown = format!("{holder:?} {:?} {:?}", holder.name, holder.birth_date);
    assert!(!shown.contains('橋') && !shown.contains("1980"), "{shown}");

    let error = CertifiedHolder::of(&authentication).unwrap_err();
    assert_eq!(error.code(), "jpki.holder");
}

#[test]
fn every_era_and_sex() {
    for (birth, era) in [("1911-03-01", "明治"), ("1920-03-01", "大正"), ("1995-03-01", "平成")] {
        let [_, signature] = certificates(&format!("[holder]\nbirth_date = {birth}\nsex = \"unknown\"\n"));
        let holder = CertifiedHolder::of(&signature).unwrap();
        assert_eq!(holder.birth_date.era.map(myna_jpki::Era::name_ja), Some(era));
        assert_eq!(holder.birth_date.era_agrees(), Some(true), "{birth}");
        assert_eq!(holder.sex, CertifiedSex::Unknown);
    }
}

/// A byte of the extension that is another: an error or another text, and never a panic.
#[test]
fn no_altered_byte_makes_it_panic() {
    let [_, signature] = certificates("name = \"default\"\n");
    let der = signature.as_der();
    for at in (0..der.len()).step_by(3) {
        let mut altered = der.to_vec();
        altered[at] ^= 0x5A;
        if let Ok(certificate) = Certificate::from_der(&altered) {
            let _ = CertifiedHolder::of(&certificate);
        }
    }
}
