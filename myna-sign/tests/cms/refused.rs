//! Every forged or malformed signature, and why it is refused.

use myna_sign::cms::{CmsAttribute, CmsFault, CmsPart, RevocationEvidence, SignedCms, SignedContent};
use myna_sim::pki::{CertificateAuthority, ValidityPeriod};
use myna_sim::{Date, Persona};
use myna_trust::path::PathError;
use myna_trust::{HashAlgorithm, KeyFault, SignatureAlgorithm, SignatureError};

use crate::forger::{
    Forged, ForgedSigner, Key, attribute, content_type, contents, hash, issuer_and_serial, message_digest,
    octets, oid, reissued, sha256, signing_certificate, signing_time, split, tlv, with_modulus,
};
use crate::{CONTENT, NOW, PROVIDER, SERIAL, anchors, certificate, verify};

const OWN: CertificateAuthority = CertificateAuthority::DigitalSignature;
const OTHER: CertificateAuthority = CertificateAuthority::UserAuthentication;

type Bend = fn(&mut Forged);

/// What is bent, and the reason that is given.
type Case = (&'static str, Bend, CmsFault);

/// Those that are still put together of the parts of a signature.
fn bent() -> Vec<Case> {
    use CmsAttribute::{
        AlgorithmProtection, ContentType, Countersignature, MessageDigest, SigningCertificate, SigningTime,
    };
    use CmsFault::{
        AlgorithmMismatch, AmbiguousSigner, AttributeForm, AttributeOrder, CertificateHash,
        CertificateIssuer, CertificateKind, Digest, DigestAlgorithm, Form, Key as KeyOf, KeyUsage,
        MisplacedAttribute, MissingAttribute, NoSignedAttributes, NoSigner, NotSignedData, RepeatedAttribute,
        Signature, SignedContentType, SignerCertificate, UnlistedDigest, Version,
    };
    const MISMATCH: CmsFault = Signature(SignatureError::Mismatch);
    vec![
        ("plain data", |it| it.kind = oid("1.2.840.113549.1.7.1"), NotSignedData),
        ("encrypted data", |it| it.kind = oid("1.2.840.113549.1.7.3"), NotSignedData),
        ("version 0", |it| it.version = 0, Version(CmsPart::SignedData)),
        ("version 3 of nothing new", |it| it.version = 3, Version(CmsPart::SignedData)),
        ("version 5 of nothing new", |it| it.version = 5, Version(CmsPart::SignedData)),
        (
            "version 1 of revocation in another format",
            |it| it.revocation = tlv(0xA1, &[tlv(0xA1, &[oid("1.3.6.1.5.5.7.16.2"), octets(b"?")])]),
            Version(CmsPart::SignedData),
        ),
        (
            "version 3 of a signer by issuer",
            |it| (it.version, it.signer().version) = (3, 3),
            Version(CmsPart::SignerInfo),
        ),
        ("version 0 of a signer", |it| it.signer().version = 0, Version(CmsPart::SignerInfo)),
        (
            "version 1 of a signer by key",
            |it| it.signer().identifier = tlv(0x80, &[vec![7; 20]]),
            Version(CmsPart::SignerInfo),
        ),
        (
            "version 1 around a signer by key",
            |it| {
                it.signer().version = 3;
                it.signer().identifier = tlv(0x80, &[vec![7; 20]]);
            },
            Version(CmsPart::SignedData),
        ),
        (
            "a timestamp for content",
            |it| (it.version, it.content_type) = (3, oid("1.2.840.113549.1.9.16.1.4")),
            CmsFault::ContentType,
        ),
        ("nobody", |it| it.signers.clear(), NoSigner),
        ("65 signers", |it| it.signers = vec![it.signers[0].clone(); 65], CmsFault::TooMany),
        (
            "65 attributes",
            |it| it.attributes().extend((0..62).map(|at| attribute(&format!("1.2.{at}"), vec![vec![5, 0]]))),
            CmsFault::TooMany,
        ),
        ("a part behind the last", |it| it.more = vec![5, 0], Form(None)),
        ("a part behind the last of a signer", |it| it.signer().more = vec![5, 0], Form(None)),
        ("the same signer twice", |it| it.signers.push(it.signers[0].clone()), CmsFault::RepeatedSigner),
        ("an attribute certificate", |it| it.certificates.push(tlv(0xA2, &[sha256()])), CertificateKind),
        ("no certificate", |it| it.certificates.clear(), SignerCertificate),
        (
            "only another's certificate",
            |it| it.certificates = vec![certificate(OTHER).as_der().to_vec()],
            SignerCertificate,
        ),
        (
            "another serial number",
            |it| {
                let (issuer, _) = issuer_and_serial(certificate(OWN).as_der());
                it.signer().identifier = tlv(0x30, &[issuer, tlv(0x02, &[vec![7]])]);
            },
            SignerCertificate,
        ),
        (
            "another issuer",
            |it| {
                let (issuer, _) = issuer_and_serial(certificate(OTHER).as_der());
                let (_, serial) = issuer_and_serial(certificate(OWN).as_der());
                it.signer().identifier = tlv(0x30, &[issuer, serial]);
            },
            SignerCertificate,
        ),
        (
            "the identifier of another key",
            |it| {
                (it.version, it.signer().version) = (3, 3);
                it.signer().identifier = tlv(0x80, &[vec![7; 20]]);
            },
            SignerCertificate,
        ),
        (
            "two certificates of one serial number",
            |it| {
                let holder = Persona::built_in("default").unwrap().certificate_holder();
                let day = |year| Date::from_ymd(year, 1, 1).unwrap();
                let validity = ValidityPeriod::of_certificate(day(1980), day(2024));
                it.certificates.push(OWN.issue_with_validity(&holder, SERIAL, validity).unwrap());
            },
            AmbiguousSigner,
        ),
        ("the hash SHA-1", |it| set_digest(it, "1.3.14.3.2.26"), DigestAlgorithm),
        ("the hash MD5", |it| set_digest(it, "1.2.840.113549.2.5"), DigestAlgorithm),
        ("a hash of SHA-3", |it| set_digest(it, "2.16.840.1.101.3.4.2.8"), DigestAlgorithm),
        (
            "SHA-256 with parameters",
            |it| it.signer().digest_algorithm = tlv(0x30, &[oid("2.16.840.1.101.3.4.2.1"), octets(b"")]),
            DigestAlgorithm,
        ),
        ("no hash announced", |it| it.digest_algorithms.clear(), UnlistedDigest),
        (
            "another hash announced",
            |it| it.digest_algorithms = vec![tlv(0x30, &[oid("2.16.840.1.101.3.4.2.3")])],
            UnlistedDigest,
        ),
        (
            "RSA with SHA-1",
            |it| set_algorithm(it, "1.2.840.113549.1.1.5", &[5, 0]),
            CmsFault::SignatureAlgorithm,
        ),
        (
            "RSA with MD5",
            |it| set_algorithm(it, "1.2.840.113549.1.1.4", &[5, 0]),
            CmsFault::SignatureAlgorithm,
        ),
        ("DSA", |it| set_algorithm(it, "1.2.840.10040.4.3", &[]), CmsFault::SignatureAlgorithm),
        (
            "RSA with SHA-256 and no parameters",
            |it| set_algorithm(it, "1.2.840.113549.1.1.11", &[]),
            CmsFault::SignatureAlgorithm,
        ),
        (
            "PSS with the parameters of RFC 8017's default, which is SHA-1",
            |it| set_algorithm(it, "1.2.840.113549.1.1.10", &[0x30, 0]),
            CmsFault::SignatureAlgorithm,
        ),
        ("RSA with SHA-512", |it| set_algorithm(it, "1.2.840.113549.1.1.13", &[5, 0]), AlgorithmMismatch),
        (
            "ECDSA with a key of RSA",
            |it| set_algorithm(it, "1.2.840.10045.4.3.2", &[]),
            Signature(SignatureError::Algorithm(SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha256))),
        ),
        ("no signed attributes", |it| it.signer().attributes = None, NoSignedAttributes),
        (
            "the attributes stripped and made the content",
            |it| {
                let attributes = it.signer().signed();
                it.signer().signature = Some(it.signers[0].sign(&attributes));
                it.signer().attributes = None;
                it.content = tlv(0xA0, &[octets(&attributes)]);
            },
            NoSignedAttributes,
        ),
        ("an empty set of attributes", |it| it.attributes().clear(), MissingAttribute(ContentType)),
        (
            "attributes out of order",
            |it| {
                it.attributes().sort();
                it.attributes().reverse();
                it.signer().is_sorted = false;
            },
            AttributeOrder,
        ),
        ("no content-type", |it| drop(it.attributes().remove(0)), MissingAttribute(ContentType)),
        ("no message-digest", |it| drop(it.attributes().remove(1)), MissingAttribute(MessageDigest)),
        (
            "two content-types",
            |it| it.attributes().push(content_type("1.2.840.113549.1.7.2")),
            RepeatedAttribute(ContentType),
        ),
        (
            "two message-digests",
            |it| it.attributes().push(message_digest(&hash(b"?"))),
            RepeatedAttribute(MessageDigest),
        ),
        (
            "two signing-times",
            |it| {
                it.attributes().push(signing_time(0x17, "261122000000Z"));
                it.attributes().push(signing_time(0x17, "261123000000Z"));
            },
            RepeatedAttribute(SigningTime),
        ),
        (
            "two signing certificates",
            |it| it.attributes().push(signing_certificate(&[tlv(0x30, &[octets(&hash(b"?"))])])),
            RepeatedAttribute(SigningCertificate),
        ),
        (
            "an unknown attribute twice",
            |it| {
                it.attributes().push(attribute("1.2.3", vec![vec![5, 0]]));
                it.attributes().push(attribute("1.2.3", vec![octets(b"?")]));
            },
            RepeatedAttribute(CmsAttribute::Other),
        ),
        (
            "content-type of two values",
            |it| {
                let values = vec![oid("1.2.840.113549.1.7.1"), oid("1.2.840.113549.1.7.2")];
                it.attributes()[0] = attribute("1.2.840.113549.1.9.3", values);
            },
            AttributeForm(ContentType),
        ),
        (
            "message-digest without a value",
            |it| it.attributes()[1] = attribute("1.2.840.113549.1.9.4", vec![]),
            AttributeForm(MessageDigest),
        ),
        (
            "message-digest of two values, one good",
            |it| {
                let values = vec![octets(&hash(CONTENT)), octets(&hash(b"?"))];
                it.attributes()[1] = attribute("1.2.840.113549.1.9.4", values);
            },
            AttributeForm(MessageDigest),
        ),
        (
            "message-digest cut short",
            |it| it.attributes()[1] = message_digest(&hash(CONTENT)[..20]),
            AttributeForm(MessageDigest),
        ),
        (
            "message-digest as a text",
            |it| it.attributes()[1] = attribute("1.2.840.113549.1.9.4", vec![tlv(0x0C, &[b"?".to_vec()])]),
            AttributeForm(MessageDigest),
        ),
        (
            "signing-time of 2026 as one of 2050 and later",
            |it| it.attributes().push(signing_time(0x18, "20261122000000Z")),
            AttributeForm(SigningTime),
        ),
        (
            "signing-time on no day",
            |it| it.attributes().push(signing_time(0x17, "261131000000Z")),
            AttributeForm(SigningTime),
        ),
        (
            "signing-time in another zone",
            |it| it.attributes().push(signing_time(0x17, "261122000000+0900")),
            AttributeForm(SigningTime),
        ),
        (
            "the hash of another certificate",
            |it| {
                it.attributes()[2] =
                    signing_certificate(&[tlv(0x30, &[octets(&hash(certificate(OTHER).as_der()))])]);
            },
            CertificateHash,
        ),
        (
            "the right hash after another's",
            |it| {
                let hashes =
                    [certificate(OTHER), certificate(OWN)].map(|it| tlv(0x30, &[octets(&hash(it.as_der()))]));
                it.attributes()[2] = signing_certificate(&hashes);
            },
            CertificateHash,
        ),
        (
            "a certificate by SHA-1",
            |it| {
                let algorithm = tlv(0x30, &[oid("1.3.14.3.2.26")]);
                it.attributes()[2] = signing_certificate(&[tlv(0x30, &[algorithm, octets(&[7; 20])])]);
            },
            DigestAlgorithm,
        ),
        (
            "no signing certificate in the list",
            |it| it.attributes()[2] = signing_certificate(&[]),
            AttributeForm(SigningCertificate),
        ),
        (
            "the signed serial number of another",
            |it| set_issuer_serial(it, 0xA4, OWN, &[7]),
            CertificateIssuer,
        ),
        (
            "the signed issuer of another",
            |it| set_issuer_serial(it, 0xA4, OTHER, &SERIAL.to_be_bytes()),
            CertificateIssuer,
        ),
        (
            "the signed issuer as no name",
            |it| set_issuer_serial(it, 0x86, OWN, &SERIAL.to_be_bytes()),
            AttributeForm(SigningCertificate),
        ),
        (
            "another hash protected",
            |it| {
                let digest = tlv(0x30, &[oid("2.16.840.1.101.3.4.2.3")]);
                protect(it, digest, oid("1.2.840.113549.1.1.11"));
            },
            AlgorithmMismatch,
        ),
        (
            "another signature algorithm protected",
            |it| protect(it, sha256(), oid("1.2.840.113549.1.1.13")),
            AlgorithmMismatch,
        ),
        (
            "algorithms protected without a signature's",
            |it| it.attributes().push(attribute("1.2.840.113549.1.9.52", vec![tlv(0x30, &[sha256()])])),
            AttributeForm(AlgorithmProtection),
        ),
        (
            "a countersignature that is signed",
            |it| it.attributes().push(attribute("1.2.840.113549.1.9.6", vec![sha256()])),
            MisplacedAttribute(Countersignature),
        ),
        (
            "a message-digest that is not signed",
            |it| it.signer().unsigned = Some(vec![message_digest(&hash(CONTENT))]),
            MisplacedAttribute(MessageDigest),
        ),
        (
            "a signing-time that is not signed",
            |it| it.signer().unsigned = Some(vec![signing_time(0x17, "261122000000Z")]),
            MisplacedAttribute(SigningTime),
        ),
        (
            "the message-digest moved to what is not signed",
            |it| {
                let moved = it.attributes().remove(1);
                it.signer().unsigned = Some(vec![moved]);
            },
            MisplacedAttribute(MessageDigest),
        ),
        (
            "another signed content type",
            |it| it.attributes()[0] = content_type("1.2.840.113549.1.9.16.1.4"),
            SignedContentType,
        ),
        (
            "the attributes of another document",
            |it| it.attributes()[1] = message_digest(&hash(b"another document")),
            Digest,
        ),
        (
            "the content in it is another",
            |it| it.content = tlv(0xA0, &[octets(b"another document")]),
            CmsFault::ContentDiffers,
        ),
        (
            "the content in pieces, as BER allows",
            |it| it.content = tlv(0xA0, &[tlv(0x24, &[octets(CONTENT)])]),
            Form(None),
        ),
        (
            "a key of 1024 bits",
            |it| *it = Forged::with_certificate(with_modulus(&[0xFF; 128])),
            KeyOf(KeyFault::Size(1024)),
        ),
        (
            "an even modulus",
            |it| *it = Forged::with_certificate(with_modulus(&[0xFE; 256])),
            KeyOf(KeyFault::EvenModulus),
        ),
        (
            "a certificate for encryption",
            |it| *it = Forged::with_certificate(reissued(OWN, &USAGE_OF_SIGNATURES, &USAGE_OF_ENCRYPTION)),
            KeyUsage,
        ),
        (
            "the certificate of the authority itself, which signs certificates only",
            |it| {
                let authority = OWN.certificate_der().unwrap().to_vec();
                *it = Forged::with_certificate(authority);
                it.signer().key = Key::Authority(OWN);
            },
            KeyUsage,
        ),
        ("a signature by another key", |it| it.signer().key = Key::Holder(OTHER), MISMATCH),
        ("a signature of zeros", |it| it.signer().signature = Some(vec![0; 256]), MISMATCH),
        ("no signature", |it| it.signer().signature = Some(vec![]), MISMATCH),
        (
            "a short signature",
            |it| it.signer().signature = Some(it.signers[0].sign(&it.signers[0].signed())[..255].to_vec()),
            MISMATCH,
        ),
        (
            "a signature over the content",
            |it| it.signer().signature = Some(it.signers[0].sign(CONTENT)),
            MISMATCH,
        ),
        (
            "a signature over the attributes under their tag in the file",
            |it| {
                let mut signed = it.signer().signed();
                signed[0] = 0xA0;
                it.signer().signature = Some(it.signers[0].sign(&signed));
            },
            MISMATCH,
        ),
        (
            "an attribute that was added",
            |it| {
                it.signer().signature = Some(it.signers[0].sign(&it.signers[0].signed()));
                it.attributes().push(signing_time(0x17, "261122000000Z"));
            },
            MISMATCH,
        ),
        (
            "an attribute that was taken away",
            |it| {
                it.signer().signature = Some(it.signers[0].sign(&it.signers[0].signed()));
                it.attributes().pop();
            },
            MISMATCH,
        ),
        (
            "two signers, one with a bad signature",
            |it| second(it, |it| it.signature = Some(vec![7; 256])),
            MISMATCH,
        ),
        (
            "two signers, one without attributes",
            |it| second(it, |it| it.attributes = None),
            NoSignedAttributes,
        ),
        (
            "two signers, one of another content",
            |it| second(it, |it| it.attributes.as_mut().unwrap()[1] = message_digest(&hash(b"?"))),
            Digest,
        ),
        (
            "two signers, one by SHA-1",
            |it| {
                it.digest_algorithms.push(tlv(0x30, &[oid("1.3.14.3.2.26")]));
                second(it, |it| it.digest_algorithm = tlv(0x30, &[oid("1.3.14.3.2.26")]));
            },
            DigestAlgorithm,
        ),
    ]
}

fn set_digest(forged: &mut Forged, identifier: &str) {
    let algorithm = tlv(0x30, &[oid(identifier)]);
    forged.digest_algorithms = vec![algorithm.clone()];
    forged.signer().digest_algorithm = algorithm;
}

fn set_algorithm(forged: &mut Forged, identifier: &str, parameters: &[u8]) {
    forged.signer().signature_algorithm = tlv(0x30, &[oid(identifier), parameters.to_vec()]);
}

/// The right hash with an issuer, under the tag of a kind of name, and a serial number.
fn set_issuer_serial(forged: &mut Forged, tag: u8, issuer: CertificateAuthority, serial: &[u8]) {
    let (issuer, _) = issuer_and_serial(certificate(issuer).as_der());
    let name = if tag == 0xA4 { tlv(tag, &[issuer]) } else { tlv(tag, &[b"urn:x".to_vec()]) };
    let issuer = tlv(0x30, &[tlv(0x30, &[name]), tlv(0x02, &[serial.to_vec()])]);
    let hash = octets(&hash(certificate(OWN).as_der()));
    forged.attributes()[2] = signing_certificate(&[tlv(0x30, &[hash, issuer])]);
}

fn protect(forged: &mut Forged, digest: Vec<u8>, signature: Vec<u8>) {
    let value = tlv(0x30, &[digest, tlv(0xA1, &[signature, vec![5, 0]])]);
    forged.attributes().push(attribute("1.2.840.113549.1.9.52", vec![value]));
}

/// A further signer with the other certificate, bent.
fn second(forged: &mut Forged, bend: fn(&mut ForgedSigner)) {
    let certificate = certificate(OTHER);
    forged.certificates.push(certificate.as_der().to_vec());
    let mut signer = ForgedSigner::new(&certificate, OTHER);
    bend(&mut signer);
    forged.signers.push(signer);
}

/// keyUsage, critical: digitalSignature and nonRepudiation; keyEncipherment.
const USAGE_OF_SIGNATURES: [u8; 14] = [0x06, 3, 0x55, 0x1D, 0x0F, 1, 1, 0xFF, 4, 4, 3, 2, 6, 0xC0];
const USAGE_OF_ENCRYPTION: [u8; 14] = [0x06, 3, 0x55, 0x1D, 0x0F, 1, 1, 0xFF, 4, 4, 3, 2, 5, 0x20];

/// Those that are bytes.
fn broken() -> Vec<(&'static str, Vec<u8>, CmsFault)> {
    let good = Forged::new().to_der();
    let mut cases = vec![
        (
            "a second signature behind the first",
            [&good[..], &good].concat(),
            CmsFault::TrailingBytes(good.len()),
        ),
        ("a zero behind the end", [&good[..], &[0]].concat(), CmsFault::TrailingBytes(good.len())),
    ];
    let data = split(contents(&good))[1];
    let kind = oid("1.2.840.113549.1.7.2");
    let open = |tag: u8, content: &[u8]| [&[tag, 0x80], content, &[0, 0]].concat();
    cases.extend([
        ("an open length around all", open(0x30, contents(&good)), CmsFault::Indefinite),
        (
            "an open length around the data",
            tlv(0x30, &[kind.clone(), open(0xA0, contents(data))]),
            CmsFault::Indefinite,
        ),
        (
            "an open length of the data",
            tlv(0x30, &[kind, tlv(0xA0, &[open(0x30, contents(contents(data)))])]),
            CmsFault::Indefinite,
        ),
        ("nothing", vec![], CmsFault::Form(None)),
        ("a text", b"-----BEGIN CMS-----".to_vec(), CmsFault::Form(None)),
        ("the end cut off", good[..good.len() - 1].to_vec(), CmsFault::Form(None)),
        ("a length longer than it has to be", [&[0x30, 0x83, 0], &good[2..]].concat(), CmsFault::Form(None)),
        ("a set where a sequence is due", [&[0x31], &good[1..]].concat(), CmsFault::Form(None)),
        ("an empty sequence", vec![0x30, 0], CmsFault::Form(None)),
    ]);
    cases
}

/// The place is not part of the reason.
fn reason(fault: CmsFault) -> CmsFault {
    if let CmsFault::Form(_) = fault { CmsFault::Form(None) } else { fault }
}

#[test]
fn what_is_not_bent_is_good() {
    assert_eq!(verify(&Forged::new().to_der(), SignedContent::Given(CONTENT)), Ok(1));
    let mut two = Forged::new();
    second(&mut two, |_| {});
    assert_eq!(verify(&two.to_der(), SignedContent::Given(CONTENT)), Ok(2));
    let allowed: [(&str, Bend); 8] = [
        ("attached", |it| it.content = tlv(0xA0, &[octets(CONTENT)])),
        ("certificates in any order", |it| {
            it.certificates.push(certificate(OTHER).as_der().to_vec());
            it.certificates.sort();
            it.certificates.reverse();
        }),
        ("rsaEncryption", |it| set_algorithm(it, "1.2.840.113549.1.1.1", &[5, 0])),
        ("signing-time", |it| it.attributes().push(signing_time(0x17, "261122000000Z"))),
        ("issuer and serial number signed", |it| set_issuer_serial(it, 0xA4, OWN, &SERIAL.to_be_bytes())),
        ("algorithms protected", |it| protect(it, sha256(), oid("1.2.840.113549.1.1.11"))),
        ("an unknown attribute", |it| {
            it.attributes().push(attribute("1.2.3", vec![vec![5, 0], octets(b"?")]));
        }),
        ("an unknown unsigned attribute", |it| {
            it.signer().unsigned = Some(vec![attribute("1.2.3", vec![vec![5, 0]])]);
        }),
    ];
    for (name, bend) in allowed {
        let mut forged = Forged::new();
        bend(&mut forged);
        assert_eq!(verify(&forged.to_der(), SignedContent::Given(CONTENT)), Ok(1), "{name}");
    }
}

#[test]
fn what_is_forged_or_malformed_is_refused_with_its_reason() {
    for (name, bend, expected) in bent() {
        let mut forged = Forged::new();
        bend(&mut forged);
        let fault = verify(&forged.to_der(), SignedContent::Given(CONTENT)).map_err(reason);
        assert_eq!(fault, Err(expected), "{name}");
    }
    for (name, bytes, expected) in broken() {
        let fault = verify(&bytes, SignedContent::Given(CONTENT)).map_err(reason);
        assert_eq!(fault, Err(expected), "{name}");
    }
}

#[test]
fn a_certificate_that_cannot_be_read_is_refused_wherever_it_breaks() {
    let own = certificate(OWN).as_der().to_vec();
    for broken in [tlv(0x30, &[]), tlv(0x30, &[split(contents(&own))[0].to_vec()]), tlv(0x30, &[vec![5, 0]])]
    {
        let forged = Forged { certificates: vec![broken], ..Forged::new() };
        let fault = verify(&forged.to_der(), SignedContent::Given(CONTENT));
        assert!(matches!(fault, Err(CmsFault::Certificate(_))), "{fault:?}");
    }
}

#[test]
fn a_signature_that_is_good_says_nothing_of_a_certificate_that_is_not() {
    const POLICIES: [u8; 8] = [0x06, 3, 0x55, 0x1D, 0x20, 1, 1, 0xFF];
    const UNKNOWN: [u8; 8] = [0x06, 3, 0x55, 0x1D, 0x63, 1, 1, 0xFF];
    let unknown = reissued(OWN, &POLICIES, &UNKNOWN);
    let mut twin = certificate(OWN).as_der().to_vec();
    *twin.last_mut().unwrap() ^= 1;
    for (certificate, expected) in
        [(unknown, PathError::UnknownCriticalExtension), (twin, PathError::Signature)]
    {
        let cms = SignedCms::from_der(&Forged::with_certificate(certificate).to_der()).unwrap();
        let signers = cms.verify(&PROVIDER, SignedContent::Given(CONTENT)).unwrap();
        let trust = signers[0].trust(&anchors(), NOW, RevocationEvidence::default());
        assert_eq!(trust.path, Err(expected));
        assert!(!trust.is_acceptable());
    }
}

/// The certificate's own signature too: the hash of the whole certificate is signed.
#[test]
fn no_byte_can_be_changed_without_notice() {
    let good = Forged::new().to_der();
    for at in 0..good.len() {
        for bit in [0x01, 0x80] {
            let mut changed = good.clone();
            changed[at] ^= bit;
            let fault = verify(&changed, SignedContent::Given(CONTENT));
            assert!(fault.is_err(), "byte {at} ^ {bit:02X}");
        }
    }
}
