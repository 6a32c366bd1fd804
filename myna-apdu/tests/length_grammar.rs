//! The length fields of a command, all of them, against a reference written straight from the standard.
//!
//! What `parse` makes of a command depends on its length, on the first three bytes of the body and on the last two. This
//! drives every length there is with every first byte, and with every value of the others at which anything changes.
#![allow(clippy::panic, reason = "a test fails by panicking")]

use myna_apdu::{Command, CommandError, ExpectedLength, LengthForm};

/// Longer than any command: header, extended Lc, 65 535 bytes, extended Le, and one too many.
const LONGEST: usize = 4 + 3 + 65_535 + 2 + 1;

/// Where the data stand in the command, how many they are, Ne, and the form.
type StatusMeaning = (usize, usize, Option<u32>, LengthForm);

/// ISO/IEC 7816-3, 12.1.3: each case by its own condition, with no thought of the others.
fn reference(bytes: &[u8]) -> Option<StatusMeaning> {
    use LengthForm::{Extended, Short};
    let body = bytes.get(4..)?;
    let n = body.len();
    let byte = |at: usize| usize::from(body.get(at).copied().unwrap_or_default());
    let two = |at: usize| byte(at) * 256 + byte(at + 1);
    let short = |le: usize| u32::try_from(if le == 0 { 256 } else { le }).ok();
    let extended = |le: usize| u32::try_from(if le == 0 { 65_536 } else { le }).ok();
    let b1 = byte(0);
    let cases = [
        (n == 0).then_some((4, 0, None, Short)),
        (n == 1).then(|| (4, 0, short(b1), Short)),
        (b1 != 0 && n == 1 + b1).then_some((5, b1, None, Short)),
        (b1 != 0 && n == 2 + b1).then(|| (5, b1, short(byte(n - 1)), Short)),
        (n == 3 && b1 == 0).then(|| (4, 0, extended(two(1)), Extended)),
        (n > 3 && b1 == 0 && two(1) != 0 && n == 3 + two(1)).then(|| (7, two(1), None, Extended)),
        (n > 5 && b1 == 0 && two(1) != 0 && n == 5 + two(1))
            .then(|| (7, two(1), extended(two(n - 2)), Extended)),
    ];
    let mut fitting = cases.into_iter().flatten();
    let meaning = fitting.next();
    assert!(fitting.next().is_none(), "two cases for {n} bytes that begin with {b1:02X}");
    meaning
}

/// Says how the two disagree, if they do. Places are compared, not bytes: the data may be 64 kB.
fn check(bytes: &[u8]) {
    let parsed = Command::parse(bytes);
    let seen = parsed.ok().map(|command| {
        let expected = command.expected().map(ExpectedLength::get);
        (command.data().len(), expected, command.form())
    });
    let reference = reference(bytes);
    let agree = match (&parsed, reference) {
        (Ok(command), Some((start, length, expected, form))) => {
            let place = bytes.get(start..).map(<[u8]>::as_ptr);
            seen == Some((length, expected, form)) && (length == 0 || place == Some(command.data().as_ptr()))
        }
        (Err(error), None) => is_placed(error, bytes.len()),
        _ => false,
    };
    if !agree || parsed.is_ok_and(|command| command.encoded_len() != bytes.len()) {
        let start = bytes.get(..bytes.len().min(9));
        panic!("{} bytes, {start:02X?}: {parsed:?} against {reference:?}", bytes.len());
    }
    if parsed.is_ok() {
        assert_eq!(Command::parse_lenient(bytes), parsed);
    }
}

/// Whether an error of `parse` points at the length field, or counts the bytes of half a header.
fn is_placed(error: &CommandError, bytes: usize) -> bool {
    match *error {
        CommandError::HeaderTruncated { length } => length == bytes && bytes < 4,
        CommandError::LengthTruncated { offset } => offset == 4 && bytes == 6,
        CommandError::ZeroLc { offset } => offset == 4,
        CommandError::LengthMismatch { offset, lc, following } => {
            offset == 4 && (following + 5 == bytes || following + 7 == bytes) && following != lc
        }
        _ => false,
    }
}

/// A short form, or none: the other length bytes are data, but for Le at the end.
#[test]
fn every_length_with_every_first_byte_but_zero() {
    let mut buffer = vec![0x5A; LONGEST];
    for length in 0..=LONGEST {
        let Some(bytes) = buffer.get_mut(..length) else { panic!() };
        if length < 5 {
            check(bytes);
            continue;
        }
        for first in 1..=0xFF {
            // No case with a first byte but zero is longer than 261 bytes.
            let ends = if length < 270 { &[0x00, 0x01, 0xFF][..] } else { &[0x5A] };
            for &last in ends {
                bytes[length - 1] = last;
                bytes[4] = first;
                check(bytes);
            }
        }
        bytes[length - 1] = 0x5A;
    }
}

/// Extended: every Lc at which a case begins or ends, and every Le at its boundaries.
#[test]
fn every_length_with_first_byte_zero() {
    let mut buffer = vec![0x5A; LONGEST];
    for length in 5..=LONGEST {
        let Some(bytes) = buffer.get_mut(..length) else { panic!() };
        let near = [0, 1, 2, 3, 4, 5, 6].map(|less: usize| (length - 5).wrapping_sub(less));
        for lc in [0, 1, 0xFE, 0xFF, 0x100, 0xFFFE, 0xFFFF].into_iter().chain(near) {
            let Ok(lc) = u16::try_from(lc) else { continue };
            for le in [[0x00, 0x00], [0x00, 0x01], [0x01, 0x00], [0xFF, 0xFF]] {
                if let Some(end) = bytes.last_chunk_mut() {
                    *end = le;
                }
                bytes[4] = 0;
                if let Some(field) = bytes.get_mut(5..7) {
                    field.copy_from_slice(&lc.to_be_bytes());
                }
                check(bytes);
            }
        }
        bytes[length - 1] = 0x5A;
    }
}
