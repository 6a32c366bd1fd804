//! A second opinion on PINs and rights: a model that keeps no counter and no status, only a history of what happened, and reads
//! both off it, backwards.

use super::on_card::Holds::{self, BlockedReference, ClosedData, Data, Key, Records};
use super::on_card::{Contents, FILES, REFERENCES, TEXT, VISUAL, most_tries, references_of};
use super::step::{Name, Value};

/// What happened to the card, as far as it matters later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    PowerLost,
    Application(usize),
    /// This EF became current.
    Current(u8),
    /// A value was compared with a reference, and was the right one or not.
    Compared(usize, bool),
    Changed(usize, Vec<u8>),
    SessionBegun,
    SessionLost,
}

/// What the card must answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Data(Vec<u8>),
    /// So many bytes.
    Length(usize),
    Status(u16),
    /// No success, no data, and no try; which status word is a guess.
    Refused,
    Anything,
}

/// The history of a card that was fresh.
pub(crate) struct Model<'c> {
    pub(crate) contents: &'c Contents,
    pub(crate) history: Vec<Event>,
}

impl<'c> Model<'c> {
    pub(crate) const fn new(contents: &'c Contents) -> Self {
        Self { contents, history: Vec::new() }
    }

    pub(crate) fn application(&self) -> usize {
        let last = self.history.iter().rev().find_map(|event| match event {
            Event::PowerLost => Some(0),
            Event::Application(application) => Some(*application),
            _ => None,
        });
        last.unwrap_or(0)
    }

    pub(crate) fn current(&self) -> Option<u8> {
        let last = self.history.iter().rev().find_map(|event| match event {
            Event::PowerLost | Event::Application(_) => Some(None),
            Event::Current(file) => Some(Some(*file)),
            _ => None,
        });
        last.flatten()
    }

    pub(crate) fn is_verified(&self, reference: usize) -> bool {
        let (application, ..) = REFERENCES[reference];
        for event in self.history.iter().rev() {
            match event {
                Event::PowerLost => return false,
                Event::Application(other) if *other != application => return false,
                Event::Compared(one, right) if *one == reference => return *right,
                _ => {}
            }
        }
        false
    }

    pub(crate) fn tries_left(&self, reference: usize) -> usize {
        let wrong = self.history.iter().rev().filter_map(|event| match event {
            Event::Compared(one, right) if *one == reference => Some(!right),
            _ => None,
        });
        most_tries(reference) - wrong.take_while(|wrong| *wrong).count()
    }

    pub(crate) fn value(&self, reference: usize) -> Vec<u8> {
        let last = self.history.iter().rev().find_map(|event| match event {
            Event::Changed(one, value) if *one == reference => Some(value.as_slice()),
            _ => None,
        });
        last.unwrap_or_else(|| self.contents.initial(reference)).to_vec()
    }

    pub(crate) fn has_session(&self) -> bool {
        for event in self.history.iter().rev() {
            match event {
                Event::PowerLost | Event::SessionLost => return false,
                Event::Application(other) if *other != TEXT => return false,
                Event::SessionBegun => return true,
                _ => {}
            }
        }
        false
    }

    /// Whether the application is open to somebody named in the list, or to all.
    pub(crate) fn is_opened(&self, application: usize, by: &[u8]) -> bool {
        by.is_empty()
            || references_of(application)
                .any(|(place, (_, reference, ..))| by.contains(&reference) && self.is_verified(place))
    }

    /// The EF that is named, or what the card says when there is none.
    pub(crate) fn named(&self, name: Name) -> Result<(u8, Holds), Expected> {
        let (file, absent) = match name {
            Name::Own => (Some(if self.application() == TEXT { 0x13 } else { 0x1A }), Expected::Refused),
            Name::Short(0) | Name::Current => (self.current(), Expected::Status(0x6986)),
            Name::Short(0x1F) => return Err(Expected::Status(0x6A86)),
            Name::Short(short) => (Some(short), Expected::Refused),
        };
        let found = FILES.iter().find(|row| row.0 == self.application() && Some(row.1) == file);
        found.map(|row| (row.1, row.2)).ok_or(absent)
    }

    pub(crate) fn reference(&self, name: Name) -> Option<usize> {
        let (file, _) = self.named(name).ok()?;
        let here = self.application();
        references_of(here).find(|(_, (_, reference, ..))| *reference == file).map(|(place, _)| place)
    }

    pub(crate) fn resolve(&self, name: Name, value: Value) -> Vec<u8> {
        let reference = self.reference(name);
        let right = reference.map_or_else(|| b"1234".to_vec(), |place| self.value(place));
        let is_password = right.len() < 10 && right.iter().any(u8::is_ascii_uppercase);
        match value {
            Value::Right => right,
            Value::Wrong => {
                let (last, start) = right.split_last().unwrap_or((&b'0', &[]));
                let other = if *last == b'7' { b'8' } else { b'7' };
                [start, &[other]].concat()
            }
            Value::Letters => b"pin?".to_vec(),
            Value::TooShort => b"1".to_vec(),
            Value::TooLong => vec![b'1'; 17],
            Value::New(number) if is_password => format!("NEW{:03}", number % 16).into_bytes(),
            Value::New(number) => format!("{:01$}", number % 16, right.len()).into_bytes(),
        }
    }

    pub(crate) fn select_file(&mut self, file: u8) -> Expected {
        if FILES.iter().any(|row| (row.0, row.1) == (self.application(), file)) {
            self.history.push(Event::Current(file));
            Expected::Status(0x9000)
        } else {
            Expected::Status(0x6A82)
        }
    }

    pub(crate) fn verify(&mut self, name: Name, value: &[u8]) -> Expected {
        match self.named(name) {
            Err(expected) => expected,
            Ok((_, BlockedReference)) => Expected::Status(if value.is_empty() { 0x63C0 } else { 0x6984 }),
            Ok((_, Holds::Reference(_))) => {
                let Some(reference) = self.reference(name) else { return Expected::Refused };
                let left = self.tries_left(reference);
                if value.is_empty() {
                    return tries(left);
                }
                if value.len() > 16 {
                    return Expected::Refused;
                }
                if left == 0 {
                    return Expected::Status(0x6984);
                }
                let right = value == self.value(reference);
                self.history.push(Event::Compared(reference, right));
                if right { Expected::Status(0x9000) } else { tries(left - 1) }
            }
            Ok(_) => Expected::Refused,
        }
    }

    pub(crate) fn change(&mut self, name: Name, value: &[u8], changed: &[(usize, u8)]) -> Expected {
        let found = match self.named(name) {
            Err(expected) => return expected,
            Ok((file, _)) => changed.contains(&(self.application(), file)),
        };
        let Some(reference) = self.reference(name).filter(|_| found) else { return Expected::Refused };
        if !self.is_verified(reference) {
            return Expected::Status(0x6982);
        }
        let is_password = REFERENCES[reference].1 == 0x1B;
        let of_the_form = match is_password {
            true => {
                (6..=16).contains(&value.len())
                    && value.iter().all(|one| matches!(one, b'A'..=b'Z' | b'0'..=b'9'))
                    && value.iter().any(u8::is_ascii_digit)
                    && value.iter().any(u8::is_ascii_uppercase)
            }
            false => value.len() == 4 && value.iter().all(u8::is_ascii_digit),
        };
        if !of_the_form {
            return Expected::Refused;
        }
        self.history.push(Event::Changed(reference, value.to_vec()));
        Expected::Status(0x9000)
    }

    pub(crate) fn read(&mut self, name: Name, offset: u16, length: u32) -> Expected {
        let (file, holds) = match self.named(name) {
            Err(Expected::Refused) => return Expected::Status(0x6A82),
            Err(expected) => return expected,
            Ok(found) => found,
        };
        self.history.push(Event::Current(file));
        let here = self.application();
        match holds {
            Data(by) if self.is_opened(here, by) => {
                let rest = self.contents.file(here, file).get(usize::from(offset)..).unwrap_or_default();
                match rest.get(..rest.len().min(usize::try_from(length).unwrap_or(usize::MAX))) {
                    None | Some([]) => Expected::Status(0x6B00),
                    Some(data) => Expected::Data(data.to_vec()),
                }
            }
            Data(_) | ClosedData => Expected::Status(0x6982),
            _ => Expected::Status(0x6981),
        }
    }

    pub(crate) fn read_record(&mut self, name: Name, number: u8) -> Expected {
        let (file, holds) = match self.named(name) {
            Err(Expected::Refused) => return Expected::Status(0x6A82),
            Err(expected) => return expected,
            Ok(found) => found,
        };
        self.history.push(Event::Current(file));
        match (holds, number) {
            (Records, 1) => Expected::Data(self.contents.file(self.application(), file).to_vec()),
            (Records, _) => Expected::Status(0x6A83),
            _ => Expected::Status(0x6981),
        }
    }

    pub(crate) fn sign(&self, name: Name) -> Expected {
        match self.named(name) {
            Err(expected) => expected,
            // Only the two applications with printed data have a key of their own.
            Ok(_) if name == Name::Own && !matches!(self.application(), TEXT | VISUAL) => Expected::Refused,
            Ok((_, Key(by))) if self.is_opened(self.application(), by) => Expected::Length(256),
            Ok((_, Key(_))) => Expected::Status(0x6982),
            Ok(_) => Expected::Refused,
        }
    }
}

fn tries(left: usize) -> Expected {
    Expected::Status(0x63C0 + u16::try_from(left).unwrap_or(0))
}
