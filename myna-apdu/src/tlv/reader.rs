use core::iter::FusedIterator;

use super::{LengthRule, Tlv, TlvError};

/// Reads the BER-TLV objects that stand one after the other in a slice. Ends after the first error.
#[derive(Debug, Clone)]
pub struct TlvReader<'a> {
    rest: &'a [u8],
    offset: usize,
    lengths: LengthRule,
}

impl<'a> TlvReader<'a> {
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
}

impl<'a> Iterator for TlvReader<'a> {
    type Item = Result<Tlv<'a>, TlvError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        Some(match Tlv::split(self.rest, self.offset, self.lengths) {
            Ok((object, rest)) => {
                self.rest = rest;
                self.offset += object.encoded_len();
                Ok(object)
            }
            Err(error) => {
                self.rest = &[];
                Err(error)
            }
        })
    }
}

impl FusedIterator for TlvReader<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlv::{ObjectLength, Tag, TlvErrorKind, object_length};
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
            let strict = TlvReader::with_rule(&file, LengthRule::Minimal).next().unwrap();
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
        assert_eq!(object_length(&[0x53, 0x84, 0, 0, 1, 2]), Ok(ObjectLength::Known(6 + 0x102)));
        assert!(object_length(&[0xFF; 4]).is_err());
    }

    #[test]
    fn a_tag_of_any_length_says_whether_others_are_inside() {
        for tag in [0x30, 0x7F21, 0x7F_8121, 0x7F81_8121] {
            assert!(Tag(tag).is_constructed(), "{tag:X}");
        }
        for tag in [0x04, 0xDF21, 0x5F_8121, 0xDFA1_8121] {
            assert!(!Tag(tag).is_constructed(), "{tag:X}");
        }
    }

    #[test]
    fn an_error_ends_the_iteration() {
        let results: Vec<_> = TlvReader::new(&[0x04, 0x01, 0xAA, 0x00, 0x04]).collect();
        assert_eq!(results.len(), 2);
        assert_eq!(results[1].unwrap_err().offset, 3);
    }
}
