use myna_apdu::tlv::{Tag, Tlv};
use myna_calendar::{Date, DateDigits};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::RecordFault;
use crate::template::{Template, date};

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
    sex: FaceSex,
    /// SHA-256 over the objects DF22 to DF25, as the integrity record counts it.
    digest: [u8; 32],
}

/// A birth date as the card writes it. Digits, but perhaps no day of the calendar: part of it may be unknown.
///
/// `Debug` prints none of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BirthDate(pub(crate) DateDigits);

impl BirthDate {
    /// Its digits: year, month and day as written.
    #[must_use]
    pub const fn digits(self) -> DateDigits {
        self.0
    }

    /// The day, or `None` where the calendar has none such.
    #[must_use]
    pub fn date(self) -> Option<Date> {
        self.0.date().ok()
    }
}

/// FaceSex by JIS X 0303 (ISO/IEC 5218).
#[derive(Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "JIS X 0303 has no others, and what is none of them is kept")]
pub enum FaceSex {
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
    /// Reads the record of a file.
    ///
    /// # Errors
    ///
    /// [`RecordFault`] naming the object.
    pub fn parse(file: &[u8]) -> Result<Self, RecordFault> {
        let record = Template::with_offsets(file, Tag(0xFF20), OBJECTS)?;
        let [_, name, address, birth_date, sex] = record.objects();
        Ok(Self {
            name: text(&name)?,
            address: text(&address)?,
            birth_date: BirthDate(date(&birth_date)?),
            sex: FaceSex::parse(&sex)?,
            digest: Sha256::digest(record.covered(&name, &sex)?).into(),
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
    pub const fn sex(&self) -> FaceSex {
        self.sex
    }

    pub(crate) const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }
}

const OBJECTS: [Tag; 5] = [Tag(0xDF21), Tag(0xDF22), Tag(0xDF23), Tag(0xDF24), Tag(0xDF25)];

fn text(object: &Tlv<'_>) -> Result<Zeroizing<String>, RecordFault> {
    let text = std::str::from_utf8(object.value()).map_err(|_| RecordFault::Characters(object.tag()))?;
    Ok(Zeroizing::new(text.to_owned()))
}

impl FaceSex {
    pub(crate) fn parse(object: &Tlv<'_>) -> Result<Self, RecordFault> {
        match object.value() {
            b"1" => Ok(Self::Male),
            b"2" => Ok(Self::Female),
            b"9" => Ok(Self::NotApplicable),
            [other] => Ok(Self::Unknown(*other)),
            value => Err(RecordFault::Length { tag: object.tag(), length: value.len() }),
        }
    }
}

redacted!(BasicItems, BirthDate, FaceSex);
