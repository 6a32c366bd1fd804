use std::collections::BTreeMap;
use std::fmt;

use myna_apdu::{FileIdentifier, Instruction};
use serde::Deserialize;

use super::{AcceptedStatus, PinName, Template};

/// One thing to do with the card, and what has to come of it.
///
/// A step is a table with exactly one action, and what is expected of the answer:
///
/// | action | what goes to the card |
/// |---|---|
/// | `send = "00 B0 00 00 04"` | a [`Template`], never one that holds a PIN |
/// | `select-application = "jpki"` | `00 A4 04 0C` and the AID |
/// | `select-file = "000A"` | `00 A4 02 0C` and the identifier |
/// | `read-file = "000A"` | SELECT, and READ BINARY in blocks of 256 to the end |
/// | `count-tries = "user-authentication"` | an empty VERIFY, which costs nothing |
/// | `verify = "user-authentication"` | the counter first, then VERIFY with the right PIN |
/// | `verify-wrong = "user-authentication"` | the same with a wrong one |
/// | `power-cycle = true` | nothing: power off and on |
///
/// The three with a PIN take `by = "short-identifier"`, else they mean the current EF.
///
/// | expectation | of the answer |
/// |---|---|
/// | `status = "6984 6983"` | the status words accepted; `9000` unless given, `63CX` for a counter or a wrong PIN |
/// | `length`, `at-least`, `at-most` | bytes of data |
/// | `starts-with`, `equals` | a template |
/// | `same-as`, `differs-from` | a value saved before |
/// | `part-of = { value, at }` | the bytes of a saved value from there on; a negative `at` counts from its end |
/// | `certificate = true` | one X.509 certificate in DER, and nothing but filler behind it |
/// | `issued-by = "value"` | that certificate's signature is good under this one |
/// | `signature = { under, padded }` | a PKCS#1 v1.5 signature over exactly these bytes, under a saved certificate |
/// | `signature = { under, pss }` | an RSASSA-PSS signature over this SHA-256 hash |
/// | `tries-same-as`, `tries-one-less-than`, `tries-not-less-than` | the counter in the answer, and one saved before |
/// | `save = "name"` | keeps the data, or the counter, for later steps |
///
/// An answer that reports an error must bring no data.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CaseStep {
    /// What to do.
    pub action: Action,
    /// The status words accepted.
    pub status: AcceptedStatus,
    /// What has to be true of the data.
    pub data: Vec<Predicate>,
    /// What has to be true of the counter.
    pub tries: Option<TriesRelation>,
    /// The name under which data or counter are kept.
    pub save: Option<String>,
}

/// What to do with the card.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Send these bytes.
    Send(Template),
    /// Read a whole file.
    ReadFile(FileIdentifier),
    /// Ask for the tries left.
    CountTries(PinName, Naming),
    /// Present a PIN, after asking for the tries left.
    Verify(PinName, PinValue, Naming),
    /// Power off and on.
    PowerCycle,
}

/// How a command names a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Naming {
    /// The EF selected before.
    #[default]
    CurrentFile,
    /// The low five bits of P2.
    ShortIdentifier,
}

/// Which PIN to present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PinValue {
    /// The one that opens.
    Right,
    /// One that does not.
    Wrong,
}

/// What has to be true of the data of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Predicate {
    /// So many bytes.
    Length(usize),
    /// No fewer bytes.
    AtLeast(usize),
    /// No more bytes.
    AtMost(usize),
    /// These bytes first.
    StartsWith(Template),
    /// These bytes.
    Equals(Template),
    /// The bytes saved under a name.
    SameAs(String),
    /// Other bytes than those saved under a name.
    DiffersFrom(String),
    /// The bytes of a saved value from an offset on, as many as came.
    PartOf {
        /// The saved value.
        value: String,
        /// Where in it; negative from its end.
        at: i32,
    },
    /// A certificate, and nothing but filler behind it.
    Certificate,
    /// The certificate is signed by the key in the one saved under a name.
    IssuedBy(String),
    /// A signature by the key in a saved certificate.
    Signature {
        /// The saved certificate.
        under: String,
        /// What was signed.
        over: Signed,
    },
}

/// What a signature is over.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signed {
    /// The bytes inside PKCS#1 v1.5 padding.
    Padded(Template),
    /// The SHA-256 hash inside RSASSA-PSS.
    Pss(Template),
}

/// What a counter has to be, next to one saved before.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TriesRelation {
    /// The same.
    SameAs(String),
    /// One less.
    OneLessThan(String),
    /// The same or more.
    NotLessThan(String),
}

impl CaseStep {
    pub(crate) fn parse(record: toml::Value) -> Result<Self, String> {
        Record::deserialize(record).map_err(|error| error.message().to_owned())?.into_step()
    }

    /// The PIN it presents.
    pub(crate) const fn presents(&self) -> Option<(PinName, PinValue)> {
        match self.action {
            Action::Verify(pin, value, _) => Some((pin, value)),
            _ => None,
        }
    }

    /// Whether its answer is a counter rather than data.
    pub(crate) const fn yields_tries(&self) -> bool {
        matches!(self.action, Action::CountTries(..) | Action::Verify(_, PinValue::Wrong, _))
    }

    /// The saved data it needs.
    pub(crate) fn data_names(&self) -> Vec<&str> {
        let mut names = match &self.action {
            Action::Send(template) => template.names(),
            _ => Vec::new(),
        };
        for predicate in &self.data {
            match predicate {
                Predicate::StartsWith(template) | Predicate::Equals(template) => {
                    names.extend(template.names());
                }
                Predicate::SameAs(name) | Predicate::DiffersFrom(name) | Predicate::IssuedBy(name) => {
                    names.push(name);
                }
                Predicate::PartOf { value, .. } => names.push(value),
                Predicate::Signature { under, over: Signed::Padded(template) | Signed::Pss(template) } => {
                    names.push(under);
                    names.extend(template.names());
                }
                Predicate::Length(_)
                | Predicate::AtLeast(_)
                | Predicate::AtMost(_)
                | Predicate::Certificate => {}
            }
        }
        names
    }
}

impl TriesRelation {
    /// The saved counter.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::SameAs(name) | Self::OneLessThan(name) | Self::NotLessThan(name) => name,
        }
    }

    pub(crate) fn holds(&self, found: u8, saved: u8) -> bool {
        match self {
            Self::SameAs(_) => found == saved,
            Self::OneLessThan(_) => Some(found) == saved.checked_sub(1),
            Self::NotLessThan(_) => found >= saved,
        }
    }
}

impl fmt::Display for TriesRelation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SameAs(_) => "as many as",
            Self::OneLessThan(_) => "one less than",
            Self::NotLessThan(_) => "no fewer than",
        })
    }
}

/// A step as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Record {
    send: Option<String>,
    select_application: Option<String>,
    select_file: Option<String>,
    read_file: Option<String>,
    count_tries: Option<PinName>,
    verify: Option<PinName>,
    verify_wrong: Option<PinName>,
    power_cycle: Option<bool>,
    by: Option<Naming>,
    status: Option<String>,
    length: Option<usize>,
    at_least: Option<usize>,
    at_most: Option<usize>,
    starts_with: Option<String>,
    equals: Option<String>,
    same_as: Option<String>,
    differs_from: Option<String>,
    part_of: Option<PartOf>,
    #[serde(default)]
    certificate: bool,
    issued_by: Option<String>,
    signature: Option<SignatureRecord>,
    tries_same_as: Option<String>,
    tries_one_less_than: Option<String>,
    tries_not_less_than: Option<String>,
    save: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartOf {
    value: String,
    at: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignatureRecord {
    under: String,
    padded: Option<String>,
    pss: Option<String>,
}

impl Record {
    fn into_step(self) -> Result<CaseStep, String> {
        let (action, usual) = self.action()?;
        if self.by.is_some() && !matches!(action, Action::CountTries(..) | Action::Verify(..)) {
            return Err("`by` belongs to count-tries, verify and verify-wrong".to_owned());
        }
        if action == Action::PowerCycle && self.status.is_some() {
            return Err("power-cycle has no status".to_owned());
        }
        let status = self.status.as_deref().unwrap_or(usual).parse()?;
        let tries = self.tries()?;
        let save = self.save.clone();
        let step = CaseStep { action, status, data: self.predicates()?, tries, save };
        if step.tries.is_some() && !step.yields_tries() {
            return Err("only the answer to count-tries and verify-wrong has a counter".to_owned());
        }
        if step.yields_tries() && !step.data.is_empty() {
            return Err("a counter comes without data".to_owned());
        }
        if step.action == Action::PowerCycle && !(step.data.is_empty() && step.save.is_none()) {
            return Err("power-cycle has no answer".to_owned());
        }
        Ok(step)
    }

    fn action(&self) -> Result<(Action, &'static str), String> {
        let by = self.by.unwrap_or_default();
        let mut actions = Vec::new();
        if let Some(text) = &self.send {
            if self.status.is_none() {
                return Err("send needs the status words it accepts".to_owned());
            }
            actions.push((Action::Send(command(text)?), "9000"));
        }
        if let Some(name) = &self.select_application {
            actions.push((Action::Send(template(&format!("00 A4 04 0C [ <{name}> ]"))?), "9000"));
        }
        if let Some(text) = &self.select_file {
            let [high, low] = file(text)?.to_bytes();
            actions.push((Action::Send(template(&format!("00 A4 02 0C 02 {high:02X} {low:02X}"))?), "9000"));
        }
        if let Some(text) = &self.read_file {
            actions.push((Action::ReadFile(file(text)?), "9000"));
        }
        if let Some(pin) = self.count_tries {
            actions.push((Action::CountTries(pin, by), "63CX"));
        }
        if let Some(pin) = self.verify {
            actions.push((Action::Verify(pin, PinValue::Right, by), "9000"));
        }
        if let Some(pin) = self.verify_wrong {
            actions.push((Action::Verify(pin, PinValue::Wrong, by), "63CX"));
        }
        if self.power_cycle == Some(true) {
            actions.push((Action::PowerCycle, "9000"));
        }
        match (actions.pop(), actions.is_empty()) {
            (Some(action), true) => Ok(action),
            (None, _) => Err("nothing is done".to_owned()),
            (Some(_), false) => Err("two things are done; make two steps of it".to_owned()),
        }
    }

    fn tries(&self) -> Result<Option<TriesRelation>, String> {
        let name = |name: &Option<String>| name.clone();
        match (name(&self.tries_same_as), name(&self.tries_one_less_than), name(&self.tries_not_less_than)) {
            (None, None, None) => Ok(None),
            (Some(name), None, None) => Ok(Some(TriesRelation::SameAs(name))),
            (None, Some(name), None) => Ok(Some(TriesRelation::OneLessThan(name))),
            (None, None, Some(name)) => Ok(Some(TriesRelation::NotLessThan(name))),
            _ => Err("one counter cannot be held against two".to_owned()),
        }
    }

    fn predicates(self) -> Result<Vec<Predicate>, String> {
        let mut data = Vec::new();
        data.extend(self.length.map(Predicate::Length));
        data.extend(self.at_least.map(Predicate::AtLeast));
        data.extend(self.at_most.map(Predicate::AtMost));
        if let Some(text) = &self.starts_with {
            data.push(Predicate::StartsWith(template(text)?));
        }
        if let Some(text) = &self.equals {
            data.push(Predicate::Equals(template(text)?));
        }
        data.extend(self.same_as.map(Predicate::SameAs));
        data.extend(self.differs_from.map(Predicate::DiffersFrom));
        data.extend(self.part_of.map(|PartOf { value, at }| Predicate::PartOf { value, at }));
        if self.certificate {
            data.push(Predicate::Certificate);
        }
        data.extend(self.issued_by.map(Predicate::IssuedBy));
        if let Some(SignatureRecord { under, padded, pss }) = self.signature {
            let over = match (padded, pss) {
                (Some(text), None) => Signed::Padded(template(&text)?),
                (None, Some(text)) => Signed::Pss(template(&text)?),
                _ => return Err("a signature is over `padded` or over `pss`".to_owned()),
            };
            data.push(Predicate::Signature { under, over });
        }
        Ok(data)
    }
}

fn template(text: &str) -> Result<Template, String> {
    Template::parse(text).map_err(|error| error.to_string())
}

/// A template that is no way around the rules for PINs.
fn command(text: &str) -> Result<Template, String> {
    let template = template(text)?;
    match *template.fixed_start() {
        [_, ins, ..] if Instruction(ins).can_carry_secret() => {
            // Four bytes, or five with an Le: no room for a secret.
            if template.is_fixed() && template.fill(&BTreeMap::new()).is_ok_and(|bytes| bytes.len() <= 5) {
                Ok(template)
            } else {
                Err("a PIN or key is presented by verify and verify-wrong, never by send".to_owned())
            }
        }
        [_, _, ..] => Ok(template),
        _ => Err("a command begins with CLA and INS, both given".to_owned()),
    }
}

fn file(text: &str) -> Result<FileIdentifier, String> {
    match u16::from_str_radix(text, 16) {
        Ok(identifier) if text.len() == 4 => Ok(FileIdentifier(identifier)),
        _ => Err(format!("{text:?} is no file identifier: write four hexadecimal digits")),
    }
}
