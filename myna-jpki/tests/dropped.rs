//! The `async` driver given up on the way: at every exchange, before the card has seen it and after.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use myna_apdu::flow::{PinPolicy, TriesLeft};
use myna_jpki::{CertificateKind, DigestInfo, KeyKind, UserAuthenticationPin, operation};
use myna_sim::{Date, Persona, SimulatedCard};
use myna_transport::{AsyncCard, AsyncTransport, Capabilities, TransportError, TransportErrorKind};

/// Answers at the second poll.
struct Reader {
    card: SimulatedCard,
    /// Whether the card does its work at the first poll already.
    is_eager: bool,
    exchanges: u32,
}

impl AsyncTransport for Reader {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    async fn exchange(&mut self, command: &[u8], response: &mut [u8]) -> Result<usize, TransportError> {
        self.exchanges += 1;
        let early = self.is_eager.then(|| self.card.transmit(command));
        let mut is_asked = false;
        poll_fn(|_| if std::mem::replace(&mut is_asked, true) { Poll::Ready(()) } else { Poll::Pending })
            .await;
        let answer = early.unwrap_or_else(|| self.card.transmit(command));
        response[..answer.len()].copy_from_slice(&answer);
        Ok(answer.len())
    }
}

/// Polls so often, and drops what is not done by then.
fn poll<F: Future>(future: F, times: u32) -> Option<F::Output> {
    let mut future = pin!(future);
    (0..times).find_map(|_| match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    })
}

/// 5 exchanges: the application, the certificate, the counter, the PIN, the signature.
async fn sign(card: &mut AsyncCard<Reader>, pin: &UserAuthenticationPin) -> Result<Vec<u8>, u8> {
    let key = KeyKind::UserAuthentication;
    card.run(operation::open()).await.map_err(|_| 1)?;
    card.run(operation::read_certificate(CertificateKind::UserAuthentication)).await.map_err(|_| 2)?;
    card.run(operation::verify_user_authentication(pin, PinPolicy::default())).await.map_err(|_| 4)?;
    card.run(operation::sign(key, DigestInfo::sha256(b"message"))).await.map_err(|_| 5)
}

fn reader(is_eager: bool) -> Reader {
    let persona = Persona::built_in("default").unwrap();
    let card = SimulatedCard::new(&persona, Date::from_ymd(2026, 11, 22).unwrap()).unwrap();
    Reader { card, is_eager, exchanges: 0 }
}

#[test]
fn what_is_dropped_costs_one_try_at_most_and_no_answer_is_taken_for_another() {
    let (right, wrong) =
        (UserAuthenticationPin::new("1234").unwrap(), UserAuthenticationPin::new("9999").unwrap());
    assert_eq!(poll(sign(&mut AsyncCard::new(reader(false)), &right), 6).unwrap().unwrap().len(), 256);
    assert_eq!(poll(sign(&mut AsyncCard::new(reader(false)), &wrong), 6), Some(Err(4)));

    for is_eager in [false, true] {
        for at in 1..=4 {
            let mut card = AsyncCard::new(reader(is_eager));
            assert!(poll(sign(&mut card, &wrong), at).is_none(), "exchange {at} is on its way");

            // Its answer may still come: nothing is sent that could be given it.
            let counter = || operation::tries_left(KeyKind::UserAuthentication);
            let error = poll(card.run(counter()), 6).unwrap().unwrap_err();
            assert_eq!(error.transport().map(TransportError::kind), Some(TransportErrorKind::Interrupted));
            let mut reader = card.into_transport();
            assert_eq!(reader.exchanges, at);

            reader.card.power_off();
            reader.card.power_on();
            let mut card = AsyncCard::new(reader);
            poll(card.run(operation::open()), 6).unwrap().unwrap();
            let left = poll(card.run(counter()), 6).unwrap().unwrap();
            let spent = u8::from(is_eager && at == 4);
            assert_eq!(left, TriesLeft::Limited(3 - spent), "{at}, {is_eager}");
        }
    }
}
