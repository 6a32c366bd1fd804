use crate::codes;
use myna_error::{Diagnostic, Entry, Language, english, unknown_detail};
use std::fmt;
use std::str::FromStr;

/// A way in which a card can be wrong: each breaks exactly one rule. A test that does not notice is no test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mutant {
    /// VERIFY takes any PIN for the right one.
    AcceptsAnyPin,
    /// A blocked PIN still opens, if it is the right one.
    AcceptsBlockedPin,
    /// A wrong PIN costs no try.
    ForgetsToDecrement,
    /// The right PIN does not give the tries back.
    ForgetsToRestore,
    /// Asking for the tries left, with an empty VERIFY, costs one.
    CountsEmptyVerify,
    /// Selecting another application leaves PINs verified.
    KeepsStatusAcrossApplications,
    /// Selecting the same application again forgets which PINs were verified.
    ForgetsStatusOnReselection,
    /// A key signs before its PIN is verified.
    SignsWithoutPin,
    /// A protected file can be read before its PIN is verified.
    ReadsWithoutPin,
    /// A short Le of `00` means no byte rather than 256.
    ShortLeZeroMeansZero,
    /// EF `000A` of the JPKI application, the user-authentication certificate, yields EF `000B`.
    ReturnsOtherFile,
    /// READ BINARY at or behind the end of a file answers `9000` without data rather than `6B00`.
    EndOfFileSucceeds,
    /// SELECT takes every application for its own: a foreign AID selects what was current.
    SelectsForeignApplications,
}

/// There is no [`Mutant`] of that name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownMutant {
    /// The name that was given.
    pub name: String,
}

impl fmt::Display for UnknownMutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        english(self).fmt(f)
    }
}

impl Diagnostic for UnknownMutant {
    fn entry(&self) -> &'static Entry {
        &codes::UNKNOWN_MUTANT
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match name {
            "name" => write!(f, "{:?}", self.name),
            "names" => f.write_str(&Mutant::ALL.map(Mutant::as_str).join(", ")),
            _ => unknown_detail(name, f),
        }
    }
}

impl std::error::Error for UnknownMutant {}

impl Mutant {
    /// Every mutant.
    pub const ALL: [Self; 13] = [
        Self::AcceptsAnyPin,
        Self::AcceptsBlockedPin,
        Self::ForgetsToDecrement,
        Self::ForgetsToRestore,
        Self::CountsEmptyVerify,
        Self::KeepsStatusAcrossApplications,
        Self::ForgetsStatusOnReselection,
        Self::SignsWithoutPin,
        Self::ReadsWithoutPin,
        Self::ShortLeZeroMeansZero,
        Self::ReturnsOtherFile,
        Self::EndOfFileSucceeds,
        Self::SelectsForeignApplications,
    ];

    /// The name in kebab case, as [`FromStr`] reads it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AcceptsAnyPin => "accepts-any-pin",
            Self::AcceptsBlockedPin => "accepts-blocked-pin",
            Self::ForgetsToDecrement => "forgets-to-decrement",
            Self::ForgetsToRestore => "forgets-to-restore",
            Self::CountsEmptyVerify => "counts-empty-verify",
            Self::KeepsStatusAcrossApplications => "keeps-status-across-applications",
            Self::ForgetsStatusOnReselection => "forgets-status-on-reselection",
            Self::SignsWithoutPin => "signs-without-pin",
            Self::ReadsWithoutPin => "reads-without-pin",
            Self::ShortLeZeroMeansZero => "short-le-zero-means-zero",
            Self::ReturnsOtherFile => "returns-other-file",
            Self::EndOfFileSucceeds => "end-of-file-succeeds",
            Self::SelectsForeignApplications => "selects-foreign-applications",
        }
    }
}

impl FromStr for Mutant {
    type Err = UnknownMutant;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|mutant| mutant.as_str() == name);
        found.ok_or_else(|| UnknownMutant { name: name.to_owned() })
    }
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
