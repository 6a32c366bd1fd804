//! What each field of a persona must be, and what it must not contradict.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Deserializer, de};
use toml::value::{self, Datetime};
use toml::{Spanned, Value};

use super::{CertificateState, Persona, PersonaError, ServiceTable};
use crate::hexadecimal::from_spaced_hexadecimal;
use crate::photo::photo_size;
use crate::pki::{Generation, HolderSex};
use crate::{CardProfile, Counters, Reference};
use myna_calendar::Date;

pub(super) type Text = Option<Spanned<String>>;
pub(super) type Fields = BTreeMap<Spanned<String>, Spanned<Value>>;

/// Checks values, and tells the place of one that is wrong.
pub(super) struct Check<'t> {
    pub(super) text: &'t str,
}

impl Check<'_> {
    pub(super) fn text(
        &self,
        field: Text,
        default: &str,
        reason: &str,
        good: impl Fn(&str) -> bool,
    ) -> Result<String, PersonaError> {
        match field {
            None => Ok(default.to_owned()),
            Some(value) if good(value.get_ref()) => Ok(value.into_inner()),
            Some(value) => Err(self.error(value.span(), reason)),
        }
    }

    pub(super) fn choice<T: Copy>(&self, field: Text, choices: &[(&str, T)]) -> Result<T, PersonaError> {
        let wanted = field.as_ref().map(|name| name.get_ref().as_str());
        let mut found = choices.iter().filter(|(name, _)| wanted.is_none_or(|wanted| wanted == *name));
        match found.next() {
            Some((_, value)) => Ok(*value),
            None => {
                let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
                let span = field.map(|name| name.span()).unwrap_or_default();
                Err(self.error(span, format!("must be one of: {}", names.join(", "))))
            }
        }
    }

    pub(super) fn date(
        &self,
        field: Option<Spanned<Datetime>>,
        default: impl Fn() -> Option<Date>,
    ) -> Result<Option<Date>, PersonaError> {
        let Some(written) = field else { return Ok(default()) };
        let reason = "must be a day between 1900 and 2099, such as 1988-07-14 without quotes";
        match written.get_ref() {
            Datetime {
                date: Some(value::Date { year: year @ 1900..=2099, month, day }),
                time: None,
                offset: None,
            } => {
                Date::from_ymd(*year, *month, *day).map(Some).map_err(|_| self.error(written.span(), reason))
            }
            _ => Err(self.error(written.span(), reason)),
        }
    }

    /// No certificate is older than its holder.
    pub(super) fn issued(
        &self,
        field: Option<Spanned<Datetime>>,
        birth_date: Date,
    ) -> Result<Option<Date>, PersonaError> {
        let span = field.as_ref().map(Spanned::span).unwrap_or_default();
        match self.date(field, || None)? {
            Some(issued) if issued < birth_date => {
                Err(self.error(span, "certificates are issued before their holder is born"))
            }
            issued => Ok(issued),
        }
    }

    pub(super) fn valid_until(
        &self,
        field: Option<Spanned<Datetime>>,
        issued: Option<Date>,
    ) -> Result<Option<Date>, PersonaError> {
        let Some(span) = field.as_ref().map(Spanned::span) else { return Ok(None) };
        let valid_until = self.date(field, || None)?;
        match issued {
            None => Err(self.error(span, "needs certificates.issued beside it")),
            Some(issued) if valid_until < Some(issued) => {
                Err(self.error(span, "certificates end before they begin"))
            }
            Some(_) => Ok(valid_until),
        }
    }

    pub(super) fn photo(&self, field: Text) -> Result<Option<Vec<u8>>, PersonaError> {
        let Some(written) = field else { return Ok(None) };
        let photo = from_spaced_hexadecimal(written.get_ref())
            .ok_or_else(|| self.error(written.span(), "must be a JP2 file in hexadecimal"))?;
        if photo.len() > LONGEST_PHOTO {
            return Err(self.error(written.span(), format!("has more than {LONGEST_PHOTO} bytes")));
        }
        match photo_size(&photo) {
            Ok(_) => Ok(Some(photo)),
            Err(problem) => Err(self.error(written.span(), problem.to_string())),
        }
    }

    /// 照合番号B says nothing that the rest of the file does not, but for the security code.
    pub(super) fn number_b(&self, field: Text, persona: Persona) -> Result<Persona, PersonaError> {
        let Some(written) = field else { return Ok(persona) };
        let error = |reason: &str| Err(self.error(written.span(), reason));
        let digits = written.get_ref();
        if !Reference::TextNumberB.accepts(digits.as_bytes()) {
            return error(&format!("must be {}", Reference::TextNumberB.form()));
        }
        let (Some(issued), (birth, Some((year, code)))) =
            (persona.issued, (digits.get(..6), digits.get(6..).and_then(|rest| rest.split_at_checked(4))))
        else {
            return error("needs certificates.issued, on which the year of the card's expiry depends");
        };
        let era = persona.birth_date.era_digits();
        let expiry = persona.card_expiry(issued).map(|expiry| format!("{:04}", expiry.year()));
        if birth != Some(era.as_str()) {
            return error(&format!("must begin with {era}, the birth date in the year of its era"));
        }
        match expiry {
            Ok(expiry) if expiry == year => {}
            Ok(expiry) => {
                return error(&format!("must have {expiry}, the year the card expires, not {year}"));
            }
            Err(_) => return error("the card would expire on no day"),
        }
        match &persona.security_code {
            Some(other) if other != code => error("must end with card.security_code"),
            _ => Ok(Persona { security_code: Some(code.to_owned()), ..persona }),
        }
    }

    pub(super) fn my_number(
        &self,
        field: Text,
        is_wrong: Option<&Spanned<bool>>,
    ) -> Result<String, PersonaError> {
        let wanted_wrong = is_wrong.filter(|is_wrong| *is_wrong.get_ref());
        let Some(written) = field else {
            return match wanted_wrong {
                Some(marked) => Err(self.error(marked.span(), "needs a holder.my_number that is wrong")),
                None => Ok("900000000010".to_owned()),
            };
        };
        let digits: Vec<u32> = written.get_ref().chars().filter_map(|digit| digit.to_digit(10)).collect();
        let (Some((last, body)), 12, 12) = (digits.split_last(), digits.len(), written.get_ref().len())
        else {
            return Err(self.error(written.span(), "must be 12 digits"));
        };
        let expected = my_number_check_digit(body);
        if let Some(marked) = wanted_wrong.filter(|_| *last == expected) {
            return Err(self.error(marked.span(), "the check digit of holder.my_number is right"));
        }
        if *last == expected || wanted_wrong.is_some() {
            Ok(written.into_inner())
        } else {
            Err(self.error(written.span(), format!("the check digit is {last} where {expected} is right")))
        }
    }

    /// A text as the certificate writes it: as many characters as the printed one.
    pub(super) fn replaced(&self, field: Text, printed: &str) -> Result<Option<String>, PersonaError> {
        let Some(written) = field else { return Ok(None) };
        if !written.get_ref().chars().all(is_written) {
            Err(self.error(written.span(), "must have characters that everybody can read"))
        } else if written.get_ref().chars().count() == printed.chars().count() {
            Ok(Some(written.into_inner()))
        } else {
            Err(self.error(written.span(), format!("must have as many characters as {printed}")))
        }
    }

    pub(super) fn signature_certificate(
        &self,
        field: Text,
        profile: CardProfile,
    ) -> Result<CertificateState, PersonaError> {
        if profile.has_pins() {
            return self.choice(field, &STATES);
        }
        let span = field.as_ref().map(Spanned::span).unwrap_or_default();
        let is_there = field.is_some();
        match self.choice(field, &STATES)? {
            CertificateState::Issued | CertificateState::Revoked if is_there => {
                Err(self
                    .error(span, "a face-authentication card has no signature certificate: must be missing"))
            }
            _ => Ok(CertificateState::Missing),
        }
    }

    pub(super) fn generation(&self, field: Option<Spanned<u8>>) -> Result<Generation, PersonaError> {
        match field.as_ref().map_or(1, |number| *number.get_ref()) {
            1 => Ok(Generation::First),
            2 => Ok(Generation::Second),
            _ => Err(self.error(field.map(|number| number.span()).unwrap_or_default(), "must be 1 or 2")),
        }
    }

    pub(super) fn counters(&self, tries: &TrySource, profile: CardProfile) -> Result<Counters, PersonaError> {
        let mut counters = Counters::default();
        let is_blocked = |pin| PINS.contains(&pin) && !profile.has_pins();
        for pin in PINS.into_iter().filter(|pin| is_blocked(*pin)) {
            counters.set(pin, 0);
        }
        for (Tried(pin), left) in tries {
            let most = pin.most_tries();
            if *left.get_ref() > most {
                return Err(self.error(left.span(), format!("this PIN has at most {most} tries")));
            }
            if is_blocked(*pin) && *left.get_ref() != 0 {
                return Err(self.error(left.span(), "a face-authentication card has no PINs: must be 0"));
            }
            counters.set(*pin, *left.get_ref());
        }
        Ok(counters)
    }

    pub(super) fn service_table(&self, fields: Fields) -> ServiceTable {
        let mut fields: Vec<_> = fields.into_iter().collect();
        // The map has sorted them by name; the order of the file is the one meant.
        fields.sort_by_key(|(key, _)| key.span().start);
        ServiceTable::new(fields.into_iter().map(|(key, value)| {
            let place = self.error(key.span(), "");
            (key.into_inner(), value.into_inner(), place)
        }))
    }

    pub(super) fn error(&self, span: Range<usize>, reason: impl Into<String>) -> PersonaError {
        PersonaError::value(self.text, span, reason)
    }
}

/// The tries left, in the order of the references.
pub(super) type TrySource = BTreeMap<Tried, Spanned<u8>>;

/// A reference as a field.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Tried(Reference);

impl<'de> Deserialize<'de> for Tried {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Reference::from_name(&name).map(Self).ok_or_else(|| {
            let names = Reference::ALL.map(Reference::name).join("`, `");
            de::Error::custom(format!("unknown field `{name}`, expected one of `{names}`"))
        })
    }
}

/// The first of each is the default.
pub(super) const SEXES: [(&str, HolderSex); 3] =
    [("female", HolderSex::Female), ("male", HolderSex::Male), ("unknown", HolderSex::Unknown)];
pub(super) const STATES: [(&str, CertificateState); 3] = [
    ("issued", CertificateState::Issued),
    ("missing", CertificateState::Missing),
    ("revoked", CertificateState::Revoked),
];

/// What a file gives a value for; the other references are printed on the card.
pub(super) const PINS: [Reference; 5] = [
    Reference::UserAuthentication,
    Reference::DigitalSignature,
    Reference::CardFace,
    Reference::Common,
    Reference::ResidentRegister,
];

/// Characters of 氏 and of 名: both and the space between fit one certificate and one file.
pub(super) const NAME_PART: usize = 50;

/// So that the card face stays below the 65 536 bytes its offsets reach.
const LONGEST_PHOTO: usize = 48_000;

/// Whether UTF-8 on the card and UTF8String in a certificate mean the same character to everybody: no control character, none
/// of private use (外字 of one office only), none that is no character.
pub(super) fn is_written(character: char) -> bool {
    let private = matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..);
    let none = character == '\u{FFFD}'
        || matches!(character, '\u{FDD0}'..='\u{FDEF}')
        || u32::from(character) & 0xFFFE == 0xFFFE;
    !(character.is_control() || private || none)
}

/// Over the first eleven digits, counted n = 1 to 11 from the right: weight n + 1 up to six, then n − 5; 11 minus the sum
/// modulo 11, or 0 when that remainder is 0 or 1 `[code] [fix]`.
pub(crate) fn my_number_check_digit(body: &[u32]) -> u32 {
    let weights = [2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6];
    let sum: u32 = body.iter().rev().zip(weights).map(|(digit, weight)| digit * weight).sum();
    match sum % 11 {
        0 | 1 => 0,
        remainder => 11 - remainder,
    }
}
