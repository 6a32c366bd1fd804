use core::fmt::{self, Display};

use crate::codes;
use myna_error::{Diagnostic, Entry, Language, unknown_detail};

use crate::{Class, Instruction};

/// A command APDU (ISO/IEC 7816-4, 5.1), borrowed.
///
/// ```text
/// | CLA | INS | P1 | P2 |  Lc field  |  data  |  Le field  |
///   1     1     1    1    0, 1 or 3    0..Nc    0, 1, 2 or 3
/// ```
///
/// A value of this type can always be encoded: `Nc` is at most 65 535, `Ne` lies in 1..=65 536, and the
/// length fields are short or extended together. `Debug` prints the header and the lengths, never the data:
/// a VERIFY carries a PIN.
#[derive(Clone, Copy)]
pub struct Command<'a> {
    class: Class,
    instruction: Instruction,
    p1: u8,
    p2: u8,
    data: &'a [u8],
    expected: Option<ExpectedLength>,
    /// What was asked for; without length fields it makes no difference.
    form: LengthForm,
}

/// The commands of a chain (ISO/IEC 7816-4, 5.3.3), in order. See [`Command::chain`].
///
/// ```text
/// 10 INS P1 P2 Lc data         bit 5 of the class: more follow
/// 10 INS P1 P2 Lc data
/// 00 INS P1 P2 Lc data Le      the last, with the Le of the whole
/// ```
#[derive(Debug, Clone)]
pub struct Chain<'a> {
    /// What is left to send.
    last: Option<Command<'a>>,
    chained: Class,
    block: usize,
}

/// Ne, the greatest number of data bytes the host takes in the response: 1..=65 536 (ISO/IEC 7816-4, 5.2). On the wire
/// zero stands for the greatest value of the field: `00` for 256, `0000` for 65 536.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "u32", into = "u32"))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct ExpectedLength(u16);

/// A number that is no Ne: 0, or above 65 536.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExpectedLengthError;

/// Whether the length fields of a command are one byte (short) or two (extended, after a zero byte): ISO/IEC 7816-4,
/// 5.2. A command never mixes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[expect(clippy::exhaustive_enums, reason = "the standard has no others")]
pub enum LengthForm {
    /// Nc up to 255, Ne up to 256.
    Short,
    /// Nc up to 65 535, Ne up to 65 536.
    Extended,
}

/// Why bytes are no command, or a command has no bytes. The offset points at the first byte that cannot be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CommandError {
    /// Fewer than the four header bytes.
    HeaderTruncated {
        /// How many bytes there were.
        length: usize,
    },
    /// A length field is cut off: `00` starts an extended field that needs two more bytes.
    LengthTruncated {
        /// Offset of the first byte of the field.
        offset: usize,
    },
    /// An extended Lc of zero: a command without data has no Lc field.
    ZeroLc {
        /// Offset of the field.
        offset: usize,
    },
    /// The bytes after the Lc field are neither Lc bytes nor Lc bytes and an Le field.
    LengthMismatch {
        /// Offset of the Lc field.
        offset: usize,
        /// What the field says.
        lc: usize,
        /// How many bytes follow it.
        following: usize,
    },
    /// More than 65 535 data bytes: no Lc field can say so.
    DataTooLong {
        /// How many there are.
        length: usize,
    },
    /// The class byte cannot say that more commands of a chain follow.
    NoChaining,
    /// The caller's buffer is smaller than [`Command::encoded_len`].
    BufferTooSmall {
        /// How many bytes are needed.
        needed: usize,
    },
}

const HEADER: usize = 4;

impl<'a> Command<'a> {
    /// A command of case 1: no data, no response data expected.
    #[must_use]
    pub const fn new(class: Class, instruction: Instruction, p1: u8, p2: u8) -> Self {
        Self { class, instruction, p1, p2, data: &[], expected: None, form: LengthForm::Short }
    }

    /// The same command with a data field; lengths become extended when they must.
    ///
    /// # Errors
    ///
    /// [`CommandError::DataTooLong`] above 65 535 bytes.
    pub const fn with_data(mut self, data: &'a [u8]) -> Result<Self, CommandError> {
        if data.len() > 0xFFFF {
            return Err(CommandError::DataTooLong { length: data.len() });
        }
        if data.len() > 0xFF {
            self.form = LengthForm::Extended;
        }
        self.data = data;
        Ok(self)
    }

    /// The same command with Ne; lengths become extended when they must.
    #[must_use]
    pub const fn expecting(mut self, expected: ExpectedLength) -> Self {
        if !expected.fits_short() {
            self.form = LengthForm::Extended;
        }
        self.expected = Some(expected);
        self
    }

    /// The same command with extended length fields although short ones would do.
    #[must_use]
    pub const fn with_extended_lengths(mut self) -> Self {
        self.form = LengthForm::Extended;
        self
    }

    /// The same command in blocks of at most `block` data bytes (ISO/IEC 7816-4, 5.3.3): all but the last with the
    /// chaining bit and without Le, the last as this one. `None` for a class that has no such bit, and for blocks of 0.
    #[must_use]
    pub const fn chain(self, block: u16) -> Option<Chain<'a>> {
        match (self.class.chained(), block) {
            (None, _) | (_, 0) => None,
            (Some(chained), block) => Some(Chain { last: Some(self), chained, block: block as usize }),
        }
    }

    /// Reads a command from exactly the bytes a card receives.
    ///
    /// # Errors
    ///
    /// A [`CommandError`] naming the offset; every input gives a command or an error, never a panic.
    pub const fn parse(bytes: &'a [u8]) -> Result<Self, CommandError> {
        let Some((&[cla, ins, p1, p2], body)) = bytes.split_first_chunk::<HEADER>() else {
            return Err(CommandError::HeaderTruncated { length: bytes.len() });
        };
        let header = Self::new(Class(cla), Instruction(ins), p1, p2);
        match body {
            [] => Ok(header),
            [le] => Ok(header.expecting(ExpectedLength::from_short(*le))),
            [0, _] => Err(CommandError::LengthTruncated { offset: HEADER }),
            [0, high, low] => {
                let expected = ExpectedLength::from_extended([*high, *low]);
                Ok(header.expecting(expected).with_extended_lengths())
            }
            [0, high, low, rest @ ..] => header.with_extended_lengths().parse_extended([*high, *low], rest),
            [lc, rest @ ..] => header.parse_short(*lc, rest),
        }
    }

    /// Reads a command as [`parse`](Self::parse) does, and three forms that no case of the standard has but that
    /// senders and other parsers let pass. What it makes of them is encoded without the fault.
    ///
    /// ```text
    /// CLA INS P1 P2 00 00 00 Le...       an extended Lc of zero
    /// CLA INS P1 P2 Lc data 00 Le Le     Le with the leading zero after data; also Le Le after a short Lc
    /// CLA INS P1 P2 00 Lc Lc data Le     a short Le after an extended Lc
    /// ```
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub const fn parse_lenient(bytes: &'a [u8]) -> Result<Self, CommandError> {
        let strict = Self::parse(bytes);
        let (Err(_), Some((&[cla, ins, p1, p2], body))) = (strict, bytes.split_first_chunk::<HEADER>())
        else {
            return strict;
        };
        let (lc, rest, form) = match body {
            [0, high, low, rest @ ..] => {
                (u16::from_be_bytes([*high, *low]) as usize, rest, LengthForm::Extended)
            }
            [lc @ 1..=0xFF, rest @ ..] => (*lc as usize, rest, LengthForm::Short),
            _ => return strict,
        };
        let Some((data, le)) = rest.split_at_checked(lc) else { return strict };
        let (expected, form) = match le {
            [le] => (ExpectedLength::from_short(*le), form),
            [high, low] | [0, high, low] => {
                (ExpectedLength::from_extended([*high, *low]), LengthForm::Extended)
            }
            _ => return strict,
        };
        let header = Self::new(Class(cla), Instruction(ins), p1, p2);
        Ok(Self { data, expected: Some(expected), form, ..header })
    }

    const fn parse_short(mut self, lc: u8, rest: &'a [u8]) -> Result<Self, CommandError> {
        let lc = lc as usize;
        let Some((data, le)) = rest.split_at_checked(lc) else {
            return Err(CommandError::LengthMismatch { offset: HEADER, lc, following: rest.len() });
        };
        self.data = data;
        match le {
            [] => Ok(self),
            [le] => Ok(self.expecting(ExpectedLength::from_short(*le))),
            _ => Err(CommandError::LengthMismatch { offset: HEADER, lc, following: rest.len() }),
        }
    }

    const fn parse_extended(mut self, lc: [u8; 2], rest: &'a [u8]) -> Result<Self, CommandError> {
        let lc = u16::from_be_bytes(lc) as usize;
        if lc == 0 {
            return Err(CommandError::ZeroLc { offset: HEADER });
        }
        let Some((data, le)) = rest.split_at_checked(lc) else {
            return Err(CommandError::LengthMismatch { offset: HEADER, lc, following: rest.len() });
        };
        self.data = data;
        match le {
            [] => Ok(self),
            [high, low] => Ok(self.expecting(ExpectedLength::from_extended([*high, *low]))),
            _ => Err(CommandError::LengthMismatch { offset: HEADER, lc, following: rest.len() }),
        }
    }

    /// Short length fields if they do for what is left of a longer command.
    fn in_own_form(mut self) -> Self {
        if self.data.len() <= 0xFF && self.expected.is_none_or(ExpectedLength::fits_short) {
            self.form = LengthForm::Short;
        }
        self
    }

    /// The exact number of bytes [`encode_into`](Self::encode_into) writes.
    #[must_use]
    #[inline]
    pub const fn encoded_len(&self) -> usize {
        let lengths = match (self.form, self.data.is_empty(), self.expected.is_none()) {
            (_, true, true) => 0,
            (LengthForm::Short, true, false) | (LengthForm::Short, false, true) => 1,
            (LengthForm::Short, false, false) => 2,
            (LengthForm::Extended, true, false) | (LengthForm::Extended, false, true) => 3,
            (LengthForm::Extended, false, false) => 5,
        };
        HEADER + lengths + self.data.len()
    }

    /// Writes the command to the start of `buffer` and returns what was written.
    ///
    /// # Errors
    ///
    /// [`CommandError::BufferTooSmall`] when the buffer is shorter than [`encoded_len`](Self::encoded_len).
    #[inline]
    pub fn encode_into<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], CommandError> {
        let needed = self.encoded_len();
        let Some(out) = buffer.get_mut(..needed) else {
            return Err(CommandError::BufferTooSmall { needed });
        };
        let mut writer = Writer { rest: &mut *out };
        self.emit(|bytes| writer.put(bytes));
        Ok(out)
    }

    /// The encoded command in a new vector.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn to_vec(&self) -> alloc::vec::Vec<u8> {
        let mut vector = alloc::vec::Vec::with_capacity(self.encoded_len());
        self.emit(|bytes| vector.extend_from_slice(bytes));
        vector
    }

    /// The fields in the order of the wire.
    #[inline]
    fn emit(&self, mut put: impl FnMut(&[u8])) {
        put(&[self.class.0, self.instruction.0, self.p1, self.p2]);
        if !self.data.is_empty() {
            let [.., high, low] = self.data.len().to_be_bytes();
            match self.form {
                LengthForm::Short => put(&[low]),
                LengthForm::Extended => put(&[0, high, low]),
            }
            put(self.data);
        }
        if let Some(expected) = self.expected {
            let [high, low] = expected.to_extended();
            match self.form {
                LengthForm::Short => put(&[low]),
                LengthForm::Extended if self.data.is_empty() => put(&[0, high, low]),
                LengthForm::Extended => put(&[high, low]),
            }
        }
    }

    /// The class byte.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.class
    }

    /// The instruction byte.
    #[must_use]
    pub const fn instruction(&self) -> Instruction {
        self.instruction
    }

    /// First parameter byte.
    #[must_use]
    pub const fn p1(&self) -> u8 {
        self.p1
    }

    /// Second parameter byte.
    #[must_use]
    pub const fn p2(&self) -> u8 {
        self.p2
    }

    /// The data field; empty when there is none.
    #[must_use]
    pub const fn data(&self) -> &'a [u8] {
        self.data
    }

    /// Ne, when the command has an Le field.
    #[must_use]
    pub const fn expected(&self) -> Option<ExpectedLength> {
        self.expected
    }

    /// Whether the length fields are short or extended. A command without length fields counts as short.
    #[must_use]
    #[inline]
    pub const fn form(&self) -> LengthForm {
        if self.data.is_empty() && self.expected.is_none() { LengthForm::Short } else { self.form }
    }

    /// The same command with short length fields, asking for at most 256 bytes; `None` above 255 data bytes.
    #[must_use]
    pub const fn shortened(mut self) -> Option<Self> {
        if self.data.len() > 0xFF {
            return None;
        }
        if let Some(expected) = self.expected
            && !expected.fits_short()
        {
            self.expected = Some(ExpectedLength::MAX_SHORT);
        }
        self.form = LengthForm::Short;
        Some(self)
    }

    /// Whether the data field may hold a secret: such a command is never logged in full and never sent twice.
    #[must_use]
    pub const fn carries_secret(&self) -> bool {
        self.instruction.can_carry_secret() && !self.data.is_empty()
    }
}

impl<'a> Iterator for Chain<'a> {
    type Item = Command<'a>;

    fn next(&mut self) -> Option<Command<'a>> {
        let command = self.last.take()?;
        let (data, rest) = match command.data.split_at_checked(self.block) {
            Some((data, rest)) if !rest.is_empty() => (data, rest),
            _ => return Some(command.in_own_form()),
        };
        self.last = Some(Command { data: rest, ..command });
        Some(Command { class: self.chained, data, expected: None, ..command }.in_own_form())
    }
}

impl ExpectedLength {
    // Held as Ne - 1, so that every value is a legal one.

    /// 256, the greatest Ne of a short Le field.
    pub const MAX_SHORT: Self = Self(255);
    /// 65 536, the greatest Ne of an extended Le field.
    pub const MAX_EXTENDED: Self = Self(65_535);

    /// Ne as a number of bytes; `None` outside 1..=65 536.
    #[must_use]
    pub const fn new(bytes: u32) -> Option<Self> {
        match bytes {
            1..=65_536 => {
                let [_, _, high, low] = (bytes - 1).to_be_bytes();
                Some(Self(u16::from_be_bytes([high, low])))
            }
            _ => None,
        }
    }

    /// The number of bytes: 1..=65 536.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0 as u32 + 1
    }

    /// Whether a short Le field can say it.
    #[must_use]
    pub const fn fits_short(self) -> bool {
        self.0 < 256
    }

    /// `00` means 256.
    const fn from_short(byte: u8) -> Self {
        Self(byte.wrapping_sub(1) as u16)
    }

    /// `00 00` means 65 536.
    const fn from_extended(bytes: [u8; 2]) -> Self {
        Self(u16::from_be_bytes(bytes).wrapping_sub(1))
    }

    /// 256 becomes `01 00`, of which a short field takes the `00`; 65 536 becomes `00 00`.
    const fn to_extended(self) -> [u8; 2] {
        self.0.wrapping_add(1).to_be_bytes()
    }
}

impl TryFrom<u32> for ExpectedLength {
    type Error = ExpectedLengthError;

    fn try_from(bytes: u32) -> Result<Self, ExpectedLengthError> {
        Self::new(bytes).ok_or(ExpectedLengthError)
    }
}

impl From<ExpectedLength> for u32 {
    fn from(expected: ExpectedLength) -> Self {
        expected.get()
    }
}

impl Diagnostic for ExpectedLengthError {
    fn entry(&self) -> &'static Entry {
        &codes::EXPECTED_LENGTH
    }
}

myna_error::errors!(ExpectedLengthError, CommandError);

impl PartialEq for Command<'_> {
    fn eq(&self, other: &Self) -> bool {
        let header = |command: &Self| (command.class, command.instruction, command.p1, command.p2);
        header(self) == header(other)
            && self.data == other.data
            && self.expected == other.expected
            && self.form() == other.form()
    }
}

impl Eq for Command<'_> {}

impl fmt::Debug for Command<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { class, instruction, p1, p2, .. } = self;
        write!(f, "{:02X} {:02X} {p1:02X} {p2:02X}", class.0, instruction.0)?;
        if !self.data.is_empty() {
            write!(f, " Nc={}", self.data.len())?;
        }
        if let Some(expected) = self.expected {
            write!(f, " Ne={}", expected.get())?;
        }
        match self.form() {
            LengthForm::Short => Ok(()),
            LengthForm::Extended => f.write_str(" extended"),
        }
    }
}

impl Diagnostic for CommandError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::HeaderTruncated { .. } => &codes::COMMAND_HEADER,
            Self::LengthTruncated { .. } => &codes::COMMAND_LENGTH_TRUNCATED,
            Self::ZeroLc { .. } => &codes::COMMAND_ZERO_LC,
            Self::LengthMismatch { .. } => &codes::COMMAND_LENGTH_MISMATCH,
            Self::DataTooLong { .. } => &codes::COMMAND_DATA_TOO_LONG,
            Self::NoChaining => &codes::COMMAND_NO_CHAINING,
            Self::BufferTooSmall { .. } => &codes::BUFFER_TOO_SMALL,
        }
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("length", Self::HeaderTruncated { length } | Self::DataTooLong { length }) => length.fmt(f),
            (
                "offset",
                Self::LengthTruncated { offset }
                | Self::ZeroLc { offset }
                | Self::LengthMismatch { offset, .. },
            ) => offset.fmt(f),
            ("lc", Self::LengthMismatch { lc, .. }) => lc.fmt(f),
            ("following", Self::LengthMismatch { following, .. }) => following.fmt(f),
            ("needed", Self::BufferTooSmall { needed }) => needed.fmt(f),
            _ => unknown_detail(name, f),
        }
    }
}

/// Fills a slice of exactly the right length from the front.
struct Writer<'b> {
    rest: &'b mut [u8],
}

impl Writer<'_> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        let rest = core::mem::take(&mut self.rest);
        if let Some((head, tail)) = rest.split_at_mut_checked(bytes.len()) {
            head.copy_from_slice(bytes);
            self.rest = tail;
        }
    }
}
