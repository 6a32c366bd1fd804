use der::Encode;
use der::asn1::{OctetString, OctetStringRef, SetOfRef, SetOfVec};
use myna_calendar::UnixTime;
use myna_trust::{Certificate, CryptoProvider, DigestInfo, HashAlgorithm, PublicKey, SignatureAlgorithm};
use x509_cert::attr::Attribute;
use x509_cert::der::asn1::{GeneralizedTime, UtcTime};
use x509_cert::der::{AnyRef, Decode};
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_cert::time::Time;
use x509_cert::{self as x509, der};

use super::fault::{CmsAttribute, CmsFault};
use super::structure::{
    CertificateHash, ContentInfo, DATA, EncapsulatedContent, IssuerAndSerial, SIGNED_DATA, SignedData,
    SignerIdentifier, SignerInfo, SigningCertificates, attribute,
};

/// What a signature in CMS shall say beside what is signed: the content's type and digest and the hash of the certificate
/// (ESS signing-certificate-v2) always stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CmsRequest {
    /// The hash of content, attributes and certificate. SHA-256 if nobody says otherwise.
    pub hash: HashAlgorithm,
    /// The attribute signing-time: what the signer claims, which nobody vouches for. PAdES has it elsewhere, and not here.
    pub signing_time: Option<UnixTime>,
}

/// A signature that lacks only what the key makes.
#[derive(Debug, Clone)]
pub struct PreparedCms {
    certificate: Certificate,
    provider: CryptoProvider,
    hash: HashAlgorithm,
    algorithm: SignatureAlgorithm,
    content_digest: Vec<u8>,
    attributes: Vec<Attribute>,
    /// The DER of the attributes: what is signed.
    signed: Vec<u8>,
    content: Option<Vec<u8>>,
}

impl CmsRequest {
    /// SHA-256, and no time.
    #[must_use]
    pub const fn new() -> Self {
        Self { hash: HashAlgorithm::Sha256, signing_time: None }
    }

    /// The digest of a content, as [`prepare`](Self::prepare) takes it.
    #[must_use]
    pub fn digest(&self, provider: &CryptoProvider, content: &[u8]) -> DigestInfo {
        DigestInfo::of(provider, self.hash, content)
    }

    /// Makes the attributes that are signed, for a content of this digest and the holder of this certificate.
    ///
    /// # Errors
    ///
    /// [`CmsFault::OtherDigest`] when the digest is not by [`hash`](Self::hash), [`CmsFault::Key`] when the certificate's key
    /// is none that can be used.
    pub fn prepare(
        &self,
        provider: &CryptoProvider,
        content_digest: &DigestInfo,
        certificate: &Certificate,
    ) -> Result<PreparedCms, CmsFault> {
        let content_digest = match content_digest.hash() {
            hash if content_digest.algorithm() == self.hash && hash.len() == self.hash.length() => {
                hash.to_vec()
            }
            _ => return Err(CmsFault::OtherDigest),
        };
        let algorithm = match certificate.public_key().map_err(CmsFault::Key)? {
            PublicKey::EllipticCurve(_) => SignatureAlgorithm::Ecdsa(self.hash),
            _ => SignatureAlgorithm::RsaPkcs1(self.hash),
        };
        let attributes = self.attributes(provider, &content_digest, certificate).map_err(encoding)?;
        let signed =
            SetOfRef::try_from(attributes.as_slice()).and_then(|set| set.to_der()).map_err(encoding)?;
        Ok(PreparedCms {
            certificate: certificate.clone(),
            provider: *provider,
            hash: self.hash,
            algorithm,
            content_digest,
            attributes,
            signed,
            content: None,
        })
    }

    /// In the order of DER.
    fn attributes(
        &self,
        provider: &CryptoProvider,
        content_digest: &[u8],
        certificate: &Certificate,
    ) -> der::Result<Vec<Attribute>> {
        let hash = DigestInfo::of(provider, self.hash, certificate.as_der());
        let certificates = SigningCertificates {
            certificates: vec![CertificateHash {
                // The default is not written in DER.
                algorithm: match self.hash {
                    HashAlgorithm::Sha256 => None,
                    hash => Some(AlgorithmIdentifierOwned::from_der(&hash.to_der())?),
                },
                hash: OctetString::new(hash.hash())?,
                issuer: None,
            }],
            policies: None,
        };
        let time = self.signing_time.map(time).transpose()?;
        let mut attributes = vec![
            named(CmsAttribute::ContentType, &DATA)?,
            named(CmsAttribute::MessageDigest, &OctetString::new(content_digest)?)?,
            named(CmsAttribute::SigningCertificate, &certificates)?,
        ];
        attributes.extend(time.map(|time| named(CmsAttribute::SigningTime, &time)).transpose()?);
        Ok(SetOfVec::try_from(attributes)?.into_vec())
    }
}

impl Default for CmsRequest {
    fn default() -> Self {
        Self::new()
    }
}

impl PreparedCms {
    /// Puts the content into the signature, which else is beside it (detached).
    ///
    /// # Errors
    ///
    /// [`CmsFault::Digest`] when it is not the content whose digest was given.
    pub fn attach(mut self, content: &[u8]) -> Result<Self, CmsFault> {
        if DigestInfo::of(&self.provider, self.hash, content).hash() != self.content_digest {
            return Err(CmsFault::Digest);
        }
        self.content = Some(content.to_vec());
        Ok(self)
    }

    /// How the key has to sign.
    #[must_use]
    pub const fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// What the key has to sign: the attributes in DER.
    #[must_use]
    pub fn signed_attributes(&self) -> &[u8] {
        &self.signed
    }

    /// The same, hashed: what a card is given.
    #[must_use]
    pub fn digest(&self) -> DigestInfo {
        DigestInfo::of(&self.provider, self.hash, &self.signed)
    }

    /// Puts the signature into its place; yields the whole in DER, with the certificate in it.
    ///
    /// # Errors
    ///
    /// [`CmsFault::Signature`] when it is not that of the certificate's key over what was prepared.
    pub fn finish(&self, signature: &[u8]) -> Result<Vec<u8>, CmsFault> {
        let key = self.certificate.public_key().map_err(CmsFault::Key)?;
        key.verify(&self.provider, self.algorithm, &self.signed, signature).map_err(CmsFault::Signature)?;
        self.encode(signature).map_err(encoding)
    }

    fn encode(&self, signature: &[u8]) -> der::Result<Vec<u8>> {
        let digest_algorithm = AlgorithmIdentifierOwned::from_der(&self.hash.to_der())?;
        let signature_algorithm = self.algorithm.to_der().unwrap_or_default();
        let parsed = x509::Certificate::from_der(self.certificate.as_der())?;
        let body = parsed.tbs_certificate();
        let signer = SignerInfo {
            version: 1,
            identifier: SignerIdentifier::IssuerAndSerial(IssuerAndSerial {
                issuer: body.issuer().clone(),
                serial: body.serial_number().clone(),
            }),
            digest_algorithm: digest_algorithm.clone(),
            signed_attributes: Some(SetOfRef::try_from(self.attributes.as_slice())?),
            signature_algorithm: AlgorithmIdentifierOwned::from_der(&signature_algorithm)?,
            signature: OctetString::new(signature)?,
            unsigned_attributes: None,
        };
        let data = SignedData {
            version: 1,
            digest_algorithms: SetOfVec::try_from(vec![digest_algorithm])?,
            encapsulated: EncapsulatedContent {
                content_type: DATA,
                content: self.content.as_deref().map(OctetStringRef::new).transpose()?,
            },
            certificates: Some(SetOfVec::try_from(vec![AnyRef::from_der(self.certificate.as_der())?])?),
            revocation: None,
            signers: SetOfVec::try_from(vec![signer])?,
        };
        let data = data.to_der()?;
        ContentInfo { content_type: SIGNED_DATA, content: AnyRef::from_der(&data)? }.to_der()
    }
}

fn named(attribute_kind: CmsAttribute, value: &impl Encode) -> der::Result<Attribute> {
    let unknown = || der::Error::from(der::ErrorKind::Failed);
    attribute(attribute_kind.identifier().ok_or_else(unknown)?, value)
}

/// Until 2049 as UTCTime, then as GeneralizedTime (RFC 5652, 11.3).
fn time(instant: UnixTime) -> der::Result<Time> {
    let duration = std::time::Duration::from_secs(instant.0);
    match UtcTime::from_unix_duration(duration) {
        Ok(time) => Ok(Time::UtcTime(time)),
        Err(_) => Ok(Time::GeneralTime(GeneralizedTime::from_unix_duration(duration)?)),
    }
}

fn encoding(_: der::Error) -> CmsFault {
    CmsFault::Encoding
}
