//! How one field of a record is read from, written to and inspected in a message.
//!
//! [`record!`] declares a record as one table of fields and wire names; everything else about it follows from
//! that table, so that reading, writing, inspecting and redacting can never disagree about which fields there
//! are.

use crate::check::Warning;
use crate::xml::XmlError;
use crate::xml::tree::{Children, Node};
use crate::xml::writer::Writer;

/// What stands under one name in the parent element: an optional value, a required record, a list.
pub(crate) trait Field: Sized {
    /// Takes what belongs to this field out of the parent's children.
    fn read(children: &mut Children, name: &str) -> Result<Self, XmlError>;
    fn write(&self, name: &str, writer: &mut Writer);
    fn inspect(&self, name: &str, parent: &str, warnings: &mut Vec<Warning>);
    fn is_absent(&self) -> bool;
}

/// What one element holds: a text with a meaning, or a record.
pub(crate) trait Value: Sized {
    /// `None` if the element says nothing: absent = empty = blank [code B4].
    fn read(node: Node, path: &str) -> Result<Option<Self>, XmlError>;
    fn write(&self, name: &str, writer: &mut Writer);
    fn inspect(&self, path: &str, warnings: &mut Vec<Warning>);
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

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// A type that is one text on the wire. It keeps that text whatever it is.
pub(crate) trait Text: Sized {
    fn of_text(text: String) -> Self;
    fn as_text(&self) -> &str;
    /// What is odd about the text, if anything.
    fn finding(&self, path: &str) -> Option<Warning>;
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
            $($(#[$field_doc:meta])* $field:ident: $kind:ty = $wire:literal,)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Eq, serde::Serialize)]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[$field_doc])*
                #[doc = concat!("\n\nName on the wire: `", $wire, "`.")]
                #[serde(skip_serializing_if = "Field::is_absent")]
                pub $field: $kind,
            )+
            /// Elements this version does not model, kept as they are and in their order.
            #[serde(skip_serializing_if = "Vec::is_empty")]
            pub unmodelled: Vec<Element>,
        }

        impl Record for $name {
            const ELEMENT: &'static str = $element;
            const FIELDS: &'static [&'static str] = &[$($wire),+];

            fn read_fields(mut children: Children) -> Result<Self, XmlError> {
                Ok(Self {
                    $($field: Field::read(&mut children, $wire)?,)+
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

            fn is_blank(&self) -> bool {
                $(Field::is_absent(&self.$field) &&)+ self.unmodelled.is_empty()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
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
