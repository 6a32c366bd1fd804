use std::fmt;

use myna_calendar::{Date, DateDigits};
use myna_cardface::FaceSex;
use myna_eligibility::{EligibilityResponse, codes::Sex, records::Written};
use myna_error::Language;

/// In what the face of a card and the service's answer contradict each other, though both came from one card.
///
/// Only what both tell is compared: a part of a birth date that is not known (`00`), and a sex that is not set, contradict
/// nothing. The answer's sex is 性別1, that of the card's front [seed F3 S75].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaceDifference {
    /// 生年月日 of the face and of the answer, where they differ.
    pub birth_date: Option<(DateDigits, Date)>,
    /// 性別 of the face and of the answer, where they differ.
    pub sex: Option<(FaceSex, Sex)>,
}

impl FaceDifference {
    /// Looks through every result of the answer; `None` where nothing contradicts the face.
    #[must_use]
    pub fn between(birth_date: DateDigits, sex: FaceSex, response: &EligibilityResponse) -> Option<Self> {
        let results = response.results();
        let dates = results.iter().filter_map(|result| result.birthdate.as_ref().and_then(Written::value));
        let sexes = results.iter().filter_map(|result| result.sex1.clone());
        let difference = Self {
            birth_date: dates.map(|date| (birth_date, date)).find(|(face, date)| differ(*face, *date)),
            sex: sexes.map(|told| (sex, told)).find(|(face, told)| {
                matches!((face, told), (FaceSex::Male, Sex::Female) | (FaceSex::Female, Sex::Male))
            }),
        };
        (difference.birth_date.is_some() || difference.sex.is_some()).then_some(difference)
    }
}

fn differ(face: DateDigits, told: Date) -> bool {
    (face.year() != 0 && face.year() != told.year())
        || (face.month() != 0 && face.month() != told.month())
        || (face.day() != 0 && face.day() != told.day())
}

/// What differs, and none of the values: they are a person's.
impl fmt::Display for FaceDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(Language::English, f)
    }
}

impl FaceDifference {
    pub(crate) fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (english, japanese) = match (&self.birth_date, &self.sex) {
            (Some(_), Some(_)) => ("birth date and sex", "生年月日と性別"),
            (Some(_), None) => ("birth date", "生年月日"),
            _ => ("sex", "性別"),
        };
        f.write_str(if language == Language::Japanese { japanese } else { english })
    }
}

impl fmt::Debug for FaceDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FaceDifference({self})")
    }
}

#[cfg(test)]
mod tests {
    use myna_eligibility::records::{Body, Eligibility};

    use super::*;

    #[test]
    fn only_what_both_tell_can_contradict() {
        let between = |digits: &[u8; 8], face, told| {
            let mut result = Eligibility::default();
            result.birthdate = Some(Written::new("19880714"));
            result.sex1 = Some(told);
            let mut body = Body::default();
            body.results = vec![Eligibility::default(), result];
            let mut response = EligibilityResponse::default();
            response.body = Some(body);
            let difference = FaceDifference::between(DateDigits::parse(digits).unwrap(), face, &response);
            difference.map(|difference| difference.to_string())
        };
        let (both, date, sex) = ("birth date and sex", "birth date", "sex");
        for (digits, face, told, expected) in [
            (b"19880714", FaceSex::Female, Sex::Female, None),
            (b"19880715", FaceSex::Female, Sex::Female, Some(date)),
            (b"19880714", FaceSex::Female, Sex::Male, Some(sex)),
            (b"18880714", FaceSex::Male, Sex::Female, Some(both)),
            (b"19880700", FaceSex::Female, Sex::NotSet, None),
            (b"19880000", FaceSex::NotApplicable, Sex::Female, None),
            (b"19890000", FaceSex::Unknown(b'0'), Sex::Female, Some(date)),
            (b"19880800", FaceSex::Male, Sex::NotSet, Some(date)),
        ] {
            assert_eq!(between(digits, face, told).as_deref(), expected, "{digits:?}");
        }
    }
}
