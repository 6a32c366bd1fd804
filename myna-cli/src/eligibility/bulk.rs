//! Bulk answers larger than a message may be, one unit at a time.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, IsTerminal as _, Read, Seek as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use myna_eligibility::{
    Message, Warning,
    bulk::{BulkReadError, BulkReader, BulkWriter, each_bulk_in_archive},
    forms::{Encoding, Form, MAX_BYTES},
    records::{BulkAnswer, BulkBody, BulkUnit, Repeated, UnknownElement},
};
use myna_error::{Diagnostic, japanese};
use serde::Serialize;

use super::sink::{Sink, Target, print};
use super::{line_of_json, refuse, table, told_finding};
use crate::codes;
use crate::failure::{self, Failure};
use crate::output;
use crate::screen;

/// What is done with each unit.
#[derive(Clone, Copy)]
pub(super) enum Task {
    Parse { json: bool },
    Convert { to: Target, encoding: Encoding },
    Validate { json: bool },
}

/// What a file holds: few enough bytes to be looked at whole, or more.
pub(super) enum Content {
    Whole(Vec<u8>),
    Plain(Box<dyn BufRead>),
    Archive(File),
}

impl Content {
    pub(super) fn of(file: &Path) -> io::Result<Self> {
        if file.as_os_str() == "-" {
            let mut input = io::stdin().lock();
            let begin = beginning_of(&mut input)?;
            return Ok(if begin.len() > MAX_BYTES && !is_archive(&begin) {
                Self::Plain(Box::new(Cursor::new(begin).chain(input)))
            } else {
                Self::Whole(begin)
            });
        }
        let mut input = File::open(file)?;
        let begin = beginning_of(&mut input)?;
        if is_archive(&begin) {
            // A small archive may hold a large answer.
            let too_large =
                myna_eligibility::read(&begin).is_err_and(|error| error.code() == "xml.too_large");
            return Ok(if begin.len() > MAX_BYTES || too_large {
                Self::Archive(input)
            } else {
                Self::Whole(begin)
            });
        }
        if begin.len() <= MAX_BYTES {
            return Ok(Self::Whole(begin));
        }
        input.rewind()?;
        Ok(Self::Plain(Box::new(BufReader::new(input))))
    }
}

/// One byte more than a message may have, or all there is.
fn beginning_of(input: impl Read) -> io::Result<Vec<u8>> {
    let mut begin = Vec::new();
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    input.take(limit).read_to_end(&mut begin)?;
    Ok(begin)
}

fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK")
}

/// Does the task with every unit, and tells on standard error what was refused.
pub(super) fn run(file: &str, content: Content, task: Task, sink: &mut Sink) -> Result<ExitCode, Failure> {
    let done = match content {
        Content::Whole(bytes) => plain(file, BulkReader::new(&bytes[..]), task, sink),
        Content::Plain(input) => plain(file, BulkReader::new(input), task, sink),
        Content::Archive(mut archive) => {
            archive.rewind().map_err(BulkReadError::from).map_err(Stop::from).and_then(|()| {
                let mut complete = true;
                each_bulk_in_archive(BufReader::new(archive), |inner, reader| -> Result<(), Stop> {
                    complete &= each_unit(&format!("{file}:{inner}"), reader, task, sink)?;
                    Ok(())
                })?;
                Ok(complete)
            })
        }
    };
    match done {
        Ok(true) => Ok(ExitCode::SUCCESS),
        Ok(false) => Ok(failure::OTHER.into()),
        Err(Stop::Output(failure)) => Err(failure),
        Err(Stop::Refused(error)) => {
            refuse(file, error.position(), &error, &error);
            Ok(failure::OTHER.into())
        }
    }
}

/// What ends the work on a file: its own fault, or that of the output.
enum Stop {
    Refused(BulkReadError),
    Output(Failure),
}

impl From<BulkReadError> for Stop {
    fn from(error: BulkReadError) -> Self {
        Self::Refused(error)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Output(failure)
    }
}

fn plain<R: BufRead>(
    file: &str,
    reader: Result<BulkReader<R>, BulkReadError>,
    task: Task,
    sink: &mut Sink,
) -> Result<bool, Stop> {
    each_unit(file, reader?, task, sink)
}

/// Says whether the answer was read to its end without a refusal.
fn each_unit<R: BufRead>(
    file: &str,
    mut reader: BulkReader<R>,
    task: Task,
    sink: &mut Sink,
) -> Result<bool, Stop> {
    let mut output = Output::begin(file, &reader, task)?;
    let mut progress = Progress::new();
    while let Some(unit) = reader.next() {
        match unit {
            Ok(unit) => output.unit(&reader, unit, sink)?,
            Err(error) => {
                refuse(file, error.position(), &error, &error);
                output.refused(&reader, &error)?;
            }
        }
        progress.tell(file, reader.units_read(), reader.bytes_read());
    }
    output.end(&reader)?;
    Ok(reader.is_complete())
}

/// The form the units take.
struct Output<'a> {
    file: &'a str,
    task: Task,
    xml: Option<BulkWriter<io::BufWriter<io::Stdout>>>,
}

/// A line of `parse --json`.
#[derive(Serialize)]
struct UnitLine<'a> {
    file: &'a str,
    form: Form,
    kind: &'static str,
    number: usize,
    verdict: &'static str,
    #[serde(flatten)]
    unit: &'a BulkUnit,
    warnings: Vec<Warning>,
    unknown: Vec<UnknownElement>,
}

impl<'a> Output<'a> {
    fn begin<R: BufRead>(file: &'a str, reader: &BulkReader<R>, task: Task) -> Result<Self, Failure> {
        let mut xml = None;
        match task {
            Task::Parse { json: true } => line_of_json(&serde_json::json!({
                "file": file, "form": form(reader), "kind": "bulk_answer", "header": reader.header(),
            }))?,
            Task::Parse { json: false } => print(&format!("{} (bulk_answer)\n", screen::printable(file)))?,
            Task::Convert { to: Target::Xml, encoding } => {
                let out = io::BufWriter::new(io::stdout());
                xml = Some(
                    BulkWriter::new(out, reader.header(), encoding)
                        .map_err(|error| output::unwritten(&error))?,
                );
            }
            Task::Convert {
                to: to @ (Target::Json | Target::Fhir | Target::Orca | Target::Html), ..
            } => {
                let name = match to {
                    Target::Json => "JSON of the Web API",
                    Target::Html => "a page to be printed",
                    Target::Orca => "a request to ORCA",
                    _ => "FHIR",
                };
                return Err(Failure::other(
                    &codes::TOO_LARGE_FOR_FORM,
                    &[("form", &name), ("limit", &MAX_BYTES)],
                ));
            }
            Task::Convert { to: Target::Csv | Target::Table | Target::Ndjson, .. }
            | Task::Validate { .. } => {}
        }
        Ok(Self { file, task, xml })
    }

    fn unit<R: BufRead>(
        &mut self,
        reader: &BulkReader<R>,
        unit: BulkUnit,
        sink: &mut Sink,
    ) -> Result<(), Failure> {
        match self.task {
            Task::Parse { json: true } => line_of_json(&UnitLine {
                file: self.file,
                form: form(reader),
                kind: "bulk_unit",
                number: reader.units_read(),
                verdict: reader.verdict_of(&unit).plain_code(),
                warnings: reader.warnings_of(&unit),
                unknown: reader.unknown_of(&unit),
                unit: &unit,
            }),
            Task::Parse { json: false } => print(&table(&answer_of(reader, unit))),
            Task::Convert { to: Target::Table, .. } => sink.text(&table(&answer_of(reader, unit))),
            Task::Convert { to: Target::Csv, .. } => sink.csv(&answer_of(reader, unit)),
            Task::Convert { to: Target::Ndjson, .. } => sink.fhir(&answer_of(reader, unit)),
            Task::Convert { .. } => match &mut self.xml {
                Some(writer) => writer.unit(&unit).map_err(|error| output::unwritten(&error)),
                None => Ok(()),
            },
            Task::Validate { json } => {
                let warnings = reader.warnings_of(&unit);
                warnings.iter().try_for_each(|warning| told_finding(self.file, warning, json))
            }
        }
    }

    fn refused<R: BufRead>(&self, reader: &BulkReader<R>, error: &BulkReadError) -> Result<(), Failure> {
        if !matches!(self.task, Task::Parse { json: true }) {
            return Ok(());
        }
        line_of_json(&serde_json::json!({
            "file": self.file, "form": form(reader), "kind": "refused",
            "number": matches!(error, BulkReadError::Unit { .. }).then(|| reader.units_read()),
            "error": { "code": error.code(), "position": error.position(), "message": error.to_string(),
                "message_ja": japanese(error).to_string() },
        }))
    }

    fn end<R: BufRead>(self, reader: &BulkReader<R>) -> Result<(), Failure> {
        match self.task {
            Task::Parse { json: true } => line_of_json(&serde_json::json!({
                "file": self.file, "form": form(reader), "kind": "bulk_end",
                "units": reader.units_read(), "refused": reader.refused(), "complete": reader.is_complete(),
                "body": reader.rest().body, "unmodelled": reader.rest().unmodelled, "warnings": reader.warnings(),
            })),
            Task::Parse { json: false } => print(&format!("件数\t{}\n\n", reader.units_read())),
            Task::Validate { json } => {
                let warnings = reader.warnings();
                warnings.iter().try_for_each(|warning| told_finding(self.file, warning, json))
            }
            Task::Convert { .. } => match self.xml {
                // Half of an answer must not look like all of it.
                Some(writer) if reader.is_complete() => writer
                    .finish_with(&reader.rest().body)
                    .map(|_| ())
                    .map_err(|error| output::unwritten(&error)),
                _ => io::stdout().flush().map_err(|error| output::unwritten(&error)),
            },
        }
    }
}

fn form<R: BufRead>(reader: &BulkReader<R>) -> Form {
    match reader.encoding() {
        Encoding::Cp932 => Form::XmlCp932,
        _ => Form::Xml,
    }
}

/// An answer of this unit alone, for the forms that are made of messages.
fn answer_of<R: BufRead>(reader: &BulkReader<R>, unit: BulkUnit) -> Message {
    let mut body = BulkBody::default();
    body.units = Repeated(vec![unit]);
    let mut answer = BulkAnswer::default();
    answer.header = reader.header().clone();
    answer.body = Some(body);
    Message::BulkAnswer(Box::new(answer))
}

/// Tells a person at a terminal once a second that work goes on.
struct Progress {
    is_seen: bool,
    last: Instant,
}

impl Progress {
    fn new() -> Self {
        Self { is_seen: io::stderr().is_terminal(), last: Instant::now() }
    }

    fn tell(&mut self, file: &str, units: usize, bytes: usize) {
        if self.is_seen && self.last.elapsed() >= Duration::from_secs(1) {
            self.last = Instant::now();
            eprintln!("myna: {}: {units}件 ({} MiB)", screen::printable(file), bytes >> 20);
        }
    }
}
