use myna_eligibility::{
    EligibilityResponse, XmlError,
    codes::{QualificationValidity, Sex as SexCode},
    records::{Body, Element, Eligibility},
};
use myna_sim::pki::HolderSex;
use myna_sim::{Persona, PersonaError, ServiceTable};
use toml::Value;

/// What a simulated insurer knows of a person: the table `[eligibility]` of a [`Persona`], read.
///
/// ```toml
/// [eligibility]
/// validity = "1"                        # QualificationValidity (OQSCD006), 1 to 6; left out: 1
/// insurer_number = "01139989"           # every other key: an element of ResultOfQualificationConfirmation
/// insured_name = "試験　葵"
///
/// [eligibility.elderly_recipient_certificate_info]          # a group
/// elderly_recipient_contribution_ratio = "020"
///
/// [[eligibility.specific_diseases_certificate_list]]        # an element of a list
/// specific_diseases_disease_category = "1"
/// ```
///
/// Keys are the wire names in snake case (`InsurerNumber` is `insurer_number`, `Sex1` is `sex1`). Every value is a string:
/// leading zeros matter. A key that no record of `myna-eligibility` has goes out as an element of its own. What the table
/// leaves out and the card's holder tells (name, birth date, sex, address) is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insurance {
    validity: QualificationValidity,
    /// `None` where the table says nothing but the validity.
    result: Option<Eligibility>,
}

impl Insurance {
    /// Reads what an insurer knows of a persona; `None` when no insurer does.
    ///
    /// # Errors
    ///
    /// A [`PersonaError`] naming line and field.
    pub fn of(persona: &Persona) -> Result<Option<Self>, PersonaError> {
        persona.service_table().map(|table| Self::read(persona, table)).transpose()
    }

    /// 資格有効性.
    #[must_use]
    pub const fn validity(&self) -> &QualificationValidity {
        &self.validity
    }

    /// 資格確認結果. `None` when nothing is found.
    #[must_use]
    pub const fn result(&self) -> Option<&Eligibility> {
        self.result.as_ref()
    }

    fn read(persona: &Persona, table: &ServiceTable) -> Result<Self, PersonaError> {
        let mut validity = QualificationValidity::Valid;
        let mut elements = Vec::new();
        for (key, value) in table.entries() {
            let refused = |reason: String| table.refused(key, reason);
            if key == "validity" {
                let text = value.as_str().unwrap_or_default();
                validity = QualificationValidity::ALL
                    .iter()
                    .find(|known| known.as_wire() == text)
                    .cloned()
                    .ok_or_else(|| {
                    refused("must be \"1\" to \"6\" (QualificationValidity)".to_owned())
                })?;
            } else {
                elements.push(element(key, value).map_err(refused)?);
            }
        }
        if elements.is_empty() {
            return Ok(Self { validity, result: None });
        }
        let mut result =
            record(elements).map_err(|error| table.refused("", format!("makes no message: {error}")))?;
        let holder = of_holder(persona);
        let tells = |key| table.entries().any(|(told, _)| told == key);
        if !tells("name") {
            result.name = holder.name;
        }
        if !tells("birthdate") {
            result.birthdate = holder.birthdate;
        }
        if !tells("sex1") {
            result.sex1 = holder.sex1;
        }
        if !tells("address") {
            result.address = holder.address;
        }
        Ok(Self { validity, result: Some(result) })
    }
}

/// What the card's holder tells of themselves.
pub(crate) fn of_holder(persona: &Persona) -> Eligibility {
    let mut record = Eligibility::default();
    record.name = Some(persona.full_name());
    record.birthdate = Some(persona.birth_date().into());
    record.sex1 = Some(match persona.sex() {
        HolderSex::Male => SexCode::Male,
        HolderSex::Female => SexCode::Female,
        HolderSex::Unknown => SexCode::NotSet,
    });
    record.address = Some(persona.address().to_owned());
    record
}

/// The record that elements make: written and read again, so that nothing a reader would refuse goes out.
fn record(elements: Vec<Element>) -> Result<Eligibility, XmlError> {
    let mut result = Eligibility::default();
    result.unmodelled = elements;
    let mut body = Body::default();
    body.results = vec![result];
    let mut message = EligibilityResponse::default();
    message.body = Some(body);
    let read = EligibilityResponse::parse(&message.write()?)?;
    Ok(read.body.and_then(|body| body.results.into_iter().next()).unwrap_or_default())
}

/// The element a key and its value stand for: the key must be in snake case, and the value of a kind the wire can carry.
fn element(key: &str, value: &Value) -> Result<Element, String> {
    let snake_case = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !key.starts_with(|first: char| first.is_ascii_lowercase()) || !key.bytes().all(snake_case) {
        return Err(format!("{key:?} is no wire name in snake case, such as insurer_number"));
    }
    let name = wire_name(key);
    match value {
        Value::String(text) => Ok(Element::Text { name, text: text.clone() }),
        Value::Table(group) => parent(name, group.iter().map(|(key, value)| element(key, value))),
        Value::Array(list) => {
            // A list of records: each in an element named after the list's (…List holds …Info).
            let item = name.strip_suffix("List").map_or_else(|| name.clone(), |stem| format!("{stem}Info"));
            parent(
                name,
                list.iter().map(|one| match one {
                    Value::Table(group) => {
                        parent(item.clone(), group.iter().map(|(key, value)| element(key, value)))
                    }
                    _ => Err(format!("the elements of the list {key} must be tables")),
                }),
            )
        }
        other => Err(format!("{key} must be a string in quotes or a table, not a TOML {}", other.type_str())),
    }
}

/// An element around others; an empty one where there are none.
fn parent(name: String, children: impl Iterator<Item = Result<Element, String>>) -> Result<Element, String> {
    let children = children.collect::<Result<Vec<_>, _>>()?;
    Ok(if children.is_empty() {
        Element::Text { name, text: String::new() }
    } else {
        Element::Parent { name, children }
    })
}

/// `insurer_number` is `InsurerNumber` on the wire.
fn wire_name(key: &str) -> String {
    key.split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters)
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use myna_error::Diagnostic;

    fn insurance(text: &str) -> Result<Option<Insurance>, PersonaError> {
        Insurance::of(&Persona::from_toml(text).unwrap())
    }

    #[test]
    fn the_built_in_personas_are_insured_as_their_files_say() {
        let of = |name: &str| Insurance::of(&Persona::built_in(name).unwrap()).unwrap().unwrap();
        let elderly = of("elderly");
        assert_eq!(elderly.validity(), &QualificationValidity::Valid);
        assert_eq!(elderly.result().unwrap().specific_diseases_certificates.len(), 2);
        assert_eq!(of("no-match").validity(), &QualificationValidity::NoMatch);
        assert_eq!(of("no-match").result(), None);
        assert_eq!(of("lost").validity(), &QualificationValidity::InvalidNewerExists);
        for name in Persona::built_in_names() {
            let unmodelled = of(name).result().map_or(0, |result| result.unmodelled.len());
            assert_eq!(unmodelled, 0, "{name}");
        }
    }

    #[test]
    fn what_the_table_leaves_out_the_holder_tells() {
        let text = "[eligibility]\ninsurer_name = \"見本\"\naddress = \"\"\nnew_field = \"x\"";
        let insurance = insurance(text).unwrap().unwrap();
        let result = insurance.result().unwrap();
        assert_eq!(result.name.as_deref(), Some("試験　葵"));
        assert_eq!(result.address, None, "told to be blank");
        let name = "NewField".to_owned();
        assert_eq!(result.unmodelled, [Element::Text { name, text: "x".to_owned() }]);
    }

    #[test]
    fn errors_name_line_and_field() {
        let table = [
            // Text, line, field, code, part of the reason.
            ("[eligibility]\nvalidity = \"7\"", 2, "eligibility.validity", "value", "1"),
            ("[eligibility]\nvalidity = 1", 2, "eligibility.validity", "value", "1"),
            ("[eligibility]\nsex1 = 2", 2, "eligibility.sex1", "value", "string"),
            ("[eligibility]\nInsurerNumber = \"1\"", 2, "eligibility.InsurerNumber", "value", "snake case"),
            ("[eligibility]\nname = \"a\"\nlist = [\"b\"]", 3, "eligibility.list", "value", "tables"),
        ];
        for (text, line, field, kind, reason) in table {
            let error = insurance(text).unwrap_err();
            let shown = error.to_string();
            assert_eq!((error.line(), error.field()), (line, field), "{text}: {shown}");
            assert_eq!(error.code(), format!("sim.persona.{kind}"), "{text}: {shown}");
            assert!(shown.contains(reason), "{text}: {shown}");
        }
    }
}
