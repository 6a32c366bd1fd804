use jiff::civil::{self, Time};
use jiff::{Timestamp, tz};
use myna_eligibility::calendar::{Date, DateTime};

use crate::codes;
use crate::failure::{BAD_USAGE, Failure};

/// The instant of a check, as a wall clock in Japan shows it (JST, no daylight saving time).
#[derive(Clone, Copy)]
pub(crate) struct Now(civil::DateTime);

impl Now {
    /// From `--at`, or from the machine's clock.
    pub(crate) fn new(at: Option<&str>) -> Result<Self, Failure> {
        match at {
            None => Ok(Self(tz::offset(9).to_datetime(Timestamp::now()))),
            Some(text) => text
                .parse::<civil::DateTime>()
                .map(Self)
                .or_else(|_| text.parse::<civil::Date>().map(|date| Self(date.to_datetime(Time::midnight()))))
                .map_err(|_| Failure::usage(&codes::TIME, &[("text", &text)])),
        }
    }

    pub(crate) fn date_time(self) -> Result<DateTime, Failure> {
        DateTime::parse(&self.0.strftime("%Y%m%d%H%M%S").to_string())
            .map_err(|error| Failure::of(&error, BAD_USAGE))
    }

    pub(crate) fn date(self) -> Result<Date, Failure> {
        Date::parse(&self.0.strftime("%Y%m%d").to_string()).map_err(|error| Failure::of(&error, BAD_USAGE))
    }
}
