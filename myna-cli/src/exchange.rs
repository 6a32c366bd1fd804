use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

use clap::{Args, Subcommand};
use myna_eligibility::{
    HtmlPage, Message,
    calendar::Date,
    forms::{Encoding, Reading, Report},
    records::{
        BulkProgress, CheckRequest, CheckRequestBody, Header, InsurerNumber, Query, Repeated, Written,
    },
};
use myna_error::Diagnostic;
use myna_sim_service::{FolderResponder, ResponderSettings, SimulatedOutcome, SimulatedService};
use myna_terminal::{
    ArrivalNews, ArrivalWatch, ErrandDesk, ErrandError, ErrandFile, ErrandNews, ErrandOutcome, ErrandRules,
    ErrandRunner, FolderWatcher, Folders, Refusal, SETTLING_TIME, WatchedFolder,
};
use serde::Serialize;

use crate::clock::Now;
use crate::codes;
use crate::failure::{self, Failure};
use crate::output;
use crate::private_file::write_private;
use crate::screen;

/// Folder exchange with the 連携アプリケーション.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Hand requests in, wait for their answers, and show them
    Send(Send),
    /// Show every answer and face result that arrives, until interrupted
    Watch(Watch),
    /// Be the other side: answer requests as the simulated service does
    Simulate(Simulate),
    /// Delete the answers that were taken, and their requests, when their time is over: they are personal
    Purge(Purge),
}

#[derive(Args)]
struct Place {
    /// The folder that holds req, res and face
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// How long a file must stand unchanged before it is read, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = default_settling())]
    settle: u64,
}

/// Exit code 0 only when every answer is valid; the others are listed by `myna --help`. A request that was handed in and
/// not answered is waited for again when it is sent once more under the same name; it is never handed in twice.
#[derive(Args)]
pub(crate) struct Send {
    #[command(flatten)]
    place: Place,
    /// Request files, named as in OQSsiquc01req_202506040001.xml; none: one check is put together from the options
    #[arg(value_name = "REQUEST", conflicts_with_all = ["insurer", "number", "birthdate"])]
    requests: Vec<PathBuf>,
    /// Wait for every request that is still out, from an earlier time
    #[arg(long, conflicts_with_all = ["insurer", "number", "birthdate"])]
    resume: bool,
    /// Our own folder, one for each program that sends (else: myna in the folder)
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// 保険者番号
    #[arg(long, requires = "number", requires = "birthdate", required_unless_present_any = ["requests", "resume"])]
    insurer: Option<String>,
    /// 記号
    #[arg(long)]
    symbol: Option<String>,
    /// 番号
    #[arg(long)]
    number: Option<String>,
    /// 枝番
    #[arg(long)]
    branch: Option<String>,
    /// 生年月日, YYYY-MM-DD or YYYYMMDD
    #[arg(long)]
    birthdate: Option<String>,
    /// 資格確認日, YYYY-MM-DD or YYYYMMDD (else: today)
    #[arg(long)]
    on: Option<String>,
    /// 医療機関コード, 10 digits
    #[arg(long, default_value = SimulatedService::INSTITUTION)]
    institution: String,
    /// When to give up, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u64,
    /// How long to wait before asking again when the answer is 処理中, in seconds; doubled each time
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    retry: f64,
    /// Print one JSON object an answer, a line each
    #[arg(long)]
    json: bool,
    /// Also write the answers as a page to be printed
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Watch {
    #[command(flatten)]
    place: Place,
    /// End after so many files
    #[arg(long, value_name = "N")]
    count: Option<u64>,
    /// Also show what lies there already
    #[arg(long)]
    existing: bool,
    /// Move face results that were shown to this folder
    #[arg(long, value_name = "DIR")]
    trash: Option<PathBuf>,
    /// Print one JSON object a message, a line each
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(crate) struct Purge {
    /// The folder that holds req, res and face
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// Our own folder (else: myna in the folder)
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Delete what was written more than so many days ago; 0 is all
    #[arg(long, value_name = "DAYS")]
    keep_days: u32,
}

#[derive(Args)]
pub(crate) struct Simulate {
    #[command(flatten)]
    place: Place,
    /// End after so many requests
    #[arg(long, value_name = "N")]
    count: Option<usize>,
    /// How long an answer takes, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    delay: u64,
    /// Write answers in place, in two halves so far apart, in milliseconds
    #[arg(long, value_name = "MS")]
    halves: Option<u64>,
    /// Answer so many checks with 処理中 first
    #[arg(long, value_name = "N", default_value_t = 0)]
    pending: u32,
    /// End every check in this way, such as failed or no-match
    #[arg(long, value_name = "OUTCOME", default_value_t, hide_default_value = true)]
    outcome: SimulatedOutcome,
    /// Before each answer, one to another's request
    #[arg(long)]
    wrong_identifier: bool,
    /// Each answer once more
    #[arg(long)]
    duplicate: bool,
    /// Write answers in Shift_JIS (CP932)
    #[arg(long)]
    shift_jis: bool,
    /// A face result to begin with: the file of an answer
    #[arg(long, value_name = "FILE")]
    face: Option<PathBuf>,
    /// As of this time in Japan, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss (else: now)
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

const fn default_settling() -> u64 {
    // Less than a second.
    SETTLING_TIME.subsec_millis() as u64
}

pub(crate) fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Send(arguments) => send(arguments).map_err(|failure| failure.in_json(arguments.json)),
        Command::Watch(arguments) => watch(arguments).map_err(|failure| failure.in_json(arguments.json)),
        Command::Simulate(arguments) => simulate(arguments),
        Command::Purge(arguments) => purge(arguments),
    }
}

impl Place {
    fn folders(&self) -> Folders {
        Folders::under(&self.folder)
    }

    const fn settling_time(&self) -> Duration {
        Duration::from_millis(self.settle)
    }
}

fn send(arguments: &Send) -> Result<ExitCode, Failure> {
    let folders = own_state(arguments.place.folders(), arguments.state.as_deref());
    let first_retry = Duration::try_from_secs_f64(arguments.retry)
        .map_err(|_| Failure::usage(&codes::SECONDS, &[("option", &"--retry")]))?;
    let timeout = Duration::from_secs(arguments.timeout);
    let rules = ErrandRules { timeout, settling_time: arguments.place.settling_time(), first_retry };
    let mut requests = requests(arguments)?;
    let mut runner = ErrandRunner::open(folders, rules)?;
    for earlier in runner.outstanding()? {
        if requests.iter().any(|(name, _)| *name == earlier.name) {
            continue;
        }
        if arguments.resume {
            requests.push((earlier.name, earlier.content));
        } else {
            eprintln!(
                "{}: 結果待ちです（--resume で受け取ります） / still out: --resume",
                screen::printable(&earlier.name)
            );
        }
    }
    for (name, content) in requests {
        runner.add(&name, &content)?;
    }
    let mut page = HtmlPage::new();
    let mut code = 0;
    while let Some(ErrandNews { name, outcome, .. }) = runner.next_news() {
        code = code.max(match outcome {
            ErrandOutcome::Answered(messages) => {
                let code = answered(&name, &messages, arguments.json, &mut page)?;
                // Only now: whoever is killed before shows it again.
                runner.close(&name)?;
                code
            }
            ErrandOutcome::Failed { error, refusal } => failed(&name, error, refusal, arguments.json),
            ErrandOutcome::Pending { times } => {
                eprintln!(
                    "{}: 処理中（{times}回目）。待ってから再度照会します / in progress, asking again",
                    screen::printable(&name)
                );
                0
            }
            _ => 0,
        });
    }
    if let Some(file) = &arguments.html {
        write_private(file, page.finish().as_bytes())?;
    }
    Ok(code.into())
}

fn own_state(mut folders: Folders, state: Option<&Path>) -> Folders {
    if let Some(state) = state {
        state.clone_into(&mut folders.state);
    }
    folders
}

fn purge(arguments: &Purge) -> Result<ExitCode, Failure> {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let too_many = || Failure::usage(&codes::TOO_MANY_DAYS, &[("days", &arguments.keep_days)]);
    let kept = DAY.checked_mul(arguments.keep_days).ok_or_else(too_many)?;
    let before = SystemTime::now().checked_sub(kept).ok_or_else(too_many)?;
    let folders = own_state(Folders::under(&arguments.folder), arguments.state.as_deref());
    // A desk is made where there is none: not for a mistyped name.
    if !folders.state.is_dir() {
        return Err(Failure::usage(&codes::NO_FOLDER, &[("folder", &folders.state.display())]));
    }
    let deleted = ErrandDesk::open(folders)?.empty_trash(before)?;
    outln!("{deleted}件を削除しました / deleted");
    Ok(ExitCode::SUCCESS)
}

/// The requests, by their names.
fn requests(arguments: &Send) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    if arguments.requests.is_empty() && !arguments.resume {
        return Ok(vec![request_of(arguments)?]);
    }
    let read = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if ErrandFile::of_name(&name) != Some(ErrandFile::Request) {
            return Err(Failure::usage(&codes::REQUEST_NAME, &[("file", &name)]));
        }
        let content = fs::read(path).map_err(|error| Failure::named_file(&codes::INPUT, path, &error))?;
        Ok((name, content))
    };
    arguments.requests.iter().map(read).collect()
}

/// One check by certificate data.
fn request_of(arguments: &Send) -> Result<(String, Vec<u8>), Failure> {
    let now = Now::new(None)?;
    let day = |option: &str, text: &str| {
        Date::parse(&text.replace('-', ""))
            // The text may be somebody's birthday, so it is not repeated.
            .map_err(|error| Failure::of(&error, failure::BAD_USAGE).of_file(&format!("--{option}")))
    };
    let on = arguments.on.as_deref().map_or_else(|| now.date(), |text| day("on", text))?;
    // Another terminal may send in this very second: the name is likely to be another, the identifier by which the answer
    // is known is certain to be.
    let mut random = [0; 10];
    getrandom::fill(&mut random).map_err(failure::no_randomness)?;
    let [high, low, identifier @ ..] = random;
    let second = now.date_time()?.to_wire();
    let name = format!("OQSsiquc01req_{second}{:04}.xml", u16::from_be_bytes([high, low]) % 10_000);
    let identifier = format!("{second}-{:016x}", u64::from_be_bytes(identifier));
    let mut query = Query::default();
    query.insurer_number = arguments.insurer.as_deref().map(|text| InsurerNumber::new(format!("{text:>8}")));
    query.symbol.clone_from(&arguments.symbol);
    query.number.clone_from(&arguments.number);
    query.branch_number.clone_from(&arguments.branch);
    let birthdate = arguments.birthdate.as_deref().map(|text| day("birthdate", text)).transpose()?;
    query.birthdate = birthdate.map(Into::into);
    query.limit_certificate_consent = Some(myna_eligibility::codes::LimitCertificateConsent::from_wire("0"));
    let mut request = CheckRequest::default();
    let mut header = Header::default();
    header.confirmation_date = Some(on.into());
    header.institution_code = Some(arguments.institution.clone());
    header.file_identifier = Some(identifier);
    request.header = header;
    let mut body = CheckRequestBody::default();
    body.queries = Repeated(vec![query]);
    request.body = Some(body);
    let content = Message::CheckRequest(Box::new(request))
        .write(Encoding::Utf8)
        .map_err(|error| Failure::of(&error, failure::BAD_USAGE))?;
    Ok((name, content))
}

fn answered(name: &str, messages: &[Message], json: bool, page: &mut HtmlPage) -> Result<u8, Failure> {
    let mut code = 0;
    for message in messages {
        let warnings = message.warnings();
        page.add(message, &warnings);
        if !is_valid(message) {
            code = failure::NOT_ELIGIBLE;
        }
        if json {
            let report = Report::new(message, warnings);
            line(&Answered { request: name, valid: is_valid(message), report })?;
        } else {
            outln!("{}", screen::printable(name));
            out!("{}", shown(message));
        }
    }
    // The answer is put away next, and must not be lost in a buffer.
    output::delivered()?;
    Ok(code)
}

/// One line of `send --json`.
#[derive(Serialize)]
struct Answered<'a> {
    request: &'a str,
    valid: bool,
    #[serde(flatten)]
    report: Report,
}

fn failed(name: &str, error: ErrandError, refusal: Option<Refusal>, json: bool) -> u8 {
    eprintln!("{}", screen::printable(name));
    if let Some(refusal) = refusal {
        eprintln!(
            "  ! 別の要求の結果、または読めない結果を退避しました / an answer was put aside [{}]",
            refusal.code()
        );
    }
    let failure = Failure::from(error);
    if json {
        let _ = line(&serde_json::json!({ "request": name, "error": failure }));
    }
    failure.warn()
}

fn is_valid(message: &Message) -> bool {
    match message {
        Message::Answer(answer) => answer.verdict().is_valid(),
        Message::BulkAnswer(answer) => {
            answer.progress() == BulkProgress::Done
                && answer.units().iter().all(|unit| answer.verdict_of(unit).is_valid())
        }
        Message::RegistrationAnswer(answer) => {
            answer.header.segment_of_result == Some(myna_eligibility::codes::SegmentOfResult::Normal)
        }
        _ => false,
    }
}

fn shown(message: &Message) -> String {
    let newest = || Date::from_ymd(9999, 12, 31).ok();
    let day = |header: &Header| header.confirmation_date.as_ref().and_then(Written::value).or_else(newest);
    match message {
        Message::Answer(answer) => {
            day(&answer.header).map(|on| screen::result(answer, on)).unwrap_or_default()
        }
        Message::BulkAnswer(answer) => {
            day(&answer.header).map(|on| screen::bulk(answer, on)).unwrap_or_default()
        }
        other => format!("  {}\n", other.kind()),
    }
}

fn watch(arguments: &Watch) -> Result<ExitCode, Failure> {
    let folders = arguments.place.folders();
    let watched = [WatchedFolder::Answers, WatchedFolder::Faces];
    let mut watch = ArrivalWatch::new(folders, watched, arguments.place.settling_time());
    if !arguments.existing {
        watch.ignore_present()?;
    }
    eprintln!("{} を監視しています / watching", arguments.place.folder.display());
    let mut count = 0;
    loop {
        match watch.next_news(Duration::MAX) {
            Some(ArrivalNews::Arrived { path, name, is_face_result, readings }) => {
                arrived(&name, is_face_result, readings, arguments.json)?;
                if let (true, Some(trash)) = (is_face_result, &arguments.trash) {
                    fs::create_dir_all(trash).and_then(|()| fs::rename(&path, trash.join(&name))).map_err(
                        |error| {
                            Failure::named_file(&codes::OUTPUT, trash, &error).with_exit_code(failure::OTHER)
                        },
                    )?;
                }
            }
            Some(ArrivalNews::Unreadable { name, error }) => {
                eprintln!("{}", screen::printable(&name));
                Failure::from(error).warn();
            }
            Some(ArrivalNews::Away(error)) => {
                Failure::from(error).warn();
                continue;
            }
            _ => continue,
        }
        count += 1;
        if arguments.count == Some(count) {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

/// Shows a file that came.
fn arrived(file: &str, is_face_result: bool, readings: Vec<Reading>, json: bool) -> Result<(), Failure> {
    for Reading { message, warnings, .. } in readings {
        if json {
            let valid = is_valid(&message);
            let report = Report::new(&message, warnings);
            line(&Arrived { file, is_face_result, valid, report })?;
        } else {
            outln!("{}{}", screen::printable(file), if is_face_result { "（顔認証結果）" } else { "" });
            out!("{}", shown(&message));
        }
    }
    // A watch whose output is lost sees nothing.
    output::delivered()
}

/// One line of `watch --json`.
#[derive(Serialize)]
struct Arrived<'a> {
    file: &'a str,
    is_face_result: bool,
    valid: bool,
    #[serde(flatten)]
    report: Report,
}

fn simulate(arguments: &Simulate) -> Result<ExitCode, Failure> {
    let mut service = SimulatedService::new().map_err(|error| Failure::of(&error, failure::OTHER))?;
    service.set_outcome(arguments.outcome);
    service.set_pending_first(arguments.pending);
    let folders = arguments.place.folders();
    let settings = ResponderSettings {
        delay: Duration::from_millis(arguments.delay),
        halves: arguments.halves.map(Duration::from_millis),
        duplicates: arguments.duplicate,
        wrong_identifier_first: arguments.wrong_identifier,
        shift_jis: arguments.shift_jis,
    };
    let broken = |error: myna_sim_service::ResponderError| Failure::of(&error, failure::OTHER);
    let mut responder = FolderResponder::new(folders.clone(), service, settings).map_err(broken)?;
    let clock = || Now::new(arguments.at.as_deref())?.date_time();
    if let Some(face) = &arguments.face {
        let content = fs::read(face).map_err(|error| Failure::named_file(&codes::INPUT, face, &error))?;
        let name = responder.push_face_result(&content, clock()?).map_err(broken)?;
        eprintln!("{name}");
    }
    eprintln!("{} で模擬の連携アプリケーションが動いています / simulated", arguments.place.folder.display());
    let mut watcher = FolderWatcher::new([folders.requests.as_path()]);
    let started = Instant::now();
    let mut told = 0;
    loop {
        responder.step(started.elapsed(), clock()?).map_err(broken)?;
        for name in responder.taken().iter().skip(told) {
            eprintln!("{}", screen::printable(name));
        }
        told = responder.taken().len();
        if responder.is_idle() && arguments.count.is_some_and(|count| told >= count) {
            return Ok(ExitCode::SUCCESS);
        }
        let pause = if responder.is_idle() { Duration::from_millis(250) } else { Duration::from_millis(5) };
        watcher.wait(pause);
    }
}

fn line(value: &impl Serialize) -> Result<(), Failure> {
    outln!("{}", output::json(value)?);
    Ok(())
}
