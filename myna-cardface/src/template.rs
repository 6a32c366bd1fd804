use myna_apdu::tlv::{Tag, Tlv};
use myna_calendar::DateDigits;

use crate::RecordFault;

/// A record of the card: one object that holds these objects, each once, in this order, and nothing else (`fix`).
///
/// So whatever is read from an object is read from the bytes that a digest or a signature covers: there is no second
/// object of its name, and none elsewhere.
pub(crate) struct Template<'a, const N: usize> {
    outer: Tlv<'a>,
    objects: [Tlv<'a>; N],
}

/// What a file is filled up with.
const FILLER: u8 = 0xFF;

impl<'a, const N: usize> Template<'a, N> {
    /// The record that the file holds; behind it stands filler or nothing.
    pub(crate) fn parse(file: &'a [u8], tag: Tag, tags: [Tag; N]) -> Result<Self, RecordFault> {
        let outer = Tlv::first(file)?;
        if outer.tag() != tag {
            return Err(RecordFault::Missing(tag));
        }
        if file.iter().skip(outer.encoded_len()).any(|byte| *byte != FILLER) {
            return Err(RecordFault::Trailing(outer.encoded_len()));
        }
        let (mut inside, mut objects) = (outer.children(), [outer; N]);
        for (place, tag) in objects.iter_mut().zip(tags) {
            match inside.next().transpose()? {
                Some(object) if object.tag() == tag => *place = object,
                Some(other) if outer.find(tag)?.is_some() => {
                    return Err(RecordFault::Unexpected(other.tag()));
                }
                _ => return Err(RecordFault::Missing(tag)),
            }
        }
        match inside.next().transpose()? {
            Some(other) => Err(RecordFault::Unexpected(other.tag())),
            None => Ok(Self { outer, objects }),
        }
    }

    /// The same, where the first object is a table of where the others stand: two bytes each, big-endian, from the start
    /// of the file to the tag.
    pub(crate) fn with_offsets(file: &'a [u8], tag: Tag, tags: [Tag; N]) -> Result<Self, RecordFault> {
        let record = Self::parse(file, tag, tags)?;
        let Some((table, listed)) = record.objects.split_first() else { return Ok(record) };
        let mut entries = table.value().chunks(2);
        for object in listed {
            let stands_at = u16::try_from(record.outer.value_offset() + object.offset());
            let entry = stands_at.map(u16::to_be_bytes).map_err(|_| RecordFault::Offset(object.tag()))?;
            if entries.next() != Some(&entry) {
                return Err(RecordFault::Offset(object.tag()));
            }
        }
        match entries.next() {
            Some(_) => Err(RecordFault::Length { tag: table.tag(), length: table.value().len() }),
            None => Ok(record),
        }
    }

    /// The objects, in their order.
    pub(crate) const fn objects(&self) -> [Tlv<'a>; N] {
        self.objects
    }

    /// The bytes of some objects in a row, tags and lengths included: what a digest or a signature covers.
    pub(crate) fn covered(&self, first: &Tlv<'a>, last: &Tlv<'a>) -> Result<&'a [u8], RecordFault> {
        let covered = self.outer.value().get(first.offset()..last.offset() + last.encoded_len());
        covered.ok_or(RecordFault::Offset(last.tag()))
    }
}

/// The value of an object that has one length only.
pub(crate) fn bytes<const N: usize>(object: &Tlv<'_>) -> Result<[u8; N], RecordFault> {
    let value = object.value();
    value.try_into().map_err(|_| RecordFault::Length { tag: object.tag(), length: value.len() })
}

/// Eight ASCII digits, `YYYYMMDD`.
pub(crate) fn date(object: &Tlv<'_>) -> Result<DateDigits, RecordFault> {
    DateDigits::parse(&bytes::<8>(object)?).map_err(|_| RecordFault::Characters(object.tag()))
}
