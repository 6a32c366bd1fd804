use core::fmt;

use super::header::Header;
use super::{LengthRule, Tag, TlvError, TlvErrorKind, TlvReader};

/// One data object (ISO/IEC 7816-4, 5.2.2), borrowed from its file.
///
/// ```text
/// | tag: 1..4 bytes | length: 00..7F, or 81..84 and as many bytes | value |
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Tlv<'a> {
    pub(super) tag: Tag,
    pub(super) value: &'a [u8],
    pub(super) offset: usize,
    pub(super) header: usize,
    pub(super) lengths: LengthRule,
}

impl<'a> Tlv<'a> {
    /// Reads the one object at the start of `bytes`; what follows it is left alone (files have filler).
    ///
    /// # Errors
    ///
    /// A [`TlvError`] with the offset; also when `bytes` is empty.
    pub fn first(bytes: &'a [u8]) -> Result<Self, TlvError> {
        Self::split(bytes, 0, LengthRule::Any).map(|(object, _)| object)
    }

    /// Splits `bytes`, which stand at `offset` of what the reader was given, into the object at their start and the rest.
    #[inline]
    pub(super) fn split(
        bytes: &'a [u8],
        offset: usize,
        lengths: LengthRule,
    ) -> Result<(Self, &'a [u8]), TlvError> {
        let fail = |at, kind| Err(TlvError { offset: offset + at, kind });
        let header = match Header::plain(bytes).map_or_else(|| Header::complete(bytes, lengths), Ok) {
            Ok(header) => header,
            Err(error) => return fail(error.offset, error.kind),
        };
        let split = bytes.get(header.length..).and_then(|body| body.split_at_checked(header.value));
        let Some((value, rest)) = split else {
            let present = bytes.len().saturating_sub(header.length);
            let kind = TlvErrorKind::ValueTruncated { promised: header.value, present };
            return fail(header.length, kind);
        };
        Ok((Self { tag: header.tag, value, offset, header: header.length, lengths }, rest))
    }

    /// The tag.
    #[must_use]
    #[inline]
    pub const fn tag(&self) -> Tag {
        self.tag
    }

    /// The value.
    #[must_use]
    #[inline]
    pub const fn value(&self) -> &'a [u8] {
        self.value
    }

    /// Where the tag stands, from the start of what the reader was given.
    #[must_use]
    #[inline]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Bytes of tag, length and value together.
    #[must_use]
    #[inline]
    pub const fn encoded_len(&self) -> usize {
        self.header + self.value.len()
    }

    /// Where the value stands, from the start of what the reader was given.
    #[must_use]
    #[inline]
    pub const fn value_offset(&self) -> usize {
        self.offset + self.header
    }

    /// The objects inside the value, read by the same rule for lengths.
    #[must_use]
    #[inline]
    pub const fn children(&self) -> TlvReader<'a> {
        TlvReader::with_rule(self.value, self.lengths)
    }

    /// The first object inside the value that has this tag.
    ///
    /// # Errors
    ///
    /// A [`TlvError`] counted from the start of the value, when an object before it is malformed.
    pub fn find(&self, tag: Tag) -> Result<Option<Self>, TlvError> {
        for child in self.children() {
            let child = child?;
            if child.tag == tag {
                return Ok(Some(child));
            }
        }
        Ok(None)
    }
}

/// Prints tag, place and length; a value may be personal data.
impl fmt::Debug for Tlv<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}, {} bytes", self.tag, self.offset, self.value.len())
    }
}
