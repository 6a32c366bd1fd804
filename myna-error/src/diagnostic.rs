use core::fmt;

use crate::{Attempt, Blame, Entry, Language};

/// What every error of the myna crates can be asked.
pub trait Diagnostic: core::error::Error {
    /// Its row in the table of its crate: code, blame, whether to try again, sentences.
    fn entry(&self) -> &'static Entry;

    /// Writes where it happened, to stand in front of the sentence: `answers.zip: ` or `3件目: `. Nothing for most errors.
    ///
    /// # Errors
    ///
    /// Only those of `f`.
    fn place(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _ = (language, f);
        Ok(())
    }

    /// Writes what stands for `{name}` in the sentences of [`entry`](Self::entry): the reader, the file, the field.
    ///
    /// Never a secret, and no personal data: sentences are shown and logged. Ends with [`unknown_detail`] for a name
    /// that the error does not know.
    ///
    /// # Errors
    ///
    /// Only those of `f`.
    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _ = language;
        unknown_detail(name, f)
    }

    /// What became of the PIN, where one was at stake.
    fn attempt(&self) -> Attempt {
        Attempt::NONE
    }

    /// Whose fault it is.
    fn blame(&self) -> Blame {
        self.entry().blame
    }

    /// The stable code, for programs.
    fn code(&self) -> &'static str {
        self.entry().code
    }
}

/// Leaves the name standing in its braces, which the tests of every crate look for.
///
/// # Errors
///
/// Only those of `f`.
pub fn unknown_detail(name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{{{name}}}")
}
