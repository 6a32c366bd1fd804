use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::failure::Failure;

#[derive(Args)]
#[cfg_attr(not(unix), expect(dead_code, reason = "there is no control here"))]
pub(crate) struct Arguments {
    /// What to do to the card
    #[arg(value_enum)]
    action: Action,
    /// Which slot's card, counted from 0
    #[arg(long, default_value_t = 0, value_name = "N")]
    slot: usize,
    /// Where `myna sim serve` listens (else: $XDG_RUNTIME_DIR/myna/sim)
    #[arg(long, value_name = "PATH")]
    socket: Option<std::path::PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Action {
    /// Take the card out of the reader
    Remove,
    /// Put it back
    Insert,
    /// Make it silent: the reader sees no card
    Mute,
    /// Make it answer no command any more
    Hang,
    /// Make a card that is mute or hangs answer again
    Resume,
    /// Say how every card is
    Status,
}

#[cfg(unix)]
pub(crate) use self::socket::ControlSocket;

#[cfg(unix)]
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let answer = socket::ask(arguments.socket.as_deref(), arguments.action, arguments.slot)?;
    outln!("{answer}");
    Ok(ExitCode::SUCCESS)
}

#[cfg(not(unix))]
pub(crate) fn run(_: &Arguments) -> Result<ExitCode, Failure> {
    Err(Failure::usage(&crate::codes::NO_SOCKETS, &[]))
}

/// ```text
/// asked     <action> <slot>\n
/// answered  {"slots":[{"slot":0,"card":"present","connected":true,"commands":7}]}\n, or {"error":"…"}\n
/// ```
#[cfg(unix)]
mod socket {
    use std::fs::{self, DirBuilder, Permissions};
    use std::io::{self, BufRead, BufReader, Read, Write};
    use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt};
    use std::os::unix::net::{UnixListener, UnixStream};
    use std::path::{Path, PathBuf};
    use std::sync::Arc;
    use std::thread;
    use std::time::Duration;

    use clap::ValueEnum;
    use myna_sim::vpcd::Control;
    use serde_json::{Value, json};

    use super::Action;
    use crate::codes;
    use crate::failure::Failure;

    /// Where `myna sim control` is heard. Whoever can open it can pull cards, no more: it carries no data of a card.
    pub(crate) struct ControlSocket(UnixListener);

    impl ControlSocket {
        /// Listens at a path, in a directory that nobody else can enter; one that is not there is made so. `None` when no
        /// path is given and the system has no place for such things.
        pub(crate) fn open(path: Option<&Path>) -> Result<Option<(Self, PathBuf)>, Failure> {
            let Some(path) = path.map(Path::to_owned).or_else(default_path) else { return Ok(None) };
            let listener = listen(&path)?;
            Ok(Some((Self(listener), path)))
        }

        /// Answers for ever, each connection in a thread of its own: whoever says nothing keeps nobody else waiting.
        pub(crate) fn serve(&self, controls: &Arc<[Control]>) {
            for stream in self.0.incoming().flatten() {
                let controls = Arc::clone(controls);
                // Whoever hangs up or is slow gets no answer, nor does who comes when there are too many.
                let answering = move || {
                    let _ = answer(&stream, &controls);
                };
                let _ = thread::Builder::new().stack_size(STACK).spawn(answering);
            }
        }
    }

    pub(super) fn ask(path: Option<&Path>, action: Action, slot: usize) -> Result<Value, Failure> {
        let path = path
            .map(Path::to_owned)
            .or_else(default_path)
            .ok_or_else(|| Failure::usage(&codes::NO_SOCKET_PATH, &[]))?;
        let failed = |error: io::Error| {
            Failure::other(&codes::CONTROL, &[("path", &path.display()), ("reason", &error)])
        };
        let action = action.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        let exchange = || {
            let mut stream = UnixStream::connect(&path)?;
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            stream.write_all(format!("{action} {slot}\n").as_bytes())?;
            let mut line = String::new();
            BufReader::new(stream.take(MOST_BYTES)).read_line(&mut line)?;
            Ok(serde_json::from_str::<Value>(&line)?)
        };
        let answer = exchange().map_err(failed)?;
        match answer.get("error").and_then(Value::as_str) {
            Some(error) => Err(Failure::usage(&codes::CONTROL_REFUSED, &[("reason", &error)])),
            None => Ok(answer),
        }
    }

    /// More than any line of either side.
    const MOST_BYTES: u64 = 4096;

    /// More than an answer needs, so that many can be waited for.
    const STACK: usize = 256 * 1024;

    fn default_path() -> Option<PathBuf> {
        let runtime = PathBuf::from(std::env::var_os("XDG_RUNTIME_DIR")?);
        runtime.is_absolute().then(|| runtime.join("myna").join("sim"))
    }

    fn listen(path: &Path) -> Result<UnixListener, Failure> {
        let failed = |error: io::Error| {
            Failure::usage(&codes::SOCKET, &[("path", &path.display()), ("reason", &error)])
        };
        let directory =
            path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(failed)?;
        let metadata = fs::metadata(directory).map_err(failed)?;
        if metadata.mode() & 0o077 != 0 {
            return Err(Failure::usage(&codes::SOCKET_FOLDER, &[("folder", &directory.display())]));
        }
        match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.file_type().is_socket() => {
                if UnixStream::connect(path).is_ok() {
                    return Err(Failure::usage(&codes::SOCKET_TAKEN, &[("path", &path.display())]));
                }
                // Left by one that was killed.
                fs::remove_file(path).map_err(failed)?;
            }
            Ok(_) => return Err(Failure::usage(&codes::SOCKET_OCCUPIED, &[("path", &path.display())])),
            Err(_) => {}
        }
        let listener = UnixListener::bind(path).map_err(failed)?;
        fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(failed)?;
        Ok(listener)
    }

    fn answer(stream: &UnixStream, controls: &[Control]) -> io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.set_write_timeout(Some(Duration::from_secs(1)))?;
        let mut line = String::new();
        BufReader::new(stream.take(MOST_BYTES)).read_line(&mut line)?;
        let answer = carry_out(&line, controls).unwrap_or_else(|error| json!({ "error": error }));
        let mut stream = stream;
        writeln!(stream, "{answer}")
    }

    fn carry_out(line: &str, controls: &[Control]) -> Result<Value, String> {
        let mut words = line.split_whitespace();
        let action = words.next().and_then(|word| Action::from_str(word, false).ok());
        let action = action.ok_or("no such action")?;
        let slot: usize = words.next().and_then(|word| word.parse().ok()).ok_or("no number of a slot")?;
        let control = controls.get(slot).ok_or_else(|| format!("there is no card for slot {slot}"))?;
        match action {
            Action::Remove => control.remove(),
            Action::Insert => control.insert(),
            Action::Mute => control.mute(),
            Action::Hang => control.hang(),
            Action::Resume => control.resume(),
            Action::Status => {}
        }
        let slots: Vec<Value> = controls
            .iter()
            .enumerate()
            .map(|(slot, control)| {
                json!({
                    "slot": slot,
                    "card": control.condition().as_str(),
                    "connected": control.is_connected(),
                    "commands": control.commands(),
                })
            })
            .collect();
        Ok(json!({ "slots": slots }))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn scratch(name: &str) -> PathBuf {
            let path = std::env::temp_dir().join(format!("myna-control-{}-{name}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            path
        }

        #[test]
        fn actions_reach_the_card_of_their_slot_and_nonsense_reaches_none() {
            let controls = [Control::new(), Control::new()];
            let cards = |answer: &Value| -> Vec<String> {
                let slots = answer["slots"].as_array().unwrap();
                slots.iter().map(|slot| slot["card"].as_str().unwrap().to_owned()).collect()
            };
            for (line, expected) in [
                ("remove 1\n", ["present", "absent"]),
                ("hang 0", ["hung", "absent"]),
                ("resume 1", ["hung", "absent"]),
                ("resume 0", ["present", "absent"]),
                ("insert 1", ["present", "present"]),
                ("mute 1", ["present", "mute"]),
                ("status 0", ["present", "mute"]),
            ] {
                assert_eq!(cards(&carry_out(line, &controls).unwrap()), expected, "{line}");
            }
            for line in ["", "\n", "remove", "remove 2", "remove -1", "explode 0", "remove x", "Remove 0"] {
                assert!(carry_out(line, &controls).is_err(), "{line}");
            }
            assert_eq!(cards(&carry_out("status 0", &controls).unwrap()), ["present", "mute"]);
        }

        #[test]
        fn the_socket_is_private_and_a_dead_one_is_replaced() {
            let directory = scratch("private");
            let path = directory.join("sim");
            let Ok(Some((socket, _))) = ControlSocket::open(Some(&path)) else { panic!("no socket") };
            assert_eq!(fs::metadata(&directory).unwrap().mode() & 0o777, 0o700);
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
            assert!(ControlSocket::open(Some(&path)).is_err(), "somebody listens");
            drop(socket);
            let Ok(Some((socket, _))) = ControlSocket::open(Some(&path)) else { panic!("no socket") };
            let controls: Arc<[Control]> = [Control::new()].into();
            let served = Arc::clone(&controls);
            // Ends with the test program.
            thread::spawn(move || socket.serve(&served));
            let answer = ask(Some(&path), Action::Remove, 0).map_err(|_| ()).unwrap();
            assert_eq!(answer["slots"][0]["card"], "absent");
            assert!(ask(Some(&path), Action::Remove, 1).is_err());
            // Whoever says nothing is not waited for, and whoever says too much, or no text, is not heard.
            let silent: Vec<_> = (0..100).map(|_| UnixStream::connect(&path).unwrap()).collect();
            let start = std::time::Instant::now();
            assert!(ask(Some(&path), Action::Status, 0).is_ok());
            assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
            drop(silent);
            let line = vec![b'x'; 1 << 20];
            let binary: Vec<u8> = (0..=255).cycle().take(5_000).collect();
            for rudeness in
                [line.as_slice(), &binary, b"\0\n", b"remove 0", "削除 0\n".as_bytes(), b"insert \xFF\n"]
            {
                let mut rude = UnixStream::connect(&path).unwrap();
                let _ = rude.write_all(rudeness);
                drop(rude);
                let answer = ask(Some(&path), Action::Status, 0).map_err(|_| ()).unwrap();
                assert_eq!(answer["slots"][0]["card"], "absent", "{:?}", rudeness.get(..9));
            }
            // A link is not followed, whether somebody listens at its end or nobody.
            let link = directory.join("link");
            std::os::unix::fs::symlink(&path, &link).unwrap();
            assert!(ControlSocket::open(Some(&link)).is_err(), "a link is left alone");
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
            fs::remove_file(&path).unwrap();
            fs::write(&path, "").unwrap();
            assert!(ControlSocket::open(Some(&path)).is_err(), "a file is left alone");
            fs::set_permissions(&directory, Permissions::from_mode(0o755)).unwrap();
            assert!(ControlSocket::open(Some(&directory.join("other"))).is_err(), "others can enter");
            fs::remove_dir_all(&directory).unwrap();
        }
    }
}
