//! A PC/SC daemon with a virtual reader, private to one test.
//!
//! The daemon has one socket, `/run/pcscd/pcscd.comm`, and the virtual reader listens on all addresses of the machine
//! and asks nobody who they are. So a test starts itself once more in a mount and a network namespace of its own:
//! tests run side by side, a daemon of the machine is neither used nor disturbed, nothing is reachable from outside.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use super::command::{MYNA, PERSONA, Run, run};

/// The first of the two slots of the virtual reader, where the card goes.
pub(super) const READER: &str = "Virtual PCD 00 00";

/// The second.
pub(super) const SECOND_READER: &str = "Virtual PCD 00 01";

const INSIDE: &str = "MYNA_PRIVATE_STACK";

/// A file system in memory, seen by this test only; it vanishes with the test.
const PRIVATE: &str = "/run";

/// How long anything may take that normally takes less than a second.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs `body`, which is the whole of the test `name` (given as `module::function`), on a private stack.
pub(super) fn in_private_stack(name: &str, body: impl FnOnce(&Stack)) {
    if env::var_os(INSIDE).is_some() {
        return body(&Stack::start());
    }
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "--net"]);
    if run("id -u").succeeded().trim() != "0" {
        unshare.arg("--map-root-user");
    }
    let this_program = env::current_exe().expect("the path of this test program");
    unshare
        .arg(this_program)
        .args(["--exact", &format!("real_stack::{name}"), "--nocapture"])
        .env(INSIDE, "1");
    let output = unshare.output().expect("`unshare` (package util-linux) starts");
    print!("{}", String::from_utf8_lossy(&output.stdout));
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{name}, in its private namespaces: {}", output.status);
    // A wrong name selects no test at all, and that too is a success to the test program.
    let ran = String::from_utf8_lossy(&output.stdout).contains("test result: ok. 1 passed");
    assert!(ran, "there is no test called {name}");
}

/// The daemon and the virtual reader, which is empty at first.
pub(super) struct Stack {
    _daemon: Process,
}

impl Stack {
    fn start() -> Self {
        run(&format!("mount -t tmpfs tmpfs {PRIVATE}")).succeeded();
        run("ip link set lo up").succeeded();
        // By its full path: it is not on the search path of ordinary users.
        let mut pcscd = Command::new("/usr/sbin/pcscd");
        let daemon = Process::start("pcscd (package pcscd)", pcscd.args(["--foreground", "--critical"]));
        let stack = Self { _daemon: daemon };
        wait_until("the daemon lists the virtual reader (package vsmartcard-vpcd)", || {
            card_present().is_some()
        });
        stack
    }

    /// Puts in a simulated card: `myna sim serve` with these arguments, and waits until it can be used.
    pub(super) fn insert(&self, arguments: &[&str]) -> SimulatedCard {
        self.insert_card(PERSONA, arguments)
    }

    /// The same with another card than everybody's.
    pub(super) fn insert_card(&self, source: &str, arguments: &[&str]) -> SimulatedCard {
        let mut serve = Command::new(MYNA);
        let server = Process::start("myna sim serve", serve.args(["sim", "serve", source]).args(arguments));
        self.wait_for_card(true);
        SimulatedCard { server }
    }

    /// Waits until the daemon has noticed that there is a card, or none.
    pub(super) fn wait_for_card(&self, present: bool) {
        let what = if present { "a card is in the reader" } else { "the reader is empty" };
        wait_until(what, || card_present() == Some(present));
    }
}

/// A simulated card in the reader.
pub(super) struct SimulatedCard {
    server: Process,
}

impl SimulatedCard {
    /// Kills the simulator, which is not asked first (SIGKILL), and waits until the reader is empty.
    ///
    /// Without the wait a next card would look like the same one to the daemon, which looks every 0.4 s.
    pub(super) fn kill(self, stack: &Stack) {
        drop(self.server);
        stack.wait_for_card(false);
    }
}

/// The path of a file private to this test.
pub(super) fn private_file(name: &str) -> String {
    let path = PathBuf::from(PRIVATE).join("test");
    fs::create_dir_all(&path).expect("a directory of this test");
    path.join(name).to_str().expect("an ASCII path").to_owned()
}

/// Polls until `condition` holds, and fails if it takes far longer than it ever should.
pub(super) fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "waited {PATIENCE:?} in vain: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Whether there is a card in [`READER`], as OpenSC sees it; `None` if there is not even the reader.
fn card_present() -> Option<bool> {
    let Run { stdout, .. } = run("opensc-tool --list-readers");
    let row = stdout.lines().find(|line| line.ends_with(READER))?;
    Some(row.split_whitespace().nth(1) == Some("Yes"))
}

/// A child process that ends with its owner.
struct Process(Child);

impl Process {
    fn start(name: &str, command: &mut Command) -> Self {
        let child = command.stdin(Stdio::null()).spawn();
        Self(child.unwrap_or_else(|error| panic!("{name} does not start: {error}")))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Either fails only if the process has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
