//! The service reached over the folders of the 連携アプリケーション.

use myna_eligibility::{
    EligibilityResponse, Message,
    forms::{Encoding, Reading},
    records::{CheckRequest, RegistrationAnswer, RegistrationRequest},
};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

use super::{
    ArrivalNews, ArrivalWatch, ErrandError, ErrandOutcome, ErrandRules, ErrandRunner, Folders, WatchedFolder,
};
use crate::account::{InstitutionCode, StaffCredentials};
use crate::service::{Challenge, EligibilityService, PossessionProof, ServiceError, StaffSession};
use myna_calendar::DateTime;

/// The eligibility system as the 連携アプリケーション brings it to a folder: blocking, one request at a time.
///
/// The application's own terminal is logged in and reads the cards: so there is no challenge here, and a check by card
/// is what [`next_face_result`](Self::next_face_result) brings.
#[derive(Debug)]
pub struct FolderService {
    runner: ErrandRunner,
    institution: InstitutionCode,
    encoding: Encoding,
    faces: ArrivalWatch,
    serial: u32,
}

/// So many numbers of four digits.
const NAMES: u64 = 10_000;

impl FolderService {
    /// Takes the folders. Face results that lie there already are taken for known.
    ///
    /// # Errors
    ///
    /// [`ErrandError::InUse`], [`ErrandError::Io`].
    pub fn open(
        folders: Folders,
        institution: InstitutionCode,
        rules: ErrandRules,
        encoding: Encoding,
    ) -> Result<Self, ErrandError> {
        let mut faces = ArrivalWatch::new(folders.clone(), [WatchedFolder::Faces], rules.settling_time);
        if folders.faces.exists() {
            faces.ignore_present()?;
        }
        let runner = ErrandRunner::open(folders, rules)?;
        // Begins anywhere, so that two terminals that start in one second do not take the same names.
        let serial = u32::try_from(RandomState::new().build_hasher().finish() % NAMES).unwrap_or_default();
        Ok(Self { runner, institution, encoding, faces, serial })
    }

    /// Hands a request in and waits for the end of its answer.
    ///
    /// # Errors
    ///
    /// [`ErrandError`]. After [`TimedOut`](ErrandError::TimedOut) the same name goes on waiting.
    pub fn ask(&mut self, name: &str, content: &[u8]) -> Result<Vec<Message>, ErrandError> {
        self.runner.add(name, content)?;
        loop {
            match self.runner.next_news().map(|news| news.outcome) {
                Some(ErrandOutcome::Pending { .. }) => {}
                Some(ErrandOutcome::Answered(messages)) => {
                    self.runner.close(name)?;
                    return Ok(messages);
                }
                Some(ErrandOutcome::Failed { error, .. }) => return Err(error),
                None => return Err(ErrandError::TimedOut),
            }
        }
    }

    /// The next face result (顔認証結果) that comes within a time, and its file's name. The file is moved to the trash.
    ///
    /// # Errors
    ///
    /// [`ErrandError`]; a file that can never be read is told once, and keeps no other from being read.
    pub fn next_face_result(
        &mut self,
        at_most: Duration,
    ) -> Result<Option<(String, Vec<Reading>)>, ErrandError> {
        match self.faces.next_news(at_most) {
            Some(ArrivalNews::Arrived { path, name, readings, .. }) => {
                self.runner.desk().discard(&path)?;
                Ok(Some((name, readings)))
            }
            Some(ArrivalNews::Unreadable { error, .. } | ArrivalNews::Away(error)) => Err(error),
            // It may be away still, and was told to be.
            None => self.runner.desk().folders().list_faces().map(|_| None),
        }
    }

    fn send(&mut self, prefix: &str, message: &Message, now: DateTime) -> Result<Vec<Message>, ServiceError> {
        let unfit = |reason: String| ServiceError::RequestUnfit { reason };
        let content = message.write(self.encoding).map_err(|error| unfit(error.to_string()))?;
        let mut tries = 0;
        loop {
            // A counter of four digits, as peers have it; names that are taken are passed over.
            self.serial = self.serial.wrapping_add(1);
            tries += 1;
            let name = format!("{prefix}_{}{:04}.xml", now.to_wire(), u64::from(self.serial) % NAMES);
            match self.ask(&name, &content) {
                Err(ErrandError::AlreadyThere) if tries < NAMES => {}
                Err(error @ ErrandError::NotARequest) => return Err(unfit(error.to_string())),
                Err(error) => return Err(ServiceError::Unavailable { reason: error.to_string() }),
                Ok(messages) => return Ok(messages),
            }
        }
    }
}

impl EligibilityService for FolderService {
    fn audience(&self) -> String {
        format!("folder errand of {}", self.institution.as_str())
    }

    fn terminal(&self, _: &StaffSession) -> String {
        self.institution.as_str().to_owned()
    }

    /// The application is logged in by itself: only the institution must be its own.
    fn log_in(&mut self, credentials: &StaffCredentials, _: DateTime) -> Result<StaffSession, ServiceError> {
        if credentials.institution == self.institution {
            Ok(StaffSession::from_token([0; 32]))
        } else {
            Err(ServiceError::CredentialsRefused)
        }
    }

    fn challenge(&mut self, _: &StaffSession, _: DateTime) -> Result<Challenge, ServiceError> {
        Err(ServiceError::NotOffered { way: "check of a card on this reader" })
    }

    fn check(&mut self, _: &StaffSession, _: &PossessionProof, _: DateTime) -> Result<Vec<u8>, ServiceError> {
        Err(ServiceError::NotOffered { way: "check of a card on this reader" })
    }

    fn check_by_certificate_data(
        &mut self,
        _: &StaffSession,
        request: &CheckRequest,
        now: DateTime,
    ) -> Result<EligibilityResponse, ServiceError> {
        let message = Message::CheckRequest(Box::new(request.clone()));
        match <[Message; 1]>::try_from(self.send("OQSsiquc01req", &message, now)?) {
            Ok([Message::Answer(response)]) => Ok(*response),
            _ => Err(ServiceError::Unavailable {
                reason: "the answer is not that of a single check".to_owned(),
            }),
        }
    }

    fn register(
        &mut self,
        _: &StaffSession,
        request: &RegistrationRequest,
        now: DateTime,
    ) -> Result<RegistrationAnswer, ServiceError> {
        let message = Message::RegistrationRequest(Box::new(request.clone()));
        match <[Message; 1]>::try_from(self.send("OQSsiimm01req", &message, now)?) {
            Ok([Message::RegistrationAnswer(answer)]) => Ok(*answer),
            _ => Err(ServiceError::Unavailable {
                reason: "the answer is not that of a registration".to_owned(),
            }),
        }
    }

    fn bulk(
        &mut self,
        _: &StaffSession,
        request: &Message,
        now: DateTime,
    ) -> Result<Vec<Message>, ServiceError> {
        use myna_eligibility::codes::MedicalTreatmentFlag as Treatment;
        let prefix = match request {
            Message::CheckRequest(_) => "OQSmuquc01req",
            Message::RegistrationRequest(_) => "OQSmuimm01req",
            Message::FetchRequest(_) => "OQSmuquc02req",
            Message::ListRequest(list) => {
                match list.body.as_ref().and_then(|body| body.query.as_ref()?.treatment.as_ref()) {
                    Some(Treatment::HomeVisit) => "OQSmuhvq01req",
                    Some(Treatment::Online) => "OQSmuonq01req",
                    _ => "OQSmutic01req",
                }
            }
            other => {
                return Err(ServiceError::RequestUnfit {
                    reason: format!("{} is no bulk request", other.kind()),
                });
            }
        };
        self.send(prefix, request, now)
    }
}
