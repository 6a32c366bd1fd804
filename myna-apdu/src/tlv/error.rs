use core::fmt::{self, Display};

use crate::codes;
use myna_error::{Diagnostic, Entry, Language, unknown_detail};

/// What is wrong with a data object, and at which byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "place and fault are all there is to tell")]
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

impl Diagnostic for TlvError {
    fn entry(&self) -> &'static Entry {
        match self.kind {
            TlvErrorKind::Tag => &codes::TLV_TAG,
            TlvErrorKind::LengthTruncated => &codes::TLV_LENGTH_TRUNCATED,
            TlvErrorKind::LengthForm => &codes::TLV_LENGTH_FORM,
            TlvErrorKind::LengthNotMinimal => &codes::TLV_LENGTH_NOT_MINIMAL,
            TlvErrorKind::ValueTruncated { .. } => &codes::TLV_VALUE_TRUNCATED,
            TlvErrorKind::TooDeep => &codes::TLV_TOO_DEEP,
        }
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self.kind) {
            ("offset", _) => self.offset.fmt(f),
            ("promised", TlvErrorKind::ValueTruncated { promised, .. }) => promised.fmt(f),
            ("present", TlvErrorKind::ValueTruncated { present, .. }) => present.fmt(f),
            _ => unknown_detail(name, f),
        }
    }
}

myna_error::errors!(TlvError);
