//! What goes wrong, as data ([`FaultPlan`]), and what makes it go wrong ([`FaultInjector`]).

mod injector;
mod kind;
mod plan;
#[cfg(feature = "toml")]
mod plan_file;
mod sequence;

pub use self::injector::{FaultInjector, FaultTarget, InjectedAnswer, InjectedOutcome, Interruption};
pub use self::kind::FaultKind;
pub use self::plan::{FaultPlan, FaultPlanError};
pub use self::sequence::FaultSequence;
