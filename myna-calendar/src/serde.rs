use serde::{Serialize, Serializer};

use crate::{Date, DateTime, Month};

macro_rules! as_displayed {
    ($($type:ty),+) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )+};
}

as_displayed!(Date, Month, DateTime);
