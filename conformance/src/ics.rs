use std::fmt;

use myna_error::{Diagnostic, Entry, Language, english, unknown_detail};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::catalogue::Capability;
use crate::codes;

/// The implementation conformance statement: what a vendor says the card under test is and can do.
///
/// ```toml
/// vendor = "Example Corporation"
/// product = "Example Card"
/// version = "1"
/// role = "card"                  # card, simulator
/// environment = "test"           # test, production
/// extended-length = true
/// short-identifiers = true
/// applications = ["jpki"]        # of: jpki, card-face-text
/// ```
///
/// A case that needs what the statement denies is `not-applicable`. There are no PINs in it: it is a file that people
/// archive and send around.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[expect(clippy::exhaustive_structs, reason = "made by its users: a further field has to be theirs to fill")]
pub struct Ics {
    /// Who makes it.
    pub vendor: String,
    /// What it is called.
    pub product: String,
    /// Which version of it.
    pub version: String,
    /// What kind of thing it is.
    pub role: ClaimedRole,
    /// What its certificates and PINs are worth.
    pub environment: CardEnvironment,
    /// Whether extended length fields get through, card and reader together.
    pub extended_length: bool,
    /// Whether EFs can be named by short identifiers.
    pub short_identifiers: bool,
    /// The applications on it.
    pub applications: Vec<ClaimedApplication>,
}

/// What kind of thing is under test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ClaimedRole {
    /// A card one can hold in the hand.
    Card,
    /// A program that behaves like one.
    Simulator,
}

/// What the certificates and PINs on the card are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CardEnvironment {
    /// Issued for testing. Losing it is a nuisance.
    Test,
    /// Somebody's own. A try is never spent on it.
    Production,
}

/// An application of the card, by the name the catalogue gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ClaimedApplication {
    /// 公的個人認証AP.
    Jpki,
    /// 券面事項入力補助AP.
    CardFaceText,
}

/// Why a statement is refused. No command goes to the card.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum IcsError {
    /// It is not TOML, or a field is missing, unknown or of the wrong kind.
    Unreadable(String),
    /// It can be read, and cannot be true.
    Implausible {
        /// The field at fault.
        field: &'static str,
        /// Why it cannot be true.
        reason: &'static str,
    },
}

impl Diagnostic for IcsError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Unreadable(_) => &codes::ICS_UNREADABLE,
            Self::Implausible { .. } => &codes::ICS_IMPLAUSIBLE,
        }
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("field", Self::Implausible { field, .. }) => f.write_str(field),
            ("reason", Self::Implausible { reason, .. }) => f.write_str(reason),
            ("reason", Self::Unreadable(reason)) => f.write_str(reason),
            _ => unknown_detail(name, f),
        }
    }
}

impl Ics {
    /// The statement for the simulated card of this workspace.
    pub const SIMULATED: &str = include_str!("../ics/simulated.toml");

    /// Reads a statement and checks that it can be true.
    ///
    /// # Errors
    ///
    /// [`IcsError`].
    pub fn parse(text: &str) -> Result<Self, IcsError> {
        let ics: Self = toml::from_str(text).map_err(|error| IcsError::Unreadable(error.to_string()))?;
        ics.check()?;
        Ok(ics)
    }

    /// The field that denies a capability, as it stands in the file; `None` when the statement claims it.
    pub(crate) fn denial(&self, capability: Capability) -> Option<String> {
        let application = |wanted: ClaimedApplication| {
            (!self.applications.contains(&wanted)).then(|| format!("applications: {wanted} is not listed"))
        };
        match capability {
            Capability::ExtendedLength => {
                (!self.extended_length).then(|| "extended-length = false".to_owned())
            }
            Capability::ShortIdentifiers => {
                (!self.short_identifiers).then(|| "short-identifiers = false".to_owned())
            }
            Capability::Jpki => application(ClaimedApplication::Jpki),
            Capability::CardFaceText => application(ClaimedApplication::CardFaceText),
        }
    }

    /// Whether the statement is about the card that is there.
    pub(crate) fn check_card(&self, is_simulated: bool) -> Result<(), IcsError> {
        if is_simulated && self.role == ClaimedRole::Card {
            return Err(implausible("role", "the card is the simulated one, so it has to be simulator"));
        }
        Ok(())
    }

    fn check(&self) -> Result<(), IcsError> {
        let texts = [("vendor", &self.vendor), ("product", &self.product), ("version", &self.version)];
        for (field, text) in texts {
            if text.trim().is_empty() {
                return Err(implausible(field, "it is empty, so nobody knows what was tested"));
            }
        }
        if self.applications.is_empty() {
            return Err(implausible("applications", "none is listed, so there is nothing to test"));
        }
        let mut sorted = self.applications.clone();
        sorted.sort();
        sorted.dedup();
        if sorted.len() != self.applications.len() {
            return Err(implausible("applications", "one is listed twice"));
        }
        if self.role == ClaimedRole::Simulator && self.environment == CardEnvironment::Production {
            return Err(implausible("environment", "a simulator has no production certificates"));
        }
        Ok(())
    }
}

impl fmt::Display for ClaimedApplication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpki => "jpki",
            Self::CardFaceText => "card-face-text",
        })
    }
}

const fn implausible(field: &'static str, reason: &'static str) -> IcsError {
    IcsError::Implausible { field, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_statements_name_the_field() {
        let table = [
            ("vendor = \"myna\"", "vendor = \" \"", "vendor"),
            ("role = \"simulator\"", "role = \"toaster\"", "toaster"),
            ("environment = \"test\"", "environment = \"production\"", "environment"),
            ("\"jpki\", \"card-face-text\"", "", "applications"),
            ("\"jpki\", \"card-face-text\"", "\"jpki\", \"jpki\"", "applications"),
            ("short-identifiers = true", "", "short-identifiers"),
            ("short-identifiers = true", "short-identifiers = true\ncolour = \"pink\"", "colour"),
            ("extended-length = true", "extended-length = 261", "extended-length"),
            ("vendor", "vendor =", "TOML"),
        ];
        for (from, to, named) in table {
            assert!(Ics::SIMULATED.contains(from), "{from}");
            let error = Ics::parse(&Ics::SIMULATED.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(named), "{error}");
        }
    }

    #[test]
    fn a_statement_about_another_card_is_refused() {
        let text = Ics::SIMULATED.replace("role = \"simulator\"", "role = \"card\"");
        let ics = Ics::parse(&text).unwrap();
        assert!(ics.check_card(true).is_err());
        assert_eq!(ics.check_card(false), Ok(()));
    }
}
