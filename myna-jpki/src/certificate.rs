use std::fmt;

use der::asn1::UintRef;
use der::{Decode, Encode, Sequence};
use myna_apdu::tlv::{LengthRule, Reader};
use myna_calendar::UnixTime;
use thiserror::Error;
use x509_cert::der;
use x509_cert::ext::pkix::name::GeneralNames;

use crate::signature::{DigestInfo, SignatureError, verify};

/// An X.509 certificate as read from the card: strict DER, nothing behind it.
///
/// That it parses says nothing of its worth: see [`path`](crate::path).
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    /// Length of the signed part and of the outer header before it, within `der`.
    signed: std::ops::Range<usize>,
    parsed: x509_cert::Certificate,
}

/// Why bytes are no certificate.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a certificate in DER{}: {reason}", .offset.map(|at| format!(" (byte {at})")).unwrap_or_default())]
pub struct CertificateFault {
    /// The byte that cannot be right, when it is known.
    pub offset: Option<usize>,
    /// What is wrong, for people.
    pub reason: String,
}

impl Certificate {
    /// Reads exactly one certificate.
    ///
    /// # Errors
    ///
    /// [`CertificateFault`] when the bytes are not strict DER, or something follows the certificate.
    pub fn from_der(bytes: &[u8]) -> Result<Self, CertificateFault> {
        let parsed = x509_cert::Certificate::from_der(bytes).map_err(|error| CertificateFault {
            offset: error.position().and_then(|position| usize::try_from(position).ok()),
            reason: error.kind().to_string(),
        })?;
        let signed = signed_part(bytes)
            .ok_or_else(|| CertificateFault { offset: Some(0), reason: "no signed part".to_owned() })?;
        Ok(Self { der: bytes.to_vec(), signed, parsed })
    }

    /// The bytes it was read from.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The serial number, hexadecimal. Collecting other people's is restricted by law (公的個人認証法).
    #[must_use]
    pub fn serial_number(&self) -> String {
        self.serial_bytes().iter().map(|byte| format!("{byte:02X}")).collect()
    }

    /// The subject, in the form of RFC 4514.
    #[must_use]
    pub fn subject(&self) -> String {
        self.parsed.tbs_certificate().subject().to_string()
    }

    /// The issuer, in the form of RFC 4514. All generations of a CA share one name.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.parsed.tbs_certificate().issuer().to_string()
    }

    /// The first instant of validity.
    #[must_use]
    pub fn not_before(&self) -> UnixTime {
        UnixTime(self.parsed.tbs_certificate().validity().not_before.to_unix_duration().as_secs())
    }

    /// The last instant of validity.
    #[must_use]
    pub fn not_after(&self) -> UnixTime {
        UnixTime(self.parsed.tbs_certificate().validity().not_after.to_unix_duration().as_secs())
    }

    /// Checks a signature over a message: RSASSA-PKCS1-v1_5 with SHA-256, by the key in this certificate.
    ///
    /// # Errors
    ///
    /// [`SignatureError`].
    pub fn verify_sha256(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        let key = self.public_key().ok_or(SignatureError::UnsupportedKey)?;
        verify(
            key.modulus.as_bytes(),
            key.public_exponent.as_bytes(),
            &DigestInfo::sha256(message),
            signature,
        )
    }

    pub(crate) fn serial_bytes(&self) -> &[u8] {
        self.parsed.tbs_certificate().serial_number().as_bytes()
    }

    pub(crate) const fn parsed(&self) -> &x509_cert::Certificate {
        &self.parsed
    }

    /// The bytes the issuer signed, as they stand.
    pub(crate) fn signed_part(&self) -> &[u8] {
        self.der.get(self.signed.clone()).unwrap_or_default()
    }

    fn public_key(&self) -> Option<RsaKey<'_>> {
        let information = self.parsed.tbs_certificate().subject_public_key_info();
        if information.algorithm.oid != RSA_ENCRYPTION {
            return None;
        }
        RsaKey::from_der(information.subject_public_key.as_bytes()?).ok()
    }
}

const RSA_ENCRYPTION: der::oid::ObjectIdentifier =
    der::oid::ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// ```text
/// RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }
/// ```
#[derive(Sequence)]
struct RsaKey<'a> {
    modulus: UintRef<'a>,
    public_exponent: UintRef<'a>,
}

fn signed_part(bytes: &[u8]) -> Option<std::ops::Range<usize>> {
    let outer = Reader::with_rule(bytes, LengthRule::Minimal).next()?.ok()?;
    let signed = outer.children().next()?.ok()?;
    let start = outer.value_offset();
    Some(start..start + signed.encoded_len())
}

/// Whether a list of general names is exactly this one directory name.
pub(crate) fn is_directory_name(names: &GeneralNames, name: &x509_cert::name::Name) -> bool {
    use x509_cert::ext::pkix::name::GeneralName;
    matches!(names.as_slice(), [GeneralName::DirectoryName(found)] if same_name(found, name))
}

/// Names are the same when their DER is: the CA copies its own (RFC 5280, 4.1.2.4 and 7.1).
pub(crate) fn same_name(one: &x509_cert::name::Name, other: &x509_cert::name::Name) -> bool {
    matches!((one.to_der(), other.to_der()), (Ok(one), Ok(other)) if one == other)
}

/// Prints neither subject nor serial number: they name a person.
impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({} bytes)", self.der.len())
    }
}
