use core::fmt;

/// What is wrong with a data object, and at which byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TlvError {
    /// Offset of the byte that cannot be right, from the start of what the reader was given.
    pub offset: usize,
    /// What is wrong with it.
    pub kind: TlvErrorKind,
}

/// See [`TlvError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlvErrorKind {
    /// The tag does not end, is longer than four bytes, or is the filler `00` or `FF`.
    Tag,
    /// The length field is cut off.
    LengthTruncated,
    /// Indefinite length, or more than four length bytes.
    LengthForm,
    /// The length field is longer than it need be, and [`LengthRule::Minimal`](super::LengthRule::Minimal) was asked
    /// for.
    LengthNotMinimal,
    /// The value is cut off, or runs over the end of the object that holds it.
    ValueTruncated {
        /// How many bytes the length field promises.
        promised: usize,
        /// How many there are.
        present: usize,
    },
    /// More objects inside each other than the walker was made for.
    TooDeep,
}

impl fmt::Display for TlvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let offset = self.offset;
        match self.kind {
            TlvErrorKind::Tag => write!(f, "byte {offset} starts no tag"),
            TlvErrorKind::LengthTruncated => {
                write!(f, "the object is cut off at byte {offset}, in its header")
            }
            TlvErrorKind::LengthForm => write!(f, "length at byte {offset} is indefinite or above 4 bytes"),
            TlvErrorKind::LengthNotMinimal => {
                write!(f, "length at byte {offset} is not in its shortest form")
            }
            TlvErrorKind::ValueTruncated { promised, present } => {
                write!(f, "value at byte {offset} has {present} of {promised} bytes")
            }
            TlvErrorKind::TooDeep => write!(f, "the object at byte {offset} lies too deep inside others"),
        }
    }
}

impl core::error::Error for TlvError {}
