use std::path::Path;

use myna_sim::state::StateFile;
use myna_sim::{CardFolder, CardImage, Date, FaultPlan, FaultPlanError, Persona, SimulatedCard};

use crate::codes;
use crate::failure::{BAD_USAGE, Failure, OTHER};
use crate::screen::printable;
use crate::source;

/// What a simulated card is made from, as the `sim` commands take it.
pub(crate) enum Simulated {
    /// A built-in persona, or one from a file.
    Persona(Box<Persona>),
    /// A folder with a description.
    Folder(Box<CardFolder>),
    /// A folder with card files alone: to look at, not to serve.
    Files(CardImage),
}

impl Simulated {
    pub(crate) fn find(name: &str) -> Result<Self, Failure> {
        let path = Path::new(name);
        if CardFolder::is_described(path) {
            let folder = CardFolder::read(path).map_err(|error| Failure::of(&error, BAD_USAGE))?;
            return Ok(Self::Folder(Box::new(folder)));
        }
        if path.is_dir() {
            let image = CardImage::read(path).map_err(|error| Failure::of(&error, BAD_USAGE))?;
            return Ok(Self::Files(image));
        }
        Ok(Self::Persona(Box::new(source::persona(name)?)))
    }

    /// Who a simulated insurer has to know; nobody where a folder says no more than what is on the card.
    pub(crate) const fn persona(&self) -> Option<&Persona> {
        match self {
            Self::Persona(persona) => Some(persona),
            Self::Folder(_) | Self::Files(_) => None,
        }
    }

    /// The card to serve, on a day that matters to a persona only.
    pub(crate) fn into_card(self, today: Date) -> Result<SimulatedCard, Failure> {
        match self {
            Self::Persona(persona) => {
                SimulatedCard::new(&persona, today).map_err(|error| Failure::of(&error, OTHER))
            }
            Self::Folder(folder) => Ok(folder.into_card()),
            Self::Files(_) => {
                Err(Failure::usage(&codes::NO_DESCRIPTION, &[("description", &myna_sim::DESCRIPTION)]))
            }
        }
    }
}

/// What `--faults` says: a plan, or the name of a file with one.
pub(crate) fn fault_plan(text: &str) -> Result<FaultPlan, String> {
    if Path::new(text).extension().is_none_or(|extension| extension != "toml") {
        return text.parse().map_err(|error: FaultPlanError| error.to_string());
    }
    let plan = std::fs::read_to_string(text).map_err(|error| format!("{text}: {error}"))?;
    FaultPlan::from_toml(&plan).map_err(|error| printable(&format!("{text}: {error}")))
}

/// Makes a card what it was when it was served last.
pub(crate) fn attach_state(card: &mut SimulatedCard, path: &Path) -> Result<(), Failure> {
    let attached = StateFile::open(path).and_then(|state| card.attach_state(state));
    attached.map_err(|error| Failure::of(&error, OTHER))
}
