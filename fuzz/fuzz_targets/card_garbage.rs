//! The attacker is the card: the input is its answers to a whole operation.
//!
//! Whatever it answers, the operation ends within a bound, and a PIN goes out once at most.
#![no_main]

use libfuzzer_sys::fuzz_target;
use myna_apdu::flow::{
    Answer, Diagnostic, Extent, Flow, LinkProfile, Operation, OperationError, PinPolicy, Step, Support,
    read_file, select_application, tries_left, verify,
};
use myna_apdu::{ApplicationIdentifier, Command, FileIdentifier, Instruction, Pin};

/// Exchanges any operation here may take; reading a file to its end is the longest.
const MOST_STEPS: usize = 2_000;

const APPLICATION: [u8; 10] = [0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];
const FILE: FileIdentifier = FileIdentifier(0x000A);
const REFERENCE: FileIdentifier = FileIdentifier(0x0018);
const PIN: &[u8] = b"4095";

fuzz_target!(|bytes: &[u8]| {
    let [operation, profile, script @ ..] = bytes else { return };
    let profile = LinkProfile {
        extended_length: support(*profile),
        short_identifiers: support(*profile >> 2),
        longest_response: if profile & 0x10 == 0 { LinkProfile::EXTENDED_RESPONSE } else { 200 },
        longest_command: if profile & 0x20 == 0 { LinkProfile::EXTENDED_COMMAND } else { 64 },
    };
    let pin = Pin::new(PIN).expect("four bytes");
    let operation = *operation % 5;
    let flow: Flow<'_, usize, OperationError> = Flow::new(|link| {
        let pin = &pin;
        async move {
            match operation {
                0 => {
                    let name = ApplicationIdentifier::new(&APPLICATION).expect("ten bytes");
                    select_application(&link, name).await?;
                    Ok(0)
                }
                1 => Ok(read_file(&link, FILE, Extent::Object).await?.len()),
                2 => Ok(read_file(&link, FILE, Extent::Whole).await?.len()),
                3 => tries_left(&link, REFERENCE).await.map(|_| 0),
                _ => {
                    verify(&link, REFERENCE, pin, PinPolicy::default()).await?;
                    Ok(read_file(&link, FILE, Extent::Object).await?.len())
                }
            }
        }
    });
    drive(flow, profile, Script { rest: script, last: Move::Lost });
});

fn drive(mut flow: Flow<'_, usize, OperationError>, profile: LinkProfile, mut card: Script<'_>) {
    let mut pins_sent = 0;
    let mut step = flow.start(profile);
    for _ in 0..MOST_STEPS {
        match step {
            Step::Transmit(command) => {
                let parsed = Command::parse(command.bytes()).expect("only commands are sent");
                if parsed.instruction() == Instruction::VERIFY && !parsed.data().is_empty() {
                    assert!(command.carries_secret());
                    pins_sent += 1;
                }
                assert!(pins_sent <= 1, "a PIN was sent twice");
                // Header and lengths; longer means that data were printed.
                assert!(format!("{command:?}").len() <= 40);
                let answer = card.next();
                step = flow.resume(match &answer {
                    Move::Response(bytes) => Answer::Response(bytes),
                    Move::NotSent => Answer::NotSent,
                    Move::Lost => Answer::Lost,
                });
            }
            Step::Complete(Ok(length)) => {
                assert!(length <= 65_536, "{length} bytes in one file");
                return;
            }
            Step::Complete(Err(error)) => {
                assert!(!error.to_string().is_empty());
                assert!(pins_sent == 1 || !error.attempt().is_in_doubt(), "{error}");
                return;
            }
        }
    }
    panic!("the operation does not end");
}

/// The card's answers, one after the other; the last one is repeated without end.
///
/// ```text
/// FF              the transport lost the answer
/// FE              the command was not sent
/// FD hh ll s1 s2  hhll bytes of 30, then the status word
/// nn ...          the nn bytes that follow, status word included
/// ```
struct Script<'a> {
    rest: &'a [u8],
    last: Move,
}

#[derive(Clone)]
enum Move {
    Response(Vec<u8>),
    NotSent,
    Lost,
}

impl Script<'_> {
    fn next(&mut self) -> Move {
        match *self.rest {
            [] => return self.last.clone(),
            [0xFF, ref rest @ ..] => {
                self.rest = rest;
                self.last = Move::Lost;
            }
            [0xFE, ref rest @ ..] => {
                self.rest = rest;
                self.last = Move::NotSent;
            }
            [0xFD, high, low, sw1, sw2, ref rest @ ..] => {
                let mut bytes = vec![0x30; usize::from(u16::from_be_bytes([high, low]))];
                bytes.extend([sw1, sw2]);
                self.rest = rest;
                self.last = Move::Response(bytes);
            }
            [length, ref rest @ ..] => {
                let (answer, rest) = rest.split_at(usize::from(length).min(rest.len()));
                self.rest = rest;
                self.last = Move::Response(answer.to_vec());
            }
        }
        self.last.clone()
    }
}

fn support(bits: u8) -> Support {
    match bits & 3 {
        0 => Support::Yes,
        1 => Support::No,
        _ => Support::Unknown,
    }
}
