//! 一部負担金割合: the share of the cost that the patient pays.

use std::fmt;

use serde::Serialize;

use crate::meaning::text::folded;
use crate::meaning::warning::Warning;
use crate::meaning::written::{Meaning, Written};

/// The patient's share of the cost (一部負担金割合), in tenths (割).
///
/// On the wire three digits of percent, `010` → 1割; one and two digits are read as if padded with zeros
/// [code D7]. Shares that are no whole tenth have no meaning here.
///
/// ```
/// use myna_eligibility::{records::{Ratio, Written}};
/// let ratio = Written::<Ratio>::new("020").value().unwrap();
/// assert_eq!((ratio.tenths(), ratio.to_string()), (2, "2割".to_owned()));
/// ```
///
/// In JSON `{"tenths": 2}`: the unit is in the name, so that nobody reads 20 for 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Ratio {
    tenths: u8,
}

impl Ratio {
    /// Tenths of the cost, 0–10.
    #[must_use]
    pub const fn tenths(self) -> u8 {
        self.tenths
    }

    /// Percent of the cost, 0–100.
    #[must_use]
    pub const fn percent(self) -> u8 {
        self.tenths * 10
    }

    /// Whether the share is one no patient is known to be sent with: 0割 or 10割 [guess D7].
    #[must_use]
    pub const fn is_unusual(self) -> bool {
        matches!(self.tenths, 0 | 10)
    }
}

impl Meaning for Ratio {
    /// `2割` or `20%`.
    fn of_words(words: &str) -> Option<String> {
        let plain = folded(words);
        let percent = match (plain.strip_suffix('割'), plain.strip_suffix('%')) {
            (Some(tenths), _) => format!("{tenths:0>2}0"),
            (_, Some(percent)) => format!("{percent:0>3}"),
            _ => plain,
        };
        Self::of_text(&percent).map(|_| percent)
    }

    fn of_text(text: &str) -> Option<Self> {
        if !(1..=3).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let percent: u16 = text.parse().ok()?;
        let tenths = u8::try_from(percent / 10).ok()?;
        (percent <= 100 && percent.is_multiple_of(10)).then_some(Self { tenths })
    }

    fn finding(written: &Written<Self>, path: &str) -> Option<Warning> {
        match written.value() {
            None => Some(Warning::new(
                "malformed_ratio",
                path,
                "一部負担金割合（3桁の百分率、10の倍数）として読めません。",
                "this is not a ratio of three digits of percent, a multiple of ten",
            )),
            Some(ratio) if ratio.is_unusual() => Some(Warning::new(
                "unusual_ratio",
                path,
                format!("一部負担金割合が{ratio}です。"),
                format!("a ratio of {} percent is unusual", ratio.percent()),
            )),
            Some(_) => None,
        }
    }
}

/// `2割`.
impl fmt::Display for Ratio {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}割", self.tenths)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors() {
        for (text, tenths) in
            [("010", 1), ("020", 2), ("030", 3), ("20", 2), ("000", 0), ("0", 0), ("100", 10)]
        {
            let ratio = Ratio::of_text(text).unwrap();
            assert_eq!(ratio.tenths(), tenths, "{text}");
            assert_eq!(ratio.is_unusual(), tenths == 0 || tenths == 10, "{text}");
        }
        for text in ["", "015", "2", "110", "999", "0020", "+20", " 20", "０２０", "2割"] {
            assert_eq!(Ratio::of_text(text), None, "{text}");
        }
    }
}
