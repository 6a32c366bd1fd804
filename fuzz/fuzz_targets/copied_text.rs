//! The limited app's copied text: any text is read or is none; what is read makes an answer that survives the wire.
#![no_main]

use libfuzzer_sys::fuzz_target;
use myna_eligibility::{EligibilityResponse, forms::CopiedText};

fuzz_target!(|text: &str| {
    for result in CopiedText::parse(text).unwrap_or_default() {
        let _ = result.warnings();
        let response = result.to_response();
        // A control character may stand in a text file and in no message.
        if let Ok(written) = response.write() {
            assert!(EligibilityResponse::parse(&written).expect("what was written can be read") == response);
        }
    }
});
