use crate::catalogue::{Case, Danger};
use crate::{CardEnvironment, Ics};

/// What may be done to a real card, beyond reading.
///
/// Each [`Danger`] is agreed to by name; none includes another. Whatever one agrees to, a try is spent and state changed
/// only on a card whose statement says that it is a test card, and nothing irreversible is done to any real card.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunConsent {
    dangers: Vec<Danger>,
}

impl RunConsent {
    /// Reading only.
    #[must_use]
    pub fn read_only() -> Self {
        Self::default()
    }

    /// The same consent, and to this.
    #[must_use]
    pub fn and(mut self, danger: Danger) -> Self {
        self.dangers.push(danger);
        self
    }

    /// Why a case may not run on a real card; `None` when it may.
    pub(crate) fn objection(&self, case: &Case, ics: &Ics) -> Option<String> {
        let danger = case.danger;
        if danger == Danger::ReadOnly {
            return None;
        }
        if danger == Danger::Irreversible {
            return Some("irreversible: only ever done to a simulated card".to_owned());
        }
        if !self.dangers.contains(&danger) {
            return Some(format!("{} needs consent", danger.as_str()));
        }
        if danger > Danger::PresentsPin && ics.environment == CardEnvironment::Production {
            return Some(format!("{} is not done to a card with environment = production", danger.as_str()));
        }
        None
    }
}

impl FromIterator<Danger> for RunConsent {
    fn from_iter<I: IntoIterator<Item = Danger>>(dangers: I) -> Self {
        Self { dangers: dangers.into_iter().collect() }
    }
}
