/// What is known of a card together with the reader it lies on. Learned once, kept by the caller for that pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[expect(
    clippy::exhaustive_structs,
    reason = "made with `..Default::default()`, so that a further field is nobody's to fill"
)]
pub struct LinkProfile {
    /// Extended length fields.
    pub extended_length: Support,
    /// Short EF identifiers in READ BINARY, VERIFY and the signature command.
    pub short_identifiers: Support,
    /// The longest command the reader carries, in bytes of the whole APDU.
    pub longest_command: u32,
    /// The longest response the reader carries, in bytes with the status word.
    pub longest_response: u32,
}

/// Whether something works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum Support {
    /// Not tried yet.
    #[default]
    Unknown,
    /// It worked.
    Yes,
    /// It was refused.
    No,
}

impl LinkProfile {
    /// Bytes of the longest APDU with short length fields: header, Lc, 255 bytes, Le.
    pub const SHORT_COMMAND: u32 = 261;
    /// Bytes of the longest response to a short Le: 256 and the status word.
    pub const SHORT_RESPONSE: u32 = 258;
    /// Bytes of the longest command there is: header, extended Lc, 65 535 bytes, extended Le.
    pub const EXTENDED_COMMAND: u32 = 65_544;
    /// Bytes of the longest response there is: 65 536 and the status word.
    pub const EXTENDED_RESPONSE: u32 = 65_538;
}

impl Default for LinkProfile {
    /// Nothing known, nothing limited.
    fn default() -> Self {
        Self {
            extended_length: Support::Unknown,
            short_identifiers: Support::Unknown,
            longest_command: Self::EXTENDED_COMMAND,
            longest_response: Self::EXTENDED_RESPONSE,
        }
    }
}
