#![doc = include_str!("../README.md")]

/// `print!` that does not panic when nobody listens any more, as behind `head`, or the disk is full: see [`output`].
macro_rules! out {
    ($($text:tt)*) => { $crate::output::write(format_args!($($text)*)) };
}

/// [`out!`] with the end of the line.
macro_rules! outln {
    () => { out!("\n") };
    ($($text:tt)*) => { out!("{}\n", format_args!($($text)*)) };
}

mod card_face;
mod certificate;
mod check;
mod clock;
mod codes;
mod control;
mod demo;
mod eligibility;
mod exchange;
mod failure;
#[cfg_attr(not(feature = "history"), path = "history_absent.rs")]
mod history;
mod output;
mod personalise;
mod pin;
mod pin_command;
mod pipe;
mod private_file;
mod readers;
mod screen;
mod serve;
mod simulated;
mod source;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;

/// Talk to the My Number Card (マイナンバーカード).
#[derive(Parser)]
#[command(name = "myna", version, after_help = failure::EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The whole way on the embedded simulated card and service: staff login to eligibility, without a question
    Demo(demo::Arguments),
    /// Check a patient's eligibility with a card (資格確認)
    Check(check::Arguments),
    /// Certificates of a card: show one, or write it to a file
    #[command(subcommand)]
    Cert(certificate::Command),
    /// PINs of a card: tries left, and a new value for one
    #[command(subcommand)]
    Pin(pin_command::Command),
    /// Files of the eligibility system: read, convert, look for what is odd
    #[command(subcommand)]
    Eligibility(eligibility::Command),
    /// Past results (資格確認結果検索): keep, search, show, delete, back up
    #[command(subcommand)]
    History(history::Command),
    /// Requests and answers over the folders of the 連携アプリケーション
    #[command(subcommand)]
    Exchange(exchange::Command),
    /// List readers and the cards on them
    Readers(readers::Arguments),
    /// The simulated card
    #[command(subcommand)]
    Sim(Sim),
}

#[derive(Subcommand)]
enum Sim {
    /// Be a card in the virtual PC/SC reader (vpcd) of this machine
    Serve(serve::Arguments),
    /// Take a served card out, put it back, make it silent or hang
    Control(control::Arguments),
    /// List the built-in personas, or print one as a file to start from
    Persona(serve::PersonaArguments),
    /// Be a card at the end of standard input and output, or of a local connection: for programs without PC/SC
    Pipe(pipe::Arguments),
    /// Write a persona file to start from
    New(personalise::NewArguments),
    /// Print what a card holds
    Show(personalise::ShowArguments),
    /// Check that what a card holds fits together: digests, signatures, certificates, images
    Check(personalise::CheckArguments),
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = match error.use_stderr() {
                true => Failure::usage(&codes::COMMAND_LINE, &[]).warn(),
                false => 0,
            };
            // Help and version are asked for, and go to standard output; nothing can be done if that is closed.
            let _ = error.print();
            return code.into();
        }
    };
    let result = match arguments.command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Cert(command) => certificate::run(&command),
        Command::Pin(command) => pin_command::run(&command),
        Command::Eligibility(command) => eligibility::run(&command),
        Command::History(command) => history::run(&command),
        Command::Exchange(command) => exchange::run(&command),
        Command::Readers(arguments) => readers::run(&arguments),
        Command::Sim(Sim::Serve(arguments)) => serve::run(&arguments),
        Command::Sim(Sim::Control(arguments)) => control::run(&arguments),
        Command::Sim(Sim::Persona(arguments)) => serve::persona(&arguments),
        Command::Sim(Sim::Pipe(arguments)) => pipe::run(&arguments),
        Command::Sim(Sim::New(arguments)) => personalise::new(&arguments),
        Command::Sim(Sim::Show(arguments)) => personalise::show(&arguments),
        Command::Sim(Sim::Check(arguments)) => personalise::check(&arguments),
    };
    match result {
        Ok(code) => output::exit_code(code),
        Err(failure) => failure.report(),
    }
}
