//! RSAES-OAEP with SHA-256 and MGF1-SHA-256, without a label (RFC 8017, 7.1), for a modulus of 2048 bits.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::pki::SimulatedKey;
use crate::pss::mask;

/// The message in a decrypted block; nothing when the padding is wrong.
///
/// The checks are not made in constant time, as they must be for a key that is worth something: ours is published.
pub(crate) fn decode(block: &[u8; SimulatedKey::SIZE]) -> Option<Zeroizing<Vec<u8>>> {
    let (0, masked) = block.split_first()? else { return None };
    let (masked_seed, masked_data) = masked.split_at_checked(HASH)?;
    let seed = Zeroizing::new(unmask(masked_seed, masked_data));
    let data = Zeroizing::new(unmask(masked_data, &seed));
    // DB = hash of the label || zeros || 01 || message
    let rest = data.strip_prefix(Sha256::digest([]).as_slice())?;
    let start = rest.iter().position(|byte| *byte != 0)?;
    let (1, message) = rest.get(start..)?.split_first()? else { return None };
    Some(Zeroizing::new(message.to_vec()))
}

const HASH: usize = 32;

fn unmask(masked: &[u8], seed: &[u8]) -> Vec<u8> {
    masked.iter().zip(mask(seed)).map(|(byte, mask)| byte ^ mask).collect()
}
