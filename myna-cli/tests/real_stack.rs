//! Independent clients, and our own command, against the simulated card through a real PC/SC daemon.
//!
//! Each test has a PC/SC daemon and a virtual reader of its own, in namespaces of its own: see [`stack`]. What is
//! missing on this machine fails a test; nothing is skipped.
//!
//! Everything is in a module of this file's name, so that `cargo test -- --skip real_stack::` leaves it out.
//!
//! [`stack`]: real_stack::stack

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is how a test fails")]

mod real_stack {
    mod command;
    mod simulated_files;
    mod stack;

    mod check;
    mod control;
    mod folder;
    mod front_page;
    mod opensc;
    mod pin;
    mod pyscard;
    mod readers;
    mod removal;
    mod swap;
}
