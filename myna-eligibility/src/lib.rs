//! Online eligibility verification (オンライン資格確認): what an answer says, and how a terminal asks for it.
//!
//! Reads the answer to a single check as the eligibility system writes it, tells what it comes to, what is
//! odd about it, and what to show to the clinic's staff.
//!
//! ```
//! use myna_eligibility::{Date, EligibilityResponse, Verdict, rows, warnings};
//!
//! let bytes = include_bytes!("../tests/samples/e01_valid.xml");
//! let response = EligibilityResponse::parse(bytes)?;
//! assert_eq!(response.verdict(), Verdict::Valid);
//! assert!(warnings(&response).is_empty());
//! for row in response.results().iter().flat_map(|result| rows(result, Date::parse("20250602").unwrap())) {
//!     println!("{}: {}", row.label_ja, row.value); // 生年月日: 1988-07-14（昭和63年7月14日）
//! }
//! # Ok::<(), myna_eligibility::XmlError>(())
//! ```
//!
//! # What it promises
//!
//! - **Nothing is lost.** Texts stay as they were written, with their meaning beside them; unknown codes
//!   and unknown elements are kept and written again.
//! - **Nothing odd is an error.** The data are the insurers'. A date that is none, a wrong check digit, an
//!   unknown code are [`warnings()`]. Only bytes that are not a message are an error, [`XmlError`], with the
//!   byte position.
//! - **Nothing unclear reads as good.** [`Verdict`] says valid only if the message does, and never picks
//!   among several.
//! - **Nothing personal is logged by accident.** `Debug` of a record prints which fields are there; secrets
//!   print their kind.
//!
//! A bulk answer of any length is read unit by unit by [`BulkReader`] and written by [`BulkWriter`], in the memory of one
//! unit.
//!
//! Any file that may hold a message is read by [`read`]; every message of the wire is a [`Message`]. What else
//! the crate knows: the limited app's text ([`CopiedText`]), comparison with the facility's own record
//! ([`compare()`]), advice for staff ([`advice()`]), the life of accounts and of one check ([`DeviceAccount`],
//! [`HomeVisitAccount`], [`ReadingSession`]), FHIR ([`to_fhir`]) and CSV ([`write_csv`]). With the feature `history` it
//! keeps results, encrypted, and finds them again.
//!
//! # Where the facts come from
//!
//! The official interface specification is not public. Comments grade what they state: `[seed Fn Sn]` the
//! published manuals and FAQs, `[code …]` seen in working software, `[doc …]` a public document, `[law …]` a
//! general rule, `[guess …]` ours. `B`, `C`, `D` and `U` numbers name the project's list of wire rules, code
//! tables, checks and unknowns.

//!
//! # Which rule is proven by which test
//!
//! S numbers are the rules of the published manuals; those not named are no matter of software (S1–S12, S24, S28, S30–S32,
//! S67–S71, S95, S96).
//!
//! | rule | test |
//! |---|---|
//! | S13–S15, S17–S19, S25, S29 | not software: devices, networks, and the portal's pages |
//! | S16, S54 | `reading_session::a_locked_pin_falls_back_to_the_face_where_that_is_possible` |
//! | S20–S23 | `device_account::applications` |
//! | S26, S27, S34, S40 | `device_account::exhaustive_walk` |
//! | S33, S35 | `account::activation_codes`, `device_account::after_a_deregistration_an_hour_passes` |
//! | S36 | `device_account::five_failures_lock_for_thirty_minutes` |
//! | S37–S39 | `device_account::after_a_deregistration_an_hour_passes` |
//! | S41, S42 | `home_visit_account::every_sequence_of_the_administrator` |
//! | S43, S45 | `home_visit_account::an_account_has_its_days` |
//! | S44 | `account::user_ids` |
//! | S46, S47 | `home_visit_account::the_app_comes_after_the_terminal` |
//! | S48, S49, S61 | not software of ours: a plan; the daily login and the screen of the app, which its device guards |
//! | S50–S53, S55, S57–S60 | `reading_session::exhaustive_walk`, S60 also the tests of `history` |
//! | S56 | `age::vectors_of_the_certificate` |
//! | S62–S66 | `answers::staff_is_told_what_the_manual_tells` |
//! | S72, S73 | `person_name::names_with_a_placeholder`, `person_name::readings` |
//! | S74–S76 | `answers::e9_names_in_brackets_and_the_ticket`, `wire_forms::e12_…` |
//! | S77–S84, S86 | `answers::e1_all_fields`, `answers::e4_later_stage_elderly` |
//! | S85 | `answers::what_is_odd_is_a_warning` |
//! | S87 | `age::vectors_of_the_ages`, `answers::numbers_and_ages_that_do_not_fit_are_warnings` |
//! | S88 | `answers::what_is_odd_is_a_warning` |
//! | S89–S91 | `answers::e5_certificates`, `wire_forms::e12_…` |
//! | S92–S94 | `certificate_kind::the_table_of_the_manual` |

#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing)]

mod account;
mod advice;
mod age;
mod bulk;
mod certificate_kind;
mod check;
mod check_digit;
mod code;
mod comparison;
mod copied_text;
mod csv;
mod date;
mod device_account;
mod display;
mod era;
mod exchange;
mod fhir;
mod field;
#[cfg(feature = "folder")]
mod folder_service;
#[cfg(test)]
mod generated;
#[cfg(feature = "history")]
pub mod history;
mod home_visit_account;
mod html;
mod insurer;
mod message;
mod person_name;
mod ratio;
mod reading;
mod reading_session;
mod record;
mod registration;
mod report;
mod request;
mod service;
#[cfg(feature = "card")]
mod terminal;
mod ticket;
mod verdict;
mod written;
mod xml;

pub use account::{AccountError, ActivationCode, InstitutionCode, Password, StaffCredentials, UserId};
pub use advice::{Advice, advice};
pub use age::{certificate_until, elderly_certificate_from, later_stage_from, preschool_until};
pub use bulk::{
    AnswerUnit, BulkAccepted, BulkAnswer, BulkBody, BulkProgress, BulkReadError, BulkReader, BulkRest,
    BulkUnit, BulkWriter, Reception, each_bulk_in_archive,
};
pub use certificate_kind::CertificateKind;
pub use check::{Coverage, Warning, valid_on, warnings};
pub use check_digit::CheckDigit;
pub use code::*;
pub use comparison::{Candidates, Difference, PatientRecord, compare, find_patient};
pub use copied_text::{CopiedLine, CopiedText};
pub use csv::write_csv;
pub use date::{Date, DateError, DateTime, Month};
pub use device_account::{
    Application, ApplicationError, COOLDOWN_SECONDS, DeviceAccount, DeviceAccountError, DeviceEvent,
    FAILURES_TO_LOCK, LOCK_SECONDS, MAX_ATTACHMENT_BYTES, MAX_DEVICES, REGISTRATION_REFUSED,
};
pub use display::{Row, Section, rows};
pub use era::Era;
#[cfg(feature = "folder")]
pub use exchange::FolderWatcher;
pub use exchange::{
    Arrival, Arrivals, Exchange, ExchangeDesk, ExchangeError, ExchangeEvent, ExchangeFile, ExchangeProgress,
    ExchangeRules, ExchangeStep, Folders, Outstanding, Refusal, SETTLING_TIME, Sighting, answer_name,
};
pub use fhir::to_fhir;
pub use field::Repeated;
#[cfg(feature = "folder")]
pub use folder_service::FolderService;
pub use home_visit_account::{HomeVisitAccount, HomeVisitError, Role, SettingEvent, TerminalSetting};
pub use html::HtmlPage;
pub use insurer::{InsurerNumber, Scheme};
pub use message::Message;
pub use person_name::{fold_kana, kana_agree, names_agree, numbers_agree, symbols_agree};
pub use ratio::Ratio;
pub use reading::{Form, ReadError, ReadErrorCause, Reading, read};
pub use reading_session::{
    DeviceCapabilities, EndReason, GivenConsent, IdentityMode, OUTPATIENT_CONSENT_SECONDS, ReadingSession,
    SessionError, SessionEvent, SessionRules,
};
pub use record::{
    Body, Consent, ElderlyCertificate, Eligibility, EligibilityResponse, Header, LimitCertificate, Query,
    SpecificDiseasesCertificate,
};
pub use registration::{
    BulkRegistrationUnit, ReferenceNumberRegistration, RegistrationAnswer, RegistrationAnswerBody,
    RegistrationRequest, RegistrationRequestBody,
};
pub use report::{Report, UnknownElement};
pub use request::{
    CheckRequest, CheckRequestBody, FetchRequest, FetchRequestBody, ListQuery, ListRequest, ListRequestBody,
    MedicalInformationBody, MedicalInformationHeader, MedicalInformationRequest,
};
pub use service::{Challenge, EligibilityService, PossessionProof, ServiceError, SightProof, StaffSession};
#[cfg(feature = "card")]
pub use terminal::{CheckError, Checked, Terminal};
pub use ticket::MedicalTicket;
pub use verdict::Verdict;
pub use written::{Meaning, Written};
pub use xml::{Element, Encoding, MAX_BYTES, MAX_DEPTH, MAX_UNIT_BYTES, XmlError};
