//! The structures of RFC 6960, 4. What is version 1 by default is never written in DER, and there is no other.

use der::asn1::{BitString, GeneralizedTime, Null, OctetString};
use der::oid::ObjectIdentifier;
use der::{Choice, Encode, Enumerated, Sequence};
use sha1::{Digest, Sha1};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::CrlReason;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_cert::{Certificate as X509, der};

use crate::Certificate;
use crate::path::ValidPath;

/// OCSPRequest, not signed.
#[derive(Debug, Sequence)]
pub(super) struct Requests {
    pub(super) body: RequestBody,
}

/// TBSRequest.
#[derive(Debug, Sequence)]
pub(super) struct RequestBody {
    pub(super) requests: Vec<Request>,
    #[asn1(context_specific = "2", optional = "true", tag_mode = "EXPLICIT")]
    pub(super) extensions: Option<Vec<Extension>>,
}

#[derive(Debug, Sequence)]
pub(super) struct Request {
    pub(super) id: CertificateId,
}

/// CertID.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct CertificateId {
    algorithm: AlgorithmIdentifierOwned,
    issuer_name_hash: OctetString,
    issuer_key_hash: OctetString,
    serial_number: SerialNumber,
}

/// OCSPResponse.
#[derive(Debug, Sequence)]
pub(super) struct Response {
    pub(super) status: ResponseStatus,
    #[asn1(context_specific = "0", optional = "true", tag_mode = "EXPLICIT")]
    pub(super) bytes: Option<ResponseBytes>,
}

/// OCSPResponseStatus; there is no 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enumerated)]
#[repr(u8)]
pub(super) enum ResponseStatus {
    Successful = 0,
    MalformedRequest = 1,
    InternalError = 2,
    TryLater = 3,
    SignatureRequired = 5,
    Unauthorized = 6,
}

#[derive(Debug, Sequence)]
pub(super) struct ResponseBytes {
    pub(super) kind: ObjectIdentifier,
    pub(super) response: OctetString,
}

/// BasicOCSPResponse.
#[derive(Debug, Sequence)]
pub(super) struct BasicResponse {
    pub(super) data: ResponseData,
    pub(super) algorithm: AlgorithmIdentifierOwned,
    pub(super) signature: BitString,
    #[asn1(context_specific = "0", optional = "true", tag_mode = "EXPLICIT")]
    pub(super) certificates: Option<Vec<X509>>,
}

#[derive(Debug, Sequence)]
pub(super) struct ResponseData {
    pub(super) responder: ResponderId,
    pub(super) produced_at: GeneralizedTime,
    pub(super) responses: Vec<SingleResponse>,
    #[asn1(context_specific = "1", optional = "true", tag_mode = "EXPLICIT")]
    pub(super) extensions: Option<Vec<Extension>>,
}

#[derive(Debug, Choice)]
pub(super) enum ResponderId {
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", constructed = "true")]
    Name(Name),
    /// SHA-1 of the key's bits.
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", constructed = "true")]
    Key(OctetString),
}

#[derive(Debug, Sequence)]
pub(super) struct SingleResponse {
    pub(super) id: CertificateId,
    pub(super) status: CertificateStatus,
    pub(super) this_update: GeneralizedTime,
    #[asn1(context_specific = "0", optional = "true", tag_mode = "EXPLICIT")]
    pub(super) next_update: Option<GeneralizedTime>,
    #[asn1(context_specific = "1", optional = "true", tag_mode = "EXPLICIT")]
    pub(super) extensions: Option<Vec<Extension>>,
}

/// CertStatus.
#[derive(Debug, Choice)]
pub(super) enum CertificateStatus {
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    Good(Null),
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true")]
    Revoked(RevokedInfo),
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT")]
    Unknown(Null),
}

#[derive(Debug, Sequence)]
pub(super) struct RevokedInfo {
    pub(super) time: GeneralizedTime,
    #[asn1(context_specific = "0", optional = "true", tag_mode = "EXPLICIT")]
    pub(super) reason: Option<CrlReason>,
}

impl CertificateId {
    /// Of the leaf of a path, by SHA-1, which every responder knows (RFC 5019, 2.1.1).
    pub(super) fn of(path: &ValidPath<'_>) -> der::Result<Self> {
        let leaf = path.leaf().parsed().tbs_certificate();
        Ok(Self {
            algorithm: AlgorithmIdentifierOwned { oid: SHA_1, parameters: Some(Null.into()) },
            issuer_name_hash: OctetString::new(Sha1::digest(leaf.issuer().to_der()?).as_slice())?,
            issuer_key_hash: OctetString::new(key_hash(path.anchor().certificate()))?,
            serial_number: leaf.serial_number().clone(),
        })
    }

    /// Whether both mean one certificate. The algorithm may have parameters or none.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.algorithm.oid == other.algorithm.oid
            && self.issuer_name_hash == other.issuer_name_hash
            && self.issuer_key_hash == other.issuer_key_hash
            && self.serial_number == other.serial_number
    }
}

impl ResponseStatus {
    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Successful => 0,
            Self::MalformedRequest => 1,
            Self::InternalError => 2,
            Self::TryLater => 3,
            Self::SignatureRequired => 5,
            Self::Unauthorized => 6,
        }
    }
}

/// SHA-1 of the bits of the certificate's key, without the octet that counts the unused ones.
pub(super) fn key_hash(certificate: &Certificate) -> Vec<u8> {
    let key = &certificate.parsed().tbs_certificate().subject_public_key_info().subject_public_key;
    Sha1::digest(key.raw_bytes()).to_vec()
}

const SHA_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
