use der::asn1::OctetStringRef;
use der::oid::ObjectIdentifier;
use der::{Decode, Encode, Reader, SliceReader, Tag, Tagged};
use myna_calendar::UnixTime;
use myna_trust::{Certificate, CryptoProvider, DigestInfo, HashAlgorithm, SignatureAlgorithm};
use x509_cert::attr::{Attribute, AttributeValue};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{KeyUsage, SubjectKeyIdentifier};
use x509_cert::time::Time;
use x509_cert::{self as x509, der};

use super::fault::{CmsAttribute, CmsFault, CmsPart};
use super::structure::{
    AlgorithmProtection, CertificateHash, ContentInfo, DATA, SIGNED_DATA, SignedData, SignerIdentifier,
    SignerInfo, SigningCertificates,
};

/// A signature in CMS that was read, and not yet checked: see [`verify`](Self::verify).
#[derive(Debug, Clone)]
pub struct SignedCms {
    content: Option<Vec<u8>>,
    certificates: Vec<EmbeddedCertificate>,
    signers: Vec<Signer>,
}

/// What a signature is held against.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum SignedContent<'a> {
    /// The content in the signature itself (attached).
    Attached,
    /// This content. Where one is in the signature too, they have to be the same.
    Given(&'a [u8]),
    /// A content of this digest, which has to be by the hash of every signer: see [`SignedCms::hash_algorithms`].
    Digest(&'a DigestInfo),
}

/// Who signed, after every check of the signature itself. Whether the certificate is worth anything is another question: see
/// [`trust`](Self::trust).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct VerifiedSigner {
    /// The certificate of the key that signed.
    pub certificate: Certificate,
    /// Whether the signer said that it is this certificate (ESS signing-certificate-v2). Where not, another certificate for
    /// the same key could be put in its place.
    pub is_certificate_signed: bool,
    /// The signing-time: what the signer claims, and nobody vouches for.
    pub claimed_time: Option<UnixTime>,
    /// How it was signed.
    pub algorithm: SignatureAlgorithm,
    /// The hash of the content.
    pub hash: HashAlgorithm,
    /// The object identifiers of signed attributes that are not known here.
    pub unknown_attributes: Vec<String>,
    /// Whether there are attributes that are not signed, such as a timestamp. They are not checked.
    pub has_unsigned_attributes: bool,
}

/// A certificate, and what a signer is named by.
#[derive(Debug, Clone)]
struct EmbeddedCertificate {
    certificate: Certificate,
    parsed: x509::Certificate,
}

#[derive(Debug, Clone)]
struct Signer {
    certificate: EmbeddedCertificate,
    hash: HashAlgorithm,
    algorithm: SignatureAlgorithm,
    attributes: SignedAttributes,
    /// The DER that was signed.
    signed: Vec<u8>,
    signature: Vec<u8>,
    has_unsigned_attributes: bool,
}

/// What the signed attributes say.
#[derive(Debug, Clone)]
struct SignedAttributes {
    digest: Vec<u8>,
    claimed_time: Option<UnixTime>,
    certificate: Option<CertificateHash>,
    unknown: Vec<String>,
}

impl SignedCms {
    /// Reads exactly one signature, in DER.
    ///
    /// # Errors
    ///
    /// [`CmsFault`]: everything that can be told without content and arithmetic.
    pub fn from_der(bytes: &[u8]) -> Result<Self, CmsFault> {
        check_end(bytes)?;
        let outer = ContentInfo::from_der(bytes)?;
        if outer.content_type != SIGNED_DATA {
            return Err(CmsFault::NotSignedData);
        }
        let data: SignedData<'_> = outer.content.decode_as()?;
        let count = data.certificates.as_ref().map_or(0, der::asn1::SetOfVec::len);
        if count > MOST || data.signers.len() > MOST {
            return Err(CmsFault::TooMany);
        }
        let certificates = data.certificates.iter().flat_map(|set| set.iter()).map(EmbeddedCertificate::read);
        let certificates: Vec<EmbeddedCertificate> = certificates.collect::<Result<_, _>>()?;
        check_version(&data)?;
        if data.encapsulated.content_type != DATA {
            return Err(CmsFault::ContentType);
        }
        if data.signers.is_empty() {
            return Err(CmsFault::NoSigner);
        }
        let signers = data.signers.iter().map(|signer| Signer::read(signer, &data, &certificates));
        let signers: Vec<Signer> = signers.collect::<Result<_, _>>()?;
        let one_before = |at: usize| {
            signers.iter().take(at).any(|before| signers.get(at).is_some_and(|it| it.is_again(before)))
        };
        if (1..signers.len()).any(one_before) {
            return Err(CmsFault::RepeatedSigner);
        }
        let content = data.encapsulated.content.map(|content| content.as_bytes().to_vec());
        Ok(Self { content, certificates, signers })
    }

    /// The content that is in it, before anything was checked. `None`: it is beside it (detached).
    #[must_use]
    pub fn content(&self) -> Option<&[u8]> {
        self.content.as_deref()
    }

    /// Every certificate in it, the signers' and others.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.certificates.iter().map(|embedded| &embedded.certificate)
    }

    /// The hash of each signer.
    pub fn hash_algorithms(&self) -> impl Iterator<Item = HashAlgorithm> {
        self.signers.iter().map(|signer| signer.hash)
    }

    /// Checks every signature against the content.
    ///
    /// # Errors
    ///
    /// [`CmsFault`], of the first that is not good: of several signatures all have to be.
    pub fn verify(
        &self,
        provider: &CryptoProvider,
        content: SignedContent<'_>,
    ) -> Result<Vec<VerifiedSigner>, CmsFault> {
        let given = match (content, self.content()) {
            (SignedContent::Attached, None) => return Err(CmsFault::NoContent),
            (SignedContent::Given(given), Some(own)) if given != own => return Err(CmsFault::ContentDiffers),
            (SignedContent::Attached, Some(own)) => SignedContent::Given(own),
            (SignedContent::Digest(digest), Some(own))
                if DigestInfo::of(provider, digest.algorithm(), own) != *digest =>
            {
                return Err(CmsFault::ContentDiffers);
            }
            (given, _) => given,
        };
        self.signers.iter().map(|signer| signer.verify(provider, given)).collect()
    }
}

impl EmbeddedCertificate {
    fn read(any: &der::AnyRef<'_>) -> Result<Self, CmsFault> {
        if any.tag() != Tag::Sequence {
            return Err(CmsFault::CertificateKind);
        }
        let der = any.to_der()?;
        let certificate = Certificate::from_der(&der).map_err(CmsFault::Certificate)?;
        Ok(Self { certificate, parsed: x509::Certificate::from_der(&der)? })
    }

    fn is_of(&self, identifier: &SignerIdentifier) -> bool {
        let body = self.parsed.tbs_certificate();
        match identifier {
            SignerIdentifier::IssuerAndSerial(signer) => {
                signer.issuer == *body.issuer() && signer.serial == *body.serial_number()
            }
            SignerIdentifier::KeyIdentifier(key) => matches!(
                body.get_extension::<SubjectKeyIdentifier>(),
                Ok(Some((_, own))) if own.0 == *key
            ),
        }
    }

    /// RFC 5280, 4.2.1.3. A certificate that says nothing of usage allows all.
    fn may_sign(&self) -> bool {
        match self.parsed.tbs_certificate().get_extension::<KeyUsage>() {
            Ok(None) => true,
            Ok(Some((_, usage))) => usage.digital_signature() || usage.non_repudiation(),
            Err(_) => false,
        }
    }
}

impl Signer {
    fn read(
        signer: &SignerInfo<'_>,
        data: &SignedData<'_>,
        certificates: &[EmbeddedCertificate],
    ) -> Result<Self, CmsFault> {
        let version = match signer.identifier {
            SignerIdentifier::IssuerAndSerial(_) => 1,
            SignerIdentifier::KeyIdentifier(_) => 3,
        };
        if signer.version != version {
            return Err(CmsFault::Version(CmsPart::SignerInfo));
        }
        let mut own = certificates.iter().filter(|embedded| embedded.is_of(&signer.identifier));
        let certificate = match (own.next(), own.next()) {
            (Some(certificate), None) => certificate.clone(),
            (None, _) => return Err(CmsFault::SignerCertificate),
            (Some(_), Some(_)) => return Err(CmsFault::AmbiguousSigner),
        };
        let digest_algorithm = signer.digest_algorithm.to_der()?;
        let hash = HashAlgorithm::from_der(&digest_algorithm).ok_or(CmsFault::DigestAlgorithm)?;
        if !data.digest_algorithms.iter().any(|listed| listed.oid == signer.digest_algorithm.oid) {
            return Err(CmsFault::UnlistedDigest);
        }
        let algorithm = signature_algorithm(&signer.signature_algorithm.to_der()?, hash)?;
        let Some(attributes) = &signer.signed_attributes else {
            return Err(CmsFault::NoSignedAttributes);
        };
        if attributes.len() > MOST {
            return Err(CmsFault::TooMany);
        }
        let unsigned = signer.unsigned_attributes.iter().flat_map(|set| set.iter());
        for attribute in unsigned {
            match CmsAttribute::of(attribute.oid) {
                CmsAttribute::Countersignature | CmsAttribute::Other => {}
                misplaced => return Err(CmsFault::MisplacedAttribute(misplaced)),
            }
        }
        Ok(Self {
            attributes: SignedAttributes::read(&attributes.iter().collect::<Vec<_>>(), hash, signer)?,
            signed: attributes.to_der()?,
            certificate,
            hash,
            algorithm,
            signature: signer.signature.as_bytes().to_vec(),
            has_unsigned_attributes: signer.unsigned_attributes.is_some(),
        })
    }

    fn is_again(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.certificate.certificate == other.certificate.certificate
    }

    fn verify(
        &self,
        provider: &CryptoProvider,
        content: SignedContent<'_>,
    ) -> Result<VerifiedSigner, CmsFault> {
        self.check_certificate(provider)?;
        let digest = match content {
            SignedContent::Given(content) => DigestInfo::of(provider, self.hash, content),
            SignedContent::Digest(digest) if digest.algorithm() == self.hash => digest.clone(),
            SignedContent::Digest(_) => return Err(CmsFault::OtherDigest),
            SignedContent::Attached => return Err(CmsFault::NoContent),
        };
        if digest.hash() != self.attributes.digest {
            return Err(CmsFault::Digest);
        }
        let key = self.certificate.certificate.public_key().map_err(CmsFault::Key)?;
        key.verify(provider, self.algorithm, &self.signed, &self.signature).map_err(CmsFault::Signature)?;
        Ok(VerifiedSigner {
            certificate: self.certificate.certificate.clone(),
            is_certificate_signed: self.attributes.certificate.is_some(),
            claimed_time: self.attributes.claimed_time,
            algorithm: self.algorithm,
            hash: self.hash,
            unknown_attributes: self.attributes.unknown.clone(),
            has_unsigned_attributes: self.has_unsigned_attributes,
        })
    }

    /// That it is the one that was signed, and for signatures.
    fn check_certificate(&self, provider: &CryptoProvider) -> Result<(), CmsFault> {
        if let Some(meant) = &self.attributes.certificate {
            let form = CmsFault::AttributeForm(CmsAttribute::SigningCertificate);
            let hash = match &meant.algorithm {
                None => HashAlgorithm::Sha256,
                Some(algorithm) => {
                    HashAlgorithm::from_der(&algorithm.to_der()?).ok_or(CmsFault::DigestAlgorithm)?
                }
            };
            let der = self.certificate.certificate.as_der();
            if meant.hash.as_bytes() != DigestInfo::of(provider, hash, der).hash() {
                return Err(CmsFault::CertificateHash);
            }
            if let Some(meant) = &meant.issuer {
                let body = self.certificate.parsed.tbs_certificate();
                let [GeneralName::DirectoryName(issuer)] = meant.issuer.as_slice() else { return Err(form) };
                if issuer != body.issuer() || meant.serial != *body.serial_number() {
                    return Err(CmsFault::CertificateIssuer);
                }
            }
        }
        if self.certificate.may_sign() { Ok(()) } else { Err(CmsFault::KeyUsage) }
    }
}

impl SignedAttributes {
    fn read(
        attributes: &[Attribute],
        hash: HashAlgorithm,
        signer: &SignerInfo<'_>,
    ) -> Result<Self, CmsFault> {
        let mut seen: Vec<ObjectIdentifier> = Vec::new();
        let (mut content_type, mut digest) = (None, None);
        let mut read =
            Self { digest: Vec::new(), claimed_time: None, certificate: None, unknown: Vec::new() };
        for Attribute { oid, values } in attributes {
            let kind = CmsAttribute::of(*oid);
            let form = || CmsFault::AttributeForm(kind);
            if seen.contains(oid) {
                return Err(CmsFault::RepeatedAttribute(kind));
            }
            seen.push(*oid);
            // Those that are not known may have several.
            let value = match values.as_slice() {
                [value] => value,
                [value, ..] if kind == CmsAttribute::Other => value,
                _ => return Err(form()),
            };
            match kind {
                CmsAttribute::ContentType => {
                    content_type = Some(value.decode_as::<ObjectIdentifier>().map_err(|_| form())?);
                }
                CmsAttribute::MessageDigest => {
                    let value: &OctetStringRef = value.decode_as().map_err(|_| form())?;
                    digest = Some(value.as_bytes()).filter(|digest| digest.len() == hash.length());
                    read.digest = digest.ok_or_else(form)?.to_vec();
                }
                CmsAttribute::SigningTime => {
                    read.claimed_time = Some(claimed_time(value).ok_or_else(form)?);
                }
                CmsAttribute::SigningCertificate => {
                    let value: SigningCertificates<'_> = value.decode_as().map_err(|_| form())?;
                    // The first is that of the signer (RFC 5035, 3).
                    read.certificate = Some(value.certificates.first().ok_or_else(form)?.clone());
                }
                CmsAttribute::AlgorithmProtection => {
                    let value: AlgorithmProtection = value.decode_as().map_err(|_| form())?;
                    if value.digest != signer.digest_algorithm
                        || value.signature != signer.signature_algorithm
                    {
                        return Err(CmsFault::AlgorithmMismatch);
                    }
                }
                CmsAttribute::Countersignature => return Err(CmsFault::MisplacedAttribute(kind)),
                CmsAttribute::Other => read.unknown.push(oid.to_string()),
            }
        }
        if content_type.ok_or(CmsFault::MissingAttribute(CmsAttribute::ContentType))? != DATA {
            return Err(CmsFault::SignedContentType);
        }
        digest.ok_or(CmsFault::MissingAttribute(CmsAttribute::MessageDigest))?;
        Ok(read)
    }
}

/// Certificates, signers, and attributes of one that are taken: each costs work, and no document has as many.
const MOST: usize = 64;

/// That the one structure is all there is.
fn check_end(bytes: &[u8]) -> Result<(), CmsFault> {
    let mut reader = SliceReader::new(bytes)?;
    let length = reader.tlv_bytes()?.len();
    if length == bytes.len() { Ok(()) } else { Err(CmsFault::TrailingBytes(length)) }
}

/// RFC 5652, 5.1: what is newer in a part has a higher version.
fn check_version(data: &SignedData<'_>) -> Result<(), CmsFault> {
    let plain = |set: &Option<der::asn1::SetOfVec<der::AnyRef<'_>>>| {
        set.iter().flat_map(|set| set.iter()).all(|it| it.tag() == Tag::Sequence)
    };
    let expected = match (plain(&data.revocation), data.signers.iter().any(|signer| signer.version == 3)) {
        (false, _) => 5,
        (true, true) => 3,
        (true, false) if data.encapsulated.content_type != DATA => 3,
        (true, false) => 1,
    };
    if data.version == expected { Ok(()) } else { Err(CmsFault::Version(CmsPart::SignedData)) }
}

/// `rsaEncryption` names no hash: it is the signer's (RFC 3370, 3.2).
fn signature_algorithm(identifier: &[u8], hash: HashAlgorithm) -> Result<SignatureAlgorithm, CmsFault> {
    if identifier == RSA_ENCRYPTION {
        return Ok(SignatureAlgorithm::RsaPkcs1(hash));
    }
    match SignatureAlgorithm::from_der(identifier).ok_or(CmsFault::SignatureAlgorithm)? {
        found @ (SignatureAlgorithm::RsaPkcs1(own)
        | SignatureAlgorithm::RsaPss(own)
        | SignatureAlgorithm::Ecdsa(own)) => {
            if own == hash {
                Ok(found)
            } else {
                Err(CmsFault::AlgorithmMismatch)
            }
        }
        _ => Err(CmsFault::SignatureAlgorithm),
    }
}

/// `AlgorithmIdentifier { rsaEncryption, NULL }`.
const RSA_ENCRYPTION: [u8; 15] =
    [0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00];

/// Before 2050 as UTCTime, from then on as GeneralizedTime (RFC 5652, 11.3).
fn claimed_time(value: &AttributeValue) -> Option<UnixTime> {
    let time = Time::from_der(&value.to_der().ok()?).ok()?;
    let is_early = matches!(time, Time::GeneralTime(time) if time.to_date_time().year() < 2050);
    (!is_early).then(|| UnixTime(time.to_unix_duration().as_secs()))
}
