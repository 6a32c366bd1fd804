//! What the messages say: the records and their code tables, and what follows from them.

pub(crate) mod advice;
pub(crate) mod bulk;
pub(crate) mod certificate_kind;
pub(crate) mod check;
pub(crate) mod check_digit;
pub(crate) mod code;
pub(crate) mod comparison;
pub(crate) mod descriptor;
pub(crate) mod fhir_place;
pub(crate) mod field;
pub(crate) mod insurer;
pub(crate) mod message;
pub mod person_name;
pub(crate) mod ratio;
pub(crate) mod record;
pub(crate) mod registration;
pub(crate) mod request;
pub(crate) mod section;
pub(crate) mod serialized;
pub(crate) mod text;
pub(crate) mod ticket;
pub(crate) mod told;
pub(crate) mod verdict;
pub(crate) mod warning;
pub(crate) mod written;
