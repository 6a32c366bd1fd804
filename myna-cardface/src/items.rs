use std::fmt;

use myna_apdu::tlv::{Tag, Tlv};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::RecordFault;

/// 基本4情報: name, address, birth date and sex, from EF `0002` (`fix`).
///
/// ```text
/// FF20 L
///   DF21 08  four big-endian offsets, from the start of the file, to the tags of the next four
///   DF22 L   name, UTF-8, family and given name separated by U+3000
///   DF23 L   address, UTF-8
///   DF24 08  birth date, ASCII YYYYMMDD, Gregorian
///   DF25 01  sex, ASCII
/// ```
///
/// Wiped when dropped; `Debug` prints none of it.
pub struct BasicItems {
    name: Zeroizing<String>,
    address: Zeroizing<String>,
    birth_date: BirthDate,
    sex: Sex,
    /// SHA-256 over the objects DF22 to DF25, as the integrity record counts it.
    digest: [u8; 32],
}

/// A birth date as the card writes it. Digits, but perhaps no day of the calendar: part of it may be unknown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BirthDate {
    /// Year, Gregorian.
    pub year: u16,
    /// Month; not checked.
    pub month: u8,
    /// Day; not checked.
    pub day: u8,
}

/// Sex by JIS X 0303 (ISO/IEC 5218).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// `1`.
    Male,
    /// `2`.
    Female,
    /// `9`.
    NotApplicable,
    /// `0`, or a digit of no meaning known.
    Unknown(u8),
}

impl BasicItems {
    /// Reads the object at the start of the file; filler behind it is left alone.
    ///
    /// # Errors
    ///
    /// [`RecordFault`] naming the object.
    pub fn parse(file: &[u8]) -> Result<Self, RecordFault> {
        let outer = Tlv::first(file)?;
        if outer.tag() != OUTER {
            return Err(RecordFault::Missing(OUTER));
        }
        let table = outer.find(OFFSETS)?.ok_or(RecordFault::Missing(OFFSETS))?;
        let mut offsets = table.value().chunks_exact(2);
        let mut object = |tag| -> Result<Tlv<'_>, RecordFault> {
            let found = outer.find(tag)?.ok_or(RecordFault::Missing(tag))?;
            let place = outer.value_offset() + found.offset();
            match offsets.next() {
                Some([high, low]) if usize::from(u16::from_be_bytes([*high, *low])) == place => Ok(found),
                _ => Err(RecordFault::Offset(tag)),
            }
        };
        let (name, address, birth_date, sex) =
            (object(NAME)?, object(ADDRESS)?, object(BIRTH_DATE)?, object(SEX)?);
        let covered = outer
            .value()
            .get(name.offset()..sex.offset() + sex.encoded_len())
            .ok_or(RecordFault::Offset(SEX))?;
        Ok(Self {
            name: text(&name)?,
            address: text(&address)?,
            birth_date: date(&birth_date)?,
            sex: match sex.value() {
                b"1" => Sex::Male,
                b"2" => Sex::Female,
                b"9" => Sex::NotApplicable,
                [other] => Sex::Unknown(*other),
                value => return Err(RecordFault::Length { tag: SEX, length: value.len() }),
            },
            digest: Sha256::digest(covered).into(),
        })
    }

    /// 氏名.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// 住所.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// 生年月日.
    #[must_use]
    pub const fn birth_date(&self) -> BirthDate {
        self.birth_date
    }

    /// 性別.
    #[must_use]
    pub const fn sex(&self) -> Sex {
        self.sex
    }

    pub(crate) const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }
}

const OUTER: Tag = Tag(0xFF20);
const OFFSETS: Tag = Tag(0xDF21);
const NAME: Tag = Tag(0xDF22);
const ADDRESS: Tag = Tag(0xDF23);
const BIRTH_DATE: Tag = Tag(0xDF24);
const SEX: Tag = Tag(0xDF25);

fn text(object: &Tlv<'_>) -> Result<Zeroizing<String>, RecordFault> {
    let text = std::str::from_utf8(object.value()).map_err(|_| RecordFault::Characters(object.tag()))?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn date(object: &Tlv<'_>) -> Result<BirthDate, RecordFault> {
    let tag = object.tag();
    if object.value().len() != 8 {
        return Err(RecordFault::Length { tag, length: object.value().len() });
    }
    let number = |range| -> Option<u16> {
        let digits: &[u8] = object.value().get::<std::ops::Range<usize>>(range)?;
        digits.iter().try_fold(0_u16, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u16::from(digit - b'0'))
        })
    };
    let small = |range| number(range).and_then(|number| u8::try_from(number).ok());
    match (number(0..4), small(4..6), small(6..8)) {
        (Some(year), Some(month), Some(day)) => Ok(BirthDate { year, month, day }),
        _ => Err(RecordFault::Characters(tag)),
    }
}

impl fmt::Debug for BasicItems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BasicItems(redacted)")
    }
}

impl fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BirthDate(redacted)")
    }
}

impl fmt::Debug for Sex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sex(redacted)")
    }
}
