//! Whom a result is about: what a search compares and a list shows.

use myna_eligibility::{
    Message,
    records::{Eligibility, Query},
};
use std::fmt;

use serde::{Deserialize, Serialize};

use myna_calendar::Date;

/// One person, or one query, of a result. Texts as they were written.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Subject {
    /// 氏名, and 氏名（その他） after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// 氏名カナ, and 氏名カナ（その他） after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kana: Vec<String>,
    /// 生年月日.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    /// 保険者番号, 公費負担者番号.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insurer_number: Option<String>,
    /// 記号.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// 番号, 受給者番号.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// 枝番.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch_number: Option<String>,
}

impl Subject {
    /// 生年月日 as a day, if it is one.
    #[must_use]
    pub fn birth_day(&self) -> Option<Date> {
        Date::parse(self.birthdate.as_deref()?).ok()
    }

    /// The persons of a message, and after them what was asked for: a lost number is looked for under the number that
    /// was asked, and a check without a match has nothing else.
    pub(crate) fn all_of(message: &Message) -> Vec<Self> {
        let mut subjects: Vec<Self> = Vec::new();
        let mut add = |subject: Self| {
            if subject != Self::default() && !subjects.contains(&subject) {
                subjects.push(subject);
            }
        };
        match message {
            Message::Answer(answer) => {
                answer.results().iter().map(Self::of_result).for_each(&mut add);
                let query = answer.body.as_ref().and_then(|body| body.query.as_ref());
                query.map(Self::of_query).into_iter().for_each(&mut add);
            }
            Message::BulkAnswer(answer) => {
                for unit in answer.units() {
                    unit.results.iter().map(Self::of_result).for_each(&mut add);
                    unit.query.as_ref().map(Self::of_query).into_iter().for_each(&mut add);
                }
            }
            _ => {}
        }
        subjects
    }

    fn of_result(result: &Eligibility) -> Self {
        let both = |one: &Option<String>, other: &Option<String>| {
            [one, other].into_iter().filter_map(said).collect::<Vec<_>>()
        };
        Self {
            names: both(&result.name, &result.other_name),
            kana: both(&result.name_kana, &result.other_name_kana),
            birthdate: result.birthdate.as_ref().map(|date| date.text().to_owned()),
            insurer_number: result.insurer_number.as_ref().map(|number| number.raw().to_owned()),
            symbol: said(&result.symbol),
            number: said(&result.number),
            branch_number: said(&result.branch_number),
        }
    }

    fn of_query(query: &Query) -> Self {
        Self {
            birthdate: query.birthdate.as_ref().map(|date| date.text().to_owned()),
            insurer_number: query.insurer_number.as_ref().map(|number| number.raw().to_owned()),
            symbol: said(&query.symbol),
            number: said(&query.number),
            branch_number: said(&query.branch_number),
            ..Self::default()
        }
    }
}

fn said(text: &Option<String>) -> Option<String> {
    text.clone().filter(|text| !text.trim().is_empty())
}

/// Nothing of it: all of it is personal.
impl fmt::Debug for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Subject").finish_non_exhaustive()
    }
}
