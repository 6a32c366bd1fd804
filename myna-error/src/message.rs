use core::fmt;

use crate::{Diagnostic, Language};

/// The sentence of one error in one language: what happened, then what to do next.
///
/// `Display` writes both; [`what`](Self::what) and [`next`](Self::next) each alone.
#[derive(Clone, Copy)]
pub struct ErrorMessage<'a> {
    error: &'a dyn Diagnostic,
    language: Language,
    part: Part,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    What,
    Next,
}

/// What happened and what to do next, in Japanese.
#[must_use]
pub fn japanese(error: &dyn Diagnostic) -> ErrorMessage<'_> {
    ErrorMessage::new(error, Language::Japanese)
}

/// What happened and what to do next, in English: as `Display` of every error writes it.
#[must_use]
pub fn english(error: &dyn Diagnostic) -> ErrorMessage<'_> {
    ErrorMessage::new(error, Language::English)
}

impl<'a> ErrorMessage<'a> {
    /// Of an error of any type.
    #[must_use]
    pub fn new(error: &'a dyn Diagnostic, language: Language) -> Self {
        Self { error, language, part: Part::Whole }
    }

    /// What happened, alone.
    #[must_use]
    pub fn what(self) -> Self {
        Self { part: Part::What, ..self }
    }

    /// What to do next, alone.
    #[must_use]
    pub fn next(self) -> Self {
        Self { part: Part::Next, ..self }
    }

    /// Copies a sentence, with the error's details where it names them.
    fn fill(&self, mut text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        while let Some((before, rest)) = text.split_once('{') {
            f.write_str(before)?;
            let Some((name, after)) = rest.split_once('}') else {
                f.write_str("{")?;
                text = rest;
                continue;
            };
            self.error.detail(name, self.language, f)?;
            text = after;
        }
        f.write_str(text)
    }
}

impl fmt::Display for ErrorMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentence = self.error.entry().sentence(self.language);
        if self.part != Part::Next {
            self.error.place(self.language, f)?;
        }
        match self.part {
            Part::What => self.fill(sentence.what, f),
            Part::Next => self.fill(sentence.next, f),
            Part::Whole => {
                self.fill(sentence.what, f)?;
                // Japanese sentences end themselves; English ones are clauses.
                if self.language == Language::English {
                    f.write_str("; ")?;
                }
                self.fill(sentence.next, f)
            }
        }
    }
}

impl fmt::Debug for ErrorMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Makes errors of types that answer [`Diagnostic`](crate::Diagnostic) and have no source: `Display` is the English
/// sentence.
#[macro_export]
macro_rules! errors {
    ($($error:ty),+ $(,)?) => {$(
        impl ::core::fmt::Display for $error {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&$crate::english(self), f)
            }
        }

        impl ::core::error::Error for $error {}
    )+};
}
