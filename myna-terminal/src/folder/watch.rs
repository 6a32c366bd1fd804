use myna_eligibility::{forms::Reading, read};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::{Arrival, Arrivals, ErrandError, ErrandFile, FolderWatcher, Folders, Sighting};

/// What arrives in the folders, whoever asked: answers, face results (顔認証結果), or both.
#[derive(Debug)]
pub struct ArrivalWatch {
    folders: Folders,
    settling_time: Duration,
    watcher: FolderWatcher,
    started: Instant,
    watched: Vec<(WatchedFolder, Arrivals)>,
    to_read: VecDeque<(usize, Arrival)>,
    is_away: bool,
}

/// A folder to watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WatchedFolder {
    /// [`Folders::answers`].
    Answers,
    /// [`Folders::faces`].
    Faces,
}

/// What an [`ArrivalWatch`] saw.
#[derive(Debug)]
#[non_exhaustive]
pub enum ArrivalNews {
    /// A file came, or changed, and was read.
    Arrived {
        /// Where it lies.
        path: PathBuf,
        /// Its name.
        name: String,
        /// Whether it is a face result, by its name.
        is_face_result: bool,
        /// What it says.
        readings: Vec<Reading>,
    },
    /// A file came that cannot be read; it keeps no other from being read, and is not told again unless it changes.
    Unreadable {
        /// Its name.
        name: String,
        /// Why.
        error: ErrandError,
    },
    /// A folder cannot be listed. A network drive may be away for a while: told once until it is back.
    Away(ErrandError),
}

impl ArrivalWatch {
    /// Watches folders; a file is whole after so long without a change.
    #[must_use]
    pub fn new(
        folders: Folders,
        watched: impl IntoIterator<Item = WatchedFolder>,
        settling_time: Duration,
    ) -> Self {
        let watched: Vec<_> =
            watched.into_iter().map(|folder| (folder, Arrivals::new(settling_time))).collect();
        let watcher = FolderWatcher::new(watched.iter().map(|(folder, _)| folder.path(&folders).as_path()));
        let (started, to_read) = (Instant::now(), VecDeque::new());
        Self { folders, settling_time, watcher, started, watched, to_read, is_away: false }
    }

    /// Takes what lies there already as known.
    ///
    /// # Errors
    ///
    /// [`ErrandError::Io`].
    pub fn ignore_present(&mut self) -> Result<(), ErrandError> {
        for (folder, arrivals) in &mut self.watched {
            arrivals.ignore(folder.list(&self.folders)?);
        }
        Ok(())
    }

    /// Waits for the next, no longer than this.
    pub fn next_news(&mut self, at_most: Duration) -> Option<ArrivalNews> {
        let deadline = self.started.elapsed().saturating_add(at_most);
        let mut has_looked = false;
        loop {
            while let Some((index, arrival)) = self.to_read.pop_front() {
                if let Some(news) = self.read(index, arrival) {
                    return Some(news);
                }
            }
            if has_looked {
                let left = deadline.checked_sub(self.started.elapsed()).filter(|left| !left.is_zero())?;
                self.watcher.wait(self.settling_time.max(SHORTEST_PAUSE).min(left));
            }
            has_looked = true;
            if let Some(error) = self.look() {
                return Some(ArrivalNews::Away(error));
            }
        }
    }

    /// The error if a folder is away that was not before.
    fn look(&mut self) -> Option<ErrandError> {
        let now = self.started.elapsed();
        let mut away = None;
        for (index, (folder, arrivals)) in self.watched.iter_mut().enumerate() {
            match folder.list(&self.folders) {
                Ok(listing) => {
                    let arrivals = arrivals.look(listing, now);
                    self.to_read.extend(arrivals.into_iter().map(|arrival| (index, arrival)));
                }
                Err(error) => away = Some(error),
            }
        }
        let was_away = std::mem::replace(&mut self.is_away, away.is_some());
        away.filter(|_| !was_away)
    }

    /// `None` if the file is to be looked at again.
    fn read(&mut self, index: usize, arrival: Arrival) -> Option<ArrivalNews> {
        let (folder, arrivals) = self.watched.get_mut(index)?;
        let path = folder.path(&self.folders).join(&arrival.name);
        let readings = match Folders::read_unchanged(&path, arrival.sighting) {
            Ok(None) => return None,
            Ok(Some(content)) => read(&content).map_err(ErrandError::from),
            Err(error) => Err(error),
        };
        let is_for_good = arrival.is_last_chance || matches!(readings, Ok(_) | Err(ErrandError::TooLarge));
        if !is_for_good {
            return None;
        }
        arrivals.done(&arrival);
        let name = arrival.name;
        Some(match readings {
            Ok(readings) => {
                let is_face_result = ErrandFile::of_name(&name) == Some(ErrandFile::FaceResult);
                ArrivalNews::Arrived { path, name, is_face_result, readings }
            }
            Err(error) => ArrivalNews::Unreadable { name, error },
        })
    }
}

const SHORTEST_PAUSE: Duration = Duration::from_millis(10);

impl WatchedFolder {
    const fn path(self, folders: &Folders) -> &PathBuf {
        match self {
            Self::Answers => &folders.answers,
            Self::Faces => &folders.faces,
        }
    }

    fn list(self, folders: &Folders) -> Result<Vec<(String, Sighting)>, ErrandError> {
        match self {
            Self::Answers => folders.list_answers(),
            Self::Faces => folders.list_faces(),
        }
    }
}
