mod arguments;
mod key_file;
mod shown;

use std::fs;
use std::io::{self, BufRead as _, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use jiff::civil;
use myna_eligibility::{
    EligibilityResponse, Message,
    calendar::{Date, DateTime},
    forms::{MAX_BYTES, Reading},
    read,
};
use myna_terminal::IdentityMode;
use myna_terminal::history::{
    CheckMethod, Circumstances, EntryId, HistoryError, HistoryQuery, NewEntry, Page, ResultStore as _,
    SqliteStore, VerdictKind,
};

pub(crate) use arguments::Command;
use arguments::{Add, Conditions, Delete, Key, Purge, Search, Show, Store};

use crate::clock::Now;
use crate::codes;
use crate::failure::{self, Failure};
use crate::{output, screen};

pub(crate) fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Key(Key::New { file }) => key_file::create(file).map(|()| ExitCode::SUCCESS),
        Command::Add(arguments) => add(arguments).map_err(|failure| failure.in_json(arguments.json)),
        Command::Search(arguments) => search(arguments).map_err(|failure| failure.in_json(arguments.json)),
        Command::Show(arguments) => show(arguments).map_err(|failure| failure.in_json(arguments.json)),
        Command::Delete(arguments) => delete(arguments),
        Command::Purge(arguments) => purge(arguments).map_err(|failure| failure.in_json(arguments.json)),
        Command::Backup(arguments) => {
            arguments.store.open()?.backup_to(&arguments.file)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Verify(store) => {
            let store = store.open()?;
            store.verify()?;
            outln!("{}件、異常はありません / nothing is wrong", store.count()?);
            Ok(ExitCode::SUCCESS)
        }
        Command::Rekey(arguments) => {
            let new = key_file::read(&arguments.new_key_file)?;
            arguments.store.open()?.rekey(&new)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

impl Store {
    fn open(&self) -> Result<SqliteStore, Failure> {
        let (store, key_file) = (self.store()?, self.key_file()?);
        Ok(SqliteStore::open(&store, &key_file::read(&key_file)?)?)
    }

    fn open_or_create(&self) -> Result<SqliteStore, Failure> {
        let (store, key_file) = (self.store()?, self.key_file()?);
        Ok(SqliteStore::open_or_create(&store, &key_file::read(&key_file)?)?)
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
        .ok_or_else(|| {
            Failure::usage(&codes::OPTION_MISSING, &[("option", &option), ("variable", &variable)])
        })
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

/// Records the answer to a check with a card.
pub(crate) fn record(
    store: Option<SqliteStore>,
    response: &EligibilityResponse,
    mode: IdentityMode,
    now: Now,
) -> Result<(), Failure> {
    let Some(mut store) = store else { return Ok(()) };
    let method = match mode {
        IdentityMode::Visual => CheckMethod::CardVisual,
        IdentityMode::Pin => CheckMethod::CardPin,
    };
    let circumstances = Circumstances::new(now.date_time()?, method);
    let message = Message::Answer(Box::new(response.clone()));
    let entries = NewEntry::of_message(&message, &circumstances)?;
    store.record_all(&entries)?;
    Ok(())
}

/// A file that is refused is told on standard error and does not keep the others from being recorded.
fn add(arguments: &Add) -> Result<ExitCode, Failure> {
    let at = arguments.at.as_deref().map(|at| Now::new(Some(at))?.date_time()).transpose()?;
    let mut store = arguments.store.open_or_create()?;
    let mut code = ExitCode::SUCCESS;
    for file in &arguments.files {
        let name = screen::printable(&file.display().to_string());
        let recorded = bytes_of(file).and_then(|bytes| {
            entries_of(&bytes, at, arguments)
                .and_then(|entries| Ok(store.record_all(&entries)?))
                .map_err(|failure| failure.of_file(&name))
        });
        match recorded {
            Ok(ids) if arguments.json => {
                outln!("{}", output::json(&serde_json::json!({ "file": name, "ids": ids }))?);
            }
            Ok(ids) => {
                let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
                outln!("{name}: {}", ids.join(" "));
            }
            Err(failure) => code = failure.report(),
        }
    }
    Ok(code)
}

fn entries_of(bytes: &[u8], at: Option<DateTime>, arguments: &Add) -> Result<Vec<NewEntry>, Failure> {
    let readings = read(bytes).map_err(HistoryError::from)?;
    let mut entries = Vec::new();
    for Reading { message, .. } in &readings {
        let (executed_at, method) = match message {
            Message::Answer(answer) => (&answer.header.executed_at, CheckMethod::File),
            Message::BulkAnswer(answer) => (&answer.header.executed_at, CheckMethod::Bulk),
            other => return Err(HistoryError::NotAResult { kind: other.kind() }.into()),
        };
        let checked_at = at
            .or_else(|| executed_at.as_ref().and_then(myna_eligibility::records::Written::value))
            .ok_or_else(|| Failure::usage(&codes::NO_TIME, &[]))?;
        let method = arguments.method.as_deref().map_or(method, CheckMethod::from_code);
        let mut circumstances = Circumstances::new(checked_at, method);
        circumstances.terminal.clone_from(&arguments.terminal);
        entries.extend(match readings.len() {
            1 => NewEntry::of_bytes(bytes, &circumstances),
            _ => NewEntry::of_message(message, &circumstances),
        }?);
    }
    Ok(entries)
}

/// No more than a message may have, and one byte: enough to be refused for.
fn bytes_of(file: &Path) -> Result<Vec<u8>, Failure> {
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    let read = if file.as_os_str() == "-" {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        fs::File::open(file).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::named_file(&codes::INPUT, file, &error).with_exit_code(failure::OTHER))?;
    if bytes.len() > MAX_BYTES {
        return Err(Failure::other(&codes::TOO_LARGE, &[("file", &file.display()), ("limit", &MAX_BYTES)]));
    }
    Ok(bytes)
}

fn search(arguments: &Search) -> Result<ExitCode, Failure> {
    let query = if arguments.conditions_stdin {
        let conditions: Conditions = serde_json::from_reader(io::stdin().lock().take(64 * 1024))
            .map_err(|_| Failure::usage(&codes::CONDITIONS, &[]))?;
        conditions.query()?
    } else {
        arguments.conditions.query()?
    };
    let page = Page { limit: arguments.limit, after: arguments.after };
    let found = arguments.store.open()?.search(&query, page)?;
    if arguments.json {
        outln!("{}", output::json(&shown::list_as_json(&found))?);
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
                Failure::usage(&codes::VERDICT, &[("names", &known.join(", "))])
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
    let entry = arguments.store.open()?.get(arguments.id)?;
    let entry = entry.ok_or_else(|| no_such_entry(arguments.id))?;
    let readings = entry.read().map_err(HistoryError::from)?;
    if arguments.json {
        for reading in readings {
            outln!("{}", output::json(&shown::entry_as_json(&entry.summary, reading))?);
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
    if store.delete(id)? { Ok(ExitCode::SUCCESS) } else { Err(no_such_entry(id)) }
}

fn purge(arguments: &Purge) -> Result<ExitCode, Failure> {
    let before = first_kept_day(arguments)?;
    let instant = DateTime::new(before, 0, 0, 0).map_err(|error| Failure::of(&error, failure::BAD_USAGE))?;
    let mut store = arguments.store.open()?;
    confirm(
        arguments.yes,
        &format!(
            "{before}より前の結果をすべて削除します。元に戻せません。 / delete all results before {before} for good?"
        ),
    )?;
    let purged = store.purge_before(instant)?;
    if arguments.json {
        let left = store.count()?;
        outln!("{}", output::json(&serde_json::json!({ "purged": purged, "left": left, "before": before }))?);
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
            let too_many = || Failure::usage(&codes::TOO_MANY_DAYS, &[("days", &days)]);
            let today: civil::Date = today.to_string().parse().map_err(|_| too_many())?;
            let span = jiff::Span::new().try_days(days).map_err(|_| too_many())?;
            let first = today.checked_sub(span).map_err(|_| too_many())?;
            Date::parse(&first.strftime("%Y%m%d").to_string()).map_err(|_| too_many())
        }
        (None, None) => Err(Failure::usage(&codes::NO_LIMIT, &[])),
    }
}

/// Asks a person, unless told not to.
fn confirm(yes: bool, question: &str) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::usage(&codes::NOBODY_TO_ASK, &[("option", &"--yes")]));
    }
    eprint!("{question} [y/N] ");
    let mut answer = String::new();
    io::stdin().lock().take(16).read_line(&mut answer).map_err(|error| Failure::input(&error))?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        return Ok(());
    }
    Err(Failure::other(&codes::NOT_CONFIRMED, &[]))
}

fn optional_day(option: &str, text: Option<&String>) -> Result<Option<Date>, Failure> {
    text.map(|text| day(option, text)).transpose()
}

/// The text may be somebody's birthday, so it is not repeated.
fn day(option: &str, text: &str) -> Result<Date, Failure> {
    let wrong = || Failure::usage(&codes::DAY, &[("option", &option)]);
    let day: civil::Date = text.parse().map_err(|_| wrong())?;
    Date::parse(&day.strftime("%Y%m%d").to_string()).map_err(|_| wrong())
}

fn no_such_entry(id: EntryId) -> Failure {
    Failure::other(&codes::NO_RESULT, &[("id", &id.to_string())])
}

impl From<HistoryError> for Failure {
    fn from(error: HistoryError) -> Self {
        Self::of(&error, failure::OTHER)
    }
}
