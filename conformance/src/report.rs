//! What came of a run.

mod junit;
mod table;

use myna_transport::TranscriptEntry;
use serde::Serialize;

use crate::catalogue::{Case, CaseId, CaseSource, Danger, Level, StepPlace};
use crate::{CardEnvironment, ClaimedRole, Ics};

/// What came of a run: the same cards and cases give the same report, byte for byte.
///
/// [`Display`](std::fmt::Display) is a table for people; [`to_json`](Self::to_json) and [`to_junit`](Self::to_junit) are for
/// programs. No report holds data of a card or a PIN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RunReport {
    /// The form of the JSON report. A new number when a reader of the old one would go wrong.
    pub schema: &'static str,
    /// The version of the catalogue: that of this crate.
    pub catalogue: &'static str,
    /// What was tested, as its statement has it.
    pub subject: TestedCard,
    /// Where the card was: see [`CardSource::name`](crate::CardSource::name).
    pub card: String,
    /// How many cases came to which verdict.
    pub summary: Summary,
    /// The cases, in the order of the catalogue.
    pub cases: Vec<CaseReport>,
}

/// What was tested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TestedCard {
    /// [`Ics::vendor`].
    pub vendor: String,
    /// [`Ics::product`].
    pub product: String,
    /// [`Ics::version`].
    pub version: String,
    /// [`Ics::role`].
    pub role: ClaimedRole,
    /// [`Ics::environment`].
    pub environment: CardEnvironment,
}

/// How many cases came to which verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Summary {
    /// [`CaseVerdict::Pass`].
    pub pass: usize,
    /// [`CaseVerdict::Fail`].
    pub fail: usize,
    /// [`CaseVerdict::Inconclusive`].
    pub inconclusive: usize,
    /// [`CaseVerdict::NotApplicable`].
    pub not_applicable: usize,
    /// [`CaseVerdict::Skipped`].
    pub skipped: usize,
    /// [`CaseVerdict::HarnessError`].
    pub harness_error: usize,
}

words! {
    /// What came of a case.
    pub enum CaseVerdict {
        /// The card keeps the rule.
        Pass = "pass",
        /// The card breaks the rule.
        Fail = "fail",
        /// The rule was not reached: something before it did not work.
        Inconclusive = "inconclusive",
        /// The statement denies what the rule is about.
        NotApplicable = "not-applicable",
        /// Not run: no consent, or no PIN.
        Skipped = "skipped",
        /// Reader, card or suite gave out.
        HarnessError = "harness-error",
    }
}

/// What came of one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CaseReport {
    /// Which case.
    pub id: CaseId,
    /// The rule.
    pub title: String,
    /// How much the rule matters.
    pub level: Level,
    /// What the case may cost.
    pub danger: Danger,
    /// What came of it.
    pub verdict: CaseVerdict,
    /// Where it stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<StepPlace>,
    /// Why it did not pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where the rule comes from.
    pub references: Vec<CaseSource>,
    /// What went to and fro, when it stopped: headers, lengths, status words. `nc` is 0 where it is redacted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub transcript: Vec<TranscriptEntry>,
}

impl RunReport {
    /// [`RunReport::schema`].
    pub const SCHEMA: &str = "myna-conformance-report/1";

    pub(crate) fn new(ics: &Ics, card: String, cases: Vec<CaseReport>) -> Self {
        Self {
            schema: Self::SCHEMA,
            catalogue: env!("CARGO_PKG_VERSION"),
            subject: TestedCard {
                vendor: ics.vendor.clone(),
                product: ics.product.clone(),
                version: ics.version.clone(),
                role: ics.role,
                environment: ics.environment,
            },
            card,
            summary: Summary::of(&cases),
            cases,
        }
    }

    /// Whether every case that applied and was run passed.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        let Summary { fail, inconclusive, harness_error, .. } = self.summary;
        fail == 0 && inconclusive == 0 && harness_error == 0
    }

    /// The cases the card failed.
    pub fn failed(&self) -> impl Iterator<Item = &CaseReport> {
        self.cases.iter().filter(|case| case.verdict == CaseVerdict::Fail)
    }

    /// Canonical JSON: fields and cases in a fixed order, no times, a newline at the end.
    ///
    /// # Errors
    ///
    /// Never for a report of this crate; `serde_json` does not promise it.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|json| json + "\n")
    }
}

impl Summary {
    fn of(cases: &[CaseReport]) -> Self {
        let mut summary = Self::default();
        for case in cases {
            *match case.verdict {
                CaseVerdict::Pass => &mut summary.pass,
                CaseVerdict::Fail => &mut summary.fail,
                CaseVerdict::Inconclusive => &mut summary.inconclusive,
                CaseVerdict::NotApplicable => &mut summary.not_applicable,
                CaseVerdict::Skipped => &mut summary.skipped,
                CaseVerdict::HarnessError => &mut summary.harness_error,
            } += 1;
        }
        summary
    }
}

impl CaseReport {
    pub(crate) fn passed(case: &Case) -> Self {
        Self {
            id: case.id.clone(),
            title: case.title.clone(),
            level: case.level,
            danger: case.danger,
            verdict: CaseVerdict::Pass,
            step: None,
            reason: None,
            references: case.references.clone(),
            transcript: Vec::new(),
        }
    }

    pub(crate) fn not_run(case: &Case, verdict: CaseVerdict, reason: String) -> Self {
        Self { verdict, reason: Some(reason), ..Self::passed(case) }
    }

    pub(crate) fn stopped(
        case: &Case,
        verdict: CaseVerdict,
        step: StepPlace,
        reason: String,
        transcript: Vec<TranscriptEntry>,
    ) -> Self {
        Self { step: Some(step), transcript, ..Self::not_run(case, verdict, reason) }
    }

    /// Why it did not pass, and where; empty when it passed.
    #[must_use]
    pub fn explanation(&self) -> String {
        let reason = self.reason.as_deref().unwrap_or_default();
        match self.step {
            Some(step) => format!("{step}: {reason}"),
            None => reason.to_owned(),
        }
    }
}
