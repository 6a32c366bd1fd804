//! Folder exchange with the 連携アプリケーション (OQSComApp): a request is moved into one folder, the answer appears in
//! another [code B.7, B10, G4].
//!
//! Nothing here sleeps or watches: the caller asks again when a watcher or a timer says so, and passes the clock. All
//! that must survive a crash lies in the folders: an [`Exchange`] made anew from the same request goes on where the
//! old one was.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::date::DateTime;
use crate::message::Message;
use crate::reading::{ReadError, read};
use crate::record::Header;
use crate::xml::MAX_BYTES;

/// The folders, as `UserDefinition.property` of the 連携アプリケーション names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// Where requests are put together; on the same file system as `requests`, and not watched.
    pub staging: PathBuf,
    /// `req`: the application takes requests from here.
    pub requests: PathBuf,
    /// `res`: the application puts answers here.
    pub answers: PathBuf,
}

/// The name of the answer to a request, without its extension: `OQSsiquc01req_1.xml` → `OQSsiquc01res_1`.
/// `None` if the name is not a request's.
#[must_use]
pub fn answer_name(request: &str) -> Option<String> {
    let stem = request.strip_suffix(".xml")?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let (before, after) = stem.split_once("req")?;
    let is_request = before.len() >= 8 && stem.bytes().all(is_plain);
    is_request.then(|| format!("{before}res{after}"))
}

/// Hands a request in: written elsewhere, flushed to the disk, and moved in, so that the application never sees a part
/// of it.
///
/// # Errors
///
/// [`ExchangeError::NotARequest`] for a name of another form, [`ExchangeError::AlreadyThere`] if a request or an answer
/// of this name lies there, and [`ExchangeError::Io`].
pub fn hand_in(folders: &Folders, name: &str, content: &[u8]) -> Result<(), ExchangeError> {
    let answer = answer_name(name).ok_or(ExchangeError::NotARequest)?;
    let target = folders.requests.join(name);
    if target.exists() || find_answer(folders, &answer).is_some() {
        return Err(ExchangeError::AlreadyThere);
    }
    let staged = folders.staging.join(name);
    let mut file = File::create(&staged)?;
    file.write_all(content)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&staged, &target)?;
    Ok(())
}

/// Reads a file that may still be being written: `None` unless two readings with a pause between agree. The peers
/// that work pause 300 ms [code B10]; the caller's `pause` does.
///
/// # Errors
///
/// [`ExchangeError::TooLarge`] above [`MAX_BYTES`], and [`ExchangeError::Io`]; a file that has gone is `None`.
pub fn read_stable(path: &Path, pause: &mut dyn FnMut()) -> Result<Option<Vec<u8>>, ExchangeError> {
    let Some(first) = read_once(path)? else { return Ok(None) };
    pause();
    let second = read_once(path)?;
    Ok(second.filter(|second| !second.is_empty() && *second == first))
}

fn read_once(path: &Path) -> Result<Option<Vec<u8>>, ExchangeError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut content = Vec::new();
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    file.take(limit).read_to_end(&mut content)?;
    if content.len() > MAX_BYTES {
        return Err(ExchangeError::TooLarge);
    }
    Ok(Some(content))
}

/// A request that was handed in, waiting for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    /// Name of the request's file.
    pub request: String,
    /// 医療機関コード of the request; the answer must have the same.
    pub institution_code: Option<String>,
    /// 任意のファイル識別子 of the request; the answer must have the same.
    pub file_identifier: Option<String>,
    /// When to give up.
    pub deadline: DateTime,
}

/// What a look into the answers found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Polled {
    /// Nothing yet, or a file still being written: look again.
    Waiting,
    /// The answer. That there is one does not mean that it went well: read its verdict.
    Answered(Vec<Message>),
    /// Nothing until the deadline. The request may still be answered later.
    TimedOut,
}

impl Exchange {
    /// The exchange of a request of this name, with this header.
    #[must_use]
    pub fn new(request: &str, header: &Header, deadline: DateTime) -> Self {
        Self {
            request: request.to_owned(),
            institution_code: header.institution_code.clone(),
            file_identifier: header.file_identifier.clone(),
            deadline,
        }
    }

    /// Looks for the answer.
    ///
    /// # Errors
    ///
    /// [`ExchangeError`]; a message cut short is waited for until the deadline and only then an error.
    pub fn poll(
        &self,
        folders: &Folders,
        now: DateTime,
        pause: &mut dyn FnMut(),
    ) -> Result<Polled, ExchangeError> {
        let is_late = now >= self.deadline;
        let nothing = if is_late { Polled::TimedOut } else { Polled::Waiting };
        let answer = answer_name(&self.request).ok_or(ExchangeError::NotARequest)?;
        let Some(path) = find_answer(folders, &answer) else { return Ok(nothing) };
        let Some(content) = read_stable(&path, pause)? else { return Ok(nothing) };
        let messages: Vec<Message> = match read(&content) {
            Ok(readings) => readings.into_iter().map(|reading| reading.message).collect(),
            Err(error) if error.code() == "xml_truncated" && !is_late => return Ok(Polled::Waiting),
            Err(error) => return Err(error.into()),
        };
        if messages.iter().any(|message| !self.is_answered_by(message)) {
            return Err(ExchangeError::OfAnother);
        }
        Ok(Polled::Answered(messages))
    }

    /// Institution and identifier must be the request's [code R4].
    fn is_answered_by(&self, message: &Message) -> bool {
        let header = match message {
            Message::Answer(message) => &message.header,
            Message::BulkAccepted(message) => &message.header,
            Message::BulkAnswer(message) => &message.header,
            Message::RegistrationAnswer(message) => &message.header,
            // A request is no answer.
            _ => return false,
        };
        header.institution_code == self.institution_code
            && (self.file_identifier.is_none() || header.file_identifier == self.file_identifier)
    }
}

/// Seconds to wait before asking for a bulk answer again, after so many times 処理中: 10 seconds doubled each time,
/// at most 5 minutes. No rule is published: a [guess G4].
#[must_use]
pub fn fetch_delay(times_pending: u32) -> u32 {
    10_u32.saturating_mul(2_u32.saturating_pow(times_pending)).min(300)
}

fn find_answer(folders: &Folders, name: &str) -> Option<PathBuf> {
    let paths = ["xml", "zip"].map(|extension| folders.answers.join(format!("{name}.{extension}")));
    paths.into_iter().find(|path| path.exists())
}

/// Why an exchange failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// The name is not a request's.
    #[error("not the name of a request: OQS…req….xml is expected")]
    NotARequest,
    /// A request or an answer of this name lies there already; take another name.
    #[error("a request or answer of this name is there already")]
    AlreadyThere,
    /// The answer is larger than a message may be.
    #[error("the answer has more than {MAX_BYTES} bytes")]
    TooLarge,
    /// The answer cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// The answer's institution or identifier is not the request's: it must not be shown for this patient.
    #[error("the answer belongs to another request")]
    OfAnother,
    /// A folder or file cannot be used.
    #[error("a file of the exchange cannot be used: {0}")]
    Io(#[from] io::Error),
}

impl ExchangeError {
    /// A stable name for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotARequest => "not_a_request",
            Self::AlreadyThere => "request_already_there",
            Self::TooLarge => "answer_too_large",
            Self::Unreadable(error) => error.code(),
            Self::OfAnother => "answer_of_another",
            Self::Io(_) => "exchange_io",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &[u8] = include_bytes!("../tests/samples/f01_check_request.xml");
    const ANSWER: &[u8] = include_bytes!("../tests/samples/e03_national_health.xml");
    const NAME: &str = "OQSsiquc01req_202506040001.xml";

    /// Folders of their own for each test, removed at its end.
    struct Scratch(PathBuf, Folders);

    impl Scratch {
        fn new(test: &str) -> Self {
            let root = std::env::temp_dir().join(format!("myna-exchange-{test}-{}", std::process::id()));
            let folders = Folders {
                staging: root.join("staging"),
                requests: root.join("req"),
                answers: root.join("res"),
            };
            for folder in [&folders.staging, &folders.requests, &folders.answers] {
                fs::create_dir_all(folder).unwrap();
            }
            Self(root, folders)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn exchange() -> Exchange {
        let Message::CheckRequest(request) = Message::parse(REQUEST).unwrap() else { panic!("a request") };
        Exchange::new(NAME, &request.header, at("20250604100600"))
    }

    fn at(text: &str) -> DateTime {
        DateTime::parse(text).unwrap()
    }

    #[test]
    fn names() {
        assert_eq!(answer_name(NAME).as_deref(), Some("OQSsiquc01res_202506040001"));
        assert_eq!(answer_name("OQSmuquc02req.xml").as_deref(), Some("OQSmuquc02res"));
        for name in ["OQSsiquc01res_1.xml", "../OQSsiquc01req_1.xml", "OQSsiquc01req_1.zip", "req.xml", ""] {
            assert_eq!(answer_name(name), None, "{name}");
        }
    }

    #[test]
    fn handed_in_and_answered() {
        let scratch = Scratch::new("answered");
        let folders = &scratch.1;
        hand_in(folders, NAME, REQUEST).unwrap();
        assert_eq!(fs::read(folders.requests.join(NAME)).unwrap(), REQUEST);
        assert_eq!(fs::read_dir(&folders.staging).unwrap().count(), 0);
        assert_eq!(hand_in(folders, NAME, REQUEST).unwrap_err().code(), "request_already_there");

        let poll = |now| exchange().poll(folders, at(now), &mut || ()).unwrap();
        assert_eq!(poll("20250604100559"), Polled::Waiting);
        assert_eq!(poll("20250604100600"), Polled::TimedOut);
        let answer = folders.answers.join("OQSsiquc01res_202506040001.xml");
        // Cut anywhere, the answer is waited for.
        for length in [0, 1, 100, ANSWER.len() / 2] {
            fs::write(&answer, &ANSWER[..length]).unwrap();
            assert_eq!(poll("20250604100500"), Polled::Waiting, "{length}");
        }
        fs::write(&answer, ANSWER).unwrap();
        let Polled::Answered(messages) = poll("20250604100700") else { panic!("late, but there") };
        assert_eq!(messages, [Message::parse(ANSWER).unwrap()]);
    }

    #[test]
    fn a_file_that_grows_is_not_read() {
        let scratch = Scratch::new("grows");
        let path = scratch.1.answers.join("growing.xml");
        fs::write(&path, b"<XmlMsg>").unwrap();
        let read = read_stable(&path, &mut || fs::write(&path, ANSWER).unwrap()).unwrap();
        assert_eq!(read, None);
        assert_eq!(read_stable(&path, &mut || ()).unwrap().as_deref(), Some(ANSWER));
        assert_eq!(read_stable(&path, &mut || fs::remove_file(&path).unwrap()).unwrap(), None);
    }

    #[test]
    fn the_answer_of_another_is_refused() {
        let scratch = Scratch::new("another");
        let folders = &scratch.1;
        let answer = folders.answers.join("OQSsiquc01res_202506040001.xml");
        for (from, to) in [("demo0001", "demo0009"), ("1319999999", "1312345679")] {
            let other = std::str::from_utf8(ANSWER).unwrap().replace(from, to);
            fs::write(&answer, other).unwrap();
            let error = exchange().poll(folders, at("20250604100500"), &mut || ()).unwrap_err();
            assert_eq!(error.code(), "answer_of_another");
        }
        fs::write(&answer, REQUEST).unwrap();
        let error = exchange().poll(folders, at("20250604100500"), &mut || ()).unwrap_err();
        assert_eq!(error.code(), "answer_of_another", "a request is no answer");
    }

    #[test]
    fn back_off() {
        let delays: Vec<u32> = (0..7).map(fetch_delay).collect();
        assert_eq!(delays, [10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(fetch_delay(u32::MAX), 300);
    }
}
