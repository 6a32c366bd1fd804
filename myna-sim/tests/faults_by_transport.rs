//! Every kind of fault, in the same process, over a pipe and on a virtual reader.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use myna_sim::vpcd::{self, Options};
use myna_sim::{CardSettings, Date, FaultPlan, Latency, Persona, SimTransport, SimulatedCard, pipe};
use myna_transport::{Transport, TransportErrorKind};

const SELECT_JPKI: &[u8] = b"\x00\xA4\x04\x0C\x0A\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01";
const WRONG_PIN: &[u8] = b"\x00\x20\x00\x98\x049999";
const STALL: Duration = Duration::from_millis(150);

fn card() -> SimulatedCard {
    let persona = Persona::built_in("default").unwrap();
    SimulatedCard::new(&persona, Date::from_ymd(2025, 6, 2).unwrap()).unwrap()
}

/// What the other end sees of a wrong PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    Bytes(Vec<u8>),
    /// The card is gone.
    Gone,
    /// Nothing, for ever.
    Silence,
}

/// The fault, what is seen, and the tries left of three.
fn table() -> [(&'static str, Seen, u8); 13] {
    let bytes = |bytes: &[u8]| Seen::Bytes(bytes.to_vec());
    [
        ("truncate 1", bytes(&[0x63]), 2),
        ("extend 2", bytes(&[0x63, 0xC2, 0, 0]), 2),
        ("flip 1", bytes(&[0x63, 0xC3]), 2),
        ("status 6110", bytes(&[0x61, 0x10]), 2),
        ("refuse 6C10", bytes(&[0x6C, 0x10]), 3),
        ("lost", bytes(&[]), 3),
        ("mute", bytes(&[]), 2),
        ("stall 150", bytes(&[0x63, 0xC2]), 2),
        ("hang", Seen::Silence, 2),
        ("reset", bytes(&[0x63, 0xC2]), 2),
        // The ISD is current again, and has no such reference.
        ("power", bytes(&[0x6A, 0x88]), 3),
        ("remove", Seen::Gone, 3),
        ("remove-after", Seen::Gone, 2),
    ]
}

fn plan(fault: &str) -> FaultPlan {
    format!("2 {fault}").parse().unwrap()
}

#[test]
fn in_the_same_process() {
    for (fault, expected, left) in table() {
        let mut reader = SimTransport::new(card()).with_faults(plan(fault));
        let mut answer = [0; 300];
        assert_eq!(reader.exchange(SELECT_JPKI, &mut answer).unwrap(), 2);
        let seen = match reader.exchange(WRONG_PIN, &mut answer).map_err(|error| error.kind()) {
            Ok(length) => Seen::Bytes(answer[..length].to_vec()),
            Err(TransportErrorKind::CardRemoved) => Seen::Gone,
            Err(TransportErrorKind::Other) => Seen::Silence,
            Err(kind) => panic!("{fault}: {kind:?}"),
        };
        assert_eq!((seen, reader.card().counters().user_authentication), (expected, left), "{fault}");
        let stall = if fault.starts_with("stall") { STALL } else { Duration::ZERO };
        assert_eq!(reader.modelled_time(), stall, "{fault}");
    }
}

#[test]
fn over_a_pipe() {
    for (fault, expected, left) in table() {
        let frame = |body: &[u8]| [&u16::try_from(body.len()).unwrap().to_be_bytes(), body].concat();
        let ask = b"\x00\x20\x00\x98";
        let input = [frame(SELECT_JPKI), frame(WRONG_PIN), frame(ask)].concat();
        let (mut card, mut output, mut waited) = (card(), Vec::new(), Duration::ZERO);
        let wait = |time| waited += time;
        pipe::serve_in_time(input.as_slice(), &mut output, &mut card, plan(fault), wait).unwrap();
        let rest = output.strip_prefix(b"\x00\x02\x90\x00").unwrap();
        let seen = match rest.split_first_chunk::<2>() {
            // A pipe has one way to say either: nothing comes. A card that is pulled ends it, which `serving` shows.
            None if expected == Seen::Silence => Seen::Silence,
            None => Seen::Gone,
            Some((length, rest)) => {
                let length = usize::from(u16::from_be_bytes(*length));
                assert!(rest.len() > length, "{fault}: the next command is answered");
                Seen::Bytes(rest[..length].to_vec())
            }
        };
        assert_eq!((seen, card.counters().user_authentication), (expected, left), "{fault}");
        assert_eq!(waited, if fault.starts_with("stall") { STALL } else { Duration::ZERO }, "{fault}");
    }
}

/// The virtual reader's end.
fn send(stream: &mut TcpStream, body: &[u8]) {
    stream.write_all(&[&u16::try_from(body.len()).unwrap().to_be_bytes(), body].concat()).unwrap();
}

fn receive(stream: &mut TcpStream) -> Seen {
    let mut length = [0; 2];
    match stream.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            return Seen::Silence;
        }
        Err(_) => return Seen::Gone,
    }
    let mut body = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut body).unwrap();
    Seen::Bytes(body)
}

#[test]
fn on_a_virtual_reader() {
    for (fault, expected, left) in table() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (mut card, stop) = (card(), AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(|| {
                let options = Options { faults: plan(fault), stop: Some(&stop), ..Options::default() };
                vpcd::serve(address, &mut card, options).unwrap()
            });
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_nodelay(true).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            send(&mut stream, SELECT_JPKI);
            assert_eq!(receive(&mut stream), Seen::Bytes(vec![0x90, 0x00]));
            if expected == Seen::Silence {
                // Far longer than an answer takes.
                stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
            }
            let start = Instant::now();
            send(&mut stream, WRONG_PIN);
            assert_eq!(receive(&mut stream), expected, "{fault}");
            assert!(!fault.starts_with("stall") || start.elapsed() >= STALL, "{fault}");
            if expected == Seen::Bytes(Vec::new()) {
                assert_eq!(receive(&mut stream), Seen::Gone, "{fault}: the connection begins anew");
            }
            stop.store(true, Ordering::Relaxed);
        });
        assert_eq!(card.counters().user_authentication, left, "{fault}");
    }
}

/// Nothing is measured: a reader is told to wait for exactly this long, or the time is added up.
#[test]
fn latency_of_the_card_is_that_of_every_transport() {
    let milliseconds = Duration::from_millis;
    let latency =
        Latency { command: milliseconds(20), byte: milliseconds(1), signature: milliseconds(1_000) };
    let slow = || {
        let mut card = card();
        card.set_settings(CardSettings { latency, ..card.settings() });
        card
    };
    // 15 bytes there, two back.
    let expected = milliseconds(20 + 17);
    let mut reader = SimTransport::new(slow());
    reader.exchange(SELECT_JPKI, &mut [0; 2]).unwrap();
    assert_eq!(reader.modelled_time(), expected);

    let mut waited = Duration::ZERO;
    let frame = [b"\x00\x0F", SELECT_JPKI].concat();
    pipe::serve_in_time(frame.as_slice(), Vec::new(), &mut slow(), FaultPlan::default(), |time| {
        waited += time;
    })
    .unwrap();
    assert_eq!(waited, expected);

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::scope(|scope| {
        scope.spawn(|| vpcd::serve(address, &mut slow(), Options::default()).unwrap());
        let (mut stream, _) = listener.accept().unwrap();
        let start = Instant::now();
        send(&mut stream, SELECT_JPKI);
        assert_eq!(receive(&mut stream), Seen::Bytes(vec![0x90, 0x00]));
        assert!(start.elapsed() >= expected);
    });
}
