//! Seconds, for people: `cargo bench -p benches`. What gates is counted: `cargo run --release -p benches --bin counts`.
//!
//! Compare within one run only: on a shared machine the medians of two runs differ by a factor.

use std::hint::black_box;

use benches::{Inputs, subjects};
use criterion::{Criterion, criterion_group, criterion_main};

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

criterion_group!(benches, codec);
criterion_main!(benches);
