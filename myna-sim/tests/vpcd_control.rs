//! What a hand at the reader does to a card on it; the reader is played by the test.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use myna_sim::vpcd::{Condition, Control, End, Options, serve};
use myna_sim::{Date, Persona, SimulatedCard};

const PATIENCE: Duration = Duration::from_secs(20);
const SELECT_JPKI: &[u8] = b"\x00\xA4\x04\x0C\x0A\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01";
const CONTACT: &[u8] = &[0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14];

fn card() -> SimulatedCard {
    let persona = Persona::built_in("default").unwrap();
    SimulatedCard::new(&persona, Date::from_ymd(2025, 6, 2).unwrap()).unwrap()
}

/// The virtual reader's end.
struct Reader(TcpStream);

impl Reader {
    fn accept(listener: &TcpListener) -> Self {
        let (stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    fn send(&mut self, body: &[u8]) {
        self.0.write_all(&u16::try_from(body.len()).unwrap().to_be_bytes()).unwrap();
        self.0.write_all(body).unwrap();
    }

    fn receive(&mut self) -> Vec<u8> {
        let mut length = [0; 2];
        self.0.read_exact(&mut length).unwrap();
        let mut body = vec![0; usize::from(u16::from_be_bytes(length))];
        self.0.read_exact(&mut body).unwrap();
        body
    }

    fn ask(&mut self, body: &[u8]) -> Vec<u8> {
        self.send(body);
        self.receive()
    }

    fn is_hung_up(&mut self) -> bool {
        match self.0.read(&mut [0]) {
            Ok(0) => true,
            Err(error) => matches!(error.kind(), ErrorKind::ConnectionReset),
            Ok(_) => false,
        }
    }

    /// Whether nothing comes for far longer than an answer takes.
    fn is_silent(&mut self) -> bool {
        self.0.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        let silent = self
            .0
            .peek(&mut [0])
            .is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut));
        self.0.set_read_timeout(Some(PATIENCE)).unwrap();
        silent
    }
}

/// Serves a card to `body`, which plays the reader and the hand.
fn with_card(faults: &str, body: impl FnOnce(&TcpListener, &Control)) -> End {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (control, stop) = (Control::new(), AtomicBool::new(false));
    let mut card = card();
    thread::scope(|scope| {
        let serving = scope.spawn(|| {
            let options = Options {
                reconnect: true,
                stop: Some(&stop),
                absence: Duration::from_millis(100),
                faults: faults.parse().unwrap(),
                control: Some(&control),
                ..Options::default()
            };
            serve(address, &mut card, options).unwrap()
        });
        body(&listener, &control);
        stop.store(true, Ordering::SeqCst);
        serving.join().unwrap()
    })
}

fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "in vain: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_card_taken_out_stays_out_until_it_is_put_back_and_has_lost_its_power() {
    let end = with_card("", |listener, control| {
        let mut reader = Reader::accept(listener);
        assert_eq!(reader.ask(SELECT_JPKI), [0x90, 0x00]);
        assert!(control.is_connected() && control.commands() == 1);
        control.remove();
        assert!(reader.is_hung_up());
        wait_until("the connection is gone", || !control.is_connected());
        assert_eq!(control.condition(), Condition::Absent);
        control.resume();
        listener.set_nonblocking(true).unwrap();
        thread::sleep(Duration::from_millis(200));
        assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock, "resumed, not inserted");
        listener.set_nonblocking(false).unwrap();
        control.insert();
        let mut reader = Reader::accept(listener);
        assert_eq!(reader.ask(SELECT_JPKI), [0x6F, 0x00], "no power yet");
        reader.send(&[1]);
        assert_eq!(reader.ask(SELECT_JPKI), [0x90, 0x00]);
        assert_eq!(control.commands(), 3);
    });
    assert_eq!(end, End::Stopped);
}

#[test]
fn taken_out_and_put_back_at_once_it_is_away_for_a_while_all_the_same() {
    with_card("", |listener, control| {
        let mut reader = Reader::accept(listener);
        assert_eq!(reader.ask(&[4]), CONTACT);
        let start = Instant::now();
        control.remove();
        control.insert();
        assert!(reader.is_hung_up());
        assert_eq!(Reader::accept(listener).ask(&[4]), CONTACT);
        assert!(start.elapsed() >= Duration::from_millis(100), "{:?}", start.elapsed());
    });
}

#[test]
fn a_mute_card_has_no_atr_and_no_answer() {
    with_card("", |listener, control| {
        let mut reader = Reader::accept(listener);
        control.mute();
        for body in [&[4], SELECT_JPKI] {
            assert!(reader.ask(body).is_empty());
            // The daemon would wait for ever for the rest of nothing.
            assert!(reader.is_hung_up());
            reader = Reader::accept(listener);
        }
        control.resume();
        assert_eq!(reader.ask(&[4]), CONTACT);
        assert_eq!(reader.ask(SELECT_JPKI), [0x90, 0x00]);
    });
}

#[test]
fn a_hung_card_keeps_its_answer_until_it_is_resumed_or_removed() {
    with_card("", |listener, control| {
        let mut reader = Reader::accept(listener);
        control.hang();
        assert_eq!(reader.ask(&[4]), CONTACT, "the ATR is there");
        reader.send(SELECT_JPKI);
        assert!(reader.is_silent());
        control.resume();
        assert_eq!(reader.receive(), [0x90, 0x00]);
        control.hang();
        reader.send(SELECT_JPKI);
        assert!(reader.is_silent());
        control.remove();
        assert!(reader.is_hung_up());
        control.insert();
        // A reader that goes away is noticed too.
        let mut reader = Reader::accept(listener);
        control.hang();
        reader.send(SELECT_JPKI);
        drop(reader);
        control.resume();
        assert_eq!(Reader::accept(listener).ask(&[4]), CONTACT);
    });
}

#[test]
fn faults_of_every_kind_reach_the_reader() {
    let plan = "1 truncate 1, 2 extend 1, 3 flip 0, 4 status 6110, 5 refuse 6C10, 6 mute, 7 lost, 8 stall 20, \
                9 reset, 10 hang, 11 remove-after, 12 remove, 14 power";
    with_card(plan, |listener, control| {
        let mut reader = Reader::accept(listener);
        for answer in
            [&[0x90][..], &[0x90, 0, 0], &[0x91, 0], &[0x61, 0x10], &[0x6C, 0x10], &[], &[], &[0x90, 0]]
        {
            assert_eq!(reader.ask(SELECT_JPKI), answer);
            if answer.is_empty() {
                assert!(reader.is_hung_up());
                reader = Reader::accept(listener);
            }
        }
        assert_eq!(reader.ask(SELECT_JPKI), [0x90, 0x00]);
        reader.send(SELECT_JPKI);
        wait_until("the card hangs", || control.condition() == Condition::Hung);
        assert!(reader.is_silent());
        control.resume();
        assert_eq!(reader.receive(), [0x90, 0x00]);
        for _ in 0..2 {
            reader.send(SELECT_JPKI);
            assert!(reader.is_hung_up());
            reader = Reader::accept(listener);
            reader.send(&[1]);
        }
        assert_eq!(reader.ask(SELECT_JPKI), [0x90, 0x00]);
        // With the power goes what was selected.
        assert_eq!(reader.ask(&[0x00, 0x20, 0x00, 0x98]), [0x6A, 0x88]);
    });
}
