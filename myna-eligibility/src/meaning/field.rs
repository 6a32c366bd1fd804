//! How one field of a record is read from, written to and inspected in a message.
//!
//! [`record!`] declares a record as one table of fields and wire names; everything else about it follows from
//! that table, so that reading, writing, inspecting and redacting can never disagree about which fields there
//! are.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap};

use crate::meaning::element::Element;
use crate::meaning::told::{Told, UnknownElement, is_snake_case_of, snake_case};
use crate::meaning::warning::Warning;
use crate::wire::xml::XmlError;
use crate::wire::xml::tree::{Children, Found, Path};
use crate::wire::xml::writer::Writer;

/// What stands under one name in the parent element: an optional value, a required record, a list.
pub(crate) trait Field: Sized {
    /// Which part of this field an element is; most fields are one element.
    #[inline]
    fn part_of(name: &str, wire: &str) -> Option<u8> {
        (name == wire).then_some(0)
    }

    /// Takes an element that is a part of this field. What the field has no use for goes to `rest`.
    fn take(&mut self, taken: Taken<'_, '_>, rest: &mut Vec<Element>) -> Result<(), XmlError>;

    /// Whether a part that stands under another name is still wanted.
    fn wants(&self, _part: u8) -> bool {
        self.is_absent()
    }

    /// Refuses a record that lacks a field it must have.
    fn require(_seen: bool, _parent: &Path<'_>, _name: &str) -> Result<(), XmlError> {
        Ok(())
    }

    fn write(&self, name: &str, writer: &mut Writer);
    fn inspect(&self, name: &str, parent: &str, warnings: &mut Vec<Warning>);
    /// Adds what the field says to a report: meanings beside the text.
    fn tell(&self, name: &str, parent: &str, telling: &mut Telling<'_>);
    fn is_absent(&self) -> bool;

    /// Writes the field for programs, under its wire name in `snake_case`.
    fn serialize<M: SerializeMap>(&self, name: &str, map: &mut M) -> Result<(), M::Error>;

    /// Reads what stands under a key of [`serialize`](Self::serialize), and says whether the key is this field's.
    fn deserialize<'de, M: MapAccess<'de>>(
        &mut self,
        name: &str,
        key: &str,
        map: &mut M,
    ) -> Result<bool, M::Error>;
}

/// An element on its way into a field.
pub(crate) struct Taken<'t, 'p> {
    pub(crate) found: Found<'t>,
    pub(crate) part: u8,
    /// Another element of this part was taken before.
    pub(crate) again: bool,
    /// The path of the record.
    pub(crate) parent: &'p Path<'p>,
}

impl Taken<'_, '_> {
    /// A second element is refused: two readers could disagree on which one counts.
    pub(crate) fn only_once(&self) -> Result<(), XmlError> {
        if self.again {
            let path = self.parent.child(self.found.name()).to_string();
            return Err(XmlError::DuplicateElement { path, position: self.found.position() });
        }
        Ok(())
    }
}

/// The report on a record while it is made.
pub(crate) struct Telling<'a> {
    pub(crate) fields: Vec<(String, Told)>,
    pub(crate) unknown: &'a mut Vec<UnknownElement>,
}

/// What one element holds: a text with a meaning, or a record.
pub(crate) trait Value: Serialize + DeserializeOwned {
    /// `None` if the element says nothing: absent = empty = blank [code B4].
    fn read(found: Found<'_>, path: &Path<'_>) -> Result<Option<Self>, XmlError>;
    fn write(&self, name: &str, writer: &mut Writer);
    fn inspect(&self, path: &str, warnings: &mut Vec<Warning>);
    fn tell(&self, path: &str, unknown: &mut Vec<UnknownElement>) -> Told;
    fn is_blank(&self) -> bool;
}

/// Which field of a record an element is.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// 0 for the field's own name, otherwise which of its other names.
    pub(crate) alias: u8,
    pub(crate) part: u8,
}

/// Most fields of a record.
const MOST_FIELDS: usize = 48;

/// The part of a field that stands in for another one of its parts, and so waits as an alias does.
pub(crate) const STAND_IN: u8 = 7;

/// A group of fields in one element.
pub(crate) trait Record: Default + Serialize + DeserializeOwned {
    /// The name of the element when it stands in a list.
    const ELEMENT: &'static str;
    /// How many fields it has.
    const COUNT: usize;
    /// Which part of a field an element of this name is.
    fn place_in(field: usize, name: &str) -> Option<Place>;
    fn take(&mut self, field: usize, taken: Taken<'_, '_>, rest: &mut Vec<Element>) -> Result<(), XmlError>;
    fn wants(&self, field: usize, part: u8) -> bool;
    fn require(seen: &[u8], path: &Path<'_>) -> Result<(), XmlError>;
    fn set_unmodelled(&mut self, unmodelled: Vec<Element>);
    fn write_fields(&self, writer: &mut Writer);
    fn inspect_fields(&self, path: &str, warnings: &mut Vec<Warning>);
    fn tell_fields(&self, path: &str, unknown: &mut Vec<UnknownElement>) -> Told;

    /// Whether an element of this name is one of the fields.
    fn has_field(name: &str) -> bool {
        (0..Self::COUNT).any(|field| Self::place_in(field, name).is_some())
    }

    /// Reads the children of the record's element, in any order [code B2].
    ///
    /// Writers keep to the order of the layout, so the search for a name begins at the field found last. What stands
    /// under another name than the field's own waits for the end of the record: it counts if nothing stands under the
    /// field's own name, and beside that it stays unmodelled, since which of two is meant is not guessed.
    fn read_fields(children: Children<'_>, path: &Path<'_>) -> Result<Self, XmlError> {
        let mut record = Self::default();
        let mut rest = Vec::new();
        let mut waiting: Vec<(usize, Place, Found<'_>)> = Vec::new();
        let mut seen = [0_u8; MOST_FIELDS];
        let mut last = 0;
        for found in children {
            let name = found.name();
            let fields = (last..Self::COUNT).chain(0..last);
            let mut places =
                fields.filter_map(|field| Self::place_in(field, name).map(|place| (field, place)));
            let Some((field, place)) = places.next() else {
                rest.push(found.to_element()?);
                continue;
            };
            last = field;
            if place.alias > 0 || place.part == STAND_IN {
                waiting.push((field, place, found));
                continue;
            }
            let taken =
                Taken { found, part: place.part, again: mark(&mut seen, field, place.part), parent: path };
            record.take(field, taken, &mut rest)?;
        }
        if !waiting.is_empty() {
            waiting.sort_by_key(|(field, place, _)| (*field, place.alias, place.part == STAND_IN));
            record.settle(&waiting, path, &mut rest)?;
        }
        Self::require(&seen, path)?;
        record.set_unmodelled(rest);
        Ok(record)
    }

    /// Decides about the elements that stand under other names.
    fn settle(
        &mut self,
        waiting: &[(usize, Place, Found<'_>)],
        path: &Path<'_>,
        rest: &mut Vec<Element>,
    ) -> Result<(), XmlError> {
        for group in waiting.chunk_by(|one, other| {
            (one.0, one.1.alias, one.1.part == STAND_IN) == (other.0, other.1.alias, other.1.part == STAND_IN)
        }) {
            let Some((field, place, _)) = group.first() else { continue };
            let wanted = self.wants(*field, place.part);
            let mut seen = [0_u8; MOST_FIELDS];
            for (field, place, found) in group {
                if wanted {
                    let again = mark(&mut seen, *field, place.part);
                    self.take(*field, Taken { found: *found, part: place.part, again, parent: path }, rest)?;
                } else {
                    rest.push(found.to_element()?);
                }
            }
        }
        Ok(())
    }
}

/// Notes that a part of a field was seen, and says whether it had been before.
fn mark(seen: &mut [u8; MOST_FIELDS], field: usize, part: u8) -> bool {
    let Some(parts) = seen.get_mut(field) else { return true };
    let bit = 1 << (part & 7);
    let again = *parts & bit != 0;
    *parts |= bit;
    again
}

impl<T: Value> Field for Option<T> {
    fn take(&mut self, taken: Taken<'_, '_>, _: &mut Vec<Element>) -> Result<(), XmlError> {
        taken.only_once()?;
        *self = T::read(taken.found, &taken.parent.child(taken.found.name()))?;
        Ok(())
    }

    fn write(&self, name: &str, writer: &mut Writer) {
        if let Some(value) = self.as_ref().filter(|value| !value.is_blank()) {
            value.write(name, writer);
        }
    }

    fn inspect(&self, name: &str, parent: &str, warnings: &mut Vec<Warning>) {
        if let Some(value) = self {
            value.inspect(&format!("{parent}/{name}"), warnings);
        }
    }

    fn tell(&self, name: &str, parent: &str, telling: &mut Telling<'_>) {
        if let Some(value) = self.as_ref().filter(|value| !value.is_blank()) {
            let told = value.tell(&format!("{parent}/{name}"), telling.unknown);
            telling.fields.push((snake_case(name), told));
        }
    }

    fn is_absent(&self) -> bool {
        self.as_ref().is_none_or(Value::is_blank)
    }

    fn serialize<M: SerializeMap>(&self, name: &str, map: &mut M) -> Result<(), M::Error> {
        match self.as_ref().filter(|value| !value.is_blank()) {
            Some(value) => map.serialize_entry(&snake_case(name), value),
            None => Ok(()),
        }
    }

    fn deserialize<'de, M: MapAccess<'de>>(
        &mut self,
        name: &str,
        key: &str,
        map: &mut M,
    ) -> Result<bool, M::Error> {
        deserialize_into(self, name, key, map)
    }
}

/// A list element with one element per record.
///
/// Two more shapes are accepted, because peers disagree (B11, U4): the list element repeated, and a record's
/// fields directly in the list element. Both are written in the first shape.
impl<T: Record> Field for Vec<T> {
    fn take(&mut self, taken: Taken<'_, '_>, rest: &mut Vec<Element>) -> Result<(), XmlError> {
        let path = taken.parent.child(taken.found.name());
        let items = taken.found.children(&path)?;
        let mut loose = items.filter(|item| item.name() != T::ELEMENT && T::has_field(item.name()));
        if let Some(field) = loose.next() {
            // Records and loose fields in one list: two readers could count differently.
            return if items.into_iter().any(|item| item.name() == T::ELEMENT) {
                Err(field.wrong(&path, "records or one record's fields"))
            } else {
                self.push(T::read_fields(items, &path)?);
                Ok(())
            };
        }
        take_items(self, items, &path, taken.found.name(), rest)
    }

    fn write(&self, name: &str, writer: &mut Writer) {
        if self.is_empty() {
            return;
        }
        writer.open(name);
        for record in self {
            writer.open(T::ELEMENT);
            record.write_fields(writer);
            writer.close(T::ELEMENT);
        }
        writer.close(name);
    }

    fn inspect(&self, name: &str, parent: &str, warnings: &mut Vec<Warning>) {
        for (record, number) in self.iter().zip(1..) {
            record.inspect_fields(&format!("{parent}/{name}/{}[{number}]", T::ELEMENT), warnings);
        }
    }

    fn tell(&self, name: &str, parent: &str, telling: &mut Telling<'_>) {
        if !self.is_empty() {
            let path = format!("{parent}/{name}");
            telling.fields.push((snake_case(name), tell_all(self, &path, telling.unknown)));
        }
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn serialize<M: SerializeMap>(&self, name: &str, map: &mut M) -> Result<(), M::Error> {
        if self.is_empty() { Ok(()) } else { map.serialize_entry(&snake_case(name), self) }
    }

    fn deserialize<'de, M: MapAccess<'de>>(
        &mut self,
        name: &str,
        key: &str,
        map: &mut M,
    ) -> Result<bool, M::Error> {
        deserialize_into(self, name, key, map)
    }
}

/// Reads the value of a key if the key is the field's.
fn deserialize_into<'de, T: serde::Deserialize<'de>, M: MapAccess<'de>>(
    field: &mut T,
    name: &str,
    key: &str,
    map: &mut M,
) -> Result<bool, M::Error> {
    if !is_snake_case_of(key, name) {
        return Ok(false);
    }
    *field = map.next_value()?;
    Ok(true)
}

/// Reads the records of a list element. What else it holds is kept in an element of the list's name.
fn take_items<T: Record>(
    records: &mut Vec<T>,
    items: Children<'_>,
    path: &Path<'_>,
    name: &str,
    rest: &mut Vec<Element>,
) -> Result<(), XmlError> {
    let mut strangers = Vec::new();
    for item in items {
        if item.name() == T::ELEMENT {
            let path = path.item(T::ELEMENT, records.len() + 1);
            records.push(T::read_fields(item.children(&path)?, &path)?);
        } else {
            strangers.push(item.to_element()?);
        }
    }
    if !strangers.is_empty() {
        rest.push(Element::Parent { name: name.to_owned(), children: strangers });
    }
    Ok(())
}

/// The records of a list, told one after the other.
fn tell_all<T: Record>(records: &[T], path: &str, unknown: &mut Vec<UnknownElement>) -> Told {
    let numbered = records.iter().zip(1..);
    Told::List(
        numbered
            .map(|(record, number)| record.tell_fields(&format!("{path}/{}[{number}]", T::ELEMENT), unknown))
            .collect(),
    )
}

/// Elements of one name that stand side by side in their parent, without a list element around them.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Repeated<T>(pub Vec<T>);

impl<T> Default for Repeated<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> std::ops::Deref for Repeated<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

/// How many, and not what: the items may be personal.
impl<T> fmt::Debug for Repeated<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Repeated").field("count", &self.0.len()).finish_non_exhaustive()
    }
}

impl<T: Record> Field for Repeated<T> {
    /// Also reads records that stand in a list element of this name: peers disagree [code B.4].
    fn take(&mut self, taken: Taken<'_, '_>, rest: &mut Vec<Element>) -> Result<(), XmlError> {
        let name = taken.found.name();
        if name == T::ELEMENT {
            let path = taken.parent.item(name, self.0.len() + 1);
            self.0.push(T::read_fields(taken.found.children(&path)?, &path)?);
            return Ok(());
        }
        let path = taken.parent.child(name);
        take_items(&mut self.0, taken.found.children(&path)?, &path, name, rest)
    }

    fn write(&self, name: &str, writer: &mut Writer) {
        for record in &self.0 {
            writer.open(name);
            record.write_fields(writer);
            writer.close(name);
        }
    }

    fn inspect(&self, name: &str, parent: &str, warnings: &mut Vec<Warning>) {
        for (record, number) in self.0.iter().zip(1..) {
            record.inspect_fields(&format!("{parent}/{name}[{number}]"), warnings);
        }
    }

    fn tell(&self, name: &str, parent: &str, telling: &mut Telling<'_>) {
        if !self.0.is_empty() {
            telling.fields.push((snake_case(name), tell_all(&self.0, parent, telling.unknown)));
        }
    }

    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }

    fn serialize<M: SerializeMap>(&self, name: &str, map: &mut M) -> Result<(), M::Error> {
        Field::serialize(&self.0, name, map)
    }

    fn deserialize<'de, M: MapAccess<'de>>(
        &mut self,
        name: &str,
        key: &str,
        map: &mut M,
    ) -> Result<bool, M::Error> {
        deserialize_into(self, name, key, map)
    }
}

/// Blank ones are left out.
impl Field for Repeated<String> {
    fn take(&mut self, taken: Taken<'_, '_>, _: &mut Vec<Element>) -> Result<(), XmlError> {
        let path = taken.parent.child(taken.found.name());
        self.0.extend(taken.found.text(&path)?.map(str::to_owned));
        Ok(())
    }

    fn write(&self, name: &str, writer: &mut Writer) {
        for text in self.0.iter().filter(|text| !text.is_blank()) {
            writer.text(name, text);
        }
    }

    fn inspect(&self, _: &str, _: &str, _: &mut Vec<Warning>) {}

    fn tell(&self, name: &str, _: &str, telling: &mut Telling<'_>) {
        if !self.is_absent() {
            let texts = self.0.iter().map(|text| Told::Text(text.clone())).collect();
            telling.fields.push((snake_case(name), Told::List(texts)));
        }
    }

    fn is_absent(&self) -> bool {
        self.0.iter().all(Value::is_blank)
    }

    fn serialize<M: SerializeMap>(&self, name: &str, map: &mut M) -> Result<(), M::Error> {
        if self.is_absent() { Ok(()) } else { map.serialize_entry(&snake_case(name), self) }
    }

    fn deserialize<'de, M: MapAccess<'de>>(
        &mut self,
        name: &str,
        key: &str,
        map: &mut M,
    ) -> Result<bool, M::Error> {
        deserialize_into(self, name, key, map)
    }
}

/// A type that is one text on the wire. It keeps that text whatever it is.
pub(crate) trait Text: Serialize + DeserializeOwned {
    fn of_text(text: Cow<'_, str>) -> Self;
    fn as_text(&self) -> &str;
    /// What is odd about the text, if anything.
    fn finding(&self, path: &str) -> Option<Warning>;
    /// The text, with its meaning beside it if it has one.
    fn told(&self) -> Told {
        Told::Text(self.as_text().to_owned())
    }
}

impl<T: Text> Value for T {
    fn read(found: Found<'_>, path: &Path<'_>) -> Result<Option<Self>, XmlError> {
        Ok(found.text(path)?.map(|text| T::of_text(Cow::Borrowed(text))))
    }

    fn write(&self, name: &str, writer: &mut Writer) {
        writer.text(name, self.as_text());
    }

    fn inspect(&self, path: &str, warnings: &mut Vec<Warning>) {
        warnings.extend(self.finding(path));
    }

    fn tell(&self, _: &str, _: &mut Vec<UnknownElement>) -> Told {
        self.told()
    }

    fn is_blank(&self) -> bool {
        self.as_text().trim().is_empty()
    }
}

impl Text for String {
    fn of_text(text: Cow<'_, str>) -> Self {
        text.into_owned()
    }

    fn as_text(&self) -> &str {
        self
    }

    fn finding(&self, _: &str) -> Option<Warning> {
        None
    }
}

/// A record read from a map, key by key.
pub(crate) trait FromMap: Default {
    /// Reads the value of a key, and says whether it is one of the record's.
    fn entry<'de, M: MapAccess<'de>>(&mut self, key: &str, map: &mut M) -> Result<bool, M::Error>;
}

/// Reads a record from a map. A key that is not one of its fields is refused: nothing is lost in silence.
pub(crate) struct Fields<T>(pub(crate) PhantomData<T>);

impl<'de, T: FromMap> Visitor<'de> for Fields<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a record: an object with wire names in snake_case")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<T, M::Error> {
        let mut record = T::default();
        let mut seen = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if !record.entry(&key, &mut map)? {
                return Err(M::Error::custom("a key that is no field of the record"));
            }
            if !seen.insert(key) {
                return Err(M::Error::custom("a key stands twice in one object"));
            }
        }
        Ok(record)
    }
}

/// Reads a text that is written bare, or as an object with `raw` beside what the text means. The meaning is not read:
/// it follows from the text.
pub(crate) fn raw_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    deserializer.deserialize_any(RawText)
}

struct RawText;

impl<'de> Visitor<'de> for RawText {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, or an object with a text \"raw\"")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<String, M::Error> {
        let mut raw = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == "raw" {
                raw = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        raw.ok_or_else(|| M::Error::missing_field("raw"))
    }
}

/// Declares a record: a struct of optional fields, each with its name on the wire, and all that follows from
/// the table.
///
/// `Debug` of a record prints which fields are present and never what they hold: they are personal data.
macro_rules! record {
    (
        $(#[$doc:meta])*
        $name:ident in $element:literal {
            $($(#[$field_doc:meta])* $field:ident: $kind:ty = $wire:literal $(or $alias:literal)*,)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[$field_doc])*
                #[doc = concat!("\n\nName on the wire: `", $wire, "`.", $(" Also read: `", $alias, "`.",)*)]
                pub $field: $kind,
            )+
            /// Elements this version does not model, kept as they are and in their order.
            pub unmodelled: Vec<Element>,
        }

        impl Record for $name {
            const ELEMENT: &'static str = $element;
            const COUNT: usize = [$($wire),+].len();

            #[inline]
            fn place_in(field: usize, name: &str) -> Option<Place> {
                let mut number = 0;
                $(
                    if field == number {
                        if let Some(part) = <$kind as Field>::part_of(name, $wire) {
                            return Some(Place { alias: 0, part });
                        }
                        let aliases: &[&str] = &[$($alias),*];
                        return aliases.iter().zip(1..).find_map(|(wire, alias)| {
                            <$kind as Field>::part_of(name, wire).map(|part| Place { alias, part })
                        });
                    }
                    number += 1;
                )+
                let _ = number;
                None
            }

            fn take(
                &mut self,
                field: usize,
                taken: Taken<'_, '_>,
                rest: &mut Vec<Element>,
            ) -> Result<(), XmlError> {
                let mut number = 0;
                $(
                    if field == number {
                        return Field::take(&mut self.$field, taken, rest);
                    }
                    number += 1;
                )+
                let _ = number;
                Ok(())
            }

            fn wants(&self, field: usize, part: u8) -> bool {
                let mut number = 0;
                $(
                    if field == number {
                        return Field::wants(&self.$field, part);
                    }
                    number += 1;
                )+
                let _ = number;
                false
            }

            fn require(seen: &[u8], path: &Path<'_>) -> Result<(), XmlError> {
                let mut seen = seen.iter();
                $(<$kind as Field>::require(seen.next().is_some_and(|parts| *parts > 0), path, $wire)?;)+
                Ok(())
            }

            fn set_unmodelled(&mut self, unmodelled: Vec<Element>) {
                self.unmodelled = unmodelled;
            }

            fn write_fields(&self, writer: &mut Writer) {
                $(Field::write(&self.$field, $wire, writer);)+
                for element in &self.unmodelled {
                    writer.element(element);
                }
            }

            fn inspect_fields(&self, path: &str, warnings: &mut Vec<Warning>) {
                $(Field::inspect(&self.$field, $wire, path, warnings);)+
            }

            fn tell_fields(
                &self,
                path: &str,
                unknown: &mut Vec<crate::meaning::told::UnknownElement>,
            ) -> crate::meaning::told::Told {
                let mut telling = crate::meaning::field::Telling { fields: Vec::new(), unknown };
                $(Field::tell(&self.$field, $wire, path, &mut telling);)+
                let fields = telling.fields;
                unknown.extend(
                    self.unmodelled
                        .iter()
                        .map(|element| crate::meaning::told::UnknownElement::new(path, element)),
                );
                crate::meaning::told::Told::Object(fields)
            }
        }

        impl Value for $name {
            fn read(found: Found<'_>, path: &Path<'_>) -> Result<Option<Self>, XmlError> {
                let record = Self::read_fields(found.children(path)?, path)?;
                Ok(Some(record).filter(|record| !record.is_blank()))
            }

            fn write(&self, name: &str, writer: &mut Writer) {
                writer.open(name);
                self.write_fields(writer);
                writer.close(name);
            }

            fn inspect(&self, path: &str, warnings: &mut Vec<Warning>) {
                self.inspect_fields(path, warnings);
            }

            fn tell(
                &self,
                path: &str,
                unknown: &mut Vec<crate::meaning::told::UnknownElement>,
            ) -> crate::meaning::told::Told {
                self.tell_fields(path, unknown)
            }

            fn is_blank(&self) -> bool {
                $(Field::is_absent(&self.$field) &&)+ self.unmodelled.is_empty()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                $(Field::serialize(&self.$field, $wire, &mut map)?;)+
                if !self.unmodelled.is_empty() {
                    serde::ser::SerializeMap::serialize_entry(&mut map, "unmodelled", &self.unmodelled)?;
                }
                serde::ser::SerializeMap::end(map)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_map(crate::meaning::field::Fields(std::marker::PhantomData))
            }
        }

        impl crate::meaning::field::FromMap for $name {
            fn entry<'de, M: serde::de::MapAccess<'de>>(
                &mut self,
                key: &str,
                map: &mut M,
            ) -> Result<bool, M::Error> {
                $(if Field::deserialize(&mut self.$field, $wire, key, map)? {
                    return Ok(true);
                })+
                if key == "unmodelled" {
                    self.unmodelled = map.next_value()?;
                    return Ok(true);
                }
                Ok(false)
            }
        }

        #[cfg(test)]
        impl crate::generated::Generated for $name {
            fn generated(source: &mut crate::generated::Source) -> Self {
                Self {
                    $($field: crate::generated::Generated::generated(source),)+
                    unmodelled: source.unmodelled(),
                }
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut present = Vec::new();
                $(if !Field::is_absent(&self.$field) {
                    present.push(stringify!($field));
                })+
                if !self.unmodelled.is_empty() {
                    present.push("unmodelled");
                }
                formatter.debug_struct(stringify!($name)).field("present", &present).finish_non_exhaustive()
            }
        }
    };
}
pub(crate) use record;
