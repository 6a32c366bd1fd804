//! Two cards at once, and a hand at the readers: `myna sim control` from a process of its own.

use std::thread;

use serde_json::Value;

use super::command::{MYNA, PERSONA, PIN, check, check_on, run};
use super::pyscard::pyscard;
use super::stack::{READER, SECOND_READER, Stack, in_private_stack, private_file, wait_until};

/// In a directory that the server makes, and nobody else may enter.
fn socket() -> String {
    private_file("control/sim")
}

fn control(words: &str) -> Value {
    run(&format!("{MYNA} sim control --socket {} {words}", socket())).exits_with(0).json()
}

fn card(slot: usize) -> Value {
    control("status")["slots"][slot].clone()
}

#[test]
fn a_card_is_removed_inserted_silenced_and_hung_from_outside() {
    in_private_stack("control::a_card_is_removed_inserted_silenced_and_hung_from_outside", |stack| {
        let nobody = run(&format!("{MYNA} sim control --socket {} status", socket())).exits_with(1);
        assert!(nobody.to_string().contains("sim.control"), "{nobody}");

        let _card = stack.insert(&["--socket", &socket()]);
        assert_eq!(card(0)["card"], "present");
        check(PIN, &[]).exits_with(0);

        control("remove");
        stack.wait_for_card(false);
        assert_eq!(check(PIN, &[]).exits_with(10).error()["try_spent"], "no");
        assert_eq!((card(0)["card"].as_str(), card(0)["connected"].as_bool()), (Some("absent"), Some(false)));
        control("insert");
        stack.wait_for_card(true);
        check(PIN, &[]).exits_with(0);

        // Out and in at once is long enough for the daemon to notice: whoever holds the card loses it.
        let before = card(0)["commands"].clone();
        let holder = thread::spawn(|| run(&pyscard("loses_the_card.py")));
        wait_until("somebody talks to the card", || card(0)["commands"] != before);
        control("remove");
        control("insert");
        holder.join().expect("the holder").succeeded();
        stack.wait_for_card(true);

        control("mute");
        stack.wait_for_card(false);
        check(PIN, &[]).exits_with(10);
        control("resume");
        stack.wait_for_card(true);
        check(PIN, &[]).exits_with(0);

        hangs_until(stack, "resume", 0);
        hangs_until(stack, "remove", 13);
        control("insert");
        stack.wait_for_card(true);
        check(PIN, &[]).exits_with(0);

        let none = run(&format!("{MYNA} sim control --socket {} remove --slot 1", socket())).exits_with(2);
        assert!(none.to_string().contains("no card for slot 1"), "{none}");
    });
}

/// A check of a card that hangs waits, and ends with `exit_code` after `action`.
fn hangs_until(stack: &Stack, action: &str, exit_code: i32) {
    control("hang");
    let before = card(0)["commands"].clone();
    let check = thread::spawn(|| check(PIN, &[]));
    wait_until("the card has a command", || card(0)["commands"] != before);
    assert_eq!(card(0)["card"], "hung");
    assert!(!check.is_finished(), "the card has answered");
    control(action);
    let run = check.join().expect("the check");
    let run = run.exits_with(exit_code);
    if exit_code != 0 {
        assert_eq!(run.error()["try_spent"], "no", "nothing but a SELECT was sent");
        stack.wait_for_card(false);
    }
}

#[test]
fn two_cards_are_two_cards() {
    in_private_stack("control::two_cards_are_two_cards", |stack| {
        let states = [private_file("first.json"), private_file("second.json")];
        let _cards =
            stack.insert(&["elderly", "--socket", &socket(), "--state", &states[0], "--state", &states[1]]);
        wait_until("both are there", || card(1)["connected"] == true);
        let of = |reader: &str, pin: &str, persona: &str| {
            check_on(&format!("pcsc:{reader}"), pin, &["--persona", persona])
        };
        let name = |run: super::command::Run| run.json()["results"][0]["name"].clone();
        wait_until("the daemon sees the second", || {
            of(SECOND_READER, "1234", "elderly").exit_code == Some(0)
        });
        let first = name(of(READER, PIN, PERSONA).exits_with(0));
        let second = name(of(SECOND_READER, "1234", "elderly").exits_with(0));
        assert!(first.is_string() && second.is_string() && first != second, "{first} {second}");

        // Each its own PIN, its own counters, its own file.
        of(SECOND_READER, PIN, "elderly").exits_with(11);
        assert_eq!(states.map(|state| super::simulated_files::tries_left(&state)), [Some(3), Some(2)]);

        control("remove --slot 0");
        stack.wait_for_card(false);
        assert_eq!(name(of(SECOND_READER, "1234", "elderly").exits_with(0)), second);
    });
}
