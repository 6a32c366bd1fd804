//! Every error says what happened and what to do, in both languages, and leaves no detail out.

use std::collections::BTreeSet;

use myna_error::{Diagnostic, ErrorMessage, Language, flaws};
use myna_sign::pdf::{ChangedPart, PDF_CODES, PdfFault};

#[test]
fn every_code_has_its_sentences_and_an_error_that_fills_them() {
    let flaws: Vec<_> = flaws(PDF_CODES).collect();
    assert!(flaws.is_empty(), "{flaws:?}");
    let mut errors = vec![
        PdfFault::NotPdf,
        PdfFault::Syntax(7),
        PdfFault::CrossReference(7),
        PdfFault::CrossReferenceLoop(7),
        PdfFault::Object(7),
        PdfFault::Structure("Root"),
        PdfFault::TooLarge,
        PdfFault::Filter("LZWDecode".to_owned()),
        PdfFault::Encrypted("Standard".to_owned()),
        PdfFault::Xfa,
        PdfFault::Certified,
        PdfFault::NoSuchPage(7),
        PdfFault::Rectangle,
        PdfFault::FieldName,
        PdfFault::Room { needed: 9, room: 7 },
        PdfFault::SubFilter(String::new()),
        PdfFault::ContentsForm,
        PdfFault::ContentsPadding,
        PdfFault::ByteRangeForm,
        PdfFault::ByteRangeStart,
        PdfFault::ByteRangeOrder,
        PdfFault::ByteRangeGap,
        PdfFault::RevisionEnd,
        PdfFault::NotInRevision,
        PdfFault::Shared,
        PdfFault::TrailingBytes(7),
        PdfFault::Unlisted(7),
    ];
    let parts = [
        ChangedPart::History,
        ChangedPart::Catalog,
        ChangedPart::Form,
        ChangedPart::Page(7),
        ChangedPart::Object(7),
    ];
    errors.extend(parts.map(PdfFault::Changed));
    let mut codes = BTreeSet::new();
    for error in &errors {
        codes.insert(error.code());
        for language in [Language::Japanese, Language::English] {
            let text = ErrorMessage::new(error, language).to_string();
            assert!(!text.contains(['{', '}']), "{text}");
        }
    }
    assert_eq!(codes, PDF_CODES.iter().map(|entry| entry.code).collect());
}
