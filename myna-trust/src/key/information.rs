use der::asn1::UintRef;
use der::oid::ObjectIdentifier;
use der::{Decode, Sequence};
use x509_cert::der;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use super::{EllipticCurve, KeyFault, PublicKey};

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo in DER (RFC 5280, 4.1.2.7).
    ///
    /// # Errors
    ///
    /// [`KeyFault`].
    pub fn from_der(bytes: &[u8]) -> Result<Self, KeyFault> {
        Self::of(&SubjectPublicKeyInfoOwned::from_der(bytes).map_err(|_| KeyFault::Malformed)?)
    }

    pub(crate) fn of(information: &SubjectPublicKeyInfoOwned) -> Result<Self, KeyFault> {
        let parameters = information.algorithm.parameters.as_ref();
        let key = information.subject_public_key.as_bytes().ok_or(KeyFault::Malformed)?;
        match information.algorithm.oid {
            RSA_ENCRYPTION if parameters.is_some_and(der::Any::is_null) => {
                let key = RsaPublicKey::from_der(key).map_err(|_| KeyFault::Malformed)?;
                Self::rsa(key.modulus.as_bytes(), key.public_exponent.as_bytes())
            }
            EC_PUBLIC_KEY => {
                let name = parameters.and_then(|parameters| parameters.decode_as::<ObjectIdentifier>().ok());
                let curve = match name.ok_or(KeyFault::Algorithm)? {
                    SECP256R1 => EllipticCurve::P256,
                    SECP384R1 => EllipticCurve::P384,
                    _ => return Err(KeyFault::Algorithm),
                };
                Self::on_curve(curve, key)
            }
            _ => Err(KeyFault::Algorithm),
        }
    }
}

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const SECP256R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const SECP384R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// ```text
/// RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }
/// ```
#[derive(Sequence)]
struct RsaPublicKey<'a> {
    modulus: UintRef<'a>,
    public_exponent: UintRef<'a>,
}
