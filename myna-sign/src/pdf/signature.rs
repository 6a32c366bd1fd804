use std::fmt;
use std::ops::Range;

use myna_calendar::DateTime;

use super::changes::{LaterSignatures, later_signatures};
use super::document::Document;
use super::form::{Field, decode_text};
use super::object::{Dictionary, Object, Reference};
use super::{PdfFault, printable};

/// A signature of a document, before its cryptography: what it says, what it covers, and what came after it.
///
/// `Debug` leaves out what tells who signed.
#[derive(Clone)]
#[non_exhaustive]
pub struct PdfSignature {
    /// The name of its field.
    pub field: String,
    /// Who signed, as the document has it: a claim. Who really did stands in the certificate.
    pub claimed_name: Option<String>,
    /// When, as the document has it: a claim of the signer's clock.
    pub claimed_time: Option<String>,
    /// Why, as the document has it.
    pub reason: Option<String>,
    /// Where, as the document has it.
    pub location: Option<String>,
    /// Whether it certifies the document, and with which permission (DocMDP `P`, 1 to 3).
    pub certifies: Option<u8>,
    /// What it covers; or why, as a part of this document, it counts for nothing.
    pub covered: Result<CoveredPart, PdfFault>,
}

/// What a signature covers: the document, or a state of it that everything after leaves as it was.
///
/// `Debug` leaves out the signature, in which the certificate stands.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CoveredPart {
    /// The first range, from byte 0 on.
    pub before: Range<usize>,
    /// The second range. Its end is the end of the document that was signed.
    pub after: Range<usize>,
    /// Whether that is the whole file.
    pub is_whole_file: bool,
    /// Whether the signature is of the form of PAdES (`ETSI.CAdES.detached`), not of the one before it.
    pub is_pades: bool,
    /// How many signatures came after it. Anything else that came after is a fault instead.
    pub later_signatures: usize,
    /// Whether one of them shows itself on a page, where it may lie over what was there.
    pub later_appearance: bool,
    /// The signature: a CMS `SignedData` in DER, without the zeros behind it.
    pub cms: Vec<u8>,
}

/// Reads every signature of a document, in the order of the fields.
///
/// A document without signatures has none; that is no fault here.
///
/// # Errors
///
/// [`PdfFault`] when the document as a whole cannot be read. What is wrong with one signature stands in
/// [`PdfSignature::covered`].
pub fn read_pdf_signatures(bytes: &[u8]) -> Result<Vec<PdfSignature>, PdfFault> {
    let document = Document::open(bytes)?;
    let fields = document.fields()?;
    let mut signatures = Vec::new();
    for field in &fields {
        let Some(value) = field.signature() else { continue };
        let dictionary = document.resolve(value)?.dictionary().cloned().unwrap_or_default();
        let text = |name: &str| -> Result<Option<String>, PdfFault> {
            Ok(document.get(&dictionary, name)?.text().map(decode_text))
        };
        let certifies = permission(&document, &dictionary)?;
        let covered = covered_part(&document, &fields, field);
        let covered = match covered {
            Ok(part) if certifies == Some(1) && part.later_signatures > 0 => Err(PdfFault::Certified),
            covered => covered,
        };
        signatures.push(PdfSignature {
            field: field.name.clone(),
            claimed_name: text("Name")?,
            claimed_time: text("M")?,
            reason: text("Reason")?,
            location: text("Location")?,
            certifies,
            covered,
        });
    }
    Ok(signatures)
}

impl fmt::Debug for PdfSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("PdfSignature");
        shown.field("field", &self.field).field("claimed_time", &self.claimed_time);
        shown.field("certifies", &self.certifies).field("covered", &self.covered).finish_non_exhaustive()
    }
}

impl fmt::Debug for CoveredPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("CoveredPart");
        shown.field("before", &self.before).field("after", &self.after);
        shown.field("is_whole_file", &self.is_whole_file).field("later_signatures", &self.later_signatures);
        shown.field("later_appearance", &self.later_appearance).finish_non_exhaustive()
    }
}

impl CoveredPart {
    /// The bytes that were signed, of the document that this was read from.
    #[must_use]
    pub fn of<'a>(&self, document: &'a [u8]) -> [&'a [u8]; 2] {
        [&self.before, &self.after].map(|range| document.get(range.clone()).unwrap_or_default())
    }
}

impl PdfSignature {
    /// [`claimed_time`](Self::claimed_time) as a second in Japan, when it is written with Japan's zone or in UTC.
    #[must_use]
    pub fn claimed_date_time(&self) -> Option<DateTime> {
        let text = self.claimed_time.as_deref()?.strip_prefix("D:")?;
        let (digits, zone) = (text.get(..14)?, text.get(14..)?);
        let time = DateTime::parse(digits).ok()?;
        match zone {
            "+09'00'" | "+09'00" => Some(time),
            "Z" | "Z00'00'" | "+00'00'" | "+00'00" => time.plus_seconds(9 * 3600),
            _ => None,
        }
    }
}

/// `D:20261127105113+09'00'` (ISO 32000-2, 7.9.4).
pub(super) fn write_time(time: DateTime) -> String {
    format!("D:{}+09'00'", time.to_wire())
}

/// What a certifying signature leaves open.
pub(super) fn permission(document: &Document<'_>, signature: &Dictionary) -> Result<Option<u8>, PdfFault> {
    for value in document.values(signature, "Reference")? {
        let Object::Dictionary(reference) = document.resolve(&value)? else { continue };
        if document.get(&reference, "TransformMethod")?.is_name("DocMDP") {
            let parameters = document.get(&reference, "TransformParams")?;
            let stated = parameters.dictionary().and_then(|parameters| parameters.get("P"));
            // Without a statement, forms may be filled in and signatures added. One that is none is the strictest.
            let permission =
                stated.map_or(Some(2), |value| value.integer().and_then(|value| u8::try_from(value).ok()));
            return Ok(permission.filter(|value| (1..=3).contains(value)).or(Some(1)));
        }
    }
    Ok(None)
}

fn covered_part(document: &Document<'_>, fields: &[Field], field: &Field) -> Result<CoveredPart, PdfFault> {
    let shared = fields.iter().filter(|other| {
        other.name == field.name || other.signature().is_some() && other.signature() == field.signature()
    });
    if shared.count() > 1 {
        return Err(PdfFault::Shared);
    }
    let reference = field.signature().and_then(Object::reference).ok_or(PdfFault::ContentsForm)?;
    let ranges = ranges(document, reference)?;
    let end = ranges.after.end;
    let signed = document.earlier(end)?;
    // The same field with the same signature at the same place.
    let same = signed.entries.get(&reference.number) == document.entries.get(&reference.number);
    let there = signed.fields()?.iter().any(|earlier| {
        earlier.reference == field.reference
            && earlier.name == field.name
            && earlier.signature() == field.signature()
    });
    if !same || !there {
        return Err(PdfFault::NotInRevision);
    }
    let is_whole_file = end == document.bytes.len();
    let later =
        if is_whole_file { LaterSignatures::default() } else { later_signatures(&signed, document, fields)? };
    Ok(CoveredPart {
        before: ranges.before,
        after: ranges.after,
        is_whole_file,
        is_pades: ranges.is_pades,
        later_signatures: later.count,
        later_appearance: later.appearance,
        cms: ranges.cms,
    })
}

pub(super) struct Ranges {
    pub(super) before: Range<usize>,
    pub(super) after: Range<usize>,
    pub(super) is_pades: bool,
    pub(super) cms: Vec<u8>,
}

/// The two ranges around `Contents`, when they are exactly that.
pub(super) fn ranges(document: &Document<'_>, reference: Reference) -> Result<Ranges, PdfFault> {
    let loaded = document.loaded(reference)?;
    let Object::Dictionary(signature) = &loaded.object else { return Err(PdfFault::ContentsForm) };
    let is_pades = match signature.get("SubFilter") {
        Some(form) if form.is_name("ETSI.CAdES.detached") => true,
        Some(form) if form.is_name("adbe.pkcs7.detached") => false,
        Some(Object::Name(name)) => return Err(PdfFault::SubFilter(printable(name))),
        _ => return Err(PdfFault::SubFilter(String::new())),
    };
    if loaded.stream.is_some() || signature.get("Type").is_some_and(|kind| !kind.is_name("Sig")) {
        return Err(PdfFault::ContentsForm);
    }
    let contents = match (signature.get("Contents"), loaded.contents) {
        (Some(Object::Text(contents)), Some(span)) => (contents, span),
        _ => return Err(PdfFault::ContentsForm),
    };
    let written = document.bytes.get(contents.1.clone()).unwrap_or_default();
    let digits = written.strip_prefix(b"<").and_then(|rest| rest.strip_suffix(b">"));
    if !digits.is_some_and(|digits| digits.len() % 2 == 0 && digits.iter().all(u8::is_ascii_hexdigit)) {
        return Err(PdfFault::ContentsForm);
    }
    let numbers: Option<Vec<usize>> = signature
        .get("ByteRange")
        .and_then(Object::array)
        .and_then(|array| array.iter().map(Object::index).collect());
    let Some([start, length, second, rest]) =
        numbers.as_deref().and_then(|numbers| <[usize; 4]>::try_from(numbers).ok())
    else {
        return Err(PdfFault::ByteRangeForm);
    };
    if start != 0 {
        return Err(PdfFault::ByteRangeStart);
    }
    let end = second.checked_add(rest).filter(|end| *end <= document.bytes.len());
    let end = end.filter(|_| length <= second).ok_or(PdfFault::ByteRangeOrder)?;
    if (length, second) != (contents.1.start, contents.1.end) {
        return Err(PdfFault::ByteRangeGap);
    }
    Ok(Ranges { before: 0..length, after: second..end, is_pades, cms: without_padding(contents.0)? })
}

/// The outermost DER element, behind which there may be zeros only.
fn without_padding(contents: &[u8]) -> Result<Vec<u8>, PdfFault> {
    let length = match contents {
        [0x30, short @ 0..=0x7F, ..] => Some(2 + usize::from(*short)),
        [0x30, long @ 0x81..=0x84, rest @ ..] => {
            let count = usize::from(long & 0x7F);
            let length = rest
                .get(..count)
                .map(|bytes| bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)));
            length.and_then(|length| length.checked_add(2 + count))
        }
        _ => None,
    };
    let (cms, padding) =
        length.and_then(|length| contents.split_at_checked(length)).ok_or(PdfFault::ContentsForm)?;
    if padding.iter().all(|byte| *byte == 0) { Ok(cms.to_vec()) } else { Err(PdfFault::ContentsPadding) }
}
