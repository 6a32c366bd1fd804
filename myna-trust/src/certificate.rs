use std::fmt;

use der::{Decode, Encode, Reader, SliceReader};
use myna_calendar::UnixTime;
use x509_cert::der;
use x509_cert::ext::pkix::name::GeneralNames;
use x509_cert::time::Time;

use crate::{CryptoProvider, HashAlgorithm, KeyFault, PublicKey, SignatureAlgorithm, SignatureError};

/// An X.509 certificate as read from the card: strict DER, nothing behind it.
///
/// That it parses says nothing of its worth: see [`path`](crate::path).
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    /// Where the signed part stands within `der`.
    signed: std::ops::Range<usize>,
    parsed: x509_cert::Certificate,
}

/// Why bytes are no certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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
        let read = || Ok((x509_cert::Certificate::from_der(bytes)?, signed_part(bytes)?));
        let (parsed, signed) = read().map_err(|error: der::Error| CertificateFault {
            offset: error.position().and_then(|position| usize::try_from(position).ok()),
            reason: error.kind().to_string(),
        })?;
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
        unix_time(self.parsed.tbs_certificate().validity().not_before)
    }

    /// The last instant of validity.
    #[must_use]
    pub fn not_after(&self) -> UnixTime {
        unix_time(self.parsed.tbs_certificate().validity().not_after)
    }

    /// The key it vouches for.
    ///
    /// # Errors
    ///
    /// [`KeyFault`], when it is none that can be used.
    pub fn public_key(&self) -> Result<PublicKey, KeyFault> {
        PublicKey::of(self.parsed.tbs_certificate().subject_public_key_info())
    }

    /// Checks a signature over a message by the key in this certificate, as the cards in use make them:
    /// RSASSA-PKCS1-v1_5 with SHA-256, by the default provider. [`PublicKey::verify`] has the others.
    ///
    /// # Errors
    ///
    /// [`SignatureError`].
    pub fn verify_sha256(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        let algorithm = SignatureAlgorithm::RsaPkcs1(HashAlgorithm::Sha256);
        self.public_key()?.verify(&CryptoProvider::default(), algorithm, message, signature)
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
}

pub(crate) fn unix_time(time: Time) -> UnixTime {
    UnixTime(time.to_unix_duration().as_secs())
}

/// Where the first part of a signed structure stands in it: what is signed, whatever is signed so.
pub(crate) fn signed_part(bytes: &[u8]) -> der::Result<std::ops::Range<usize>> {
    let mut reader = SliceReader::new(bytes)?;
    der::Header::decode(&mut reader)?;
    let start = usize::try_from(reader.position())?;
    Ok(start..start + reader.tlv_bytes()?.len())
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
