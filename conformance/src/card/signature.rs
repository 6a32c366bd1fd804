//! What a signature says, looked at from the public key.

use myna_apdu::tlv::Tlv;
use rsa::pkcs8::DecodePublicKey;
use rsa::{Pkcs1v15Sign, PublicKey};
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode};

/// The parts of a certificate that make and check signatures.
pub(crate) struct SignedCertificate<'a> {
    /// tbsCertificate as it stands in the file, header included.
    signed: &'a [u8],
    signature: Vec<u8>,
    key: PublicKey,
}

impl<'a> SignedCertificate<'a> {
    /// From a file that holds a certificate and perhaps filler; strict DER.
    pub(crate) fn from_file(file: &'a [u8]) -> Result<Self, String> {
        let outer = Tlv::first(file).map_err(|error| format!("no certificate: {error}"))?;
        let (der, filler) = file.split_at_checked(outer.encoded_len()).unwrap_or((file, &[]));
        if !(filler.iter().all(|byte| *byte == 0xFF) || filler.iter().all(|byte| *byte == 0x00)) {
            return Err(format!("{} bytes behind the certificate are no filler", filler.len()));
        }
        let certificate = Certificate::from_der(der).map_err(|error| error.to_string())?;
        let body = outer.children().next().and_then(Result::ok).map(|body| body.encoded_len());
        let key = certificate.tbs_certificate().subject_public_key_info().to_der().ok();
        Ok(Self {
            signed: body.and_then(|length| outer.value().get(..length)).ok_or("no signed part")?,
            signature: certificate.signature().as_bytes().ok_or("its signature has unused bits")?.to_vec(),
            key: key
                .and_then(|der| PublicKey::from_public_key_der(&der).ok())
                .ok_or("its key is not an RSA key")?,
        })
    }

    /// Whether the key in `issuer` made the signature of this certificate (sha256WithRSAEncryption).
    pub(crate) fn is_issued_by(&self, issuer: &SignedCertificate<'_>) -> Result<(), String> {
        let hash = Sha256::digest(self.signed);
        issuer.key.verify(Pkcs1v15Sign::new::<Sha256>(), &hash, &self.signature).map_err(other_bytes)
    }

    /// Whether a signature is exactly `00 01 FF … FF 00` and these bytes, under this key (RFC 8017, 8.2.2).
    pub(crate) fn check_padded(&self, signature: &[u8], padded: &[u8]) -> Result<(), String> {
        self.key.verify(Pkcs1v15Sign::new_unprefixed(), padded, signature).map_err(other_bytes)
    }

    /// Whether a signature is RSASSA-PSS with SHA-256, MGF1 and a salt of 32 bytes over a hash (RFC 8017, 9.1.2).
    pub(crate) fn check_pss(&self, signature: &[u8], hash: &[u8]) -> Result<(), String> {
        self.key
            .pss_verify_prehash::<Sha256>(hash, signature)
            .map_err(|_| "the signature is not RSASSA-PSS over this hash, or not by this key".to_owned())
    }
}

fn other_bytes(_: rsa::Error) -> String {
    "the signature is not over these bytes, or not by this key".to_owned()
}

#[cfg(test)]
mod tests {
    use myna_sim::pki::CertificateAuthority;

    use super::*;

    const AUTHORITY: CertificateAuthority = CertificateAuthority::UserAuthentication;

    #[test]
    fn only_the_signed_bytes_and_the_right_key_pass() {
        let der = AUTHORITY.certificate_der().unwrap();
        let certificate = SignedCertificate::from_file(der).unwrap();
        let signature = AUTHORITY.authority_key().unwrap().sign_padded(b"bytes").unwrap();
        assert_eq!(certificate.check_padded(&signature, b"bytes"), Ok(()));
        assert!(certificate.check_padded(&signature, b"other").is_err());
        assert!(certificate.check_padded(&signature, b"").is_err());
        assert!(certificate.check_padded(&signature[1..], b"bytes").is_err());
        assert!(certificate.check_padded(&[0xFF; 256], b"bytes").is_err());
        assert!(certificate.check_pss(&signature, b"bytes").is_err());
        let other = CertificateAuthority::DigitalSignature.certificate_der().unwrap();
        let other = SignedCertificate::from_file(other).unwrap();
        assert!(other.check_padded(&signature, b"bytes").is_err());
        assert_eq!(certificate.is_issued_by(&certificate), Ok(()));
        assert!(certificate.is_issued_by(&other).is_err());
    }

    #[test]
    fn filler_is_taken_and_nothing_else() {
        let der = AUTHORITY.certificate_der().unwrap();
        for (behind, good) in [
            (&[][..], true),
            (&[0xFF; 9], true),
            (&[0x00; 9], true),
            (&[0x30], false),
            (&[0xFF, 0x00], false),
        ] {
            assert_eq!(SignedCertificate::from_file(&[der, behind].concat()).is_ok(), good, "{behind:?}");
        }
        for length in 0..der.len() {
            assert!(SignedCertificate::from_file(&der[..length]).is_err(), "{length}");
        }
    }
}
