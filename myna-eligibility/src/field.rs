//! How one field of a record is read from, written to and inspected in a message.
//!
//! [`record!`] declares a record as one table of fields and wire names; everything else about it follows from
//! that table, so that reading, writing, inspecting and redacting can never disagree about which fields there
//! are.

use crate::check::Warning;
use crate::report::{Told, UnknownElement, snake_case};
use crate::xml::XmlError;
use crate::xml::tree::{Children, Node};
use crate::xml::writer::Writer;

/// What stands under one name in the parent element: an optional value, a required record, a list.
pub(crate) trait Field: Sized {
    /// Takes what belongs to this field out of the parent's children.
    fn read(children: &mut Children, name: &str) -> Result<Self, XmlError>;
    fn write(&self, name: &str, writer: &mut Writer);
    fn inspect(&self, name: &str, parent: &str, warnings: &mut Vec<Warning>);
    /// Adds what the field says to a report: meanings beside the text.
    fn tell(&self, name: &str, parent: &str, telling: &mut Telling<'_>);
    fn is_absent(&self) -> bool;
}

/// The report on a record while it is made.
pub(crate) struct Telling<'a> {
    pub(crate) fields: Vec<(String, Told)>,
    pub(crate) unknown: &'a mut Vec<UnknownElement>,
}

/// Reads a field under its name, or, if nothing stands there, under the first other name that says something.
/// An alias beside the name itself stays unmodelled: which of two is meant is not guessed.
pub(crate) fn read_under<F: Field>(
    children: &mut Children,
    name: &str,
    aliases: &[&str],
) -> Result<F, XmlError> {
    let field = F::read(children, name)?;
    if !field.is_absent() {
        return Ok(field);
    }
    for alias in aliases {
        let other = F::read(children, alias)?;
        if !other.is_absent() {
            return Ok(other);
        }
    }
    Ok(field)
}

/// What one element holds: a text with a meaning, or a record.
pub(crate) trait Value: Sized {
    /// `None` if the element says nothing: absent = empty = blank [code B4].
    fn read(node: Node, path: &str) -> Result<Option<Self>, XmlError>;
    fn write(&self, name: &str, writer: &mut Writer);
    fn inspect(&self, path: &str, warnings: &mut Vec<Warning>);
    fn tell(&self, path: &str, unknown: &mut Vec<UnknownElement>) -> Told;
    fn is_blank(&self) -> bool;
}

/// A group of fields in one element.
pub(crate) trait Record: Sized {
    /// The name of the element when it stands in a list.
    const ELEMENT: &'static str;
    /// The wire names of its fields.
    const FIELDS: &'static [&'static str];
    fn read_fields(children: Children) -> Result<Self, XmlError>;
    fn write_fields(&self, writer: &mut Writer);
    fn inspect_fields(&self, path: &str, warnings: &mut Vec<Warning>);
    fn tell_fields(&self, path: &str, unknown: &mut Vec<UnknownElement>) -> Told;
}

impl<T: Value> Field for Option<T> {
    fn read(children: &mut Children, name: &str) -> Result<Self, XmlError> {
        match children.take_one(name)? {
            Some(node) => T::read(node, &children.path_of(name)),
            None => Ok(None),
        }
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
}

/// A list element with one element per record.
///
/// Two more shapes are accepted, because peers disagree (B11, U4): the list element repeated, and a record's
/// fields directly in the list element. Both are written in the first shape.
impl<T: Record> Field for Vec<T> {
    fn read(children: &mut Children, name: &str) -> Result<Self, XmlError> {
        let mut records = Self::new();
        let path = children.path_of(name);
        for list in children.take_all(name) {
            let mut items = list.into_children(&path)?;
            if let Some(position) = items.position_of_any(T::FIELDS) {
                // Records and loose fields in one list: two readers could count differently.
                if items.contains(T::ELEMENT) {
                    return Err(XmlError::WrongContent {
                        path,
                        position,
                        expected: "records or one record's fields",
                    });
                }
                records.push(T::read_fields(items)?);
                continue;
            }
            for item in items.take_all(T::ELEMENT) {
                let item_path = format!("{path}/{}[{}]", T::ELEMENT, records.len() + 1);
                records.push(T::read_fields(item.into_children(&item_path)?)?);
            }
            if !items.is_empty() {
                children.give_back(name, items);
            }
        }
        Ok(records)
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
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
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
impl<T> std::fmt::Debug for Repeated<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Repeated").field("count", &self.0.len()).finish_non_exhaustive()
    }
}

impl<T: Record> Field for Repeated<T> {
    /// Also reads records that stand in a list element of this name: peers disagree [code B.4].
    fn read(children: &mut Children, name: &str) -> Result<Self, XmlError> {
        let mut records = Vec::new();
        let path = children.path_of(name);
        for node in children.take_all(name) {
            let record_path = format!("{path}[{}]", records.len() + 1);
            let mut fields = node.into_children(&record_path)?;
            if name == T::ELEMENT {
                records.push(T::read_fields(fields)?);
                continue;
            }
            for item in fields.take_all(T::ELEMENT) {
                let item_path = format!("{path}/{}[{}]", T::ELEMENT, records.len() + 1);
                records.push(T::read_fields(item.into_children(&item_path)?)?);
            }
            if !fields.is_empty() {
                children.give_back(name, fields);
            }
        }
        Ok(Self(records))
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
}

/// Blank ones are left out.
impl Field for Repeated<String> {
    fn read(children: &mut Children, name: &str) -> Result<Self, XmlError> {
        let path = children.path_of(name);
        let texts = children.take_all(name).into_iter().map(|node| node.into_text(&path));
        Ok(Self(texts.filter_map(Result::transpose).collect::<Result<_, _>>()?))
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
}

/// A type that is one text on the wire. It keeps that text whatever it is.
pub(crate) trait Text: Sized {
    fn of_text(text: String) -> Self;
    fn as_text(&self) -> &str;
    /// What is odd about the text, if anything.
    fn finding(&self, path: &str) -> Option<Warning>;
    /// The text, with its meaning beside it if it has one.
    fn told(&self) -> Told {
        Told::Text(self.as_text().to_owned())
    }
}

impl<T: Text> Value for T {
    fn read(node: Node, path: &str) -> Result<Option<Self>, XmlError> {
        Ok(node.into_text(path)?.map(T::of_text))
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
    fn of_text(text: String) -> Self {
        text
    }

    fn as_text(&self) -> &str {
        self
    }

    fn finding(&self, _: &str) -> Option<Warning> {
        None
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
        #[derive(Clone, Default, PartialEq, Eq, serde::Serialize)]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[$field_doc])*
                #[doc = concat!("\n\nName on the wire: `", $wire, "`.", $(" Also read: `", $alias, "`.",)*)]
                #[serde(skip_serializing_if = "Field::is_absent")]
                pub $field: $kind,
            )+
            /// Elements this version does not model, kept as they are and in their order.
            #[serde(skip_serializing_if = "Vec::is_empty")]
            pub unmodelled: Vec<Element>,
        }

        impl Record for $name {
            const ELEMENT: &'static str = $element;
            const FIELDS: &'static [&'static str] = &[$($wire, $($alias,)*)+];

            fn read_fields(mut children: Children) -> Result<Self, XmlError> {
                Ok(Self {
                    $($field: crate::field::read_under(&mut children, $wire, &[$($alias),*])?,)+
                    unmodelled: children.into_rest(),
                })
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
                unknown: &mut Vec<crate::report::UnknownElement>,
            ) -> crate::report::Told {
                let mut telling = crate::field::Telling { fields: Vec::new(), unknown };
                $(Field::tell(&self.$field, $wire, path, &mut telling);)+
                let fields = telling.fields;
                unknown.extend(
                    self.unmodelled
                        .iter()
                        .map(|element| crate::report::UnknownElement::new(path, element)),
                );
                crate::report::Told::Object(fields)
            }
        }

        impl Value for $name {
            fn read(node: Node, path: &str) -> Result<Option<Self>, XmlError> {
                let record = Self::read_fields(node.into_children(path)?)?;
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
                unknown: &mut Vec<crate::report::UnknownElement>,
            ) -> crate::report::Told {
                self.tell_fields(path, unknown)
            }

            fn is_blank(&self) -> bool {
                $(Field::is_absent(&self.$field) &&)+ self.unmodelled.is_empty()
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
