use std::io;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use myna_sim::{FaultPlan, Mutant, pipe};

use crate::clock::Now;
use crate::codes;
use crate::failure::Failure;
use crate::simulated::{Simulated, attach_state, fault_plan};

#[derive(Args)]
pub(crate) struct Arguments {
    /// A built-in persona, a persona file, or a folder of a card
    #[arg(default_value = "default")]
    card: String,
    /// The day on which the card is made, YYYY-MM-DD; a persona's certificates count from it (else: today)
    #[arg(long, value_name = "DAY")]
    at: Option<String>,
    /// Keep PIN counters and changed PINs in this file
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Wait for connections at this port of the loopback interface, one after the other (else: standard input and output);
    /// 0 takes a free one, and its number is the first line of standard output
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// What goes wrong at which command: `3 truncate 1, 5 status 6F00, 9 reset`; also extend N, flip N, refuse XXXX, lost,
    /// mute, stall MS, hang, power, remove, remove-after. Or a .toml file, with latency and chance too
    #[arg(long, value_name = "PLAN", value_parser = fault_plan, default_value = "")]
    faults: FaultPlan,
    /// Break this rule: a name such as forgets-to-decrement
    #[arg(long, value_name = "NAME")]
    mutant: Option<Mutant>,
}

/// Serves the card on a stream. Each connection finds it with power, just inserted.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let today = Now::new(arguments.at.as_deref())?.date()?;
    let mut card = Simulated::find(&arguments.card)?.into_card(today)?;
    let mut settings = card.settings();
    settings.mutant = arguments.mutant.or(settings.mutant);
    card.set_settings(settings);
    if let Some(path) = &arguments.state {
        attach_state(&mut card, path)?;
    }
    let Some(port) = arguments.port else {
        let (input, output) = (io::stdin().lock(), io::stdout().lock());
        pipe::serve_with_faults(input, output, &mut card, arguments.faults.clone()).map_err(failed)?;
        return Ok(ExitCode::SUCCESS);
    };
    let listener = TcpListener::bind(("127.0.0.1", port)).map_err(failed)?;
    outln!("{}", listener.local_addr().map_err(failed)?.port());
    for stream in listener.incoming() {
        let stream = stream.map_err(failed)?;
        card.power_on();
        // Whoever hangs up in the middle of a message has pulled the card.
        let served = stream
            .set_nodelay(true)
            .and_then(|()| pipe::serve_with_faults(&stream, &stream, &mut card, arguments.faults.clone()));
        if let Err(error) = served {
            failed(error).warn();
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` gives it")]
fn failed(error: io::Error) -> Failure {
    Failure::other(&codes::PIPE, &[("reason", &error)])
}
