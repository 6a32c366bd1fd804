//! EMSA-PSS with SHA-256 and MGF1-SHA-256 (RFC 8017, 9.1), for a modulus of 2048 bits.

use sha2::{Digest, Sha256};

use crate::pki::SimulatedKey;

const HASH: usize = 32;
/// The salt is as long as the hash: the usual choice. What the real card takes is not recorded.
pub(crate) const SALT: usize = HASH;
/// Before the hash: what is masked.
const MASKED: usize = SimulatedKey::SIZE - HASH - 1;

/// The block to put through the private key.
pub(crate) fn encode(message_hash: &[u8; HASH], salt: &[u8; SALT]) -> [u8; SimulatedKey::SIZE] {
    let mut digest = Sha256::new();
    digest.update([0; 8]);
    digest.update(message_hash);
    digest.update(salt);
    let hash = digest.finalize();

    // DB = zeros || 01 || salt
    let padding = std::iter::repeat_n(0, MASKED - SALT - 1);
    let data = padding.chain([0x01]).chain(salt.iter().copied());
    let masked = data.zip(mask(&hash)).map(|(byte, mask)| byte ^ mask);
    let mut block = [0; SimulatedKey::SIZE];
    for (out, byte) in block.iter_mut().zip(masked.chain(hash.iter().copied()).chain([0xBC])) {
        *out = byte;
    }
    // The modulus has 2048 bits, the block one less.
    let [first, ..] = &mut block;
    *first &= 0x7F;
    block
}

/// MGF1-SHA-256.
pub(crate) fn mask(seed: &[u8]) -> impl Iterator<Item = u8> {
    (0_u32..).flat_map(move |counter| {
        let mut digest = Sha256::new();
        digest.update(seed);
        digest.update(counter.to_be_bytes());
        let block: [u8; HASH] = digest.finalize().into();
        block
    })
}
