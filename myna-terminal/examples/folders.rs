//! Requests and answers through the folders of the 連携アプリケーション, whose side is simulated here on a thread of its own.
//!
//! ```sh
//! cargo run -p myna-terminal --features folder --example folders
//! ```

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use myna_eligibility::Message;
use myna_sim_service::{FolderResponder, ResponderSettings, SimulatedService};
use myna_terminal::{DateTime, ErrandOutcome, ErrandRules, ErrandRunner, Folders};

const REQUEST: &[u8] = include_bytes!("request.xml");

fn main() -> Result<(), Box<dyn Error>> {
    let root = env::temp_dir().join(format!("myna-folders-{}", process::id()));
    let folders = Folders::under(&root);
    let now = DateTime::parse("20260602091500")?;
    let mut application =
        FolderResponder::new(folders.clone(), SimulatedService::new()?, ResponderSettings::default())?;
    let done = AtomicBool::new(false);
    let outcome = thread::scope(|scope| {
        scope.spawn(|| {
            let start = Instant::now();
            while !done.load(Ordering::Relaxed) {
                if let Err(error) = application.step(start.elapsed(), now) {
                    eprintln!("the application: {error}");
                }
                thread::sleep(Duration::from_millis(20));
            }
        });
        let outcome = ask(folders);
        done.store(true, Ordering::Relaxed);
        outcome
    });
    fs::remove_dir_all(&root)?;
    outcome
}

fn ask(folders: Folders) -> Result<(), Box<dyn Error>> {
    let mut runner = ErrandRunner::open(folders, ErrandRules::default())?;
    runner.add("OQSsiquc01req_202606020001.xml", REQUEST)?;
    while let Some(news) = runner.next_news() {
        match news.outcome {
            ErrandOutcome::Answered(messages) => {
                for message in &messages {
                    let Message::Answer(answer) = message else { continue };
                    println!("{}: {}", news.name, answer.verdict().label_ja());
                }
                // Only now is it taken: a program that is killed before finds the answer again.
                runner.close(&news.name)?;
            }
            ErrandOutcome::Failed { error, .. } => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}
