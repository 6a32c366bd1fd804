//! Any bytes a card may answer: split, classify, print, and walk the data as TLV.
#![no_main]

use libfuzzer_sys::fuzz_target;
use myna_apdu::Response;
use myna_apdu::tlv::{LengthRule, ObjectLength, Reader, Tlv, object_length};

fuzz_target!(|bytes: &[u8]| {
    let data = match Response::parse(bytes) {
        Ok(response) => {
            assert_eq!(response.data().len() + 2, bytes.len());
            assert!(!response.status().meaning().to_string().is_empty());
            assert!(format!("{response:?}").len() <= 40);
            response.data()
        }
        Err(error) => {
            assert_eq!(error.length, bytes.len());
            bytes
        }
    };
    for rule in [LengthRule::Any, LengthRule::Minimal] {
        let mut end = 0;
        for object in Reader::with_rule(data, rule) {
            match object {
                Ok(object) => {
                    assert_eq!(object.offset(), end, "objects stand one after the other");
                    end += object.encoded_len();
                    assert_eq!(&data[object.value_offset()..end], object.value());
                    descend(&object);
                }
                Err(error) => {
                    assert!((end..=data.len()).contains(&error.offset), "{error}");
                    end = data.len();
                }
            }
        }
        assert_eq!(end, data.len(), "the reader stops at the end or at an error");
    }
    if let Ok(first) = Tlv::first(data) {
        assert_eq!(object_length(data), Ok(ObjectLength::Known(first.encoded_len())));
    }
});

fn descend(object: &Tlv<'_>) {
    for child in object.children() {
        let Ok(child) = child else { return };
        assert!(child.value_offset() + child.value().len() <= object.value().len());
        assert!(object.find(child.tag()).is_ok_and(|found| found.is_some()));
    }
}
