use std::fmt;

use serde::{Deserialize, Serialize};

use super::{CaseStep, PinName};

/// One rule, and the commands that show whether a card keeps it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Case {
    /// Its name for ever.
    pub id: CaseId,
    /// The rule, in one line.
    pub title: String,
    /// Who needs the rule, and what breaks without it.
    pub purpose: String,
    /// How much it matters.
    pub level: Level,
    /// What it may cost the card.
    pub danger: Danger,
    /// What card and reader have to be able to do.
    pub requires: Vec<Capability>,
    /// Where the rule comes from.
    pub references: Vec<CaseSource>,
    /// How to get where the rule applies. What fails here is not this rule: the case is `inconclusive`.
    pub before: Vec<CaseStep>,
    /// The rule itself.
    pub steps: Vec<CaseStep>,
    /// What puts the card right again. Done whatever happened, as long as the card answers.
    pub after: Vec<CaseStep>,
}

/// `AREA.UNIT.NNN`. Numbers are never used again and never moved: a rule that changes gets a new one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CaseId(String);

words! {
    /// How much a rule matters.
    pub enum Level {
        /// Working clients break without it, or somebody is harmed.
        Must = "must",
        /// Documents or cards say so, and clients may come to rely on it.
        Should = "should",
        /// Cards were seen to do it; nobody is known to rely on it.
        May = "may",
    }
}

words! {
    /// What a case may cost the card, from nothing to all.
    pub enum Danger {
        /// Nothing.
        ReadOnly = "read-only",
        /// The right PIN is presented: if it is not right after all, a try is gone.
        PresentsPin = "presents-pin",
        /// A wrong PIN is presented on purpose, and the right one after it.
        SpendsTry = "spends-try",
        /// Something is written that can be written back.
        ChangesState = "changes-state",
        /// The card is not the same again. Only ever done to a simulated card.
        Irreversible = "irreversible",
    }
}

/// What a case needs, and an [`Ics`](crate::Ics) may deny.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Capability {
    /// Extended length fields get through.
    ExtendedLength,
    /// EFs can be named by short identifiers.
    ShortIdentifiers,
    /// 公的個人認証AP is there.
    Jpki,
    /// 券面事項入力補助AP is there.
    CardFaceText,
}

/// Where a rule comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CaseSource {
    /// The document, the program, or the cards that were looked at.
    pub document: String,
    /// Where in it.
    pub clause: String,
    /// How far to trust it.
    pub grade: Grade,
}

words! {
    /// How far a fact can be trusted.
    pub enum Grade {
        /// A public document says so.
        Doc = "doc",
        /// Working clients depend on it.
        Code = "code",
        /// Others saw cards do it.
        Card = "card",
        /// Read off dumps of cards issued for testing.
        Fix = "fix",
        /// Inferred. Never more than `should`.
        Guess = "guess",
    }
}

/// The areas, in the order of layers: what fails low down explains what fails above.
const AREAS: [&str; 5] = ["APDU", "APP", "FS", "PIN", "JPKI"];

impl Case {
    /// The PINs the case presents.
    #[must_use]
    pub fn pins(&self) -> Vec<PinName> {
        let mut pins: Vec<_> = self.all_steps().filter_map(CaseStep::presents).map(|(pin, _)| pin).collect();
        pins.sort();
        pins.dedup();
        pins
    }

    pub(crate) fn all_steps(&self) -> impl Iterator<Item = &CaseStep> {
        self.before.iter().chain(&self.steps).chain(&self.after)
    }
}

impl CaseId {
    /// `None` unless it is written `AREA.UNIT.NNN` and the area is known.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let id = Self(text.to_owned());
        let is_number = |text: &str| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_unit = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase());
        let mut parts = text.split('.');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(area), Some(unit), Some(number), None)
                if AREAS.contains(&area) && is_unit(unit) && is_number(number) =>
            {
                Some(id)
            }
            _ => None,
        }
    }

    /// The whole id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `AREA.UNIT`.
    #[must_use]
    pub fn unit(&self) -> &str {
        self.0.rsplit_once('.').map_or("", |(unit, _)| unit)
    }

    /// Whether the id lies below a prefix of whole parts: `PIN`, `PIN.VERIFY`, `PIN.VERIFY.004`.
    #[must_use]
    pub fn is_below(&self, prefix: &str) -> bool {
        let rest = self.0.strip_prefix(prefix);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// Which layer it is about, from the bottom.
    pub(crate) fn layer(&self) -> Option<usize> {
        let area = self.0.split('.').next()?;
        AREAS.iter().position(|known| *known == area)
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        for good in ["APDU.HEADER.001", "PIN.VERIFY.004"] {
            assert!(CaseId::new(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "PIN.VERIFY",
            "PIN.VERIFY.4",
            "PIN.VERIFY.004.1",
            "CERT.PATH.001",
            "pin.verify.004",
            "PIN..004",
        ] {
            assert!(CaseId::new(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn prefixes_end_where_a_part_ends() {
        let id = CaseId::new("PIN.VERIFY.004").unwrap();
        for prefix in ["PIN", "PIN.VERIFY", "PIN.VERIFY.004"] {
            assert!(id.is_below(prefix), "{prefix}");
        }
        for prefix in ["PI", "PIN.VER", "PIN.VERIFY.00", "PIN.VERIFY.", "JPKI", "PIN.VERIFY.004.1"] {
            assert!(!id.is_below(prefix), "{prefix}");
        }
    }
}
