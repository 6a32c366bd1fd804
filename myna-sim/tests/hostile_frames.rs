//! Whatever comes from the reader's side, the card is served on or the stream is refused; nothing panics, no try comes back.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use myna_sim::vpcd::{self, Options};
use myna_sim::{Date, FaultPlan, Persona, SimulatedCard, pipe};
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
    SimulatedCard::new(&persona, Date::from_ymd(2025, 6, 2).unwrap()).unwrap()
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

/// Each on a connection of its own, which the reader then ends; behind each, a reader that behaves finds the card as it was.
#[test]
fn a_virtual_reader_that_misbehaves_is_survived() {
    let select = b"\x00\x0F\x00\xA4\x04\x0C\x0A\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01";
    let all_codes: Vec<u8> = (0..=255).flat_map(|code| [0, 1, code]).collect();
    let inputs: [(&str, Vec<u8>); 9] = [
        ("nothing", Vec::new()),
        ("half a length", vec![0x00]),
        ("a length and no body", vec![0x00, 0x0F]),
        ("half a body", select[..9].to_vec()),
        ("more promised than sent", [&[0xFF, 0xFF], [0x00; 1_000].as_slice()].concat()),
        ("the longest command there is", [&[0xFF, 0xFF], [0x00; 65_535].as_slice()].concat()),
        ("empty messages", vec![0; 10_000]),
        ("every control code", all_codes),
        ("noise", (0..5_000_u32).flat_map(|number| number.wrapping_mul(0x9E37_79B9).to_be_bytes()).collect()),
    ];
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (mut card, stop) = (card(), AtomicBool::new(false));
    let before = card.counters();
    thread::scope(|scope| {
        let serving = scope.spawn(|| {
            let options = Options { reconnect: true, stop: Some(&stop), ..Options::default() };
            vpcd::serve(address, &mut card, options).unwrap()
        });
        for (name, input) in inputs {
            let (mut rude, _) = listener.accept().unwrap();
            rude.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            let mut hears = rude.try_clone().unwrap();
            // Whatever is answered is taken, or neither end could go on.
            let heard = scope.spawn(move || hears.read_to_end(&mut Vec::new()).is_ok());
            rude.write_all(&input).unwrap();
            rude.shutdown(Shutdown::Write).unwrap();
            assert!(heard.join().unwrap(), "{name}: the card does not hang up");

            let (mut reader, _) = listener.accept().unwrap();
            reader.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            reader.write_all(&[&[0, 1, 1], select.as_slice()].concat()).unwrap();
            let mut answer = [0; 4];
            reader.read_exact(&mut answer).unwrap();
            assert_eq!(answer, [0, 2, 0x90, 0x00], "{name}");
        }
        stop.store(true, Ordering::Relaxed);
        drop(listener);
        serving.join().unwrap();
    });
    assert_eq!(card.counters(), before);
}
