use std::hint::black_box;

use myna_apdu::Response;

use crate::{OURS, Subject};

pub(crate) const SUBJECTS: &[Subject] = &[
    Subject {
        operation: "split response 2 kB",
        codec: OURS,
        run: |inputs| {
            let response = Response::parse(black_box(&inputs.response));
            black_box(&response).map_or(0, |response| response.data().len())
        },
    },
    Subject {
        operation: "split response 2 kB",
        // Does not check that there are two bytes to split off.
        codec: "apdu-core",
        run: |inputs| {
            let response = apdu_core::Response::from(black_box(&inputs.response[..]));
            black_box(&response).payload.len()
        },
    },
    Subject {
        operation: "split response 2 kB",
        codec: "myna-card",
        run: |inputs| {
            let response = myna_card::Response::parse(black_box(&inputs.response));
            black_box(&response).as_ref().map_or(0, |response| response.data.len())
        },
    },
];
