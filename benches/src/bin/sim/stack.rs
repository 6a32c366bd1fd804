//! Over `pcscd` with the virtual reader of vsmartcard, private to this program by `unshare`; nobody else sees it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

use myna_sim::vpcd;
use myna_transport::Transport;
use myna_transport::pcsc::{Connection, Sharing, readers};

use super::{COMMANDS, Result, Rounds, card, empty, show};

/// How long the two parts of the stack may take to appear.
const PATIENCE: Duration = Duration::from_secs(20);

const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
const DAEMON: &str = "/usr/sbin/pcscd";
/// The two slots of the virtual reader: name, port.
const SIMULATED: (&str, u16) = ("Virtual PCD 00 00", vpcd::DEFAULT_PORT);
const EMPTY: (&str, u16) = ("Virtual PCD 00 01", vpcd::DEFAULT_PORT + 1);

/// Starts this program again where it may have a stack of its own.
pub(super) fn measure() -> Result<()> {
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

pub(super) fn measure_here() -> Result<()> {
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

/// Ends with its owner.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        // Either fails only if the process has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
