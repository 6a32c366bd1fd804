//! An answer to reset, by its structure (ISO/IEC 7816-3, 8.2).
//!
//! ```text
//! TS  3B or 3F
//! T0  high half: which of TA1 TB1 TC1 TD1 follow; low half: how many historical bytes there are
//! TDi high half: which of TAi+1 TBi+1 TCi+1 TDi+1 follow; low half: a protocol T
//! TCK present unless T=0 is the only protocol named; the exclusive or of T0 to TCK is 0
//! ```

use crate::{Atr, AtrBytes};

/// The name of one of the two built in, or bytes in hexadecimal.
pub(super) fn read(text: &str) -> Result<Atr, String> {
    match text {
        "contact" => return Ok(Atr::Contact),
        "contactless" => return Ok(Atr::Contactless),
        _ => {}
    }
    let bytes = super::hexadecimal(text)
        .ok_or("must be contact, contactless, or the bytes of an ATR in hexadecimal")?;
    check(&bytes)?;
    AtrBytes::new(&bytes).map(Atr::Other).ok_or_else(|| "an ATR has 2 to 33 bytes".to_owned())
}

/// As [`read`] reads it.
pub(super) fn write(atr: Atr) -> String {
    match atr {
        Atr::Contact => "contact".to_owned(),
        Atr::Contactless => "contactless".to_owned(),
        Atr::Other(bytes) => bytes.as_bytes().iter().map(|byte| format!("{byte:02X}")).collect(),
    }
}

fn check(atr: &[u8]) -> Result<(), String> {
    let [initial @ (0x3B | 0x3F), format, ..] = *atr else {
        return Err("an ATR begins with 3B or 3F, and a format byte T0 follows".to_owned());
    };
    let mut length = 2_usize;
    let mut follows = format >> 4;
    let mut has_check_byte = false;
    while follows != 0 {
        let count = usize::try_from(follows.count_ones()).unwrap_or(0);
        length = length.saturating_add(count);
        if follows & 0x08 == 0 {
            break;
        }
        // TDi is the last of its group.
        let Some(protocol) = atr.get(length.saturating_sub(1)) else { break };
        has_check_byte |= protocol & 0x0F != 0;
        follows = protocol >> 4;
    }
    length = length.saturating_add(usize::from(format & 0x0F)).saturating_add(usize::from(has_check_byte));
    if atr.len() != length {
        let found = atr.len();
        return Err(format!(
            "an ATR that begins {initial:02X} {format:02X} has {length} bytes here, not {found}"
        ));
    }
    let sum = atr.iter().skip(1).fold(0, |sum, byte| sum ^ byte);
    match atr.last() {
        Some(check_byte) if has_check_byte && sum != 0 => {
            Err(format!("the check byte TCK is {check_byte:02X} where {:02X} is right", check_byte ^ sum))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn atrs_seen_of_the_card_are_taken_and_come_back() {
        for atr in [
            "3BE000FF8131FE4514",
            "3BDA13FF8131FB468012392F31C173C601C03B",
            "3BC5FF8131FB458073C6010000",
            "3BF59100FF918171FE400042000100D1D6",
            "3BF59100FF918171FE4000420001B3A115",
            "3B888001000005E0B381A1007F",
            "3B888001000041E0B381A1003B",
            "3B888001004B51FF0081D100BC",
            "3B888001004B51FFB381D1000F",
            // T=0 alone: no TCK.
            "3B00",
            "3F65250000 9C059000",
        ] {
            let read = read(atr).unwrap_or_else(|error| panic!("{atr}: {error}"));
            assert_eq!(write(read), atr.replace(' ', ""));
        }
        for name in ["contact", "contactless"] {
            assert_eq!(write(read(name).unwrap()), name);
        }
    }

    #[test]
    fn other_bytes_are_refused_and_say_why() {
        for (atr, reason) in [
            ("", "3B or 3F"),
            ("3B", "3B or 3F"),
            ("nfc", "hexadecimal"),
            ("3BE", "hexadecimal"),
            ("40E000FF8131FE4514", "3B or 3F"),
            ("3BE000FF8131FE4515", "14 is right"),
            ("3BE000FF8131FE45", "9 bytes"),
            ("3BE000FF8131FE451400", "9 bytes"),
            ("3B88", "not 2"),
            ("3BFF", "not 2"),
            ("3B80", "not 2"),
        ] {
            let error = read(atr).unwrap_err();
            assert!(error.contains(reason), "{atr}: {error}");
        }
        let longest = format!("3B0F{}", "00".repeat(15));
        assert!(read(&longest).is_ok());
        // Groups without end.
        assert!(read(&format!("3BF0{}", "000000F0".repeat(10))).is_err());
    }
}
