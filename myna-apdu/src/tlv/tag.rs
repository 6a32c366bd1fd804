use core::fmt;

/// The bytes of a tag (ISO/IEC 7816-4, 5.2.2.1; X.690, 8.1.2), read as one big-endian number: `DF21` is `0xDF21`.
///
/// ```text
/// first byte   | class: 2 bits | constructed: 1 bit | number: 5 bits, 1F = more bytes follow |
/// more bytes   | another follows: 1 bit | number: 7 bits |
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[expect(clippy::exhaustive_structs, reason = "the bytes that a standard has there")]
pub struct Tag(pub u32);

impl Tag {
    /// Whether the value is made of data objects itself.
    #[must_use]
    #[inline]
    pub const fn is_constructed(self) -> bool {
        let [a, b, c, d] = self.0.to_be_bytes();
        let first = match (a, b, c) {
            (0, 0, 0) => d,
            (0, 0, _) => c,
            (0, _, _) => b,
            _ => a,
        };
        first & 0x20 != 0
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X}", self.0)
    }
}
