//! Each mutant breaks its rule where a card that keeps to the rules does not.

use super::*;
use crate::{Mutant, UnknownMutant};

/// What a client sees at the end of a story.
fn symptom(mutant: Mutant, card: &mut SimulatedCard) -> (Vec<u8>, u16) {
    let verify = format!("00200098{PIN_1234}");
    let wrong = format!("00200098{WRONG_PIN}");
    let verify_signature = format!("0020009B{PIN_ABC123}");
    let (story, question): (&[&str], &str) = match mutant {
        Mutant::AcceptsAnyPin => (&[], &wrong),
        Mutant::AcceptsBlockedPin => (&[&wrong, &wrong, &wrong], &verify),
        Mutant::ForgetsToDecrement => (&[], &wrong),
        Mutant::ForgetsToRestore => (&[&wrong, &verify], "00200098"),
        Mutant::CountsEmptyVerify => (&["00200098"], "00200098"),
        Mutant::KeepsStatusAcrossApplications => {
            (&[&verify_signature, SELECT_TEXT, SELECT_JPKI], "00B08100 04")
        }
        Mutant::ForgetsStatusOnReselection => (&[&verify_signature, SELECT_JPKI], "00B08100 04"),
        Mutant::SignsWithoutPin => (&[], "802A0097 01 AA 00"),
        Mutant::ReadsWithoutPin => (&[], "00B08100 04"),
        Mutant::ShortLeZeroMeansZero => (&[], "00B08B00 00"),
        Mutant::ReturnsOtherFile => (&[], "00B08A00 000000"),
        Mutant::EndOfFileSucceeds => (&["00B08A00 04"], "00B07000 00"),
        Mutant::SelectsForeignApplications => (&[], "00A4040C 05 F000000001"),
    };
    card.ask(SELECT_JPKI);
    for command in story {
        card.ask(command);
    }
    card.ask(question)
}

#[test]
fn every_mutant_shows() {
    for mutant in Mutant::ALL {
        let mut sick = card_with(CardSettings { mutant: Some(mutant), ..CardSettings::default() });
        assert_ne!(symptom(mutant, &mut sick), symptom(mutant, &mut card()), "{mutant}");
    }
}

#[test]
fn every_mutant_shows_its_own_symptom_only() {
    for mutant in Mutant::ALL {
        for other in Mutant::ALL.into_iter().filter(|other| *other != mutant) {
            let mut sick = card_with(CardSettings { mutant: Some(mutant), ..CardSettings::default() });
            let seen = symptom(other, &mut sick);
            let shows = seen != symptom(other, &mut card());
            let expected = matches!(
                (mutant, other),
                // Who does not count never blocks, and reports the same tries as who takes the wrong PIN.
                (Mutant::ForgetsToDecrement, Mutant::AcceptsBlockedPin | Mutant::AcceptsAnyPin)
                    // Takes the wrong PIN for the right one, each time.
                    | (Mutant::AcceptsAnyPin, Mutant::AcceptsBlockedPin | Mutant::ForgetsToDecrement)
                    // Needs no status to keep.
                    | (Mutant::ReadsWithoutPin, Mutant::KeepsStatusAcrossApplications)
                    // Asks with an empty VERIFY.
                    | (Mutant::CountsEmptyVerify, Mutant::ForgetsToRestore)
            );
            assert_eq!(shows, expected, "{mutant} in the story of {other}");
        }
    }
}

#[test]
fn names() {
    for mutant in Mutant::ALL {
        assert_eq!(mutant.to_string().parse(), Ok(mutant));
        assert!(mutant.as_str().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
    }
    let unknown = "accept-any-pin".parse::<Mutant>().unwrap_err();
    assert_eq!(unknown, UnknownMutant { name: "accept-any-pin".to_owned() });
    assert!(unknown.to_string().contains("accepts-any-pin"), "{unknown}");
}
