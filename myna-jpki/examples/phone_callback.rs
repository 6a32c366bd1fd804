//! The same operations over the reader of a phone: once with a callback that blocks, once step by step, as a phone's own
//! asynchronous callbacks want it. The phone and the card on it are simulated.
//!
//! ```sh
//! cargo run -p myna-jpki --example phone_callback
//! ```

use std::error::Error;

use myna_apdu::flow::{Answer, LinkProfile, Operation, Step};
use myna_jpki::{CertificateKind, Jpki, operation};
use myna_sim::{Date, Persona, SimulatedCard};
use myna_transport::{Capabilities, Card, HostTransport, TransportError, TransportErrorKind};

/// `IsoDep` of Android or `NFCISO7816Tag` of iOS: a command goes in, a response comes out, or the tag is lost.
struct Phone(SimulatedCard);

impl Phone {
    fn transceive(&mut self, command: &[u8]) -> Option<Vec<u8>> {
        Some(self.0.transmit(command))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let persona = Persona::built_in("default").ok_or("no such persona")?;
    let mut phone = Phone(SimulatedCard::new(&persona, Date::from_ymd(2026, 11, 22)?)?);

    // A callback that blocks: `getMaxTransceiveLength` and the like go into the capabilities.
    let reader = HostTransport::new(Capabilities::default(), |command: &[u8], response: &mut [u8]| {
        let lost = || TransportError::new(TransportErrorKind::CardRemoved);
        let answer = phone.transceive(command).ok_or_else(lost)?;
        let place = response
            .get_mut(..answer.len())
            .ok_or_else(|| TransportError::new(TransportErrorKind::ResponseTooLong))?;
        place.copy_from_slice(&answer);
        Ok(answer.len())
    });
    let mut card = Card::new(reader);
    let certificate = Jpki::open(&mut card)?.read_certificate(CertificateKind::UserAuthentication)?;
    println!("by callback:  {} bytes of certificate", certificate.as_der().len());
    let profile = card.profile();

    // Step by step: each command is sent when the platform likes, on whatever thread, and its answer handed in.
    let opened = by_hand(&mut phone, operation::open(), profile);
    opened.map_err(|error| format!("{error}"))?;
    let read = operation::read_certificate(CertificateKind::UserAuthentication);
    let again = by_hand(&mut phone, read, profile).map_err(|error| format!("{error}"))?;
    assert_eq!(again, certificate);
    println!("step by step: the same");
    Ok(())
}

fn by_hand<O: Operation>(
    phone: &mut Phone,
    mut operation: O,
    profile: LinkProfile,
) -> Result<O::Output, O::Error> {
    let mut step = operation.start(profile);
    loop {
        step = match step {
            Step::Transmit(command) => match phone.transceive(command.bytes()) {
                Some(answer) => operation.resume(Answer::Response(&answer)),
                None => operation.resume(Answer::Gone),
            },
            Step::Complete(result) => return result,
        }
    }
}
