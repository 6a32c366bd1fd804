use myna_eligibility::Message;
use std::time::{Duration, Instant};

use super::{
    Errand, ErrandDesk, ErrandError, ErrandProgress, ErrandRules, FolderWatcher, Folders, Outstanding,
    Refusal,
};

/// Many errands at once: hands their requests in, waits by itself, and tells what becomes of each.
///
/// ```no_run
/// use myna_terminal::{ErrandOutcome, ErrandRules, ErrandRunner, Folders};
/// # let request = Vec::new();
/// let mut runner = ErrandRunner::open(Folders::under("OQS".as_ref()), ErrandRules::default())?;
/// runner.add("OQSsiquc01req_202506040001.xml", &request)?;
/// while let Some(news) = runner.next_news() {
///     if let ErrandOutcome::Answered(messages) = news.outcome {
///         println!("{}: {} messages", news.name, messages.len());
///         runner.close(&news.name)?;
///     }
/// }
/// # Ok::<(), myna_terminal::ErrandError>(())
/// ```
#[derive(Debug)]
pub struct ErrandRunner {
    desk: ErrandDesk,
    rules: ErrandRules,
    watcher: FolderWatcher,
    started: Instant,
    running: Vec<Running>,
    /// Answered and not closed: the name a request was added under, and that of the one that was answered.
    answered: Vec<(String, String)>,
    /// Whose turn it is in this round.
    turn: usize,
    /// When the first of those that had their turn in this round has to be looked at again.
    wake: Option<Duration>,
}

#[derive(Debug)]
struct Running {
    /// The name it was given first.
    name: String,
    errand: Errand,
    times_pending: u32,
}

/// Something became of an errand.
#[derive(Debug)]
#[non_exhaustive]
pub struct ErrandNews {
    /// The name under which its request was added.
    pub name: String,
    /// What.
    pub outcome: ErrandOutcome,
}

/// What became of an errand.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrandOutcome {
    /// 処理中, for so many times by now: it will be asked again. The only outcome that is not the last.
    Pending {
        /// How often.
        times: u32,
    },
    /// The answer. That there is one does not mean that it went well: read its verdict. Do with it what has to be done,
    /// then [`close`](ErrandRunner::close).
    Answered(Vec<Message>),
    /// No answer.
    Failed {
        /// Why.
        error: ErrandError,
        /// Why an answer under its name was put aside, if one was.
        refusal: Option<Refusal>,
    },
}

impl ErrandRunner {
    /// Takes the desk; see [`ErrandDesk::open`].
    ///
    /// # Errors
    ///
    /// [`ErrandError::InUse`], [`ErrandError::Io`].
    pub fn open(folders: Folders, rules: ErrandRules) -> Result<Self, ErrandError> {
        let desk = ErrandDesk::open(folders)?;
        let watcher = FolderWatcher::new([desk.folders().answers.as_path()]);
        let (running, answered) = (Vec::new(), Vec::new());
        Ok(Self { desk, rules, watcher, started: Instant::now(), running, answered, turn: 0, wake: None })
    }

    /// The desk.
    #[must_use]
    pub const fn desk(&self) -> &ErrandDesk {
        &self.desk
    }

    /// The requests that wait for their answers from an earlier time, but for those that are under way here.
    ///
    /// # Errors
    ///
    /// [`ErrandError::Io`].
    pub fn outstanding(&self) -> Result<Vec<Outstanding>, ErrandError> {
        let mut outstanding = self.desk.outstanding()?;
        outstanding.retain(|earlier| self.running.iter().all(|running| running.name != earlier.name));
        Ok(outstanding)
    }

    /// Takes a request; its time begins now. One that is still out from an earlier time is waited for, not handed in
    /// again.
    ///
    /// # Errors
    ///
    /// [`ErrandError::NotARequest`].
    pub fn add(&mut self, name: &str, content: &[u8]) -> Result<(), ErrandError> {
        let errand = Errand::new(name, content, self.rules, self.started.elapsed())?;
        self.running.push(Running { name: name.to_owned(), errand, times_pending: 0 });
        Ok(())
    }

    /// Waits until something becomes of an errand; `None` when all are over.
    pub fn next_news(&mut self) -> Option<ErrandNews> {
        loop {
            let now = self.started.elapsed();
            while let Some(running) = self.running.get_mut(self.turn) {
                let progress = self.desk.progress(&mut running.errand, now);
                if let Ok(ErrandProgress::Waiting { until }) = progress {
                    self.turn += 1;
                    self.wake = Some(self.wake.map_or(until, |wake| wake.min(until)));
                    let times = running.errand.times_pending();
                    if times > running.times_pending {
                        running.times_pending = times;
                        let (name, outcome) = (running.name.clone(), ErrandOutcome::Pending { times });
                        return Some(ErrandNews { name, outcome });
                    }
                    continue;
                }
                let Running { name, errand, .. } = self.running.remove(self.turn);
                let error = match progress {
                    Ok(ErrandProgress::Answered) => {
                        self.answered.push((name.clone(), errand.name().to_owned()));
                        let messages = errand.into_answer().unwrap_or_default();
                        return Some(ErrandNews { name, outcome: ErrandOutcome::Answered(messages) });
                    }
                    Ok(_) => ErrandError::TimedOut,
                    Err(error) => error,
                };
                let refusal = errand.last_refusal().cloned();
                return Some(ErrandNews { name, outcome: ErrandOutcome::Failed { error, refusal } });
            }
            let wake = self.wake.take()?;
            self.watcher.wait(wake.saturating_sub(self.started.elapsed()));
            self.turn = 0;
        }
    }

    /// The answer to the request of this name has been dealt with: it and the request go to the trash. Whoever is killed
    /// before is told of it again.
    ///
    /// # Errors
    ///
    /// [`ErrandError::Io`].
    pub fn close(&mut self, name: &str) -> Result<(), ErrandError> {
        let Some(index) = self.answered.iter().position(|(added, _)| added == name) else { return Ok(()) };
        let (_, name_out) = self.answered.remove(index);
        self.desk.close(&name_out)
    }
}
