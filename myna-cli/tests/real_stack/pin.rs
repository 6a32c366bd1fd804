//! What becomes of the PIN and of its tries.

use std::fs;

use super::command::{PIN, WRONG_PIN, check, run};
use super::simulated_files::{exchanges, tries_left};
use super::stack::{in_private_stack, private_file};

#[test]
fn wrong_pin_spends_one_try_and_the_right_one_gives_it_back() {
    in_private_stack("pin::wrong_pin_spends_one_try_and_the_right_one_gives_it_back", |stack| {
        let state = private_file("state.json");
        let _card = stack.insert(&["--state", &state]);

        let error = check(WRONG_PIN, &[]).exits_with(11).error();
        assert_eq!(error["tries_left"], 2, "{error}");
        assert_eq!(error["try_spent"], "yes", "{error}");
        assert_eq!(tries_left(&state), Some(2));

        check(PIN, &[]).exits_with(0);
        assert_eq!(tries_left(&state), Some(3));
    });
}

#[test]
fn last_try_needs_a_request_and_a_blocked_pin_is_not_presented() {
    in_private_stack("pin::last_try_needs_a_request_and_a_blocked_pin_is_not_presented", |stack| {
        let state = private_file("state.json");
        let trace = private_file("trace.jsonl");
        let _card = stack.insert(&["--state", &state, "--trace", &trace]);
        let presented = || exchanges(&trace).iter().filter(|exchange| exchange.presents_pin()).count();

        check(WRONG_PIN, &[]).exits_with(11);
        check(WRONG_PIN, &[]).exits_with(11);
        assert_eq!((tries_left(&state), presented()), (Some(1), 2));

        // The right PIN too: nobody knows it is right before the card has said so.
        for pin in [WRONG_PIN, PIN] {
            let error = check(pin, &[]).exits_with(11).error();
            assert_eq!(error["code"], "pin.too_few_tries", "{error}");
            assert_eq!(error["tries_left"], 1, "{error}");
            assert_eq!(error["try_spent"], "no", "{error}");
        }
        assert_eq!((tries_left(&state), presented()), (Some(1), 2));

        let error = check(WRONG_PIN, &["--last-try"]).exits_with(12).error();
        assert_eq!(error["try_spent"], "yes", "{error}");
        assert_eq!((tries_left(&state), presented()), (Some(0), 3));

        for more in [&[][..], &["--last-try"]] {
            let error = check(PIN, more).exits_with(12).error();
            assert_eq!(error["try_spent"], "no", "{error}");
        }
        assert_eq!((tries_left(&state), presented()), (Some(0), 3));
    });
}

#[test]
fn spent_tries_survive_the_death_of_the_simulator() {
    in_private_stack("pin::spent_tries_survive_the_death_of_the_simulator", |stack| {
        let state = private_file("state.json");
        let card = stack.insert(&["--state", &state]);
        check(WRONG_PIN, &[]).exits_with(11);
        card.kill(stack);

        let _card = stack.insert(&["--state", &state]);
        let pins = run("pkcs15-tool --list-pins").succeeded();
        let tries = pins.lines().find(|line| line.contains("Tries left"));
        assert!(tries.is_some_and(|line| line.ends_with(": 2")), "{pins}");
    });
}

#[test]
fn trace_never_holds_a_pin() {
    in_private_stack("pin::trace_never_holds_a_pin", |stack| {
        let trace = private_file("trace.jsonl");
        let _card = stack.insert(&["--trace", &trace]);
        check(WRONG_PIN, &[]).exits_with(11);
        check(PIN, &[]).exits_with(0);

        let exchanges = exchanges(&trace);
        let presented: Vec<_> = exchanges.iter().filter(|exchange| exchange.presents_pin()).collect();
        assert_eq!(presented.len(), 2, "{exchanges:#?}");
        for exchange in presented {
            assert_eq!(exchange.0["redacted"], true, "{exchange:#?}");
            assert!(exchange.0["command_data"].is_null(), "{exchange:#?}");
        }
        let text = fs::read_to_string(&trace).expect("the trace");
        for pin in [PIN, WRONG_PIN] {
            let hexadecimal: String = pin.bytes().map(|byte| format!("{byte:02x}")).collect();
            assert!(!text.to_lowercase().contains(&hexadecimal), "{pin} is in the trace in hexadecimal");
            // Four digits alone may be part of any hexadecimal number.
            assert!(!text.contains(&format!("\"{pin}\"")), "{pin} is in the trace");
        }
    });
}
