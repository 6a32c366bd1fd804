//! What can be done to a card, and how any bytes say so.

use super::on_card::{APPLICATIONS, FILES, JPKI, REFERENCES, RESIDENT_REGISTER, TEXT};

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
