//! Every day is read as it was written.

// Helpers of tests may fail the test.
#![allow(clippy::unwrap_used)]

use myna_calendar::Date;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

proptest! {
    // What was found once is tried first, for ever: the file of that name is committed.
    #![proptest_config(ProptestConfig::with_failure_persistence(FileFailurePersistence::WithSource("regressions")))]

    #[test]
    fn every_day_survives_the_wire_and_the_era(year in 1_u16..=9999, month in 1_u8..=12, day in 1_u8..=28) {
        let date = Date::from_ymd(year, month, day).unwrap();
        prop_assert_eq!(Date::parse(&date.to_wire()), Ok(date));
        if let Some(japanese) = date.in_japanese() {
            // 令和100年 and later have three digits, which nobody writes yet.
            if date.era().unwrap().1 < 100 {
                prop_assert_eq!(Date::parse_japanese(&japanese), Ok(date));
            }
        }
    }
}
