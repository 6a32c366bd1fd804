//! Card, phone and 顔認証マイナンバーカード, by PIN and by eye: each in as few exchanges as it allows, and no try unasked.

use myna_error::{Diagnostic, Spent};
use myna_jpki::operation as jpki;
use myna_sim::{CardSettings, SimTransport};
use myna_terminal::{CheckError, Checked, IdentityMode};
use myna_transport::{Card, Meter};

use super::*;

const PHONES: [&str; 2] = ["android", "iphone"];

/// The built-in person with another token.
fn with_token(profile: &str, tries: u8) -> Persona {
    persona(|text| {
        let text = text
            .replace("profile = \"card\"", &format!("profile = \"{profile}\""))
            .replace("user_authentication = 3", &format!("user_authentication = {tries}"));
        if profile != "face-authentication" {
            return text;
        }
        text.replace("digital_signature = \"issued\"", "digital_signature = \"missing\"")
            .replace("digital_signature = 5", "digital_signature = 0")
            .replace("card_face = 3", "card_face = 0")
            .replace("common = 3", "common = 0")
            .replace("resident_register = 3", "resident_register = 0")
    })
}

type Reader = Card<Meter<SimTransport>>;

fn reader(persona: &Persona, extended_length: bool) -> Reader {
    let settings = CardSettings { extended_length, ..persona.settings() };
    let mut card = SimulatedCard::with_settings(persona, on(), settings).unwrap();
    card.power_on();
    Card::new(Meter::new(SimTransport::new(card)))
}

/// What a check made of it, in how many exchanges, and the tries the card has afterwards.
fn check(
    persona: &Persona,
    extended_length: bool,
    plan: CheckPlan<'_>,
) -> (Result<Checked, CheckError>, u32, u8) {
    let mut card = reader(persona, extended_length);
    let result = terminal(&[persona]).run(&mut card, plan, now());
    let tries = card.transport().inner().card().counters().user_authentication;
    (result, card.transport().budget().exchanges, tries)
}

#[test]
fn a_phone_is_checked_by_its_pin() {
    for profile in PHONES {
        let persona = with_token(profile, 2);
        let typed = Typed::of(&persona);
        let by_pin = || CheckPlan::by_pin(on(), &typed.pin, PinPolicy::default());
        let mut first_hold = reader(&persona, true);
        let identity = first_hold.run(jpki::read_identity()).unwrap();
        assert!(identity.is_of_phone());
        assert_eq!(first_hold.transport().budget().exchanges, 3);

        let known = || by_pin().with_card(identity.clone());
        for (number, exchanges, short_exchanges) in [(0, 6, 14), (1, 5, 12), (2, 6, 13)] {
            for (extended_length, exchanges) in [(true, exchanges), (false, short_exchanges)] {
                let plan = match number {
                    0 => by_pin(),
                    1 => by_pin().of_phone(),
                    _ => known(),
                };
                let (result, taken, tries) = check(&persona, extended_length, plan);
                let checked = result.unwrap();
                assert_eq!(checked.response.results()[0].name, Some(persona.full_name()));
                assert_eq!((taken, tries), (exchanges, 3), "{profile}, plan {number}, {extended_length}");
            }
        }
    }
}

/// Who expects a phone may be given a card.
#[test]
fn a_card_where_a_phone_is_expected_takes_as_many_as_ever() {
    let persona = with_token("card", 3);
    let typed = Typed::of(&persona);
    for (extended_length, exchanges) in [(true, 5), (false, 12)] {
        let plan = CheckPlan::by_pin(on(), &typed.pin, PinPolicy::default()).of_phone();
        let (result, taken, _) = check(&persona, extended_length, plan);
        assert!(result.unwrap().response.verdict().is_valid());
        assert_eq!(taken, exchanges);
    }
}

#[test]
fn another_phone_gets_no_pin() {
    let [first, second] = ["default", "twin"].map(|name| {
        persona(|text| {
            text.replace("name = \"default\"", &format!("name = \"{name}\""))
                .replace("profile = \"card\"", "profile = \"android\"")
        })
    });
    let identity = reader(&first, true).run(jpki::read_identity()).unwrap();
    let typed = Typed::of(&first);
    let plan = || CheckPlan::by_pin(on(), &typed.pin, PinPolicy::default()).with_card(identity.clone());
    assert!(check(&first, true, plan()).0.is_ok());
    for other in [&second, &with_token("card", 3)] {
        let (result, taken, _) = check(other, true, plan());
        assert!(matches!(result, Err(CheckError::AnotherCard)), "{result:?}");
        assert_eq!(taken, 2, "no VERIFY");
    }
    // Nor one in place of a card.
    let card = reader(&with_token("card", 3), true).run(jpki::read_identity()).unwrap();
    let plan = CheckPlan::by_pin(on(), &typed.pin, PinPolicy::default()).with_card(card);
    let (result, taken, _) = check(&second, true, plan);
    assert!(matches!(result, Err(CheckError::AnotherCard)), "{result:?}");
    assert_eq!(taken, 2, "no VERIFY");
}

/// What the person is told, which way is left, and what it cost.
#[test]
fn what_a_token_does_not_allow_is_told_with_the_way_that_is_left() {
    use IdentityMode::{Pin, Visual};
    for (profile, tries, by_pin, code, way, exchanges) in [
        ("android", 3, false, "check.pin_needed", Some(Pin), 2),
        ("iphone", 3, false, "check.pin_needed", Some(Pin), 2),
        ("android", 0, true, "pin.locked", None, 3),
        ("card", 0, true, "pin.locked", Some(Visual), 4),
        ("face-authentication", 0, true, "check.no_pin", Some(Visual), 5),
        ("card", 1, true, "pin.too_few_tries", None, 3),
    ] {
        let persona = with_token(profile, tries);
        let typed = Typed::of(&persona);
        let plan = match by_pin {
            true => CheckPlan::by_pin(on(), &typed.pin, PinPolicy::default()),
            false => CheckPlan::by_eye(on()),
        };
        let (result, taken, left) = check(&persona, true, plan);
        let error = result.unwrap_err();
        assert_eq!((error.code(), error.way_left(), taken), (code, way, exchanges), "{profile}");
        assert_eq!((error.attempt().spent, left), (Spent::No, tries), "{profile}");
    }
}

#[test]
fn the_last_wrong_pin_leaves_the_way_by_eye() {
    let persona = with_token("card", 1);
    let wrong = UserAuthenticationPin::new("9999").unwrap();
    let (result, taken, left) =
        check(&persona, true, CheckPlan::by_pin(on(), &wrong, PinPolicy::LAST_TRY_ALLOWED));
    let error = result.unwrap_err();
    assert_eq!((error.code(), error.way_left()), ("pin.wrong", Some(IdentityMode::Visual)));
    assert_eq!((error.attempt().spent, error.attempt().left), (Spent::Yes, Some(0)));
    assert_eq!((taken, left), (4, 0));
}

#[test]
fn the_way_that_is_left_works() {
    for (profile, tries) in [("card", 0), ("face-authentication", 0)] {
        let persona = with_token(profile, tries);
        for (extended_length, exchanges) in [(true, 3), (false, 10)] {
            let (result, taken, _) = check(&persona, extended_length, CheckPlan::by_eye(on()));
            assert!(result.unwrap().response.verdict().is_valid(), "{profile}");
            assert_eq!(taken, exchanges, "{profile}");
        }
        let typed = Typed::of(&persona);
        let face = FacePlan::new(&typed.number, PinPolicy::default());
        let (result, taken, _) = check(&persona, true, CheckPlan::by_eye(on()).with_face(face));
        assert!(result.is_ok(), "{profile}");
        assert_eq!(taken, 9, "{profile}");
    }
}
