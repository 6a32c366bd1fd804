//! Every error says what happened and what to do, in both languages, and leaves no detail out.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use myna_error::{Diagnostic, Entry, ErrorMessage, Language, flaws};
use myna_jpki::JpkiError;
use myna_sign::cms::card::CardSigningError;
use myna_sign::cms::{CMS_CODES, CmsAttribute, CmsFault, CmsPart};
use myna_sign::pdf::{ChangedPart, PDF_CODES, PdfFault};
use myna_trust::{Certificate, KeyFault, SignatureError};

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
        PdfFault::Attached,
        PdfFault::Signers,
        PdfFault::CertificateNotSigned,
    ];
    let parts = [
        ChangedPart::History,
        ChangedPart::Catalog,
        ChangedPart::Form,
        ChangedPart::Page(7),
        ChangedPart::Object(7),
    ];
    errors.extend(parts.map(PdfFault::Changed));
    check(&errors, PDF_CODES);
}

#[test]
fn every_code_of_cms_has_its_sentences_and_an_error_that_fills_them() {
    let flaws: Vec<_> = flaws(CMS_CODES).collect();
    assert!(flaws.is_empty(), "{flaws:?}");
    let fault = Certificate::from_der(b"?").unwrap_err();
    let errors = vec![
        CmsFault::Form(None),
        CmsFault::Form(Some(7)),
        CmsFault::Indefinite,
        CmsFault::TrailingBytes(7),
        CmsFault::NotSignedData,
        CmsFault::Version(CmsPart::SignedData),
        CmsFault::Version(CmsPart::SignerInfo),
        CmsFault::ContentType,
        CmsFault::NoSigner,
        CmsFault::TooMany,
        CmsFault::CertificateKind,
        CmsFault::Certificate(fault),
        CmsFault::SignerCertificate,
        CmsFault::AmbiguousSigner,
        CmsFault::RepeatedSigner,
        CmsFault::DigestAlgorithm,
        CmsFault::UnlistedDigest,
        CmsFault::SignatureAlgorithm,
        CmsFault::AlgorithmMismatch,
        CmsFault::NoSignedAttributes,
        CmsFault::AttributeOrder,
        CmsFault::MissingAttribute(CmsAttribute::ContentType),
        CmsFault::RepeatedAttribute(CmsAttribute::MessageDigest),
        CmsFault::AttributeForm(CmsAttribute::SigningTime),
        CmsFault::MisplacedAttribute(CmsAttribute::Other),
        CmsFault::SignedContentType,
        CmsFault::CertificateHash,
        CmsFault::CertificateIssuer,
        CmsFault::Key(KeyFault::Size(1024)),
        CmsFault::KeyUsage,
        CmsFault::Digest,
        CmsFault::Signature(SignatureError::Mismatch),
        CmsFault::NoContent,
        CmsFault::ContentDiffers,
        CmsFault::OtherDigest,
        CmsFault::Encoding,
    ];
    check(&errors, CMS_CODES);
    // What a card says and what CMS says is said by either.
    for error in [JpkiError::SignatureLength(7).into(), CardSigningError::from(CmsFault::Digest)] {
        for language in [Language::Japanese, Language::English] {
            let text = ErrorMessage::new(&error, language).to_string();
            assert!(!text.contains(['{', '}']), "{text}");
        }
    }
}

fn check(errors: &[impl Diagnostic], table: &[&Entry]) {
    let mut codes = BTreeSet::new();
    for error in errors {
        codes.insert(error.code());
        for language in [Language::Japanese, Language::English] {
            let text = ErrorMessage::new(error, language).to_string();
            assert!(!text.contains(['{', '}']), "{text}");
        }
    }
    assert_eq!(codes, table.iter().map(|entry| entry.code).collect());
}
