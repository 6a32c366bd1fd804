use std::fmt;

use thiserror::Error;

use super::StepPlace;

/// What is wrong with a catalogue, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("catalogue {file}{}: {reason}", Within(case.as_deref(), *step))]
pub struct CatalogueError {
    /// The file.
    pub file: String,
    /// The case: its id, or its number in the file while it has none. `None` when the file as a whole is wrong.
    pub case: Option<String>,
    /// The step. `None` when the case as a whole is wrong.
    pub step: Option<StepPlace>,
    /// What is wrong.
    pub reason: String,
}

struct Within<'a>(Option<&'a str>, Option<StepPlace>);

impl fmt::Display for Within<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(case) = self.0 {
            write!(f, ", {case}")?;
        }
        if let Some(step) = self.1 {
            write!(f, ", {step}")?;
        }
        Ok(())
    }
}
