//! What is signed, out of named fragments: a case says which it has otherwise.

use std::collections::BTreeMap;

use myna_sim::pki::{CertificateAuthority, Generation, SimulatedKey};

use sha1::{Digest, Sha1};

use crate::notation::{bytes, value};

/// Fragments by name, in the notation.
pub(crate) type Fragments = BTreeMap<String, String>;

/// Layers of fragments, the first that has a name wins.
pub(crate) struct Recipe<'a>(pub(crate) Vec<&'a Fragments>);

impl Recipe<'_> {
    /// The bytes of a fragment. Three are made here: `signature_of_X`, over fragment `X` by the key that `signer_of_X` or
    /// else `signer` names; `sha1_of_X`; and `key_X`, the RSA public key of that name.
    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        if let Some(text) = self.text(name) {
            return bytes(text, &|name| self.bytes(name));
        }
        if let Some(signed) = name.strip_prefix("signature_of_") {
            let signer = self.text(&format!("signer_of_{signed}")).or_else(|| self.text("signer")).unwrap();
            return key(signer).sign_sha256(&self.bytes(signed)).unwrap();
        }
        if let Some(hashed) = name.strip_prefix("sha1_of_") {
            return Sha1::digest(self.bytes(hashed)).to_vec();
        }
        let key = key(name.strip_prefix("key_").unwrap_or_else(|| panic!("no fragment {name}")));
        let modulus = [&[0][..], &key.modulus()].concat();
        value(0x30, &[value(0x02, &modulus), value(0x02, &key.public_exponent())].concat())
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find_map(|layer| layer.get(name)).map(String::as_str)
    }
}

fn key(name: &str) -> &'static SimulatedKey {
    use CertificateAuthority::{DigitalSignature, UserAuthentication};
    match name {
        "first" => UserAuthentication.authority_key(),
        "second" => UserAuthentication.authority_key_of(Generation::Second),
        "other" => DigitalSignature.authority_key(),
        "holder" => UserAuthentication.holder_key(),
        "responder" => DigitalSignature.holder_key(),
        _ => panic!("no key {name}"),
    }
    .unwrap()
}

/// An instant, written `2026-11-22T15:30:45Z`.
pub(crate) fn instant(text: &str) -> myna_trust::UnixTime {
    const JAPAN: u64 = 9 * 3600;
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let clock = myna_calendar::DateTime::parse(&digits).unwrap_or_else(|error| panic!("{text}: {error}"));
    myna_trust::UnixTime(myna_trust::UnixTime::from(clock).0 + JAPAN)
}
