use crate::codes;
use myna_error::{Diagnostic, Entry, Language, unknown_detail};
use std::fmt;
use std::str::FromStr;

use crate::hexadecimal::from_spaced_hexadecimal;

/// The answer to reset (ISO/IEC 7816-3, 8.2).
///
/// ```text
/// TS  3B or 3F
/// T0  high half: which of TA1 TB1 TC1 TD1 follow; low half: how many historical bytes there are
/// TDi high half: which of TAi+1 TBi+1 TCi+1 TDi+1 follow; low half: a protocol T
/// TCK present unless T=0 is the only protocol named; the exclusive or of T0 to TCK is 0
/// ```
///
/// Written `contact`, `contactless`, or as its bytes in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Atr {
    /// `3B E0 00 FF 81 31 FE 45 14`: with contacts; the one ATR OpenSC's card driver knows.
    #[default]
    Contact,
    /// `3B 88 80 01 00 00 41 E0 B3 81 A1 00 3B`: the common one over radio, made up by the reader as PC/SC part 3 has it.
    Contactless,
    /// Another, as read from a card.
    Other(AtrBytes),
}

/// The bytes of an ATR: 2 to 33 of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AtrBytes {
    bytes: [u8; Self::MOST],
    length: usize,
}

impl AtrBytes {
    const MOST: usize = 33;

    /// `None` for less than TS and T0, or more than ISO/IEC 7816-3 allows.
    #[must_use]
    pub fn new(atr: &[u8]) -> Option<Self> {
        let mut bytes = [0; Self::MOST];
        let length = atr.len();
        bytes.get_mut(..length).filter(|_| length >= 2)?.copy_from_slice(atr);
        Some(Self { bytes, length })
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl fmt::Debug for AtrBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AtrBytes({:02X?})", self.as_bytes())
    }
}

impl Atr {
    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Other(atr) => atr.as_bytes(),
            Self::Contact => &[0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14],
            Self::Contactless => {
                &[0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x41, 0xE0, 0xB3, 0x81, 0xA1, 0x00, 0x3B]
            }
        }
    }
}

impl FromStr for Atr {
    type Err = AtrError;

    fn from_str(text: &str) -> Result<Self, AtrError> {
        match text {
            "contact" => return Ok(Self::Contact),
            "contactless" => return Ok(Self::Contactless),
            _ => {}
        }
        let bytes = from_spaced_hexadecimal(text).filter(|bytes| !bytes.is_empty()).ok_or_else(|| {
            AtrError("must be contact, contactless, or the bytes of an ATR in hexadecimal".to_owned())
        })?;
        check(&bytes).map_err(AtrError)?;
        AtrBytes::new(&bytes).map(Self::Other).ok_or_else(|| AtrError("an ATR has 2 to 33 bytes".to_owned()))
    }
}

/// As [`from_str`](Self::from_str) reads it.
impl fmt::Display for Atr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Contact => "contact",
            Self::Contactless => "contactless",
            Self::Other(bytes) => return f.write_str(&hex::encode_upper(bytes.as_bytes())),
        })
    }
}

/// Why a text is no ATR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtrError(String);

impl Diagnostic for AtrError {
    fn entry(&self) -> &'static Entry {
        &codes::ATR
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match name {
            "reason" => f.write_str(&self.0),
            _ => unknown_detail(name, f),
        }
    }
}

myna_error::errors!(AtrError);

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
            let read: Atr = atr.parse().unwrap_or_else(|error| panic!("{atr}: {error}"));
            assert_eq!(read.to_string(), atr.replace(' ', ""));
        }
        for name in ["contact", "contactless"] {
            assert_eq!(name.parse::<Atr>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn other_bytes_are_refused_and_say_why() {
        for (atr, reason) in [
            ("", "hexadecimal"),
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
            let error = atr.parse::<Atr>().unwrap_err().to_string();
            assert!(error.contains(reason), "{atr}: {error}");
        }
        let longest = format!("3B0F{}", "00".repeat(15));
        assert!(longest.parse::<Atr>().is_ok());
        // Groups without end.
        assert!(format!("3BF0{}", "000000F0".repeat(10)).parse::<Atr>().is_err());
    }
}
