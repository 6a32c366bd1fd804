//! Bytes that nobody vouches for are refused with a place in them, or read as a message that survives being written; read
//! whole and read unit by unit they say the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use myna_eligibility::{Message, bulk::BulkReader, forms::Encoding, records::BulkUnit};
use myna_error::japanese;

fuzz_target!(|bytes: &[u8]| {
    let whole = Message::parse(bytes);
    match &whole {
        Ok(message) => {
            let _ = message.warnings();
            for encoding in [Encoding::Utf8, Encoding::Cp932] {
                let written = message.write(encoding).expect("what was read can be written");
                let again = Message::parse(&written).expect("what was written can be read");
                assert!(again == *message, "{encoding:?}");
            }
        }
        Err(error) => {
            assert!(error.position() <= bytes.len(), "{error}");
            assert!(!japanese(error).to_string().is_empty());
        }
    }
    let Ok(mut reader) = BulkReader::new(bytes) else { return };
    let mut units: Vec<BulkUnit> = Vec::new();
    for unit in &mut reader {
        match unit {
            Ok(unit) => units.push(unit),
            Err(error) => assert!(error.position() <= bytes.len(), "{error}"),
        }
    }
    if !reader.is_complete() {
        return;
    }
    // A whole message is looked at as a whole; of one read by units, the first may not have told the encoding.
    if reader.warnings().iter().any(|warning| warning.code == "encoding_found_late") {
        return;
    }
    match whole {
        Ok(Message::BulkAnswer(answer)) => {
            assert!(answer.header == *reader.header());
            assert!(answer.units() == units);
            assert!(answer.unmodelled == reader.rest().unmodelled);
        }
        Ok(other) => assert!(units.is_empty(), "{} with units", other.kind()),
        // A message without units is of another kind, of which only the whole reader looks inside; and the rule for what
        // is in no known encoding looks at the whole message.
        Err(error) => {
            assert!(units.is_empty() || std::str::from_utf8(bytes).is_err(), "read by units, but {error}");
        }
    }
});
