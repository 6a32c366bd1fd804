//! The card is pulled in the middle of a check, at each exchange in turn.

use super::command::{PIN, WRONG_PIN, check};
use super::simulated_files::{Exchange, exchanges, tries_left};
use super::stack::{Stack, in_private_stack, private_file, wait_until};

const TRIES: u64 = 3;

/// The command is lost: the card never saw it.
#[test]
fn card_pulled_before_it_processes_a_command() {
    in_private_stack("removal::card_pulled_before_it_processes_a_command", |stack| {
        pull_at_every_exchange(stack, "--remove-at");
    });
}

/// The response is lost: what the command did has happened.
#[test]
fn card_pulled_after_it_processed_a_command() {
    in_private_stack("removal::card_pulled_after_it_processed_a_command", |stack| {
        pull_at_every_exchange(stack, "--remove-after");
    });
}

/// The user is told that nobody knows, and here the try is indeed gone.
#[test]
fn card_pulled_after_it_refused_a_wrong_pin() {
    in_private_stack("removal::card_pulled_after_it_refused_a_wrong_pin", |stack| {
        let before =
            undisturbed_exchanges(stack).iter().take_while(|exchange| !exchange.presents_pin()).count();
        let state = private_file("state.json");
        let _card = stack.insert(&["--state", &state, "--remove-after", &(before + 1).to_string()]);
        let error = check(WRONG_PIN, &[]).exits_with(13).error();
        assert_eq!(error["try_spent"], "unknown", "{error}");
        assert_eq!(tries_left(&state), Some(TRIES - 1));
    });
}

fn pull_at_every_exchange(stack: &Stack, option: &str) {
    let undisturbed = undisturbed_exchanges(stack);
    assert!(undisturbed.iter().any(Exchange::presents_pin), "{undisturbed:#?}");
    for (number, exchange) in (1..).zip(&undisturbed) {
        let number = number.to_string();
        let state = private_file(&format!("state{option}-{number}.json"));
        let card = stack.insert(&["--state", &state, option, &number]);
        println!("{option} {number}: {:?}", exchange.0);

        let error = check(PIN, &[]).exits_with(13).error();
        // Only while the PIN itself is on its way can nobody say what became of it.
        let spent = if exchange.presents_pin() { "unknown" } else { "no" };
        assert_eq!(error["try_spent"], spent, "{error}");
        assert!(matches!(tries_left(&state), None | Some(TRIES)), "{:?}", tries_left(&state));

        check_succeeds_once_the_card_is_back();
        assert_eq!(tries_left(&state), Some(TRIES));
        card.kill(stack);
    }
}

fn undisturbed_exchanges(stack: &Stack) -> Vec<Exchange> {
    let trace = private_file("trace.jsonl");
    let card = stack.insert(&["--trace", &trace]);
    check(PIN, &[]).exits_with(0);
    card.kill(stack);
    exchanges(&trace)
}

/// Until then a check finds no card, or loses the one the daemon still believes in, and spends nothing.
fn check_succeeds_once_the_card_is_back() {
    wait_until("a check succeeds after the card is back", || {
        let run = check(PIN, &[]);
        let succeeded = run.exit_code == Some(0);
        if !succeeded {
            let error = run.error();
            assert!(matches!(run.exit_code, Some(10 | 13)), "{error}");
            assert_eq!(error["try_spent"], "no", "{error}");
        }
        succeeded
    });
}
