//! The other side of a folder exchange: a 連携アプリケーション that asks the simulated service.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fmt, fs};

use myna_eligibility::{
    EligibilityResponse, Message,
    calendar::DateTime,
    codes::{CharacterCode, MedicalTreatmentFlag, ReferenceClassification, SegmentOfResult},
    forms::Encoding,
    records::{BulkAnswer, Written},
};
use myna_error::{Diagnostic, Entry, Language, english, japanese, system_reason, unknown_detail};
use myna_terminal::{Arrivals, ErrandError, ErrandFile, Folders, ServiceError, Sighting, answer_name};
use thiserror::Error;

use crate::SimulatedService;
use crate::bulk::BulkAnswering;
use crate::codes;

/// How the simulated application behaves. The default is well-behaved and quick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::exhaustive_structs,
    reason = "made with `..Default::default()`, so that a further field is nobody's to fill"
)]
pub struct ResponderSettings {
    /// How long it takes from picking a request up to writing its answer.
    pub delay: Duration,
    /// Whether an answer is written in place and in two halves, the second after so long: half of it can be seen
    /// meanwhile. Otherwise it is moved in whole.
    pub halves: Option<Duration>,
    /// Whether each answer comes once more right after it was taken, or else after the delay.
    pub duplicates: bool,
    /// Whether each answer is preceded by one with another's 任意のファイル識別子, which stays until it is put aside.
    pub wrong_identifier_first: bool,
    /// Whether answers are written in Shift_JIS (CP932).
    pub shift_jis: bool,
}

/// A simulated 連携アプリケーション between `req` and `res`.
///
/// Driven by its caller: each [`step`](Self::step) does what is due at an instant counted from any start.
#[derive(Debug)]
pub struct FolderResponder {
    folders: Folders,
    service: SimulatedService,
    settings: ResponderSettings,
    arrivals: Arrivals,
    /// What is to be written and when, in order of time; equal instants in order of planning.
    due: BTreeMap<(Duration, u64), Due>,
    planned: u64,
    taken: Vec<String>,
}

/// What is to be done with an answer, which lies whole in a file of another name until then.
#[derive(Debug)]
enum Due {
    /// Moved in whole.
    Whole(PathBuf, Staged),
    /// Written in place.
    FirstHalf(PathBuf, Staged),
    SecondHalf(PathBuf, Staged),
    /// As [`Whole`](Self::Whole), when nothing lies there.
    WhenFree(PathBuf, Staged, Duration),
}

/// An answer nobody sees yet; removed if it never comes to that.
#[derive(Debug)]
struct Staged(PathBuf);

impl Staged {
    fn move_to(&self, path: &Path) -> io::Result<()> {
        fs::rename(&self.0, path)
    }

    fn length(&self) -> io::Result<u64> {
        Ok(fs::metadata(&self.0)?.len())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// What a request is answered with.
enum Answer {
    Message(Message),
    /// The second step of a bulk request, written as it is made.
    Bulk(Box<BulkAnswering>),
}

/// Why the responder cannot go on.
#[derive(Debug, Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum ResponderError {
    /// The folders cannot be used.
    #[error(transparent)]
    Exchange(#[from] ErrandError),
    /// A file cannot be written or taken.
    Io(#[from] io::Error),
}

impl Diagnostic for ResponderError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Exchange(error) => error.entry(),
            Self::Io(_) => &codes::EXCHANGE_IO,
        }
    }

    fn place(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exchange(error) => error.place(language, f),
            Self::Io(_) => Ok(()),
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            (_, Self::Exchange(error)) => error.detail(name, language, f),
            ("reason", Self::Io(error)) => f.write_str(system_reason(error.kind(), language)),
            _ => unknown_detail(name, f),
        }
    }
}

impl FolderResponder {
    /// A responder that asks this service; the folders are made if they are not there.
    ///
    /// # Errors
    ///
    /// [`ResponderError::Io`].
    pub fn new(
        folders: Folders,
        service: SimulatedService,
        settings: ResponderSettings,
    ) -> Result<Self, ResponderError> {
        for folder in [&folders.requests, &folders.answers, &folders.faces] {
            fs::create_dir_all(folder)?;
        }
        Ok(Self {
            folders,
            service,
            settings,
            // Requests are moved in whole: nothing to wait for.
            arrivals: Arrivals::new(Duration::ZERO),
            due: BTreeMap::new(),
            planned: 0,
            taken: Vec::new(),
        })
    }

    /// The names of the requests picked up, in order; a request handed in twice is there twice.
    #[must_use]
    pub fn taken(&self) -> &[String] {
        &self.taken
    }

    /// Whether nothing is left to be written.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.due.is_empty()
    }

    /// Picks up the requests there are and writes the answers that are due. `now` counts from any start; `clock` is the
    /// time in Japan, for the messages.
    ///
    /// # Errors
    ///
    /// [`ResponderError`].
    pub fn step(&mut self, now: Duration, clock: DateTime) -> Result<(), ResponderError> {
        for name in self.requests(now)? {
            let path = self.folders.requests.join(&name);
            let request = fs::read(&path)?;
            fs::remove_file(&path)?;
            self.plan(&name, &request, now, clock)?;
            self.taken.push(name);
        }
        while let Some(entry) = self.due.first_entry()
            && entry.key().0 <= now
        {
            let due = entry.remove();
            self.write(due, now)?;
        }
        Ok(())
    }

    /// A patient's card was read at the face reader, and the result lies in `face`.
    ///
    /// # Errors
    ///
    /// [`ResponderError::Io`].
    pub fn push_face_result(&mut self, content: &[u8], clock: DateTime) -> Result<String, ResponderError> {
        self.planned += 1;
        let institution = SimulatedService::INSTITUTION;
        let name = format!("OQSsiquc01res_face_{institution}{:08x}_{}.xml", self.planned, clock.to_wire());
        move_in(&self.folders.faces.join(&name), content)?;
        Ok(name)
    }

    fn requests(&mut self, now: Duration) -> Result<Vec<String>, ResponderError> {
        let mut listing = Vec::new();
        for entry in fs::read_dir(&self.folders.requests)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if ErrandFile::of_name(&name) == Some(ErrandFile::Request) {
                let metadata = entry.metadata()?;
                listing.push((name, Sighting { length: metadata.len(), modified: metadata.modified().ok() }));
            }
        }
        listing.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        self.arrivals.look(listing.clone(), now);
        Ok(self.arrivals.look(listing, now).into_iter().map(|arrival| arrival.name).collect())
    }

    fn plan(
        &mut self,
        name: &str,
        request: &[u8],
        now: Duration,
        clock: DateTime,
    ) -> Result<(), ResponderError> {
        let Some(answer_name) = answer_name(name) else { return Ok(()) };
        let path = self.folders.answers.join(format!("{answer_name}.xml"));
        let at = now + self.settings.delay;
        let Some(answer) = self.answer(name, request, clock) else { return Ok(()) };
        let staged = self.stage(&path, &answer)?;
        let duplicate = if self.settings.duplicates { Some(self.stage(&path, &answer)?) } else { None };
        if self.settings.wrong_identifier_first {
            match of_another(&answer) {
                Some(wrong) => {
                    let wrong = self.stage(&path, &Answer::Message(wrong))?;
                    self.plan_at(at, Due::Whole(path.clone(), wrong));
                    self.plan_at(at, Due::WhenFree(path.clone(), staged, Duration::ZERO));
                }
                None => self.plan_at(at, Due::Whole(path.clone(), staged)),
            }
        } else if self.settings.halves.is_some() {
            self.plan_at(at, Due::FirstHalf(path.clone(), staged));
        } else {
            self.plan_at(at, Due::Whole(path.clone(), staged));
        }
        if let Some(duplicate) = duplicate {
            let patience = at + self.settings.delay + Duration::from_secs(1);
            self.plan_at(at, Due::WhenFree(path, duplicate, patience));
        }
        Ok(())
    }

    /// Writes an answer beside its place, under a name nobody looks at.
    fn stage(&mut self, path: &Path, answer: &Answer) -> Result<Staged, ResponderError> {
        self.planned += 1;
        let encoding = if self.settings.shift_jis { Encoding::Cp932 } else { Encoding::Utf8 };
        let staged = Staged(path.with_extension(format!("{}.tmp", self.planned)));
        let mut file = BufWriter::new(fs::File::create(&staged.0)?);
        match answer {
            Answer::Message(message) => {
                file.write_all(&message.write(encoding).map_err(io::Error::other)?)?;
            }
            Answer::Bulk(answering) => {
                file = self.service.write_answer(answering, encoding, file)?;
            }
        }
        file.flush()?;
        Ok(staged)
    }

    fn plan_at(&mut self, at: Duration, due: Due) {
        self.planned += 1;
        self.due.insert((at, self.planned), due);
    }

    /// `None` for what the real application would not answer either.
    fn answer(&mut self, name: &str, request: &[u8], clock: DateTime) -> Option<Answer> {
        let request = Message::parse(request).ok()?;
        let unfit = |reason: String| Err(ServiceError::RequestUnfit { reason });
        let kind = name.get(..10).unwrap_or_default();
        let answered = match (&request, kind) {
            (Message::CheckRequest(check), "OQSsiquc01") => {
                self.service.answer_to_request(check, clock).map(|answer| Message::Answer(Box::new(answer)))
            }
            (Message::RegistrationRequest(registration), "OQSsiimm01") => self
                .service
                .answer_to_registration(registration, clock)
                .map(|answer| Message::RegistrationAnswer(Box::new(answer))),
            (Message::FetchRequest(fetch), _) if is_bulk(kind) && kind.ends_with("02") => {
                return Some(Answer::Bulk(Box::new(self.service.answer_to_fetch(fetch, clock))));
            }
            (Message::CheckRequest(_), "OQSmuquc01") | (Message::RegistrationRequest(_), "OQSmuimm01") => {
                self.service.answer_in_bulk(&request, clock)
            }
            (Message::ListRequest(list), "OQSmuhvq01" | "OQSmuonq01" | "OQSmutic01") => {
                let query = list.body.as_ref().and_then(|body| body.query.as_ref());
                let named = match query.and_then(|query| query.treatment.as_ref()) {
                    Some(MedicalTreatmentFlag::HomeVisit) => "OQSmuhvq01",
                    Some(MedicalTreatmentFlag::Online) => "OQSmuonq01",
                    None => "OQSmutic01",
                    Some(_) => "",
                };
                if named == kind {
                    self.service.answer_in_bulk(&request, clock)
                } else {
                    unfit(format!("診療区分 is not that of {kind}"))
                }
            }
            _ => unfit(format!("{kind} with a {} is not documented", request.kind())),
        };
        answered.or_else(|error| failed(&request, &error, clock)).ok().map(Answer::Message)
    }

    fn write(&mut self, due: Due, now: Duration) -> Result<(), ResponderError> {
        match due {
            Due::Whole(path, staged) => staged.move_to(&path)?,
            Due::FirstHalf(path, staged) => {
                let half = staged.length()? / 2;
                io::copy(&mut fs::File::open(&staged.0)?.take(half), &mut fs::File::create(&path)?)?;
                let at = now + self.settings.halves.unwrap_or_default();
                self.plan_at(at, Due::SecondHalf(path, staged));
            }
            Due::SecondHalf(path, staged) => {
                let mut rest = fs::File::open(&staged.0)?;
                rest.seek(SeekFrom::Start(staged.length()? / 2))?;
                io::copy(&mut rest, &mut fs::File::options().append(true).create(true).open(path)?)?;
            }
            Due::WhenFree(path, staged, patience) => {
                let is_first = patience == Duration::ZERO;
                if !path.exists() {
                    staged.move_to(&path)?;
                } else if is_first || now < patience {
                    self.plan_at(now + Duration::from_millis(5), Due::WhenFree(path, staged, patience));
                }
            }
        }
        Ok(())
    }
}

/// Whether a name is of a bulk request whose answer is documented [code B.7].
fn is_bulk(kind: &str) -> bool {
    matches!(kind.get(..8), Some("OQSmuquc" | "OQSmuimm" | "OQSmuhvq" | "OQSmuonq" | "OQSmutic"))
}

/// Written elsewhere and moved in, so that nobody sees half of it.
fn move_in(path: &Path, content: &[u8]) -> io::Result<()> {
    let part = path.with_extension("tmp");
    fs::write(&part, content)?;
    fs::rename(&part, path)
}

/// The same answer to somebody else's request; of a bulk answer its header.
fn of_another(answer: &Answer) -> Option<Message> {
    let mut message = match answer {
        Answer::Message(message) => message.clone(),
        Answer::Bulk(answering) => {
            let mut message = BulkAnswer::default();
            message.header = answering.header().clone();
            Message::BulkAnswer(Box::new(message))
        }
    };
    let header = match &mut message {
        Message::Answer(answer) => &mut answer.header,
        Message::BulkAccepted(answer) => &mut answer.header,
        Message::BulkAnswer(answer) => &mut answer.header,
        Message::RegistrationAnswer(answer) => &mut answer.header,
        _ => return None,
    };
    header.file_identifier = Some("of-another".to_owned());
    header.reception_number = header.reception_number.as_ref().map(|_| "of-another".to_owned());
    Some(message)
}

/// 異常終了: what the service would not answer.
fn failed(request: &Message, error: &ServiceError, clock: DateTime) -> Result<Message, ()> {
    let header = request.header().filter(|_| !request.is_answer()).ok_or(())?;
    let mut answer = EligibilityResponse::default();
    answer.header = header.clone();
    answer.header.executed_at = Some(Written::new(clock.to_wire()));
    answer.header.reference_classification = Some(ReferenceClassification::InsuranceCardData);
    answer.header.segment_of_result = Some(SegmentOfResult::Abnormal);
    answer.header.character_code = Some(CharacterCode::Utf8);
    answer.header.error_code = Some(format!("SIMULATED-{}", error.code()));
    answer.header.error_message = Some(japanese(error).to_string());
    Ok(Message::Answer(Box::new(answer)))
}
