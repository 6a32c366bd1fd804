//! `myna check` says the same through a real daemon as it does on the simulated card in its own process.

use super::command::{Run, check};
use super::stack::{Stack, in_private_stack};

const PIN: &str = "1234";

#[test]
fn pcsc_gives_what_the_simulated_card_gives() {
    in_private_stack("check::pcsc_gives_what_the_simulated_card_gives", |stack| {
        let expected = check("sim", PIN, &[]).exits_with(0);
        for arguments in [
            &["--atr", "contact"][..],
            &["--atr", "contactless"],
            &["--no-extended-length"],
            &["--no-short-identifiers"],
            &["--no-extended-length", "--no-short-identifiers"],
        ] {
            same_output(&check_a_new_card(stack, arguments), &expected);
        }
    });
}

fn check_a_new_card(stack: &Stack, arguments: &[&str]) -> Run {
    let card = stack.insert(arguments);
    let run = check("pcsc", PIN, &[]);
    card.kill(stack);
    run.exits_with(0)
}

fn same_output(run: &Run, expected: &Run) {
    assert!(run.json().is_object(), "{run}");
    assert_eq!(run.stdout, expected.stdout, "{run}");
}
