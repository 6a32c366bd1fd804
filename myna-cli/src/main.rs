//! The myna command
fn main() {}
