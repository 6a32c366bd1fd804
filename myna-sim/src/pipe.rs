//! A card at the end of a pipe: for programs in any language, without PC/SC.
//!
//! ```text
//! each message   length (2 bytes, big-endian) | body
//! to the card    00 power off, 01 power on, 02 reset, 04 ATR wanted, anything longer a command
//! from the card  the ATR after 04, the answer after a command; nothing after the others
//! ```
//!
//! The same messages as on the virtual reader ([`vpcd`](crate::vpcd)), in a stream that somebody else has opened: standard
//! input and output, or a connection on the loopback interface.

use std::io::{self, Read, Write};
use std::thread;
use std::time::Duration;

use myna_apdu::StatusWord;
use myna_transport::{FaultInjector, InjectedOutcome, TransportErrorKind};

use crate::{FaultPlan, SimulatedCard};

/// Serves the card until the other end closes the stream between two messages.
///
/// # Errors
///
/// Whatever the stream says; [`io::ErrorKind::UnexpectedEof`] when it ends within a message.
pub fn serve(input: impl Read, output: impl Write, card: &mut SimulatedCard) -> io::Result<()> {
    serve_with_faults(input, output, card, FaultPlan::default())
}

/// As [`serve`], with faults; commands alone are counted. An answer that is lost is an empty message. A card that is pulled
/// ends it, as if the other end had closed the stream; one that hangs takes what comes and answers no more.
///
/// # Errors
///
/// As [`serve`].
pub fn serve_with_faults(
    input: impl Read,
    output: impl Write,
    card: &mut SimulatedCard,
    plan: FaultPlan,
) -> io::Result<()> {
    serve_in_time(input, output, card, plan, thread::sleep)
}

/// As [`serve_with_faults`], where `wait` does the waiting for a card that takes its time: for a clock that is not the
/// machine's.
///
/// # Errors
///
/// As [`serve`].
pub fn serve_in_time(
    mut input: impl Read,
    mut output: impl Write,
    card: &mut SimulatedCard,
    plan: FaultPlan,
    mut wait: impl FnMut(Duration),
) -> io::Result<()> {
    let mut faulty = FaultInjector::new(card, plan);
    while let Some(body) = receive(&mut input)? {
        let answer = match body.as_slice() {
            [] => continue,
            [code] => match control(*code, faulty.inner_mut()) {
                Some(answer) => answer,
                None => continue,
            },
            command => {
                let answer = faulty.transmit(command);
                if !answer.delay.is_zero() {
                    wait(answer.delay);
                }
                match answer.outcome {
                    InjectedOutcome::Bytes(bytes) => bytes,
                    InjectedOutcome::Failed(error) if error.kind() == TransportErrorKind::CardRemoved => {
                        return Ok(());
                    }
                    // There is no reader to fail: all that shows is that nothing came.
                    InjectedOutcome::Failed(_) => Vec::new(),
                    InjectedOutcome::Withheld(_) => return io::copy(&mut input, &mut io::sink()).map(|_| ()),
                }
            }
        };
        send(&mut output, &fitting(answer))?;
        output.flush()?;
    }
    Ok(())
}

/// Carries out what a message of one byte says. Codes of later versions of the protocol want no answer that we would know.
pub(crate) fn control(code: u8, card: &mut SimulatedCard) -> Option<Vec<u8>> {
    match code {
        0x00 => card.power_off(),
        0x01 => card.power_on(),
        0x02 => card.reset(),
        ATR_WANTED => return Some(card.atr().to_vec()),
        _ => {}
    }
    None
}

pub(crate) const ATR_WANTED: u8 = 0x04;

/// What a frame cannot hold is lost on the way, as over a reader, and told by a status word: the Le was wrong.
pub(crate) fn fitting(answer: Vec<u8>) -> Vec<u8> {
    match u16::try_from(answer.len()) {
        Ok(_) => answer,
        Err(_) => StatusWord::WRONG_LENGTH.0.to_be_bytes().to_vec(),
    }
}

/// Length and body in one write: over a connection two would wait for each other.
pub(crate) fn send(output: &mut impl Write, body: &[u8]) -> io::Result<()> {
    let length = u16::try_from(body.len()).map_err(io::Error::other)?;
    output.write_all(&[&length.to_be_bytes(), body].concat())
}

/// Nothing at the end of the stream.
fn receive(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut first = [0];
    // By way of one byte: an end before it is no error, one after it is.
    if loop {
        match input.read(&mut first) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => break other,
        }
    }? == 0
    {
        return Ok(None);
    }
    let [high] = first;
    let mut low = [0];
    input.read_exact(&mut low)?;
    let [low] = low;
    let mut body = vec![0; usize::from(u16::from_be_bytes([high, low]))];
    input.read_exact(&mut body)?;
    Ok(Some(body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{SELECT_JPKI, bytes, card};

    fn message(body: &[u8]) -> Vec<u8> {
        [&u16::try_from(body.len()).unwrap().to_be_bytes(), body].concat()
    }

    #[test]
    fn controls_and_commands() {
        let input = [
            message(&[4]),
            message(&bytes(SELECT_JPKI)),
            message(&[]),
            message(&[9]),
            message(&bytes("0020009B 06 414243313233")),
            message(&[2]),
            message(&bytes("00B08100 04")),
            message(&[0]),
            message(&bytes(SELECT_JPKI)),
            message(&[1]),
            message(&bytes(SELECT_JPKI)),
        ]
        .concat();
        let mut output = Vec::new();
        serve(input.as_slice(), &mut output, &mut card()).unwrap();
        let mut answers = Vec::new();
        let mut rest = output.as_slice();
        while let Some(answer) = receive(&mut rest).unwrap() {
            answers.push(hex::encode_upper(answer));
        }
        assert_eq!(answers[0], "3BE000FF8131FE4514");
        assert_eq!(answers[1..3], ["9000", "9000"]);
        assert!(answers[3].starts_with("3082") && answers[3].ends_with("9000"), "{}", answers[3]);
        assert_eq!(answers[4..], ["6F00", "9000"]);
    }

    #[test]
    fn a_card_that_takes_its_time_is_pulled_or_hangs() {
        let input =
            [message(&bytes(SELECT_JPKI)), message(&bytes("00B08A00 04")), message(&bytes(SELECT_JPKI))];
        for (plan, expected, waited) in [
            ("1 stall 100, 2 stall 200", "0002 9000 0006", 300),
            ("2 remove", "0002 9000", 0),
            ("2 remove-after, 1 stall 5", "0002 9000", 5),
            ("2 hang", "0002 9000", 0),
            ("1 lost, 2 truncate 1, 3 refuse 6C10", "0000 0001 6A 0002 6C10", 0),
        ] {
            let mut times = Vec::new();
            let mut output = Vec::new();
            let plan = plan.parse().unwrap();
            let mut wait = |time: Duration| times.push(time);
            serve_in_time(input.concat().as_slice(), &mut output, &mut card(), plan, &mut wait).unwrap();
            assert!(output.starts_with(&bytes(expected)), "{}", hex::encode_upper(&output));
            assert_eq!(times.iter().sum::<Duration>(), Duration::from_millis(waited));
            if expected == "0002 9000" {
                assert_eq!(output.len(), 4);
            }
        }
    }

    #[test]
    fn a_stream_cut_within_a_message_is_an_error() {
        let whole = message(&bytes(SELECT_JPKI));
        for length in 1..whole.len() {
            let error = serve(&whole[..length], io::sink(), &mut card()).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "{length} bytes");
        }
        serve(io::empty(), io::sink(), &mut card()).unwrap();
    }
}
