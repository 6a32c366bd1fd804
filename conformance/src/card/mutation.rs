use std::fmt;

use myna_sim::{CardSettings, Mutant, Persona};

use super::{Pins, Runner, SimulatedSource};
use crate::Ics;
use crate::catalogue::{CaseId, Catalogue};

/// Whether the suite notices cards that are wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MutationReport {
    /// Every mutant, and what caught it.
    pub mutants: Vec<MutantReport>,
}

/// What became of one mutant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MutantReport {
    /// The card that is wrong.
    pub mutant: Mutant,
    /// The cases it fails; none when it gets away.
    pub caught_by: Vec<CaseId>,
}

impl MutationReport {
    /// Runs the catalogue against every mutant of the simulated card.
    ///
    /// # Errors
    ///
    /// When a card cannot be made, or the statement is not about simulated cards.
    pub fn run(
        catalogue: &Catalogue,
        ics: &Ics,
        persona: &Persona,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let pins = Pins::of_persona(persona)?;
        let runner = Runner::new(catalogue, ics, &pins);
        let mut mutants = Vec::new();
        for mutant in Mutant::ALL {
            let settings = CardSettings { mutant: Some(mutant), ..persona.settings() };
            let report = runner.run(&mut SimulatedSource::new(persona.clone(), settings)?)?;
            let caught_by = report.failed().map(|case| case.id.clone()).collect();
            mutants.push(MutantReport { mutant, caught_by });
        }
        Ok(Self { mutants })
    }

    /// How many were caught.
    #[must_use]
    pub fn caught(&self) -> usize {
        self.mutants.iter().filter(|mutant| !mutant.caught_by.is_empty()).count()
    }

    /// Whether none got away.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.caught() == self.mutants.len()
    }
}

impl fmt::Display for MutationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for MutantReport { mutant, caught_by } in &self.mutants {
            let cases = match &caught_by[..] {
                [] => "NOT CAUGHT".to_owned(),
                cases => cases.iter().map(CaseId::as_str).collect::<Vec<_>>().join(" "),
            };
            writeln!(f, "{:<32} {cases}", mutant.as_str())?;
        }
        writeln!(f, "mutation score: {} of {} caught", self.caught(), self.mutants.len())
    }
}
