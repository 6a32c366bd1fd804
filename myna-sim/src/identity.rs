use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Which card it is: two cards have one identity if they were made from the same persona or folder, with the same
/// [seed](crate::CardSettings::seed).
///
/// How a card behaves (its ATR, its latency), the day on which it was made, and what its file tells the service behind it are no
/// part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimulatedIdentity {
    name: String,
    sha256: String,
}

impl SimulatedIdentity {
    /// Of a card that is made from `source`.
    pub(crate) fn new(name: &str, source: &[u8], seed: u64) -> Self {
        let digest = Sha256::new().chain_update(seed.to_be_bytes()).chain_update(source).finalize();
        Self { name: name.chars().take(64).collect(), sha256: hex::encode(digest) }
    }

    /// For people: the name of the persona, or the summary of the folder.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}
