//! Bytes in the place of a revocation list and of a responder's answer. Only what the authority signed says anything.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use myna_sim::pki::{CertificateAuthority, Generation, Holder, RevocationRegister};
use myna_sim::{Date, Persona};
use myna_trust::path::{Environment, Purpose, TrustAnchor, ValidPath, validate};
use myna_trust::revocation::{OcspRequest, Revocation};
use myna_trust::{Certificate, UnixTime};

const AUTHORITY: CertificateAuthority = CertificateAuthority::UserAuthentication;
const NOW: UnixTime = UnixTime(1_795_329_045);
const SERIAL: u32 = 0x0123_4567;

static HOLDER: LazyLock<Holder> =
    LazyLock::new(|| Persona::built_in("default").expect("built in").certificate_holder());
static ANCHORS: LazyLock<[TrustAnchor; 1]> = LazyLock::new(|| {
    let der = AUTHORITY.certificate_der().expect("built in");
    let authority = Certificate::from_der(der).expect("a certificate");
    [TrustAnchor::new(authority, Environment::Test).expect("an authority")]
});
static LEAF: LazyLock<Certificate> = LazyLock::new(|| {
    let issued = Date::from_ymd(2025, 4, 1).expect("a day");
    Certificate::from_der(&AUTHORITY.issue(&HOLDER, SERIAL, issued).expect("issued")).expect("a certificate")
});
static PATH: LazyLock<ValidPath<'static>> =
    LazyLock::new(|| validate(&LEAF, &*ANCHORS, Purpose::UserAuthentication, NOW).expect("a good path"));
static QUESTION: LazyLock<OcspRequest<'static>> =
    LazyLock::new(|| OcspRequest::new(&PATH, Some([0x11; 32])).expect("a question"));

/// What the authority signed: without and with the leaf, lists and answers. The corpus is of these.
static SIGNED: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let (since, until) = (UnixTime(NOW.0 - 86_400), UnixTime(NOW.0 + 86_400));
    let mut register = RevocationRegister::new();
    let mut signed = Vec::new();
    for serial in [7, SERIAL] {
        register.revoke(serial, since, 1);
        signed
            .push(register.list(AUTHORITY, Generation::First, Some(&HOLDER), since, until).expect("a list"));
        signed.push(
            register
                .answer(AUTHORITY, Generation::First, QUESTION.as_der(), since, until)
                .expect("an answer"),
        );
    }
    signed
});

fuzz_target!(|bytes: &[u8]| {
    for said in [PATH.revocation_by_list(bytes), QUESTION.judge(bytes)] {
        let is_silent = matches!(said, Revocation::NotChecked { .. });
        assert!(is_silent || SIGNED.iter().any(|signed| signed == bytes), "{said:?}");
    }
});
