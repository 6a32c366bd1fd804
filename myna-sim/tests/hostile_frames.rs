//! Whatever comes from the reader's side, the card is served on or the stream is refused; nothing panics, no try comes back.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io;

use myna_sim::pki::CivilDate;
use myna_sim::{FaultPlan, Persona, SimulatedCard, pipe};
use proptest::prelude::*;

const PLAN: &str = "
version = 1
seed = 3
[latency]
command = 1
byte = 1
signature = 1
[[fault]]
chance = 0.2
fault = \"flip 0\"
[[fault]]
chance = 0.2
fault = \"extend 65535\"
[[fault]]
chance = 0.2
fault = \"power\"
";

fn card() -> SimulatedCard {
    let persona = Persona::built_in("default").unwrap();
    SimulatedCard::new(&persona, CivilDate::new(2025, 6, 2).unwrap()).unwrap()
}

/// Frames that say how long they are, and bytes that do not.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let body = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..4),
        prop::collection::vec(any::<u8>(), 4..40),
        Just(b"\x00\xA4\x04\x0C\x0A\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01".to_vec()),
        Just(b"\x00\x20\x00\x98\x049999".to_vec()),
        Just(b"\x00\xB0\x8A\x00\x00\x00\x00".to_vec()),
    ];
    let frame = body.prop_map(|body| {
        let length = u16::try_from(body.len()).unwrap();
        [&length.to_be_bytes(), body.as_slice()].concat()
    });
    let noise = prop::collection::vec(any::<u8>(), 0..5);
    (prop::collection::vec(frame, 0..12), noise).prop_map(|(frames, noise)| [frames.concat(), noise].concat())
}

proptest! {
    #[test]
    fn any_stream_is_served_or_cut_short(input in stream()) {
        let mut card = card();
        let before = card.counters();
        let mut output = Vec::new();
        let plan = FaultPlan::from_toml(PLAN).unwrap();
        let served = pipe::serve_in_time(input.as_slice(), &mut output, &mut card, plan, |_| {});
        if let Err(error) = served {
            prop_assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        }
        // Nobody had the PIN.
        prop_assert!(card.counters().user_authentication <= before.user_authentication);
        // What was answered is whole frames.
        let mut rest = output.as_slice();
        while !rest.is_empty() {
            let length = usize::from(u16::from_be_bytes([rest[0], rest[1]]));
            prop_assert!(rest.len() >= 2 + length);
            rest = &rest[2 + length..];
        }
    }
}
