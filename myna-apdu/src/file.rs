use core::fmt;

/// A two-byte file identifier (ISO/IEC 7816-4, 7.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[expect(clippy::exhaustive_structs, reason = "the bytes that a standard has there")]
pub struct FileIdentifier(pub u16);

impl FileIdentifier {
    /// The short identifier by which this card names the same file: the low five bits, when the rest is zero.
    ///
    /// On the My Number Card files, keys and references share the identifiers `0001`–`001E`, so each has one
    /// (seen on cards by a third party).
    #[must_use]
    pub const fn short(self) -> Option<ShortFileIdentifier> {
        match self.0.to_be_bytes() {
            [0, low] => ShortFileIdentifier::new(low),
            _ => None,
        }
    }

    /// The two bytes as SELECT carries them.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 2] {
        self.0.to_be_bytes()
    }
}

impl fmt::Display for FileIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EF {:04X}", self.0)
    }
}

/// A short EF identifier: 1..=30 (ISO/IEC 7816-4, 7.3.1.1). 0 means "the current EF" and 31 is reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShortFileIdentifier(u8);

impl ShortFileIdentifier {
    /// `None` outside 1..=30.
    #[must_use]
    pub const fn new(value: u8) -> Option<Self> {
        match value {
            1..=30 => Some(Self(value)),
            _ => None,
        }
    }

    /// 1..=30.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// An application identifier: 1 to 16 bytes (ISO/IEC 7816-5).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ApplicationIdentifier<'a>(&'a [u8]);

impl<'a> ApplicationIdentifier<'a> {
    /// `None` when empty or longer than 16 bytes.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Option<Self> {
        match bytes.len() {
            1..=16 => Some(Self(bytes)),
            _ => None,
        }
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.0
    }
}

impl fmt::Debug for ApplicationIdentifier<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for ApplicationIdentifier<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}
