use der::asn1::{OctetString, OctetStringRef, SetOfRef, SetOfVec};
use der::oid::ObjectIdentifier;
use der::{AnyRef, Choice, Sequence, ValueOrd};
use x509_cert::attr::Attribute;
use x509_cert::ext::pkix::name::GeneralNames;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_cert::{attr, der};

/// ```text
/// ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, content [0] EXPLICIT ANY }
/// ```
#[derive(Sequence)]
pub(super) struct ContentInfo<'a> {
    pub(super) content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub(super) content: AnyRef<'a>,
}

/// ```text
/// SignedData ::= SEQUENCE { version INTEGER, digestAlgorithms SET OF AlgorithmIdentifier, encapContentInfo,
///   certificates [0] IMPLICIT SET OF ANY OPTIONAL, crls [1] IMPLICIT SET OF ANY OPTIONAL, signerInfos SET OF SignerInfo }
/// ```
///
/// The sets of what is not signed may be in any order: many programs leave them as they came.
#[derive(Sequence)]
pub(super) struct SignedData<'a> {
    pub(super) version: u8,
    pub(super) digest_algorithms: SetOfVec<AlgorithmIdentifierOwned>,
    pub(super) encapsulated: EncapsulatedContent<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) certificates: Option<SetOfVec<AnyRef<'a>>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) revocation: Option<SetOfVec<AnyRef<'a>>>,
    pub(super) signers: SetOfVec<SignerInfo<'a>>,
}

/// ```text
/// EncapsulatedContentInfo ::= SEQUENCE { eContentType OBJECT IDENTIFIER, eContent [0] EXPLICIT OCTET STRING OPTIONAL }
/// ```
#[derive(Sequence)]
pub(super) struct EncapsulatedContent<'a> {
    pub(super) content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) content: Option<&'a OctetStringRef>,
}

/// ```text
/// SignerInfo ::= SEQUENCE { version INTEGER, sid SignerIdentifier, digestAlgorithm, signedAttrs [0] IMPLICIT SET OF
///   Attribute OPTIONAL, signatureAlgorithm, signature OCTET STRING, unsignedAttrs [1] IMPLICIT SET OF Attribute OPTIONAL }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Sequence, ValueOrd)]
pub(super) struct SignerInfo<'a> {
    pub(super) version: u8,
    pub(super) identifier: SignerIdentifier,
    pub(super) digest_algorithm: AlgorithmIdentifierOwned,
    /// Refused by the decoder where they are not in the order of DER: they are signed so.
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) signed_attributes: Option<SetOfRef<'a, Attribute>>,
    pub(super) signature_algorithm: AlgorithmIdentifierOwned,
    pub(super) signature: OctetString,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) unsigned_attributes: Option<SetOfVec<Attribute>>,
}

/// ```text
/// SignerIdentifier ::= CHOICE { IssuerAndSerialNumber, subjectKeyIdentifier [0] IMPLICIT OCTET STRING }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Choice, ValueOrd)]
pub(super) enum SignerIdentifier {
    IssuerAndSerial(IssuerAndSerial),
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    KeyIdentifier(OctetString),
}

/// ```text
/// IssuerAndSerialNumber ::= SEQUENCE { issuer Name, serialNumber INTEGER }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Sequence, ValueOrd)]
pub(super) struct IssuerAndSerial {
    pub(super) issuer: Name,
    pub(super) serial: SerialNumber,
}

/// ```text
/// SigningCertificateV2 ::= SEQUENCE { certs SEQUENCE OF ESSCertIDv2, policies SEQUENCE OF ANY OPTIONAL }     (RFC 5035)
/// ```
#[derive(Sequence)]
pub(super) struct SigningCertificates<'a> {
    pub(super) certificates: Vec<CertificateHash>,
    #[asn1(optional = "true")]
    pub(super) policies: Option<Vec<AnyRef<'a>>>,
}

/// ```text
/// ESSCertIDv2 ::= SEQUENCE { hashAlgorithm DEFAULT sha256, certHash OCTET STRING, issuerSerial IssuerSerial OPTIONAL }
/// ```
#[derive(Clone, Debug, Sequence)]
pub(super) struct CertificateHash {
    #[asn1(optional = "true")]
    pub(super) algorithm: Option<AlgorithmIdentifierOwned>,
    pub(super) hash: OctetString,
    #[asn1(optional = "true")]
    pub(super) issuer: Option<IssuerSerial>,
}

/// ```text
/// IssuerSerial ::= SEQUENCE { issuer GeneralNames, serialNumber INTEGER }
/// ```
#[derive(Clone, Debug, Sequence)]
pub(super) struct IssuerSerial {
    pub(super) issuer: GeneralNames,
    pub(super) serial: SerialNumber,
}

/// ```text
/// CMSAlgorithmProtection ::= SEQUENCE { digestAlgorithm, signatureAlgorithm [1] IMPLICIT OPTIONAL, macAlgorithm [2] }  (RFC 6211)
/// ```
#[derive(Sequence)]
pub(super) struct AlgorithmProtection {
    pub(super) digest: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT")]
    pub(super) signature: AlgorithmIdentifierOwned,
}

/// An attribute of one value.
pub(super) fn attribute(oid: ObjectIdentifier, value: &impl der::Encode) -> der::Result<Attribute> {
    let value: attr::AttributeValue = der::Decode::from_der(&value.to_der()?)?;
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}

pub(super) const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
pub(super) const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
