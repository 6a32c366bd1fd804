use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use super::cross_reference::{Entry, MOST_ENTRIES, Section, read_stream, read_table};
use super::object::{Dictionary, Object, Reference};
use super::parser::Parser;
use super::{PdfFault, printable};

/// How far from the end `startxref` is looked for.
const TAIL: usize = 2048;
/// What all object and cross-reference streams of a document may unpack to.
const MOST_UNPACKED: usize = 128 << 20;
/// How many references may be followed from one to the next.
const LONGEST_CHAIN: u8 = 8;
/// The longest chain of sections: one for each time a document was saved.
const MOST_SECTIONS: usize = 4096;

/// The structure of a PDF file as its newest cross-reference section has it.
///
/// Nothing is repaired: a file that a reader would have to guess about is refused, because two readers guess two things.
pub(super) struct Document<'a> {
    pub(super) bytes: &'a [u8],
    /// Newest first.
    pub(super) sections: Vec<Section>,
    pub(super) entries: BTreeMap<u32, Entry>,
    /// After the last `%%EOF`.
    pub(super) end: usize,
    /// How many bytes may still be parsed and unpacked, for this state and all earlier ones together: many entries may
    /// point to one large object, and many signatures to one large document.
    work: Rc<Cell<usize>>,
    unpacked: Cell<usize>,
    chain: Cell<u8>,
    object_streams: RefCell<BTreeMap<u32, Rc<ObjectStream>>>,
}

/// An object, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Loaded {
    pub(super) reference: Reference,
    pub(super) object: Object,
    /// Where the bytes of its stream stand.
    pub(super) stream: Option<Range<usize>>,
    /// After `endobj`.
    pub(super) end: usize,
    /// Where the hexadecimal string `Contents` stands, for signatures.
    pub(super) contents: Option<Range<usize>>,
}

struct ObjectStream {
    data: Vec<u8>,
    /// Numbers, and where they begin in `data`.
    places: Vec<(u32, usize)>,
}

impl<'a> Document<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, PdfFault> {
        let work = bytes.len().saturating_mul(64).saturating_add(2 * MOST_UNPACKED);
        Self::open_within(bytes, Rc::new(Cell::new(work)))
    }

    /// The document that ends at a byte of this one, and nothing but the end of its last line behind it.
    pub(super) fn earlier(&self, end: usize) -> Result<Self, PdfFault> {
        let bytes = self.bytes.get(..end).unwrap_or_default();
        let earlier = Self::open_within(bytes, Rc::clone(&self.work)).map_err(|fault| match fault {
            PdfFault::TooLarge => PdfFault::TooLarge,
            _ => PdfFault::RevisionEnd,
        })?;
        match bytes.get(earlier.end..).unwrap_or_default() {
            b"" | b"\n" | b"\r" | b"\r\n" => Ok(earlier),
            _ => Err(PdfFault::RevisionEnd),
        }
    }

    fn open_within(bytes: &'a [u8], work: Rc<Cell<usize>>) -> Result<Self, PdfFault> {
        if !bytes.starts_with(b"%PDF-1.") && !bytes.starts_with(b"%PDF-2.") {
            return Err(PdfFault::NotPdf);
        }
        let (mut next, end) = tail(bytes)?;
        let mut document = Self {
            bytes,
            sections: Vec::new(),
            entries: BTreeMap::new(),
            end,
            work,
            unpacked: Cell::new(MOST_UNPACKED),
            chain: Cell::new(0),
            object_streams: RefCell::default(),
        };
        let (mut seen, mut entries) = (BTreeSet::new(), 0);
        loop {
            if !seen.insert(next) || document.sections.len() >= MOST_SECTIONS {
                return Err(PdfFault::CrossReferenceLoop(next));
            }
            let mut section = document.read_section(next)?;
            // Hybrid files: what the table hides from old readers stands in a stream beside it.
            if let Some(beside) = section.trailer.get("XRefStm") {
                let beside = beside.index().ok_or(PdfFault::CrossReference(next))?;
                if section.is_stream || !seen.insert(beside) {
                    return Err(PdfFault::CrossReferenceLoop(next));
                }
                for (number, entry) in document.read_section(beside)?.entries {
                    let place = section.entries.entry(number).or_insert(Entry::Free);
                    if *place == Entry::Free {
                        *place = entry;
                    }
                }
            }
            for (number, entry) in &section.entries {
                document.entries.entry(*number).or_insert(*entry);
            }
            entries += section.entries.len();
            // An object takes more than a byte, packed as it may be.
            if entries > MOST_ENTRIES.min(bytes.len()) {
                return Err(PdfFault::TooLarge);
            }
            let previous = section.trailer.get("Prev").map(Object::index);
            document.sections.push(section);
            match previous {
                Some(previous) => next = previous.ok_or(PdfFault::CrossReference(next))?,
                None => break,
            }
        }
        for section in &document.sections {
            if let Some(encryption) = section.trailer.get("Encrypt") {
                let dictionary = document.resolve(encryption)?;
                let name = match dictionary.dictionary().and_then(|dictionary| dictionary.get("Filter")) {
                    Some(Object::Name(name)) => printable(name),
                    _ => String::new(),
                };
                return Err(PdfFault::Encrypted(name));
            }
        }
        Ok(document)
    }

    /// The trailer that counts.
    pub(super) fn trailer(&self) -> Result<&Dictionary, PdfFault> {
        self.sections.first().map(|section| &section.trailer).ok_or(PdfFault::NotPdf)
    }

    /// Where the newest section stands.
    pub(super) fn start(&self) -> usize {
        self.sections.first().map_or(0, |section| section.offset)
    }

    pub(super) fn root(&self) -> Result<Reference, PdfFault> {
        self.trailer()?.get("Root").and_then(Object::reference).ok_or(PdfFault::Structure("Root"))
    }

    pub(super) fn catalog(&self) -> Result<Dictionary, PdfFault> {
        self.dictionary(self.root()?, "Root")
    }

    /// The dictionary that a reference names; the name is for the fault.
    pub(super) fn dictionary(
        &self,
        reference: Reference,
        name: &'static str,
    ) -> Result<Dictionary, PdfFault> {
        match self.fetch(reference)?.map(|loaded| loaded.object) {
            Some(Object::Dictionary(dictionary)) => Ok(dictionary),
            _ => Err(PdfFault::Structure(name)),
        }
    }

    /// The value itself, behind however many references.
    pub(super) fn resolve(&self, object: &Object) -> Result<Object, PdfFault> {
        let mut object = object.clone();
        for _ in 0..LONGEST_CHAIN {
            let Some(reference) = object.reference() else { return Ok(object) };
            object = self.fetch(reference)?.map_or(Object::Null, |loaded| loaded.object);
        }
        Err(PdfFault::TooLarge)
    }

    /// The value of a name, behind however many references; `Null` when there is none.
    pub(super) fn get(&self, dictionary: &Dictionary, name: &str) -> Result<Object, PdfFault> {
        dictionary.get(name).map_or(Ok(Object::Null), |object| self.resolve(object))
    }

    /// What a reference names; `None` for what is not there, which counts as null (ISO 32000-2, 7.3.10).
    pub(super) fn fetch(&self, reference: Reference) -> Result<Option<Loaded>, PdfFault> {
        match self.entries.get(&reference.number) {
            Some(Entry::InUse { offset, generation }) if *generation == reference.generation => {
                let loaded = self.load(*offset)?;
                if loaded.reference != reference {
                    return Err(PdfFault::Object(reference.number));
                }
                Ok(Some(loaded))
            }
            Some(Entry::Compressed { stream, index }) if reference.generation == 0 => {
                self.load_compressed(reference, *stream, *index).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The object that stands at a byte of the file.
    pub(super) fn load(&self, offset: usize) -> Result<Loaded, PdfFault> {
        let mut parser = Parser::new(self.bytes, offset);
        let (reference, object) = parser.indirect()?;
        let contents = parser.span("Contents");
        let mut stream = None;
        if let (Object::Dictionary(dictionary), true) = (&object, parser.take_word("stream")) {
            let start = match self.bytes.get(parser.at()..) {
                Some([b'\r', b'\n', ..]) => parser.at() + 2,
                Some([b'\n', ..]) => parser.at() + 1,
                _ => return Err(parser.fault()),
            };
            let length = self.stream_length(dictionary)?.ok_or(PdfFault::Object(reference.number))?;
            let end = start.checked_add(length).filter(|end| *end <= self.bytes.len());
            let end = end.ok_or(PdfFault::Object(reference.number))?;
            stream = Some(start..end);
            parser = Parser::new(self.bytes, end);
            parser.word("endstream")?;
        }
        parser.word("endobj")?;
        // The bytes of a stream are not parsed, so they cost nothing.
        let cost = parser.at() - offset - stream.as_ref().map_or(0, ExactSizeIterator::len);
        self.spend(cost)?;
        Ok(Loaded { reference, object, stream, end: parser.at(), contents })
    }

    fn spend(&self, bytes: usize) -> Result<(), PdfFault> {
        self.work.set(self.work.get().checked_sub(bytes.max(16)).ok_or(PdfFault::TooLarge)?);
        Ok(())
    }

    fn stream_length(&self, dictionary: &Dictionary) -> Result<Option<usize>, PdfFault> {
        if self.chain.get() >= LONGEST_CHAIN {
            return Err(PdfFault::TooLarge);
        }
        self.chain.set(self.chain.get() + 1);
        let length = self.get(dictionary, "Length");
        self.chain.set(self.chain.get() - 1);
        Ok(length?.index())
    }

    fn read_section(&self, offset: usize) -> Result<Section, PdfFault> {
        let fault = PdfFault::CrossReference(offset);
        let mut parser = Parser::new(self.bytes, offset);
        if self.bytes.get(offset..).is_some_and(|rest| rest.starts_with(b"xref")) {
            let section = read_table(&mut parser)?;
            self.spend(parser.at() - offset)?;
            return Ok(section);
        }
        let loaded = self.load(offset).map_err(|_| fault.clone())?;
        let (Object::Dictionary(dictionary), Some(stream)) = (loaded.object, loaded.stream) else {
            return Err(fault);
        };
        if !dictionary.get("Type").is_some_and(|kind| kind.is_name("XRef")) {
            return Err(fault);
        }
        let data = self.unpack(&dictionary, stream)?;
        read_stream(offset, dictionary, &data)
    }

    fn load_compressed(&self, reference: Reference, stream: u32, index: u32) -> Result<Loaded, PdfFault> {
        let fault = PdfFault::Object(reference.number);
        let container = self.object_stream(stream)?;
        let place = usize::try_from(index).ok().and_then(|index| container.places.get(index));
        let Some((_, start)) = place.filter(|(number, _)| *number == reference.number) else {
            return Err(fault);
        };
        let mut parser = Parser::new(&container.data, *start);
        let object = parser.value().map_err(|_| fault)?;
        self.spend(parser.at() - start)?;
        Ok(Loaded { reference, object, stream: None, end: 0, contents: None })
    }

    fn object_stream(&self, number: u32) -> Result<Rc<ObjectStream>, PdfFault> {
        if let Some(known) = self.object_streams.borrow().get(&number) {
            return Ok(Rc::clone(known));
        }
        let fault = PdfFault::Object(number);
        let Some(Entry::InUse { offset, generation }) = self.entries.get(&number) else { return Err(fault) };
        let loaded = self.load(*offset)?;
        let (Object::Dictionary(dictionary), Some(stream)) = (loaded.object, loaded.stream) else {
            return Err(fault);
        };
        let is_one = dictionary.get("Type").is_some_and(|kind| kind.is_name("ObjStm"));
        if loaded.reference != (Reference { number, generation: *generation }) || !is_one {
            return Err(fault);
        }
        let data = self.unpack(&dictionary, stream)?;
        let count = dictionary.get("N").and_then(Object::index).ok_or_else(|| fault.clone())?;
        let first = dictionary.get("First").and_then(Object::index).ok_or_else(|| fault.clone())?;
        let mut parser = Parser::new(data.get(..first).ok_or_else(|| fault.clone())?, 0);
        let mut places = Vec::new();
        for _ in 0..count {
            let number = u32::try_from(parser.unsigned().map_err(|_| fault.clone())?);
            let start = usize::try_from(parser.unsigned().map_err(|_| fault.clone())?);
            let (Ok(number), Ok(start)) = (number, start) else { return Err(fault) };
            places.push((number, start.checked_add(first).ok_or_else(|| fault.clone())?));
        }
        let container = Rc::new(ObjectStream { data, places });
        self.object_streams.borrow_mut().insert(number, Rc::clone(&container));
        Ok(container)
    }

    /// The bytes of a stream that is part of the structure: not packed, or by Flate with or without a PNG predictor.
    fn unpack(&self, dictionary: &Dictionary, stream: Range<usize>) -> Result<Vec<u8>, PdfFault> {
        let bytes = self.bytes.get(stream).unwrap_or_default();
        let unknown = |filter: &Object| {
            let mut name = Vec::new();
            filter.write(&mut name);
            PdfFault::Filter(printable(name.strip_prefix(b"/").unwrap_or(&name)))
        };
        let filter = match self.get(dictionary, "Filter")? {
            Object::Array(filters) if filters.len() <= 1 => filters.first().cloned().unwrap_or(Object::Null),
            other => other,
        };
        if dictionary.get("F").is_some() {
            return Err(PdfFault::Filter("F".to_owned()));
        }
        let left = self.unpacked.get();
        let data = match filter {
            Object::Null => bytes.to_vec(),
            name if name.is_name("FlateDecode") => {
                miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(bytes, left).map_err(|error| {
                    if error.status == miniz_oxide::inflate::TINFLStatus::HasMoreOutput {
                        PdfFault::TooLarge
                    } else {
                        unknown(&Object::name("FlateDecode"))
                    }
                })?
            }
            other => return Err(unknown(&other)),
        };
        self.spend(data.len())?;
        self.unpacked.set(left.checked_sub(data.len()).ok_or(PdfFault::TooLarge)?);
        let parameters = match self.get(dictionary, "DecodeParms")? {
            Object::Array(all) => all.first().cloned().unwrap_or(Object::Null),
            other => other,
        };
        let Some(parameters) = parameters.dictionary() else { return Ok(data) };
        let number = |name: &str, absent| parameters.get(name).map_or(Some(absent), Object::index);
        let unpredictable = || PdfFault::Filter("Predictor".to_owned());
        match (number("Predictor", 1), number("Colors", 1), number("BitsPerComponent", 8)) {
            (Some(1), ..) => Ok(data),
            (Some(10..=15), Some(1), Some(8)) => {
                let columns = number("Columns", 1).filter(|columns| (1..=4096).contains(columns));
                unfilter(&data, columns.ok_or_else(unpredictable)?).ok_or_else(unpredictable)
            }
            _ => Err(unpredictable()),
        }
    }
}

/// The number after the last `startxref`, and where the document ends.
fn tail(bytes: &[u8]) -> Result<(usize, usize), PdfFault> {
    let from = bytes.len().saturating_sub(TAIL);
    let tail = bytes.get(from..).unwrap_or_default();
    let place = tail.windows(9).rposition(|window| window == b"startxref");
    let at = from + place.ok_or(PdfFault::CrossReference(bytes.len()))?;
    let mut parser = Parser::new(bytes, at);
    let start = parser.word("startxref").and_then(|()| parser.unsigned()).ok();
    let start = start.and_then(|start| usize::try_from(start).ok()).ok_or(PdfFault::CrossReference(at))?;
    let after = bytes.get(parser.at()..).unwrap_or_default();
    let space = after.iter().take_while(|byte| super::parser::is_space(**byte)).count();
    let end = parser.at() + space;
    if bytes.get(end..).is_some_and(|rest| rest.starts_with(b"%%EOF")) {
        Ok((start, end + 5))
    } else {
        Err(PdfFault::CrossReference(at))
    }
}

/// Takes the PNG filters off rows of single bytes (RFC 2083, 6).
fn unfilter(data: &[u8], columns: usize) -> Option<Vec<u8>> {
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0_u8; columns];
    for row in data.chunks(columns + 1) {
        let (kind, row) = row.split_first()?;
        if row.len() != columns {
            return None;
        }
        let (mut left, mut corner) = (0_u8, 0_u8);
        let mut done = Vec::with_capacity(columns);
        for (byte, up) in row.iter().zip(&above) {
            let guess = match kind {
                0 => 0,
                1 => left,
                2 => *up,
                3 => left.midpoint(*up),
                4 => paeth(left, *up, corner),
                _ => return None,
            };
            left = byte.wrapping_add(guess);
            corner = *up;
            done.push(left);
        }
        out.extend(&done);
        above = done;
    }
    Some(out)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(up) - i16::from(corner);
    let distance = |value: u8| (guess - i16::from(value)).abs();
    if distance(left) <= distance(up) && distance(left) <= distance(corner) {
        left
    } else if distance(up) <= distance(corner) {
        up
    } else {
        corner
    }
}
