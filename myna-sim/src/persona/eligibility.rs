use toml::{Table, Value};

/// What a simulated insurer knows of a person: the answer to an eligibility check, as far as a persona tells.
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
/// leading zeros matter. Which keys there are and what they mean is the service's business, not checked here.
#[derive(Debug, Clone, PartialEq)]
pub struct Eligibility {
    validity: u8,
    result: Table,
}

impl Eligibility {
    /// `QualificationValidity`, 1 to 6.
    #[must_use]
    pub const fn validity(&self) -> u8 {
        self.validity
    }

    /// The fields of `ResultOfQualificationConfirmation`, in the order of the file. Empty when nothing is found.
    /// Strings, tables of them, and arrays of such tables; nothing else.
    #[must_use]
    pub const fn result(&self) -> &Table {
        &self.result
    }

    pub(super) const fn new(validity: u8, result: Table) -> Self {
        Self { validity, result }
    }
}

/// Whether a key is in snake case and its value of a kind the wire can carry.
pub(super) fn check(key: &str, value: &Value) -> Result<(), String> {
    let snake_case = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !key.starts_with(|first: char| first.is_ascii_lowercase()) || !key.bytes().all(snake_case) {
        return Err(format!("{key:?} is no wire name in snake case, such as insurer_number"));
    }
    let group = |table: &Table| table.iter().try_for_each(|(key, value)| check(key, value));
    match value {
        Value::String(_) => Ok(()),
        Value::Table(table) => group(table),
        Value::Array(elements) => elements.iter().try_for_each(|element| match element {
            Value::Table(table) => group(table),
            _ => Err(format!("the elements of the list {key} must be tables")),
        }),
        other => Err(format!("{key} must be a string in quotes or a table, not a TOML {}", other.type_str())),
    }
}
