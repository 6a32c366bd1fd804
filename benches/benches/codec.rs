//! Seconds, for people: `cargo bench -p benches`, which ends with a table of ratios. What gates is counted:
//! `cargo run --release -p benches --bin counts`.
//!
//! Compare within one run only: on a shared machine the medians of two runs differ by a factor.

use std::hint::black_box;
use std::path::Path;
use std::time::SystemTime;
use std::{env, io};

use benches::{Inputs, ratios, subjects};
use criterion::Criterion;

fn main() -> io::Result<()> {
    let start = SystemTime::now();
    // Cargo puts this program into `release/deps` of its target directory.
    let this_program = env::current_exe()?;
    let directory = this_program.ancestors().nth(3).unwrap_or(Path::new("target")).join("criterion");
    let mut criterion = Criterion::default().output_directory(&directory).configure_from_args();
    codec(&mut criterion);
    criterion.final_summary();
    println!("{}", ratios(&subjects(), &directory, start)?);
    Ok(())
}

fn codec(criterion: &mut Criterion) {
    let mut inputs = Inputs::new();
    let subjects = subjects();
    for same_operation in subjects.chunk_by(|one, other| one.operation == other.operation) {
        let Some(first) = same_operation.first() else { continue };
        let mut group = criterion.benchmark_group(first.operation);
        for subject in same_operation {
            group.bench_function(subject.codec, |bencher| {
                bencher.iter(|| black_box(subject.run)(&mut inputs));
            });
        }
        group.finish();
    }
}
