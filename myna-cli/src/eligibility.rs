mod bulk;
mod sink;

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use myna_eligibility::{
    HtmlPage, Message,
    calendar::Date,
    forms::{Form, Reading, Report, to_fhir, to_orca},
    read, rows,
};
use myna_error::{Diagnostic, japanese};
use serde::Serialize;

use self::bulk::{Content, Task};
use self::sink::{Sink, Target, TextEncoding, no_fhir, print, write};
use crate::codes;
use crate::failure::{self, Failure};
use crate::{output, screen};

/// Files of the eligibility system and of the limited app: XML, JSON, copied text, zip, told by their content.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show what files say; exit code 1 if one is refused, with the byte position on standard error
    Parse(Parse),
    /// Write files in another form
    Convert(Convert),
    /// Show what is odd about files
    Validate(Validate),
}

#[derive(Args)]
pub(crate) struct Parse {
    /// Print one JSON object a message, a line each; of a bulk answer of more than 4 MiB one object a unit
    #[arg(long)]
    json: bool,
    /// The files; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Convert {
    /// The form to write
    #[arg(long)]
    to: Target,
    /// The encoding of XML, CSV, tables and pages; a form that cannot be written in it is refused. Without it UTF-8, and
    /// for CSV that goes into a file UTF-8 with a byte order mark, by which spreadsheets know it
    #[arg(long, conflicts_with = "shift_jis")]
    encoding: Option<TextEncoding>,
    /// The same as --encoding cp932
    #[arg(long)]
    shift_jis: bool,
    /// Write CSV for programs: without the apostrophe that keeps spreadsheets from running a cell as a formula
    #[arg(long)]
    raw: bool,
    /// The files; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Validate {
    /// Print one JSON object a warning, a line each
    #[arg(long)]
    json: bool,
    /// The files; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub(crate) fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Parse(arguments) => parse(arguments),
        Command::Convert(arguments) => convert(arguments),
        Command::Validate(arguments) => validate(arguments),
    }
}

fn parse(arguments: &Parse) -> Result<ExitCode, Failure> {
    let task = Task::Parse { json: arguments.json };
    each_file(&arguments.files, task, &mut Sink::default(), |file, readings, _| {
        for reading in readings {
            if arguments.json {
                line_of_json(&ParsedMessage {
                    file: &name_of(file, &reading),
                    form: reading.form,
                    report: Report::new(&reading.message, reading.warnings),
                })?;
            } else {
                print(&shown(&screen::printable(&name_of(file, &reading)), &reading))?;
            }
        }
        Ok(())
    })
}

/// One line of `parse --json`.
#[derive(Serialize)]
struct ParsedMessage<'a> {
    file: &'a str,
    form: Form,
    #[serde(flatten)]
    report: Report,
}

fn convert(arguments: &Convert) -> Result<ExitCode, Failure> {
    let to = arguments.to;
    let asked = if arguments.shift_jis { Some(TextEncoding::Cp932) } else { arguments.encoding };
    let mut sink = Sink::new(to, asked, arguments.raw)?;
    let encoding = sink.encoding();
    let mut page = HtmlPage::new();
    let code =
        each_file(&arguments.files, Task::Convert { to, encoding }, &mut sink, |_, readings, sink| {
            for Reading { message, warnings, .. } in readings {
                let unwritable = |error: myna_eligibility::XmlError| Failure::of(&error, failure::OTHER);
                match to {
                    Target::Xml => write(&message.write(encoding).map_err(unwritable)?)?,
                    Target::Json => {
                        print(&format!("{}\n", output::quiet(&message.write_json().map_err(unwritable)?)))?;
                    }
                    Target::Fhir => print(&format!("{}\n", output::quiet(&fhir(&message)?)))?,
                    Target::Ndjson => sink.fhir(&message)?,
                    Target::Orca => print(&orca(&message)?)?,
                    Target::Table => sink.text(&table(&message))?,
                    Target::Csv => sink.csv(&message)?,
                    Target::Html => page.add(&message, &warnings),
                }
            }
            Ok(())
        })?;
    if to == Target::Html {
        sink.text(&page.finish())?;
    }
    Ok(code)
}

fn orca(message: &Message) -> Result<String, Failure> {
    let requests = match message {
        Message::Answer(answer) => to_orca(answer),
        _ => None,
    };
    Ok(requests.ok_or_else(|| Failure::other(&codes::NO_COVER, &[]))?.concat())
}

fn fhir(message: &Message) -> Result<String, Failure> {
    match message {
        Message::Answer(answer) => Ok(to_fhir(answer)),
        other => Err(no_fhir(other)),
    }
}

fn validate(arguments: &Validate) -> Result<ExitCode, Failure> {
    let task = Task::Validate { json: arguments.json };
    each_file(&arguments.files, task, &mut Sink::default(), |file, readings, _| {
        for reading in readings {
            let name = name_of(file, &reading);
            for warning in &reading.warnings {
                told_finding(&name, warning, arguments.json)?;
            }
        }
        Ok(())
    })
}

fn told_finding(name: &str, warning: &myna_eligibility::Warning, json: bool) -> Result<(), Failure> {
    if json {
        return line_of_json(&Finding { file: name, warning });
    }
    print(&format!(
        "{}: {}: {}\n    {} [{}]\n",
        screen::printable(name),
        screen::printable(&warning.path),
        warning.text_ja,
        warning.text_en,
        warning.code
    ))
}

/// One line of `validate --json`.
#[derive(Serialize)]
struct Finding<'a> {
    file: &'a str,
    #[serde(flatten)]
    warning: &'a myna_eligibility::Warning,
}

/// Does something with what each file holds. A file that is refused is told on standard error and does not keep the
/// others from being read. What is larger than a message may be is read as a bulk answer, one unit at a time.
fn each_file(
    files: &[PathBuf],
    task: Task,
    sink: &mut Sink,
    mut with: impl FnMut(&Path, Vec<Reading>, &mut Sink) -> Result<(), Failure>,
) -> Result<ExitCode, Failure> {
    let mut code = ExitCode::SUCCESS;
    for file in files {
        let bytes = match Content::of(file) {
            Ok(Content::Whole(bytes)) => bytes,
            Ok(content) => {
                let of_file = bulk::run(&file.display().to_string(), content, task, sink)?;
                if of_file != ExitCode::SUCCESS {
                    code = of_file;
                }
                continue;
            }
            Err(error) => {
                code =
                    Failure::named_file(&codes::INPUT, file, &error).with_exit_code(failure::OTHER).report();
                continue;
            }
        };
        match read(&bytes) {
            Ok(readings) => with(file, readings, sink)?,
            Err(error) => {
                let inner = error.file.as_deref().map(|inner| format!(":{inner}")).unwrap_or_default();
                let file = format!("{}{inner}", file.display());
                refuse(&file, error.position(), &error, &error.cause);
                code = failure::OTHER.into();
            }
        }
    }
    Ok(code)
}

/// Tells on standard error that a file, or a part of one, was refused.
fn refuse(file: &str, position: usize, error: &dyn Diagnostic, cause: &dyn Display) {
    eprintln!(
        "myna: {}: byte {position}: {}\n      {} [{}]",
        screen::printable(file),
        screen::printable(&japanese(error).to_string()),
        screen::printable(&cause.to_string()),
        error.code(),
    );
}

fn name_of(file: &Path, reading: &Reading) -> String {
    match &reading.file {
        Some(inner) => format!("{}:{inner}", file.display()),
        None => file.display().to_string(),
    }
}

/// What `parse` shows to people.
pub(crate) fn shown(name: &str, reading: &Reading) -> String {
    let body = match &reading.message {
        Message::Answer(response) => match asked_about(&reading.message) {
            // The screen tells the message's own warnings itself.
            Some(on) if reading.form != Form::CopiedText => screen::result(response, on),
            _ => table(&reading.message) + &warnings(reading),
        },
        _ => table(&reading.message) + &warnings(reading),
    };
    format!("{name} ({})\n{body}\n", reading.message.kind())
}

fn warnings(reading: &Reading) -> String {
    let lines = reading.warnings.iter();
    lines.map(|warning| format!("  ! {} [{}]\n", warning.text_ja, warning.code)).collect()
}

/// Label, TAB and value. Words that changed over time are those of the day asked about.
fn table(message: &Message) -> String {
    let on = asked_about(message).or_else(|| Date::from_ymd(9999, 12, 31).ok());
    let of_results = |results: &[myna_eligibility::records::Eligibility]| -> String {
        let rows = results.iter().flat_map(|result| on.map(|on| rows(result, on)).unwrap_or_default());
        rows.map(|row| format!("{}\t{}\n", row.label_ja, screen::printable(&row.value))).collect()
    };
    match message {
        Message::Answer(answer) => {
            format!("判定\t{}\n{}", answer.verdict().label_ja(), of_results(answer.results()))
        }
        Message::BulkAnswer(answer) => {
            let units = answer.units().iter().map(|unit| {
                let asked = unit.query.as_ref().and_then(|query| query.arbitrary_identifier.as_deref());
                format!(
                    "識別子\t{}\n判定\t{}\n{}",
                    screen::printable(asked.unwrap_or_default()),
                    answer.verdict_of(unit).label_ja(),
                    of_results(&unit.results)
                )
            });
            format!("件数\t{}\n{}", answer.units().len(), units.collect::<String>())
        }
        other => format!("種別\t{}\n", other.kind()),
    }
}

/// 資格確認日.
fn asked_about(message: &Message) -> Option<Date> {
    let header = match message {
        Message::Answer(answer) => &answer.header,
        Message::BulkAnswer(answer) => &answer.header,
        _ => return None,
    };
    header.confirmation_date.as_ref()?.value()
}

fn line_of_json(value: &impl Serialize) -> Result<(), Failure> {
    print(&format!("{}\n", output::json(value)?))
}
