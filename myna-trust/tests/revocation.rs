//! Lists and answers of the simulated PKI, as they are and with a byte changed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use myna_sim::pki::{CertificateAuthority, Generation, Holder, RevocationRegister};
use myna_sim::{Date, Persona};
use myna_trust::path::{Environment, Purpose, TrustAnchor, ValidPath, validate};
use myna_trust::revocation::{OcspRequest, Revocation, RevocationFault, RevocationReason};
use myna_trust::{Certificate, UnixTime};

const AUTHORITY: CertificateAuthority = CertificateAuthority::UserAuthentication;
const NOW: UnixTime = UnixTime(1_795_329_045); // 2026-11-22
const DAY: u64 = 86_400;
const SERIAL: u32 = 0x0123_4567;

fn holder() -> Holder {
    Persona::built_in("default").unwrap().certificate_holder()
}

fn with_path<T>(run: impl FnOnce(&ValidPath<'_>) -> T) -> T {
    let authority = Certificate::from_der(AUTHORITY.certificate_der().unwrap()).unwrap();
    let anchors = [TrustAnchor::new(authority, Environment::Test).unwrap()];
    let issued = Date::from_ymd(2025, 4, 1).unwrap();
    let leaf = Certificate::from_der(&AUTHORITY.issue(&holder(), SERIAL, issued).unwrap()).unwrap();
    run(&validate(&leaf, &anchors, Purpose::UserAuthentication, NOW).unwrap())
}

fn ago(seconds: u64) -> UnixTime {
    UnixTime(NOW.0 - seconds)
}

fn register(revoked: bool) -> RevocationRegister {
    let mut register = RevocationRegister::new();
    register.revoke(7, ago(30 * DAY), 1);
    if revoked {
        register.revoke(SERIAL, ago(3 * DAY), 4);
    }
    register
}

fn list(register: &RevocationRegister, generation: Generation, holder: Option<&Holder>) -> Vec<u8> {
    register.list(AUTHORITY, generation, holder, ago(DAY), UnixTime(NOW.0 + DAY)).unwrap()
}

const REVOKED: Revocation =
    Revocation::Revoked { when: UnixTime(NOW.0 - 3 * DAY), why: RevocationReason::Superseded };
const GOOD: Revocation = Revocation::Good { as_of: UnixTime(NOW.0 - DAY) };

#[test]
fn a_list_says_good_or_revoked() {
    with_path(|path| {
        let elsewhere = Holder { municipality: "Naha-shi".to_owned(), ..holder() };
        for (revoked, expected) in [(false, GOOD), (true, REVOKED)] {
            let register = register(revoked);
            let all = list(&register, Generation::First, None);
            assert_eq!(path.revocation_by_list(&all), expected);
            let own = list(&register, Generation::First, Some(&holder()));
            assert_eq!(path.revocation_by_list(&own), expected);

            let other = list(&register, Generation::First, Some(&elsewhere));
            let scope = Revocation::NotChecked { why: RevocationFault::Scope };
            assert_eq!(path.revocation_by_list(&other), scope, "another municipality's list");
            let twin = list(&register, Generation::Second, None);
            let issuer = Revocation::NotChecked { why: RevocationFault::OtherIssuer };
            assert_eq!(path.revocation_by_list(&twin), issuer, "the next generation's list");
        }
        let nobody = list(&RevocationRegister::new(), Generation::First, None);
        assert_eq!(path.revocation_by_list(&nobody), GOOD, "a list without entries");
    });
}

#[test]
fn a_responder_says_good_or_revoked_to_the_question_it_was_asked() {
    with_path(|path| {
        for (revoked, expected) in [(false, GOOD), (true, REVOKED)] {
            let answer = |request: &OcspRequest<'_>| {
                let (at, until) = (ago(DAY), UnixTime(NOW.0 + DAY));
                register(revoked).answer(AUTHORITY, Generation::First, request.as_der(), at, until).unwrap()
            };
            let questions = [None, Some([1; 32]), Some([2; 32])];
            let questions = questions.map(|nonce| OcspRequest::new(path, nonce).unwrap());
            for (index, question) in questions.iter().enumerate() {
                let answer = answer(question);
                assert_eq!(question.judge(&answer), expected);
                for (other, question) in questions.iter().enumerate() {
                    if index != other {
                        let nonce = Revocation::NotChecked { why: RevocationFault::Nonce };
                        assert_eq!(question.judge(&answer), nonce, "the answer to another question");
                    }
                }
            }
        }
    });
}

#[test]
fn the_revoked_persona_is_on_the_list_and_nobody_else() {
    let today = Date::from_ymd(2026, 11, 22).unwrap();
    let anchors = [TrustAnchor::new(
        Certificate::from_der(AUTHORITY.certificate_der().unwrap()).unwrap(),
        Environment::Test,
    )
    .unwrap()];
    let personas = ["default", "elderly", "revoked"].map(|name| Persona::built_in(name).unwrap());
    let mut register = RevocationRegister::new();
    for persona in &personas {
        persona.enter_revocation(AUTHORITY, ago(3 * DAY), &mut register);
    }
    for persona in &personas {
        let (holder, serial) = (persona.certificate_holder(), persona.certificate_serial(AUTHORITY));
        let leaf = AUTHORITY.issue(&holder, serial, persona.issued(today).unwrap()).unwrap();
        let leaf = Certificate::from_der(&leaf).unwrap();
        let path = validate(&leaf, &anchors, Purpose::UserAuthentication, NOW).unwrap();
        let expected = if persona.name() == "revoked" { REVOKED } else { GOOD };
        let own = list(&register, Generation::First, Some(&holder));
        assert_eq!(path.revocation_by_list(&own), expected, "{}", persona.name());
        let question = OcspRequest::new(&path, Some([3; 32])).unwrap();
        let answer =
            register.answer(AUTHORITY, Generation::First, question.as_der(), ago(DAY), UnixTime(NOW.0 + DAY));
        assert_eq!(question.judge(&answer.unwrap()), expected, "{}", persona.name());
    }
}

/// Every bit of everything that is supplied is covered: by the signature, or by there being no other form.
#[test]
fn a_changed_byte_never_says_anything() {
    with_path(|path| {
        let question = OcspRequest::new(path, Some([1; 32])).unwrap();
        let (at, until) = (ago(DAY), UnixTime(NOW.0 + DAY));
        for revoked in [false, true] {
            let register = register(revoked);
            let list = list(&register, Generation::First, Some(&holder()));
            let answer = register.answer(AUTHORITY, Generation::First, question.as_der(), at, until).unwrap();
            only_these_bytes_say_something(&list, |bytes| path.revocation_by_list(bytes));
            only_these_bytes_say_something(&answer, |bytes| question.judge(bytes));
        }
    });
}

fn only_these_bytes_say_something(bytes: &[u8], judge: impl Fn(&[u8]) -> Revocation) {
    let is_silent = |bytes: &[u8]| matches!(judge(bytes), Revocation::NotChecked { .. });
    assert!(!is_silent(bytes));
    for at in 0..bytes.len() {
        for bit in [0x01, 0x80] {
            let mut bent = bytes.to_vec();
            bent[at] ^= bit;
            assert!(is_silent(&bent), "byte {at}, bit {bit:02X}");
        }
        assert!(is_silent(&bytes[..at]), "cut at {at}");
    }
    assert!(is_silent(&[bytes, &[0]].concat()), "longer");
}
