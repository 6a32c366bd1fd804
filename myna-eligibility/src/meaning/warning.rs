//! What is odd, as staff and programs are told it.

use serde::Serialize;

/// Something odd in a message that staff or the sender should look at.
///
/// A warning never stops a message from being used: numbers that break the rules below are in use [code D].
/// The texts tell no names, birthdays or numbers of persons, so that warnings may be logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Warning {
    /// A stable name for programs.
    pub code: &'static str,
    /// Path of the element, such as `XmlMsg/MessageHeader/MedicalInstitutionCode`; items of a list count from
    /// 1.
    pub path: String,
    /// For people, in Japanese.
    pub text_ja: String,
    /// For people, in English.
    pub text_en: String,
}

impl Warning {
    pub(crate) fn new(
        code: &'static str,
        path: &str,
        text_ja: impl Into<String>,
        text_en: impl Into<String>,
    ) -> Self {
        Self { code, path: path.to_owned(), text_ja: text_ja.into(), text_en: text_en.into() }
    }

    pub(crate) fn unknown_code(path: &str, table: &str, text: &str) -> Self {
        // No code is longer than three characters; what is might be anything.
        let text: String = text.chars().take(4).collect();
        Self::new(
            "unknown_code",
            path,
            format!("コード表{table}にない値「{text}」です。"),
            format!("the value {text:?} is not in code table {table}"),
        )
    }
}
