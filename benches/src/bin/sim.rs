//! What the simulated card takes for itself: exchanges without cryptography, beside a card that answers `9000` to everything.
//!
//! ```text
//! sim            in this process, then over the real PC/SC stack, if there is one
//! sim --stack    the second part alone, on a stack that was started in the namespaces of this process
//! ```
//!
//! Both cards take turns in one run, in rounds so short that most of them are not interrupted, and the median of the rounds is
//! shown: seconds of two runs do not compare, and on a busy machine a mean tells of the other programs. The real stack is
//! `pcscd` with the virtual reader of vsmartcard, private to this program by `unshare`; nobody else sees it.

use std::error::Error;
use std::hint::black_box;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

use myna_sim::pki::CivilDate;
use myna_sim::{Persona, SimulatedCard, vpcd};
use myna_transport::Transport;
use myna_transport::pcsc::{Connection, Sharing, readers};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What a client sends while it reads a certificate, looks for PINs and for other cards; no key is used.
const COMMANDS: [&[u8]; 12] = [
    // SELECT of JPKI-AP, its EF 000A, four reads.
    &[0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01],
    &[0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x0A],
    &[0x00, 0xB0, 0x00, 0x00, 0x04],
    &[0x00, 0xB0, 0x00, 0x00, 0x00],
    &[0x00, 0xB0, 0x01, 0x00, 0x00],
    &[0x00, 0xB0, 0x8B, 0x00, 0x00],
    // Tries left, and a file behind a PIN.
    &[0x00, 0x20, 0x00, 0x98],
    &[0x00, 0xB0, 0x81, 0x00, 0x04],
    // A foreign application; 共通カードAP and its record; GET DATA.
    &[0x00, 0xA4, 0x04, 0x00, 0x06, 0xD2, 0x76, 0x00, 0x01, 0x24, 0x01, 0x00],
    &[0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00],
    &[0x00, 0xB2, 0x01, 0x0C, 0x00],
    &[0x00, 0xCA, 0x5F, 0x51, 0x00],
];

/// How long the two parts of the stack may take to appear.
const PATIENCE: Duration = Duration::from_secs(20);

const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
const DAEMON: &str = "/usr/sbin/pcscd";
/// The two slots of the virtual reader: name, port.
const SIMULATED: (&str, u16) = ("Virtual PCD 00 00", vpcd::DEFAULT_PORT);
const EMPTY: (&str, u16) = ("Virtual PCD 00 01", vpcd::DEFAULT_PORT + 1);

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words[..] {
        [] => in_process().and_then(|()| in_namespaces()),
        ["--stack"] => over_the_stack(),
        _ => Err("usage: sim".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sim: {error}");
            ExitCode::FAILURE
        }
    }
}

fn card() -> Result<SimulatedCard> {
    let persona = Persona::built_in("default").ok_or("there is no default persona")?;
    Ok(SimulatedCard::new(&persona, CivilDate::new(2025, 6, 2)?)?)
}

/// The card that has nothing and refuses nothing.
fn empty(_command: &[u8]) -> Vec<u8> {
    vec![0x90, 0x00]
}

fn in_process() -> Result<()> {
    const ROUNDS: usize = 201;
    const TIMES: usize = 500;
    let mut card = card()?;
    for command in COMMANDS {
        let answer = card.transmit(command);
        // A bench of something that fails measures the wrong thing.
        if !matches!(answer.as_slice(), [.., 0x90, 0x00] | [0x63, 0xC3] | [0x69, 0x82] | [0x6A, 0x82]) {
            return Err(format!("{command:02X?} gets {answer:02X?}").into());
        }
    }
    let mut simulated = Rounds::default();
    let mut nothing = Rounds::default();
    let count = TIMES * COMMANDS.len();
    let exchanges = u32::try_from(count)?;
    for _ in 0..ROUNDS {
        simulated.time(exchanges, || {
            for command in COMMANDS.iter().cycle().take(count) {
                black_box(card.transmit(black_box(command)));
            }
        });
        nothing.time(exchanges, || {
            for command in COMMANDS.iter().cycle().take(count) {
                black_box(empty(black_box(command)));
            }
        });
    }
    println!("in this process, {} different commands without cryptography", COMMANDS.len());
    show(simulated.median(), nothing.median());
    let rate = 1.0 / simulated.median().as_secs_f64();
    println!("  wanted: 100 000 exchanges a second; {}\n", if rate >= 1e5 { "met" } else { "NOT met" });
    Ok(())
}

/// Starts this program again where it may have a stack of its own.
fn in_namespaces() -> Result<()> {
    if !Path::new(DAEMON).exists() || !Path::new(DRIVER).exists() {
        println!("over PC/SC: not measured, pcscd or vsmartcard-vpcd is not installed");
        return Ok(());
    }
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "--net"]);
    if !unshare_works(&["--mount", "--net"]) {
        unshare.arg("--map-root-user");
        if !unshare_works(&["--mount", "--net", "--map-root-user"]) {
            println!("over PC/SC: not measured, no private namespaces here (unshare)");
            return Ok(());
        }
    }
    let status = unshare.arg(env::current_exe()?).arg("--stack").status()?;
    if status.success() { Ok(()) } else { Err(format!("over PC/SC: {status}").into()) }
}

fn unshare_works(arguments: &[&str]) -> bool {
    let tried = Command::new("unshare").args(arguments).arg("true").stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}

fn over_the_stack() -> Result<()> {
    const ROUNDS: usize = 200;
    for command in ["mount -t tmpfs tmpfs /run", "ip link set lo up"] {
        let mut words = command.split(' ');
        let status = Command::new(words.next().unwrap_or_default()).args(words).status()?;
        if !status.success() {
            return Err(format!("{command}: {status}").into());
        }
    }
    let _daemon =
        Daemon(Command::new(DAEMON).args(["--foreground", "--critical"]).stdin(Stdio::null()).spawn()?);
    let mut card = card()?;
    thread::spawn(move || {
        let options = vpcd::Options { reconnect: true, ..vpcd::Options::default() };
        vpcd::serve(format!("127.0.0.1:{}", SIMULATED.1), &mut card, options)
    });
    thread::spawn(serve_empty);

    let mut connections = [open(SIMULATED.0)?, open(EMPTY.0)?];
    let [simulated, nothing] = &mut connections;
    let (mut simulated, mut nothing) = (simulated.begin()?, nothing.begin()?);
    let mut answer = vec![0; 300];
    let mut rounds = [Rounds::default(), Rounds::default()];
    let [of_simulated, of_nothing] = &mut rounds;
    let mut failed = None;
    for command in COMMANDS.iter().cycle().take(ROUNDS * COMMANDS.len()) {
        of_simulated.time(1, || {
            failed = failed.take().or(simulated.exchange(command, &mut answer).err());
        });
        of_nothing.time(1, || {
            failed = failed.take().or(nothing.exchange(command, &mut answer).err());
        });
    }
    if let Some(error) = failed {
        return Err(error.into());
    }
    let (simulated, nothing) = (of_simulated.median(), of_nothing.median());
    println!("over pcscd and vpcd, the same commands");
    show(simulated, nothing);
    let more = simulated.saturating_sub(nothing);
    let met = if simulated < Duration::from_micros(200) { "met" } else { "NOT met" };
    println!(
        "  the simulated card's own share {:.4} ms; wanted: below 0.2 ms for all of it; {met}",
        more.as_secs_f64() * 1e3
    );
    Ok(())
}

fn open(reader: &str) -> Result<Connection> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let found = readers().ok().and_then(|all| all.into_iter().find(|one| one.name == reader));
        if found.is_some_and(|found| found.card_present)
            && let Ok(connection) = Connection::open(Some(reader), Sharing::Exclusive)
        {
            return Ok(connection);
        }
        if Instant::now() > deadline {
            return Err(format!("{reader}: no card after {PATIENCE:?}").into());
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// As `myna_sim::vpcd` does it, for the card that answers `9000`.
fn serve_empty() {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", EMPTY.1)) {
            // Ends with the daemon.
            let _ = attend(&mut stream);
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

fn attend(stream: &mut TcpStream) -> Result<()> {
    const ATR: &[u8] = &[0x3B, 0x00];
    stream.set_nodelay(true)?;
    loop {
        let mut length = [0; 2];
        acknowledge_at_once(stream);
        stream.read_exact(&mut length)?;
        let mut body = vec![0; u16::from_be_bytes(length).into()];
        acknowledge_at_once(stream);
        stream.read_exact(&mut body)?;
        let answer = match body.as_slice() {
            [0x04] => ATR.to_vec(),
            [] | [_] => continue,
            command => empty(command),
        };
        let length = u16::try_from(answer.len())?.to_be_bytes();
        stream.write_all(&[length.as_slice(), &answer].concat())?;
    }
}

/// Without it the reader's second write waits 40 ms for the acknowledgement of its first.
fn acknowledge_at_once(stream: &TcpStream) {
    #[cfg(target_os = "linux")]
    let _ = socket2::SockRef::from(stream).set_tcp_quickack(true);
    #[cfg(not(target_os = "linux"))]
    let _ = stream;
}

/// The time of one exchange, round by round.
#[derive(Default)]
struct Rounds(Vec<Duration>);

impl Rounds {
    fn time(&mut self, exchanges: u32, round: impl FnOnce()) {
        let start = Instant::now();
        round();
        self.0.push(start.elapsed() / exchanges);
    }

    fn median(&mut self) -> Duration {
        self.0.sort_unstable();
        self.0.get(self.0.len() / 2).copied().unwrap_or_default()
    }
}

fn show(simulated: Duration, nothing: Duration) {
    for (name, time) in [("simulated card", simulated), ("empty card", nothing)] {
        let seconds = time.as_secs_f64();
        println!("  {name:15} {:>12.0} exchanges a second {:>12.1} ns each", 1.0 / seconds, seconds * 1e9);
    }
    println!("  ratio {:.2}", simulated.as_secs_f64() / nothing.as_secs_f64());
}

/// Ends with its owner.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        // Either fails only if the process has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
