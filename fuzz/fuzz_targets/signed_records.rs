//! The attacker stands before a genuine card: the input is what is done to its signed records on the way.
//!
//! Objects are moved about, taken from another genuine card or left out, the table of offsets kept or set right, files
//! put in each other's place, and at last any bytes changed. What is called genuine has the values that were signed.
#![no_main]

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use myna_cardface::{Binding, Genuineness};

use crate::forge::Parts;
use crate::subject::{CHALLENGE, Given, SUBJECTS, Subject, other_card, own_card};

#[allow(dead_code, reason = "the test tries everything in turn, and needs more of it")]
#[path = "../../myna-cardface/tests/tamper/forge.rs"]
mod forge;
#[allow(dead_code, reason = "the test prints names")]
#[path = "../../myna-cardface/tests/tamper/subject.rs"]
mod subject;

#[derive(Arbitrary, Debug)]
struct Forgery {
    subject: u8,
    rearranged: Vec<Rearranged>,
    replaced: Vec<Replaced>,
    edits: Vec<Edit>,
}

/// What is done to the objects of one file, and which of the tables of offsets it gets.
#[derive(Arbitrary, Debug)]
struct Rearranged {
    place: u8,
    moves: Vec<Move>,
    form: u8,
}

#[derive(Arbitrary, Debug)]
enum Move {
    Insert { donor: bool, object: u8, at: u8 },
    Swap { one: u8, other: u8 },
    Replace { at: u8 },
    Remove { at: u8 },
}

/// A file of one of the cards in the place of another.
#[derive(Arbitrary, Debug)]
struct Replaced {
    place: u8,
    donor: bool,
    by: u8,
}

#[derive(Arbitrary, Debug)]
struct Edit {
    place: u8,
    at: u16,
    remove: u8,
    insert: Vec<u8>,
}

static CARDS: LazyLock<[Given; 2]> = LazyLock::new(|| [own_card(), other_card()]);

fuzz_target!(|forgery: Forgery| {
    let [own, other] = &*CARDS;
    let subject = &SUBJECTS[usize::from(forgery.subject) % SUBJECTS.len()];
    let place = |index: u8| subject.places[usize::from(index) % subject.places.len()];
    let mut given = own.clone();
    for Rearranged { place: index, moves, form } in &forgery.rearranged {
        let place = place(*index);
        if let (Some(parts), Some(donor)) = (Parts::of(&own[&place]), Parts::of(&other[&place])) {
            let forms = parts.encoded(&moved(&parts.objects, &donor.objects, moves));
            given.insert(place, forms[usize::from(*form) % forms.len()].clone());
        }
    }
    for Replaced { place: index, donor, by } in &forgery.replaced {
        let from = if *donor { other } else { own };
        let by = from.values().nth(usize::from(*by) % from.len());
        given.insert(place(*index), by.cloned().unwrap_or_default());
    }
    for Edit { place: index, at, remove, insert } in &forgery.edits {
        let bytes = given.entry(place(*index)).or_default();
        let at = usize::from(*at) % (bytes.len() + 1);
        bytes.splice(at..bytes.len().min(at + usize::from(*remove)), insert.iter().copied());
    }
    check(subject, &given);
});

fn moved(own: &[Vec<u8>], donor: &[Vec<u8>], moves: &[Move]) -> Vec<Vec<u8>> {
    let mut objects = own.to_vec();
    // More would only make the file long.
    for step in moves.iter().take(16) {
        let place = |index: u8, objects: &[Vec<u8>]| usize::from(index) % objects.len().max(1);
        match *step {
            Move::Insert { donor: from_donor, object, at } => {
                let from = if from_donor { donor } else { own };
                let at = usize::from(at) % (objects.len() + 1);
                objects.insert(at, from[usize::from(object) % from.len()].clone());
            }
            Move::Swap { one, other } if !objects.is_empty() => {
                let (one, other) = (place(one, &objects), place(other, &objects));
                objects.swap(one, other);
            }
            Move::Replace { at } if !objects.is_empty() => {
                let at = place(at, &objects);
                objects[at] = donor[at % donor.len()].clone();
            }
            Move::Remove { at } if !objects.is_empty() => {
                objects.remove(place(at, &objects));
            }
            _ => {}
        }
    }
    // A file has no more bytes than two of a length field can say.
    while objects.iter().map(Vec::len).sum::<usize>() > 60_000 {
        objects.pop();
    }
    objects
}

fn check(subject: &Subject, given: &Given) {
    let Ok((Genuineness::Genuine(coverage), values)) = (subject.read)(given) else { return };
    assert_eq!((coverage.values, coverage.binding), (subject.signed, subject.binding));
    assert_eq!(coverage.challenge, CHALLENGE);
    let is_signed = CARDS.iter().any(|card| {
        let Ok((Genuineness::Genuine(of_card), signed)) = (subject.read)(card) else { return false };
        let is_this_card = of_card.card_key == coverage.card_key || coverage.binding == Binding::SameIssuer;
        is_this_card && signed == values
    });
    assert!(is_signed, "{}: genuine, and nobody signed it", subject.name);
}
