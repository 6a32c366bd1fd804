use std::collections::{BTreeMap, BTreeSet};

use super::cross_reference::{Entry, read_table};
use super::document::Document;
use super::form::Field;
use super::object::{Dictionary, Object, Reference};
use super::parser::Parser;
use super::signature::ranges;
use super::{ChangedPart, PdfFault};

/// What is allowed to come after a signature.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LaterSignatures {
    pub(super) count: usize,
    pub(super) appearance: bool,
}

/// What a field that came later may say. No actions: they would run in a document that somebody signed without them.
const FIELD_NAMES: [&str; 20] = [
    "Type", "Subtype", "FT", "T", "TU", "V", "P", "Rect", "F", "Ff", "AP", "MK", "Lock", "SV", "DA", "BS",
    "Border", "M", "NM", "Kids",
];

/// What changes in a signature field that was empty, and in the place where it is shown, when it is signed.
const FILLED_IN: [&str; 4] = ["V", "AP", "M", "F"];

/// What the catalogue names and no page shows.
const BESIDE: [&str; 2] = ["DSS", "Metadata"];

/// Compares the document as it was signed with the document as it is. Further signatures and what they need, and data about
/// the document, are all that may have come: everything else is told as a change, whether it shows or not.
///
/// Filled-in forms and notes are changes here, even where a certifying signature allows them.
pub(super) fn later_signatures(
    signed: &Document<'_>,
    now: &Document<'_>,
    fields: &[Field],
) -> Result<LaterSignatures, PdfFault> {
    let changed = |part| Err(PdfFault::Changed(part));
    check_history(signed, now)?;
    check_listed(signed, now)?;
    let earlier: BTreeMap<Reference, Field> =
        signed.fields()?.into_iter().map(|field| (field.reference, field)).collect();
    let is_new = |number: u32| matches!(signed.entries.get(&number), None | Some(Entry::Free));

    // The fields that were added, or signed, since.
    let mut later = LaterSignatures::default();
    let mut new_fields = BTreeSet::new();
    for field in fields {
        let before = earlier.get(&field.reference);
        if before.is_some_and(|before| before.dictionary == field.dictionary) {
            continue;
        }
        let allowed = match before {
            Some(before) => {
                before.is_signature
                    && before.signature().is_none()
                    && before.dictionary.without(&FILLED_IN) == field.dictionary.without(&FILLED_IN)
            }
            None => is_new(field.reference.number) && field.dictionary.without(&FIELD_NAMES).is_empty(),
        };
        let signature = field.signature().and_then(Object::reference);
        let Some(signature) = signature.filter(|signature| allowed && is_new(signature.number)) else {
            return changed(ChangedPart::Form);
        };
        ranges(now, signature).map_err(|_| PdfFault::Changed(ChangedPart::Form))?;
        later.count += 1;
        new_fields.insert(field.reference);
        for kid in now.references(&field.dictionary, "Kids")? {
            new_fields.insert(kid);
            let widget = now.dictionary(kid, "Kids")?;
            let allowed = match before {
                Some(_) => {
                    let earlier = signed.dictionary(kid, "Kids")?;
                    earlier.without(&FILLED_IN) == widget.without(&FILLED_IN)
                }
                None => is_new(kid.number) && widget.without(&FIELD_NAMES).without(&["Parent"]).is_empty(),
            };
            if !allowed {
                return changed(ChangedPart::Form);
            }
            later.appearance |= is_visible(now, &widget)?;
        }
        later.appearance |= is_visible(now, &field.dictionary)?;
    }

    let mut explained = BTreeSet::new();
    let beside = beside_the_content(signed, now)?;
    explained.extend(&beside);
    check_catalog_and_form(signed, now, &new_fields, &mut explained)?;
    check_pages(signed, now, &new_fields, &mut explained)?;
    explained.extend(new_fields.iter().map(|reference| reference.number));

    let mut reserved = beside;
    for (number, entry) in &now.entries {
        if is_new(*number) {
            if *entry != Entry::Free {
                reserved.insert(*number);
            }
        } else if !explained.contains(number) && !is_the_same(signed, now, *number)? {
            return changed(ChangedPart::Object(*number));
        }
    }
    check_references(signed, &reserved)?;
    Ok(later)
}

/// What was signed has to be an earlier state of this very document.
fn check_history(signed: &Document<'_>, now: &Document<'_>) -> Result<(), PdfFault> {
    let offsets = |document: &Document<'_>| -> Vec<usize> {
        document.sections.iter().map(|section| section.offset).collect()
    };
    let (before, after) = (offsets(signed), offsets(now));
    if signed.start() == now.start() {
        return Err(PdfFault::TrailingBytes(signed.bytes.len()));
    }
    if after.ends_with(&before) && signed.root()? == now.root()? {
        Ok(())
    } else {
        Err(PdfFault::Changed(ChangedPart::History))
    }
}

/// Walks over what was appended: objects that an update lists, cross-reference sections, and nothing else. What no update
/// lists is shown by readers that rebuild a document from its objects.
fn check_listed(signed: &Document<'_>, now: &Document<'_>) -> Result<(), PdfFault> {
    let from = signed.bytes.len();
    let mut listed = BTreeSet::new();
    for section in now.sections.iter().filter(|section| section.offset >= from) {
        listed.insert(section.offset);
        for entry in section.entries.values() {
            if let Entry::InUse { offset, .. } = entry {
                listed.insert(*offset);
            }
        }
    }
    let mut parser = Parser::new(now.bytes, from);
    loop {
        parser.skip_space();
        let at = parser.at();
        match parser.peek() {
            None => return check_end(now),
            Some(b'0'..=b'9') => {
                if !listed.contains(&at) {
                    return Err(PdfFault::Unlisted(at));
                }
                parser = Parser::new(now.bytes, now.load(at)?.end);
            }
            Some(b'x') if listed.contains(&at) => {
                read_table(&mut parser)?;
            }
            Some(b's') if parser.take_word("startxref") => {
                parser.unsigned()?;
            }
            _ => return Err(PdfFault::Unlisted(at)),
        }
    }
}

/// Nothing but one end of line follows the last `%%EOF`.
fn check_end(now: &Document<'_>) -> Result<(), PdfFault> {
    match now.bytes.get(now.end..).unwrap_or_default() {
        b"" | b"\n" | b"\r" | b"\r\n" => Ok(()),
        _ => Err(PdfFault::TrailingBytes(now.end)),
    }
}

fn check_catalog_and_form(
    signed: &Document<'_>,
    now: &Document<'_>,
    new_fields: &BTreeSet<Reference>,
    explained: &mut BTreeSet<u32>,
) -> Result<(), PdfFault> {
    let open = ["AcroForm", "DSS", "Extensions", "Metadata"];
    let (before, after) = (signed.catalog()?, now.catalog()?);
    if before.without(&open) != after.without(&open) {
        return Err(PdfFault::Changed(ChangedPart::Catalog));
    }
    explained.insert(now.root()?.number);
    // A form that was moved may not leave its old place to others.
    let places = [before.get("AcroForm"), after.get("AcroForm")].map(|form| form.and_then(Object::reference));
    if matches!(places, [Some(before), Some(after)] if before != after) {
        return Err(PdfFault::Changed(ChangedPart::Form));
    }
    explained.extend(places.into_iter().flatten().map(|reference| reference.number));
    let (before, after) = (signed.form()?, now.form()?);
    let mut open = vec!["Fields", "SigFlags"];
    if before.is_empty() {
        open.extend(["DA", "DR"]);
    }
    if before.without(&open) != after.without(&open) {
        return Err(PdfFault::Changed(ChangedPart::Form));
    }
    explain_array(&before, &after, "Fields", explained);
    if grew_by(signed, now, (&before, &after), "Fields", new_fields)? {
        Ok(())
    } else {
        Err(PdfFault::Changed(ChangedPart::Form))
    }
}

fn check_pages(
    signed: &Document<'_>,
    now: &Document<'_>,
    new_fields: &BTreeSet<Reference>,
    explained: &mut BTreeSet<u32>,
) -> Result<(), PdfFault> {
    for (place, page) in signed.pages()?.into_iter().enumerate() {
        let changed = PdfFault::Changed(ChangedPart::Page(place + 1));
        let list = page.dictionary.get("Annots").and_then(Object::reference);
        let same = |reference: Reference| is_the_same(signed, now, reference.number);
        if same(page.reference)? && list.map_or(Ok(true), same)? {
            continue;
        }
        let after = now.dictionary(page.reference, "Pages").map_err(|_| changed.clone())?;
        if page.dictionary.without(&["Annots"]) != after.without(&["Annots"])
            || !grew_by(signed, now, (&page.dictionary, &after), "Annots", new_fields)?
        {
            return Err(changed);
        }
        explained.insert(page.reference.number);
        explain_array(&page.dictionary, &after, "Annots", explained);
    }
    Ok(())
}

/// An array that stands by itself, in the same place before and after, is explained with its owner.
fn explain_array(before: &Dictionary, after: &Dictionary, name: &str, explained: &mut BTreeSet<u32>) {
    let [before, after] = [before, after].map(|owner| owner.get(name).and_then(Object::reference));
    if before == after {
        explained.extend(before.map(|reference| reference.number));
    }
}

/// Whether an array has what it had, in that order, and then new signature fields only.
fn grew_by(
    signed: &Document<'_>,
    now: &Document<'_>,
    (before, after): (&Dictionary, &Dictionary),
    name: &'static str,
    new_fields: &BTreeSet<Reference>,
) -> Result<bool, PdfFault> {
    let (before, after) = (signed.values(before, name)?, now.values(after, name)?);
    let added = after.strip_prefix(before.as_slice());
    Ok(added.is_some_and(|added| {
        added.iter().all(|value| value.reference().is_some_and(|field| new_fields.contains(&field)))
    }))
}

fn is_visible(document: &Document<'_>, widget: &Dictionary) -> Result<bool, PdfFault> {
    let corners = document.values(widget, "Rect")?;
    Ok(match corners.as_slice() {
        [left, bottom, right, top] => widget.get("AP").is_some() && left != right && bottom != top,
        _ => false,
    })
}

/// Whether an object is where it was, or was written again without a change.
fn is_the_same(signed: &Document<'_>, now: &Document<'_>, number: u32) -> Result<bool, PdfFault> {
    let (before, after) = (signed.entries.get(&number), now.entries.get(&number));
    if before == after {
        return match before {
            Some(Entry::Compressed { stream, .. }) => {
                Ok(signed.entries.get(stream) == now.entries.get(stream))
            }
            _ => Ok(true),
        };
    }
    let generation = |entry: Option<&Entry>| match entry {
        Some(Entry::InUse { generation, .. }) => *generation,
        _ => 0,
    };
    let content = |document: &Document<'_>, generation| -> Result<_, PdfFault> {
        let loaded = document.fetch(Reference { number, generation })?;
        Ok(loaded.map(|loaded| {
            let stream = loaded.stream.and_then(|stream| document.bytes.get(stream)).map(<[u8]>::to_vec);
            (loaded.reference, loaded.object, stream)
        }))
    };
    Ok(content(signed, generation(before))? == content(now, generation(after))?)
}

/// Objects that may change because nothing that is shown comes from them: what a document keeps for checking its signatures
/// later (DSS), and what programs write of it (metadata, and the dictionary of information that the trailer names).
fn beside_the_content(signed: &Document<'_>, now: &Document<'_>) -> Result<BTreeSet<u32>, PdfFault> {
    let mut beside = BTreeSet::new();
    let (before, after) = (signed.catalog()?, now.catalog()?);
    for name in BESIDE {
        let places = [before.get(name), after.get(name)].map(|value| value.and_then(Object::reference));
        if let [Some(before), Some(after)] = places
            && before == after
        {
            beside.insert(before.number);
        }
    }
    let information =
        [signed, now].map(|document| document.trailer().map(|trailer| trailer.get("Info").cloned()));
    if let [Ok(Some(Object::Reference(before))), Ok(after)] = information
        && after == Some(Object::Reference(before))
    {
        beside.insert(before.number);
    }
    Ok(beside)
}

/// That no object of the signed document names one of these, but for the catalogue where it may. What was nothing, or stood
/// beside the content, would become content when it is added or changed.
fn check_references(signed: &Document<'_>, reserved: &BTreeSet<u32>) -> Result<(), PdfFault> {
    if reserved.is_empty() {
        return Ok(());
    }
    let root = signed.root()?.number;
    let sections: BTreeSet<usize> = signed.sections.iter().map(|section| section.offset).collect();
    for (number, entry) in &signed.entries {
        let generation = match entry {
            Entry::Free => continue,
            // A cross-reference stream names what a trailer names.
            Entry::InUse { offset, .. } if sections.contains(offset) => continue,
            Entry::InUse { generation, .. } => *generation,
            Entry::Compressed { .. } => 0,
        };
        let Some(loaded) = signed.fetch(Reference { number: *number, generation })? else { continue };
        let object = match loaded.object {
            Object::Dictionary(catalog) if *number == root => Object::Dictionary(catalog.without(&BESIDE)),
            object => object,
        };
        let mut named = None;
        object.each_reference(&mut |reference| {
            if reserved.contains(&reference.number) {
                named = Some(reference.number);
            }
        });
        if let Some(number) = named {
            return Err(PdfFault::Changed(ChangedPart::Object(number)));
        }
    }
    Ok(())
}
