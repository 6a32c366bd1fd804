//! Files as they come: which of the wire's forms it is, is told by its content.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::io::{self, Cursor, Read, Seek, SeekFrom};

use myna_error::{Diagnostic, Entry, Language, english, unknown_detail};
use serde::Serialize;

use crate::element::codes;
use crate::meaning::message::Message;
use crate::meaning::warning::Warning;
use crate::wire::bulk;
use crate::wire::copied_text::CopiedText;
use crate::wire::xml::encoding::{decode_bytes, misdeclared};
use crate::wire::xml::{Encoding, MAX_BYTES, XmlError};

/// Most files read from one archive.
const MAX_FILES: usize = 1000;

/// Most bytes of a bulk answer that is held in memory as a whole, and most bytes unpacked from one archive.
pub const MAX_ANSWER_BYTES: usize = 16 * MAX_BYTES;

/// A message, and how it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading {
    /// Name of the file within an archive.
    pub file: Option<String>,
    /// How the message was written.
    pub form: Form,
    /// The message. The limited app's text becomes an answer with an unknown verdict.
    pub message: Message,
    /// Everything odd about the message and about how it was written.
    pub warnings: Vec<Warning>,
}

/// How a message was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Form {
    /// XML in UTF-8.
    Xml,
    /// XML in Shift_JIS (CP932).
    XmlCp932,
    /// JSON of the Web API.
    Json,
    /// The limited app's copied text.
    CopiedText,
}

impl Form {
    const fn of(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Utf8 => Self::Xml,
            Encoding::Cp932 => Self::XmlCp932,
        }
    }
}

/// Reads a file of any form: XML, JSON, the limited app's copied text, or a zip archive of these.
///
/// ```
/// use myna_eligibility::{Verdict, read, forms::Form};
/// let text = "資格情報\r\n確認日 : \t令和7年6月2日\r\n氏名\t試験　葵\r\n";
/// let readings = read(text.as_bytes())?;
/// assert_eq!(readings.len(), 1);
/// assert_eq!(readings[0].form, Form::CopiedText);
/// # Ok::<(), myna_eligibility::forms::ReadError>(())
/// ```
///
/// # Errors
///
/// A [`ReadError`] with the byte position. One bad message refuses the whole archive: half of a bulk answer must not
/// look like all of it. A file in it that is no message at all, and is not named like one, is passed over with a warning,
/// if there are others.
pub fn read(bytes: &[u8]) -> Result<Vec<Reading>, ReadError> {
    if is_archive(bytes) {
        read_archive(bytes, MAX_BYTES, read_one)
    } else {
        read_one(bytes).map_err(|cause| ReadError { file: None, cause })
    }
}

/// As [`read`], but a bulk answer may have more than [`MAX_BYTES`], up to [`MAX_ANSWER_BYTES`]: its units are collected.
///
/// # Errors
///
/// As [`read`].
pub fn read_answer(bytes: &[u8]) -> Result<Vec<Reading>, ReadError> {
    if is_archive(bytes) {
        read_archive(bytes, MAX_ANSWER_BYTES, read_collecting)
    } else {
        read_collecting(bytes).map_err(|cause| ReadError { file: None, cause })
    }
}

fn read_collecting(bytes: &[u8]) -> Result<Vec<Reading>, ReadErrorCause> {
    match read_one(bytes) {
        Err(too_large @ ReadErrorCause::Message(XmlError::TooLarge { .. })) => {
            let (message, encoding, warnings) = bulk::collect(bytes)?.ok_or(too_large)?;
            Ok(vec![Reading { file: None, form: Form::of(encoding), message, warnings }])
        }
        read => read,
    }
}

fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

fn read_one(bytes: &[u8]) -> Result<Vec<Reading>, ReadErrorCause> {
    let content = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    match content.first() {
        Some(b'<') => {
            let (message, form) = Message::parse_with_form(bytes)?;
            let mut warnings: Vec<Warning> =
                form.misdeclared.map(|declared| misdeclared(declared, form.encoding)).into_iter().collect();
            warnings.extend(message.warnings());
            Ok(vec![Reading { file: None, form: Form::of(form.encoding), message, warnings }])
        }
        Some(b'{') => {
            let message = Message::parse_json(bytes)?;
            let warnings = message.warnings();
            Ok(vec![Reading { file: None, form: Form::Json, message, warnings }])
        }
        None => Err(XmlError::Truncated { position: bytes.len() }.into()),
        Some(_) => read_text(bytes),
    }
}

fn read_text(bytes: &[u8]) -> Result<Vec<Reading>, ReadErrorCause> {
    if bytes.len() > MAX_BYTES {
        return Err(XmlError::TooLarge { size: bytes.len() }.into());
    }
    let position = bytes.len() - bytes.trim_ascii_start().len();
    let unrecognised = || ReadErrorCause::Unrecognised { position };
    let texts = CopiedText::parse(&text_of(bytes).ok_or_else(unrecognised)?).ok_or_else(unrecognised)?;
    let reading = |text: CopiedText| Reading {
        file: None,
        form: Form::CopiedText,
        warnings: text.warnings(),
        message: Message::Answer(Box::new(text.to_response())),
    };
    Ok(texts.into_iter().map(reading).collect())
}

/// Windows' editors save UTF-16 with a mark, UTF-8, and CP932.
fn text_of(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let utf16 = match bytes {
        [0xFF, 0xFE, ..] => Some(encoding_rs::UTF_16LE),
        [0xFE, 0xFF, ..] => Some(encoding_rs::UTF_16BE),
        _ => None,
    };
    match utf16 {
        Some(encoding) => {
            encoding.decode_without_bom_handling_and_without_replacement(bytes.get(2..).unwrap_or_default())
        }
        None => decode_bytes(bytes, None, false).ok().map(|(text, _)| text),
    }
}

fn read_archive(
    bytes: &[u8],
    most_in_a_file: usize,
    read_file: impl Fn(&[u8]) -> Result<Vec<Reading>, ReadErrorCause>,
) -> Result<Vec<Reading>, ReadError> {
    let refused =
        |file: Option<&str>, cause: ReadErrorCause| ReadError { file: file.map(str::to_owned), cause };
    let archive_error = |reason: String| ReadErrorCause::Archive { position: 0, reason };
    let mut archive =
        open_archive(Cursor::new(bytes)).map_err(|reason| refused(None, archive_error(reason)))?;
    let mut readings = Vec::new();
    let mut strays = Vec::new();
    let mut unpacked = 0_usize;
    for index in 0..archive.len() {
        let listed = archive.name_for_index(index).and_then(Result::ok).unwrap_or_default().into_owned();
        let file = match archive.by_index(index) {
            Err(error) if is_encryption(&error) => {
                return Err(refused(None, ReadErrorCause::Encrypted { file: listed }));
            }
            file => file.map_err(|error| refused(None, archive_error(error.to_string())))?,
        };
        if file.is_dir() {
            continue;
        }
        let name = file.name().map_err(|error| refused(None, archive_error(error.to_string())))?.into_owned();
        let position = usize::try_from(file.header_start()).unwrap_or(usize::MAX);
        let broken = |reason: String| refused(Some(&name), ReadErrorCause::Archive { position, reason });
        let mut content = Vec::new();
        // What the archive says about sizes is not believed.
        let limit = u64::try_from(most_in_a_file).unwrap_or(u64::MAX).saturating_add(1);
        file.take(limit).read_to_end(&mut content).map_err(|error| broken(error.to_string()))?;
        unpacked = unpacked.saturating_add(content.len());
        if unpacked > MAX_ANSWER_BYTES {
            return Err(broken(format!("more than {MAX_ANSWER_BYTES} bytes unpacked")));
        }
        let of_file = match read_file(&content) {
            Err(cause @ ReadErrorCause::Unrecognised { .. }) if !is_named_like_message(&name) => {
                strays.push((name, cause));
                continue;
            }
            read => read.map_err(|cause| refused(Some(&name), cause))?,
        };
        readings.extend(of_file.into_iter().map(|reading| Reading { file: Some(name.clone()), ..reading }));
    }
    match (readings.first_mut(), strays.pop()) {
        (None, Some((name, cause))) => return Err(refused(Some(&name), cause)),
        (Some(first), stray) => {
            let strays = strays.into_iter().chain(stray);
            first.warnings.extend(strays.map(|(name, _)| passed_over(&name)));
        }
        (None, None) => {}
    }
    Ok(readings)
}

/// What is named so has to be a message.
pub(crate) fn is_named_like_message(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["xml", "json"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

fn passed_over(name: &str) -> Warning {
    Warning::new(
        "stray_file",
        name,
        "zipの中に電文でないファイルがあります。読み飛ばしました。",
        "a file in the archive is no message; it was passed over",
    )
}

/// Whether a file of an archive is refused for want of a password.
pub(crate) fn is_encryption(error: &zip::result::ZipError) -> bool {
    matches!(error, zip::result::ZipError::UnsupportedArchive(reason) if *reason == zip::result::ZipError::PASSWORD_REQUIRED)
}

/// Opens an archive whose files can all be told apart. Of two files of one name the library would read the last and
/// pass over the other in silence.
pub(crate) fn open_archive<R: Read + Seek>(mut archive: R) -> Result<zip::ZipArchive<R>, String> {
    let listed = number_of_files(&mut archive).map_err(|error| error.to_string())?;
    let archive = zip::ZipArchive::new(archive).map_err(|error| error.to_string())?;
    if archive.len() > MAX_FILES {
        return Err(format!("more than {MAX_FILES} files"));
    }
    if listed.is_some_and(|listed| u64::try_from(archive.len()) != Ok(listed)) {
        return Err("two files have one name".to_owned());
    }
    Ok(archive)
}

/// How many files an archive says it lists.
///
/// ```text
/// end of the list       "PK" 05 06, 6 bytes, number (2, little-endian; FFFF: see below), 10 bytes, comment (at most 65 535)
/// the same in Zip64     "PK" 06 06, 28 bytes, number (8, little-endian)
/// ```
fn number_of_files(archive: &mut (impl Read + Seek)) -> io::Result<Option<u64>> {
    let length = archive.seek(SeekFrom::End(0))?;
    archive.seek(SeekFrom::Start(length.saturating_sub(1 << 17)))?;
    let mut end = Vec::new();
    archive.take(1 << 17).read_to_end(&mut end)?;
    archive.rewind()?;
    let behind = |mark: &[u8], offset: usize| {
        let at = memchr::memmem::rfind(&end, mark)?;
        end.get(at.checked_add(offset)?..)
    };
    let number =
        behind(b"PK\x05\x06", 10).and_then(|rest| rest.first_chunk()).copied().map(u16::from_le_bytes);
    Ok(match number {
        Some(u16::MAX) => behind(b"PK\x06\x06", 32)
            .and_then(|rest| rest.first_chunk())
            .copied()
            .map_or(Some(u64::from(u16::MAX)), |number| Some(u64::from_le_bytes(number))),
        number => number.map(u64::from),
    })
}

/// Why a file was refused, and which one within an archive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub struct ReadError {
    /// Name of the file within an archive.
    pub file: Option<String>,
    /// Why.
    pub cause: ReadErrorCause,
}

/// Why a file was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum ReadErrorCause {
    /// Begins like a message, and is none. Also of JSON.
    #[error(transparent)]
    Message(#[from] XmlError),
    /// None of the forms.
    Unrecognised {
        /// Byte position of the first byte that is not blank.
        position: usize,
    },
    /// The archive is encrypted.
    Encrypted {
        /// Name of a file in it that needs the password.
        file: String,
    },
    /// The archive cannot be read, or is too large.
    Archive {
        /// Byte position within the archive.
        position: usize,
        /// In English, for the one who mends the sender.
        reason: String,
    },
}

impl ReadError {
    /// The byte at which it was refused.
    #[must_use]
    pub const fn position(&self) -> usize {
        match &self.cause {
            ReadErrorCause::Message(error) => error.position(),
            ReadErrorCause::Unrecognised { position } | ReadErrorCause::Archive { position, .. } => *position,
            ReadErrorCause::Encrypted { .. } => 0,
        }
    }
}

impl Diagnostic for ReadError {
    fn entry(&self) -> &'static Entry {
        self.cause.entry()
    }

    fn place(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}: ")?;
        }
        self.cause.place(language, f)
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.detail(name, language, f)
    }
}

impl Diagnostic for ReadErrorCause {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Message(error) => error.entry(),
            Self::Unrecognised { .. } => &codes::UNRECOGNISED,
            Self::Archive { .. } => &codes::ARCHIVE,
            Self::Encrypted { .. } => &codes::ARCHIVE_ENCRYPTED,
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            (_, Self::Message(error)) => error.detail(name, language, f),
            ("position", Self::Unrecognised { position }) => position.fmt(f),
            ("reason", Self::Archive { reason, .. }) => f.write_str(reason),
            ("file", Self::Encrypted { file }) => f.write_str(file),
            _ => unknown_detail(name, f),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn a_stray_file_hides_no_message_and_is_told() {
        let sample = include_bytes!("../../tests/samples/e01_valid.xml");
        let stray: (&str, &[u8]) = ("Thumbs.db", b"\xD0\xCF\x11\xE0");
        let readings = read(&zipped(&[stray, ("one.xml", sample), ("two.XML", sample)])).unwrap();
        let files: Vec<_> = readings.iter().map(|reading| reading.file.as_deref()).collect();
        assert_eq!(files, [Some("one.xml"), Some("two.XML")]);
        let warning = readings[0].warnings.last().unwrap();
        assert_eq!((warning.code, &*warning.path), ("stray_file", "Thumbs.db"));
        assert_eq!(read(&zipped(&[stray])).unwrap_err().code(), "file.unrecognised", "there is nothing else");
        let broken: (&str, &[u8]) = ("BROKEN.XML", stray.1);
        let error = read(&zipped(&[("one.xml", sample), broken])).unwrap_err();
        assert_eq!((error.file.as_deref(), error.code()), (Some("BROKEN.XML"), "file.unrecognised"));
    }

    #[test]
    fn an_encrypted_archive_is_named_as_such() {
        let sample = include_bytes!("../../tests/samples/e01_valid.xml");
        let mut archive = zipped(&[("one.xml", sample)]);
        // The first bit of the flags, of the file and of its line in the list.
        for (mark, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
            let at = memchr::memmem::rfind(&archive, mark).unwrap();
            archive[at + flags] |= 1;
        }
        let error = read(&archive).unwrap_err();
        assert_eq!(error.code(), "zip.encrypted");
        assert!(error.to_string().contains("one.xml"), "{error}");
        let each = bulk::each_bulk_in_archive(Cursor::new(&archive), |_, _| Ok(()));
        let error: bulk::BulkReadError = each.unwrap_err();
        assert_eq!(error.code(), "zip.encrypted");
    }

    #[test]
    fn of_two_files_of_one_name_none_is_passed_over_in_silence() {
        let sample = include_bytes!("../../tests/samples/e01_valid.xml");
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["one.xml", "two.xml"] {
            writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(sample).unwrap();
        }
        let archive = writer.finish().unwrap().into_inner();
        assert_eq!(read(&archive).unwrap().len(), 2);
        let mut same = archive.clone();
        for at in memchr::memmem::find_iter(&archive, b"two.xml") {
            same[at..at + 7].copy_from_slice(b"one.xml");
        }
        let error = read(&same).unwrap_err();
        assert_eq!(error.code(), "zip.unreadable");
        assert!(error.to_string().contains("two files have one name"), "{error}");
        // What stands behind the end, as some senders leave it, does no harm.
        assert_eq!(read(&[&archive[..], &[0; 600]].concat()).unwrap().len(), 2);
    }
}
