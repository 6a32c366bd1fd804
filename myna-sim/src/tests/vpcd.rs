//! The virtual reader, played by the test over the loopback interface.

use myna_error::Diagnostic;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::*;
use crate::vpcd::{End, Options, Removal, VpcdError, serve};

/// The reader's end of a connection.
struct Reader(TcpStream);

impl Reader {
    fn accept(listener: &TcpListener) -> Self {
        let (stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    /// In two pieces, as the real one sends.
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

    fn ask(&mut self, command: &str) -> String {
        self.send(&bytes(command));
        hex::encode_upper(self.receive())
    }

    fn is_hung_up(&mut self) -> bool {
        matches!(self.0.read(&mut [0]), Ok(0) | Err(_))
    }
}

fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

#[test]
fn control_codes_and_commands() {
    let (listener, address) = listen();
    let mut exchanges = Vec::new();
    let mut observe = |command: &[u8], answer: &[u8]| exchanges.push((command.to_vec(), answer.to_vec()));
    let mut card = card();
    thread::scope(|scope| {
        let serving = scope.spawn(|| {
            let options = Options { on_exchange: Some(&mut observe), ..Options::default() };
            serve(address.as_str(), &mut card, options).unwrap()
        });
        let mut reader = Reader::accept(&listener);
        reader.send(&[4]);
        assert_eq!(reader.receive(), bytes("3BE000FF8131FE4514"));
        reader.send(&[0]);
        assert_eq!(reader.ask(SELECT_JPKI), "6F00");
        reader.send(&[1]);
        assert_eq!(reader.ask(SELECT_JPKI), "9000");
        assert_eq!(reader.ask(&format!("0020009B{PIN_ABC123}")), "9000");
        // A warm reset keeps the PIN, power off does not.
        reader.send(&[2]);
        assert!(reader.ask("00B08100 04").ends_with("9000"));
        reader.send(&[0]);
        reader.send(&[1]);
        assert_eq!(reader.ask(SELECT_JPKI), "9000");
        assert_eq!(reader.ask("00B08100 04"), "6982");
        // Messages that mean nothing, and one byte at a time.
        reader.send(&[9]);
        reader.send(&[]);
        for byte in bytes("0004 00A40000") {
            reader.0.write_all(&[byte]).unwrap();
        }
        assert_eq!(reader.receive(), [0x90, 0x00]);
        assert_eq!(reader.ask("00B08A00 000000").len() / 2, 2 + usize::from(length_of("000A")));
        drop(reader);
        assert_eq!(serving.join().unwrap(), End::Disconnected);
    });
    assert_eq!(exchanges.len(), 8);
    assert_eq!(exchanges[0], (bytes(SELECT_JPKI), vec![0x6F, 0x00]));
}

fn length_of(file: &str) -> u16 {
    let mut card = card();
    card.expect(&[(SELECT_JPKI, 0x9000), (&format!("00A4020C02{file}"), 0x9000)]);
    u16::try_from(card.get("00B00000 000000").len()).unwrap()
}

#[test]
fn comes_back_until_told_to_stop() {
    let (listener, address) = listen();
    let stop = AtomicBool::new(false);
    let mut card = card();
    thread::scope(|scope| {
        let serving = scope.spawn(|| {
            let options = Options { reconnect: true, stop: Some(&stop), ..Options::default() };
            serve(address.as_str(), &mut card, options).unwrap()
        });
        // A new card has power; later it went with the connection.
        for expected in ["6A86", "6F00"] {
            assert_eq!(Reader::accept(&listener).ask("00A40000"), expected);
        }
        stop.store(true, Ordering::Relaxed);
        assert_eq!(serving.join().unwrap(), End::Stopped);
    });
}

#[test]
fn pulled_before_the_command_and_after_it() {
    for (removal, left) in [(Removal::BeforeProcessing, 3), (Removal::AfterProcessing, 2)] {
        let (listener, address) = listen();
        let mut card = card();
        thread::scope(|scope| {
            let serving = scope.spawn(|| {
                let options = Options { remove_at: Some(2), removal, ..Options::default() };
                serve(address.as_str(), &mut card, options).unwrap()
            });
            let mut reader = Reader::accept(&listener);
            assert_eq!(reader.ask(SELECT_JPKI), "9000");
            reader.send(&bytes(&format!("00200098{WRONG_PIN}")));
            assert!(reader.is_hung_up());
            assert_eq!(serving.join().unwrap(), End::Removed);
        });
        assert_eq!(card.counters().user_authentication, left, "{removal:?}");
    }
}

#[test]
fn pulled_once_and_back_again() {
    let (listener, address) = listen();
    let stop = AtomicBool::new(false);
    let mut card = card();
    thread::scope(|scope| {
        let serving = scope.spawn(|| {
            let options = Options {
                remove_at: Some(1),
                reconnect: true,
                absence: Duration::from_millis(1),
                stop: Some(&stop),
                ..Options::default()
            };
            serve(address.as_str(), &mut card, options).unwrap()
        });
        let mut reader = Reader::accept(&listener);
        reader.send(&bytes(SELECT_JPKI));
        assert!(reader.is_hung_up());
        let mut reader = Reader::accept(&listener);
        reader.send(&[1]);
        assert_eq!(reader.ask(SELECT_JPKI), "9000");
        stop.store(true, Ordering::Relaxed);
        assert_eq!(serving.join().unwrap(), End::Stopped);
    });
}

#[test]
fn no_reader_is_an_error_that_names_it() {
    let (listener, address) = listen();
    drop(listener);
    let error = serve(address.as_str(), &mut card(), Options::default()).unwrap_err();
    assert!(matches!(&error, VpcdError::Connect { .. }) && error.to_string().contains(&address), "{error}");
    assert_eq!(error.code(), "sim.vpcd.connect");
}
