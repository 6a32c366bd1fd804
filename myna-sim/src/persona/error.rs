use std::fmt::{self, Display};
use std::ops::Range;

use myna_error::{Diagnostic, Entry, Language, unknown_detail};

use crate::codes;

/// A persona file that cannot be used: where, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonaError {
    line: usize,
    field: String,
    fault: PersonaFault,
}

/// Why a persona file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PersonaFault {
    /// It is not TOML, or has a field that is not known or of another type.
    Syntax(String),
    /// A value has not the form it must have.
    Value(String),
}

impl Diagnostic for PersonaError {
    fn entry(&self) -> &'static Entry {
        match self.fault {
            PersonaFault::Syntax(_) => &codes::PERSONA_SYNTAX,
            PersonaFault::Value(_) => &codes::PERSONA_VALUE,
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match name {
            "line" => self.line.fmt(f),
            "field" if self.field.is_empty() => Ok(()),
            "field" if language == Language::Japanese => write!(f, "（{}）", self.field),
            "field" => write!(f, ", {}", self.field),
            "reason" => self.fault.fmt(f),
            _ => unknown_detail(name, f),
        }
    }
}

myna_error::errors!(PersonaError);

impl Display for PersonaFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Syntax(reason) | Self::Value(reason)) = self;
        f.write_str(reason)
    }
}

impl PersonaError {
    pub(super) fn syntax(text: &str, error: &toml::de::Error) -> Self {
        let fault = PersonaFault::Syntax(error.message().to_owned());
        Self::at(text, error.span().unwrap_or_default(), fault)
    }

    pub(super) fn value(text: &str, span: Range<usize>, reason: impl Into<String>) -> Self {
        Self::at(text, span, PersonaFault::Value(reason.into()))
    }

    /// Names the place by what stands in the text: the line, the last table header above it, and the key on it.
    fn at(text: &str, span: Range<usize>, fault: PersonaFault) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let mut table = "";
        let mut key = "";
        for written in text.lines().take(line) {
            let written = written.trim();
            if written.starts_with('[') {
                table = written.split(']').next().unwrap_or_default().trim_start_matches('[').trim();
                key = "";
            } else {
                key = written.split_once('=').map_or("", |(key, _)| key.trim());
            }
        }
        let field = [table, key].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
        Self { line, field, fault }
    }

    /// The same place, with a value that is refused for this reason.
    pub(super) fn because(self, reason: impl Into<String>) -> Self {
        Self { fault: PersonaFault::Value(reason.into()), ..self }
    }

    /// The line, counted from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The field with the tables around it, such as `holder.my_number`; empty when there is none.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Why.
    #[must_use]
    pub const fn fault(&self) -> &PersonaFault {
        &self.fault
    }
}
