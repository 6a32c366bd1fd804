//! `myna sim pipe` and `myna sim serve` as a user meets them: where a card comes from, and what is refused before it is served.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const SELECT_JPKI: &[u8] = b"\x00\xA4\x04\x0C\x0A\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01";

/// A folder of this test only, which goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("myna-serving-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn sim(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_myna"))
        .arg("sim")
        .args(arguments)
        .env_remove("XDG_RUNTIME_DIR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It fails if the command ends without reading, which is its right.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn messages(commands: &[&[u8]]) -> Vec<u8> {
    let message = |command: &&[u8]| [&u16::try_from(command.len()).unwrap().to_be_bytes(), *command].concat();
    commands.iter().flat_map(message).collect()
}

/// Whole certificate by short identifier, extended length; a wrong PIN; a signature that needs the right one.
fn traffic() -> Vec<u8> {
    messages(&[
        &[4],
        SELECT_JPKI,
        b"\x00\xB0\x8A\x00\x00\x00\x00",
        b"\x00\x20\x00\x98\x049999",
        b"\x80\x2A\x00\x97\x02\xAA\xBB\x00",
        b"\x00\x20\x00\x98\x041234",
        b"\x80\x2A\x00\x97\x02\xAA\xBB\x00",
    ])
}

#[test]
fn a_card_is_served_from_the_folder_it_was_exported_to() {
    let folder = Folder::new("export");
    let card = folder.path("card");
    let shown = sim(&["show", "default", "--at", "2026-06-02", "--export", &card], b"");
    assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
    let original = sim(&["pipe", "default", "--at", "2026-06-02"], &traffic());
    let served = sim(&["pipe", &card], &traffic());
    assert!(original.status.success() && served.status.success());
    assert!(original.stdout.len() > 1_500, "{} bytes", original.stdout.len());
    assert_eq!(served.stdout, original.stdout);
    assert!(sim(&["check", &card], b"").status.success());
    // Shown and exported once more, it is the same folder.
    let again = folder.path("again");
    assert!(sim(&["show", &card, "--export", &again], b"").status.success());
    let description = |folder: &str| fs::read_to_string(format!("{folder}/card.toml")).unwrap();
    assert_eq!(description(&card), description(&again));
    // What is there is left alone.
    assert_eq!(sim(&["show", "default", "--export", &card], b"").status.code(), Some(2));

    // And checked where it lies: the insurer knows the persona it was exported from.
    let check = |card: &str| {
        Command::new(env!("CARGO_BIN_EXE_myna"))
            .args(["check", "--card", &format!("sim:{card}"), "--at", "2026-06-02T09:15:00", "--json"])
            .env("MYNA_PIN", "1234")
            .output()
            .unwrap()
    };
    let (of_folder, of_persona) = (check(&card), check("default"));
    assert!(of_folder.status.success(), "{}", String::from_utf8_lossy(&of_folder.stdout));
    assert_eq!(of_folder.stdout, of_persona.stdout);

    // Without its description it can be looked at, and not served.
    fs::remove_file(format!("{card}/card.toml")).unwrap();
    let refused = check(&card);
    let text = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert!(refused.status.code() == Some(2) && text.contains("card.toml"), "{text}");
    assert!(sim(&["check", &card], b"").status.success());
    for command in ["pipe", "serve"] {
        let refused = sim(&[command, &card], b"");
        let text = String::from_utf8(refused.stderr).unwrap();
        assert!(refused.status.code() == Some(2) && text.contains("card.toml"), "{text}");
    }
}

#[test]
fn faults_come_from_a_line_or_a_file() {
    let folder = Folder::new("faults");
    let plan = folder.path("plan.toml");
    fs::write(
        &plan,
        "version = 1\n[latency]\ncommand = 1\n[[fault]]\nevery = 2\ninstruction = \"20\"\nfault = \"status 6F00\"\n",
    )
    .unwrap();
    let ask = b"\x00\x20\x00\x98";
    let input = messages(&[SELECT_JPKI, ask, ask, ask]);
    let from_file = sim(&["pipe", "--faults", &plan], &input);
    assert_eq!(from_file.stdout, b"\0\x02\x90\0\0\x02\x63\xC3\0\x02\x6F\0\0\x02\x63\xC3");
    let from_line = sim(&["pipe", "--faults", "3 status 6F00"], &input);
    assert_eq!(from_line.stdout, from_file.stdout);
    let pulled = sim(&["pipe", "--faults", "3 remove"], &input);
    assert!(pulled.status.success());
    assert_eq!(pulled.stdout, b"\0\x02\x90\0\0\x02\x63\xC3");
    let sick = sim(&["pipe", "--mutant", "counts-empty-verify"], &input);
    assert!(sick.stdout.ends_with(b"\0\x02\x63\xC0"), "{:?}", sick.stdout);
}

#[test]
fn what_cannot_be_served_is_refused_before_anything_is() {
    let folder = Folder::new("refused");
    let broken = folder.path("plan.toml");
    fs::write(&broken, "version = 1\n[[fault]]\nat = 1\nfault = \"explode\"\n").unwrap();
    let old = folder.path("state.json");
    fs::write(&old, r#"{"version":2,"counters":{}}"#).unwrap();
    let empty = folder.path("card");
    fs::create_dir(&empty).unwrap();
    fs::write(format!("{empty}/card.toml"), "version = 1\n[card]\natr = \"3\"\n").unwrap();
    let shared = folder.path("sim");
    for (arguments, code, reasons) in [
        (&["--faults", "3 explode"][..], 2, &["3 explode"][..]),
        (&["--faults", &broken], 2, &["plan.toml", "line 2"]),
        (&["--faults", "/no/such.toml"], 2, &["/no/such.toml"]),
        (&["--state", &old], 1, &["state.json", "version 2 where 4 is known", "sim.state.malformed"]),
        (&["--mutant", "kind"], 2, &["forgets-to-decrement"]),
        (&["--at", "yesterday"], 2, &["yesterday"]),
        (&[&empty], 2, &["card.toml", "card atr", "sim.folder.value"]),
        (&["nobody"], 2, &["nobody"]),
    ] {
        for command in ["pipe", "serve"] {
            let output = sim(&[&[command], arguments].concat(), b"");
            let text = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(code), "{command} {arguments:?}: {text}");
            assert!(reasons.iter().all(|reason| text.contains(reason)), "{command} {arguments:?}: {text}");
        }
    }
    for (arguments, reason) in [
        (&["default", "default", "default"][..], "default"),
        (&["default", "--state", &old, "--state", &old], "--state"),
        (&["default", "default", "--state", &old, "--state", &old], "a file of its own"),
        (&["default", "default", "--port", "65535"], "--port"),
        (&["default", "--trace", "/no/such/trace"], "/no/such/trace"),
        (&["default", "--atr", "3BE000FF8131FE4515"], "14 is right"),
        (&["default", "--atr", "radio"], "hexadecimal"),
        // The folder of the test is open to others.
        #[cfg(unix)]
        (&["default", "--socket", &shared], "chmod 700"),
    ] {
        let output = sim(&[&["serve"], arguments].concat(), b"");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && text.contains(reason), "{arguments:?}: {text}");
    }
}

#[test]
fn no_file_of_a_card_commands_the_terminal() {
    let folder = Folder::new("terminal");
    let escape = r"\u001B[31m";
    let path = |name: &str, text: String| {
        fs::write(folder.0.join(name), text).unwrap();
        folder.path(name)
    };
    fs::create_dir(folder.0.join("card")).unwrap();
    path("card/card.toml", format!("version = 1\nsummary = \"試{escape}験\"\n"));
    let shown = sim(&["show", &folder.path("card")], b"");
    assert!(String::from_utf8(shown.stdout).unwrap().starts_with("試\u{FFFD}[31m験\n"));

    let plan = path("plan.toml", format!("version = 1\n\"{escape}\" = 1\n"));
    let state =
        path("state.json", format!(r#"{{"version":4,"counters":{{"{escape}":1}},"changed_pins":{{}}}}"#));
    path("card/card.toml", format!("version = 1\n[[object]]\ntag = \"{escape}\"\n"));
    for arguments in
        [&["pipe", "--faults", &plan][..], &["pipe", "--state", &state], &["pipe", &folder.path("card")]]
    {
        let output = sim(arguments, b"");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && !text.contains('\u{1B}'), "{arguments:?}: {text:?}");
    }
}
