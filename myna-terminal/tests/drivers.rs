//! Every operation on the card under every driver: one value, however it is run.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Debug;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::thread::{self, Thread};

use myna_apdu::flow::{Answer, LinkProfile, Operation, PinPolicy, Step, TriesLeft};
use myna_cardface::layout::{Text, Visual};
use myna_cardface::{
    AgeRecord, BasicItems, CardFace, CardFacePin, EraBirthDate, IntegrityRecord, MyNumber, MyNumberImage,
    NumberA, NumberB, operation as face,
};
use myna_jpki::{
    CertificateKind, DigestInfo, KeyKind, LoginStatement, SignaturePassword, UserAuthenticationPin,
    operation as jpki,
};
use myna_sim::{CardSettings, Date, Persona, SimTransport, SimulatedCard};
use myna_transport::{
    AsyncCard, AsyncTransport, Capabilities, Card, HostTransport, Meter, Transport, TransportError,
};

/// An operation that may go to another thread with all it yields.
trait Moves: Operation<Output: Send, Error: Debug + Send> + Send {}
impl<O: Operation<Output: Send, Error: Debug + Send> + Send> Moves for O {}

/// A way to run an operation. Counts exchanges.
trait Driver {
    fn run<O: Moves>(&mut self, operation: O) -> O::Output;

    fn exchanges(&self) -> u32;
}

#[test]
fn every_operation_yields_the_same_blocking_by_hand_over_a_callback_between_threads_and_awaited() {
    for (extended_length, column) in [(true, 0), (false, 1)] {
        let card = || simulated(extended_length);
        let blocking = every_operation(&mut Blocking(Card::new(Meter::new(SimTransport::new(card())))));
        let counted: Vec<_> = blocking.iter().map(|(name, exchanges, _)| (*name, *exchanges)).collect();
        assert_eq!(counted, EXCHANGES.map(|(name, exchanges)| (name, exchanges[column])));

        assert_eq!(every_operation(&mut ByHand::new(card())), blocking, "by hand");
        assert_eq!(every_operation(&mut BetweenThreads(ByHand::new(card()))), blocking, "between threads");
        let answered = Answered { card: card(), exchanges: 0 };
        assert_eq!(every_operation(&mut Awaited(AsyncCard::new(answered))), blocking, "awaited");
        let mut card = card();
        let callback = HostTransport::new(Capabilities::default(), |command: &[u8], response: &mut [u8]| {
            Ok(write(&card.transmit(command), response))
        });
        assert_eq!(every_operation(&mut Blocking(Card::new(Meter::new(callback)))), blocking, "callback");
    }
}

/// How many exchanges each takes: with extended length, and with a card that refuses it and is asked once.
const EXCHANGES: [(&str, [u32; 2]); 27] = [
    ("JPKI", [1, 1]),
    ("利用者証明用電子証明書", [1, 8]),
    ("its tries", [1, 1]),
    ("its PIN", [2, 2]),
    ("login statement", [1, 1]),
    ("its CA", [1, 6]),
    ("署名用パスワード", [2, 2]),
    ("署名用電子証明書", [1, 7]),
    ("署名", [1, 1]),
    ("券面事項入力補助AP", [1, 1]),
    ("PIN tries", [1, 1]),
    ("PIN", [2, 2]),
    ("基本4情報", [1, 1]),
    ("個人番号", [2, 2]),
    ("integrity record", [1, 2]),
    ("text evidence", [3, 7]),
    ("照合番号A in text", [2, 2]),
    ("照合番号B in text", [2, 2]),
    ("券面事項確認AP", [1, 1]),
    ("照合番号A tries", [1, 1]),
    ("照合番号A", [2, 2]),
    ("個人番号 image", [1, 3]),
    ("照合番号B", [2, 2]),
    ("券面", [1, 13]),
    ("visual evidence", [2, 4]),
    ("birth date", [2, 2]),
    ("age record", [1, 3]),
];

/// Runs them all on one card; a row is name, exchanges, and what it yielded.
fn every_operation(driver: &mut impl Driver) -> Vec<(&'static str, u32, Vec<u8>)> {
    let mut rows = Vec::new();
    macro_rules! run {
        ($name:literal, $operation:expr, $shown:expr) => {{
            let before = driver.exchanges();
            let value = driver.run($operation);
            let shown: Vec<u8> = $shown(&value);
            rows.push(($name, driver.exchanges() - before, shown));
            value
        }};
        ($name:literal, $operation:expr) => {
            run!($name, $operation, |value: &_| format!("{value:?}").into_bytes())
        };
    }
    let persona = Persona::built_in("default").unwrap();
    let number_b = persona.number_b(today()).unwrap();
    let birth_date = EraBirthDate::new(&number_b[..6]).unwrap();
    let number_a = NumberA::new(persona.my_number()).unwrap();
    let number_b = NumberB::new(&number_b).unwrap();
    let policy = PinPolicy::default();

    run!("JPKI", jpki::open());
    let user = CertificateKind::UserAuthentication;
    let der = |certificate: &myna_jpki::Certificate| certificate.as_der().to_vec();
    let certificate = run!("利用者証明用電子証明書", jpki::read_certificate(user), der);
    assert_eq!(run!("its tries", jpki::tries_left(KeyKind::UserAuthentication)), TriesLeft::Limited(3));
    let pin = UserAuthenticationPin::new("1234").unwrap();
    run!("its PIN", jpki::verify_user_authentication(&pin, policy));
    let statement = LoginStatement {
        audience: "here",
        terminal: "desk",
        challenge_id: [1; 16],
        nonce: [2; 32],
        purpose: "20261122",
    };
    let statement = statement.to_bytes().unwrap();
    let input = DigestInfo::sha256(&statement);
    let signature = run!("login statement", jpki::sign(KeyKind::UserAuthentication, input), Vec::clone);
    certificate.verify_sha256(&statement, &signature).unwrap();
    run!("its CA", jpki::read_certificate(CertificateKind::UserAuthenticationAuthority), der);
    let password = SignaturePassword::new("ABC123").unwrap();
    run!("署名用パスワード", jpki::verify_digital_signature(&password, policy));
    let certificate =
        run!("署名用電子証明書", jpki::read_certificate(CertificateKind::DigitalSignature), der);
    let input = DigestInfo::sha256(b"document");
    let signature = run!("署名", jpki::sign(KeyKind::DigitalSignature, input), Vec::clone);
    certificate.verify_sha256(b"document", &signature).unwrap();

    run!("券面事項入力補助AP", face::open::<Text>());
    assert_eq!(run!("PIN tries", face::tries_left::<Text, CardFacePin>()), TriesLeft::Limited(3));
    run!("PIN", face::verify::<Text, _>(&CardFacePin::new("1234").unwrap(), policy));
    let items = run!("基本4情報", face::read::<BasicItems>(), |items: &BasicItems| {
        [items.name(), items.address()].concat().into_bytes()
    });
    assert_eq!(items.name(), "試験　葵");
    let number = run!("個人番号", face::read::<MyNumber>(), |number: &MyNumber| number.expose().to_vec());
    let record = run!("integrity record", face::read::<IntegrityRecord>());
    assert!(record.covers_items(&items) && record.covers_my_number(&number));
    run!("text evidence", face::read_text_evidence([7; 32]));
    run!("照合番号A in text", face::verify::<Text, _>(&number_a, policy));
    run!("照合番号B in text", face::verify::<Text, _>(&number_b, policy));

    run!("券面事項確認AP", face::open::<Visual>());
    assert_eq!(run!("照合番号A tries", face::tries_left::<Visual, NumberA>()), TriesLeft::Limited(10));
    run!("照合番号A", face::verify::<Visual, _>(&number_a, policy));
    let png = |image: &MyNumberImage| image.expose_png().to_vec();
    run!("個人番号 image", face::read::<MyNumberImage>(), png);
    run!("照合番号B", face::verify::<Visual, _>(&number_b, policy));
    let card_face = run!("券面", face::read::<CardFace>(), |face: &CardFace| face.photo_jp2().to_vec());
    run!("visual evidence", face::read_visual_evidence([7; 32]));
    run!("birth date", face::verify::<Visual, _>(&birth_date, policy));
    let age = run!("age record", face::read::<AgeRecord>(), |age: &AgeRecord| {
        age.birth_date().date().unwrap().to_string().into_bytes()
    });
    assert!(age.birth_date() == card_face.birth_date());
    rows
}

fn today() -> Date {
    Date::from_ymd(2026, 11, 22).unwrap()
}

fn simulated(extended_length: bool) -> SimulatedCard {
    let settings = CardSettings { extended_length, ..CardSettings::default() };
    SimulatedCard::with_settings(&Persona::built_in("default").unwrap(), today(), settings).unwrap()
}

fn write(answer: &[u8], response: &mut [u8]) -> usize {
    response[..answer.len()].copy_from_slice(answer);
    answer.len()
}

struct Blocking<T>(Card<Meter<T>>);

impl<T: Transport> Driver for Blocking<T> {
    fn run<O: Moves>(&mut self, operation: O) -> O::Output {
        self.0.run(operation).unwrap()
    }

    fn exchanges(&self) -> u32 {
        self.0.transport().budget().exchanges
    }
}

struct ByHand {
    card: SimulatedCard,
    profile: LinkProfile,
    exchanges: u32,
}

impl ByHand {
    fn new(card: SimulatedCard) -> Self {
        Self { card, profile: LinkProfile::default(), exchanges: 0 }
    }

    fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        self.exchanges += 1;
        self.card.transmit(command)
    }
}

impl Driver for ByHand {
    fn run<O: Moves>(&mut self, mut operation: O) -> O::Output {
        let mut next = operation.start(self.profile);
        loop {
            next = match next {
                Step::Transmit(command) => {
                    operation.resume(Answer::Response(&self.transmit(command.bytes())))
                }
                Step::Complete(result) => {
                    self.profile = operation.profile();
                    return result.unwrap();
                }
            };
        }
    }

    fn exchanges(&self) -> u32 {
        self.exchanges
    }
}

/// Moves the operation to a new thread for every step.
struct BetweenThreads(ByHand);

impl Driver for BetweenThreads {
    fn run<O: Moves>(&mut self, mut operation: O) -> O::Output {
        let mut next = operation.start(self.0.profile);
        loop {
            match next {
                Step::Transmit(command) => {
                    let response = self.0.transmit(command.bytes());
                    (operation, next) = thread::scope(|scope| {
                        let stepping = scope.spawn(move || {
                            let next = operation.resume(Answer::Response(&response));
                            (operation, next)
                        });
                        stepping.join().unwrap()
                    });
                }
                Step::Complete(result) => {
                    self.0.profile = operation.profile();
                    return result.unwrap();
                }
            }
        }
    }

    fn exchanges(&self) -> u32 {
        self.0.exchanges
    }
}

struct Awaited(AsyncCard<Answered>);

/// Answers each command a poll later.
struct Answered {
    card: SimulatedCard,
    exchanges: u32,
}

impl AsyncTransport for Answered {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    async fn exchange(&mut self, command: &[u8], response: &mut [u8]) -> Result<usize, TransportError> {
        let mut is_asked = false;
        poll_fn(|context| {
            if std::mem::replace(&mut is_asked, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
        self.exchanges += 1;
        Ok(write(&self.card.transmit(command), response))
    }
}

impl Driver for Awaited {
    fn run<O: Moves>(&mut self, operation: O) -> O::Output {
        block_on(self.0.run(operation)).unwrap()
    }

    fn exchanges(&self) -> u32 {
        self.0.transport().exchanges
    }
}

/// The smallest executor: sleeps until it is woken.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(thread::current())).into();
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
