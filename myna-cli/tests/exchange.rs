//! Folder exchange as a user and a receipt computer meet it: the command on one side, the simulated application on the
//! other, and what is left after the command was killed anywhere.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use myna_eligibility::calendar::DateTime;
use myna_sim_service::{FolderResponder, ResponderSettings, SimulatedService};
use myna_terminal::Folders;
use serde_json::Value;

/// Folders of their own for each test, removed at its end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(test: &str) -> Self {
        let root = std::env::temp_dir().join(format!("myna-cli-exchange-{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        for folder in ["req", "res", "face"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        Self(root)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    fn files(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.0.join(folder)).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn myna(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_myna"));
    command.arg("exchange").args(arguments).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The simulated application, in a thread of the test.
struct Application {
    stop: Arc<AtomicBool>,
    taken: Arc<Mutex<Vec<String>>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Application {
    fn start(root: &Path, settings: ResponderSettings, prepare: impl FnOnce(&mut SimulatedService)) -> Self {
        let mut service = SimulatedService::new().unwrap();
        prepare(&mut service);
        let mut responder = FolderResponder::new(Folders::under(root), service, settings).unwrap();
        let (stop, taken) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (stopped, told) = (stop.clone(), taken.clone());
        let thread = thread::spawn(move || {
            let started = Instant::now();
            while !stopped.load(Ordering::Relaxed) {
                let clock = DateTime::parse("20260602091500").unwrap();
                responder.step(started.elapsed(), clock).unwrap();
                *told.lock().unwrap() = responder.taken().to_vec();
                thread::sleep(Duration::from_millis(2));
            }
        });
        Self { stop, taken, thread: Some(thread) }
    }

    fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.take().unwrap().join();
    }
}

/// Asks for the persona `default`.
const PATIENT: [&str; 10] = [
    "--insurer",
    "01139989",
    "--symbol",
    "21700023",
    "--number",
    "45",
    "--birthdate",
    "1988-07-14",
    "--on",
    "2026-06-02",
];

fn send(scratch: &Scratch, more: &[&str]) -> Output {
    let arguments = [&["send", "--folder", scratch.path(), "--settle", "30"], more].concat();
    myna(&arguments).output().unwrap()
}

#[test]
fn one_check_by_certificate_data() {
    let scratch = Scratch::new("one");
    let _application = Application::start(&scratch.0, ResponderSettings::default(), |_| {});
    let page = scratch.0.join("page.html");
    let output = send(&scratch, &[&PATIENT[..], &["--html", page.to_str().unwrap()]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let screen = text(&output.stdout);
    assert!(screen.contains("● 有効") && screen.contains("試験　葵"), "{screen}");
    assert!(fs::read_to_string(&page).unwrap().contains("試験　葵"));

    let output = send(&scratch, &[&PATIENT[..], &["--branch", "07", "--json"]].concat());
    assert_eq!(output.status.code(), Some(15));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["verdict"], "no_match");
    assert_eq!(json["valid"], false);
    assert_eq!(scratch.files("res"), [""; 0]);
}

#[test]
fn what_was_taken_is_deleted_when_its_time_is_over() {
    let scratch = Scratch::new("purge");
    let application = Application::start(&scratch.0, ResponderSettings::default(), |_| {});
    assert_eq!(send(&scratch, &PATIENT).status.code(), Some(0));
    drop(application);
    let purge = |days: &str| {
        let output = myna(&["purge", "--folder", scratch.path(), "--keep-days", days]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        scratch.files("myna/trash").len()
    };
    assert_eq!(purge("1"), 2, "request and answer of today");
    assert_eq!(purge("0"), 0);
    let mistyped = scratch.0.join("typo");
    let output =
        myna(&["purge", "--folder", mistyped.to_str().unwrap(), "--keep-days", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(!mistyped.exists(), "nothing is made under a mistyped name");
}

#[test]
fn pending_halves_and_the_answers_of_others_are_lived_with() {
    let scratch = Scratch::new("rough");
    let settings = ResponderSettings {
        delay: Duration::from_millis(50),
        duplicates: true,
        wrong_identifier_first: true,
        shift_jis: true,
        halves: None,
    };
    let application = Application::start(&scratch.0, settings, |service| service.set_pending_first(2));
    let output = send(&scratch, &[&PATIENT[..], &["--retry", "0.05"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("● 有効"));
    assert!(text(&output.stderr).contains("処理中（2回目）"), "{}", text(&output.stderr));
    assert_eq!(application.taken().len(), 3);

    let scratch = Scratch::new("halves");
    let settings =
        ResponderSettings { halves: Some(Duration::from_millis(300)), ..ResponderSettings::default() };
    let _application = Application::start(&scratch.0, settings, |_| {});
    assert_eq!(send(&scratch, &PATIENT).status.code(), Some(0));
}

#[test]
fn nobody_answers() {
    let scratch = Scratch::new("nobody");
    let output = send(&scratch, &[&PATIENT[..], &["--timeout", "0", "--json"]].concat());
    assert_eq!(output.status.code(), Some(16));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["error"]["code"], "exchange.timed_out");
    assert_eq!(scratch.files("req").len(), 1, "the request is out");
    assert_eq!(scratch.files("myna/open"), scratch.files("req"), "and remembered");
    let output = send(&scratch, &["--resume", "--timeout", "0"]);
    assert_eq!(output.status.code(), Some(16), "still nobody");
    {
        let application = Application::start(&scratch.0, ResponderSettings::default(), |_| {});
        let output = send(&scratch, &["--resume"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains("試験　葵"));
        assert_eq!(application.taken().len(), 1);
    }
    let output = send(&scratch, &["--resume"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0), "nothing is out any more");

    let output = send(&scratch, &["no-request.xml"]);
    assert_eq!(output.status.code(), Some(2));
    let wrong = scratch.0.join("mistyped");
    let output = myna(&["send", "--folder", wrong.to_str().unwrap()]).args(PATIENT).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!wrong.exists(), "nobody looks there, so no request is left there");
    let missing = myna(&["send", "--folder", "/nonexistent/myna", "--number", "45"]).output().unwrap();
    assert_eq!(missing.status.code(), Some(2), "insurer and birth date are missing");
}

#[test]
fn watching_shows_answers_and_face_results_as_they_come() {
    let scratch = Scratch::new("watch");
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../myna-eligibility/tests/samples");
    let sample = |name: &str| fs::read(format!("{samples}/{name}")).unwrap();
    fs::write(scratch.0.join("res/OQSsiquc01res_old.xml"), sample("e07_no_match.xml")).unwrap();
    let trash = scratch.0.join("seen");
    let arguments =
        ["watch", "--folder", scratch.path(), "--settle", "30", "--count", "3", "--json", "--trash"];
    let mut child = myna(&arguments).arg(&trash).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert!(line.contains("監視しています"), "{line}");

    let face = "OQSsiquc01res_face_131999999900000001_20250602091512.xml";
    fs::write(scratch.0.join("face").join(face), sample("e01_valid.xml")).unwrap();
    // Half a file, and the rest of it later.
    let answer = scratch.0.join("res/OQSsiquc01res_new.xml");
    let whole = sample("e06_invalid_newer_exists.xml");
    fs::write(&answer, &whole[..whole.len() / 2]).unwrap();
    fs::write(scratch.0.join("res/OQSsiquc01res_new.pdf"), "not ours").unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(first["file"], face);
    assert_eq!((&first["is_face_result"], &first["verdict"]), (&true.into(), &"valid".into()));
    fs::write(&answer, &whole).unwrap();
    let second: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(second["file"], "OQSsiquc01res_new.xml");
    assert_eq!(second["verdict"], "invalid_newer_exists");
    fs::write(&answer, sample("e07_no_match.xml")).unwrap();
    let third: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(third["verdict"], "no_match", "the file changed");
    assert!(child.wait().unwrap().success());
    assert_eq!(scratch.files("seen"), [face]);
    assert_eq!(scratch.files("face"), [""; 0]);
    assert_eq!(scratch.files("res").len(), 3, "answers are somebody's, and stay");
}

/// What anybody may put into a shared folder: neither read, nor waited for, nor the end of the watch.
#[cfg(unix)]
fn put_traps(folder: &Path, name: impl Fn(u32) -> String) {
    let elsewhere = folder.join("elsewhere");
    fs::write(&elsewhere, include_bytes!("../../myna-eligibility/tests/samples/e01_valid.xml")).unwrap();
    fs::create_dir(folder.join(name(1))).unwrap();
    assert!(Command::new("mkfifo").arg(folder.join(name(2))).status().unwrap().success());
    std::os::unix::fs::symlink(&elsewhere, folder.join(name(3))).unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.join(name(4))).unwrap();
    fs::File::create(folder.join(name(5))).unwrap().set_len(1 << 30).unwrap();
}

#[cfg(unix)]
#[test]
fn watching_goes_on_past_folders_pipes_links_and_a_sparse_gigabyte() {
    let scratch = Scratch::new("traps");
    put_traps(&scratch.0.join("res"), |number| format!("OQSsiquc01res_{number}.xml"));
    put_traps(&scratch.0.join("face"), |number| format!("OQSsiquc01res_face_{number}.xml"));
    let sample = include_bytes!("../../myna-eligibility/tests/samples/e07_no_match.xml");
    fs::write(scratch.0.join("res/OQSsiquc01res_9.xml"), sample).unwrap();
    // The two sparse files are given up, and count.
    let arguments =
        ["watch", "--folder", scratch.path(), "--settle", "30", "--existing", "--count", "3", "--json"];
    let output = myna(&arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let shown: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(shown.iter().map(|line| &line["file"]).collect::<Vec<_>>(), ["OQSsiquc01res_9.xml"]);
    assert_eq!(
        text(&output.stderr).matches("[exchange.answer_too_large]").count(),
        2,
        "{}",
        text(&output.stderr)
    );
}

#[cfg(unix)]
#[test]
fn sending_is_not_ended_by_what_lies_under_the_answers_name() {
    let scratch = Scratch::new("send-traps");
    let requests = many_requests(&scratch, 6);
    let arguments = ["send", "--json", "--settle", "10", "--timeout", "0", "--folder", scratch.path()];
    myna(&arguments).args(&requests).output().unwrap();
    put_traps(&scratch.0.join("res"), |number| format!("OQSsiquc01res_20250604{number:04}.xml"));
    let answer = include_str!("../../myna-eligibility/tests/samples/e03_national_health.xml");
    let answer = answer.replace("demo0001", "demo0006");
    fs::write(scratch.0.join("res/OQSsiquc01res_202506040006.xml"), answer).unwrap();
    let arguments = ["send", "--json", "--settle", "10", "--timeout", "1", "--folder", scratch.path()];
    let output = myna(&arguments).args(&requests).output().unwrap();
    let told: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let valid: Vec<_> =
        told.iter().filter(|line| line["valid"] == true).map(|line| &line["request"]).collect();
    assert_eq!(valid, ["OQSsiquc01req_202506040006.xml"], "{}", text(&output.stdout));
    let codes: BTreeSet<_> = told.iter().filter_map(|line| line["error"]["code"].as_str()).collect();
    assert_eq!(codes, ["exchange.answer_too_large", "exchange.timed_out"].into());
    assert_eq!(output.status.code(), Some(16), "{}", text(&output.stderr));
}

/// An answer that nobody saw is not put away.
#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_could_not_be_shown_is_shown_the_next_time() {
    let scratch = Scratch::new("full");
    let _application = Application::start(&scratch.0, ResponderSettings::default(), |_| {});
    let requests = many_requests(&scratch, 1);
    let arguments = ["send", "--settle", "10", "--folder", scratch.path(), &requests[0]];
    for json in [&[][..], &["--json"]] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = myna(&arguments).args(json).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains("[output.lost]"), "{}", text(&output.stderr));
        let mut child = myna(&arguments).args(json).spawn().unwrap();
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(1));
        assert_eq!(scratch.files("myna/trash"), [""; 0]);
    }
    let output = myna(&arguments).output().unwrap();
    assert!(text(&output.stdout).contains("OQSsiquc01req_202506040001.xml"));
    assert_eq!(scratch.files("myna/trash").len(), 2);
}

#[test]
fn the_simulated_side_runs_by_itself() {
    let scratch = Scratch::new("simulate");
    let face = concat!(env!("CARGO_MANIFEST_DIR"), "/../myna-eligibility/tests/samples/e01_valid.xml");
    let arguments =
        ["simulate", "--folder", scratch.path(), "--count", "1", "--outcome", "failed", "--face", face];
    let simulated = myna(&arguments).spawn().unwrap();
    let output = send(&scratch, &PATIENT);
    assert_eq!(output.status.code(), Some(15));
    assert!(text(&output.stdout).contains("SIMULATED-ERR-9"));
    assert!(simulated.wait_with_output().unwrap().status.success());
    assert_eq!(scratch.files("face").len(), 1);
}

/// Requests of their own, with their files.
fn many_requests(scratch: &Scratch, count: u32) -> Vec<String> {
    let folder = scratch.0.join("requests");
    fs::create_dir_all(&folder).unwrap();
    let sample =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../myna-eligibility/tests/samples/f01_check_request.xml");
    let sample = fs::read_to_string(sample).unwrap();
    (1..=count)
        .map(|number| {
            let path = folder.join(format!("OQSsiquc01req_20250604{number:04}.xml"));
            fs::write(&path, sample.replace("demo0001", &format!("demo{number:04}"))).unwrap();
            path.to_str().unwrap().to_owned()
        })
        .collect()
}

fn kill(mut child: Child) -> String {
    child.kill().unwrap();
    text(&child.wait_with_output().unwrap().stdout).to_owned()
}

/// SIGKILL at 120 random instants, seeded, between the first system call and the end. Each time the next one goes on, and
/// in the end every request was handed in once and every answer was shown and put away.
#[test]
fn killed_anywhere_nothing_is_lost_and_nothing_repeated() {
    const KILLS: u32 = 120;
    const REQUESTS: u32 = 60;
    let scratch = Scratch::new("kill");
    let requests = many_requests(&scratch, REQUESTS);
    let settings = ResponderSettings { delay: Duration::from_millis(20), ..ResponderSettings::default() };
    let application = Application::start(&scratch.0, settings, |_| {});
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below
    };
    let mut shown = BTreeSet::new();
    let mut note = |stdout: &str| {
        for line in stdout.lines() {
            // The last line of one that was killed may be half of one.
            if let Ok(json) = serde_json::from_str::<Value>(line) {
                assert_eq!(json["header"]["arbitrary_file_identifier"], identifier(&json), "{line}");
                shown.insert(json["request"].as_str().unwrap().to_owned());
            }
        }
    };
    let arguments = ["send", "--json", "--settle", "10", "--folder", scratch.path()];
    // How long one takes here and now, at best: the kills are spread over that.
    let mut whole = u64::MAX;
    for batch in [&requests[..3], &requests[3..6]] {
        let started = Instant::now();
        note(text(&myna(&arguments).args(batch).output().unwrap().stdout));
        whole = whole.min(u64::try_from(started.elapsed().as_micros()).unwrap());
    }
    let is_empty = |folder: &str| scratch.files(folder).is_empty();
    let (mut interrupted, mut batch) = (0, 3..6);
    for _ in 0..KILLS {
        // A few requests at a time, until they are done.
        if is_empty("myna/open") && is_empty("myna/staged") && batch.end + 3 <= requests.len() {
            batch = batch.end..batch.end + 3;
        }
        let mut child = myna(&arguments).args(&requests[batch.clone()]).spawn().unwrap();
        // Sleeping is what this test is about: the instant of the kill.
        thread::sleep(Duration::from_micros(next(whole)));
        let was_over = child.try_wait().unwrap().is_some();
        note(&kill(child));
        interrupted += u32::from(!is_empty("myna/open") || !is_empty("myna/staged"));
        // However fast the machine is by now, about one kill in nine comes too late.
        whole = if was_over { whole - whole / 4 } else { whole + whole / 32 };
    }
    eprintln!(
        "{interrupted} of {KILLS} kills left something half done, {} requests begun; one takes {whole} µs",
        batch.end
    );
    assert!(
        (KILLS / 10..KILLS).contains(&interrupted),
        "{interrupted}: the kills come too early or too late"
    );
    // No process is left that could hold the folder: what is left over is finished.
    let output = myna(&arguments).args(&requests).output().unwrap();
    note(text(&output.stdout));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));

    let names: Vec<_> =
        (1..=REQUESTS).map(|number| format!("OQSsiquc01req_20250604{number:04}.xml")).collect();
    let mut taken = application.taken();
    taken.sort();
    assert_eq!(taken, names, "each request was handed in once");
    assert_eq!(shown.into_iter().collect::<Vec<_>>(), names, "each answer was shown");
    for folder in ["req", "res", "myna/open", "myna/staged"] {
        assert_eq!(scratch.files(folder), [""; 0], "{folder}");
    }
    let answers = names.iter().map(|name| name.replace("req", "res"));
    let mut trash: Vec<_> = names.iter().cloned().chain(answers).collect();
    trash.sort();
    assert_eq!(scratch.files("myna/trash"), trash, "each answer was put away once");
}

/// The identifier that belongs to a request's name.
fn identifier(json: &Value) -> String {
    let name = json["request"].as_str().unwrap();
    format!("20250604100459-demo{}", &name[name.len() - 8..name.len() - 4])
}
