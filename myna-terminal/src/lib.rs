//! The clinic's terminal for online eligibility verification (オンライン資格確認): who logs in, how one patient is checked
//! with a card, what goes through the folders, what is kept.
//!
//! | what | where |
//! |---|---|
//! | accounts: ids, passwords, devices, home visits | [`StaffCredentials`], [`DeviceAccount`], [`HomeVisitAccount`] |
//! | the check of one patient as the staff goes through it | [`ReadingSession`] |
//! | the service that answers | [`EligibilityService`] |
//! | the check of one card against the service | [`Terminal`], blocking; [`Check`], as a value |
//! | requests and answers through folders | [`Errand`], [`ErrandDesk`] |
//! | past results (feature `history`) | the module `history` |
//!
//! ```
//! use myna_jpki::{PinPolicy, UserAuthenticationPin};
//! use myna_terminal::{DateTime, Terminal};
//! # use myna_sim::{Persona, SimTransport, SimulatedCard};
//! # use myna_sim_service::SimulatedService;
//! # let now = DateTime::parse("20260602091500")?;
//! # let persona = Persona::built_in("default").ok_or("persona")?;
//! # let reader = SimTransport::new(SimulatedCard::new(&persona, now.date())?);
//! # let (service, credentials) = (SimulatedService::new()?, SimulatedService::credentials()?);
//! let mut terminal = Terminal::log_in(service, &credentials, now)?;
//! let mut card = myna_transport::Card::new(reader);
//! let pin = UserAuthenticationPin::new("1234")?;
//! let checked = terminal.check(&mut card, &pin, PinPolicy::default(), now.date(), now)?;
//! assert!(checked.response.verdict().is_valid());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What the messages say is [`myna_eligibility`]'s; this crate knows no byte of their markup.
//!
//! **The folders** of the 連携アプリケーション: an [`Errand`] is one request and what becomes of it, without files or clock;
//! an [`ErrandDesk`] does its steps in the [`Folders`], and loses nothing when it is killed; with the feature `folder`
//! `ErrandRunner` does many and waits by itself, `ArrivalWatch` tells what arrives, whoever asked, and `FolderService` is
//! the service reached in this way.
//!
//! ```
//! use std::time::Duration;
//! use myna_terminal::{Errand, ErrandRules, ErrandStep};
//! let request = include_bytes!("../../myna-eligibility/tests/samples/f01_check_request.xml");
//! let now = Duration::ZERO;
//! let errand = Errand::new("OQSsiquc01req_202506040001.xml", request, ErrandRules::default(), now)?;
//! assert_eq!(errand.step(), ErrandStep::HandIn);
//! # Ok::<(), myna_terminal::ErrandError>(())
//! ```
//!
//! **Past results** (資格確認結果検索) are kept, encrypted, and found again with the feature `history`: see the module
//! `history`.
//!
//! Comments grade what they state as `myna_eligibility` does.
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
    Application, ApplicationError, COOLDOWN_SECONDS, DeviceAccount, DeviceAccountError, DeviceEvent,
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
