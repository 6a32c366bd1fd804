//! Signatures in PDF documents: PAdES B-B (ETSI EN 319 142-1), made and taken apart.
//!
//! A signature is appended ([`PdfSignatureRequest::prepare`], [`PreparedPdf::finish`]); every byte before it stays as it
//! was. What it covers and what came after it is told by [`read_pdf_signatures`], and [`PdfSignature::verify`] checks it.
//!
//! Why a reader of our own: `lopdf` and `hayro-syntax` rebuild broken files, where a signature needs them refused, and
//! neither tells which state of the document an object is of, nor at which byte a value stands.

mod appearance;
mod changes;
mod cross_reference;
mod document;
mod fault;
mod form;
mod object;
mod parser;
mod preparing;
mod signature;
mod verifying;

pub use appearance::PdfAppearance;
pub use fault::{ChangedPart, PDF_CODES, PdfFault};
pub use preparing::{PdfSignatureRequest, PreparedPdf};
pub use signature::{CoveredPart, PdfSignature, read_pdf_signatures};

/// A name out of a document, fit to be shown: its first letters, and nothing that moves a cursor.
fn printable(name: &[u8]) -> String {
    name.iter().take(40).map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '?' }).collect()
}
