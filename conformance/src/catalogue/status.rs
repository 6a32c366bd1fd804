use std::fmt;
use std::str::FromStr;

use myna_apdu::StatusWord;

/// The status words a step accepts, such as `9000` or `63CX 6300`: `X` is any digit.
///
/// A set, because cards differ where no document decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedStatus {
    patterns: Vec<Pattern>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pattern {
    /// The digits that are given; zero where any will do.
    value: u16,
    /// `F` for a digit that is given, `0` for one that is not.
    mask: u16,
}

impl AcceptedStatus {
    /// Whether a status word is among them.
    #[must_use]
    pub fn accepts(&self, status: StatusWord) -> bool {
        self.patterns.iter().any(|pattern| status.0 & pattern.mask == pattern.value)
    }
}

impl FromStr for AcceptedStatus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let patterns: Vec<_> = text.split_whitespace().map(Pattern::parse).collect::<Result<_, _>>()?;
        if patterns.is_empty() { Err("no status word is accepted".to_owned()) } else { Ok(Self { patterns }) }
    }
}

impl fmt::Display for AcceptedStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, pattern) in self.patterns.iter().enumerate() {
            if position > 0 {
                f.write_str(" or ")?;
            }
            pattern.fmt(f)?;
        }
        Ok(())
    }
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no status word: write four hexadecimal digits, X for any");
        if text.len() != 4 {
            return Err(wrong());
        }
        let mut pattern = Self { value: 0, mask: 0 };
        for digit in text.chars() {
            let (value, mask) = match digit {
                'X' => (0, 0),
                digit => {
                    (digit.to_digit(16).and_then(|digit| u16::try_from(digit).ok()).ok_or_else(wrong)?, 0xF)
                }
            };
            pattern = Self { value: pattern.value << 4 | value, mask: pattern.mask << 4 | mask };
        }
        Ok(pattern)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for shift in [12, 8, 4, 0] {
            if self.mask >> shift & 0xF == 0 {
                f.write_str("X")?;
            } else {
                write!(f, "{:X}", self.value >> shift & 0xF)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let accepted: AcceptedStatus = "63CX 6984".parse().unwrap();
        assert_eq!(accepted.to_string(), "63CX or 6984");
        for (status, accepts) in
            [(0x63C0, true), (0x63CF, true), (0x6984, true), (0x6983, false), (0x9000, false)]
        {
            assert_eq!(accepted.accepts(StatusWord(status)), accepts, "{status:04X}");
        }
        for wrong in ["", "900", "90000", "63Cx", "G000", "９０００"] {
            assert!(wrong.parse::<AcceptedStatus>().is_err(), "{wrong}");
        }
    }
}
