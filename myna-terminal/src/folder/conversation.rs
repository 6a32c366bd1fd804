use std::fmt;

use myna_error::{Diagnostic, Entry, Language, english, unknown_detail};

use crate::codes;
use myna_eligibility::{
    Message,
    codes::{ProcessingResultStatus, SegmentOfResult},
    forms::{Encoding, ReadError},
    records::{FetchRequest, FetchRequestBody, Header},
};
use std::time::Duration;

use super::ErrandError;
use super::file_name::successor_name;
use super::settling::{SETTLING_TIME, Settling, Sighting};

/// How long to wait for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "made with `..Default::default()`, so that a further field is nobody's to fill"
)]
pub struct ErrandRules {
    /// When to give up, counted from the start. Answers come within seconds [code B.7]; a minute is a
    /// [guess G4].
    pub timeout: Duration,
    /// How long a file must stand unchanged before it is read.
    pub settling_time: Duration,
    /// How long to wait before asking again after the first 処理中; doubled each time, at most 5 minutes. No rule is
    /// published: 10 seconds are a [guess G4].
    pub first_retry: Duration,
}

impl Default for ErrandRules {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(60),
            settling_time: SETTLING_TIME,
            first_retry: Duration::from_secs(10),
        }
    }
}

impl ErrandRules {
    /// How long to wait before asking again, after so many times 処理中.
    #[must_use]
    pub fn retry_delay(&self, times_pending: u32) -> Duration {
        const LONGEST: Duration = Duration::from_secs(5 * 60);
        self.first_retry.saturating_mul(2_u32.saturating_pow(times_pending)).min(LONGEST)
    }
}

/// A request and what becomes of it, until its answer is there: handed in, answered, and, while the answer is 処理中
/// or the first step of a bulk request, asked again.
///
/// Pure: it holds neither files nor clock. Do what [`step`](Self::step) says, then tell what came of it with
/// [`on`](Self::on). Instants are counted from any start the caller likes, the same for all calls.
///
/// ```text
///            HandedIn          Looked, at rest        Read
/// HandIn ──────────────> Look ────────────────> Read ──────> Answered
///                        ^  │ deadline           │ │ of another, unreadable
///                        │  └─────> TimedOut     │ └──> SetAside ──> Look
///                        │       Followed        │ 処理中, accepted
///                        └──────────── Follow <──┘ (after a pause)
/// ```
#[derive(Clone, Debug)]
pub struct Errand {
    rules: ErrandRules,
    deadline: Duration,
    /// The request that is out, or about to be.
    name: String,
    content: Vec<u8>,
    mark: Mark,
    times_pending: u32,
    settling: Settling,
    last_refusal: Option<Refusal>,
    state: State,
}

/// What of a request comes back in its answer.
#[derive(Clone, Debug)]
struct Mark {
    encoding: Encoding,
    is_fetch: bool,
    institution_code: Option<String>,
    file_identifier: Option<String>,
    reception_number: Option<String>,
}

impl Mark {
    /// `None` if it is no request.
    fn of(content: &[u8]) -> Option<Self> {
        let (message, encoding) = Message::parse_with_encoding(content).ok()?;
        let header = message.header().filter(|_| !message.is_answer())?;
        let reception_number = match &message {
            Message::FetchRequest(request) => {
                request.body.as_ref().and_then(|body| body.reception_number.clone())
            }
            _ => None,
        };
        Some(Self {
            encoding,
            is_fetch: matches!(message, Message::FetchRequest(_)),
            institution_code: header.institution_code.clone(),
            file_identifier: header.file_identifier.clone(),
            reception_number,
        })
    }

    /// Institution and identifier must be the request's [code R4]. Of a request that failed as a whole the identifier
    /// may not have been understood, and be absent [guess U2]; but never another. A fetch has a reception number for
    /// identifier.
    fn is_of(&self, message: &Message) -> bool {
        let Some(header) = header_of_answer(message) else { return false };
        let failed = header.segment_of_result == Some(SegmentOfResult::Abnormal);
        let agrees = |own: &Option<String>, theirs: &Option<String>, may_be_absent: bool| {
            own.is_none() || own == theirs || (may_be_absent && theirs.is_none())
        };
        header.institution_code == self.institution_code
            && agrees(&self.file_identifier, &header.file_identifier, failed)
            && agrees(&self.reception_number, &header.reception_number, true)
    }
}

#[derive(Clone, Debug)]
enum State {
    ToHandIn,
    Waiting { not_before: Duration },
    ToRead(Sighting),
    ToSetAside,
    ToFollow { name: String, content: Vec<u8>, not_before: Duration },
    Answered(Vec<Message>),
    TimedOut,
}

/// Why an answer under our request's name was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum Refusal {
    /// Its institution or identifier is not the request's: it must not be shown for this patient [code R4].
    OfAnother,
    /// It has long come to rest and cannot be read.
    #[error(transparent)]
    Unreadable(ReadError),
}

impl Diagnostic for Refusal {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::OfAnother => &codes::OF_ANOTHER,
            Self::Unreadable(error) => error.entry(),
        }
    }

    fn place(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OfAnother => Ok(()),
            Self::Unreadable(error) => error.place(language, f),
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OfAnother => unknown_detail(name, f),
            Self::Unreadable(error) => error.detail(name, language, f),
        }
    }
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrandStep<'a> {
    /// Hand the request in, once, then [`ErrandEvent::HandedIn`].
    HandIn,
    /// Look for the answer, now or when something may have changed, at the latest then: [`ErrandEvent::Looked`].
    Look {
        /// The instant until which nothing but a change makes looking worth while.
        at_the_latest: Duration,
    },
    /// Read the answer, which has come to rest: [`ErrandEvent::Read`], or [`ErrandEvent::Looked`] if it has changed meanwhile.
    Read(Sighting),
    /// Put the answer aside, so that the right one finds the place free: [`ErrandEvent::SetAside`].
    SetAside(&'a Refusal),
    /// Wait until then, hand in the next request, then put away the one before and its answer: [`ErrandEvent::Followed`].
    Follow {
        /// The name of the next request: the same every time.
        name: &'a str,
        /// What it says.
        content: &'a [u8],
        /// Not before this instant.
        not_before: Duration,
    },
    /// The answer. That there is one does not mean that it went well: read its verdict.
    Answered(&'a [Message]),
    /// Nothing, or nothing but 処理中, until the deadline. The request may still be answered later.
    TimedOut,
}

/// What came of a step. One that fits no step that was asked for changes nothing.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrandEvent {
    /// The request lies in the folder, or has been taken from there.
    HandedIn,
    /// The answer's file as it stands now, if there is one. Also says that time has passed.
    Looked(Option<Sighting>),
    /// What the answer's file says; it stood unchanged before and after.
    Read(Result<Vec<Message>, ReadError>),
    /// The answer was put aside.
    SetAside,
    /// The next request was handed in.
    Followed,
}

impl Errand {
    /// The errand of a request, beginning now.
    ///
    /// # Errors
    ///
    /// [`ErrandError::NotARequest`] by name or content.
    pub fn new(name: &str, content: &[u8], rules: ErrandRules, now: Duration) -> Result<Self, ErrandError> {
        super::answer_name(name).ok_or(ErrandError::NotARequest)?;
        Ok(Self {
            rules,
            deadline: now + rules.timeout,
            name: name.to_owned(),
            content: content.to_vec(),
            mark: Mark::of(content).ok_or(ErrandError::NotARequest)?,
            times_pending: 0,
            settling: Settling::new(rules.settling_time),
            last_refusal: None,
            state: State::ToHandIn,
        })
    }

    /// Name of the request that is out, or about to be.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the request says.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// How often the answer was 処理中.
    #[must_use]
    pub const fn times_pending(&self) -> u32 {
        self.times_pending
    }

    /// The last answer under our name that was not taken.
    #[must_use]
    pub const fn last_refusal(&self) -> Option<&Refusal> {
        self.last_refusal.as_ref()
    }

    /// What is to be done next.
    #[must_use]
    pub fn step(&self) -> ErrandStep<'_> {
        match &self.state {
            State::ToHandIn => ErrandStep::HandIn,
            State::Waiting { not_before } => {
                ErrandStep::Look { at_the_latest: (*not_before).min(self.deadline) }
            }
            State::ToRead(sighting) => ErrandStep::Read(*sighting),
            State::ToSetAside => self
                .last_refusal
                .as_ref()
                .map_or(ErrandStep::Look { at_the_latest: self.deadline }, ErrandStep::SetAside),
            State::ToFollow { name, content, not_before, .. } => {
                ErrandStep::Follow { name, content, not_before: *not_before }
            }
            State::Answered(messages) => ErrandStep::Answered(messages),
            State::TimedOut => ErrandStep::TimedOut,
        }
    }

    /// The answer, where there is one.
    #[must_use]
    pub fn into_answer(self) -> Option<Vec<Message>> {
        match self.state {
            State::Answered(messages) => Some(messages),
            _ => None,
        }
    }

    /// Takes note of what came of a step.
    pub fn on(&mut self, event: ErrandEvent, now: Duration) {
        let state = std::mem::replace(&mut self.state, State::TimedOut);
        self.state = match (state, event) {
            (State::ToHandIn, ErrandEvent::HandedIn) => State::Waiting { not_before: now },
            (State::Waiting { .. } | State::ToRead(_), ErrandEvent::Looked(sighting)) => {
                self.looked(sighting, now)
            }
            (State::ToRead(sighting), ErrandEvent::Read(result)) => self.read(sighting, result, now),
            (State::ToSetAside, ErrandEvent::SetAside) => {
                self.settling = Settling::new(self.rules.settling_time);
                State::Waiting { not_before: now }
            }
            (State::ToFollow { name, content, .. }, ErrandEvent::Followed) => {
                if let Some(mark) = Mark::of(&content) {
                    self.mark = mark;
                }
                (self.name, self.content) = (name, content);
                self.settling = Settling::new(self.rules.settling_time);
                State::Waiting { not_before: now }
            }
            // The pause would end after the deadline: what lies there is still 処理中.
            (State::ToFollow { not_before, .. }, ErrandEvent::Looked(_)) if not_before > self.deadline => {
                State::TimedOut
            }
            (state, _) => state,
        };
    }

    fn looked(&mut self, sighting: Option<Sighting>, now: Duration) -> State {
        match self.settling.look(sighting, now) {
            Ok(sighting) => State::ToRead(sighting),
            Err(_) if now >= self.deadline => State::TimedOut,
            Err(not_before) => State::Waiting { not_before },
        }
    }

    fn read(&mut self, sighting: Sighting, result: Result<Vec<Message>, ReadError>, now: Duration) -> State {
        let refusal = match result {
            Ok(messages) if messages.iter().all(|message| self.mark.is_of(message)) => {
                return match self.successor(&messages) {
                    Some((name, content)) => {
                        let not_before = now + self.rules.retry_delay(self.times_pending);
                        self.times_pending = self.times_pending.saturating_add(1);
                        State::ToFollow { name, content, not_before }
                    }
                    None => State::Answered(messages),
                };
            }
            Ok(_) => Refusal::OfAnother,
            // Perhaps half of it, and the rest to come.
            Err(_) if now < self.deadline && !self.settling.is_abandoned(now) => {
                // Unchanged for the settling time already, so the next look alone would read it at once.
                debug_assert!(sighting.length > 0);
                return State::Waiting { not_before: now + self.rules.settling_time };
            }
            Err(error) => Refusal::Unreadable(error),
        };
        self.last_refusal = Some(refusal);
        State::ToSetAside
    }

    /// The request that is to follow, if the answer is none yet: its name and content.
    fn successor(&self, messages: &[Message]) -> Option<(String, Vec<u8>)> {
        let [message] = messages else { return None };
        let header = header_of_answer(message)?;
        if let (Message::BulkAccepted(accepted), false) = (message, self.mark.is_fetch)
            && let Some(body) = &accepted.body
            && let Some(reception_number) = &body.reception_number
            && header.segment_of_result != Some(SegmentOfResult::Abnormal)
            && body.processing_result_status != Some(ProcessingResultStatus::Error)
        {
            // Peers send no identifier here [code F].
            let mut fetch = FetchRequest::default();
            fetch.header.institution_code.clone_from(&self.mark.institution_code);
            let body = fetch.body.insert(FetchRequestBody::default());
            body.reception_number = Some(reception_number.clone());
            let content = Message::FetchRequest(Box::new(fetch)).write(self.mark.encoding).ok()?;
            return Some((successor_name(&self.name, true)?, content));
        }
        (header.segment_of_result == Some(SegmentOfResult::InProgress)).then_some(())?;
        Some((successor_name(&self.name, false)?, self.content.clone()))
    }
}

fn header_of_answer(message: &Message) -> Option<&Header> {
    message.header().filter(|_| message.is_answer())
}

#[cfg(test)]
mod tests {
    use super::*;
    use myna_eligibility::read;

    const NAME: &str = "OQSsiquc01req_202506040001.xml";
    const REQUEST: &[u8] = include_bytes!("../../../myna-eligibility/tests/samples/f01_check_request.xml");
    const ANSWER: &str = include_str!("../../../myna-eligibility/tests/samples/e03_national_health.xml");

    fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    fn begun() -> Errand {
        let mut errand = Errand::new(NAME, REQUEST, ErrandRules::default(), at(0)).unwrap();
        assert_eq!(errand.step(), ErrandStep::HandIn);
        errand.on(ErrandEvent::HandedIn, at(1));
        errand
    }

    fn of(length: u64) -> Option<Sighting> {
        Some(Sighting { length, modified: None })
    }

    fn messages(text: &str) -> Result<Vec<Message>, ReadError> {
        read(text.as_bytes()).map(|readings| readings.into_iter().map(|reading| reading.message).collect())
    }

    /// Lets a file come to rest and reads it.
    fn feed(errand: &mut Errand, text: &str, now: u64) {
        errand.on(ErrandEvent::Looked(of(9)), at(now));
        errand.on(ErrandEvent::Looked(of(9)), at(now + 300));
        assert!(matches!(errand.step(), ErrandStep::Read(_)), "{:?}", errand.step());
        errand.on(ErrandEvent::Read(messages(text)), at(now + 300));
    }

    #[test]
    fn answered_when_the_file_has_come_to_rest() {
        let mut errand = begun();
        errand.on(ErrandEvent::Looked(None), at(10));
        for (time, length) in [(100, 0), (500, 7), (799, 7), (800, 9), (1099, 9)] {
            errand.on(ErrandEvent::Looked(of(length)), at(time));
            assert!(matches!(errand.step(), ErrandStep::Look { .. }), "{time}");
        }
        errand.on(ErrandEvent::Looked(of(9)), at(1100));
        assert_eq!(errand.step(), ErrandStep::Read(of(9).unwrap()));
        errand.on(ErrandEvent::Looked(of(10)), at(1100));
        assert!(matches!(errand.step(), ErrandStep::Look { .. }), "it grew while it was read");
        errand.on(ErrandEvent::Looked(of(10)), at(1400));
        errand.on(ErrandEvent::Read(messages(ANSWER)), at(1400));
        let ErrandStep::Answered([Message::Answer(answer)]) = errand.step() else { panic!("answered") };
        assert_eq!(answer.results().len(), 1);
    }

    #[test]
    fn half_a_file_is_waited_for_and_only_at_long_last_put_aside() {
        let mut errand = begun();
        let half = &ANSWER[..ANSWER.len() / 2];
        feed(&mut errand, half, 1000);
        let mut now = 1300;
        while errand.last_refusal().is_none() {
            now += 300;
            errand.on(ErrandEvent::Looked(of(9)), at(now));
            errand.on(ErrandEvent::Read(messages(half)), at(now));
        }
        assert!((11_000..11_400).contains(&now), "{now}");
        assert!(matches!(errand.step(), ErrandStep::SetAside(Refusal::Unreadable(_))));
        errand.on(ErrandEvent::SetAside, at(now));
        feed(&mut errand, ANSWER, now + 100);
        assert!(matches!(errand.step(), ErrandStep::Answered(_)));
    }

    #[test]
    fn the_answer_of_another_is_put_aside_and_the_right_one_taken() {
        for (from, to) in [("demo0001", "demo0009"), ("1319999999", "1312345679")] {
            let mut errand = begun();
            feed(&mut errand, &ANSWER.replace(from, to), 100);
            assert_eq!(errand.step(), ErrandStep::SetAside(&Refusal::OfAnother));
            errand.on(ErrandEvent::SetAside, at(500));
            feed(&mut errand, ANSWER, 600);
            assert!(matches!(errand.step(), ErrandStep::Answered(_)));
        }
        let mut errand = begun();
        feed(&mut errand, std::str::from_utf8(REQUEST).unwrap(), 100);
        assert_eq!(errand.step(), ErrandStep::SetAside(&Refusal::OfAnother), "a request is no answer");
    }

    #[test]
    fn a_failure_may_leave_the_identifier_out_but_not_name_another() {
        let failed = include_str!("../../../myna-eligibility/tests/samples/e10_failed.xml");
        let mut errand = begun();
        feed(&mut errand, failed, 100);
        assert!(matches!(errand.step(), ErrandStep::Answered(_)));
        let other = "<ArbitraryFileIdentifier>other</ArbitraryFileIdentifier><ReferenceClassification>";
        let mut errand = begun();
        feed(&mut errand, &failed.replace("<ReferenceClassification>", other), 100);
        assert_eq!(errand.step(), ErrandStep::SetAside(&Refusal::OfAnother));
    }

    #[test]
    fn pending_is_asked_again_with_back_off_until_the_deadline() {
        let pending = ANSWER.replace("<SegmentOfResult>1<", "<SegmentOfResult>2<");
        let rules = ErrandRules { timeout: Duration::from_secs(65), ..ErrandRules::default() };
        let mut errand = Errand::new(NAME, REQUEST, rules, at(0)).unwrap();
        errand.on(ErrandEvent::HandedIn, at(0));
        let mut now = 0;
        for (times, pause) in [(1, 10_000), (2, 20_000)] {
            feed(&mut errand, &pending, now);
            let ErrandStep::Follow { name, content, not_before } = errand.step() else { panic!("again") };
            assert_eq!(name, format!("OQSsiquc01req_202506040001-again{times}.xml"));
            assert_eq!(content, REQUEST);
            assert_eq!(not_before, at(now + 300 + pause));
            now += 300 + pause;
            errand.on(ErrandEvent::Followed, at(now));
        }
        assert_eq!(errand.times_pending(), 2);
        feed(&mut errand, &pending, now);
        errand.on(ErrandEvent::Looked(of(9)), at(now + 400));
        assert_eq!(errand.step(), ErrandStep::TimedOut, "the next pause would end after the deadline");
    }

    #[test]
    fn a_bulk_request_is_fetched_by_its_reception_number() {
        let accepted = include_str!("../../../myna-eligibility/tests/samples/e13_bulk_accepted.xml");
        let Message::BulkAccepted(message) = Message::parse(accepted.as_bytes()).unwrap() else { panic!() };
        let identifier = message.header.file_identifier.clone().unwrap();
        let request = std::str::from_utf8(REQUEST).unwrap().replace("20250604100459-demo0001", &identifier);
        let mut errand =
            Errand::new("OQSmuquc01req_1.xml", request.as_bytes(), ErrandRules::default(), at(0)).unwrap();
        errand.on(ErrandEvent::HandedIn, at(0));
        feed(&mut errand, accepted, 0);
        let ErrandStep::Follow { name, content, .. } = errand.step() else { panic!("{:?}", errand.step()) };
        assert_eq!(name, "OQSmuquc02req_1.xml");
        let Message::FetchRequest(fetch) = Message::parse(content).unwrap() else { panic!("a fetch") };
        assert_eq!(fetch.body.unwrap().reception_number, message.body.unwrap().reception_number);
        assert_eq!(fetch.header.institution_code, message.header.institution_code);
    }

    #[test]
    fn back_off() {
        let rules = ErrandRules::default();
        let delays: Vec<u64> = (0..7).map(|times| rules.retry_delay(times).as_secs()).collect();
        assert_eq!(delays, [10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(rules.retry_delay(u32::MAX).as_secs(), 300);
    }

    /// Every sequence of six events, in any order: nothing is taken that was not at rest, and the end is the end.
    #[test]
    fn exhaustive_walk() {
        const EVENTS: [fn() -> ErrandEvent; 8] = [
            || ErrandEvent::HandedIn,
            || ErrandEvent::Looked(None),
            || ErrandEvent::Looked(of(9)),
            || ErrandEvent::Looked(of(10)),
            || ErrandEvent::SetAside,
            || ErrandEvent::Followed,
            || ErrandEvent::Read(messages(ANSWER)),
            || ErrandEvent::Read(messages("<XmlMsg>")),
        ];
        #[derive(Clone, Copy, Default)]
        struct Seen {
            handed_in: bool,
            looked: Option<Option<Sighting>>,
        }
        fn walk(errand: &Errand, seen: Seen, turn: u64, answered: &mut u32) {
            if turn == 6 {
                return;
            }
            // A reading is costly, and tried only where it can count.
            let may_read = matches!(errand.step(), ErrandStep::Read(_));
            for event in EVENTS.iter().take(if may_read { 8 } else { 6 }) {
                let (mut errand, mut seen, event) = (errand.clone(), seen, event());
                seen.handed_in |= matches!(event, ErrandEvent::HandedIn);
                let looked = if let ErrandEvent::Looked(sighting) = event { Some(sighting) } else { None };
                errand.on(event, at(turn * 300));
                if let (ErrandStep::Read(sighting), Some(looked)) = (errand.step(), looked) {
                    assert!(seen.handed_in);
                    assert_eq!(
                        (looked, seen.looked),
                        (Some(sighting), Some(Some(sighting))),
                        "twice the same"
                    );
                }
                seen.looked = looked.or(seen.looked);
                if matches!(errand.step(), ErrandStep::Answered(_)) {
                    *answered += 1;
                    errand.on(ErrandEvent::Looked(None), at(100_000));
                    assert!(matches!(errand.step(), ErrandStep::Answered(_)), "the end is the end");
                } else {
                    walk(&errand, seen, turn + 1, answered);
                }
            }
        }
        let errand = Errand::new(NAME, REQUEST, ErrandRules::default(), at(0)).unwrap();
        let mut answered = 0;
        walk(&errand, Seen::default(), 0, &mut answered);
        assert!(answered > 0);
    }
}
