//! What a signature says, looked at from the public key.

use myna_apdu::tlv::Tlv;
use myna_jpki::{Certificate, DigestInfo};
use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, hazmat};
use sha2::{Digest, Sha256};

/// The parts of a certificate that make and check signatures, as they stand in its DER.
pub(crate) struct SignedCertificate<'a> {
    /// tbsCertificate, header included.
    signed: &'a [u8],
    signature: &'a [u8],
    modulus: &'a [u8],
    public_exponent: &'a [u8],
}

impl<'a> SignedCertificate<'a> {
    /// From a file that holds a certificate and perhaps filler; strict DER.
    pub(crate) fn from_file(file: &'a [u8]) -> Result<Self, String> {
        let length = Tlv::first(file).map_err(|error| format!("no certificate: {error}"))?.encoded_len();
        let (der, filler) = file.split_at_checked(length).unwrap_or((file, &[]));
        if !(filler.iter().all(|byte| *byte == 0xFF) || filler.iter().all(|byte| *byte == 0x00)) {
            return Err(format!("{} bytes behind the certificate are no filler", filler.len()));
        }
        Certificate::from_der(der).map_err(|error| error.to_string())?;
        Self::split(der).ok_or_else(|| "its key is not an RSA key".to_owned())
    }

    fn split(der: &'a [u8]) -> Option<Self> {
        let outer = Tlv::first(der).ok()?;
        let mut parts = outer.children();
        let (body, signature) = (parts.next()?.ok()?, parts.nth(1)?.ok()?);
        let signed = outer.value().get(..body.encoded_len())?;
        // [0] version, serial number, algorithm, issuer, validity, subject, key.
        let key = body.children().nth(6)?.ok()?.children().nth(1)?.ok()?;
        let mut numbers = Tlv::first(whole_bytes(key.value())?).ok()?.children();
        let (modulus, public_exponent) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
        Some(Self {
            signed,
            signature: whole_bytes(signature.value())?,
            // A DER INTEGER has a zero in front where its first bit is set; the key's length must not count it.
            modulus: modulus.value().strip_prefix(&[0]).unwrap_or(modulus.value()),
            public_exponent: public_exponent.value(),
        })
    }

    /// Whether the key in `issuer` made the signature of this certificate (sha256WithRSAEncryption).
    pub(crate) fn is_issued_by(&self, issuer: &SignedCertificate<'_>) -> Result<(), String> {
        issuer.check_padded(self.signature, DigestInfo::sha256(self.signed).as_bytes())
    }

    /// Whether a signature is exactly `00 01 FF … FF 00` and these bytes, under this key (RFC 8017, 8.2.2).
    pub(crate) fn check_padded(&self, signature: &[u8], padded: &[u8]) -> Result<(), String> {
        let block = self.recover(signature)?;
        let filler = block.len().saturating_sub(3 + padded.len());
        let expected = [&[0x00, 0x01][..], &vec![0xFF; filler], &[0x00], padded].concat();
        if filler >= 8 && block == expected {
            Ok(())
        } else {
            Err("the signature is not over these bytes, or not by this key".to_owned())
        }
    }

    /// Whether a signature is RSASSA-PSS with SHA-256, MGF1 and a salt of 32 bytes over a hash (RFC 8017, 9.1.2).
    ///
    /// ```text
    /// | masked: 00 … 00 01 salt |  H = SHA-256(00*8, hash, salt)  | BC |
    /// ```
    pub(crate) fn check_pss(&self, signature: &[u8], hash: &[u8]) -> Result<(), String> {
        const HASH: usize = 32;
        let wrong = || "the signature is not RSASSA-PSS over this hash, or not by this key".to_owned();
        let block = self.recover(signature)?;
        let (rest, trailer) = block.split_last_chunk::<1>().ok_or_else(wrong)?;
        let (masked, salted_hash) = rest.split_last_chunk::<HASH>().ok_or_else(wrong)?;
        let mut database: Vec<u8> =
            masked.iter().zip(mask(salted_hash, masked.len())).map(|(masked, mask)| masked ^ mask).collect();
        // The block is one bit shorter than the key.
        if let Some(first) = database.first_mut() {
            *first &= 0x7F;
        }
        let (padding, salt) = database.split_last_chunk::<HASH>().ok_or_else(wrong)?;
        let (one, zeros) = padding.split_last().ok_or_else(wrong)?;
        let again = Sha256::new().chain_update([0; 8]).chain_update(hash).chain_update(salt).finalize();
        let good = *trailer == [0xBC]
            && *one == 0x01
            && zeros.iter().all(|zero| *zero == 0)
            && again.as_slice() == salted_hash;
        if good { Ok(()) } else { Err(wrong()) }
    }

    /// What was signed, padding and all: as many bytes as the modulus has.
    fn recover(&self, signature: &[u8]) -> Result<Vec<u8>, String> {
        let [modulus, exponent] = [self.modulus, self.public_exponent].map(BoxedUint::from_be_slice_vartime);
        let key = rsa::PublicKey::new(modulus, exponent).map_err(|error| format!("no RSA key: {error}"))?;
        let number = BoxedUint::from_be_slice_vartime(signature);
        if signature.len() != key.size() || number >= **key.n() {
            return Err(format!("{} bytes are no signature by a key of {}", signature.len(), key.size()));
        }
        let power = hazmat::rsa_encrypt(&key, &number).map_err(|error| error.to_string())?;
        Ok(power.to_be_bytes().into_vec())
    }
}

/// A BIT STRING without unused bits.
fn whole_bytes(value: &[u8]) -> Option<&[u8]> {
    value.strip_prefix(&[0])
}

/// MGF1 with SHA-256 (RFC 8017, B.2.1).
fn mask(seed: &[u8], length: usize) -> Vec<u8> {
    let blocks = (0_u32..).map(|counter| {
        let block = Sha256::new().chain_update(seed).chain_update(counter.to_be_bytes()).finalize();
        block.to_vec()
    });
    blocks.flatten().take(length).collect()
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
