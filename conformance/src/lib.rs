#![doc = include_str!("../README.md")]
#![warn(clippy::indexing_slicing)]

/// An enum whose values have a word each, the same in files, reports and on the command line.
macro_rules! words {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$what:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$what])* #[serde(rename = $word)] $value,)+
        }

        impl $name {
            /// Every one, in order.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$value),+];

            /// Its word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }
        }
    };
}

mod card;
pub mod catalogue;
mod codes;
mod ics;
pub mod report;

#[cfg(feature = "pcsc")]
pub use card::ReaderSource;
pub use card::{
    CardSource, MutantReport, MutationReport, PinFault, Pins, RunConsent, Runner, SimulatedSource,
};
pub use catalogue::{Catalogue, CatalogueError, PinName};
pub use codes::CONFORMANCE_CODES;
pub use ics::{CardEnvironment, ClaimedApplication, ClaimedRole, Ics, IcsError};
pub use report::{CaseVerdict, RunReport};
