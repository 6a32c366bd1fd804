#![doc = include_str!("../README.md")]
//!
//! # Which rule is proven by which test
//!
//! S numbers are the rules of the published manuals. A test is named by its file, here or elsewhere in the workspace; that
//! each exists, and no rule is left out, is itself tested (`seed_rules`).
//!
//! | rule | test |
//! |---|---|
//! | S1–S3 | not software of ours: who may use the app, and what it is given |
//! | S4–S6 | not software: which kind of terminal a facility has to have |
//! | S7 | `myna-sim-service/tests/exchange::lists_of_consents_and_tickets_go_both_their_steps` |
//! | S8–S11 | not software: the reception page, and whose devices may be used |
//! | S12 | `myna-cli/tests/outcomes::every_outcome_has_its_exit_code_text_and_json` |
//! | S13–S15, S17–S19 | not software: shops, readers, networks and hours |
//! | S16 | `myna-terminal/src/reading_session::a_locked_pin_falls_back_to_the_face_where_that_is_possible` |
//! | S20–S23 | `myna-terminal/src/account/device::applications` |
//! | S24, S25, S28–S32 | not software: forms, letters, the portal's pages, money and schedule |
//! | S26, S27, S34, S40 | `myna-terminal/src/account/device::exhaustive_walk` |
//! | S33 | `myna-terminal/src/account::activation_codes` |
//! | S35 | `myna-terminal/src/account/device::after_a_deregistration_an_hour_passes`, `myna-terminal/src/service::messages_of_the_app` |
//! | S36 | `myna-terminal/src/account/device::five_failures_lock_for_thirty_minutes`, `myna-sim-service/tests/service::five_wrong_logins_lock_the_account_for_thirty_minutes` |
//! | S37–S39 | `myna-terminal/src/account/device::after_a_deregistration_an_hour_passes`, `myna-terminal/src/account/device::exhaustive_walk` |
//! | S41, S42 | `myna-terminal/src/account/home_visit::every_sequence_of_the_administrator` |
//! | S43, S45 | `myna-terminal/src/account/home_visit::an_account_has_its_days` |
//! | S44 | `myna-terminal/src/account::user_ids` |
//! | S46, S47 | `myna-terminal/src/account/home_visit::the_app_comes_after_the_terminal` |
//! | S48, S49 | not software of ours: a plan, and the daily login of the app |
//! | S50 | `myna-terminal/src/reading_session::exhaustive_walk`, `myna-cli/tests/outcomes::the_eye_needs_somebody_who_looks_and_spends_no_try` |
//! | S51–S53 | `myna-terminal/src/reading_session::exhaustive_walk` |
//! | S54 | `myna-terminal/src/reading_session::a_locked_pin_falls_back_to_the_face_where_that_is_possible`, `myna-cli/tests/outcomes::a_locked_pin_falls_back_to_the_eye_if_the_facility_allows_it` |
//! | S55, S57, S59 | `myna-terminal/src/reading_session::exhaustive_walk` |
//! | S56 | `myna-calendar/src/age::vectors_of_the_certificate` |
//! | S58 | not software: which device reads by itself |
//! | S60 | `myna-terminal/tests/history/search::a_person_is_found_however_it_was_written`, `myna-terminal/tests/history/main::a_single_answer_is_kept_byte_by_byte_and_in_any_encoding` |
//! | S61 | not software of ours: the app's screen |
//! | S62–S64 | `tests/answers::staff_is_told_what_the_manual_tells`, `myna-cli/tests/outcomes::every_outcome_has_its_exit_code_text_and_json` |
//! | S65, S66 | `tests/answers::staff_is_told_what_the_manual_tells` |
//! | S67 | `tests/answers::what_is_odd_is_a_warning` |
//! | S68 | `myna-cli/tests/outcomes::every_outcome_has_its_exit_code_text_and_json` |
//! | S69–S71 | not software: portals, support, another volume |
//! | S72, S73 | `src/meaning/person_name::names_with_a_placeholder`, `src/meaning/person_name::readings` |
//! | S74–S76 | `tests/answers::e9_names_in_brackets_and_the_ticket`, `tests/wire_forms::e12_sections_words_and_era_dates_of_a_telephone` |
//! | S77–S84, S86 | `tests/answers::e1_all_fields`, `tests/answers::e4_later_stage_elderly` |
//! | S85 | `tests/answers::what_is_odd_is_a_warning` |
//! | S87 | `myna-calendar/src/age::vectors_of_the_ages`, `tests/answers::numbers_and_ages_that_do_not_fit_are_warnings` |
//! | S88 | `tests/answers::what_is_odd_is_a_warning` |
//! | S89–S91 | `tests/answers::e5_certificates`, `tests/wire_forms::e12_sections_words_and_era_dates_of_a_telephone` |
//! | S92–S94 | `src/meaning/certificate_kind::the_table_of_the_manual` |
//! | S95, S96 | not software: keeping devices safe |

#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing)]

mod element;
#[cfg(test)]
mod generated;
mod meaning;
mod show;
mod wire;

pub use meaning::advice::advice;
pub use meaning::check::warnings;
pub use meaning::message::Message;
pub use meaning::person_name;
pub use meaning::record::EligibilityResponse;
pub use meaning::verdict::Verdict;
pub use meaning::warning::Warning;
pub use show::html::HtmlPage;
pub use show::rows::rows;
pub use wire::reading::read;
pub use wire::xml::XmlError;

/// What the messages hold: answers, requests, registrations, and the values in them.
pub mod records {
    pub use crate::element::Element;
    pub use crate::meaning::bulk::{BulkAccepted, BulkAnswer, BulkBody, BulkProgress, BulkUnit, Reception};
    pub use crate::meaning::field::Repeated;
    pub use crate::meaning::insurer::{InsurerNumber, Scheme};
    pub use crate::meaning::ratio::Ratio;
    pub use crate::meaning::record::{
        Body, Consent, ElderlyCertificate, Eligibility, Header, LimitCertificate, Query,
        SpecificDiseasesCertificate,
    };
    pub use crate::meaning::registration::{
        BulkRegistrationUnit, ReferenceNumberRegistration, RegistrationAnswer, RegistrationAnswerBody,
        RegistrationRequest, RegistrationRequestBody,
    };
    pub use crate::meaning::request::{
        CheckRequest, CheckRequestBody, FetchRequest, FetchRequestBody, ListQuery, ListRequest,
        ListRequestBody, MedicalInformationBody, MedicalInformationHeader, MedicalInformationRequest,
    };
    pub use crate::meaning::ticket::MedicalTicket;
    pub use crate::meaning::told::UnknownElement;
    pub use crate::meaning::written::{Meaning, Written};
}

/// The code tables 業務コード.
pub mod codes {
    pub use crate::meaning::code::*;
}

/// What follows from an answer: cover on a day, comparison with the own record, names.
pub mod checks {
    pub use crate::meaning::advice::Advice;
    pub use crate::meaning::certificate_kind::InsuranceCertificateKind;
    pub use crate::meaning::check::{Coverage, valid_on};
    pub use crate::meaning::check_digit::CheckDigit;
    pub use crate::meaning::comparison::{Candidates, Difference, PatientRecord, compare, find_patient};
    pub use crate::meaning::person_name::{fold_kana, kana_agree, names_agree, numbers_agree, symbols_agree};
}

/// Bulk answers of any length, unit by unit.
pub mod bulk {
    pub use crate::wire::bulk::{
        AnswerUnit, BulkReadError, BulkReader, BulkRest, BulkWriter, each_bulk_in_archive,
    };
}

/// The forms a message is read from and shown in: XML, JSON, copied text, archives, CSV, FHIR, rows.
pub mod forms {
    pub use crate::element::codes::ELIGIBILITY_CODES;
    pub use crate::meaning::section::Section;
    pub use crate::show::csv::{write_csv, write_csv_raw};
    pub use crate::show::fhir::{FhirLines, to_fhir};
    pub use crate::show::orca::to_orca;
    pub use crate::show::report::Report;
    pub use crate::show::rows::Row;
    pub use crate::wire::copied_text::{CopiedLine, CopiedText};
    pub use crate::wire::reading::{Form, MAX_ANSWER_BYTES, ReadError, ReadErrorCause, Reading, read_answer};
    pub use crate::wire::xml::{Encoding, MAX_BYTES, MAX_DEPTH, MAX_UNIT_BYTES};
}

/// The calendar of the field, that of `myna-calendar`.
pub mod calendar {
    pub use myna_calendar::{
        Date, DateError, DateTime, Era, Month, certificate_until, elderly_certificate_from, later_stage_from,
        preschool_until,
    };
}
