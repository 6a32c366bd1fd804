//! Blind indexes: keyed digests by which a row is found without being unsealed. See the module's front page for why
//! there are two and no more.

use super::query::Matcher;
use super::sealing::Sealer;
use super::subject::Subject;
use myna_calendar::Date;
use myna_eligibility::person_name::fold_number;

/// A digest of one folded value.
pub(super) type Tag = [u8; 16];

/// The tags under which a result is found: of every number and day of birth it tells.
pub(super) fn tags_of(subjects: &[Subject], sealer: &Sealer) -> Vec<Tag> {
    let numbers = subjects.iter().filter_map(|subject| subject.number.as_deref());
    let days = subjects.iter().filter_map(Subject::birth_day);
    let numbers = numbers.map(|number| of_number(&fold_number(number), sealer));
    numbers.chain(days.map(|day| of_birthdate(day, sealer))).collect()
}

/// The tags that every result must have which a query can match.
pub(super) fn tags_wanted(matcher: &Matcher, sealer: &Sealer) -> (Option<Tag>, Option<Tag>) {
    let number = matcher.number().map(|folded| of_number(folded, sealer));
    (number, matcher.birthdate().map(|day| of_birthdate(day, sealer)))
}

fn of_number(folded: &str, sealer: &Sealer) -> Tag {
    cut(sealer.digest(&[b"number", folded.as_bytes()]))
}

fn of_birthdate(day: Date, sealer: &Sealer) -> Tag {
    cut(sealer.digest(&[b"birthdate", day.to_wire().as_bytes()]))
}

fn cut(digest: [u8; 32]) -> Tag {
    std::array::from_fn(|index| digest.get(index).copied().unwrap_or_default())
}
