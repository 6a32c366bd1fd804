use sha2::{Digest, Sha256};

/// Where challenges and salts come from: SHA-256 over a seed and a counter that only goes up.
///
/// It is **not random**: a simulator has to be repeatable. Within the life of a card no block comes twice; a card made
/// anew with the same seed starts over.
#[derive(Debug)]
pub(crate) struct Stream {
    seed: u64,
    blocks: u64,
}

impl Stream {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { seed, blocks: 0 }
    }

    /// The next 32 bytes.
    pub(crate) fn block(&mut self) -> [u8; 32] {
        let mut digest = Sha256::new();
        digest.update(self.seed.to_be_bytes());
        digest.update(self.blocks.to_be_bytes());
        self.blocks = self.blocks.wrapping_add(1);
        digest.finalize().into()
    }

    /// So many bytes, from blocks of their own.
    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length);
        while bytes.len() < length {
            bytes.extend_from_slice(&self.block());
        }
        bytes.truncate(length);
        bytes
    }
}
