//! Any bytes a card may receive: parse, print, encode, and the same bytes come back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use myna_apdu::Command;

fuzz_target!(|bytes: &[u8]| {
    match Command::parse(bytes) {
        Ok(command) => {
            assert_eq!(command.to_vec(), bytes, "every command that parses is canonical");
            assert_eq!(Command::parse(&command.to_vec()), Ok(command));
            let printed = format!("{command:?}");
            // Header, `Nc=65535`, `Ne=65536` and `extended`: longer means that data were printed.
            assert!(printed.len() <= 40, "{printed}");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
