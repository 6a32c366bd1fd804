use std::fmt;

use myna_error::{Diagnostic, Entry, Language, english, unknown_detail};
use thiserror::Error;

use super::StepPlace;
use crate::codes;

/// What is wrong with a catalogue, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", english(self))]
#[non_exhaustive]
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

impl Diagnostic for CatalogueError {
    fn entry(&self) -> &'static Entry {
        &codes::CATALOGUE
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match name {
            "place" => {
                f.write_str(&self.file)?;
                if let Some(case) = &self.case {
                    write!(f, ", {case}")?;
                }
                self.step.map_or(Ok(()), |step| write!(f, ", {step}"))
            }
            "reason" => f.write_str(&self.reason),
            _ => unknown_detail(name, f),
        }
    }
}
