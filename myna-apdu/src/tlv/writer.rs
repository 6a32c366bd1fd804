use core::fmt::{self, Display};

use crate::codes;
use myna_error::{Diagnostic, Entry, Language, unknown_detail};

use super::Tag;
use super::header::read_tag;

/// Writes BER-TLV objects into a slice of the caller's, with the shortest length fields.
///
/// See the [module](super) for an example.
#[derive(Debug)]
pub struct Writer<'b> {
    buffer: &'b mut [u8],
    length: usize,
}

/// Why an object was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WriterError {
    /// The buffer ends before the object does.
    BufferTooSmall {
        /// Bytes the buffer would have to have, as far as was written.
        needed: usize,
    },
    /// No reader would take this tag: its bytes do not end, end too early, or begin with the filler `00`.
    Tag(Tag),
    /// The value is longer than four length bytes can say.
    ValueTooLong,
}

/// Bytes of an object with this tag and a value of so many bytes; `usize::MAX` when that overflows.
#[must_use]
pub const fn encoded_len(tag: Tag, value: usize) -> usize {
    (tag_len(tag) + length_len(value)).saturating_add(value)
}

impl<'b> Writer<'b> {
    /// A writer at the start of `buffer`.
    #[must_use]
    pub const fn new(buffer: &'b mut [u8]) -> Self {
        Self { buffer, length: 0 }
    }

    /// Writes an object with this value.
    ///
    /// # Errors
    ///
    /// [`WriterError`]; what was written before stays.
    pub fn primitive(&mut self, tag: Tag, value: &[u8]) -> Result<(), WriterError> {
        self.object(tag, |writer| writer.put(value))
    }

    /// Writes an object around what `write` writes.
    ///
    /// # Errors
    ///
    /// [`WriterError`], also from within; what was written before the object stays.
    pub fn constructed(
        &mut self,
        tag: Tag,
        write: impl FnOnce(&mut Self) -> Result<(), WriterError>,
    ) -> Result<(), WriterError> {
        self.object(tag, write)
    }

    /// How many bytes were written.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether nothing was written yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// What was written.
    #[must_use]
    pub fn finish(self) -> &'b [u8] {
        self.buffer.get(..self.length).unwrap_or_default()
    }

    fn object(
        &mut self,
        tag: Tag,
        write: impl FnOnce(&mut Self) -> Result<(), WriterError>,
    ) -> Result<(), WriterError> {
        let start = self.length;
        let result = self.put_tag(tag).and_then(|()| {
            let field = self.length;
            // The length is known only after the value: most take one byte, the others are moved up.
            self.put(&[0])?;
            write(self)?;
            self.put_length(field)
        });
        if result.is_err() {
            self.length = start;
        }
        result
    }

    fn put_tag(&mut self, tag: Tag) -> Result<(), WriterError> {
        if !is_writable(tag) {
            return Err(WriterError::Tag(tag));
        }
        let bytes = tag.0.to_be_bytes();
        self.put(bytes.get(bytes.len() - tag_len(tag)..).unwrap_or_default())
    }

    /// Writes the length field that stands at `field`, one byte so far, for the value from there to here.
    fn put_length(&mut self, field: usize) -> Result<(), WriterError> {
        let start = field + 1;
        let value = start..self.length;
        let length = u32::try_from(value.len()).map_err(|_| WriterError::ValueTooLong)?;
        let bytes: &[u8] = match length.to_be_bytes() {
            [0, 0, 0, short @ 0..=0x7F] => &[short],
            [0, 0, 0, a] => &[0x81, a],
            [0, 0, a, b] => &[0x82, a, b],
            [0, a, b, c] => &[0x83, a, b, c],
            [a, b, c, d] => &[0x84, a, b, c, d],
        };
        if let [_, more @ ..] = bytes {
            // Makes room at the end; what is written there matters not.
            self.put(more)?;
            self.buffer.copy_within(value, start + more.len());
        }
        if let Some(place) = self.buffer.get_mut(field..field + bytes.len()) {
            place.copy_from_slice(bytes);
        }
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), WriterError> {
        let end = self.length.saturating_add(bytes.len());
        let Some(place) = self.buffer.get_mut(self.length..end) else {
            return Err(WriterError::BufferTooSmall { needed: end });
        };
        place.copy_from_slice(bytes);
        self.length = end;
        Ok(())
    }
}

/// Bytes of the tag itself: those from the first that is not zero.
const fn tag_len(tag: Tag) -> usize {
    match tag.0 {
        0..=0xFF => 1,
        0x100..=0xFFFF => 2,
        0x1_0000..=0xFF_FFFF => 3,
        _ => 4,
    }
}

/// Bytes of the shortest length field.
const fn length_len(value: usize) -> usize {
    match value {
        0..=0x7F => 1,
        0x80..=0xFF => 2,
        0x100..=0xFFFF => 3,
        0x1_0000..=0xFF_FFFF => 4,
        _ => 5,
    }
}

fn is_writable(tag: Tag) -> bool {
    let bytes = tag.0.to_be_bytes();
    let bytes = bytes.get(bytes.len() - tag_len(tag)..).unwrap_or_default();
    read_tag(bytes) == Ok(Some((tag, bytes.len())))
}

impl Diagnostic for WriterError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::BufferTooSmall { .. } => &codes::BUFFER_TOO_SMALL,
            Self::Tag(_) => &codes::TLV_UNWRITABLE_TAG,
            Self::ValueTooLong => &codes::TLV_VALUE_TOO_LONG,
        }
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("needed", Self::BufferTooSmall { needed }) => needed.fmt(f),
            ("tag", Self::Tag(tag)) => tag.fmt(f),
            _ => unknown_detail(name, f),
        }
    }
}

myna_error::errors!(WriterError);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlv::{LengthRule, TlvReader, Walker};
    use alloc::vec;

    #[test]
    fn every_length_is_written_in_its_shortest_form_and_read_back() {
        let mut buffer = vec![0; 0x1_0010];
        assert!(Writer::new(&mut buffer).is_empty());
        for length in [0, 1, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF, 0x1_0000] {
            let value = vec![0xA5; length];
            for tag in [Tag(0x04), Tag(0xDF22), Tag(0x5FAD_8101), Tag(0x5F2D_8101)] {
                let mut writer = Writer::new(&mut buffer);
                let written = writer.primitive(tag, &value);
                if tag == Tag(0x5F2D_8101) {
                    // 2D ends the tag: the bytes after it would be read as a length.
                    assert_eq!(written, Err(WriterError::Tag(tag)));
                    continue;
                }
                assert_eq!(writer.len(), encoded_len(tag, length));
                let mut reader = TlvReader::with_rule(writer.finish(), LengthRule::Minimal);
                let object = reader.next().unwrap().unwrap();
                assert_eq!((object.tag(), object.value()), (tag, &value[..]));
                assert!(reader.next().is_none());
            }
        }
    }

    #[test]
    fn a_long_value_moves_up_what_is_nested_in_it() {
        let mut buffer = [0; 512];
        let mut writer = Writer::new(&mut buffer);
        writer.primitive(Tag(0x02), &[9]).unwrap();
        writer
            .constructed(Tag(0x30), |outer| {
                outer.constructed(Tag(0xFF20), |inner| inner.primitive(Tag(0x04), &[7; 200]))?;
                outer.primitive(Tag(0x05), &[])
            })
            .unwrap();
        let file = writer.finish();
        assert_eq!(file[..13], [0x02, 1, 9, 0x30, 0x81, 0xD1, 0xFF, 0x20, 0x81, 0xCB, 0x04, 0x81, 0xC8]);
        assert_eq!(file[13..], [&[7; 200][..], &[0x05, 0]].concat());
        assert!(Walker::new(file).all(|node| node.is_ok()));
    }

    #[test]
    fn lengths_of_three_and_four_bytes_are_written_too() {
        for (length, header) in
            [(0x12_3456, &[0x53, 0x83, 0x12, 0x34, 0x56][..]), (0x100_0000, &[0x53, 0x84, 1, 0, 0, 0])]
        {
            let value = vec![0x5A; length];
            let mut buffer = vec![0; length + 6];
            let mut writer = Writer::new(&mut buffer);
            writer.primitive(Tag(0x53), &value).unwrap();
            let written = writer.finish();
            assert_eq!(written.len(), encoded_len(Tag(0x53), length));
            assert_eq!((&written[..header.len()], &written[header.len()..]), (header, &value[..]));
        }
    }

    #[test]
    fn a_failed_object_leaves_what_stands_before_it() {
        let mut buffer = [0; 6];
        let mut writer = Writer::new(&mut buffer);
        writer.primitive(Tag(0x04), &[1]).unwrap();
        let nested = writer.constructed(Tag(0x30), |inner| inner.primitive(Tag(0x04), &[2, 3]));
        assert_eq!(nested, Err(WriterError::BufferTooSmall { needed: 7 }));
        assert_eq!(writer.primitive(Tag(0x1F), &[]), Err(WriterError::Tag(Tag(0x1F))));
        assert_eq!(writer.primitive(Tag(0), &[]), Err(WriterError::Tag(Tag(0))));
        writer.primitive(Tag(0x05), &[2]).unwrap();
        assert_eq!(writer.finish(), [0x04, 1, 1, 0x05, 1, 2]);
    }
}
