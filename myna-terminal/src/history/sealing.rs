//! Sealing what is personal: XChaCha20-Poly1305, each value bound to its place.
//!
//! ```text
//! sealed value:     nonce (24, random) ‖ ciphertext (as long as the text) ‖ tag (16)
//! associated data:  "myna-history" ‖ format (1) = 1 ‖ store id (16) ‖ column (1) ‖ row id (8) ‖ instant (8)
//! ```
//!
//! Numbers are big-endian; the store's own key has row and instant 0. A nonce of 24 random bytes does not repeat within
//! what one key will ever seal (2^96 values for one chance in two), so no counter has to survive a restored backup.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::error::HistoryError;
use super::key::{HistoryKey, fill_randomly};

const NONCE: usize = 24;

/// Where a sealed value stands.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// The store's own key, sealed under the caller's.
    DataKey,
    Summary {
        row: i64,
        checked_at: i64,
    },
    Message {
        row: i64,
        checked_at: i64,
    },
}

impl Place {
    fn associated_data(self, store: &[u8; 16]) -> Vec<u8> {
        let (column, row, checked_at) = match self {
            Self::DataKey => (0, 0, 0),
            Self::Summary { row, checked_at } => (1, row, checked_at),
            Self::Message { row, checked_at } => (2, row, checked_at),
        };
        let mut data = b"myna-history\x01".to_vec();
        data.extend_from_slice(store);
        data.push(column);
        data.extend_from_slice(&row.to_be_bytes());
        data.extend_from_slice(&checked_at.to_be_bytes());
        data
    }
}

/// A store's id and own key, which seals its values and makes its digests.
pub(super) struct Sealer {
    store: [u8; 16],
    data_key: Box<Zeroizing<[u8; 32]>>,
    sealing: Box<Zeroizing<[u8; 32]>>,
    digests: Box<Zeroizing<[u8; 32]>>,
}

impl Sealer {
    /// Of a new store.
    pub(super) fn generate() -> Result<Self, HistoryError> {
        let mut store = [0; 16];
        fill_randomly(&mut store)?;
        let mut data_key = Box::new(Zeroizing::new([0; 32]));
        fill_randomly(&mut data_key[..])?;
        Ok(Self::new(store, data_key))
    }

    /// `None` if it is not the key that sealed it.
    pub(super) fn unlock(store: [u8; 16], sealed_key: &[u8], key: &HistoryKey) -> Option<Self> {
        let opened = unseal(key.bytes(), &store, Place::DataKey, sealed_key)?;
        let mut data_key = Box::new(Zeroizing::new([0; 32]));
        (opened.len() == data_key.len()).then(|| data_key.copy_from_slice(&opened))?;
        Some(Self::new(store, data_key))
    }

    pub(super) const fn store(&self) -> &[u8; 16] {
        &self.store
    }

    /// The store's own key, to be opened by the caller's.
    pub(super) fn locked_with(&self, key: &HistoryKey) -> Result<Vec<u8>, HistoryError> {
        seal(key.bytes(), &self.store, Place::DataKey, &self.data_key[..])
    }

    pub(super) fn seal(&self, place: Place, text: &[u8]) -> Result<Vec<u8>, HistoryError> {
        seal(&self.sealing, &self.store, place, text)
    }

    /// `None` if it was not sealed here.
    pub(super) fn unseal(&self, place: Place, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        unseal(&self.sealing, &self.store, place, sealed)
    }

    /// A digest of parts that nobody without the key can make or guess back. Where a part ends is part of it.
    pub(super) fn digest(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = keyed(&self.digests);
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    fn new(store: [u8; 16], data_key: Box<Zeroizing<[u8; 32]>>) -> Self {
        // One key, one use.
        let derived = |label: &[u8]| {
            let mut mac = keyed(&data_key);
            mac.update(label);
            let mut key = Box::new(Zeroizing::new([0; 32]));
            key.copy_from_slice(&mac.finalize().into_bytes());
            key
        };
        let (sealing, digests) = (derived(b"myna-history sealing 1"), derived(b"myna-history digests 1"));
        Self { store, data_key, sealing, digests }
    }
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC pads a short key with zeros to the block of its hash; done here, it cannot fail.
    let mut block = Zeroizing::new([0; 64]);
    for (padded, byte) in block.iter_mut().zip(key) {
        *padded = *byte;
    }
    Hmac::new((&*block).into())
}

fn seal(key: &[u8; 32], store: &[u8; 16], place: Place, text: &[u8]) -> Result<Vec<u8>, HistoryError> {
    let mut nonce = [0; NONCE];
    fill_randomly(&mut nonce)?;
    let aad = place.associated_data(store);
    let sealed = XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(nonce), Payload { msg: text, aad: &aad })
        .map_err(|error| HistoryError::Store(error.to_string().into()))?;
    Ok([&nonce[..], &sealed].concat())
}

fn unseal(key: &[u8; 32], store: &[u8; 16], place: Place, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    let aad = place.associated_data(store);
    let opened = XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &aad })
        .ok()?;
    Some(Zeroizing::new(opened))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_opens_only_where_it_was_sealed() {
        let here = Place::Summary { row: 7, checked_at: 20_250_602_101_500 };
        let sealer = Sealer::generate().unwrap();
        let sealed = sealer.seal(here, "試験".as_bytes()).unwrap();
        assert_eq!(sealer.unseal(here, &sealed).unwrap().as_slice(), "試験".as_bytes());
        assert_ne!(sealed, sealer.seal(here, "試験".as_bytes()).unwrap(), "a nonce of its own");
        for elsewhere in [
            Place::Summary { row: 8, checked_at: 20_250_602_101_500 },
            Place::Summary { row: 7, checked_at: 20_250_602_101_501 },
            Place::Message { row: 7, checked_at: 20_250_602_101_500 },
            Place::DataKey,
        ] {
            assert!(sealer.unseal(elsewhere, &sealed).is_none());
        }
        let of_other_store = Sealer::new([1; 16], sealer.data_key.clone());
        assert!(of_other_store.unseal(here, &sealed).is_none());
        for index in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[index] ^= 1;
            assert!(sealer.unseal(here, &altered).is_none(), "byte {index}");
            assert!(sealer.unseal(here, &sealed[..index]).is_none(), "cut at {index}");
        }
    }

    #[test]
    fn the_own_key_opens_with_the_callers_only() {
        let (right, wrong) = (HistoryKey::new(&[1; 32]), HistoryKey::new(&[2; 32]));
        let sealer = Sealer::generate().unwrap();
        let locked = sealer.locked_with(&right).unwrap();
        let again = Sealer::unlock(*sealer.store(), &locked, &right).unwrap();
        assert_eq!(again.digest(&[b"a"]), sealer.digest(&[b"a"]));
        assert!(Sealer::unlock(*sealer.store(), &locked, &wrong).is_none());
        assert!(Sealer::unlock([0; 16], &locked, &right).is_none());
    }

    #[test]
    fn digests_know_where_parts_end() {
        let sealer = Sealer::generate().unwrap();
        assert_ne!(sealer.digest(&[b"ab", b"c"]), sealer.digest(&[b"a", b"bc"]));
        assert_ne!(sealer.digest(&[b"a"]), Sealer::generate().unwrap().digest(&[b"a"]));
    }
}
