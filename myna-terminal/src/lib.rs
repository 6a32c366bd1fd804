#![doc = include_str!("../README.md")]
#![warn(clippy::indexing_slicing)]

mod account;
mod check;
mod codes;
mod face_difference;
mod folder;
#[cfg(feature = "history")]
pub mod history;
mod reading_session;
mod service;
mod terminal;

pub use account::device::{
    ApplicationError, COOLDOWN_SECONDS, DeviceAccount, DeviceAccountError, DeviceApplication, DeviceEvent,
    FAILURES_TO_LOCK, LOCK_SECONDS, MAX_ATTACHMENT_BYTES, MAX_DEVICES, REGISTRATION_REFUSED,
};
pub use account::home_visit::{HomeVisitAccount, HomeVisitError, Role, SettingEvent, TerminalSetting};
pub use account::{AccountError, ActivationCode, InstitutionCode, Password, StaffCredentials, UserId};
pub use check::{
    Check, CheckError, CheckPlan, CheckQuestion, CheckReply, CheckStep, Checked, FacePlan, ReadFace,
};
#[cfg(feature = "history")]
pub use codes::HISTORY_CODES;
pub use codes::TERMINAL_CODES;
pub use face_difference::FaceDifference;
pub use folder::{
    Arrival, Arrivals, Errand, ErrandDesk, ErrandError, ErrandEvent, ErrandFile, ErrandProgress, ErrandRules,
    ErrandStep, Folders, Outstanding, Refusal, SETTLING_TIME, Sighting, answer_name,
};
#[cfg(feature = "folder")]
pub use folder::{
    ArrivalNews, ArrivalWatch, ErrandNews, ErrandOutcome, ErrandRunner, FolderService, FolderWatcher,
    WatchedFolder,
};
pub use myna_calendar::{Date, DateTime};
pub use myna_eligibility;
pub use reading_session::{
    DeviceCapabilities, EndReason, GivenConsent, IdentityMode, OUTPATIENT_CONSENT_SECONDS, ReadingSession,
    SessionError, SessionEvent, SessionRules,
};
pub use service::{Challenge, EligibilityService, PossessionProof, ServiceError, SightProof, StaffSession};
pub use terminal::Terminal;
