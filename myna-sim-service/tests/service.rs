//! The simulated service and the clinic's terminal: every way a check can be refused.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io;
use std::sync::{Arc, Mutex};

use myna_eligibility::{
    Verdict,
    calendar::{Date, DateTime},
    rows,
};
use myna_error::Diagnostic;
use myna_jpki::{CertificateKind, Jpki, LoginStatement, PinPolicy, TriesLeft, UserAuthenticationPin};
use myna_sim::pki::CertificateAuthority;
use myna_sim::{Persona, SimTransport, SimulatedCard};
use myna_sim_service::{ChallengeStore, ChallengesInMemory, OpenChallenge, SimulatedService};
use myna_terminal::{
    ActivationCode, Challenge, CheckError, Checked, EligibilityService, InstitutionCode, Password,
    PossessionProof, ServiceError, StaffCredentials, Terminal, UserId,
};
use myna_transport::Card;

fn today() -> Date {
    Date::from_ymd(2026, 6, 2).unwrap()
}

fn at(text: &str) -> DateTime {
    DateTime::parse(text).unwrap()
}

fn now() -> DateTime {
    at("20260602091500")
}

fn on() -> Date {
    now().date()
}

fn card(persona: &str) -> Card<SimTransport> {
    let persona = Persona::built_in(persona).unwrap();
    Card::new(SimTransport::new(SimulatedCard::new(&persona, today()).unwrap()))
}

fn terminal() -> Terminal<SimulatedService> {
    let service = SimulatedService::new().unwrap();
    Terminal::log_in(service, &SimulatedService::credentials().unwrap(), now()).unwrap()
}

fn check(persona: &str) -> Result<Checked, CheckError> {
    let pin = UserAuthenticationPin::new("1234").unwrap();
    terminal().check(&mut card(persona), &pin, PinPolicy::default(), on(), now())
}

#[test]
fn every_persona_gets_the_verdict_it_is_there_for() {
    for (persona, verdict, shown) in [
        ("default", Verdict::Valid, "1988-07-14（昭和63年7月14日）"),
        ("preschool", Verdict::Valid, "未就学該当"),
        ("national", Verdict::Valid, "架空　梢"),
        ("late-elderly", Verdict::Valid, "2割"),
        ("elderly", Verdict::Valid, "2割"),
        ("lost", Verdict::InvalidNewerExists, "医療保険等の資格取得"),
    ] {
        let checked = check(persona).unwrap();
        assert_eq!(checked.response.verdict(), verdict, "{persona}");
        assert_eq!(checked.tries_before, TriesLeft::Limited(3));
        let [result] = checked.response.results() else { panic!("{persona}") };
        assert!(rows(result, on()).iter().any(|row| row.value == shown), "{persona}: {shown}");
    }
    let none = check("no-match").unwrap();
    assert_eq!(none.response.verdict(), Verdict::NoMatch);
    assert!(none.response.results().is_empty());
}

#[test]
fn a_bad_certificate_is_refused_with_its_reason() {
    for (persona, expected) in [("revoked", "path.revoked"), ("expired", "path.expired")] {
        match check(persona).unwrap_err() {
            CheckError::Service(ServiceError::CertificateRefused { reason }) => assert_eq!(reason, expected),
            other => panic!("{persona}: {other}"),
        }
    }
}

#[test]
fn a_locked_pin_ends_before_the_service_is_asked() {
    let error = check("pin-locked").unwrap_err();
    assert_eq!(error.code(), "pin.locked");
}

#[test]
fn a_person_nobody_enrolled_has_no_eligibility() {
    let stranger = Persona::from_toml("name = \"stranger\"").unwrap();
    let mut card = Card::new(SimTransport::new(SimulatedCard::new(&stranger, today()).unwrap()));
    let pin = UserAuthenticationPin::new("1234").unwrap();
    let checked = terminal().check(&mut card, &pin, PinPolicy::default(), on(), now()).unwrap();
    assert_eq!(checked.response.verdict(), Verdict::NoMatch);
}

#[test]
fn markup_in_a_persona_stays_text() {
    let persona = "name = \"markup\"\n[eligibility]\nname = \"<Sex1>&amp;試験\"\ninsurer_name = \"見本\"";
    let persona = Persona::from_toml(persona).unwrap();
    let mut service = SimulatedService::new().unwrap();
    service.enrol(&persona).unwrap();
    let mut terminal = Terminal::log_in(service, &SimulatedService::credentials().unwrap(), now()).unwrap();
    let mut card = Card::new(SimTransport::new(SimulatedCard::new(&persona, today()).unwrap()));
    let pin = UserAuthenticationPin::new("1234").unwrap();
    let checked = terminal.check(&mut card, &pin, PinPolicy::default(), on(), now()).unwrap();
    assert_eq!(checked.response.results()[0].name.as_deref(), Some("<Sex1>&amp;試験"));
}

/// What an honest card makes of a challenge, with whatever the test wants bent.
struct Proof {
    certificate: Vec<u8>,
    signature: Vec<u8>,
}

fn prove(challenge: Challenge, audience: &str) -> Proof {
    prove_for(challenge, audience, SimulatedService::TERMINAL, &PossessionProof::purpose(on()))
}

fn prove_for(challenge: Challenge, audience: &str, terminal: &str, purpose: &str) -> Proof {
    let (challenge_id, nonce) = (challenge.id, challenge.nonce);
    let statement = LoginStatement { audience, terminal, challenge_id, nonce, purpose }.to_bytes().unwrap();
    let mut card = card("default");
    let mut jpki = Jpki::open(&mut card).unwrap();
    let certificate = jpki.read_certificate(CertificateKind::UserAuthentication).unwrap().as_der().to_vec();
    let pin = UserAuthenticationPin::new("1234").unwrap();
    let signature =
        jpki.verify_user_authentication(&pin, PinPolicy::default()).unwrap().sign(&statement).unwrap();
    Proof { certificate, signature }
}

fn proof_of(challenge: Challenge, proof: Proof) -> PossessionProof {
    PossessionProof {
        challenge_id: challenge.id,
        certificate_der: proof.certificate,
        signature: proof.signature,
        on: on(),
    }
}

#[test]
fn a_proof_is_good_once_for_this_service_within_five_minutes() {
    let mut service = SimulatedService::new().unwrap();
    let session = service.log_in(&SimulatedService::credentials().unwrap(), now()).unwrap();
    let fresh = |service: &mut SimulatedService| service.challenge(&session, now()).unwrap();

    let challenge = fresh(&mut service);
    let proof = proof_of(challenge, prove(challenge, SimulatedService::AUDIENCE));
    service.check(&session, &proof, now()).unwrap();
    assert_eq!(service.check(&session, &proof, now()), Err(ServiceError::ChallengeUnknown), "used");

    let challenge = fresh(&mut service);
    let late = proof_of(challenge, prove(challenge, SimulatedService::AUDIENCE));
    assert_eq!(service.check(&session, &late, at("20260602092001")), Err(ServiceError::ChallengeUnknown));

    let challenge = fresh(&mut service);
    let mut another_day = proof_of(challenge, prove(challenge, SimulatedService::AUDIENCE));
    another_day.on = Date::parse("20260501").unwrap();
    assert_eq!(service.check(&session, &another_day, now()), Err(ServiceError::SignatureRefused), "the day");

    let challenge = fresh(&mut service);
    let elsewhere = proof_of(challenge, prove(challenge, "another.service.invalid"));
    assert_eq!(service.check(&session, &elsewhere, now()), Err(ServiceError::SignatureRefused));
    assert_eq!(service.check(&session, &elsewhere, now()), Err(ServiceError::ChallengeUnknown), "spent");

    let challenge = fresh(&mut service);
    let mut foreign = prove(challenge, SimulatedService::AUDIENCE);
    foreign.certificate = CertificateAuthority::DigitalSignature.certificate_der().unwrap().to_vec();
    let refused = service.check(&session, &proof_of(challenge, foreign), now());
    assert!(
        matches!(refused, Err(ServiceError::CertificateRefused { reason }) if reason == "path.unknown_issuer")
    );
}

#[test]
fn five_wrong_logins_lock_the_account_for_thirty_minutes() {
    let wrong = || StaffCredentials {
        institution: InstitutionCode::new(SimulatedService::INSTITUTION).unwrap(),
        user: UserId::new(SimulatedService::USER).unwrap(),
        password: Password::new("wrong").unwrap(),
        activation: ActivationCode::new("000011112222").unwrap(),
    };
    let right = SimulatedService::credentials().unwrap();
    let mut service = SimulatedService::new().unwrap();
    for _ in 0..4 {
        assert_eq!(service.log_in(&wrong(), now()).unwrap_err(), ServiceError::CredentialsRefused);
    }
    service.log_in(&right, now()).unwrap();
    for _ in 0..5 {
        assert_eq!(service.log_in(&wrong(), now()).unwrap_err(), ServiceError::CredentialsRefused);
    }
    let until = at("20260602094500");
    assert_eq!(service.log_in(&right, now()).unwrap_err(), ServiceError::AccountLocked { until });
    assert_eq!(
        service.log_in(&right, at("20260602094459")).unwrap_err(),
        ServiceError::AccountLocked { until }
    );
    service.log_in(&right, until).unwrap();
}

#[test]
fn a_session_that_is_over_is_refused() {
    let mut service = SimulatedService::new().unwrap();
    let credentials = SimulatedService::credentials().unwrap();
    let old = service.log_in(&credentials, now()).unwrap();
    service.log_in(&credentials, now()).unwrap();
    assert_eq!(service.challenge(&old, now()), Err(ServiceError::SessionUnknown));
}

/// Whatever the card signed instead of what was asked: no part of the statement can be another.
#[test]
fn a_signature_over_anything_else_is_refused() {
    let mut service = SimulatedService::new().unwrap();
    let session = service.log_in(&SimulatedService::credentials().unwrap(), now()).unwrap();
    let (audience, terminal) = (SimulatedService::AUDIENCE, SimulatedService::TERMINAL);
    assert_eq!(terminal, format!("{}/{}", SimulatedService::INSTITUTION, SimulatedService::USER));
    let purpose = PossessionProof::purpose(on());
    let tomorrow = PossessionProof::purpose(Date::parse("20260603").unwrap());
    for (what, bent) in [
        ("audience", (0, 0, "elsewhere.invalid", terminal, purpose.as_str())),
        ("terminal", (0, 0, audience, "1319999999/staff02", &purpose)),
        ("challenge id", (1, 0, audience, terminal, &purpose)),
        ("nonce", (0, 1, audience, terminal, &purpose)),
        ("purpose", (0, 0, audience, terminal, "prescription 20260602")),
        ("day", (0, 0, audience, terminal, &tomorrow)),
    ] {
        let (id, nonce, audience, terminal, purpose) = bent;
        let challenge = service.challenge(&session, now()).unwrap();
        let mut signed = challenge;
        signed.id[15] ^= id;
        signed.nonce[31] ^= nonce;
        let proof = proof_of(challenge, prove_for(signed, audience, terminal, purpose));
        assert_eq!(service.check(&session, &proof, now()), Err(ServiceError::SignatureRefused), "{what}");
    }
}

/// The challenge of one session, signed and all, is no other session's: not the one that came after it either.
#[test]
fn a_challenge_belongs_to_the_session_that_asked_for_it() {
    let mut service = SimulatedService::new().unwrap();
    let credentials = SimulatedService::credentials().unwrap();
    let first = service.log_in(&credentials, now()).unwrap();
    let challenge = service.challenge(&first, now()).unwrap();
    let proof = proof_of(challenge, prove(challenge, SimulatedService::AUDIENCE));
    let second = service.log_in(&credentials, now()).unwrap();
    assert_eq!(service.check(&second, &proof, now()), Err(ServiceError::ChallengeUnknown));
}

/// A store that outlives the service.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<ChallengesInMemory>>);

impl ChallengeStore for Shared {
    fn next_number(&mut self) -> io::Result<u64> {
        self.0.lock().unwrap().next_number()
    }

    fn open(&mut self, challenge: OpenChallenge) -> io::Result<()> {
        self.0.lock().unwrap().open(challenge)
    }

    fn spend(&mut self, id: &[u8; 16]) -> io::Result<Option<OpenChallenge>> {
        self.0.lock().unwrap().spend(id)
    }
}

/// What one service was shown, the next one does not take: neither a spent proof nor an open one, nor the session.
#[test]
fn nothing_is_good_again_after_a_restart() {
    let store = Shared::default();
    let credentials = SimulatedService::credentials().unwrap();
    let start = || {
        let mut service = SimulatedService::new().unwrap();
        service.set_challenges(Box::new(store.clone()));
        service
    };
    let mut service = start();
    let session = service.log_in(&credentials, now()).unwrap();
    let [spent, open] = [(), ()].map(|()| {
        let challenge = service.challenge(&session, now()).unwrap();
        proof_of(challenge, prove(challenge, SimulatedService::AUDIENCE))
    });
    service.check(&session, &spent, now()).unwrap();
    drop(service);

    let mut service = start();
    let later = service.log_in(&credentials, now()).unwrap();
    assert_eq!(service.check(&session, &open, now()), Err(ServiceError::SessionUnknown));
    // As many challenges as before: none of them is the one of before.
    for _ in 0..2 {
        service.challenge(&later, now()).unwrap();
    }
    assert_eq!(service.check(&later, &spent, now()), Err(ServiceError::ChallengeUnknown));
    assert_eq!(service.check(&later, &open, now()), Err(ServiceError::ChallengeUnknown));
}

/// A store that fails keeps nobody from being asked again, and lets nobody in.
#[test]
fn a_store_that_fails_ends_the_check() {
    struct Full;
    impl ChallengeStore for Full {
        fn next_number(&mut self) -> io::Result<u64> {
            Err(io::Error::other("disk full"))
        }
        fn open(&mut self, _: OpenChallenge) -> io::Result<()> {
            Err(io::Error::other("disk full"))
        }
        fn spend(&mut self, _: &[u8; 16]) -> io::Result<Option<OpenChallenge>> {
            Err(io::Error::other("disk full"))
        }
    }
    let mut service = SimulatedService::new().unwrap();
    let session = service.log_in(&SimulatedService::credentials().unwrap(), now()).unwrap();
    let challenge = service.challenge(&session, now()).unwrap();
    let proof = proof_of(challenge, prove(challenge, SimulatedService::AUDIENCE));
    service.set_challenges(Box::new(Full));
    let unavailable =
        |error| matches!(error, ServiceError::Unavailable { reason } if reason.contains("disk full"));
    assert!(unavailable(service.challenge(&session, now()).unwrap_err()));
    assert!(unavailable(service.check(&session, &proof, now()).unwrap_err()));
}
