//! Signatures in CMS: what is made, what is told of it, and everything that is not taken for a signature.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "cms/by_card.rs"]
mod by_card;
#[path = "cms/forger.rs"]
mod forger;
#[path = "cms/refused.rs"]
mod refused;
#[path = "cms/strangers.rs"]
mod strangers;

use myna_sign::cms::{CmsFault, CmsRequest, RevocationEvidence, SignedCms, SignedContent, SignerTrust};
use myna_sim::pki::{CertificateAuthority, Generation, RevocationRegister};
use myna_sim::{Date, Persona};
use myna_trust::path::{Environment, PathError, Purpose, TrustAnchor};
use myna_trust::revocation::{Revocation, RevocationFault, RevocationReason};
use myna_trust::{Certificate, CryptoProvider, DigestInfo, HashAlgorithm, SignatureAlgorithm, UnixTime};

const CONTENT: &[u8] = "同意書".as_bytes();
const NOW: UnixTime = UnixTime(1_795_329_045); // 2026-11-22
const DAY: u64 = 86_400;
const SERIAL: u32 = 0x0123_4567;
const PROVIDER: CryptoProvider = CryptoProvider::RUST_CRYPTO;

fn certificate(authority: CertificateAuthority) -> Certificate {
    let holder = Persona::built_in("default").unwrap().certificate_holder();
    let issued = Date::from_ymd(2025, 4, 1).unwrap();
    Certificate::from_der(&authority.issue(&holder, SERIAL, issued).unwrap()).unwrap()
}

fn anchors() -> Vec<TrustAnchor> {
    [CertificateAuthority::DigitalSignature, CertificateAuthority::UserAuthentication]
        .map(|authority| Certificate::from_der(authority.certificate_der().unwrap()).unwrap())
        .map(|certificate| TrustAnchor::new(certificate, Environment::Test).unwrap())
        .to_vec()
}

fn sign_by(authority: CertificateAuthority, request: &CmsRequest, attached: bool) -> Vec<u8> {
    let digest = request.digest(&PROVIDER, CONTENT);
    let mut prepared = request.prepare(&PROVIDER, &digest, &certificate(authority)).unwrap();
    if attached {
        prepared = prepared.attach(CONTENT).unwrap();
    }
    let signature = authority.holder_key().unwrap().sign_padded(prepared.digest().as_bytes()).unwrap();
    prepared.finish(&signature).unwrap()
}

fn sign(request: &CmsRequest, attached: bool) -> Vec<u8> {
    sign_by(CertificateAuthority::DigitalSignature, request, attached)
}

fn verify(cms: &[u8], content: SignedContent<'_>) -> Result<usize, CmsFault> {
    SignedCms::from_der(cms)?.verify(&PROVIDER, content).map(|signers| signers.len())
}

#[test]
fn who_signed_what_and_when_as_claimed_is_told_for_every_hash_attached_and_detached() {
    for hash in [HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512] {
        for attached in [false, true] {
            for time in [None, Some(NOW), Some(UnixTime(2_600_000_000))] {
                let mut request = CmsRequest::new();
                (request.hash, request.signing_time) = (hash, time);
                let cms = SignedCms::from_der(&sign(&request, attached)).unwrap();
                assert_eq!(cms.content(), attached.then_some(CONTENT));
                assert_eq!(cms.hash_algorithms().collect::<Vec<_>>(), [hash]);
                let signers = cms.verify(&PROVIDER, SignedContent::Given(CONTENT)).unwrap();
                let [signer] = &signers[..] else { panic!("one signer") };
                assert_eq!(signer.certificate, certificate(CertificateAuthority::DigitalSignature));
                assert_eq!((signer.hash, signer.claimed_time), (hash, time));
                assert_eq!(signer.algorithm, SignatureAlgorithm::RsaPkcs1(hash));
                assert!(signer.is_certificate_signed && !signer.has_unsigned_attributes);
                assert!(signer.unknown_attributes.is_empty());
                // The digest alone does as well.
                let digest = request.digest(&PROVIDER, CONTENT);
                assert!(cms.verify(&PROVIDER, SignedContent::Digest(&digest)).is_ok());
            }
        }
    }
}

#[test]
fn a_content_that_is_missing_or_another_is_told() {
    let request = CmsRequest::new();
    let (detached, attached) = (sign(&request, false), sign(&request, true));
    let digest = |hash, content| DigestInfo::of(&PROVIDER, hash, content);
    let (other, long) = (digest(HashAlgorithm::Sha256, b"?"), digest(HashAlgorithm::Sha512, CONTENT));
    for (cms, content, expected) in [
        (&detached, SignedContent::Attached, Err(CmsFault::NoContent)),
        (&detached, SignedContent::Given(b"?"), Err(CmsFault::Digest)),
        (&detached, SignedContent::Given(b""), Err(CmsFault::Digest)),
        (&detached, SignedContent::Digest(&other), Err(CmsFault::Digest)),
        (&detached, SignedContent::Digest(&long), Err(CmsFault::OtherDigest)),
        (&attached, SignedContent::Attached, Ok(1)),
        (&attached, SignedContent::Given(b"?"), Err(CmsFault::ContentDiffers)),
        (&attached, SignedContent::Digest(&other), Err(CmsFault::ContentDiffers)),
    ] {
        assert_eq!(verify(cms, content), expected);
    }
}

#[test]
fn what_does_not_fit_together_is_not_made() {
    let request = CmsRequest::new();
    let own = certificate(CertificateAuthority::DigitalSignature);
    let long = DigestInfo::of(&PROVIDER, HashAlgorithm::Sha512, CONTENT);
    assert_eq!(request.prepare(&PROVIDER, &long, &own).unwrap_err(), CmsFault::OtherDigest);
    let prepared = request.prepare(&PROVIDER, &request.digest(&PROVIDER, CONTENT), &own).unwrap();
    assert_eq!(prepared.clone().attach(b"?").unwrap_err(), CmsFault::Digest);
    let other_key = CertificateAuthority::UserAuthentication.holder_key().unwrap();
    let signature = other_key.sign_padded(prepared.digest().as_bytes()).unwrap();
    assert!(matches!(prepared.finish(&signature), Err(CmsFault::Signature(_))));
}

fn trust(authority: CertificateAuthority, anchors: &[TrustAnchor], at: UnixTime) -> SignerTrust {
    let cms = SignedCms::from_der(&sign_by(authority, &CmsRequest::new(), false)).unwrap();
    let signers = cms.verify(&PROVIDER, SignedContent::Given(CONTENT)).unwrap();
    signers[0].trust(anchors, at, RevocationEvidence::default())
}

#[test]
fn a_path_says_for_which_purpose_it_is_good_and_revocation_is_not_checked_unless_somebody_was_asked() {
    use CertificateAuthority::{DigitalSignature, UserAuthentication};
    let nothing = Revocation::NotChecked { why: RevocationFault::NothingSupplied };
    for (authority, anchors, at, path) in [
        (DigitalSignature, anchors(), NOW, Ok(Purpose::DigitalSignature)),
        (UserAuthentication, anchors(), NOW, Ok(Purpose::UserAuthentication)),
        (DigitalSignature, vec![], NOW, Err(PathError::UnknownIssuer)),
        (DigitalSignature, anchors(), UnixTime(NOW.0 + 3650 * DAY), Err(PathError::Expired)),
        (DigitalSignature, anchors(), UnixTime(NOW.0 - 3650 * DAY), Err(PathError::AnchorValidity)),
    ] {
        let trust = trust(authority, &anchors, at);
        assert_eq!((trust.path, trust.revocation), (path, nothing), "{authority:?}");
        assert_eq!(trust.is_acceptable(), path.is_ok());
    }
}

#[test]
fn a_list_or_an_answer_that_says_revoked_outweighs_one_that_says_good() {
    const AUTHORITY: CertificateAuthority = CertificateAuthority::DigitalSignature;
    let list = |revoked: bool, generation| {
        let mut register = RevocationRegister::new();
        if revoked {
            register.revoke(SERIAL, UnixTime(NOW.0 - 3 * DAY), 4);
        }
        register.list(AUTHORITY, generation, None, UnixTime(NOW.0 - DAY), UnixTime(NOW.0 + DAY)).unwrap()
    };
    let (good, revoked) = (list(false, Generation::First), list(true, Generation::First));
    let other = list(false, Generation::Second);
    let cms = SignedCms::from_der(&sign(&CmsRequest::new(), false)).unwrap();
    let signer = &cms.verify(&PROVIDER, SignedContent::Given(CONTENT)).unwrap()[0];
    let is_revoked =
        Revocation::Revoked { when: UnixTime(NOW.0 - 3 * DAY), why: RevocationReason::Superseded };
    let is_good = Revocation::Good { as_of: UnixTime(NOW.0 - DAY) };
    let scope = Revocation::NotChecked { why: RevocationFault::OtherIssuer };
    for (lists, responses, expected) in [
        (vec![good.clone()], vec![], is_good),
        (vec![other.clone()], vec![], scope),
        (vec![good.clone(), other.clone()], vec![], is_good),
        (vec![good.clone(), revoked.clone()], vec![], is_revoked),
        (vec![revoked, good.clone()], vec![], is_revoked),
        (vec![], vec![b"?".to_vec()], Revocation::NotChecked { why: RevocationFault::Form }),
        (vec![good], vec![b"?".to_vec()], is_good),
    ] {
        let trust = signer.trust(&anchors(), NOW, RevocationEvidence::new(&lists, &responses));
        assert_eq!(trust.revocation, expected);
        assert_eq!(trust.is_acceptable(), expected != is_revoked);
    }
}
