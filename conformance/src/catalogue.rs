//! The catalogue: which rules there are, and how each is tried.
//!
//! One file for each unit, one record for each case:
//!
//! ```toml
//! unit = "FS.READ"
//! title = "READ BINARY"
//!
//! [references]
//! iso = { document = "ISO/IEC 7816-4:2005", clause = "7.2.3", grade = "doc" }
//!
//! [values]
//! sequence = "30 82"
//!
//! [[case]]
//! id = "FS.READ.001"
//! title = "A read from the start yields the first bytes"
//! purpose = "Every client sizes a certificate by its first bytes."
//! level = "must"                     # must, should, may
//! danger = "read-only"               # read-only, presents-pin, spends-try, changes-state, irreversible
//! requires = ["jpki"]                # extended-length, short-identifiers, jpki, card-face-text
//! references = ["iso"]
//! before = [{ select-application = "jpki" }, { select-file = "000A" }]
//! steps = [{ send = "00 B0 00 00 04", status = "9000", length = 4, starts-with = "<sequence>" }]
//! after = []
//! ```
//!
//! [`CaseStep`] tells what a step can be.

mod case;
mod error;
mod pin_name;
mod status;
mod step;
mod template;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

pub use case::{Capability, Case, CaseId, CaseSource, Danger, Grade, Level};
pub use error::CatalogueError;
pub use pin_name::PinName;
pub use status::AcceptedStatus;
pub use step::{Action, CaseStep, Naming, PinValue, Predicate, Signed, TriesRelation};
pub use template::Template;

pub(crate) use template::{TemplateError, Values};

/// The cases, in the order of layers.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    units: Vec<Unit>,
}

/// The cases of one file.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Unit {
    /// `AREA.UNIT`.
    pub name: String,
    /// What it is about.
    pub title: String,
    /// The cases, by number.
    pub cases: Vec<Case>,
    pub(crate) values: Values,
}

/// Which step of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StepPlace {
    /// Which list it stands in.
    pub phase: Phase,
    /// Its number there, from 1.
    pub number: usize,
}

/// The lists of steps a case has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Phase {
    /// [`Case::before`].
    Before,
    /// [`Case::steps`].
    Step,
    /// [`Case::after`].
    After,
}

/// The files of the built-in catalogue, in the order of layers.
const BUILT_IN: [(&str, &str); 13] = [
    ("apdu-header.toml", include_str!("../catalogue/apdu-header.toml")),
    ("apdu-length.toml", include_str!("../catalogue/apdu-length.toml")),
    ("apdu-challenge.toml", include_str!("../catalogue/apdu-challenge.toml")),
    ("app-select.toml", include_str!("../catalogue/app-select.toml")),
    ("fs-select.toml", include_str!("../catalogue/fs-select.toml")),
    ("fs-read.toml", include_str!("../catalogue/fs-read.toml")),
    ("fs-access.toml", include_str!("../catalogue/fs-access.toml")),
    ("pin-counter.toml", include_str!("../catalogue/pin-counter.toml")),
    ("pin-verify.toml", include_str!("../catalogue/pin-verify.toml")),
    ("pin-status.toml", include_str!("../catalogue/pin-status.toml")),
    ("jpki-token.toml", include_str!("../catalogue/jpki-token.toml")),
    ("jpki-certificate.toml", include_str!("../catalogue/jpki-certificate.toml")),
    ("jpki-sign.toml", include_str!("../catalogue/jpki-sign.toml")),
];

/// What every template may name: the AIDs.
const APPLICATIONS: [(&str, &[u8]); 3] = [
    ("jpki", myna_jpki::layout::APPLICATION.as_bytes()),
    // `[code: all but OpenSC]`
    ("card-face-text", &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08]),
    // GlobalPlatform Issuer Security Domain `[card: myna-card]`
    ("issuer-domain", &[0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00]),
];

impl Catalogue {
    /// The catalogue of this crate.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`], which means that this crate was built wrong.
    pub fn built_in() -> Result<Self, CatalogueError> {
        Self::parse(&BUILT_IN)
    }

    /// Reads a catalogue from files: pairs of a name, for errors, and a text.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] naming file, case and step.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, CatalogueError> {
        let mut units = Vec::new();
        let mut seen = BTreeSet::new();
        let mut layer = None;
        for (file, text) in files {
            let unit = Unit::parse(file, text)?;
            let fail = |case: &CaseId, reason: &str| CatalogueError {
                file: (*file).to_owned(),
                case: Some(case.to_string()),
                step: None,
                reason: reason.to_owned(),
            };
            for case in &unit.cases {
                if !seen.insert(case.id.clone()) {
                    return Err(fail(&case.id, "this id is taken"));
                }
                if case.id.layer() < layer {
                    return Err(fail(
                        &case.id,
                        "files stand in the order of layers: APDU, APP, FS, PIN, JPKI",
                    ));
                }
                layer = case.id.layer();
            }
            units.push(unit);
        }
        Ok(Self { units })
    }

    /// The units, in the order of layers.
    #[must_use]
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// Every case, in order.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.units.iter().flat_map(|unit| &unit.cases)
    }
}

impl fmt::Display for StepPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match self.phase {
            Phase::Before => "before",
            Phase::Step => "step",
            Phase::After => "after",
        };
        write!(f, "{phase} {}", self.number)
    }
}

/// A unit as the file has it. Cases and steps are read one by one, so that an error can say which.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitRecord {
    unit: String,
    title: String,
    #[serde(default)]
    references: BTreeMap<String, CaseSource>,
    #[serde(default)]
    values: BTreeMap<String, String>,
    case: Vec<toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseRecord {
    id: String,
    title: String,
    purpose: String,
    level: Level,
    danger: Danger,
    #[serde(default)]
    requires: Vec<Capability>,
    references: Vec<String>,
    #[serde(default)]
    before: Vec<toml::Value>,
    steps: Vec<toml::Value>,
    #[serde(default)]
    after: Vec<toml::Value>,
}

impl Unit {
    fn parse(file: &str, text: &str) -> Result<Self, CatalogueError> {
        let fail = |case: Option<String>, step, reason: String| CatalogueError {
            file: file.to_owned(),
            case,
            step,
            reason,
        };
        let record: UnitRecord = toml::from_str(text)
            .map_err(|error| fail(None, None, error.to_string().trim_end().to_owned()))?;
        let mut values: Values =
            APPLICATIONS.iter().map(|(name, aid)| ((*name).to_owned(), aid.to_vec())).collect();
        for (name, text) in &record.values {
            let bytes = Template::parse(text).and_then(|template| template.fill(&BTreeMap::new()));
            let bytes = bytes.map_err(|error| fail(None, None, format!("value {name}: {error}")))?;
            if values.insert(name.clone(), bytes).is_some() {
                return Err(fail(None, None, format!("value {name}: the name is taken")));
            }
        }
        let mut cases: Vec<Case> = Vec::new();
        for (position, case) in record.case.into_iter().enumerate() {
            let label = case.get("id").and_then(toml::Value::as_str).map(str::to_owned);
            let label = label.unwrap_or_else(|| format!("case number {}", position + 1));
            let context = CaseContext { unit: &record.unit, references: &record.references, values: &values };
            let case = context
                .parse(case, cases.last())
                .map_err(|(step, reason)| fail(Some(label), step, reason))?;
            cases.push(case);
        }
        Ok(Self { name: record.unit, title: record.title, cases, values })
    }
}

/// What a case is read against.
struct CaseContext<'a> {
    unit: &'a str,
    references: &'a BTreeMap<String, CaseSource>,
    values: &'a Values,
}

type Fault = (Option<StepPlace>, String);

impl CaseContext<'_> {
    fn parse(&self, case: toml::Value, previous: Option<&Case>) -> Result<Case, Fault> {
        let whole = |reason: &str| (None, reason.to_owned());
        let record = CaseRecord::deserialize(case).map_err(|error| (None, error.message().to_owned()))?;
        let id = CaseId::new(&record.id).ok_or_else(|| whole("an id is AREA.UNIT.NNN with a known area"))?;
        if id.unit() != self.unit {
            return Err((None, format!("the file is that of {}", self.unit)));
        }
        if previous.is_some_and(|previous| previous.id >= id) {
            return Err(whole("numbers rise within a file"));
        }
        if record.steps.is_empty() {
            return Err(whole("a case needs a step"));
        }
        let mut references = Vec::new();
        for name in &record.references {
            let reference = self.references.get(name);
            references
                .push(reference.cloned().ok_or_else(|| (None, format!("no reference is called {name:?}")))?);
        }
        if references.is_empty() {
            return Err(whole("a rule comes from somewhere: a case needs a reference"));
        }
        if record.level == Level::Must && references.iter().all(|reference| reference.grade == Grade::Guess) {
            return Err(whole("a guess makes no must"));
        }
        let case = Case {
            id,
            title: record.title,
            purpose: record.purpose,
            level: record.level,
            danger: record.danger,
            requires: record.requires,
            references,
            before: steps(Phase::Before, record.before)?,
            steps: steps(Phase::Step, record.steps)?,
            after: steps(Phase::After, record.after)?,
        };
        self.check_steps(&case)?;
        Ok(case)
    }

    /// What no step shows by itself: names are saved before they are used, and the danger is not played down.
    fn check_steps(&self, case: &Case) -> Result<(), Fault> {
        let mut data: BTreeSet<&str> = self.values.keys().map(String::as_str).collect();
        let mut tries: BTreeSet<&str> = BTreeSet::new();
        let all = [(Phase::Before, &case.before), (Phase::Step, &case.steps), (Phase::After, &case.after)];
        for (phase, steps) in all {
            if phase == Phase::After {
                // Steps may have been left out before these.
                data = self.values.keys().map(String::as_str).collect();
                tries.clear();
            }
            for (step, number) in steps.iter().zip(1..) {
                let fail = |reason: String| Err((Some(StepPlace { phase, number }), reason));
                if let Some(name) = step.data_names().into_iter().find(|name| !data.contains(name)) {
                    return fail(format!("nothing is called {name:?} by then"));
                }
                if let Some(relation) =
                    step.tries.as_ref().filter(|relation| !tries.contains(relation.name()))
                {
                    return fail(format!("no counter is called {:?} by then", relation.name()));
                }
                let needed = match step.presents() {
                    Some((_, PinValue::Wrong)) => Danger::SpendsTry,
                    Some((_, PinValue::Right)) => Danger::PresentsPin,
                    None => Danger::ReadOnly,
                };
                if case.danger < needed {
                    return fail(format!("this step makes the case {}", needed.as_str()));
                }
                if let Some(name) = &step.save {
                    let fresh = if step.yields_tries() { tries.insert(name) } else { data.insert(name) };
                    if !fresh {
                        return fail(format!("the name {name:?} is taken"));
                    }
                }
            }
        }
        Ok(())
    }
}

fn steps(phase: Phase, records: Vec<toml::Value>) -> Result<Vec<CaseStep>, Fault> {
    let numbered = records.into_iter().zip(1..);
    let parse = |(record, number)| {
        CaseStep::parse(record).map_err(|reason| (Some(StepPlace { phase, number }), reason))
    };
    numbered.map(parse).collect()
}
