//! Readers, cards and the daemon: there, or not there.

use super::command::{MYNA, PERSONA, PIN, check, check_on, run};
use super::stack::{READER, in_private_stack};

#[test]
fn lists_readers_and_where_there_is_a_card() {
    in_private_stack("readers::lists_readers_and_where_there_is_a_card", |stack| {
        assert_eq!(cards_in(READER), [false]);
        let card = stack.insert(&[]);
        assert_eq!(cards_in(READER), [true]);
        let named = format!("pcsc:{READER}");
        check_on(&named, PIN, &["--persona", PERSONA]).exits_with(0);
        card.kill(stack);
        assert_eq!(cards_in(READER), [false]);
    });
}

#[test]
fn no_card_no_reader_and_no_daemon_are_errors_of_their_own() {
    in_private_stack("readers::no_card_no_reader_and_no_daemon_are_errors_of_their_own", |_stack| {
        let no_card = check(PIN, &[]).exits_with(10).error();
        let no_reader = check_on("pcsc:No Such Reader", PIN, &[]).exits_with(10).error();
        // The client library looks for the daemon where this says.
        let elsewhere = "env PCSCLITE_CSOCK_NAME=/nonexistent";
        let no_daemon = run(&format!("{elsewhere} {MYNA} check --card pcsc --json")).exits_with(10).error();
        assert_ne!(no_card["code"], no_reader["code"]);
        assert_ne!(no_card["code"], no_daemon["code"]);
        for text in ["message", "message_ja"] {
            assert!(
                no_reader[text].as_str().is_some_and(|text| text.contains("No Such Reader")),
                "{no_reader}"
            );
            assert!(no_card[text].as_str().is_some_and(|text| text.contains(READER)), "{no_card}");
        }
        for error in [no_card, no_reader, no_daemon] {
            assert_eq!(error["try_spent"], "no", "{error}");
        }
    });
}

/// What `myna readers` says of the readers of this name.
fn cards_in(reader: &str) -> Vec<bool> {
    let readers = run(&format!("{MYNA} readers --json")).exits_with(0).json();
    let readers = readers["readers"].as_array().expect("a list of readers").clone();
    let named = readers.iter().filter(|entry| entry["name"] == reader);
    named.map(|entry| entry["card_present"].as_bool().expect("whether there is a card")).collect()
}
