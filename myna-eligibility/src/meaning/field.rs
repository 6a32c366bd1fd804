//! How the fields of a record are read, and how a record is declared.
//!
//! [`record!`] declares a record as one table of fields; everything else about it follows from that table
//! ([`descriptor`](super::descriptor)).

use std::borrow::Cow;
use std::fmt;

use crate::element::Element;
use crate::element::error::XmlError;
use crate::element::tree::{Children, Found, Path, Tree};
use crate::meaning::descriptor::{Content, FieldDescriptor, Fields, Kind, RecordDescriptor};
use crate::meaning::text::Text;

/// What stands under one name in the parent element: an optional value, a required record, a list; or a group of texts.
pub(crate) trait Field {
    const KIND: Kind;
    /// Whether a record without it is refused.
    const IS_REQUIRED: bool = false;

    /// See [`Text::of_words`].
    fn of_words(_words: &str) -> Option<String> {
        None
    }

    /// Takes an element that is a part of this field. What the field has no use for goes to `rest`.
    fn take(&mut self, part: usize, taken: Taken<'_, '_>, rest: &mut Vec<Element>) -> Result<(), XmlError>;

    /// What stands in a part of this field; most fields have one.
    fn content(&self, part: usize) -> Content<'_>;
}

/// An element on its way into a field.
pub(crate) struct Taken<'t, 'p> {
    pub(crate) found: Found<'t>,
    /// Another element of this name was taken before.
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

/// What one element holds: a text with a meaning, or a record.
pub(crate) trait Value: Sized {
    const KIND: Kind;
    /// `None` if the element says nothing: absent = empty = blank [code B4].
    fn read(found: Found<'_>, path: &Path<'_>) -> Result<Option<Self>, XmlError>;
    fn content(&self) -> Content<'_>;

    /// See [`Text::of_words`].
    fn of_words(_words: &str) -> Option<String> {
        None
    }
}

/// A group of fields in one element.
pub(crate) trait Record: Fields + Default {
    const DESCRIPTOR: &'static RecordDescriptor;
    /// The fields a record must have, one bit each.
    const REQUIRED: u64 = {
        let fields = Self::DESCRIPTOR.fields;
        assert!(fields.len() <= 64, "a record has more fields than are counted");
        let (mut required, mut index) = (0, 0);
        while index < fields.len() {
            #[expect(clippy::indexing_slicing, reason = "below its length, at compile time")]
            if fields[index].is_required {
                required |= 1 << index;
            }
            index += 1;
        }
        required
    };

    fn take(&mut self, field: usize, taken: Taken<'_, '_>, rest: &mut Vec<Element>) -> Result<(), XmlError>;
    fn set_unmodelled(&mut self, unmodelled: Vec<Element>);

    /// Reads the children of the record's element, in any order [code B2].
    ///
    /// Writers keep to the order of the layout, so the search for a name begins at the field found last. What stands
    /// under another name than the field's own waits for the end of the record: it counts if nothing stands under the
    /// field's own name, and beside that it stays unmodelled, since which of two is meant is not guessed.
    fn read_fields(children: Children<'_>, path: &Path<'_>) -> Result<Self, XmlError> {
        let fields = Self::DESCRIPTOR.fields;
        let mut record = Self::default();
        let mut rest = Vec::new();
        let mut waiting: Vec<((usize, usize), Found<'_>)> = Vec::new();
        let (mut seen, mut last) = (0, 0);
        for found in children {
            let name = found.name();
            if let Some(field) = place_of(fields, last, name) {
                last = field;
                let again = mark(&mut seen, field);
                record.take(field, Taken { found, again, parent: path }, &mut rest)?;
            } else if let Some(place) = alias_of(fields, name) {
                waiting.push((place, found));
            } else {
                rest.push(found.to_element()?);
            }
        }
        if !waiting.is_empty() {
            waiting.sort_by_key(|(place, _)| *place);
            record.settle(&waiting, path, &mut rest)?;
        }
        if seen & Self::REQUIRED != Self::REQUIRED {
            let missing = fields.get((!seen & Self::REQUIRED).trailing_zeros() as usize);
            let path = path.child(missing.map_or("", |field| field.wire)).to_string();
            return Err(XmlError::MissingElement { path });
        }
        record.set_unmodelled(rest);
        Ok(record)
    }

    /// Decides about the elements that stand under other names.
    fn settle(
        &mut self,
        waiting: &[((usize, usize), Found<'_>)],
        path: &Path<'_>,
        rest: &mut Vec<Element>,
    ) -> Result<(), XmlError> {
        for group in waiting.chunk_by(|one, other| one.0 == other.0) {
            let is_wanted = |field| matches!(self.content(field), Content::Absent);
            let wanted = group.first().is_some_and(|((field, _), _)| is_wanted(*field));
            for (((field, _), found), again) in
                group.iter().zip(std::iter::once(false).chain(std::iter::repeat(true)))
            {
                if wanted {
                    self.take(*field, Taken { found: *found, again, parent: path }, rest)?;
                } else {
                    rest.push(found.to_element()?);
                }
            }
        }
        Ok(())
    }

    /// The record of elements, as if they stood in a message.
    fn of_elements(elements: Vec<Element>) -> Result<Self, XmlError> {
        let name = Self::DESCRIPTOR.element.to_owned();
        let element = Element::Parent { name, children: elements };
        let tree = Tree::of(&element);
        Self::read_fields(tree.children()?, &Path::root(Self::DESCRIPTOR.element))
    }
}

/// Which field has this name on the wire.
#[inline]
fn place_of(fields: &[FieldDescriptor], last: usize, name: &str) -> Option<usize> {
    let (before, behind) = fields.split_at_checked(last)?;
    let is_it = |field: &FieldDescriptor| field.wire == name;
    behind.iter().position(is_it).map(|place| last + place).or_else(|| before.iter().position(is_it))
}

/// Which field has this other name, and which of its other names it is.
fn alias_of(fields: &[FieldDescriptor], name: &str) -> Option<(usize, usize)> {
    let place = |(index, field): (usize, &FieldDescriptor)| {
        Some((index, field.aliases.iter().position(|alias| *alias == name)?))
    };
    fields.iter().enumerate().find_map(place)
}

/// Notes that a field was seen, and says whether it had been before.
fn mark(seen: &mut u64, field: usize) -> bool {
    let bit = 1 << (field & 63);
    let again = *seen & bit != 0;
    *seen |= bit;
    again
}

impl<T: Value> Field for Option<T> {
    const KIND: Kind = T::KIND;

    fn of_words(words: &str) -> Option<String> {
        T::of_words(words)
    }

    fn take(&mut self, _: usize, taken: Taken<'_, '_>, _: &mut Vec<Element>) -> Result<(), XmlError> {
        taken.only_once()?;
        *self = T::read(taken.found, &taken.parent.child(taken.found.name()))?;
        Ok(())
    }

    fn content(&self, _: usize) -> Content<'_> {
        self.as_ref().map_or(Content::Absent, T::content)
    }
}

/// A list element with one element per record.
///
/// Two more shapes are accepted, because peers disagree (B11, U4): the list element repeated, and a record's
/// fields directly in the list element. Both are written in the first shape.
impl<T: Record> Field for Vec<T> {
    const KIND: Kind = Kind::List(T::DESCRIPTOR);

    fn take(&mut self, _: usize, taken: Taken<'_, '_>, rest: &mut Vec<Element>) -> Result<(), XmlError> {
        let path = taken.parent.child(taken.found.name());
        let items = taken.found.children(&path)?;
        let fields = T::DESCRIPTOR.fields;
        let is_record = |item: &Found<'_>| item.name() == T::DESCRIPTOR.element;
        let is_field = |name| place_of(fields, 0, name).is_some() || alias_of(fields, name).is_some();
        if let Some(field) = items.into_iter().find(|item| !is_record(item) && is_field(item.name())) {
            // Records and loose fields in one list: two readers could count differently.
            return if items.into_iter().any(|item| is_record(&item)) {
                Err(field.wrong(&path, "records or one record's fields"))
            } else {
                self.push(T::read_fields(items, &path)?);
                Ok(())
            };
        }
        take_items(self, items, &path, taken.found.name(), rest)
    }

    fn content(&self, _: usize) -> Content<'_> {
        content_of(self)
    }
}

fn content_of<T: Record>(records: &[T]) -> Content<'_> {
    match records {
        [] => Content::Absent,
        records => Content::Records(records.iter().map(|record| -> &dyn Fields { record }).collect()),
    }
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
        if item.name() == T::DESCRIPTOR.element {
            let path = path.item(T::DESCRIPTOR.element, records.len() + 1);
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

/// Elements of one name that stand side by side in their parent, without a list element around them.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
#[expect(clippy::exhaustive_structs, reason = "made by its users: a further field has to be theirs to fill")]
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
    const KIND: Kind = Kind::Repeated(T::DESCRIPTOR);

    /// Also reads records that stand in a list element of this name: peers disagree [code B.4].
    fn take(&mut self, _: usize, taken: Taken<'_, '_>, rest: &mut Vec<Element>) -> Result<(), XmlError> {
        let name = taken.found.name();
        if name == T::DESCRIPTOR.element {
            let path = taken.parent.item(name, self.0.len() + 1);
            self.0.push(T::read_fields(taken.found.children(&path)?, &path)?);
            return Ok(());
        }
        let path = taken.parent.child(name);
        take_items(&mut self.0, taken.found.children(&path)?, &path, name, rest)
    }

    fn content(&self, _: usize) -> Content<'_> {
        content_of(&self.0)
    }
}

/// Blank ones are left out.
impl Field for Repeated<String> {
    const KIND: Kind = Kind::Texts;

    fn take(&mut self, _: usize, taken: Taken<'_, '_>, _: &mut Vec<Element>) -> Result<(), XmlError> {
        let path = taken.parent.child(taken.found.name());
        self.0.extend(taken.found.text(&path)?.map(str::to_owned));
        Ok(())
    }

    fn content(&self, _: usize) -> Content<'_> {
        if self.0.iter().all(|text| text.trim().is_empty()) {
            Content::Absent
        } else {
            Content::Texts(&self.0)
        }
    }
}

impl<T: Text> Value for T {
    const KIND: Kind = Kind::Text;

    fn of_words(words: &str) -> Option<String> {
        <T as Text>::of_words(words)
    }

    fn read(found: Found<'_>, path: &Path<'_>) -> Result<Option<Self>, XmlError> {
        Ok(found.text(path)?.map(|text| T::of_text(Cow::Borrowed(text))))
    }

    fn content(&self) -> Content<'_> {
        if self.as_text().trim().is_empty() { Content::Absent } else { Content::Text(self) }
    }
}

/// The first of some expressions: that of the table, or what holds without it.
macro_rules! first_of {
    ($first:expr $(, $rest:expr)*) => {
        $first
    };
}

/// Declares a record: a struct of optional fields, its table, and all that follows from the table.
///
/// A line of the table is the field, its type and its element: name on the wire `or` other names, number in the app's
/// manual in brackets, labels in Japanese and English, what else it is `said` for by the limited app, `in` its unit, the section it is `shown` in if not in its record's, and
/// the place it has there if neither its number's nor behind those that have one, and its place in `fhir` if that is not an
/// extension by its name. Elements of a group are divided by semicolons.
///
/// `Debug` of a record prints which fields are present and never what they hold: they are personal data.
macro_rules! record {
    (
        $(#[$doc:meta])*
        $name:ident in $element:literal $(shown $section:ident)? {
            $(
                $(#[$field_doc:meta])*
                $field:ident: $kind:ty = $(
                    $wire:literal $(or $alias:literal)* $(($number:literal))?, $ja:literal, $en:literal $(said $spoken:literal)*
                    $(in $unit:literal)? $(shown $in:ident)? $(at $rank:literal)? $(fhir $place:ident)?
                );+,
            )+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[doc = concat!(
                    $("(", $number, ") ",)? $ja, ": ", $en, ". On the wire `", $wire, "`" $(, ", also read `", $alias, "`")*, ".\n"
                )])+
                $(#[$field_doc])*
                pub $field: $kind,
            )+
            /// Elements this version does not model, kept as they are and in their order.
            pub unmodelled: Vec<$crate::element::Element>,
        }

        impl $crate::meaning::field::Record for $name {
            const DESCRIPTOR: &'static $crate::meaning::descriptor::RecordDescriptor =
                &$crate::meaning::descriptor::RecordDescriptor {
                    name: stringify!($name),
                    element: $element,
                    section: $crate::meaning::field::first_of!(
                        $($crate::meaning::section::Section::$section,)? $crate::meaning::section::Section::Message
                    ),
                    fields: &[$($(
                        $crate::meaning::descriptor::FieldDescriptor {
                            field: stringify!($field),
                            wire: $wire,
                            aliases: &[$($alias),*],
                            number: $crate::meaning::field::first_of!($(Some($number),)? None),
                            label_ja: $ja,
                            label_en: $en,
                            spoken: &[$($spoken),*],
                            of_words: <$kind as $crate::meaning::field::Field>::of_words,
                            unit: $crate::meaning::field::first_of!($($unit,)? ""),
                            section: $crate::meaning::field::first_of!(
                                $(Some($crate::meaning::section::Section::$in),)? None
                            ),
                            rank: $crate::meaning::field::first_of!($($rank,)? $($number,)? 100),
                            fhir: $crate::meaning::field::first_of!(
                                $($crate::meaning::fhir_place::FhirPlace::$place,)?
                                $crate::meaning::fhir_place::FhirPlace::Extension
                            ),
                            is_required: <$kind as $crate::meaning::field::Field>::IS_REQUIRED,
                            kind: <$kind as $crate::meaning::field::Field>::KIND,
                        },
                    )+)+],
                };

            fn take(
                &mut self,
                field: usize,
                taken: $crate::meaning::field::Taken<'_, '_>,
                rest: &mut Vec<$crate::element::Element>,
            ) -> Result<(), $crate::element::error::XmlError> {
                let mut number = 0;
                $(
                    let first = number;
                    $(let _ = $wire; number += 1;)+
                    if field < number {
                        return $crate::meaning::field::Field::take(&mut self.$field, field - first, taken, rest);
                    }
                )+
                Ok(())
            }

            fn set_unmodelled(&mut self, unmodelled: Vec<$crate::element::Element>) {
                self.unmodelled = unmodelled;
            }
        }

        impl $crate::meaning::descriptor::Fields for $name {
            fn descriptor(&self) -> &'static $crate::meaning::descriptor::RecordDescriptor {
                <Self as $crate::meaning::field::Record>::DESCRIPTOR
            }

            fn content(&self, field: usize) -> $crate::meaning::descriptor::Content<'_> {
                let mut number = 0;
                $(
                    let first = number;
                    $(let _ = $wire; number += 1;)+
                    if field < number {
                        return $crate::meaning::field::Field::content(&self.$field, field - first);
                    }
                )+
                $crate::meaning::descriptor::Content::Absent
            }

            fn unmodelled(&self) -> &[$crate::element::Element] {
                &self.unmodelled
            }
        }

        impl $crate::meaning::field::Value for $name {
            const KIND: $crate::meaning::descriptor::Kind =
                $crate::meaning::descriptor::Kind::Record(<Self as $crate::meaning::field::Record>::DESCRIPTOR);

            fn read(
                found: $crate::element::tree::Found<'_>,
                path: &$crate::element::tree::Path<'_>,
            ) -> Result<Option<Self>, $crate::element::error::XmlError> {
                let record = <Self as $crate::meaning::field::Record>::read_fields(found.children(path)?, path)?;
                Ok(Some(record).filter(|record| !$crate::meaning::descriptor::is_blank(record)))
            }

            fn content(&self) -> $crate::meaning::descriptor::Content<'_> {
                if $crate::meaning::descriptor::is_blank(self) {
                    $crate::meaning::descriptor::Content::Absent
                } else {
                    $crate::meaning::descriptor::Content::Record(self)
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::meaning::serialized::tell(self).serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::meaning::serialized::read(deserializer)
            }
        }

        #[cfg(test)]
        impl $crate::generated::Generated for $name {
            fn generated(source: &mut $crate::generated::Source) -> Self {
                Self {
                    $($field: $crate::generated::Generated::generated(source),)+
                    unmodelled: source.unmodelled(),
                }
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::meaning::descriptor::debug(self, formatter)
            }
        }
    };
}
pub(crate) use {first_of, record};
