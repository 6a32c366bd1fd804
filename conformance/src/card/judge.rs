use std::collections::BTreeMap;

use super::line::Answer;
use super::signature::SignedCertificate;
use super::trouble::Trouble;
use crate::catalogue::{CaseStep, Predicate, Signed, TemplateError, TriesRelation, Values};

/// Holds an answer against what a step expects of it. Reasons give lengths and status words, never data.
pub(super) fn judge(
    step: &CaseStep,
    answer: &Answer,
    values: &Values,
    tries: &BTreeMap<String, u8>,
) -> Result<(), Trouble> {
    let Answer { data, status } = answer;
    if !step.status.accepts(*status) {
        let failed = Trouble::Failed(format!("status {status}; {} was expected", step.status));
        return Err(failed);
    }
    if matches!(status.0, 0x6400..=0x6FFF) && !data.is_empty() {
        return Err(Trouble::Failed(format!("{} bytes of data came with the error {status}", data.len())));
    }
    for predicate in &step.data {
        check(predicate, data, values)?;
    }
    match &step.tries {
        Some(relation) => check_tries(relation, answer, tries),
        None => Ok(()),
    }
}

/// The catalogue asks for what cannot be made.
pub(super) fn impossible(error: &TemplateError) -> Trouble {
    Trouble::Harness(format!("the catalogue cannot be followed: {error}"))
}

fn check(predicate: &Predicate, data: &[u8], values: &Values) -> Result<(), Trouble> {
    let saved = |name: &String| {
        values.get(name).map(Vec::as_slice).ok_or_else(|| impossible(&TemplateError::NoValue(name.clone())))
    };
    let length = data.len();
    let result = match predicate {
        Predicate::Length(wanted) => {
            require(length == *wanted, || format!("{length} bytes; {wanted} were expected"))
        }
        Predicate::AtLeast(least) => {
            require(length >= *least, || format!("{length} bytes; at least {least} were expected"))
        }
        Predicate::AtMost(most) => {
            require(length <= *most, || format!("{length} bytes; at most {most} were expected"))
        }
        Predicate::StartsWith(template) => {
            let start = template.fill(values).map_err(|error| impossible(&error))?;
            require(data.starts_with(&start), || "the data begins otherwise than expected".to_owned())
        }
        Predicate::Equals(template) => {
            let wanted = template.fill(values).map_err(|error| impossible(&error))?;
            require(data == wanted, || format!("{length} bytes that are not the {} expected", wanted.len()))
        }
        Predicate::SameAs(name) => {
            let saved = saved(name)?;
            require(data == saved, || format!("{length} bytes that are not the {} of {name:?}", saved.len()))
        }
        Predicate::DiffersFrom(name) => {
            let saved = saved(name)?;
            require(data != saved, || format!("the same bytes as {name:?}"))
        }
        Predicate::PartOf { value, at } => {
            let saved = saved(value)?;
            require(is_part(data, saved, *at), || {
                format!("{length} bytes that are not those of {value:?} at {at}")
            })
        }
        Predicate::Certificate => SignedCertificate::from_file(data).map(drop),
        Predicate::IssuedBy(name) => {
            let issuer = saved(name)?;
            SignedCertificate::from_file(data)
                .and_then(|certificate| certificate.is_issued_by(&SignedCertificate::from_file(issuer)?))
        }
        Predicate::Signature { under, over } => {
            let certificate = SignedCertificate::from_file(saved(under)?);
            let (Signed::Padded(template) | Signed::Pss(template)) = over;
            let signed = template.fill(values).map_err(|error| impossible(&error))?;
            certificate.and_then(|certificate| match over {
                Signed::Padded(_) => certificate.check_padded(data, &signed),
                Signed::Pss(_) => certificate.check_pss(data, &signed),
            })
        }
    };
    result.map_err(Trouble::Failed)
}

fn require(holds: bool, reason: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(reason()) }
}

fn is_part(data: &[u8], whole: &[u8], at: i32) -> bool {
    let distance = usize::try_from(at.unsigned_abs()).unwrap_or(usize::MAX);
    let start = if at < 0 { whole.len().checked_sub(distance) } else { Some(distance) };
    let part = start.and_then(|start| whole.get(start..)?.get(..data.len()));
    part == Some(data)
}

fn check_tries(
    relation: &TriesRelation,
    answer: &Answer,
    tries: &BTreeMap<String, u8>,
) -> Result<(), Trouble> {
    let name = relation.name();
    let saved = *tries.get(name).ok_or_else(|| impossible(&TemplateError::NoValue(name.to_owned())))?;
    let found =
        answer.tries().ok_or_else(|| Trouble::Failed("the status word tells no tries left".to_owned()))?;
    if relation.holds(found, saved) {
        Ok(())
    } else {
        Err(Trouble::Failed(format!("{found} tries left; {relation} before ({saved}) was expected")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        for (data, at, is) in [
            (&b"bc"[..], 1, true),
            (b"bc", -3, true),
            (b"d", -1, true),
            (b"bc", 0, false),
            (b"de", 3, false),
            (b"a", -5, false),
            (b"", 4, true),
            (b"", 5, false),
            (b"a", i32::MIN, false),
        ] {
            assert_eq!(is_part(data, b"abcd", at), is, "{data:?} {at}");
        }
    }
}
