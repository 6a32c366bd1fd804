//! Any exchange is written down without a panic, and never with a secret.
//!
//! ```text
//! byte 0     how many of the bytes after it are the command; the others are the response
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use myna_apdu::Instruction;
use myna_transport::{Detail, TranscriptEntry};

fuzz_target!(|bytes: &[u8]| {
    let [length, exchange @ ..] = bytes else { return };
    let (command, response) = exchange.split_at(usize::from(*length).min(exchange.len()));
    let secret = command.get(1).is_some_and(|&instruction| Instruction(instruction).can_carry_secret());
    for detail in [Detail::Lengths, Detail::Data] {
        let entry = TranscriptEntry::new(command, response, detail);
        let line = serde_json::to_string(&entry).expect("text and numbers");
        assert!(!line.contains('\n'), "one line for an exchange");
        assert!(entry.header.len() <= 8, "{line}");
        if secret {
            assert_eq!(entry.command_data, None, "{line}");
        }
        if detail == Detail::Lengths {
            assert_eq!((&entry.command_data, &entry.response_data), (&None, &None));
        }
    }
});
