use myna_eligibility::forms::{MAX_ANSWER_BYTES, read_answer};
use std::borrow::Cow;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::ErrandError;
use super::conversation::{Errand, ErrandEvent, ErrandStep};
use super::file_name::{ErrandFile, answer_name};
use super::settling::Sighting;

/// The folders of an errand, as `UserDefinition.property` of the 連携アプリケーション names the first three.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "made by its users: a further field has to be theirs to fill")]
pub struct Folders {
    /// `req`: the application takes requests from here.
    pub requests: PathBuf,
    /// `res`: the application puts answers here.
    pub answers: PathBuf,
    /// `face`: what the face reader found.
    pub faces: PathBuf,
    /// Our own, made if it is not there: one for each program that asks, on the same file system as `requests` and
    /// `answers`, watched by nobody.
    ///
    /// ```text
    /// lock           held while in use
    /// staged/NAME    a request that is not handed in yet
    /// open/NAME      a request whose answer is not taken yet
    /// trash/…        answers taken and their requests; personal, to be deleted in time
    /// ```
    pub state: PathBuf,
}

impl Folders {
    /// `req`, `res`, `face` and `myna` under one folder.
    #[must_use]
    pub fn under(root: &Path) -> Self {
        let [requests, answers, faces, state] = ["req", "res", "face", "myna"].map(|name| root.join(name));
        Self { requests, answers, faces, state }
    }

    /// The answers that lie there, in the order of their names; whoever asked.
    ///
    /// # Errors
    ///
    /// [`ErrandError::Io`].
    pub fn list_answers(&self) -> Result<Vec<(String, Sighting)>, ErrandError> {
        list(&self.answers, |name| ErrandFile::of_name(name) == Some(ErrandFile::Answer))
    }

    /// The face results that lie there, in the order of their names. Some set-ups have them among the answers.
    ///
    /// # Errors
    ///
    /// [`ErrandError::Io`].
    pub fn list_faces(&self) -> Result<Vec<(String, Sighting)>, ErrandError> {
        list(&self.faces, |name| ErrandFile::of_name(name) == Some(ErrandFile::FaceResult))
    }

    /// Reads a file as it stood at a look: `None` if it has changed since, or gone.
    ///
    /// # Errors
    ///
    /// [`ErrandError::TooLarge`], [`ErrandError::Io`].
    pub fn read_unchanged(path: &Path, sighting: Sighting) -> Result<Option<Vec<u8>>, ErrandError> {
        // Told by its length, before a byte of it is read: nobody waits for a sparse gigabyte.
        let limit = u64::try_from(MAX_ANSWER_BYTES).unwrap_or(u64::MAX);
        if sighting.length > limit {
            return Err(ErrandError::TooLarge);
        }
        let mut content = Vec::new();
        match File::open(path).and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut content)) {
            Ok(_) if content.len() > MAX_ANSWER_BYTES => return Err(ErrandError::TooLarge),
            Ok(_) => {}
            Err(error) if is_passing(&error) => return Ok(None),
            Err(error) => return Err(of_file("reading", path, error)),
        }
        let is_whole = u64::try_from(content.len()) == Ok(sighting.length);
        Ok((is_whole && sight(path)? == Some(sighting)).then_some(content))
    }
}

/// A request that was handed in, by this program or the one before it that crashed, and whose answer is not taken.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outstanding {
    /// Its name.
    pub name: String,
    /// What it says.
    pub content: Vec<u8>,
}

/// The content is personal.
impl std::fmt::Debug for Outstanding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Outstanding").field("name", &self.name).finish_non_exhaustive()
    }
}

/// How far an errand has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrandProgress {
    /// Nothing to do until then, unless something changes in the folder of answers.
    Waiting {
        /// By the same clock as the errand's.
        until: Duration,
    },
    /// The answer is there: take it from [`Errand::step`], do with it what has to be done, then
    /// [`close`](ErrandDesk::close).
    Answered,
    /// No answer in time.
    TimedOut,
}

/// The side of the errand that asks: hands requests in and takes answers.
///
/// All that must survive a crash lies in the folders, and each step is one rename. Killed anywhere, a request is handed
/// in once or, if [`hand_in`](Self::hand_in) had hardly begun, not at all; an answer lies in its folder or in the trash.
/// Whoever calls `hand_in` again with the same name and content goes on where the other stopped, and is given an answer
/// already taken once more.
#[derive(Debug)]
pub struct ErrandDesk {
    folders: Folders,
    disk: Disk,
    /// Locked; the system lets go of it with the process, however that ends.
    _lock: File,
}

impl ErrandDesk {
    /// Takes the desk, and finishes what the one before it left half done. Nothing is made where the application has no
    /// folders.
    ///
    /// # Errors
    ///
    /// [`ErrandError::InUse`], [`ErrandError::Io`].
    pub fn open(folders: Folders) -> Result<Self, ErrandError> {
        for folder in [&folders.requests, &folders.answers] {
            fs::read_dir(folder).map_err(|error| of_file("listing", folder, error))?;
        }
        for folder in ["staged", "open", "trash"] {
            let folder = folders.state.join(folder);
            make_private(&folder).map_err(|error| of_file("making", &folder, error))?;
        }
        let path = folders.state.join("lock");
        let lock = File::options().create(true).truncate(false).write(true).open(&path);
        let lock = lock.map_err(|error| of_file("opening", &path, error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ErrandError::InUse),
            Err(TryLockError::Error(error)) => return Err(of_file("locking", &path, error)),
        }
        let desk = Self { folders, disk: Disk::default(), _lock: lock };
        for folder in ["staged", "open"] {
            for (name, _) in list(&desk.folders.state.join(folder), |name| name.ends_with(PART))? {
                desk.disk.remove(&desk.folders.state.join(folder).join(name))?;
            }
        }
        for (name, _) in list(&desk.folders.state.join("staged"), is_request)? {
            desk.hand_in_staged(&name)?;
        }
        Ok(desk)
    }

    /// The folders.
    #[must_use]
    pub const fn folders(&self) -> &Folders {
        &self.folders
    }

    /// The requests that wait for their answers.
    ///
    /// # Errors
    ///
    /// [`ErrandError::Io`].
    pub fn outstanding(&self) -> Result<Vec<Outstanding>, ErrandError> {
        let names = list(&self.folders.state.join("open"), is_request)?;
        let read = |(name, _): (String, Sighting)| {
            let path = self.open_file(&name);
            let content = fs::read(&path).map_err(|error| of_file("reading", &path, error))?;
            Ok(Outstanding { name, content })
        };
        names.into_iter().map(read).collect()
    }

    /// Hands a request in: written elsewhere, flushed to the disk, and moved in, so that the application never sees a
    /// part of it. If the very same request was handed in before, nothing is done.
    ///
    /// # Errors
    ///
    /// [`ErrandError::NotARequest`] for a name of another form, [`ErrandError::AlreadyThere`] if another request,
    /// or an answer to one, has this name, and [`ErrandError::Io`].
    pub fn hand_in(&self, name: &str, content: &[u8]) -> Result<(), ErrandError> {
        let answer = answer_name(name).ok_or(ErrandError::NotARequest)?;
        for earlier in [self.open_file(name), self.trash_file(name)] {
            match fs::read(&earlier) {
                Ok(there) if there == content => return Ok(()),
                Ok(_) => return Err(ErrandError::AlreadyThere),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(of_file("reading", &earlier, error)),
            }
        }
        let _turn = self.take_turn();
        // Whatever it is: what is no file is not written over either.
        let is_there = fs::symlink_metadata(self.folders.requests.join(name)).is_ok();
        // Their answers would have one name.
        let is_like =
            is_like(&self.folders.state.join("open"), name)? || is_like(&self.folders.requests, name)?;
        if is_there || is_like || self.find_answer(&answer)?.is_some() {
            return Err(ErrandError::AlreadyThere);
        }
        self.disk.write(&self.folders.state.join("staged"), name, content)?;
        self.hand_in_staged(name)
    }

    /// Desks with folders of their own hand in one at a time, so that of two requests of one name the second is refused and
    /// does not replace the first. Whoever holds the folder for long, or a system that cannot lock one, is not waited for:
    /// the folder is not ours.
    #[allow(clippy::unused_self, reason = "Windows locks no folder")]
    fn take_turn(&self) -> Option<File> {
        #[cfg(unix)]
        {
            let folder = File::open(&self.folders.requests).ok()?;
            for _ in 0..100 {
                match folder.try_lock() {
                    Ok(()) => return Some(folder),
                    Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
                    Err(TryLockError::Error(_)) => break,
                }
            }
        }
        None
    }

    /// The request lies staged, whole: from here on it will be handed in, whatever happens.
    fn hand_in_staged(&self, name: &str) -> Result<(), ErrandError> {
        let staged = self.folders.state.join("staged").join(name);
        if sight(&self.open_file(name))?.is_none() {
            let content = fs::read(&staged).map_err(|error| of_file("reading", &staged, error))?;
            self.disk.write(&self.folders.state.join("open"), name, &content)?;
        }
        self.disk.rename(&staged, &self.folders.requests.join(name))
    }

    /// Does for an errand all that can be done now. Call again when the folder of answers changes, and at the instant
    /// given.
    ///
    /// # Errors
    ///
    /// Those of [`hand_in`](Self::hand_in), and [`ErrandError::TooLarge`].
    pub fn progress(&self, errand: &mut Errand, now: Duration) -> Result<ErrandProgress, ErrandError> {
        let mut has_looked = false;
        loop {
            let event = match errand.step() {
                ErrandStep::HandIn => {
                    self.hand_in(errand.name(), errand.content())?;
                    ErrandEvent::HandedIn
                }
                ErrandStep::Look { at_the_latest } if has_looked => {
                    return Ok(ErrandProgress::Waiting { until: at_the_latest });
                }
                ErrandStep::Look { .. } => {
                    has_looked = true;
                    let answer = self.answer_to(errand.name())?;
                    ErrandEvent::Looked(answer.map(|(_, sighting)| sighting))
                }
                ErrandStep::Read(sighting) => match self.answer_to(errand.name())? {
                    Some((path, there)) if there == sighting => {
                        match Folders::read_unchanged(&path, sighting)? {
                            Some(content) => ErrandEvent::Read(read_answer(&content).map(|readings| {
                                readings.into_iter().map(|reading| reading.message).collect()
                            })),
                            None => ErrandEvent::Looked(sight(&path)?),
                        }
                    }
                    other => ErrandEvent::Looked(other.map(|(_, sighting)| sighting)),
                },
                ErrandStep::SetAside(_) => {
                    if let Some((path, _)) = self.answer_to(errand.name())? {
                        self.put_away(&path, &format!("{}{REFUSED}", name_of(&path)))?;
                    }
                    ErrandEvent::SetAside
                }
                ErrandStep::Follow { not_before, .. } if now < not_before => {
                    if has_looked {
                        return Ok(ErrandProgress::Waiting { until: not_before });
                    }
                    has_looked = true;
                    ErrandEvent::Looked(None)
                }
                ErrandStep::Follow { name, content, .. } => {
                    self.hand_in(name, content)?;
                    self.close(errand.name())?;
                    ErrandEvent::Followed
                }
                ErrandStep::Answered(_) => return Ok(ErrandProgress::Answered),
                ErrandStep::TimedOut => return Ok(ErrandProgress::TimedOut),
            };
            errand.on(event, now);
        }
    }

    /// The answer to a request has been dealt with: it and the request go to the trash. Until this is called, the
    /// answer is given again to whoever asks under the same name.
    ///
    /// # Errors
    ///
    /// [`ErrandError::Io`].
    pub fn close(&self, request: &str) -> Result<(), ErrandError> {
        let answer = answer_name(request).ok_or(ErrandError::NotARequest)?;
        // One that lies in the trash already was taken before a crash; one beside it is a duplicate.
        while let Some(path) = find(&self.folders.answers, &answer)? {
            // Under the name that is looked for there.
            let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
            self.put_away(&path, &format!("{answer}.{extension}"))?;
        }
        let open = self.open_file(request);
        if sight(&open)?.is_some() {
            self.disk.rename(&open, &self.trash_file(request))?;
        }
        Ok(())
    }

    /// Moves a file of the errand, such as a face result that was dealt with, to the trash.
    ///
    /// # Errors
    ///
    /// [`ErrandError::Io`].
    pub fn discard(&self, path: &Path) -> Result<(), ErrandError> {
        self.put_away(path, &name_of(path))
    }

    /// Deletes what lies in the trash and was written before an instant, and tells how many files. A request of a name
    /// deleted may be handed in again.
    ///
    /// # Errors
    ///
    /// [`ErrandError::Io`].
    pub fn empty_trash(&self, before: SystemTime) -> Result<usize, ErrandError> {
        let mut deleted = 0;
        let trash = self.folders.state.join("trash");
        for (name, sighting) in list(&trash, |_| true)? {
            if sighting.modified.is_some_and(|modified| modified < before) {
                self.disk.remove(&trash.join(name))?;
                deleted += 1;
            }
        }
        Ok(deleted)
    }

    /// The answer that was taken before a crash, or the one in the folder.
    fn answer_to(&self, request: &str) -> Result<Option<(PathBuf, Sighting)>, ErrandError> {
        let answer = answer_name(request).ok_or(ErrandError::NotARequest)?;
        let Some(path) = self.find_answer(&answer)? else { return Ok(None) };
        Ok(sight(&path)?.map(|sighting| (path, sighting)))
    }

    fn find_answer(&self, answer: &str) -> Result<Option<PathBuf>, ErrandError> {
        match find_exactly(&self.folders.state.join("trash"), answer)? {
            Some(taken) => Ok(Some(taken)),
            None => find(&self.folders.answers, answer),
        }
    }

    /// Moves a file to the trash, under this name or one like it that is free there.
    fn put_away(&self, path: &Path, name: &str) -> Result<(), ErrandError> {
        let mut place = self.trash_file(name);
        let mut number = 1_u32;
        while sight(&place)?.is_some() {
            number = number.saturating_add(1);
            place = self.trash_file(&format!("{name}.{number}"));
        }
        self.disk.rename(path, &place)
    }

    fn open_file(&self, name: &str) -> PathBuf {
        self.folders.state.join("open").join(name)
    }

    fn trash_file(&self, name: &str) -> PathBuf {
        self.folders.state.join("trash").join(name)
    }
}

/// Ends the name of a file that is being written.
const PART: &str = ".part";

/// Ends the name of an answer that was refused, so that it is not found as one.
const REFUSED: &str = ".refused";

/// What lies in it is personal: on systems that know users, for its owner alone.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn name_of(path: &Path) -> Cow<'_, str> {
    path.file_name().unwrap_or_default().to_string_lossy()
}

fn is_request(name: &str) -> bool {
    ErrandFile::of_name(name) == Some(ErrandFile::Request)
}

/// The answer of this name, in any case; in that of the request first, which spares listing the folder.
fn find(folder: &Path, answer: &str) -> Result<Option<PathBuf>, ErrandError> {
    if let Some(path) = find_exactly(folder, answer)? {
        return Ok(Some(path));
    }
    let is_it = |there: &str| {
        let (stem, extension) = there.rsplit_once('.').unwrap_or_default();
        stem.eq_ignore_ascii_case(answer)
            && EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
    };
    Ok(list(folder, is_it)?.first().map(|(name, _)| folder.join(name)))
}

fn find_exactly(folder: &Path, answer: &str) -> Result<Option<PathBuf>, ErrandError> {
    for extension in EXTENSIONS {
        let path = folder.join(format!("{answer}.{extension}"));
        if sight(&path)?.is_some() {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Whether something has this name but for its case.
fn is_like(folder: &Path, name: &str) -> Result<bool, ErrandError> {
    Ok(!list(folder, |there| there != name && there.eq_ignore_ascii_case(name))?.is_empty())
}

/// Ends the name of an answer.
const EXTENSIONS: [&str; 2] = ["xml", "zip"];

/// Only files count. Who may write to a shared folder may put a link there to a file of ours, a folder, or a pipe that
/// never ends.
fn sight(path: &Path) -> Result<Option<Sighting>, ErrandError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if !metadata.is_file() => Ok(None),
        Ok(metadata) => Ok(Some(Sighting { length: metadata.len(), modified: metadata.modified().ok() })),
        Err(error) if is_passing(&error) => Ok(None),
        Err(error) => Err(of_file("looking at", path, error)),
    }
}

fn list(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<(String, Sighting)>, ErrandError> {
    let of_folder = |error| of_file("listing", folder, error);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(of_folder)? {
        let entry = entry.map_err(of_folder)?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if wanted(&name)
            && let Some(sighting) = sight(&entry.path())?
        {
            files.push((name, sighting));
        }
    }
    files.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    Ok(files)
}

/// Gone, or held by its writer: a matter of time.
fn is_passing(error: &io::Error) -> bool {
    #[cfg(windows)]
    if matches!(error.raw_os_error(), Some(32 | 33)) {
        // ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION.
        return true;
    }
    error.kind() == io::ErrorKind::NotFound
}

fn of_file(doing: &'static str, path: &Path, error: io::Error) -> ErrandError {
    ErrandError::Io { doing, path: path.to_owned(), error }
}

/// What changes the disk, each so that it is either done and flushed or not done.
#[derive(Debug, Default)]
struct Disk {
    /// So many changes more, then the power fails.
    #[cfg(test)]
    changes_left: std::cell::Cell<Option<u32>>,
}

impl Disk {
    fn write(&self, folder: &Path, name: &str, content: &[u8]) -> Result<(), ErrandError> {
        let part = folder.join(format!("{name}{PART}"));
        let of_part = |error| of_file("writing", &part, error);
        self.change(&part)?;
        let mut file = File::create(&part).map_err(of_part)?;
        self.change(&part)?;
        file.write_all(content).map_err(of_part)?;
        file.sync_all().map_err(of_part)?;
        drop(file);
        self.rename(&part, &folder.join(name))
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), ErrandError> {
        self.change(from)?;
        fs::rename(from, to).map_err(|error| of_file("moving", from, error))?;
        for path in [to, from] {
            self.flush_folder(path)?;
        }
        Ok(())
    }

    fn remove(&self, path: &Path) -> Result<(), ErrandError> {
        self.change(path)?;
        fs::remove_file(path).map_err(|error| of_file("deleting", path, error))?;
        self.flush_folder(path)
    }

    /// A rename lies in the folder, which has to reach the disk as well. Windows does so by itself; network drives may
    /// refuse to be asked.
    #[allow(clippy::unused_self, reason = "one of the things done to the disk")]
    fn flush_folder(&self, path: &Path) -> Result<(), ErrandError> {
        #[cfg(unix)]
        if let Some(folder) = path.parent() {
            match File::open(folder).and_then(|folder| folder.sync_all()) {
                Err(error)
                    if !matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) =>
                {
                    return Err(of_file("flushing", folder, error));
                }
                _ => {}
            }
        }
        #[cfg(not(unix))]
        let _ = path;
        Ok(())
    }

    #[cfg(test)]
    fn change(&self, path: &Path) -> Result<(), ErrandError> {
        match self.changes_left.get() {
            Some(0) => Err(of_file("losing power at", path, io::Error::other("simulated"))),
            left => {
                self.changes_left.set(left.map(|left| left - 1));
                Ok(())
            }
        }
    }

    #[cfg(not(test))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "fails in tests only")]
    const fn change(&self, _: &Path) -> Result<(), ErrandError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::ErrandRules;
    use myna_error::Diagnostic;

    const REQUEST: &[u8] = include_bytes!("../../../myna-eligibility/tests/samples/f01_check_request.xml");
    const ANSWER: &str = include_str!("../../../myna-eligibility/tests/samples/e03_national_health.xml");
    const NAME: &str = "OQSsiquc01req_202506040001.xml";

    /// Folders of their own for each test, removed at its end.
    struct Scratch(PathBuf, Folders);

    impl Scratch {
        fn new(test: &str) -> Self {
            let root = std::env::temp_dir().join(format!("myna-errand-{test}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&root);
            let folders = Folders::under(&root);
            for folder in [&folders.requests, &folders.answers, &folders.faces] {
                fs::create_dir_all(folder).unwrap();
            }
            Self(root, folders)
        }

        fn desk(&self) -> ErrandDesk {
            ErrandDesk::open(self.1.clone()).unwrap()
        }

        fn files(&self, folder: &str) -> Vec<String> {
            list(&self.0.join(folder), |_| true).unwrap().into_iter().map(|(name, _)| name).collect()
        }

        /// Takes every request there is and answers it: 処理中 as long as requests are few.
        fn answer(&self, taken: &mut Vec<String>, pending: usize) {
            for name in self.files("req") {
                let answer = if taken.len() < pending {
                    ANSWER.replace("<SegmentOfResult>1<", "<SegmentOfResult>2<")
                } else {
                    ANSWER.to_owned()
                };
                fs::remove_file(self.1.requests.join(&name)).unwrap();
                let place = self.1.answers.join(format!("{}.xml", answer_name(&name).unwrap()));
                fs::write(place, answer).unwrap();
                taken.push(name);
            }
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// On Windows no folder is locked: there the application's own naming has to keep them apart.
    #[cfg(unix)]
    #[test]
    fn of_many_senders_of_one_name_one_hands_in() {
        let scratch = Scratch::new("race");
        for round in 0..20 {
            let name = format!("OQSsiquc01req_{round}.xml");
            let desks: Vec<_> = (0..4_u8)
                .map(|number| {
                    let state = scratch.0.join(format!("myna-{number}"));
                    (number, ErrandDesk::open(Folders { state, ..scratch.1.clone() }).unwrap())
                })
                .collect();
            let start = std::sync::Barrier::new(desks.len());
            let handed_in: Vec<u8> = std::thread::scope(|scope| {
                let threads: Vec<_> = desks
                    .into_iter()
                    .map(|(number, desk)| {
                        let (start, name) = (&start, &name);
                        scope.spawn(move || {
                            start.wait();
                            (number, desk.hand_in(name, &[number]))
                        })
                    })
                    .collect();
                let results = threads.into_iter().map(|thread| thread.join().unwrap());
                results
                    .filter_map(|(number, result)| match result {
                        Ok(()) => Some(number),
                        Err(ErrandError::AlreadyThere) => None,
                        Err(error) => panic!("{error}"),
                    })
                    .collect()
            });
            assert_eq!(handed_in.len(), 1, "{handed_in:?}");
            assert_eq!(fs::read(scratch.1.requests.join(&name)).unwrap(), handed_in);
        }
    }

    fn errand(now: Duration) -> Errand {
        let rules = ErrandRules {
            timeout: Duration::from_secs(600),
            settling_time: Duration::from_millis(300),
            first_retry: Duration::from_secs(10),
        };
        Errand::new(NAME, REQUEST, rules, now).unwrap()
    }

    #[test]
    fn handed_in_once_answered_and_put_away() {
        let scratch = Scratch::new("once");
        let desk = scratch.desk();
        desk.hand_in(NAME, REQUEST).unwrap();
        assert_eq!(fs::read(scratch.1.requests.join(NAME)).unwrap(), REQUEST);
        assert_eq!(desk.outstanding().unwrap()[0].content, REQUEST);
        fs::remove_file(scratch.1.requests.join(NAME)).unwrap();
        desk.hand_in(NAME, REQUEST).unwrap();
        assert_eq!(scratch.files("req"), [""; 0], "taken by the application, and not handed in again");
        assert_eq!(desk.hand_in(NAME, b"other").unwrap_err().code(), "exchange.request_already_there");

        let at = Duration::from_secs;
        let mut running = errand(at(0));
        assert!(matches!(desk.progress(&mut running, at(1)).unwrap(), ErrandProgress::Waiting { .. }));
        fs::write(scratch.1.answers.join("OQSsiquc01res_202506040001.xml"), ANSWER).unwrap();
        assert!(matches!(desk.progress(&mut running, at(2)).unwrap(), ErrandProgress::Waiting { .. }));
        assert_eq!(desk.progress(&mut running, at(3)).unwrap(), ErrandProgress::Answered);
        desk.close(running.name()).unwrap();
        assert_eq!(scratch.files("res"), [""; 0]);
        assert_eq!(scratch.files("myna/trash"), [NAME, "OQSsiquc01res_202506040001.xml"]);
        assert_eq!(desk.outstanding().unwrap(), []);

        // Asked once more, the answer is given once more; a duplicate of it does not disturb.
        fs::write(scratch.1.answers.join("OQSsiquc01res_202506040001.xml"), "<XmlMsg>").unwrap();
        let mut again = errand(at(10));
        desk.progress(&mut again, at(10)).unwrap();
        assert_eq!(desk.progress(&mut again, at(11)).unwrap(), ErrandProgress::Answered);
        assert_eq!(scratch.files("req"), [""; 0]);
        desk.close(again.name()).unwrap();
        assert_eq!(scratch.files("myna/trash").len(), 3, "nothing is overwritten");
        assert_eq!(desk.empty_trash(SystemTime::now() - at(60)).unwrap(), 0);
        assert_eq!(desk.empty_trash(SystemTime::now() + at(60)).unwrap(), 3);
        assert_eq!(scratch.files("myna/trash"), [""; 0]);
    }

    #[test]
    fn an_answer_is_found_in_any_case_and_two_requests_are_never_told_apart_by_it() {
        let scratch = Scratch::new("case");
        let desk = scratch.desk();
        let at = Duration::from_secs;
        let mut running = errand(at(0));
        desk.progress(&mut running, at(0)).unwrap();
        let like = NAME.to_ascii_uppercase();
        assert_eq!(desk.hand_in(&like, REQUEST).unwrap_err().code(), "exchange.request_already_there");
        fs::write(scratch.1.answers.join("OQSSIQUC01RES_202506040001.XML"), ANSWER).unwrap();
        desk.progress(&mut running, at(1)).unwrap();
        assert_eq!(desk.progress(&mut running, at(2)).unwrap(), ErrandProgress::Answered);
        desk.close(running.name()).unwrap();
        assert_eq!(scratch.files("res"), [""; 0]);
        let mut again = errand(at(10));
        desk.progress(&mut again, at(10)).unwrap();
        assert_eq!(desk.progress(&mut again, at(11)).unwrap(), ErrandProgress::Answered, "from the trash");
    }

    #[test]
    fn what_is_not_ours_is_left_alone() {
        let scratch = Scratch::new("strays");
        let other = "OQSsiquc01res_202506049999.xml";
        fs::write(scratch.1.answers.join(other), ANSWER).unwrap();
        fs::write(scratch.1.answers.join("OQSsiquc01res_202506040001.xml"), ANSWER).unwrap();
        let desk = scratch.desk();
        assert_eq!(
            desk.hand_in(NAME, REQUEST).unwrap_err().code(),
            "exchange.request_already_there",
            "a stale answer"
        );
        assert_eq!(scratch.files("res").len(), 2);
        assert_eq!(ErrandDesk::open(scratch.1.clone()).unwrap_err().code(), "exchange.in_use");
        drop(desk);
        scratch.desk();
    }

    #[test]
    fn an_answer_of_another_is_kept_apart() {
        let scratch = Scratch::new("another");
        let desk = scratch.desk();
        let at = Duration::from_secs;
        let mut running = errand(at(0));
        desk.progress(&mut running, at(0)).unwrap();
        let place = scratch.1.answers.join("OQSsiquc01res_202506040001.xml");
        fs::write(&place, ANSWER.replace("demo0001", "demo0009")).unwrap();
        desk.progress(&mut running, at(1)).unwrap();
        assert!(matches!(desk.progress(&mut running, at(2)).unwrap(), ErrandProgress::Waiting { .. }));
        assert_eq!(scratch.files("myna/trash"), ["OQSsiquc01res_202506040001.xml.refused"]);
        fs::write(&place, ANSWER).unwrap();
        desk.progress(&mut running, at(3)).unwrap();
        assert_eq!(desk.progress(&mut running, at(4)).unwrap(), ErrandProgress::Answered);
    }

    /// The power fails at every change to the disk in turn: the program after it finishes, and the application has seen
    /// every request once.
    #[test]
    fn a_power_cut_at_any_change_loses_and_repeats_nothing() {
        for pending in [0, 2] {
            let mut cuts = 0;
            for changes in 0.. {
                let scratch = Scratch::new(&format!("cut-{pending}-{changes}"));
                let (mut taken, mut answers) = (Vec::new(), 0);
                let mut run = |changes: Option<u32>| -> Result<(), ErrandError> {
                    let desk = ErrandDesk::open(scratch.1.clone())?;
                    desk.disk.changes_left.set(changes);
                    let mut now = Duration::ZERO;
                    let mut running = errand(now);
                    loop {
                        match desk.progress(&mut running, now)? {
                            ErrandProgress::Waiting { until } => {
                                scratch.answer(&mut taken, pending);
                                now = until.max(now + Duration::from_millis(300));
                            }
                            ErrandProgress::Answered => break,
                            ErrandProgress::TimedOut => panic!("timed out"),
                        }
                    }
                    answers += 1;
                    desk.close(running.name())
                };
                let was_cut = run(Some(changes)).is_err();
                // The application does not wait for us to come back.
                run(None).unwrap();
                run(None).unwrap();
                assert!(answers >= 2);
                let again = |times| format!("OQSsiquc01req_202506040001-again{times}.xml");
                let expected = [NAME.to_owned(), again(1), again(2)];
                assert_eq!(taken, expected[..=pending], "cut after {changes} changes");
                assert_eq!(scratch.files("res"), [""; 0]);
                assert_eq!(scratch.files("myna/open"), [""; 0]);
                assert_eq!(scratch.files("myna/staged"), [""; 0]);
                assert_eq!(scratch.files("myna/trash").len(), 2 * (pending + 1));
                if !was_cut {
                    break;
                }
                cuts += 1;
            }
            assert_eq!(cuts, 9 * (pending + 1), "every change was tried");
        }
    }
}
