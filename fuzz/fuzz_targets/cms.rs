//! Bytes in the place of a signature in CMS. What is good was signed by a key that somebody has, over this content, and what is
//! told of it is what was signed.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use myna_sign::cms::{SignedCms, SignedContent};
use myna_sign::{Certificate, CryptoProvider, HashAlgorithm, UnixTime};
use myna_sim::pki::CertificateAuthority;
use myna_sim::{Date, Persona};

/// What the corpus is signed over, at which claimed time, and by which certificates.
const CONTENT: &[u8] = "同意書".as_bytes();
const TIME: UnixTime = UnixTime(1_795_329_045);
const SERIAL: u32 = 0x0123_4567;
static CERTIFICATES: LazyLock<[Certificate; 2]> = LazyLock::new(|| {
    let holder = Persona::built_in("default").expect("built in").certificate_holder();
    let issued = Date::from_ymd(2025, 4, 1).expect("a day");
    [CertificateAuthority::DigitalSignature, CertificateAuthority::UserAuthentication].map(|authority| {
        let der = authority.issue(&holder, SERIAL, issued).expect("issued");
        Certificate::from_der(&der).expect("a certificate")
    })
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(cms) = SignedCms::from_der(bytes) else { return };
    let provider = CryptoProvider::default();
    assert!(cms.verify(&provider, SignedContent::Given(b"another content")).is_err());
    let Ok(signers) = cms.verify(&provider, SignedContent::Given(CONTENT)) else { return };
    assert!(!signers.is_empty());
    for signer in signers {
        assert!(CERTIFICATES.contains(&signer.certificate) && signer.is_certificate_signed);
        assert!(signer.claimed_time.is_none_or(|time| time == TIME));
        assert!(matches!(signer.hash, HashAlgorithm::Sha256 | HashAlgorithm::Sha512));
        assert!(signer.unknown_attributes.is_empty());
    }
});
