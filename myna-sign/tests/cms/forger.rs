//! Signatures put together byte by byte, each part open to be bent. The key of the simulated card signs whatever comes out,
//! so that a forgery is refused for what is bent and not because the signature is off.

use myna_sim::pki::CertificateAuthority;
use myna_trust::{Certificate, DigestInfo, HashAlgorithm};

use crate::{CONTENT, PROVIDER, certificate};

/// SignedData, before it is bytes.
#[derive(Clone)]
pub(crate) struct Forged {
    pub(crate) kind: Vec<u8>,
    pub(crate) version: u8,
    pub(crate) digest_algorithms: Vec<Vec<u8>>,
    pub(crate) content_type: Vec<u8>,
    /// `[0]` and what it is around; empty where the content is beside the signature.
    pub(crate) content: Vec<u8>,
    pub(crate) certificates: Vec<Vec<u8>>,
    pub(crate) revocation: Vec<u8>,
    pub(crate) signers: Vec<ForgedSigner>,
    /// Behind the last part of SignedData.
    pub(crate) more: Vec<u8>,
}

/// SignerInfo, before it is bytes.
#[derive(Clone)]
pub(crate) struct ForgedSigner {
    pub(crate) version: u8,
    pub(crate) identifier: Vec<u8>,
    pub(crate) digest_algorithm: Vec<u8>,
    /// `None`: the signature is over the content.
    pub(crate) attributes: Option<Vec<Vec<u8>>>,
    pub(crate) is_sorted: bool,
    pub(crate) signature_algorithm: Vec<u8>,
    /// Made by the key where it is none.
    pub(crate) signature: Option<Vec<u8>>,
    pub(crate) unsigned: Option<Vec<Vec<u8>>>,
    pub(crate) key: Key,
    pub(crate) more: Vec<u8>,
}

#[derive(Clone, Copy)]
pub(crate) enum Key {
    Holder(CertificateAuthority),
    Authority(CertificateAuthority),
}

impl Forged {
    /// Good as it is, and detached.
    pub(crate) fn new() -> Self {
        let own = certificate(CertificateAuthority::DigitalSignature);
        Self {
            kind: oid("1.2.840.113549.1.7.2"),
            version: 1,
            digest_algorithms: vec![sha256()],
            content_type: oid("1.2.840.113549.1.7.1"),
            content: Vec::new(),
            certificates: vec![own.as_der().to_vec()],
            revocation: Vec::new(),
            signers: vec![ForgedSigner::new(&own, CertificateAuthority::DigitalSignature)],
            more: Vec::new(),
        }
    }

    /// The same with another certificate for the same key.
    pub(crate) fn with_certificate(certificate: Vec<u8>) -> Self {
        let parsed = Certificate::from_der(&certificate).unwrap();
        let signer = ForgedSigner::new(&parsed, CertificateAuthority::DigitalSignature);
        Self { certificates: vec![certificate], signers: vec![signer], ..Self::new() }
    }

    pub(crate) fn signer(&mut self) -> &mut ForgedSigner {
        &mut self.signers[0]
    }

    /// The attributes of the signer: content-type, message-digest, signing-certificate-v2.
    pub(crate) fn attributes(&mut self) -> &mut Vec<Vec<u8>> {
        self.signer().attributes.as_mut().unwrap()
    }

    pub(crate) fn to_der(&self) -> Vec<u8> {
        let certificates = match self.certificates.as_slice() {
            [] => Vec::new(),
            certificates => tlv(0xA0, &[certificates.concat()]),
        };
        let signers: Vec<Vec<u8>> = self.signers.iter().map(ForgedSigner::to_der).collect();
        let data = [
            tlv(0x02, &[vec![self.version]]),
            set(self.digest_algorithms.clone()),
            tlv(0x30, &[self.content_type.clone(), self.content.clone()]),
            certificates,
            self.revocation.clone(),
            set(signers),
            self.more.clone(),
        ];
        tlv(0x30, &[self.kind.clone(), tlv(0xA0, &[tlv(0x30, &data)])])
    }
}

impl ForgedSigner {
    pub(crate) fn new(certificate: &Certificate, authority: CertificateAuthority) -> Self {
        let (issuer, serial) = issuer_and_serial(certificate.as_der());
        Self {
            version: 1,
            identifier: tlv(0x30, &[issuer, serial]),
            digest_algorithm: sha256(),
            attributes: Some(vec![
                content_type("1.2.840.113549.1.7.1"),
                message_digest(&hash(CONTENT)),
                signing_certificate(&[tlv(0x30, &[octets(&hash(certificate.as_der()))])]),
            ]),
            is_sorted: true,
            signature_algorithm: tlv(0x30, &[oid("1.2.840.113549.1.1.11"), vec![5, 0]]),
            signature: None,
            unsigned: None,
            key: Key::Holder(authority),
            more: Vec::new(),
        }
    }

    /// What is signed.
    pub(crate) fn signed(&self) -> Vec<u8> {
        match &self.attributes {
            None => CONTENT.to_vec(),
            Some(attributes) => self.set(0x31, attributes),
        }
    }

    fn set(&self, tag: u8, attributes: &[Vec<u8>]) -> Vec<u8> {
        let mut attributes = attributes.to_vec();
        if self.is_sorted {
            attributes.sort();
        }
        tlv(tag, &attributes)
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let key = match self.key {
            Key::Holder(authority) => authority.holder_key(),
            Key::Authority(authority) => authority.authority_key(),
        };
        key.unwrap().sign_sha256(message).unwrap()
    }

    fn to_der(&self) -> Vec<u8> {
        let signature = self.signature.clone().unwrap_or_else(|| self.sign(&self.signed()));
        let attributes = |tag, attributes: &Option<Vec<Vec<u8>>>| {
            attributes.as_ref().map(|attributes| self.set(tag, attributes)).unwrap_or_default()
        };
        let parts = [
            tlv(0x02, &[vec![self.version]]),
            self.identifier.clone(),
            self.digest_algorithm.clone(),
            attributes(0xA0, &self.attributes),
            self.signature_algorithm.clone(),
            octets(&signature),
            attributes(0xA1, &self.unsigned),
            self.more.clone(),
        ];
        tlv(0x30, &parts)
    }
}

/// An object of DER, the length as short as it can be.
pub(crate) fn tlv(tag: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    let content = parts.concat();
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let header = match length {
        [0, short @ 0..=0x7F] => vec![tag, short],
        [0, long] => vec![tag, 0x81, long],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [header, content].concat()
}

fn set(mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort();
    tlv(0x31, &parts)
}

pub(crate) fn octets(bytes: &[u8]) -> Vec<u8> {
    tlv(0x04, &[bytes.to_vec()])
}

pub(crate) fn oid(text: &str) -> Vec<u8> {
    let arcs: Vec<u32> = text.split('.').map(|arc| arc.parse().unwrap()).collect();
    let mut content = Vec::new();
    for arc in std::iter::once(arcs[0] * 40 + arcs[1]).chain(arcs[2..].iter().copied()) {
        let groups = (0..5).rev().map(|group| u8::try_from(arc >> (7 * group) & 0x7F).unwrap());
        let digits: Vec<u8> = groups.skip_while(|digit| *digit == 0).collect();
        let (last, digits) = digits.split_last().unwrap_or((&0, &[]));
        content.extend(digits.iter().map(|digit| digit | 0x80));
        content.push(*last);
    }
    tlv(0x06, &[content])
}

pub(crate) fn hash(bytes: &[u8]) -> Vec<u8> {
    DigestInfo::of(&PROVIDER, HashAlgorithm::Sha256, bytes).hash().to_vec()
}

pub(crate) fn sha256() -> Vec<u8> {
    tlv(0x30, &[oid("2.16.840.1.101.3.4.2.1")])
}

pub(crate) fn attribute(kind: &str, values: Vec<Vec<u8>>) -> Vec<u8> {
    tlv(0x30, &[oid(kind), set(values)])
}

pub(crate) fn content_type(kind: &str) -> Vec<u8> {
    attribute("1.2.840.113549.1.9.3", vec![oid(kind)])
}

pub(crate) fn message_digest(digest: &[u8]) -> Vec<u8> {
    attribute("1.2.840.113549.1.9.4", vec![octets(digest)])
}

pub(crate) fn signing_time(tag: u8, time: &str) -> Vec<u8> {
    attribute("1.2.840.113549.1.9.5", vec![tlv(tag, &[time.into()])])
}

pub(crate) fn signing_certificate(hashes: &[Vec<u8>]) -> Vec<u8> {
    attribute("1.2.840.113549.1.9.16.2.47", vec![tlv(0x30, &[tlv(0x30, hashes)])])
}

/// As they stand in a certificate.
pub(crate) fn issuer_and_serial(certificate: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let body = first(contents(certificate));
    // Version, serial number, algorithm, issuer.
    let parts = split(contents(body));
    (parts[3].to_vec(), parts[1].to_vec())
}

/// The certificate with some bytes changed for as many others, and signed again by who issued it.
pub(crate) fn reissued(authority: CertificateAuthority, from: &[u8], to: &[u8]) -> Vec<u8> {
    let der = certificate(authority).as_der().to_vec();
    let at = der.windows(from.len()).position(|window| window == from).unwrap();
    let der = [&der[..at], to, &der[at + from.len()..]].concat();
    let [body, algorithm, _] = split(contents(&der))[..] else { panic!("three parts") };
    let signature = authority.authority_key().unwrap().sign_sha256(body).unwrap();
    tlv(0x30, &[body.to_vec(), algorithm.to_vec(), tlv(0x03, &[vec![0], signature])])
}

/// A certificate with a public RSA key of this modulus, signed by nobody.
pub(crate) fn with_modulus(modulus: &[u8]) -> Vec<u8> {
    let der = certificate(CertificateAuthority::DigitalSignature).as_der().to_vec();
    let parts = split(contents(&der));
    let mut body: Vec<Vec<u8>> = split(contents(parts[0])).iter().map(|part| part.to_vec()).collect();
    let key = tlv(0x30, &[tlv(0x02, &[vec![0], modulus.to_vec()]), tlv(0x02, &[vec![1, 0, 1]])]);
    let algorithm = tlv(0x30, &[oid("1.2.840.113549.1.1.1"), vec![5, 0]]);
    body[6] = tlv(0x30, &[algorithm, tlv(0x03, &[vec![0], key])]);
    tlv(0x30, &[tlv(0x30, &body), parts[1].to_vec(), parts[2].to_vec()])
}

/// Where the content of an object begins and how long it is.
fn header(object: &[u8]) -> (usize, usize) {
    match object[1] {
        0x81 => (3, usize::from(object[2])),
        0x82 => (4, usize::from(object[2]) * 256 + usize::from(object[3])),
        short => (2, usize::from(short)),
    }
}

pub(crate) fn contents(object: &[u8]) -> &[u8] {
    let (start, length) = header(object);
    &object[start..start + length]
}

fn first(objects: &[u8]) -> &[u8] {
    let (start, length) = header(objects);
    &objects[..start + length]
}

pub(crate) fn split(mut objects: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while !objects.is_empty() {
        let part = first(objects);
        parts.push(part);
        objects = &objects[part.len()..];
    }
    parts
}
