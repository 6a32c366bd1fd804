//! What the simulated card takes for itself: exchanges without cryptography, beside a card that answers `9000` to everything.
//!
//! ```text
//! sim            in this process, then over the real PC/SC stack, if this was built with `--features pcsc` and there is one
//! sim --stack    the second part alone, in the namespaces of this process
//! ```
//!
//! Both cards take turns in one run, in rounds so short that most of them are not interrupted, and the median of the rounds is
//! shown: seconds of two runs do not compare, and on a busy machine a mean tells of the other programs.

#[cfg_attr(not(feature = "pcsc"), path = "stack_absent.rs")]
mod stack;

use std::env;
use std::error::Error;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use myna_sim::{Date, Persona, SimulatedCard};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What a client sends while it reads a certificate, looks for PINs and for other cards; no key is used.
const COMMANDS: [&[u8]; 12] = [
    // SELECT of JPKI-AP, its EF 000A, four reads.
    &[0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01],
    &[0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x0A],
    &[0x00, 0xB0, 0x00, 0x00, 0x04],
    &[0x00, 0xB0, 0x00, 0x00, 0x00],
    &[0x00, 0xB0, 0x01, 0x00, 0x00],
    &[0x00, 0xB0, 0x8B, 0x00, 0x00],
    // Tries left, and a file behind a PIN.
    &[0x00, 0x20, 0x00, 0x98],
    &[0x00, 0xB0, 0x81, 0x00, 0x04],
    // A foreign application; 共通カードAP and its record; GET DATA.
    &[0x00, 0xA4, 0x04, 0x00, 0x06, 0xD2, 0x76, 0x00, 0x01, 0x24, 0x01, 0x00],
    &[0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00],
    &[0x00, 0xB2, 0x01, 0x0C, 0x00],
    &[0x00, 0xCA, 0x5F, 0x51, 0x00],
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words[..] {
        [] => in_process().and_then(|()| stack::measure()),
        ["--stack"] => stack::measure_here(),
        _ => Err("usage: sim".into()),
    };
    benches::exit_code("sim", result.map(|()| true))
}

fn card() -> Result<SimulatedCard> {
    let persona = Persona::built_in("default").ok_or("there is no default persona")?;
    Ok(SimulatedCard::new(&persona, Date::from_ymd(2025, 6, 2)?)?)
}

/// The card that has nothing and refuses nothing.
fn empty(_command: &[u8]) -> Vec<u8> {
    vec![0x90, 0x00]
}

fn in_process() -> Result<()> {
    const ROUNDS: usize = 201;
    const TIMES: usize = 500;
    let mut card = card()?;
    for command in COMMANDS {
        let answer = card.transmit(command);
        // A bench of something that fails measures the wrong thing.
        if !matches!(answer.as_slice(), [.., 0x90, 0x00] | [0x63, 0xC3] | [0x69, 0x82] | [0x6A, 0x82]) {
            return Err(format!("{command:02X?} gets {answer:02X?}").into());
        }
    }
    let mut simulated = Rounds::default();
    let mut nothing = Rounds::default();
    let count = TIMES * COMMANDS.len();
    let exchanges = u32::try_from(count)?;
    for _ in 0..ROUNDS {
        simulated.time(exchanges, || {
            for command in COMMANDS.iter().cycle().take(count) {
                black_box(card.transmit(black_box(command)));
            }
        });
        nothing.time(exchanges, || {
            for command in COMMANDS.iter().cycle().take(count) {
                black_box(empty(black_box(command)));
            }
        });
    }
    println!("in this process, {} different commands without cryptography", COMMANDS.len());
    show(simulated.median(), nothing.median());
    let rate = 1.0 / simulated.median().as_secs_f64();
    println!("  wanted: 100 000 exchanges a second; {}\n", if rate >= 1e5 { "met" } else { "NOT met" });
    Ok(())
}

/// The time of one exchange, round by round.
#[derive(Default)]
struct Rounds(Vec<Duration>);

impl Rounds {
    fn time(&mut self, exchanges: u32, round: impl FnOnce()) {
        let start = Instant::now();
        round();
        self.0.push(start.elapsed() / exchanges);
    }

    fn median(&mut self) -> Duration {
        self.0.sort_unstable();
        self.0.get(self.0.len() / 2).copied().unwrap_or_default()
    }
}

fn show(simulated: Duration, nothing: Duration) {
    for (name, time) in [("simulated card", simulated), ("empty card", nothing)] {
        let seconds = time.as_secs_f64();
        println!("  {name:15} {:>12.0} exchanges a second {:>12.1} ns each", 1.0 / seconds, seconds * 1e9);
    }
    println!("  ratio {:.2}", simulated.as_secs_f64() / nothing.as_secs_f64());
}
