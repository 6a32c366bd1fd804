//! A persona written as TOML, with its fields in the order in which people read them.

use serde::{Serialize, Serializer};
use toml::Value;
use toml::value::{self, Datetime};

use super::field::{PINS, SEXES, STATES};
use super::{Persona, ServiceTable};
use crate::{Latency, Reference};
use myna_calendar::Date;

impl Persona {
    /// Writes the persona with every field, so that [`from_toml`](Self::from_toml) reads the same one.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut file = Table(vec![
            ("name", text(&self.name)),
            ("summary", text(&self.summary)),
            ("holder", Item::Table(holder(self))),
            (
                "pins",
                Item::Table(Table(
                    PINS.map(|pin| (pin.name(), text(self.pin(pin).unwrap_or_default()))).into(),
                )),
            ),
            (
                "tries",
                Item::Table(Table(
                    Reference::ALL.map(|pin| (pin.name(), number(self.counters.get(pin).into()))).into(),
                )),
            ),
            ("certificates", Item::Table(certificates(self))),
            ("card", Item::Table(card(self))),
        ]);
        file.push("eligibility", self.service_table.clone().map(Item::Service));
        // Texts, numbers and days: it always can be.
        toml::to_string(&file).unwrap_or_default()
    }
}

fn holder(persona: &Persona) -> Table {
    let mut holder = Table(vec![
        ("family_name", text(&persona.family_name)),
        ("given_name", text(&persona.given_name)),
        ("family_name_kana", text(&persona.family_name_kana)),
        ("given_name_kana", text(&persona.given_name_kana)),
        ("birth_date", date(persona.birth_date)),
        ("sex", text(name_of(&SEXES, persona.sex))),
        ("address", text(&persona.address)),
        ("my_number", text(&persona.my_number)),
        ("municipality_code", text(&persona.municipality_code)),
        ("prefecture", text(&persona.prefecture)),
        ("municipality", text(&persona.municipality)),
    ]);
    holder.push("my_number_is_wrong", persona.my_number_is_wrong.then(|| flag(true)));
    holder.push("certificate_name", persona.certificate_name.as_deref().map(text));
    holder.push("certificate_address", persona.certificate_address.as_deref().map(text));
    holder
}

fn certificates(persona: &Persona) -> Table {
    let mut certificates = Table(Vec::new());
    certificates.push("issued", persona.issued.map(date));
    certificates.push("valid_until", persona.valid_until.map(date));
    certificates.push("user_authentication", Some(text(name_of(&STATES, persona.user_authentication))));
    certificates.push("digital_signature", Some(text(name_of(&STATES, persona.digital_signature))));
    certificates.push("generation", Some(number(persona.generation.number().into())));
    certificates
}

fn card(persona: &Persona) -> Table {
    let settings = persona.settings;
    let mut card = Table(vec![
        ("profile", text(settings.profile.name())),
        ("atr", text(&settings.atr.to_string())),
        ("extended_length", flag(settings.extended_length)),
        ("short_identifiers", flag(settings.short_identifiers)),
        ("accepts_terminals", flag(settings.accepts_terminals)),
        ("refuses_first_command", flag(settings.refuses_first_command)),
        // Every seed came from a file, where it had a sign.
        ("seed", number(i64::try_from(settings.seed).unwrap_or(i64::MAX))),
        ("latency", Item::Latency(settings.latency)),
    ]);
    card.push("photo", persona.photo.as_deref().map(|photo| text(&hex::encode_upper(photo))));
    card.push("security_code", persona.security_code.as_deref().map(text));
    card
}

/// In order, whatever order `toml` would give its own.
struct Table(Vec<(&'static str, Item)>);

#[derive(Serialize)]
#[serde(untagged)]
enum Item {
    Value(Value),
    Latency(Latency),
    Service(ServiceTable),
    Table(Table),
}

impl Table {
    fn push(&mut self, key: &'static str, item: Option<Item>) {
        self.0.extend(item.map(|item| (key, item)));
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, item)| (key, item)))
    }
}

impl Serialize for ServiceTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.entries())
    }
}

fn text(text: &str) -> Item {
    Item::Value(Value::String(text.to_owned()))
}

const fn number(number: i64) -> Item {
    Item::Value(Value::Integer(number))
}

const fn flag(flag: bool) -> Item {
    Item::Value(Value::Boolean(flag))
}

fn date(date: Date) -> Item {
    let date = value::Date { year: date.year(), month: date.month(), day: date.day() };
    Item::Value(Value::Datetime(Datetime { date: Some(date), time: None, offset: None }))
}

fn name_of<T: PartialEq + Copy>(choices: &[(&'static str, T)], value: T) -> &'static str {
    choices.iter().find(|(_, choice)| *choice == value).map_or("", |(name, _)| name)
}
