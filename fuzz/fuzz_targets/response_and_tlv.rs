//! Any bytes a card may answer: split, classify, print, and walk the data as TLV.
#![no_main]

use libfuzzer_sys::fuzz_target;
use myna_apdu::Response;
use myna_apdu::tlv::{LengthRule, ObjectLength, SimpleReader, Tlv, TlvReader, Walker, Writer, object_length};

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
        for object in TlvReader::with_rule(data, rule) {
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
        write_again(&first);
    }
    for node in Walker::<8>::with_rule(data, LengthRule::Any).map_while(Result::ok) {
        let object = node.object;
        assert!(node.depth <= 8);
        let end = object.offset() + object.encoded_len();
        assert_eq!(&data[object.value_offset()..end], object.value(), "offsets count from the start");
    }
    let mut end = 0;
    for object in SimpleReader::new(data).map_while(Result::ok) {
        assert_eq!(object.offset(), end);
        end += object.encoded_len();
        assert!(data[..end].ends_with(object.value()));
    }
});

/// With a minimal length, and so never longer than it was.
fn write_again(object: &Tlv<'_>) {
    let mut buffer = vec![0; object.encoded_len()];
    let mut writer = Writer::new(&mut buffer);
    writer.primitive(object.tag(), object.value()).expect("a tag that was read");
    let again = TlvReader::with_rule(writer.finish(), LengthRule::Minimal).next();
    assert!(again.is_some_and(|again| again.is_ok_and(|again| again.value() == object.value())));
}

fn descend(object: &Tlv<'_>) {
    for child in object.children() {
        let Ok(child) = child else { return };
        assert!(child.value_offset() + child.value().len() <= object.value().len());
        assert!(object.find(child.tag()).is_ok_and(|found| found.is_some()));
    }
}
