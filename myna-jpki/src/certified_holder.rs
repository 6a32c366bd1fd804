use std::fmt;

use myna_calendar::{Date, DateDigits, Era};
use x509_cert::der::Decode;
use x509_cert::der::asn1::Utf8StringRef;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use crate::{Certificate, JpkiError};

/// What a 署名用電子証明書 says of its holder (基本4情報): the otherNames of its subjectAltName, as on a test card's (`fix`). The
/// same card prints name and address with characters that a certificate cannot hold.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertifiedHolder {
    /// 氏名, U+3000 between its parts.
    pub name: CertifiedText,
    /// 住所.
    pub address: CertifiedText,
    /// 生年月日.
    pub birth_date: CertifiedBirthDate,
    /// 性別.
    pub sex: CertifiedSex,
}

/// A text of a certificate, and which of its characters stand for one that the certificate cannot hold (代替文字).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertifiedText {
    /// The text.
    pub text: String,
    /// Positions of the characters that were replaced, from 0. Only the card's face or the holder knows what they are.
    pub replaced: Vec<usize>,
}

/// A birth date as a certificate has it: an era beside the day in the Gregorian calendar.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertifiedBirthDate {
    /// The era that is written; `None` where the certificate says that it is not known.
    pub era: Option<Era>,
    /// The day, or what is known of it.
    pub day: DateDigits,
}

/// 性別 of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CertifiedSex {
    /// `1`.
    Male,
    /// `2`.
    Female,
    /// `3`.
    Unknown,
}

impl CertifiedHolder {
    /// Reads it from a certificate. That is no check: see [`path`](crate::path).
    ///
    /// # Errors
    ///
    /// [`JpkiError::Holder`] with what is missing or malformed; of a 利用者証明用電子証明書, which tells nothing of its holder, the
    /// name.
    pub fn of(certificate: &Certificate) -> Result<Self, JpkiError> {
        let parsed = x509_cert::Certificate::from_der(certificate.as_der()).ok();
        let names = parsed.as_ref().and_then(|parsed| {
            parsed.tbs_certificate().get_extension::<SubjectAltName>().ok().flatten().map(|(_, names)| names)
        });
        let value = |field: &'static str| {
            let fault = JpkiError::Holder { field };
            let mut found = names.iter().flat_map(|names| &names.0).filter_map(|name| match name {
                GeneralName::OtherName(other) if other.type_id.to_string() == field => Some(&other.value),
                _ => None,
            });
            // Two of one kind would be two people.
            match (found.next(), found.next()) {
                (Some(value), None) => value
                    .decode_as::<Utf8StringRef<'_>>()
                    .map(|text| text.as_str().to_owned())
                    .map_err(|_| fault),
                _ => Err(fault),
            }
        };
        Ok(Self {
            name: CertifiedText::parse(value(NAME)?, &value(NAME_MAP)?, NAME_MAP)?,
            address: CertifiedText::parse(value(ADDRESS)?, &value(ADDRESS_MAP)?, ADDRESS_MAP)?,
            birth_date: CertifiedBirthDate::parse(&value(BIRTH_DATE)?)?,
            sex: match value(SEX)?.as_str() {
                "1" => CertifiedSex::Male,
                "2" => CertifiedSex::Female,
                "3" => CertifiedSex::Unknown,
                _ => return Err(JpkiError::Holder { field: SEX }),
            },
        })
    }
}

const NAME: &str = "1.2.392.200149.8.5.5.1";
const NAME_MAP: &str = "1.2.392.200149.8.5.5.2";
const SEX: &str = "1.2.392.200149.8.5.5.3";
const BIRTH_DATE: &str = "1.2.392.200149.8.5.5.4";
const ADDRESS: &str = "1.2.392.200149.8.5.5.5";
const ADDRESS_MAP: &str = "1.2.392.200149.8.5.5.6";

impl CertifiedText {
    /// The map has one digit for each character: 1 where it was replaced.
    fn parse(text: String, map: &str, field: &'static str) -> Result<Self, JpkiError> {
        let fits = map.len() == text.chars().count() && map.bytes().all(|digit| matches!(digit, b'0' | b'1'));
        if !fits {
            return Err(JpkiError::Holder { field });
        }
        let replaced = map.bytes().enumerate().filter(|(_, digit)| *digit == b'1').map(|(at, _)| at);
        Ok(Self { text, replaced: replaced.collect() })
    }
}

impl CertifiedBirthDate {
    /// `EYYYYMMDD`: E 0 unknown, 1 明治 to 5 令和; the year is Gregorian.
    fn parse(text: &str) -> Result<Self, JpkiError> {
        let fault = JpkiError::Holder { field: BIRTH_DATE };
        let era = match text.as_bytes().first() {
            Some(b'0') => None,
            Some(b'1') => Some(Era::Meiji),
            Some(b'2') => Some(Era::Taisho),
            Some(b'3') => Some(Era::Showa),
            Some(b'4') => Some(Era::Heisei),
            Some(b'5') => Some(Era::Reiwa),
            _ => return Err(fault),
        };
        let digits = text.as_bytes().get(1..).unwrap_or_default();
        DateDigits::parse(digits).map(|day| Self { era, day }).map_err(|_| fault)
    }

    /// The day, where it is one.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        self.day.date().ok()
    }

    /// Whether the era that is written is that of the day; `None` where one of them is not known.
    #[must_use]
    pub fn era_agrees(&self) -> Option<bool> {
        let (era, _) = self.date()?.era()?;
        self.era.map(|written| written == era)
    }
}

impl fmt::Debug for CertifiedHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CertifiedHolder(redacted)")
    }
}

impl fmt::Debug for CertifiedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertifiedText(redacted, {} replaced)", self.replaced.len())
    }
}

impl fmt::Debug for CertifiedBirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CertifiedBirthDate(redacted)")
    }
}
