//! How the messages are shown: rows for the screen, a page to print, lines for spreadsheets, FHIR, and a report for programs.

pub(crate) mod csv;
pub(crate) mod fhir;
pub(crate) mod html;
pub(crate) mod orca;
pub(crate) mod report;
pub(crate) mod rows;
