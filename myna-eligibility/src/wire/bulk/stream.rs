//! Reads bulk answers one unit at a time, whatever their number.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::ops::Range;

use memchr::memmem;
use myna_error::{Diagnostic, Entry, Language, english, system_reason, unknown_detail};

use super::{AnswerUnit, BODY, HEADER};
use crate::element::codes;
use crate::element::tree::{Found, Path, Tree};
use crate::element::{Element, ROOT};
use crate::meaning::bulk::{BulkAnswer, BulkBody, BulkProgress, BulkUnit};
use crate::meaning::check;
use crate::meaning::descriptor::inspect;
use crate::meaning::field::{Record as _, Repeated};
use crate::meaning::message::Message;
use crate::meaning::record::Header;
use crate::meaning::registration::{BulkRegistrationUnit, RegistrationAnswer};
use crate::meaning::serialized::tell_apart;
use crate::meaning::told::UnknownElement;
use crate::meaning::verdict::Verdict;
use crate::meaning::warning::Warning;
use crate::wire::reading::{is_encryption, is_named_like_message, open_archive};
use crate::wire::xml::document::{read_document, read_part};
use crate::wire::xml::encoding::{Steady, misdeclared};
use crate::wire::xml::frames::{Frame, FrameError, Frames};
use crate::wire::xml::{Encoding, XmlError};

/// Most bytes of other elements than units that are kept.
const MAX_REST: usize = 64 * 1024;

/// The answer of a bulk request (`…02res`), read from a file or an archive one unit at a time: a [`BulkUnit`], or with
/// [`of_registrations`](Self::of_registrations) a [`BulkRegistrationUnit`]. Of an archive's files with
/// [`each_bulk_in_archive`].
///
/// Holds one unit at most, so that a million of them need no more memory than one. The header must stand before the body,
/// as every writer has it; everything else is as [`Message::parse`](crate::Message::parse) reads it, with a limit of
/// [`MAX_UNIT_BYTES`](crate::forms::MAX_UNIT_BYTES) for a unit in place of that for the message.
///
/// The encoding is decided at the first text that leaves no doubt about it, by the same rule as for a whole message; a later
/// one that is not in this encoding is refused. Half-width kana of CP932 that could be letters of UTF-8 leave a doubt: a unit
/// with no other text is read as declared, and if the next ones are found to be otherwise, a warning says so.
///
/// ```
/// use myna_eligibility::{Verdict, bulk::BulkReader};
/// let bytes: &[u8] = include_bytes!("../../../tests/samples/e14_bulk_answer.xml");
/// let mut reader = BulkReader::new(bytes)?;
/// assert_eq!(reader.header().number_of_results.as_deref(), Some("3"));
/// while let Some(unit) = reader.next() {
///     match unit {
///         Ok(unit) => println!("{}", reader.verdict_of(&unit).label_ja()),
///         Err(refused) => eprintln!("{refused}"),
///     }
/// }
/// assert!(reader.is_complete());
/// # Ok::<(), myna_eligibility::bulk::BulkReadError>(())
/// ```
pub struct BulkReader<R, U: AnswerUnit = BulkUnit> {
    frames: Frames<R>,
    encoding: Steady,
    header: Header,
    place: Place,
    /// Units read or refused.
    count: usize,
    refused: usize,
    has_body: bool,
    /// The elements of the body that are no units, as one text, and where in the message its pieces come from.
    body: (String, Vec<(usize, usize)>),
    rest: BulkRest<U::Body>,
    rest_bytes: usize,
}

/// What a bulk answer says besides its header and its units.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BulkRest<B = BulkBody> {
    /// The body without units.
    pub body: B,
    /// Elements beside the header and the body.
    pub unmodelled: Vec<Element>,
}

/// Kinds only: what it holds may be personal.
impl<B> fmt::Debug for BulkRest<B> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("BulkRest").field("unmodelled", &self.unmodelled).finish_non_exhaustive()
    }
}

/// How far a message has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Root,
    Body,
    End,
    /// A problem after which nothing is read.
    Broken,
}

impl<R: BufRead> BulkReader<R> {
    /// Reads up to the units.
    ///
    /// # Errors
    ///
    /// [`BulkReadError::Io`] if `reader` fails, [`BulkReadError::Message`] if this is no message or does not begin with
    /// its header.
    pub fn new(reader: R) -> Result<Self, BulkReadError> {
        Self::begin(reader)
    }

    /// What a unit comes to (D9).
    pub fn verdict_of(&self, unit: &BulkUnit) -> Verdict {
        unit.verdict_under(&self.header)
    }
}

impl<R: BufRead> BulkReader<R, BulkRegistrationUnit> {
    /// Reads the answer of a bulk registration (`OQSmuimm02res`) up to its units.
    ///
    /// # Errors
    ///
    /// As [`new`](BulkReader::new).
    pub fn of_registrations(reader: R) -> Result<Self, BulkReadError> {
        Self::begin(reader)
    }
}

impl<R: BufRead, U: AnswerUnit> BulkReader<R, U> {
    fn begin(reader: R) -> Result<Self, BulkReadError> {
        let mut frames = Frames::new(reader);
        let prolog = frames.prolog()?;
        let mut encoding = Steady::of_prolog(frames.bytes(prolog.clone()))?;
        // The tag of the root, with an end, is a document of its own.
        let mut text = encoding.decode(frames.bytes(prolog))?.text.into_owned();
        text.push_str("</XmlMsg>");
        read_document(&text)?;
        let header = match frames.next(ROOT, Some(BODY))? {
            Frame::Element(piece) if is_called(frames.bytes(piece.clone()), HEADER) => {
                read_piece(&frames, &mut encoding, piece, HEADER, 1, |found, path| {
                    let path = path.child(HEADER);
                    Header::read_fields(found.children(&path)?, &path)
                })?
            }
            _ => {
                let path = Path::root(ROOT).child(HEADER).to_string();
                return Err(XmlError::MissingElement { path }.into());
            }
        };
        Ok(Self {
            frames,
            encoding,
            header,
            place: Place::Root,
            count: 0,
            refused: 0,
            has_body: false,
            body: (String::new(), Vec::new()),
            rest: BulkRest::default(),
            rest_bytes: 0,
        })
    }

    /// ヘッダー.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// How far the request has come.
    pub fn progress(&self) -> BulkProgress {
        BulkProgress::of(&self.header)
    }

    /// How many units were read or refused so far.
    pub const fn units_read(&self) -> usize {
        self.count
    }

    /// How many units were refused so far.
    pub const fn refused(&self) -> usize {
        self.refused
    }

    /// How many bytes were read so far.
    pub const fn bytes_read(&self) -> usize {
        self.frames.bytes_read()
    }

    /// Whether the message was read to its end and no unit was refused. Half of a bulk answer must not look like all of
    /// it.
    pub fn is_complete(&self) -> bool {
        self.place == Place::End && self.refused == 0
    }

    /// The encoding found, UTF-8 as long as everything was ASCII.
    pub fn encoding(&self) -> Encoding {
        self.encoding.found().unwrap_or(Encoding::Utf8)
    }

    /// Everything odd about the unit read last.
    pub fn warnings_of(&self, unit: &U) -> Vec<Warning> {
        let mut warnings = Vec::new();
        inspect(unit, &check::unit_path(U::DESCRIPTOR.element, self.count), &mut warnings);
        unit.inspect_unit(&self.header, self.count, &mut warnings);
        warnings
    }

    /// Everything odd about the message besides its units, as far as it has been read: its encoding and its header; and once
    /// all units are read, whether they are as many as it says.
    pub fn warnings(&self) -> Vec<Warning> {
        let declared = self.encoding.misdeclared();
        let mut warnings: Vec<Warning> =
            declared.map(|declared| misdeclared(declared, self.encoding())).into_iter().collect();
        if self.encoding.was_found_late() {
            warnings.push(Warning::new(
                "encoding_found_late",
                ROOT,
                format!("文字コードは{}でした。それより前の半角カナだけの結果は、文字が正しくないことがあります。", self.encoding().name()),
                format!(
                    "found to be written in {}; texts of the units before that may be wrong where they are not ASCII",
                    self.encoding().name()
                ),
            ));
        }
        let count = (self.place == Place::End).then_some(self.count);
        warnings.extend(check::of_bulk(&self.header, &self.rest.body, count));
        warnings
    }

    /// What the message says besides, as far as it has been read.
    pub const fn rest(&self) -> &BulkRest<U::Body> {
        &self.rest
    }

    /// The elements of the unit read last that this version does not model.
    pub fn unknown_of(&self, unit: &U) -> Vec<UnknownElement> {
        tell_apart(unit, &check::unit_path(U::DESCRIPTOR.element, self.count)).1
    }

    /// All of it as one message. One refused unit refuses it: half of a bulk answer must not look like all of it.
    fn collected(
        mut self,
        message: impl FnOnce(Header, Vec<U>, U::Body, Vec<Element>) -> Message,
    ) -> Result<(Message, Encoding, Vec<Warning>), BulkReadError> {
        let mut of_units = Vec::new();
        let mut units = Vec::new();
        while let Some(unit) = self.next() {
            let unit = unit?;
            of_units.extend(self.warnings_of(&unit));
            units.push(unit);
        }
        let (mut warnings, encoding) = (self.warnings(), self.encoding());
        warnings.append(&mut of_units);
        Ok((message(self.header, units, self.rest.body, self.rest.unmodelled), encoding, warnings))
    }

    fn advance(&mut self) -> Result<Option<U>, BulkReadError> {
        loop {
            match self.place {
                Place::End | Place::Broken => return Ok(None),
                Place::Root => match self.frames.next(ROOT, Some(BODY))? {
                    Frame::Entered => {
                        self.only_body()?;
                        self.place = Place::Body;
                    }
                    Frame::Element(piece) => self.beside_body(piece)?,
                    Frame::End => {
                        self.frames.end()?;
                        self.place = Place::End;
                    }
                },
                Place::Body => match self.frames.next(BODY, None)? {
                    Frame::Element(piece)
                        if is_called(self.frames.bytes(piece.clone()), U::DESCRIPTOR.element) =>
                    {
                        return self.unit(piece).map(Some);
                    }
                    Frame::Element(piece) => self.in_body(piece)?,
                    Frame::Entered | Frame::End => self.end_of_body()?,
                },
            }
        }
    }

    fn unit(&mut self, piece: Range<usize>) -> Result<U, BulkReadError> {
        self.count = self.count.saturating_add(1);
        let number = self.count;
        let read =
            read_piece(&self.frames, &mut self.encoding, piece, U::DESCRIPTOR.element, 2, |found, path| {
                let body = path.child(BODY);
                let path = body.item(U::DESCRIPTOR.element, number);
                U::read_fields(found.children(&path)?, &path)
            });
        read.map_err(|cause| {
            if is_local(&cause) {
                self.refused = self.refused.saturating_add(1);
                BulkReadError::Unit { number, cause }
            } else {
                BulkReadError::Message(cause)
            }
        })
    }

    fn only_body(&mut self) -> Result<(), XmlError> {
        if std::mem::replace(&mut self.has_body, true) {
            return Err(self.twice(BODY));
        }
        Ok(())
    }

    fn twice(&self, name: &str) -> XmlError {
        let path = Path::root(ROOT).child(name).to_string();
        XmlError::DuplicateElement { path, position: self.frames.bytes_read() }
    }

    /// Keeps a field of the body that is not a unit; they are read together when all are there.
    fn in_body(&mut self, piece: Range<usize>) -> Result<(), XmlError> {
        self.keep(&piece)?;
        let position = self.frames.position(piece.start);
        let bytes = self.frames.bytes(piece);
        let decoded = self.encoding.decode(bytes).map_err(|error| error.moved(|place| position + place))?;
        self.body.1.push((self.body.0.len(), position));
        self.body.0.push_str(&decoded.text);
        Ok(())
    }

    fn end_of_body(&mut self) -> Result<(), XmlError> {
        self.place = Place::Root;
        let (inside, places) = std::mem::take(&mut self.body);
        let text = format!("<{BODY}>{inside}</{BODY}>");
        let read = |tree: &Tree<'_>| {
            let (root, path) = (tree.root(), Path::root(ROOT));
            let path = path.child(BODY);
            root.map(|root| U::Body::read_fields(root.children(&path)?, &path)).transpose()
        };
        let body = read_part(&text, BODY, 1).and_then(|tree| read(&tree)).map_err(|error| {
            // As near as the piece at fault.
            error.moved(|place| {
                let before = places.iter().rev().find(|(begin, _)| begin + BODY.len() + 2 <= place);
                before.or(places.first()).map_or(0, |(_, position)| *position)
            })
        })?;
        self.rest.body = body.unwrap_or_default();
        Ok(())
    }

    fn beside_body(&mut self, piece: Range<usize>) -> Result<(), XmlError> {
        let bytes = self.frames.bytes(piece.clone());
        if is_called(bytes, HEADER) {
            return Err(self.twice(HEADER));
        }
        if is_called(bytes, BODY) {
            // `<MessageBody/>`, or one with something in its tag, which is refused here.
            self.only_body()?;
            return read_piece(&self.frames, &mut self.encoding, piece, BODY, 1, |_, _| Ok(()));
        }
        self.keep(&piece)?;
        let name = String::from_utf8_lossy(name_of(self.frames.bytes(piece.clone()))).into_owned();
        let element =
            read_piece(&self.frames, &mut self.encoding, piece, &name, 1, |found, _| found.to_element())?;
        self.rest.unmodelled.push(element);
        Ok(())
    }

    /// What is not a unit stays in memory, so there may not be much of it.
    fn keep(&mut self, piece: &Range<usize>) -> Result<(), XmlError> {
        self.rest_bytes = self.rest_bytes.saturating_add(piece.len());
        if self.rest_bytes > MAX_REST {
            return Err(XmlError::UnitTooLarge { position: self.frames.position(piece.start) });
        }
        Ok(())
    }
}

/// The units, in their order. Behind a [`BulkReadError::Unit`] the others follow; behind any other error nothing does.
impl<R: BufRead, U: AnswerUnit> Iterator for BulkReader<R, U> {
    type Item = Result<U, BulkReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.advance();
        if next.as_ref().is_err_and(BulkReadError::is_final) {
            self.place = Place::Broken;
        }
        next.transpose()
    }
}

/// Tells how far it is, and nothing about persons.
impl<R, U: AnswerUnit> fmt::Debug for BulkReader<R, U> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BulkReader")
            .field("count", &self.count)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// Makes something of one element cut out of the message; errors tell bytes of the message.
fn read_piece<R: BufRead, T>(
    frames: &Frames<R>,
    encoding: &mut Steady,
    piece: Range<usize>,
    name: &str,
    depth: usize,
    make: impl FnOnce(Found<'_>, &Path<'_>) -> Result<T, XmlError>,
) -> Result<T, XmlError> {
    let position = frames.position(piece.start);
    let decoded =
        encoding.decode(frames.bytes(piece)).map_err(|error| error.moved(|place| position + place))?;
    let made = read_part(&decoded.text, name, depth).and_then(|tree| match tree.root() {
        Some(found) => make(found, &Path::root(ROOT)),
        None => Err(XmlError::Truncated { position: 0 }),
    });
    made.map_err(|error| error.moved(|place| position + decoded.byte_of(place)))
}

/// The name in the tag an element begins with.
fn name_of(element: &[u8]) -> &[u8] {
    let name = element.get(1..).unwrap_or_default();
    let end =
        name.iter().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')));
    name.get(..end.unwrap_or(name.len())).unwrap_or_default()
}

fn is_called(element: &[u8], name: &str) -> bool {
    name_of(element) == name.as_bytes()
}

/// Whether a fault of a unit leaves no doubt about where the unit ends, so that the next one can be read.
const fn is_local(cause: &XmlError) -> bool {
    matches!(
        cause,
        XmlError::DuplicateElement { .. }
            | XmlError::MixedContent { .. }
            | XmlError::InvalidCharacter { .. }
            | XmlError::UnknownEntity { .. }
            | XmlError::WrongContent { .. }
            | XmlError::MissingElement { .. }
            | XmlError::TooDeep { .. }
    )
}

/// Reads the bulk answers in a zip archive, one after the other. `each` is given the file's name and the answer.
///
/// A file that is no answer, and is not named like one, is passed over if there are others.
///
/// Nothing is unpacked ahead: memory stays as with a plain file, whatever the archive says of itself.
///
/// # Errors
///
/// What `each` gives, [`BulkReadError::Archive`] and [`BulkReadError::Encrypted`].
pub fn each_bulk_in_archive<E: From<BulkReadError>>(
    archive: impl Read + Seek,
    mut each: impl FnMut(&str, BulkReader<BufReader<&mut dyn Read>>) -> Result<(), E>,
) -> Result<(), E> {
    let unreadable = |error: zip::result::ZipError| BulkReadError::Archive { reason: error.to_string() };
    let mut archive = open_archive(archive).map_err(|reason| BulkReadError::Archive { reason })?;
    let (mut stray, mut is_any) = (None, false);
    for index in 0..archive.len() {
        let listed = archive.name_for_index(index).and_then(Result::ok).unwrap_or_default().into_owned();
        let mut file = match archive.by_index(index) {
            Err(error) if is_encryption(&error) => {
                return Err(BulkReadError::Encrypted { file: listed }.into());
            }
            file => file.map_err(unreadable)?,
        };
        if file.is_dir() {
            continue;
        }
        let name = file.name().map_err(unreadable)?.into_owned();
        let file: &mut dyn Read = &mut file;
        match BulkReader::new(BufReader::new(file)) {
            Err(BulkReadError::Message(cause)) if !is_named_like_message(&name) => stray = Some(cause),
            reader => {
                each(&name, reader?)?;
                is_any = true;
            }
        }
    }
    if let Some(cause) = stray.filter(|_| !is_any) {
        return Err(BulkReadError::Message(cause).into());
    }
    Ok(())
}

/// Reads a bulk answer of any size as one message, with its encoding and its warnings; `None` if it has no units.
pub(crate) fn collect(bytes: &[u8]) -> Result<Option<(Message, Encoding, Vec<Warning>)>, XmlError> {
    let of_registrations = match memmem::find(bytes, b"<Bulk") {
        Some(first) => {
            bytes.get(first..).is_some_and(|unit| is_called(unit, BulkRegistrationUnit::DESCRIPTOR.element))
        }
        None => return Ok(None),
    };
    let collected = if of_registrations {
        BulkReader::of_registrations(bytes).and_then(|reader| {
            reader.collected(|header, units, mut body, unmodelled| {
                body.units = Repeated(units);
                let body = Some(body);
                Message::RegistrationAnswer(Box::new(RegistrationAnswer { header, body, unmodelled }))
            })
        })
    } else {
        BulkReader::new(bytes).and_then(|reader| {
            reader.collected(|header, units, mut body, unmodelled| {
                body.units = Repeated(units);
                Message::BulkAnswer(Box::new(BulkAnswer { header, body: Some(body), unmodelled }))
            })
        })
    };
    match collected {
        Ok(collected) => Ok(Some(collected)),
        Err(BulkReadError::Message(cause) | BulkReadError::Unit { cause, .. }) => Err(cause),
        // Bytes in memory are always there.
        Err(BulkReadError::Io(_) | BulkReadError::Archive { .. } | BulkReadError::Encrypted { .. }) => {
            Ok(None)
        }
    }
}

/// Why a bulk answer, or one unit of it, is not read.
#[derive(Debug, thiserror::Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum BulkReadError {
    /// The file cannot be read, or the archive is damaged.
    Io(#[from] io::Error),
    /// The archive is encrypted.
    Encrypted {
        /// Name of a file in it that needs the password.
        file: String,
    },
    /// The archive cannot be opened.
    Archive {
        /// In English, for the one who mends the sender.
        reason: String,
    },
    /// Nothing can be read from here on; the units before it are as they were.
    #[error(transparent)]
    Message(#[from] XmlError),
    /// One unit is not as a unit has to be; those behind it can be read.
    Unit {
        /// Which, counted from 1.
        number: usize,
        /// Why, with the byte position in the message.
        cause: XmlError,
    },
}

impl BulkReadError {
    /// Whether nothing can be read behind it.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::Unit { .. })
    }

    /// The byte of the message at which it was refused; 0 where there is none to tell.
    #[must_use]
    pub const fn position(&self) -> usize {
        match self {
            Self::Io(_) | Self::Archive { .. } | Self::Encrypted { .. } => 0,
            Self::Message(cause) | Self::Unit { cause, .. } => cause.position(),
        }
    }
}

impl Diagnostic for BulkReadError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Io(_) => &codes::BULK_IO,
            Self::Archive { .. } => &codes::ARCHIVE,
            Self::Encrypted { .. } => &codes::ARCHIVE_ENCRYPTED,
            Self::Message(cause) | Self::Unit { cause, .. } => cause.entry(),
        }
    }

    fn place(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, language) {
            (Self::Unit { number, .. }, Language::Japanese) => write!(f, "{number}件目: "),
            (Self::Unit { number, .. }, _) => write!(f, "unit {number}: "),
            _ => Ok(()),
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("reason", Self::Io(error)) => f.write_str(system_reason(error.kind(), language)),
            ("reason", Self::Archive { reason }) => f.write_str(reason),
            ("file", Self::Encrypted { file }) => f.write_str(file),
            (_, Self::Message(cause) | Self::Unit { cause, .. }) => cause.detail(name, language, f),
            _ => unknown_detail(name, f),
        }
    }
}

impl From<FrameError> for BulkReadError {
    fn from(error: FrameError) -> Self {
        match error {
            FrameError::Io(error) => Self::Io(error),
            FrameError::Xml(error) => Self::Message(error),
        }
    }
}
