use super::PdfFault;

/// A value of a PDF file (ISO 32000-2, 7.3), without the bytes of streams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Object {
    Null,
    Boolean(bool),
    Integer(i64),
    /// A number with a point, or one that no `i64` holds: as it is written.
    Real(Vec<u8>),
    Text(Vec<u8>),
    Name(Vec<u8>),
    Array(Vec<Self>),
    Dictionary(Dictionary),
    Reference(Reference),
}

/// Names an indirect object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reference {
    pub(super) number: u32,
    pub(super) generation: u16,
}

/// Values by name, in the order of the names; no name twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Dictionary(Vec<(Vec<u8>, Object)>);

impl Object {
    pub(super) fn name(text: &str) -> Self {
        Self::Name(text.as_bytes().to_vec())
    }

    pub(super) fn reference(&self) -> Option<Reference> {
        if let Self::Reference(reference) = self { Some(*reference) } else { None }
    }

    pub(super) fn integer(&self) -> Option<i64> {
        if let Self::Integer(value) = self { Some(*value) } else { None }
    }

    /// A number that counts or points.
    pub(super) fn index(&self) -> Option<usize> {
        self.integer().and_then(|value| usize::try_from(value).ok())
    }

    pub(super) fn array(&self) -> Option<&[Self]> {
        if let Self::Array(values) = self { Some(values) } else { None }
    }

    pub(super) fn dictionary(&self) -> Option<&Dictionary> {
        if let Self::Dictionary(dictionary) = self { Some(dictionary) } else { None }
    }

    pub(super) fn text(&self) -> Option<&[u8]> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn is_name(&self, name: &str) -> bool {
        matches!(self, Self::Name(this) if this == name.as_bytes())
    }

    /// Every reference in it. Values are at most so deep as the parser allows.
    pub(super) fn each_reference(&self, found: &mut impl FnMut(Reference)) {
        match self {
            Self::Reference(reference) => found(*reference),
            Self::Array(values) => values.iter().for_each(|value| value.each_reference(found)),
            Self::Dictionary(dictionary) => {
                dictionary.0.iter().for_each(|(_, value)| value.each_reference(found));
            }
            _ => {}
        }
    }

    /// Writes it as a file has it.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend(b"null"),
            Self::Boolean(true) => out.extend(b"true"),
            Self::Boolean(false) => out.extend(b"false"),
            Self::Integer(value) => out.extend(value.to_string().bytes()),
            Self::Real(text) => out.extend(text),
            Self::Text(text) => {
                out.push(b'<');
                text.iter().for_each(|byte| out.extend(format!("{byte:02X}").bytes()));
                out.push(b'>');
            }
            Self::Name(name) => write_name(name, out),
            Self::Array(values) => {
                out.push(b'[');
                for (place, value) in values.iter().enumerate() {
                    if place > 0 {
                        out.push(b' ');
                    }
                    value.write(out);
                }
                out.push(b']');
            }
            Self::Dictionary(dictionary) => dictionary.write(out),
            Self::Reference(Reference { number, generation }) => {
                out.extend(format!("{number} {generation} R").bytes());
            }
        }
    }
}

impl Dictionary {
    /// Fails when a name stands twice: readers disagree on which one counts.
    pub(super) fn new(mut entries: Vec<(Vec<u8>, Object)>, offset: usize) -> Result<Self, PdfFault> {
        entries.sort_by(|(left, _), (right, _)| left.cmp(right));
        let twice = entries.windows(2).any(|pair| matches!(pair, [(left, _), (right, _)] if left == right));
        if twice { Err(PdfFault::Syntax(offset)) } else { Ok(Self(entries)) }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Object> {
        let place = self.0.binary_search_by(|(key, _)| key.as_slice().cmp(name.as_bytes())).ok()?;
        self.0.get(place).map(|(_, value)| value)
    }

    pub(super) fn set(&mut self, name: &str, value: Object) {
        match self.0.binary_search_by(|(key, _)| key.as_slice().cmp(name.as_bytes())) {
            Ok(place) => {
                if let Some(entry) = self.0.get_mut(place) {
                    entry.1 = value;
                }
            }
            Err(place) => self.0.insert(place, (name.as_bytes().to_vec(), value)),
        }
    }

    /// The same without some names.
    pub(super) fn without(&self, names: &[&str]) -> Self {
        let kept = self.0.iter().filter(|(key, _)| !names.iter().any(|name| name.as_bytes() == key));
        Self(kept.cloned().collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend(b"<<");
        for (name, value) in &self.0 {
            out.push(b' ');
            write_name(name, out);
            out.push(b' ');
            value.write(out);
        }
        out.extend(b" >>");
    }
}

fn write_name(name: &[u8], out: &mut Vec<u8>) {
    out.push(b'/');
    for byte in name {
        if byte.is_ascii_alphanumeric() || b"-_.+:;*@!$&'^`|~?,=\"\\".contains(byte) {
            out.push(*byte);
        } else {
            out.extend(format!("#{byte:02X}").bytes());
        }
    }
}
