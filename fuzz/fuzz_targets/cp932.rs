//! Bytes in the place of a text, in a message that declares Shift_JIS, UTF-8 or nothing: refused, or kept through both
//! encodings.
//!
//! ```text
//! byte 0     what is declared; the others are the text
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use myna_eligibility::{EligibilityResponse, forms::Encoding};

fuzz_target!(|bytes: &[u8]| {
    let [choice, text @ ..] = bytes else { return };
    let declaration: &[u8] = match choice % 4 {
        0 => b"<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>",
        1 => b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
        2 => b"<?xml version=\"1.0\" encoding=\"Windows-31J\"?>",
        _ => b"",
    };
    let begin = b"<XmlMsg><MessageHeader><ErrorMessage>";
    let end = b"</ErrorMessage></MessageHeader></XmlMsg>";
    let message = [declaration, begin, text, end].concat();
    match EligibilityResponse::parse(&message) {
        Ok(response) => {
            for encoding in [Encoding::Cp932, Encoding::Utf8] {
                let written = response.write_as(encoding).expect("what was read can be written");
                let again = EligibilityResponse::parse(&written).expect("what was written can be read");
                assert!(again == response, "{encoding:?}");
            }
        }
        Err(error) => assert!(error.position() <= message.len(), "{error}"),
    }
});
