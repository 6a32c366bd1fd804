//! A persona read from TOML.

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;
use zeroize::Zeroizing;

use super::field::{Check, Fields, NAME_PART, SEXES, STATES, Text, TrySource, is_written};
use super::{Persona, PersonaError};
use crate::{AtrError, CardProfile, CardSettings, Latency, Reference};
use myna_calendar::Date;

impl Persona {
    /// Reads a persona.
    ///
    /// # Errors
    ///
    /// A [`PersonaError`] naming line and field.
    pub fn from_toml(text: &str) -> Result<Self, PersonaError> {
        read(text)
    }
}

fn read(text: &str) -> Result<Persona, PersonaError> {
    let Source { name, summary, holder, pins, tries, certificates, card, eligibility } =
        toml::from_str(text).map_err(|error| PersonaError::syntax(text, &error))?;
    let check = Check { text };
    let pin = |field, reference: Reference, default| {
        let reason = format!("must be {}", reference.form());
        check.text(field, default, &reason, |value| reference.accepts(value.as_bytes())).map(Zeroizing::new)
    };
    let digits = |field, default, length| {
        check.text(field, default, &format!("must be {length} digits"), |value| {
            value.len() == length && value.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let name_part = |field, default| {
        let reason =
            format!("must have 1 to {NAME_PART} characters that everybody can read, and no full-width space");
        check.text(field, default, &reason, |value| {
            (1..=NAME_PART).contains(&value.chars().count())
                && value.chars().all(|character| character != '\u{3000}' && is_written(character))
        })
    };
    let kana = |field, default| {
        let is_kana = |character| matches!(character, '\u{30A1}'..='\u{30FC}');
        let good = |value: &str| !value.is_empty() && value.chars().all(is_kana);
        check.text(field, default, "must be full-width katakana", good)
    };
    let romanised = |field, default, longest| {
        check.text(field, default, &format!("must have 1 to {longest} Latin letters"), |value| {
            (1..=longest).contains(&value.len()) && value.bytes().all(|byte| (0x20..0x7F).contains(&byte))
        })
    };
    let profile = check.choice(card.profile, &CardProfile::ALL.map(|profile| (profile.name(), profile)))?;
    let family_name = name_part(holder.family_name, "試験")?;
    let given_name = name_part(holder.given_name, "葵")?;
    let address = check.text(
        holder.address,
        "架空県見本市１－２－３",
        "must have 1 to 200 characters that everybody can read",
        |value| (1..=200).contains(&value.chars().count()) && value.chars().all(is_written),
    )?;
    let printed_name = format!("{family_name}\u{3000}{given_name}");
    let card_face_pin = pin(pins.card_face, Reference::CardFace, "1234")?;
    let birth_date = check
        .date(holder.birth_date, || Date::from_ymd(1988, 7, 14).ok())?
        .ok_or_else(|| PersonaError::value(text, 0..0, "there is no birth date"))?;
    let issued = check.issued(certificates.issued, birth_date)?;
    let security_code = card.security_code.map(|code| digits(Some(code), "", 4)).transpose()?;
    let number_b = card.number_b;
    let persona = Persona {
        certificate_name: check.replaced(holder.certificate_name, &printed_name)?,
        certificate_address: check.replaced(holder.certificate_address, &address)?,
        name: check.text(name, "default", "must have 1 to 64 of a-z, 0-9 and hyphens", |value| {
            (1..=64).contains(&value.len())
                && value.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        })?,
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
        municipality_code: digits(holder.municipality_code, "13999", 5)?,
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
        service_table: eligibility.map(|fields| check.service_table(fields)),
    };
    check.number_b(number_b, persona)
}

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
