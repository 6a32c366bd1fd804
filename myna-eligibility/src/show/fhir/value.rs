//! Values of FHIR: nothing that is empty.

use unicode_normalization::UnicodeNormalization as _;

use crate::meaning::fhir_place::FhirPlace;
use crate::meaning::told::Told;

/// Begins the names of JP Core.
pub(super) const CORE: &str = "http://jpfhir.jp/fhir/core";
/// Names what JP Core has no name for; nothing is found there.
pub(super) const OWN: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/fhir");

/// What was put into the places of a resource, each at most once.
#[derive(Default)]
pub(super) struct Places(Vec<(FhirPlace, Told)>);

impl Places {
    /// Whether the place now says this.
    pub(super) fn put(&mut self, place: FhirPlace, value: Told) -> bool {
        match self.0.iter().find(|(other, _)| *other == place) {
            Some((_, there)) => *there == value,
            None => {
                self.0.push((place, value));
                true
            }
        }
    }

    pub(super) fn get(&self, place: FhirPlace) -> Option<Told> {
        self.0.iter().find(|(other, _)| *other == place).map(|(_, value)| value.clone())
    }
}

/// Full-width letters and kana, as JP Core wants names, symbols and numbers. Other characters are as they were: no
/// normal form of Unicode leaves all names alone.
pub(crate) fn full_width(text: &str) -> String {
    let mut full = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let is_half = |character: char| matches!(character, '\u{FF61}'..='\u{FF9F}');
        let end = rest.find(|character| !is_half(character)).unwrap_or(rest.len());
        if end > 0 {
            let (kana, behind) = rest.split_at(end);
            // With their voice marks.
            full.extend(kana.nfkc());
            rest = behind;
            continue;
        }
        full.push(match character {
            ' ' => '　',
            '!'..='~' => char::from_u32(u32::from(character) + 0xFEE0).unwrap_or(character),
            other => other,
        });
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
    }
    full
}

pub(super) fn profile(name: &str) -> Option<Told> {
    let url = format!("{CORE}/StructureDefinition/{name}");
    Some(object([("profile", list([Told::Text(url)]))]))
}

/// FHIR knows no empty text.
pub(super) fn text(text: impl Into<String>) -> Option<Told> {
    let text = text.into();
    (!text.trim().is_empty()).then_some(Told::Text(text))
}

/// FHIR knows no empty list.
pub(super) fn list(items: impl IntoIterator<Item = Told>) -> Option<Told> {
    let items: Vec<Told> = items.into_iter().collect();
    (!items.is_empty()).then_some(Told::List(items))
}

pub(super) fn object<const N: usize>(fields: [(&str, Option<Told>); N]) -> Told {
    let there = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Told::Object(there.collect())
}
