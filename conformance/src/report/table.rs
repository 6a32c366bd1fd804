use std::fmt;

use super::{CaseVerdict, RunReport, Summary};

/// A line for each case, the transcript of those that failed, and the counts.
impl fmt::Display for RunReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for case in &self.cases {
            let (verdict, level) = (case.verdict.as_str(), case.level.as_str());
            writeln!(f, "{:<20} {verdict:<14} {level:<6} {}", case.id.as_str(), case.title)?;
            if case.verdict == CaseVerdict::Pass {
                continue;
            }
            writeln!(f, "{:<20} {}", "", case.explanation())?;
            for exchange in &case.transcript {
                write!(f, "{:<22} {:<8}", "", exchange.header)?;
                match exchange.nc {
                    None => f.write_str(" Nc not shown")?,
                    Some(0) => {}
                    Some(nc) => write!(f, " Nc {nc}")?,
                }
                if let Some(expected) = exchange.ne {
                    write!(f, " Ne {expected}")?;
                }
                writeln!(
                    f,
                    " -> {} bytes, {}",
                    exchange.nr,
                    exchange.status.as_deref().unwrap_or("no status")
                )?;
            }
        }
        let Summary { pass, fail, inconclusive, not_applicable, skipped, harness_error } = self.summary;
        writeln!(f, "{}: {pass} passed, {fail} failed, {inconclusive} inconclusive,", self.card)?;
        writeln!(f, "{not_applicable} not applicable, {skipped} skipped, {harness_error} harness errors")
    }
}
