//! The published private keys of the simulation.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};

use myna_apdu::tlv::Tlv;
use myna_trust::{CryptoProvider, DigestInfo, PublicKey};
use rsa::rand_core::{Infallible, TryCryptoRng};
use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, Pkcs1v15Sign, hazmat};
use sha2::{Digest, Sha256};

use super::error::PkiError;

/// An RSA-2048 private key of the simulation: published, worthless, never to be trusted.
pub struct SimulatedKey(pub(super) rsa::PrivateKey);

impl SimulatedKey {
    /// The length of the modulus, and so of every signature, in bytes.
    pub const SIZE: usize = 256;

    /// Signs `input` as it is, under the type-1 padding of PKCS#1 v1.5: what the card does at `80 2A 00 xx`.
    /// Whether `input` is a DigestInfo is of no concern to the card `[card: myna-card]`.
    ///
    /// # Errors
    ///
    /// [`PkiError::InputLength`] unless `input` has 1 to 245 bytes.
    pub fn sign_padded(&self, input: &[u8]) -> Result<Vec<u8>, PkiError> {
        // 11 = 00 01, at least eight FF, 00.
        if !(1..=Self::SIZE - 11).contains(&input.len()) {
            return Err(PkiError::InputLength(input.len()));
        }
        #[cfg(test)]
        SIGNATURES.set(SIGNATURES.get().saturating_add(1));
        self.0.sign(Pkcs1v15Sign::new_unprefixed(), input).map_err(|_| PkiError::Key)
    }

    /// Signs `message` with sha256WithRSAEncryption.
    ///
    /// # Errors
    ///
    /// [`PkiError::Key`], if the key turns out to be broken.
    pub fn sign_sha256(&self, message: &[u8]) -> Result<Vec<u8>, PkiError> {
        self.sign_padded(DigestInfo::sha256(message).as_bytes())
    }

    /// As [`sign_padded`](Self::sign_padded), for what is signed once and for all when a card is made: a process that makes
    /// the same card again, as tests do, has the signature still.
    pub(crate) fn issue_padded(&self, input: &[u8]) -> Result<Vec<u8>, PkiError> {
        let name: [u8; 32] = Sha256::new().chain_update(self.modulus()).chain_update(input).finalize().into();
        let issued = || ISSUED.lock().unwrap_or_else(PoisonError::into_inner);
        let known = issued().get(&name).cloned();
        if let Some(signature) = known {
            return Ok(signature);
        }
        let signature = self.sign_padded(input)?;
        let mut issued = issued();
        if issued.len() >= MOST_ISSUED {
            issued.clear();
        }
        issued.insert(name, signature.clone());
        Ok(signature)
    }

    /// As [`sign_sha256`](Self::sign_sha256), under the same rule.
    pub(crate) fn issue_sha256(&self, message: &[u8]) -> Result<Vec<u8>, PkiError> {
        self.issue_padded(DigestInfo::sha256(message).as_bytes())
    }

    /// Whether this key made the sha256WithRSAEncryption signature.
    #[must_use]
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let key = PublicKey::rsa(&self.modulus(), &self.public_exponent());
        key.is_ok_and(|key| key.verify_card_signature(&CryptoProvider::default(), message, signature).is_ok())
    }

    /// The bare private-key operation (RSASP1 of RFC 8017) over a block that the caller has padded, for
    /// paddings that [`sign_padded`](Self::sign_padded) does not make, such as PSS.
    ///
    /// # Errors
    ///
    /// [`PkiError::InputLength`] unless the block is as long as the modulus; [`PkiError::Key`] if it, read as a number, is
    /// not below the modulus.
    pub fn sign_block(&self, block: &[u8]) -> Result<Vec<u8>, PkiError> {
        if block.len() != Self::SIZE {
            return Err(PkiError::InputLength(block.len()));
        }
        let number = BoxedUint::from_be_slice_vartime(block);
        // Blinding needs randomness, and the keys are published.
        let unblinded = None::<&mut dyn TryCryptoRng<Error = Infallible>>;
        let power = hazmat::rsa_decrypt(unblinded, &self.0, &number).map_err(|_| PkiError::Key)?;
        Ok(power.to_be_bytes().into_vec())
    }

    /// The modulus, big-endian, 256 bytes.
    #[must_use]
    pub fn modulus(&self) -> Vec<u8> {
        self.0.n_bytes().into_vec()
    }

    /// The public exponent, big-endian, without leading zeros: `01 00 01`.
    #[must_use]
    pub fn public_exponent(&self) -> Vec<u8> {
        self.0.e_bytes().into_vec()
    }

    /// Reads PKCS#8 in DER, as far as the keys of this crate go: nobody else's are read with this.
    fn of_own(pkcs8: &[u8]) -> Option<Self> {
        let nth =
            |bytes, place| Tlv::first(bytes).ok()?.children().nth(place)?.ok().map(|object| object.value());
        let rsa = nth(pkcs8, 2)?;
        let number = |place, bits| {
            let digits: &[u8] = nth(rsa, place)?;
            let digits = digits.strip_prefix(&[0]).unwrap_or(digits);
            BoxedUint::from_be_slice(digits, bits).ok()
        };
        // n, e, d, p, q behind the version.
        let primes = vec![number(4, MODULUS_BITS)?, number(5, MODULUS_BITS)?];
        let (modulus, exponent, private) =
            (number(1, MODULUS_BITS)?, number(2, 24)?, number(3, MODULUS_BITS)?);
        rsa::PrivateKey::from_components(modulus, exponent, private, primes).ok().map(Self)
    }
}

impl fmt::Debug for SimulatedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimulatedKey(..)")
    }
}

macro_rules! embedded_keys {
    ($($name:ident = $file:literal;)+) => {
        $(pub(super) static $name: EmbeddedKey =
            EmbeddedKey::new(include_bytes!(concat!("../../keys/", $file, ".der")));)+

        #[cfg(test)]
        static EMBEDDED: [&EmbeddedKey; 19] = [$(&$name),+];
    };
}

embedded_keys! {
    USER_AUTHENTICATION_CA = "user-authentication-ca";
    DIGITAL_SIGNATURE_CA = "digital-signature-ca";
    USER_AUTHENTICATION_HOLDER = "user-authentication-holder";
    DIGITAL_SIGNATURE_HOLDER = "digital-signature-holder";
    USER_AUTHENTICATION_CA_2 = "user-authentication-ca-2";
    DIGITAL_SIGNATURE_CA_2 = "digital-signature-ca-2";
    CARD_ROOT = "card-root";
    CARD_INTERMEDIATE = "card-intermediate";
    CARD_LOWER = "card-lower";
    VISUAL_ROOT = "visual-root";
    VISUAL_ISSUER = "visual-issuer";
    VISUAL_CARD = "visual-card";
    TEXT_ROOT = "text-root";
    TEXT_ISSUER = "text-issuer";
    TEXT_CARD = "text-card";
    TEXT_SESSION = "text-session";
    COMMON_CARD = "common-card";
    TERMINAL_CA = "terminal-ca";
    TERMINAL = "terminal";
}

/// A key as PKCS#8, read and checked at its first use and not again.
pub(super) struct EmbeddedKey {
    pkcs8: &'static [u8],
    loaded: OnceLock<Option<SimulatedKey>>,
}

impl EmbeddedKey {
    const fn new(pkcs8: &'static [u8]) -> Self {
        Self { pkcs8, loaded: OnceLock::new() }
    }

    pub(super) fn load(&'static self) -> Result<&'static SimulatedKey, PkiError> {
        let read = || SimulatedKey::of_own(self.pkcs8);
        self.loaded.get_or_init(read).as_ref().ok_or(PkiError::Key)
    }
}

const MODULUS_BITS: u32 = 2048;

/// The signatures on cards that were made, by the digest of key and input. Eleven a card.
static ISSUED: Mutex<BTreeMap<[u8; 32], Vec<u8>>> = Mutex::new(BTreeMap::new());

/// More are forgotten, all at once: a few hundred kilobytes.
const MOST_ISSUED: usize = 1024;

#[cfg(test)]
std::thread_local! {
    /// How many signatures this thread has made, to tell what is made when.
    pub(crate) static SIGNATURES: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_key_loads_and_has_its_size() {
        let keys = EMBEDDED.map(|key| key.load().unwrap());
        for (position, key) in keys.iter().enumerate() {
            assert_eq!(key.modulus().len(), SimulatedKey::SIZE);
            assert_eq!(key.public_exponent(), [1, 0, 1]);
            assert!(keys[..position].iter().all(|other| other.modulus() != key.modulus()));
        }
    }

    #[test]
    fn pads_what_it_is_given() {
        let key = USER_AUTHENTICATION_HOLDER.load().unwrap();
        for length in [1, 49, 51, 245] {
            let input = vec![0x5A; length];
            let mut block = [0xFF; SimulatedKey::SIZE];
            block[0] = 0;
            block[1] = 1;
            block[SimulatedKey::SIZE - length - 1] = 0;
            block[SimulatedKey::SIZE - length..].copy_from_slice(&input);
            assert_eq!(key.sign_padded(&input), key.sign_block(&block), "{length} bytes");
        }
        for length in [0, 246, 256] {
            assert_eq!(key.sign_padded(&vec![0; length]), Err(PkiError::InputLength(length)));
        }
    }

    #[test]
    fn a_block_is_below_the_modulus_and_a_signature_has_its_full_length() {
        let key = USER_AUTHENTICATION_HOLDER.load().unwrap();
        assert_eq!(key.sign_block(&[0xFF; SimulatedKey::SIZE]), Err(PkiError::Key));
        assert_eq!(key.sign_block(&[0; SimulatedKey::SIZE]), Ok(vec![0; SimulatedKey::SIZE]));
    }
}
