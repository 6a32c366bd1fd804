//! What is on the card of the default persona, as a table written from what was seen of real ones.
//!
//! The tests of the card and the fuzz target `card_commands` share this file, as they do `host.rs`, `step.rs`, `model.rs` and
//! `trial.rs`; so these use nothing of the crate but what anybody may use.

use super::SimulatedCard;

/// The applications of the card by name; the ISD, current after power-on, comes first.
pub(crate) const APPLICATIONS: [&[u8]; 6] = [
    &[0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00],
    &[0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01],
    &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08],
    &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02],
    &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x01],
    &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00],
];
pub(crate) const JPKI: usize = 1;
pub(crate) const TEXT: usize = 2;
pub(crate) const VISUAL: usize = 3;
pub(crate) const RESIDENT_REGISTER: usize = 4;
pub(crate) const COMMON: usize = 5;

/// What an EF holds, and which references of its application open it: one of them is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// For READ BINARY; opened by nobody in particular when the list is empty.
    Data(&'static [u8]),
    /// For READ BINARY, and nothing known opens it.
    ClosedData,
    /// For READ RECORD, free.
    Records,
    /// A reference with so many tries.
    Reference(usize),
    /// A reference that arrives blocked.
    BlockedReference,
    /// For the signature command.
    Key(&'static [u8]),
    /// For INTERNAL AUTHENTICATE.
    AuthenticationKey,
    /// Can be selected; no more is known.
    Unknown,
}
use Holds::{AuthenticationKey, BlockedReference, ClosedData, Data, Key, Records, Unknown};

/// Every EF of the card: application, identifier, what it holds.
#[rustfmt::skip]
pub(crate) const FILES: [(usize, u8, Holds); 55] = [
    (JPKI, 0x01, Data(&[0x1B])), (JPKI, 0x02, Data(&[])), (JPKI, 0x05, ClosedData), (JPKI, 0x06, Data(&[])),
    (JPKI, 0x08, Data(&[])), (JPKI, 0x09, ClosedData), (JPKI, 0x0A, Data(&[])), (JPKI, 0x0B, Data(&[])),
    (JPKI, 0x10, Unknown), (JPKI, 0x16, Unknown), (JPKI, 0x17, Key(&[0x18])), (JPKI, 0x18, Holds::Reference(3)),
    (JPKI, 0x19, Unknown), (JPKI, 0x1A, Key(&[0x1B])), (JPKI, 0x1B, Holds::Reference(5)), (JPKI, 0x1C, Unknown),
    (JPKI, 0x1E, Unknown),
    (TEXT, 0x01, Data(&[0x11, 0x14])), (TEXT, 0x02, Data(&[0x11, 0x15])), (TEXT, 0x03, Data(&[0x11, 0x14, 0x15])),
    (TEXT, 0x04, Data(&[])), (TEXT, 0x05, Data(&[])), (TEXT, 0x06, Data(&[0x11, 0x14, 0x15])),
    (TEXT, 0x07, Data(&[0x11, 0x14, 0x15])), (TEXT, 0x08, Data(&[])), (TEXT, 0x10, Unknown),
    (TEXT, 0x11, Holds::Reference(3)), (TEXT, 0x12, BlockedReference), (TEXT, 0x13, Key(&[])),
    (TEXT, 0x14, Holds::Reference(10)), (TEXT, 0x15, Holds::Reference(10)), (TEXT, 0x1C, Unknown), (TEXT, 0x1E, Unknown),
    (VISUAL, 0x01, Data(&[0x11])), (VISUAL, 0x02, Data(&[0x12, 0x13])), (VISUAL, 0x03, Data(&[])),
    (VISUAL, 0x04, Data(&[])), (VISUAL, 0x05, Data(&[0x13])), (VISUAL, 0x06, Data(&[])),
    (VISUAL, 0x11, Holds::Reference(10)), (VISUAL, 0x12, Holds::Reference(10)), (VISUAL, 0x13, Holds::Reference(10)),
    (VISUAL, 0x14, Unknown), (VISUAL, 0x15, Unknown), (VISUAL, 0x1A, Key(&[])), (VISUAL, 0x1C, Unknown),
    (VISUAL, 0x1E, Unknown),
    (RESIDENT_REGISTER, 0x02, Data(&[])), (RESIDENT_REGISTER, 0x1C, Holds::Reference(3)),
    (RESIDENT_REGISTER, 0x1E, Unknown),
    (COMMON, 0x01, Records), (COMMON, 0x02, Data(&[])), (COMMON, 0x19, AuthenticationKey),
    (COMMON, 0x1C, Holds::Reference(3)), (COMMON, 0x1E, Unknown),
];

/// A reference: application, short identifier, value (empty: 照合番号B), and how its tries are read.
pub(crate) type ReferenceRow = (usize, u8, &'static [u8], fn(&SimulatedCard) -> u8);

/// The references of the default persona.
#[rustfmt::skip]
pub(crate) const REFERENCES: [ReferenceRow; 10] = [
    (JPKI, 0x18, b"1234", |card| card.counters().user_authentication),
    (JPKI, 0x1B, b"ABC123", |card| card.counters().digital_signature),
    (TEXT, 0x11, b"1234", |card| card.counters().card_face_pin),
    (TEXT, 0x14, b"900000000010", |card| card.counters().text_number_a),
    (TEXT, 0x15, b"", |card| card.counters().text_number_b),
    (VISUAL, 0x11, b"630714", |card| card.counters().visual_birth_date),
    (VISUAL, 0x12, b"", |card| card.counters().visual_number_b),
    (VISUAL, 0x13, b"900000000010", |card| card.counters().visual_number_a),
    (RESIDENT_REGISTER, 0x1C, b"1234", |card| card.counters().resident_register),
    (COMMON, 0x1C, b"1234", |card| card.counters().common),
];

/// What is on the card, read with every right, and the value of 照合番号B.
pub(crate) struct Contents {
    pub(crate) files: Vec<(usize, u8, Vec<u8>)>,
    number_b: Vec<u8>,
}

impl Contents {
    pub(crate) fn of(card: &mut SimulatedCard, number_b: &str) -> Self {
        let mut contents = Self { files: Vec::new(), number_b: number_b.as_bytes().to_vec() };
        for (application, name) in APPLICATIONS.iter().enumerate().skip(1) {
            succeed(card, &select(name));
            for (place, (_, reference, ..)) in references_of(application) {
                succeed(card, &with_data([0x00, 0x20, 0x00, 0x80 | reference], contents.initial(place)));
            }
            for (_, file, holds) in FILES.iter().filter(|row| row.0 == application) {
                let data = match holds {
                    Data(_) => succeed(card, &[0x00, 0xB0, 0x80 | file, 0x00, 0x00, 0x00, 0x00]),
                    Records => succeed(card, &[0x00, 0xB2, 0x01, file << 3 | 4, 0x00]),
                    _ => continue,
                };
                contents.files.push((application, *file, data));
            }
        }
        card.power_off();
        card.power_on();
        contents
    }

    /// The bytes of an EF with data or records.
    pub(crate) fn file(&self, application: usize, file: u8) -> &[u8] {
        let found = self.files.iter().find(|row| (row.0, row.1) == (application, file));
        found.map_or(&[], |row| &row.2)
    }

    /// The value of a reference, by its place in [`REFERENCES`], of the fresh card.
    pub(crate) fn initial(&self, reference: usize) -> &[u8] {
        match REFERENCES[reference].2 {
            [] => &self.number_b,
            value => value,
        }
    }
}

/// The places and rows of the references of an application.
pub(crate) fn references_of(application: usize) -> impl Iterator<Item = (usize, ReferenceRow)> {
    REFERENCES.into_iter().enumerate().filter(move |(_, row)| row.0 == application)
}

pub(crate) fn most_tries(reference: usize) -> usize {
    let (application, file, ..) = REFERENCES[reference];
    FILES
        .iter()
        .find_map(|row| match row.2 {
            Holds::Reference(tries) if (row.0, row.1) == (application, file) => Some(tries),
            _ => None,
        })
        .unwrap_or(0)
}

pub(crate) fn select(name: &[u8]) -> Vec<u8> {
    with_data([0x00, 0xA4, 0x04, 0x0C], name)
}

pub(crate) fn with_data(header: [u8; 4], data: &[u8]) -> Vec<u8> {
    [header.as_slice(), &[u8::try_from(data.len()).unwrap()], data].concat()
}

/// The data of a command that must succeed.
pub(crate) fn succeed(card: &mut SimulatedCard, command: &[u8]) -> Vec<u8> {
    let mut answer = card.transmit(command);
    assert!(answer.ends_with(&[0x90, 0x00]), "{command:02X?}: {answer:02X?}");
    answer.truncate(answer.len() - 2);
    answer
}
