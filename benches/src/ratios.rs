use std::fmt::Write as _;
use std::path::Path;
use std::time::SystemTime;
use std::{fs, io};

use serde_json::Value;

use crate::{OURS, Subject};

/// The medians criterion has written below `directory` since an instant, as one table: ours in nanoseconds, each
/// neighbour as a multiple of ours. Empty when nothing of ours was measured since.
///
/// # Errors
///
/// What reading a file met, but for files that are not there.
pub fn ratios(subjects: &[Subject], directory: &Path, since: SystemTime) -> io::Result<String> {
    let mut codecs: Vec<&str> = Vec::new();
    for subject in subjects {
        if subject.codec != OURS && !codecs.contains(&subject.codec) {
            codecs.push(subject.codec);
        }
    }
    let mut rows = String::new();
    for same_operation in subjects.chunk_by(|one, other| one.operation == other.operation) {
        let median = |codec: &str| match same_operation.iter().find(|subject| subject.codec == codec) {
            Some(subject) => median(directory, subject, since),
            None => Ok(None),
        };
        let (Some(first), Some(ours)) = (same_operation.first(), median(OURS)?) else { continue };
        let _ = write!(rows, "\n{:28} {ours:9.1} ns", first.operation);
        for codec in &codecs {
            match median(codec)? {
                Some(theirs) => _ = write!(rows, " {:>11}", format!("×{:.2}", theirs / ours)),
                None => _ = write!(rows, " {:>11}", ""),
            }
        }
    }
    if rows.is_empty() {
        return Ok(rows);
    }
    let mut table = format!("Medians of this run; ×2 takes twice our time.\n\n{:28} {OURS:>12}", "");
    for codec in codecs {
        let _ = write!(table, " {codec:>11}");
    }
    Ok(table + &rows + "\n")
}

/// In nanoseconds.
fn median(directory: &Path, subject: &Subject, since: SystemTime) -> io::Result<Option<f64>> {
    let path = directory.join(subject.operation).join(subject.codec).join("new/estimates.json");
    match fs::metadata(&path) {
        Ok(metadata) if metadata.modified()? >= since => {}
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    let estimates: Value = serde_json::from_slice(&fs::read(path)?)?;
    Ok(estimates["median"]["point_estimate"].as_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_table_has_what_this_run_measured() {
        let subject = |operation, codec| Subject { operation, codec, run: |_| 1 };
        let subjects = [
            subject("split", OURS),
            subject("split", "other"),
            subject("walk", OURS),
            subject("walk", "third"),
            subject("not measured", OURS),
        ];
        let directory = std::env::temp_dir().join(format!("ratios-{}", std::process::id()));
        for (subject, median) in subjects.iter().zip([2.0, 5.0, 100.0, 50.0]) {
            let place = directory.join(subject.operation).join(subject.codec).join("new");
            fs::create_dir_all(&place).unwrap();
            let text = format!(r#"{{"mean":{{}},"median":{{"point_estimate":{median}}}}}"#);
            fs::write(place.join("estimates.json"), text).unwrap();
        }
        let before = SystemTime::UNIX_EPOCH;
        let table = ratios(&subjects, &directory, before).unwrap();
        let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(rows[2], [OURS, "other", "third"]);
        assert_eq!(rows[3], ["split", "2.0", "ns", "×2.50"]);
        assert_eq!(rows[4], ["walk", "100.0", "ns", "×0.50"]);
        assert_eq!(rows.len(), 5);
        let later = SystemTime::now() + Duration::from_secs(60);
        assert_eq!(ratios(&subjects, &directory, later).unwrap(), "");
        fs::remove_dir_all(directory).unwrap();
    }
}
