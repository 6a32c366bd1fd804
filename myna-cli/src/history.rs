mod key_file;
mod shown;

use std::fs;
use std::io::{self, BufRead as _, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::civil;
use myna_eligibility::history::{
    CheckMethod, Circumstances, Cursor, EntryId, HistoryError, HistoryQuery, NewEntry, Page,
    ResultStore as _, SqliteStore, VerdictKind,
};
use myna_eligibility::{Date, DateTime, EligibilityResponse, Message, Reading, read};
use serde::Deserialize;

use crate::clock::Now;
use crate::failure::{self, Failure};
use crate::screen;

/// Past results (資格確認結果検索), kept encrypted in one file.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// The key of a store
    #[command(subcommand)]
    Key(Key),
    /// Record results from files: XML, JSON, copied text, zip
    Add(Add),
    /// Search: all conditions must hold; the latest check first
    Search(Search),
    /// Show one result
    Show(Show),
    /// Delete one result
    Delete(Delete),
    /// Delete results when their time is over
    Purge(Purge),
    /// Copy the store into one file, while others may write
    Backup(Backup),
    /// Change the key the store is opened with
    Rekey(Rekey),
}

#[derive(Subcommand)]
pub(crate) enum Key {
    /// Write a new key to a file that is not there yet; without it the results are lost
    New {
        /// The file
        file: PathBuf,
    },
}

/// Which store, and its key. Neither key nor password is ever an argument: those show in the list of processes.
#[derive(Args)]
pub(crate) struct Store {
    /// The store (else: environment variable MYNA_HISTORY)
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
    /// The file with the store's key (else: environment variable MYNA_HISTORY_KEY_FILE)
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Add {
    #[command(flatten)]
    store: Store,
    /// When it was checked, in Japan, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss (else: the time in the message)
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// How it was checked: card_pin, card_visual, card_face, certificate_data, bulk, home_visit, or a word of your own
    #[arg(long)]
    method: Option<String>,
    /// Which terminal checked
    #[arg(long)]
    terminal: Option<String>,
    /// Print one JSON object a file, a line each
    #[arg(long)]
    json: bool,
    /// The files; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Search {
    #[command(flatten)]
    store: Store,
    #[command(flatten)]
    conditions: Conditions,
    /// Read the conditions as one JSON object from standard input, so that no list of processes shows them
    #[arg(long)]
    conditions_stdin: bool,
    /// At most so many results
    #[arg(long, default_value_t = 50)]
    limit: usize,
    /// Go on after this place, as the page before told it
    #[arg(long, value_name = "PLACE")]
    after: Option<Cursor>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Args, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Conditions {
    /// Part of the name (氏名)
    #[arg(long)]
    name: Option<String>,
    /// Part of the name in kana (氏名カナ), of any width
    #[arg(long)]
    kana: Option<String>,
    /// Date of birth (生年月日), YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    birthdate: Option<String>,
    /// Insurer number (保険者番号)
    #[arg(long, value_name = "NUMBER")]
    insurer_number: Option<String>,
    /// Symbol (記号)
    #[arg(long)]
    symbol: Option<String>,
    /// Number (番号)
    #[arg(long)]
    number: Option<String>,
    /// Checked on this day or later, YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Checked on this day or earlier, YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
    /// What it came to, such as valid, invalid, no_match, multiple
    #[arg(long)]
    verdict: Option<String>,
    /// How it was checked, as for add
    #[arg(long)]
    method: Option<String>,
}

#[derive(Args)]
pub(crate) struct Show {
    #[command(flatten)]
    store: Store,
    /// Print one JSON object a message, a line each
    #[arg(long)]
    json: bool,
    /// The result's number, as search tells it
    id: EntryId,
}

#[derive(Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    store: Store,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// The result's number, as search tells it
    id: EntryId,
}

#[derive(Args)]
#[group(id = "policy", required = true, multiple = false, args = ["before", "keep_days"])]
pub(crate) struct Purge {
    #[command(flatten)]
    store: Store,
    /// Delete what was checked before this day, YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    before: Option<String>,
    /// Delete what was checked more than so many days ago
    #[arg(long, value_name = "DAYS")]
    keep_days: Option<u32>,
    /// Count the days from this day in Japan, YYYY-MM-DD (else: today)
    #[arg(long, value_name = "TIME", requires = "keep_days")]
    at: Option<String>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    store: Store,
    /// The file to write; an earlier backup is replaced, anything else is not
    file: PathBuf,
}

#[derive(Args)]
pub(crate) struct Rekey {
    #[command(flatten)]
    store: Store,
    /// The file with the new key
    #[arg(long, value_name = "FILE")]
    new_key_file: PathBuf,
}

pub(crate) fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Key(Key::New { file }) => key_file::create(file).map(|()| ExitCode::SUCCESS),
        Command::Add(arguments) => add(arguments).map_err(|failure| failure.in_json(arguments.json)),
        Command::Search(arguments) => search(arguments).map_err(|failure| failure.in_json(arguments.json)),
        Command::Show(arguments) => show(arguments).map_err(|failure| failure.in_json(arguments.json)),
        Command::Delete(arguments) => delete(arguments),
        Command::Purge(arguments) => purge(arguments).map_err(|failure| failure.in_json(arguments.json)),
        Command::Backup(arguments) => {
            arguments.store.open()?.backup_to(&arguments.file).map_err(failure)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Rekey(arguments) => {
            let new = key_file::read(&arguments.new_key_file)?;
            arguments.store.open()?.rekey(&new).map_err(failure)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

impl Store {
    fn open(&self) -> Result<SqliteStore, Failure> {
        let (store, key_file) = (self.store()?, self.key_file()?);
        SqliteStore::open(&store, &key_file::read(&key_file)?).map_err(failure)
    }

    fn open_or_create(&self) -> Result<SqliteStore, Failure> {
        let (store, key_file) = (self.store()?, self.key_file()?);
        SqliteStore::open_or_create(&store, &key_file::read(&key_file)?).map_err(failure)
    }

    fn store(&self) -> Result<PathBuf, Failure> {
        given(self.store.as_deref(), "MYNA_HISTORY", "--store")
    }

    fn key_file(&self) -> Result<PathBuf, Failure> {
        given(self.key_file.as_deref(), "MYNA_HISTORY_KEY_FILE", "--key-file")
    }
}

fn given(argument: Option<&Path>, variable: &str, option: &str) -> Result<PathBuf, Failure> {
    argument
        .map(Path::to_owned)
        .or_else(|| std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from))
        .ok_or_else(|| Failure::usage(format!("give {option} FILE, or set {variable}")))
}

/// Of `myna check`: where to record what was checked.
#[derive(Args)]
pub(crate) struct Recording {
    /// Record the result in this store of myna history
    #[arg(long, value_name = "STORE")]
    history: Option<PathBuf>,
    /// The file with the store's key (else: environment variable MYNA_HISTORY_KEY_FILE)
    #[arg(long, value_name = "FILE", requires = "history")]
    history_key_file: Option<PathBuf>,
}

impl Recording {
    pub(crate) fn open(&self) -> Result<Option<SqliteStore>, Failure> {
        let Some(history) = self.history.clone() else { return Ok(None) };
        let store = Store { store: Some(history), key_file: self.history_key_file.clone() };
        store.open_or_create().map(Some)
    }
}

/// Records the answer to a check with a card and its PIN.
pub(crate) fn record(
    store: Option<SqliteStore>,
    response: &EligibilityResponse,
    now: Now,
) -> Result<(), Failure> {
    let Some(mut store) = store else { return Ok(()) };
    let circumstances = Circumstances::new(now.date_time()?, CheckMethod::CardPin);
    let message = Message::Answer(Box::new(response.clone()));
    let entries = NewEntry::of_message(&message, &circumstances).map_err(failure)?;
    store.record_all(&entries).map_err(failure)?;
    Ok(())
}

/// A file that is refused is told on standard error and does not keep the others from being recorded.
fn add(arguments: &Add) -> Result<ExitCode, Failure> {
    let at = arguments.at.as_deref().map(|at| Now::new(Some(at))?.date_time()).transpose()?;
    let mut store = arguments.store.open_or_create()?;
    let mut code = ExitCode::SUCCESS;
    for file in &arguments.files {
        let name = screen::printable(&file.display().to_string());
        let recorded =
            entries_of(file, at, arguments).and_then(|entries| store.record_all(&entries).map_err(failure));
        match recorded {
            Ok(ids) if arguments.json => outln!("{}", serde_json::json!({ "file": name, "ids": ids })),
            Ok(ids) => {
                let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
                outln!("{name}: {}", ids.join(" "));
            }
            Err(failure) => {
                eprintln!("myna: {name}:");
                code = failure.report();
            }
        }
    }
    Ok(code)
}

fn entries_of(file: &Path, at: Option<DateTime>, arguments: &Add) -> Result<Vec<NewEntry>, Failure> {
    let bytes = bytes_of(file).map_err(|error| Failure::other("input", error.to_string()))?;
    let readings = read(&bytes).map_err(|error| failure(error.into()))?;
    let mut entries = Vec::new();
    for Reading { message, .. } in &readings {
        let (executed_at, method) = match message {
            Message::Answer(answer) => (&answer.header.executed_at, CheckMethod::File),
            Message::BulkAnswer(answer) => (&answer.header.executed_at, CheckMethod::Bulk),
            other => return Err(failure(HistoryError::NotAResult { kind: other.kind() })),
        };
        let checked_at =
            at.or_else(|| executed_at.as_ref().and_then(myna_eligibility::Written::value)).ok_or_else(
                || Failure::usage("the message does not tell when it was checked: give --at TIME".to_owned()),
            )?;
        let method = arguments.method.as_deref().map_or(method, CheckMethod::from_code);
        let mut circumstances = Circumstances::new(checked_at, method);
        circumstances.terminal.clone_from(&arguments.terminal);
        entries.extend(
            match readings.len() {
                1 => NewEntry::of_bytes(&bytes, &circumstances),
                _ => NewEntry::of_message(message, &circumstances),
            }
            .map_err(failure)?,
        );
    }
    Ok(entries)
}

fn bytes_of(file: &Path) -> io::Result<Vec<u8>> {
    if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    fs::read(file)
}

fn search(arguments: &Search) -> Result<ExitCode, Failure> {
    let query = if arguments.conditions_stdin {
        let conditions: Conditions = serde_json::from_reader(io::stdin().lock().take(64 * 1024))
            .map_err(|_| Failure::usage("standard input is no JSON object of conditions".to_owned()))?;
        conditions.query()?
    } else {
        arguments.conditions.query()?
    };
    let page = Page { limit: arguments.limit, after: arguments.after };
    let found = arguments.store.open()?.search(&query, page).map_err(failure)?;
    if arguments.json {
        outln!("{}", shown::list_as_json(&found));
    } else {
        out!("{}", shown::list(&found));
    }
    Ok(ExitCode::SUCCESS)
}

impl Conditions {
    fn query(&self) -> Result<HistoryQuery, Failure> {
        let verdict = |code: &String| {
            VerdictKind::from_code(code).ok_or_else(|| {
                let known: Vec<_> = VerdictKind::all().into_iter().map(VerdictKind::code).collect();
                Failure::usage(format!("--verdict: write one of {}", known.join(", ")))
            })
        };
        let mut query = HistoryQuery::default();
        query.name.clone_from(&self.name);
        query.kana.clone_from(&self.kana);
        query.insurer_number.clone_from(&self.insurer_number);
        query.symbol.clone_from(&self.symbol);
        query.number.clone_from(&self.number);
        query.birthdate = optional_day("--birthdate", self.birthdate.as_ref())?;
        query.checked_from = optional_day("--from", self.from.as_ref())?;
        query.checked_until = optional_day("--until", self.until.as_ref())?;
        query.verdict = self.verdict.as_ref().map(verdict).transpose()?;
        query.method = self.method.as_deref().map(CheckMethod::from_code);
        Ok(query)
    }
}

fn show(arguments: &Show) -> Result<ExitCode, Failure> {
    let entry = arguments.store.open()?.get(arguments.id).map_err(failure)?;
    let entry = entry.ok_or_else(|| no_such_entry(arguments.id))?;
    let readings = entry.read().map_err(|error| failure(error.into()))?;
    if arguments.json {
        for reading in readings {
            outln!("{}", shown::entry_as_json(&entry.summary, reading));
        }
    } else {
        out!("{}", shown::circumstances(&entry.summary));
        for reading in &readings {
            out!("{}", crate::eligibility::shown(&arguments.id.to_string(), reading));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn delete(arguments: &Delete) -> Result<ExitCode, Failure> {
    let mut store = arguments.store.open()?;
    let id = arguments.id;
    confirm(
        arguments.yes,
        &format!("結果{id}を削除します。元に戻せません。 / delete result {id} for good?"),
    )?;
    if store.delete(id).map_err(failure)? { Ok(ExitCode::SUCCESS) } else { Err(no_such_entry(id)) }
}

fn purge(arguments: &Purge) -> Result<ExitCode, Failure> {
    let before = first_kept_day(arguments)?;
    let instant = DateTime::new(before, 0, 0, 0).map_err(|error| Failure::usage(error.to_string()))?;
    let mut store = arguments.store.open()?;
    confirm(
        arguments.yes,
        &format!(
            "{before}より前の結果をすべて削除します。元に戻せません。 / delete all results before {before} for good?"
        ),
    )?;
    let purged = store.purge_before(instant).map_err(failure)?;
    if arguments.json {
        let left = store.count().map_err(failure)?;
        outln!("{}", serde_json::json!({ "purged": purged, "left": left, "before": before }));
    } else {
        outln!("{purged}件を削除しました / deleted");
    }
    Ok(ExitCode::SUCCESS)
}

fn first_kept_day(arguments: &Purge) -> Result<Date, Failure> {
    match (&arguments.before, arguments.keep_days) {
        (Some(text), _) => day("--before", text),
        (None, Some(days)) => {
            let today = Now::new(arguments.at.as_deref())?.date()?;
            let too_many = || Failure::usage(format!("--keep-days {days}: too many"));
            let today: civil::Date = today.to_string().parse().map_err(|_| too_many())?;
            let span = jiff::Span::new().try_days(days).map_err(|_| too_many())?;
            let first = today.checked_sub(span).map_err(|_| too_many())?;
            Date::parse(&first.strftime("%Y%m%d").to_string()).map_err(|_| too_many())
        }
        (None, None) => Err(Failure::usage("give --before DAY or --keep-days DAYS".to_owned())),
    }
}

/// Asks a person, unless told not to.
fn confirm(yes: bool, question: &str) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::usage("no terminal to ask: use --yes".to_owned()));
    }
    eprint!("{question} [y/N] ");
    let mut answer = String::new();
    io::stdin()
        .lock()
        .take(16)
        .read_line(&mut answer)
        .map_err(|error| Failure::other("input", error.to_string()))?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        return Ok(());
    }
    let (en, ja) = ("not confirmed: nothing was deleted", "確認されなかったため、何も削除していません。");
    Err(Failure::new("not_confirmed", en.to_owned(), ja.to_owned(), failure::OTHER))
}

fn optional_day(option: &str, text: Option<&String>) -> Result<Option<Date>, Failure> {
    text.map(|text| day(option, text)).transpose()
}

/// The text may be somebody's birthday, so it is not repeated.
fn day(option: &str, text: &str) -> Result<Date, Failure> {
    let wrong = || Failure::usage(format!("{option}: write a day as YYYY-MM-DD"));
    let day: civil::Date = text.parse().map_err(|_| wrong())?;
    Date::parse(&day.strftime("%Y%m%d").to_string()).map_err(|_| wrong())
}

fn no_such_entry(id: EntryId) -> Failure {
    Failure::new(
        "no_such_result",
        format!("there is no result {id}"),
        format!("結果{id}はありません。"),
        failure::OTHER,
    )
}

fn failure(error: HistoryError) -> Failure {
    Failure::new(error.code(), error.to_string(), error.message_ja(), failure::OTHER)
}
