//! What reading answers costs, next to a bare scan of the same bytes for XML events by `quick-xml`, counted in
//! instructions.
//!
//! ```text
//! eligibility                the ratios, and seconds for information; fails when a ratio is above its target
//! eligibility --run S N      does subject S with N results; what the other runs under callgrind
//! eligibility --memory N     reads N results and tells the most memory the process had
//! ```

use std::borrow::Cow;
use std::error::Error;
use std::hint::black_box;
use std::io::{self, BufReader, Cursor, Read};
use std::process::{Command, ExitCode};
use std::time::Instant;
use std::{env, fs};

use benches::{callgrind, exit_code, instructions};
use myna_eligibility::{
    EligibilityResponse, Message,
    bulk::{BulkReader, BulkWriter},
    forms::Encoding,
    records::BulkUnit,
};
use quick_xml::Reader;
use quick_xml::events::Event;

/// A single answer may cost so many times the scan.
const MOST_SINGLE: f64 = 3.0;

/// A unit of a bulk answer may cost so many times the scan.
const MOST_BULK: f64 = 2.0;

/// Results of the bulk answer that is measured.
const RESULTS: usize = 10_000;

/// Memory of a process that reads a bulk answer, whatever its length.
const MOST_KIBIBYTES: u64 = 16 * 1024;

const SINGLE: &[(&str, &[u8])] = &[
    ("e01", include_bytes!("../../../myna-eligibility/tests/samples/e01_valid.xml")),
    ("e05", include_bytes!("../../../myna-eligibility/tests/samples/e05_elderly_and_specific_diseases.xml")),
    ("e17", include_bytes!("../../../myna-eligibility/tests/samples/e17_shift_jis.xml")),
];

const BULK: &[u8] = include_bytes!("../../../myna-eligibility/tests/samples/e14_bulk_answer.xml");

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words[..] {
        ["--run", subject, times] => run(subject, times).map(|()| true),
        ["--memory", count] => memory(count).map(|()| true),
        [] => report(),
        _ => Err("usage: eligibility [--memory N]".into()),
    };
    exit_code("eligibility", result)
}

fn run(subject: &str, times: &str) -> Result<()> {
    let times: usize = times.parse()?;
    if let Some((what, sample)) = subject.split_once('-') {
        let Some((_, bytes)) = SINGLE.iter().find(|(name, _)| *name == sample) else {
            return match what {
                "bulk" => bulk(sample, Shape::Direct, times).map(|_| ()),
                "listed" => bulk(sample, Shape::Listed, times).map(|_| ()),
                _ => Err("no such subject".into()),
            };
        };
        for _ in 0..times {
            let bytes = black_box(*bytes);
            match what {
                "scan" => drop(black_box(scan(bytes)?)),
                _ => drop(black_box(EligibilityResponse::parse(bytes)?)),
            }
        }
    }
    Ok(())
}

/// Events of a message in memory. The scan reads UTF-8 only, so CP932 is made into some UTF-8 for it.
fn scan(bytes: &[u8]) -> Result<usize> {
    let text = if std::str::from_utf8(bytes).is_ok() { Cow::Borrowed(bytes) } else { replaced(bytes) };
    let mut reader = Reader::from_reader(&text[..]);
    let mut events = 0;
    loop {
        match reader.read_event()? {
            Event::Eof => return Ok(events),
            _ => events += 1,
        }
    }
}

fn replaced(bytes: &[u8]) -> Cow<'_, [u8]> {
    Cow::Owned(String::from_utf8_lossy(bytes).into_owned().into_bytes())
}

/// Reads a bulk answer that is made on the way, so that neither memory nor a disk takes part.
fn bulk(what: &str, shape: Shape, count: usize) -> Result<usize> {
    let reader = BufReader::with_capacity(64 * 1024, Repeating::new(shape, count)?);
    match what {
        "scan" => {
            let mut reader = Reader::from_reader(reader);
            let mut buffer = Vec::new();
            let mut events = 0;
            loop {
                match reader.read_event_into(&mut buffer)? {
                    Event::Eof => return Ok(events),
                    _ => events += 1,
                }
                buffer.clear();
            }
        }
        "read" => {
            let mut reader = BulkReader::new(reader)?;
            let mut read = 0;
            for unit in &mut reader {
                black_box(unit?);
                read += 1;
            }
            if !reader.is_complete() || read != count {
                return Err(format!("{read} of {count} read").into());
            }
            Ok(read)
        }
        // What making the bytes costs, taken off the two others.
        "none" => Ok(usize::try_from(io::copy(&mut { reader }, &mut io::sink())?)?),
        _ => Err("no such subject".into()),
    }
}

/// Where a unit has its result: both are seen.
#[derive(Clone, Copy)]
enum Shape {
    Direct,
    /// In a `ResultList`.
    Listed,
}

/// A bulk answer of as many results as are asked for, all the same.
struct Repeating {
    head: Cursor<Vec<u8>>,
    unit: Cursor<Vec<u8>>,
    tail: Cursor<Vec<u8>>,
    left: usize,
}

impl Repeating {
    fn new(shape: Shape, count: usize) -> Result<Self> {
        let Message::BulkAnswer(answer) = Message::parse(BULK)? else { return Err("a bulk answer".into()) };
        let Some(unit) = answer.units().first() else { return Err("a unit".into()) };
        let written = |units: &[&BulkUnit]| -> Result<Vec<u8>> {
            let mut writer = BulkWriter::new(Vec::new(), &answer.header, Encoding::Utf8)?;
            for unit in units {
                writer.unit(unit)?;
            }
            Ok(writer.finish()?)
        };
        let (none, one) = (written(&[])?, written(&[unit])?);
        let same = none.iter().zip(&one).take_while(|(one, other)| one == other).count();
        // The common beginning runs into the first tag that differs.
        let begin =
            none.get(..same).and_then(|head| head.iter().rposition(|byte| *byte == b'\n')).ok_or("a line")?
                + 1;
        let length = one.len() - none.len();
        let mut unit = std::str::from_utf8(one.get(begin..begin + length).unwrap_or_default())?.to_owned();
        if matches!(shape, Shape::Listed) {
            let result = "ResultOfQualificationConfirmation>";
            unit = unit
                .replace(&format!("<{result}"), &format!("<ResultList><{result}"))
                .replace(&format!("</{result}"), &format!("</{result}</ResultList>"));
        }
        Ok(Self {
            head: Cursor::new(one.get(..begin).unwrap_or_default().to_vec()),
            unit: Cursor::new(unit.into_bytes()),
            tail: Cursor::new(one.get(begin + length..).unwrap_or_default().to_vec()),
            left: count,
        })
    }
}

impl Read for Repeating {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.head.read(buffer)?;
        if count > 0 {
            return Ok(count);
        }
        while self.left > 0 {
            let count = self.unit.read(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            self.unit.set_position(0);
            self.left -= 1;
        }
        self.tail.read(buffer)
    }
}

fn report() -> Result<bool> {
    let mut good = true;
    println!("{:28} {:>14} {:>14} {:>7} {:>7}", "bytes", "scan", "read", "ratio", "target");
    for (name, _) in SINGLE {
        let scan = one_more(&format!("scan-{name}"), 100, 1_100)?;
        let read = one_more(&format!("read-{name}"), 100, 1_100)?;
        good &= line(&format!("single answer {name}"), scan, read, MOST_SINGLE);
    }
    for shape in ["bulk", "listed"] {
        let none = one_more(&format!("{shape}-none"), 0, RESULTS)?;
        let scan = one_more(&format!("{shape}-scan"), 0, RESULTS)? - none;
        let read = one_more(&format!("{shape}-read"), 0, RESULTS)? - none;
        good &= line(&format!("{shape} of {RESULTS}, a unit"), scan, read, MOST_BULK);
    }
    let seconds = |what: &str| -> Result<f64> {
        let mut best = f64::INFINITY;
        for _ in 0..5 {
            let begin = Instant::now();
            bulk(what, Shape::Direct, RESULTS)?;
            best = best.min(begin.elapsed().as_secs_f64());
        }
        Ok(best)
    };
    let (scan, read) = (seconds("scan")?, seconds("read")?);
    println!(
        "bulk of {RESULTS}, for information: scan {scan:.3} s, read {read:.3} s, ratio {:.2}",
        read / scan
    );
    for count in [RESULTS / 10, RESULTS] {
        let output = Command::new(env::current_exe()?).args(["--memory", &count.to_string()]).output()?;
        let kibibytes: u64 = String::from_utf8(output.stdout)?.trim().parse()?;
        good &= kibibytes <= MOST_KIBIBYTES;
        println!("memory with {count} results: {kibibytes} KiB, at most {MOST_KIBIBYTES}");
    }
    Ok(good)
}

fn line(name: &str, scan: f64, read: f64, most: f64) -> bool {
    let ratio = read / scan;
    let note = if ratio > most { "  ABOVE" } else { "" };
    println!("{name:28} {scan:14.0} {read:14.0} {ratio:7.2} {most:7.1}{note}");
    ratio <= most
}

/// The most memory this process had, in KiB, after it read a bulk answer.
fn memory(count: &str) -> Result<()> {
    bulk("read", Shape::Direct, count.parse()?)?;
    let status = fs::read_to_string("/proc/self/status")?;
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    println!("{}", most.trim().trim_end_matches("kB").trim());
    Ok(())
}

/// Instructions of one more time, by callgrind.
fn one_more(subject: &str, few: usize, many: usize) -> Result<f64> {
    let total = |times: usize| instructions(&callgrind(&["--run", subject, &times.to_string()])?);
    let more = total(many)?.saturating_sub(total(few)?);
    let number = |count: u64| u32::try_from(count / 1_000).map_or(f64::INFINITY, f64::from) * 1_000.0;
    Ok(number(more) / f64::from(u32::try_from(many - few)?))
}
