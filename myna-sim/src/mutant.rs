use crate::codes;
use myna_error::{Diagnostic, Entry, Language, unknown_detail};
use std::fmt;
use std::str::FromStr;

macro_rules! mutants {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)+) => {
        /// A way in which a card can be wrong: each breaks exactly one rule. A test that does not notice is no test.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Mutant {
            $($(#[$doc])* $variant,)+
        }

        impl Mutant {
            /// Every mutant.
            pub const ALL: [Self; 13] = [$(Self::$variant),+];

            /// The name in kebab case, as [`FromStr`] reads it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

mutants! {
    /// VERIFY takes any PIN for the right one.
    AcceptsAnyPin = "accepts-any-pin";
    /// A blocked PIN still opens, if it is the right one.
    AcceptsBlockedPin = "accepts-blocked-pin";
    /// A wrong PIN costs no try.
    ForgetsToDecrement = "forgets-to-decrement";
    /// The right PIN does not give the tries back.
    ForgetsToRestore = "forgets-to-restore";
    /// Asking for the tries left, with an empty VERIFY, costs one.
    CountsEmptyVerify = "counts-empty-verify";
    /// Selecting another application leaves PINs verified.
    KeepsStatusAcrossApplications = "keeps-status-across-applications";
    /// Selecting the same application again forgets which PINs were verified.
    ForgetsStatusOnReselection = "forgets-status-on-reselection";
    /// A key signs before its PIN is verified.
    SignsWithoutPin = "signs-without-pin";
    /// A protected file can be read before its PIN is verified.
    ReadsWithoutPin = "reads-without-pin";
    /// A short Le of `00` means no byte rather than 256.
    ShortLeZeroMeansZero = "short-le-zero-means-zero";
    /// EF `000A` of the JPKI application, the user-authentication certificate, yields EF `000B`.
    ReturnsOtherFile = "returns-other-file";
    /// READ BINARY at or behind the end of a file answers `9000` without data rather than `6B00`.
    EndOfFileSucceeds = "end-of-file-succeeds";
    /// SELECT takes every application for its own: a foreign AID selects what was current.
    SelectsForeignApplications = "selects-foreign-applications";
}

/// There is no [`Mutant`] of that name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownMutant {
    /// The name that was given.
    pub name: String,
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

myna_error::errors!(UnknownMutant);

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
