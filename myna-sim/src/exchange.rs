//! The other side of a folder exchange: a 連携アプリケーション that asks the simulated service.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use myna_eligibility::{
    Arrivals, DateTime, Encoding, ExchangeError, ExchangeFile, Folders, Message, ServiceError, Sighting,
    answer_name,
};
use thiserror::Error;

use crate::SimulatedService;

/// How the simulated application behaves. The default is well-behaved and quick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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

#[derive(Debug)]
enum Due {
    /// Moved in whole.
    Whole(PathBuf, Vec<u8>),
    /// Written in place.
    FirstHalf(PathBuf, Vec<u8>),
    SecondHalf(PathBuf, Vec<u8>),
    /// As [`Whole`](Self::Whole), when nothing lies there.
    WhenFree(PathBuf, Vec<u8>, Duration),
}

/// Why the responder cannot go on.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ResponderError {
    /// The folders cannot be used.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// A file cannot be written or taken.
    #[error("a file of the simulated exchange cannot be used: {0}")]
    Io(#[from] io::Error),
}

impl ResponderError {
    /// Stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Exchange(error) => error.code(),
            Self::Io(_) => "sim.exchange.io",
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
            self.plan(&name, &request, now, clock);
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
            if ExchangeFile::of_name(&name) == Some(ExchangeFile::Request) {
                let metadata = entry.metadata()?;
                listing.push((name, Sighting { length: metadata.len(), modified: metadata.modified().ok() }));
            }
        }
        listing.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        self.arrivals.look(listing.clone(), now);
        Ok(self.arrivals.look(listing, now).into_iter().map(|arrival| arrival.name).collect())
    }

    fn plan(&mut self, name: &str, request: &[u8], now: Duration, clock: DateTime) {
        let Some(answer) = answer_name(name) else { return };
        let path = self.folders.answers.join(format!("{answer}.xml"));
        let at = now + self.settings.delay;
        let Some(message) = self.answer(request, clock) else { return };
        let encoding = if self.settings.shift_jis { Encoding::Cp932 } else { Encoding::Utf8 };
        let Ok(content) = message.write(encoding) else { return };
        if self.settings.wrong_identifier_first {
            let wrong = of_another(&message).and_then(|message| message.write(encoding).ok());
            self.plan_at(at, Due::Whole(path.clone(), wrong.unwrap_or_else(|| content.clone())));
            self.plan_at(at, Due::WhenFree(path.clone(), content.clone(), Duration::ZERO));
        } else if self.settings.halves.is_some() {
            self.plan_at(at, Due::FirstHalf(path.clone(), content.clone()));
        } else {
            self.plan_at(at, Due::Whole(path.clone(), content.clone()));
        }
        if self.settings.duplicates {
            let patience = at + self.settings.delay + Duration::from_secs(1);
            self.plan_at(at, Due::WhenFree(path, content, patience));
        }
    }

    fn plan_at(&mut self, at: Duration, due: Due) {
        self.planned += 1;
        self.due.insert((at, self.planned), due);
    }

    /// `None` for what the real application would not answer either.
    fn answer(&mut self, request: &[u8], clock: DateTime) -> Option<Message> {
        let request = Message::parse(request).ok()?;
        let single = match &request {
            Message::CheckRequest(check) => check.body.as_ref().is_none_or(|body| body.queries.len() < 2),
            _ => false,
        };
        let answered = match &request {
            Message::CheckRequest(check) if single => {
                self.service.answer_to_request(check, clock).map(|answer| Message::Answer(Box::new(answer)))
            }
            other => self.service.answer_in_bulk(other, clock),
        };
        answered.or_else(|error| failed(&request, &error, clock)).ok()
    }

    fn write(&mut self, due: Due, now: Duration) -> Result<(), ResponderError> {
        match due {
            Due::Whole(path, content) => move_in(&path, &content)?,
            Due::FirstHalf(path, content) => {
                fs::write(&path, content.get(..content.len() / 2).unwrap_or_default())?;
                let at = now + self.settings.halves.unwrap_or_default();
                self.plan_at(at, Due::SecondHalf(path, content));
            }
            Due::SecondHalf(path, content) => {
                let mut file = fs::File::options().append(true).create(true).open(path)?;
                file.write_all(content.get(content.len() / 2..).unwrap_or_default())?;
            }
            Due::WhenFree(path, content, patience) => {
                let is_first = patience == Duration::ZERO;
                if !path.exists() {
                    move_in(&path, &content)?;
                } else if is_first || now < patience {
                    self.plan_at(now + Duration::from_millis(5), Due::WhenFree(path, content, patience));
                }
            }
        }
        Ok(())
    }
}

/// Written elsewhere and moved in, so that nobody sees half of it.
fn move_in(path: &Path, content: &[u8]) -> io::Result<()> {
    let part = path.with_extension("tmp");
    fs::write(&part, content)?;
    fs::rename(&part, path)
}

/// The same answer to somebody else's request.
fn of_another(message: &Message) -> Option<Message> {
    let mut message = message.clone();
    let header = match &mut message {
        Message::Answer(answer) => &mut answer.header,
        Message::BulkAccepted(answer) => &mut answer.header,
        Message::BulkAnswer(answer) => &mut answer.header,
        _ => return None,
    };
    header.file_identifier = Some("of-another".to_owned());
    header.reception_number = header.reception_number.as_ref().map(|_| "of-another".to_owned());
    Some(message)
}

/// 異常終了: what the service would not answer.
fn failed(request: &Message, error: &ServiceError, clock: DateTime) -> Result<Message, ()> {
    let header = match request {
        Message::CheckRequest(request) => &request.header,
        Message::FetchRequest(request) => &request.header,
        Message::ListRequest(request) => &request.header,
        Message::RegistrationRequest(request) => &request.header,
        _ => return Err(()),
    };
    let mut answer = myna_eligibility::EligibilityResponse::default();
    answer.header = header.clone();
    answer.header.executed_at = Some(myna_eligibility::Written::new(clock.to_wire()));
    answer.header.reference_classification = Some(myna_eligibility::ReferenceClassification::from_wire("2"));
    answer.header.segment_of_result = Some(myna_eligibility::SegmentOfResult::from_wire("9"));
    answer.header.character_code = Some(myna_eligibility::CharacterCode::from_wire("0"));
    answer.header.error_code = Some(format!("SIMULATED-{}", error.code()));
    answer.header.error_message = Some(error.message_ja());
    Ok(Message::Answer(Box::new(answer)))
}
