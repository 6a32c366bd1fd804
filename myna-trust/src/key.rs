#[cfg(feature = "x509")]
mod information;

/// A public key that can be used: what is too short, even, or off the mark in another way is none.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicKey {
    /// RSA: what every card in use has.
    Rsa(RsaKey),
    /// A key on an elliptic curve: announced for the cards to come.
    EllipticCurve(EllipticCurveKey),
}

/// An RSA public key of 2048 to 4096 bits. `Debug` shows its size.
#[derive(Clone, PartialEq, Eq)]
pub struct RsaKey {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

/// A public key on one of the curves of NIST. `Debug` shows the curve.
#[derive(Clone, PartialEq, Eq)]
pub struct EllipticCurveKey {
    curve: EllipticCurve,
    point: Vec<u8>,
}

/// A curve (SEC 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EllipticCurve {
    /// secp256r1.
    P256,
    /// secp384r1.
    P384,
}

/// Why a public key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyFault {
    /// Neither RSA nor a curve that is known, or its parameters are not those of the standard.
    Algorithm,
    /// The key itself is malformed.
    Malformed,
    /// RSA with so many bits, where 2048 to 4096 are taken.
    Size(usize),
    /// An RSA modulus that is even.
    EvenModulus,
    /// An RSA exponent that is even, below 3 or above 2^33 - 1.
    Exponent,
}

impl PublicKey {
    /// An RSA key, by its two numbers, big-endian.
    ///
    /// # Errors
    ///
    /// [`KeyFault`].
    pub fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyFault> {
        RsaKey::new(modulus, exponent).map(Self::Rsa)
    }

    /// A key on a curve, by its point: `04 | x | y` (SEC 1, 2.3.3). Whether the point is on the curve is found out here with
    /// feature `ecdsa`, and by the provider without it.
    ///
    /// # Errors
    ///
    /// [`KeyFault::Malformed`].
    pub fn on_curve(curve: EllipticCurve, point: &[u8]) -> Result<Self, KeyFault> {
        curve
            .has(point)
            .then(|| Self::EllipticCurve(EllipticCurveKey { curve, point: point.to_vec() }))
            .ok_or(KeyFault::Malformed)
    }
}

impl RsaKey {
    /// Bits of the modulus that are taken: less is too weak, more is none of any card's.
    const BITS: std::ops::RangeInclusive<usize> = 2048..=4096;
    /// The largest exponent: what is larger costs the one who checks (as `ring` and `rsa` have it).
    const LARGEST_EXPONENT: u64 = (1 << 33) - 1;

    fn new(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyFault> {
        let (modulus, exponent) = (without_zeros(modulus), without_zeros(exponent));
        let first = modulus.first().map_or(0, |first| first.leading_zeros());
        let bits = (8 * modulus.len()).saturating_sub(usize::try_from(first).unwrap_or(0));
        if !Self::BITS.contains(&bits) {
            return Err(KeyFault::Size(bits));
        }
        if modulus.last().is_none_or(|last| last % 2 == 0) {
            return Err(KeyFault::EvenModulus);
        }
        let value = exponent
            .iter()
            .try_fold(0_u64, |value, byte| value.checked_mul(256).map(|value| value + u64::from(*byte)));
        match value {
            Some(value) if value % 2 == 1 && (3..=Self::LARGEST_EXPONENT).contains(&value) => {
                Ok(Self { modulus: modulus.to_vec(), exponent: exponent.to_vec() })
            }
            _ => Err(KeyFault::Exponent),
        }
    }

    /// The modulus, big-endian, without leading zeros. A signature is as long.
    #[must_use]
    pub fn modulus(&self) -> &[u8] {
        &self.modulus
    }

    /// The public exponent, big-endian, without leading zeros.
    #[must_use]
    pub fn exponent(&self) -> &[u8] {
        &self.exponent
    }
}

impl EllipticCurveKey {
    /// The curve.
    #[must_use]
    pub const fn curve(&self) -> EllipticCurve {
        self.curve
    }

    /// `04 | x | y`.
    #[must_use]
    pub fn point(&self) -> &[u8] {
        &self.point
    }
}

impl EllipticCurve {
    /// Whether the bytes are an uncompressed point. Every provider looks again; here it is for those who only read the key.
    fn has(self, point: &[u8]) -> bool {
        let coordinate = match self {
            Self::P256 => 32,
            Self::P384 => 48,
        };
        let uncompressed = point.first() == Some(&0x04) && point.len() == 1 + 2 * coordinate;
        #[cfg(feature = "ecdsa")]
        let uncompressed = uncompressed
            && match self {
                Self::P256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(point).is_ok(),
                Self::P384 => p384::ecdsa::VerifyingKey::from_sec1_bytes(point).is_ok(),
            };
        uncompressed
    }
}

fn without_zeros(number: &[u8]) -> &[u8] {
    number.iter().position(|byte| *byte != 0).and_then(|at| number.get(at..)).unwrap_or_default()
}

impl std::fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RsaKey({} bytes)", self.modulus.len())
    }
}

impl std::fmt::Debug for EllipticCurveKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EllipticCurveKey({:?})", self.curve)
    }
}
