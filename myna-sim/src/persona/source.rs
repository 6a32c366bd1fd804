//! A persona as TOML.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::value::{Date, Datetime};
use toml::{Spanned, Table, Value};
use zeroize::Zeroizing;

use super::eligibility::{self, Eligibility};
use super::{CertificateState, Persona, PersonaError};
use crate::image::from_spaced_hexadecimal;
use crate::photo::photo_size;
use crate::pki::{CivilDate, Generation, Sex};
use crate::{AtrError, CardProfile, CardSettings, Counters, Latency, Reference};

pub(super) fn read(text: &str) -> Result<Persona, PersonaError> {
    let Source { name, summary, holder, pins, tries, certificates, card, eligibility } =
        toml::from_str(text).map_err(|error| PersonaError::syntax(text, &error))?;
    let check = Check { text };
    let pin = |field, reference: Reference, default| {
        let good = |value: &str| reference.accepts(value.as_bytes());
        check.text(field, default, good, || format!("must be {}", reference.form())).map(Zeroizing::new)
    };
    let name_part = |field, default| {
        check.text(
            field,
            default,
            |value| {
                (1..=NAME_PART).contains(&value.chars().count())
                    && value.chars().all(|character| character != '\u{3000}' && is_written(character))
            },
            || {
                format!(
                    "must have 1 to {NAME_PART} characters that everybody can read, and no full-width space"
                )
            },
        )
    };
    let kana = |field, default| {
        let is_kana = |character| matches!(character, '\u{30A1}'..='\u{30FC}');
        let good = |value: &str| !value.is_empty() && value.chars().all(is_kana);
        check.text(field, default, good, || "must be full-width katakana".to_owned())
    };
    let romanised = |field, default, longest| {
        check.text(
            field,
            default,
            move |value| {
                (1..=longest).contains(&value.len()) && value.bytes().all(|byte| (0x20..0x7F).contains(&byte))
            },
            || format!("must have 1 to {longest} Latin letters"),
        )
    };
    let profile = check.choice(card.profile, &PROFILES)?;
    let family_name = name_part(holder.family_name, "試験")?;
    let given_name = name_part(holder.given_name, "葵")?;
    let address = check.text(
        holder.address,
        "架空県見本市１－２－３",
        |value| (1..=200).contains(&value.chars().count()) && value.chars().all(is_written),
        || "must have 1 to 200 characters that everybody can read".to_owned(),
    )?;
    let printed_name = format!("{family_name}\u{3000}{given_name}");
    let card_face_pin = pin(pins.card_face, Reference::CardFace, "1234")?;
    let birth_date = check
        .date(holder.birth_date, || CivilDate::new(1988, 7, 14).ok())?
        .ok_or_else(|| PersonaError::value(text, 0..0, "there is no birth date"))?;
    let issued = check.issued(certificates.issued, birth_date)?;
    let security_code = match card.security_code {
        None => None,
        code => Some(check.text(
            code,
            "",
            |value| value.len() == 4 && value.bytes().all(|byte| byte.is_ascii_digit()),
            || "must be 4 digits".to_owned(),
        )?),
    };
    let number_b = card.number_b;
    let persona = Persona {
        certificate_name: check.replaced(holder.certificate_name, &printed_name)?,
        certificate_address: check.replaced(holder.certificate_address, &address)?,
        name: check.text(
            name,
            "default",
            |value| {
                (1..=64).contains(&value.len())
                    && value.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            },
            || "must have 1 to 64 of a-z, 0-9 and hyphens".to_owned(),
        )?,
        summary: summary.map(Spanned::into_inner).unwrap_or_default(),
        family_name,
        given_name,
        family_name_kana: kana(holder.family_name_kana, "シケン")?,
        given_name_kana: kana(holder.given_name_kana, "アオイ")?,
        birth_date,
        sex: check.choice(holder.sex, &SEXES)?,
        address,
        my_number: check.my_number(holder.my_number, holder.my_number_is_wrong.as_ref())?,
        my_number_is_wrong: holder.my_number_is_wrong.is_some_and(Spanned::into_inner),
        municipality_code: check.text(
            holder.municipality_code,
            "13999",
            |value| value.len() == 5 && value.bytes().all(|byte| byte.is_ascii_digit()),
            || "must be 5 digits".to_owned(),
        )?,
        prefecture: romanised(holder.prefecture, "Kakuu-ken", 64)?,
        municipality: romanised(holder.municipality, "Mihon-shi", 54)?,
        user_authentication_pin: pin(pins.user_authentication, Reference::UserAuthentication, "1234")?,
        digital_signature_pin: pin(pins.digital_signature, Reference::DigitalSignature, "ABC123")?,
        common_pin: pin(pins.common, Reference::Common, &card_face_pin)?,
        resident_register_pin: pin(pins.resident_register, Reference::ResidentRegister, &card_face_pin)?,
        card_face_pin,
        security_code,
        photo: check.photo(card.photo)?,
        counters: check.counters(&tries, profile)?,
        issued,
        valid_until: check.valid_until(certificates.valid_until, issued)?,
        user_authentication: check.choice(certificates.user_authentication, &STATES)?,
        digital_signature: check.signature_certificate(certificates.digital_signature, profile)?,
        generation: check.generation(certificates.generation)?,
        settings: CardSettings {
            profile,
            accepts_terminals: card.accepts_terminals.unwrap_or(false),
            atr: match card.atr {
                None => CardSettings::default().atr,
                Some(written) => written
                    .get_ref()
                    .parse()
                    .map_err(|error: AtrError| check.error(written.span(), error.to_string()))?,
            },
            extended_length: card.extended_length.unwrap_or(true),
            short_identifiers: card.short_identifiers.unwrap_or(true),
            refuses_first_command: card.refuses_first_command.unwrap_or(false),
            mutant: None,
            latency: card.latency,
            seed: card.seed,
        },
        eligibility: eligibility.map(|fields| check.eligibility(fields)).transpose()?,
    };
    check.number_b(number_b, persona)
}

pub(super) fn write(persona: &Persona) -> String {
    let text = |value: &str| Value::String(value.to_owned());
    let mut holder = Table::from_iter([
        ("family_name".to_owned(), text(&persona.family_name)),
        ("given_name".to_owned(), text(&persona.given_name)),
        ("family_name_kana".to_owned(), text(&persona.family_name_kana)),
        ("given_name_kana".to_owned(), text(&persona.given_name_kana)),
        ("birth_date".to_owned(), date(persona.birth_date)),
        ("sex".to_owned(), text(name_of(&SEXES, persona.sex))),
        ("address".to_owned(), text(&persona.address)),
        ("my_number".to_owned(), text(&persona.my_number)),
        ("municipality_code".to_owned(), text(&persona.municipality_code)),
        ("prefecture".to_owned(), text(&persona.prefecture)),
        ("municipality".to_owned(), text(&persona.municipality)),
    ]);
    if persona.my_number_is_wrong {
        holder.insert("my_number_is_wrong".to_owned(), Value::Boolean(true));
    }
    for (key, written) in [
        ("certificate_name", &persona.certificate_name),
        ("certificate_address", &persona.certificate_address),
    ] {
        holder.extend(written.iter().map(|written| (key.to_owned(), text(written))));
    }
    let pins = PINS.map(|pin| (key_of(pin).to_owned(), text(persona.pin(pin).unwrap_or_default())));
    let tries =
        Reference::ALL.map(|pin| (key_of(pin).to_owned(), Value::Integer(persona.counters.get(pin).into())));
    let mut certificates = Table::new();
    if let Some(issued) = persona.issued {
        certificates.insert("issued".to_owned(), date(issued));
    }
    if let Some(valid_until) = persona.valid_until {
        certificates.insert("valid_until".to_owned(), date(valid_until));
    }
    for (key, state) in [
        ("user_authentication", persona.user_authentication),
        ("digital_signature", persona.digital_signature),
    ] {
        certificates.insert(key.to_owned(), text(name_of(&STATES, state)));
    }
    certificates.insert("generation".to_owned(), Value::Integer(persona.generation.number().into()));
    let mut card = Table::from_iter([
        ("profile".to_owned(), text(name_of(&PROFILES, persona.settings.profile))),
        ("atr".to_owned(), text(&persona.settings.atr.to_string())),
        ("extended_length".to_owned(), Value::Boolean(persona.settings.extended_length)),
        ("short_identifiers".to_owned(), Value::Boolean(persona.settings.short_identifiers)),
        ("accepts_terminals".to_owned(), Value::Boolean(persona.settings.accepts_terminals)),
        ("refuses_first_command".to_owned(), Value::Boolean(persona.settings.refuses_first_command)),
        // Every seed came from a file, where it had a sign.
        ("seed".to_owned(), Value::Integer(i64::try_from(persona.settings.seed).unwrap_or(i64::MAX))),
    ]);
    // It always can be.
    let latency = Value::try_from(persona.settings.latency);
    card.extend(latency.into_iter().map(|latency| ("latency".to_owned(), latency)));
    if let Some(photo) = &persona.photo {
        let digits: String = photo.iter().map(|byte| format!("{byte:02X}")).collect();
        card.insert("photo".to_owned(), text(&digits));
    }
    card.extend(persona.security_code.iter().map(|code| ("security_code".to_owned(), text(code))));
    let mut file = Table::from_iter([
        ("name".to_owned(), text(&persona.name)),
        ("summary".to_owned(), text(&persona.summary)),
        ("holder".to_owned(), Value::Table(holder)),
        ("pins".to_owned(), Value::Table(Table::from_iter(pins))),
        ("tries".to_owned(), Value::Table(Table::from_iter(tries))),
        ("certificates".to_owned(), Value::Table(certificates)),
        ("card".to_owned(), Value::Table(card)),
    ]);
    if let Some(eligibility) = &persona.eligibility {
        let validity = ("validity".to_owned(), Value::String(eligibility.validity().to_string()));
        let result = eligibility.result().iter().map(|(key, value)| (key.clone(), value.clone()));
        let fields = std::iter::once(validity).chain(result).collect();
        file.insert("eligibility".to_owned(), Value::Table(fields));
    }
    file.to_string()
}

type Text = Option<Spanned<String>>;
type Fields = BTreeMap<Spanned<String>, Spanned<Value>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    name: Text,
    summary: Text,
    #[serde(default)]
    holder: HolderSource,
    #[serde(default)]
    pins: PinSource,
    #[serde(default)]
    tries: TrySource,
    #[serde(default)]
    certificates: CertificateSource,
    #[serde(default)]
    card: CardSource,
    eligibility: Option<Fields>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct HolderSource {
    family_name: Text,
    given_name: Text,
    family_name_kana: Text,
    given_name_kana: Text,
    birth_date: Option<Spanned<Datetime>>,
    sex: Text,
    address: Text,
    my_number: Text,
    my_number_is_wrong: Option<Spanned<bool>>,
    municipality_code: Text,
    prefecture: Text,
    municipality: Text,
    certificate_name: Text,
    certificate_address: Text,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct PinSource {
    user_authentication: Text,
    digital_signature: Text,
    card_face: Text,
    common: Text,
    resident_register: Text,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct TrySource {
    user_authentication: Option<Spanned<u8>>,
    digital_signature: Option<Spanned<u8>>,
    card_face: Option<Spanned<u8>>,
    text_number_a: Option<Spanned<u8>>,
    text_number_b: Option<Spanned<u8>>,
    visual_birth_date: Option<Spanned<u8>>,
    visual_number_b: Option<Spanned<u8>>,
    visual_number_a: Option<Spanned<u8>>,
    common: Option<Spanned<u8>>,
    resident_register: Option<Spanned<u8>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct CertificateSource {
    issued: Option<Spanned<Datetime>>,
    valid_until: Option<Spanned<Datetime>>,
    user_authentication: Text,
    digital_signature: Text,
    generation: Option<Spanned<u8>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct CardSource {
    profile: Text,
    security_code: Text,
    number_b: Text,
    photo: Text,
    accepts_terminals: Option<bool>,
    atr: Text,
    extended_length: Option<bool>,
    short_identifiers: Option<bool>,
    refuses_first_command: Option<bool>,
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    latency: Latency,
}

/// Characters of 氏 and of 名: both and the space between fit one certificate and one file.
const NAME_PART: usize = 50;

/// So that the card face stays below the 65 536 bytes its offsets reach.
const LONGEST_PHOTO: usize = 48_000;

/// Whether UTF-8 on the card and UTF8String in a certificate mean the same character to everybody: no control character, none
/// of private use (外字 of one office only), none that is no character.
fn is_written(character: char) -> bool {
    let private = matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..);
    let none = character == '\u{FFFD}'
        || matches!(character, '\u{FDD0}'..='\u{FDEF}')
        || u32::from(character) & 0xFFFE == 0xFFFE;
    !(character.is_control() || private || none)
}

/// The first of each is the default.
const SEXES: [(&str, Sex); 3] = [("female", Sex::Female), ("male", Sex::Male), ("unknown", Sex::Unknown)];
const STATES: [(&str, CertificateState); 3] = [
    ("issued", CertificateState::Issued),
    ("missing", CertificateState::Missing),
    ("revoked", CertificateState::Revoked),
];

const PROFILES: [(&str, CardProfile); 4] = [
    ("card", CardProfile::Card),
    ("face-authentication", CardProfile::FaceAuthentication),
    ("android", CardProfile::Android),
    ("iphone", CardProfile::IPhone),
];

/// What a file gives a value for; the other references are printed on the card.
const PINS: [Reference; 5] = [
    Reference::UserAuthentication,
    Reference::DigitalSignature,
    Reference::CardFace,
    Reference::Common,
    Reference::ResidentRegister,
];

const fn key_of(pin: Reference) -> &'static str {
    match pin {
        Reference::UserAuthentication => "user_authentication",
        Reference::DigitalSignature => "digital_signature",
        Reference::CardFace => "card_face",
        Reference::TextNumberA => "text_number_a",
        Reference::TextNumberB => "text_number_b",
        Reference::VisualBirthDate => "visual_birth_date",
        Reference::VisualNumberB => "visual_number_b",
        Reference::VisualNumberA => "visual_number_a",
        Reference::Common => "common",
        Reference::ResidentRegister => "resident_register",
    }
}

fn name_of<T: PartialEq + Copy>(choices: &[(&'static str, T)], value: T) -> &'static str {
    choices.iter().find(|(_, choice)| *choice == value).map_or("", |(name, _)| name)
}

fn date(date: CivilDate) -> Value {
    let date = Date { year: date.year(), month: date.month(), day: date.day() };
    Value::Datetime(Datetime { date: Some(date), time: None, offset: None })
}

/// Checks values, and tells the place of one that is wrong.
struct Check<'t> {
    text: &'t str,
}

impl Check<'_> {
    fn text(
        &self,
        field: Text,
        default: &str,
        good: impl Fn(&str) -> bool,
        reason: impl Fn() -> String,
    ) -> Result<String, PersonaError> {
        match field {
            None => Ok(default.to_owned()),
            Some(value) if good(value.get_ref()) => Ok(value.into_inner()),
            Some(value) => Err(self.error(value.span(), reason())),
        }
    }

    fn choice<T: Copy>(&self, field: Text, choices: &[(&str, T)]) -> Result<T, PersonaError> {
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

    fn date(
        &self,
        field: Option<Spanned<Datetime>>,
        default: impl Fn() -> Option<CivilDate>,
    ) -> Result<Option<CivilDate>, PersonaError> {
        let Some(written) = field else { return Ok(default()) };
        let reason = "must be a day between 1900 and 2099, such as 1988-07-14 without quotes";
        match written.get_ref() {
            Datetime {
                date: Some(Date { year: year @ 1900..=2099, month, day }),
                time: None,
                offset: None,
            } => {
                CivilDate::new(*year, *month, *day).map(Some).map_err(|_| self.error(written.span(), reason))
            }
            _ => Err(self.error(written.span(), reason)),
        }
    }

    /// No certificate is older than its holder.
    fn issued(
        &self,
        field: Option<Spanned<Datetime>>,
        birth_date: CivilDate,
    ) -> Result<Option<CivilDate>, PersonaError> {
        let span = field.as_ref().map(Spanned::span).unwrap_or_default();
        match self.date(field, || None)? {
            Some(issued) if issued < birth_date => {
                Err(self.error(span, "certificates are issued before their holder is born"))
            }
            issued => Ok(issued),
        }
    }

    fn valid_until(
        &self,
        field: Option<Spanned<Datetime>>,
        issued: Option<CivilDate>,
    ) -> Result<Option<CivilDate>, PersonaError> {
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

    fn photo(&self, field: Text) -> Result<Option<Vec<u8>>, PersonaError> {
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
    fn number_b(&self, field: Text, persona: Persona) -> Result<Persona, PersonaError> {
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

    fn my_number(&self, field: Text, is_wrong: Option<&Spanned<bool>>) -> Result<String, PersonaError> {
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
    fn replaced(&self, field: Text, printed: &str) -> Result<Option<String>, PersonaError> {
        let Some(written) = field else { return Ok(None) };
        if !written.get_ref().chars().all(is_written) {
            Err(self.error(written.span(), "must have characters that everybody can read"))
        } else if written.get_ref().chars().count() == printed.chars().count() {
            Ok(Some(written.into_inner()))
        } else {
            Err(self.error(written.span(), format!("must have as many characters as {printed}")))
        }
    }

    fn signature_certificate(
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

    fn generation(&self, field: Option<Spanned<u8>>) -> Result<Generation, PersonaError> {
        match field.as_ref().map_or(1, |number| *number.get_ref()) {
            1 => Ok(Generation::First),
            2 => Ok(Generation::Second),
            _ => Err(self.error(field.map(|number| number.span()).unwrap_or_default(), "must be 1 or 2")),
        }
    }

    fn counters(&self, tries: &TrySource, profile: CardProfile) -> Result<Counters, PersonaError> {
        let mut counters = Counters::default();
        for pin in Reference::ALL {
            let is_blocked = PINS.contains(&pin) && !profile.has_pins();
            if is_blocked {
                counters.set(pin, 0);
            }
            let field = match pin {
                Reference::UserAuthentication => &tries.user_authentication,
                Reference::DigitalSignature => &tries.digital_signature,
                Reference::CardFace => &tries.card_face,
                Reference::TextNumberA => &tries.text_number_a,
                Reference::TextNumberB => &tries.text_number_b,
                Reference::VisualBirthDate => &tries.visual_birth_date,
                Reference::VisualNumberB => &tries.visual_number_b,
                Reference::VisualNumberA => &tries.visual_number_a,
                Reference::Common => &tries.common,
                Reference::ResidentRegister => &tries.resident_register,
            };
            if let Some(left) = field {
                let most = pin.most_tries();
                if *left.get_ref() > most {
                    return Err(self.error(left.span(), format!("this PIN has at most {most} tries")));
                }
                if is_blocked && *left.get_ref() != 0 {
                    return Err(self.error(left.span(), "a face-authentication card has no PINs: must be 0"));
                }
                counters.set(pin, *left.get_ref());
            }
        }
        Ok(counters)
    }

    fn eligibility(&self, fields: Fields) -> Result<Eligibility, PersonaError> {
        let mut fields: Vec<_> = fields.into_iter().collect();
        // The map has sorted them by name; the order of the file is the one meant.
        fields.sort_by_key(|(key, _)| key.span().start);
        let mut validity = 1;
        let mut result = Table::new();
        for (key, value) in fields {
            let span = key.span();
            let (key, value) = (key.into_inner(), value.into_inner());
            if key == "validity" {
                validity = match value.as_str().map(str::as_bytes) {
                    Some([digit @ b'1'..=b'6']) => digit - b'0',
                    _ => return Err(self.error(span, "must be \"1\" to \"6\" (QualificationValidity)")),
                };
            } else {
                eligibility::check(&key, &value).map_err(|reason| self.error(span, reason))?;
                result.insert(key, value);
            }
        }
        Ok(Eligibility::new(validity, result))
    }

    fn error(&self, span: Range<usize>, reason: impl Into<String>) -> PersonaError {
        PersonaError::value(self.text, span, reason)
    }
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
