//! Faults at every exchange of every operation that presents a secret: what happens to its tries, and what is said of them,
//! held against the counters of the card itself.
//!
//! One fault at a time runs with the other tests. Two at a time take minutes: `cargo xtask pin-faults`, which prints the
//! table.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fault;
mod flow;
mod table;
mod trial;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fault::Injected;
use table::Table;
use trial::{Bench, Case};

#[test]
fn one_fault_costs_no_try_unasked_and_what_is_said_of_it_is_true() {
    let table = run(&|bench, table| {
        let exchanges = bench.exchanges();
        for at in 1..=exchanges + 1 {
            for kind in fault::all() {
                bench.run(&[Injected { at, kind }], table);
            }
        }
    });
    println!("{table}");
    table.assert_good();
}

#[test]
#[ignore = "takes minutes: cargo xtask pin-faults"]
fn two_faults_cost_no_try_unasked_and_what_is_said_of_it_is_true() {
    let table = run(&|bench, table| {
        let exchanges = bench.exchanges();
        for at in 1..=exchanges {
            for kind in fault::some() {
                let first = Injected { at, kind };
                for at in at + 1..=exchanges + 2 {
                    for kind in fault::some() {
                        bench.run(&[first, Injected { at, kind }], table);
                    }
                }
            }
        }
    });
    println!("{table}");
    table.assert_good();
}

/// Every case on a bench of its own, on all processors.
fn run(work: &(dyn Fn(&mut Bench, &mut Table) + Sync)) -> Table {
    let cases = Case::all();
    let next = AtomicUsize::new(0);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let work = || {
            let mut table = Table::default();
            while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                work(&mut Bench::new(*case), &mut table);
            }
            table
        };
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).fold(Table::default(), Table::add)
    })
}
