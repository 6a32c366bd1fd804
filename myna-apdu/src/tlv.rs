//! BER-TLV (ISO/IEC 8825-1, definite lengths), read without allocation and without recursion.
//!
//! ```text
//! | tag: 1 to 4 bytes | length: 1 to 5 bytes | value |
//! ```

use core::fmt;

/// The bytes of a tag, read as one big-endian number: `DF21` is `0xDF21`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(pub u32);

/// One data object, borrowed from its file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Tlv<'a> {
    tag: Tag,
    value: &'a [u8],
    offset: usize,
    header: usize,
}

/// Reads the data objects that stand one after the other in a slice. Ends after the first error.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
    lengths: LengthRule,
}

/// Which length fields are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LengthRule {
    /// Any definite length; the card's own records write `82 00 9F` where one byte would do.
    #[default]
    Any,
    /// The shortest form only, as in DER.
    Minimal,
}

/// How long the object at the start of a file is, from the bytes seen so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectLength {
    /// Tag, length and value together take this many bytes.
    Known(usize),
    /// The header is not complete yet.
    NeedsMore,
}

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
    /// The length field is longer than it need be, and [`LengthRule::Minimal`] was asked for.
    LengthNotMinimal,
    /// The value is cut off.
    ValueTruncated {
        /// How many bytes the length field promises.
        promised: usize,
        /// How many there are.
        present: usize,
    },
}

impl<'a> Reader<'a> {
    /// A reader over the objects in `bytes`, with any definite length.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self::with_rule(bytes, LengthRule::Any)
    }

    /// A reader with a rule for lengths.
    #[must_use]
    pub const fn with_rule(bytes: &'a [u8], lengths: LengthRule) -> Self {
        Self { rest: bytes, offset: 0, lengths }
    }

    fn read(&mut self) -> Result<Tlv<'a>, TlvError> {
        let header = match Header::read(self.rest, self.lengths) {
            Ok(Some(header)) => header,
            Ok(None) => return Err(self.fail(self.rest.len(), TlvErrorKind::LengthTruncated)),
            Err(error) => return Err(self.fail(error.offset, error.kind)),
        };
        let body = self.rest.get(header.length..).unwrap_or_default();
        let Some((value, rest)) = body.split_at_checked(header.value) else {
            let kind = TlvErrorKind::ValueTruncated { promised: header.value, present: body.len() };
            return Err(self.fail(header.length, kind));
        };
        let tlv = Tlv { tag: header.tag, value, offset: self.offset, header: header.length };
        self.offset += header.length + header.value;
        self.rest = rest;
        Ok(tlv)
    }

    fn fail(&mut self, at: usize, kind: TlvErrorKind) -> TlvError {
        self.rest = &[];
        TlvError { offset: self.offset + at, kind }
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<Tlv<'a>, TlvError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() { None } else { Some(self.read()) }
    }
}

impl<'a> Tlv<'a> {
    /// Reads the one object at the start of `bytes`; what follows it is left alone (files have filler).
    ///
    /// # Errors
    ///
    /// A [`TlvError`] with the offset; also when `bytes` is empty.
    pub fn first(bytes: &'a [u8]) -> Result<Self, TlvError> {
        Reader::new(bytes).read()
    }

    /// The tag.
    #[must_use]
    pub const fn tag(&self) -> Tag {
        self.tag
    }

    /// The value.
    #[must_use]
    pub const fn value(&self) -> &'a [u8] {
        self.value
    }

    /// Where the tag stands, from the start of what the reader was given.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Bytes of tag, length and value together.
    #[must_use]
    pub const fn encoded_len(&self) -> usize {
        self.header + self.value.len()
    }

    /// Where the value stands, from the start of what the reader was given.
    #[must_use]
    pub const fn value_offset(&self) -> usize {
        self.offset + self.header
    }

    /// The objects inside the value.
    #[must_use]
    pub const fn children(&self) -> Reader<'a> {
        Reader::new(self.value)
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

/// A tag and a length field.
struct Header {
    tag: Tag,
    length: usize,
    value: usize,
}

impl Header {
    /// `None` when the bytes end before the header does.
    fn read(bytes: &[u8], rule: LengthRule) -> Result<Option<Self>, TlvError> {
        let mut tag = 0_u32;
        let mut at = 0;
        loop {
            let Some(&byte) = bytes.get(at) else { return Ok(None) };
            if at == 0 && matches!(byte, 0x00 | 0xFF) && !starts_card_template(bytes) {
                return Err(TlvError { offset: 0, kind: TlvErrorKind::Tag });
            }
            tag = (tag << 8) | u32::from(byte);
            at += 1;
            let more = if at == 1 { byte & 0x1F == 0x1F } else { byte & 0x80 != 0 };
            if !more {
                break;
            }
            if at == 4 {
                return Err(TlvError { offset: at, kind: TlvErrorKind::Tag });
            }
        }
        let Some(&first) = bytes.get(at) else { return Ok(None) };
        let start = at;
        at += 1;
        let mut value = 0_usize;
        match first {
            0x00..=0x7F => value = usize::from(first),
            0x81..=0x84 => {
                for _ in 0..(first & 0x7F) {
                    let Some(&byte) = bytes.get(at) else { return Ok(None) };
                    value = (value << 8) | usize::from(byte);
                    at += 1;
                }
                let shortest = value >= 0x80 && value >> (8 * (usize::from(first & 0x7F) - 1)) != 0;
                if rule == LengthRule::Minimal && !shortest {
                    return Err(TlvError { offset: start, kind: TlvErrorKind::LengthNotMinimal });
                }
            }
            _ => return Err(TlvError { offset: start, kind: TlvErrorKind::LengthForm }),
        }
        Ok(Some(Self { tag: Tag(tag), length: at, value }))
    }
}

/// The records of the card-face applications have outer tags `FF10`–`FF50`; filler is `FF FF …`.
fn starts_card_template(bytes: &[u8]) -> bool {
    matches!(bytes, [0xFF, second, ..] if *second < 0x80) || bytes == [0xFF]
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

/// Prints tag, place and length; a value may be personal data.
impl fmt::Debug for Tlv<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}, {} bytes", self.tag, self.offset, self.value.len())
    }
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
        }
    }
}

impl core::error::Error for TlvError {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn reads_the_nested_record_of_the_four_items() {
        let file = [
            0xFF, 0x20, 0x0E, 0xDF, 0x21, 0x04, 1, 2, 3, 4, 0xDF, 0x22, 0x81, 0x03, b'a', b'b', b'c', 0xFF,
            0xFF,
        ];
        let outer = Tlv::first(&file).unwrap();
        assert_eq!((outer.tag(), outer.encoded_len()), (Tag(0xFF20), 17));
        let found: Vec<_> =
            outer.children().map(|t| t.map(|t| (t.tag().0, t.offset(), t.value().len()))).collect();
        assert_eq!(found, [Ok((0xDF21, 0, 4)), Ok((0xDF22, 7, 3))]);
        assert_eq!(outer.find(Tag(0xDF22)).unwrap().unwrap().value(), b"abc");
        assert_eq!(outer.find(Tag(0xDF23)).unwrap(), None);
    }

    #[test]
    fn names_the_byte_that_is_wrong() {
        let cases: [(&[u8], usize, TlvErrorKind); 8] = [
            (&[0x00, 0x00], 0, TlvErrorKind::Tag),
            (&[0xFF, 0xFF, 0xFF], 0, TlvErrorKind::Tag),
            (&[0x1F, 0x81, 0x82, 0x83, 0x84], 4, TlvErrorKind::Tag),
            (&[0x30], 1, TlvErrorKind::LengthTruncated),
            (&[0x30, 0x82, 0x01], 3, TlvErrorKind::LengthTruncated),
            (&[0x30, 0x80, 0x00, 0x00], 1, TlvErrorKind::LengthForm),
            (&[0x30, 0x85, 0, 0, 0, 0, 1, 0], 1, TlvErrorKind::LengthForm),
            (&[0x30, 0x02, 0x00], 2, TlvErrorKind::ValueTruncated { promised: 2, present: 1 }),
        ];
        for (bytes, offset, kind) in cases {
            assert_eq!(Tlv::first(bytes), Err(TlvError { offset, kind }), "{bytes:02X?}");
        }
    }

    #[test]
    fn minimal_lengths_only_when_asked() {
        for (bytes, minimal) in [
            (&[0x04, 0x7F][..], true),
            (&[0x04, 0x81, 0x7F], false),
            (&[0x04, 0x81, 0x80], true),
            (&[0x04, 0x82, 0x00, 0xFF], false),
            (&[0x04, 0x82, 0x01, 0x00], true),
        ] {
            let mut file = bytes.to_vec();
            file.resize(300, 0);
            let strict = Reader::with_rule(&file, LengthRule::Minimal).next().unwrap();
            assert_eq!(strict.is_ok(), minimal, "{bytes:02X?}");
            assert!(Tlv::first(&file).is_ok());
        }
    }

    #[test]
    fn tells_the_length_of_a_file_from_its_start() {
        assert_eq!(object_length(&[0x30]), Ok(ObjectLength::NeedsMore));
        assert_eq!(object_length(&[0x30, 0x82, 0x06]), Ok(ObjectLength::NeedsMore));
        assert_eq!(object_length(&[0x30, 0x82, 0x06, 0x32]), Ok(ObjectLength::Known(4 + 0x632)));
        assert_eq!(object_length(&[]), Ok(ObjectLength::NeedsMore));
        assert!(object_length(&[0xFF; 4]).is_err());
    }

    #[test]
    fn an_error_ends_the_iteration() {
        let results: Vec<_> = Reader::new(&[0x04, 0x01, 0xAA, 0x00, 0x04]).collect();
        assert_eq!(results.len(), 2);
        assert_eq!(results[1].unwrap_err().offset, 3);
    }
}
