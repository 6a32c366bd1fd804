use std::collections::BTreeSet;

use super::PdfFault;
use super::document::{Document, Loaded};
use super::object::{Dictionary, Object, Reference};

/// Fields, kids and pages of one document, each.
const MOST: usize = 1 << 18;

/// A field of the interactive form (ISO 32000-2, 12.7.4) that no other field stands below.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) reference: Reference,
    /// The names from the root down, with points between.
    pub(super) name: String,
    pub(super) is_signature: bool,
    pub(super) dictionary: Dictionary,
}

/// A page, with the dictionary as it stands.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) reference: Reference,
    pub(super) dictionary: Dictionary,
}

impl Field {
    /// The signature dictionary in it, which stands by itself.
    pub(super) fn signature(&self) -> Option<&Object> {
        self.dictionary.get("V").filter(|value| self.is_signature && **value != Object::Null)
    }
}

impl Document<'_> {
    /// The dictionary `AcroForm`; empty when there is none.
    pub(super) fn form(&self) -> Result<Dictionary, PdfFault> {
        match self.get(&self.catalog()?, "AcroForm")? {
            Object::Null => Ok(Dictionary::default()),
            Object::Dictionary(form) => Ok(form),
            _ => Err(PdfFault::Structure("AcroForm")),
        }
    }

    /// All values of an array that is allowed to be absent.
    pub(super) fn values(
        &self,
        dictionary: &Dictionary,
        name: &'static str,
    ) -> Result<Vec<Object>, PdfFault> {
        match self.get(dictionary, name)? {
            Object::Null => Ok(Vec::new()),
            Object::Array(values) => Ok(values),
            _ => Err(PdfFault::Structure(name)),
        }
    }

    /// The references in an array that is allowed to be absent.
    pub(super) fn references(
        &self,
        dictionary: &Dictionary,
        name: &'static str,
    ) -> Result<Vec<Reference>, PdfFault> {
        let values = self.values(dictionary, name)?;
        let references = values.iter().map(|value| value.reference().ok_or(PdfFault::Structure(name)));
        references.collect()
    }

    /// The fields of the form, in their order.
    pub(super) fn fields(&self) -> Result<Vec<Field>, PdfFault> {
        let mut waiting: Vec<(Reference, String, bool)> = self
            .references(&self.form()?, "Fields")?
            .into_iter()
            .map(|root| (root, String::new(), false))
            .collect();
        waiting.reverse();
        let (mut seen, mut fields) = (BTreeSet::new(), Vec::new());
        while let Some((reference, above, inherited)) = waiting.pop() {
            if !seen.insert(reference) {
                return Err(PdfFault::Structure("Fields"));
            }
            if seen.len() > MOST {
                return Err(PdfFault::TooLarge);
            }
            let dictionary = self.dictionary(reference, "Fields")?;
            let name = match self.get(&dictionary, "T")? {
                Object::Text(text) => {
                    let own = decode_text(&text);
                    if above.is_empty() { own } else { format!("{above}.{own}") }
                }
                _ => above,
            };
            if name.len() > 4096 {
                return Err(PdfFault::TooLarge);
            }
            let is_signature = match self.get(&dictionary, "FT")? {
                Object::Null => inherited,
                kind => kind.is_name("Sig"),
            };
            // Kids with names of their own are fields; kids without are the places where this one is shown.
            let mut below = Vec::new();
            for kid in self.references(&dictionary, "Kids")? {
                if self.dictionary(kid, "Kids")?.get("T").is_some() {
                    below.push((kid, name.clone(), is_signature));
                }
            }
            if below.is_empty() {
                fields.push(Field { reference, name, is_signature, dictionary });
            } else {
                waiting.extend(below.into_iter().rev());
            }
        }
        Ok(fields)
    }

    /// The pages, in their order.
    pub(super) fn pages(&self) -> Result<Vec<Page>, PdfFault> {
        let fault = PdfFault::Structure("Pages");
        let root = self.catalog()?.get("Pages").and_then(Object::reference).ok_or_else(|| fault.clone())?;
        let (mut waiting, mut seen, mut pages) = (vec![root], BTreeSet::new(), Vec::new());
        while let Some(reference) = waiting.pop() {
            if !seen.insert(reference) {
                return Err(fault);
            }
            if seen.len() > MOST {
                return Err(PdfFault::TooLarge);
            }
            let dictionary = self.dictionary(reference, "Pages")?;
            if dictionary.get("Kids").is_some() {
                waiting.extend(self.references(&dictionary, "Kids")?.into_iter().rev());
            } else {
                pages.push(Page { reference, dictionary });
            }
        }
        Ok(pages)
    }

    /// What stands under a reference, which has to be there.
    pub(super) fn loaded(&self, reference: Reference) -> Result<Loaded, PdfFault> {
        self.fetch(reference)?.ok_or(PdfFault::Object(reference.number))
    }
}

/// A text string: UTF-16 or UTF-8 with a mark, and Latin letters otherwise (of PDFDocEncoding only what is ASCII and
/// Latin 1).
pub(super) fn decode_text(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => {
            let units =
                rest.chunks(2).map(|pair| pair.iter().fold(0, |unit, byte| unit << 8 | u16::from(*byte)));
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        plain => plain.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// A text string as every reader takes it: ASCII as it is, everything else as UTF-16 with its mark.
pub(super) fn encode_text(text: &str) -> Object {
    if text.is_ascii() {
        return Object::Text(text.as_bytes().to_vec());
    }
    Object::Text([0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect())
}
