//! A second opinion on files, PINs and rights: a table of what is on the card, and a model that keeps no counter and no status,
//! only a history of what happened, and reads both off it, backwards.
//!
//! The tests of the card and the fuzz target `card_commands` share this file, so it uses nothing of the crate but what anybody
//! may use.

use super::host::{Host, session_key_command};
use super::{Counters, SimulatedCard};

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

/// The references of the default persona: application, short identifier, value (empty: 照合番号B), and how its tries are read.
#[rustfmt::skip]
pub(crate) const REFERENCES: [(usize, u8, &[u8], fn(&SimulatedCard) -> u8); 10] = [
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

/// How a command names an EF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    Current,
    Short(u8),
    /// P2 `00` of the signature command: the key of the application.
    Own,
}

/// What VERIFY and the commands that change a PIN carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    Right,
    /// Of the right form; its last character is another.
    Wrong,
    Letters,
    TooShort,
    /// 17 bytes, more than any reference has.
    TooLong,
    /// Of the right form; one of sixteen.
    New(u8),
}

/// One thing done to the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    SelectApplication(usize),
    SelectForeign,
    SelectFile(u8),
    /// VERIFY without data.
    Ask(Name),
    Verify(Name, Value),
    /// CHANGE REFERENCE DATA.
    Change(Name, Value),
    ChangeKey(Name, Value),
    /// With an offset, and Ne; above 256 in an extended field.
    Read(Name, u16, u32),
    ReadRecord(Name, u8),
    Sign(Name),
    Challenge(u8),
    GetData(u16),
    /// SET SESSION KEY, of the right or of a wrong structure.
    StartSession(bool),
    ProtectedSelect(u8),
    ProtectedAsk(u8),
    ProtectedVerify(u8, Value),
    ProtectedRead(u8, u16),
    /// The last enciphered VERIFY once more, to this reference.
    Replay(u8),
    PowerCycle,
    WarmReset,
    /// Bytes of which the model has no opinion.
    Raw(Vec<u8>),
}

impl Step {
    /// Any bytes as steps, four bytes each, so that rights are reached often and PINs are blocked now and then.
    ///
    /// Public-key operations take a thousand times as long as the others: only so many.
    pub(crate) fn decode(mut bytes: &[u8], most_slow: usize) -> Vec<Self> {
        let mut steps = Vec::new();
        let mut application = 0;
        let mut slow = 0;
        while let Some((&[operation, a, b, c], rest)) = bytes.split_first_chunk::<4>() {
            bytes = rest;
            let file = file(application, a);
            let reference = reference(application, a);
            let times = match value(b) {
                Value::Wrong if c < 96 => 1 + usize::from(c % 12),
                _ => 1,
            };
            let step = match operation % 32 {
                0..=3 => {
                    application = usize::from(a) % APPLICATIONS.len();
                    Self::SelectApplication(application)
                }
                4 => Self::SelectForeign,
                5 | 6 => Self::SelectFile(file),
                7 => Self::Ask(reference),
                8..=14 => Self::Verify(reference, value(b)),
                15 => Self::Change(reference, Value::New(b)),
                16 if application >= RESIDENT_REGISTER => Self::ChangeKey(reference, Value::New(b)),
                16 => Self::Change(reference, value(b)),
                17 => Self::ChangeKey(reference, value(b)),
                18..=22 => Self::Read(named(file, a), offset(b), length(c)),
                23 => Self::ReadRecord(named(file, a), b % 4),
                24 if slow < most_slow && c < 128 => {
                    slow += 1;
                    Self::Sign(if b < 64 { Name::Own } else { key(application, a) })
                }
                25 => Self::GetData(OBJECTS[usize::from(a) % OBJECTS.len()]),
                26 if slow < most_slow && c < 128 && (application == TEXT || a >= 248) => {
                    slow += 1;
                    Self::StartSession(b >= 32)
                }
                28 => Self::ProtectedVerify(0x11, value(b)),
                29 => match a % 4 {
                    0 => Self::ProtectedSelect(b % 0x20),
                    1 => Self::ProtectedAsk(0x11 + b % 5),
                    2 => Self::ProtectedVerify(0x11 + b % 5, value(c)),
                    _ => Self::Replay(0x11 + b % 5),
                },
                26 | 27 => Self::ProtectedRead(file, u16::from(b) * u16::from(c)),
                30 if a < 128 => {
                    application = 0;
                    Self::PowerCycle
                }
                30 => Self::WarmReset,
                31 => {
                    let (raw, rest) = bytes.split_at(usize::from(a % 64).min(bytes.len()));
                    bytes = rest;
                    // A PIN it may change would be lost to the model.
                    match [b, c] {
                        [0x00 | 0x80, 0x24 | 0x32] => Self::WarmReset,
                        header => Self::Raw([&header, raw].concat()),
                    }
                }
                _ => Self::Challenge(a),
            };
            steps.extend(std::iter::repeat_n(step, times));
        }
        steps
    }
}

/// Tags of GET DATA, and one that is none.
const OBJECTS: [u16; 10] = [0x0042, 0x0045, 0x0066, 0x00F0, 0x00F2, 0x00F7, 0x00F8, 0x7F21, 0x5F51, 0xDF30];

fn file(application: usize, byte: u8) -> u8 {
    let files: Vec<u8> = FILES.iter().filter(|row| row.0 == application).map(|row| row.1).collect();
    match files.len() {
        0 => byte & 0x1F,
        _ if byte >= 224 => byte & 0x1F,
        count => files[usize::from(byte) % count],
    }
}

fn named(file: u8, byte: u8) -> Name {
    if byte < 48 { Name::Current } else { Name::Short(file) }
}

fn key(application: usize, byte: u8) -> Name {
    match byte {
        0..=31 => Name::Current,
        _ if application == JPKI => Name::Short([0x17, 0x1A][usize::from(byte % 2)]),
        _ => Name::Short(file(application, byte)),
    }
}

fn reference(application: usize, byte: u8) -> Name {
    let references: Vec<u8> = REFERENCES.iter().filter(|row| row.0 == application).map(|row| row.1).collect();
    match references.len() {
        _ if byte < 16 => Name::Current,
        0 => Name::Short(byte & 0x1F),
        _ if byte >= 232 => Name::Short(byte & 0x1F),
        count => Name::Short(references[usize::from(byte) % count]),
    }
}

fn value(byte: u8) -> Value {
    match byte {
        0..=119 => Value::Right,
        120..=223 => Value::Wrong,
        224..=231 => Value::Letters,
        232..=239 => Value::TooShort,
        240..=247 => Value::TooLong,
        248.. => Value::New(byte),
    }
}

fn offset(byte: u8) -> u16 {
    match byte {
        0..=127 => 0,
        128..=191 => u16::from(byte) % 64 * 8,
        192.. => u16::from(byte) % 64 * 512,
    }
}

fn length(byte: u8) -> u32 {
    match byte {
        0 => 256,
        1..=191 => byte.into(),
        192..=223 => 65_536,
        224.. => u32::from(byte) * 8,
    }
}

/// What happened to the card, as far as it matters later.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Event {
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

/// Card, host and model side by side.
pub(crate) struct Trial<'c> {
    card: &'c mut SimulatedCard,
    contents: &'c Contents,
    history: Vec<Event>,
    host: Option<Host>,
    /// Session keys made so far, and what came out of each session: no cryptogram may come twice.
    sessions: u8,
    cryptograms: Vec<Vec<u8>>,
    challenges: Vec<Vec<u8>>,
    last_sealed: Option<Vec<u8>>,
}

/// What is on the card, read with every right, and the value of 照合番号B.
pub(crate) struct Contents {
    files: Vec<(usize, u8, Vec<u8>)>,
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

impl<'c> Trial<'c> {
    /// A card as [`Contents::of`] left it.
    pub(crate) fn new(card: &'c mut SimulatedCard, contents: &'c Contents) -> Self {
        Self {
            card,
            contents,
            history: Vec::new(),
            host: None,
            sessions: 0,
            cryptograms: Vec::new(),
            challenges: Vec::new(),
            last_sealed: None,
        }
    }

    /// Does it, and tells where card and model part.
    pub(crate) fn carry_out(&mut self, step: &Step) -> Result<(), String> {
        let before = REFERENCES.map(|(.., tries)| tries(self.card));
        let counters = self.card.counters();
        let known = self.history.len();
        let (command, expected) = match step {
            Step::PowerCycle => {
                self.card.power_off();
                self.card.power_on();
                self.history.push(Event::PowerLost);
                return self.compare_counters(before, None);
            }
            Step::WarmReset => {
                self.card.reset();
                return self.compare_counters(before, None);
            }
            step => self.prepare(step),
        };
        let mut answer = self.card.transmit(&command);
        let Some(status) = answer.split_last_chunk::<2>().map(|(_, status)| u16::from_be_bytes(*status))
        else {
            return Err(format!("an answer of {} bytes", answer.len()));
        };
        answer.truncate(answer.len() - 2);
        if status != 0x9000 && !answer.is_empty() {
            return Err(format!("{step:?} gets data with {status:04X}"));
        }
        if command.first() == Some(&0x08) && !answer.is_empty() && !matches!(step, Step::Raw(_)) {
            if self.cryptograms.contains(&answer) {
                return Err("a cryptogram came twice: a vector was used again".to_owned());
            }
            self.cryptograms.push(answer.clone());
            answer = self
                .host
                .as_ref()
                .and_then(|host| host.opened(&answer))
                .ok_or("an enciphered answer is not under the vector of its command")?;
        }
        let good = match &expected {
            Expected::Data(data) => status == 0x9000 && answer == *data,
            Expected::Length(length) => status == 0x9000 && answer.len() == *length,
            Expected::Status(word) => status == *word,
            Expected::Refused => !matches!(status >> 8, 0x61 | 0x62 | 0x90) && status & 0xFFF0 != 0x63C0,
            Expected::Anything => true,
        };
        if !good {
            let length = answer.len();
            return Err(format!("{step:?} gets {status:04X} and {length} bytes, not {expected:02X?}"));
        }
        if let Step::Challenge(_) = step {
            if answer.len() >= 16 && self.challenges.contains(&answer) {
                return Err("a challenge came twice".to_owned());
            }
            self.challenges.push(answer);
        } else if matches!(expected, Expected::Data(_)) {
            // These bytes, by the model's own account of rights.
        } else if let Some((application, file)) = self.leaked(&answer) {
            return Err(format!("{step:?} gave bytes of EF {file:04X} of application {application} away"));
        }
        if let Step::Raw(_) = step {
            // Whatever it was: a counter rises by its PIN only. Then card and model start from the same place.
            for (place, (.., tries)) in REFERENCES.into_iter().enumerate() {
                let right = self.value(place);
                let presented = command.windows(right.len()).any(|window| window == right);
                if tries(self.card) > before[place] && !presented {
                    return Err(format!("{step:02X?} makes a counter rise"));
                }
            }
            self.card.set_counters(counters);
            self.card.power_off();
            self.card.power_on();
            self.history.push(Event::PowerLost);
        }
        let compared = self.history[known..].iter().find_map(|event| match event {
            Event::Compared(reference, true) => Some(*reference),
            _ => None,
        });
        self.compare_counters(before, compared)
    }

    /// Gives the card its first PINs and tries back.
    pub(crate) fn restore(self) {
        self.card.set_counters(Counters::default());
        for (place, (application, reference, ..)) in REFERENCES.into_iter().enumerate() {
            let changed =
                self.history.iter().any(|event| matches!(event, Event::Changed(one, _) if *one == place));
            if changed {
                let command: [u8; 4] = match application {
                    JPKI | TEXT => [0x00, 0x24, 0x01, 0x80 | reference],
                    _ => [0x80, 0x32, 0x00, 0x80 | reference],
                };
                succeed(self.card, &select(APPLICATIONS[application]));
                succeed(self.card, &with_data([0x00, 0x20, 0x00, 0x80 | reference], &self.value(place)));
                succeed(self.card, &with_data(command, self.contents.initial(place)));
            }
        }
        self.card.power_off();
        self.card.power_on();
    }

    /// The command, and what it must get. What it does goes into the history now: whether it did is about to be compared.
    fn prepare(&mut self, step: &Step) -> (Vec<u8>, Expected) {
        match *step {
            Step::SelectApplication(application) => {
                self.history.push(Event::Application(application));
                (select(APPLICATIONS[application]), Expected::Status(0x9000))
            }
            Step::SelectForeign => {
                (select(&[0xE8, 0x28, 0xBD, 0x08, 0x0F, 0xA0, 0x00]), Expected::Status(0x6A82))
            }
            Step::SelectFile(file) => {
                let command = vec![0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, file];
                (command, self.select_file(file))
            }
            Step::Ask(name) => (vec![0x00, 0x20, 0x00, p2(name)], self.verify(name, &[])),
            Step::Verify(name, value) => {
                let value = self.resolve(name, value);
                (with_data([0x00, 0x20, 0x00, p2(name)], &value), self.verify(name, &value))
            }
            Step::Change(name, value) => {
                let value = self.resolve(name, value);
                let command = with_data([0x00, 0x24, 0x01, p2(name)], &value);
                (command, self.change(name, &value, &[(JPKI, 0x18), (JPKI, 0x1B), (TEXT, 0x11)]))
            }
            Step::ChangeKey(name, value) => {
                let value = self.resolve(name, value);
                let command = with_data([0x80, 0x32, 0x00, p2(name)], &value);
                (command, self.change(name, &value, &[(RESIDENT_REGISTER, 0x1C), (COMMON, 0x1C)]))
            }
            Step::Read(name, offset, length) => {
                let [high, low] = offset.to_be_bytes();
                let (p1, offset) = match name {
                    Name::Short(short) => (0x80 | short, u16::from(low)),
                    Name::Current | Name::Own => (high & 0x7F, offset & 0x7FFF),
                };
                let expected = self.read(name, offset, length);
                let command = [&[0x00, 0xB0, p1, low], le(length).as_slice()].concat();
                (command, expected)
            }
            Step::ReadRecord(name, number) => {
                let short = if let Name::Short(short) = name { short } else { 0 };
                (vec![0x00, 0xB2, number, short << 3 | 4, 0x00], self.read_record(name, number))
            }
            Step::Sign(name) => (vec![0x80, 0x2A, 0x00, p2(name), 0x01, 0xAA, 0x00], self.sign(name)),
            Step::Challenge(length) => {
                let length = if length == 0 { 256 } else { usize::from(length) };
                (vec![0x00, 0x84, 0x00, 0x00, length.to_le_bytes()[0]], Expected::Length(length))
            }
            Step::GetData(tag) => {
                let [high, low] = tag.to_be_bytes();
                (vec![0x00, 0xCA, high, low, 0x00], Expected::Anything)
            }
            Step::StartSession(good) => self.start_session(good),
            Step::ProtectedSelect(file) => {
                let command = self.host().sealed([0x08, 0xA4, 0x02, 0x0C], &[0x00, file]);
                let expected = if self.has_session() { self.select_file(file) } else { Expected::Refused };
                (command, expected)
            }
            Step::ProtectedAsk(reference) => {
                self.host().commands += 1;
                let expected = if self.has_session() {
                    self.verify(Name::Short(reference), &[])
                } else {
                    Expected::Refused
                };
                (vec![0x08, 0x20, 0x00, 0x80 | reference], expected)
            }
            Step::ProtectedVerify(reference, value) => {
                let value = self.resolve(Name::Short(reference), value);
                let command = self.host().sealed([0x08, 0x20, 0x00, 0x80 | reference], &value);
                self.last_sealed = Some(command.clone());
                let expected = if self.has_session() {
                    self.verify(Name::Short(reference), &value)
                } else {
                    Expected::Refused
                };
                (command, expected)
            }
            Step::ProtectedRead(file, length) => {
                let command = self.host().read_command(file, length);
                let length = if length == 0 { 65_536 } else { length.into() };
                let expected = if self.has_session() {
                    self.read(Name::Short(file), 0, length)
                } else {
                    Expected::Refused
                };
                (command, expected)
            }
            Step::Replay(reference) => self.replay(reference),
            Step::Raw(ref bytes) => (bytes.clone(), Expected::Anything),
            Step::PowerCycle | Step::WarmReset => (Vec::new(), Expected::Anything),
        }
    }

    fn application(&self) -> usize {
        let last = self.history.iter().rev().find_map(|event| match event {
            Event::PowerLost => Some(0),
            Event::Application(application) => Some(*application),
            _ => None,
        });
        last.unwrap_or(0)
    }

    fn current(&self) -> Option<u8> {
        let last = self.history.iter().rev().find_map(|event| match event {
            Event::PowerLost | Event::Application(_) => Some(None),
            Event::Current(file) => Some(Some(*file)),
            _ => None,
        });
        last.flatten()
    }

    fn is_verified(&self, reference: usize) -> bool {
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

    fn tries_left(&self, reference: usize) -> usize {
        let wrong = self.history.iter().rev().filter_map(|event| match event {
            Event::Compared(one, right) if *one == reference => Some(!right),
            _ => None,
        });
        most_tries(reference) - wrong.take_while(|wrong| *wrong).count()
    }

    fn value(&self, reference: usize) -> Vec<u8> {
        let last = self.history.iter().rev().find_map(|event| match event {
            Event::Changed(one, value) if *one == reference => Some(value.as_slice()),
            _ => None,
        });
        last.unwrap_or_else(|| self.contents.initial(reference)).to_vec()
    }

    fn has_session(&self) -> bool {
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
    fn is_opened(&self, application: usize, by: &[u8]) -> bool {
        by.is_empty()
            || references_of(application)
                .any(|(place, (_, reference, ..))| by.contains(&reference) && self.is_verified(place))
    }

    /// The EF that is named, or what the card says when there is none.
    fn named(&self, name: Name) -> Result<(u8, Holds), Expected> {
        let (file, absent) = match name {
            Name::Own => (Some(if self.application() == TEXT { 0x13 } else { 0x1A }), Expected::Refused),
            Name::Short(0) | Name::Current => (self.current(), Expected::Status(0x6986)),
            Name::Short(0x1F) => return Err(Expected::Status(0x6A86)),
            Name::Short(short) => (Some(short), Expected::Refused),
        };
        let found = FILES.iter().find(|row| row.0 == self.application() && Some(row.1) == file);
        found.map(|row| (row.1, row.2)).ok_or(absent)
    }

    fn reference(&self, name: Name) -> Option<usize> {
        let (file, _) = self.named(name).ok()?;
        let here = self.application();
        references_of(here).find(|(_, (_, reference, ..))| *reference == file).map(|(place, _)| place)
    }

    fn resolve(&self, name: Name, value: Value) -> Vec<u8> {
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

    fn select_file(&mut self, file: u8) -> Expected {
        if FILES.iter().any(|row| (row.0, row.1) == (self.application(), file)) {
            self.history.push(Event::Current(file));
            Expected::Status(0x9000)
        } else {
            Expected::Status(0x6A82)
        }
    }

    fn verify(&mut self, name: Name, value: &[u8]) -> Expected {
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

    fn change(&mut self, name: Name, value: &[u8], changed: &[(usize, u8)]) -> Expected {
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

    fn read(&mut self, name: Name, offset: u16, length: u32) -> Expected {
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

    fn read_record(&mut self, name: Name, number: u8) -> Expected {
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

    fn sign(&self, name: Name) -> Expected {
        match self.named(name) {
            Err(expected) => expected,
            // Only the two applications with printed data have a key of their own.
            Ok(_) if name == Name::Own && !matches!(self.application(), TEXT | VISUAL) => Expected::Refused,
            Ok((_, Key(by))) if self.is_opened(self.application(), by) => Expected::Length(256),
            Ok((_, Key(_))) => Expected::Status(0x6982),
            Ok(_) => Expected::Refused,
        }
    }

    fn start_session(&mut self, good: bool) -> (Vec<u8>, Expected) {
        self.sessions += 1;
        let tag = if good { 0x80 } else { 0x81 };
        let message = [&[0xA0, 0x22, tag, 0x20], [self.sessions; 32].as_slice()].concat();
        // `A1 82 0109 90 03 010001 91 82 0100 <modulus>`.
        let modulus = &self.contents.file(TEXT, 0x06)[13..];
        let command = session_key_command(modulus, &message);
        let pin = references_of(TEXT).find(|(_, row)| row.1 == 0x11).map(|(place, _)| place);
        let expected = match self.application() {
            TEXT if !pin.is_some_and(|pin| self.is_verified(pin)) => Expected::Status(0x6982),
            TEXT if !good => Expected::Status(0x6A80),
            TEXT => {
                self.history.push(Event::SessionBegun);
                self.host = Some(Host::new([self.sessions; 16]));
                self.last_sealed = None;
                Expected::Status(0x9000)
            }
            JPKI | RESIDENT_REGISTER => Expected::Status(0x6982),
            _ => Expected::Status(0x66F1),
        };
        (command, expected)
    }

    /// An old command under a new vector: nearly always refused, and the session with it. Where chance makes its padding right,
    /// it is a VERIFY of what came out.
    fn replay(&mut self, reference: u8) -> (Vec<u8>, Expected) {
        let Some(mut command) = self.last_sealed.clone().filter(|_| self.has_session()) else {
            return (vec![0x08, 0x20, 0x00, 0x80 | reference], self.protected_ask(reference));
        };
        command[3] = 0x80 | reference;
        self.host().commands += 1;
        match self.host().opened(&command[5..]) {
            Some(value) => (command, self.verify(Name::Short(reference), &value)),
            None => {
                self.history.push(Event::SessionLost);
                (command, Expected::Status(0x6988))
            }
        }
    }

    fn protected_ask(&mut self, reference: u8) -> Expected {
        self.host().commands += 1;
        if self.has_session() { self.verify(Name::Short(reference), &[]) } else { Expected::Refused }
    }

    /// The host of the session, or one that nobody listens to.
    fn host(&mut self) -> &mut Host {
        self.host.get_or_insert_with(|| Host::new([0; 16]))
    }

    fn compare_counters(&self, before: [u8; 10], compared: Option<usize>) -> Result<(), String> {
        for (place, (application, reference, _, tries)) in REFERENCES.into_iter().enumerate() {
            let (left, expected) = (usize::from(tries(self.card)), self.tries_left(place));
            if left > usize::from(before[place]) && compared != Some(place) {
                return Err(format!("a counter rose without its PIN: {application} {reference:02X}"));
            }
            if left != expected {
                return Err(format!("{application} {reference:02X} has {left} tries, not {expected}"));
            }
        }
        Ok(())
    }

    /// The EF these bytes come from, when nobody has the right to it and they stand in no other that may be read.
    fn leaked(&self, data: &[u8]) -> Option<(usize, u8)> {
        // Shorter ones are anywhere.
        if data.len() < 16 || data.iter().all(|byte| *byte == 0xFF) {
            return None;
        }
        let stands_in = |bytes: &[u8]| bytes.windows(data.len()).any(|window| window == data);
        let here = self.application();
        let may_be_read = |application: usize, file: u8| match FILES
            .iter()
            .find(|row| (row.0, row.1) == (application, file))
        {
            Some((.., Data(by))) => by.is_empty() || application == here && self.is_opened(application, by),
            Some((.., Records)) => true,
            _ => false,
        };
        let mut closed = None;
        for (application, file, bytes) in &self.contents.files {
            if !stands_in(bytes) {
                continue;
            }
            if may_be_read(*application, *file) {
                return None;
            }
            closed = Some((*application, *file));
        }
        closed
    }
}

/// The places and rows of the references of an application.
pub(crate) fn references_of(
    application: usize,
) -> impl Iterator<Item = (usize, (usize, u8, &'static [u8], fn(&SimulatedCard) -> u8))> {
    REFERENCES.into_iter().enumerate().filter(move |(_, row)| row.0 == application)
}

fn most_tries(reference: usize) -> usize {
    let (application, file, ..) = REFERENCES[reference];
    FILES
        .iter()
        .find_map(|row| match row.2 {
            Holds::Reference(tries) if (row.0, row.1) == (application, file) => Some(tries),
            _ => None,
        })
        .unwrap_or(0)
}

fn tries(left: usize) -> Expected {
    Expected::Status(0x63C0 + u16::try_from(left).unwrap_or(0))
}

fn p2(name: Name) -> u8 {
    match name {
        Name::Current => 0x80,
        Name::Short(short) => 0x80 | short,
        Name::Own => 0x00,
    }
}

fn le(length: u32) -> Vec<u8> {
    // 256, and 65 536 in an extended field, are written as 0.
    let [.., high, low] = length.to_be_bytes();
    if length <= 256 { vec![low] } else { vec![0x00, high, low] }
}

pub(crate) fn select(name: &[u8]) -> Vec<u8> {
    with_data([0x00, 0xA4, 0x04, 0x0C], name)
}

pub(crate) fn with_data(header: [u8; 4], data: &[u8]) -> Vec<u8> {
    [header.as_slice(), &[u8::try_from(data.len()).unwrap()], data].concat()
}

/// The data of a command that must succeed.
fn succeed(card: &mut SimulatedCard, command: &[u8]) -> Vec<u8> {
    let mut answer = card.transmit(command);
    assert!(answer.ends_with(&[0x90, 0x00]), "{command:02X?}: {answer:02X?}");
    answer.truncate(answer.len() - 2);
    answer
}
