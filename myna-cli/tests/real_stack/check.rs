//! `myna check` says the same through a real daemon as it does of a simulated card in its own process.

use std::fs;

use super::command::{PERSONA, PIN, check, check_on};
use super::stack::{in_private_stack, private_file};

#[test]
fn pcsc_gives_what_the_simulated_card_gives() {
    in_private_stack("check::pcsc_gives_what_the_simulated_card_gives", |stack| {
        let persona = fs::read_to_string(PERSONA).expect("the persona");
        for (option, replaced, replacement) in [
            ("--atr=contact", "atr", "atr"),
            ("--atr=contactless", "atr = \"contact\"", "atr = \"contactless\""),
            ("--no-extended-length", "extended_length = true", "extended_length = false"),
            ("--no-short-identifiers", "short_identifiers = true", "short_identifiers = false"),
        ] {
            // The same card in the two ways to get one: from the options and from the persona.
            let card = stack.insert(&[option]);
            let through_daemon = check(PIN, &[]).exits_with(0);
            card.kill(stack);

            let file = private_file("persona.toml");
            assert!(persona.contains(replaced), "{replaced} is not in the persona");
            fs::write(&file, persona.replace(replaced, replacement)).expect("a persona of our own");
            let in_process = check_on(&format!("sim:{file}"), PIN, &[]).exits_with(0);

            assert!(through_daemon.json().is_object(), "{through_daemon}");
            assert!(through_daemon.stdout == in_process.stdout, "{option}:\n{through_daemon}\n{in_process}");
        }
    });
}
