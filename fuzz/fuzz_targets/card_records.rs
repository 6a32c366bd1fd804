//! The attacker wrote the card: the input is a file of one of its 券面 applications.
//!
//! It is a record, or it is refused with a place inside the file; without evidence none is called genuine.
#![no_main]

use libfuzzer_sys::fuzz_target;
use myna_cardface::{
    AgeRecord, BasicItems, CardFace, CardVerifiableCertificate, Genuineness, IntegrityRecord, MyNumber,
    MyNumberImage, RecordFault, Unchecked,
};

fuzz_target!(|file: &[u8]| {
    let items = seen(BasicItems::parse(file), file);
    let number = seen(MyNumber::parse(file), file);
    let integrity = seen(IntegrityRecord::parse(file), file);
    let face = seen(CardFace::parse(file), file);
    let age = seen(AgeRecord::parse(file), file);
    let image = seen(MyNumberImage::parse(file), file);
    let certificate = seen(CardVerifiableCertificate::parse(file).map_err(RecordFault::from), file);

    // Each begins with a tag of its own.
    let records = [items.is_some(), number.is_some(), integrity.is_some(), face.is_some(), age.is_some()];
    let records = records.into_iter().chain([image.is_some(), certificate.is_some()]);
    assert!(records.filter(|is_one| *is_one).count() <= 1);

    let unchecked = Genuineness::NotChecked(Unchecked::NoEvidence);
    if let Some(integrity) = integrity {
        assert_eq!(integrity.genuineness(None, &[]), unchecked);
    }
    if let Some(face) = face {
        assert_eq!(face.genuineness(None, &[]), unchecked);
        let inside = face.photo_jp2().len() + face.name_png().len() + face.address_png().len();
        assert!(inside <= file.len(), "{inside} bytes out of {}", file.len());
    }
});

fn seen<R: std::fmt::Debug>(record: Result<R, RecordFault>, file: &[u8]) -> Option<R> {
    match record {
        Ok(record) => {
            // Types of personal data say what they are and no more.
            let shown = format!("{record:?}");
            assert!(!shown.contains("redacted") || shown.len() < 40, "{shown}");
            Some(record)
        }
        Err(fault) => {
            assert!(!fault.to_string().is_empty());
            if let RecordFault::Tlv(error) = fault {
                assert!(error.offset <= file.len(), "{error}");
            }
            None
        }
    }
}
