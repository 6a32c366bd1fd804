use std::fmt;

use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Block};
use zeroize::Zeroizing;

/// A session of secure messaging: confidentiality only, AES-128 in CBC `[card: myna-card]`.
///
/// ```text
/// N   1 for the first protected command, one more for each after it, whatever becomes of it
/// IV  AES(key, N as 16 bytes, big-endian), for the command and for its answer
/// padding  80 00 … 00, always
/// ```
///
/// Within a session one N is used once: it only goes up. A new SET SESSION KEY begins a new session at N = 1, with the same
/// vectors if it brings the same key: the card adds nothing of its own to it, and was not seen to refuse one that comes back.
pub(crate) struct Session {
    cipher: Aes128,
    commands: u128,
}

/// What protects one command and its answer.
pub(crate) struct Protection {
    cipher: Aes128,
    vector: Block,
}

impl Session {
    pub(crate) fn new(key: &Zeroizing<[u8; 16]>) -> Self {
        Self { cipher: Aes128::new(&Block::from(**key)), commands: 0 }
    }

    /// For the next command; nothing when every N was used.
    pub(crate) fn next(&mut self) -> Option<Protection> {
        self.commands = self.commands.checked_add(1)?;
        let mut vector = Block::from(self.commands.to_be_bytes());
        self.cipher.encrypt_block(&mut vector);
        Some(Protection { cipher: self.cipher.clone(), vector })
    }
}

impl Protection {
    /// Nothing when it is not whole blocks or its padding is wrong.
    pub(crate) fn decrypt(&self, cryptogram: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (blocks, []) = cryptogram.as_chunks::<16>() else { return None };
        let mut plain = Zeroizing::new(Vec::with_capacity(cryptogram.len()));
        let mut previous = self.vector;
        for bytes in blocks {
            let mut block = Block::from(*bytes);
            self.cipher.decrypt_block(&mut block);
            plain.extend(block.iter().zip(previous).map(|(byte, mask)| byte ^ mask));
            previous = Block::from(*bytes);
        }
        let padding = plain.iter().rposition(|byte| *byte != 0)?;
        // No more than a block of padding.
        if plain.get(padding) != Some(&0x80) || plain.len().saturating_sub(padding) > 16 {
            return None;
        }
        plain.truncate(padding);
        Some(plain)
    }

    pub(crate) fn encrypt(&self, plain: &[u8]) -> Vec<u8> {
        let mut padded = plain.to_vec();
        padded.push(0x80);
        padded.resize(padded.len().next_multiple_of(16), 0);
        let (blocks, _) = padded.as_chunks::<16>();
        let mut previous = self.vector;
        let mut cryptogram = Vec::with_capacity(padded.len());
        for bytes in blocks {
            let mut block = Block::from(*bytes);
            for (byte, mask) in block.iter_mut().zip(previous) {
                *byte ^= mask;
            }
            self.cipher.encrypt_block(&mut block);
            cryptogram.extend_from_slice(&block);
            previous = block;
        }
        cryptogram
    }
}

/// The key is never shown.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("commands", &self.commands).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_vector_of_its_own_and_every_length_comes_back() {
        let mut session = Session::new(&Zeroizing::new([7; 16]));
        let mut vectors = Vec::new();
        for length in 0..50 {
            let protection = session.next().unwrap();
            let plain = vec![0x80; length];
            let cryptogram = protection.encrypt(&plain);
            assert_eq!(cryptogram.len(), (length + 1).next_multiple_of(16));
            assert_eq!(**protection.decrypt(&cryptogram).unwrap(), plain);
            assert!(!vectors.contains(&protection.vector));
            vectors.push(protection.vector);
        }
        session.commands = u128::MAX;
        assert!(session.next().is_none(), "a vector comes twice");
    }

    #[test]
    fn what_is_not_padded_is_refused() {
        let protection = Session::new(&Zeroizing::new([7; 16])).next().unwrap();
        assert!(protection.decrypt(&[]).is_none());
        assert!(protection.decrypt(&[0; 15]).is_none());
        assert!(protection.decrypt(&[0; 16]).is_none());
    }
}
