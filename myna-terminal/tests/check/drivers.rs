//! Blocking, by hand, over a host's callback, from thread to thread, awaited: the same result in as many exchanges.

use myna_error::Diagnostic;
use std::future::Future as _;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;

use myna_apdu::flow::{Answer, LinkProfile, Reached};
use myna_sim::{CardSettings, SimTransport};
use myna_terminal::{CheckError, Checked, ServiceError};
use myna_transport::{
    AsyncCard, AsyncTransport, Capabilities, Card, HostTransport, Meter, Transport, TransportError,
};

use super::*;

fn is_the_patients(checked: &Checked, persona: &Persona) -> bool {
    checked.response.results()[0].name.as_deref() == Some(&persona.full_name())
}

/// Shows the face to staff, who agrees.
fn staff(question: CheckQuestion, faces: &mut usize) -> CheckReply {
    match question {
        CheckQuestion::Face(read) => {
            assert!(!read.face.photo_jp2().is_empty());
            *faces += 1;
        }
        CheckQuestion::SameFace => {}
        other => panic!("{other:?}"),
    }
    CheckReply::Staff(true)
}

fn block<T: Transport>(card: &mut Card<T>, way: Way, persona: &Persona) -> (Checked, usize) {
    let typed = Typed::of(persona);
    let mut terminal = terminal(&[persona]);
    let mut check = typed.plan(way).begin();
    let (mut reply, mut faces) = (None, 0);
    loop {
        match terminal.proceed(card, &mut check, reply, now()).unwrap() {
            Reached::Question(question) => reply = Some(staff(question, &mut faces)),
            Reached::End(checked) => return (checked, faces),
        }
    }
}

/// What a driver made of a check: what it yielded, how many exchanges it took, how often it showed a face.
type Driven = (Checked, usize, usize);

/// By every way, with and without extended length: the same patient, the same count, and what blocking yields.
fn agrees(drive: impl Fn(Way, SimulatedCard, &Persona) -> Driven) {
    let persona = persona(|text| text);
    for way in WAYS {
        for (extended_length, exchanges) in [(true, way.exchanges), (false, way.short_exchanges)] {
            let settings = CardSettings { extended_length, ..CardSettings::default() };
            let card = || {
                let mut card = SimulatedCard::with_settings(&persona, on(), settings).unwrap();
                card.power_on();
                card
            };
            let (checked, taken, faces) = drive(way, card(), &persona);
            assert!(is_the_patients(&checked, &persona), "{way:?}");
            assert_eq!(faces, usize::from(way.with_face), "{way:?}");
            assert_eq!(taken, exchanges, "{way:?} {extended_length}");

            let (blocking, _) = block(&mut Card::new(SimTransport::new(card())), way, &persona);
            let yielded = |checked: Checked| (checked.message, checked.certificate, checked.tries_before);
            assert!(yielded(checked) == yielded(blocking), "{way:?} {extended_length}");
        }
    }
}

#[test]
fn blocking() {
    agrees(|way, card, persona| {
        let mut card = Card::new(Meter::new(SimTransport::new(card)));
        let (checked, faces) = block(&mut card, way, persona);
        (checked, usize::try_from(card.transport().budget().exchanges).unwrap(), faces)
    });
}

#[test]
fn by_hand() {
    agrees(|way, mut card, persona| {
        let (typed, mut terminal) = (Typed::of(persona), terminal(&[persona]));
        let mut check = typed.plan(way).begin();
        let (mut step, mut exchanges, mut faces) = (check.start(LinkProfile::default()), 0, 0);
        let checked = loop {
            step = match step {
                CheckStep::Transmit(command) => {
                    exchanges += 1;
                    check.resume(Answer::Response(&card.transmit(command.bytes())))
                }
                CheckStep::Ask(question) => match terminal.answer(question, now()) {
                    Ok(reply) => check.reply(reply),
                    Err(question) => check.reply(staff(question, &mut faces)),
                },
                CheckStep::Complete(result) => break result.unwrap(),
            };
        };
        (checked, exchanges, faces)
    });
}

#[test]
fn over_a_callback_of_the_host() {
    agrees(|way, mut phone, persona| {
        let mut exchanges = 0;
        let callback = |command: &[u8], response: &mut [u8]| {
            exchanges += 1;
            let answer = phone.transmit(command);
            response[..answer.len()].copy_from_slice(&answer);
            Ok(answer.len())
        };
        let mut card = Card::new(HostTransport::new(Capabilities::default(), callback));
        let (checked, faces) = block(&mut card, way, persona);
        (checked, exchanges, faces)
    });
}

/// Each step on a thread of its own, as where a phone's reader calls back.
#[test]
fn moved_to_another_thread_between_any_two_steps() {
    agrees(|way, mut card, persona| {
        let (typed, mut terminal) = (Typed::of(persona), terminal(&[persona]));
        let (mut exchanges, mut faces) = (0, 0);
        let checked = thread::scope(|threads| {
            let mut check = typed.plan(way).begin();
            let mut step = check.start(LinkProfile::default());
            loop {
                (check, step) = match step {
                    CheckStep::Transmit(command) => {
                        exchanges += 1;
                        let answer = card.transmit(command.bytes());
                        let resume = move || {
                            let step = check.resume(Answer::Response(&answer));
                            (check, step)
                        };
                        threads.spawn(resume).join().unwrap()
                    }
                    CheckStep::Ask(question) => {
                        let reply = terminal.answer(question, now());
                        let reply = reply.unwrap_or_else(|question| staff(question, &mut faces));
                        let resume = move || {
                            let step = check.reply(reply);
                            (check, step)
                        };
                        threads.spawn(resume).join().unwrap()
                    }
                    CheckStep::Complete(result) => break result.unwrap(),
                }
            }
        });
        (checked, exchanges, faces)
    });
}

/// A card whose answers are awaited, and counted.
struct Awaited<'c>(&'c mut SimulatedCard, usize);

impl AsyncTransport for Awaited<'_> {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    async fn exchange(&mut self, command: &[u8], response: &mut [u8]) -> Result<usize, TransportError> {
        self.1 += 1;
        let answer = self.0.transmit(command);
        response[..answer.len()].copy_from_slice(&answer);
        Ok(answer.len())
    }
}

#[test]
fn awaited() {
    agrees(|way, mut card, persona| {
        let (typed, mut terminal) = (Typed::of(persona), terminal(&[persona]));
        let mut faces = 0;
        let check = async {
            let mut card = AsyncCard::new(Awaited(&mut card, 0));
            let (mut check, mut reply) = (typed.plan(way).begin(), None);
            loop {
                match card.run(check.until_question(reply)).await.unwrap() {
                    Reached::Question(question) => {
                        let answer = terminal.answer(question, now());
                        reply = Some(answer.unwrap_or_else(|question| staff(question, &mut faces)));
                    }
                    Reached::End(checked) => return (checked, card.transport().1),
                }
            }
        };
        let Poll::Ready((checked, exchanges)) = pin!(check).poll(&mut Context::from_waker(Waker::noop()))
        else {
            panic!("nothing is waited for")
        };
        (checked, exchanges, faces)
    });
}

#[test]
fn a_no_or_a_refusal_ends_it_and_a_reply_of_another_kind_is_an_error() {
    let persona = persona(|text| text);
    let typed = Typed::of(&persona);
    let ends = |way: Way, reply: CheckReply| {
        let mut check = typed.plan(way).begin();
        let CheckStep::Ask(_) = check.start(LinkProfile::default()) else { panic!("a question") };
        let CheckStep::Complete(Err(error)) = check.reply(reply) else { panic!("the end") };
        let CheckStep::Complete(Err(after)) = check.reply(CheckReply::Staff(true)) else { panic!("over") };
        assert_eq!(after.code(), "apdu.already_complete");
        error
    };
    let [by_pin, by_eye, ..] = WAYS;
    assert!(matches!(ends(by_eye, CheckReply::Staff(false)), CheckError::IdentityRefused));
    assert_eq!(ends(by_eye, CheckReply::Message(Vec::new())).code(), "apdu.stalled");
    assert_eq!(ends(by_pin, CheckReply::Staff(true)).code(), "apdu.stalled");
    let refused = ends(by_pin, CheckReply::Refused(ServiceError::SessionExpired));
    assert!(matches!(refused, CheckError::Service(ServiceError::SessionExpired)));
}
