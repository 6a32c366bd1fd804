use super::{Tag, TlvError, TlvErrorKind};

/// Which length fields are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum LengthRule {
    /// Any definite length; the card's own records write `82 00 9F` where one byte would do.
    #[default]
    Any,
    /// The shortest form only, as in DER.
    Minimal,
}

/// How long the object at the start of a file is, from the bytes seen so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ObjectLength {
    /// Tag, length and value together take this many bytes.
    Known(usize),
    /// The header is not complete yet.
    NeedsMore,
}

/// The length of the object that starts with `prefix`: what a reader of files asks after the first block.
///
/// # Errors
///
/// A [`TlvError`] when the bytes start no object.
pub fn object_length(prefix: &[u8]) -> Result<ObjectLength, TlvError> {
    Ok(match Header::read(prefix, LengthRule::Any)? {
        Some(header) => ObjectLength::Known(header.length.saturating_add(header.value)),
        None => ObjectLength::NeedsMore,
    })
}

/// A tag and a length field (ISO/IEC 8825-1, 8.1.2 and 8.1.3).
#[derive(Clone, Copy)]
pub(super) struct Header {
    pub(super) tag: Tag,
    /// Bytes of the header itself.
    pub(super) length: usize,
    /// Bytes of the value, as the length field promises.
    pub(super) value: usize,
}

impl Header {
    /// The header of nearly every object: a tag of one byte, and a minimal length of one to three. Says nothing of others.
    #[inline]
    pub(super) fn plain(bytes: &[u8]) -> Option<Self> {
        let (tag, length, value) = match *bytes {
            [tag, value @ 0..=0x7F, ..] => (tag, 2, usize::from(value)),
            [tag, 0x81, value @ 0x80..=0xFF, ..] => (tag, 3, usize::from(value)),
            [tag, 0x82, high, low, ..] if high != 0 => (tag, 4, usize::from(u16::from_be_bytes([high, low]))),
            _ => return None,
        };
        (tag != 0 && tag & LONG_TAG != LONG_TAG).then_some(Self { tag: Tag(u32::from(tag)), length, value })
    }

    /// Any header; an error also when the bytes end before it does.
    #[cold]
    pub(super) fn complete(bytes: &[u8], rule: LengthRule) -> Result<Self, TlvError> {
        let cut = TlvError { offset: bytes.len(), kind: TlvErrorKind::LengthTruncated };
        Self::read(bytes, rule)?.ok_or(cut)
    }

    /// `None` when the bytes end before the header does. Offsets of errors count from the start of `bytes`.
    pub(super) fn read(bytes: &[u8], rule: LengthRule) -> Result<Option<Self>, TlvError> {
        let Some((tag, start)) = read_tag(bytes)? else { return Ok(None) };
        let field = bytes.get(start..).unwrap_or_default();
        let at_field = |kind| Err(TlvError { offset: start, kind });
        let (value, length, shortest) = match *field {
            [] => return Ok(None),
            [value @ 0..=0x7F, ..] => (u32::from(value), 1, true),
            [0x81, a, ..] => (u32::from(a), 2, a >= 0x80),
            [0x82, a, b, ..] => (u32::from_be_bytes([0, 0, a, b]), 3, a != 0),
            [0x83, a, b, c, ..] => (u32::from_be_bytes([0, a, b, c]), 4, a != 0),
            [0x84, a, b, c, d, ..] => (u32::from_be_bytes([a, b, c, d]), 5, a != 0),
            [0x81..=0x84, ..] => return Ok(None),
            _ => return at_field(TlvErrorKind::LengthForm),
        };
        if rule == LengthRule::Minimal && !shortest {
            return at_field(TlvErrorKind::LengthNotMinimal);
        }
        let value = usize::try_from(value).unwrap_or(usize::MAX);
        Ok(Some(Self { tag, length: start + length, value }))
    }
}

/// The low five bits of a first byte after which more tag bytes follow.
const LONG_TAG: u8 = 0x1F;
/// Bytes of the longest tag taken here.
const MOST_TAG_BYTES: usize = 4;

/// The tag and how many bytes it takes; `None` when it is not complete.
pub(super) fn read_tag(bytes: &[u8]) -> Result<Option<(Tag, usize)>, TlvError> {
    let mut tag = 0_u32;
    for (at, &byte) in bytes.iter().enumerate().take(MOST_TAG_BYTES) {
        let more = match at {
            0 if matches!(byte, 0x00 | 0xFF) && !starts_card_template(bytes) => {
                return Err(TlvError { offset: 0, kind: TlvErrorKind::Tag });
            }
            0 => byte & LONG_TAG == LONG_TAG,
            _ => byte & 0x80 != 0,
        };
        tag = (tag << 8) | u32::from(byte);
        if !more {
            return Ok(Some((Tag(tag), at + 1)));
        }
    }
    match bytes.len() {
        0..MOST_TAG_BYTES => Ok(None),
        _ => Err(TlvError { offset: MOST_TAG_BYTES, kind: TlvErrorKind::Tag }),
    }
}

/// The records of the card-face applications have outer tags `FF10`–`FF50`; filler is `FF FF …`.
fn starts_card_template(bytes: &[u8]) -> bool {
    matches!(bytes, [0xFF, second, ..] if *second < 0x80) || bytes == [0xFF]
}
