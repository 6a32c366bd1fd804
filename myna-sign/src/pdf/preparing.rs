use std::fmt;
use std::ops::Range;

use myna_calendar::DateTime;
use myna_trust::{CryptoProvider, DigestInfo, HashAlgorithm};

use super::PdfFault;
use super::appearance::PdfAppearance;
use super::cross_reference::HIGHEST_NUMBER;
use super::document::Document;
use super::form::{Page, encode_text};
use super::object::{Dictionary, Object, Reference};
use super::signature::{permission, read_pdf_signatures, write_time};

/// Bytes kept for the signature. One by a My Number Card, with its certificate, has 3 kB.
const ROOM: usize = 8192;
/// `ByteRange` with three numbers of ten digits.
const BYTE_RANGE_WIDTH: usize = 38;

/// What a signature is to say of itself. `Debug` leaves out who signs, why and where.
#[derive(Clone)]
#[non_exhaustive]
pub struct PdfSignatureRequest {
    /// When it is made: the document's claim, by the signer's clock.
    pub signed_at: DateTime,
    /// The name of the field, without a point; `None` takes the next free one.
    pub field: Option<String>,
    /// Who signs.
    pub name: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// How it shows itself; `None` leaves every page looking as before.
    pub appearance: Option<PdfAppearance>,
    /// Bytes kept for the signature.
    pub room: usize,
}

/// A document that waits for its signature: everything stands but the signature itself. `Debug` shows its length alone.
#[derive(Clone)]
pub struct PreparedPdf {
    bytes: Vec<u8>,
    /// Where the hexadecimal digits go.
    digits: Range<usize>,
}

impl PdfSignatureRequest {
    /// A signature that shows nowhere on a page and says when it was made.
    #[must_use]
    pub fn new(signed_at: DateTime) -> Self {
        Self {
            signed_at,
            field: None,
            name: None,
            reason: None,
            location: None,
            appearance: None,
            room: ROOM,
        }
    }

    /// Adds to a document what a signature needs, behind everything that is there: no byte before is touched.
    ///
    /// What comes out is checked like a document of others, so that signatures already there are known to stay good.
    ///
    /// # Errors
    ///
    /// [`PdfFault`] when the document cannot be read, may not be signed, or what is asked for does not fit it.
    pub fn prepare(&self, document: &[u8]) -> Result<PreparedPdf, PdfFault> {
        let before = read_pdf_signatures(document)?;
        let source = Document::open(document)?;
        may_be_signed(&source)?;
        let prepared = Update::new(&source)?.write(self)?;
        // With the shortest DER there is in its place, the new one is taken for a signature.
        let after = read_pdf_signatures(&prepared.clone().finish(&[0x30, 0])?)?;
        for signature in &before {
            let now = after.iter().find(|now| now.field == signature.field);
            match (&signature.covered, now.map(|now| &now.covered)) {
                (Ok(_), Some(Err(fault))) => return Err(fault.clone()),
                (Ok(_), None) => return Err(PdfFault::Structure("Fields")),
                _ => {}
            }
        }
        Ok(prepared)
    }
}

impl PreparedPdf {
    /// What the signature covers: everything but its own place.
    #[must_use]
    pub fn covered(&self) -> [&[u8]; 2] {
        let before = self.bytes.get(..self.digits.start.saturating_sub(1)).unwrap_or_default();
        let after = self.bytes.get(self.digits.end.saturating_add(1)..).unwrap_or_default();
        [before, after]
    }

    /// The digest of what the signature covers.
    #[must_use]
    pub fn digest(&self, provider: &CryptoProvider, algorithm: HashAlgorithm) -> DigestInfo {
        DigestInfo::of(provider, algorithm, &self.covered().concat())
    }

    /// Puts the signature into its place: a detached CMS `SignedData` in DER over [`covered`](Self::covered).
    ///
    /// # Errors
    ///
    /// [`PdfFault::Room`] when it is longer than what was kept.
    pub fn finish(mut self, cms: &[u8]) -> Result<Vec<u8>, PdfFault> {
        let room = self.digits.len() / 2;
        let place = self.bytes.get_mut(self.digits.clone()).filter(|_| cms.len() <= room);
        let place = place.ok_or(PdfFault::Room { needed: cms.len(), room })?;
        for (pair, byte) in place.chunks_exact_mut(2).zip(cms) {
            pair.copy_from_slice(format!("{byte:02X}").as_bytes());
        }
        Ok(self.bytes)
    }
}

impl fmt::Debug for PdfSignatureRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("PdfSignatureRequest");
        shown.field("signed_at", &self.signed_at).field("field", &self.field);
        shown.field("appearance", &self.appearance).field("room", &self.room).finish_non_exhaustive()
    }
}

impl fmt::Debug for PreparedPdf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedPdf").field("length", &self.bytes.len()).finish_non_exhaustive()
    }
}

fn may_be_signed(source: &Document<'_>) -> Result<(), PdfFault> {
    if source.form()?.get("XFA").is_some() {
        return Err(PdfFault::Xfa);
    }
    for field in source.fields()? {
        let Some(value) = field.signature() else { continue };
        let signature = source.resolve(value)?.dictionary().cloned().unwrap_or_default();
        if permission(source, &signature)? == Some(1) {
            return Err(PdfFault::Certified);
        }
    }
    Ok(())
}

/// What is appended: new and changed objects, then the cross-reference section of the kind that the document has.
struct Update<'a> {
    source: &'a Document<'a>,
    /// Appended so far.
    out: Vec<u8>,
    /// Where the objects of the update stand, in the order of their numbers at the end.
    places: Vec<(Reference, usize)>,
    next: u32,
}

impl<'a> Update<'a> {
    fn new(source: &'a Document<'a>) -> Result<Self, PdfFault> {
        let size =
            source.trailer()?.get("Size").and_then(Object::index).ok_or(PdfFault::Structure("Size"))?;
        let highest = source.entries.keys().next_back().map_or(0, |number| number + 1);
        let next = u32::try_from(size).ok().map(|size| size.max(highest));
        // A handful is added.
        let next = next.filter(|next| *next <= HIGHEST_NUMBER - 8).ok_or(PdfFault::TooLarge)?;
        let ends_line = source.bytes.last().is_none_or(|last| matches!(last, b'\n' | b'\r'));
        let out = if ends_line { Vec::new() } else { b"\n".to_vec() };
        Ok(Self { source, out, places: Vec::new(), next })
    }

    fn new_reference(&mut self) -> Reference {
        let number = self.next;
        self.next += 1;
        Reference { number, generation: 0 }
    }

    fn add(&mut self, reference: Reference, body: &[u8]) {
        self.places.push((reference, self.source.bytes.len() + self.out.len()));
        let Reference { number, generation } = reference;
        self.out.extend(format!("{number} {generation} obj\n").bytes());
        self.out.extend(body);
        self.out.extend(b"\nendobj\n");
    }

    fn add_object(&mut self, reference: Reference, object: &Object) {
        let mut body = Vec::new();
        object.write(&mut body);
        self.add(reference, &body);
    }

    fn write(mut self, request: &PdfSignatureRequest) -> Result<PreparedPdf, PdfFault> {
        let name = self.field_name(request)?;
        let number = request.appearance.as_ref().map_or(1, |appearance| appearance.page);
        let page = number
            .checked_sub(1)
            .and_then(|place| self.source.pages().map(|pages| pages.get(place).cloned()).transpose());
        let page = page.transpose()?.ok_or(PdfFault::NoSuchPage(number))?;
        let (signature, field) = (self.new_reference(), self.new_reference());

        let digits = self.add_signature(signature, request);
        let byte_range = self.byte_range_place(&digits);
        let mut widget = Dictionary::default();
        for (key, value) in [
            ("Type", Object::name("Annot")),
            ("Subtype", Object::name("Widget")),
            ("FT", Object::name("Sig")),
            ("T", encode_text(&name)),
            ("V", Object::Reference(signature)),
            ("P", Object::Reference(page.reference)),
            // Printed, and locked in its place.
            ("F", Object::Integer(132)),
        ] {
            widget.set(key, value);
        }
        let rectangle = request.appearance.as_ref().map_or([0; 4], |appearance| appearance.rectangle);
        widget.set("Rect", Object::Array(rectangle.map(|value| Object::Integer(value.into())).to_vec()));
        if let Some(appearance) = &request.appearance {
            let drawn = self.new_reference();
            self.add(drawn, &appearance.draw());
            let mut kinds = Dictionary::default();
            kinds.set("N", Object::Reference(drawn));
            widget.set("AP", Object::Dictionary(kinds));
        }
        self.add_object(field, &Object::Dictionary(widget));
        self.list_in_form(field)?;
        self.list_on_page(&page, field)?;
        self.close()?;

        let total = self.source.bytes.len();
        let mut bytes = Vec::with_capacity(total + self.out.len());
        bytes.extend(self.source.bytes);
        bytes.extend(&self.out);
        let digits = total + digits.start..total + digits.end;
        let after = digits.end + 1;
        let ranges = format!("[0 {} {after} {}", digits.start - 1, bytes.len() - after);
        if ranges.len() >= BYTE_RANGE_WIDTH {
            return Err(PdfFault::TooLarge);
        }
        let padded = format!("{ranges:<width$}]", width = BYTE_RANGE_WIDTH - 1);
        let place = bytes.get_mut(total + byte_range..total + byte_range + BYTE_RANGE_WIDTH);
        place.ok_or(PdfFault::TooLarge)?.copy_from_slice(padded.as_bytes());
        Ok(PreparedPdf { bytes, digits })
    }

    /// The name asked for, or `Signature1` and so on.
    fn field_name(&self, request: &PdfSignatureRequest) -> Result<String, PdfFault> {
        let fields = self.source.fields()?;
        // A name that a field higher up has is taken too.
        let taken = |name: &str| fields.iter().any(|field| field.name.split('.').next() == Some(name));
        match &request.field {
            Some(name) if name.is_empty() || name.contains('.') || taken(name) => Err(PdfFault::FieldName),
            Some(name) => Ok(name.clone()),
            None => (1..=fields.len() + 1)
                .map(|number| format!("Signature{number}"))
                .find(|name| !taken(name))
                .ok_or(PdfFault::FieldName),
        }
    }

    /// Writes the signature dictionary; returns where in `out` the digits go.
    fn add_signature(&mut self, reference: Reference, request: &PdfSignatureRequest) -> Range<usize> {
        let mut said = Dictionary::default();
        said.set("M", Object::Text(write_time(request.signed_at).into_bytes()));
        for (key, value) in
            [("Name", &request.name), ("Reason", &request.reason), ("Location", &request.location)]
        {
            if let Some(value) = value {
                said.set(key, encode_text(value));
            }
        }
        let mut rest = Vec::new();
        said.write(&mut rest);
        let mut body =
            b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached\n/ByteRange ".to_vec();
        body.extend(vec![b' '; BYTE_RANGE_WIDTH]);
        body.extend(b"\n/Contents <");
        let start = body.len();
        body.extend(vec![b'0'; request.room.saturating_mul(2)]);
        let end = body.len();
        body.extend(b">\n");
        body.extend(rest.strip_prefix(b"<<").unwrap_or_default());
        self.add(reference, &body);
        let from = self.out.len() - body.len() - b"\nendobj\n".len();
        from + start..from + end
    }

    /// Where in `out` the place kept for `ByteRange` begins: it stands right before `Contents`.
    fn byte_range_place(&self, digits: &Range<usize>) -> usize {
        digits.start - b"\n/Contents <".len() - BYTE_RANGE_WIDTH
    }

    /// Adds the field to the form; makes the form when there is none.
    fn list_in_form(&mut self, field: Reference) -> Result<(), PdfFault> {
        let source = self.source;
        let mut catalog = source.catalog()?;
        let mut form = source.form()?;
        let flags = form.get("SigFlags").and_then(Object::integer).unwrap_or(0);
        let form_reference = catalog.get("AcroForm").and_then(Object::reference);
        let list = self.append_to(&mut form, "Fields", field)?;
        // Signatures exist, and the document may only grow.
        let marked = flags | 3 != flags;
        form.set("SigFlags", Object::Integer(flags | 3));
        if !marked && list {
            return Ok(());
        }
        if let Some(reference) = form_reference {
            self.add_object(reference, &Object::Dictionary(form));
        } else {
            catalog.set("AcroForm", Object::Dictionary(form));
            self.add_object(source.root()?, &Object::Dictionary(catalog));
        }
        Ok(())
    }

    fn list_on_page(&mut self, page: &Page, field: Reference) -> Result<(), PdfFault> {
        let mut dictionary = page.dictionary.clone();
        if !self.append_to(&mut dictionary, "Annots", field)? {
            self.add_object(page.reference, &Object::Dictionary(dictionary));
        }
        Ok(())
    }

    /// Appends to an array. Tells whether that array stands by itself, so that its owner stays as it is.
    fn append_to(
        &mut self,
        owner: &mut Dictionary,
        name: &'static str,
        value: Reference,
    ) -> Result<bool, PdfFault> {
        let mut values = self.source.values(owner, name)?;
        values.push(Object::Reference(value));
        let by_itself = owner.get(name).and_then(Object::reference);
        let by_itself = by_itself.filter(|reference| self.source.entries.contains_key(&reference.number));
        match by_itself {
            Some(reference) => self.add_object(reference, &Object::Array(values)),
            None => owner.set(name, Object::Array(values)),
        }
        Ok(by_itself.is_some())
    }

    /// Writes the cross-reference section and the end.
    fn close(&mut self) -> Result<(), PdfFault> {
        let newest = self.source.sections.first().ok_or(PdfFault::NotPdf)?;
        let mut trailer = Dictionary::default();
        for key in ["Root", "Info", "ID"] {
            if let Some(value) = newest.trailer.get(key) {
                trailer.set(key, value.clone());
            }
        }
        let offset =
            |offset: usize| i64::try_from(offset).map(Object::Integer).map_err(|_| PdfFault::TooLarge);
        trailer.set("Prev", offset(newest.offset)?);
        let start = self.source.bytes.len() + self.out.len();
        if newest.is_stream {
            let own = self.new_reference();
            self.places.push((own, start));
        }
        trailer.set("Size", Object::Integer(self.next.into()));
        self.places.sort_unstable();
        let runs = self.places.chunk_by(|left, right| left.0.number + 1 == right.0.number);
        let mut table = b"xref\n".to_vec();
        let (mut index, mut rows) = (Vec::new(), Vec::new());
        for run in runs {
            let first = run.first().map_or(0, |(reference, _)| reference.number);
            table.extend(format!("{first} {}\n", run.len()).bytes());
            index.extend([Object::Integer(first.into()), offset(run.len())?]);
            for (reference, place) in run {
                // Ten digits in a table, five bytes in a stream.
                let place = u64::try_from(*place).ok().filter(|place| *place < 10_000_000_000);
                let place = place.ok_or(PdfFault::TooLarge)?;
                table.extend(format!("{place:010} {:05} n \n", reference.generation).bytes());
                rows.push(1);
                rows.extend(place.to_be_bytes().get(3..).unwrap_or_default());
                rows.extend(reference.generation.to_be_bytes());
            }
        }
        if newest.is_stream {
            let (own, _) =
                *self.places.iter().find(|(_, place)| *place == start).ok_or(PdfFault::TooLarge)?;
            trailer.set("Type", Object::name("XRef"));
            trailer.set("W", Object::Array([1, 5, 2].map(Object::Integer).to_vec()));
            trailer.set("Index", Object::Array(index));
            trailer.set("Length", offset(rows.len())?);
            self.out.extend(format!("{} 0 obj\n", own.number).bytes());
            trailer.write(&mut self.out);
            self.out.extend(b"\nstream\n");
            self.out.extend(rows);
            self.out.extend(b"\nendstream\nendobj\n");
        } else {
            self.out.extend(table);
            self.out.extend(b"trailer\n");
            trailer.write(&mut self.out);
            self.out.push(b'\n');
        }
        self.out.extend(format!("startxref\n{start}\n%%EOF\n").bytes());
        Ok(())
    }
}
