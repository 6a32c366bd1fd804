//! Every fault of a plan, done to the card.

use std::time::Duration;

use myna_transport::{FaultInjector, FaultPlan, InjectedOutcome};

use super::{PIN_1234, PIN_ABC123, SELECT_JPKI, WRONG_PIN, bytes, card};
use crate::{Latency, SimulatedCard};

/// What comes, if anything does.
fn answer(faulty: &mut FaultInjector<&mut SimulatedCard>, command: &str) -> Vec<u8> {
    match faulty.transmit(&bytes(command)).outcome {
        InjectedOutcome::Bytes(bytes) => bytes,
        InjectedOutcome::Withheld(_) | InjectedOutcome::Failed(_) => Vec::new(),
    }
}

/// What comes back from a wrong PIN with one fault, and the tries left after it.
fn wrong_pin(fault: &str) -> (Vec<u8>, u8) {
    let mut card = card();
    let mut faulty = FaultInjector::new(&mut card, format!("2 {fault}").parse::<FaultPlan>().unwrap());
    assert_eq!(answer(&mut faulty, SELECT_JPKI), [0x90, 0x00]);
    let answered = answer(&mut faulty, &format!("00200098{WRONG_PIN}"));
    (answered, card.counters().user_authentication)
}

#[test]
fn each_fault_does_what_it_says() {
    for (fault, answer, left) in [
        ("truncate 1", &[0x63][..], 2),
        ("truncate 9", &[], 2),
        ("extend 2", &[0x63, 0xC2, 0, 0], 2),
        ("flip 1", &[0x63, 0xC3], 2),
        ("flip 7", &[0x63, 0xC2], 2),
        ("status 6CFF", &[0x6C, 0xFF], 2),
        ("refuse 6CFF", &[0x6C, 0xFF], 3),
        ("lost", &[], 3),
        ("mute", &[], 2),
        ("hang", &[], 2),
        ("stall 60000", &[0x63, 0xC2], 2),
        ("reset", &[0x63, 0xC2], 2),
        ("cut 1", &[0x63], 2),
        ("late", &[], 2),
        ("twice", &[0x63, 0xC2], 2),
        ("fail busy", &[], 3),
        ("fail-after command_too_long", &[], 2),
        ("swap", &[], 3),
        ("remove", &[], 3),
        ("remove-after", &[], 2),
        // The ISD is current again, and has no such reference.
        ("power", &[0x6A, 0x88], 3),
    ] {
        assert_eq!(wrong_pin(fault), (answer.to_vec(), left), "{fault}");
    }
}

#[test]
fn power_takes_the_pin_and_a_reset_does_not() {
    for (fault, status) in [("reset", [0x90, 0x00]), ("power", [0x6A, 0x82])] {
        let mut card = card();
        let mut faulty = FaultInjector::new(&mut card, format!("3 {fault}").parse::<FaultPlan>().unwrap());
        answer(&mut faulty, SELECT_JPKI);
        answer(&mut faulty, &format!("0020009B{PIN_ABC123}"));
        assert!(answer(&mut faulty, "00B08100 04").ends_with(&status), "{fault}");
    }
}

#[test]
fn answers_that_came_late_or_twice_stay_one_behind_until_the_card_loses_them() {
    let ask = "00200098";
    for (fault, answers) in
        [("late", ["", "9000", "63C2", "63C2"]), ("twice", ["9000", "9000", "63C2", "63C2"])]
    {
        let mut card = card();
        let mut faulty =
            FaultInjector::new(&mut card, format!("1 {fault}, 5 reset").parse::<FaultPlan>().unwrap());
        let wrong = format!("00200098{WRONG_PIN}");
        let seen = [SELECT_JPKI, &wrong, ask, ask].map(|command| answer(&mut faulty, command));
        assert_eq!(seen.map(hex::encode_upper), answers, "{fault}");
        assert_eq!(answer(&mut faulty, &wrong), [0x63, 0xC1], "{fault}: the reset has taken what waited");
    }
}

/// Which of twenty commands, two of them by turns, are answered with nothing.
fn hits(plan: &str) -> Vec<usize> {
    let mut card = card();
    let mut faulty = FaultInjector::new(&mut card, FaultPlan::from_toml(plan).unwrap());
    let mut hits = Vec::new();
    for number in 1..=20 {
        let command = if number % 2 == 0 { "00200098" } else { SELECT_JPKI };
        if answer(&mut faulty, command).is_empty() {
            hits.push(number);
        }
    }
    hits
}

#[test]
fn rules_count_what_they_are_about_and_chance_is_repeatable() {
    let plan = |rule: &str| format!("version = 1\nseed = 1\n[[fault]]\nfault = \"mute\"\n{rule}");
    assert_eq!(hits(&plan("at = 7")), [7]);
    assert_eq!(hits(&plan("at = 7\ninstruction = \"20\"")), [14]);
    assert_eq!(hits(&plan("every = 5\ninstruction = \"A4\"")), [9, 19]);
    assert!(hits(&plan("chance = 0")).is_empty());
    assert_eq!(hits(&plan("chance = 1")).len(), 20);
    let half = hits(&plan("chance = 0.5"));
    assert!((4..=16).contains(&half.len()), "{half:?}");
    assert_eq!(hits(&plan("chance = 0.5")), half);
    assert_ne!(hits(&plan("chance = 0.5").replace("seed = 1", "seed = 2")), half);
}

#[test]
fn time_is_added_up_and_not_waited_for() {
    let milliseconds = Duration::from_millis;
    let latency =
        Latency { command: milliseconds(1_000), byte: milliseconds(1), signature: milliseconds(50_000) };
    let mut card = card();
    card.set_settings(crate::CardSettings { latency, ..card.settings() });
    let start = std::time::Instant::now();
    let mut faulty = FaultInjector::new(&mut card, "2 stall 600000".parse::<FaultPlan>().unwrap());
    // 15 bytes there, two back; 9 and 2, and late; 9 and 258.
    assert_eq!(faulty.transmit(&bytes(SELECT_JPKI)).delay, milliseconds(1_017));
    assert_eq!(faulty.transmit(&bytes(&format!("00200098{PIN_1234}"))).delay, milliseconds(601_011));
    assert_eq!(faulty.transmit(&bytes("802A0097 03 AABBCC 00")).delay, milliseconds(51_267));
    assert_eq!(faulty.modelled_time(), milliseconds(1_017 + 601_011 + 51_267));
    // The plan's own goes before the card's.
    let plan = FaultPlan::default().with_latency(Latency { byte: milliseconds(3), ..Latency::NONE });
    assert_eq!(FaultInjector::new(&mut card, plan).transmit(&[0; 4]).delay, milliseconds(18));
    assert!(start.elapsed() < milliseconds(100_000));
}
