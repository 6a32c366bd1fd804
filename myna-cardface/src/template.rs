use myna_apdu::tlv::{Tag, Tlv};
use myna_calendar::DateDigits;

use crate::{BirthDate, RecordFault};

/// A record of the card: one outer object with others inside, some of them behind a table of offsets (`fix`).
pub(crate) struct Template<'a> {
    outer: Tlv<'a>,
}

impl<'a> Template<'a> {
    /// The object at the start of the file; filler behind it is left alone.
    pub(crate) fn parse(file: &'a [u8], tag: Tag) -> Result<Self, RecordFault> {
        let outer = Tlv::first(file)?;
        if outer.tag() == tag { Ok(Self { outer }) } else { Err(RecordFault::Missing(tag)) }
    }

    pub(crate) fn object(&self, tag: Tag) -> Result<Tlv<'a>, RecordFault> {
        self.outer.find(tag)?.ok_or(RecordFault::Missing(tag))
    }

    /// The value of an object that has one length only.
    pub(crate) fn bytes<const N: usize>(&self, tag: Tag) -> Result<[u8; N], RecordFault> {
        let value = self.object(tag)?.value();
        value.try_into().map_err(|_| RecordFault::Length { tag, length: value.len() })
    }

    /// The objects a table of offsets lists, in its order. Each offset is two bytes, big-endian, from the start of the
    /// file to the tag.
    pub(crate) fn listed<const N: usize>(
        &self,
        table: Tag,
        tags: [Tag; N],
    ) -> Result<[Tlv<'a>; N], RecordFault> {
        let table = self.object(table)?.value();
        let mut objects = Vec::with_capacity(N);
        for (place, tag) in tags.into_iter().enumerate() {
            let object = self.object(tag)?;
            let stands_at = self.outer.value_offset() + object.offset();
            match table.get(2 * place..2 * place + 2) {
                Some([high, low]) if usize::from(u16::from_be_bytes([*high, *low])) == stands_at => {}
                _ => return Err(RecordFault::Offset(tag)),
            }
            objects.push(object);
        }
        objects.try_into().map_err(|_| RecordFault::Missing(self.outer.tag()))
    }

    /// The bytes from the tag of one object to the end of another: what a digest or a signature covers.
    pub(crate) fn covered(&self, first: Tag, last: Tag) -> Result<&'a [u8], RecordFault> {
        let (first, last) = (self.object(first)?, self.object(last)?);
        let end = last.offset() + last.encoded_len();
        self.outer.value().get(first.offset()..end).ok_or(RecordFault::Offset(last.tag()))
    }

    /// Eight ASCII digits, `YYYYMMDD`.
    pub(crate) fn date(&self, tag: Tag) -> Result<BirthDate, RecordFault> {
        let digits = DateDigits::parse(&self.bytes::<8>(tag)?);
        digits.map(BirthDate).map_err(|_| RecordFault::Characters(tag))
    }
}
