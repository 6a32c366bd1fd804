//! Bulk answers of any length, read and written one unit at a time.

mod stream;
mod writer;

pub(crate) use stream::collect;
pub use stream::{BulkReadError, BulkReader, BulkRest, each_bulk_in_archive};
pub use writer::BulkWriter;

use crate::meaning::bulk::{BulkBody, BulkUnit};
use crate::meaning::check;
use crate::meaning::field::Record;
use crate::meaning::record::Header;
use crate::meaning::registration::{BulkRegistrationUnit, RegistrationAnswerBody};
use crate::meaning::warning::Warning;

const HEADER: &str = "MessageHeader";
const BODY: &str = "MessageBody";

/// What bulk answers consist of: [`BulkUnit`]s, or [`BulkRegistrationUnit`]s where numbers were registered. Sealed.
#[expect(private_bounds, reason = "sealed: what is read from a message is declared in this crate")]
pub trait AnswerUnit: Record {
    /// The body of their message, read without its units.
    type Body: Record + Clone + PartialEq;

    /// What is odd about the unit that does not show in a single field.
    #[doc(hidden)]
    fn inspect_unit(&self, header: &Header, number: usize, warnings: &mut Vec<Warning>);
}

impl AnswerUnit for BulkUnit {
    type Body = BulkBody;

    fn inspect_unit(&self, header: &Header, number: usize, warnings: &mut Vec<Warning>) {
        check::inspect_unit(header, self, number, warnings);
    }
}

impl AnswerUnit for BulkRegistrationUnit {
    type Body = RegistrationAnswerBody;

    fn inspect_unit(&self, _: &Header, _: usize, _: &mut Vec<Warning>) {}
}
