/// A hash function of the SHA-2 family (FIPS 180-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HashAlgorithm {
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-384, 48 bytes.
    Sha384,
    /// SHA-512, 64 bytes.
    Sha512,
}

/// What is padded and signed under PKCS#1 v1.5: the hash algorithm and the hash (RFC 8017, 9.2).
///
/// ```text
/// 30 LL 30 0D 06 09 60 86 48 01 65 03 04 02 XX 05 00 04 LL <hash>     XX: 01 SHA-256, 02 SHA-384, 03 SHA-512
/// ```
///
/// A card pads whatever it is given, so only this type makes what it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestInfo {
    algorithm: HashAlgorithm,
    der: Vec<u8>,
}

impl HashAlgorithm {
    /// The length of a hash, in bytes.
    #[must_use]
    pub const fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// `AlgorithmIdentifier { id-sha256 and its like, NULL }`.
    pub(crate) const fn identifier(self) -> [u8; 15] {
        let arc = match self {
            Self::Sha256 => 1,
            Self::Sha384 => 2,
            Self::Sha512 => 3,
        };
        [0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, arc, 0x05, 0x00]
    }
}

impl DigestInfo {
    /// Wraps hashes made elsewhere: one, as the standard has it, or the three that the issuer of 券面情報 signs as if
    /// they were one (`fix`). `None` unless they are one to three whole hashes of the algorithm.
    #[must_use]
    pub fn of_hashes(algorithm: HashAlgorithm, hashes: &[u8]) -> Option<Self> {
        let count = hashes.len() / algorithm.length();
        let whole = hashes.len().is_multiple_of(algorithm.length()) && (1..=3).contains(&count);
        // What is longer would need a length of two bytes.
        (whole && hashes.len() <= 96).then(|| Self::encode(algorithm, hashes))
    }

    pub(crate) fn encode(algorithm: HashAlgorithm, hashes: &[u8]) -> Self {
        let length = u8::try_from(hashes.len()).unwrap_or(u8::MAX);
        let mut der = vec![0x30, length.saturating_add(17)];
        der.extend(algorithm.identifier());
        der.extend([0x04, length]);
        der.extend(hashes);
        Self { algorithm, der }
    }

    /// The hash algorithm it names.
    #[must_use]
    pub const fn algorithm(&self) -> HashAlgorithm {
        self.algorithm
    }

    /// The hash, or the hashes: what stands in the OCTET STRING at the end.
    #[must_use]
    pub fn hash(&self) -> &[u8] {
        // Two headers of two bytes around the algorithm.
        self.der.get(4 + self.algorithm.identifier().len()..).unwrap_or_default()
    }

    /// The DER bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.der
    }
}
