//! Where converted text goes: standard output, in the encoding asked for.

use std::fs::File;
use std::io::{self, Write as _};

use clap::ValueEnum;
use myna_eligibility::{
    Message,
    forms::{Encoding, FhirLines, write_csv, write_csv_raw},
};

use crate::codes;
use crate::failure::Failure;
use crate::output;

/// The forms that messages are written in.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Target {
    /// The messages as XML, one after the other
    Xml,
    /// The messages as JSON of the Web API, one after the other
    Json,
    /// HL7 FHIR R4 by JP Core, a bundle an answer to a single check; other messages are refused
    Fhir,
    /// The same in NDJSON, a resource a line, also of bulk answers of any size
    Ndjson,
    /// Requests to the receipt computer ORCA (patientmodv2), a line each; answers with cover only
    Orca,
    /// One line per eligibility, for spreadsheets
    Csv,
    /// Label, TAB and value, for people
    Table,
    /// One page to be printed, with all of them
    Html,
}

/// The encodings of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum TextEncoding {
    #[default]
    #[value(name = "utf-8")]
    Utf8,
    /// With a byte order mark, by which spreadsheets know it
    #[value(name = "utf-8-bom")]
    Utf8Mark,
    /// Shift_JIS as Windows has it; what it cannot write ends the command
    Cp932,
}

impl TextEncoding {
    const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf8Mark => "utf-8-bom",
            Self::Cp932 => "cp932",
        }
    }
}

impl Target {
    /// The encodings that this form is written in. JSON is UTF-8 without a mark [RFC 8259, 8.1], ORCA reads UTF-8, a page says UTF-8 itself,
    /// and XML names its encoding.
    const fn encodings(self) -> &'static [TextEncoding] {
        match self {
            Self::Xml => &[TextEncoding::Utf8, TextEncoding::Cp932],
            Self::Json | Self::Fhir | Self::Ndjson | Self::Orca => &[TextEncoding::Utf8],
            Self::Html => &[TextEncoding::Utf8, TextEncoding::Utf8Mark],
            Self::Csv | Self::Table => &[TextEncoding::Utf8, TextEncoding::Utf8Mark, TextEncoding::Cp932],
        }
    }

    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// What has been written so far decides what is written next.
#[derive(Default)]
pub(super) struct Sink {
    encoding: TextEncoding,
    is_raw: bool,
    is_begun: bool,
    has_names: bool,
    fhir: FhirLines,
}

impl Sink {
    pub(super) fn new(to: Target, asked: Option<TextEncoding>, is_raw: bool) -> Result<Self, Failure> {
        let encoding = match asked {
            None if to == Target::Csv && is_new_file() => TextEncoding::Utf8Mark,
            asked => asked.unwrap_or_default(),
        };
        if !to.encodings().contains(&encoding) {
            let details: &[(_, &dyn crate::failure::Words)] =
                &[("form", &to.name()), ("encoding", &encoding.name())];
            return Err(Failure::usage(&codes::NO_SUCH_ENCODING, details));
        }
        if is_raw && to != Target::Csv {
            return Err(Failure::usage(&codes::RAW_IS_OF_CSV, &[]));
        }
        Ok(Self { encoding, is_raw, ..Self::default() })
    }

    /// That of an XML declaration.
    pub(super) const fn encoding(&self) -> Encoding {
        match self.encoding {
            TextEncoding::Cp932 => Encoding::Cp932,
            TextEncoding::Utf8 | TextEncoding::Utf8Mark => Encoding::Utf8,
        }
    }

    pub(super) fn text(&mut self, text: &str) -> Result<(), Failure> {
        if !self.is_begun && self.encoding == TextEncoding::Utf8Mark {
            write(b"\xEF\xBB\xBF")?;
        }
        self.is_begun = true;
        // The character is a person's: its number says enough to find it.
        let unwritable = |character: char| {
            let number = format!("U+{:04X}", u32::from(character));
            Failure::other(
                &codes::NOT_IN_ENCODING,
                &[("character", &number), ("encoding", &self.encoding.name())],
            )
        };
        write(&self.encoding().encode(text).map_err(unwritable)?)
    }

    /// Lines of CSV, the names of the columns above the first ones only.
    pub(super) fn csv(&mut self, message: &Message) -> Result<(), Failure> {
        let text = if self.is_raw { write_csv_raw([message]) } else { write_csv([message]) };
        let text = text.map_err(|error| output::no_form(&error))?;
        let names = text.split_inclusive('\n').next().unwrap_or_default();
        let begin = if self.has_names { names.len() } else { 0 };
        self.has_names = true;
        self.text(text.get(begin..).unwrap_or_default())
    }

    /// Lines of FHIR.
    pub(super) fn fhir(&mut self, message: &Message) -> Result<(), Failure> {
        let lines = self.fhir.of(message).ok_or_else(|| no_fhir(message))?;
        print(&output::quiet(&lines))
    }
}

/// Whether standard output is a file with nothing in it, as behind `> answers.csv`: somebody will open it. What goes
/// through a pipe is read by a program.
fn is_new_file() -> bool {
    #[cfg(unix)]
    let file = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned().map(File::from);
    #[cfg(windows)]
    let file = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned().map(File::from);
    let metadata = file.and_then(|file| file.metadata());
    metadata.is_ok_and(|metadata| metadata.is_file() && metadata.len() == 0)
}

pub(super) fn no_fhir(message: &Message) -> Failure {
    Failure::other(&codes::NO_FHIR, &[("kind", &message.kind())])
}

pub(super) fn print(text: &str) -> Result<(), Failure> {
    write(text.as_bytes())
}

/// A closed pipe, as behind `head`, ends the command and is no panic.
pub(super) fn write(bytes: &[u8]) -> Result<(), Failure> {
    io::stdout().lock().write_all(bytes).map_err(|error| output::unwritten(&error))
}
