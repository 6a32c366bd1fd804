//! Signatures by the simulated card, checked to the end.

use myna_jpki::{Jpki, PinPolicy, SignaturePassword};
use myna_sign::cms::card::{ContentToSign, KeyOpener, sign as sign_by_card};
use myna_sign::cms::{CmsFault, CmsRequest, RevocationEvidence};
use myna_sign::pdf::{PdfFault, PdfSignatureRequest, read_pdf_signatures};
use myna_sim::pki::CertificateAuthority;
use myna_sim::{Date, Persona, SimTransport, SimulatedCard};
use myna_transport::{Card, Meter};
use myna_trust::path::{Environment, Purpose, TrustAnchor};
use myna_trust::{Certificate, CryptoProvider, HashAlgorithm, UnixTime};

use crate::documents::{Writer, contents, plain};
use crate::{request, visible};

const NOW: UnixTime = UnixTime(1_795_329_045); // 2026-11-22

/// Signs with the key for signing; asserts what it costs.
pub(crate) fn sign(document: &[u8], request: &PdfSignatureRequest) -> Vec<u8> {
    let persona = Persona::built_in("default").unwrap();
    let simulated = SimulatedCard::new(&persona, Date::from_ymd(2026, 11, 22).unwrap()).unwrap();
    let mut card = Card::new(Meter::new(SimTransport::new(simulated)));
    let prepared = request.prepare(document).unwrap();
    let digest = prepared.digest(&CryptoProvider::default(), HashAlgorithm::Sha256);
    let password = SignaturePassword::new("ABC123").unwrap();
    Jpki::open(&mut card).unwrap();
    let (key, cms) = (KeyOpener::DigitalSignature(&password), CmsRequest::new());
    let cms =
        card.run(sign_by_card(key, PinPolicy::default(), &cms, ContentToSign::Digest(&digest))).unwrap();
    assert!(card.transport().budget().exchanges <= 5);
    prepared.finish(&cms).unwrap()
}

fn check(document: &[u8]) -> Vec<Result<(), PdfFault>> {
    let provider = CryptoProvider::default();
    let signatures = read_pdf_signatures(document).unwrap();
    signatures.iter().map(|signature| signature.verify(document, &provider).map(|_| ())).collect()
}

#[test]
fn a_document_signed_by_the_card_twice_is_good_to_the_anchor() {
    let document = sign(&sign(&plain(), &request()), &visible());
    let authority = CertificateAuthority::DigitalSignature.certificate_der().unwrap();
    let authority = Certificate::from_der(authority).unwrap();
    let anchors = [TrustAnchor::new(authority, Environment::Test).unwrap()];
    let signatures = read_pdf_signatures(&document).unwrap();
    assert_eq!(signatures.len(), 2);
    for signature in signatures {
        let signer = signature.verify(&document, &CryptoProvider::default()).unwrap();
        assert!(signer.is_certificate_signed);
        // PAdES has the time in the document.
        assert_eq!(signer.claimed_time, None);
        let trust = signer.trust(&anchors, NOW, RevocationEvidence::default());
        assert_eq!(trust.path, Ok(Purpose::DigitalSignature));
    }
}

#[test]
fn a_byte_changed_anywhere_in_the_signed_document_is_a_digest_that_does_not_fit() {
    let document = sign(&plain(), &request());
    assert_eq!(check(&document), [Ok(())]);
    let text = |text: &[u8]| document.windows(text.len()).position(|window| window == text).unwrap();
    for place in [text(b"Hello"), text(b"595 842"), text(b"/Helvetica") + 1, text(b"/M <") + 6] {
        let mut bent = document.clone();
        bent[place] ^= 1;
        assert_eq!(check(&bent), [Err(PdfFault::Cms(CmsFault::Digest))], "{place}");
    }
}

#[test]
fn of_two_signatures_the_bad_one_is_named() {
    let first = sign(&plain(), &request());
    let mut document = sign(&first, &request());
    // The second signature's claim of its time, which the first does not cover.
    let place = document.windows(4).rposition(|window| window == b"/M <").unwrap() + 6;
    document[place] ^= 1;
    assert_eq!(check(&document), [Ok(()), Err(PdfFault::Cms(CmsFault::Digest))]);
    // Inside the first: then neither is good.
    let place = document.windows(5).position(|window| window == b"Hello").unwrap();
    document[place] ^= 1;
    let bad = || Err(PdfFault::Cms(CmsFault::Digest));
    assert_eq!(check(&document), [bad(), bad()]);
}

#[test]
fn the_signature_of_another_document_is_none_of_this_one() {
    let document = sign(&plain(), &request());
    let other = Writer::after(&plain()).object(30, "(other)").table("/Root 1 0 R");
    let mut mixed = sign(&other, &request());
    let ((from, to), (place, _)) = (contents(&document), contents(&mixed));
    mixed[place..place + to - from].copy_from_slice(&document[from..to]);
    assert_eq!(check(&mixed), [Err(PdfFault::Cms(CmsFault::Digest))]);
}
