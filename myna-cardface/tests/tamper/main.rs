//! Every signed record of both applications, tampered with in every way: what is called genuine is what was signed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod forge;
mod subject;

use std::collections::BTreeMap;

use forge::{Kind, tampered};
use myna_cardface::{Binding, GenuineCoverage, Genuineness};
use myna_sim::pki::FaceAuthority;
use subject::{CHALLENGE, Given, Place, SUBJECTS, Subject, TEXT, older_records, other_card, own_card};

/// What was made of what was tampered with.
#[derive(Default)]
struct Tally {
    tried: u32,
    refused: u32,
    forged: u32,
    unknown_root: u32,
    /// Genuine, and nothing that was signed is another.
    equal: u32,
    /// Genuine, and another card's of the same issuer, as the binding says.
    same_issuer: u32,
}

#[test]
fn what_is_called_genuine_is_what_was_signed() {
    let [own, other] = [own_card(), other_card()];
    let mut tallies = BTreeMap::<Kind, Tally>::new();
    for subject in &SUBJECTS {
        let whole = |given| {
            let (Genuineness::Genuine(coverage), values) = (subject.read)(given).unwrap() else { panic!() };
            (coverage, values)
        };
        let ((coverage, values), (other_coverage, other_values)) = (whole(&own), whole(&other));
        assert!(values != other_values && coverage.card_key != other_coverage.card_key, "{}", subject.name);
        for (kind, given) in tampered_with(subject, &own, &other) {
            // Some of what is rearranged is as before: two equal objects in each other's place.
            if given == own {
                continue;
            }
            let tally = tallies.entry(kind).or_default();
            tally.tried += 1;
            let Ok((genuineness, read)) = (subject.read)(&given) else {
                tally.refused += 1;
                continue;
            };
            let Genuineness::Genuine(GenuineCoverage {
                values: signed, card_key, binding, challenge, ..
            }) = genuineness
            else {
                let forged = matches!(genuineness, Genuineness::Forged(_));
                *(if forged { &mut tally.forged } else { &mut tally.unknown_root }) += 1;
                continue;
            };
            assert_eq!((signed, binding, challenge), (subject.signed, subject.binding, CHALLENGE));
            let whose = if card_key == coverage.card_key { &values } else { &other_values };
            if read == *whose {
                tally.equal += 1;
            } else {
                assert_eq!((binding, kind), (Binding::SameIssuer, Kind::SwapCards), "{}", subject.name);
                assert!(read == values || read == other_values, "{}", subject.name);
                tally.same_issuer += 1;
            }
        }
    }
    println!("tampering          tried refused  forged unknown  values  same    wrongly");
    println!("                                           root    equal   issuer  genuine");
    for (kind, Tally { tried, refused, forged, unknown_root, equal, same_issuer }) in &tallies {
        let kind = format!("{kind:?}");
        println!(
            "{kind:17} {tried:6} {refused:7} {forged:7} {unknown_root:7} {equal:7} {same_issuer:7}       0"
        );
    }
    assert_eq!(tallies.len(), 12, "every kind was tried");
    assert!(tallies.values().all(|tally| tally.refused + tally.forged > 0));
}

/// What the signatures cannot tell, and the documentation says so: which of two records of one card is the present one.
/// Should a record ever say when it was made, this is the test to turn round.
#[test]
fn an_older_record_of_the_same_card_is_genuine() {
    let own = own_card();
    let mut older = older_records();
    let answers = own.iter().filter(|((_, file), _)| *file == 0);
    older.extend(answers.map(|(place, answer)| (*place, answer.clone())));
    for subject in &SUBJECTS {
        let whole = |given| {
            let (Genuineness::Genuine(coverage), values) = (subject.read)(given).unwrap() else { panic!() };
            (coverage, values)
        };
        let ((present, values), (past, past_values)) = (whole(&own), whole(&older));
        assert!(present.card_key == past.card_key && values != past_values, "{}", subject.name);
        assert_eq!(past.challenge, CHALLENGE, "the key's holder answered now");
    }
}

/// One record after the other, and every mixture with what another card or another reading gives.
fn tampered_with<'a>(
    subject: &'a Subject,
    own: &'a Given,
    other: &'a Given,
) -> impl Iterator<Item = (Kind, Given)> + 'a {
    let places = subject.places;
    let with = |place: Place, bytes: Vec<u8>| {
        let mut given = own.clone();
        given.insert(place, bytes);
        given
    };
    let records = places.iter().flat_map(move |place| {
        let all = tampered(&own[place], &other[place]);
        all.into_iter().map(move |(kind, bytes)| (kind, with(*place, bytes)))
    });
    let cards = (1..1_u32 << places.len()).map(move |chosen| {
        let mut given = own.clone();
        let chosen = places.iter().enumerate().filter(|(index, _)| chosen >> index & 1 == 1);
        given.extend(chosen.map(|(_, place)| (*place, other[place].clone())));
        (Kind::SwapCards, given)
    });
    let applications = places.iter().flat_map(move |place| {
        let foreign = [own, other].into_iter().flatten().filter(move |(found, _)| *found != place);
        foreign.map(move |(_, bytes)| (Kind::SwapApplications, with(*place, bytes.clone())))
    });
    let readings = places.iter().filter(|(_, file)| *file == 0).flat_map(move |place| {
        let of = |authority: FaceAuthority| authority.card_key().unwrap();
        let key = if place.0 == TEXT { of(FaceAuthority::Text) } else { of(FaceAuthority::Visual) };
        let before = [[0xC5; 32], [0; 32]].map(|challenge| key.sign_sha256(&challenge).unwrap());
        before.into_iter().map(move |answer| (Kind::SwapReadings, with(*place, answer)))
    });
    records.chain(cards).chain(applications).chain(readings)
}
