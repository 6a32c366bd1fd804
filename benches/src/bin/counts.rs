//! Instructions and allocations of one operation, counted: exact where seconds are not.
//!
//! ```text
//! counts              a table, ours compared with the baseline; fails when one of ours grew by more than 3 %
//! counts --accept     the same, and what was counted becomes the baseline
//! counts --run I N    runs subject I N times and prints nothing; what the other two run under callgrind
//! ```
//!
//! Each subject runs 100 times and 1 100 times under callgrind; the difference, divided by 1 000, is one run, with the
//! loop around it (some 20 instructions) and without the start of the process. Calls of the allocator are counted in
//! the same way. The neighbours are shown and nothing fails by them. The numbers repeat to the last instruction with the same compiler, and move a little with another.

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use benches::{Inputs, OURS, Subject, callgrind, exit_code, instructions, subjects};
use serde_json::{Map, Value, json};

const FEW: u64 = 100;
const MANY: u64 = 1_100;

/// Growth, in percent, that fails the comparison with the baseline.
const MOST_GROWTH: f64 = 3.0;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What one run of a subject takes.
#[derive(Clone, Copy)]
struct Count {
    instructions: f64,
    allocations: f64,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words[..] {
        ["--run", index, times] => run(index, times).map(|()| true),
        [] => report(false),
        ["--accept"] => report(true),
        _ => Err("usage: counts [--accept]".into()),
    };
    exit_code("counts", result)
}

/// The part that runs under callgrind.
fn run(index: &str, times: &str) -> Result<()> {
    let subject = *subjects().get(index.parse::<usize>()?).ok_or("no such subject")?;
    let times: u64 = times.parse()?;
    let mut inputs = Inputs::new();
    for _ in 0..times {
        black_box(black_box(subject.run)(&mut inputs));
    }
    Ok(())
}

/// Prints the table, writes the JSON, and says whether everything stays within the baseline.
fn report(accept: bool) -> Result<bool> {
    let compiler = compiler()?;
    let baseline = Baseline::read()?;
    let comparable = baseline.as_ref().is_some_and(|baseline| baseline.compiler == compiler);
    let mut good = true;
    let (mut counted, mut ours) = (Map::new(), Map::new());
    println!(
        "{:28} {:12} {:>12} {:>11} {:>9}",
        "operation", "codec", "instructions", "allocations", "baseline"
    );
    for (index, subject) in subjects().iter().enumerate() {
        let Subject { operation, codec, .. } = *subject;
        let count = match Count::of(index) {
            Ok(count) => count,
            Err(error) if codec != OURS => {
                println!("{operation:28} {codec:12} {error}");
                continue;
            }
            Err(error) => return Err(error),
        };
        let Count { instructions, allocations } = count;
        let numbers = json!({ "instructions": instructions, "allocations": allocations });
        let note = if codec == OURS {
            ours.insert(key(subject), numbers.clone());
            match baseline.as_ref().and_then(|baseline| baseline.growth(subject, count)) {
                Some(growth) if growth > MOST_GROWTH => {
                    good &= !comparable;
                    format!("{growth:+.1} %  GREW")
                }
                Some(growth) => format!("{growth:+.1} %"),
                None => "new".into(),
            }
        } else {
            String::new()
        };
        let line = format!("{operation:28} {codec:12} {instructions:12.0} {allocations:11.0} {note:>9}");
        println!("{}", line.trim_end());
        counted.insert(key(subject), numbers);
    }
    let document = json!({ "compiler": compiler, "counts": counted });
    // Beside this program, wherever cargo put it.
    write(&env::current_exe()?.with_file_name("bench-counts.json"), &document)?;
    if accept {
        write(&baseline_path(), &json!({ "compiler": compiler, "counts": ours }))?;
        return Ok(true);
    }
    if !comparable {
        println!(
            "The baseline was counted with another compiler than {compiler}: compared, but nothing fails by it."
        );
    }
    Ok(good)
}

impl Count {
    fn of(index: usize) -> Result<Self> {
        let (few, many) = (Profile::of(index, FEW)?, Profile::of(index, MANY)?);
        let one = |few: u64, many: u64| to_number(many.saturating_sub(few)) / to_number(MANY - FEW);
        Ok(Self {
            instructions: one(few.instructions, many.instructions),
            allocations: one(few.allocations, many.allocations),
        })
    }
}

/// What callgrind saw of one process.
struct Profile {
    instructions: u64,
    allocations: u64,
}

impl Profile {
    fn of(index: usize, times: u64) -> Result<Self> {
        Self::parse(&callgrind(&["--run", &index.to_string(), &times.to_string()])?)
    }

    /// Reads callgrind's own format: `totals: N`, and `calls=N …` after the `cfn=` of the called function, whose name
    /// is written out the first time only.
    fn parse(text: &str) -> Result<Self> {
        let mut allocations = 0;
        let mut names: BTreeMap<&str, &str> = BTreeMap::new();
        let mut called = "";
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("fn=").or_else(|| line.strip_prefix("cfn=")) {
                let (number, name) = name.split_once(' ').unwrap_or((name, ""));
                if !name.is_empty() {
                    names.insert(number, name);
                }
                called = names.get(number).copied().unwrap_or_default();
            } else if let Some(calls) = line.strip_prefix("calls=") {
                let calls = calls.split(' ').next().unwrap_or_default();
                if matches!(called, "malloc" | "calloc" | "realloc" | "posix_memalign" | "aligned_alloc") {
                    allocations += calls.parse::<u64>()?;
                }
            }
        }
        Ok(Self { instructions: instructions(text)?, allocations })
    }
}

/// The committed counts, ours only.
struct Baseline {
    compiler: String,
    counts: Value,
}

impl Baseline {
    fn read() -> Result<Option<Self>> {
        let path = baseline_path();
        if !path.exists() {
            return Ok(None);
        }
        let document: Value = serde_json::from_str(&fs::read_to_string(path)?)?;
        let compiler = document["compiler"].as_str().unwrap_or_default().to_owned();
        Ok(Some(Self { compiler, counts: document["counts"].clone() }))
    }

    /// In percent; `None` for what the baseline does not have.
    fn growth(&self, subject: &Subject, count: Count) -> Option<f64> {
        let before = &self.counts[key(subject)];
        if count.allocations > before["allocations"].as_f64()? {
            return Some(f64::INFINITY);
        }
        let before = before["instructions"].as_f64()?;
        Some((count.instructions / before - 1.0) * 100.0)
    }
}

fn key(subject: &Subject) -> String {
    format!("{}, {}", subject.operation, subject.codec)
}

fn compiler() -> Result<String> {
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let version = Command::new(rustc).arg("--version").output()?.stdout;
    Ok(String::from_utf8(version)?.trim().to_owned())
}

fn write(path: &Path, document: &Value) -> Result<()> {
    fs::write(path, serde_json::to_string_pretty(document)? + "\n")?;
    Ok(())
}

fn baseline_path() -> PathBuf {
    root().join("benches/baseline.json")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn to_number(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
