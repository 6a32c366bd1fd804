//! Benchmarks of the myna crates
