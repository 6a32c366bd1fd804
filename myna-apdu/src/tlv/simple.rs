use core::fmt;

use super::{TlvError, TlvErrorKind};

/// One simple-TLV data object (ISO/IEC 7816-4, 5.2.1), as records hold them.
///
/// ```text
/// | tag: 01..FE | length: 00..FE, or FF and two bytes | value |
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SimpleTlv<'a> {
    tag: u8,
    value: &'a [u8],
    offset: usize,
    header: usize,
}

/// Reads the simple-TLV objects that stand one after the other in a record. Ends after the first error.
#[derive(Debug, Clone)]
pub struct SimpleReader<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> SimpleTlv<'a> {
    /// The tag, 1..=254.
    #[must_use]
    pub const fn tag(&self) -> u8 {
        self.tag
    }

    /// The value, 0 to 65 535 bytes.
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
}

impl<'a> SimpleReader<'a> {
    /// A reader over the objects in `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, offset: 0 }
    }

    fn read(&mut self) -> Result<SimpleTlv<'a>, TlvError> {
        let (tag, header, length, body) = match *self.rest {
            [0x00 | 0xFF, ..] => return Err(self.fail(0, TlvErrorKind::Tag)),
            [tag, 0xFF, high, low, ref body @ ..] => {
                (tag, 4, usize::from(u16::from_be_bytes([high, low])), body)
            }
            [tag, length @ 0..=0xFE, ref body @ ..] => (tag, 2, usize::from(length), body),
            _ => return Err(self.fail(self.rest.len(), TlvErrorKind::LengthTruncated)),
        };
        let Some((value, rest)) = body.split_at_checked(length) else {
            let kind = TlvErrorKind::ValueTruncated { promised: length, present: body.len() };
            return Err(self.fail(header, kind));
        };
        let object = SimpleTlv { tag, value, offset: self.offset, header };
        self.offset += object.encoded_len();
        self.rest = rest;
        Ok(object)
    }

    fn fail(&mut self, at: usize, kind: TlvErrorKind) -> TlvError {
        self.rest = &[];
        TlvError { offset: self.offset + at, kind }
    }
}

impl<'a> Iterator for SimpleReader<'a> {
    type Item = Result<SimpleTlv<'a>, TlvError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() { None } else { Some(self.read()) }
    }
}

/// Prints tag, place and length; a value may be personal data.
impl fmt::Debug for SimpleTlv<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X} at {}, {} bytes", self.tag, self.offset, self.value.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn reads_both_forms_of_length() {
        let mut record = alloc::vec![0x01, 0x02, 0xAA, 0xBB, 0x02, 0xFF, 0x01, 0x00];
        record.extend([0x55; 256]);
        record.extend([0xFE, 0x00]);
        let seen: Vec<_> =
            SimpleReader::new(&record).map(|o| o.map(|o| (o.tag(), o.offset(), o.value().len()))).collect();
        assert_eq!(seen, [Ok((0x01, 0, 2)), Ok((0x02, 4, 256)), Ok((0xFE, 264, 0))]);
    }

    #[test]
    fn names_the_byte_that_is_wrong_and_stops() {
        let cases: [(&[u8], usize, TlvErrorKind); 6] = [
            (&[0x00, 0x00], 0, TlvErrorKind::Tag),
            (&[0xFF, 0x00], 0, TlvErrorKind::Tag),
            (&[0x01], 1, TlvErrorKind::LengthTruncated),
            (&[0x01, 0xFF, 0x01], 3, TlvErrorKind::LengthTruncated),
            (&[0x01, 0x00, 0x02, 0x02, 0xAA], 4, TlvErrorKind::ValueTruncated { promised: 2, present: 1 }),
            (&[0x01, 0xFF, 0x00, 0x01], 4, TlvErrorKind::ValueTruncated { promised: 1, present: 0 }),
        ];
        for (bytes, offset, kind) in cases {
            let mut reader = SimpleReader::new(bytes);
            assert_eq!(reader.find_map(Result::err), Some(TlvError { offset, kind }), "{bytes:02X?}");
            assert_eq!(reader.next(), None);
        }
    }
}
