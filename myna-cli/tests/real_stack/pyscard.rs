//! Clients in Python, by pyscard (package python3-pyscard), in the ways that other software uses the card. Each script
//! says what it stands for.

use super::command::run;
use super::stack::in_private_stack;

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/real_stack/pyscard");

/// The command line that runs a script; -B leaves no byte code beside it.
pub(super) fn pyscard(name: &str) -> String {
    format!("/usr/bin/python3 -B {SCRIPTS}/{name}")
}

fn script(test: &str, name: &str) {
    in_private_stack(&format!("pyscard::{test}"), |stack| {
        for atr in ["contact", "contactless"] {
            // A card for each: what one spends the other has.
            let card = stack.insert(&["--atr", atr]);
            run(&pyscard(name)).succeeded();
            card.kill(stack);
        }
    });
}

#[test]
fn extended_reads_by_short_identifier() {
    script("extended_reads_by_short_identifier", "extended_reads.py");
}

#[test]
fn the_application_is_selected_again_before_the_pin_is_used() {
    script("the_application_is_selected_again_before_the_pin_is_used", "selects_again.py");
}

#[test]
fn files_are_read_in_255s_to_the_end() {
    script("files_are_read_in_255s_to_the_end", "reads_in_255s.py");
}

#[test]
fn every_command_comes_twice() {
    script("every_command_comes_twice", "duplicates.py");
}
