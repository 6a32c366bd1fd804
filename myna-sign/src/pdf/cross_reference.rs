use std::collections::BTreeMap;

use super::PdfFault;
use super::object::Dictionary;
use super::parser::Parser;

/// Entries over all sections of one document. Real ones stay below a million.
pub(super) const MOST_ENTRIES: usize = 1 << 21;
/// The highest number an object may have (ISO 32000-1, annex C).
pub(super) const HIGHEST_NUMBER: u32 = 8_388_607;

/// Where an object stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    Free,
    InUse { offset: usize, generation: u16 },
    Compressed { stream: u32, index: u32 },
}

/// One cross-reference section: a table with its trailer, or a stream.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) offset: usize,
    pub(super) is_stream: bool,
    pub(super) entries: BTreeMap<u32, Entry>,
    pub(super) trailer: Dictionary,
}

/// Reads `xref` and what follows up to the end of the trailer.
pub(super) fn read_table(parser: &mut Parser<'_>) -> Result<Section, PdfFault> {
    let offset = parser.at();
    let fault = || PdfFault::CrossReference(offset);
    parser.word("xref").map_err(|_| fault())?;
    let mut entries = BTreeMap::new();
    while !parser.take_word("trailer") {
        let first = parser.unsigned().map_err(|_| fault())?;
        let count = parser.unsigned().map_err(|_| fault())?;
        for place in 0..count {
            let target = parser.unsigned().map_err(|_| fault())?;
            let generation = parser.unsigned().map_err(|_| fault())?;
            let number = first.checked_add(place).ok_or_else(fault)?;
            let entry = if parser.take_word("n") {
                let offset = usize::try_from(target).map_err(|_| fault())?;
                Entry::InUse { offset, generation: u16::try_from(generation).map_err(|_| fault())? }
            } else if parser.take_word("f") {
                Entry::Free
            } else {
                return Err(fault());
            };
            insert(&mut entries, number, entry, offset)?;
        }
    }
    let trailer = parser.value()?.dictionary().cloned().ok_or_else(fault)?;
    Ok(Section { offset, is_stream: false, entries, trailer })
}

/// Reads the decoded data of a cross-reference stream (ISO 32000-2, 7.5.8).
pub(super) fn read_stream(offset: usize, trailer: Dictionary, data: &[u8]) -> Result<Section, PdfFault> {
    let fault = || PdfFault::CrossReference(offset);
    let integers = |name: &str| -> Option<Vec<usize>> {
        trailer.get(name)?.array()?.iter().map(super::object::Object::index).collect()
    };
    let widths = integers("W").ok_or_else(fault)?;
    let [kind, second, third] = widths[..] else { return Err(fault()) };
    if widths.iter().any(|width| *width > 8) || second == 0 {
        return Err(fault());
    }
    let size = trailer.get("Size").and_then(super::object::Object::index).ok_or_else(fault)?;
    let index =
        if trailer.get("Index").is_some() { integers("Index").ok_or_else(fault)? } else { vec![0, size] };
    let mut rows = data.chunks_exact(kind + second + third);
    let mut entries = BTreeMap::new();
    for run in index.chunks(2) {
        let [first, count] = run[..] else { return Err(fault()) };
        for place in 0..count {
            let row = rows.next().ok_or_else(fault)?;
            let (kinds, row) = row.split_at(kind);
            let (second, third) = row.split_at(second);
            let number = u64::try_from(first.checked_add(place).ok_or_else(fault)?).map_err(|_| fault())?;
            let entry = match (if kinds.is_empty() { 1 } else { big_endian(kinds) }, big_endian(third)) {
                (0, _) => Entry::Free,
                (1, generation) => Entry::InUse {
                    offset: usize::try_from(big_endian(second)).map_err(|_| fault())?,
                    generation: u16::try_from(generation).map_err(|_| fault())?,
                },
                (2, index) => Entry::Compressed {
                    stream: u32::try_from(big_endian(second)).map_err(|_| fault())?,
                    index: u32::try_from(index).map_err(|_| fault())?,
                },
                _ => return Err(fault()),
            };
            insert(&mut entries, number, entry, offset)?;
        }
    }
    if rows.next().is_some() || !rows.remainder().is_empty() {
        return Err(fault());
    }
    Ok(Section { offset, is_stream: true, entries, trailer })
}

/// Fails when a section has two places for one object.
fn insert(
    entries: &mut BTreeMap<u32, Entry>,
    number: u64,
    entry: Entry,
    offset: usize,
) -> Result<(), PdfFault> {
    let number = u32::try_from(number).ok().filter(|number| *number <= HIGHEST_NUMBER);
    let number = number.ok_or(PdfFault::CrossReference(offset))?;
    if entries.len() >= MOST_ENTRIES {
        return Err(PdfFault::TooLarge);
    }
    if entries.insert(number, entry).is_some() { Err(PdfFault::CrossReference(offset)) } else { Ok(()) }
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}
