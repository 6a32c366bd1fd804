use std::hint::black_box;

use myna_apdu::Response;

use crate::{OURS, Subject};

pub(crate) const SUBJECTS: &[Subject] = &[
    Subject::new("split response 2 kB", OURS, |inputs| {
        let response = Response::parse(black_box(&inputs.response));
        black_box(&response).map_or(0, |response| response.data().len())
    }),
    // Does not check that there are two bytes to split off.
    Subject::new("split response 2 kB", "apdu-core", |inputs| {
        let response = apdu_core::Response::from(black_box(&inputs.response[..]));
        black_box(&response).payload.len()
    }),
    Subject::new("split response 2 kB", "myna-card", |inputs| {
        let response = myna_card::Response::parse(black_box(&inputs.response));
        black_box(&response).as_ref().map_or(0, |response| response.data.len())
    }),
];
