use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::plan::{Rule, When};
use super::{FaultKind, FaultPlan, FaultPlanError};
use crate::Latency;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    version: Spanned<u32>,
    #[serde(default)]
    seed: u64,
    latency: Option<Latency>,
    #[serde(default, rename = "fault")]
    faults: Vec<Spanned<FaultSource>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultSource {
    at: Option<u32>,
    every: Option<u32>,
    chance: Option<f64>,
    instruction: Option<String>,
    fault: String,
}

const VERSION: u32 = 1;

pub(super) fn read(text: &str) -> Result<FaultPlan, FaultPlanError> {
    let wrong = |span: Range<usize>, reason: &str| {
        let before = text.get(..span.start).unwrap_or_default();
        FaultPlanError::File {
            line: before.matches('\n').count().saturating_add(1),
            reason: reason.to_owned(),
        }
    };
    let source: Source = toml::from_str(text)
        .map_err(|error: toml::de::Error| wrong(error.span().unwrap_or_default(), error.message()))?;
    if *source.version.get_ref() != VERSION {
        return Err(wrong(source.version.span(), "version: only 1 is known"));
    }
    let rule = |source: &Spanned<FaultSource>| {
        source.get_ref().rule().map_err(|reason| wrong(source.span(), reason))
    };
    let rules = source.faults.iter().map(rule).collect::<Result<_, _>>()?;
    Ok(FaultPlan { seed: source.seed, latency: source.latency, rules })
}

impl FaultSource {
    fn rule(&self) -> Result<Rule, &'static str> {
        let when = match (self.at, self.every, self.chance) {
            (Some(at @ 1..), None, None) => When::At(at),
            (None, Some(step @ 1..), None) => When::Every(step),
            (None, None, Some(chance)) if (0.0..=1.0).contains(&chance) => When::Chance(in_a_million(chance)),
            _ => return Err("fault: has to have one of at = N, every = N (from 1) and chance = 0.0 to 1.0"),
        };
        let instruction = match &self.instruction {
            None => None,
            Some(digits) => match hex::decode(digits).as_deref() {
                Ok([instruction]) => Some(*instruction),
                _ => return Err("fault: instruction must be two hexadecimal digits"),
            },
        };
        let fault = FaultKind::read(&self.fault).ok_or("fault: there is no such fault")?;
        Ok(Rule { when, instruction, fault })
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 1 before, so between 0 and a million after"
)]
fn in_a_million(chance: f64) -> u32 {
    (chance * 1_000_000.0).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_a_line_says_and_more() {
        let plan = FaultPlan::from_toml(
            "version = 1\nseed = 7\n[latency]\ncommand = 4.5\nsignature = 250\n\
             [[fault]]\nat = 3\nfault = \"truncate 1\"\n\
             [[fault]]\nevery = 2\ninstruction = \"B0\"\nfault = \"flip 0\"\n\
             [[fault]]\nchance = 0.05\nfault = \"mute\"\n",
        )
        .unwrap();
        assert_eq!(plan.to_string(), "3 truncate 1, every 2 flip 0 of B0, 50000 in a million mute");
        let latency = plan.latency.unwrap();
        assert_eq!((latency.command.as_micros(), latency.byte.as_micros()), (4500, 0));
        assert_eq!((plan.seed, latency.signature.as_millis()), (7, 250));
        assert_eq!(FaultPlan::from_toml("version = 1"), Ok(FaultPlan::default()));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, line, reason) in [
            ("", 1, "version"),
            ("version = 2", 1, "version"),
            ("version = 1\nsed = 1", 2, "sed"),
            ("version = 1\nseed = -1", 2, "-1"),
            ("version = 1\n[latency]\nbyte = -0.1", 3, "latency"),
            ("version = 1\n[latency]\nbyte = nan", 3, "latency"),
            ("version = 1\n[latency]\nbyte = 600000.1", 3, "latency"),
            ("version = 1\n[[fault]]\nat = 0\nfault = \"mute\"", 2, "at = N"),
            ("version = 1\n[[fault]]\nfault = \"mute\"", 2, "at = N"),
            ("version = 1\n[[fault]]\nat = 1\nevery = 1\nfault = \"mute\"", 2, "at = N"),
            ("version = 1\n[[fault]]\nchance = 1.01\nfault = \"mute\"", 2, "chance"),
            ("version = 1\n[[fault]]\nat = 1\nfault = \"3 mute\"", 2, "no such fault"),
            ("version = 1\n[[fault]]\nat = 1\ninstruction = \"B\"\nfault = \"mute\"", 2, "instruction"),
            ("version = 1\n[[fault]]\nat = 1", 2, "fault"),
        ] {
            let error = FaultPlan::from_toml(text).unwrap_err();
            let FaultPlanError::File { line: found, reason: told } = &error else { panic!("{error:?}") };
            assert!((*found, told.contains(reason)) == (line, true), "{text}: {error}");
        }
    }
}
