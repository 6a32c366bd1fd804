//! DER (ITU-T X.690) of what certificates are made of. Each value is its bytes, tag and length included.
//!
//! Our own, since the crates for it are a third of what a test would have to build, and what they read back is their part
//! in the tests.

use crate::object::object;

pub(super) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    object([0x30], &parts.concat())
}

/// A set of one: several would have to be sorted.
pub(super) fn set_of(part: &[u8]) -> Vec<u8> {
    object([0x31], part)
}

/// What a context-specific tag stands around: `[number]` of a constructed value.
pub(super) fn tagged(number: u8, content: &[u8]) -> Vec<u8> {
    object([0xA0 | number], content)
}

/// A positive INTEGER, from its big-endian bytes.
pub(super) fn integer(bytes: &[u8]) -> Vec<u8> {
    object([0x02], &integer_content(bytes))
}

/// Without leading zeros, but for the one that keeps it positive.
pub(super) fn integer_content(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let digits = bytes.get(zeros..).unwrap_or_default();
    let sign: &[u8] = if digits.first().is_none_or(|first| *first >= 0x80) { &[0] } else { &[] };
    [sign, digits].concat()
}

/// A BIT STRING of whole bytes.
pub(super) fn bit_string(bytes: &[u8]) -> Vec<u8> {
    object([0x03], &[&[0], bytes].concat())
}

/// A BIT STRING of named bits: bit 0 is the highest of the byte; what ends in zeros ends before them.
pub(super) fn named_bits(bits: u8) -> Vec<u8> {
    let [.., unused] = bits.trailing_zeros().to_be_bytes();
    object([0x03], &[unused, bits])
}

pub(super) fn octet_string(bytes: &[u8]) -> Vec<u8> {
    object([0x04], bytes)
}

pub(super) fn null() -> Vec<u8> {
    object([0x05], &[])
}

pub(super) fn yes() -> Vec<u8> {
    object([0x01], &[0xFF])
}

pub(super) fn utf8(text: &str) -> Vec<u8> {
    object([0x0C], text.as_bytes())
}

pub(super) fn printable(text: &str) -> Vec<u8> {
    object([0x13], text.as_bytes())
}

pub(super) fn ia5(text: &str) -> Vec<u8> {
    object([0x16], text.as_bytes())
}

/// An OBJECT IDENTIFIER, from its arcs.
pub(super) fn identifier(arcs: &[u32]) -> Vec<u8> {
    let (root, rest) = match arcs {
        [first, second, rest @ ..] => (first * 40 + second, rest),
        _ => (0, arcs),
    };
    let mut content = Vec::new();
    for arc in std::iter::once(root).chain(rest.iter().copied()) {
        let groups = arc.checked_ilog2().unwrap_or(0) / 7;
        for group in (0..=groups).rev() {
            let [.., low] = (arc >> (7 * group) & 0x7F).to_be_bytes();
            content.push(if group == 0 { low } else { low | 0x80 });
        }
    }
    object([0x06], &content)
}
