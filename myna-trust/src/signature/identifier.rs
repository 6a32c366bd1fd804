use der::oid::ObjectIdentifier;
use der::{Decode, Encode};
use x509_cert::der;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::SignatureAlgorithm;
use crate::HashAlgorithm;

impl SignatureAlgorithm {
    /// Reads an AlgorithmIdentifier in DER; `None` for what is not known here. Its parameters must be those of the standard:
    /// NULL for PKCS#1 v1.5 (RFC 4055, 5), none for ECDSA (RFC 5758, 3.2), and for PSS all of them written out.
    #[must_use]
    pub fn from_der(identifier: &[u8]) -> Option<Self> {
        Self::of(&AlgorithmIdentifierOwned::from_der(identifier).ok()?)
    }

    /// Its AlgorithmIdentifier in DER; `None` where there is none, because what is signed is no message.
    #[must_use]
    pub fn to_der(self) -> Option<Vec<u8>> {
        let identifier = match self {
            Self::RsaPkcs1Unhashed => return None,
            Self::RsaPss(hash) => {
                let parameters = der::Any::from_der(&pss_parameters(hash)).ok()?;
                AlgorithmIdentifierOwned { oid: RSASSA_PSS, parameters: Some(parameters) }
            }
            Self::RsaPkcs1(_) | Self::Ecdsa(_) => {
                let (oid, _) = IDENTIFIERS.into_iter().find(|(_, algorithm)| *algorithm == self)?;
                let parameters = matches!(self, Self::RsaPkcs1(_)).then(der::Any::null);
                AlgorithmIdentifierOwned { oid, parameters }
            }
        };
        identifier.to_der().ok()
    }

    /// What an AlgorithmIdentifier names.
    pub(crate) fn of(identifier: &AlgorithmIdentifierOwned) -> Option<Self> {
        let parameters = identifier.parameters.as_ref();
        if identifier.oid == RSASSA_PSS {
            let parameters = parameters?.to_der().ok()?;
            let hash = HASHES.into_iter().find(|hash| parameters == pss_parameters(*hash))?;
            return Some(Self::RsaPss(hash));
        }
        let (_, algorithm) = IDENTIFIERS.into_iter().find(|(oid, _)| *oid == identifier.oid)?;
        let expected = match algorithm {
            Self::Ecdsa(_) => parameters.is_none(),
            _ => parameters.is_some_and(der::Any::is_null),
        };
        expected.then_some(algorithm)
    }
}

impl HashAlgorithm {
    /// Reads an AlgorithmIdentifier in DER, with NULL for parameters or with none (RFC 5754, 2); `None` for what is not known
    /// here, such as SHA-1.
    #[must_use]
    pub fn from_der(identifier: &[u8]) -> Option<Self> {
        HASHES.into_iter().find(|hash| identifier == hash.identifier() || identifier == hash.to_der())
    }

    /// Its AlgorithmIdentifier in DER, without parameters, as RFC 5754, 2 has it for CMS.
    #[must_use]
    pub fn to_der(self) -> Vec<u8> {
        let [_, _, name @ .., _, _] = self.identifier();
        [&[0x30, 11], name.as_slice()].concat()
    }
}

const RSASSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const HASHES: [HashAlgorithm; 3] = [HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512];
const IDENTIFIERS: [(ObjectIdentifier, SignatureAlgorithm); 6] = {
    use HashAlgorithm::{Sha256, Sha384, Sha512};
    use SignatureAlgorithm::{Ecdsa, RsaPkcs1};
    [
        (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11"), RsaPkcs1(Sha256)),
        (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12"), RsaPkcs1(Sha384)),
        (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13"), RsaPkcs1(Sha512)),
        (ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2"), Ecdsa(Sha256)),
        (ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3"), Ecdsa(Sha384)),
        (ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4"), Ecdsa(Sha512)),
    ]
};

/// ```text
/// RSASSA-PSS-params ::= SEQUENCE { [0] hash, [1] MGF1 { hash }, [2] INTEGER salt length }
/// ```
fn pss_parameters(hash: HashAlgorithm) -> Vec<u8> {
    const MGF1: [u8; 11] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x08];
    let salt = u8::try_from(hash.length()).unwrap_or(u8::MAX);
    let identifier = hash.identifier();
    [
        &[0x30, 0x34, 0xA0, 0x0F][..],
        &identifier,
        &[0xA1, 0x1C, 0x30, 0x1A],
        &MGF1,
        &identifier,
        &[0xA2, 0x03, 0x02, 0x01, salt],
    ]
    .concat()
}
