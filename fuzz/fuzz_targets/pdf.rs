//! Bytes in the place of a PDF document. What counts as signed is everything but the signature's own place, and what is
//! signed here is the document as it was, with a signature behind it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use myna_calendar::DateTime;
use myna_sign::pdf::{PdfAppearance, PdfSignatureRequest, read_pdf_signatures};
use myna_trust::CryptoProvider;

/// The shortest DER there is.
const STAND_IN: &[u8] = &[0x30, 0x00];

fuzz_target!(|bytes: &[u8]| {
    for signature in read_pdf_signatures(bytes).unwrap_or_default() {
        // Nobody's key is in the corpus.
        assert!(signature.verify(bytes, &CryptoProvider::default()).is_err());
        let Ok(covered) = signature.covered else { continue };
        assert_eq!(covered.before.start, 0);
        assert!(covered.after.end <= bytes.len());
        assert_eq!(covered.is_whole_file, covered.after.end == bytes.len());
        let own = &bytes[covered.before.end..covered.after.start];
        let digits =
            own.strip_prefix(b"<").and_then(|own| own.strip_suffix(b">")).expect("a string in between");
        assert!(digits.iter().all(u8::is_ascii_hexdigit));
        // A state of the document stands by itself, with the same signature over all of it.
        let state = read_pdf_signatures(&bytes[..covered.after.end]).expect("a document");
        let there = state.iter().find(|earlier| earlier.field == signature.field).expect("the same field");
        assert!(there.covered.as_ref().is_ok_and(|part| part.is_whole_file && part.cms == covered.cms));
    }

    let mut request = PdfSignatureRequest::new(DateTime::parse("20261127105113").expect("a time"));
    request.room = 8;
    request.appearance = PdfAppearance::new(1, [10, 10, 90, 30], vec!["山田".to_owned()]).ok();
    let Ok(prepared) = request.prepare(bytes) else { return };
    let signed = prepared.finish(STAND_IN).expect("room");
    assert!(signed.starts_with(bytes));
    let signatures = read_pdf_signatures(&signed).expect("a document");
    let whole = signatures.iter().filter_map(|signature| signature.covered.as_ref().ok());
    assert_eq!(whole.filter(|part| part.is_whole_file).count(), 1);
});
