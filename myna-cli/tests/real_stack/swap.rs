//! One card is taken out and another put in, before each exchange and while a person is asked: nothing is mixed.

use myna_error::Diagnostic;
use std::cell::RefCell;
use std::fs;
use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use myna_apdu::flow::{PinPolicy, Reached};
use myna_cardface::NumberB;
use myna_jpki::{UserAuthenticationPin, operation};
use myna_sim::{Date, Persona};
use myna_sim_service::SimulatedService;
use myna_terminal::{
    CheckError, CheckPlan, CheckQuestion, CheckReply, Checked, DateTime, FacePlan, Terminal,
};
use myna_transport::pcsc::{Connection, Sharing};
use myna_transport::{Capabilities, Card, Transport, TransportError};

use super::command::{AT, MYNA, PERSONA, PIN};
use super::simulated_files::exchanges;
use super::stack::{READER, SimulatedCard, Stack, in_private_stack, private_file};

/// The reader, the two cards, and which of them lies on it.
struct Desk<'s> {
    stack: &'s Stack,
    /// Persona files; nothing that is typed tells the second from the first. The third is the first with its PIN locked.
    personas: [String; 3],
    card: RefCell<Option<SimulatedCard>>,
}

impl<'s> Desk<'s> {
    fn new(stack: &'s Stack) -> Self {
        let text = fs::read_to_string(PERSONA).expect("the persona");
        let own = text.replace("[card]\n", "[card]\nsecurity_code = \"1234\"\n");
        let other = own
            .replace("name = \"real-stack\"", "name = \"twin\"")
            .replace("family_name = \"試験\"", "family_name = \"別人\"")
            .replace("name = \"試験　葵\"", "name = \"別人　葵\"")
            .replace("insured_identification_number = \"45\"", "insured_identification_number = \"46\"");
        let locked = own.replace("user_authentication = 3", "user_authentication = 0");
        assert!(own != other && own != locked);
        let personas =
            [("own.toml", own), ("other.toml", other), ("locked.toml", locked)].map(|(name, text)| {
                let file = private_file(name);
                fs::write(&file, text).expect("a persona of our own");
                file
            });
        Self { stack, personas, card: RefCell::default() }
    }

    fn persona(&self, index: usize) -> Persona {
        Persona::from_toml(&fs::read_to_string(&self.personas[index]).unwrap()).unwrap()
    }

    /// Takes out what lies there, and puts this card in.
    fn put(&self, index: usize) {
        if let Some(card) = self.card.take() {
            card.kill(self.stack);
        }
        let _ = fs::remove_file(trace());
        let arguments = ["--trace", &trace(), "--at", "2026-07-01"];
        self.card.replace(Some(self.stack.insert_card(&self.personas[index], &arguments)));
    }

    fn number_b(&self) -> String {
        self.persona(0).number_b(Date::from_ymd(2026, 7, 1).unwrap()).unwrap()
    }
}

fn trace() -> String {
    private_file("trace.jsonl")
}

/// Whether the card that lies there was given a PIN or a number.
fn was_given_a_pin() -> bool {
    exchanges(&trace()).iter().any(super::simulated_files::Exchange::presents_pin)
}

/// Has the other card put in before an exchange.
struct SwapBefore<'d, T> {
    reader: T,
    desk: &'d Desk<'d>,
    at: usize,
    taken: &'d mut usize,
}

impl<T: Transport> Transport for SwapBefore<'_, T> {
    fn capabilities(&self) -> Capabilities {
        self.reader.capabilities()
    }

    fn exchange(&mut self, command: &[u8], response: &mut [u8]) -> Result<usize, TransportError> {
        *self.taken += 1;
        if *self.taken == self.at {
            self.desk.put(1);
        }
        self.reader.exchange(command, response)
    }
}

fn check(desk: &Desk<'_>, with_face: bool, at: usize) -> (Result<Checked, CheckError>, usize) {
    let now = DateTime::parse("20260701120000").unwrap();
    let mut service = SimulatedService::new().unwrap();
    for index in [0, 1] {
        service.enrol(&desk.persona(index)).unwrap();
    }
    let mut terminal = Terminal::log_in(service, &SimulatedService::credentials().unwrap(), now).unwrap();
    let pin = UserAuthenticationPin::new(PIN).unwrap();
    let number = NumberB::new(&desk.number_b()).unwrap();
    let policy = PinPolicy::default();
    let plan = match with_face {
        true => {
            CheckPlan::by_eye(now.date()).with_face(FacePlan::new(&number, policy).with_challenge([7; 32]))
        }
        false => CheckPlan::by_pin(now.date(), &pin, policy),
    };
    let mut connection = Connection::open(Some(READER), Sharing::Shared).unwrap();
    let mut taken = 0;
    let reader = SwapBefore { reader: connection.begin().unwrap(), desk, at, taken: &mut taken };
    let mut card = Card::new(reader);
    let (mut check, mut reply) = (plan.begin(), None);
    let result = loop {
        match terminal.proceed(&mut card, &mut check, reply, now) {
            Ok(Reached::Question(CheckQuestion::Face(_) | CheckQuestion::SameFace)) => {
                reply = Some(CheckReply::Staff(true));
            }
            Ok(Reached::Question(other)) => panic!("{other:?}"),
            Ok(Reached::End(checked)) => break Ok(checked),
            Err(error) => break Err(error),
        }
    };
    drop(card);
    (result, taken)
}

#[test]
fn a_swap_before_any_exchange_ends_the_check() {
    in_private_stack("swap::a_swap_before_any_exchange_ends_the_check", |stack| {
        let desk = Desk::new(stack);
        let mut swaps = 0;
        for with_face in [false, true] {
            desk.put(0);
            let (undisturbed, exchanges) = check(&desk, with_face, usize::MAX);
            assert!(undisturbed.unwrap().response.verdict().is_valid());
            for at in 1..=exchanges {
                desk.put(0);
                let (result, taken) = check(&desk, with_face, at);
                let error = result.expect_err("of two cards");
                assert_eq!(taken, at, "nothing is asked of the other card: {error}");
                assert_eq!(error.code(), "transport.card_removed", "{with_face} {at}: {error}");
                assert!(!was_given_a_pin(), "{with_face} {at}");
                swaps += 1;
            }
        }
        println!("{swaps} swaps tried, 0 mixed");
    });
}

#[test]
fn a_pin_that_was_typed_for_one_card_is_not_given_to_another() {
    in_private_stack("swap::a_pin_that_was_typed_for_one_card_is_not_given_to_another", |stack| {
        let desk = Desk::new(stack);
        desk.put(0);
        let mut connection = Connection::open(Some(READER), Sharing::Shared).unwrap();
        let mut card = Card::new(connection.begin().unwrap());
        let identity = card.run(operation::read_identity()).unwrap();
        drop(card);
        drop(connection);
        let mut asked = Asked::start(&["--persona", &desk.personas[1]], &[]);
        asked.wait_for("PIN (4 digits)");
        desk.put(1);
        let (code, screen) = asked.answer(PIN);
        assert_eq!(code, Some(13), "{screen}");
        assert!(screen.contains("check.another_card") && !screen.contains("有効"), "{screen}");
        assert!(!was_given_a_pin());
        let mut connection = Connection::open(Some(READER), Sharing::Shared).unwrap();
        let mut card = Card::new(connection.begin().unwrap());
        assert_ne!(card.run(operation::read_identity()).unwrap(), identity);
    });
}

#[test]
fn another_card_is_not_checked_by_eye_because_one_is_locked() {
    in_private_stack("swap::another_card_is_not_checked_by_eye_because_one_is_locked", |stack| {
        let desk = Desk::new(stack);
        desk.put(2);
        let mut asked = Asked::start(&["--persona", &desk.personas[1], "--visual-if-locked"], &[]);
        asked.wait_for("Is it the person on the photo?");
        desk.put(1);
        let (code, screen) = asked.answer("y");
        assert_eq!(code, Some(13), "{screen}");
        assert!(screen.contains("check.another_card") && !screen.contains("有効"), "{screen}");
    });
}

#[test]
fn a_swap_while_the_photo_is_looked_at_changes_nothing() {
    in_private_stack("swap::a_swap_while_the_photo_is_looked_at_changes_nothing", |stack| {
        let desk = Desk::new(stack);
        desk.put(0);
        let number = desk.number_b();
        let arguments = ["--persona", &desk.personas[0], "--visual", "--card-face"];
        let mut asked = Asked::start(&arguments, &[("MYNA_NUMBER_B", &number)]);
        asked.wait_for("Is it the person on the photo?");
        desk.put(1);
        let (code, screen) = asked.answer("y");
        assert_eq!(code, Some(0), "{screen}");
        assert!(screen.contains("試験　葵") && !screen.contains("別人"), "{screen}");
        assert!(exchanges(&trace()).is_empty(), "the other card was not touched");
    });
}

/// `myna check` at a terminal of its own (`script`, package bsdutils), with a question on the screen.
struct Asked {
    child: std::process::Child,
    screen: Vec<u8>,
}

impl Asked {
    fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let line = format!("{MYNA} check --card pcsc --at {AT} {}", arguments.join(" "));
        let mut script = Command::new("script");
        script.args(["-qec", &line, "/dev/null"]).env_remove("MYNA_PIN").envs(variables.iter().copied());
        script.stdin(Stdio::piped()).stdout(Stdio::piped());
        Self { child: script.spawn().expect("`script` (package bsdutils) starts"), screen: Vec::new() }
    }

    fn screen(&self) -> String {
        String::from_utf8_lossy(&self.screen).into_owned()
    }

    fn wait_for(&mut self, question: &str) {
        let output = self.child.stdout.as_mut().expect("a pipe");
        while !String::from_utf8_lossy(&self.screen).contains(question) {
            let mut byte = [0];
            let length = output.read(&mut byte).expect("the screen");
            assert!(length > 0, "ended without a question: {}", String::from_utf8_lossy(&self.screen));
            self.screen.push(byte[0]);
        }
    }

    /// The exit code, and all that was on the screen.
    fn answer(mut self, answer: &str) -> (Option<i32>, String) {
        let mut input = self.child.stdin.take().expect("a pipe");
        writeln!(input, "{answer}").expect("the keyboard");
        let mut output = self.child.stdout.take().expect("a pipe");
        output.read_to_end(&mut self.screen).expect("the screen");
        let code = self.child.wait().expect("its end").code();
        (code, self.screen())
    }
}
